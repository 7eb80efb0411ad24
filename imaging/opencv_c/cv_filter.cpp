#include "shim.hpp"

#include "imaging/opencv_c/cv_filter.h"

#include <opencv2/imgproc.hpp>

using namespace shim;

static constexpr double sigma_min = 0.1, sigma_max = 500;
static constexpr int window_max = IMAGE_MAX_SIDE;
static constexpr int median_max_image = 255, median_max_plane = 5; // OpenCV's own limits

// Most filters: same size and channels in and out.
template <class Filter>
static bool filter_image(const char *name, const struct image *in, struct image *ret,
                         struct err *err, Filter filter)
{
    return guarded(name, err, [&] {
        cv::Mat source = wrap(in, "the image");
        OwnedImage out(source.cols, source.rows, source.channels());
        filter(source, out.mat());
        out.give(ret, in->dpi_x, in->dpi_y);
    });
}

// One channel in, a mask out.
template <class Filter>
static bool filter_to_mask(const char *name, const struct image *in, struct image *ret,
                           struct err *err, Filter filter)
{
    return guarded(name, err, [&] {
        cv::Mat source = wrap_one_channel(in, "the image");
        OwnedImage out(source.cols, source.rows, 1);
        filter(source, out.mat());
        out.give(ret, in->dpi_x, in->dpi_y);
    });
}

template <class Filter>
static bool filter_plane(const char *name, const struct plane *in, struct plane *ret,
                         struct err *err, Filter filter)
{
    return guarded(name, err, [&] {
        cv::Mat source = wrap(in, "the plane");
        OwnedPlane out(source.cols, source.rows);
        filter(source, out.mat());
        out.give(ret);
    });
}

static void check_sigma(double sigma)
{
    if (!(sigma >= sigma_min && sigma <= sigma_max))
        refuse("sigma %g is not within %g to %g", sigma, sigma_min, sigma_max);
}

static void check_window(int w, int h)
{
    if (w < 1 || h < 1 || w > window_max || h > window_max)
        refuse("a window of %d x %d is not possible", w, h);
}

static void check_odd(int size, int max)
{
    if (size < 3 || size > max || size % 2 == 0)
        refuse("size %d is not odd and within 3 to %d", size, max);
}

bool cv_gauss(const struct image *in, double sigma, struct image *ret, struct err *err)
{
    return filter_image("cv_gauss", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        check_sigma(sigma);
        cv::GaussianBlur(from, to, cv::Size(0, 0), sigma, sigma, cv::BORDER_REFLECT_101);
    });
}

bool cv_gauss_plane(const struct plane *in, double sigma, struct plane *ret, struct err *err)
{
    return filter_plane("cv_gauss_plane", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        check_sigma(sigma);
        cv::GaussianBlur(from, to, cv::Size(0, 0), sigma, sigma, cv::BORDER_REFLECT_101);
    });
}

bool cv_box(const struct image *in, int w, int h, struct image *ret, struct err *err)
{
    return filter_image("cv_box", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        check_window(w, h);
        cv::blur(from, to, cv::Size(w, h), cv::Point(-1, -1), cv::BORDER_REFLECT_101);
    });
}

bool cv_box_plane(const struct plane *in, int w, int h, struct plane *ret, struct err *err)
{
    return filter_plane("cv_box_plane", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        check_window(w, h);
        cv::blur(from, to, cv::Size(w, h), cv::Point(-1, -1), cv::BORDER_REFLECT_101);
    });
}

bool cv_median(const struct image *in, int size, struct image *ret, struct err *err)
{
    return filter_image("cv_median", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        check_odd(size, median_max_image);
        cv::medianBlur(from, to, size);
    });
}

bool cv_median_plane(const struct plane *in, int size, struct plane *ret, struct err *err)
{
    return filter_plane("cv_median_plane", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        check_odd(size, median_max_plane);
        cv::medianBlur(from, to, size);
    });
}

bool cv_gradients(const struct plane *in, enum cv_gradient kernel, struct plane *ret_x,
                  struct plane *ret_y, struct err *err)
{
    return guarded("cv_gradients", err, [&] {
        cv::Mat source = wrap(in, "the plane");
        require(kernel == CV_GRADIENT_SOBEL || kernel == CV_GRADIENT_SCHARR,
                "there is no such kernel");
        OwnedPlane x(source.cols, source.rows), y(source.cols, source.rows);
        if (kernel == CV_GRADIENT_SOBEL) { // weights 1 2 1 over a distance of 2: a sum of 8
            cv::Sobel(source, x.mat(), CV_32F, 1, 0, 3, 1 / 8.0, 0, cv::BORDER_REFLECT_101);
            cv::Sobel(source, y.mat(), CV_32F, 0, 1, 3, 1 / 8.0, 0, cv::BORDER_REFLECT_101);
        } else { // 3 10 3: a sum of 32
            cv::Scharr(source, x.mat(), CV_32F, 1, 0, 1 / 32.0, 0, cv::BORDER_REFLECT_101);
            cv::Scharr(source, y.mat(), CV_32F, 0, 1, 1 / 32.0, 0, cv::BORDER_REFLECT_101);
        }
        x.give(ret_x);
        y.give(ret_y);
    });
}

