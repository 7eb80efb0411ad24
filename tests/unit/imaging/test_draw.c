/* Marks on pictures: where they stand, that they stay inside, and that figures differ. */
#include "imaging/draw.h"
#include "tests/unit/test_support.h"

#include <math.h>
#include <string.h>

#define W 40
#define H 30

static const struct draw_pen black = {{0, 0, 0}, 1, 1};

static struct image blank(void)
{
    struct err err;
    struct image image = {0};
    assert_ok(image_create(&image, W, H, 3, &err), &err);
    draw_fill(&image, (const draw_colour){255, 255, 255});
    return image;
}

/* How much ink lies on the picture, in whole pixels, and its centre. */
static double inked(const struct image *image, double ret_centre[2])
{
    double sum = 0;
    ret_centre[0] = ret_centre[1] = 0;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            double ink = (255 - image_row(image, y)[3 * x]) / 255.0;
            sum += ink;
            ret_centre[0] += ink * (x + 0.5);
            ret_centre[1] += ink * (y + 0.5);
        }
    for (int k = 0; k < 2 && sum > 0; k++)
        ret_centre[k] /= sum;
    return sum;
}

static void a_line_lies_where_it_is_told(void **state)
{
    (void)state;
    const double from[2] = {5.25, 8}, to[2] = {25.25, 14};
    struct image image = blank();
    double centre[2];
    draw_line(&image, from, to, &black);
    double length = hypot(20, 6), ink = inked(&image, centre);
    assert_true(fabs(ink - length) < 0.1 * length); /* and round ends */
    assert_true(fabs(centre[0] - 15.25) < 0.1 && fabs(centre[1] - 11) < 0.1);
    image_finish(&image);
}

static void a_ring_has_its_radius(void **state)
{
    (void)state;
    const double at[2] = {19.5, 14.25};
    struct image image = blank();
    double centre[2];
    draw_ring(&image, at, 8, &black);
    assert_true(fabs(inked(&image, centre) - 2 * M_PI * 8) < 2);
    assert_true(fabs(centre[0] - at[0]) < 0.1 && fabs(centre[1] - at[1]) < 0.1);
    assert_int_equal(image_row(&image, 14)[3 * 19], 255); /* the middle stays free */
    image_finish(&image);
}

/* Everything is drawn half outside, on a view whose surroundings are watched. */
static void nothing_is_written_outside(void **state)
{
    (void)state;
    struct image image = blank(), inner = image_view(&image, 10, 10, 12, 8), patch = {0};
    struct err err;
    assert_ok(image_create(&patch, 20, 20, 3, &err), &err);
    const double far[2] = {-1e6, -30}, beyond[2] = {1e6, 40}, corner[2] = {12, 0};
    const double box[4] = {-5, -5, 12, 9};
    draw_line(&inner, far, beyond, &black);
    draw_ring(&inner, corner, 5, &black);
    draw_frame(&inner, box, &black);
    draw_image(&inner, -3, -15, &patch);
    draw_image(&inner, 8, 5, &patch);
    draw_text(&inner, -2, -3, 2, "100 \xc2\xb5m", black.colour);
    draw_scale(&inner, 9, 3, 10, 2, 4, "2 mm");
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (x < 10 || y < 10 || x >= 22 || y >= 18)
                assert_memory_equal(image_row(&image, y) + 3 * x, "\xff\xff\xff", 3);
    assert_int_equal(image_row(&inner, 7)[3 * 11], 0); /* the patch did arrive */
    image_finish(&patch);
    image_finish(&image);
}

static void every_sign_is_its_own(void **state)
{
    (void)state;
    static const char *const signs[] = {"0", "1", "2",        "3",        "4", "5", "6",
                                        "7", "8", "9",        ".",        "%", "m", "l",
                                        "p", "i", "\xc2\xb5", "\xc2\xb0", "x", "?"};
    enum { N = sizeof signs / sizeof *signs };
    struct image image[N];
    for (int i = 0; i < N; i++) {
        image[i] = blank();
        draw_text(&image[i], 3, 3, 2, signs[i], black.colour);
        assert_int_equal(draw_text_width(signs[i], 2), 10);
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(image[i].data, image[k].data, image[i].stride * H);
    }
    for (int i = 0; i < N; i++)
        image_finish(&image[i]);
    assert_int_equal(draw_text_width("", 1), 0);
    assert_int_equal(draw_text_width("5 \xc2\xb5m", 1), 23);
}

/* The ends of the scale stand as far apart as the millimetres say. */
static void a_scale_is_as_long_as_it_says(void **state)
{
    (void)state;
    struct image image = blank();
    draw_scale(&image, 2, 28, 12.5, 2, 4, "");
    int row = 28 - 4 - 7, first = -1, last = -1;
    for (int x = 0; x < W; x++)
        if (image_row(&image, row)[3 * x] < 128) {
            first = first < 0 ? x : first;
            last = x;
        }
    assert_int_equal(last - first, 25);
    image_finish(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_lies_where_it_is_told),  cmocka_unit_test(a_ring_has_its_radius),
        cmocka_unit_test(nothing_is_written_outside),    cmocka_unit_test(every_sign_is_its_own),
        cmocka_unit_test(a_scale_is_as_long_as_it_says),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
