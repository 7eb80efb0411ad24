/* cut: a label of exactly the paper's colour is seen by what it does to the print: letters end
 * along a straight line. */
#ifndef POSTWACHT_CUT_H
#define POSTWACHT_CUT_H

#include "classifier/locate.h"

/* Where print of a located element stops along one or two parallel lines that go through its
 * strokes, and bare paper lies beyond: takes what lies beyond out of open and clear. `ink` is 255
 * where there is ink on the sheet, with the tolerance for place and stroke width. ret_found tells
 * whether anything was taken out. */
bool cut_find(struct located *located, const struct image *ink, bool *ret_found, struct err *err);

#endif
