/* print_pictures: how one element was printed, genuine beside seen: the same place of both at the
 * scan's own size and eight times larger, with what was measured there drawn in. */
#ifndef POSTWACHT_PRINT_PICTURES_H
#define POSTWACHT_PRINT_PICTURES_H

#include "classifier/check.h"

struct print_pictures {
    enum crop_shows shows;      /* CROP_ELEMENT: nothing that could be shown */
    struct image genuine, seen; /* RGB, of one size */
};

/* `why`: the check of print that speaks against it most; it decides on place and kind of picture.
 */
bool print_pictures_make(const struct print *seen, const struct check *why,
                         struct print_pictures *ret, struct err *err);
void print_pictures_finish(struct print_pictures *pictures);

#endif
