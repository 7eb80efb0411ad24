/* sets: which sheets a batch holds. Every plan follows from (seed, set, number) alone, except the
 * order of the demo batch, which follows from the seed. */
#ifndef SIM_SETS_H
#define SIM_SETS_H

#include "tests/simulator/sheet.h"

enum set_name { SET_ENROL, SET_DEMO, SET_TEST, SET_STRESS, SETS };
extern const char *const set_names[SETS];

struct wish { /* what the caller fixes; zeroed: all is drawn */
    bool deviations_fixed, tech_fixed, returned_fixed, skew_fixed, wear_fixed;
    struct deviations deviations; /* of every imitation */
    enum tech tech;               /* of every imitation */
    bool returned;                /* own sheets: always or never */
    double skew, wear;            /* every sheet */
    char hidden[ART_NAME_SIZE];   /* element of every own sheet under a label; "" none */
    double hidden_share, blur_px, fade;
    bool nuisances_fixed;
    unsigned nuisances; /* of every own sheet; set of bits 1 << enum nuisance */
};

struct set_options {
    enum set_name set;
    uint64_t seed;
    struct firm firm;
    int format;        /* enum format, or -1: the firm's first */
    int count;         /* 0: the set's own size */
    double mix[KINDS]; /* shares of genuine, imitation, other (test, stress) */
    enum { DOTS_NONE, DOTS_SOME, DOTS_ALL } dots;
    bool turn; /* feed at any of four orientations */
    struct wish wish;
};

/* Whether the wishes can be had for this set and firm; err says which cannot. */
bool set_possible(const struct set_options *options, struct err *err);
int set_size(const struct set_options *options);
/* number from 1. */
struct plan set_plan(const struct set_options *options, int number);
struct rng set_rng(const struct set_options *options, int number);

#endif
