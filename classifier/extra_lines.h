/* extra_lines: lines of type on a side that its template does not have. */
#ifndef POSTWACHT_EXTRA_LINES_H
#define POSTWACHT_EXTRA_LINES_H

#include "classifier/locate.h"

#define EXTRA_LINES_MAX 16

struct extra_line {
    double box_mm[4]; /* x, y, w, h on the template's page */
    int letters;
    bool same_ink; /* coloured, and in the colour of one of the elements */
    bool near;     /* close to an element that was found */
    bool set_with; /* begins, ends or is centred as one does, above or below it */
    int block;     /* lines of the block that it is part of, itself included */
};

/* Looks for straight lines of type on one side of the template: in the ink of an element anywhere,
 * in any ink around the elements that were found. Labels and the template's own print are left out.
 * `located` holds all elements of the placement; ret holds EXTRA_LINES_MAX. */
bool extra_lines_find(const struct scan *scan, const struct placement *place,
                      const struct side_patches patches[SIDE_COUNT], const struct located *located,
                      enum side_name side, struct extra_line *ret, int *ret_n, struct err *err);

#endif
