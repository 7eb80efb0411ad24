/* How much of the sender's wording was read where the sender block belongs: name, street, postcode
 * and house number, place (see sender_text.h). Letters that OCR confuses count as equal. Low values
 * come from another wording, but also from dirt over the text: the picture decides then. */
#include "classifier/check.h"

#include <stdio.h>
#include <string.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    const struct template_element *data = located->element->data;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (strcmp(data->kind, "sender") != 0)
        return true;
    if (located->state == ELEMENT_ABSENT || located->state == ELEMENT_NOT_SCANNED)
        return true;
    if (located->state == ELEMENT_OCCLUDED) {
        ret->outcome = OUTCOME_OCCLUDED;
        return true;
    }
    if (!data->text[0] || !view->sender_text[i][0])
        return true;
    if (located->visible < CLEAR_SHARE) { /* half a word reads as another word */
        snprintf(ret->note, sizeof ret->note, "partly covered");
        return true;
    }
    struct sender_match match;
    sender_text_match(view->sender_text[i], data->text, &match);
    ret->outcome = OUTCOME_MEASURED;
    ret->value = match.score;
    if (match.n_differs)
        snprintf(ret->note, sizeof ret->note,
                 "\"%s\" \xe2\x86\x92 \"%s\"", /* an arrow: no language */
                 match.differs[0].expected, match.differs[0].seen);
    return true;
}

const struct check check_sender_text = {.name = "sender_text",
                                        .measures = "agreement of the sender's wording",
                                        .unit = "share",
                                        .reason = "text_differs",
                                        .kind = CHECK_CONTENT,
                                        .seconds = true,
                                        .reads_text = true,
                                        .direction = LOW_IS_STRANGE,
                                        .floor_sd = 0.04,
                                        .slack = 0.2,
                                        .run = run};
