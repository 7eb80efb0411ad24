/* label_picture: a region of a side as a picture to be read, with all of its inks or with one of
 * them, black on white, so that print can be read although something was stamped over it, and the
 * other way round. */
#ifndef POSTWACHT_LABEL_PICTURE_H
#define POSTWACHT_LABEL_PICTURE_H

#include "classifier/return_regions.h"

#define LABEL_DPI 300.0 /* Tesseract's models gain nothing from more */

enum label_ink {
    LABEL_ALL,  /* as it is */
    LABEL_HUE,  /* ink with a hue: a coloured stamp or print without what is black */
    LABEL_DARK, /* the darkest ink: print without a postmark's thinner one */
    LABEL_INKS
};

/* How far a pixel's channels are apart on such paper, 0..255; paper: its colour, the median of each
 * channel. Kraft and yellow labels have a hue themselves. */
int label_hue(const uint8_t px[3], const uint8_t paper[3]);
void label_paper(const struct image *image, uint8_t ret[3]);

/* Whether there is ink with a hue in it at all. */
bool label_has_hue(const struct side *side, const struct return_region *region);

/* White print on dark bars comes out dark on light. RGB at LABEL_DPI, its lines level when the text
 * stands at angle_deg. */
bool label_picture_cut(const struct side *side, const struct return_region *region,
                       double angle_deg, enum label_ink ink, struct image *ret, struct err *err);

#endif
