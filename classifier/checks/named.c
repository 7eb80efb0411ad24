/* Whether the firm is named where it prints its own name, slogan or address, in whatever type and
 * some millimetres aside: how surely the words read there are the firm's, 0..1 (claim_words.h). It
 * is looked for only when no print was recognised that claims to be ours (claim.h), and says only
 * that the sheet claims to be: what contradicts it, the other checks measure. The note is what was
 * read, the place where it stands. Detail: 1 for a slogan, 0 for name or address. */
#include "classifier/check.h"

#include <stdio.h>
#include <string.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    const struct claim_reading *named = &view->place->named;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (named->score <= 0)
        return true;
    ret->outcome = OUTCOME_MEASURED;
    ret->value = named->score;
    ret->has_detail = true;
    ret->detail[0] = named->slogan;
    ret->has_place = true;
    ret->place_side = named->side;
    memcpy(ret->place_mm, named->box_mm, sizeof ret->place_mm);
    snprintf(ret->note, sizeof ret->note, "\"%s\"", named->text);
    return true;
}

const struct check check_named = {.name = "named",
                                  .measures = "the firm's own words where it prints them",
                                  .unit = "share",
                                  .reason = "named",
                                  .kind = CHECK_CLAIM,
                                  .direction = LOW_IS_STRANGE,
                                  .of_sheet = true,
                                  .run = run};
