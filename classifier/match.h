/* match: which template, which side of the scan, which way up, and where its elements should lie.
 * A match is a proposal: whether the sheet really claims to be the firm's is read from the
 * elements afterwards. */
#ifndef POSTWACHT_MATCH_H
#define POSTWACHT_MATCH_H

#include "classifier/model.h"
#include "classifier/page_lay.h"
#include "schemas/screening.h"

/* A prepared scan: up to two sides, with what matching derives from each once. */
struct scan {
    struct side side[SIDE_COUNT];
    bool has[SIDE_COUNT];
    struct image strength[SIDE_COUNT]; /* of side.reduced, at SIDE_REDUCED_DPI, as fed */
    double
        sharpest_um; /* 10-90 % width of the sharpest edges on it; 0: none to tell (sharpest.h) */
};
bool scan_derive(struct scan *scan, struct err *err); /* after the sides are prepared */
void scan_finish(struct scan *scan);                  /* sides included */

/* The firm's own words, read where it prints its own (claim.h). */
struct claim_reading {
    double score;        /* 0: they were not looked for; from SENDER_CLAIM_SCORE on they claim */
    bool slogan;         /* they are one, not the name: others may say the same */
    enum side_name side; /* of the template */
    double box_mm[4];    /* on the template's page */
    char text[128];      /* as read */
};

struct placement {
    const struct model *model;
    enum side_name scan_side[SIDE_COUNT]; /* which side of the scan carries the template's side s */
    bool has[SIDE_COUNT];                 /* template side s was scanned and has elements */
    int turn[SIDE_COUNT];                 /* degrees clockwise that make that scan side upright */
    struct affine page[SIDE_COUNT];       /* template mm -> page mm of that scan side */
    bool by_features[SIDE_COUNT];         /* page is a similarity of the features' own */
    bool assumed[SIDE_COUNT]; /* nothing was recognised on it: its turn follows the other side */
    struct affine other_page[SIDE_COUNT]; /* when assumed: the same, turned by 180 degrees */
    double score;                         /* sum over elements of how well each was seen */
    double best;                          /* correlation of the best element, at 75 dpi */
    struct claim_reading named;           /* what claim_by_text found with this placement */
};

/* Tries every model and proposes those of which at least one element looks like itself: the best
 * placement of each, most agreement first, at most max. */
bool match_candidates(const struct scan *scan, struct model *const *model, int n_models,
                      struct placement *ret, int max, int *ret_n, struct err *err);
/* The first of them; true in *ret_found when there is one. */
bool match_scan(const struct scan *scan, struct model *const *model, int n_models,
                struct placement *ret, bool *ret_found, struct err *err);

/* Lays the outlines on each other, the front turned by `turn` (the back as a feeder turns it over),
 * without asking the elements; false when the formats differ or the side is not there. */
bool match_by_outline(const struct scan *scan, const struct model *model, bool swap, int turn,
                      struct placement *ret);

/* Where the element's own corner of the page lays the template on a side of another format, turned
 * upright by `turn`: page mm. False when the formats are the same. */
bool match_at_corner(const struct model *model, int element, const struct side *scanned, int turn,
                     struct affine *ret_page);

/* How much wider and higher than the template says the sheet is, upright; false when the front was
 * not scanned or its outline not found. */
bool size_off(const struct scan *scan, const struct placement *place, double ret_mm[2]);

#endif
