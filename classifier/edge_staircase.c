/* Staircase of a raster printer. Printers set whole points of 1/600 or 1/1200 inch; a slanted edge
 * becomes a flight of steps, and its distance from the true line is a saw tooth of its position on
 * the raster: 12 um rms at 600 dpi before toner rounds it. A plate is set at 2400 dpi or more,
 * whose steps no office scanner sees.
 *
 * The steps are in phase all over a cell, while roughness is not: the residuals of the edges that
 * cross the raster's rows (and apart those that cross its columns) are correlated with the wave of
 * one step. The artwork lies on the printer's raster straight, so that the template's axes are the
 * raster's; size and place of a print are known to half a percent and half a pixel, so that the
 * phase is free in each cell and the period is searched. The same with periods that no printer has
 * tells what roughness alone reaches: the value is the ratio, so that rougher or fewer edges do not
 * matter.
 *
 * It lies where the printer smooths edges (resolution enhancement), and says nothing of edges that
 * run exactly along the raster. */
#include "classifier/edge_residual.h"

#include <complex.h>
#include <math.h>

#define STRETCH 0.01 /* search of the period, each way: feeders stretch by up to 0.6 % */
#define STRETCH_STEPS 4
#define PERIODS (2 * STRETCH_STEPS + 1)
#define GROUP_MIN 12 /* slanted edges of a cell that face one way: fewer follow any wave */
#define GROUPS_MIN 4
#define SLANT_MIN 0.03 /* of the normal's smaller component: one step in 1.4 mm */
#define SLANT_MAX                                                                                  \
    0.4 /* beyond, steps are shorter than a tenth of a millimetre: the scanner's blur joins them   \
         */
static const double control[] = {0.713, 0.829, 1.171,
                                 1.307}; /* of the raster: no small ratio to one */
#define CONTROLS ((int)(sizeof control / sizeof *control))

/* What a search adds up over the cells. */
struct wave {
    double power[PERIODS]; /* squared sums of each period, px2 */
    double weight;         /* squared numbers of residuals */
    int groups;            /* that had edges enough */
};

/* Correlates a cell's residuals with the wave of each period of the search. Too few edges that
 * cross the raster are left out. Those on either side of a stroke have phases of their own: ink
 * gain moves them apart. */
static void add_edges(const struct edge_residual *r, int n, bool rows, int sense, double step_px,
                      struct wave *wave)
{
    double complex sum[PERIODS] = {0};
    double k = 2 * M_PI / step_px;
    int used = 0;
    for (int i = 0; i < n; i++) {
        double across = rows ? r[i].ny : r[i].nx, along = rows ? r[i].nx : r[i].ny;
        if (fabs(along) < SLANT_MIN || fabs(along) > SLANT_MAX || across * sense < 0)
            continue;
        double at = rows ? r[i].contour_y : r[i].contour_x;
        double complex turned = r[i].d * across * cexp(I * k * (1 - STRETCH) * at);
        double complex step = cexp(I * k * STRETCH / STRETCH_STEPS * at);
        for (int s = 0; s < PERIODS; s++, turned *= step)
            sum[s] += turned;
        used++;
    }
    if (used < GROUP_MIN)
        return;
    for (int s = 0; s < PERIODS; s++)
        wave->power[s] += creal(sum[s]) * creal(sum[s]) + cimag(sum[s]) * cimag(sum[s]);
    wave->weight += (double)used * used;
    wave->groups++;
}

/* Squared amplitude of the period near step_px that explains most, px2; negative: too few edges. */
static double squared_amplitude(const struct edge_residual *r, int n, bool rows, double step_px)
{
    struct wave wave = {.groups = 0};
    double best = 0;
    for (int start = 0, end; start < n; start = end) {
        end = edge_cell_end(r, n, start);
        for (int sense = -1; sense <= 1; sense += 2)
            add_edges(r + start, end - start, rows, sense, step_px, &wave);
    }
    for (int s = 0; s < PERIODS; s++)
        best = fmax(best, wave.power[s]);
    return wave.groups < GROUPS_MIN ? -1 : 4 * best / wave.weight;
}

bool edge_staircase(const struct edge_residual *r, int n, double step_px, double *ret)
{
    double most = 0;
    bool any = false;
    for (int rows = 0; rows < 2; rows++) {
        double chance = 0, square = squared_amplitude(r, n, rows, step_px);
        if (square < 0)
            continue;
        for (int i = 0; i < CONTROLS; i++)
            chance += squared_amplitude(r, n, rows, step_px * control[i]) / CONTROLS;
        most = fmax(most, square - chance);
        any = true;
    }
    *ret = sqrt(most);
    return any;
}
