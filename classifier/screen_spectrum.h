/* screen_spectrum: whether the solids of one element are built of a screen, and which: for the
 * check screened_solid and for the picture that shows it. */
#ifndef POSTWACHT_SCREEN_SPECTRUM_H
#define POSTWACHT_SCREEN_SPECTRUM_H

#include "classifier/edges.h"
#include "classifier/spectrum_rings.h"

#define SCREEN_TILE SPECTRUM_SIDE
#define SCREEN_TILES_MIN                                                                           \
    4                          /* for a median: of two, noise alone reaches three times its usual  \
                                  peak */
#define SCREEN_NOISE_PEAK 10.0 /* what noise alone may reach */

/* The strongest pair of peaks a right angle apart, as the picture has it. */
struct screen_lattice {
    double strength; /* geometric mean of both, over the median at their distance from the middle */
    double lines;    /* per inch */
    double degrees;  /* from across to down, modulo the right angle */
    double bin[2];   /* from the middle of the spectrum to the stronger one */
};

struct screen_spectrum {
    struct plane power; /* SCREEN_TILE square, zero frequency in the middle; empty without tiles */
    int tiles;          /* solid enough to be looked at */
    int channel;        /* 0 red, 1 green, 2 blue */
    struct screen_lattice lattice;
};

/* In one channel, or (-1) in the one that shows a screen most. Needs same_dpi, or what is finer
 * than the picture is lost. */
bool screen_spectrum_make(const struct print *print, int channel, struct screen_spectrum *ret,
                          struct err *err);
void screen_spectrum_finish(struct screen_spectrum *spectrum);

#endif
