/* claim: a sheet on which no print was recognised that claims to be the firm's, but which names the
 * firm all the same, everything being set again in other type or moved. Reads what stands where the
 * firm prints its own words. */
#ifndef POSTWACHT_CLAIM_H
#define POSTWACHT_CLAIM_H

#include "classifier/match.h"
#include "classifier/return.h"
#include "imaging/ocr.h"

/* Tries the candidates (match_candidates) first, then the outlines of each model in each turn.
 * Proposes those with which the firm's words stand at its own places, surest first, one for each
 * model, at most max; `named` of each tells what was read. Our name as the recipient is no claim.
 */
bool claim_by_text(const struct scan *scan, const struct side_patches patches[SIDE_COUNT],
                   const struct placement *candidate, int n_candidates, struct model *const *model,
                   int n_models, struct ocr *ocr, struct placement *ret, int max, int *ret_n,
                   struct err *err);

#endif
