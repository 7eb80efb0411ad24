/* Format of the envelope: the larger of the differences of its two sides to the template's, in mm.
 * A feeder stretches by up to 0.6 % (1.4 mm on C5) and outlines are good to 0.3 mm; the formats of
 * envelopes differ by 5 mm and more. Detail: mm wider, mm higher. */
#include "classifier/check.h"

#include <math.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    enum side_name front = view->place->scan_side[SIDE_FRONT];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (!view->place->has[SIDE_FRONT] || !view->scan->side[front].outline_found)
        return true;
    double upright_mm[2];
    turned_size(view->place->turn[SIDE_FRONT], view->scan->side[front].size_mm, upright_mm);
    const double *expected = view->place->model->data.size_mm;
    ret->outcome = OUTCOME_MEASURED;
    ret->has_detail = true;
    ret->detail[0] = upright_mm[0] - expected[0];
    ret->detail[1] = upright_mm[1] - expected[1];
    ret->value = fmax(fabs(upright_mm[0] - expected[0]), fabs(upright_mm[1] - expected[1]));
    return true;
}

const struct check check_format = {.name = "format",
                                   .measures = "size of the envelope against the genuine one",
                                   .unit = "mm",
                                   .reason = "format_differs",
                                   .kind = CHECK_PRINT,
                                   .direction = HIGH_IS_STRANGE,
                                   .of_sheet = true,
                                   .floor_sd = 0.5,
                                   .slack = 2.5,
                                   .run = run};
