/* Whether solid print is made of dots of several colours, % of its contrast: how much the
 * difference between two channels wavers from one tenth of a millimetre to the next; see solids.c.
 * A spot colour from one plate has one colour everywhere; toners and inks of four colours mix it
 * from dots that do not lie on each other. Black from one toner shows nothing here. Needs the
 * resolution of the enrolment, colours, and strokes of about 0.25 mm. */
#include "classifier/check.h"

#include <stdio.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (print_comparable(view, i, ret) && view->print[i].grey) {
        snprintf(ret->note, sizeof ret->note, "scanned without colours");
    } else if (solids_comparable(view, i, ret)) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = texture_at_least(view, view->solids[i].colour);
    }
    return true;
}

const struct check check_colour_dots = {.name = "colour_dots",
                                        .measures = "dots of several colours in solid print",
                                        .unit = "% of contrast",
                                        .reason = "colour_dots",
                                        .kind = CHECK_PRINT,
                                        .looks_at = LOOKS_AT_SOLIDS,
                                        .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                        .alone = true,
                                        .direction = HIGH_IS_STRANGE,
                                        .log_scale = true,
                                        .floor_sd = 0.25,
                                        .agreement = 0.1,
                                        .run = run};
