/* opencv_c: the few OpenCV calls that Postwacht makes, behind plain C.
 *
 * What it promises, for every function in the cv_*.h files that this header gathers:
 * - No OpenCV type or handle crosses. C owns all pixels; a call wraps them for its own length only.
 * - Nothing thrown gets out: an exception (out of memory too) is false with `err` filled.
 * - Preconditions are checked here, those that OpenCV leaves out as well. NULL, an empty image, a
 *   wrong channel count or size is refused by name, never repaired in silence.
 * - On success the result is freshly made with C's allocator (image_create, plane_create, malloc);
 *   what `ret` held before is not freed. On failure `ret` is untouched. `ret` is never an input.
 * - One thread, no OpenCL, no output on any stream, the same result for the same input every time.
 * - No thresholds and no words of the trade: whoever calls decides what a value means.
 *
 * Positions. An integer position (struct cv_pixel, boxes) is a pixel's index. A real position
 * (struct cv_point, matrices, keypoints, segments, centroids) is in the image's continuous
 * coordinates: pixel (i, j) covers [i, i+1) x [j, j+1) and its centre is (i + .5, j + .5), as in
 * imaging/side.h. OpenCV itself puts centres on whole numbers; the shim adds or takes the half.
 *
 * Unless a comment says otherwise, an image has 1 or 3 channels, a mask is a one-channel image in
 * which any value but 0 counts, and filters see the picture mirrored beyond its border
 * (BORDER_REFLECT_101). Filters keep the size and the dpi. */
#ifndef POSTWACHT_OPENCV_C_H
#define POSTWACHT_OPENCV_C_H

#include "imaging/opencv_c/cv_feature.h"
#include "imaging/opencv_c/cv_filter.h"
#include "imaging/opencv_c/cv_line.h"
#include "imaging/opencv_c/cv_pixel.h"
#include "imaging/opencv_c/cv_shape.h"
#include "imaging/opencv_c/cv_signal.h"
#include "imaging/opencv_c/cv_stat.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets one thread, OpenCL off, optimised code on, error printing off (cv::setNumThreads,
 * cv::ocl::setUseOpenCL, cv::setUseOptimized, cv::redirectError) and builds the tables for L*a*b*.
 * Every other function sets the same on its first call; call this before a fork, and before threads
 * that convert colours. */
bool cv_init(struct err *err);
const char *cv_version(void); /* "4.6.0", of the library that is loaded; static storage */

#ifdef __cplusplus
}
#endif
#endif
