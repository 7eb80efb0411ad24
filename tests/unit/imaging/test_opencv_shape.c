/* The shim, part two: shapes, lines, correlation and spectra. */
#include "shim.h"

static const struct image no_image;

static void labels_components(void **state)
{
    (void)state;
    struct image mask = shim_image(20, 10, 1, 0), colour = shim_image(2, 2, 3, 0);
    struct cv_components found = {0};
    shim_fill(&mask, 2, 3, 4, 2, 255);
    shim_fill(&mask, 6, 5, 2, 2, 7); /* touches the first at a corner */
    WORKS(cv_components_find(&mask, 4, &found, &err));
    assert_int_equal(found.n, 3);
    const struct cv_component *part = &found.component[found.label[3 * 20 + 2]];
    assert_true(part->x == 2 && part->y == 3 && part->w == 4 && part->h == 2 && part->area == 8);
    NEAR(part->cx, 4, 1e-9);
    NEAR(part->cy, 4, 1e-9);
    cv_components_finish(&found);
    WORKS(cv_components_find(&mask, 8, &found, &err));
    assert_int_equal(found.n, 2);
    part = &found.component[1];
    assert_true(part->x == 2 && part->y == 3 && part->w == 6 && part->h == 4 && part->area == 12);
    NEAR(part->cx, (8 * 4 + 4 * 7) / 12.0, 1e-9);
    NEAR(part->cy, (8 * 4 + 4 * 6) / 12.0, 1e-9);
    part = &found.component[0];
    assert_true(part->x == 0 && part->y == 0 && part->w == 20 && part->h == 10 &&
                part->area == 188);
    cv_components_finish(&found);
    REFUSED(cv_components_find(&mask, 6, &found, &err), "neighbours");
    REFUSED(cv_components_find(&colour, 4, &found, &err), "channels");
    memset(mask.data, 1, 200); /* no background at all */
    WORKS(cv_components_find(&mask, 4, &found, &err));
    assert_true(found.n == 2 && found.component[0].area == 0 && found.component[1].area == 200);
    cv_components_finish(&found);
    image_finish(&mask);
    image_finish(&colour);
}

static void follows_contours(void **state)
{
    (void)state;
    struct image mask = shim_image(40, 40, 1, 0);
    struct cv_contours found = {0};
    shim_fill(&mask, 5, 5, 30, 30, 255);
    shim_fill(&mask, 10, 10, 20, 20, 0);
    shim_fill(&mask, 18, 18, 4, 4, 255);
    WORKS(cv_contours_find(&mask, true, &found, &err));
    assert_int_equal(found.n, 1);
    assert_int_equal(found.contour[0].n, 4);
    cv_contours_finish(&found);
    WORKS(cv_contours_find(&mask, false, &found, &err));
    assert_int_equal(found.n, 3);
    int holes = 0;
    for (int i = 0; i < found.n; i++) {
        holes += found.contour[i].hole;
        assert_true(found.contour[i].hole == (found.contour[i].parent >= 0));
    }
    assert_int_equal(holes, 1);
    cv_contours_finish(&found);
    memset(mask.data, 0, 1600);
    WORKS(cv_contours_find(&mask, false, &found, &err));
    assert_int_equal(found.n, 0);
    cv_contours_finish(&found);
    REFUSED(cv_contours_find(&no_image, false, &found, &err), "empty");
    image_finish(&mask);
}

