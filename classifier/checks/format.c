/* Format of the envelope: the larger of the differences of its two sides to the template's, in mm.
 * A feeder stretches by up to 0.6 % (1.4 mm on C5) and outlines are good to 0.3 mm; the formats of
 * envelopes differ by 5 mm and more. A sheet that seems smaller and reaches the border of the scan
 * may have been fed beside its area: nothing is said of it. Detail: mm wider, mm higher. */
#include "classifier/check.h"

#include <math.h>
#include <string.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    double off_mm[2];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (!size_off(view->scan, view->place, off_mm))
        return true;
    bool smaller = off_mm[0] < 0 || off_mm[1] < 0;
    if (smaller && side_reaches_border(&view->scan->side[view->place->scan_side[SIDE_FRONT]]))
        return true;
    ret->outcome = OUTCOME_MEASURED;
    ret->has_detail = true;
    memcpy(ret->detail, off_mm, sizeof off_mm);
    ret->value = fmax(fabs(off_mm[0]), fabs(off_mm[1]));
    return true;
}

const struct check check_format = {.name = "format",
                                   .measures = "size of the envelope against the genuine one",
                                   .unit = "mm",
                                   .reason = "format_differs",
                                   .kind = CHECK_PRINT,
                                   .looks_at = LOOKS_AT_FORMAT,
                                   .direction = HIGH_IS_STRANGE,
                                   .of_sheet = true,
                                   .floor_sd = 0.5,
                                   .slack = 2.5,
                                   .run = run};
