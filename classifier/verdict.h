/* verdict: from readings alone, never from pixels, so that it can be recomputed from the register.
 */
#ifndef POSTWACHT_VERDICT_H
#define POSTWACHT_VERDICT_H

#include "schemas/screening.h"

/* Reads template_name and the readings; sets verdict and reasons. */
void verdict_decide(struct screening *screening);

#endif
