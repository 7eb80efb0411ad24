/* Roughness of printed edges at waves shorter than 150 um along them, in um: see edge_bands.c. A
 * worn plate, a stretched sheet and ink that follows fibres bend contours slowly; heaped toner and
 * single drops fringe them within a tenth of a millimetre, which nothing that happens to offset
 * print does. The scanner's own share is the same for all sheets. Needs the resolution of the
 * enrolment. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (edges_comparable(view, i, ret)) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = view->edges[i].fast_um;
    }
    return true;
}

const struct check check_edge_fringe = {.name = "edge_fringe",
                                        .measures = "fine roughness of printed edges",
                                        .unit = "um",
                                        .reason = "fringed",
                                        .kind = CHECK_PRINT,
                                        .looks_at = LOOKS_AT_EDGES,
                                        .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                        .alone = true,
                                        .direction = HIGH_IS_STRANGE,
                                        .log_scale = true,
                                        .floor_sd = 0.10,
                                        .agreement = 0.1,
                                        .run = run};
