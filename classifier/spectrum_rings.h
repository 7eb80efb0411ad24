/* spectrum_rings: a power spectrum set against what is usual at each distance from its middle, so
 * that paper, grain and blur, which are round, cancel and what repeats in one direction stands out.
 */
#ifndef POSTWACHT_SPECTRUM_RINGS_H
#define POSTWACHT_SPECTRUM_RINGS_H

#include "imaging/image.h"

#define SPECTRUM_SIDE 128 /* px: 5.4 mm at 600 dpi, steps of 4.7 lines an inch */
#define SPECTRUM_RADII (SPECTRUM_SIDE / 2)

/* The bins of a spectrum, sorted by ring: those at radius r begin at bin[first[r]]. */
struct spectrum_rings {
    int first[SPECTRUM_RADII + 1];
    int bin[SPECTRUM_SIDE * SPECTRUM_SIDE];
};
void spectrum_rings_make(struct spectrum_rings *ret);

/* Divides each bin by the median of its ring; the corners and the middle stay. */
void spectrum_flatten(const struct spectrum_rings *rings, struct plane *power);

#endif
