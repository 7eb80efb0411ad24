/* Sharpness of the scan: by how much (sd of a Gaussian) the genuine pictures must be blurred to
 * look like what is seen, the median over the elements. Toner and ink-jet soften an edge by up to
 * 45 um; more on all elements is the scanner: out of focus, a page that stands off the glass, a
 * photograph. Then weight, shape and colour of strokes cannot be compared. */
#include "classifier/check.h"

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    double blur[TEMPLATE_ELEMENTS_MAX];
    int n = 0;
    for (int k = 0; k < view->place->model->data.n_elements; k++)
        if (view->located[k].state == ELEMENT_FOUND)
            blur[n++] = 1000 * view->located[k].blur_mm;
    ret->outcome = n ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = n ? median_of(blur, n) : 0;
    return true;
}

/* Slack: toner's softness in quadrature to the 40 um by which any scan is softer than the median
 * of several. */
const struct check check_sharpness = {.name = "sharpness",
                                      .measures = "blur of the scan against the enrolment's",
                                      .unit = "um",
                                      .reason = "blurred",
                                      .kind = CHECK_IMAGE,
                                      .spoils = FAULT_BLURRED,
                                      .direction = HIGH_IS_STRANGE,
                                      .of_sheet = true,
                                      .floor_sd = 5.0,
                                      .slack = 25.0,
                                      .run = run};
