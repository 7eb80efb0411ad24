/* technology: from readings alone; each row is a sheet as its measures tell it. */
#include "classifier/check.h"
#include "classifier/technology.h"
#include "tests/unit/test_support.h"

#include <stdio.h>
#include <string.h>

static void add(struct screening *sheet, const struct check *check, const char *element,
                double value)
{
    struct reading *reading = screening_add_reading(sheet);
    assert_non_null(reading);
    snprintf(reading->check, sizeof reading->check, "%s", check->name);
    snprintf(reading->element, sizeof reading->element, "%s", element);
    reading->outcome = OUTCOME_MEASURED;
    reading->value = value;
}

static struct screening *sheet_of(double ragged, double variation, double grain, double dots)
{
    static struct screening sheet;
    memset(&sheet, 0, sizeof sheet);
    sheet.dpi = 600;
    for (int i = 0; i < 2; i++) {
        add(&sheet, &check_edge_raggedness, i ? "logo" : "sender", ragged);
        add(&sheet, &check_edge_variation, i ? "logo" : "sender", variation);
        add(&sheet, &check_grain, i ? "logo" : "sender", grain);
        add(&sheet, &check_colour_dots, i ? "logo" : "sender", dots);
    }
    return &sheet;
}

static void assert_estimate(struct screening *sheet, const char *wanted)
{
    technology_estimate(sheet);
    assert_string_equal(sheet->technology.estimate, wanted);
}

static void what_the_measures_agree_on_is_named(void **state)
{
    (void)state;
    assert_estimate(sheet_of(6, 7, 0.3, 0.5), "offset");
    assert_estimate(sheet_of(20, 28, 4.5, 7), "laser");
    assert_estimate(sheet_of(14, 8, 1.5, 1.6), "inkjet");
}

static void what_they_do_not_part_is_unknown(void **state)
{
    (void)state;
    assert_estimate(sheet_of(8, 12, 1.4, 1.1), "unknown");
    assert_estimate(sheet_of(6, 7, 4.5, 7), "unknown"); /* edges of a press, solids of a printer */
}

/* One measure, be it as extreme as it may, does not decide. */
static void one_thing_is_not_enough(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(0, 0, 0, 0);
    sheet->n_readings = 0;
    assert_estimate(sheet, "unknown");
    add(sheet, &check_edge_raggedness, "logo", 400);
    assert_estimate(sheet, "unknown");
}

static void coarse_scans_and_other_mail_are_not_judged(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(20, 28, 4.5, 7);
    sheet->dpi = 300;
    assert_estimate(sheet, "unknown");
    sheet->dpi = 600;
    sheet->verdict = VERDICT_OTHER;
    assert_estimate(sheet, "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_measures_agree_on_is_named),
        cmocka_unit_test(what_they_do_not_part_is_unknown),
        cmocka_unit_test(one_thing_is_not_enough),
        cmocka_unit_test(coarse_scans_and_other_mail_are_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
