#include "shim.hpp"

#include "imaging/opencv_c/opencv_c.h"

#include <cstdarg>
#include <cstdio>

#include <opencv2/core/ocl.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>

namespace shim
{

[[noreturn]] void refuse(const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    std::vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    throw refusal(text);
}

static int swallow_error(int, const char *, const char *, const char *, int, void *)
{
    return 0; // OpenCV throws after this; its default would print first
}

void prepare_library()
{
    static const bool done = [] {
        cv::redirectError(swallow_error);
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        cv::setNumThreads(1);
        cv::ocl::setUseOpenCL(false);
        cv::setUseOptimized(true);
        return true;
    }();
    (void)done;
}

cv::Mat wrap(const struct image *image, const char *what)
{
    if (!image || !image->data || image->width < 1 || image->height < 1)
        refuse("%s is empty", what);
    if (image->channels != 1 && image->channels != 3)
        refuse("%s has %d channels, not 1 or 3", what, image->channels);
    if (image->width > IMAGE_MAX_SIDE || image->height > IMAGE_MAX_SIDE)
        refuse("%s of %d x %d pixels is too large", what, image->width, image->height);
    if (image->stride < static_cast<size_t>(image->width) * static_cast<size_t>(image->channels))
        refuse("%s has rows shorter than its width", what);
    return cv::Mat(image->height, image->width, CV_8UC(image->channels), image->data,
                   image->stride);
}

cv::Mat wrap(const struct plane *plane, const char *what)
{
    if (!plane || !plane->data || plane->width < 1 || plane->height < 1)
        refuse("%s is empty", what);
    if (plane->width > IMAGE_MAX_SIDE || plane->height > IMAGE_MAX_SIDE)
        refuse("%s of %d x %d pixels is too large", what, plane->width, plane->height);
    return cv::Mat(plane->height, plane->width, CV_32FC1, plane->data);
}

cv::Mat wrap_one_channel(const struct image *image, const char *what)
{
    cv::Mat mat = wrap(image, what);
    if (mat.channels() != 1)
        refuse("%s has %d channels, not 1", what, mat.channels());
    return mat;
}

cv::Mat wrap_mask(const struct image *mask, cv::Size size)
{
    if (!mask)
        return cv::Mat();
    cv::Mat mat = wrap_one_channel(mask, "the mask");
    if (mat.size() != size)
        refuse("the mask is %d x %d, not %d x %d", mat.cols, mat.rows, size.width, size.height);
    return mat;
}

OwnedImage::OwnedImage(int width, int height, int channels) : pixels()
{
    struct err err = {};
    if (!image_create(&pixels, width, height, channels, &err))
        throw refusal(err.text);
    view = cv::Mat(height, width, CV_8UC(channels), pixels.data, pixels.stride);
}

OwnedImage::~OwnedImage()
{
    image_finish(&pixels);
}

void OwnedImage::give(struct image *ret, double dpi_x, double dpi_y)
{
    if (view.data != pixels.data || view.cols != pixels.width || view.rows != pixels.height ||
        view.type() != CV_8UC(pixels.channels))
        throw std::logic_error("OpenCV made a result of another size or type");
    pixels.dpi_x = dpi_x;
    pixels.dpi_y = dpi_y;
    *ret = pixels;
    pixels = {};
}

OwnedPlane::OwnedPlane(int width, int height) : pixels()
{
    struct err err = {};
    if (!plane_create(&pixels, width, height, &err))
        throw refusal(err.text);
    view = cv::Mat(height, width, CV_32FC1, pixels.data);
}

OwnedPlane::~OwnedPlane()
{
    plane_finish(&pixels);
}

void OwnedPlane::give(struct plane *ret)
{
    if (static_cast<void *>(view.data) != static_cast<void *>(pixels.data) ||
        view.cols != pixels.width || view.rows != pixels.height || view.type() != CV_32FC1)
        throw std::logic_error("OpenCV made a result of another size or type");
    *ret = pixels;
    pixels = {};
}

} // namespace shim

bool cv_init(struct err *err)
{
    return shim::guarded("cv_init", err, [] {
        /* OpenCV builds its L*a*b* tables (0.1 s) at first use, without a lock between threads. */
        cv::Mat pixel = cv::Mat::zeros(1, 1, CV_32FC3), lab;
        cv::cvtColor(pixel, lab, cv::COLOR_RGB2Lab);
    });
}

const char *cv_version(void)
{
    static const std::string version = [] {
        try {
            return cv::format("%d.%d.%d", cv::getVersionMajor(), cv::getVersionMinor(),
                              cv::getVersionRevision());
        } catch (...) {
            return std::string();
        }
    }();
    return version.c_str();
}
