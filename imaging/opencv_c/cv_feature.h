/* cv_feature: keypoints, their matches, and the map that they agree on. Promises of opencv_c.h.
 * RANSAC's generator starts from the same seed at every call. */
#ifndef POSTWACHT_CV_FEATURE_H
#define POSTWACHT_CV_FEATURE_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cv_point {
    float x, y; /* continuous coordinates */
};
struct cv_keypoint {
    float x, y;      /* continuous coordinates of the image given */
    float angle_deg; /* clockwise as seen */
    float size;      /* diameter, px */
    float response;
    int octave; /* level of the pyramid, 0 the full size (-1 for SIFT's doubled one) */
};
enum cv_descriptor { CV_DESCRIPTOR_ORB = 32, CV_DESCRIPTOR_SIFT = 128 }; /* bytes each */
struct cv_features {
    enum cv_descriptor kind;
    int n;
    struct cv_keypoint *keypoint;
    uint8_t
        *descriptor; /* n * kind bytes; SIFT's are its histogram, 0..255, as OpenCV's floats are */
};

struct cv_orb {
    int n_features;      /* the best are kept, over all levels */
    double scale_factor; /* between levels, > 1 and <= 2 */
    int levels;          /* 1..16 */
    int edge;            /* px left free at the border, at the full size */
    int patch;           /* px, 2..255; OpenCV's usual is 31 for both */
    int fast_threshold;  /* 1..254 */
};
/* cv::ORB (WTA_K 2, HARRIS_SCORE). One channel. mask may be NULL; else of the image's size. Levels
 * smaller than a patch are left out; when none is left there are no features, which is no error. */
bool cv_orb_features(const struct image *in, const struct image *mask, const struct cv_orb *how,
                     struct cv_features *ret, struct err *err);

struct cv_sift {
    int n_features; /* 0: all */
    int octave_layers;
    double contrast_threshold, edge_threshold, sigma; /* Lowe: 0.04, 10, 1.6 */
};
/* cv::SIFT with 8-bit descriptors. One channel; mask as above; nothing is found below 16 px a side.
 */
bool cv_sift_features(const struct image *in, const struct image *mask, const struct cv_sift *how,
                      struct cv_features *ret, struct err *err);
void cv_features_finish(struct cv_features *features);

struct cv_match {
    int a, b; /* indices of keypoints */
    float distance;
};
struct cv_matches {
    struct cv_match *match;
    int n;
};
/* cv::BFMatcher::knnMatch, k = 2, Hamming distance for ORB, L2 for SIFT. A pair is kept when its
 * distance is below ratio times that of the second best (ratio 1: only not equal to it; with a
 * single candidate the test is left out), and, when mutual, when a is the best of b as well. Sorted
 * by a. Either side may be empty: no matches. Refuses sets of different kinds. */
bool cv_match_features(const struct cv_features *a, const struct cv_features *b, double ratio,
                       bool mutual, struct cv_matches *ret, struct err *err);
void cv_matches_finish(struct cv_matches *matches);

/* cv::estimateAffinePartial2D (turn, one scale, shift) and cv::estimateAffine2D, RANSAC with
 * reproj_px in units of `to`, 2000 rounds, confidence 0.99, 10 refinements. ret_m maps from -> to
 * in the order of struct affine. ret_inlier: n flags 0 or 1, may be NULL. Needs 2 (3) points; false
 * with "no agreement" when RANSAC finds no map. */
bool cv_estimate_similarity(const struct cv_point *from, const struct cv_point *to, int n,
                            double reproj_px, double ret_m[6], uint8_t *ret_inlier,
                            int *ret_inliers, struct err *err);
bool cv_estimate_affine(const struct cv_point *from, const struct cv_point *to, int n,
                        double reproj_px, double ret_m[6], uint8_t *ret_inlier, int *ret_inliers,
                        struct err *err);

#ifdef __cplusplus
}
#endif
#endif
