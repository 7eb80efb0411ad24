/* Height and place of peaks are told by two spectra: over the rings' medians what stands out, in
 * the power itself where it is. */
#include "classifier/screen_peaks.h"

#include "classifier/numbers.h"
#include "classifier/spectrum_rings.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE SPECTRUM_SIDE
#define LINES_MIN 60.0    /* per inch: coarser is artwork */
#define LINES_MAX 250.0   /* 2.4 px at 600 dpi: finer is lost */
#define CHANCE_Z 5.24     /* normal quantile of one in a thousand, in 12,000 bins */
#define NEAR_FROM 5       /* bins from a peak: beyond its own width */
#define NEAR_TO 8         /* the next ink's screen is 10 away at least */
#define NEAR_QUANTILE 0.9 /* a ridge fills a fifth of what is that near */
#define OVER_NEAR 3.0     /* speckle of a ridge */
#define RIDGE_OVER 20.0   /* the median along it: one speckle of a million is so high */
#define RIDGE_FROM 4      /* bins from a peak */
#define RIDGE_TO 14
#define PARTNER_REACH 2   /* bins around the place at 90 degrees */
#define LINES_RATIO 30.0  /* power over the partner's: more than any dot is elliptic */
#define LEAST_SHARE 0.03  /* of the strongest in its channel: a sixth of the modulation */
#define HARMONIC_BINS 2.0 /* harmonics add up the error of a place */
#define HARMONIC_MOST                                                                              \
    10.0 /* power over its screen's own, which a tone near full or none weakens                    \
          */
#define HARMONICS 2
#define HARMONIC_RATIO 1.3 /* of frequencies; the nearest is the diagonal, 1.41 */
#define POWER_MIN 1e-9     /* for logarithms */
#define RIGHT_ANGLE 90.0

static float power_at(const struct plane *power, int x, int y)
{
    return power->data[(y + SIDE / 2) * SIDE + x + SIDE / 2];
}

static double highest_near(const struct plane *power, double fx, double fy, int reach)
{
    float best = 0;
    for (int dy = -reach; dy <= reach; dy++)
        for (int dx = -reach; dx <= reach; dx++) {
            int x = (int)lround(fx) + dx, y = (int)lround(fy) + dy;
            if (abs(x) < SIDE / 2 && abs(y) < SIDE / 2)
                best = fmaxf(best, power_at(power, x, y));
        }
    return (double)best;
}

static bool is_highest(const struct plane *power, int x, int y)
{
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            if ((dx || dy) && power_at(power, x + dx, y + dy) >= power_at(power, x, y))
                return false;
    return true;
}

static bool over_surroundings(const struct plane *power, int x, int y)
{
    double value[(2 * NEAR_TO + 1) * (2 * NEAR_TO + 1)];
    int n = 0;
    for (int dy = -NEAR_TO; dy <= NEAR_TO; dy++)
        for (int dx = -NEAR_TO; dx <= NEAR_TO; dx++) {
            double far = hypot(dx, dy);
            if (far >= NEAR_FROM && far <= NEAR_TO && abs(x + dx) < SIDE / 2 &&
                abs(y + dy) < SIDE / 2)
                value[n++] = (double)power_at(power, x + dx, y + dy);
        }
    return (double)power_at(power, x, y) >= OVER_NEAR * quantile_of(value, n, NEAR_QUANTILE);
}

/* Edges of strokes that run the same way make a ridge through the middle, across them. */
static bool over_ridge(const struct plane *power, int x, int y)
{
    double value[4 * RIDGE_TO], far = hypot(x, y);
    int n = 0;
    for (int k = -RIDGE_TO; k <= RIDGE_TO; k++) {
        int u = (int)lround(x + k * x / far), v = (int)lround(y + k * y / far);
        if (abs(k) >= RIDGE_FROM && abs(u) < SIDE / 2 && abs(v) < SIDE / 2)
            value[n++] = (double)power_at(power, u, v);
    }
    return (double)power_at(power, x, y) >= RIDGE_OVER * median_of(value, n);
}

/* Height, over the median, that noise exceeds in one sheet out of a thousand: the sum of n
 * exponential powers, after Wilson and Hilferty. */
static double noise_peak(double n)
{
    double spread = 1 / (9 * fmax(1, n)), middle = 1 - spread;
    return fmax(SCREENS_PEAK_MIN, pow((middle + CHANCE_Z * sqrt(spread)) / middle, 3));
}

void screen_peaks_begin(double dpi, double tiles, bool smeared, struct screen_peaks *ret)
{
    *ret = (struct screen_peaks){.dpi = dpi, .least = noise_peak(tiles), .smeared = smeared};
}

static double log_power(const struct plane *power, int x, int y)
{
    return log(fmax(POWER_MIN, (double)power_at(power, x, y)));
}

/* Its place in the power itself: rings differ by chance, and a strong peak lifts its own. */
static struct screen_peak peak_at(const struct plane *power, const struct plane *flat, int x, int y)
{
    int top_x = x, top_y = y;
    for (int v = y - 1; v <= y + 1; v++)
        for (int u = x - 1; u <= x + 1; u++)
            if (power_at(power, u, v) > power_at(power, top_x, top_y)) {
                top_x = u;
                top_y = v;
            }
    double here = log_power(power, top_x, top_y);
    return (struct screen_peak){
        .fx = top_x + parabola_vertex(log_power(power, top_x - 1, top_y), here,
                                      log_power(power, top_x + 1, top_y)),
        .fy = top_y + parabola_vertex(log_power(power, top_x, top_y - 1), here,
                                      log_power(power, top_x, top_y + 1)),
        .strength = (double)power_at(flat, x, y)};
}

