/* A mark that every envelope of the firm carries, by a person's rule ("we only ever use franking
 * machine X"): the best correlation of its constant parts where it may stand (marks.c), against
 * that of the scans it was taught from. A worn or faint imprint stays above 0.75, another machine's
 * reaches 0.3-0.6. Nothing is said of sheets that nothing franks, when the rule is for used ones,
 * nor where labels, smears or a half imprint hide the mark. */
#include "classifier/marks.h"

#include <stdio.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    struct mark_found found;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (view->place->model->data.mark[i].rule != MARK_MUST_HAVE)
        return true;
    if (!mark_find(view, i, &found, err))
        return false;
    if (found.state == MARK_HIDDEN)
        ret->outcome = OUTCOME_OCCLUDED;
    else if (found.state == MARK_NOT_ASKED)
        snprintf(ret->note, sizeof ret->note, "nothing franks this sheet");
    else if (found.state == MARK_SEARCHED)
        mark_tell(view, i, &found, ret);
    return true;
}

const struct check check_mark_required = {.name = "mark_required",
                                          .measures = "likeness of a mark that must be there",
                                          .unit = "ncc",
                                          .reason = "missing",
                                          .kind = CHECK_CONTENT,
                                          .direction = LOW_IS_STRANGE,
                                          .of_marks = true,
                                          .floor_sd = 0.05,
                                          .slack = 0.2,
                                          .run = run};
