/* dots_mark: yellow tracking dots in the form in which two sheets' can be held against each other:
 * the lattice on which the code repeats, which sites of one period carry a dot, and what they say
 * when they could be read. Part of screening.json and of template.json.
 *
 * Axes are the code's own as it was read, else the scan's: another sheet's may be turned, mirrored
 * and begin elsewhere (classifier/dots_compare.h). */
#ifndef POSTWACHT_DOTS_MARK_H
#define POSTWACHT_DOTS_MARK_H

#include <stdbool.h>

struct err;

#define DOTS_SITES_MAX 1024 /* of a period; the largest layout known has 512 */

/* Letters of dots_cells.site */
#define DOTS_SITE_DOT 'x'
#define DOTS_SITE_EMPTY '.'
#define DOTS_SITE_UNCLEAR '?'

struct dots_cells {
    double pitch_mm[2];            /* between neighbouring sites, along x and y */
    int w, h, s;                   /* it repeats by (w, 0) and (s, h) sites */
    char site[DOTS_SITES_MAX + 1]; /* w * h letters, row by row; "": no dots were found */
};

struct dots_mark {
    char pattern[8]; /* P1 to P5; "" not read */
    char serial[40]; /* of the machine; "" when the dots do not tell it */
    char code[48];   /* all that they say; "" not read */
    struct dots_cells cells;
};

/* What genuine envelopes carry: an address printed on a colour laser brings its dots. */
#define DOTS_KINDS_MAX 12
struct dots_kind {
    struct dots_mark mark;
    int n_seen; /* envelopes with this mark, or another of the same machine */
};
struct dots_learnt {
    int n_looked; /* envelopes on whose scans dots would have been seen */
    int n_found;  /* of these, those that carry some */
    int n_kinds;
    struct dots_kind kind[DOTS_KINDS_MAX]; /* in the order they were met; others only count */
};

/* Refuses what no scan can have shown: sites that do not fill the period, a pitch of nothing. */
bool dots_cells_check(const struct dots_cells *cells, struct err *err);
/* The same of every kind, and numbers that do not add up. */
bool dots_learnt_check(const struct dots_learnt *learnt, struct err *err);

#endif