/* The left half mirrors the right one. */
static void find(const struct plane *power, const struct plane *flat, int channel,
                 struct screen_peaks *peaks)
{
    double bins = SIDE / peaks->dpi, from = LINES_MIN * bins,
           to = fmin(LINES_MAX * bins, SIDE / 2.0 - 2);
    for (int y = -(int)to; y <= (int)to; y++)
        for (int x = 0; x <= (int)to; x++) {
            double far = hypot(x, y);
            if (far < from || far > to || (x == 0 && y < 0) ||
                (double)power_at(flat, x, y) < peaks->least || peaks->n == SCREEN_PEAKS_MAX ||
                !is_highest(flat, x, y) || !over_surroundings(flat, x, y) ||
                !over_ridge(flat, x, y))
                continue;
            struct screen_peak peak = peak_at(power, flat, x, y);
            peak.channel = channel;
            peak.partner = highest_near(flat, -peak.fy, peak.fx,
                                        peaks->smeared ? SCREEN_SMEAR_BINS : PARTNER_REACH);
            peaks->at[peaks->n++] = peak;
        }
}

bool screen_peaks_add(const struct plane *power, int channel, struct screen_peaks *peaks,
                      struct err *err)
{
    struct plane flat = {0};
    struct spectrum_rings rings;
    if (!plane_create(&flat, SIDE, SIDE, err))
        return false;
    memcpy(flat.data, power->data, sizeof *flat.data * SIDE * SIDE);
    spectrum_rings_make(&rings);
    spectrum_flatten(&rings, &flat);
    find(power, &flat, channel, peaks);
    plane_finish(&flat);
    return true;
}

static int by_strength(const void *a, const void *b)
{
    double x = ((const struct screen_peak *)a)->strength,
           y = ((const struct screen_peak *)b)->strength;
    return (x < y) - (x > y);
}

static enum screen_kind kind_of(const struct screen_peak *peak, double least)
{
    if (peak->strength >= LINES_RATIO * fmax(1, peak->partner))
        return SCREEN_LINES;
    return peak->partner >= least ? SCREEN_DOTS : SCREEN_UNTOLD;
}

/* Whether the peak is another one of the screen: its own, as far as narrow strokes smear it, or a
 * harmonic; what is finer than two pixels comes back coarser. */
static bool belongs_to(const struct screen_peak *peak, const struct screen_peak *screen,
                       enum screen_kind kind)
{
    int across = kind == SCREEN_LINES ? 0 : HARMONICS;
    for (int i = -HARMONICS; i <= HARMONICS; i++)
        for (int k = -across; k <= across; k++) {
            double x = remainder(i * screen->fx - k * screen->fy, SIDE);
            double y = remainder(i * screen->fy + k * screen->fx, SIDE);
            double reach = abs(i) + abs(k) == 1 ? SCREEN_SMEAR_BINS : HARMONIC_BINS;
            if ((i || k) && hypot(peak->fx - x, peak->fy - y) < reach)
                return true;
        }
    return false;
}

static struct print_screen screen_of(const struct screen_peak *peak, enum screen_kind kind,
                                     double dpi)
{
    double period = kind == SCREEN_LINES ? 2 * RIGHT_ANGLE : RIGHT_ANGLE;
    double degrees = atan2(peak->fy, peak->fx) * 180 / M_PI + 2 * RIGHT_ANGLE;
    return (struct print_screen){.kind = kind,
                                 .channel = peak->channel,
                                 .lines = hypot(peak->fx, peak->fy) * dpi / SIDE,
                                 .degrees = fmod(degrees, period),
                                 .strength = peak->strength};
}

/* Of a tone that is nearly full or empty, or near the finest that the scanner resolves unevenly, a
 * harmonic may stand out more than the screen itself. */
static bool is_harmonic(const struct screen_peaks *peaks, const struct screen_peak *peak)
{
    for (int k = 0; k < peaks->n; k++) {
        const struct screen_peak *screen = &peaks->at[k];
        double ratio = hypot(peak->fx, peak->fy) / hypot(screen->fx, screen->fy);
        if (ratio > HARMONIC_RATIO && screen->strength * HARMONIC_MOST >= peak->strength &&
            belongs_to(peak, screen, kind_of(screen, peaks->least)))
            return true;
    }
    return false;
}

int screen_peaks_screens(struct screen_peaks *peaks, struct print_screen ret[PRINT_SCREENS_MAX])
{
    const struct screen_peak *taken[PRINT_SCREENS_MAX];
    double strongest[3] = {0};
    int n = 0;
    qsort(peaks->at, (size_t)peaks->n, sizeof *peaks->at, by_strength);
    for (int i = 0; i < peaks->n && n < PRINT_SCREENS_MAX; i++) {
        const struct screen_peak *peak = &peaks->at[i];
        double *of_channel = &strongest[peak->channel];
        bool known = is_harmonic(peaks, peak);
        *of_channel = fmax(*of_channel, peak->strength);
        for (int k = 0; k < n; k++)
            known |= belongs_to(peak, taken[k], ret[k].kind);
        if (known || peak->strength < LEAST_SHARE * *of_channel)
            continue;
        taken[n] = peak;
        ret[n++] = screen_of(peak, kind_of(peak, peaks->least), peaks->dpi);
    }
    return n;
}
