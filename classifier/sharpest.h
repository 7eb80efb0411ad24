/* sharpest: how sharp the sharpest print on a scan is, whoever printed it. No edge is sharper than
 * the scanner shows it, so this bounds the scan's own blur from above. */
#ifndef POSTWACHT_SHARPEST_H
#define POSTWACHT_SHARPEST_H

#include "classifier/match.h"

/* 10-90 % width in um of the sharpest edges of all sides, at the resolution they were scanned in;
 * 0 when too little is printed. */
bool sharpest_edge(const struct scan *scan, double *ret_um, struct err *err);

#endif
