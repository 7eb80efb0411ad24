/* Pitch and angle of a grid from points most of which may be noise. As crystallographers do: for a
 * wave k the sum of exp(2 pi i k . p) over all n points p, squared and divided by n, is 1 on
 * average for points without order, whatever k (its distribution is exponential), but f^2 n when a
 * share f of them lies on whole periods of it. What a code says does not matter: all its dots lie
 * on the grid. The wave that fits best gives pitch and angle to a few parts in 10^5, without any
 * search in scale, stretch or skew apart.
 *
 * The null is the same sum at all other waves, some ten thousand, most of them incommensurate with
 * any one pitch: their mean stands for 1, so that halftones or text that raise everything raise the
 * threshold too. A screen or a block of JPEG is a grid as well: that it is one says nothing about
 * tracking dots before the dots repeat in a pattern of gaps (dots_lattice.h).
 *
 * Speed: waves come in boxes of WAVES by as many as the angle needs. In a box all points are turned
 * by its central wave and summed into CELLS x CELLS cells, whose Fourier sum is separable; within a
 * cell the phase turns by less than a quarter of pi. */
#include "classifier/dots_grid.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TURN (2 * 3.14159265358979323846)
#define DEGREES (TURN / 360)
#define WAVE_MIN 0.59  /* cycles/mm: pitch 1.7 mm; the widest layout known has 1.016 */
#define WAVE_MAX 4.15  /* cycles/mm: pitch 0.24 mm; the finest known has 0.254 */
#define SKEW_DEG 3.0   /* of the print on the paper and the paper on the scanner, after its edges */
#define SQUARE_DEG 1.0 /* a scanner's shear is below */
#define CHANCE 1e-6    /* of one such wave on a sheet without order */
#define SCALLOP 0.6    /* of a wave's power is left midway between those of the scan */
#define WAVES 48       /* of a box along its axis */
#define CELLS 96
#define FILL 92.0       /* cells that the longer side of the points takes */
#define OVERSAMPLE 2.0  /* waves of the scan in the width of a peak, 1 / extent */
#define EXTENT_MIN 20.0 /* mm: less holds no three periods of any layout */
#define POINTS_MIN 24   /* a third of it on a grid could not reach the threshold */
#define FOUND_MAX 48    /* peaks of the scan that are looked at closer */
#define REFINEMENTS 3
#define QUARTER 0.25

/* Points about their middle, along the axis that is looked along and across it. */
struct view {
    int n;
    double *along, *across;
    double extent;
    double middle[2], direction[2]; /* scan mm */
};

struct spectrum {
    float cell[CELLS][CELLS][2];    /* across, along; real and imaginary */
    float turn[CELLS][2][WAVES];    /* along */
    float partial[CELLS][2][WAVES]; /* by cell across */
    float *power;                   /* rows x WAVES */
    int rows;
};

struct found {
    double along, across, power;
};

static bool view_make(const struct dot_field *field, double deg, struct view *ret, struct err *err)
{
    double co = cos(deg * DEGREES), si = sin(deg * DEGREES);
    ret->along = malloc(sizeof(double) * 2 * (size_t)field->n);
    if (!ret->along)
        return err_set(err, "out of memory for tracking dots");
    ret->across = ret->along + field->n;
    ret->n = field->n;
    ret->direction[0] = co;
    ret->direction[1] = si;
    for (int c = 0; c < 2; c++)
        ret->middle[c] = field->box_mm[c] + field->box_mm[2 + c] / 2;
    double far = 0;
    for (int i = 0; i < field->n; i++) {
        double x = field->dot[i].x_mm - ret->middle[0], y = field->dot[i].y_mm - ret->middle[1];
        ret->along[i] = x * co + y * si;
        ret->across[i] = y * co - x * si;
        far = fmax(far, fmax(fabs(ret->along[i]), fabs(ret->across[i])));
    }
    ret->extent = 2 * far;
    return true;
}

static void sum_cells(const struct view *view, double centre, struct spectrum *scan)
{
    double per_mm = FILL / view->extent;
    memset(scan->cell, 0, sizeof scan->cell);
    for (int i = 0; i < view->n; i++) {
        double turns = centre * view->along[i];
        float angle = (float)(TURN * (turns - floor(turns)));
        float *cell = scan->cell[(int)(view->across[i] * per_mm + CELLS / 2.0)]
                                [(int)(view->along[i] * per_mm + CELLS / 2.0)];
        cell[0] += cosf(angle);
        cell[1] -= sinf(angle);
    }
}

/* to += from * (re, im), for WAVES complex numbers. */
static void add_turned(float to[restrict 2][WAVES], const float from[restrict 2][WAVES], float re,
                       float im)
{
    for (int q = 0; q < WAVES; q++) {
        to[0][q] += re * from[0][q] - im * from[1][q];
        to[1][q] += re * from[1][q] + im * from[0][q];
    }
}

