/* Width of printed edges in um (10-90 %), median over the element: see edges.c. The scanner's own
 * blur is most of it and the same for all sheets; toner and ink-jet add scatter and feathering. A
 * much sharper edge is as strange as a wider one. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    bool measured = view->located[i].state == ELEMENT_FOUND && view->print[i].same_dpi &&
                    view->edges[i].n >= EDGES_MIN;
    ret->outcome = measured ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = view->edges[i].width_um;
    return true;
}

const struct check check_edge_width = {.name = "edge_width",
                                       .measures = "width of printed edges",
                                       .unit = "um",
                                       .reason = "edge_wide",
                                       .kind = CHECK_PRINT,
                                       .looks_at = LOOKS_AT_EDGES,
                                       .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                       .direction = BOTH_ARE_STRANGE,
                                       .log_scale = true,
                                       .floor_sd = 0.04,
                                       .agreement = 0.1,
                                       .run = run};
