/* Loss of the scan's JPEG compression: 100 minus its quality on the scale of the Independent JPEG
 * Group, the worst of the sides; 0 for files without loss. Blocks of 8 pixels and mosquito noise
 * roughen edges and shift colours from quality 85 downwards at 600 dpi, so a scan that lost more
 * than those of the enrolment cannot be compared with them in detail. Pictures that were compressed
 * once and saved without loss later are not recognised. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    ret->outcome = OUTCOME_MEASURED;
    ret->value = 0;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (view->scan->has[s] && view->scan->side[s].raw->loss > ret->value)
            ret->value = view->scan->side[s].raw->loss;
    return true;
}

const struct check check_compression = {.name = "compression",
                                        .measures = "loss by JPEG compression of the scan",
                                        .unit = "quality",
                                        .reason = "compressed",
                                        .kind = CHECK_IMAGE,
                                        .spoils = FAULT_COMPRESSED,
                                        .spoils_print = FAULT_COMPRESSED,
                                        .direction = HIGH_IS_STRANGE,
                                        .of_sheet = true,
                                        .floor_sd = 2.0,
                                        .slack = 10.0,
                                        .run = run};
