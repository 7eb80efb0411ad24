/* A tracking code is printed over and over, so that any scrap of the page carries it: its dots
 * repeat with a period of some steps of their grid. Folded onto one period, true dots pile up on
 * few sites and noise spreads evenly; with ten repeats and more the two part cleanly even when most
 * points are noise. Whether they part is the index of dispersion of the counts (chi-square over its
 * degrees of freedom): a screen or a block of JPEG, which takes every site of its own grid, has
 * none.
 *
 * An unknown period is found by the differences between dots (Patterson, "A Fourier series method
 * for the determination of the components of interatomic distances in crystals", Physical Review
 * 46, 1934): at a period nearly every dot meets another. Differences that chance or a part of the
 * code brings about are rarer; the two shortest independent ones of those that do as well as the
 * best span the lattice. It needs two repeats each way. */
#include "classifier/dots_lattice.h"

#include "schemas/base/err.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REACH 64            /* steps: the longest period that is looked for */
#define SITES_MAX 4000000.0 /* a metre square of the finest grid; more is a broken grid */
#define SDS_MIN 9.0         /* of a difference's count: 5 beyond the largest of 8,000 by chance */
#define REPEATS_MIN 6       /* dots that must meet another, whatever the statistics say */
#define AS_GOOD 0.7         /* of the best difference's share; parts of real codes reach 0.62 */
#define NOISE_SDS 5.0       /* of a site's count: chance exceeds it on one fold in a hundred */
#define RATE_MARGIN 0.01    /* of found dots and of noise, from a few dozen sites */
#define CLEAR_LOG10 3.0     /* of a site's likelihood ratio: half a site of 512 may be wrong */
#define PERIOD_MIN 3        /* steps: shorter is a finer grid, or a screen */

static int floor_div(int a, int b)
{
    return a / b - (a % b < 0);
}

bool dot_sites_make(const struct dot_field *field, const struct dot_grid *grid,
                    struct dot_sites *ret, struct err *err)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int corner = 0; corner < 4; corner++)
        for (int a = 0; a < 2; a++) {
            double x = field->box_mm[0] + (corner & 1 ? field->box_mm[2] : 0),
                   y = field->box_mm[1] + (corner & 2 ? field->box_mm[3] : 0);
            double at = grid->wave[a][0] * x + grid->wave[a][1] * y - grid->phase[a];
            low[a] = fmin(low[a], floor(at));
            high[a] = fmax(high[a], ceil(at));
        }
    double width = high[0] - low[0] + 1, height = high[1] - low[1] + 1;
    if (!(width * height <= SITES_MAX))
        return err_set(err, "a grid of tracking dots is finer than its sheet can hold");
    struct dot_sites sites = {*grid, (int)low[0], (int)low[1], (int)width, (int)height, NULL};
    sites.depth = malloc(sizeof(float) * (size_t)sites.width * (size_t)sites.height);
    if (!sites.depth)
        return err_set(err, "out of memory for tracking dots");
    for (int j = 0; j < sites.height; j++)
        for (int i = 0; i < sites.width; i++) {
            double mm[2];
            dot_grid_place(grid, sites.u0 + i, sites.v0 + j, mm);
            sites.depth[j * sites.width + i] = dot_field_sees(field, mm[0], mm[1]) ? 0 : DOT_UNSEEN;
        }
    for (int k = 0; k < field->n; k++) {
        int site[2];
        if (!dot_grid_site(grid, field->dot[k].x_mm, field->dot[k].y_mm, site))
            continue;
        int i = site[0] - sites.u0, j = site[1] - sites.v0;
        if (i < 0 || j < 0 || i >= sites.width || j >= sites.height)
            continue;
        float *depth = &sites.depth[j * sites.width + i];
        *depth = fmaxf(*depth, field->dot[k].depth);
    }
    *ret = sites;
    return true;
}

void dot_sites_finish(struct dot_sites *sites)
{
    free(sites->depth);
    *sites = (struct dot_sites){0};
}

void dot_turn_site(struct dot_turn turn, int u, int v, int ret[2])
{
    if (turn.mirrored)
        u = -u;
    for (int q = 0; q < turn.quarters; q++) {
        int before = u;
        u = v;
        v = -before;
    }
    ret[0] = u;
    ret[1] = v;
}

void dot_turn_back(struct dot_turn turn, double x, double y, double ret[2])
{
    for (int q = 0; q < turn.quarters; q++) {
        double before = x;
        x = -y;
        y = before;
    }
    ret[0] = turn.mirrored ? -x : x;
    ret[1] = y;
}

int dot_period_site(struct dot_period period, int u, int v)
{
    int row = floor_div(v, period.h);
    int along = u - row * period.s;
    return (v - row * period.h) * period.w + along - floor_div(along, period.w) * period.w;
}

