/* tick_boxes: which of several printed lines has its box ticked, on an upright picture of a form.
 */
#ifndef POSTWACHT_TICK_BOXES_H
#define POSTWACHT_TICK_BOXES_H

#include "imaging/image.h"

struct tick_line {         /* a word or phrase */
    double left, right, y; /* px: where it begins and ends, and its middle */
};
struct tick_result {
    int boxes;                        /* of the form; 0: none */
    bool ticked;                      /* one of them, and what is printed here belongs to it: */
    double from_x, to_x, y, half_row; /* px; y +- half_row */
    double ink;                       /* share of dark inside the darkest box, */
    double second;                    /* and inside the next */
};

/* image: grey or RGB with dpi_x set (200 or more), in which ticks are looked for; outline: the same
 * place with the form's own ink only, where that is known apart (a coloured stamp that a postmark
 * crosses), else image again. line: what was understood, to find boxes beside;
 * word: all words of three letters or more, which are no boxes. A box is a square outline of 2 to 6
 * mm, all of them on one side of their text, in one column or several; ticks are printed or written
 * and may leave the box. */
bool tick_boxes_read(const struct image *image, const struct image *outline,
                     const struct tick_line *line, int n_lines, const struct tick_line *word,
                     int n_words, struct tick_result *ret, struct err *err);

#endif
