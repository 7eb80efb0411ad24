/* The shim, part three: keypoints, matches, estimated maps. */
#include "shim.h"

static const struct cv_orb orb = {.n_features = 800,
                                  .scale_factor = 1.2,
                                  .levels = 8,
                                  .edge = 31,
                                  .patch = 31,
                                  .fast_threshold = 20};
static const struct cv_sift sift = {.n_features = 400,
                                    .octave_layers = 3,
                                    .contrast_threshold = 0.04,
                                    .edge_threshold = 10,
                                    .sigma = 1.6};

static struct image turned(const struct image *in, const double m[6])
{
    struct image out = {0};
    WORKS(cv_warp_affine(in, m, in->width, in->height, CV_INTERPOLATE_LINEAR, CV_BORDER_REPLICATE,
                         NULL, &out, &err));
    return out;
}

/* Matches a picture with a turned one and asks whether the map comes back within tolerance px.
 */
static void registers(const struct cv_features *a, const struct cv_features *b,
                      const double b_to_a[6], double tolerance)
{
    struct cv_matches pairs = {0};
    int n_inliers = 0;
    WORKS(cv_match_features(b, a, 0.8, true, &pairs, &err));
    assert_true(pairs.n >= 30);
    struct cv_point *from = calloc((size_t)pairs.n, sizeof *from),
                    *to = calloc((size_t)pairs.n, sizeof *to);
    uint8_t *inlier = calloc((size_t)pairs.n, 1);
    for (int i = 0; i < pairs.n; i++) {
        assert_true(i == 0 || pairs.match[i].a > pairs.match[i - 1].a);
        from[i] =
            (struct cv_point){b->keypoint[pairs.match[i].a].x, b->keypoint[pairs.match[i].a].y};
        to[i] = (struct cv_point){a->keypoint[pairs.match[i].b].x, a->keypoint[pairs.match[i].b].y};
    }
    for (int affine = 0; affine < 2; affine++) {
        double m[6];
        if (affine)
            WORKS(cv_estimate_affine(from, to, pairs.n, 2, m, inlier, &n_inliers, &err));
        else
            WORKS(cv_estimate_similarity(from, to, pairs.n, 2, m, inlier, &n_inliers, &err));
        assert_true(n_inliers >= 20);
        for (int corner = 0; corner < 4; corner++) {
            double x = corner & 1 ? 300 : 100, y = corner & 2 ? 250 : 50;
            NEAR(m[0] * x + m[1] * y + m[2], b_to_a[0] * x + b_to_a[1] * y + b_to_a[2], tolerance);
            NEAR(m[3] * x + m[4] * y + m[5], b_to_a[3] * x + b_to_a[4] * y + b_to_a[5], tolerance);
        }
    }
    free(from);
    free(to);
    free(inlier);
    cv_matches_finish(&pairs);
}

static void recovers_a_turn(void **state)
{
    /* turned by 0.3 rad and reduced by 1.5: levels of the pyramid must agree about the place */
    const double c = 1.5 * cos(0.3), s = 1.5 * sin(0.3), m[6] = {c, -s, 20, s, c, -60};
    (void)state;
    struct image sharp = shim_texture(420, 360, 14, 3), in = {0};
    WORKS(cv_gauss(&sharp, 1.2, &in, &err));
    struct image other = turned(&in, m);
    struct cv_features a = {0}, b = {0}, again = {0};
    WORKS(cv_orb_features(&in, NULL, &orb, &a, &err));
    WORKS(cv_orb_features(&other, NULL, &orb, &b, &err));
    WORKS(cv_orb_features(&other, NULL, &orb, &again, &err));
    assert_int_equal(b.n, again.n);
    assert_memory_equal(b.descriptor, again.descriptor, (size_t)b.n * 32);
    registers(&a, &b, m, 1.2); /* ORB places are whole pixels of their level */
    cv_features_finish(&a);
    cv_features_finish(&b);
    cv_features_finish(&again);
    WORKS(cv_sift_features(&in, NULL, &sift, &a, &err));
    WORKS(cv_sift_features(&other, NULL, &sift, &b, &err));
    assert_int_equal(a.kind, CV_DESCRIPTOR_SIFT);
    registers(&a, &b, m, 0.4);
    cv_features_finish(&a);
    cv_features_finish(&b);
    image_finish(&sharp);
    image_finish(&in);
    image_finish(&other);
}

static void places_a_blob_at_its_centre(void **state)
{
    (void)state;
    struct image in = shim_image(80, 80, 1, 30);
    struct cv_features found = {0};
    for (int y = 0; y < 80; y++) /* a soft spot, its centre at 41, 38 */
        for (int x = 0; x < 80; x++)
            *shim_at(&in, x, y) =
                (uint8_t)(30 + 200 * exp(-(pow(x + .5 - 41, 2) + pow(y + .5 - 38, 2)) / 32));
    WORKS(cv_sift_features(&in, NULL, &sift, &found, &err));
    assert_true(found.n >= 1);
    NEAR(found.keypoint[0].x, 41, 0.08);
    NEAR(found.keypoint[0].y, 38, 0.08);
    cv_features_finish(&found);
    image_finish(&in);
}

