/* The shim, part one: pixels, filters, statistics. Each function once as it should be, once
 * refused. */
#include "shim.h"

static const struct image no_image;
static const struct plane no_plane;

static void says_its_version(void **state)
{
    (void)state;
    WORKS(cv_init(&err));
    assert_true(strlen(cv_version()) >= 5 && cv_version()[0] >= '4');
}

static void resizes(void **state)
{
    (void)state;
    struct image in = shim_image(4, 2, 3, 10), out = {0};
    in.dpi_x = in.dpi_y = 300;
    shim_fill(&in, 2, 0, 2, 2, 90);
    WORKS(cv_resize(&in, 2, 1, CV_INTERPOLATE_AREA, &out, &err));
    assert_int_equal(shim_at(&out, 0, 0)[2], 10);
    assert_int_equal(shim_at(&out, 1, 0)[0], 90);
    NEAR(out.dpi_x, 150, 0);
    image_finish(&out);
    REFUSED(cv_resize(&no_image, 2, 2, CV_INTERPOLATE_AREA, &out, &err), "empty");
    REFUSED(cv_resize(&in, 0, 2, CV_INTERPOLATE_AREA, &out, &err), "empty");
    REFUSED(cv_resize(&in, 2, 40000, CV_INTERPOLATE_AREA, &out, &err), "larger");
    in.channels = 2;
    REFUSED(cv_resize(&in, 2, 2, CV_INTERPOLATE_AREA, &out, &err), "channels");
    in.channels = 3;
    in.stride = 3;
    REFUSED(cv_resize(&in, 2, 2, CV_INTERPOLATE_AREA, &out, &err), "rows");
    assert_null(out.data);
    image_finish(&in);

    struct plane small = shim_plane(4, 4, 2.5f), half = {0};
    WORKS(cv_resize_plane(&small, 2, 2, CV_INTERPOLATE_LINEAR, &half, &err));
    NEAR(half.data[3], 2.5, 1e-6);
    plane_finish(&half);
    REFUSED(cv_resize_plane(&no_plane, 2, 2, CV_INTERPOLATE_LINEAR, &half, &err), "empty");
    plane_finish(&small);
}

/* Mean place of the dark pixels, continuous coordinates. */
static void centre_of_dark(const struct image *image, double ret[2])
{
    double sum = 0;
    ret[0] = ret[1] = 0;
    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++) {
            double ink = 255 - shim_at(image, x, y)[0];
            sum += ink;
            ret[0] += ink * (x + 0.5);
            ret[1] += ink * (y + 0.5);
        }
    }
    ret[0] /= sum;
    ret[1] /= sum;
}

static void warps_as_its_convention_says(void **state)
{
    static const enum cv_interpolation hows[] = {CV_INTERPOLATE_LINEAR, CV_INTERPOLATE_CUBIC,
                                                 CV_INTERPOLATE_AREA};
    static const double scales[] = {0.5, 1, 1.49, 2, 2.6, 4, 7.3};
    static const uint8_t white = 255;
    (void)state;
    struct image in = shim_image(403, 301, 1, 255), out = {0};
    double at[2];
    shim_fill(&in, 120, 90, 60, 40, 0); /* its centre is at 150, 110 */
    for (size_t h = 0; h < sizeof hows / sizeof hows[0]; h++) {
        for (size_t s = 0; s < sizeof scales / sizeof scales[0]; s++) {
            double c = scales[s] * cos(0.2), d = scales[s] * sin(0.2);
            double m[6] = {c, -d, 101.3, d, c, 33.7};
            WORKS(cv_warp_affine(&in, m, 300 / (int)(scales[s] + 1), 220 / (int)(scales[s] + 1),
                                 hows[h], CV_BORDER_COLOUR, &white, &out, &err));
            centre_of_dark(&out, at);
            NEAR(m[0] * at[0] + m[1] * at[1] + m[2], 150, 0.06 * scales[s] + 0.03);
            NEAR(m[3] * at[0] + m[4] * at[1] + m[5], 110, 0.06 * scales[s] + 0.03);
            image_finish(&out);
        }
    }
    const double same[6] = {1, 0, 0, 0, 1, 0};
    WORKS(cv_warp_affine(&in, same, 403, 301, CV_INTERPOLATE_NEAREST, CV_BORDER_REPLICATE, NULL,
                         &out, &err));
    assert_memory_equal(in.data, out.data, in.stride * 301);
    image_finish(&out);
    image_finish(&in);
}

