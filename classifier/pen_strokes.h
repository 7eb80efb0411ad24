/* pen_strokes: whether somebody has struck out a block of print, as postmen do with an address that
 * they cannot deliver to. */
#ifndef POSTWACHT_PEN_STROKES_H
#define POSTWACHT_PEN_STROKES_H

#include "classifier/return_regions.h"

/* Whether strokes run through the block; region: a block of print as it was read (angle_deg: of its
 * lines). Frames, underlining and bar codes are none. */
bool pen_strokes_find(const struct side *side, const struct return_region *region, bool *ret_struck,
                      struct err *err);

#endif
