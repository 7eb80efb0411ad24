/* film: what lies over print and lets it be seen: tape, film. */
#ifndef POSTWACHT_FILM_H
#define POSTWACHT_FILM_H

#include "classifier/locate.h"

/* Takes those regions off `covered` through which the template's print is to be seen: as a whole,
 * or where it is seen part by part, as when a label and what it lies on came out as one region. */
bool film_take_off(const struct located *located, struct image *covered, struct err *err);

#endif
