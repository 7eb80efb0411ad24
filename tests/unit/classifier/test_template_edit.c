/* template_edit and template_add: names that reason keys can carry, corrections that void what they
 * must and nothing else, and statistics that come out as if all sheets had been there at once. */
#include "tests/unit/test_support.h"

#include "classifier/check.h"
#include "classifier/judge.h"
#include "classifier/template_add.h"
#include "classifier/template_edit.h"

#include <math.h>

static struct template_data data, before; /* large */

static void add_element(const char *name, const char *kind)
{
    struct template_element *element = &data.element[data.n_elements++];
    snprintf(element->name, sizeof element->name, "%s", name);
    snprintf(element->kind, sizeof element->kind, "%s", kind);
    element->n_stats = 2;
    strcpy(element->stat[0].check, "presence");
    strcpy(element->stat[1].check, "sender_text");
}

static int setup(void **state)
{
    (void)state;
    memset(&data, 0, sizeof data);
    add_element("logo", "logo");
    add_element("sender", "sender");
    add_element("mark_1", "mark");
    strcpy(data.element[1].text, "Huis & Hof Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag");
    data.n_marks = 1;
    strcpy(data.mark[0].print.name, "franking");
    strcpy(data.mark[0].print.kind, "mark");
    data.n_samples = 5;
    before = data;
    return 0;
}

static void is_refused(bool answer, const struct err *err, const char *because)
{
    assert_false(answer);
    if (!strstr(err->text, because))
        fail_msg("\"%s\" does not say \"%s\"", err->text, because);
    assert_memory_equal(&data, &before, sizeof data);
}

