/* Roughness of printed edges in um: see edges.c for the measure and its physics. Offset on uncoated
 * paper 3-8 um, laser 4.5-13, ink-jet more; the scanner adds its own few, the same for all sheets.
 * Needs the resolution of the enrolment. Detail: its waves longer and shorter than 150 um along the
 * edge (edge_bands.c; the shorter have a check of their own, edge_fringe). */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (edges_comparable(view, i, ret)) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = view->edges[i].raggedness_um;
        ret->has_detail = true;
        ret->detail[0] = view->edges[i].slow_um;
        ret->detail[1] = view->edges[i].fast_um;
    }
    return true;
}

const struct check check_edge_raggedness = {.name = "edge_raggedness",
                                            .measures = "roughness of printed edges",
                                            .unit = "um",
                                            .reason = "ragged",
                                            .kind = CHECK_PRINT,
                                            .looks_at = LOOKS_AT_EDGES,
                                            .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                            .alone = true,
                                            .direction = HIGH_IS_STRANGE,
                                            .log_scale = true,
                                            .floor_sd = 0.10,
                                            .agreement = 0.1,
                                            .run = run};
