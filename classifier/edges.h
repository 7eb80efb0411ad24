/* edges: profiles across the printed edges of one element, measured once for all checks that use
 * them. */
#ifndef POSTWACHT_EDGES_H
#define POSTWACHT_EDGES_H

#include "classifier/locate.h"

#define PRINT_DPI_MAX 600.0 /* more resolves no more of these cues and costs four times as much */
#define PRINT_DPI_MIN 280.0 /* below, an edge is one or two pixels */

/* The element as scanned, at the resolution of its template picture. */
struct print {
    const struct located *located;
    double dpi;
    struct image rgb;    /* as large as the template's picture */
    struct image clear;  /* 255 where nothing lies over it */
    double paper_rgb[3]; /* of its side */
    bool grey;           /* scanned without colours */
    bool same_dpi;       /* the scan resolves as much as the enrolment did */
};
bool print_crop(const struct scan *scan, const struct located *located, struct print *ret,
                struct err *err);
void print_finish(struct print *print);

struct edges {
    int n;                   /* profiles that could be measured */
    int n_cells;             /* of 3 mm, that they lie in */
    double raggedness_um;    /* robust sd of the 60 % contour about the template's */
    double slow_um, fast_um; /* the same of its waves longer and shorter than 150 um */
    bool has_staircase;      /* there are slanted edges */
    double staircase_um;     /* amplitude of the steps of a printer's raster in them */
    double width_um;         /* median 10-90 % distance */
    double width_sd_um;      /* its robust spread along the edge */
    int n_profiles;          /* behind softer_um */
    double softer_um;        /* sd of the blur by which edges are wider than the template's */
};
#define EDGES_MIN 150     /* profiles: 6 mm of contour at 600 dpi, for a sd good to 6 % */
#define EDGES_CELLS_MIN 4 /* one that was disturbed is outvoted */

/* ret->n is 0 when the element has no edges that can be measured. */
bool edges_measure(const struct print *print, struct edges *ret, struct err *err);

/* For pictures: points of the measured 60 % contour, px of the print's picture (continuous). */
struct edge_point {
    double x, y;
    double nx, ny;   /* unit normal, out of the ink */
    double residual; /* to the template's contour, outward */
    double width;    /* 10-90 % distance */
};
/* Those that begin in box_px (x, y, w, h), one for each pixel of rim; NULL: all over the element,
 * of a large one a part, without the residual that a shift of its surroundings makes. Free *ret. */
bool edges_trace(const struct print *print, const int box_px[4], struct edge_point **ret,
                 int *ret_n, struct err *err);

#endif
