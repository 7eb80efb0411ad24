/* return_country: which country and operator sent a sheet back. */
#ifndef POSTWACHT_RETURN_COUNTRY_H
#define POSTWACHT_RETURN_COUNTRY_H

#include "classifier/return_reading.h"

/* speaking: the n readings that speak for a return; all: everything that was read, addresses among
 * it. Sets country and operator_ of *ret, "" when two countries are close or none is attested. */
void return_country_decide(const struct return_reading *const *speaking, int n,
                           const struct return_reading *all, int n_all,
                           const struct phrases *phrases, struct screening_return *ret);

#endif
