/* print_evidence: vectors from readings, what a likelihood ratio lacks, its sign, cap and
 * calibration on samples whose distribution the test draws. */
#include "tests/unit/test_support.h"

#include "classifier/print_evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void near(double seen, double expected, double within)
{
    if (!(fabs(seen - expected) <= within))
        fail_msg("%g instead of %g within %g", seen, expected, within);
}

/* Columns of the table of checks, whatever their names are. */
static int all_columns(struct print_samples *samples)
{
    for (int i = 0; i < n_checks; i++)
        if (print_vector_takes(checks[i]))
            print_samples_add_column(samples, checks[i]->name, checks[i]->unit);
    return samples->n_features;
}

static double normal(uint64_t *seed)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
        sum += (double)(*seed >> 33) / (double)(1ull << 31);
    }
    return sum;
}

/* Sheets about `middle` in every column, 1 apart; a printer's own middle lies 1 from that. */
static void add_sheets(struct print_samples *samples, enum print_origin origin, const char *group,
                       int n, double middle, uint64_t *seed)
{
    double own = origin == PRINT_IMITATION ? middle + normal(seed) : middle;
    for (int i = 0; i < n; i++) {
        struct print_sheet sheet = {.origin = origin};
        snprintf(sheet.group, sizeof sheet.group, "%s", group);
        for (int k = 0; k < PRINT_FEATURES_MAX; k++)
            sheet.value[k] = k < samples->n_features ? own + normal(seed) : NAN;
        print_samples_add(samples, &sheet);
    }
}

static struct print_samples *samples_apart(double distance, uint64_t seed)
{
    struct print_samples *samples = calloc(1, sizeof *samples);
    assert_non_null(samples);
    assert_true(all_columns(samples) >= 4);
    add_sheets(samples, PRINT_GENUINE, "", 20, 0, &seed);
    add_sheets(samples, PRINT_IMITATION, "first", 6, distance, &seed);
    add_sheets(samples, PRINT_IMITATION, "second", 6, distance, &seed);
    add_sheets(samples, PRINT_IMITATION, "third", 6, distance, &seed);
    return samples;
}

/* A screening that measures `value` in every column on the one element of the template. */
static void screened(double value, int n_measured, struct screening *ret)
{
    memset(ret, 0, sizeof *ret);
    strcpy(ret->template_name, "ours");
    for (int i = 0; i < n_checks; i++) {
        if (!print_vector_takes(checks[i]) || n_measured-- <= 0)
            continue;
        struct reading *reading = screening_add_reading(ret);
        strcpy(reading->check, checks[i]->name);
        strcpy(reading->element, "logo");
        reading->outcome = OUTCOME_MEASURED;
        reading->value = checks[i]->log_scale ? exp(value) : value;
    }
}

static struct template_data *template_of(const struct print_samples *samples)
{
    struct template_data *data = calloc(1, sizeof *data);
    assert_non_null(data);
    data->print = *samples;
    data->n_elements = 1;
    struct template_element *element = &data->element[0];
    strcpy(element->name, "logo");
    for (int i = 0; i < n_checks; i++) {
        if (!print_vector_takes(checks[i]))
            continue;
        struct template_stat *stat = &element->stat[element->n_stats++];
        snprintf(stat->check, sizeof stat->check, "%s", checks[i]->name);
        snprintf(stat->unit, sizeof stat->unit, "%s", checks[i]->unit);
        stat->has_centre = true;
    }
    return data;
}

static double told(const struct print_samples *samples, double value, int n_measured,
                   const char *ret_lack[1])
{
    static struct screening screening;
    struct print_evidence evidence;
    struct template_data *data = template_of(samples);
    print_evidence_prepare(samples, &evidence);
    screened(value, n_measured, &screening);
    print_evidence_state(&evidence, data, &screening);
    free(data);
    static char lack[24];
    strcpy(lack, screening.technology.lr_lack);
    ret_lack[0] = lack;
    assert_true(screening.technology.has_log10_lr == !lack[0]);
    return screening.technology.log10_lr;
}

