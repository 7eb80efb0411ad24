#include "shim.hpp"

#include "imaging/opencv_c/cv_shape.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

using namespace shim;

static_assert(sizeof(struct cv_pixel) == sizeof(cv::Point), "points are copied as they are");

static constexpr int point_limit = 1 << 20; // fillPoly shifts by 16 bits

static std::vector<cv::Point> take_points(const struct cv_pixel *point, int n)
{
    require(point && n >= 1, "there are no points");
    std::vector<cv::Point> points;
    points.reserve(static_cast<size_t>(n));
    for (int i = 0; i < n; i++) {
        require(std::abs(static_cast<int64_t>(point[i].x)) <= point_limit &&
                    std::abs(static_cast<int64_t>(point[i].y)) <= point_limit,
                "a point lies too far out");
        points.emplace_back(point[i].x, point[i].y);
    }
    return points;
}

static void give_points(const std::vector<cv::Point> &points, struct cv_pixels *ret)
{
    c_array<cv_pixel> out = make_c_array<cv_pixel>(points.size());
    for (size_t i = 0; i < points.size(); i++)
        out[i] = {points[i].x, points[i].y};
    *ret = {out.release(), static_cast<int>(points.size())};
}

void cv_pixels_finish(struct cv_pixels *pixels)
{
    std::free(pixels->pixel);
    *pixels = {};
}

// Boxes, areas and centroids of n labels, run by run. OpenCV's own statistics count pixel by pixel,
// those of the background too, and take seven times as long as its labels.
static c_array<cv_component> describe(const cv::Mat &labels, int n)
{
    struct sums {
        int left = INT_MAX, top = INT_MAX, right = 0, bottom = 0; // past the end
        int64_t area = 0, x = 0, y = 0;
    };
    std::vector<sums> of(static_cast<size_t>(n));
    for (int y = 0; y < labels.rows; y++) {
        const int32_t *label = labels.ptr<int32_t>(y);
        for (int x = 0, end; x < labels.cols; x = end) {
            for (end = x + 1; end < labels.cols && label[end] == label[x];)
                end++;
            sums &sum = of.at(static_cast<size_t>(label[x]));
            int64_t length = end - x;
            sum.left = std::min(sum.left, x);
            sum.right = std::max(sum.right, end);
            sum.top = std::min(sum.top, y);
            sum.bottom = y + 1;
            sum.area += length;
            sum.x += length * (x + end - 1) / 2;
            sum.y += length * y;
        }
    }
    c_array<cv_component> component = make_c_array<cv_component>(of.size());
    for (size_t i = 0; i < of.size(); i++) {
        const sums &sum = of[i];
        double area = static_cast<double>(sum.area);
        component[i] = {};
        if (sum.area > 0) // a mask without background has an empty one
            component[i] = {sum.left,
                            sum.top,
                            sum.right - sum.left,
                            sum.bottom - sum.top,
                            static_cast<int>(sum.area),
                            static_cast<double>(sum.x) / area + 0.5,
                            static_cast<double>(sum.y) / area + 0.5};
    }
    return component;
}

bool cv_components_find(const struct image *mask, int neighbours, struct cv_components *ret,
                        struct err *err)
{
    return guarded("cv_components_find", err, [&] {
        cv::Mat source = wrap_one_channel(mask, "the mask");
        require(neighbours == 4 || neighbours == 8, "neighbours are 4 or 8");
        c_array<int32_t> label = make_c_array<int32_t>(source.total());
        cv::Mat labels(source.rows, source.cols, CV_32SC1, label.get());
        int n = cv::connectedComponents(source, labels, neighbours, CV_32S);
        if (labels.ptr<int32_t>() != label.get())
            throw std::logic_error("OpenCV made labels of another size");
        c_array<cv_component> component = describe(labels, n);
        *ret = {label.release(), source.cols, source.rows, component.release(), n};
    });
}

void cv_components_finish(struct cv_components *components)
{
    std::free(components->label);
    std::free(components->component);
    *components = {};
}

