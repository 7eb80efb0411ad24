/* Sharpness of the scan: by how much (sd of a Gaussian) its edges are softer than the template's,
 * the median over the elements. From the 10-90 % widths of the edges where the resolution allows
 * (edges.c); else by the blur of the template that correlates best (likeness.c), from which what
 * resampling does to any two scans is taken off. Toner and ink-jet soften an edge by up to 55 um;
 * more on all elements is the scanner: out of focus, a page that stands off the glass, a
 * photograph. Then weight and shape of strokes cannot be compared. */
#include "classifier/check.h"

#include <math.h>

#define RESAMPLED_UM 45.0 /* half a pixel at FINE_DPI */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    double by_edges[TEMPLATE_ELEMENTS_MAX], by_likeness[TEMPLATE_ELEMENTS_MAX];
    int edges = 0, n = 0;
    for (int k = 0; k < view->place->model->data.n_elements; k++) {
        if (view->located[k].state != ELEMENT_FOUND)
            continue;
        double blur = 1000 * view->located[k].blur_mm;
        by_likeness[n++] = sqrt(fmax(0, blur * blur - RESAMPLED_UM * RESAMPLED_UM));
        if (view->edges[k].n_profiles >= EDGES_MIN)
            by_edges[edges++] = view->edges[k].softer_um;
    }
    ret->outcome = n ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    if (edges)
        ret->value = median_of(by_edges, edges);
    else if (n)
        ret->value = median_of(by_likeness, n);
    return true;
}

const struct check check_sharpness = {.name = "sharpness",
                                      .measures = "blur of the scan against the enrolment's",
                                      .unit = "um",
                                      .reason = "blurred",
                                      .kind = CHECK_IMAGE,
                                      .spoils = FAULT_BLURRED,
                                      .direction = HIGH_IS_STRANGE,
                                      .of_sheet = true,
                                      .floor_sd = 5.0,
                                      .slack = 55.0,
                                      .run = run};
