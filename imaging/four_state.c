/* Reads a row of bars as a person with a ruler would: the band of rows in which every bar has ink
 * (the trackers') shows how many bars there are and where they stand; then each bar is followed up
 * and down from there, and is long or short by what the longest in the row measure. A bar between
 * the two makes the row doubtful, and a doubtful row is not taken. */
#include "imaging/four_state.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BARS_MIN 22      /* the shortest code has 26 */
#define PITCH_MIN_MM 0.7 /* nominal 1.06 to 1.27; printers scale */
#define PITCH_MAX_MM 2.0
#define GAP_SPREAD 0.3       /* of the median pitch, between neighbouring bars */
#define CONTRAST_MIN 35      /* levels between ink and paper */
#define INK 0.5              /* of the contrast: edge of a bar */
#define FOLLOW_INK 0.42      /* while a bar is followed: a thin one in a blurred scan is paler */
#define BAND_SHARE 0.94      /* of the most bars in a row of pixels that a row of the band has */
#define REACH_PITCHES 2.6    /* a bar goes no further beyond the band */
#define LONG_MIN_PITCHES 0.5 /* nominal 1.5: shorter ones are all trackers */
#define LONG_SHARE 0.5       /* of the long ones' length: parts long from short */
#define DOUBT_SHARE 0.17     /* nearer to that than this */
#define LONG_QUANTILE 0.9

struct bar {
    double x;         /* centre, px */
    double length[2]; /* beyond the band, up and down, px */
};

struct row_run {
    int first, n; /* of the bars in a row of pixels that stand at equal distances */
    double x0, x1, pitch;
};

static int level_at(const struct image *grey, double share)
{
    uint32_t histogram[256];
    image_histogram(grey, 0, histogram);
    return histogram_quantile(histogram, share);
}

