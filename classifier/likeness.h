/* likeness: how much the print at a place is the template's: correlation over what can be seen, ink
 * that is lost or added, and how much softer the scan is. */
#ifndef POSTWACHT_LIKENESS_H
#define POSTWACHT_LIKENESS_H

#include "classifier/locate.h"

#define LOST_SHARE                                                                                 \
    0.08 /* of the print is bare paper: no longer the same, when it is still alike                 \
          */

/* Reads element, strength and open; takes out of open and clear what lies beyond a label's edge
 * that the print tells (cut.h); fills visible, ncc, bare, inked, blur_mm and what fragments_compare
 * does. */
bool likeness_measure(struct located *located, struct err *err);

#endif