/* Powers of all waves of the box about `centre`. */
static void scan_box(const struct view *view, double centre, double step, struct spectrum *scan)
{
    double cell_mm = view->extent / FILL;
    sum_cells(view, centre, scan);
    memset(scan->partial, 0, sizeof scan->partial);
    for (int j = 0; j < CELLS; j++)
        for (int i = 0; i < CELLS; i++)
            if (scan->cell[j][i][0] != 0 || scan->cell[j][i][1] != 0)
                add_turned(scan->partial[j], (const float(*)[WAVES])scan->turn[i],
                           scan->cell[j][i][0], scan->cell[j][i][1]);
    for (int r = 0; r < scan->rows; r++) {
        float total[2][WAVES] = {{0}};
        double angle = -TURN * (r - scan->rows / 2) * step * cell_mm; /* from cell to cell */
        double re = cos(angle * (1 - CELLS) / 2), im = sin(angle * (1 - CELLS) / 2);
        double co = cos(angle), si = sin(angle);
        for (int j = 0; j < CELLS; j++) {
            double before = re;
            add_turned(total, (const float(*)[WAVES])scan->partial[j], (float)re, (float)im);
            re = re * co - im * si;
            im = im * co + before * si;
        }
        for (int q = 0; q < WAVES; q++)
            scan->power[r * WAVES + q] =
                (total[0][q] * total[0][q] + total[1][q] * total[1][q]) / (float)view->n;
    }
}

/* The strongest stay, strongest first. */
static void keep(struct found *found, int *n, int max, struct found one)
{
    int at = *n < max ? (*n)++ : max;
    while (at > 0 && found[at - 1].power < one.power) {
        if (at < max)
            found[at] = found[at - 1];
        at--;
    }
    if (at < max)
        found[at] = one;
}

static void keep_peaks(const struct spectrum *scan, double centre, double step, struct found *found,
                       int *n)
{
    for (int r = 0; r < scan->rows; r++)
        for (int q = 0; q < WAVES; q++) {
            float power = scan->power[r * WAVES + q];
            bool peak = true;
            for (int v = r > 0 ? r - 1 : 0; peak && v <= r + 1 && v < scan->rows; v++)
                for (int u = q > 0 ? q - 1 : 0; u <= q + 1 && u < WAVES; u++)
                    peak = peak && power >= scan->power[v * WAVES + u];
            if (peak)
                keep(found, n, FOUND_MAX,
                     (struct found){centre + (q - WAVES / 2) * step, (r - scan->rows / 2) * step,
                                    power});
        }
}

static void make_turns(const struct view *view, double step, struct spectrum *scan)
{
    for (int i = 0; i < CELLS; i++)
        for (int q = 0; q < WAVES; q++) {
            double angle =
                -TURN * (q - WAVES / 2) * step * (i + 0.5 - CELLS / 2.0) * (view->extent / FILL);
            scan->turn[i][0][q] = (float)cos(angle);
            scan->turn[i][1][q] = (float)sin(angle);
        }
}

/* Strongest waves along the view; ret_mean: of all that were looked at; ret_tries: how many of them
 * are independent. */
static bool scan_waves(const struct view *view, struct found *found, int *n, double *ret_mean,
                       double *ret_tries, struct err *err)
{
    double step = 1 / (OVERSAMPLE * view->extent), slope = tan(SKEW_DEG * DEGREES), sum = 0;
    long waves = 0;
    int rows_max = 2 * (int)ceil(slope * WAVE_MAX / step) + 1;
    struct spectrum *scan = malloc(sizeof *scan);
    float *power = malloc(sizeof *power * WAVES * (size_t)rows_max);
    if (!scan || !power) {
        free(scan);
        free(power);
        return err_set(err, "out of memory for tracking dots");
    }
    scan->power = power;
    make_turns(view, step, scan);
    for (double low = WAVE_MIN; low < WAVE_MAX; low += WAVES * step) {
        double centre = low + WAVES / 2 * step;
        scan->rows = 2 * (int)ceil(slope * fmin(low + WAVES * step, WAVE_MAX) / step) + 1;
        scan_box(view, centre, step, scan);
        keep_peaks(scan, centre, step, found, n);
        for (int i = 0; i < scan->rows * WAVES; i++)
            sum += power[i];
        waves += scan->rows * WAVES;
    }
    *ret_mean = sum / (double)waves;
    *ret_tries = (double)waves / (OVERSAMPLE * OVERSAMPLE);
    free(scan);
    free(power);
    return true;
}

