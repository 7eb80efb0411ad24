#include "classifier/likeness.h"

#include "classifier/cut.h"
#include "classifier/fragments.h"
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

/* What is compared, all at FINE_DPI: softened ink, expected and seen; ink seen, as a mask and grown
 * by the tolerance; the print's place and its surroundings, as far as they are open. */
struct pictures {
    struct image soft[2], ink, grown, place, near;
};

static bool pictures_make(const struct located *located, struct pictures *ret, struct err *err)
{
    const struct element_model *element = located->element;
    int surround = odd_px(SURROUND_MM), tolerance = odd_px(TOLERANCE_MM);
    double ink_from = fmax(INK_MIN_STRENGTH, 0.35 * element->contrast);
    return cv_morph(&element->fine_mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, surround, surround,
                    &ret->near, err) &&
           cv_gauss(&element->fine, 1.0, &ret->soft[0], err) &&
           cv_gauss(&located->strength, 1.0, &ret->soft[1], err) &&
           cv_threshold(&located->strength, ink_from, false, &ret->ink, err) &&
           cv_morph(&ret->ink, CV_MORPH_OP_DILATE, CV_MORPH_DISC, tolerance, tolerance, &ret->grown,
                    err) &&
           image_copy(&element->fine_mask, &ret->place, err);
}

static void pictures_finish(struct pictures *pictures)
{
    image_finish(&pictures->near);
    image_finish(&pictures->soft[0]);
    image_finish(&pictures->soft[1]);
    image_finish(&pictures->ink);
    image_finish(&pictures->grown);
    image_finish(&pictures->place);
}

/* How much can be seen, and how much of that is bare paper. */
static void look(struct located *located, struct pictures *pictures)
{
    located->visible = mask_share(&located->element->fine_mask, &located->open);
    mask_and(&pictures->near, &located->open);
    mask_and(&pictures->place, &located->open);
    bool any = mask_area(&pictures->place) > 0;
    located->bare = any ? 1 - mask_share(&pictures->place, &pictures->grown) : 0;
}

/* Score over the visible print. */
static bool score(struct located *located, struct pictures *pictures, struct err *err)
{
    const struct image *soft = pictures->soft;
    located->ncc = image_correlation(&soft[0], &soft[1], &pictures->near);
    fragments_compare(located, &soft[0], &soft[1], &pictures->near);
    if (located->bare < LOST_SHARE &&
        !score_without_added(located, &soft[0], &soft[1], &pictures->ink, &pictures->near, err))
        return false;
    return located->ncc < BLUR_FROM_NCC || match_blur(located, &pictures->near, err);
}

bool likeness_measure(struct located *located, struct err *err)
{
    struct pictures pictures = {0};
    bool ok = pictures_make(located, &pictures, err), cut = false;
    if (ok) {
        look(located, &pictures);
        if (located->bare >= LOST_SHARE && located->bare < 1)
            ok = cut_find(located, &pictures.grown, &cut, err);
        if (cut)
            look(located, &pictures);
        ok = ok && score(located, &pictures, err);
    }
    if (ok) {
        mask_and(&pictures.ink, &located->open);
        located->inked =
            (double)mask_area(&pictures.ink) / fmax(1, (double)mask_area(&pictures.place));
    }
    pictures_finish(&pictures);
    return ok;
}
