/* tick_boxes: which of several printed lines has its box ticked, on an upright picture of a form.
 */
#ifndef POSTWACHT_TICK_BOXES_H
#define POSTWACHT_TICK_BOXES_H

#include "imaging/image.h"

struct tick_line {
    double left, y; /* px: where its text begins, and the middle of its first word */
};
struct tick_result {
    int boxes;      /* squares found in the column of boxes */
    int ticked;     /* index of the line, or -1 */
    bool elsewhere; /* a box is ticked, but beside none of the lines */
    double ink;     /* share of dark inside the ticked box, */
    double second;  /* and inside the next darkest */
};

/* grey or RGB with dpi_x set (200 or more). A box is a square outline of 2 to 6 mm to the left of
 * the text; ticks are printed or written and may leave the box. */
bool tick_boxes_read(const struct image *image, const struct tick_line *line, int n_lines,
                     struct tick_result *ret, struct err *err);

#endif
