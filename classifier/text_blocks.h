/* text_blocks: where on a side there is text, of which ink, and at what angle it runs; cheap enough
 * (some 50 ms) to decide what is worth reading. Page mm. */
#ifndef POSTWACHT_TEXT_BLOCKS_H
#define POSTWACHT_TEXT_BLOCKS_H

#include "imaging/side.h"

struct text_block {
    double centre_mm[2];
    double size_mm[2];  /* along the lines, and across them */
    double angle_deg;   /* of the lines against the page's x axis, clockwise as seen, -90..90 */
    bool coloured;      /* stamp ink: red, violet, blue, green */
    int letters;        /* marks of a letter's size */
};

/* Blocks in order of size, at most max. */
bool text_blocks_find(const struct side *side, struct text_block *ret, int max, int *ret_n,
                      struct err *err);

/* Angle at which the dark marks inside a turned rectangle of the page line up, -90..90; false when
 * there are too few of them. */
struct text_marks;
bool text_marks_find(const struct side *side, struct text_marks **ret, struct err *err);
void text_marks_destroy(struct text_marks *marks);
int text_blocks_of(const struct text_marks *marks, struct text_block *ret, int max,
                   struct err *err);
/* The text within a rectangle (centre, size, angle in page mm): its angle and extent, and the number
 * of its letters (0: none). */
struct text_block text_block_within(const struct text_marks *marks, const double centre_mm[2],
                                    const double size_mm[2], double angle_deg);

#endif
