/* attempt: which of two designs explains a sheet; each row is two designs laid on one sheet. */
#include "classifier/attempt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

struct laid {
    enum verdict_class verdict;
    int elements, recognised;
    double contradiction;
};

struct design {
    struct model model;
    struct screening screening;
    struct attempt attempt;
};

static struct design first, second;

static struct attempt *lay(struct design *design, const struct laid *laid)
{
    memset(design, 0, sizeof *design); /* megabytes: not by way of the stack */
    design->model.data.n_elements = laid->elements;
    for (int i = 0; i < laid->elements; i++)
        design->attempt.measured.located[i].state =
            i < laid->recognised ? ELEMENT_FOUND : ELEMENT_ABSENT;
    design->screening.verdict = laid->verdict;
    design->screening.n_readings = 1;
    design->screening.reading[0].weight = laid->contradiction;
    design->attempt.place.model = &design->model;
    design->attempt.screening = &design->screening;
    return &design->attempt;
}

/* The second is better, and the first is not better than the second. */
static void second_explains_it(struct laid a, struct laid b)
{
    assert_true(attempt_is_better(lay(&first, &a), lay(&second, &b)));
    assert_false(attempt_is_better(lay(&first, &b), lay(&second, &a)));
}

static void genuine_as_the_design_without_slogan(void **state)
{
    (void)state;
    second_explains_it((struct laid){VERDICT_IMITATION, 3, 2, 0.7},
                       (struct laid){VERDICT_GENUINE, 2, 2, 0});
}

static void one_shared_mark_does_not_make_it_genuine(void **state)
{
    (void)state;
    second_explains_it((struct laid){VERDICT_GENUINE, 1, 1, 0},
                       (struct laid){VERDICT_IMITATION, 5, 4, 0.7});
}

static void contradicted_by_both_the_one_that_recognises_more(void **state)
{
    (void)state;
    second_explains_it((struct laid){VERDICT_UNSURE, 4, 1, 0.4},
                       (struct laid){VERDICT_IMITATION, 4, 3, 0.7});
}

static void as_many_recognised_the_less_contradicted(void **state)
{
    (void)state;
    second_explains_it((struct laid){VERDICT_IMITATION, 4, 3, 1.4},
                       (struct laid){VERDICT_IMITATION, 3, 3, 0.7});
}

static void a_design_that_is_not_claimed_explains_nothing(void **state)
{
    (void)state;
    second_explains_it((struct laid){VERDICT_OTHER, 2, 2, 0},
                       (struct laid){VERDICT_IMITATION, 4, 1, 1.4});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_as_the_design_without_slogan),
        cmocka_unit_test(one_shared_mark_does_not_make_it_genuine),
        cmocka_unit_test(contradicted_by_both_the_one_that_recognises_more),
        cmocka_unit_test(as_many_recognised_the_less_contradicted),
        cmocka_unit_test(a_design_that_is_not_claimed_explains_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
