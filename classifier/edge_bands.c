/* Raggedness in two bands. A wandering contour (worn plate, feeder, wicking along fibres) is slow,
 * one of heaped toner or single drops is fast; one figure for both hides which. The slow part is
 * the contour through the Gaussian profile filter of ISO 16610-21, which halves waves of
 * EDGE_BAND_UM; what it takes away is the fast part. At 600 dpi waves shorter than two pixels (85
 * um) cannot be seen, so fast means 85-150 um there.
 *
 * The rim is a set of pixels, not a line: the filter's neighbours along the contour are those rim
 * pixels within its reach whose normal points the same way, which keeps the other side of a thin
 * stroke and what lies round a corner out. */
#include "classifier/edge_residual.h"

#include "classifier/numbers.h"

#include <math.h>
#include <stdlib.h>

#define UM_PER_INCH 25400.0
#define ISO_ALPHA 0.4697 /* sqrt(ln 2 / pi): the wave of cut-off length is halved */
#define REACH 1.2        /* of ISO_ALPHA * cut-off: beyond, a weight is under 1 % */
#define SAME_WAY 0.8     /* cosine of two neighbours' normals: 37 degrees */
#define NONE (-1)

/* Index of the residual at each pixel. */
static int *index_rim(const struct edge_residual *r, int n, int w, int h)
{
    int *ret = malloc((size_t)w * (size_t)h * sizeof *ret);
    for (int i = 0; ret && i < w * h; i++)
        ret[i] = NONE;
    for (int i = 0; ret && i < n; i++)
        ret[r[i].y * w + r[i].x] = i;
    return ret;
}

/* The filter at one residual: mean of its neighbours and itself. */
static double slow_part(const struct edge_residual *r, int i, const int *at, int w, int h,
                        double length)
{
    int reach = (int)ceil(REACH * length);
    double sum = 0, weight = 0;
    for (int y = r[i].y - reach; y <= r[i].y + reach; y++)
        for (int x = r[i].x - reach; x <= r[i].x + reach; x++) {
            int k = x < 0 || y < 0 || x >= w || y >= h ? NONE : at[y * w + x];
            if (k == NONE || r[k].nx * r[i].nx + r[k].ny * r[i].ny < SAME_WAY)
                continue;
            double far = hypot(x - r[i].x, y - r[i].y) / length;
            double share = exp(-M_PI * far * far);
            sum += share * r[k].d;
            weight += share;
        }
    return sum / weight;
}

bool edge_bands(const struct edge_residual *r, int n, int w, int h, double dpi, double *ret_slow,
                double *ret_fast, struct err *err)
{
    int *at = index_rim(r, n, w, h);
    double *slow = malloc((size_t)(n + 1) * sizeof *slow),
           *fast = malloc((size_t)(n + 1) * sizeof *fast);
    bool ok = (at && slow && fast) || err_set(err, "out of memory while measuring edges");
    if (ok && n > 0) {
        double length = ISO_ALPHA * EDGE_BAND_UM * dpi / UM_PER_INCH;
        for (int i = 0; i < n; i++) {
            slow[i] = slow_part(r, i, at, w, h, length);
            fast[i] = r[i].d - slow[i];
        }
        *ret_slow = mad_sd(slow, n);
        *ret_fast = mad_sd(fast, n);
    }
    free(at);
    free(slow);
    free(fast);
    return ok;
}
