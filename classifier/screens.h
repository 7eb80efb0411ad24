/* screens: which halftone screens the solid print of one element is built of: frequency, angle,
 * dots or lines, by channel; measured once for all checks that use it. */
#ifndef POSTWACHT_SCREENS_H
#define POSTWACHT_SCREENS_H

#include "classifier/edges.h"
#include "schemas/print_screens.h"

#define SCREENS_DPI_MIN 500.0 /* 175 lines an inch are 3.4 px of 600 dpi, but 1.7 of 300 */

struct screens {
    double area_mm2;  /* solid print that was looked at; 0: not measured */
    double broad_mm2; /* of it in strokes of a millimetre or more, where every screen shows */
    double open; /* share of the element's solid print that is: the rest lies under something */
    int n;
    struct print_screen screen[PRINT_SCREENS_MAX]; /* the strongest first */
};
/* area_mm2 stays 0 below SCREENS_DPI_MIN. */
bool screens_measure(const struct print *print, struct screens *ret, struct err *err);

/* The spectrum they are seen in, of one channel, over the medians of its rings: SPECTRUM_SIDE
 * square, zero frequency in the middle. */
bool screens_spectrum(const struct print *print, int channel, struct plane *ret, struct err *err);

/* Whether enough was looked at to say which screens there are; also, that there is none. */
bool screens_show(const struct screens *screens);
bool screens_show_none(const struct screens *screens);
/* Within which two places are one, lines an inch: a step of the spectrum, more in narrow print. */
double screens_reach(const struct screens *screens, double dpi);

/* The parts of a picture that are solid print, of a mask of its ink: 255. Dots of a tint are closed
 * to one area, its rim is left out. */
bool screens_area(const struct image *mask, double dpi, struct image *ret, struct err *err);
bool screens_in(const struct image *rgb, const struct image *area, double dpi, struct screens *ret,
                struct err *err);

#endif
