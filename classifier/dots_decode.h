/* dots_decode: the publicly documented layouts of tracking codes, and reading them.
 *
 * P1 to P5 as counted by Richter, Escher, Schoenfeld and Strufe, "Forensic analysis and
 * anonymisation of printed documents" (IH&MMSec 2018); P4 includes the DocuColor code that the
 * Electronic Frontier Foundation read in 2005. A code is given only when every check of its layout
 * holds, no dot stands where the layout has none, at least three repeats agree, and no other
 * reading of the same dots passes as well. */
#ifndef POSTWACHT_DOTS_DECODE_H
#define POSTWACHT_DOTS_DECODE_H

#include "classifier/dots_lattice.h"

#define DOT_CODE_SIZE 48

struct dot_code {
    char digits[DOT_CODE_SIZE]; /* all that the dots say, in the layout's own figures */
    char serial[40];            /* of the machine; "" when nobody has told which part is it */
    char time[24];              /* "2026-03-14T15:09", local to the printer, or "" */
    char maker[40];             /* "HP"; several where the layout is shared; "" unknown */
};

struct dot_layout {
    const char *name;
    double pitch_mm[2];       /* along x, y */
    struct dot_period period; /* s < 0: not documented, all are tried */
    bool mirrors;             /* printers are known that print it mirrored */
    bool either_way_up;       /* nothing in it tells up from down: the smaller code is given */
    /* Reads the code whose origin is at the fold's site (x, y); *ret_dots: how many dots it
     * explains. */
    bool (*read)(const struct dot_fold *fold, int x, int y, struct dot_code *ret, int *ret_dots);
};
extern const struct dot_layout dot_layouts[];
extern const int n_dot_layouts;

/* The longest of the waves along an axis that are nearly as strong as its strongest; there must be
 * one. */
const struct dot_wave *dot_wave_fundamental(const struct dot_waves *waves, int axis);

struct dot_decoded {
    const struct dot_layout *layout; /* NULL: no code was read */
    struct dot_code code;
    struct dot_grid grid;
    struct dot_turn turn; /* of layout and period on the grid */
    struct dot_period period;
    struct dot_repeats repeats;
    uint8_t bit[DOT_FOLD_SITES_MAX]; /* of the period's sites: those with a dot, as in dot_fold */
    bool ambiguous;                  /* more than one code passes all checks: none is given */
};

/* Tries every layout of which waves have the pitch to 3 %, or, on a picture whose scale is not
 * known, whose two pitches have the proportion of the strongest waves. */
bool dots_decode(const struct dot_field *field, const struct dot_waves *waves, bool scale_known,
                 struct dot_decoded *ret, struct err *err);

#endif
