/* Colour of the print: distance CIE76 in L*a*b* between the inked core here and in the template,
 * each against its own paper, so that lamp and paper tint drop out; the median over the pixels, as
 * a pen or a postmark may cross it (ink_colour sees a part that differs). How much the scanner
 * faded the whole sheet is known only roughly; any fading up to that explains what it can. Offset
 * drifts by 1-3 units between runs; a spot colour imitated by toner or ink misses by 5-20. Needs
 * strokes wide enough to have a core that the scanner's blur does not reach (0.25 mm from the rim).
 * Detail: L*, a*, b* seen minus genuine; chroma C* of the genuine ink over its paper. */
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

/* The core of an element in L*a*b*, less the paper around: n values a channel. */
struct core_lab {
    int n;
    double *value[3];
};

static void core_lab_finish(struct core_lab *core)
{
    free(core->value[0]);
    *core = (struct core_lab){0};
}

static bool core_lab_of(const struct image *rgb, const double paper_rgb[3],
                        const struct image *core, struct core_lab *ret, struct err *err)
{
    struct plane lab[3] = {{0}};
    double paper[3];
    size_t area = (size_t)mask_area(core);
    double *value = malloc(3 * area * sizeof *value);
    if (!value)
        return err_set(err, "out of memory while comparing colours");
    bool ok = cv_lab(rgb, lab, err) && lab_of(paper_rgb, paper, err);
    *ret = (struct core_lab){.value = {value, value + area, value + 2 * area}};
    for (int y = 0; ok && y < core->height; y++)
        for (int x = 0; x < core->width; x++) {
            size_t i = (size_t)y * (size_t)core->width + (size_t)x;
            if (!image_row(core, y)[x])
                continue;
            for (int c = 0; c < 3; c++)
                ret->value[c][ret->n] = (double)lab[c].data[i] - paper[c];
            ret->n++;
        }
    for (int c = 0; c < 3; c++)
        plane_finish(&lab[c]);
    if (!ok)
        core_lab_finish(ret);
    return ok;
}

/* Median of seen minus expected, channel by channel; seen has no use afterwards. */
static void core_difference(struct core_lab *seen, const struct core_lab *expected, double ret[3])
{
    for (int c = 0; c < 3; c++) {
        for (int k = 0; k < seen->n; k++)
            seen->value[c][k] -= expected->value[c][k];
        ret[c] = median_of(seen->value[c], seen->n);
    }
}

/* The picture as a scanner that takes away 1 / contrast as much light would show it. */
static bool deepened(const struct image *seen, const double paper[3], double contrast,
                     struct image *ret, struct err *err)
{
    if (!image_create(ret, seen->width, seen->height, 3, err))
        return false;
    for (int y = 0; y < seen->height; y++)
        for (int x = 0; x < 3 * seen->width; x++) {
            double level = paper[x % 3] + (image_row(seen, y)[x] - paper[x % 3]) / contrast;
            image_row(ret, y)[x] = (uint8_t)lround(fmin(255, fmax(0, level)));
        }
    return true;
}

static double length_of(const double v[3])
{
    return hypot(hypot(v[0], v[1]), v[2]);
}

/* The point next to zero between a and b, into a. */
static void nearest_between(double a[3], const double b[3])
{
    double along = 0, length = 0;
    for (int c = 0; c < 3; c++) {
        along -= a[c] * (b[c] - a[c]);
        length += (b[c] - a[c]) * (b[c] - a[c]);
    }
    double share = length > 0 ? fmin(1, fmax(0, along / length)) : 0;
    for (int c = 0; c < 3; c++)
        a[c] += share * (b[c] - a[c]);
}

/* The difference that no fading of the scan explains. */
static bool unfaded_difference(const struct sheet_view *view, const struct located *located,
                               const struct image *core, const struct core_lab *expected,
                               double ret[3], struct err *err)
{
    const double *paper = view->scan->side[located->scan_side].paper_rgb;
    struct core_lab seen = {0};
    if (!core_lab_of(&located->seen, paper, core, &seen, err))
        return false;
    core_difference(&seen, expected, ret);
    core_lab_finish(&seen);
    if (view->contrast <= 0 || view->contrast >= 1)
        return true;
    struct image deep = {0};
    double without_fading[3];
    bool ok = deepened(&located->seen, paper, view->contrast, &deep, err) &&
              core_lab_of(&deep, paper, core, &seen, err);
    if (ok) {
        core_difference(&seen, expected, without_fading);
        nearest_between(ret, without_fading);
    }
    core_lab_finish(&seen);
    image_finish(&deep);
    return ok;
}

static bool colour_difference(const struct sheet_view *view, const struct located *located,
                              const struct image *core, double ret[4], struct err *err)
{
    const struct element_model *element = located->element;
    struct core_lab expected = {0};
    bool ok = core_lab_of(&element->fine_rgb, element->paper_rgb, core, &expected, err) &&
              unfaded_difference(view, located, core, &expected, ret, err);
    if (ok) /* medians sort: last */
        ret[3] = hypot(median_of(expected.value[1], expected.n),
                       median_of(expected.value[2], expected.n));
    core_lab_finish(&expected);
    return ok;
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
        ok = colour_difference(view, located, &core, ret->detail, err);
        ret->outcome = OUTCOME_MEASURED;
        ret->has_detail = true;
        ret->value = length_of(ret->detail);
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
