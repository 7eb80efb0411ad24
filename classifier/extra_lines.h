/* extra_lines: lines of type on a side that its template does not have. */
#ifndef POSTWACHT_EXTRA_LINES_H
#define POSTWACHT_EXTRA_LINES_H

#include "classifier/glyphs.h"
#include "classifier/locate.h"
#include "classifier/type_lines.h"

#define EXTRA_LINES_MAX TYPE_LINES_MAX

struct extra_line {
    struct type_line type; /* box on the template's page */
    bool same_ink;         /* coloured, and in the colour of one of the elements */
    bool near;             /* close to an element that was found */
    bool set_with;         /* begins, ends or is centred as one does, above or below it */
};

/* Looks for straight lines of type on one side of the template: in the ink of an element
 * anywhere, in any ink around the elements that were found. Labels and the template's own print are
 * left out. `located` and `glyphs` hold all elements of the placement; ret holds EXTRA_LINES_MAX.
 */
bool extra_lines_find(const struct scan *scan, const struct placement *place,
                      const struct side_patches patches[SIDE_COUNT], const struct located *located,
                      const struct glyphs *glyphs, enum side_name side, struct extra_line *ret,
                      int *ret_n, struct err *err);

#endif
