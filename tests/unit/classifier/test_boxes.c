/* Peaks, boxes of ink and boxes that are laid on a page: small sums that many checks share. */
#include "tests/unit/test_support.h"

#include <math.h>

#include "classifier/ink.h"
#include "classifier/locate.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"

#define NEAR 1e-5

/* A paraboloid's values at whole steps; its peak lies between them. */
static struct plane hill(int w, int h, double x, double y)
{
    struct plane plane = {0};
    struct err err;
    assert_ok(plane_create(&plane, w, h, &err), &err);
    for (int k = 0; k < w * h; k++) {
        double dx = k % w - x, dy = k / w - y;
        plane.data[k] = (float)(1 - 0.01 * (dx * dx + dy * dy));
    }
    return plane;
}

static void peaks_lie_between_steps(void **state)
{
    (void)state;
    struct err err;
    double at[2], value;
    struct plane plane = hill(9, 7, 3.3, 4.8);
    assert_ok(plane_peak(&plane, at, &value, &err), &err);
    assert_true(fabs(at[0] - 3.3) < 1e-3 && fabs(at[1] - 4.8) < 1e-3);
    assert_true(fabs(value - (1 - 0.01 * (0.3 * 0.3 + 0.2 * 0.2))) < NEAR);
    plane_finish(&plane);
    plane = hill(9, 7, -2, 20); /* beyond a corner: nothing is known of the slope behind it */
    assert_ok(plane_peak(&plane, at, &value, &err), &err);
    assert_true(at[0] == 0 && at[1] == 6);
    plane_finish(&plane);
}

static void ink_has_a_box(void **state)
{
    (void)state;
    struct err err;
    struct image mask = {0};
    int box[4] = {1, 2, 3, 4};
    assert_ok(image_create(&mask, 12, 9, 1, &err), &err);
    for (int y = 0; y < 9; y++)
        memset(image_row(&mask, y), 0, 12);
    assert_false(mask_box(&mask, box));
    assert_int_equal(box[3], 4); /* left alone */
    image_row(&mask, 2)[7] = image_row(&mask, 5)[3] = 255;
    assert_true(mask_box(&mask, box));
    assert_memory_equal(box, ((int[]){3, 2, 5, 4}), sizeof box);
    image_row(&mask, 0)[0] = image_row(&mask, 8)[11] = 255;
    assert_true(mask_box(&mask, box));
    assert_memory_equal(box, ((int[]){0, 0, 12, 9}), sizeof box);
    image_finish(&mask);
}

static void boxes_are_laid_upright(void **state)
{
    (void)state;
    const struct affine quarter = {{0, -1, 50, 1, 0, 10}}; /* (x, y) -> (50 - y, 10 + x) */
    double box[4];
    laid_box(&quarter, (const double[]){1, 2, 30, 5}, box);
    assert_true(fabs(box[0] - 43) < NEAR && fabs(box[1] - 11) < NEAR);
    assert_true(fabs(box[2] - 5) < NEAR && fabs(box[3] - 30) < NEAR);
    const double corner[4][2] = {{0, 3}, {4, 0}, {8, 3}, {4, 6}};
    laid_corners(&quarter, corner, box);
    assert_true(fabs(box[0] - 44) < NEAR && fabs(box[1] - 10) < NEAR);
    assert_true(fabs(box[2] - 6) < NEAR && fabs(box[3] - 8) < NEAR);
}

/* Upright against the template, whichever way it was fed; nothing without an outline. */
static void sizes_are_compared_upright(void **state)
{
    (void)state;
    static struct model model;
    static struct scan scan;
    static struct placement place;
    double off[2];
    model.data.size_mm[0] = 162;
    model.data.size_mm[1] = 114;
    place.model = &model;
    place.scan_side[SIDE_FRONT] = SIDE_BACK;
    place.turn[SIDE_FRONT] = 90;
    scan.side[SIDE_BACK].size_mm[0] = 112;
    scan.side[SIDE_BACK].size_mm[1] = 163.5;
    scan.side[SIDE_BACK].outline_found = true;
    assert_false(size_off(&scan, &place, off));
    place.has[SIDE_FRONT] = true;
    assert_true(size_off(&scan, &place, off));
    assert_true(fabs(off[0] - 1.5) < NEAR && fabs(off[1] + 2) < NEAR);
    scan.side[SIDE_BACK].outline_found = false;
    assert_false(size_off(&scan, &place, off));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peaks_lie_between_steps),
        cmocka_unit_test(ink_has_a_box),
        cmocka_unit_test(boxes_are_laid_upright),
        cmocka_unit_test(sizes_are_compared_upright),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
