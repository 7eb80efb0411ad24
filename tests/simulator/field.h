/* field: tileable Gaussian random fields, the raw material of every rough edge, mottle and paper
 * texture. A field has mean 0 and standard deviation 1 and the autocorrelation exp(-(d/L)^2); L is
 * given in cells. Values are kept as bytes, FIELD_ONE_SD to a standard deviation. */
#ifndef SIM_FIELD_H
#define SIM_FIELD_H

#include <stdint.h>

struct rng;

#define FIELD_ONE_SD 32 /* leaves 4 sd before a byte saturates */

struct field {
    int size; /* cells a side, a power of two */
    int8_t *v;
};

/* Terminates the program's memory assumptions honestly: returns a field with v NULL when memory is
 * out; field_at then gives 0. */
struct field field_make(int size, double length_cells, struct rng *rng);
void field_finish(struct field *field);

/* A separable Gaussian blur of a wrapping float array, in place; sigma in cells. */
void field_blur_wrapped(float *v, int size, double sigma);

static inline float field_nearest(const struct field *field, int x, int y)
{
    if (!field->v)
        return 0;
    int m = field->size - 1;
    return (float)field->v[(y & m) * field->size + (x & m)] * (1.0f / FIELD_ONE_SD);
}

/* Bilinear, coordinates in cells. */
float field_at(const struct field *field, double x, double y);

#endif
