/* Whether one letter or digit is another: the letter whose ink differs most from the genuine one's
 * (glyphs.c), as a share of its ink, while the others agree. An e in place of a c differs by 0.15,
 * an 8 in place of a 3 by 0.12, most others by 0.2-0.5, at 7 pt and 300 dpi as well; the same
 * letter by 0 on any printer. Ink that is lost here and added there is a change; ink that is only
 * lost may be a flaw of the plate, and counts half; ink that is only added may be dirt, or a
 * postmark's, and counts a third. Where letters
 * in general differ the typeface is another (typeface.c) and one among them says nothing. Ink of
 * posts and pens that crosses a letter is not counted (glyphs.c). Place: the letter. Detail: ink
 * lost and added there, mm2; x and y of its corner in the element, mm. */
#include "classifier/check.h"

#include <stdio.h>

#define AGREES 0.05     /* what an unchanged letter may differ by */
#define AGREE_SHARE 0.6 /* of the letters must agree: the others are a word, or two */
#define LETTERS_MIN 4

static void tell(const struct glyph *worst, struct check_value *ret)
{
    ret->outcome = OUTCOME_MEASURED;
    ret->value = worst ? glyph_change_share(worst) : 0;
    ret->has_detail = true;
    if (!worst)
        return;
    ret->has_place = true;
    for (int k = 0; k < 4; k++)
        ret->place_mm[k] = worst->box_mm[k];
    ret->detail[0] = worst->lost_mm2;
    ret->detail[1] = glyph_added(worst);
    ret->detail[2] = worst->box_mm[0];
    ret->detail[3] = worst->box_mm[1];
    snprintf(ret->note, sizeof ret->note, "%.2f mm2 lost, %.2f mm2 added, %.1f mm from the left",
             ret->detail[0], ret->detail[1], worst->box_mm[0]);
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    const struct glyphs *glyphs = &view->glyphs[i];
    ret->outcome = located->state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (!is_text(located->element))
        return true;
    const struct glyph *worst = NULL;
    int n = 0, agree = 0;
    for (int k = 0; k < glyphs->n; k++) {
        const struct glyph *glyph = &glyphs->glyph[k];
        if (glyph->open < GLYPH_OPEN_MIN)
            continue;
        n++;
        agree += glyph_difference(glyph) <= AGREES;
        if (glyph_change_share(glyph) > (worst ? glyph_change_share(worst) : 0))
            worst = glyph;
    }
    if (n < LETTERS_MIN)
        return true;
    if (agree < AGREE_SHARE * n)
        snprintf(ret->note, sizeof ret->note, "%d of %d letters differ", n - agree, n);
    else
        tell(worst, ret);
    return true;
}

/* 0.04: a speck of 0.25 mm beside a letter of 9 pt. 0.02: two scans of one sheet. */
const struct check check_wording = {.name = "wording",
                                    .measures = "the letter that differs most",
                                    .unit = "share",
                                    .reason = "text_differs",
                                    .kind = CHECK_CONTENT,
                                    .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                    .direction = HIGH_IS_STRANGE,
                                    .floor_sd = 0.02,
                                    .slack = 0.04,
                                    .run = run};
