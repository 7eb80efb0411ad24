/* dots_find: where on a scan there are faint yellow specks, as points in mm, and where one could
 * have been seen at all.
 *
 * Points are in scan mm: pixels of the whole raw image, from its top left corner, times 25.4 / dpi
 * of their axis. What stands there is for others to say (dots_grid.h, dots_decode.h). */
#ifndef POSTWACHT_DOTS_FIND_H
#define POSTWACHT_DOTS_FIND_H

#include "imaging/image.h"

#define DOTS_DPI_MIN 300.0    /* below, a dot of 100 um is less than a pixel */
#define DOTS_VISIBLE_MM 0.254 /* side of a cell of the map of what can be seen */

struct dot {
    float x_mm, y_mm;
    float depth; /* blue dip after the filter, in grey levels */
};

struct dot_field {
    struct dot *dot; /* deepest first */
    int n;
    double box_mm[4];     /* x, y, w, h of what was searched */
    struct image visible; /* of the box: 255 where paper lies bare, cells of DOTS_VISIBLE_MM */
    double visible_mm2;
    double noise; /* robust sd of the filtered blue dip on bare paper, grey levels */
};

/* Searches box_px (x, y, w, h) of a colour scan that knows its dpi; the box is clipped to the
 * image. paper_rgb is the colour of the bare paper. A box without bare paper gives no points, which
 * is no error. */
bool dots_find(const struct image *rgb, const int box_px[4], const double paper_rgb[3],
               struct dot_field *ret, struct err *err);
void dot_field_finish(struct dot_field *field);

bool dot_field_sees(const struct dot_field *field, double x_mm, double y_mm);

#endif
