#include "classifier/numbers.h"

#include "imaging/opencv_c/opencv_c.h"

#include <math.h>

#define MAD_TO_SD 1.4826      /* of a normal distribution */
#define QUARTILES_TO_SD 1.349 /* likewise */

/* The value that would stand at `rank` if all were sorted (Hoare's selection): none of those before
 * it is larger then, none of those after it smaller. Linear on average; lists of an element's edges
 * hold thousands. */
static double nth_of(double *value, int n, int rank)
{
    int low = 0, high = n - 1;
    while (low < high) {
        double pivot = value[rank];
        int i = low, k = high;
        do {
            while (value[i] < pivot)
                i++;
            while (value[k] > pivot)
                k--;
            if (i <= k) {
                double swapped = value[i];
                value[i++] = value[k];
                value[k--] = swapped;
            }
        } while (i <= k);
        if (k < rank)
            low = i;
        if (i > rank)
            high = k;
    }
    return value[rank];
}

double median_of(double *value, int n)
{
    double upper = nth_of(value, n, n / 2), lower = value[0];
    if (n % 2)
        return upper;
    for (int i = 1; i < n / 2; i++)
        lower = value[i] > lower ? value[i] : lower;
    return (lower + upper) / 2;
}

double quantile_of(double *value, int n, double share)
{
    return nth_of(value, n, (int)lround(share * (n - 1)));
}

double quartile_sd(double *value, int n)
{
    return n > 1 ? (nth_of(value, n, 3 * n / 4) - nth_of(value, n, n / 4)) / QUARTILES_TO_SD : 0;
}

double mad_sd(double *value, int n)
{
    double middle = median_of(value, n);
    for (int i = 0; i < n; i++)
        value[i] = fabs(value[i] - middle);
    return MAD_TO_SD * median_of(value, n);
}

bool lab_of(const double rgb[3], double ret_lab[3], struct err *err)
{
    struct image pixel = {0};
    struct plane lab[3] = {{0}};
    if (!image_create(&pixel, 1, 1, 3, err))
        return false;
    for (int c = 0; c < 3; c++)
        pixel.data[c] = (uint8_t)lround(rgb[c]);
    bool ok = cv_lab(&pixel, lab, err);
    for (int c = 0; c < 3; c++) {
        if (ok)
            ret_lab[c] = (double)lab[c].data[0];
        plane_finish(&lab[c]);
    }
    image_finish(&pixel);
    return ok;
}

double parabola_vertex(double before, double here, double after)
{
    double bend = before - 2 * here + after;
    if (bend >= -1e-9)
        return 0;
    double at = (before - after) / (2 * bend);
    return fmin(0.5, fmax(-0.5, at));
}

bool plane_peak(const struct plane *plane, double ret_xy[2], double *ret_value, struct err *err)
{
    struct cv_extremes peak;
    if (!cv_min_max_plane(plane, NULL, &peak, err))
        return false;
    int x = peak.max_x, y = peak.max_y, w = plane->width;
    const float *at = plane->data + (size_t)y * (size_t)w + x;
    bool between_x = x > 0 && x + 1 < w, between_y = y > 0 && y + 1 < plane->height;
    double here = peak.max;
    ret_xy[0] = x + (between_x ? parabola_vertex((double)at[-1], here, (double)at[1]) : 0);
    ret_xy[1] = y + (between_y ? parabola_vertex((double)at[-w], here, (double)at[w]) : 0);
    *ret_value = here;
    return true;
}
