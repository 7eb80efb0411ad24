/* Ink is told from print by its colour or by its strength.
 *
 * By colour: what an ink takes away from the paper's light has a direction in RGB, the same for a
 * thin stroke, which the scan mixes with paper, as for a solid. The template's print shows the
 * directions of its own inks. Ink off all these lines, in strokes wider than the fringes of a
 * scanner, that goes on beyond the element's print came later; ink of another colour
 * that stays on the print is that print in a wrong colour, and so is all of it.
 *
 * By strength: a pen that is darker than the print shows where the ink is stronger than the print
 * anywhere near, in strokes wider than the dots of a halftone screen; where nearly all of the print
 * is stronger, it was printed in another ink. */
#include "classifier/pens.h"

#include "classifier/ink.h"
#include "classifier/inks.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DARKER 1.6    /* times the print's strength: another ink's */
#define PEN_MM 0.5    /* wider than dots of a halftone screen */
#define RIM_MM 0.3    /* either side: blur, ink that bleeds */
#define ALL_PRINT 0.8 /* of it darker, or of another colour: it was printed in another ink */
#define STRENGTH_MIN (2 * INK_MIN_STRENGTH) /* paler ink may be dirt, or the shadow of a crease */
#define OTHER_LEVELS INK_MIN_STRENGTH       /* off the line of an ink's shades; drift leaves 10 */
#define STROKE_MM 0.25                      /* thinner are fringes of the scan */
#define JOIN_MM 0.6                         /* between parts of a stroke: letters that it crosses */
#define BEYOND_MM 0.5 /* from the print: farther than letters of another wording lie */
#define BEYOND_SHARE 0.25
#define BEYOND_MM2 1.0
#define LONG_MM 4.0 /* shorter strokes are letters */
#define MM_PER_INCH 25.4
#define PX_MM2 pow(FINE_DPI / MM_PER_INCH, 2)

static int odd_px(double mm)
{
    return (int)lround(mm * FINE_DPI / MM_PER_INCH) | 1;
}

/* Ink that is no shade of the element's, as strokes; joined across what they lie on. */
static bool other_inks(const struct located *located, const double paper_rgb[3], struct image *ret,
                       struct err *err)
{
    struct image other = {0}, strokes = {0};
    struct inks inks = {0};
    inks_of(located->element, &inks);
    bool ok = image_create(&other, located->seen.width, located->seen.height, 1, err);
    for (int y = 0; ok && y < other.height; y++)
        for (int x = 0; x < other.width; x++) {
            double lack[3];
            const uint8_t *rgb = image_row(&located->seen, y) + (size_t)x * 3;
            bool here = ink_lack(rgb, paper_rgb, lack) >= STRENGTH_MIN && inks.n > 0 &&
                        ink_of(&inks, lack, OTHER_LEVELS) == inks.n;
            image_row(&other, y)[x] = here ? 255 : 0;
        }
    ok = ok &&
         cv_morph(&other, CV_MORPH_OP_OPEN, CV_MORPH_BOX, odd_px(STROKE_MM), odd_px(STROKE_MM),
                  &strokes, err) &&
         cv_morph(&strokes, CV_MORPH_OP_CLOSE, CV_MORPH_DISC, odd_px(JOIN_MM), odd_px(JOIN_MM), ret,
                  err);
    image_finish(&other);
    image_finish(&strokes);
    return ok;
}

/* Keeps the strokes that go on beyond the print. */
static bool keep_going_beyond(const struct image *print, struct image *strokes, struct err *err)
{
    struct image near_print = {0};
    struct cv_components found = {0};
    int reach = odd_px(2 * BEYOND_MM), width = strokes->width;
    bool ok = cv_morph(print, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &near_print, err) &&
              cv_components_find(strokes, 8, &found, err);
    long *beyond = ok ? calloc((size_t)found.n, sizeof *beyond) : NULL;
    ok = ok && (beyond || err_set(err, "out of memory while looking for pens"));
    for (int i = 0; ok && i < width * strokes->height; i++)
        beyond[found.label[i]] += !image_row(&near_print, i / width)[i % width];
    for (int k = 1; ok && k < found.n; k++) {
        const struct cv_component *c = &found.component[k];
        bool goes = hypot(c->w, c->h) >= LONG_MM * FINE_DPI / MM_PER_INCH &&
                    (double)beyond[k] >= BEYOND_SHARE * c->area &&
                    (double)beyond[k] >= BEYOND_MM2 * PX_MM2;
        beyond[k] = goes;
    }
    for (int i = 0; ok && i < width * strokes->height; i++)
        if (found.label[i] && !beyond[found.label[i]])
            image_row(strokes, i / width)[i % width] = 0;
    free(beyond);
    cv_components_finish(&found);
    image_finish(&near_print);
    return ok;
}

static bool take_off_colours(struct located *located, const double paper_rgb[3], struct err *err)
{
    const struct image *print = &located->element->fine_mask;
    struct image strokes = {0}, grown = {0};
    int rim = odd_px(2 * RIM_MM);
    if (!other_inks(located, paper_rgb, &strokes, err))
        return false;
    located->strange = mask_share(print, &strokes);
    bool ok = mask_area(&strokes) == 0 ||
              (keep_going_beyond(print, &strokes, err) &&
               cv_morph(&strokes, CV_MORPH_OP_DILATE, CV_MORPH_DISC, rim, rim, &grown, err));
    if (ok && grown.data && mask_share(print, &strokes) < ALL_PRINT) {
        mask_minus(&located->open, &grown);
        mask_minus(&located->clear, &grown);
    }
    image_finish(&strokes);
    image_finish(&grown);
    return ok;
}

static bool take_off_darker(struct located *located, struct err *err)
{
    const struct image *print = &located->element->fine_mask;
    struct image own = {0}, darker = {0}, wide = {0}, grown = {0};
    long n = 0;
    bool ok = cv_morph(&located->element->fine, CV_MORPH_OP_DILATE, CV_MORPH_BOX, odd_px(PEN_MM),
                       odd_px(PEN_MM), &own, err) &&
              image_create(&darker, own.width, own.height, 1, err);
    for (int y = 0; ok && y < own.height; y++)
        for (int x = 0; x < own.width; x++) {
            int most = image_row(&own, y)[x];
            bool here =
                most >= INK_MIN_STRENGTH && image_row(&located->strength, y)[x] > DARKER * most;
            image_row(&darker, y)[x] = here ? 255 : 0;
            n += here && image_row(print, y)[x];
        }
    if (ok && n > 0 && (double)n < ALL_PRINT * (double)mask_area(print)) {
        ok = cv_morph(&darker, CV_MORPH_OP_OPEN, CV_MORPH_BOX, odd_px(PEN_MM), odd_px(PEN_MM),
                      &wide, err) &&
             cv_morph(&wide, CV_MORPH_OP_DILATE, CV_MORPH_DISC, odd_px(2 * RIM_MM),
                      odd_px(2 * RIM_MM), &grown, err);
        if (ok)
            mask_minus(&located->clear, &grown);
    }
    image_finish(&own);
    image_finish(&darker);
    image_finish(&wide);
    image_finish(&grown);
    return ok;
}

bool pens_take_off(struct located *located, const double paper_rgb[3], struct err *err)
{
    return take_off_colours(located, paper_rgb, err) && take_off_darker(located, err);
}
