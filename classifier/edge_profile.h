/* edge_profile: one profile of ink strength across an edge of print, and what is read off it: where
 * the edge is and how wide, after ISO/IEC 24790. */
#ifndef POSTWACHT_EDGE_PROFILE_H
#define POSTWACHT_EDGE_PROFILE_H

#include "imaging/image.h"

#define EDGE_PROFILE_MAX 255 /* values */
#define WIDTH_OF_SD 2.563    /* 10-90 % width of an edge blurred by a Gaussian of sd 1 */

struct edge_reading {
    double crossing; /* of 60 % of the way from paper to ink, px from the middle, outward */
    double width;    /* 10-90 % distance, px */
};

/* Steps from the middle to either end of a profile that reaches `mm` each way. */
int edge_profile_half(double mm, double dpi);

/* Strength along a line through x, y, in steps of a quarter pixel along the unit normal nx, ny that
 * points out of the ink: 2 half + 1 values, bilinear. False when it leaves the picture. */
bool edge_profile_read(const struct image *strength, double x, double y, double nx, double ny,
                       int half, double *ret);

/* False when the profile does not go from ink of that contrast (levels) to paper. */
bool edge_profile_measure(const double *profile, int half, double contrast,
                          struct edge_reading *ret);

#endif
