/* marks: print without a fixed place that a template must have or must not have (a franking
 * imprint, another carrier's logo), looked for where it may stand. */
#ifndef POSTWACHT_MARKS_H
#define POSTWACHT_MARKS_H

#include "classifier/check.h"

enum mark_state {
    MARK_SEARCHED,    /* ncc and box say what was found best */
    MARK_NOT_SCANNED, /* its side is not in the scan */
    MARK_HIDDEN,      /* labels lie where it may stand, or it is there in part: half or smeared */
    MARK_NOT_ASKED    /* asked only of posted sheets, and nothing franks this one */
};

struct mark_found {
    enum mark_state state;
    double ncc;       /* of the best place, -1..1; lowered where its letters are others */
    double box_mm[4]; /* there, on the template's page */
};

bool mark_find(const struct sheet_view *view, int mark, struct mark_found *ret, struct err *err);

/* What was found, as a check's value: how alike the best place is, and where it is. */
void mark_tell(const struct sheet_view *view, int mark, const struct mark_found *found,
               struct check_value *ret);

/* What a rule on mark `index` expects: what the scans that it was taught from showed, else what
 * imprints do. A person states it and n_samples of the template carry it; taught from fewer than 3
 * scans, it carries too little to decide alone. */
void mark_stat(const struct check *check, const struct template_data *data, int index,
               struct template_stat *ret);

#endif
