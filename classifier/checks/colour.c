/* Colour of the print: distance CIE76 in L*a*b* between the inked core here and in the template,
 * each against its own paper, so that lamp and paper tint drop out; the median over the pixels, as
 * a pen or a postmark may cross it (ink_colour sees a part that differs). Offset drifts by 1-3
 * units between runs; a spot colour imitated by toner or ink misses by 5-20. Needs strokes wide
 * enough to have a core that the scanner's blur does not reach (0.25 mm from the rim). Detail: L*,
 * a*, b* seen minus genuine. */
#include "classifier/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CORE_MM 0.25
#define CORE_MIN_PX 60 /* pixels at 300 dpi: 0.4 mm2 of solid */

/* Takes off the pieces that a pen or a postmark crosses. */
static void leave_out_crossed(const struct glyphs *glyphs, struct image *core)
{
    const double px = FINE_DPI / 25.4;
    for (int k = 0; k < glyphs->n; k++) {
        const double *box = glyphs->glyph[k].box_mm;
        if (!glyphs->glyph[k].crossed)
            continue;
        struct image part = image_view(core, (int)(box[0] * px), (int)(box[1] * px),
                                       (int)ceil(box[2] * px), (int)ceil(box[3] * px));
        for (int y = 0; y < part.height; y++)
            memset(image_row(&part, y), 0, (size_t)part.width);
    }
}

/* Both pictures in L*a*b*, and their papers. */
struct two_labs {
    struct plane seen[3], expected[3];
    double seen_paper[3], expected_paper[3];
};

static void two_labs_finish(struct two_labs *two)
{
    for (int c = 0; c < 3; c++) {
        plane_finish(&two->seen[c]);
        plane_finish(&two->expected[c]);
    }
}

/* Median over the core of seen minus expected, each less its paper, channel by channel. */
static bool core_difference(const struct two_labs *two, const struct image *core, double ret[3],
                            struct err *err)
{
    double *value = malloc((size_t)mask_area(core) * sizeof *value);
    if (!value)
        return err_set(err, "out of memory while comparing colours");
    for (int c = 0; c < 3; c++) {
        int n = 0;
        for (int y = 0; y < core->height; y++)
            for (int x = 0; x < core->width; x++) {
                size_t i = (size_t)y * (size_t)core->width + (size_t)x;
                if (image_row(core, y)[x])
                    value[n++] = (double)two->seen[c].data[i] - (double)two->expected[c].data[i];
            }
        ret[c] = median_of(value, n) - two->seen_paper[c] + two->expected_paper[c];
    }
    free(value);
    return true;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct located *located = &view->located[i];
    const struct element_model *element = located->element;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state != ELEMENT_FOUND ||
        view->scan->side[located->scan_side].raw->channels == 1) /* a grey scan has none */
        return true;
    int size = (int)lround(CORE_MM * FINE_DPI / 25.4) * 2 + 1;
    struct image core = {0};
    if (!cv_morph(&element->fine_mask, CV_MORPH_OP_ERODE, CV_MORPH_DISC, size, size, &core, err))
        return false;
    mask_and(&core, &located->clear);
    leave_out_crossed(&view->glyphs[i], &core);
    bool ok = true;
    if (mask_area(&core) >= CORE_MIN_PX) {
        struct two_labs two = {0};
        ok = cv_lab(&located->seen, two.seen, err) &&
             cv_lab(&element->fine_rgb, two.expected, err) &&
             lab_of(view->scan->side[located->scan_side].paper_rgb, two.seen_paper, err) &&
             lab_of(element->paper_rgb, two.expected_paper, err) &&
             core_difference(&two, &core, ret->detail, err);
        two_labs_finish(&two);
        if (ok) {
            ret->outcome = OUTCOME_MEASURED;
            ret->has_detail = true;
            ret->value = hypot(hypot(ret->detail[0], ret->detail[1]), ret->detail[2]);
        }
    }
    image_finish(&core);
    return ok;
}

const struct check check_colour = {.name = "colour",
                                   .measures = "colour of the print against the genuine one",
                                   .unit = "dE76",
                                   .reason = "colour_differs",
                                   .kind = CHECK_PRINT,
                                   .looks_at = LOOKS_AT_COLOUR,
                                   .spoilt_by = FAULT_COMPRESSED | FAULT_FAINT,
                                   .direction = HIGH_IS_STRANGE,
                                   .floor_sd = 1.0,
                                   .agreement = 0.1,
                                   .slack = 3.0,
                                   .run = run};