static void warps_edges_and_refuses(void **state)
{
    static const uint8_t grey = 77;
    (void)state;
    struct image in = shim_image(11, 7, 1, 200), out = {0};
    shim_fill(&in, 10, 0, 1, 7, 100); /* a last column that fills no whole cell of four */
    const double quarter[6] = {4, 0, 0, 0, 4, 0}, away[6] = {1, 0, -500, 0, 1, 0};
    WORKS(cv_warp_affine(&in, quarter, 3, 2, CV_INTERPOLATE_AREA, CV_BORDER_REPLICATE, NULL, &out,
                         &err));
    assert_int_equal(shim_at(&out, 0, 0)[0], 200);
    assert_int_equal(shim_at(&out, 2, 1)[0], (200 + 200 + 100) / 3 + 1);
    image_finish(&out);
    WORKS(cv_warp_affine(&in, away, 30, 20, CV_INTERPOLATE_AREA, CV_BORDER_COLOUR, &grey, &out,
                         &err));
    assert_int_equal(shim_at(&out, 29, 19)[0], 77);
    image_finish(&out);
    WORKS(cv_warp_affine(&in, away, 30, 20, CV_INTERPOLATE_LINEAR, CV_BORDER_REPLICATE, NULL, &out,
                         &err));
    assert_int_equal(shim_at(&out, 0, 0)[0], 200);
    image_finish(&out);
    const double bad[6] = {NAN, 0, 0, 0, 1, 0}, far_out[6] = {1e9, 0, 0, 0, 1, 0};
    REFUSED(cv_warp_affine(&in, bad, 4, 4, CV_INTERPOLATE_LINEAR, CV_BORDER_REPLICATE, NULL, &out,
                           &err),
            "matrix");
    REFUSED(cv_warp_affine(&in, far_out, 4, 4, CV_INTERPOLATE_AREA, CV_BORDER_REPLICATE, NULL, &out,
                           &err),
            "matrix");
    REFUSED(
        cv_warp_affine(&in, NULL, 4, 4, CV_INTERPOLATE_AREA, CV_BORDER_REPLICATE, NULL, &out, &err),
        "matrix");
    REFUSED(
        cv_warp_affine(&in, away, 4, 4, CV_INTERPOLATE_LINEAR, CV_BORDER_COLOUR, NULL, &out, &err),
        "colour");
    assert_null(out.data);
    image_finish(&in);
}

static void turns_by_quarters(void **state)
{
    (void)state;
    struct image in = shim_image(3, 2, 1, 0), out = {0}, back = {0};
    for (int i = 0; i < 6; i++)
        in.data[i] = (uint8_t)i; /* 0 1 2 / 3 4 5 */
    in.dpi_x = 300;
    in.dpi_y = 600;
    WORKS(cv_turn(&in, 1, &out, &err));
    assert_int_equal(out.width, 2);
    assert_int_equal(out.data[0], 3); /* the lower left came to the upper left */
    assert_int_equal(out.data[1], 0);
    NEAR(out.dpi_x, 600, 0);
    WORKS(cv_turn(&out, 3, &back, &err));
    assert_memory_equal(in.data, back.data, 6);
    image_finish(&back);
    image_finish(&out);
    WORKS(cv_turn(&in, 2, &out, &err));
    assert_int_equal(out.data[0], 5);
    image_finish(&out);
    REFUSED(cv_turn(&in, 4, &out, &err), "quarters");
    image_finish(&in);
}