static int by_size(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* Centres of the dark runs of a row of ink, to a part of a pixel. */
static int runs_of(const double *ink, int width, double *ret, int max)
{
    int n = 0;
    for (int x = 0; x < width && n < max;) {
        if (ink[x] < INK) {
            x++;
            continue;
        }
        double sum = 0, at = 0;
        for (; x < width && ink[x] >= INK; x++) {
            sum += ink[x];
            at += ink[x] * (x + 0.5);
        }
        ret[n++] = at / sum;
    }
    return n;
}

/* The longest part of a row's runs that stand at equal distances. */
static struct row_run regular_run(const double *centre, int n, double px_mm)
{
    struct row_run best = {0};
    for (int first = 0; first + 1 < n;) {
        double sum = 0;
        int last = first;
        while (last + 1 < n) {
            double gap = centre[last + 1] - centre[last];
            double mean = last > first ? sum / (last - first) : gap;
            if (gap < PITCH_MIN_MM * px_mm || gap > PITCH_MAX_MM * px_mm ||
                fabs(gap - mean) > GAP_SPREAD * mean)
                break;
            sum += gap;
            last++;
        }
        if (last - first + 1 > best.n)
            best = (struct row_run){first, last - first + 1, centre[first], centre[last],
                                    last > first ? sum / (last - first) : 0};
        first = last > first ? last : first + 1;
    }
    return best;
}

struct ink_map {
    double *ink; /* 0 paper, 1 ink */
    int w, h;
};

static bool map_ink(const struct image *grey, struct ink_map *ret, struct err *err)
{
    int paper = level_at(grey, 0.8), dark = level_at(grey, 0.02);
    *ret = (struct ink_map){.w = grey->width, .h = grey->height};
    if (paper - dark < CONTRAST_MIN)
        return true;
    ret->ink = malloc((size_t)ret->w * (size_t)ret->h * sizeof *ret->ink);
    if (!ret->ink)
        return err_set(err, "out of memory for reading a bar code");
    for (int y = 0; y < ret->h; y++)
        for (int x = 0; x < ret->w; x++) {
            double ink = (double)(paper - image_row(grey, y)[x]) / (paper - dark);
            ret->ink[(size_t)y * (size_t)ret->w + (size_t)x] = fmin(1, fmax(0, ink));
        }
    return true;
}

static const double *ink_row(const struct ink_map *map, int y)
{
    return map->ink + (size_t)y * (size_t)map->w;
}

/* Rows y0 to y1 - 1 that show all bars: the tallest set of neighbouring rows with nearly the most.
 */
static bool find_band(const struct ink_map *map, double px_mm, double *centre, int *ret_y0,
                      int *ret_y1)
{
    int most = 0, best = 0, *bars = calloc((size_t)map->h, sizeof *bars);
    if (!bars)
        return false;
    for (int y = 0; y < map->h; y++) {
        int n = runs_of(ink_row(map, y), map->w, centre, 4 * FOUR_STATE_BARS_MAX);
        bars[y] = regular_run(centre, n, px_mm).n;
        most = bars[y] > most ? bars[y] : most;
    }
    for (int y = 0; y < map->h;) {
        int y0 = y;
        while (y < map->h && bars[y] >= BAND_SHARE * most)
            y++;
        if (y - y0 > best) {
            best = y - y0;
            *ret_y0 = y0;
            *ret_y1 = y;
        }
        y += y == y0;
    }
    free(bars);
    return most >= BARS_MIN && most <= FOUR_STATE_BARS_MAX && best >= 2;
}

/* Ink of a bar's middle at height y: the mean over the middle of its width. */
static double ink_at(const struct ink_map *map, double x, int y, double half_px)
{
    double sum = 0;
    int n = 0;
    for (int i = (int)floor(x - half_px); i <= (int)floor(x + half_px); i++)
        if (i >= 0 && i < map->w) {
            sum += ink_row(map, y)[i];
            n++;
        }
    return n ? sum / n : 0;
}

/* How far a bar goes on from row y, step by step. */
static double follow(const struct ink_map *map, double x, int y, int step, double half_px,
                     int reach)
{
    int length = 0;
    for (int k = 1; k <= reach; k++) {
        int at = y + step * k;
        if (at < 0 || at >= map->h)
            break;
        if (ink_at(map, x, at, half_px) >= FOLLOW_INK)
            length = k;
        else if (k - length > 2) /* a speck of paper inside a bar does not end it */
            break;
    }
    return length;
}

/* How far the shortest go, one in ten left out: they may be damaged. */
static double shortest(const double *length, int n)
{
    double sorted[FOUR_STATE_BARS_MAX] = {0};
    memcpy(sorted, length, (size_t)n * sizeof *length);
    qsort(sorted, (size_t)n, sizeof *sorted, by_size);
    return sorted[n / 10];
}

static void read_states(const struct bar *bar, int n, double pitch, struct four_state_bars *ret)
{
    double length[2 * FOUR_STATE_BARS_MAX], full;
    bool is_long[2][FOUR_STATE_BARS_MAX];
    for (int i = 0; i < n; i++)
        for (int d = 0; d < 2; d++)
            length[2 * i + d] = bar[i].length[d];
    qsort(length, (size_t)(2 * n), sizeof *length, by_size);
    full = length[(int)(LONG_QUANTILE * (2 * n - 1))];
    for (int i = 0; i < n; i++)
        for (int d = 0; d < 2; d++) {
            double share = full > 0 ? bar[i].length[d] / full : 0;
            is_long[d][i] = full >= LONG_MIN_PITCHES * pitch && share >= LONG_SHARE;
            ret->doubtful = ret->doubtful || fabs(share - LONG_SHARE) < DOUBT_SHARE;
        }
    for (int i = 0; i < n; i++)
        ret->state[i] = is_long[0][i] ? (is_long[1][i] ? 'F' : 'A') : is_long[1][i] ? 'D' : 'T';
    ret->state[n] = '\0';
    ret->n = n;
}

bool four_state_bars_read(const struct image *grey, struct four_state_bars *ret, struct err *err)
{
    double px_mm = grey->dpi_x / 25.4, centre[4 * FOUR_STATE_BARS_MAX];
    struct ink_map map;
    struct bar bar[FOUR_STATE_BARS_MAX];
    int y0 = 0, y1 = 0;
    *ret = (struct four_state_bars){0};
    if (!map_ink(grey, &map, err))
        return false;
    double *band = map.ink ? calloc((size_t)map.w, sizeof *band) : NULL;
    if (band && find_band(&map, px_mm, centre, &y0, &y1)) {
        for (int y = y0; y < y1; y++)
            for (int x = 0; x < map.w; x++)
                band[x] += ink_row(&map, y)[x] / (y1 - y0);
        int found = runs_of(band, map.w, centre, 4 * FOUR_STATE_BARS_MAX);
        struct row_run run = regular_run(centre, found, px_mm);
        double low = y0, high = y1, half = 0.1 * run.pitch;
        int reach = (int)(REACH_PITCHES * run.pitch), middle = (y0 + y1) / 2;
        int n = run.n <= FOUR_STATE_BARS_MAX ? run.n : 0;
        double up[FOUR_STATE_BARS_MAX] = {0}, down[FOUR_STATE_BARS_MAX] = {0};
        for (int i = 0; i < n; i++) {
            bar[i].x = centre[run.first + i];
            up[i] = follow(&map, bar[i].x, middle, -1, half, reach);
            down[i] = follow(&map, bar[i].x, middle, 1, half, reach);
        }
        double edge[2] = {shortest(up, n),
                          shortest(down, n)}; /* trackers end where the band does */
        for (int i = 0; i < n; i++) {
            bar[i].length[0] = up[i] - edge[0];
            bar[i].length[1] = down[i] - edge[1];
            low = fmin(low, middle - up[i]);
            high = fmax(high, middle + down[i]);
        }
        if (n >= BARS_MIN) {
            read_states(bar, n, run.pitch, ret);
            ret->pitch_px = run.pitch;
            ret->box_px[0] = run.x0 - run.pitch / 4;
            ret->box_px[1] = low;
            ret->box_px[2] = run.x1 - run.x0 + run.pitch / 2;
            ret->box_px[3] = high - low;
        }
    }
    free(band);
    free(map.ink);
    return true;
}