bool cv_contours_find(const struct image *mask, bool outer_only, struct cv_contours *ret,
                      struct err *err)
{
    return guarded("cv_contours_find", err, [&] {
        std::vector<std::vector<cv::Point>> found;
        std::vector<cv::Vec4i> tree; // next, previous, child, parent
        cv::findContours(wrap_one_channel(mask, "the mask"), found, tree,
                         outer_only ? cv::RETR_EXTERNAL : cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
        std::vector<c_array<cv_pixel>> points;
        for (const std::vector<cv::Point> &contour : found) {
            points.push_back(make_c_array<cv_pixel>(contour.size()));
            for (size_t i = 0; i < contour.size(); i++)
                points.back()[i] = {contour[i].x, contour[i].y};
        }
        c_array<cv_contour> out = make_c_array<cv_contour>(found.size());
        for (size_t i = 0; i < found.size(); i++)
            out[i] = {points[i].release(), static_cast<int>(found[i].size()), tree[i][3] >= 0,
                      tree[i][3]};
        *ret = {out.release(), static_cast<int>(found.size())};
    });
}

void cv_contours_finish(struct cv_contours *contours)
{
    for (int i = 0; i < contours->n; i++)
        std::free(contours->contour[i].point);
    std::free(contours->contour);
    *contours = {};
}

bool cv_min_area_box(const struct cv_pixel *point, int n, struct cv_turned_box *ret,
                     struct err *err)
{
    return guarded("cv_min_area_box", err, [&] {
        cv::RotatedRect box = cv::minAreaRect(take_points(point, n));
        double w = box.size.width, h = box.size.height, angle = box.angle;
        for (; angle <= 0; angle += 90) // for one or two points OpenCV leaves its usual range
            std::swap(w, h);
        for (; angle > 90; angle -= 90)
            std::swap(w, h);
        *ret = {box.center.x + 0.5, box.center.y + 0.5, w, h, angle};
    });
}

bool cv_convex_hull(const struct cv_pixel *point, int n, struct cv_pixels *ret, struct err *err)
{
    return guarded("cv_convex_hull", err, [&] {
        std::vector<cv::Point> hull;
        cv::convexHull(take_points(point, n), hull, false, true);
        give_points(hull, ret);
    });
}

bool cv_approx_poly(const struct cv_pixel *point, int n, double epsilon, bool closed,
                    struct cv_pixels *ret, struct err *err)
{
    return guarded("cv_approx_poly", err, [&] {
        std::vector<cv::Point> points = take_points(point, n), fewer;
        require(epsilon >= 0 && epsilon <= point_limit, "epsilon is negative or too large");
        cv::approxPolyDP(points, fewer, epsilon, closed);
        give_points(fewer, ret);
    });
}

bool cv_polygon_area(const struct cv_pixel *point, int n, double *ret, struct err *err)
{
    return guarded("cv_polygon_area", err,
                   [&] { *ret = cv::contourArea(take_points(point, n), false); });
}

bool cv_fill_polygon(struct image *mask, const struct cv_pixel *point, int n, uint8_t value,
                     struct err *err)
{
    return guarded("cv_fill_polygon", err, [&] {
        cv::Mat target = wrap_one_channel(mask, "the mask");
        std::vector<std::vector<cv::Point>> polygons = {take_points(point, n)};
        cv::fillPoly(target, polygons, cv::Scalar(value), cv::LINE_8, 0, cv::Point());
    });
}

bool cv_distance(const struct image *mask, struct plane *ret, struct err *err)
{
    return guarded("cv_distance", err, [&] {
        cv::Mat source = wrap_one_channel(mask, "the mask");
        require(static_cast<size_t>(cv::countNonZero(source)) < source.total(),
                "the mask has no pixel that is 0");
        OwnedPlane out(source.cols, source.rows);
        cv::distanceTransform(source, out.mat(), cv::DIST_L2, cv::DIST_MASK_PRECISE, CV_32F);
        out.give(ret);
    });
}
