#include "classifier/spectrum_rings.h"

#include "classifier/numbers.h"

#include <math.h>

#define SIDE SPECTRUM_SIDE
#define RADII SPECTRUM_RADII
#define RING_MIN 1e-6 /* power of an empty ring, against division by nothing */

void spectrum_rings_make(struct spectrum_rings *ret)
{
    int radius[SIDE * SIDE], next[RADII + 1] = {0};
    for (int i = 0; i < SIDE * SIDE; i++) {
        int r = (int)lround(hypot(i % SIDE - SIDE / 2, i / SIDE - SIDE / 2));
        radius[i] = r < RADII ? r : RADII;
        next[radius[i]]++;
    }
    for (int r = 0, n = 0; r <= RADII; r++) {
        ret->first[r] = n;
        n += next[r];
        next[r] = ret->first[r];
    }
    for (int i = 0; i < SIDE * SIDE; i++)
        ret->bin[next[radius[i]]++] = i;
}

void spectrum_flatten(const struct spectrum_rings *rings, struct plane *power)
{
    double value[8 * RADII]; /* of a ring: 2 pi r, and a few */
    for (int r = 1; r < RADII; r++) {
        const int *bin = rings->bin + rings->first[r];
        int n = rings->first[r + 1] - rings->first[r];
        for (int i = 0; i < n; i++)
            value[i] = (double)power->data[bin[i]];
        float middle = (float)fmax(median_of(value, n), RING_MIN);
        for (int i = 0; i < n; i++)
            power->data[bin[i]] /= middle;
    }
}