static void measures_polygons(void **state)
{
    static const struct cv_pixel square[] = {{0, 10}, {10, 0}, {20, 10}, {10, 20}, {10, 10}};
    static const struct cv_pixel step[] = {{0, 0}, {50, 1}, {100, 0}, {100, 50}, {0, 50}};
    static const struct cv_pixel far_out[] = {{0, 0}, {2000000, 0}, {0, 5}};
    (void)state;
    struct cv_turned_box box;
    struct cv_pixels points = {0};
    double area;
    WORKS(cv_min_area_box(square, 5, &box, &err));
    NEAR(box.cx, 10.5, 1e-4);
    NEAR(box.cy, 10.5, 1e-4);
    NEAR(box.w, sqrt(200), 1e-4);
    NEAR(box.h, sqrt(200), 1e-4);
    NEAR(box.angle_deg, 45, 1e-4);
    WORKS(cv_min_area_box(step, 2, &box, &err)); /* a line */
    assert_true(box.angle_deg > 0 && box.angle_deg <= 90);
    WORKS(cv_convex_hull(square, 5, &points, &err));
    assert_int_equal(points.n, 4);
    double twice = 0; /* clockwise as seen: positive with y down */
    for (int i = 0; i < 4; i++) {
        struct cv_pixel a = points.pixel[i], b = points.pixel[(i + 1) % 4];
        twice += a.x * b.y - b.x * a.y;
    }
    NEAR(twice, 400, 0);
    cv_pixels_finish(&points);
    WORKS(cv_approx_poly(step, 5, 2, true, &points, &err));
    assert_int_equal(points.n, 4);
    cv_pixels_finish(&points);
    WORKS(cv_polygon_area(square, 4, &area, &err));
    NEAR(area, 200, 1e-9);
    REFUSED(cv_min_area_box(square, 0, &box, &err), "points");
    REFUSED(cv_convex_hull(NULL, 3, &points, &err), "points");
    REFUSED(cv_approx_poly(step, 5, -1, true, &points, &err), "epsilon");
    REFUSED(cv_polygon_area(far_out, 3, &area, &err), "far");
}

static void fills_polygons(void **state)
{
    static const struct cv_pixel triangle[] = {{-5, 2}, {12, 2}, {12, 30}};
    (void)state;
    struct image mask = shim_image(20, 10, 1, 0), colour = shim_image(4, 4, 3, 0);
    WORKS(cv_fill_polygon(&mask, triangle, 3, 9, &err));
    assert_int_equal(shim_at(&mask, 12, 9)[0], 9);
    assert_int_equal(shim_at(&mask, 0, 2)[0], 9);
    assert_int_equal(shim_at(&mask, 13, 5)[0], 0);
    assert_int_equal(shim_at(&mask, 5, 1)[0], 0);
    REFUSED(cv_fill_polygon(&colour, triangle, 3, 9, &err), "channels");
    REFUSED(cv_fill_polygon(&mask, triangle, 0, 9, &err), "points");
    image_finish(&mask);
    image_finish(&colour);
}

static void measures_distance(void **state)
{
    (void)state;
    struct image mask = shim_image(20, 20, 1, 255);
    struct plane distance = {0};
    REFUSED(cv_distance(&mask, &distance, &err), "0");
    shim_fill(&mask, 4, 4, 1, 1, 0);
    WORKS(cv_distance(&mask, &distance, &err));
    NEAR(*shim_plane_at(&distance, 7, 8), 5, 1e-4);
    NEAR(*shim_plane_at(&distance, 4, 4), 0, 0);
    plane_finish(&distance);
    image_finish(&mask);
}

