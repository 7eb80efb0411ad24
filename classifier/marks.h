/* marks: print without a fixed place that a template must have or must not have (a franking
 * imprint, another carrier's logo), looked for where it may stand. */
#ifndef POSTWACHT_MARKS_H
#define POSTWACHT_MARKS_H

#include "classifier/check.h"

enum mark_state {
    MARK_SEARCHED,    /* ncc and box say what was found best */
    MARK_NOT_SCANNED, /* its side is not in the scan */
    MARK_HIDDEN,      /* labels cover much of where it may stand */
    MARK_NOT_ASKED    /* asked only of posted sheets, and nothing franks this one */
};

struct mark_found {
    enum mark_state state;
    double ncc;       /* of the best place, -1..1; lowered where its letters differ */
    double box_mm[4]; /* there, on the template's page */
};

bool mark_find(const struct sheet_view *view, int mark, struct mark_found *ret, struct err *err);

/* What a rule expects, in place of what samples showed: a person states it. n_samples of the
 * template carry it. */
void mark_stat(const struct check *check, const struct template_data *data,
               struct template_stat *ret);

#endif
