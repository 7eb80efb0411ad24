/* mark_picture: what several crops of one mark, laid on each other, have in common. */
#ifndef POSTWACHT_MARK_PICTURE_H
#define POSTWACHT_MARK_PICTURE_H

#include "classifier/enrol_parts.h"
#include "imaging/ocr.h"

/* Leaves in picture and mask (the median of the crops, enrol_median) only print that all crops
 * show, and no words of which a part changes. */
bool mark_keep_constant(const struct element_crops *crops, struct image *picture,
                        struct image *mask, struct err *err);

/* Paper wherever no print of the mask is within rim_mm. */
bool mark_paint_over(struct image *picture, const struct image *mask, double rim_mm, double dpi,
                     struct err *err);

enum mark_numbers {
    MARK_NUMBERS_KEEP,
    MARK_NUMBERS_OF_THE_DAY, /* what may be a date or an amount goes: scans may share them */
    MARK_NUMBERS_ALL         /* whatever has a digit goes: one scan cannot tell which change */
};

/* Takes words that are read as such out of picture and mask, as long as print enough for a mark is
 * left. */
bool mark_drop_numbers(struct ocr *ocr, enum mark_numbers which, double dpi, struct image *picture,
                       struct image *mask, struct err *err);

#define MARK_INK_MIN_MM2 2.0 /* a word of 8 pt; less could not be told from dirt */

/* Cuts both to the print and a rim; box_mm follows. Without print both stay as they are. */
bool mark_trim(struct image *picture, struct image *mask, double dpi, double box_mm[4],
               struct err *err);

#endif
