/* print_places: the place of an element that shows best what was measured of its print. */
#ifndef POSTWACHT_PRINT_PLACES_H
#define POSTWACHT_PRINT_PLACES_H

#include "classifier/check.h"

#define PRINT_PLACE 34 /* px of the scan each way: 1.4 mm at 600 dpi, two or three strokes */

/* Upper left corner of the place, px of the print's picture, by what `why` measures along edges. */
bool print_place_of_edges(const struct print *print, const struct check *why, int ret[2],
                          bool *ret_found, struct err *err);
/* Solid print that no edge's blur reaches and nothing lies over: 255, of the picture's size. */
bool print_core(const struct print *print, struct image *ret, struct err *err);
/* By the texture of solid print. */
bool print_place_of_solids(const struct print *print, int ret[2], bool *ret_found, struct err *err);

#endif
