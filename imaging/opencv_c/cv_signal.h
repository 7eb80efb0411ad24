/* cv_signal: correlation and spectra. Promises of opencv_c.h. */
#ifndef POSTWACHT_CV_SIGNAL_H
#define POSTWACHT_CV_SIGNAL_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cv::matchTemplate, TM_CCOEFF_NORMED: ret is (in.w - part.w + 1) x (in.h - part.h + 1), each value
 * -1..1 for the part laid with its top left pixel there. Where the score is undefined (flat picture
 * under the part) it is 0, where rounding leaves -1..1 it is held there. mask may be NULL; else one
 * channel, of the part's size, and not empty. A part larger than the image is refused (OpenCV would
 * swap them), so is one without any contrast (under the mask). Channels equal, 1 or 3. */
bool cv_match_template(const struct image *in, const struct image *part, const struct image *mask,
                       struct plane *ret, struct err *err);
/* The same with a weight >= 0 for each pixel of the part; at least one above 0. */
bool cv_match_template_weighted(const struct image *in, const struct image *part,
                                const struct plane *weight, struct plane *ret, struct err *err);

/* cv::dft. Power spectrum |F|^2 / (sum of squared window weights) of a square tile less its mean;
 * windowed: under a Hann window. Zero frequency stands at (n/2, n/2); one step is 1/n cycles a
 * pixel. White noise of variance v gives v everywhere on average (away from the middle). Side 4 to
 * 4096. */
bool cv_power_spectrum(const struct plane *tile, bool windowed, struct plane *ret, struct err *err);

/* cv::phaseCorrelate under a Hann window: the shift (x, y px, sub-pixel) that the picture has made
 * from a to b, and the response 0..1 (how much of the energy agrees). Good to about 0.3 px for
 * shifts of some pixels. Same sizes, at least 8 x 8; up to a
 * seventh at the right and lower edge is left out, where cv::dft would have to pad. */
bool cv_phase_shift(const struct plane *a, const struct plane *b, double ret_shift[2],
                    double *ret_response, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
