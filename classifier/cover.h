/* cover: what lies over a part of the envelope: labels, tape, other print. */
#ifndef POSTWACHT_COVER_H
#define POSTWACHT_COVER_H

#include "classifier/locate.h"

/* 255 where the crop `seen` (RGB at FINE_DPI, element mm -> page mm by to_page) is not covered, as
 * seen from the patches of its side and from the background between the ink: paper that is not this
 * sheet's paper and not the template's print either is a cover. */
bool cover_open(const struct image *seen, const struct affine *to_page,
                const struct side_patches *patches, const double paper_rgb[3],
                const struct element_model *element, struct image *ret, struct err *err);

#endif
