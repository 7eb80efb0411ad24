/* side: one scanned side, prepared: where the paper is, how it lies, and crops of it in mm.
 *
 * Page coordinates are mm on the deskewed sheet as fed: origin at the outline's top left corner, x
 * right, y down; no turn by 90 or 180 degrees is applied here. Crops are warped from the raw pixels
 * once, at the dpi asked for; the whole page exists only as a 150-dpi reduction. */
#ifndef POSTWACHT_SIDE_H
#define POSTWACHT_SIDE_H

#include "imaging/image.h"

#define SIDE_REDUCED_DPI 150.0

/* x' = m[0] x + m[1] y + m[2]; y' = m[3] x + m[4] y + m[5] */
struct affine {
    double m[6];
};

struct side {
    const struct image *raw;   /* borrowed: must outlive the side */
    double dpi;                /* of raw, the mean of x and y */
    bool outline_found;        /* false: no edge of the paper seen; the whole image is the page */
    struct affine page_to_raw; /* page mm -> raw pixels (pixel centres at .5) */
    double size_mm[2];
    double skew_deg;      /* of the paper in the raw, clockwise as seen; within +-20 */
    struct image reduced; /* page at SIDE_REDUCED_DPI, RGB (grey scans: three equal channels) */
    double paper_rgb[3];  /* median colour of the bare paper */
};

/* Finds the outline against black, grey or white backing (on white, or where the scan is already
 * cropped to the paper, the whole image is the page), deskews and reduces. raw->dpi_x/dpi_y must be
 * set (>= 50). Errors: image smaller than 20 mm, dpi missing. */
bool side_prepare(const struct image *raw, struct side *ret, struct err *err);
void side_finish(struct side *side);

/* Whether a corner of the page lies at the border of the scan, or beyond: a part of the sheet may
 * not have been scanned, and size_mm may be too small. */
bool side_reaches_border(const struct side *side);

/* Warps a piece of the page: pixel (i, j) of ret, centre (i+.5, j+.5) * 25.4 / dpi mm, is taken at
 * page position crop_to_page(that). RGB, linear interpolation from raw with area averaging when
 * reducing by more than 1.5; outside the raw image the paper's colour. */
bool side_crop(const struct side *side, const struct affine *crop_to_page, double w_mm, double h_mm,
               double dpi, struct image *ret, struct err *err);
/* The same for an upright rectangle of the page. */
bool side_crop_box(const struct side *side, const double box_mm[4], double dpi, struct image *ret,
                   struct err *err);

struct affine affine_identity(void);
/* From a rectangle of w x h, its own corner the origin, to where its middle lies at (x, y) and it
 * is turned clockwise as seen. */
struct affine affine_turned(double x, double y, double w, double h, double angle_deg);
struct affine affine_multiply(const struct affine *a, const struct affine *b); /* a after b */
bool affine_invert(const struct affine *a, struct affine *ret);
void affine_apply(const struct affine *a, double x, double y, double ret[2]);

#endif
