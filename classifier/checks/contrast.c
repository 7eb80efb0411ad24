/* How much weaker the scan is than the enrolment's. Below about two thirds colours say nothing;
 * below about a third noise takes the place of detail. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    ret->outcome = view->contrast > 0 ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = view->contrast;
    return true;
}

const struct check check_contrast = {.name = "contrast",
                                     .measures = "contrast of the scan against the enrolment's",
                                     .unit = "ratio",
                                     .reason = "faint",
                                     .kind = CHECK_IMAGE,
                                     .spoils = FAULT_FAINT,
                                     .direction = LOW_IS_STRANGE,
                                     .of_sheet = true,
                                     .floor_sd = 0.10,
                                     .slack = 0.05,
                                     .run = run};
