/* cv_filter: blurs, derivatives, morphology, thresholds. Promises of opencv_c.h. */
#ifndef POSTWACHT_CV_FILTER_H
#define POSTWACHT_CV_FILTER_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cv::GaussianBlur, sigma in pixels along x and y (0.1 to 500); the kernel's size follows sigma
 * (about 6 sigma for 8 bit, 8 sigma for float). */
bool cv_gauss(const struct image *in, double sigma, struct image *ret, struct err *err);
bool cv_gauss_plane(const struct plane *in, double sigma, struct plane *ret, struct err *err);

/* cv::blur: mean of w x h pixels; even sizes lean half a pixel up and left. */
bool cv_box(const struct image *in, int w, int h, struct image *ret, struct err *err);
bool cv_box_plane(const struct plane *in, int w, int h, struct plane *ret, struct err *err);

/* cv::medianBlur of size x size, border replicated: odd, 3 to 255 for images, 3 or 5 for planes. */
bool cv_median(const struct image *in, int size, struct image *ret, struct err *err);
bool cv_median_plane(const struct plane *in, int size, struct plane *ret, struct err *err);

/* cv::Sobel or cv::Scharr, 3 x 3, scaled so that a ramp of one unit a pixel gives 1. */
enum cv_gradient { CV_GRADIENT_SOBEL, CV_GRADIENT_SCHARR };
bool cv_gradients(const struct plane *in, enum cv_gradient kernel, struct plane *ret_x,
                  struct plane *ret_y, struct err *err);
/* cv::Laplacian with the four-neighbour kernel {0 1 0, 1 -4 1, 0 1 0}, unscaled. */
bool cv_laplacian(const struct plane *in, struct plane *ret, struct err *err);

/* cv::morphologyEx with getStructuringElement(w x h, anchor in the middle), once. Beyond the border
 * nothing is added: it never wins. Of several channels each goes alone. */
enum cv_morph_op {
    CV_MORPH_OP_ERODE,
    CV_MORPH_OP_DILATE,
    CV_MORPH_OP_OPEN,
    CV_MORPH_OP_CLOSE,
    CV_MORPH_OP_TOPHAT,  /* in - open: what is bright and small */
    CV_MORPH_OP_BLACKHAT /* close - in: what is dark and small */
};
enum cv_morph_shape { CV_MORPH_BOX, CV_MORPH_DISC };
bool cv_morph(const struct image *in, enum cv_morph_op op, enum cv_morph_shape shape, int w, int h,
              struct image *ret, struct err *err);

/* cv::threshold: 255 where in > value, else 0; inverted: the other way round. One channel. */
bool cv_threshold(const struct image *in, double value, bool inverted, struct image *ret,
                  struct err *err);
/* cv::threshold, THRESH_OTSU: the value that parts the histogram best. One channel, 8 bit. */
bool cv_otsu(const struct image *in, double *ret, struct err *err);
/* cv::adaptiveThreshold, mean of window x window (odd, >= 3), border replicated: 255 where
 * in > mean - offset, else 0; inverted: the other way round. One channel. */
bool cv_adaptive_threshold(const struct image *in, int window, int offset, bool inverted,
                           struct image *ret, struct err *err);
/* cv::inRange: 255 where low <= in <= high in every channel, else 0. */
bool cv_in_range(const struct image *in, const uint8_t *low, const uint8_t *high, struct image *ret,
                 struct err *err);
bool cv_in_range_plane(const struct plane *in, float low, float high, struct image *ret,
                       struct err *err);

/* cv::Canny, aperture 3, L2 norm of the unscaled Sobel gradient against low and high. One channel.
 */
bool cv_canny(const struct image *in, double low, double high, struct image *ret, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
