/* ink: how much darker than its paper each pixel is, and what follows from it.
 *
 * Strength is the largest drop below the paper over the three channels, in grey levels (0..255): a
 * yellow logo shows in blue, a cyan one in red, so no colour of print is blind. */
#ifndef POSTWACHT_INK_H
#define POSTWACHT_INK_H

#include "imaging/image.h"

bool ink_strength(const struct image *rgb, const double paper_rgb[3], struct image *ret,
                  struct err *err);

/* From here on it is ink: paper texture of 1.5 % and noise of 2 levels stay below 12. */
#define INK_MIN_STRENGTH 24

/* Fraction of pixels of `mask` (not 0) for which `what` is not 0; 0 for an empty mask. Same size.
 */
double mask_share(const struct image *mask, const struct image *what);
long mask_area(const struct image *mask);
/* x, y, w, h of all that is set, in pixels; false when nothing is. */
bool mask_box(const struct image *mask, int ret_px[4]);
/* Keeps what is set in both; what is set in the first alone. Same size. */
void mask_and(struct image *mask, const struct image *other);
void mask_minus(struct image *mask, const struct image *other);

/* Correlation of two grey pictures of the same size, only under `mask` unless NULL; 0 when one of
 * them has no contrast. */
double image_correlation(const struct image *a, const struct image *b, const struct image *mask);

/* Value below which `share` of the pixels lie (one channel); only those under `mask` unless NULL.
 */
int image_percentile(const struct image *grey, const struct image *mask, double share);

#endif
