/* Whether the parts of a logo or mark stand to each other as in the genuine one: what shift, turn
 * and scale of the whole leave of each cell's own shift (glyph_fit.c); the value is its 90 % point
 * over the cells of 3.5 mm, in mm, but never that of one cell alone: the end of a bar that a label
 * hides seems moved. It sees what a drawing traced or rebuilt by eye gets wrong over
 * lengths of many millimetres: widths, angles, gaps, curves. Prints of one plate: 0.01-0.05 mm; a
 * feeder that stretches by 0.6 % adds 0.04 mm on 14 mm. Straight edges hide a shift along them.
 * Place: the cell that is farthest off. Detail: cells used. */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CELLS_MIN 5
#define TAIL 0.9

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct glyphs *glyphs = &view->glyphs[i];
    ret->outcome =
        view->located[i].state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (is_text(view->located[i].element) || glyphs->n < CELLS_MIN)
        return true;
    double *off = calloc((size_t)glyphs->n, sizeof *off), worst = 0;
    if (!off)
        return err_set(err, "out of memory while comparing a drawing");
    int n = 0;
    for (int k = 0; k < glyphs->n; k++) {
        const struct glyph *glyph = &glyphs->glyph[k];
        if (!glyph->stands)
            continue;
        off[n] = hypot(glyph->off_mm[0], glyph->off_mm[1]);
        if (off[n] >= worst) {
            worst = off[n];
            for (int c = 0; c < 4; c++)
                ret->place_mm[c] = glyph->box_mm[c];
            snprintf(ret->note, sizeof ret->note, "%+.2f mm across, %+.2f mm down in one place",
                     glyph->off_mm[0], glyph->off_mm[1]);
        }
        n++;
    }
    if (n >= CELLS_MIN) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = quantile_of(off, n, fmin(TAIL, (n - 2.0) / (n - 1.0)));
        ret->has_place = true;
        ret->has_detail = true;
        ret->detail[0] = n;
    }
    free(off);
    return true;
}

/* 0.15: what scanners do to a mark of some centimetres. 0.03: how well a cell is laid. */
const struct check check_proportions = {.name = "proportions",
                                        .measures = "place of a drawing's parts to each other",
                                        .unit = "mm",
                                        .reason = "redrawn",
                                        .kind = CHECK_CONTENT,
                                        .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                        .direction = HIGH_IS_STRANGE,
                                        .floor_sd = 0.03,
                                        .slack = 0.15,
                                        .run = run};
