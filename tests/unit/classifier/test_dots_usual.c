/* What genuine envelopes' tracking dots teach, and what is said of a sheet beside them. */
#include "tests/unit/test_support.h"

#include "classifier/dots_usual.h"

/* A code that nobody can read; other numbers are other codes of the layout. */
static struct dots_mark unread_mark(int number)
{
    struct dots_mark mark = {.cells = {.pitch_mm = {0.8, 0.8}, .w = 12, .h = 12}};
    for (int i = 0; i < 144; i++)
        mark.cells.site[i] =
            (i * i + number * (i / 12)) % 7 == 1 && i % 5 ? DOTS_SITE_DOT : DOTS_SITE_EMPTY;
    return mark;
}

static struct dots_mark named_mark(const char *serial)
{
    struct dots_mark mark = {.pattern = "P4", .code = "00 12", .cells = unread_mark(9).cells};
    strcpy(mark.serial, serial);
    mark.cells.pitch_mm[0] = mark.cells.pitch_mm[1] = 1.016;
    return mark;
}

static void screened(struct screening *ret, const char *status, const struct dots_mark *mark)
{
    memset(ret, 0, sizeof *ret);
    strcpy(ret->dots.status, status);
    if (!mark)
        return;
    memcpy(ret->dots.pattern, mark->pattern, sizeof mark->pattern);
    memcpy(ret->dots.serial, mark->serial, sizeof mark->serial);
    memcpy(ret->dots.code, mark->code, sizeof mark->code);
    ret->dots.cells = mark->cells;
}

static struct template_data data;
static struct screening screening;

static void assert_told(const char *status, const struct dots_mark *mark, const char *relation,
                        int alike)
{
    screened(&screening, status, mark);
    dots_usual_state(&data, &screening);
    assert_true(screening.dots.genuine.known);
    assert_int_equal(screening.dots.genuine.looked, data.dots.n_looked);
    assert_int_equal(screening.dots.genuine.found, data.dots.n_found);
    assert_string_equal(screening.dots.genuine.relation, relation);
    assert_int_equal(screening.dots.genuine.alike, alike);
}

static void old_templates_say_nothing(void **state)
{
    (void)state;
    const struct dots_mark mark = unread_mark(1);
    memset(&data, 0, sizeof data);
    screened(&screening, "detected", &mark);
    dots_usual_state(&data, &screening);
    assert_false(screening.dots.genuine.known);
}

static void machines_are_counted(void **state)
{
    (void)state;
    const struct dots_mark none = {.pattern = ""}, office = named_mark("11111111"),
                           other = named_mark("22222222"), unread = unread_mark(1),
                           stranger = unread_mark(4);
    struct err err;
    memset(&data, 0, sizeof data);
    for (int i = 0; i < 4; i++)
        dots_usual_learn(&data, &none);
    assert_told("decoded", &office, "none", 0);
    assert_told("none", NULL, "", 0);
    for (int i = 0; i < 3; i++)
        dots_usual_learn(&data, &office);
    assert_int_equal(data.dots.n_kinds, 1);
    assert_told("decoded", &office, "same_machine", 3);
    assert_told("decoded", &other, "same_layout", 3);
    assert_told("none", NULL, "", 0);
    dots_usual_learn(&data, &unread);
    dots_usual_learn(&data, &unread);
    assert_int_equal(data.dots.n_looked, 9);
    assert_int_equal(data.dots.n_found, 5);
    assert_told("detected", &unread, "same_machine", 2);
    assert_told("detected", &stranger, "same_layout", 2);
    assert_ok(dots_learnt_check(&data.dots, &err), &err);
}

static void what_was_not_testable_teaches_nothing(void **state)
{
    (void)state;
    const struct dots_mark mark = unread_mark(2);
    memset(&data, 0, sizeof data);
    screened(&screening, "not_testable", NULL);
    dots_usual_learn_screening(&data, &screening);
    assert_false(data.has_dots);
    screened(&screening, "none", NULL);
    dots_usual_learn_screening(&data, &screening);
    screened(&screening, "detected", &mark);
    dots_usual_learn_screening(&data, &screening);
    assert_int_equal(data.dots.n_looked, 2);
    assert_int_equal(data.dots.n_found, 1);
}

/* More machines than the template keeps only count. */
static void kinds_are_bounded(void **state)
{
    (void)state;
    struct err err;
    memset(&data, 0, sizeof data);
    for (int i = 0; i < DOTS_KINDS_MAX + 5; i++) {
        char serial[16];
        snprintf(serial, sizeof serial, "%08d", i);
        const struct dots_mark mark = named_mark(serial);
        dots_usual_learn(&data, &mark);
    }
    assert_int_equal(data.dots.n_kinds, DOTS_KINDS_MAX);
    assert_int_equal(data.dots.n_found, DOTS_KINDS_MAX + 5);
    assert_ok(dots_learnt_check(&data.dots, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_templates_say_nothing),
        cmocka_unit_test(machines_are_counted),
        cmocka_unit_test(what_was_not_testable_teaches_nothing),
        cmocka_unit_test(kinds_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
