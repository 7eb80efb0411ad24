/* Whether a logo or mark is drawn as the genuine one: cut into cells of 3.5 mm, each laid by itself
 * within half a millimetre and compared with a tolerance of a tenth (glyphs.c); the value is the
 * ink that differs, lost and added, in the cell where it is most, in mm2; ink that is only lost
 * counts half (a flaw of the plate, a scratch), ink that is only added a third (a postmark's). A
 * drawing traced again misses by 0.2-0.5 mm at corners and curves, 0.3 mm2 and more in a cell;
 * prints of one plate differ by less than 0.02 mm2. Dirt, scratches and creases take or add up to
 * 0.2 mm2. Ink of posts and pens that crosses a cell is not counted. Place: the cell. Detail: ink
 * lost and added there, mm2; over the whole element likewise. */
#include "classifier/check.h"

#include <stdio.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    const struct glyphs *glyphs = &view->glyphs[i];
    ret->outcome = located->state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (is_text(located->element) || located->element->vague[0] || located->element->vague[1])
        return true; /* a rule or a band has no drawing; its ends hide under any label's rim */
    const struct glyph *worst = NULL;
    for (int k = 0; k < glyphs->n; k++) {
        const struct glyph *glyph = &glyphs->glyph[k];
        if (glyph->open < GLYPH_OPEN_MIN)
            continue;
        worst = !worst || glyph_change(glyph) > glyph_change(worst) ? glyph : worst;
        ret->detail[2] += glyph->lost_mm2;
        ret->detail[3] += glyph_added(glyph);
    }
    if (!worst)
        return true;
    ret->outcome = OUTCOME_MEASURED;
    ret->value = glyph_change(worst);
    ret->has_detail = true;
    ret->detail[0] = worst->lost_mm2;
    ret->detail[1] = glyph_added(worst);
    ret->has_place = ret->value > 0;
    for (int k = 0; k < 4; k++)
        ret->place_mm[k] = worst->box_mm[k];
    snprintf(ret->note, sizeof ret->note, "%.2f mm2 lost, %.2f mm2 added in one place",
             ret->detail[0], ret->detail[1]);
    return true;
}

const struct check check_shape = {.name = "shape",
                                  .measures = "drawing of logos and marks",
                                  .unit = "mm2",
                                  .reason = "redrawn",
                                  .kind = CHECK_CONTENT,
                                  .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                  .direction = HIGH_IS_STRANGE,
                                  .floor_sd = 0.05,
                                  .slack = 0.2,
                                  .run = run};
