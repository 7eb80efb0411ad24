/* verdict_claims: whether a sheet claims to be ours, from its readings alone; part of verdict.c. */
#ifndef POSTWACHT_VERDICT_CLAIMS_H
#define POSTWACHT_VERDICT_CLAIMS_H

#include "schemas/screening.h"

struct check;

#define CLAIM_NCC 0.75    /* an element counts as found (locate.c) */
#define NEVER_GENUINE 3.0 /* surprisal: one in a thousand, as a sheet has some 20 readings */

bool verdict_claims(const struct screening *screening);

/* NULL when there is none. element "": of the sheet. */
const struct reading *reading_of(const struct screening *screening, const struct check *check,
                                 const char *element);

#endif
