/* Colour of the paper: distance CIE76 to the paper of the genuine samples on the same scanner. One
 * delivery of envelopes varies by 1-2 units, deliveries by 2-4, sun and damp add as much; another
 * paper or tint differs by 5 and more. Only an indication: firms buy what is on the shelf. */
#include "classifier/check.h"

#include <math.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (!view->place->has[SIDE_FRONT])
        return true;
    const struct side *side = &view->scan->side[view->place->scan_side[SIDE_FRONT]];
    struct image pixel = {0};
    struct plane lab[3] = {{0}};
    if (!image_create(&pixel, 1, 1, 3, err))
        return false;
    for (int c = 0; c < 3; c++)
        pixel.data[c] = (uint8_t)lround(side->paper_rgb[c]);
    bool ok = cv_lab(&pixel, lab, err);
    if (ok) {
        double sum = 0;
        for (int c = 0; c < 3; c++)
            sum += pow(lab[c].data[0] - view->place->model->data.paper_lab[c], 2);
        ret->outcome = OUTCOME_MEASURED;
        ret->value = sqrt(sum);
    }
    for (int c = 0; c < 3; c++)
        plane_finish(&lab[c]);
    image_finish(&pixel);
    return ok;
}

const struct check check_paper = {.name = "paper",
                                  .measures = "colour of the paper against the genuine one",
                                  .unit = "dE76",
                                  .reason = "paper_differs",
                                  .kind = CHECK_PRINT,
                                  .direction = HIGH_IS_STRANGE,
                                  .of_sheet = true,
                                  .floor_sd = 1.0,
                                  .slack = 4.0,
                                  .run = run};
