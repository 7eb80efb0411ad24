/* flat_inks: what a blurred, noisy picture of print in two inks is taken apart into. */
#include "tests/unit/test_support.h"

#include "classifier/flat_inks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DPI 600.0
#define W 300
#define H 160
#define BLUR_PX 1.3 /* of a good scan */

static const double paper[3] = {238, 236, 226}, red[3] = {176, 38, 44}, grey[3] = {120, 122, 128};

struct shape {
    double x, y, w, h;
    const double *ink;
};
/* A wide block in red, a wide block in grey, hairlines of 0.13 mm in each, and a speck of dust. */
static const struct shape shapes[] = {{20, 20, 60, 50, red},
                                      {20, 90, 60, 50, grey},
                                      {120, 30, 120, 3, red},
                                      {120, 110, 120, 3, grey},
                                      {270, 80, 1, 1, grey}};

/* Share of a pixel row covered by a blurred box, one axis. */
static double covered(double at, double from, double length)
{
    return 0.5 * (erf((at - from) / (BLUR_PX * M_SQRT2)) -
                  erf((at - from - length) / (BLUR_PX * M_SQRT2)));
}

static void draw(struct element_model *ret, struct template_element *data)
{
    struct err err;
    uint32_t seed = 7;
    *data = (struct template_element){.dpi = DPI};
    *ret = (struct element_model){.data = data};
    memcpy(ret->paper_rgb, paper, sizeof paper);
    assert_ok(image_create(&ret->picture, W, H, 3, &err), &err);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int c = 0; c < 3; c++) {
                double value = paper[c];
                for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
                    value += (shapes[k].ink[c] - paper[c]) *
                             covered(x + 0.5, shapes[k].x, shapes[k].w) *
                             covered(y + 0.5, shapes[k].y, shapes[k].h);
                seed = seed * 1664525u + 1013904223u;
                value += (double)(seed >> 24) / 64 - 2; /* +-2 levels */
                image_row(&ret->picture, y)[3 * x + c] = (uint8_t)lround(fmin(255, value));
            }
}

static double covered_mm2(const struct flat_ink *ink, double dpi, const struct shape *in)
{
    double scale = dpi / DPI;
    int n = 0;
    for (int y = 0; y < ink->cover.height; y++)
        for (int x = 0; x < ink->cover.width; x++)
            n += image_row(&ink->cover, y)[x] == 255 && x > (in->x - 8) * scale &&
                 x < (in->x + in->w + 8) * scale && y > (in->y - 8) * scale &&
                 y < (in->y + in->h + 8) * scale;
    return n * pow(25.4 / dpi, 2);
}

static double area_mm2(const struct shape *shape)
{
    return shape->w * shape->h * pow(25.4 / DPI, 2);
}

static void near(double seen, double expected, double within)
{
    if (!(fabs(seen - expected) <= within))
        fail_msg("%g instead of %g within %g", seen, expected, within);
}

static void takes_print_apart_into_its_inks(void **state)
{
    (void)state;
    struct template_element data;
    struct element_model element;
    struct flat_inks inks;
    struct err err;
    draw(&element, &data);
    assert_ok(flat_inks_of(&element, &inks, &err), &err);
    assert_int_equal(inks.n, 2);
    near(inks.dpi, 1200, 0);
    assert_int_equal(inks.ink[0].cover.width, 2 * W);
    int of_red = inks.ink[0].rgb[0] > inks.ink[0].rgb[2] + 60 ? 0 : 1;
    const double *colour[2] = {of_red ? grey : red, of_red ? red : grey};
    for (int k = 0; k < 2; k++)
        for (int c = 0; c < 3; c++) /* as on white paper */
            near(inks.ink[k].rgb[c], colour[k][c] * 255 / paper[c], 5);
    for (size_t s = 0; s < 4; s++) {
        int own = shapes[s].ink == red ? of_red : 1 - of_red;
        near(covered_mm2(&inks.ink[own], inks.dpi, &shapes[s]) / area_mm2(&shapes[s]), 1,
             s < 2 ? 0.03 : 0.15);
        near(covered_mm2(&inks.ink[1 - own], inks.dpi, &shapes[s]), 0, 0);
    }
    for (int k = 0; k < 2; k++) /* dust is not printed again */
        near(covered_mm2(&inks.ink[k], inks.dpi, &shapes[4]), 0, 0);
    flat_inks_finish(&inks);
    image_finish(&element.picture);
}

static void bare_paper_has_no_ink(void **state)
{
    (void)state;
    struct template_element data;
    struct element_model element;
    struct flat_inks inks;
    struct err err;
    draw(&element, &data);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < 3 * W; x++)
            image_row(&element.picture, y)[x] = (uint8_t)(paper[x % 3] - (x * 7 + y * 3) % 5);
    assert_ok(flat_inks_of(&element, &inks, &err), &err);
    assert_int_equal(inks.n, 0);
    flat_inks_finish(&inks);
    image_finish(&element.picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_print_apart_into_its_inks),
        cmocka_unit_test(bare_paper_has_no_ink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
