/* cv_line: straight line segments. Promises of opencv_c.h. */
#ifndef POSTWACHT_CV_LINE_H
#define POSTWACHT_CV_LINE_H

#include "imaging/image.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cv_segment {
    float x0, y0, x1, y1; /* continuous coordinates */
    float width;          /* LSD only, else 0 */
};
struct cv_segments {
    struct cv_segment *segment;
    int n;
};
/* cv::HoughLinesP on a mask of edges; rho px, theta radians, min_length and max_gap px. */
bool cv_hough_segments(const struct image *edges, double rho, double theta, int votes,
                       double min_length, double max_gap, struct cv_segments *ret, struct err *err);
/* cv::createLineSegmentDetector (LSD_REFINE_STD) on one channel; scale 0.1 to 1 reduces first (0.8
 * is its author's). The darker side lies to the right of the way from 0 to 1. */
bool cv_line_segments(const struct image *in, double scale, struct cv_segments *ret,
                      struct err *err);
void cv_segments_finish(struct cv_segments *segments);

#ifdef __cplusplus
}
#endif
#endif
