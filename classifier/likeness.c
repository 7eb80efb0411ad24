#include "classifier/likeness.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "classifier/place_search.h"
#include "schemas/base/err.h"

#include <math.h>

#define MM_PER_INCH 25.4
#define BLUR_FROM_NCC 0.45 /* less alike and there is nothing to compare sharpness with */
#define SURROUND_MM 0.6    /* of the print that counts in the score */
#define TOLERANCE_MM 0.17  /* two pixels at 300 dpi: place and stroke width vary by less */
#define KEPT_MIN 0.5       /* of the print's surroundings must be free of what was added */
#define BLUR_MIN_PX 0.5    /* sd; less is the difference of two scans of one sheet */
#define BLUR_STEP 0.5      /* octaves from one trial to the next */
#define BLUR_STEPS 9       /* up to 8 pixels: nothing can be read then */

static int odd_px(double mm)
{
    return (int)lround(mm * FINE_DPI / MM_PER_INCH) * 2 + 1;
}

/* How much softer than the template the scan is: the Gaussian blur of the template that correlates
 * best, by the parabola through the best of a row of trials and its neighbours. A scan out of focus
 * by a pixel or more is compared with the template as soft as itself. */
static bool match_blur(struct located *located, const struct image *mask, struct err *err)
{
    double ncc[BLUR_STEPS];
    int best = -1, n = 0;
    double sharp = image_correlation(&located->element->fine, &located->strength, mask);
    for (; n < BLUR_STEPS && n <= best + 1; n++) {
        struct image soft = {0};
        if (!cv_gauss(&located->element->fine, BLUR_MIN_PX * pow(2, n * BLUR_STEP), &soft, err))
            return false;
        ncc[n] = image_correlation(&soft, &located->strength, mask);
        image_finish(&soft);
        if (ncc[n] > (best < 0 ? sharp : ncc[best]))
            best = n;
    }
    located->blur_mm = 0;
    if (best < 0)
        return true;
    double off =
        best > 0 && best + 1 < n ? parabola_vertex(ncc[best - 1], ncc[best], ncc[best + 1]) : 0;
    located->blur_mm = fine_mm(BLUR_MIN_PX * pow(2, (best + off) * BLUR_STEP));
    if (located->blur_mm >= fine_mm(1))
        located->ncc = fmax(located->ncc, ncc[best]);
    return true;
}

/* All of the print is there: what stands between it that is not its own (pens, postmarks, stamps)
 * is left out of the score. Another typeface loses ink as well as adding some. */
static bool score_without_added(struct located *located, const struct image *expected,
                                const struct image *seen, const struct image *ink,
                                const struct image *near, struct err *err)
{
    struct image own = {0}, added = {0}, grown = {0}, rest = {0};
    int tolerance = odd_px(TOLERANCE_MM), blur = odd_px(2 * TOLERANCE_MM);
    bool ok = cv_morph(&located->element->fine_mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, tolerance,
                       tolerance, &own, err) &&
              image_copy(ink, &added, err) && image_copy(near, &rest, err);
    if (ok)
        mask_minus(&added, &own);
    ok = ok && cv_morph(&added, CV_MORPH_OP_DILATE, CV_MORPH_DISC, blur, blur, &grown, err);
    if (ok)
        mask_minus(&rest, &grown);
    if (ok && mask_area(&rest) >= KEPT_MIN * (double)mask_area(near))
        located->ncc = fmax(located->ncc, image_correlation(expected, seen, &rest));
    image_finish(&own);
    image_finish(&added);
    image_finish(&grown);
    image_finish(&rest);
    return ok;
}

/* Score over the visible print, and how much of the print's place is bare paper. */
bool likeness_measure(struct located *located, struct err *err)
{
    const struct element_model *element = located->element;
    struct image near = {0}, soft[2] = {{0}, {0}}, ink = {0}, grown = {0}, place = {0};
    int surround = odd_px(SURROUND_MM), tolerance = odd_px(TOLERANCE_MM);
    bool ok =
        cv_morph(&element->fine_mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, surround, surround, &near,
                 err) &&
        cv_gauss(&element->fine, 1.0, &soft[0], err) &&
        cv_gauss(&located->strength, 1.0, &soft[1], err) &&
        cv_threshold(&located->strength, fmax(INK_MIN_STRENGTH, 0.35 * element->contrast), false,
                     &ink, err) &&
        cv_morph(&ink, CV_MORPH_OP_DILATE, CV_MORPH_DISC, tolerance, tolerance, &grown, err) &&
        image_copy(&element->fine_mask, &place, err);
    if (ok) {
        located->visible = mask_share(&element->fine_mask, &located->open);
        mask_and(&near, &located->open);
        mask_and(&place, &located->open);
        located->ncc = image_correlation(&soft[0], &soft[1], &near);
        located->bare = mask_area(&place) ? 1 - mask_share(&place, &grown) : 0;
        if (located->bare < LOST_SHARE)
            ok = score_without_added(located, &soft[0], &soft[1], &ink, &near, err);
        ok = ok && (located->ncc < BLUR_FROM_NCC || match_blur(located, &near, err));
    }
    if (ok) {
        mask_and(&ink, &located->open);
        located->inked = (double)mask_area(&ink) / fmax(1, (double)mask_area(&place));
    }
    image_finish(&near);
    image_finish(&soft[0]);
    image_finish(&soft[1]);
    image_finish(&ink);
    image_finish(&grown);
    image_finish(&place);
    return ok;
}
