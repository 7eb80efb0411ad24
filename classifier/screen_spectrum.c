/* The spectrum of solid print. A spot colour from an offset plate is a closed film of ink; the same
 * colour from a laser printer is a lattice of cyan, magenta, yellow and black dots at 106-212 lines
 * an inch, from process offset at 150-175. In the spectrum of a solid's inside that is a peak with
 * a partner near 90 degrees. A screen is in all of the solid, a crease or a pen stroke in a part:
 * each bin is the median over the tiles, and stands over the median of its ring, so that paper and
 * blur, which are round, cancel. Noise alone gives a strongest pair of 2-8 with few tiles. Ink-jet
 * (error diffusion) shows no peak. 300 dpi cannot see 150 lines an inch. */
#include "classifier/screen_spectrum.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "classifier/spectrum_rings.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stddef.h>

#define LINES_MIN 60.0 /* per inch */
#define LINES_MAX 250.0
#define TILE SCREEN_TILE
#define TILE_STEP 64
#define TILE_SOLID_MIN 0.35 /* of a tile must be solid */
#define TILES_MAX 48        /* 10 cm2; more add nothing */
#define RIM_MM 0.25         /* of the solid that the scanner's blur reaches */
#define MM_PER_INCH 25.4
#define PARTNER_REACH 2 /* bins around the place at 90 degrees */

/* The spectrum of one tile of one channel. */
static bool tile_spectrum(const struct image *rgb, const struct image *solid, int channel, int x0,
                          int y0, struct plane *ret, struct err *err)
{
    struct plane tile = {0};
    if (!plane_create(&tile, TILE, TILE, err))
        return false;
    double total = 0, weight = 0;
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE; x++)
            if (image_row(solid, y0 + y)[x0 + x]) {
                total += image_row(rgb, y0 + y)[3 * (x0 + x) + channel];
                weight++;
            }
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE; x++)
            tile.data[y * TILE + x] =
                image_row(solid, y0 + y)[x0 + x]
                    ? (float)(image_row(rgb, y0 + y)[3 * (x0 + x) + channel] - total / weight)
                    : 0;
    bool ok = cv_power_spectrum(&tile, true, ret, err);
    plane_finish(&tile);
    return ok;
}

/* Spectra of the tiles that are solid enough. */
struct tiles {
    struct plane power[TILES_MAX];
    int n;
};

static void tiles_finish(struct tiles *tiles)
{
    for (int k = 0; k < tiles->n; k++)
        plane_finish(&tiles->power[k]);
}

static bool is_solid(const struct image *solid, int x, int y)
{
    struct image part = image_view(solid, x, y, TILE, TILE);
    return mask_area(&part) >= TILE_SOLID_MIN * TILE * TILE;
}

static bool tile_spectra(const struct print *print, const struct image *solid, int channel,
                         struct tiles *ret, struct err *err)
{
    int there = 0, seen = 0;
    ret->n = 0;
    for (int y = 0; y + TILE <= solid->height; y += TILE_STEP)
        for (int x = 0; x + TILE <= solid->width; x += TILE_STEP)
            there += is_solid(solid, x, y);
    int every = (there + TILES_MAX - 1) / TILES_MAX;
    for (int y = 0; y + TILE <= solid->height; y += TILE_STEP)
        for (int x = 0; x + TILE <= solid->width; x += TILE_STEP) {
            if (!is_solid(solid, x, y) || seen++ % every != 0)
                continue;
            if (!tile_spectrum(&print->rgb, solid, channel, x, y, &ret->power[ret->n], err)) {
                tiles_finish(ret);
                return false;
            }
            ret->n++;
        }
    return true;
}

static void median_spectrum(const struct tiles *tiles, struct plane *ret)
{
    double bin[TILES_MAX];
    for (int i = 0; i < TILE * TILE; i++) {
        for (int k = 0; k < tiles->n; k++)
            bin[k] = (double)tiles->power[k].data[i];
        ret->data[i] = (float)median_of(bin, tiles->n);
    }
}

static double near(const struct plane *power, int x, int y)
{
    double best = 0;
    for (int dy = -PARTNER_REACH; dy <= PARTNER_REACH; dy++)
        for (int dx = -PARTNER_REACH; dx <= PARTNER_REACH; dx++) {
            int px = x + dx, py = y + dy;
            if (px >= 0 && py >= 0 && px < TILE && py < TILE)
                best = fmax(best, (double)power->data[py * TILE + px]);
        }
    return best;
}

