/* cover: what lies over a part of the envelope: labels, tape, other print. */
#ifndef POSTWACHT_COVER_H
#define POSTWACHT_COVER_H

#include "classifier/locate.h"

/* Fills located->open and ->clear from ->seen and ->strength, which lie on the page by ->to_page:
 * what covers the element is seen from the patches of its side and from the background between the
 * ink: paper that is not this sheet's paper and not the template's print either is a cover, unless
 * the print shows through it. */
bool cover_open(struct located *located, const struct side_patches *patches,
                const double paper_rgb[3], struct err *err);

#endif