static void changes_colours(void **state)
{
    static const struct {
        uint8_t rgb[3];
        double lab[3]; /* CIE, D65, computed from the sRGB standard */
    } known[] = {{{255, 255, 255}, {100, 0, 0}},       {{0, 0, 0}, {0, 0, 0}},
                 {{255, 0, 0}, {53.24, 80.09, 67.20}}, {{0, 0, 255}, {32.30, 79.19, -107.86}},
                 {{119, 119, 119}, {50.03, 0, 0}},     {{200, 180, 140}, {74.06, 1.09, 23.02}}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct image rgb = shim_image(1, 1, 3, 0);
        struct plane lab[3] = {{0}};
        memcpy(rgb.data, known[i].rgb, 3);
        WORKS(cv_lab(&rgb, lab, &err));
        for (int c = 0; c < 3; c++) {
            NEAR(lab[c].data[0], known[i].lab[c], 0.35);
            plane_finish(&lab[c]);
        }
        image_finish(&rgb);
    }
    struct image rgb = shim_image(2, 2, 3, 100), grey = {0}, again = {0};
    struct plane lab[3] = {{0}};
    WORKS(cv_grey(&rgb, &grey, &err));
    assert_int_equal(grey.channels, 1);
    assert_int_equal(grey.data[0], 100);
    WORKS(cv_rgb(&grey, &again, &err));
    assert_memory_equal(again.data, rgb.data, 12);
    REFUSED(cv_grey(&grey, &again, &err), "RGB");
    REFUSED(cv_rgb(&rgb, &again, &err), "channels");
    REFUSED(cv_lab(&grey, lab, &err), "RGB");
    REFUSED(cv_lab(&rgb, NULL, &err), "planes");
    image_finish(&rgb);
    image_finish(&grey);
    image_finish(&again);
}

static void goes_to_planes_and_back(void **state)
{
    (void)state;
    struct image in = shim_image(2, 1, 3, 50), out = {0};
    struct plane plane = {0};
    in.data[1] = 120;
    WORKS(cv_to_plane(&in, 1, 2, -1, &plane, &err));
    NEAR(plane.data[0], 239, 1e-4);
    plane.data[1] = NAN;
    WORKS(cv_to_image(&plane, 0.5, 0, &out, &err));
    assert_int_equal(out.data[0], 120); /* 119.5, to even */
    assert_int_equal(out.data[1], 0);
    REFUSED(cv_to_plane(&in, 3, 1, 0, &plane, &err), "channel");
    REFUSED(cv_to_image(&no_plane, 1, 0, &out, &err), "empty");
    image_finish(&in);
    image_finish(&out);
    plane_finish(&plane);
}

static void blurs(void **state)
{
    (void)state;
    struct image in = shim_image(21, 21, 1, 0), out = {0};
    shim_fill(&in, 10, 10, 1, 1, 250);
    WORKS(cv_gauss(&in, 1, &out, &err));
    NEAR(shim_at(&out, 10, 10)[0], 250 / (2 * M_PI), 2);
    image_finish(&out);
    WORKS(cv_box(&in, 5, 5, &out, &err));
    assert_int_equal(shim_at(&out, 8, 12)[0], 10);
    assert_int_equal(shim_at(&out, 7, 10)[0], 0);
    image_finish(&out);
    WORKS(cv_median(&in, 3, &out, &err));
    assert_int_equal(shim_at(&out, 10, 10)[0], 0);
    image_finish(&out);
    REFUSED(cv_gauss(&in, 0, &out, &err), "sigma");
    REFUSED(cv_gauss(&in, NAN, &out, &err), "sigma");
    REFUSED(cv_box(&in, 0, 3, &out, &err), "window");
    REFUSED(cv_median(&in, 4, &out, &err), "odd");
    REFUSED(cv_median(&in, 257, &out, &err), "odd");
    image_finish(&in);

    struct plane plane = shim_plane(21, 21, 0), soft = {0};
    *shim_plane_at(&plane, 10, 10) = 100;
    WORKS(cv_gauss_plane(&plane, 1.5, &soft, &err));
    NEAR(*shim_plane_at(&soft, 10, 10), 100 / (2 * M_PI * 2.25), 0.1);
    plane_finish(&soft);
    WORKS(cv_box_plane(&plane, 3, 3, &soft, &err));
    NEAR(*shim_plane_at(&soft, 9, 11), 100 / 9.0, 1e-4);
    plane_finish(&soft);
    WORKS(cv_median_plane(&plane, 5, &soft, &err));
    NEAR(*shim_plane_at(&soft, 10, 10), 0, 0);
    plane_finish(&soft);
    REFUSED(cv_gauss_plane(&plane, 501, &soft, &err), "sigma");
    REFUSED(cv_box_plane(&no_plane, 3, 3, &soft, &err), "empty");
    REFUSED(cv_median_plane(&plane, 7, &soft, &err), "odd");
    plane_finish(&plane);
}

