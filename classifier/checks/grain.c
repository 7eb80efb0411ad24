/* Grain of solid print, % of its contrast: see solids.c for the measure and its physics. A closed
 * film of offset ink is as even as paper and scanner allow; toner, screens and drops of ink are
 * grainy all over. Needs the resolution of the enrolment, and strokes of about 0.25 mm. 0.25: paper
 * shows through a thin film, and runs of one press differ in mottle by a quarter. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (solids_comparable(view, i, ret)) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = texture_at_least(view, view->solids[i].grain);
    }
    return true;
}

const struct check check_grain = {.name = "grain",
                                  .measures = "grain of solid print",
                                  .unit = "% of contrast",
                                  .reason = "grainy",
                                  .kind = CHECK_PRINT,
                                  .looks_at = LOOKS_AT_SOLIDS,
                                  .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                  .alone = true,
                                  .direction = HIGH_IS_STRANGE,
                                  .log_scale = true,
                                  .floor_sd = 0.25,
                                  .agreement = 0.1,
                                  .run = run};
