/* cv_shape: connected components, contours and what can be said about them, distances.
 * Promises of opencv_c.h. The *_finish functions accept zeroed structs. */
#ifndef POSTWACHT_CV_SHAPE_H
#define POSTWACHT_CV_SHAPE_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cv_pixel {
    int x, y;
};
struct cv_pixels {
    struct cv_pixel *pixel;
    int n;
};
void cv_pixels_finish(struct cv_pixels *pixels);

struct cv_component {
    int x, y, w, h; /* upright box */
    int area;       /* pixels */
    double cx, cy;  /* centroid, continuous coordinates */
};
struct cv_components {
    int32_t *label; /* width * height, packed; label k is component[k] */
    int width, height;
    struct cv_component *component; /* [0] is the background */
    int n;                          /* counts the background: at least 1 */
};
/* cv::connectedComponents of a mask; neighbours 4 or 8. The order of labels means nothing. */
bool cv_components_find(const struct image *mask, int neighbours, struct cv_components *ret,
                        struct err *err);
void cv_components_finish(struct cv_components *components);

struct cv_contour {
    struct cv_pixel *point; /* pixels of the shape's own rim, in order, straight runs left out */
    int n;
    bool hole;
    int parent; /* index of the contour that it lies in, -1 at the top */
};
struct cv_contours {
    struct cv_contour *contour;
    int n;
};
/* cv::findContours, CHAIN_APPROX_SIMPLE: RETR_EXTERNAL when outer_only, else RETR_CCOMP (shapes and
 * their holes; a shape inside a hole is at the top again). Finding none is no error. */
bool cv_contours_find(const struct image *mask, bool outer_only, struct cv_contours *ret,
                      struct err *err);
void cv_contours_finish(struct cv_contours *contours);

/* cv::minAreaRect through the pixels' centres: the size is one less than the pixels counted. */
struct cv_turned_box {
    double cx, cy; /* continuous coordinates */
    double w, h;
    double angle_deg; /* of the side w against the x axis, clockwise as seen, 0 < angle <= 90 */
};
bool cv_min_area_box(const struct cv_pixel *point, int n, struct cv_turned_box *ret,
                     struct err *err);
/* cv::convexHull, clockwise as seen. */
bool cv_convex_hull(const struct cv_pixel *point, int n, struct cv_pixels *ret, struct err *err);
/* cv::approxPolyDP: no more than epsilon pixels off. */
bool cv_approx_poly(const struct cv_pixel *point, int n, double epsilon, bool closed,
                    struct cv_pixels *ret, struct err *err);
/* cv::contourArea (absolute) of the polygon through the pixels' centres. */
bool cv_polygon_area(const struct cv_pixel *point, int n, double *ret, struct err *err);
/* cv::fillPoly, LINE_8, into a one-channel image, its rim included; clipped to it. */
bool cv_fill_polygon(struct image *mask, const struct cv_pixel *point, int n, uint8_t value,
                     struct err *err);

/* cv::distanceTransform, L2, exact (DIST_MASK_PRECISE): for each pixel of the mask the distance to
 * the nearest pixel that is 0, between centres; a mask without any 0 is refused. */
bool cv_distance(const struct image *mask, struct plane *ret, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
