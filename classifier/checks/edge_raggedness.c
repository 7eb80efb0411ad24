/* Roughness of printed edges in um: see edges.c for the measure and its physics. Offset on uncoated
 * paper 3-8 um, laser 4.5-13, ink-jet more; the scanner adds its own few, the same for all sheets.
 * Needs the resolution of the enrolment. */
#include "classifier/check.h"

#include <stdio.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (!print_comparable(view, i, ret))
        return true;
    if (view->edges[i].n < EDGES_MIN || view->edges[i].n_cells < EDGES_CELLS_MIN) {
        snprintf(ret->note, sizeof ret->note, "too few clear edges (%d)", view->edges[i].n);
    } else {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = view->edges[i].raggedness_um;
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