bool cv_laplacian(const struct plane *in, struct plane *ret, struct err *err)
{
    return filter_plane("cv_laplacian", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        cv::Laplacian(from, to, CV_32F, 1, 1, 0, cv::BORDER_REFLECT_101);
    });
}

static_assert(int(CV_MORPH_OP_ERODE) == cv::MORPH_ERODE &&
                  int(CV_MORPH_OP_DILATE) == cv::MORPH_DILATE &&
                  int(CV_MORPH_OP_OPEN) == cv::MORPH_OPEN &&
                  int(CV_MORPH_OP_CLOSE) == cv::MORPH_CLOSE,
              "morphological operations keep OpenCV's numbers");

static int morph_code(enum cv_morph_op op)
{
    if (op == CV_MORPH_OP_TOPHAT)
        return cv::MORPH_TOPHAT;
    if (op == CV_MORPH_OP_BLACKHAT)
        return cv::MORPH_BLACKHAT;
    if (op < CV_MORPH_OP_ERODE || op > CV_MORPH_OP_CLOSE)
        refuse("there is no operation %d", static_cast<int>(op));
    return static_cast<int>(op);
}

bool cv_morph(const struct image *in, enum cv_morph_op op, enum cv_morph_shape shape, int w, int h,
              struct image *ret, struct err *err)
{
    return filter_image("cv_morph", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        int code = morph_code(op);
        require(shape == CV_MORPH_BOX || shape == CV_MORPH_DISC, "there is no such shape");
        check_window(w, h);
        cv::Mat element =
            cv::getStructuringElement(shape == CV_MORPH_BOX ? cv::MORPH_RECT : cv::MORPH_ELLIPSE,
                                      cv::Size(w, h), cv::Point(-1, -1));
        cv::morphologyEx(from, to, code, element, cv::Point(-1, -1), 1, cv::BORDER_CONSTANT,
                         cv::morphologyDefaultBorderValue());
    });
}

bool cv_threshold(const struct image *in, double value, bool inverted, struct image *ret,
                  struct err *err)
{
    return filter_to_mask("cv_threshold", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        require(value >= -1 && value <= 256, "the value is not within 0 to 255"); // NaN too
        cv::threshold(from, to, value, 255, inverted ? cv::THRESH_BINARY_INV : cv::THRESH_BINARY);
    });
}

bool cv_otsu(const struct image *in, double *ret, struct err *err)
{
    return guarded("cv_otsu", err, [&] {
        cv::Mat source = wrap_one_channel(in, "the image"), ignored;
        *ret = cv::threshold(source, ignored, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    });
}

bool cv_adaptive_threshold(const struct image *in, int window, int offset, bool inverted,
                           struct image *ret, struct err *err)
{
    return filter_to_mask(
        "cv_adaptive_threshold", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
            check_odd(window, window_max);
            require(offset >= -255 && offset <= 255, "the offset is not within -255 to 255");
            cv::adaptiveThreshold(from, to, 255, cv::ADAPTIVE_THRESH_MEAN_C,
                                  inverted ? cv::THRESH_BINARY_INV : cv::THRESH_BINARY, window,
                                  offset);
        });
}

bool cv_in_range(const struct image *in, const uint8_t *low, const uint8_t *high, struct image *ret,
                 struct err *err)
{
    return guarded("cv_in_range", err, [&] {
        cv::Mat source = wrap(in, "the image");
        require(low && high, "there are no bounds");
        cv::Scalar from, to;
        for (int c = 0; c < source.channels(); c++) {
            from[c] = low[c];
            to[c] = high[c];
        }
        OwnedImage out(source.cols, source.rows, 1);
        cv::inRange(source, from, to, out.mat());
        out.give(ret, in->dpi_x, in->dpi_y);
    });
}

bool cv_in_range_plane(const struct plane *in, float low, float high, struct image *ret,
                       struct err *err)
{
    return guarded("cv_in_range_plane", err, [&] {
        cv::Mat source = wrap(in, "the plane");
        require(low == low && high == high, "a bound is not a number");
        OwnedImage out(source.cols, source.rows, 1);
        cv::inRange(source, cv::Scalar(low), cv::Scalar(high), out.mat());
        out.give(ret);
    });
}

bool cv_canny(const struct image *in, double low, double high, struct image *ret, struct err *err)
{
    return filter_to_mask("cv_canny", in, ret, err, [&](const cv::Mat &from, cv::Mat &to) {
        require(low >= 0 && high >= low, "thresholds must be 0 <= low <= high");
        cv::Canny(from, to, low, high, 3, true);
    });
}
