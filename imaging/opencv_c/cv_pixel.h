/* cv_pixel: size, place and colour of pixels. Promises of opencv_c.h. */
#ifndef POSTWACHT_CV_PIXEL_H
#define POSTWACHT_CV_PIXEL_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

enum cv_interpolation {
    CV_INTERPOLATE_NEAREST,
    CV_INTERPOLATE_LINEAR,
    CV_INTERPOLATE_CUBIC, /* overshoots at sharp edges */
    CV_INTERPOLATE_AREA   /* mean of the area that a pixel covers; for reducing */
};
enum cv_border {
    CV_BORDER_COLOUR,   /* outside the input is `colour` */
    CV_BORDER_REPLICATE /* outside the input is its nearest pixel */
};

/* cv::resize. The input's outer edges fall on the output's outer edges. dpi is scaled along. AREA
 * means the exact mean when reducing (fastest at whole factors) and equals linear when enlarging.
 */
bool cv_resize(const struct image *in, int width, int height, enum cv_interpolation how,
               struct image *ret, struct err *err);
bool cv_resize_plane(const struct plane *in, int width, int height, enum cv_interpolation how,
                     struct plane *ret, struct err *err);

/* cv::warpAffine. The value of output pixel (i, j) is the input at
 *   x = m[0] (i + .5) + m[1] (j + .5) + m[2],   y = m[3] (i + .5) + m[4] (j + .5) + m[5],
 * both in continuous coordinates (opencv_c.h), so the identity matrix copies and {2,0,0, 0,2,0}
 * halves without a shift. The matrix is never inverted. Weights are quantised to 1/32 pixel. AREA:
 * the part of the input that is needed is first reduced by the whole factor nearest to the matrix's
 * scale (cv::resize, INTER_AREA), then warped linearly; below a scale of 1.5 it equals LINEAR.
 * colour: one value a channel, NULL with CV_BORDER_REPLICATE. dpi of ret is 0. Refuses
 * matrices that are not finite or whose positions leave +-1e6 pixels. */
bool cv_warp_affine(const struct image *in, const double out_to_in[6], int width, int height,
                    enum cv_interpolation how, enum cv_border border, const uint8_t *colour,
                    struct image *ret, struct err *err);

/* cv::rotate: quarters of a turn clockwise, 0..3; exact. */
bool cv_turn(const struct image *in, int quarters, struct image *ret, struct err *err);

/* cv::cvtColor. RGB to grey: 0.299 R + 0.587 G + 0.114 B, rounded; grey to three equal channels. */
bool cv_grey(const struct image *rgb, struct image *ret, struct err *err);
bool cv_rgb(const struct image *grey, struct image *ret, struct err *err);

/* cv::cvtColor on floats: CIE L*a*b*, D65, from sRGB; L 0..100, a and b about -127..127, true
 * scale. */
bool cv_lab(const struct image *rgb, struct plane ret[3], struct err *err);

/* cv::extractChannel, Mat::convertTo: ret = value * scale + offset, of channel 0..2. */
bool cv_to_plane(const struct image *in, int channel, double scale, double offset,
                 struct plane *ret, struct err *err);
/* Mat::convertTo: grey = round(value * scale + offset), held in 0..255; NaN becomes 0. */
bool cv_to_image(const struct plane *in, double scale, double offset, struct image *ret,
                 struct err *err);

#ifdef __cplusplus
}
#endif
#endif
