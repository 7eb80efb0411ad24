/* Process print is built of screens, one for each ink: cells at 100-200 lines an inch whose
 * direction differs from ink to ink. Which ones is settled by whoever made the plates or by the
 * printer's own controller, not by the artwork: offset from cyan, magenta and black 15, 75 and 45
 * degrees at 133-175 lines; a laser printer from cells that its raster can hold, or from lines
 * instead of dots. A person who looks at 800 % sees at once that it is another pattern; here it is
 * measured. Each ink shows most in the channel that it absorbs: cyan in red, magenta in green,
 * yellow in blue, black in all.
 *
 * The element's solid print, less its mean around each pixel, is cut into overlapping tiles under a
 * Hann window; their power spectra are added (Welch) and each bin is set over the median of its
 * ring. A peak is a screen when noise alone makes one so high anywhere in one sheet out of a
 * thousand, and when it also stands out of its surroundings: the edges of parallel strokes make
 * ridges through the middle. Its place is the vertex of a parabola through logarithms of powers,
 * good to a tenth of a bin: 0.5 lines an inch, 0.3 degrees. A partner at 90 degrees makes it dots,
 * none lines; elliptic dots have one of at least a tenth of the power. Harmonics are not counted
 * again; screens that two inks make by their overlap are, as they are as much a property of the
 * print.
 *
 * Measured on the template's page, on which scans are laid to a tenth of a pixel. It needs some mm2
 * of print in strokes of 0.7 mm: small type shows nothing of a screen. Solid full tones have none.
 */
#include "classifier/screens.h"

#include "classifier/ink.h"
#include "classifier/screen_peaks.h"
#include "classifier/spectrum_rings.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>

#define MM_PER_INCH 25.4
#define SIDE SPECTRUM_SIDE
#define TILE_STEP (SIDE / 2)
#define TILE_AREA_MIN 0.05 /* of a tile: less adds noise only */
#define TILES_MAX 24       /* 3.5 cm2: more makes no place better */
#define CLOSE_MM 0.25      /* between light dots of 60 lines an inch */
#define RIM_MM 0.13        /* that the blur of an edge reaches */
#define AROUND_MM 0.28     /* each way: more than a period, less than a stroke's width matters */
#define AREA_MM2_MIN 3.0   /* less holds too few periods of any screen */
#define BROAD_MM 0.7       /* four periods of 150 lines an inch */
#define OPEN_MIN 0.5 /* of the solid print: what shows beside a label may be the plainer part */

/* ---- solid print ---- */

static int px_of(double mm, double dpi)
{
    return (int)lround(mm * dpi / MM_PER_INCH);
}

static double area_mm2(const struct image *mask, double dpi)
{
    double px_mm = dpi / MM_PER_INCH;
    return (double)mask_area(mask) / (px_mm * px_mm);
}

bool screens_area(const struct image *mask, double dpi, struct image *ret, struct err *err)
{
    int close = 2 * (px_of(CLOSE_MM, dpi) / 2) + 1, rim = 2 * px_of(RIM_MM, dpi) + 1;
    struct image closed = {0};
    bool ok = cv_morph(mask, CV_MORPH_OP_CLOSE, CV_MORPH_DISC, close, close, &closed, err) &&
              cv_morph(&closed, CV_MORPH_OP_ERODE, CV_MORPH_DISC, rim, rim, ret, err);
    image_finish(&closed);
    return ok;
}

/* One channel less its mean over the area around each pixel; 0 outside. */
static bool wavers(const struct image *rgb, const struct image *area, int channel, double dpi,
                   struct plane *ret, struct err *err)
{
    struct plane level = {0}, inside = {0}, sum = {0}, count = {0};
    int size = 2 * px_of(AROUND_MM, dpi) + 1, n = rgb->width * rgb->height;
    bool ok = plane_create(&level, rgb->width, rgb->height, err) &&
              plane_create(&inside, rgb->width, rgb->height, err);
    for (int y = 0; ok && y < rgb->height; y++)
        for (int x = 0; x < rgb->width; x++)
            if (image_row(area, y)[x]) {
                inside.data[y * rgb->width + x] = 1;
                level.data[y * rgb->width + x] = image_row(rgb, y)[rgb->channels * x + channel];
            }
    ok = ok && cv_box_plane(&level, size, size, &sum, err) &&
         cv_box_plane(&inside, size, size, &count, err);
    for (int i = 0; ok && i < n; i++)
        level.data[i] = inside.data[i] > 0 ? level.data[i] - sum.data[i] / count.data[i] : 0;
    plane_finish(&inside);
    plane_finish(&sum);
    plane_finish(&count);
    if (!ok) {
        plane_finish(&level);
        return false;
    }
    *ret = level;
    return true;
}

/* Area of what is broad enough to show that there is no screen. */
static bool broad_area(const struct image *area, double dpi, double *ret, struct err *err)
{
    int size = 2 * (px_of(BROAD_MM, dpi) / 2) + 1;
    struct image broad = {0};
    if (!cv_morph(area, CV_MORPH_OP_OPEN, CV_MORPH_DISC, size, size, &broad, err))
        return false;
    *ret = area_mm2(&broad, dpi);
    image_finish(&broad);
    return true;
}

/* ---- spectra ---- */

struct corner {
    int x, y; /* may lie up to a step outside: Hann windows then add up to the same everywhere */
};

