/* outline: where the four sides of the paper lie in a scan. For imaging/side.c only.
 *
 * Positions are "scan mm": raw pixels (continuous coordinates) times 25.4 / dpi of their axis, so
 * that angles are true even where a scanner's two resolutions differ. A side is a line: for the
 * left and right side s = x and t = y, for the top and bottom side s = y and t = x, and s = at0 +
 * slope t. */
#ifndef POSTWACHT_OUTLINE_H
#define POSTWACHT_OUTLINE_H

#include "imaging/image.h"

enum outline_side { OUTLINE_LEFT, OUTLINE_TOP, OUTLINE_RIGHT, OUTLINE_BOTTOM, OUTLINE_SIDES };

struct outline_line {
    double at0, slope;
    bool cut;       /* the image ends there: it says nothing about the skew */
    double support; /* 0..1: how much of the side was seen as this line */
};

struct outline {
    bool found;
    struct outline_line line[OUTLINE_SIDES];
};

/* The picture that the search works on: about 75 dpi, and how large one of its pixels is. */
struct outline_view {
    const struct image *picture; /* RGB */
    double mm_x, mm_y;
};

/* found = false is no error: the paper fills the image, or nothing tells it from the backing. */
bool outline_find(const struct outline_view *view, struct outline *ret, struct err *err);
/* The two ways, in the order in which outline_find tries them. */
bool outline_by_contrast(const struct outline_view *view, struct outline *ret, struct err *err);
bool outline_by_shadow(const struct outline_view *view, struct outline *ret, struct err *err);
/* Moves each line that is not cut to the edge that the raw pixels show close to it. */
void outline_refine(const struct image *raw, struct outline *outline);

/* Geometry shared by these. */
struct outline_points {
    double *t, *s;
    int n;
};
#define OUTLINE_SLOPE_MAX 0.36 /* tan 20 degrees: feeders skew by up to 15 */
/* The line that most points lie on within tolerance (mm), least squares through those.
 * Deterministic. Returns the number of points on it, 0 when there is none. */
int outline_fit_line(const struct outline_points *points, double tolerance, double slope_max,
                     struct outline_line *ret);
double outline_median(double *values, int n);    /* sorts them; n > 0 */
bool outline_is_upright(enum outline_side side); /* left and right */
/* Corners in scan mm: top left, top right, bottom right, bottom left. */
void outline_corners(const struct outline *outline, double ret[4][2]);
/* Whether a place (scan mm) is within the four lines, or at most margin mm outside. */
bool outline_contains(const struct outline *outline, double x, double y, double margin);
/* Whether the rectangle is as large as the smallest letter that posts carry; its area in mm2. */
bool outline_is_mail(const struct outline *outline, double *ret_area);
/* Turn of the paper in radians, clockwise as seen, from the sides that are not cut; the largest
 * difference between those sides goes to ret_spread. */
double outline_turn(const struct outline *outline, double *ret_spread);

#endif
