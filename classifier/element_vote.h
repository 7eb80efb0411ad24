/* element_vote: whether an element is seen where a way of laying the template puts it, at
 * COARSE_DPI. Part of matching (match.c). */
#ifndef POSTWACHT_ELEMENT_VOTE_H
#define POSTWACHT_ELEMENT_VOTE_H

#include "classifier/model.h"
#include "imaging/side.h"

/* What elements vote by, each only when what comes before recognised nothing. */
enum vote_by { BY_WHOLES, BY_HALVES, BY_FRAGMENTS, VOTES_BY };

#define PROPOSE_BEST 0.5 /* one element at least must look like itself */

/* `upright` is ink strength of a page turned upright, `laid` maps template mm to its mm. ret_ncc is
 * the highest correlation around the element's place, or what the agreement of its parts is worth
 * on that scale; ret_shift, mm, how far from there. */
bool element_vote(const struct image *upright, const struct element_model *element,
                  const struct affine *laid, enum vote_by by, double *ret_ncc, double ret_shift[2],
                  struct err *err);

#endif
