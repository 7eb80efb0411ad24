/* Colour of the print: distance CIE76 in L*a*b* between the inked core here and in the template,
 * each against its own paper, so that lamp and paper tint drop out. Offset drifts by 1-3 units
 * between runs; a spot colour imitated by toner or ink misses by 5-20. Needs strokes wide enough to
 * have a core that the scanner's blur does not reach (0.25 mm from the rim). Detail: L*, a*, b*
 * seen minus genuine. */
#include "classifier/check.h"

#include <math.h>

#define CORE_MM 0.25
#define CORE_MIN_PX 60 /* pixels at 300 dpi: 0.4 mm2 of solid */

/* Mean over the core minus paper. */
static bool core_lab(const struct image *rgb, const struct image *core, const double paper[3],
                     double ret[3], struct err *err)
{
    struct plane lab[3] = {{0}};
    double of_paper[3];
    bool ok = cv_lab(rgb, lab, err) && lab_of(paper, of_paper, err);
    for (int c = 0; c < 3; c++) {
        double mean, std;
        if (ok && (ok = cv_mean_std_plane(&lab[c], core, &mean, &std, err)))
            ret[c] = mean - of_paper[c];
        plane_finish(&lab[c]);
    }
    return ok;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct located *located = &view->located[i];
    const struct element_model *element = located->element;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state != ELEMENT_FOUND ||
        view->scan->side[located->scan_side].raw->channels == 1) /* a grey scan has none */
        return true;
    int size = (int)lround(CORE_MM * FINE_DPI / 25.4) * 2 + 1;
    struct image core = {0};
    if (!cv_morph(&element->fine_mask, CV_MORPH_OP_ERODE, CV_MORPH_DISC, size, size, &core, err))
        return false;
    mask_and(&core, &located->open);
    bool ok = true;
    if (mask_area(&core) >= CORE_MIN_PX) {
        double seen[3], expected[3];
        ok = core_lab(&located->seen, &core, view->scan->side[located->scan_side].paper_rgb, seen,
                      err) &&
             core_lab(&element->fine_rgb, &core, element->paper_rgb, expected, err);
        if (ok) {
            ret->outcome = OUTCOME_MEASURED;
            ret->has_detail = true;
            for (int c = 0; c < 3; c++)
                ret->detail[c] = seen[c] - expected[c];
            ret->value = sqrt(pow(seen[0] - expected[0], 2) + pow(seen[1] - expected[1], 2) +
                              pow(seen[2] - expected[2], 2));
        }
    }
    image_finish(&core);
    return ok;
}

const struct check check_colour = {.name = "colour",
                                   .measures = "colour of the print against the genuine one",
                                   .unit = "dE76",
                                   .reason = "colour_differs",
                                   .kind = CHECK_PRINT,
                                   .spoilt_by = FAULT_COMPRESSED | FAULT_FAINT,
                                   .direction = HIGH_IS_STRANGE,
                                   .floor_sd = 1.0,
                                   .agreement = 0.1,
                                   .slack = 3.0,
                                   .run = run};
