/* bench: where tests make sheets: a folder that goes with the test, a scanner, a set to draw from.
 */
#ifndef SIM_TEST_BENCH_H
#define SIM_TEST_BENCH_H

#include "tests/unit/test_support.h"

#include "tests/simulator/sets.h"

struct bench {
    void *dir; /* its path, of temp_setup */
    struct settings settings;
    struct set_options set;
};

/* A bench for fronts as PNG at this resolution; the caller fills in the set. */
static inline struct bench *bench_create(double dpi)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    assert_int_equal(temp_setup(&b->dir), 0);
    b->settings = (struct settings){.out = b->dir, .dpi = dpi, .sides = 1, .image = IMAGE_PNG};
    b->settings.scanner = scanner_draw(dpi, rng_make(1, "scanner"));
    return b;
}

static inline int bench_destroy(void **state)
{
    struct bench *b = *state;
    int status = temp_teardown(&b->dir);
    free(b);
    return status;
}

#endif
