/* judge: Student's t against published quantiles, learning, directions, slack and the cap. */
#include "classifier/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

static void near(double seen, double expected, double within)
{
    if (!(fabs(seen - expected) <= within))
        fail_msg("%g instead of %g within %g", seen, expected, within);
}

/* Quantiles from the usual printed tables. */
static void student_tail_agrees_with_tables(void **state)
{
    (void)state;
    near(student_tail(0, 3), 0.5, 1e-12);
    near(student_tail(1, 1), 0.25, 1e-9); /* Cauchy: 1/2 - atan(1)/pi */
    near(student_tail(2.7764, 4), 0.025, 2e-5);
    near(student_tail(1.8125, 10), 0.05, 2e-5);
    near(student_tail(4.6041, 4), 0.005, 2e-6);
    near(student_tail(1.96, 1e6), 0.025, 1e-5); /* the normal distribution */
    near(student_tail(-2.7764, 4), 0.975, 2e-5);
}

static const struct check high = {.name = "high",
                                  .unit = "mm",
                                  .reason = "moved",
                                  .direction = HIGH_IS_STRANGE,
                                  .floor_sd = 0.1,
                                  .slack = 0.5};
static const struct check low = {.name = "low",
                                 .unit = "ncc",
                                 .reason = "altered",
                                 .direction = LOW_IS_STRANGE,
                                 .floor_sd = 0.01};
static const struct check factor = {.name = "factor",
                                    .unit = "um",
                                    .reason = "ragged",
                                    .direction = HIGH_IS_STRANGE,
                                    .floor_sd = 0.05,
                                    .log_scale = true};

static struct reading judged(const struct check *check, const double *samples, int n, double value)
{
    struct template_stat stat;
    struct check_value measured = {.outcome = OUTCOME_MEASURED, .value = value};
    struct reading reading;
    memset(&reading, 0, sizeof reading);
    judge_learn(check, samples, n, &stat);
    judge_value(check, "logo", &stat, &measured, &reading);
    return reading;
}

static void learns_mean_spread_and_range(void **state)
{
    (void)state;
    const double samples[] = {1, 2, 3, 4, 5};
    struct template_stat stat;
    judge_learn(&high, samples, 5, &stat);
    near(stat.mean, 3, 1e-12);
    near(stat.sd, sqrt(2.5), 1e-12);
    near(stat.lo, 1, 0);
    near(stat.hi, 5, 0);
    judge_learn(&factor, samples, 5, &stat);
    near(exp(stat.mean), pow(120, 1.0 / 5), 1e-9); /* the geometric mean */
}

static void only_the_strange_direction_counts(void **state)
{
    (void)state;
    const double samples[] = {0.90, 0.91, 0.92, 0.91, 0.90};
    assert_int_equal(judged(&low, samples, 5, 0.5).points, POINTS_IMITATION);
    assert_string_equal(judged(&low, samples, 5, 0.5).reason, "logo_altered");
    assert_int_equal(judged(&low, samples, 5, 1.0).points, POINTS_NEITHER);
    assert_int_equal(judged(&low, samples, 5, 0.91).points, POINTS_GENUINE);
}

static void slack_is_never_strange(void **state)
{
    (void)state;
    const double samples[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    assert_int_equal(judged(&high, samples, 6, 0.6).points, POINTS_GENUINE);
    assert_int_equal(judged(&high, samples, 6, 1.6).points, POINTS_IMITATION);
}

static void samples_cap_the_weight(void **state)
{
    (void)state;
    const double five[] = {6, 6.2, 5.9, 6.1, 6};
    double twenty[20];
    for (int i = 0; i < 20; i++)
        twenty[i] = five[i % 5];
    near(judged(&factor, five, 5, 1000).weight, log10(5), 1e-9);
    near(judged(&factor, twenty, 20, 1000).weight, log10(20), 1e-9);
    assert_true(judged(&factor, five, 5, 6.3).weight <= 0);
}

static void too_few_samples_say_nothing(void **state)
{
    (void)state;
    const double two[] = {6, 6.1};
    struct reading reading = judged(&factor, two, 2, 1000);
    assert_int_equal(reading.points, POINTS_NEITHER);
    assert_false(reading.has_genuine);
}

static void absent_is_a_contradiction_and_occluded_is_not(void **state)
{
    (void)state;
    const double samples[] = {0.97, 0.98, 0.96, 0.97, 0.98};
    struct template_stat stat;
    struct check_value value = {.outcome = OUTCOME_ABSENT};
    struct reading reading;
    memset(&reading, 0, sizeof reading);
    judge_learn(&low, samples, 5, &stat);
    judge_value(&low, "slogan", &stat, &value, &reading);
    assert_int_equal(reading.points, POINTS_IMITATION);
    assert_string_equal(reading.reason, "slogan_missing");
    value.outcome = OUTCOME_OCCLUDED;
    memset(&reading, 0, sizeof reading);
    judge_value(&low, "slogan", &stat, &value, &reading);
    assert_int_equal(reading.points, POINTS_NEITHER);
    assert_string_equal(reading.reason, "");
}

/* A template of an older version, whose check measured in another unit. */
static void another_unit_was_another_measure(void **state)
{
    (void)state;
    static const double samples[] = {1, 1.1, 0.9, 1.05, 0.95};
    struct check older = high;
    older.unit = "px";
    struct template_stat stat;
    struct check_value measured = {.outcome = OUTCOME_MEASURED, .value = 20};
    struct reading reading;
    memset(&reading, 0, sizeof reading);
    judge_learn(&older, samples, 5, &stat);
    judge_value(&high, "logo", &stat, &measured, &reading);
    assert_int_equal(reading.points, POINTS_NEITHER);
    assert_false(reading.has_genuine);
    assert_non_null(strstr(reading.note, "enrol anew"));
}

/* Its surprise is told, but it points nowhere. */
static void what_is_only_shown_is_not_weighed(void **state)
{
    (void)state;
    struct check shown = high;
    const double genuine[] = {0.1, 0.2, 0.15, 0.12, 0.18};
    const struct check_value value = {.outcome = OUTCOME_MEASURED, .value = 9};
    struct template_stat stat;
    struct reading reading = {.check = ""};
    judge_learn(&shown, genuine, 5, &stat);
    judge_value(&shown, "logo", &stat, &value, &reading);
    assert_int_equal(reading.points, POINTS_IMITATION);
    shown.shown_only = true;
    judge_value(&shown, "logo", &stat, &value, &reading);
    assert_int_equal(reading.points, POINTS_NEITHER);
    assert_true(reading.weight == 0 && reading.surprisal > 3 && reading.has_genuine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(student_tail_agrees_with_tables),
        cmocka_unit_test(learns_mean_spread_and_range),
        cmocka_unit_test(only_the_strange_direction_counts),
        cmocka_unit_test(slack_is_never_strange),
        cmocka_unit_test(samples_cap_the_weight),
        cmocka_unit_test(too_few_samples_say_nothing),
        cmocka_unit_test(another_unit_was_another_measure),
        cmocka_unit_test(absent_is_a_contradiction_and_occluded_is_not),
        cmocka_unit_test(what_is_only_shown_is_not_weighed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