static void says_which_and_never_more_than_the_sheets_carry(void **state)
{
    (void)state;
    const char *lack;
    struct print_samples *samples = samples_apart(8, 1);
    near(told(samples, 8, 99, &lack), log10(18), 1e-9);
    assert_string_equal(lack, "");
    near(told(samples, 0, 99, &lack), -log10(18), 1e-9);
    double between = told(samples, 4, 99, &lack);
    assert_true(between >= -log10(18) && between <= log10(18));
    near(told(samples, 8, 2, &lack), log10(18), 1e-9); /* the rest is covered */
    told(samples, 8, 1, &lack);
    assert_string_equal(lack, "little_measured");
    free(samples);
}

/* Kinds that print alike: whatever is seen, nothing is told. */
static void tells_nothing_where_kinds_are_alike(void **state)
{
    (void)state;
    const char *lack;
    double cost = 0, most = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct print_samples *samples = samples_apart(0, seed);
        struct print_evidence evidence;
        static struct held_out held;
        print_evidence_prepare(samples, &evidence);
        assert_true(print_evidence_hold_out(&evidence, samples, &held));
        assert_int_equal(held.n, 38);
        cost += cllr(held.trial, held.n) / 8;
        most = fmax(most, -told(samples, 0, 99, &lack));
        free(samples);
    }
    assert_true(cost > 0.55 && cost < 1.25); /* printers' own middles do tell a little */
    assert_true(most < log10(18) - 0.1);
}

static void says_what_is_lacking(void **state)
{
    (void)state;
    uint64_t seed = 3;
    const char *lack;
    struct print_samples *samples = calloc(1, sizeof *samples);
    assert_non_null(samples);
    all_columns(samples);
    add_sheets(samples, PRINT_GENUINE, "", 9, 0, &seed);
    told(samples, 0, 99, &lack);
    assert_string_equal(lack, "no_imitations");
    add_sheets(samples, PRINT_IMITATION, "first", 9, 5, &seed);
    told(samples, 0, 99, &lack);
    assert_string_equal(lack, "few_genuine");
    add_sheets(samples, PRINT_GENUINE, "", 1, 0, &seed);
    told(samples, 0, 99, &lack);
    assert_string_equal(lack, "few_imitations");
    add_sheets(samples, PRINT_IMITATION, "first", 1, 5, &seed);
    told(samples, 0, 99, &lack);
    assert_string_equal(lack, "few_printers");
    add_sheets(samples, PRINT_IMITATION, "second", 1, 5, &seed);
    told(samples, 0, 99, &lack);
    assert_string_equal(lack, "");
    free(samples);
}

/* What the program no longer measures, or measures in another unit, takes no part. */
static void old_columns_take_no_part(void **state)
{
    (void)state;
    const char *lack;
    struct print_samples *samples = samples_apart(8, 5);
    struct print_evidence evidence;
    int n = samples->n_features;
    strcpy(samples->feature[0].check, "withdrawn");
    strcpy(samples->feature[1].unit, "parsec");
    print_evidence_prepare(samples, &evidence);
    assert_int_equal(evidence.n_columns, n - 2);
    near(told(samples, 8, 99, &lack), log10(18), 1e-9);
    free(samples);
}

static void learns_a_screening(void **state)
{
    (void)state;
    static struct screening screening;
    struct print_samples none = {0};
    struct template_data *data = template_of(&none);
    struct print_sheet sheet = {.origin = PRINT_IMITATION, .group = "office laser"};
    screened(0.25, 99, &screening);
    for (int i = 0; i < data->element[0].n_stats; i++)
        data->element[0].stat[i].centre = 0.05;
    assert_true(print_vector_learn(&screening, &sheet, data));
    assert_int_equal(data->print.n_sheets, 1);
    assert_string_equal(data->print.sheet[0].group, "office laser");
    for (int k = 0; k < data->print.n_features; k++)
        near(data->print.sheet[0].value[k], 0.2, 1e-9);
    screened(0.25, 1, &screening);
    assert_false(print_vector_learn(&screening, &sheet, data));
    assert_int_equal(data->print.n_sheets, 1);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_which_and_never_more_than_the_sheets_carry),
        cmocka_unit_test(tells_nothing_where_kinds_are_alike),
        cmocka_unit_test(says_what_is_lacking),
        cmocka_unit_test(old_columns_take_no_part),
        cmocka_unit_test(learns_a_screening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
