/* demo: the parts of `postwacht demo`: a working folder with simulated envelopes, a template learnt
 * from them, a virtual scanner and a state folder; and the table that holds what the chain said
 * against what was really made. */
#ifndef POSTWACHT_DEMO_H
#define POSTWACHT_DEMO_H

#include "schemas/base/file.h"

#include <stdbool.h>

struct err;

struct demo {
    char work[PATH_SIZE];      /* all below it */
    char envelopes[PATH_SIZE]; /* made once for each seed and dpi */
    char enrol[PATH_SIZE];     /* scans of genuine envelopes, once as well */
    char templates[PATH_SIZE]; /* learnt from them, again when the programs changed */
    char state[PATH_SIZE];     /* fresh each time */
    char hopper[PATH_SIZE];    /* of the virtual scanner, fresh as well */
    char sane[PATH_SIZE];      /* its configuration */
    long seed, dpi, port;
};

/* Makes everything up to a state folder that postwachtd can be started on; says what it does. Sets
 * SANE_CONFIG_DIR and LD_LIBRARY_PATH for the programs that are started after it. */
bool demo_prepare(struct demo *demo, struct err *err);
#define DEMO_DEVICE "feeder:demo"

/* Prints one row a sheet of the newest batch, and a summary. all_right: every sheet of the truth is
 * in the register once, its verdict and its return are what was made, and the register verifies. */
bool demo_report(const struct demo *demo, bool *ret_all_right, struct err *err);

#endif