static bool has_area(const struct image *area, struct corner at)
{
    int left = at.x < 0 ? 0 : at.x, top = at.y < 0 ? 0 : at.y;
    struct image part = image_view(area, left, top, at.x + SIDE - left, at.y + SIDE - top);
    return part.width > 0 && part.height > 0 &&
           (double)mask_area(&part) >= TILE_AREA_MIN * SIDE * SIDE;
}

/* At most TILES_MAX tiles, evenly over the area. */
struct tiles {
    int n;
    struct corner at[TILES_MAX];
};

static void choose_tiles(const struct image *area, struct tiles *ret)
{
    int there = 0, seen = 0;
    ret->n = 0;
    for (int pass = 0, every = 1; pass < 2; pass++) {
        for (int y = -TILE_STEP; y < area->height; y += TILE_STEP)
            for (int x = -TILE_STEP; x < area->width; x += TILE_STEP) {
                if (!has_area(area, (struct corner){x, y}))
                    continue;
                if (pass == 0)
                    there++;
                else if (seen++ % every == 0)
                    ret->at[ret->n++] = (struct corner){x, y};
            }
        every = (there + TILES_MAX - 1) / TILES_MAX;
    }
}

/* Sum of the tiles' spectra. */
static bool spectrum_of(const struct plane *signal, const struct tiles *tiles, struct plane *ret,
                        struct err *err)
{
    struct plane sum = {0}, cut = {0};
    bool ok = plane_create(&sum, SIDE, SIDE, err) && plane_create(&cut, SIDE, SIDE, err);
    for (int k = 0; ok && k < tiles->n; k++) {
        struct plane power = {0};
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                int u = tiles->at[k].x + x, v = tiles->at[k].y + y;
                bool in = u >= 0 && v >= 0 && u < signal->width && v < signal->height;
                cut.data[y * SIDE + x] = in ? signal->data[v * signal->width + u] : 0;
            }
        ok = cv_power_spectrum(&cut, true, &power, err);
        for (int i = 0; ok && i < SIDE * SIDE; i++)
            sum.data[i] += power.data[i];
        plane_finish(&power);
    }
    plane_finish(&cut);
    if (!ok) {
        plane_finish(&sum);
        return false;
    }
    *ret = sum;
    return true;
}

static bool channel_spectrum(const struct image *rgb, const struct image *area,
                             const struct tiles *tiles, int channel, double dpi, struct plane *ret,
                             struct err *err)
{
    struct plane signal = {0};
    bool ok =
        wavers(rgb, area, channel, dpi, &signal, err) && spectrum_of(&signal, tiles, ret, err);
    plane_finish(&signal);
    return ok;
}

bool screens_in(const struct image *rgb, const struct image *area, double dpi, struct screens *ret,
                struct err *err)
{
    struct screens screens = {.area_mm2 = area_mm2(area, dpi), .open = 1};
    struct screen_peaks peaks;
    struct tiles tiles;
    if (!broad_area(area, dpi, &screens.broad_mm2, err))
        return false;
    screen_peaks_begin(dpi, (double)mask_area(area) / (SIDE * SIDE),
                       screens.broad_mm2 < AREA_MM2_MIN, &peaks);
    choose_tiles(area, &tiles);
    for (int c = 0; c < rgb->channels && screens.area_mm2 >= AREA_MM2_MIN; c++) {
        struct plane power = {0};
        bool ok = channel_spectrum(rgb, area, &tiles, c, dpi, &power, err) &&
                  screen_peaks_add(&power, c, &peaks, err);
        plane_finish(&power);
        if (!ok)
            return false;
    }
    screens.n = screen_peaks_screens(&peaks, screens.screen);
    *ret = screens;
    return true;
}

/* What of the element's solid print lies under nothing; its share of all. */
static bool open_area(const struct print *print, struct image *ret, double *ret_open,
                      struct err *err)
{
    if (!screens_area(&print->located->element->mask, print->dpi, ret, err))
        return false;
    double whole = (double)mask_area(ret);
    mask_and(ret, &print->clear);
    *ret_open = (double)mask_area(ret) / fmax(1, whole);
    return true;
}

bool screens_measure(const struct print *print, struct screens *ret, struct err *err)
{
    struct image area = {0};
    double open;
    *ret = (struct screens){0};
    if (print->dpi < SCREENS_DPI_MIN)
        return true;
    if (!open_area(print, &area, &open, err))
        return false;
    bool ok = screens_in(&print->rgb, &area, print->dpi, ret, err);
    ret->open = open;
    image_finish(&area);
    return ok;
}

bool screens_spectrum(const struct print *print, int channel, struct plane *ret, struct err *err)
{
    struct image area = {0};
    struct spectrum_rings rings;
    struct tiles tiles;
    double open;
    if (!open_area(print, &area, &open, err))
        return false;
    choose_tiles(&area, &tiles);
    bool ok = channel_spectrum(&print->rgb, &area, &tiles, channel, print->dpi, ret, err);
    image_finish(&area);
    if (ok) {
        spectrum_rings_make(&rings);
        spectrum_flatten(&rings, ret);
    }
    return ok;
}

bool screens_show(const struct screens *screens)
{
    return screens->area_mm2 >= AREA_MM2_MIN && screens->open >= OPEN_MIN;
}

bool screens_show_none(const struct screens *screens)
{
    return screens_show(screens) && screens->broad_mm2 >= AREA_MM2_MIN;
}

double screens_reach(const struct screens *screens, double dpi)
{
    bool smeared = screens->broad_mm2 < AREA_MM2_MIN;
    return (smeared ? SCREEN_SMEAR_BINS : 1) * dpi / SIDE;
}
