/* registration: whether the inks of an element lie to each other as in the template. Every ink has
 * a plate of its own, hung by hand for every run. */
#ifndef POSTWACHT_REGISTRATION_H
#define POSTWACHT_REGISTRATION_H

#include "classifier/locate.h"

/* Takes the inks that lie elsewhere than the element's placement has them, and what is beside them,
 * off `clear` (at FINE_DPI, of the element's size): their print cannot be compared there. Tells how
 * far the main one lies from the element's placement, which all of them pull at, along its axes. An
 * element of one ink, or of more than REGISTRATION_INKS, is left alone. */
#define REGISTRATION_INKS 4
bool registration_take_off(const struct located *located, const double paper_rgb[3],
                           struct image *clear, double ret_shift_mm[2], struct err *err);

#endif
