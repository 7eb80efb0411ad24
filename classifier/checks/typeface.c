/* Whether lines of text are set in the genuine typeface: how much of a letter's ink stands
 * elsewhere, each letter laid by itself and compared with a tolerance of a tenth of a millimetre
 * (glyphs.c). The same outlines from any press and printer at any ordinary blur give 0; another
 * face gives 0.1-0.5, its italic 0.1, its bold 0.25, in nearly all letters. So the value is the
 * upper quartile over the letters: dirt, a pen or a crease reach fewer than a quarter of them, and
 * a single changed letter is for the check of the wording. Letters seen through film are left out:
 * its tint passes for ink beside them. Faces made to be mistaken for each other
 * (Arial and Helvetica) differ in few letters and may pass. Detail: median, letters compared,
 * letters crossed by other ink. */
#include "classifier/check.h"

#include <stdio.h>
#include <stdlib.h>

#define QUARTILE 0.75
#define LETTERS_MIN 8      /* for a quartile */
#define COMPARED_SHARE 0.4 /* of its letters must be visible */

static void summarise(double *difference, int n, int crossed, struct check_value *ret)
{
    ret->outcome = OUTCOME_MEASURED;
    ret->value = quantile_of(difference, n, QUARTILE);
    ret->has_detail = true;
    ret->detail[0] = median_of(difference, n);
    ret->detail[1] = n;
    ret->detail[2] = crossed;
    snprintf(ret->note, sizeof ret->note, "%d letters compared", n);
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct glyphs *glyphs = &view->glyphs[i];
    ret->outcome =
        view->located[i].state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (!is_text(view->located[i].element) || glyphs->n < LETTERS_MIN)
        return true;
    double *difference = calloc((size_t)glyphs->n, sizeof *difference);
    if (!difference)
        return err_set(err, "out of memory while comparing letters");
    int n = 0, crossed = 0;
    for (int k = 0; k < glyphs->n; k++) {
        if (glyphs->glyph[k].open < GLYPH_OPEN_MIN || glyphs->glyph[k].through)
            continue;
        crossed += glyphs->glyph[k].crossed;
        difference[n++] = glyph_difference(&glyphs->glyph[k]);
    }
    if (n >= LETTERS_MIN && n >= COMPARED_SHARE * glyphs->n)
        summarise(difference, n, crossed, ret);
    free(difference);
    return true;
}

/* 0.03: what strong blur or a worn plate does to thin strokes. 0.01: two scans of one sheet. */
const struct check check_typeface = {.name = "typeface",
                                     .measures = "letters against the genuine typeface",
                                     .unit = "share",
                                     .reason = "font_differs",
                                     .kind = CHECK_CONTENT,
                                     .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                     .direction = HIGH_IS_STRANGE,
                                     .floor_sd = 0.01,
                                     .slack = 0.03,
                                     .run = run};
