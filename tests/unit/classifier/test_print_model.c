/* print_model: the density against closed forms and printed tables, what is learnt from few rows,
 * and gaps. */
#include "tests/unit/test_support.h"

#include "classifier/print_model.h"

#include <math.h>
#include <string.h>

static void near(double seen, double expected, double within)
{
    if (!(fabs(seen - expected) <= within))
        fail_msg("%g instead of %g within %g", seen, expected, within);
}

static double density(const struct print_model *model, const double *x)
{
    return exp(print_model_log_density(model, x));
}

/* R 4.2: dt(2, 5) = 0.06509031, dt(0, 1) = 1/pi, dt(1.5, 30) = 0.1295; with a scale of 3 a third
 * of it at three times the place. */
static void one_column_is_students_t(void **state)
{
    (void)state;
    struct print_model model = {.columns = 1, .dof = 5, .scale = {{1}}};
    double at[] = {2};
    near(density(&model, at), 0.06509031, 1e-8);
    model.dof = 1;
    at[0] = 0;
    near(density(&model, at), 1 / M_PI, 1e-12);
    model = (struct print_model){.columns = 1, .dof = 5, .mean = {7}, .scale = {{9}}};
    at[0] = 13;
    near(density(&model, at), 0.06509031 / 3, 1e-8);
}

/* Two columns: (1 + d/v)^-((v + 2)/2) / (2 pi sqrt(det)); three columns with one degree of freedom:
 * (1 + d)^-2 / (pi^2 sqrt(det)), d the squared Mahalanobis distance. */
static void many_columns_agree_with_closed_forms(void **state)
{
    (void)state;
    struct print_model two = {.columns = 2, .dof = 7, .mean = {1, -1}, .scale = {{4, 1}, {1, 2}}};
    double x[] = {2, 1}, d = (2 * 1 * 1 - 2 * 1 * 2 + 4 * 2 * 2) / 7.0;
    near(density(&two, x), pow(1 + d / 7, -4.5) / (2 * M_PI * sqrt(7)), 1e-12);
    struct print_model three = {
        .columns = 3, .dof = 1, .scale = {{1, 0, 0}, {0, 4, 0}, {0, 0, 0.25}}};
    double y[] = {1, 2, 1};
    near(density(&three, y), pow(1 + 1 + 1 + 4, -2) / (M_PI * M_PI * 1), 1e-12);
}

static void a_gap_leaves_the_marginal(void **state)
{
    (void)state;
    struct print_model two = {.columns = 2, .dof = 5, .mean = {1, -1}, .scale = {{9, 2}, {2, 1}}};
    double gap[] = {NAN, 1}, none[] = {NAN, NAN};
    near(density(&two, gap), 0.06509031, 1e-8);
    near(print_model_log_density(&two, none), 0, 0);
}

/* Mean and variance of 1, 2, 3, 6 are 3 and 14/3; the second column is twice the first, so the
 * correlation is one before shrinking. */
static void learns_mean_variance_and_a_weaker_correlation(void **state)
{
    (void)state;
    const double value[][PRINT_MODEL_COLUMNS] = {{1, 2}, {2, 4}, {3, 6}, {6, 12}, {99, 99}};
    const double weight[] = {1, 1, 1, 1, 0}, floor_sd[] = {0, 0.5};
    const struct print_rows rows = {5, 2, value, weight};
    struct print_model model;
    assert_true(print_model_learn(&rows, floor_sd, 4, &model));
    near(model.dof, 3, 0);
    near(model.mean[0], 3, 1e-12);
    near(model.mean[1], 6, 1e-12);
    near(model.scale[0][0], 14.0 / 3 * 1.25, 1e-12);
    near(model.scale[1][1], 4 * 14.0 / 3 * 1.25 + 0.25, 1e-12);
    near(model.scale[0][1], 0.7 * 2 * 14.0 / 3 * 1.25, 1e-12);
    double on_line[] = {3, 6}, off_line[] = {3, 9};
    assert_true(isfinite(print_model_log_density(&model, on_line)));
    assert_true(print_model_log_density(&model, on_line) >
                print_model_log_density(&model, off_line));
}

/* Variances come from what is there; a column with one value cannot be learnt. */
static void learns_from_rows_with_gaps(void **state)
{
    (void)state;
    const double value[][PRINT_MODEL_COLUMNS] = {{1, NAN}, {3, 10}, {NAN, 14}};
    const double lonely[][PRINT_MODEL_COLUMNS] = {{1, NAN}, {3, 10}, {2, NAN}};
    const double weight[] = {1, 1, 1}, floor_sd[] = {0, 0};
    const struct print_rows rows = {3, 2, value, weight}, too_few = {3, 2, lonely, weight};
    struct print_model model;
    assert_true(print_model_learn(&rows, floor_sd, 3, &model));
    near(model.mean[0], 2, 1e-12);
    near(model.scale[0][0], 2 * 4.0 / 3, 1e-12);
    near(model.mean[1], 12, 1e-12);
    near(model.scale[1][1], 8 * 4.0 / 3, 1e-12);
    assert_false(print_model_learn(&too_few, floor_sd, 3, &model));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_column_is_students_t),
        cmocka_unit_test(many_columns_agree_with_closed_forms),
        cmocka_unit_test(a_gap_leaves_the_marginal),
        cmocka_unit_test(learns_mean_variance_and_a_weaker_correlation),
        cmocka_unit_test(learns_from_rows_with_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
