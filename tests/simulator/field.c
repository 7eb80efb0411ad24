/* White noise blurred by a Gaussian of sigma s has the autocorrelation exp(-d^2 / (4 s^2)): hence
 * s = L/2. The field is scaled to unit deviation after the blur, measured, not predicted, so that
 * very short lengths (under one cell) come out right as well. */
#include "tests/simulator/field.h"
#include "tests/simulator/fast.h"
#include "tests/simulator/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KERNEL_REACH 3.0 /* sigma; the rest of a Gaussian holds 0.3 % */
#define KERNEL_MAX 64    /* taps to one side */

static int gaussian_taps(double sigma, float tap[KERNEL_MAX + 1])
{
    int reach = (int)ceil(sigma * KERNEL_REACH);
    if (reach > KERNEL_MAX)
        reach = KERNEL_MAX;
    double sum = 0;
    for (int i = 0; i <= reach; i++) {
        double w = exp(-0.5 * i * i / (sigma * sigma));
        tap[i] = (float)w;
        sum += i ? 2 * w : w;
    }
    for (int i = 0; i <= reach; i++)
        tap[i] = (float)(tap[i] / sum);
    return reach;
}

FAST_VECTOR static void blur_rows(const float *from, float *to, int size, const float *tap,
                                  int reach)
{
    int m = size - 1;
    for (int y = 0; y < size; y++) {
        const float *row = from + (size_t)y * (size_t)size;
        float *out = to + (size_t)y * (size_t)size;
        for (int x = 0; x < size; x++)
            out[x] = tap[0] * row[x];
        for (int i = 1; i <= reach; i++) {
            for (int x = i; x < size - i; x++)
                out[x] += tap[i] * (row[x - i] + row[x + i]);
            for (int k = 0; k < 2 * i; k++) { /* both ends wrap */
                int x = k < i ? k : size - 2 * i + k;
                out[x] += tap[i] * (row[(x - i) & m] + row[(x + i) & m]);
            }
        }
    }
}

FAST_VECTOR static void blur_columns(const float *from, float *to, int size, const float *tap,
                                     int reach)
{
    int m = size - 1;
    size_t stride = (size_t)size;
    for (int y = 0; y < size; y++) {
        float *out = to + (size_t)y * stride;
        const float *mid = from + (size_t)y * stride;
        for (int x = 0; x < size; x++)
            out[x] = tap[0] * mid[x];
        for (int i = 1; i <= reach; i++) {
            const float *a = from + (size_t)((y - i) & m) * stride;
            const float *b = from + (size_t)((y + i) & m) * stride;
            for (int x = 0; x < size; x++)
                out[x] += tap[i] * (a[x] + b[x]);
        }
    }
}

void field_blur_wrapped(float *v, int size, double sigma)
{
    float tap[KERNEL_MAX + 1];
    float *tmp = malloc((size_t)size * (size_t)size * sizeof *tmp);
    if (!tmp || sigma < 0.05) {
        free(tmp);
        return;
    }
    int reach = gaussian_taps(sigma, tap);
    blur_rows(v, tmp, size, tap, reach);
    blur_columns(tmp, v, size, tap, reach);
    free(tmp);
}

struct field field_make(int size, double length_cells, struct rng *rng)
{
    struct field field = {size, NULL};
    size_t n = (size_t)size * (size_t)size;
    float *v = malloc(n * sizeof *v);
    field.v = malloc(n);
    if (!v || !field.v) {
        free(v);
        field_finish(&field);
        return field;
    }
    for (size_t i = 0; i < n; i++)
        v[i] = (float)rng_gauss(rng);
    field_blur_wrapped(v, size, length_cells / 2);
    double sum = 0, sum2 = 0;
    for (size_t i = 0; i < n; i++) {
        sum += v[i];
        sum2 += (double)v[i] * v[i];
    }
    double mean = sum / (double)n;
    double sd = sqrt(fmax(sum2 / (double)n - mean * mean, 1e-12));
    for (size_t i = 0; i < n; i++) {
        double q = (v[i] - mean) / sd * FIELD_ONE_SD;
        field.v[i] = (int8_t)lrint(fmin(fmax(q, -127), 127));
    }
    free(v);
    return field;
}

void field_finish(struct field *field)
{
    free(field->v);
    field->v = NULL;
}

float field_at(const struct field *field, double x, double y)
{
    int ix = fast_floor(x), iy = fast_floor(y);
    float ax = (float)(x - ix), ay = (float)(y - iy);
    float top = field_nearest(field, ix, iy) * (1 - ax) + field_nearest(field, ix + 1, iy) * ax;
    float low =
        field_nearest(field, ix, iy + 1) * (1 - ax) + field_nearest(field, ix + 1, iy + 1) * ax;
    return top * (1 - ay) + low * ay;
}
