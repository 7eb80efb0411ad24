/* plane: the coverage of one ink over one element, 8 bits at 2400 dpi in the printer's own frame,
 * and its laying down on the paper. A print model makes planes (offset: the outline; laser: dots of
 * toner on the device grid; inkjet: drops) and says how they land: placement, edge roughness as a
 * correlated displacement, thickness variation, ink. */
#ifndef SIM_PLANE_H
#define SIM_PLANE_H

#include "tests/simulator/art.h"
#include "tests/simulator/canvas.h"
#include "tests/simulator/field.h"

#define PLANE_DPI 2400.0
#define PLANE_PX_UM (25400.0 / PLANE_DPI) /* 10.6 um */

struct plane {
    struct box box; /* mm in the print frame */
    int x0, y0;     /* of the first pixel, in plane pixels from the frame's origin */
    int w, h;
    uint8_t *cov;
};

/* Empty plane around the box with a border for what spreads; the origin is a multiple of `grid`
 * plane pixels, so that a device grid stays in phase between elements. */
bool plane_init(struct plane *plane, struct box box, int grid);
void plane_finish(struct plane *plane);

/* Antialiased outline of the drawing. */
bool plane_outline(struct plane *plane, cairo_surface_t *drawing, struct box box, int grid);

/* Small Gaussian blur (up to 8 um sd, a three-tap kernel per pass). */
void plane_blur(struct plane *plane, double sigma_um);

struct lay {
    struct affine page_to_print; /* mm */
    float ink[3];                /* linear reflectance factor of the solid ... */
    float log_ink[3];            /* ... and its logarithm, see lay_ink */
    double edge_sd_um;           /* of the displacement, per axis */
    const struct field *dx, *dy; /* displacement, one cell a plane pixel */
    double mottle_sd, mottle_cell_mm;
    const struct field *mottle; /* slow thickness variation */
    double grain_sd;
    const struct field *grain; /* fast thickness variation, one cell a canvas pixel */
    const float *row_gain;     /* per canvas row: banding; NULL for none */
};

void lay_ink(struct lay *lay, const float ink[3]);
void plane_lay(struct canvas *canvas, const struct plane *plane, const struct lay *lay);

#endif
