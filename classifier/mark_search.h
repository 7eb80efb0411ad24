/* mark_search: where on a side a mark's picture lies, however it was aimed: place, a few degrees of
 * turn, and the stretch of a feeder; and how much of it is there, part by part. */
#ifndef POSTWACHT_MARK_SEARCH_H
#define POSTWACHT_MARK_SEARCH_H

#include "classifier/model.h"
#include "imaging/side.h"

#define MARK_ALIKE_NCC 0.6 /* other imprints and print reach 0.3-0.6 */

/* A side to be searched. */
struct mark_field {
    const struct image *strength; /* ink as fed, at SIDE_REDUCED_DPI */
    struct affine page;           /* mm of the frame that boxes are given in -> page mm as fed */
};

struct mark_place {
    double ncc;             /* -1..1; -1 when the mark is larger than the zone */
    struct affine to_frame; /* mark mm, origin at its corner -> frame mm */
    double agrees;          /* share of the mark's ink in parts that are like it */
    double bare;            /* share in parts where there is next to no ink */
    double inked;           /* share of the mark's ink on which there is ink */
};

/* Ink of a rectangle of the frame. */
bool mark_field_ink(const struct mark_field *field, const double zone_mm[4], double dpi,
                    struct image *ret, struct err *err);

bool mark_search(const struct mark_field *field, const struct element_model *mark,
                 const double zone_mm[4], struct mark_place *ret, struct err *err);

#endif
