#include "shim.hpp"

#include "imaging/opencv_c/cv_feature.h"

#include <algorithm>
#include <cmath>

#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>

using namespace shim;

static_assert(sizeof(struct cv_point) == sizeof(cv::Point2f), "points are copied as they are");

static constexpr int features_max = 200000;   // below the matcher's limit of 2^18
static constexpr int sift_smallest_side = 16; // px; below it has no octave to search
static constexpr int patch_min = 2, patch_max = 255;

// RANSAC as cv_feature.h says
static constexpr size_t ransac_rounds = 2000, ransac_refinements = 10;
static constexpr double ransac_confidence = 0.99;

static void give_features(enum cv_descriptor kind, const std::vector<cv_keypoint> &keypoints,
                          const cv::Mat &descriptors, struct cv_features *ret)
{
    size_t n = keypoints.size(), bytes = static_cast<size_t>(kind);
    if (n && (descriptors.rows != static_cast<int>(n) || descriptors.type() != CV_8UC1 ||
              descriptors.cols != static_cast<int>(bytes)))
        throw std::logic_error("OpenCV made descriptors of another size");
    c_array<cv_keypoint> keypoint = make_c_array<cv_keypoint>(n);
    c_array<uint8_t> descriptor = make_c_array<uint8_t>(n * bytes);
    std::copy(keypoints.begin(), keypoints.end(), keypoint.get());
    for (size_t i = 0; i < n; i++)
        std::copy_n(descriptors.ptr(static_cast<int>(i)), bytes, descriptor.get() + i * bytes);
    *ret = {kind, static_cast<int>(n), keypoint.release(), descriptor.release()};
}

static void check_orb(const struct cv_orb *how)
{
    require(how, "there are no parameters");
    require(how->n_features >= 1 && how->n_features <= features_max, "n_features is out of range");
    require(how->scale_factor > 1 && how->scale_factor <= 2, "scale_factor is not within 1 to 2");
    require(how->levels >= 1 && how->levels <= 16, "levels is not within 1 to 16");
    require(how->edge >= 0 && how->edge <= IMAGE_MAX_SIDE, "edge is out of range");
    require(how->patch >= patch_min && how->patch <= patch_max, "patch is not within 2 to 255");
    require(how->fast_threshold >= 1 && how->fast_threshold <= 254,
            "fast_threshold is not within 1 to 254");
}

bool cv_orb_features(const struct image *in, const struct image *mask, const struct cv_orb *how,
                     struct cv_features *ret, struct err *err)
{
    return guarded("cv_orb_features", err, [&] {
        cv::Mat source = wrap_one_channel(in, "the image"), descriptors;
        cv::Mat allowed = wrap_mask(mask, source.size());
        check_orb(how);
        int side = std::min(source.cols, source.rows), levels = 0;
        while (levels < how->levels && side / std::pow(how->scale_factor, levels) >= how->patch)
            levels++;
        std::vector<cv::KeyPoint> found;
        if (levels > 0 && side > 2 * how->edge)
            cv::ORB::create(how->n_features, static_cast<float>(how->scale_factor), levels,
                            how->edge, 0, 2, cv::ORB::HARRIS_SCORE, how->patch, how->fast_threshold)
                ->detectAndCompute(source, allowed, found, descriptors);
        std::vector<cv_keypoint> keypoints;
        for (const cv::KeyPoint &k :
             found) { // a level's index times its scale: half a pixel of the level is missing
            float half = static_cast<float>(0.5 * std::pow(how->scale_factor, k.octave));
            keypoints.push_back(
                {k.pt.x + half, k.pt.y + half, k.angle, k.size, k.response, k.octave});
        }
        give_features(CV_DESCRIPTOR_ORB, keypoints, descriptors, ret);
    });
}

bool cv_sift_features(const struct image *in, const struct image *mask, const struct cv_sift *how,
                      struct cv_features *ret, struct err *err)
{
    return guarded("cv_sift_features", err, [&] {
        cv::Mat source = wrap_one_channel(in, "the image"), descriptors;
        cv::Mat allowed = wrap_mask(mask, source.size());
        require(how, "there are no parameters");
        require(how->n_features >= 0 && how->n_features <= features_max,
                "n_features is out of range");
        require(how->octave_layers >= 1 && how->octave_layers <= 16,
                "octave_layers is not within 1 to 16");
        require(how->contrast_threshold >= 0 && how->edge_threshold > 0,
                "a threshold is out of range");
        require(how->sigma >= 0.5 && how->sigma <= 16, "sigma is not within 0.5 to 16");
        std::vector<cv::KeyPoint> found;
        if (std::min(source.cols, source.rows) >= sift_smallest_side)
            cv::SIFT::create(how->n_features, how->octave_layers, how->contrast_threshold,
                             how->edge_threshold, how->sigma, CV_8U)
                ->detectAndCompute(source, allowed, found, descriptors);
        if (found.size() > static_cast<size_t>(features_max))
            refuse("%zu features are too many; set n_features", found.size());
        std::vector<cv_keypoint> keypoints;
        for (const cv::KeyPoint &k : found) {
            // Index of the doubled picture, halved: continuous is (2 i + .5) / 2 = i + .25.
            keypoints.push_back({k.pt.x + 0.25f, k.pt.y + 0.25f, k.angle, k.size, k.response,
                                 static_cast<int8_t>(k.octave & 255)});
        }
        give_features(CV_DESCRIPTOR_SIFT, keypoints, descriptors, ret);
    });
}

