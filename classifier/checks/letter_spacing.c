/* Whether letters stand where they stand in the genuine line: another face, another kerning or a
 * word of another width carries the letters after it along. What shift, turn and scale of the whole
 * element leave of each letter's own shift along the line (glyph_fit.c); the value is its 90 %
 * point in mm. Prints of one plate keep their letters to 0.01-0.03 mm; a scanner's transport
 * wanders by up to 0.1 mm over some centimetres. Place: none, it is the whole line. Detail: letters
 * used. */
#include "classifier/check.h"

#include <math.h>
#include <stdlib.h>

#define LETTERS_MIN 8
#define TAIL 0.9

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct glyphs *glyphs = &view->glyphs[i];
    const struct element_model *element = view->located[i].element;
    ret->outcome =
        view->located[i].state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (!is_text(element) || glyphs->n < LETTERS_MIN)
        return true;
    double *off = calloc((size_t)glyphs->n, sizeof *off);
    if (!off)
        return err_set(err, "out of memory while comparing letters");
    int n = 0, along = element->fine.width >= element->fine.height ? 0 : 1;
    for (int k = 0; k < glyphs->n; k++)
        if (glyphs->glyph[k].stands)
            off[n++] = fabs(glyphs->glyph[k].off_mm[along]);
    if (n >= LETTERS_MIN) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = quantile_of(off, n, TAIL);
        ret->has_detail = true;
        ret->detail[0] = n;
    }
    free(off);
    return true;
}

/* 0.12: a transport's wandering. 0.02: how well a letter is laid. */
const struct check check_letter_spacing = {.name = "letter_spacing",
                                           .measures = "where letters stand along their line",
                                           .unit = "mm",
                                           .reason = "spacing_differs",
                                           .kind = CHECK_CONTENT,
                                           .direction = HIGH_IS_STRANGE,
                                           .floor_sd = 0.02,
                                           .slack = 0.12,
                                           .run = run};
