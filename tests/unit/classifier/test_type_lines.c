/* Set type stands on straight lines; handwriting, stamps and dirt do not. */
#include "classifier/type_lines.h"
#include "tests/unit/test_support.h"

#include <math.h>

/* A line of `n` letters with ascenders and descenders as in a word; wave_mm and slope lift them. */
static int set_line(struct type_letter *ret, double x, double y, int n, double wave_mm,
                    double slope)
{
    static const double high[] = {2.1, 1.5, 1.5, 2.1, 1.5, 1.5, 2.1, 1.5}; /* capital, x-height */
    for (int i = 0; i < n; i++) {
        double h = high[i % 8], tail = i % 8 == 5 ? 0.5 : 0; /* a p */
        double lift = wave_mm * sin(i * 2.1) + slope * 1.7 * i;
        ret[i] = (struct type_letter){.x = x + 1.7 * i, .y = y - h + lift, .w = 1.3, .h = h + tail};
    }
    return n;
}

static void a_line_of_type_is_found(void **state)
{
    (void)state;
    struct type_letter letter[TYPE_LETTERS_MAX];
    struct type_line line[TYPE_LINES_MAX];
    int n = set_line(letter, 20, 50, 12, 0, 0);
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 1);
    assert_int_equal(line[0].letters, 12);
    assert_true(fabs(line[0].box_mm[0] - 20) < 1e-9);
    assert_true(fabs(line[0].box_mm[2] - (1.7 * 11 + 1.3)) < 1e-9);
}

static void handwriting_and_stamps_are_none(void **state)
{
    (void)state;
    struct type_letter letter[TYPE_LETTERS_MAX];
    struct type_line line[TYPE_LINES_MAX];
    int n = set_line(letter, 20, 50, 12, 0.5, 0); /* feet up and down */
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 0);
    n = set_line(letter, 20, 50, 12, 0, tan(2 * M_PI / 180)); /* straight, but not to the page */
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 0);
    n = set_line(letter, 20, 50, 3, 0, 0); /* too short to tell */
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 0);
    n = set_line(letter, 20, 50, 12, 0, 0);
    for (int i = 0; i < n; i++) { /* feet in line, but of all heights */
        letter[i].y -= 0.35 * i;
        letter[i].h += 0.35 * i;
    }
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 0);
}

static void lines_below_each_other_are_a_block(void **state)
{
    (void)state;
    struct type_letter letter[TYPE_LETTERS_MAX];
    struct type_line line[TYPE_LINES_MAX];
    int n = 0;
    for (int k = 0; k < 3; k++)
        n += set_line(letter + n, 20, 50 + 5 * k, 10, 0, 0);
    n += set_line(letter + n, 20, 90, 10, 0, 0); /* far below */
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 4);
    type_lines_blocks(line, 4);
    int alone = 0, of_three = 0;
    for (int i = 0; i < 4; i++) {
        alone += line[i].block == 1;
        of_three += line[i].block == 3;
    }
    assert_int_equal(alone, 1);
    assert_int_equal(of_three, 3);
}

static void a_full_page_stays_within_bounds(void **state)
{
    (void)state;
    struct type_letter letter[TYPE_LETTERS_MAX];
    struct type_line line[TYPE_LINES_MAX];
    int n = set_line(letter, 5, 50, TYPE_LETTERS_MAX, 0, 0); /* one endless line */
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), 1);
    n = 0;
    for (int k = 0; k < TYPE_LETTERS_MAX / 8; k++)
        n += set_line(letter + n, 20, 4.0 * k, 8, 0, 0);
    assert_int_equal(type_lines_find(letter, n, line, TYPE_LINES_MAX), TYPE_LINES_MAX);
    type_lines_blocks(line, TYPE_LINES_MAX);
    assert_int_equal(line[0].block, TYPE_LINES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_type_is_found),
        cmocka_unit_test(handwriting_and_stamps_are_none),
        cmocka_unit_test(lines_below_each_other_are_a_block),
        cmocka_unit_test(a_full_page_stays_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
