/* envelope: one physical envelope: its paper, two sides of canvas, specks finer than the canvas
 * (stray toner, tracking dots), and what construction shows (flap, seams, window). */
#ifndef SIM_ENVELOPE_H
#define SIM_ENVELOPE_H

#include "tests/simulator/canvas.h"
#include "tests/simulator/firm.h"
#include "tests/simulator/print.h"

struct paper {
    float reflectance[3];              /* linear */
    double texture_sd, texture_um;     /* fibres */
    double formation_sd, formation_mm; /* clouds */
    double optical_um;                 /* spread of light inside the sheet (sigma) */
};

struct speck { /* a spot smaller than a scanner pixel, or little larger */
    float x_mm, y_mm, radius_um;
    float absorb[3];
};

struct side {
    struct canvas canvas;
    struct speck *speck;
    int n_specks, cap_specks;
};

struct envelope {
    enum format format;
    double w_mm, h_mm;
    struct paper paper;
    struct side side[2]; /* ART_FRONT, ART_BACK */
    struct rng rng;
};

struct paper paper_draw(struct colour tint, struct rng machine, struct rng sheet);
bool envelope_init(struct envelope *envelope, enum format format, const struct paper *paper,
                   struct rng rng, struct err *err);
void envelope_finish(struct envelope *envelope);

void side_speck(struct side *side, struct speck speck);
/* Stray toner over the whole side. */
void side_background(struct side *side, const struct print *print, struct rng rng);

/* Flap and seams on the back, what they emboss on the front. */
void envelope_construct(struct envelope *envelope);
/* Film window and the letter behind it; letter: up to n lines. */
void envelope_window(struct envelope *envelope, const char *const *letter, int n, const char *font);
/* Creases, dirt, corner wear of a journey. */
void envelope_handle(struct envelope *envelope, double wear);

#endif
