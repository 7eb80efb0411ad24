/* Contrast of the scan. Faded by the scanner's settings, everything is weak: each element of the
 * template has less strength than it should, and the darkest ink anywhere on the sheet (the 99.9th
 * percentile over each page) is less dark than black print on that paper. So the value is the
 * larger of two ratios: the best of the elements' typical strength over the template's, and the
 * darkest ink over black. Weak print among black addresses and postmarks is the print's own and
 * belongs to the checks of colour. Below about two thirds colours say nothing; below about a third
 * noise takes the place of detail. */
#include "classifier/check.h"

#include <math.h>

#define DARKEST 0.999 /* quantile over a page: an address alone inks about 0.5 % */
#define INK_TYPICAL 0.5
#define BLACK_SHARE 0.75 /* of paper's level: black print on uncoated paper takes 0.78-0.86 */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    double darkest = 0, own = 0;
    bool found = false;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (view->scan->has[s]) {
            const double *paper = view->scan->side[s].paper_rgb;
            double black = BLACK_SHARE * fmax(paper[0], fmax(paper[1], paper[2]));
            double strength = image_percentile(&view->scan->strength[s], NULL, DARKEST);
            darkest = fmax(darkest, strength / fmax(1, black));
        }
    for (int k = 0; k < view->place->model->data.n_elements; k++) {
        const struct located *located = &view->located[k];
        if (located->state != ELEMENT_FOUND)
            continue;
        double typical =
            image_percentile(&located->strength, &located->element->fine_mask, INK_TYPICAL);
        own = fmax(own, typical / fmax(1, located->element->contrast));
        found = true;
    }
    ret->outcome = found ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    ret->value = found ? fmin(1, fmax(own, darkest)) : 0;
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
