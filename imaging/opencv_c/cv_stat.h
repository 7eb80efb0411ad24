/* cv_stat: means and extremes. Promises of opencv_c.h. */
#ifndef POSTWACHT_CV_STAT_H
#define POSTWACHT_CV_STAT_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cv::meanStdDev, population standard deviation, a value a channel (1 or 3 written). mask may be
 * NULL; else of the same size, and refused when it is 0 everywhere. */
bool cv_mean_std(const struct image *in, const struct image *mask, double *ret_mean,
                 double *ret_std, struct err *err);
bool cv_mean_std_plane(const struct plane *in, const struct image *mask, double *ret_mean,
                       double *ret_std, struct err *err);

struct cv_extremes {
    double min, max;
    int min_x, min_y, max_x, max_y; /* one of them when several are equal */
};
/* cv::minMaxLoc. One channel; mask as above. A plane with NaN under the mask is refused. */
bool cv_min_max(const struct image *in, const struct image *mask, struct cv_extremes *ret,
                struct err *err);
bool cv_min_max_plane(const struct plane *in, const struct image *mask, struct cv_extremes *ret,
                      struct err *err);

#ifdef __cplusplus
}
#endif
#endif
