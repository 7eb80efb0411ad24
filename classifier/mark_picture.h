/* mark_picture: what several crops of one mark, laid on each other, have in common. */
#ifndef POSTWACHT_MARK_PICTURE_H
#define POSTWACHT_MARK_PICTURE_H

#include "classifier/enrol_parts.h"

/* Leaves in picture and mask (the median of the crops, enrol_median) only print that all crops
 * show, and no words of which a part changes. */
bool mark_keep_constant(const struct element_crops *crops, struct image *picture,
                        struct image *mask, struct err *err);

/* Cuts both to the print and a rim; box_mm follows. */
bool mark_trim(struct image *picture, struct image *mask, double dpi, double box_mm[4],
               struct err *err);

#endif
