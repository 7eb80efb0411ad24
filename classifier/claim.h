/* claim: a sheet on which no element was recognised, but which may name the firm as its sender all
 * the same (everything re-set in other type). Reads the text where the template has its sender. */
#ifndef POSTWACHT_CLAIM_H
#define POSTWACHT_CLAIM_H

#include "classifier/match.h"
#include "imaging/ocr.h"

/* Our address as recipient is no claim: only the sender's own place is read. */
bool claim_by_text(const struct scan *scan, struct model *const *model, int n_models,
                   struct ocr *ocr, struct placement *ret, bool *ret_found, struct err *err);

#endif
