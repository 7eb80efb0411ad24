/* dots_lattice: how the dots on a grid repeat, and what one repeat looks like.
 *
 * A period is the lattice spanned by (w, 0) and (s, h), in steps of the grid: every plane lattice
 * has exactly one such form with 0 <= s < w. */
#ifndef POSTWACHT_DOTS_LATTICE_H
#define POSTWACHT_DOTS_LATTICE_H

#include "classifier/dots_grid.h"

#include <stdint.h>

struct dot_period {
    int w, h, s;
};

/* All sites of a grid on the field: how deep the dot there is, 0 where there is none, DOT_UNSEEN
 * where the paper is covered or ends. */
#define DOT_UNSEEN (-1.f)
struct dot_sites {
    struct dot_grid grid;
    int u0, v0, width, height; /* site (u0 + i, v0 + j) is depth[j * width + i] */
    float *depth;
};
bool dot_sites_make(const struct dot_field *field, const struct dot_grid *grid,
                    struct dot_sites *ret, struct err *err);
void dot_sites_finish(struct dot_sites *sites);

/* The layout's axes on the grid: quarters of a turn clockwise, after mirroring left to right. */
struct dot_turn {
    int quarters;
    bool mirrored;
};
void dot_turn_site(struct dot_turn turn, int u, int v, int ret[2]);
/* From a place on the layout's axes back to the grid's. */
void dot_turn_back(struct dot_turn turn, double x, double y, double ret[2]);

#define DOT_FOLD_SITES_MAX 1024 /* the largest layout known has 512 */
struct dot_fold {
    struct dot_period period;
    struct dot_turn turn;
    int seen[DOT_FOLD_SITES_MAX], hits[DOT_FOLD_SITES_MAX]; /* site (x, y) is y * w + x */
    float depth[DOT_FOLD_SITES_MAX];                        /* sum over the hits */
    uint8_t bit[DOT_FOLD_SITES_MAX];
    uint8_t clear[DOT_FOLD_SITES_MAX]; /* whether the hits speak for the bit a thousand to one */
    double rate[2];                    /* of hits where bit is 0 and where it is 1 */
    int dots;                          /* bits set */
    int seen_min;                      /* the least of seen */
    double z; /* how far the hits are from being spread evenly, in standard deviations */
};
/* Folds all sites onto one period of no more than DOT_FOLD_SITES_MAX. Bits are not set yet. */
bool dot_fold_make(const struct dot_sites *sites, struct dot_turn turn, struct dot_period period,
                   struct dot_fold *ret, struct err *err);
/* Parts dots from noise: by how often there is something at a site, by how deep that is on average,
 * or by whether there is something more often than noise alone puts there. */
enum dot_cut { DOT_CUT_RATE, DOT_CUT_DEPTH, DOT_CUT_NOISE, DOT_CUTS };
void dot_fold_cut(struct dot_fold *fold, enum dot_cut by);
int dot_period_site(struct dot_period period, int u, int v);

#define DOT_FOLD_SDS_MIN 5.0 /* z from which dots do repeat */
#define DOT_REPEATS_MIN 3    /* that must agree before anything is said */
struct dot_repeats {
    int visible;  /* of which half the dots or more can be seen */
    int agreeing; /* of these, those whose dots are there */
    int blank;    /* of these, those without any: covered by what bears no ink, or cut off */
    int missing;  /* dots that are not there in the agreeing ones */
    int strays;   /* and points of these where the code has no dot */
};
bool dot_repeats_count(const struct dot_sites *sites, const struct dot_fold *fold,
                       struct dot_repeats *ret, struct err *err);

/* The smallest period that most dots repeat with, up to 64 steps each way. *ret_found tells whether
 * there is one. */
bool dot_period_find(const struct dot_sites *sites, struct dot_period *ret, bool *ret_found,
                     struct err *err);

#endif
