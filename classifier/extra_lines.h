/* extra_lines: lines of type around an element that its template does not have. */
#ifndef POSTWACHT_EXTRA_LINES_H
#define POSTWACHT_EXTRA_LINES_H

#include "classifier/locate.h"

#define EXTRA_LINES_MAX 16

struct extra_line {
    double box_mm[4]; /* x, y, w, h in the element's mm; may lie outside its box */
    int letters;
    bool same_ink; /* coloured, and in the element's colour */
    bool set_with; /* begins, ends or is centred as the element does, close by */
    int block;     /* lines of the block that it is part of, itself included */
};

/* Looks around a found element on its side; `others` are all n elements of the placement, the
 * element among them: their print is explained. Lines that lie on labels, run on beyond what is
 * looked at or do not stand straight to the element are not returned. */
bool extra_lines_find(const struct side *side, const struct side_patches *patches,
                      const struct located *others, int n, int element, struct extra_line *ret,
                      int *ret_n, struct err *err);

#endif
