/* Steps of a printer's raster in slanted edges, amplitude in um: see edge_staircase.c. Plates have
 * none that an office scanner could see, so that genuine print shows what the scanner's own raster
 * makes of an edge. Needs the resolution of the enrolment. */
#include "classifier/check.h"

#include <stdio.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (!edges_comparable(view, i, ret))
        return true;
    if (view->edges[i].has_staircase) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = view->edges[i].staircase_um;
    } else {
        snprintf(ret->note, sizeof ret->note, "too few slanted edges");
    }
    return true;
}

const struct check check_staircase = {.name = "staircase",
                                      .measures = "steps of a printer's raster in slanted edges",
                                      .unit = "um",
                                      .reason = "stepped",
                                      .kind = CHECK_PRINT,
                                      .looks_at = LOOKS_AT_EDGES,
                                      .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                      .direction = HIGH_IS_STRANGE,
                                      .log_scale = true,
                                      .floor_sd = 0.2,
                                      .agreement = 0.1,
                                      .run = run};
