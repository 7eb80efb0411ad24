/* patch_lines: rectangles put together from straight line segments. Page mm; pure geometry. */
#ifndef POSTWACHT_PATCH_LINES_H
#define POSTWACHT_PATCH_LINES_H

#include "classifier/return.h"
#include "imaging/opencv_c/opencv_c.h"

/* Rectangles at any angle of which each side is covered by segments for the most part. segments are
 * in pixels of px_mm; those within a margin of the page's edge are left out. Fills corner_mm,
 * angle_deg (-45..45) and box_mm; the best covered first. Returns how many, at most max. */
int patch_rectangles(const struct cv_segments *segments, double px_mm, const double page_mm[2],
                     struct patch *ret, int max);

/* Fills corner_mm and box_mm of a turned rectangle. */
void patch_set_box(struct patch *patch, const double centre_mm[2], const double size_mm[2],
                   double angle_deg);

#endif
