/* Size of the element against the genuine one. A reprint through "fit to page" comes out at 96-97
 * %; a fuser shrinks paper by 0.2-1 %. A feeder may stretch a scan by 0.6 % along its way, so less
 * than 1.5 % says nothing. Needs an element at least 12 mm long, nearly all of which can be seen: a
 * label's edge pulls at the half that it cuts. */
#include "classifier/check.h"

#define SEEN_MIN 0.8 /* of the element's print */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    const double *box = located->element->data->box_mm;
    bool vague = located->element->vague[box[2] >= box[3] ? 0 : 1]; /* halves slide along a rule */
    bool measured = located->state == ELEMENT_FOUND && located->visible >= SEEN_MIN &&
                    located->scale != 1 && !vague;
    ret->outcome = measured ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = 100 * (located->scale - 1);
    return true;
}

const struct check check_scale = {
    .name = "scale",
    .measures = "size against the genuine element",
    .unit = "%",
    .reason = "scaled",
    .kind = CHECK_CONTENT,
    .direction = BOTH_ARE_STRANGE,
    .floor_sd = 0.25,
    .slack = 1.5,
    /* a drawing that is blurred all over lies well at several sizes */
    .spoilt_by = FAULT_BLURRED,
    .run = run};
