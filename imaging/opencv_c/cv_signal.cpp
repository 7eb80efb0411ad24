#include "shim.hpp"

#include "imaging/opencv_c/cv_signal.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

using namespace shim;

static constexpr int spectrum_min = 4, spectrum_max = 4096; // px a side
static constexpr int shift_min = 8;                         // px a side
static constexpr float score_slack = 1.125f; // OpenCV's own line between rounding and undefined

static void check_part(const cv::Mat &in, const cv::Mat &part, const cv::Mat &weight)
{
    if (in.channels() != part.channels())
        refuse("the image has %d channels and the part %d", in.channels(), part.channels());
    if (part.cols > in.cols || part.rows > in.rows)
        refuse("the part of %d x %d is larger than the image of %d x %d", part.cols, part.rows,
               in.cols, in.rows);
    cv::Scalar mean, deviation;
    cv::meanStdDev(part, mean, deviation, weight.empty() ? cv::Mat() : cv::Mat(weight > 0));
    double contrast = 0;
    for (int c = 0; c < part.channels(); c++)
        contrast += deviation[c];
    require(contrast > 0, "the part has no contrast");
}

// Under a mask OpenCV divides by whatever is there: where the picture is perfectly flat, by
// rounding.
static void clear_flat(const cv::Mat &in, cv::Size part, cv::Mat &score)
{
    std::vector<cv::Mat> channels;
    cv::split(in, channels);
    cv::Mat flat(score.size(), CV_8UC1, cv::Scalar(255));
    for (const cv::Mat &channel : channels) {
        cv::Mat low, high;
        cv::Mat element = cv::Mat::ones(part, CV_8UC1);
        cv::erode(channel, low, element, cv::Point(0, 0));
        cv::dilate(channel, high, element, cv::Point(0, 0));
        cv::Mat here = low == high;
        cv::bitwise_and(flat, here(cv::Rect(cv::Point(), score.size())), flat);
    }
    score.setTo(0, flat);
}

static void settle_scores(cv::Mat &score)
{
    for (int y = 0; y < score.rows; y++) {
        float *row = score.ptr<float>(y);
        for (int x = 0; x < score.cols; x++) {
            if (!(std::fabs(row[x]) <= score_slack)) // NaN too
                row[x] = 0;
            row[x] = std::fmin(1.0f, std::fmax(-1.0f, row[x]));
        }
    }
}

static void match(const cv::Mat &in, const cv::Mat &part, const cv::Mat &weight, struct plane *ret)
{
    check_part(in, part, weight);
    OwnedPlane out(in.cols - part.cols + 1, in.rows - part.rows + 1);
    cv::matchTemplate(in, part, out.mat(), cv::TM_CCOEFF_NORMED, weight);
    if (!weight.empty())
        clear_flat(in, part.size(), out.mat());
    settle_scores(out.mat());
    out.give(ret);
}

bool cv_match_template(const struct image *in, const struct image *part, const struct image *mask,
                       struct plane *ret, struct err *err)
{
    return guarded("cv_match_template", err, [&] {
        cv::Mat picture = wrap(in, "the image"), piece = wrap(part, "the part"), weight;
        cv::Mat given = wrap_mask(mask, piece.size());
        if (!given.empty()) { // OpenCV would write its own 0 and 1 into the caller's mask
            require(cv::countNonZero(given) > 0, "the mask is 0 everywhere");
            cv::Mat(given != 0).convertTo(weight, CV_32F, 1 / 255.0);
        }
        match(picture, piece, weight, ret);
    });
}

bool cv_match_template_weighted(const struct image *in, const struct image *part,
                                const struct plane *weight, struct plane *ret, struct err *err)
{
    return guarded("cv_match_template_weighted", err, [&] {
        cv::Mat picture = wrap(in, "the image"), piece = wrap(part, "the part");
        cv::Mat weights = wrap(weight, "the weight");
        require(weights.size() == piece.size(), "the weight is not of the part's size");
        double least, most;
        require(cv::checkRange(weights), "a weight is not finite");
        cv::minMaxLoc(weights, &least, &most);
        require(least >= 0 && most > 0, "a weight is negative, or all are 0");
        match(picture, piece, weights, ret);
    });
}

// Periodic Hann window along one side. (cv::createHanningWindow gives its square root.)
static cv::Mat hann(int n)
{
    cv::Mat window(1, n, CV_32FC1);
    for (int i = 0; i < n; i++)
        window.at<float>(i) = static_cast<float>(0.5 - 0.5 * std::cos(2 * CV_PI * i / n));
    return window;
}

static cv::Mat without_mean(const cv::Mat &tile)
{
    cv::Mat centred;
    require(cv::checkRange(tile), "a value is not finite");
    cv::subtract(tile, cv::mean(tile), centred);
    return centred;
}

bool cv_power_spectrum(const struct plane *tile, bool windowed, struct plane *ret, struct err *err)
{
    return guarded("cv_power_spectrum", err, [&] {
        cv::Mat source = wrap(tile, "the tile"), spectrum;
        int n = source.cols;
        if (source.rows != n || n < spectrum_min || n > spectrum_max)
            refuse("a tile of %d x %d is not square with a side of %d to %d", n, source.rows,
                   spectrum_min, spectrum_max);
        cv::Mat values = without_mean(source);
        double energy = static_cast<double>(n) * n;
        if (windowed) {
            cv::Mat window = hann(n).t() * hann(n);
            energy = cv::sum(window.mul(window))[0];
            cv::multiply(values, window, values);
        }
        cv::dft(values, spectrum, cv::DFT_COMPLEX_OUTPUT);
        OwnedPlane out(n, n);
        for (int y = 0; y < n; y++) {
            const cv::Vec2f *from = spectrum.ptr<cv::Vec2f>(y);
            float *to = out.mat().ptr<float>((y + n / 2) % n);
            for (int x = 0; x < n; x++)
                to[(x + n / 2) % n] = static_cast<float>(from[x].ddot(from[x]) / energy);
        }
        out.give(ret);
    });
}

// The largest even size up to n that cv::dft takes without padding. phaseCorrelate pads to what
// getOptimalDFTSize says and puts the middle at cols / 2.0, which is half a pixel wrong when that
// is odd.
static int exact_size(int n)
{
    int size = n & ~1;
    while (cv::getOptimalDFTSize(size) != size)
        size -= 2;
    return size;
}

bool cv_phase_shift(const struct plane *a, const struct plane *b, double ret_shift[2],
                    double *ret_response, struct err *err)
{
    return guarded("cv_phase_shift", err, [&] {
        cv::Mat first = wrap(a, "the first plane"), second = wrap(b, "the second plane");
        require(first.size() == second.size(), "the planes differ in size");
        require(first.cols >= shift_min && first.rows >= shift_min,
                "the planes are smaller than 8 x 8");
        cv::Rect even(0, 0, exact_size(first.cols), exact_size(first.rows));
        first = without_mean(first(even));
        second = without_mean(second(even));
        require(cv::norm(first) > 0 && cv::norm(second) > 0, "a plane has no contrast");
        cv::Mat window = hann(even.height).t() * hann(even.width);
        double response = 0;
        cv::Point2d shift = cv::phaseCorrelate(first, second, window, &response);
        require(std::isfinite(shift.x) && std::isfinite(shift.y) && std::isfinite(response),
                "the planes have nothing in common");
        ret_shift[0] = shift.x;
        ret_shift[1] = shift.y;
        if (ret_response)
            *ret_response = response;
    });
}
