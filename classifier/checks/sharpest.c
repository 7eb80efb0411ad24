/* The sharpest edges on the sheet, whoever printed them (10-90 %, um): see sharpest.c. As sharp as
 * those of the enrolment's sheets, and the scan is not what made the firm's own print soft; softer,
 * and it may be. An edge that is wider by a tenth has been blurred by half a pixel (sd, in
 * quadrature, with the 2.6 pixels that scanners show): that much doubles grain and widens edges as
 * printers do, half as much does not. Detail: 1 at the resolution of the enrolment, else 0; scan's
 * resolution over that. */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>

#define SAME_DPI 0.1 /* pixels of another size make other edges */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    const struct template_data *data = &view->place->model->data;
    double ratio = 1;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (view->scan->has[s] && fabs(view->scan->side[s].dpi / data->dpi - 1) > fabs(ratio - 1))
            ratio = view->scan->side[s].dpi / data->dpi;
    bool same = ratio > 1 - SAME_DPI && (ratio < 1 + SAME_DPI || data->dpi >= PRINT_DPI_MAX);
    ret->outcome = view->scan->sharpest_um > 0 && same ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = view->scan->sharpest_um;
    ret->has_detail = true;
    ret->detail[0] = same;
    ret->detail[1] = ratio;
    if (!same)
        snprintf(ret->note, sizeof ret->note, "needs a scan at the resolution of the enrolment");
    return true;
}

const struct check check_sharpest = {.name = "sharpest",
                                     .measures = "width of the sharpest edges on the sheet",
                                     .unit = "um",
                                     .reason = "blurred",
                                     .kind = CHECK_IMAGE,
                                     .spoils_print = FAULT_BLURRED,
                                     .spoils_beyond = 0.1,
                                     .direction = HIGH_IS_STRANGE,
                                     .of_sheet = true,
                                     .floor_sd = 3.0,
                                     .run = run};
