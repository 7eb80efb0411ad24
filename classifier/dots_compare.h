/* dots_compare: whether the tracking dots of two sheets come from one machine. Needs no pixels: for
 * screening, series and the template's list of usual marks. */
#ifndef POSTWACHT_DOTS_COMPARE_H
#define POSTWACHT_DOTS_COMPARE_H

#include "schemas/dots_mark.h"

enum dots_relation {
    DOTS_UNTOLD,       /* too little is clear, or the lattices may be two readings of one */
    DOTS_OTHER_LAYOUT, /* two layouts are read, or their lattices have nothing to do with each other
                        */
    DOTS_SAME_LAYOUT,  /* one layout that says two things: two machines, or one at two times */
    DOTS_SAME_MACHINE  /* one serial, or one code */
};
extern const char *const dots_relation_names[]; /* "untold", ...: as in screening.json */

struct dots_compared {
    enum dots_relation relation;
    int both, different; /* sites with a dot on both sheets; clearly on one only, when laid best */
    double chance; /* log10 that dots in no order would agree as well; 0 when serials decided */
};

/* scale_known false: a picture's pitch is good for nothing but its proportion. */
void dots_compare(const struct dots_mark *a, const struct dots_mark *b, bool scale_known,
                  struct dots_compared *ret);

#endif