void cv_features_finish(struct cv_features *features)
{
    std::free(features->keypoint);
    std::free(features->descriptor);
    *features = {};
}

static cv::Mat wrap_descriptors(const struct cv_features *features)
{
    require(features && features->n >= 0 && features->n <= features_max, "there are no features");
    require(features->kind == CV_DESCRIPTOR_ORB || features->kind == CV_DESCRIPTOR_SIFT,
            "descriptors of an unknown kind");
    require(features->n == 0 || features->descriptor, "there are no descriptors");
    return cv::Mat(features->n, static_cast<int>(features->kind), CV_8UC1, features->descriptor);
}

bool cv_match_features(const struct cv_features *a, const struct cv_features *b, double ratio,
                       bool mutual, struct cv_matches *ret, struct err *err)
{
    return guarded("cv_match_features", err, [&] {
        cv::Mat from = wrap_descriptors(a), to = wrap_descriptors(b);
        require(a->kind == b->kind, "the features are of different kinds");
        require(ratio > 0 && ratio <= 1, "the ratio is not within 0 to 1");
        std::vector<cv_match> kept;
        if (!from.empty() && !to.empty()) {
            cv::BFMatcher matcher(a->kind == CV_DESCRIPTOR_ORB ? cv::NORM_HAMMING : cv::NORM_L2,
                                  false);
            std::vector<std::vector<cv::DMatch>> nearest, back;
            matcher.knnMatch(from, to, nearest, 2);
            if (mutual)
                matcher.knnMatch(to, from, back, 1);
            for (const std::vector<cv::DMatch> &pair : nearest) {
                if (pair.empty() ||
                    (pair.size() > 1 && !(pair[0].distance < ratio * pair[1].distance)))
                    continue;
                const cv::DMatch &best = pair[0];
                if (mutual &&
                    back[static_cast<size_t>(best.trainIdx)].at(0).trainIdx != best.queryIdx)
                    continue;
                kept.push_back({best.queryIdx, best.trainIdx, best.distance});
            }
        }
        c_array<cv_match> out = make_c_array<cv_match>(kept.size());
        std::copy(kept.begin(), kept.end(), out.get());
        *ret = {out.release(), static_cast<int>(kept.size())};
    });
}

void cv_matches_finish(struct cv_matches *matches)
{
    std::free(matches->match);
    *matches = {};
}

static std::vector<cv::Point2f> take_points(const struct cv_point *point, int n)
{
    std::vector<cv::Point2f> points;
    for (int i = 0; i < n; i++) {
        require(std::isfinite(point[i].x) && std::isfinite(point[i].y), "a point is not finite");
        points.emplace_back(point[i].x, point[i].y);
    }
    return points;
}

// Both estimates; they differ in the call and in the number of points that fix the map.
template <class Estimate>
static bool estimate(const char *name, const struct cv_point *from, const struct cv_point *to,
                     int n, int n_needed, double reproj_px, double ret_m[6], uint8_t *ret_inlier,
                     int *ret_inliers, struct err *err, Estimate call)
{
    return guarded(name, err, [&] {
        require(from && to, "there are no points");
        if (n < n_needed)
            refuse("%d points do not fix the map, %d do", n, n_needed);
        require(reproj_px > 0 && std::isfinite(reproj_px), "reproj_px must be above 0");
        std::vector<uchar> inlier;
        cv::Mat map = call(take_points(from, n), take_points(to, n), inlier);
        if (map.empty() || map.rows != 2 || map.cols != 3 || map.type() != CV_64FC1 ||
            !cv::checkRange(map) || inlier.size() != static_cast<size_t>(n))
            throw refusal("no agreement among the points");
        std::copy_n(map.ptr<double>(), 6, ret_m);
        int n_inliers = 0;
        for (size_t i = 0; i < inlier.size(); i++) {
            n_inliers += inlier[i] != 0;
            if (ret_inlier)
                ret_inlier[i] = inlier[i] != 0;
        }
        if (ret_inliers)
            *ret_inliers = n_inliers;
    });
}

bool cv_estimate_similarity(const struct cv_point *from, const struct cv_point *to, int n,
                            double reproj_px, double ret_m[6], uint8_t *ret_inlier,
                            int *ret_inliers, struct err *err)
{
    return estimate("cv_estimate_similarity", from, to, n, 2, reproj_px, ret_m, ret_inlier,
                    ret_inliers, err, [&](const auto &a, const auto &b, auto &inlier) {
                        return cv::estimateAffinePartial2D(a, b, inlier, cv::RANSAC, reproj_px,
                                                           ransac_rounds, ransac_confidence,
                                                           ransac_refinements);
                    });
}

bool cv_estimate_affine(const struct cv_point *from, const struct cv_point *to, int n,
                        double reproj_px, double ret_m[6], uint8_t *ret_inlier, int *ret_inliers,
                        struct err *err)
{
    return estimate("cv_estimate_affine", from, to, n, 3, reproj_px, ret_m, ret_inlier, ret_inliers,
                    err, [&](const auto &a, const auto &b, auto &inlier) {
                        return cv::estimateAffine2D(a, b, inlier, cv::RANSAC, reproj_px,
                                                    ransac_rounds, ransac_confidence,
                                                    ransac_refinements);
                    });
}
