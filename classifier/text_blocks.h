/* text_blocks: where on a side there is text, of which ink, and at what angle its lines run; cheap
 * enough to decide what is worth reading. All positions are page mm, angles are of the lines
 * against the page's x axis, clockwise as seen, -90..90: which way up they read is not known here.
 */
#ifndef POSTWACHT_TEXT_BLOCKS_H
#define POSTWACHT_TEXT_BLOCKS_H

#include "imaging/side.h"

struct text_marks; /* everything on a side that has the size of a letter */

struct text_block {
    double centre_mm[2];
    double size_mm[2]; /* along the lines, and across them */
    double angle_deg;
    bool coloured; /* stamp or pen: red, violet, blue, green */
    int letters;   /* marks in it */
};

bool text_marks_find(const struct side *side, struct text_marks **ret, struct err *err);
void text_marks_destroy(struct text_marks *marks);

/* Groups marks that stand close together, coloured ones apart from black ones; most letters first,
 * at most max. Returns how many. */
int text_blocks_group(const struct text_marks *marks, struct text_block *ret, int max);

/* The text inside a turned rectangle; letters is 0 when there is too little to have lines. */
struct text_block text_block_within(const struct text_marks *marks, const double centre_mm[2],
                                    const double size_mm[2], double angle_deg);

#endif
