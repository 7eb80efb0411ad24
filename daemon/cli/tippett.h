/* tippett: likelihood ratios of sheets of known origin as a plot (SVG). For every ratio, the share
 * of the imitations and of the genuine sheets that were told more than that. */
#ifndef POSTWACHT_TIPPETT_H
#define POSTWACHT_TIPPETT_H

#include "classifier/likelihood.h"

struct buf;

/* The share of the trials of one kind that were told more than log10_lr. */
double tippett_share(const struct trial *trial, int n, bool imitation, double log10_lr);

/* end: the plot goes from -end to end, in log10 units. The title is escaped. */
void tippett_svg(const struct trial *trial, int n, double end, const char *title, struct buf *ret);

#endif