static void names_stay_keys(void **state)
{
    (void)state;
    struct err err;
    static const char *const bad[] = {"",
                                      "Logo",
                                      "lo go",
                                      "2nd",
                                      "_x",
                                      "logo\n",
                                      "l\xc3\xb6go",
                                      "../logo",
                                      "a234567890123456789012345678901"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        is_refused(template_rename(&data, "logo", bad[i], &err), &err, "cannot be a name");
    is_refused(template_rename(&data, "logo", "paper", &err), &err, "whole envelope");
    is_refused(template_rename(&data, "logo", "sender", &err), &err, "already");
    is_refused(template_rename(&data, "logo", "franking", &err), &err, "already");
    is_refused(template_rename(&data, "logo", "mark_9", &err), &err, "only names of marks");
    is_refused(template_rename(&data, "mark_1", "bugle", &err), &err, "mark_bugle");
    is_refused(template_rename(&data, "crest", "logo2", &err), &err, "logo, sender, mark_1");
    assert_ok(template_rename(&data, "mark_1", "mark_bugle", &err), &err);
    assert_ok(template_rename(&data, "logo", "a23456789012345678901234567890", &err), &err);
    assert_ok(template_rename(&data, "franking", "imprint", &err), &err);
    assert_string_equal(data.mark[0].print.name, "imprint");
}

static void kinds_take_names_along(void **state)
{
    (void)state;
    struct err err;
    char name[32];
    is_refused(template_set_kind(&data, "logo", "window", name, &err), &err, "no kind");
    is_refused(template_set_kind(&data, "franking", "logo", name, &err), &err, "stays one");
    assert_ok(template_set_kind(&data, "mark_1", "slogan", name, &err), &err);
    assert_string_equal(name, "slogan");
    assert_string_equal(data.element[2].kind, "slogan");
    assert_ok(template_set_kind(&data, "slogan", "logo", name, &err), &err);
    assert_string_equal(name, "slogan"); /* a person may have given it */
    assert_ok(template_set_kind(&data, "slogan", "mark", name, &err), &err);
    assert_string_equal(name, "mark_slogan");
    assert_ok(template_rename(&data, "mark_slogan", "mark_kraam", &err), &err);
    assert_ok(template_set_kind(&data, "mark_kraam", "logo", name, &err), &err);
    assert_string_equal(name, "kraam");
    assert_ok(template_rename(&data, "logo", "crest", &err), &err);
    assert_ok(template_set_kind(&data, "crest", "mark", name, &err), &err);
    assert_ok(template_rename(&data, "kraam", "crest", &err), &err);
    assert_ok(template_set_kind(&data, "mark_crest", "logo", name, &err), &err);
    assert_string_equal(name, "crest_2");
}

static void wording_voids_what_it_must(void **state)
{
    (void)state;
    struct err err;
    bool forgotten = true;
    assert_ok(template_set_text(&data, "sender",
                                "Huis & Hof Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag",
                                &forgotten, &err),
              &err);
    assert_false(forgotten);
    assert_int_equal(data.element[1].n_stats, 2);
    assert_ok(template_set_text(&data, "sender",
                                "Huis & Erf Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag",
                                &forgotten, &err),
              &err);
    assert_true(forgotten);
    assert_int_equal(data.element[1].n_stats, 1);
    assert_string_equal(data.element[1].stat[0].check, "presence");
    before = data;
    char large[2000] = "";
    memset(large, 'x', sizeof large - 1);
    is_refused(template_set_text(&data, "sender", large, &forgotten, &err), &err, "longer");
    is_refused(template_set_text(&data, "sender", "\xff", &forgotten, &err), &err, "UTF-8");
    is_refused(template_set_text(&data, "crest", "x", &forgotten, &err), &err, "no element");
}

static void elements_can_go(void **state)
{
    (void)state;
    struct err err;
    assert_ok(template_remove(&data, "franking", &err), &err);
    assert_int_equal(data.n_marks, 0);
    assert_ok(template_remove(&data, "logo", &err), &err);
    assert_int_equal(data.n_elements, 2);
    assert_string_equal(data.element[0].name, "sender");
    assert_string_equal(data.element[1].name, "mark_1");
    assert_ok(template_remove(&data, "mark_1", &err), &err);
    before = data;
    is_refused(template_remove(&data, "sender", &err), &err, "only element");
    is_refused(template_remove(&data, "logo", &err), &err, "no element");
}

static void parts_make_the_whole(void **state)
{
    (void)state;
    static const struct check *const both[] = {&check_presence, &check_edge_width};
    static const double value[] = {104.1, 98.7, 101.2, 120.5, 99.9, 101.0, 87.3, 110.2, 103.3};
    enum { N = sizeof value / sizeof *value };
    for (size_t k = 0; k < sizeof both / sizeof *both; k++)
        for (int cut = 0; cut <= N; cut++) {
            struct template_stat whole, sum, part;
            judge_learn(both[k], value, N, &whole);
            judge_learn(both[k], value, cut, &sum);
            for (int i = cut; i < N; i++) { /* one by one, as they come */
                judge_learn(both[k], &value[i], 1, &part);
                template_stat_merge(&part, &sum);
            }
            assert_int_equal(sum.n, whole.n);
            assert_true(fabs(sum.mean - whole.mean) < 1e-9 * fabs(whole.mean));
            assert_true(fabs(sum.sd - whole.sd) < 1e-9 * whole.sd);
            assert_true(sum.lo == whole.lo && sum.hi == whole.hi);
        }
}

static void read_one(struct screening *screening, const char *check, const char *element,
                     enum outcome outcome, double value)
{
    struct reading *reading = screening_add_reading(screening);
    snprintf(reading->check, sizeof reading->check, "%s", check);
    snprintf(reading->element, sizeof reading->element, "%s", element);
    reading->outcome = outcome;
    reading->value = value;
}

static void only_what_was_measured_is_learnt(void **state)
{
    (void)state;
    struct screening *screening = calloc(1, sizeof *screening);
    assert_non_null(screening);
    struct template_stat *presence = &data.element[0].stat[0];
    *presence = (struct template_stat){
        .check = "presence", .n = 5, .mean = 0.97, .sd = 0.01, .lo = 0.95, .hi = 0.98};
    read_one(screening, "presence", "logo", OUTCOME_MEASURED, 0.91);
    read_one(screening, "presence", "sender", OUTCOME_OCCLUDED, 0.2);
    read_one(screening, "presence", "stranger", OUTCOME_MEASURED, 0.5);
    read_one(screening, "wording", "logo", OUTCOME_MEASURED, 0.1); /* not known before */
    read_one(screening, "paper", "", OUTCOME_MEASURED, 1.5);
    read_one(screening, "presence", "", OUTCOME_MEASURED, 0.5);
    read_one(screening, "unheard_of", "logo", OUTCOME_MEASURED, 0.5);
    template_learn_screening(screening, &data);
    assert_int_equal(data.n_samples, 6);
    assert_int_equal(presence->n, 6);
    assert_true(presence->lo == 0.91 && presence->hi == 0.98);
    assert_true(fabs(presence->mean - 0.96) < 1e-12);
    assert_int_equal(data.element[0].n_seen, before.element[0].n_seen + 1);
    assert_int_equal(data.element[0].n_stats, 3);
    assert_string_equal(data.element[0].stat[2].check, "wording");
    assert_int_equal(data.element[0].stat[2].n, 1);
    assert_int_equal(data.element[1].n_seen, before.element[1].n_seen);
    assert_int_equal(data.element[1].n_stats, before.element[1].n_stats);
    assert_int_equal(data.n_stats, 1);
    assert_string_equal(data.stat[0].unit, check_paper.unit);
    free(screening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_stay_keys, setup),
        cmocka_unit_test_setup(kinds_take_names_along, setup),
        cmocka_unit_test_setup(wording_voids_what_it_must, setup),
        cmocka_unit_test_setup(elements_can_go, setup),
        cmocka_unit_test_setup(parts_make_the_whole, setup),
        cmocka_unit_test_setup(only_what_was_measured_is_learnt, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
