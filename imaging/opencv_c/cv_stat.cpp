#include "shim.hpp"

#include "imaging/opencv_c/cv_stat.h"

using namespace shim;

static void check_mask(const cv::Mat &mask)
{
    require(mask.empty() || cv::countNonZero(mask) > 0, "the mask is 0 everywhere");
}

static void mean_std(const cv::Mat &source, const struct image *mask, double *ret_mean,
                     double *ret_std)
{
    cv::Mat chosen = wrap_mask(mask, source.size());
    check_mask(chosen);
    cv::Scalar mean, deviation;
    cv::meanStdDev(source, mean, deviation, chosen);
    for (int c = 0; c < source.channels(); c++) {
        if (ret_mean)
            ret_mean[c] = mean[c];
        if (ret_std)
            ret_std[c] = deviation[c];
    }
}

bool cv_mean_std(const struct image *in, const struct image *mask, double *ret_mean,
                 double *ret_std, struct err *err)
{
    return guarded("cv_mean_std", err,
                   [&] { mean_std(wrap(in, "the image"), mask, ret_mean, ret_std); });
}

bool cv_mean_std_plane(const struct plane *in, const struct image *mask, double *ret_mean,
                       double *ret_std, struct err *err)
{
    return guarded("cv_mean_std_plane", err,
                   [&] { mean_std(wrap(in, "the plane"), mask, ret_mean, ret_std); });
}

static void extremes(const cv::Mat &source, const struct image *mask, struct cv_extremes *ret)
{
    cv::Mat chosen = wrap_mask(mask, source.size());
    check_mask(chosen);
    if (source.depth() == CV_32F) {
        cv::Mat nan = source != source;
        if (!chosen.empty())
            cv::bitwise_and(nan, chosen, nan);
        require(cv::countNonZero(nan) == 0, "a value is not a number");
    }
    double least, most;
    cv::Point least_at, most_at;
    cv::minMaxLoc(source, &least, &most, &least_at, &most_at, chosen);
    *ret = {least, most, least_at.x, least_at.y, most_at.x, most_at.y};
}

bool cv_min_max(const struct image *in, const struct image *mask, struct cv_extremes *ret,
                struct err *err)
{
    return guarded("cv_min_max", err,
                   [&] { extremes(wrap_one_channel(in, "the image"), mask, ret); });
}

bool cv_min_max_plane(const struct plane *in, const struct image *mask, struct cv_extremes *ret,
                      struct err *err)
{
    return guarded("cv_min_max_plane", err, [&] { extremes(wrap(in, "the plane"), mask, ret); });
}
