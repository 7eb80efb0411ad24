/* Whether lines of text are set in the genuine weight: width of the strokes here less that in the
 * template, in um, median over the letters (glyphs.c). Toner, ink gain and blur widen every stroke
 * by 10-60 um, which is print and not typeface; a bold face is wider by 90 um at 7 pt and 200 um at
 * 12 pt, a light one as much narrower. Weights next to each other (medium, semibold) differ by no
 * more than print does and pass. Measured in the one channel that shows the ink best, so that inks
 * printed beside each other do not count. Detail: genuine and seen width, um; letters. */
#include "classifier/check.h"

#include <stdio.h>
#include <stdlib.h>

#define LETTERS_MIN 8  /* for a median */
#define SOFT_MAX_UM 60 /* blurred more than this, a thin stroke has no width */
#define LAID_NCC 0.5   /* a letter that fits nowhere has no width of its own */

static bool usable(const struct glyph *glyph)
{
    return glyph->open >= GLYPH_OPEN_MIN && !glyph->crossed && !glyph->through &&
           glyph->ncc >= LAID_NCC && glyph->stroke_um[0] > 0 && glyph->stroke_um[1] > 0;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct glyphs *glyphs = &view->glyphs[i];
    ret->outcome =
        view->located[i].state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (!is_text(view->located[i].element) || glyphs->n < LETTERS_MIN)
        return true;
    if (glyphs->soft_um > SOFT_MAX_UM) {
        snprintf(ret->note, sizeof ret->note, "the scan is blurred");
        return true;
    }
    double *wider = calloc((size_t)glyphs->n, sizeof *wider);
    double *width = calloc((size_t)glyphs->n, sizeof *width);
    bool ok = (wider && width) || err_set(err, "out of memory while comparing strokes");
    int n = 0;
    for (int k = 0; ok && k < glyphs->n; k++)
        if (usable(&glyphs->glyph[k])) {
            width[n] = glyphs->glyph[k].stroke_um[0];
            wider[n++] = glyphs->glyph[k].stroke_um[1] - glyphs->glyph[k].stroke_um[0];
        }
    if (n >= LETTERS_MIN) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = median_of(wider, n);
        ret->has_detail = true;
        ret->detail[0] = median_of(width, n);
        ret->detail[1] = ret->detail[0] + ret->value;
        ret->detail[2] = n;
        snprintf(ret->note, sizeof ret->note, "%.0f um \xe2\x86\x92 %.0f um", ret->detail[0],
                 ret->detail[1]);
    }
    free(wider);
    free(width);
    return ok;
}

/* 60: all that print adds to a stroke. 8: two scans of one sheet, thin strokes. */
const struct check check_stroke_weight = {.name = "stroke_weight",
                                          .measures = "width of the letters' strokes",
                                          .unit = "um",
                                          .reason = "weight_differs",
                                          .kind = CHECK_CONTENT,
                                          .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                          .direction = BOTH_ARE_STRANGE,
                                          .floor_sd = 8,
                                          .slack = 60,
                                          .run = run};
