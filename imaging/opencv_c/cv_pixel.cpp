#include "shim.hpp"

#include "imaging/opencv_c/cv_pixel.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

using namespace shim;

static_assert(sizeof(float) == 4, "planes are CV_32F");

static constexpr double position_limit = 1e6; // warpAffine counts in 1/1024 px in an int
static constexpr double area_from = 1.5;      // see cv_pixel.h

static int interpolation_flag(enum cv_interpolation how)
{
    switch (how) {
    case CV_INTERPOLATE_NEAREST:
        return cv::INTER_NEAREST;
    case CV_INTERPOLATE_LINEAR:
        return cv::INTER_LINEAR;
    case CV_INTERPOLATE_CUBIC:
        return cv::INTER_CUBIC;
    case CV_INTERPOLATE_AREA:
        return cv::INTER_AREA;
    }
    refuse("there is no interpolation %d", static_cast<int>(how));
}

bool cv_resize(const struct image *in, int width, int height, enum cv_interpolation how,
               struct image *ret, struct err *err)
{
    return guarded("cv_resize", err, [&] {
        cv::Mat source = wrap(in, "the image");
        int flag = interpolation_flag(how);
        OwnedImage out(width, height, source.channels());
        cv::resize(source, out.mat(), cv::Size(width, height), 0, 0, flag);
        out.give(ret, in->dpi_x * width / in->width, in->dpi_y * height / in->height);
    });
}

bool cv_resize_plane(const struct plane *in, int width, int height, enum cv_interpolation how,
                     struct plane *ret, struct err *err)
{
    return guarded("cv_resize_plane", err, [&] {
        cv::Mat source = wrap(in, "the plane");
        int flag = interpolation_flag(how);
        OwnedPlane out(width, height);
        cv::resize(source, out.mat(), cv::Size(width, height), 0, 0, flag);
        out.give(ret);
    });
}

// Output index -> input index, centres on whole numbers, as OpenCV has it.
static cv::Matx23d to_index_form(const double m[6])
{
    return cv::Matx23d(m[0], m[1], m[2] + 0.5 * (m[0] + m[1]) - 0.5, //
                       m[3], m[4], m[5] + 0.5 * (m[3] + m[4]) - 0.5);
}

// The upright box of the input that the output's corners span, in continuous coordinates.
static cv::Rect2d needed_box(const double m[6], int width, int height)
{
    double x[4], y[4];
    for (int k = 0; k < 4; k++) {
        double i = k & 1 ? width : 0, j = k & 2 ? height : 0;
        x[k] = m[0] * i + m[1] * j + m[2];
        y[k] = m[3] * i + m[4] * j + m[5];
        require(std::fabs(x[k]) <= position_limit && std::fabs(y[k]) <= position_limit,
                "the matrix is not finite or leads too far out");
    }
    auto [x0, x1] = std::minmax_element(x, x + 4);
    auto [y0, y1] = std::minmax_element(y, y + 4);
    return cv::Rect2d(*x0, *y0, *x1 - *x0, *y1 - *y0);
}

// First and last cell of `factor` pixels that a span of the input touches, with one to spare.
static cv::Range needed_cells(double from, double length, int factor, int size)
{
    int n_cells = (size + factor - 1) / factor;
    int first = static_cast<int>(std::floor(from / factor)) - 1;
    int last = static_cast<int>(std::ceil((from + length) / factor)) + 1;
    first = std::clamp(first, 0, n_cells - 1);
    return cv::Range(first, std::clamp(last, first + 1, n_cells));
}

// Mean of each cell of factor x factor pixels; cells at the right and lower edge may be smaller.
static cv::Mat reduce_cells(const cv::Mat &source, cv::Range across, cv::Range down, int factor)
{
    cv::Mat reduced(down.size(), across.size(), source.type());
    int whole_x = std::clamp(source.cols / factor, across.start, across.end);
    int whole_y = std::clamp(source.rows / factor, down.start, down.end);
    const cv::Range xs[2] = {{across.start, whole_x}, {whole_x, across.end}};
    const cv::Range ys[2] = {{down.start, whole_y}, {whole_y, down.end}};
    for (const cv::Range &y : ys) {
        for (const cv::Range &x : xs) {
            if (x.empty() || y.empty())
                continue;
            cv::Rect from(cv::Point(x.start * factor, y.start * factor),
                          cv::Point(std::min(x.end * factor, source.cols),
                                    std::min(y.end * factor, source.rows)));
            cv::Mat to = reduced(y - down.start, x - across.start);
            cv::resize(source(from), to, to.size(), 0, 0, cv::INTER_AREA);
        }
    }
    return reduced;
}

