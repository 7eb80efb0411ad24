/* verdict: from readings alone, never from pixels, so that it can be recomputed from the register.
 */
#ifndef POSTWACHT_VERDICT_H
#define POSTWACHT_VERDICT_H

#include "schemas/screening.h"

/* Reads template_name and the readings; sets verdict and reasons. */
void verdict_decide(struct screening *screening);

/* Faults of the scan (enum image_fault) by which checks of print can be spoilt. */
unsigned verdict_print_faults(const struct screening *screening);

#endif