static void heeds_the_mask(void **state)
{
    (void)state;
    struct image in = shim_texture(300, 300, 12, 9), mask = shim_image(300, 300, 1, 0),
                 tiny = shim_image(9, 9, 1, 0);
    struct image colour = shim_image(40, 40, 3, 0);
    struct cv_features found = {0};
    shim_fill(&mask, 100, 100, 100, 100, 255);
    WORKS(cv_orb_features(&in, &mask, &orb, &found, &err));
    assert_true(found.n > 5);
    for (int i = 0; i < found.n; i++) {
        assert_true(found.keypoint[i].x > 96 && found.keypoint[i].x < 204);
        assert_true(found.keypoint[i].y > 96 && found.keypoint[i].y < 204);
    }
    cv_features_finish(&found);
    WORKS(cv_sift_features(&in, &mask, &sift, &found, &err));
    assert_true(found.n > 5 && found.n <= 400);
    cv_features_finish(&found);
    WORKS(cv_orb_features(&tiny, NULL, &orb, &found, &err));
    assert_int_equal(found.n, 0);
    cv_features_finish(&found);
    WORKS(cv_sift_features(&tiny, NULL, &sift, &found, &err));
    assert_int_equal(found.n, 0);
    cv_features_finish(&found);
    struct cv_orb bad_orb = orb;
    bad_orb.scale_factor = 1;
    struct cv_sift bad_sift = sift;
    bad_sift.octave_layers = 0;
    REFUSED(cv_orb_features(&in, NULL, &bad_orb, &found, &err), "scale_factor");
    REFUSED(cv_orb_features(&in, NULL, NULL, &found, &err), "parameters");
    REFUSED(cv_orb_features(&in, &tiny, &orb, &found, &err), "mask");
    REFUSED(cv_orb_features(&colour, NULL, &orb, &found, &err), "channels");
    REFUSED(cv_sift_features(&in, NULL, &bad_sift, &found, &err), "octave_layers");
    REFUSED(cv_sift_features(&in, &tiny, &sift, &found, &err), "mask");
    image_finish(&in);
    image_finish(&mask);
    image_finish(&tiny);
    image_finish(&colour);
}

static void matches_by_ratio_and_both_ways(void **state)
{
    uint8_t left[3 * 32] = {0}, right[3 * 32] = {0};
    (void)state;
    memset(left + 32, 0xff, 32); /* 1: all bits */
    left[64] = 0x0f;             /* 2: four bits off left 0 */
    memset(right, 0xff, 32);     /* 0 is left 1 but for a bit */
    right[5] = 0xfe;
    right[32] = 0x01;             /* 1: one bit off left 0, three off left 2 */
    memset(right + 64, 0x55, 32); /* 2: halfway between all */
    struct cv_features a = {.kind = CV_DESCRIPTOR_ORB, .n = 3, .descriptor = left};
    struct cv_features b = {.kind = CV_DESCRIPTOR_ORB, .n = 3, .descriptor = right},
                       none = {.kind = CV_DESCRIPTOR_ORB};
    struct cv_matches pairs = {0};
    WORKS(cv_match_features(&a, &b, 0.8, true, &pairs, &err));
    assert_int_equal(pairs.n, 2); /* left 2 and left 0 both want right 1; it prefers left 0 */
    assert_true(pairs.match[0].a == 0 && pairs.match[0].b == 1 && pairs.match[0].distance == 1);
    assert_true(pairs.match[1].a == 1 && pairs.match[1].b == 0);
    cv_matches_finish(&pairs);
    WORKS(cv_match_features(&a, &b, 0.8, false, &pairs, &err));
    assert_int_equal(pairs.n, 3);
    cv_matches_finish(&pairs);
    WORKS(cv_match_features(&a, &b, 0.005, false, &pairs, &err));
    assert_int_equal(pairs.n, 0);
    cv_matches_finish(&pairs);
    WORKS(cv_match_features(&a, &none, 0.8, true, &pairs, &err));
    assert_int_equal(pairs.n, 0);
    cv_matches_finish(&pairs);
    none.kind = CV_DESCRIPTOR_SIFT;
    REFUSED(cv_match_features(&a, &none, 0.8, true, &pairs, &err), "kinds");
    REFUSED(cv_match_features(&a, &b, 0, true, &pairs, &err), "ratio");
    REFUSED(cv_match_features(&a, NULL, 0.8, true, &pairs, &err), "features");
}

static void refuses_points_that_fix_nothing(void **state)
{
    struct cv_point same[4] = {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
                    some[4] = {{0, 0}, {5, 1}, {2, 7}, {NAN, 0}};
    double m[6] = {42};
    (void)state;
    REFUSED(cv_estimate_similarity(some, some, 1, 2, m, NULL, NULL, &err), "points");
    REFUSED(cv_estimate_affine(some, some, 2, 2, m, NULL, NULL, &err), "points");
    REFUSED(cv_estimate_affine(some, some, 4, 2, m, NULL, NULL, &err), "finite");
    REFUSED(cv_estimate_affine(some, some, 3, 0, m, NULL, NULL, &err), "reproj");
    REFUSED(cv_estimate_affine(same, same, 4, 2, m, NULL, NULL, &err), "agreement");
    assert_true(m[0] == 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recovers_a_turn),
        cmocka_unit_test(places_a_blob_at_its_centre),
        cmocka_unit_test(heeds_the_mask),
        cmocka_unit_test(matches_by_ratio_and_both_ways),
        cmocka_unit_test(refuses_points_that_fix_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
