/* edge_residual: where the contour of a scan lies beside the template's, profile by profile, and
 * what the series of such distances says. Used by edges.c alone; pixels are those of the template's
 * picture. */
#ifndef POSTWACHT_EDGE_RESIDUAL_H
#define POSTWACHT_EDGE_RESIDUAL_H

#include "schemas/base/err.h"

struct edge_residual {
    int cell;                    /* of the picture; residuals are in the order of their cells */
    int x, y;                    /* rim pixel */
    double contour_x, contour_y; /* where the template's contour crosses its profile */
    double nx, ny;               /* unit normal there, out of the ink */
    double d; /* scan's contour beyond the template's, px outward, shift of the cell taken out */
    double crossing;              /* of the scan's contour, px from the rim pixel outward */
    double width, expected_width; /* 10-90 % distance in scan and template, px */
};

/* First residual of the next cell. */
int edge_cell_end(const struct edge_residual *r, int n, int start);

/* Robust sd, px, of the residuals' slow part (longer than EDGE_BAND_UM along the contour) and of
 * the rest. w, h: size of the picture that they lie in. */
#define EDGE_BAND_UM 150.0
bool edge_bands(const struct edge_residual *r, int n, int w, int h, double dpi, double *ret_slow,
                double *ret_fast, struct err *err);

/* Amplitude, px, of the wave of about step_px in the residuals of slanted edges, above what
 * roughness alone makes. False when there are too few such edges. */
bool edge_staircase(const struct edge_residual *r, int n, double step_px, double *ret);

#endif
