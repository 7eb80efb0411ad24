/* numbers: order statistics of short lists, peaks, and colours as L*a*b*. */
#ifndef POSTWACHT_NUMBERS_H
#define POSTWACHT_NUMBERS_H

#include <stdbool.h>

struct err;
struct plane;

/* These put `value` in another order; n > 0. */
double median_of(double *value, int n);
double quantile_of(double *value, int n, double share); /* the value that `share` do not exceed */
double quartile_sd(double *value, int n);               /* interquartile range as a normal's sd */
double mad_sd(double *value, int n); /* median absolute deviation likewise; `value` is spoilt */

/* CIE L*a*b* (D65) of one sRGB colour of 0..255. */
bool lab_of(const double rgb[3], double ret_lab[3], struct err *err);

/* The highest value of a plane and its place to a fraction of a step. */
bool plane_peak(const struct plane *plane, double ret_xy[2], double *ret_value, struct err *err);

/* Vertex of the parabola through three neighbours, within half a step of the middle one. */
double parabola_vertex(double before, double here, double after);

#endif
