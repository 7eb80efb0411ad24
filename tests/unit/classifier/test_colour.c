/* Colour of a solid: the genuine one, another, and both as a scanner shows them that fades all. */
#include "tests/unit/classifier/draw_print.h"

#include "classifier/numbers.h"

static const double genuine_rgb[3] = {0.72, 0.16, 0.13}, other_rgb[3] = {0.62, 0.22, 0.30};

static void draw_square(cairo_t *cr, const void *what)
{
    (void)what;
    cairo_rectangle(cr, 5, 3, 12, 8);
    cairo_fill(cr);
}

/* As a scanner shows it that takes `contrast` of the light that ink takes. */
static void fade(struct image *seen, double contrast)
{
    for (int y = 0; y < seen->height; y++)
        for (int x = 0; x < 3 * seen->width; x++) {
            uint8_t *value = image_row(seen, y) + x;
            *value = (uint8_t)lround(PRINT_PAPER - contrast * (PRINT_PAPER - *value));
        }
}

static double colour_of(const double rgb[3], double contrast, bool known)
{
    struct err err;
    struct printing how = {.dpi = 300, .blur_um = 30, .noise = 1, .seed = 4, .draw = draw_square};
    memcpy(how.rgb, genuine_rgb, sizeof how.rgb);
    struct image expected = print_picture(&how, NULL, 0, NULL);
    how.seed = 11;
    memcpy(how.rgb, rgb, sizeof how.rgb);
    struct image seen = print_picture(&how, NULL, 0, NULL);
    fade(&seen, contrast);
    struct found_element found;
    found_element_init(&found, "logo", &expected, &seen, 300);
    struct image raw = {.channels = 3};
    struct scan scan = {0};
    scan.side[SIDE_FRONT].raw = &raw;
    for (int c = 0; c < 3; c++)
        found.element.paper_rgb[c] = scan.side[SIDE_FRONT].paper_rgb[c] = PRINT_PAPER;
    struct glyphs none = {0};
    struct sheet_view view = {.scan = &scan,
                              .located = &found.located,
                              .glyphs = &none,
                              .contrast = known ? contrast : 1};
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    assert_ok(check_colour.run(&view, 0, &value, &err), &err);
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    found_element_finish(&found);
    return value.value;
}

static void the_difference_is_that_of_the_inks(void **state)
{
    (void)state;
    struct err err;
    double rgb[2][3], lab[2][3];
    for (int c = 0; c < 3; c++) {
        rgb[0][c] = round(255 * genuine_rgb[c]);
        rgb[1][c] = round(255 * other_rgb[c]);
    }
    assert_ok(lab_of(rgb[0], lab[0], &err) && lab_of(rgb[1], lab[1], &err), &err);
    double expected =
        hypot(hypot(lab[0][0] - lab[1][0], lab[0][1] - lab[1][1]), lab[0][2] - lab[1][2]);
    double seen = colour_of(other_rgb, 1, true);
    assert_true(colour_of(genuine_rgb, 1, true) < 0.5);
    if (fabs(seen - expected) > 0.1 * expected)
        fail_msg("the inks are %.1f apart, %.1f were measured", expected, seen);
}

/* Fading alone is no other ink; another ink stays one. */
static void a_faded_scan_is_no_other_ink(void **state)
{
    (void)state;
    static const double contrast[] = {0.85, 0.7, 0.5};
    double apart = colour_of(other_rgb, 1, true);
    for (size_t i = 0; i < sizeof contrast / sizeof *contrast; i++) {
        assert_true(colour_of(genuine_rgb, contrast[i], false) > check_colour.slack);
        assert_true(colour_of(genuine_rgb, contrast[i], true) < check_colour.floor_sd);
        assert_true(colour_of(other_rgb, contrast[i], true) > 0.5 * apart);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_is_that_of_the_inks),
        cmocka_unit_test(a_faded_scan_is_no_other_ink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
