/* solids: the texture inside the printed strokes and areas of one element, measured once for all
 * checks that use it. */
#ifndef POSTWACHT_SOLIDS_H
#define POSTWACHT_SOLIDS_H

#include "classifier/edges.h"

struct solids {
    int n;         /* pixels of core that were looked at; the rest is 0 when these are too few */
    double grain;  /* spread of brightness between neighbours, % of the print's contrast */
    double colour; /* likewise of the difference between two channels, the pair that differs most;
                      0 when the scan is grey */
    double mottle; /* spread of brightness between tiles of half a millimetre, % of contrast */
    int mottle_tiles;
};
#define MOTTLE_TILES_MIN 16 /* for a spread good to a fifth */
#define SOLIDS_MIN 400      /* pixels: 0.7 mm2 at 600 dpi, for a spread good to a few percent */

/* ret->n is 0 when the element's strokes have no core that the scanner's blur does not reach. */
bool solids_measure(const struct print *print, struct solids *ret, struct err *err);

#endif
