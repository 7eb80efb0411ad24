/* sorting_bars: the orange bars that sorting machines spray along an envelope's edge. They are the
 * post's own and not decoded: that they are there says that the sheet went through a machine. */
#ifndef POSTWACHT_SORTING_BARS_H
#define POSTWACHT_SORTING_BARS_H

#include "imaging/side.h"

struct sorting_bars {
    int n;            /* bars of the longest row; 0: none */
    double box_mm[4]; /* around it, page mm as fed */
};

bool sorting_bars_find(const struct side *side, struct sorting_bars *ret, struct err *err);

#endif