static void finds_segments(void **state)
{
    (void)state;
    struct image edges = shim_image(100, 60, 1, 0), step = shim_image(120, 90, 1, 40);
    struct cv_segments found = {0};
    shim_fill(&edges, 10, 30, 80, 1, 255);
    WORKS(cv_hough_segments(&edges, 1, M_PI / 180, 40, 50, 3, &found, &err));
    assert_true(found.n >= 1);
    NEAR(found.segment[0].y0, 30.5, 1.01);
    NEAR(fabs(found.segment[0].x1 - found.segment[0].x0), 79, 3);
    cv_segments_finish(&found);
    REFUSED(cv_hough_segments(&edges, 0, 0.01, 40, 50, 3, &found, &err), "rho");
    REFUSED(cv_hough_segments(&edges, 1, 0, 40, 50, 3, &found, &err), "theta");
    REFUSED(cv_hough_segments(&edges, 1, 0.01, 0, 50, 3, &found, &err), "votes");
    REFUSED(cv_hough_segments(&edges, 1, 0.01, 40, -1, 3, &found, &err), "length");

    shim_fill(&step, 50, 0, 70, 90, 200); /* the edge stands at x = 50, dark on the left */
    for (int k = 0; k < 2; k++) {
        WORKS(cv_line_segments(&step, k ? 0.8 : 1, &found, &err));
        assert_int_equal(found.n, 1);
        NEAR(found.segment[0].x0, 50, 0.15);
        NEAR(found.segment[0].x1, 50, 0.15);
        /* dark to the right of the way: going down the picture, right is the smaller x */
        assert_true(found.segment[0].y1 > found.segment[0].y0);
        cv_segments_finish(&found);
    }
    REFUSED(cv_line_segments(&step, 2, &found, &err), "scale");
    REFUSED(cv_line_segments(&no_image, 1, &found, &err), "empty");
    image_finish(&edges);
    image_finish(&step);
}

static void correlates(void **state)
{
    (void)state;
    struct image in = shim_texture(60, 50, 3, 7), mask = shim_image(15, 12, 1, 255),
                 flat = shim_image(15, 12, 1, 3);
    struct image view = image_view(&in, 21, 17, 15, 12), part = {0};
    struct plane score = {0};
    struct cv_extremes best;
    WORKS(image_copy(&view, &part, &err));
    WORKS(cv_match_template(&in, &part, NULL, &score, &err));
    assert_int_equal(score.width, 46);
    assert_int_equal(score.height, 39);
    WORKS(cv_min_max_plane(&score, NULL, &best, &err));
    assert_true(best.max_x == 21 && best.max_y == 17);
    NEAR(best.max, 1, 1e-3);
    plane_finish(&score);
    shim_fill(&part, 0, 0, 6, 12, 0); /* spoil what the mask then hides */
    shim_fill(&mask, 0, 0, 6, 12, 0);
    WORKS(cv_match_template(&in, &part, &mask, &score, &err));
    assert_int_equal(shim_at(&mask, 8, 8)[0], 255); /* the caller's mask is as it was */
    WORKS(cv_min_max_plane(&score, NULL, &best, &err));
    assert_true(best.max_x == 21 && best.max_y == 17);
    NEAR(best.max, 1, 1e-3);
    plane_finish(&score);
    REFUSED(cv_match_template(&part, &in, NULL, &score, &err), "larger");
    REFUSED(cv_match_template(&in, &flat, NULL, &score, &err), "contrast");
    REFUSED(cv_match_template(&in, &part, &in, &score, &err), "mask");
    memset(mask.data, 0, 15 * 12);
    REFUSED(cv_match_template(&in, &part, &mask, &score, &err), "mask");
    struct image colour = shim_image(80, 80, 3, 5);
    REFUSED(cv_match_template(&colour, &part, NULL, &score, &err), "channels");
    image_finish(&in);
    image_finish(&part);
    image_finish(&mask);
    image_finish(&flat);
    image_finish(&colour);
}

static void correlates_with_weights_over_flat_paper(void **state)
{
    (void)state;
    struct image in = shim_image(60, 50, 3, 240), part = shim_image(10, 10, 3, 240);
    struct plane weight = shim_plane(10, 10, 1), score = {0};
    shim_fill(&part, 3, 3, 4, 4, 30);
    shim_fill(&in, 33, 23, 4, 4, 30);
    *shim_plane_at(&weight, 0, 0) = 0.25f;
    WORKS(cv_match_template_weighted(&in, &part, &weight, &score, &err));
    NEAR(*shim_plane_at(&score, 30, 20), 1, 1e-3);
    NEAR(*shim_plane_at(&score, 2, 2), 0, 0); /* flat: undefined, so 0 */
    for (int i = 0; i < score.width * score.height; i++)
        assert_true(score.data[i] >= -1 && score.data[i] <= 1);
    plane_finish(&score);
    *shim_plane_at(&weight, 0, 0) = -1;
    REFUSED(cv_match_template_weighted(&in, &part, &weight, &score, &err), "weight");
    *shim_plane_at(&weight, 0, 0) = NAN;
    REFUSED(cv_match_template_weighted(&in, &part, &weight, &score, &err), "weight");
    REFUSED(cv_match_template_weighted(&in, &part, NULL, &score, &err), "weight");
    image_finish(&in);
    image_finish(&part);
    plane_finish(&weight);
}