static void differentiates(void **state)
{
    (void)state;
    struct plane ramp = shim_plane(9, 9, 0), x = {0}, y = {0}, bend = {0};
    for (int i = 0; i < 81; i++)
        ramp.data[i] = 3.0f * (float)(i % 9) - 2.0f * (float)(i / 9);
    for (int kernel = 0; kernel < 2; kernel++) {
        WORKS(cv_gradients(&ramp, (enum cv_gradient)kernel, &x, &y, &err));
        NEAR(*shim_plane_at(&x, 4, 4), 3, 1e-4);
        NEAR(*shim_plane_at(&y, 4, 4), -2, 1e-4);
        plane_finish(&x);
        plane_finish(&y);
    }
    *shim_plane_at(&ramp, 4, 4) += 5;
    WORKS(cv_laplacian(&ramp, &bend, &err));
    NEAR(*shim_plane_at(&bend, 4, 4), -20, 1e-4);
    NEAR(*shim_plane_at(&bend, 4, 3), 5, 1e-4);
    plane_finish(&bend);
    REFUSED(cv_laplacian(&no_plane, &bend, &err), "empty");
    plane_finish(&ramp);
}

static void does_morphology(void **state)
{
    static const struct {
        enum cv_morph_op op;
        int middle, side, speck, hole;
    } expected[] = {{CV_MORPH_OP_ERODE, 0, 0, 0, 0},    {CV_MORPH_OP_DILATE, 255, 255, 255, 255},
                    {CV_MORPH_OP_OPEN, 255, 255, 0, 0}, {CV_MORPH_OP_CLOSE, 255, 255, 255, 255},
                    {CV_MORPH_OP_TOPHAT, 0, 0, 255, 0}, {CV_MORPH_OP_BLACKHAT, 0, 0, 0, 255}};
    (void)state;
    struct image in = shim_image(40, 30, 1, 0), out = {0};
    shim_fill(&in, 5, 5, 15, 15, 255);
    shim_fill(&in, 30, 8, 1, 1, 255); /* a speck */
    shim_fill(&in, 9, 9, 1, 1, 0);    /* a hole */
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        WORKS(cv_morph(&in, expected[i].op, CV_MORPH_BOX, 3, 3, &out, &err));
        assert_int_equal(shim_at(&out, 15, 15)[0],
                         expected[i].op == CV_MORPH_OP_ERODE ? 255 : expected[i].middle);
        assert_int_equal(shim_at(&out, 5, 15)[0], expected[i].side);
        assert_int_equal(shim_at(&out, 30, 8)[0], expected[i].speck);
        assert_int_equal(shim_at(&out, 9, 9)[0], expected[i].hole);
        image_finish(&out);
    }
    WORKS(cv_morph(&in, CV_MORPH_OP_DILATE, CV_MORPH_DISC, 9, 9, &out, &err));
    assert_int_equal(shim_at(&out, 34, 8)[0], 255);
    assert_int_equal(shim_at(&out, 34, 4)[0], 0); /* a box would reach its corner */
    image_finish(&out);
    REFUSED(cv_morph(&in, CV_MORPH_OP_OPEN, CV_MORPH_BOX, 3, 0, &out, &err), "window");
    image_finish(&in);
}

static void thresholds(void **state)
{
    (void)state;
    struct image in = shim_image(64, 64, 1, 60), out = {0}, colour = shim_image(2, 1, 3, 50);
    double value = -1;
    shim_fill(&in, 0, 0, 32, 64, 180);
    WORKS(cv_threshold(&in, 60, false, &out, &err));
    assert_int_equal(shim_at(&out, 40, 5)[0], 0);
    assert_int_equal(shim_at(&out, 4, 5)[0], 255);
    image_finish(&out);
    WORKS(cv_threshold(&in, 60, true, &out, &err));
    assert_int_equal(shim_at(&out, 40, 5)[0], 255);
    image_finish(&out);
    WORKS(cv_otsu(&in, &value, &err));
    assert_true(value >= 60 && value < 180);
    shim_fill(&in, 10, 10, 2, 2, 120);
    WORKS(cv_adaptive_threshold(&in, 15, 20, true, &out, &err));
    assert_int_equal(shim_at(&out, 10, 10)[0], 255);
    assert_int_equal(shim_at(&out, 10, 40)[0], 0);
    image_finish(&out);
    colour.data[4] = 90;
    const uint8_t low[3] = {40, 60, 40}, high[3] = {60, 90, 60};
    WORKS(cv_in_range(&colour, low, high, &out, &err));
    assert_int_equal(out.data[0], 0);
    assert_int_equal(out.data[1], 255);
    image_finish(&out);
    REFUSED(cv_threshold(&colour, 60, false, &out, &err), "channels");
    REFUSED(cv_threshold(&in, NAN, false, &out, &err), "value");
    REFUSED(cv_otsu(&colour, &value, &err), "channels");
    REFUSED(cv_adaptive_threshold(&in, 14, 3, false, &out, &err), "odd");
    REFUSED(cv_adaptive_threshold(&in, 15, 300, false, &out, &err), "offset");
    REFUSED(cv_in_range(&colour, NULL, high, &out, &err), "bounds");
    struct plane plane = shim_plane(2, 2, 0.5f);
    plane.data[3] = 7;
    WORKS(cv_in_range_plane(&plane, 0, 1, &out, &err));
    assert_int_equal(out.data[0], 255);
    assert_int_equal(out.data[3], 0);
    image_finish(&out);
    REFUSED(cv_in_range_plane(&plane, NAN, 1, &out, &err), "bound");
    plane_finish(&plane);
    image_finish(&in);
    image_finish(&colour);
}

