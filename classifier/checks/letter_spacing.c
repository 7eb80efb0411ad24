/* Whether letters stand where they stand in the genuine line: another face, another kerning or a
 * word of another width carries the letters after it along. Each letter that fits its template
 * (glyphs.c) has a shift; what a straight fit along the line leaves of it (a feeder stretches, a
 * reprint scales, which is another check) is the residual, and the value its 90 % point in mm.
 * Prints of one plate keep their letters to 0.01-0.03 mm; a scanner's transport wanders by up to
 * 0.1 mm over some centimetres. Detail: letters used. */
#include "classifier/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS_MIN 8
#define FITS_NCC 0.6 /* a letter that fits nowhere has no place */
#define TAIL 0.9
#define ROUNDS 3 /* of fitting without the letters that are farthest off */
#define KEEP 0.8 /* of the letters, in the next round */

struct letter {
    double at, shift, off; /* mm along the line; off: from the fit */
};

static int by_off(const void *a, const void *b)
{
    double x = ((const struct letter *)a)->off, y = ((const struct letter *)b)->off;
    return (x > y) - (x < y);
}

/* Straight line through the first n letters; fills off of all and sorts by it. */
static void fit(struct letter *letter, int n, int all)
{
    double x = 0, y = 0, xx = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        x += letter[i].at / n;
        y += letter[i].shift / n;
    }
    for (int i = 0; i < n; i++) {
        xx += pow(letter[i].at - x, 2);
        xy += (letter[i].at - x) * (letter[i].shift - y);
    }
    double slope = xx > 0 ? xy / xx : 0;
    for (int i = 0; i < all; i++)
        letter[i].off = fabs(letter[i].shift - y - slope * (letter[i].at - x));
    qsort(letter, (size_t)all, sizeof *letter, by_off);
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct glyphs *glyphs = &view->glyphs[i];
    const struct element_model *element = view->located[i].element;
    ret->outcome =
        view->located[i].state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (!is_text(element) || glyphs->n < LETTERS_MIN)
        return true;
    struct letter *letter = calloc((size_t)glyphs->n, sizeof *letter);
    if (!letter)
        return err_set(err, "out of memory while comparing letters");
    int n = 0, along = element->fine.width >= element->fine.height ? 0 : 1;
    for (int k = 0; k < glyphs->n; k++) {
        const struct glyph *glyph = &glyphs->glyph[k];
        if (glyph->open >= GLYPH_OPEN_MIN && !glyph->crossed && glyph->ncc >= FITS_NCC)
            letter[n++] = (struct letter){.at = glyph->box_mm[along] + glyph->box_mm[along + 2] / 2,
                                          .shift = glyph->shift_mm[along]};
    }
    if (n >= LETTERS_MIN) {
        int used = n;
        for (int round = 0; round < ROUNDS; round++) {
            fit(letter, used, n);
            used = (int)ceil(KEEP * n);
        }
        ret->outcome = OUTCOME_MEASURED;
        ret->value = letter[(int)(TAIL * (n - 1))].off;
        ret->has_detail = true;
        ret->detail[0] = n;
    }
    free(letter);
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
