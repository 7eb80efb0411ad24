/* enrol_layout: ink to lines of text, emblems and blocks, as a typesetter would part them. */
#ifndef POSTWACHT_ENROL_LAYOUT_H
#define POSTWACHT_ENROL_LAYOUT_H

#include "imaging/opencv_c/opencv_c.h"

/* Blocks of `ink` (a mask of px_per_mm), at most max, from the top down, each large enough to be an
 * element; `area` is its ink in px. What is drawn as one (closer than 0.6 mm) is never taken
 * apart. */
bool layout_blocks(const struct image *ink, double px_per_mm, struct cv_component *ret, int max,
                   int *ret_n, struct err *err);

#endif
