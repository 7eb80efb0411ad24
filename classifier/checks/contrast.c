/* Contrast of the scan: the darkest ink anywhere on the sheet (the 99.9th percentile of strength
 * over each page, or an element's own) over the strongest ink of the template. Faded by the
 * scanner's settings, everything is weak; weak print among strong postmarks and addresses is the
 * print's own and belongs to the checks of colour. Below about two thirds colours say nothing;
 * below about a third noise takes the place of detail. */
#include "classifier/check.h"

#include <math.h>

#define DARKEST 0.999 /* quantile over a page: an address alone inks about 0.5 % */
#define INK_TYPICAL 0.5

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    double seen = 0, expected = 0;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (view->scan->has[s])
            seen = fmax(seen, image_percentile(&view->scan->strength[s], NULL, DARKEST));
    for (int k = 0; k < view->place->model->data.n_elements; k++) {
        const struct located *located = &view->located[k];
        if (located->state != ELEMENT_FOUND)
            continue;
        expected = fmax(expected, located->element->contrast);
        seen = fmax(
            seen, image_percentile(&located->strength, &located->element->fine_mask, INK_TYPICAL));
    }
    ret->outcome = expected > 0 ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = expected > 0 ? fmin(1, seen / expected) : 0;
    return true;
}

const struct check check_contrast = {.name = "contrast",
                                     .measures = "contrast of the scan against the enrolment's",
                                     .unit = "ratio",
                                     .reason = "faint",
                                     .kind = CHECK_IMAGE,
                                     .spoils = FAULT_FAINT,
                                     .direction = LOW_IS_STRANGE,
                                     .of_sheet = true,
                                     .floor_sd = 0.10,
                                     .slack = 0.05,
                                     .run = run};
