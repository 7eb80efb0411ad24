/* dots_picture: tracking dots made visible: a place of the sheet as it was scanned, and the same
 * place with the dots amplified and what was read of them drawn in. */
#ifndef POSTWACHT_DOTS_PICTURE_H
#define POSTWACHT_DOTS_PICTURE_H

#include "classifier/tracking_dots.h"

struct dots_pictures {
    struct image scan, dots; /* RGB, of one size */
};

/* Of dots that were found on this side (detected or decoded), upright after `turn` degrees. */
bool dots_picture_make(const struct side *side, int turn, const struct tracking_dots *dots,
                       struct dots_pictures *ret, struct err *err);
void dots_pictures_finish(struct dots_pictures *pictures);

#endif
