/* likelihood: cost, its minimum, error rate, calibration and intervals against closed forms. */
#include "tests/unit/test_support.h"

#include "classifier/likelihood.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

static void near(double seen, double expected, double within)
{
    if (!(fabs(seen - expected) <= within))
        fail_msg("%g instead of %g within %g", seen, expected, within);
}

static void cost_of_known_ratios(void **state)
{
    (void)state;
    const struct trial silent[] = {{0, true}, {0, true}, {0, false}};
    near(cllr(silent, 3), 1, 1e-12);
    const struct trial three[] = {{log10(3), true}, {-log10(3), false}};
    near(cllr(three, 2), log2(4.0 / 3), 1e-12);
    const struct trial mixed[] = {{log10(3), true}, {0, true}, {1, false}};
    near(cllr(mixed, 3), ((log2(4.0 / 3) + 1) / 2 + log2(11)) / 2, 1e-12);
    const struct trial sure[] = {{INFINITY, true}, {-INFINITY, false}};
    near(cllr(sure, 2), 0, 0);
}

/* In order genuine, imitation, genuine, imitation: the two in the middle are pooled, and their
 * ratio is one. */
static void violators_are_pooled(void **state)
{
    (void)state;
    const struct trial trial[] = {{0.5, false}, {-2, false}, {0.1, true}, {9, true}};
    double ret[4], least, rate;
    struct err err;
    assert_ok(pool_adjacent_violators(trial, 4, ret, &err), &err);
    assert_true(isinf(ret[1]) && ret[1] < 0);
    near(ret[2], 0, 1e-12);
    near(ret[0], 0, 1e-12);
    assert_true(isinf(ret[3]) && ret[3] > 0);
    assert_ok(cllr_min(trial, 4, &least, &err), &err);
    near(least, 0.5, 1e-12);
    assert_ok(equal_error_rate(trial, 4, &rate, &err), &err);
    near(rate, 0.25, 1e-12);
}

/* Equal ratios can only be told alike; unequal numbers of both kinds do not count as odds. */
static void ties_and_uneven_numbers(void **state)
{
    (void)state;
    const struct trial trial[] = {{1, true}, {1, false}, {1, false}, {1, false}};
    double ret[4], rate;
    struct err err;
    assert_ok(pool_adjacent_violators(trial, 4, ret, &err), &err);
    for (int i = 0; i < 4; i++)
        near(ret[i], 0, 1e-12);
    assert_ok(equal_error_rate(trial, 4, &rate, &err), &err);
    near(rate, 0.5, 1e-12);
    const struct trial apart[] = {{1, true}, {2, true}, {-1, false}};
    assert_ok(equal_error_rate(apart, 3, &rate, &err), &err);
    near(rate, 0, 1e-12);
}

#define MANY 20000

/* Scores of +-2 that are right nine times in ten: log10 9 is what they are worth. */
static void boasting_scores_are_calibrated(void **state)
{
    (void)state;
    struct trial *trial = calloc(MANY, sizeof *trial);
    struct calibration calibration;
    assert_non_null(trial);
    for (int i = 0; i < MANY; i++) {
        bool imitation = i % 2, right = i / 2 % 10 != 0;
        trial[i] = (struct trial){imitation == right ? 2 : -2, imitation};
    }
    calibration_learn(trial, MANY, &calibration);
    near(calibration_apply(&calibration, 2), log10(9), 1e-3);
    near(calibration.shift, 0, 1e-3);
    for (int i = 0; i < MANY; i++) /* all are said one unit too high */
        trial[i].log10_lr += 1;
    calibration_learn(trial, MANY, &calibration);
    near(calibration_apply(&calibration, 3), log10(9), 2e-3);
    near(calibration_apply(&calibration, -1), -log10(9), 2e-3);
    free(trial);
}

/* Few sheets that do not overlap: the slope would have no end. Scores that say the reverse are
 * worth nothing. */
static void never_strengthened_and_never_turned(void **state)
{
    (void)state;
    const struct trial apart[] = {{0.1, true}, {0.2, true}, {-0.1, false}, {-0.2, false}};
    struct trial reverse[400];
    struct calibration calibration;
    calibration_learn(apart, 4, &calibration);
    near(calibration.slope, 1, 1e-6);
    for (int i = 0; i < 400; i++)
        reverse[i] = (struct trial){i % 2 ? -3 : 3, i % 2};
    calibration_learn(reverse, 400, &calibration);
    near(calibration.slope, 0, 1e-6);
    near(calibration_apply(&calibration, 3), 0, 1e-6);
    const struct trial alone[] = {{3, true}, {2, true}};
    calibration_learn(alone, 2, &calibration);
    near(calibration_apply(&calibration, 1.5), 1.5, 1e-12);
}

/* Wilson's interval: z^2/(n + z^2) above none of ten; five of ten by Newcombe 1998. */
static void intervals(void **state)
{
    (void)state;
    double range[2];
    share_interval(0, 10, range);
    near(range[0], 0, 1e-12);
    near(range[1], 3.841459 / 13.841459, 1e-6);
    share_interval(5, 10, range);
    near(range[0], 0.2366, 1e-4);
    near(range[1], 0.7634, 1e-4);
    share_interval(0, 0, range);
    near(range[1] - range[0], 1, 0);
}

/* Half of the imitations told 1, half 0: the mean cost of 100 varies by the binomial. */
static void cost_interval_is_that_of_drawing_again(void **state)
{
    (void)state;
    struct trial trial[200];
    double range[2];
    struct err err;
    for (int i = 0; i < 200; i++)
        trial[i] = (struct trial){i % 2 ? (i / 2) % 2 : -9, i % 2};
    assert_ok(cllr_interval(trial, 200, range, &err), &err);
    double low = log2(1.1), half = 1.96 * (1 - low) * 0.05 / 2;
    near(range[0], cllr(trial, 200) - half, 0.006);
    near(range[1], cllr(trial, 200) + half, 0.006);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cost_of_known_ratios),
        cmocka_unit_test(violators_are_pooled),
        cmocka_unit_test(ties_and_uneven_numbers),
        cmocka_unit_test(boasting_scores_are_calibrated),
        cmocka_unit_test(never_strengthened_and_never_turned),
        cmocka_unit_test(intervals),
        cmocka_unit_test(cost_interval_is_that_of_drawing_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
