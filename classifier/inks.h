/* inks: the inks that an element was printed in, as the directions in which they take light away
 * from its paper. */
#ifndef POSTWACHT_INKS_H
#define POSTWACHT_INKS_H

#include "classifier/model.h"

#define INKS_MAX 32

struct inks {
    int n;
    struct ink_direction {
        double v[3]; /* unit vector in RGB */
        long px;     /* of full ink at FINE_DPI */
    } ink[INKS_MAX];
};

/* The inks of the template's print, less what is the rim between two of them. */
void inks_of(const struct element_model *element, struct inks *ret);
/* What a pixel lacks of the paper's light, levels; returns the most of the three channels. */
double ink_lack(const uint8_t *rgb, const double paper_rgb[3], double ret[3]);
/* The ink that such a colour is a shade of, to within off_most levels, or n. */
int ink_of(const struct inks *inks, const double lack[3], double off_most);

#endif
