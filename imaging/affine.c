#include "imaging/side.h"

#include <math.h>

struct affine affine_identity(void)
{
    return (struct affine){.m = {1, 0, 0, 0, 1, 0}};
}

struct affine affine_turned(double x, double y, double w, double h, double angle_deg)
{
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180);
    return (struct affine){
        .m = {c, -s, x - c * w / 2 + s * h / 2, s, c, y - s * w / 2 - c * h / 2}};
}

struct affine affine_multiply(const struct affine *a, const struct affine *b)
{
    const double *p = a->m, *q = b->m;
    return (struct affine){.m = {
                               p[0] * q[0] + p[1] * q[3],
                               p[0] * q[1] + p[1] * q[4],
                               p[0] * q[2] + p[1] * q[5] + p[2],
                               p[3] * q[0] + p[4] * q[3],
                               p[3] * q[1] + p[4] * q[4],
                               p[3] * q[2] + p[4] * q[5] + p[5],
                           }};
}

bool affine_invert(const struct affine *a, struct affine *ret)
{
    const double *m = a->m;
    double det = m[0] * m[4] - m[1] * m[3];
    if (!isnormal(det))
        return false;
    struct affine inverse = {.m = {m[4] / det, -m[1] / det, (m[1] * m[5] - m[4] * m[2]) / det,
                                   -m[3] / det, m[0] / det, (m[3] * m[2] - m[0] * m[5]) / det}};
    for (int i = 0; i < 6; i++)
        if (!isfinite(inverse.m[i]))
            return false;
    *ret = inverse;
    return true;
}

void affine_apply(const struct affine *a, double x, double y, double ret[2])
{
    ret[0] = a->m[0] * x + a->m[1] * y + a->m[2];
    ret[1] = a->m[3] * x + a->m[4] * y + a->m[5];
}
