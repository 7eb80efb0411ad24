/* How much the width of printed edges (10-90 %) varies along them, robust sd in um: see edges.c.
 * The scanner's blur is the same everywhere, and so is the squeezed border of offset ink; toner
 * scatters here and not there, a screen cuts edges in steps, ink runs along fibres. Needs the
 * resolution of the enrolment. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    bool measured = view->located[i].state == ELEMENT_FOUND && view->print[i].same_dpi &&
                    view->edges[i].n >= EDGES_MIN && view->edges[i].n_cells >= EDGES_CELLS_MIN;
    ret->outcome = measured ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = view->edges[i].width_sd_um;
    return true;
}

const struct check check_edge_variation = {.name = "edge_variation",
                                           .measures = "variation of the width of printed edges",
                                           .unit = "um",
                                           .reason = "edge_uneven",
                                           .kind = CHECK_PRINT,
                                           .looks_at = LOOKS_AT_EDGES,
                                           .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                           .direction = HIGH_IS_STRANGE,
                                           .log_scale = true,
                                           .floor_sd = 0.12,
                                           .agreement = 0.1,
                                           .run = run};
