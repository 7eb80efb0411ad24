/* place and scale: elements against each other; each test is one side with three elements. */
#include "classifier/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

enum { LOGO, SENDER, RULE, ELEMENTS };

static struct model model;
static struct placement place;
static struct located located[TEMPLATE_ELEMENTS_MAX];
static const struct sheet_view view = {.place = &place, .located = located};

/* All found where they belong; the rule lies across and slides along itself. */
static void lay(void)
{
    memset(&model, 0, sizeof model);
    memset(located, 0, sizeof located);
    model.data.n_elements = ELEMENTS;
    place.model = &model;
    for (int i = 0; i < ELEMENTS; i++) {
        struct template_element *data = &model.data.element[i];
        data->box_mm[2] = 40;
        data->box_mm[3] = i == RULE ? 1 : 15;
        model.element[i].data = data;
        model.element[i].vague[0] = i == RULE;
        located[i] =
            (struct located){.element = &model.element[i], .state = ELEMENT_FOUND, .scale = 1.001};
    }
}

static struct check_value run(const struct check *check, int element)
{
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    struct err err;
    assert_true(check->run(&view, element, &value, &err));
    return value;
}

static void a_common_shift_is_none(void **state)
{
    (void)state;
    lay();
    for (int i = 0; i < ELEMENTS; i++) {
        located[i].shift_mm[0] = 1.5;
        located[i].shift_mm[1] = -0.7;
    }
    for (int i = 0; i < ELEMENTS; i++)
        assert_true(run(&check_place, i).value < 1e-9);
}

static void a_moved_element_is_told(void **state)
{
    (void)state;
    lay();
    located[LOGO].shift_mm[0] = 5;
    struct check_value value = run(&check_place, LOGO);
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    assert_true(fabs(value.value - 5) < 1e-9);
}

static void a_rule_does_not_move_along_itself(void **state)
{
    (void)state;
    lay();
    located[RULE].shift_mm[0] = -2.3;
    for (int i = 0; i < ELEMENTS; i++)
        assert_true(run(&check_place, i).value < 1e-9);
    located[RULE].shift_mm[1] = 3; /* but across */
    assert_true(fabs(run(&check_place, RULE).value - 3) < 1e-9);
}

static void a_rule_has_no_scale(void **state)
{
    (void)state;
    lay();
    located[RULE].scale = 0.96;
    assert_int_equal(run(&check_scale, RULE).outcome, OUTCOME_UNMEASURABLE);
    located[SENDER].scale = 0.96;
    assert_true(fabs(run(&check_scale, SENDER).value + 4) < 1e-9);
}

static void against_the_paper_alone_two_millimetres_are_nothing(void **state)
{
    (void)state;
    lay();
    located[SENDER].state = located[RULE].state = ELEMENT_OCCLUDED;
    located[LOGO].shift_mm[1] = 1.9;
    assert_true(run(&check_place, LOGO).value < 1e-9);
    located[LOGO].shift_mm[1] = 6;
    assert_true(fabs(run(&check_place, LOGO).value - 4) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_common_shift_is_none),
        cmocka_unit_test(a_moved_element_is_told),
        cmocka_unit_test(a_rule_does_not_move_along_itself),
        cmocka_unit_test(a_rule_has_no_scale),
        cmocka_unit_test(against_the_paper_alone_two_millimetres_are_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
