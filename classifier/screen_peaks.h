/* screen_peaks: the peaks of spectra of solid print, and the screens that they are. */
#ifndef POSTWACHT_SCREEN_PEAKS_H
#define POSTWACHT_SCREEN_PEAKS_H

#include "imaging/image.h"
#include "schemas/print_screens.h"

#define SCREEN_PEAKS_MAX 256
#define SCREEN_SMEAR_BINS                                                                          \
    6 /* by which narrow strokes blur a place: 28 lines an inch; other inks are 10 away (15        \
         degrees at 150 lines) */
#define SCREENS_PEAK_MIN                                                                           \
    10.0 /* strength from which on it is one: print is not as even as noise                        \
          */

struct screen_peak {
    int channel;
    double fx, fy;   /* bins from the middle */
    double strength; /* over the median of its ring */
    double partner;  /* the same at a right angle */
};

struct screen_peaks {
    double dpi, least; /* strength that noise does not reach */
    bool smeared;
    int n;
    struct screen_peak at[SCREEN_PEAKS_MAX];
};

/* tiles: area that the spectra come from, in tiles; smeared: it consists of narrow strokes. */
void screen_peaks_begin(double dpi, double tiles, bool smeared, struct screen_peaks *ret);
/* power: SPECTRUM_SIDE square, zero frequency in the middle; of one channel. */
bool screen_peaks_add(const struct plane *power, int channel, struct screen_peaks *peaks,
                      struct err *err);
/* How many there are, the strongest first. Puts the peaks in another order. */
int screen_peaks_screens(struct screen_peaks *peaks, struct print_screen ret[PRINT_SCREENS_MAX]);

#endif
