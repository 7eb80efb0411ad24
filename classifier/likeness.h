/* likeness: how much the print at a place is the template's: correlation over what can be seen, ink
 * that is lost or added, and how much softer the scan is. */
#ifndef POSTWACHT_LIKENESS_H
#define POSTWACHT_LIKENESS_H

#include "classifier/locate.h"

#define LOST_SHARE 0.08 /* of the print is bare paper: no longer the same, when it is still alike  \
                         */

/* Reads element, strength and open; fills visible, ncc, bare, inked and blur_mm. */
bool likeness_measure(struct located *located, struct err *err);

#endif
