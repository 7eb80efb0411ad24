/* Texture of solids. An offset plate lays a closed film of ink: inside a stroke nothing changes
 * from one tenth of a millimetre to the next but the paper below and the scanner's noise; mottle
 * (1-2.5 %) is slower. Toner is a heap of grains, and a colour other than a full toner is made of
 * dots of cyan, magenta, yellow and black, 106-212 to the inch; ink-jet scatters drops of 25-45 um.
 * Both waver at the scale of one to four pixels of 600 dpi. Dots of several colours do not lie on
 * each other (four angles, 30-120 um of misregister), so that the colour wavers as well: the
 * difference between two channels, which paper texture, lamp and most noise leave alone.
 *
 * For each pixel of the core the mean of its nearest neighbours (binomial 3 x 3, against noise)
 * less the mean of all within REACH_MM, both over core pixels only, so that rims and covers do not
 * enter; then the spread over the core from its quartiles, since a crease or a pen crosses a part.
 * The core is the template's ink without RIM_MM, which the scanner's blur reaches.
 *
 * In percent of the print's own contrast, so that a paler print or lamp is not grainier. The
 * scanner's noise is part of every value: only values of one scanner at one resolution compare. It
 * lies on paper that shows through a thin film of ink, and says nothing about hair lines. */
#include "classifier/solids.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define MM_PER_INCH 25.4
#define RIM_MM 0.085         /* two pixels of 600 dpi: the inner half of the blur of an edge */
#define BESIDE_MM 1.0        /* shade of a label's edge, and how well that is found */
#define SHARE_MIN 0.25       /* of the core that must be clear */
#define REACH_MM 0.125       /* each way: beyond half a screen's period, well below mottle */
#define MOTTLE_TILE_MM 0.5   /* ISO/IEC 24790: slower than grain, faster than the paper's clouds */
#define MOTTLE_CORE_MIN 0.35 /* of a tile: strokes of type fill that */
#define PIXELS_MAX 20000     /* beyond, every k-th: the spread is good to 1 % already */
#define TYPICAL_INK 0.5      /* quantile of strength in the core */
#define CONTRAST_MIN 12.0    /* levels: less is not print but noise */

enum { BRIGHTNESS, RED_GREEN, GREEN_BLUE, BLUE_RED, SIGNALS };

/* What stands out at one pixel of the core, by channel. */
static void stands_out(const struct image *rgb, const struct image *core, int x, int y, int reach,
                       double ret[3])
{
    double near[3] = {0}, around[3] = {0}, near_weight = 0, around_weight = 0;
    int top = y > reach ? y - reach : 0,
        low = y + reach < core->height ? y + reach : core->height - 1;
    int left = x > reach ? x - reach : 0,
        right = x + reach < core->width ? x + reach : core->width - 1;
    for (int v = top; v <= low; v++) {
        const uint8_t *in = image_row(core, v);
        const uint8_t *pixel = image_row(rgb, v);
        for (int u = left; u <= right; u++) {
            if (!in[u])
                continue;
            int far_x = abs(u - x), far_y = abs(v - y);
            int weight = far_x < 2 && far_y < 2 ? (2 - far_x) * (2 - far_y) : 0;
            for (int c = 0; c < 3; c++) {
                around[c] += pixel[3 * u + c];
                near[c] += weight * pixel[3 * u + c];
            }
            around_weight++;
            near_weight += weight;
        }
    }
    for (int c = 0; c < 3; c++)
        ret[c] = near[c] / near_weight - around[c] / around_weight;
}

static void signals_of(const double out[3], double ret[SIGNALS])
{
    ret[BRIGHTNESS] = (out[0] + out[1] + out[2]) / 3;
    ret[RED_GREEN] = out[0] - out[1];
    ret[GREEN_BLUE] = out[1] - out[2];
    ret[BLUE_RED] = out[2] - out[0];
}

/* The element's ink that no edge's blur reaches, as far as nothing lies over it. Empty when that is
 * a small part: what lies beside a cover is not how all of it was printed. */
