/* Order statistics are those of the sorted list, whatever the order the values come in. */
#include "classifier/numbers.h"
#include "tests/unit/test_support.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST 400

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Random, with many that are equal, rising, falling, or all the same. */
static void fill(double *value, int n, int kind, uint32_t *state)
{
    for (int i = 0; i < n; i++) {
        *state = *state * 1664525u + 1013904223u;
        double random = *state / 4294967296.0;
        const double kinds[] = {random - 0.5, floor(5 * random), i, -i, 7};
        value[i] = kinds[kind];
    }
}

static void order_statistics_are_those_of_the_sorted_list(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (int n = 1; n < MOST; n += 1 + n / 8)
        for (int kind = 0; kind < 5; kind++) {
            double list[MOST], sorted[MOST], value[MOST];
            fill(list, n, kind, &random);
            memcpy(sorted, list, sizeof sorted);
            qsort(sorted, (size_t)n, sizeof *sorted, by_value);
            memcpy(value, list, sizeof value);
            double middle = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
            assert_true(median_of(value, n) == middle);
            for (int k = 0; k <= 20; k++) {
                memcpy(value, list, sizeof value);
                assert_true(quantile_of(value, n, k / 20.0) == sorted[lround(k / 20.0 * (n - 1))]);
            }
            memcpy(value, list, sizeof value);
            double quartiles = sorted[3 * n / 4] - sorted[n / 4];
            assert_true(fabs(quartile_sd(value, n) - (n > 1 ? quartiles / 1.349 : 0)) < 1e-9);
            qsort(value, (size_t)n, sizeof *value, by_value); /* only the order has changed */
            assert_memory_equal(value, sorted, (size_t)n * sizeof *value);
        }
}

/* What cannot be ordered must end all the same, and within the list. */
static void a_list_with_nan_ends(void **state)
{
    (void)state;
    for (int n = 1; n < 40; n++)
        for (int step = 1; step < 4; step++) {
            double *value = malloc((size_t)n * sizeof *value);
            for (int i = 0; i < n; i++)
                value[i] = i % step ? -(double)i : (double)NAN;
            median_of(value, n);
            quantile_of(value, n, 0.75);
            free(value);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_statistics_are_those_of_the_sorted_list),
        cmocka_unit_test(a_list_with_nan_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
