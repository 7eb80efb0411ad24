/* technology: a second opinion on how the firm's print was made, from a table of ranges that holds
 * for any firm and any scanner. It takes no part in the verdict, which compares with the firm's own
 * envelopes. */
#ifndef POSTWACHT_TECHNOLOGY_H
#define POSTWACHT_TECHNOLOGY_H

#include "schemas/screening.h"

/* From the readings of a sheet: sets technology.estimate to "laser", "offset", "inkjet" or, when
 * the measures do not part them, when there are too few or the scan is coarser than 500 dpi,
 * "unknown". */
void technology_estimate(struct screening *screening);

#endif
