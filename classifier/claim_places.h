/* claim_places: where on a scan a firm's words would stand, and what is read there. All boxes are
 * upright mm: those of a scan side turned by `turn` degrees clockwise. */
#ifndef POSTWACHT_CLAIM_PLACES_H
#define POSTWACHT_CLAIM_PLACES_H

#include "classifier/claim_words.h"
#include "classifier/match.h"
#include "classifier/return.h"
#include "classifier/text_blocks.h"
#include "imaging/ocr.h"

/* A side of the scan, seen one way up. */
struct claim_view {
    enum side_name on;
    int turn;
};

/* The surroundings of an element that carries words, as one placement lays it. */
struct claim_place {
    int laid;            /* index of the placement, for the caller */
    enum side_name side; /* of the template */
    bool of_name;        /* the firm's name stands there, or would */
    struct claim_view view;
    double own[4];    /* where the element itself is, and reset print of the same words may reach */
    double around[4]; /* where it may have been moved to */
    bool has_window;  /* of the template, on this side: */
    double window[4]; /* what shows in it is the letter's */
    int region;       /* the one that holds it */
};

/* Places that are read together. */
struct claim_region {
    struct claim_view view;
    double box[4];
};

/* Adds the places of a placement to the list of n; returns the new n. */
int claim_places_add(const struct scan *scan, const struct placement *place, int laid,
                     struct claim_place *list, int n, int max);

/* Joins places that overlap so much that reading them together is cheaper; ret holds n. Sets
 * place->region. Returns how many there are, in the order of their first places. */
int claim_regions(struct claim_place *place, int n, struct claim_region *ret);

/* Whether anything of the size of letters stands in it. */
bool claim_region_has_text(const struct scan *scan, const struct text_marks *marks,
                           const struct claim_region *region);

#define CLAIM_READ_MAX 256
struct claim_read {
    int n;
    struct read_word word[CLAIM_READ_MAX]; /* boxes in upright mm */
    bool upright;                          /* so well readable that the side is this way up */
};
/* Without what stands on labels. False when reading failed or took too long. */
bool claim_region_read(const struct scan *scan, const struct side_patches *patches,
                       const struct claim_region *region, struct ocr *ocr, int deadline_ms,
                       struct claim_read *ret, struct err *err);

/* The words of a region that the firm would have printed at this place; the recipient's are none.
 * ret holds read->n. */
int claim_words_at(const struct scan *scan, const struct claim_place *place,
                   const struct claim_read *read, struct read_word *ret);

#endif