/* Climbs to the peak: where a wave is off, its phase differs between the halves of the sheet. */
static void refine(const struct view *view, struct found *wave, double *ret_phase)
{
    for (int round = 0;; round++) {
        double re[2][2] = {{0}}, im[2][2] = {{0}}; /* by half across, along */
        for (int i = 0; i < view->n; i++) {
            double turns = wave->along * view->along[i] + wave->across * view->across[i];
            float angle = (float)(TURN * (turns - floor(turns)));
            int a = view->along[i] > 0, b = view->across[i] > 0;
            re[b][a] += cosf(angle);
            im[b][a] += sinf(angle);
        }
        double all_re = re[0][0] + re[0][1] + re[1][0] + re[1][1],
               all_im = im[0][0] + im[0][1] + im[1][0] + im[1][1];
        wave->power = (all_re * all_re + all_im * all_im) / view->n;
        *ret_phase = atan2(all_im, all_re) / TURN;
        if (round == REFINEMENTS)
            return;
        double apart[2] = {atan2(im[0][1] + im[1][1], re[0][1] + re[1][1]) -
                               atan2(im[0][0] + im[1][0], re[0][0] + re[1][0]),
                           atan2(im[1][0] + im[1][1], re[1][0] + re[1][1]) -
                               atan2(im[0][0] + im[0][1], re[0][0] + re[0][1])};
        double *k[2] = {&wave->along, &wave->across};
        for (int c = 0; c < 2; c++) /* middles of the halves lie half the extent apart */
            *k[c] -= (apart[c] / TURN - rint(apart[c] / TURN)) / (view->extent / 2);
    }
}

static bool axis_waves(const struct dot_field *field, double axis_deg, int axis,
                       struct dot_waves *ret, struct err *err)
{
    struct view view = {0};
    struct found found[FOUND_MAX];
    int n = 0;
    double mean, tries;
    if (!view_make(field, axis_deg + (axis ? 90 : 0), &view, err))
        return false;
    bool ok = true;
    if (view.extent >= EXTENT_MIN)
        ok = scan_waves(&view, found, &n, &mean, &tries, err);
    double least = n ? fmax(mean, 1) * (log(tries) - log(CHANCE)) : 0;
    for (int i = 0; ok && i < n && ret->n[axis] < DOT_WAVES_MAX; i++) {
        double phase;
        if (found[i].power < SCALLOP * least)
            break;
        refine(&view, &found[i], &phase);
        bool again = false;
        for (int j = 0; j < i; j++)
            again = again || hypot(found[i].along - found[j].along,
                                   found[i].across - found[j].across) < 1 / view.extent;
        if (again || found[i].power < least)
            continue;
        int at = ret->n[axis]++; /* behind the stronger ones */
        for (; at > 0 && ret->wave[axis][at - 1].power < found[i].power / fmax(mean, 1); at--)
            ret->wave[axis][at] = ret->wave[axis][at - 1];
        struct dot_wave *wave = &ret->wave[axis][at];
        wave->k[0] = found[i].along * view.direction[0] - found[i].across * view.direction[1];
        wave->k[1] = found[i].along * view.direction[1] + found[i].across * view.direction[0];
        phase += wave->k[0] * view.middle[0] + wave->k[1] * view.middle[1];
        wave->phase = phase - floor(phase);
        wave->power = found[i].power / fmax(mean, 1);
    }
    free(view.along);
    return ok;
}

bool dot_waves_find(const struct dot_field *field, double axis_deg, struct dot_waves *ret,
                    struct err *err)
{
    struct dot_waves waves = {.n = {0, 0}};
    if (field->n >= POINTS_MIN && (!axis_waves(field, axis_deg, 0, &waves, err) ||
                                   !axis_waves(field, axis_deg, 1, &waves, err)))
        return false;
    *ret = waves;
    return true;
}

bool dot_grid_make(const struct dot_wave *x, const struct dot_wave *y, struct dot_grid *ret)
{
    double det = x->k[0] * y->k[1] - x->k[1] * y->k[0];
    double lengths = hypot(x->k[0], x->k[1]) * hypot(y->k[0], y->k[1]);
    if (!(det > lengths * cos(SQUARE_DEG * DEGREES)))
        return false;
    *ret = (struct dot_grid){
        .wave = {{x->k[0], x->k[1]}, {y->k[0], y->k[1]}},
        .phase = {x->phase, y->phase},
        .step = {{y->k[1] / det, -y->k[0] / det}, {-x->k[1] / det, x->k[0] / det}},
        .power = {x->power, y->power},
    };
    return true;
}

double dot_grid_pitch_mm(const struct dot_grid *grid, int axis)
{
    return hypot(grid->step[axis][0], grid->step[axis][1]);
}

double dot_grid_angle_deg(const struct dot_grid *grid)
{
    return atan2(grid->step[0][1], grid->step[0][0]) / DEGREES;
}

void dot_grid_place(const struct dot_grid *grid, double u, double v, double ret_mm[2])
{
    for (int c = 0; c < 2; c++)
        ret_mm[c] =
            (u + grid->phase[0]) * grid->step[0][c] + (v + grid->phase[1]) * grid->step[1][c];
}

bool dot_grid_site(const struct dot_grid *grid, double x_mm, double y_mm, int ret[2])
{
    double off[2];
    for (int a = 0; a < 2; a++) {
        double at = grid->wave[a][0] * x_mm + grid->wave[a][1] * y_mm - grid->phase[a];
        ret[a] = (int)floor(at + 0.5);
        off[a] = at - ret[a];
        if (fabs(off[a]) > QUARTER)
            return false;
    }
    return hypot(off[0] * grid->step[0][0] + off[1] * grid->step[1][0],
                 off[0] * grid->step[0][1] + off[1] * grid->step[1][1]) <= DOT_REACH_MM;
}