static struct screen_lattice lattice_at(const struct plane *power, int x, int y, double strength,
                                        double dpi)
{
    const float *p = power->data + (ptrdiff_t)y * TILE + x;
    double fx = x - TILE / 2 + parabola_vertex((double)p[-1], (double)p[0], (double)p[1]);
    double fy = y - TILE / 2 + parabola_vertex((double)p[-TILE], (double)p[0], (double)p[TILE]);
    double degrees = fmod(atan2(fy, fx) * 180 / M_PI + 180, 90);
    return (struct screen_lattice){.strength = strength,
                                   .lines = hypot(fx, fy) * dpi / TILE,
                                   .degrees = degrees,
                                   .bin = {fx, fy}};
}

static struct screen_lattice strongest_lattice(const struct plane *power, double dpi)
{
    double best = 0;
    int best_x = TILE / 2, best_y = TILE / 2;
    for (int y = 0; y < TILE; y++)
        for (int x = TILE / 2; x < TILE; x++) { /* the other half mirrors it */
            int fx = x - TILE / 2, fy = y - TILE / 2;
            double lines = hypot(fx, fy) * dpi / TILE;
            if (lines < LINES_MIN || lines > LINES_MAX || hypot(fx, fy) >= SPECTRUM_RADII - 1)
                continue;
            double pair =
                sqrt((double)power->data[y * TILE + x] * near(power, TILE / 2 - fy, TILE / 2 + fx));
            if (pair > best) {
                best = pair;
                best_x = x;
                best_y = y;
            }
        }
    return lattice_at(power, best_x, best_y, best, dpi);
}

/* ret->power stays empty when no tile is solid enough. */
static bool channel_spectrum(const struct print *print, const struct image *solid,
                             const struct spectrum_rings *rings, int channel,
                             struct screen_spectrum *ret, struct err *err)
{
    struct tiles tiles;
    struct screen_spectrum spectrum = {.channel = channel};
    if (!tile_spectra(print, solid, channel, &tiles, err))
        return false;
    bool ok = true;
    if (tiles.n > 0) {
        ok = plane_create(&spectrum.power, TILE, TILE, err);
        if (ok) {
            median_spectrum(&tiles, &spectrum.power);
            spectrum_flatten(rings, &spectrum.power);
            spectrum.lattice = strongest_lattice(&spectrum.power, print->dpi);
        }
    }
    spectrum.tiles = tiles.n;
    tiles_finish(&tiles);
    if (ok)
        *ret = spectrum;
    return ok;
}

static bool solid_of(const struct print *print, struct image *ret, struct err *err)
{
    int rim = (int)lround(RIM_MM * print->dpi / MM_PER_INCH) * 2 + 1;
    if (!cv_morph(&print->located->element->mask, CV_MORPH_OP_ERODE, CV_MORPH_DISC, rim, rim, ret,
                  err))
        return false;
    mask_and(ret, &print->clear);
    return true;
}

bool screen_spectrum_make(const struct print *print, int channel, struct screen_spectrum *ret,
                          struct err *err)
{
    struct image solid = {0};
    struct screen_spectrum best = {.channel = -1};
    struct spectrum_rings rings;
    if (!solid_of(print, &solid, err))
        return false;
    spectrum_rings_make(&rings);
    bool ok = true;
    for (int c = 0; ok && c < 3; c++) {
        struct screen_spectrum one = {.channel = -1};
        if (channel >= 0 && c != channel)
            continue;
        ok = channel_spectrum(print, &solid, &rings, c, &one, err);
        if (ok && (best.channel < 0 || one.lattice.strength > best.lattice.strength)) {
            screen_spectrum_finish(&best);
            best = one;
        } else {
            screen_spectrum_finish(&one);
        }
    }
    image_finish(&solid);
    if (ok)
        *ret = best;
    else
        screen_spectrum_finish(&best);
    return ok;
}

void screen_spectrum_finish(struct screen_spectrum *spectrum)
{
    plane_finish(&spectrum->power);
    *spectrum = (struct screen_spectrum){0};
}
