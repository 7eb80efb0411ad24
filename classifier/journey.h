/* journey: what on a sheet tells of its way: posted, sorted, delivery attempted, returned. Only
 * what stands on the paper, each with its place; when the sheet was received is known to who
 * scanned it. */
#ifndef POSTWACHT_JOURNEY_H
#define POSTWACHT_JOURNEY_H

#include "classifier/return_reading.h"

/* Fills screening->event from what was read (reading, boxes as fed) and from the screening's return
 * and codes (boxes upright, as those of events). turn: degrees clockwise that make each side
 * upright; -1 not known. */
void journey_tell(const struct return_reading *reading, int n,
                  const struct side *const side[SIDE_COUNT], const int turn[SIDE_COUNT],
                  struct screening *screening);

/* Adds that the address is struck out; upright_mm: where. */
void journey_tell_strokes(enum side_name side, const double upright_mm[4],
                          struct screening *screening);

#endif
