/* tippett: shares above a ratio, and a plot that is well-formed whatever the template is called. */
#include "tests/unit/test_support.h"

#include "daemon/cli/tippett.h"
#include "schemas/base/buf.h"

#include <string.h>

static const struct trial trials[] = {{1.0, true},  {0.5, true},   {-0.5, true}, {1.0, true},
                                      {0.2, false}, {-1.0, false}, {-1.0, false}};
#define N ((int)(sizeof trials / sizeof *trials))

static void shares_are_those_told_more(void **state)
{
    (void)state;
    assert_true(tippett_share(trials, N, true, -1) == 1);
    assert_true(tippett_share(trials, N, true, 0) == 0.75);
    assert_true(tippett_share(trials, N, true, 0.5) == 0.5);
    assert_true(tippett_share(trials, N, true, 1) == 0);
    assert_true(tippett_share(trials, N, false, 0) == 1.0 / 3);
    assert_true(tippett_share(trials, 4, false, 0) == 0); /* none of that kind */
}

/* From (70, 56) to (700, 418) px: the curve of the imitations starts at the top left and ends at
 * the bottom right; three quarters of them lie right of the middle. */
static void curves_follow_the_shares(void **state)
{
    (void)state;
    struct buf svg = {0};
    tippett_svg(trials, N, 2, "Print of <b>&co", &svg);
    buf_putc(&svg, '\0');
    assert_null(strstr(svg.data, "<b>"));
    assert_non_null(strstr(svg.data, "&lt;b>&amp;co"));
    const char *curve = strstr(svg.data, "<polyline");
    assert_non_null(curve);
    const char *end = strstr(curve, "/>"), *points = strstr(curve, "points=\"70.0,56.0 ");
    assert_non_null(points);
    const char *middle = strstr(points, " 385.0,146.5 "), *last = strstr(points, "700.0,418.0 \"");
    assert_true(middle && middle < end);
    assert_true(last && last < end);
    assert_non_null(strstr(svg.data, "</svg>"));
    buf_finish(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_told_more),
        cmocka_unit_test(curves_follow_the_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