/* Where the file is lossless a dot is there or not, however faint or small; ghosts that JPEG sets
 * beside a dot are there as often, but shallower; and where a column of dots falls on the edges of
 * JPEG's blocks it survives half as often as the next, on every sheet alike. */
static double site_value(const struct dot_fold *fold, enum dot_cut by, int site)
{
    double sum = by == DOT_CUT_DEPTH ? (double)fold->depth[site] : fold->hits[site];
    return fold->seen[site] ? sum / fold->seen[site] : 0;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where the variance between both groups is largest (Otsu). */
static double best_cut(double *value, int n)
{
    double sum = 0, below = 0, best = 0, cut = INFINITY;
    qsort(value, (size_t)n, sizeof *value, by_value);
    for (int i = 0; i < n; i++)
        sum += value[i];
    for (int i = 1; i < n; i++) {
        below += value[i - 1];
        double apart = (sum - below) / (n - i) - below / i;
        double between = apart * apart * i * (n - i);
        if (value[i] > value[i - 1] && between > best) {
            best = between;
            cut = (value[i] + value[i - 1]) / 2;
        }
    }
    return cut;
}

/* What the noise alone reaches on one of all n sites by chance. Every layout leaves most of its
 * sites empty, so that the median site is one of them. */
static double noise_cut(double *rate, int n, double seen)
{
    qsort(rate, (size_t)n, sizeof *rate, by_value);
    double expected = rate[n / 2] * seen;
    return (expected + NOISE_SDS * sqrt(expected + 1)) / seen;
}

/* log10 of how many times likelier the hits are where a dot stands than where none does. */
static double speaks_for_dot(const struct dot_fold *fold, int site)
{
    double rate[2];
    for (int bit = 0; bit < 2; bit++) /* a rate of none or all has only not been seen otherwise */
        rate[bit] = fmin(1 - RATE_MARGIN, fmax(RATE_MARGIN, fold->rate[bit]));
    return fold->hits[site] * log10(rate[1] / rate[0]) +
           (fold->seen[site] - fold->hits[site]) * log10((1 - rate[1]) / (1 - rate[0]));
}

void dot_fold_cut(struct dot_fold *fold, enum dot_cut by)
{
    double value[DOT_FOLD_SITES_MAX];
    int n = fold->period.w * fold->period.h;
    long looked = 0;
    for (int i = 0; i < n; i++) {
        value[i] = site_value(fold, by, i);
        looked += fold->seen[i];
    }
    double cut =
        by == DOT_CUT_NOISE ? noise_cut(value, n, fmax(1, (double)looked / n)) : best_cut(value, n);
    long hits[2] = {0}, seen[2] = {0};
    fold->dots = 0;
    for (int i = 0; i < n; i++) {
        int bit = site_value(fold, by, i) > cut;
        fold->bit[i] = (uint8_t)bit;
        fold->dots += bit;
        hits[bit] += fold->hits[i];
        seen[bit] += fold->seen[i];
    }
    for (int bit = 0; bit < 2; bit++)
        fold->rate[bit] = seen[bit] ? (double)hits[bit] / (double)seen[bit] : 0;
    for (int i = 0; i < n; i++)
        fold->clear[i] = (fold->bit[i] ? 1 : -1) * speaks_for_dot(fold, i) >= CLEAR_LOG10;
}

/* Index of dispersion of the hits. */
static double unevenness(const struct dot_fold *fold, int n)
{
    double hits = 0, seen = 0, chi2 = 0;
    int degrees = -1;
    for (int i = 0; i < n; i++) {
        hits += fold->hits[i];
        seen += fold->seen[i];
    }
    double rate = seen > 0 ? hits / seen : 0;
    if (rate <= 0 || rate >= 1)
        return 0;
    for (int i = 0; i < n; i++) {
        if (!fold->seen[i])
            continue;
        double off = fold->hits[i] - rate * fold->seen[i];
        chi2 += off * off / (rate * (1 - rate) * fold->seen[i]);
        degrees++;
    }
    return degrees > 0 ? (chi2 - degrees) / sqrt(2.0 * degrees) : 0;
}

/* Where the columns and rows of sites come to lie in a period: a turn leaves each of them a line of
 * the layout's axes, so that a site's place is a sum of what its column and its row bring. */
struct fold_lines {
    bool lying;       /* columns of sites are rows of the layout */
    int *place;       /* by line across the layout's rows: how far along them, below w */
    int *row, *shift; /* by the layout's row: its first site, and how far along it begins */
};

static bool fold_lines_make(const struct dot_sites *sites, struct dot_turn turn,
                            struct dot_period period, struct fold_lines *ret, struct err *err)
{
    bool lying = turn.quarters % 2;
    int across = lying ? sites->height : sites->width, rows = lying ? sites->width : sites->height;
    ret->lying = lying;
    ret->place = malloc(sizeof *ret->place * (size_t)(across + 2 * rows));
    if (!ret->place)
        return err_set(err, "out of memory for tracking dots");
    ret->row = ret->place + across;
    ret->shift = ret->row + rows;
    for (int a = 0; a < across; a++) {
        int at[2];
        dot_turn_site(turn, sites->u0 + (lying ? 0 : a), sites->v0 + (lying ? a : 0), at);
        ret->place[a] = at[0] - floor_div(at[0], period.w) * period.w;
    }
    for (int b = 0; b < rows; b++) {
        int at[2];
        dot_turn_site(turn, sites->u0 + (lying ? b : 0), sites->v0 + (lying ? 0 : b), at);
        ret->shift[b] = dot_period_site(period, 0, at[1]) % period.w;
        ret->row[b] = dot_period_site(period, 0, at[1]) - ret->shift[b];
    }
    return true;
}

bool dot_fold_make(const struct dot_sites *sites, struct dot_turn turn, struct dot_period period,
                   struct dot_fold *ret, struct err *err)
{
    int n = period.w * period.h;
    struct fold_lines lines = {0};
    if (n <= 0 || n > DOT_FOLD_SITES_MAX)
        return err_set(err, "a period of tracking dots has too many sites");
    if (!fold_lines_make(sites, turn, period, &lines, err))
        return false;
    memset(ret, 0, sizeof *ret);
    ret->period = period;
    ret->turn = turn;
    const float *depth = sites->depth;
    for (int j = 0; j < sites->height; j++)
        for (int i = 0; i < sites->width; i++, depth++) {
            if (*depth < 0)
                continue;
            int line = lines.lying ? i : j;
            int along = lines.place[lines.lying ? j : i] + lines.shift[line];
            int site = lines.row[line] + (along < period.w ? along : along - period.w);
            ret->seen[site]++;
            ret->hits[site] += *depth > 0;
            ret->depth[site] += *depth;
        }
    free(lines.place);
    ret->seen_min = ret->seen[0];
    for (int i = 1; i < n; i++)
        if (ret->seen[i] < ret->seen_min)
            ret->seen_min = ret->seen[i];
    ret->z = unevenness(ret, n);
    return true;
}

struct repeat {
    int seen, hits, strays;
};

/* All repeats of which the sites show something: columns of a row begin s further along each row.
 */
struct repeat_table {
    int row0, rows, column0, columns;
    struct repeat *repeat;
};

static bool repeat_table_make(const struct dot_sites *sites, struct dot_turn turn,
                              struct dot_period period, struct repeat_table *ret, struct err *err)
{
    int low[2] = {INT_MAX, INT_MAX}, high[2] = {INT_MIN, INT_MIN};
    for (int corner = 0; corner < 4; corner++) {
        int at[2];
        dot_turn_site(turn, sites->u0 + (corner & 1 ? sites->width - 1 : 0),
                      sites->v0 + (corner & 2 ? sites->height - 1 : 0), at);
        for (int a = 0; a < 2; a++) {
            low[a] = at[a] < low[a] ? at[a] : low[a];
            high[a] = at[a] > high[a] ? at[a] : high[a];
        }
    }
    int row_last = floor_div(high[1], period.h);
    ret->row0 = floor_div(low[1], period.h);
    ret->rows = row_last - ret->row0 + 1;
    ret->column0 = floor_div(low[0] - row_last * period.s, period.w);
    ret->columns = floor_div(high[0] - ret->row0 * period.s, period.w) - ret->column0 + 1;
    if ((double)ret->rows * ret->columns > SITES_MAX)
        return err_set(err, "no room for the repeats of tracking dots");
    ret->repeat = calloc((size_t)ret->rows * (size_t)ret->columns, sizeof *ret->repeat);
    return ret->repeat || err_set(err, "out of memory for tracking dots");
}

static void count_repeats(const struct dot_sites *sites, const struct dot_fold *fold,
                          struct repeat_table *table)
{
    const struct dot_period period = fold->period;
    const float *depth = sites->depth;
    for (int j = 0; j < sites->height; j++)
        for (int i = 0; i < sites->width; i++, depth++) {
            int at[2];
            if (*depth < 0)
                continue;
            dot_turn_site(fold->turn, sites->u0 + i, sites->v0 + j, at);
            int row = floor_div(at[1], period.h),
                column = floor_div(at[0] - row * period.s, period.w);
            struct repeat *one =
                &table->repeat[(row - table->row0) * table->columns + column - table->column0];
            if (fold->bit[dot_period_site(period, at[0], at[1])]) {
                one->seen++;
                one->hits += *depth > 0;
            } else
                one->strays += *depth > 0;
        }
}

/* A repeat agrees when its dots are there at a rate nearer to that of dots than to that of noise.
 */
bool dot_repeats_count(const struct dot_sites *sites, const struct dot_fold *fold,
                       struct dot_repeats *ret, struct err *err)
{
    struct repeat_table table = {0};
    double enough = (fold->rate[0] + fold->rate[1]) / 2;
    if (!repeat_table_make(sites, fold->turn, fold->period, &table, err))
        return false;
    count_repeats(sites, fold, &table);
    *ret = (struct dot_repeats){0};
    for (int i = 0; i < table.rows * table.columns; i++) {
        const struct repeat *one = &table.repeat[i];
        if (!one->seen || 2 * one->seen < fold->dots)
            continue;
        ret->visible++;
        ret->blank += one->hits == 0;
        if (one->hits < enough * one->seen)
            continue;
        ret->agreeing++;
        ret->missing += one->seen - one->hits;
        ret->strays += one->strays;
    }
    free(table.repeat);
    return true;
}

/* How many dots meet another at each difference: counts of (REACH + 1) x (2 REACH + 1). */
static void count_differences(const struct dot_sites *sites, int *count)
{
    for (int j = 0; j < sites->height; j++)
        for (int i = 0; i < sites->width; i++) {
            if (!(sites->depth[j * sites->width + i] > 0))
                continue;
            int low = i < REACH ? -i : -REACH,
                high = i + REACH < sites->width ? REACH : sites->width - 1 - i;
            for (int v = 0; v <= REACH && j + v < sites->height; v++) {
                const float *row = sites->depth + (j + v) * sites->width + i;
                int *into = count + v * (2 * REACH + 1) + REACH;
                for (int u = low; u <= high; u++)
                    into[u] += row[u] > 0;
            }
        }
}

struct difference {
    int u, v;
    double share; /* of the dots that could meet another there, those that do */
};

static int shortest_first(const void *a, const void *b)
{
    const struct difference *p = a, *q = b;
    int lp = p->u * p->u + p->v * p->v, lq = q->u * q->u + q->v * q->v;
    return lp != lq ? (lp > lq) - (lp < lq) : p->v != q->v ? p->v - q->v : p->u - q->u;
}

/* Differences that are no chance, with their shares. */
static int pick_differences(const struct dot_sites *sites, const int *count, struct difference *ret)
{
    long dots = 0, seen = 0;
    int n = 0;
    double best = 0;
    for (int i = 0; i < sites->width * sites->height; i++) {
        dots += sites->depth[i] > 0;
        seen += sites->depth[i] >= 0;
    }
    double rate = seen ? (double)dots / (double)seen : 0;
    for (int v = 0; v <= REACH; v++)
        for (int u = v ? -REACH : 1; u <= REACH; u++) {
            double overlap = (1 - (double)abs(u) / sites->width) * (1 - (double)v / sites->height);
            double could = (double)dots * overlap, expected = could * rate;
            int met = count[v * (2 * REACH + 1) + REACH + u];
            bool short_one = abs(u) < PERIOD_MIN && v < PERIOD_MIN;
            if (short_one || overlap <= 0 || met < REPEATS_MIN ||
                met - expected < SDS_MIN * sqrt(expected + 1))
                continue;
            ret[n++] = (struct difference){u, v, met / could};
            best = fmax(best, met / could);
        }
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (ret[i].share >= AS_GOOD * best)
            ret[kept++] = ret[i];
    return kept;
}

static int gcd(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return abs(a);
}

/* The lattice of two vectors in the form of struct dot_period. */
static struct dot_period reduce(const struct difference *a, const struct difference *b)
{
    int area = abs(a->u * b->v - a->v * b->u), h = gcd(a->v, b->v), s = 0;
    struct dot_period period = {area / h, h, 0};
    for (int m = 0; m < period.w; m++) /* some m a + n b has height h */
        for (int n = -REACH; n <= REACH; n++)
            if (m * a->v + n * b->v == h) {
                s = m * a->u + n * b->u;
                period.s = s - floor_div(s, period.w) * period.w;
                return period;
            }
    return period;
}

bool dot_period_find(const struct dot_sites *sites, struct dot_period *ret, bool *ret_found,
                     struct err *err)
{
    size_t room = (size_t)(REACH + 1) * (2 * REACH + 1);
    int *count = calloc(room, sizeof *count);
    struct difference *list = calloc(room, sizeof *list);
    bool ok = count && list;
    *ret_found = false;
    if (ok) {
        count_differences(sites, count);
        int n = pick_differences(sites, count, list), other = 1;
        qsort(list, (size_t)n, sizeof *list, shortest_first);
        while (other < n && list[0].u * list[other].v == list[0].v * list[other].u)
            other++;
        if (other < n) {
            *ret = reduce(&list[0], &list[other]);
            *ret_found = ret->w * ret->h <= DOT_FOLD_SITES_MAX;
        }
    }
    free(count);
    free(list);
    return ok || err_set(err, "out of memory for tracking dots");
}
