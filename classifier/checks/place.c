/* Where the element stands, relative to the other elements of its side: the distance in mm between
 * where it is and where the others say that it should be. One plate prints all elements together,
 * so they keep their distances to 0.1-0.15 mm, while the whole may shift by 1-2 mm on the paper.
 * With no other element to compare with, the paper's edges are the only frame: then 2 mm are
 * nothing. Detail: mm across and down against the others; the same on the page as laid. */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>

#define TO_PAPER_MM 2.0 /* shift of the print on the paper, within the ordinary */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state != ELEMENT_FOUND)
        return true;
    double sum[2] = {0, 0};
    int n = 0;
    for (int k = 0; k < view->place->model->data.n_elements; k++) {
        const struct located *other = &view->located[k];
        if (k == i || other->state != ELEMENT_FOUND ||
            other->element->data->side != located->element->data->side)
            continue;
        sum[0] += other->shift_mm[0];
        sum[1] += other->shift_mm[1];
        n++;
    }
    double dx = located->shift_mm[0] - (n ? sum[0] / n : 0);
    double dy = located->shift_mm[1] - (n ? sum[1] / n : 0);
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
