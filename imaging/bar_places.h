/* bar_places: where on a page parallel bars stand (bar codes of any kind, at any angle), and where a
 * texture of squares does (matrix codes); cheap, and generous: what reads the codes decides. */
#ifndef POSTWACHT_BAR_PLACES_H
#define POSTWACHT_BAR_PLACES_H

#include "imaging/image.h"

#define BAR_PLACES_MAX 24

struct bar_place {
    double centre_px[2];
    double size_px[2]; /* along the row of bars, and along the bars */
    double angle_deg;  /* of the row against the image's x axis, clockwise as seen, -90..90 */
};

/* grey: one channel, dpi_x set, best at 100 to 200 dpi. Longest first; at most BAR_PLACES_MAX. */
bool bar_places_find(const struct image *grey, struct bar_place ret[BAR_PLACES_MAX], int *ret_n,
                     struct err *err);

#endif
