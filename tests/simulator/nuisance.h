/* nuisance: what happens to a genuine letter and its scan without making it an imitation. Those
 * that are drawn on purpose are named here; labels over elements, windows and heavy wear are noted
 * by what the sheet is. */
#ifndef SIM_NUISANCE_H
#define SIM_NUISANCE_H

#include "tests/simulator/envelope.h"

struct err;

enum nuisance {
    NUISANCE_CREASE,       /* a hard fold across the letter */
    NUISANCE_CROPPED,      /* a corner or a strip lies outside the scan */
    NUISANCE_SMUDGE,       /* dirt over an element */
    NUISANCE_TAPE,         /* clear tape over an element */
    NUISANCE_STRETCH,      /* a feeder that slips */
    NUISANCE_POSTMARK,     /* over an element */
    NUISANCE_PEN,          /* over an element */
    NUISANCE_LOW_CONTRAST, /* of the whole scan */
    NUISANCE_COVERED,      /* a label over part of an element; the sheet says which */
    NUISANCES
};
extern const char *const nuisance_names[NUISANCES];

/* Reads a comma list, "none" for the empty set, into a set of bits 1 << nuisance. */
bool nuisance_parse(const char *list, unsigned *ret, struct err *err);

/* Puts one that lies on the paper over the box (crease: across the sheet near it). */
void nuisance_lay(struct envelope *envelope, enum nuisance nuisance, struct box box,
                  struct rng rng);

#endif
