/* A scan that is out of focus is compared with a template that is as soft. How soft follows from
 * the steepest edges over the darkest ink (both at SHARE of the pixels of all grounds): blur lowers
 * that, while another face, a bolder cut or a denser ink leave it as it is. The template is
 * softened in steps until it is no sharper than the scan; where ordinary scans differ (SHARPER) it
 * stays. */
#include "classifier/glyph_parts.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <stdlib.h>

#define SHARE 0.97   /* of a ground's pixels: its darkest ink, its steepest edges */
#define SHARPER 1.15 /* template over scan: what print and focus vary by from day to day */
#define FIRST_PX 0.5 /* 42 um, sd of a Gaussian */
#define STEP 1.19    /* four steps to twice as soft */
#define STEPS_MAX 18 /* 0.9 mm: nothing is legible beyond */

static int level_at(const long count[512], long total)
{
    long sum = 0;
    for (int v = 0; v < 512; v++) {
        sum += count[v];
        if ((double)sum > SHARE * (double)total)
            return v;
    }
    return 511;
}

/* Steepest edge over darkest ink, 1/px; 0 without ink. */
static double sharpness(const struct pieces *p, const struct image *image)
{
    long slope[512] = {0}, ink[512] = {0}, n = 0;
    for (int y = 1; y + 1 < p->height; y++) {
        const uint8_t *row = image_row(image, y), *open = image_row(p->open, y);
        const uint8_t *above = image_row(image, y - 1), *below = image_row(image, y + 1);
        for (int x = 1; x + 1 < p->width; x++) {
            if (owner_at(p, x, y) < 0 || !open[x])
                continue;
            int gx = row[x + 1] - row[x - 1], gy = below[x] - above[x];
            slope[(int)sqrt(gx * gx + gy * gy)]++;
            ink[row[x]]++;
            n++;
        }
    }
    int darkest = n ? level_at(ink, n) : 0;
    return darkest ? level_at(slope, n) / 2.0 / darkest : 0;
}

bool pieces_soften(struct pieces *p, struct image *ret_expected, struct image *ret_rgb,
                   struct err *err)
{
    double seen = sharpness(p, p->seen), sigma = FIRST_PX;
    if (seen <= 0 || sharpness(p, p->expected) <= SHARPER * seen)
        return true;
    struct image soft = {0};
    for (int step = 0; step < STEPS_MAX; step++, sigma *= STEP) {
        image_finish(&soft);
        if (!cv_gauss(p->expected, sigma, &soft, err))
            return false;
        if (sharpness(p, &soft) <= seen)
            break;
    }
    if (!cv_gauss(p->expected_rgb, fmin(sigma, FIRST_PX * pow(STEP, STEPS_MAX)), ret_rgb, err)) {
        image_finish(&soft);
        return false;
    }
    *ret_expected = soft;
    p->soft_px = sigma;
    p->expected = ret_expected;
    p->expected_rgb = ret_rgb;
    return true;
}
