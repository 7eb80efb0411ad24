/* verdict: from readings alone, never from pixels, so that it can be recomputed from the register.
 */
#ifndef POSTWACHT_VERDICT_H
#define POSTWACHT_VERDICT_H

#include "schemas/screening.h"

struct check;

/* Reads template_name and the readings; sets verdict and reasons. */
void verdict_decide(struct screening *screening);

/* Whether the check's readings may be judged on this scan, which may be compressed or blurred. */
bool verdict_judges(const struct screening *screening, const struct check *check);

#endif
