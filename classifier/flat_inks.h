/* flat_inks: an element's picture taken apart into the inks it was printed with, ready to be
 * printed again: each ink one flat colour and the area it covers. */
#ifndef POSTWACHT_FLAT_INKS_H
#define POSTWACHT_FLAT_INKS_H

#include "classifier/model.h"

#define FLAT_INKS_MAX 6 /* more than a press lays on an envelope */

struct flat_ink {
    uint8_t rgb[3];     /* on white paper */
    struct image cover; /* grey: 255 covered, 0 not */
};
struct flat_inks {
    int n; /* 0: the picture shows nothing but paper */
    double dpi;
    struct flat_ink ink[FLAT_INKS_MAX]; /* the one that covers most first; all of one size */
};

bool flat_inks_of(const struct element_model *element, struct flat_inks *ret, struct err *err);
void flat_inks_finish(struct flat_inks *inks);

#endif
