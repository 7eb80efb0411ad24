/* type_lines: which of the pieces of ink on a page are letters on straight lines of type. Pure
 * geometry, mm. */
#ifndef POSTWACHT_TYPE_LINES_H
#define POSTWACHT_TYPE_LINES_H

#define TYPE_LETTERS_MAX 400
#define TYPE_LINES_MAX 16
#define TYPE_LENGTH_MIN_MM 6.0

struct type_letter {
    double x, y, w, h;
    int line; /* used while searching */
};

struct type_line {
    double box_mm[4]; /* x, y, w, h */
    int letters;
    int block; /* lines of the block that it is part of, itself included */
};

/* n at most TYPE_LETTERS_MAX; sorts the letters. Returns how many lines, at most max; block is 1.
 */
int type_lines_find(struct type_letter *letter, int n, struct type_line *ret, int max);
/* Fills block of n lines, at most TYPE_LINES_MAX. */
void type_lines_blocks(struct type_line *line, int n);

#endif
