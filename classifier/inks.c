#include "classifier/inks.h"

#include <math.h>

#define SAME_LEVELS 12.0 /* off the line of its shades, of two inks of one element */
#define FULL_INK 0.8     /* of the element's typical ink: not its blurred rim */
#define INK_LEAST 0.02   /* of the print: less is the rim between two inks */

double ink_lack(const uint8_t *rgb, const double paper_rgb[3], double ret[3])
{
    double most = 0;
    for (int c = 0; c < 3; c++) {
        ret[c] = paper_rgb[c] - rgb[c];
        most = fmax(most, ret[c]);
    }
    return most;
}

/* Distance of a colour from the line of an ink's shades. */
static double off_line(const double lack[3], const double v[3])
{
    double along = 0, all = 0;
    for (int c = 0; c < 3; c++) {
        along += lack[c] * v[c];
        all += lack[c] * lack[c];
    }
    return along > 0 ? sqrt(fmax(0, all - along * along)) : sqrt(all);
}

int ink_of(const struct inks *inks, const double lack[3], double off_most)
{
    int ret = inks->n;
    double least = off_most;
    for (int k = 0; k < inks->n; k++) {
        double off = off_line(lack, inks->ink[k].v);
        if (off <= least) {
            least = off;
            ret = k;
        }
    }
    return ret;
}

void inks_of(const struct element_model *element, struct inks *ret)
{
    long all = 0;
    int kept = 0;
    *ret = (struct inks){0};
    for (int y = 0; y < element->fine_rgb.height; y++)
        for (int x = 0; x < element->fine_rgb.width; x++) {
            double v[3], length;
            const uint8_t *rgb = image_row(&element->fine_rgb, y) + (size_t)x * 3;
            if (ink_lack(rgb, element->paper_rgb, v) < FULL_INK * element->contrast)
                continue;
            int k = ink_of(ret, v, SAME_LEVELS);
            all++;
            if (k == ret->n && k < INKS_MAX) {
                length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
                for (int c = 0; c < 3; c++)
                    ret->ink[k].v[c] = v[c] / length;
                ret->n++;
            }
            if (k < INKS_MAX)
                ret->ink[k].px++;
        }
    for (int k = 0; k < ret->n; k++)
        if ((double)ret->ink[k].px >= INK_LEAST * (double)all)
            ret->ink[kept++] = ret->ink[k];
    ret->n = kept;
}
