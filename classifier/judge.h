/* judge: a measured value against what genuine envelopes showed; the same for all checks. */
#ifndef POSTWACHT_JUDGE_H
#define POSTWACHT_JUDGE_H

#include "classifier/check.h"
#include "schemas/template.h"

/* Nothing is judged by what was learnt in another unit: an older version measured something else.
 * Fills outcome, value, unit, genuine range, points, weight, reason and note of *ret (check and
 * element names are set from the arguments). stat NULL: nothing was learnt, so it points nowhere.
 * element "" for checks of the sheet. */
void judge_value(const struct check *check, const char *element, const struct template_stat *stat,
                 const struct check_value *value, struct reading *ret);

/* P(T > t) of Student's t with dof > 0 degrees of freedom. */
double student_tail(double t, double dof);

/* A value in the scale the check judges in: its logarithm where values vary by factors. */
double judge_scale(const struct check *check, double value);

/* Mean, sd (n - 1), lowest and highest of the samples' values, in the scale the check judges in. */
void judge_learn(const struct check *check, const double *value, int n, struct template_stat *ret);

#endif
