/* code_meaning: what a bar or matrix code found on an envelope says, and whether its check agrees.
 */
#ifndef POSTWACHT_CODE_MEANING_H
#define POSTWACHT_CODE_MEANING_H

#include "imaging/codes.h"
#include "schemas/screening.h"

/* Reads symbology and text of code, which are hostile; fills check_result ("ok", "failed", "none"),
 * meaning, kind and detail ("" when nothing is known about such a code). read: the check of the
 * symbology itself. */
void code_explain(struct screening_code *code, enum code_check read);

#endif
