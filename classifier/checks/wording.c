/* Ink of the genuine print that is missing: the largest connected piece of print, in mm2, that
 * stands in the template and is bare paper here, beyond a tolerance of place and stroke width. A
 * changed letter leaves a piece the size of its strokes (0.2-1 mm2 at 10 pt); wear and dropouts
 * leave specks. Only missing ink is counted, since postmarks and pens add ink of their own. Blind
 * for letters that contain each other (an I in place of an L loses only the foot). Detail: the
 * piece's centre, mm from the element's left and upper edge. */
#include "classifier/check.h"

#include <math.h>

#define MM2_PER_PIXEL ((25.4 / FINE_DPI) * (25.4 / FINE_DPI))
#define TOLERANCE_PX 5   /* diameter: 0.17 mm to either side at 300 dpi */
#define STROKE_CORE_PX 2 /* rims come and go with the threshold */

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct located *located = &view->located[i];
    const struct element_model *element = located->element;
    if (located->state != ELEMENT_FOUND) {
        ret->outcome = located->state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
        return true;
    }
    struct image ink = {0}, grown = {0}, core = {0}, lost = {0};
    struct cv_components pieces = {0};
    bool ok = cv_threshold(&located->strength, fmax(INK_MIN_STRENGTH, 0.3 * element->contrast),
                           false, &ink, err) &&
              cv_morph(&ink, CV_MORPH_OP_DILATE, CV_MORPH_DISC, TOLERANCE_PX, TOLERANCE_PX, &grown,
                       err) &&
              cv_morph(&element->fine_mask, CV_MORPH_OP_ERODE, CV_MORPH_BOX, STROKE_CORE_PX,
                       STROKE_CORE_PX, &core, err) &&
              image_copy(&core, &lost, err);
    for (int y = 0; ok && y < lost.height; y++)
        for (int x = 0; x < lost.width; x++)
            if (image_row(&grown, y)[x] || !image_row(&located->open, y)[x])
                image_row(&lost, y)[x] = 0;
    ok = ok && cv_components_find(&lost, 8, &pieces, err);
    if (ok) {
        const struct cv_component *largest = NULL;
        for (int k = 1; k < pieces.n; k++)
            if (!largest || pieces.component[k].area > largest->area)
                largest = &pieces.component[k];
        ret->outcome = OUTCOME_MEASURED;
        ret->value = largest ? largest->area * MM2_PER_PIXEL : 0;
        ret->has_detail = largest != NULL;
        if (largest) {
            ret->detail[0] = largest->cx * 25.4 / FINE_DPI;
            ret->detail[1] = largest->cy * 25.4 / FINE_DPI;
        }
    }
    cv_components_finish(&pieces);
    image_finish(&ink);
    image_finish(&grown);
    image_finish(&core);
    image_finish(&lost);
    return ok;
}

/* 0.12 mm2 is a full stop at 10 pt; creases take pieces up to about 0.3 mm2 out of fine print. */
const struct check check_wording = {.name = "wording",
                                    .measures =
                                        "largest piece of the genuine print that is missing",
                                    .unit = "mm2",
                                    .reason = "altered",
                                    .kind = CHECK_CONTENT,
                                    .direction = HIGH_IS_STRANGE,
                                    .floor_sd = 0.05,
                                    .slack = 0.35,
                                    .run = run};
