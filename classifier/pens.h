/* pens: ink that came onto an element's print later: pens, stamps, postmarks. */
#ifndef POSTWACHT_PENS_H
#define POSTWACHT_PENS_H

#include "classifier/locate.h"

/* Takes what such ink lies on off located->clear and, where it is of another colour than the
 * element, which hides the print under it, off located->open. Fills located->strange. Needs seen
 * and strength; paper_rgb: of the scan, 0..255. */
bool pens_take_off(struct located *located, const double paper_rgb[3], struct err *err);

#endif