static void shows_a_spectrum(void **state)
{
    (void)state;
    for (int n = 63; n <= 64; n++) {
        struct plane tile = shim_plane(n, n, 0), power = {0};
        struct cv_extremes best;
        for (int i = 0; i < n * n; i++) /* 10 periods across, 5 down */
            tile.data[i] = 40 + 8 * cosf((float)(2 * M_PI * (10 * (i % n) + 5 * (i / n)) / n));
        WORKS(cv_power_spectrum(&tile, n == 64, &power, &err));
        *shim_plane_at(&power, n / 2 - 10, n / 2 - 5) = 0; /* its mirror image */
        WORKS(cv_min_max_plane(&power, NULL, &best, &err));
        assert_true(best.max_x == n / 2 + 10 && best.max_y == n / 2 + 5);
        plane_finish(&power);
        uint32_t seed = 11;
        for (int i = 0; i < n * n; i++) /* uniform of width 12: variance 12 */
            tile.data[i] = (float)(shim_random(&seed) / 4294967296.0 * 12);
        double mean;
        WORKS(cv_power_spectrum(&tile, n == 64, &power, &err));
        WORKS(cv_mean_std_plane(&power, NULL, &mean, NULL, &err));
        NEAR(mean, 12, 0.9);
        plane_finish(&power);
        tile.data[5] = INFINITY;
        REFUSED(cv_power_spectrum(&tile, true, &power, &err), "finite");
        tile.height = 40;
        REFUSED(cv_power_spectrum(&tile, true, &power, &err), "square");
        plane_finish(&tile);
    }
}

static void measures_shifts(void **state)
{
    (void)state;
    for (int n = 60; n <= 75; n += 5) {
        struct image big = shim_texture(120, 120, 6, 5), soft = {0};
        WORKS(cv_gauss(&big, 1.5, &soft, &err));
        struct plane a = {0}, b = {0};
        struct image here = image_view(&soft, 20, 20, n, n),
                     there = image_view(&soft, 17, 24, n, n);
        double shift[2], response = -1;
        WORKS(cv_to_plane(&here, 0, 1, 0, &a, &err));
        WORKS(cv_to_plane(&there, 0, 1, 0, &b, &err)); /* the picture has gone 3 right, 4 up */
        WORKS(cv_phase_shift(&a, &b, shift, &response, &err));
        NEAR(shift[0], 3, 0.35);
        NEAR(shift[1], -4, 0.35);
        assert_true(response > 0.2 && response <= 1.001);
        WORKS(cv_phase_shift(&a, &a, shift, NULL, &err));
        NEAR(shift[0], 0, 0.02);
        NEAR(shift[1], 0, 0.02);
        plane_finish(&b);
        b = shim_plane(n, n, 4);
        REFUSED(cv_phase_shift(&a, &b, shift, &response, &err), "contrast");
        b.width = n - 1;
        REFUSED(cv_phase_shift(&a, &b, shift, &response, &err), "size");
        plane_finish(&a);
        plane_finish(&b);
        image_finish(&big);
        image_finish(&soft);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_components),
        cmocka_unit_test(follows_contours),
        cmocka_unit_test(measures_polygons),
        cmocka_unit_test(fills_polygons),
        cmocka_unit_test(measures_distance),
        cmocka_unit_test(finds_segments),
        cmocka_unit_test(correlates),
        cmocka_unit_test(correlates_with_weights_over_flat_paper),
        cmocka_unit_test(shows_a_spectrum),
        cmocka_unit_test(measures_shifts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
