/* print_screens: the halftone screens that an element's solid print is built of, as measured on one
 * sheet and as genuine samples showed them. Part of template.json. Frequencies and angles are those
 * on the template's page: a scan is brought to the template's size before they are measured, so
 * that neither the scanner's stretch nor a reprint's scale is in them. */
#ifndef POSTWACHT_PRINT_SCREENS_H
#define POSTWACHT_PRINT_SCREENS_H

#include <stdbool.h>

#define PRINT_SCREENS_MAX 6 /* four inks, and two that appear by their overlap */

enum screen_kind {
    SCREEN_DOTS,  /* repeats along two directions at a right angle */
    SCREEN_LINES, /* along one */
    SCREEN_UNTOLD /* too weak to tell */
};
#define SCREEN_KIND_COUNT 3
extern const char *const screen_kind_names[SCREEN_KIND_COUNT];

struct print_screen {
    enum screen_kind kind;
    int channel;     /* that shows it most: 0 red (cyan ink), 1 green (magenta), 2 blue (yellow) */
    double lines;    /* per inch */
    double degrees;  /* from across to down; modulo 90, of lines modulo 180 */
    double strength; /* power over the median at its distance from the middle of the spectrum */
};

struct screen_learnt {
    struct print_screen screen; /* the mean of those that show it; strength: geometric */
    double sd_lines;            /* how far these lie from it, lines an inch in any direction */
    int n_seen;
};

struct screens_learnt {
    int n_looked; /* samples whose screens could be measured; 0 in old templates */
    int n;        /* the strongest first */
    struct screen_learnt learnt[PRINT_SCREENS_MAX];
};

#endif
