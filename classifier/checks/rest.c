/* How surely what a cover leaves of an element is the genuine print (locate.h), mm of edge. It says
 * whose sheet it is, never that something is wrong: what differs there, the other checks measure. A
 * few letters or a corner of a drawing are enough, if they have edges both ways; a single line
 * slides along itself and is alike on everybody's mail. */
#include "classifier/check.h"
#include "classifier/fragments.h"

#define EDGE_MIN_MM 3.5 /* in the weaker direction: four letters, or a corner of a drawing */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state == ELEMENT_OCCLUDED && located->open.data &&
        fragments_open_edge_mm(located) >= EDGE_MIN_MM) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = located_evidence_mm(located);
    }
    return true;
}

const struct check check_rest = {.name = "rest",
                                 .measures = "what shows beside a cover, as evidence of our print",
                                 .unit = "mm",
                                 .reason = "rest",
                                 .kind = CHECK_CLAIM,
                                 .direction = LOW_IS_STRANGE,
                                 .run = run};
