/* dots_grid: the fine grid that the dots of a tracking code stand on: every dot of a layout,
 * whatever it says, stands at whole multiples of the layout's pitch.
 *
 * A grid is kept as two waves: site coordinates of a point p are u_k = wave[k] . p - phase[k],
 * whole numbers at the sites. Each axis has its own pitch and direction, so that a scanner's or
 * feeder's stretch needs no further parameter. */
#ifndef POSTWACHT_DOTS_GRID_H
#define POSTWACHT_DOTS_GRID_H

#include "classifier/dots_find.h"

struct dot_wave {
    double k[2];  /* cycles per scan mm; along +x or +y, rather */
    double phase; /* 0..1 */
    double power; /* times what points without order give: 1 on average */
};

struct dot_grid {
    double wave[2][2], phase[2];
    double step[2][2]; /* mm from a site to the next along either axis: the inverse of wave */
    double power[2];
};

#define DOT_WAVES_MAX 16
struct dot_waves {
    int n[2];                               /* by axis: about x, about y */
    struct dot_wave wave[2][DOT_WAVES_MAX]; /* strongest first */
};

/* Every wave of 0.24 to 1.7 mm within 3 degrees of the axes, turned clockwise by axis_deg, that
 * points without order would not show once in a million sheets. */
bool dot_waves_find(const struct dot_field *field, double axis_deg, struct dot_waves *ret,
                    struct err *err);

/* False when the two are not within a degree of square. */
bool dot_grid_make(const struct dot_wave *x, const struct dot_wave *y, struct dot_grid *ret);
double dot_grid_pitch_mm(const struct dot_grid *grid, int axis);
/* Of the grid's x axis, clockwise as seen, degrees. */
double dot_grid_angle_deg(const struct dot_grid *grid);
/* Scan mm of a site, or of what lies between. */
void dot_grid_place(const struct dot_grid *grid, double u, double v, double ret_mm[2]);
/* The site nearest to a place; false when that is further than a quarter of the pitch or
 * DOT_REACH_MM. */
#define DOT_REACH_MM 0.13 /* four standard deviations of found places */
bool dot_grid_site(const struct dot_grid *grid, double x_mm, double y_mm, int ret[2]);

#endif
