#include "shim.hpp"

#include "imaging/opencv_c/cv_line.h"

#include <opencv2/imgproc.hpp>

using namespace shim;

bool cv_hough_segments(const struct image *edges, double rho, double theta, int votes,
                       double min_length, double max_gap, struct cv_segments *ret, struct err *err)
{
    return guarded("cv_hough_segments", err, [&] {
        cv::Mat copy = wrap_one_channel(edges, "the mask of edges").clone(); // may be written to
        require(rho >= 0.1 && rho <= 100, "rho is not within 0.1 to 100 px");
        require(theta >= 1e-4 && theta <= CV_PI / 2, "theta is not within 1e-4 to pi/2");
        require(votes >= 1, "votes must be at least 1");
        require(min_length >= 0 && min_length <= IMAGE_MAX_SIDE && max_gap >= 0 &&
                    max_gap <= IMAGE_MAX_SIDE,
                "a length is negative or too large");
        std::vector<cv::Vec4i> found;
        cv::HoughLinesP(copy, found, rho, theta, votes, min_length, max_gap);
        c_array<cv_segment> out = make_c_array<cv_segment>(found.size());
        for (size_t i = 0; i < found.size(); i++) {
            cv::Vec4f f = cv::Vec4f(found[i]) + cv::Vec4f::all(0.5f);
            out[i] = {f[0], f[1], f[2], f[3], 0};
        }
        *ret = {out.release(), static_cast<int>(found.size())};
    });
}

bool cv_line_segments(const struct image *in, double scale, struct cv_segments *ret,
                      struct err *err)
{
    return guarded("cv_line_segments", err, [&] {
        cv::Mat source = wrap_one_channel(in, "the image");
        require(scale >= 0.1 && scale <= 1, "scale is not within 0.1 to 1");
        std::vector<cv::Vec4f> found;
        std::vector<double> width;
        cv::createLineSegmentDetector(cv::LSD_REFINE_STD, scale)->detect(source, found, width);
        if (width.size() != found.size())
            throw std::logic_error("OpenCV gave lines without widths");
        // The detector divides its reduced picture's coordinates by the scale and forgets the half.
        const cv::Vec4f half = cv::Vec4f::all(static_cast<float>(0.5 / scale));
        c_array<cv_segment> out = make_c_array<cv_segment>(found.size());
        for (size_t i = 0; i < found.size(); i++) {
            cv::Vec4f f = found[i] + half;
            out[i] = {f[0], f[1], f[2], f[3], static_cast<float>(width[i])};
        }
        *ret = {out.release(), static_cast<int>(found.size())};
    });
}

void cv_segments_finish(struct cv_segments *segments)
{
    std::free(segments->segment);
    *segments = {};
}
