#include "classifier/edge_profile.h"

#include <math.h>

#define MM_PER_INCH 25.4
#define STEPS_PER_PX 4   /* sampling of a profile */
#define CROSSING 0.6     /* ISO/IEC 24790: contour at 60 % of the way to ink */
#define INSIDE_MIN 0.55  /* of the contrast: the profile must reach ink */
#define OUTSIDE_MAX 0.25 /* and paper */

int edge_profile_half(double mm, double dpi)
{
    int half = (int)lround(mm * dpi / MM_PER_INCH * STEPS_PER_PX);
    return half < EDGE_PROFILE_MAX / 2 ? half : EDGE_PROFILE_MAX / 2;
}

/* Strength along a profile, by bilinear interpolation; false when it leaves the picture. */
bool edge_profile_read(const struct image *strength, double x, double y, double nx, double ny,
                       int half, double *ret)
{
    double reach_x = fabs(nx) * half / STEPS_PER_PX, reach_y = fabs(ny) * half / STEPS_PER_PX;
    if (x - reach_x < 0 || y - reach_y < 0 || x + reach_x >= strength->width - 1 ||
        y + reach_y >= strength->height - 1)
        return false;
    for (int i = -half; i <= half; i++) {
        double px = x + nx * i / STEPS_PER_PX, py = y + ny * i / STEPS_PER_PX;
        int ix = (int)px, iy = (int)py;
        double fx = px - ix, fy = py - iy;
        const uint8_t *a = image_row(strength, iy) + ix, *b = image_row(strength, iy + 1) + ix;
        ret[i + half] =
            (a[0] * (1 - fx) + a[1] * fx) * (1 - fy) + (b[0] * (1 - fx) + b[1] * fx) * fy;
    }
    return true;
}

/* Position (in px from the middle, outward) where the profile falls through `level`, nearest to
 * the middle; false when it does not. */
static bool falls_through(const double *profile, int half, double level, double *ret)
{
    double best = 1e9;
    for (int i = -half; i < half; i++) {
        double a = profile[i + half], b = profile[i + half + 1];
        if (a >= level && b < level) {
            double at = i + (a - level) / (a - b);
            if (fabs(at) < fabs(best))
                best = at;
        }
    }
    *ret = best / STEPS_PER_PX;
    return best < 1e8;
}

bool edge_profile_measure(const double *profile, int half, double contrast,
                          struct edge_reading *ret)
{
    double inside = 0, outside = 1e9;
    for (int i = -half; i <= 0; i++)
        inside = profile[i + half] > inside ? profile[i + half] : inside;
    for (int i = 0; i <= half; i++)
        outside = profile[i + half] < outside ? profile[i + half] : outside;
    if (inside < INSIDE_MIN * contrast || outside > OUTSIDE_MAX * contrast)
        return false;
    double range = inside - outside, dark, light;
    if (!falls_through(profile, half, outside + CROSSING * range, &ret->crossing) ||
        !falls_through(profile, half, outside + 0.9 * range, &dark) ||
        !falls_through(profile, half, outside + 0.1 * range, &light))
        return false;
    ret->width = light - dark;
    return ret->width > 0;
}