static void finds_edges(void **state)
{
    (void)state;
    struct image in = shim_image(40, 40, 1, 20), out = {0};
    shim_fill(&in, 20, 0, 20, 40, 220);
    WORKS(cv_canny(&in, 100, 300, &out, &err));
    assert_true(shim_at(&out, 19, 20)[0] + shim_at(&out, 20, 20)[0] >= 255);
    assert_int_equal(shim_at(&out, 10, 20)[0], 0);
    image_finish(&out);
    REFUSED(cv_canny(&in, 300, 100, &out, &err), "low");
    image_finish(&in);
}

static void measures(void **state)
{
    (void)state;
    struct image in = shim_image(4, 1, 3, 10), mask = shim_image(4, 1, 1, 0),
                 grey = shim_image(4, 2, 1, 9);
    double mean[3], deviation[3];
    struct cv_extremes found;
    in.data[3] = 30;
    mask.data[0] = mask.data[1] = 1;
    WORKS(cv_mean_std(&in, &mask, mean, deviation, &err));
    NEAR(mean[0], 20, 1e-9);
    NEAR(deviation[0], 10, 1e-9);
    NEAR(deviation[2], 0, 1e-9);
    grey.data[5] = 2;
    grey.data[2] = 88;
    WORKS(cv_min_max(&grey, NULL, &found, &err));
    assert_true(found.min == 2 && found.min_x == 1 && found.min_y == 1);
    assert_true(found.max == 88 && found.max_x == 2 && found.max_y == 0);
    struct plane plane = shim_plane(4, 1, 1);
    plane.data[2] = 5;
    WORKS(cv_mean_std_plane(&plane, NULL, mean, deviation, &err));
    NEAR(mean[0], 2, 1e-9);
    WORKS(cv_min_max_plane(&plane, &mask, &found, &err));
    assert_true(found.max == 1);
    plane.data[3] = NAN;
    WORKS(cv_min_max_plane(&plane, &mask, &found, &err)); /* outside of the mask */
    REFUSED(cv_min_max_plane(&plane, NULL, &found, &err), "number");
    memset(mask.data, 0, 4);
    REFUSED(cv_mean_std(&in, &mask, mean, deviation, &err), "mask");
    REFUSED(cv_mean_std_plane(&plane, &grey, mean, deviation, &err), "mask");
    REFUSED(cv_min_max(&in, NULL, &found, &err), "channels");
    REFUSED(cv_min_max(&grey, &mask, &found, &err), "mask");
    image_finish(&in);
    image_finish(&mask);
    image_finish(&grey);
    plane_finish(&plane);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_its_version),
        cmocka_unit_test(resizes),
        cmocka_unit_test(warps_as_its_convention_says),
        cmocka_unit_test(warps_edges_and_refuses),
        cmocka_unit_test(turns_by_quarters),
        cmocka_unit_test(changes_colours),
        cmocka_unit_test(goes_to_planes_and_back),
        cmocka_unit_test(blurs),
        cmocka_unit_test(differentiates),
        cmocka_unit_test(does_morphology),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(finds_edges),
        cmocka_unit_test(measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
