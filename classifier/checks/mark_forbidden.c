/* A mark that no envelope of the firm carries, by a person's rule (another carrier's logo, a
 * franking machine that was never theirs): the best correlation of its constant parts where it may
 * stand (marks.c). Print that happens to be there reaches 0.3, another mark of the same kind
 * 0.3-0.6, the mark itself 0.8 and more. */
#include "classifier/marks.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    struct mark_found found;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (view->place->model->data.mark[i].rule != MARK_MUST_NOT_HAVE)
        return true;
    if (!mark_find(view, i, &found, err))
        return false;
    if (found.state == MARK_NOT_SCANNED)
        return true;
    mark_tell(view, i, &found, ret);
    return true;
}

const struct check check_mark_forbidden = {.name = "mark_forbidden",
                                           .measures = "likeness of a mark that must not be there",
                                           .unit = "ncc",
                                           .reason = "present",
                                           .kind = CHECK_CONTENT,
                                           .direction = HIGH_IS_STRANGE,
                                           .of_marks = true,
                                           .floor_sd = 0.05,
                                           .slack = 0.3,
                                           .run = run};