static bool core_of(const struct print *print, struct image *ret, struct err *err)
{
    struct image core = {0}, clear = {0};
    int rim = 2 * (int)fmax(1, round(RIM_MM * print->dpi / MM_PER_INCH)) + 1;
    int beside = 2 * (int)round(BESIDE_MM * print->dpi / MM_PER_INCH) + 1;
    if (!cv_morph(&print->located->element->mask, CV_MORPH_OP_ERODE, CV_MORPH_BOX, rim, rim, &core,
                  err) ||
        !cv_morph(&print->clear, CV_MORPH_OP_ERODE, CV_MORPH_BOX, beside, beside, &clear, err)) {
        image_finish(&core);
        return false;
    }
    long whole = mask_area(&core);
    mask_and(&core, &clear);
    if ((double)mask_area(&core) < SHARE_MIN * (double)whole)
        mask_minus(&core, &clear);
    image_finish(&clear);
    *ret = core;
    return true;
}

static bool contrast_of(const struct print *print, const struct image *core, double *ret,
                        struct err *err)
{
    struct image strength = {0};
    if (!ink_strength(&print->rgb, print->paper_rgb, &strength, err))
        return false;
    *ret = image_percentile(&strength, core, TYPICAL_INK);
    image_finish(&strength);
    return true;
}

/* Spread of each signal over every stride-th pixel of the core, levels; `room` holds SIGNALS lists
 * of PIXELS_MAX. */
static void spread_over(const struct print *print, const struct image *core, double *room,
                        int *ret_n, double ret[SIGNALS])
{
    int reach = (int)fmax(2, round(REACH_MM * print->dpi / MM_PER_INCH));
    long stride = (mask_area(core) + PIXELS_MAX - 1) / PIXELS_MAX, count = 0;
    int n = 0;
    for (int y = 0; y < core->height; y++)
        for (int x = 0; x < core->width; x++) {
            double out[3], signal[SIGNALS];
            if (!image_row(core, y)[x] || count++ % stride || n == PIXELS_MAX)
                continue;
            stands_out(&print->rgb, core, x, y, reach, out);
            signals_of(out, signal);
            for (int k = 0; k < SIGNALS; k++)
                room[k * PIXELS_MAX + n] = signal[k];
            n++;
        }
    for (int k = 0; k < SIGNALS; k++)
        ret[k] = n ? quartile_sd(room + (ptrdiff_t)k * PIXELS_MAX, n) : 0;
    *ret_n = n;
}

/* How much brighter than the template each tile of the core is, and how far these differ, levels:
 * parts in inks of their own differ by nature. */
static void mottle_over(const struct print *print, const struct image *core, double *room,
                        int *ret_tiles, double *ret)
{
    const struct image *expected = &print->located->element->picture;
    int size = (int)fmax(2, round(MOTTLE_TILE_MM * print->dpi / MM_PER_INCH)), n = 0;
    for (int top = 0; top < core->height; top += size)
        for (int left = 0; left < core->width; left += size) {
            double sum = 0;
            int count = 0;
            for (int y = top; y < top + size && y < core->height; y++)
                for (int x = left; x < left + size && x < core->width; x++)
                    if (image_row(core, y)[x]) {
                        const uint8_t *pixel = image_row(&print->rgb, y) + 3 * (ptrdiff_t)x;
                        const uint8_t *own = image_row(expected, y) + 3 * (ptrdiff_t)x;
                        sum += (pixel[0] + pixel[1] + pixel[2] - own[0] - own[1] - own[2]) / 3.0;
                        count++;
                    }
            if (count >= MOTTLE_CORE_MIN * size * size && n < PIXELS_MAX)
                room[n++] = sum / count;
        }
    *ret_tiles = n;
    *ret = n ? quartile_sd(room, n) : 0;
}

bool solids_measure(const struct print *print, struct solids *ret, struct err *err)
{
    struct image core = {0};
    double *room = NULL, contrast = 0, spread[SIGNALS];
    *ret = (struct solids){0};
    bool ok = core_of(print, &core, err);
    if (ok && mask_area(&core) >= SOLIDS_MIN) {
        room = malloc((size_t)SIGNALS * PIXELS_MAX * sizeof *room);
        ok = (room || err_set(err, "out of memory while measuring solids")) &&
             contrast_of(print, &core, &contrast, err);
    }
    if (ok && contrast >= CONTRAST_MIN) {
        double mottle;
        mottle_over(print, &core, room, &ret->mottle_tiles, &mottle);
        ret->mottle = 100 * mottle / contrast;
        spread_over(print, &core, room, &ret->n, spread);
        ret->grain = 100 * spread[BRIGHTNESS] / contrast;
        if (!print->grey)
            ret->colour = 100 *
                          fmax(spread[RED_GREEN], fmax(spread[GREEN_BLUE], spread[BLUE_RED])) /
                          contrast;
    }
    free(room);
    image_finish(&core);
    return ok;
}
