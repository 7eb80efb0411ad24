/* deviations: what a forger got wrong, and how the truth file names it. All false: the firm's own
 * artwork. The measures say how far a moved or scaled element is off. */
#ifndef SIM_DEVIATIONS_H
#define SIM_DEVIATIONS_H

#include <stdbool.h>
#include <stddef.h>

#define DEVIATION_LIST_SIZE 512 /* holds every name at once */

struct err;
struct rng;

struct deviations {
#define DEVIATION(name) bool name;
#include "tests/simulator/deviations.def"
#undef DEVIATION
    double moved_mm, moved_angle, scale;
};

/* Draws how far what is moved or scaled is off; never off the paper. */
void deviations_measure(struct deviations *deviations, struct rng *rng);

/* Comma-separated names, as the truth file gives them. */
void deviations_list(const struct deviations *deviations, char *ret, size_t size);

/* Reads such a list; "none" and "print_differs" add nothing. */
bool deviations_parse(const char *list, struct deviations *ret, struct err *err);

bool deviations_any(const struct deviations *deviations);

#endif