bool cv_warp_affine(const struct image *in, const double out_to_in[6], int width, int height,
                    enum cv_interpolation how, enum cv_border border, const uint8_t *colour,
                    struct image *ret, struct err *err)
{
    return guarded("cv_warp_affine", err, [&] {
        cv::Mat source = wrap(in, "the image");
        require(out_to_in, "there is no matrix");
        require(border == CV_BORDER_REPLICATE || (border == CV_BORDER_COLOUR && colour),
                "there is no such border, or no colour for it");
        OwnedImage out(width, height, source.channels());
        cv::Rect2d box = needed_box(out_to_in, width, height);
        int flag = interpolation_flag(how);
        double m[6];
        std::copy_n(out_to_in, 6, m);
        double scale = std::min(std::hypot(m[0], m[3]), std::hypot(m[1], m[4]));
        if (flag == cv::INTER_AREA && scale >= area_from) {
            int factor = static_cast<int>(std::min(scale + 0.5, double(IMAGE_MAX_SIDE)));
            cv::Range across = needed_cells(box.x, box.width, factor, source.cols);
            cv::Range down = needed_cells(box.y, box.height, factor, source.rows);
            source = reduce_cells(source, across, down, factor);
            for (double &value : m)
                value /= factor;
            m[2] -= across.start;
            m[5] -= down.start;
        }
        if (flag == cv::INTER_AREA)
            flag = cv::INTER_LINEAR;
        cv::Scalar fill;
        for (int c = 0; border == CV_BORDER_COLOUR && c < source.channels(); c++)
            fill[c] = colour[c];
        cv::warpAffine(source, out.mat(), to_index_form(m), cv::Size(width, height),
                       flag | cv::WARP_INVERSE_MAP,
                       border == CV_BORDER_COLOUR ? cv::BORDER_CONSTANT : cv::BORDER_REPLICATE,
                       fill);
        out.give(ret);
    });
}

bool cv_turn(const struct image *in, int quarters, struct image *ret, struct err *err)
{
    return guarded("cv_turn", err, [&] {
        static const int codes[4] = {-1, cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180,
                                     cv::ROTATE_90_COUNTERCLOCKWISE};
        cv::Mat source = wrap(in, "the image");
        require(quarters >= 0 && quarters <= 3, "quarters of a turn are 0 to 3");
        bool aside = quarters & 1;
        OwnedImage out(aside ? source.rows : source.cols, aside ? source.cols : source.rows,
                       source.channels());
        if (quarters)
            cv::rotate(source, out.mat(), codes[quarters]);
        else
            source.copyTo(out.mat());
        out.give(ret, aside ? in->dpi_y : in->dpi_x, aside ? in->dpi_x : in->dpi_y);
    });
}

bool cv_grey(const struct image *rgb, struct image *ret, struct err *err)
{
    return guarded("cv_grey", err, [&] {
        cv::Mat source = wrap(rgb, "the image");
        require(source.channels() == 3, "the image is not RGB");
        OwnedImage out(source.cols, source.rows, 1);
        cv::cvtColor(source, out.mat(), cv::COLOR_RGB2GRAY);
        out.give(ret, rgb->dpi_x, rgb->dpi_y);
    });
}

bool cv_rgb(const struct image *grey, struct image *ret, struct err *err)
{
    return guarded("cv_rgb", err, [&] {
        cv::Mat source = wrap_one_channel(grey, "the image");
        OwnedImage out(source.cols, source.rows, 3);
        cv::cvtColor(source, out.mat(), cv::COLOR_GRAY2RGB);
        out.give(ret, grey->dpi_x, grey->dpi_y);
    });
}

bool cv_lab(const struct image *rgb, struct plane ret[3], struct err *err)
{
    return guarded("cv_lab", err, [&] {
        cv::Mat source = wrap(rgb, "the image"), values, lab;
        require(source.channels() == 3, "the image is not RGB");
        require(ret, "there is no place for the planes");
        source.convertTo(values, CV_32F, 1 / 255.0);
        cv::cvtColor(values, lab, cv::COLOR_RGB2Lab);
        OwnedPlane l(lab.cols, lab.rows), a(lab.cols, lab.rows), b(lab.cols, lab.rows);
        cv::extractChannel(lab, l.mat(), 0);
        cv::extractChannel(lab, a.mat(), 1);
        cv::extractChannel(lab, b.mat(), 2);
        l.give(&ret[0]);
        a.give(&ret[1]);
        b.give(&ret[2]);
    });
}

bool cv_to_plane(const struct image *in, int channel, double scale, double offset,
                 struct plane *ret, struct err *err)
{
    return guarded("cv_to_plane", err, [&] {
        cv::Mat source = wrap(in, "the image"), one = source;
        require(channel >= 0 && channel < source.channels(), "the image has no such channel");
        if (source.channels() > 1)
            cv::extractChannel(source, one, channel);
        OwnedPlane out(source.cols, source.rows);
        one.convertTo(out.mat(), CV_32F, scale, offset);
        out.give(ret);
    });
}

bool cv_to_image(const struct plane *in, double scale, double offset, struct image *ret,
                 struct err *err)
{
    return guarded("cv_to_image", err, [&] {
        cv::Mat source = wrap(in, "the plane");
        OwnedImage out(source.cols, source.rows, 1);
        source.convertTo(out.mat(), CV_8U, scale, offset);
        out.give(ret);
    });
}
