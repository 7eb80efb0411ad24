/* The sharpest print on a sheet, drawn as bars and blurred by known amounts: the width of its edges
 * follows from the blur, whatever else on the sheet is soft. */
#include "tests/unit/drawing.h"

#include "classifier/measure.h"
#include "classifier/sharpest.h"

#include <math.h>

#define DPI 600.0
#define SHEET_MM 70.0
#define PAPER 236
#define INK 40
#define UM_OF_SD 2.563 /* 10-90 % of an edge blurred by a Gaussian */

/* Bars of a width, each as wide as the gap beside it, in a box with a margin; blurred by sd (um).
 */
struct bars {
    double x, y, w, h, width; /* mm */
    double blur_um;
};

static void draw_bars(struct image *sheet, const struct bars *bars, int channels)
{
    struct err err;
    struct image sharp = {0}, soft = {0};
    double px = DPI / 25.4;
    assert_ok(image_create(&sharp, (int)(bars->w * px), (int)(bars->h * px), channels, &err), &err);
    for (int y = 0; y < sharp.height; y++)
        for (int x = 0; x < sharp.width; x++) {
            bool margin = y < px || y > sharp.height - px || x < px || x > sharp.width - px;
            bool ink = !margin && fmod(x / px, 2 * bars->width) >= bars->width;
            memset(image_row(&sharp, y) + x * channels, ink ? INK : PAPER, (size_t)channels);
        }
    assert_ok(cv_gauss(&sharp, bars->blur_um / 25400 * DPI, &soft, &err), &err);
    for (int y = 0; y < soft.height; y++)
        memcpy(image_row(sheet, y + (int)(bars->y * px)) + (int)(bars->x * px) * channels,
               image_row(&soft, y), (size_t)(soft.width * channels));
    image_finish(&sharp);
    image_finish(&soft);
}

static double sharpest_of(const struct bars *bars, int n, int channels)
{
    struct err err;
    struct image raw[SIDE_COUNT] = {{0}};
    struct scan scan;
    double um = -1;
    int size = (int)(SHEET_MM * DPI / 25.4);
    unsigned seed = 5;
    assert_ok(image_create(&raw[SIDE_FRONT], size, size, channels, &err), &err);
    raw[SIDE_FRONT].dpi_x = raw[SIDE_FRONT].dpi_y = DPI;
    memset(raw[SIDE_FRONT].data, PAPER, raw[SIDE_FRONT].stride * (size_t)size);
    for (int i = 0; i < n; i++)
        draw_bars(&raw[SIDE_FRONT], &bars[i], channels);
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size * channels; x++) {
            uint8_t *value = image_row(&raw[SIDE_FRONT], y) + x;
            *value = (uint8_t)lround(*value + 1.5 * drawn_noise(&seed));
        }
    assert_ok(scan_prepare(raw, &scan, &err), &err);
    assert_ok(sharpest_edge(&scan, &um, &err), &err);
    scan_finish(&scan);
    image_finish(&raw[SIDE_FRONT]);
    return um;
}

static void assert_near(double um, double blur_um)
{
    double expected = UM_OF_SD * blur_um;
    if (fabs(um - expected) > 0.08 * expected)
        fail_msg("edges blurred by %g um read %g um wide, not %g", blur_um, um, expected);
}

static void the_width_is_that_of_the_blur(void **state)
{
    (void)state;
    static const double blur_um[] = {45, 60, 90};
    for (int channels = 1; channels <= 3; channels += 2)
        for (size_t i = 0; i < sizeof blur_um / sizeof *blur_um; i++) {
            struct bars bars = {10, 10, 40, 20, 1.2, blur_um[i]};
            assert_near(sharpest_of(&bars, 1, channels), blur_um[i]);
        }
}

static void soft_print_beside_sharp_print_does_not_matter(void **state)
{
    (void)state;
    const struct bars bars[] = {{10, 10, 45, 12, 1.2, 90}, {10, 30, 45, 12, 1.2, 45}};
    assert_near(sharpest_of(bars, 2, 3), 45);
}

/* A blurred line falls off faster than a blurred step; only its ends are as wide as they should be.
 */
static void thin_strokes_are_not_sharper(void **state)
{
    (void)state;
    const struct bars thin = {10, 10, 45, 30, 0.15, 60};
    const struct bars both[] = {{10, 10, 45, 20, 0.15, 90}, {10, 40, 45, 20, 1.2, 90}};
    assert_true(sharpest_of(&thin, 1, 3) > 0.8 * UM_OF_SD * 60);
    assert_near(sharpest_of(both, 2, 3), 90);
}

static void bare_paper_says_nothing(void **state)
{
    (void)state;
    assert_true(sharpest_of(NULL, 0, 3) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_width_is_that_of_the_blur),
        cmocka_unit_test(soft_print_beside_sharp_print_does_not_matter),
        cmocka_unit_test(thin_strokes_are_not_sharper),
        cmocka_unit_test(bare_paper_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
