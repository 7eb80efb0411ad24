/* return_decide: from what was read on a sheet to one answer: returned or not, by whom, and why. */
#ifndef POSTWACHT_RETURN_DECIDE_H
#define POSTWACHT_RETURN_DECIDE_H

#include "classifier/return_reading.h"

/* readings in any order; fills *ret completely (crop stays ""). */
void return_decide(const struct return_reading *reading, int n, const struct phrases *phrases,
                   struct screening_return *ret);

#endif
