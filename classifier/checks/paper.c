/* Colour of the paper: distance CIE76 to the paper of the genuine samples on the same scanner. One
 * delivery of envelopes varies by 1-2 units, deliveries by 2-4, sun and damp add as much; another
 * paper or tint differs by 5 and more. Only an indication: firms buy what is on the shelf. Detail:
 * L*, a*, b* seen minus genuine. */
#include "classifier/check.h"

#include <math.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (!view->place->has[SIDE_FRONT])
        return true;
    const struct side *side = &view->scan->side[view->place->scan_side[SIDE_FRONT]];
    if (side->raw->channels == 1) /* a grey scan has no colour */
        return true;
    const double *expected = view->place->model->data.paper_lab;
    double seen[3];
    if (!lab_of(side->paper_rgb, seen, err))
        return false;
    ret->outcome = OUTCOME_MEASURED;
    ret->has_detail = true;
    for (int c = 0; c < 3; c++)
        ret->detail[c] = seen[c] - expected[c];
    ret->value = sqrt(pow(seen[0] - expected[0], 2) + pow(seen[1] - expected[1], 2) +
                      pow(seen[2] - expected[2], 2));
    return true;
}

const struct check check_paper = {.name = "paper",
                                  .measures = "colour of the paper against the genuine one",
                                  .unit = "dE76",
                                  .reason = "paper_differs",
                                  .kind = CHECK_PRINT,
                                  .looks_at = LOOKS_AT_PAPER,
                                  .direction = HIGH_IS_STRANGE,
                                  .of_sheet = true,
                                  .floor_sd = 1.0,
                                  .slack = 4.0,
                                  .run = run};
