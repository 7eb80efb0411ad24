/* deviations: what a forger got wrong, and how the truth file names it. All false: the firm's own
 * artwork. The measures say how far a moved or scaled element is off. */
#ifndef SIM_DEVIATIONS_H
#define SIM_DEVIATIONS_H

#include <stdbool.h>
#include <stddef.h>

#define DEVIATION_LIST_SIZE 512 /* holds every name at once */

struct err;
struct rng;

enum has { /* what a firm's envelope has, and a deviation may need */
           HAS_LOGO = 1,
           HAS_SENDER = 2,
           HAS_SLOGAN = 4,
           HAS_MARK = 8
};

enum slip { /* what is wrong in a text that differs */
            SLIP_SPELLING,
            SLIP_LETTER,
            SLIP_DIGIT,
            SLIP_WORD,
            SLIPS
};

struct deviations {
#define DEVIATION(name, needs) bool name;
#include "tests/simulator/deviations.def"
#undef DEVIATION
    double moved_mm, moved_angle, scale;
    enum slip slip;
    unsigned variant; /* which of the ways of the slip, the extra print, the tint, the format */
};

/* Draws how far what is moved or scaled is off; never off the paper. */
void deviations_measure(struct deviations *deviations, struct rng *rng);

/* Sets one of them, all equally likely. */
void deviations_add(struct deviations *deviations, struct rng *rng);

/* Takes away what needs something that the firm (a set of enum has) does not have, or that is
 * missing altogether. */
void deviations_limit(struct deviations *deviations, unsigned has);
/* Name of the first that would be taken away, or NULL. */
const char *deviations_impossible(const struct deviations *deviations, unsigned has);

/* Whether logo, sender or slogan is left: without one of them nothing claims to be the firm's. */
bool deviations_leave_a_claim(const struct deviations *deviations, unsigned has);

/* Comma-separated names, as the truth file gives them. */
void deviations_list(const struct deviations *deviations, char *ret, size_t size);

/* Reads such a list; "none" and "print_differs" add nothing. */
bool deviations_parse(const char *list, struct deviations *ret, struct err *err);

bool deviations_any(const struct deviations *deviations);

#endif
