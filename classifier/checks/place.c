/* Where the element stands, relative to the other elements of its side: the distance in mm between
 * where it is and where the others say that it should be. One plate prints all elements together,
 * so they keep their distances to 0.1-0.15 mm, while the whole may shift by 1-2 mm on the paper.
 * With no other element to compare with, the paper's edges are the only frame: then 2 mm are
 * nothing. Detail: mm across and down against the others; the same on the page as laid. */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>

#define TO_PAPER_MM 2.0 /* shift of the print on the paper, within the ordinary */

/* Median shift along one axis of the other elements of the side that tell it; false when none does.
 */
static bool others_shift(const struct sheet_view *view, int i, int axis, double *ret, int *ret_n)
{
    double shift[TEMPLATE_ELEMENTS_MAX];
    int n = 0;
    for (int k = 0; k < view->place->model->data.n_elements; k++) {
        const struct located *other = &view->located[k];
        if (k != i && other->state == ELEMENT_FOUND && !other->element->vague[axis] &&
            other->element->data->side == view->located[i].element->data->side)
            shift[n++] = other->shift_mm[axis];
    }
    *ret = n ? median_of(shift, n) : 0;
    *ret_n = n > *ret_n ? n : *ret_n;
    return n > 0;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    double off[2] = {0, 0};
    int n = 0;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state != ELEMENT_FOUND ||
        (located->element->vague[0] && located->element->vague[1]))
        return true;
    for (int axis = 0; axis < 2; axis++) {
        double others;
        bool told = others_shift(view, i, axis, &others, &n);
        if (!located->element->vague[axis]) /* a rule or a band slides along itself */
            off[axis] = told || n == 0 ? located->shift_mm[axis] - others : 0;
    }
    double dx = off[0], dy = off[1];
    ret->outcome = OUTCOME_MEASURED;
    ret->value = n ? hypot(dx, dy) : fmax(0, hypot(dx, dy) - TO_PAPER_MM);
    snprintf(ret->note, sizeof ret->note, "%+.2f mm across, %+.2f mm down, against %d other%s", dx,
             dy, n, n == 1 ? "" : "s");
    ret->has_detail = true;
    ret->detail[0] = dx;
    ret->detail[1] = dy;
    ret->detail[2] = located->shift_mm[0];
    ret->detail[3] = located->shift_mm[1];
    return true;
}

/* 0.15: same plate. 0.8: two plates, feeder stretch over 100 mm, a scanner's bed. */
const struct check check_place = {.name = "place",
                                  .measures = "shift of the element against the others",
                                  .unit = "mm",
                                  .reason = "moved",
                                  .kind = CHECK_CONTENT,
                                  .direction = HIGH_IS_STRANGE,
                                  .floor_sd = 0.15,
                                  .slack = 0.8,
                                  .run = run};
