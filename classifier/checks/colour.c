/* Colour of the print: distance CIE76 in L*a*b* between the inked core here and in the template,
 * each against its own paper, so that lamp and paper tint drop out; the median over the pixels, as
 * a pen or a postmark may cross it (ink_colour sees a part that differs). How much the scanner
 * faded the whole sheet is known only roughly; any fading up to that explains what it can. Offset
 * drifts by 1-3 units between runs; a spot colour imitated by toner or ink misses by 5-20. Needs
 * strokes wide enough to have a core that the scanner's blur does not reach (0.25 mm from the rim).
 * Detail: L*, a*, b* seen minus genuine. */
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

/* Median over the core of seen minus expected, each less its paper, channel by channel; and the
 * chroma of what is expected. */
static bool core_difference(const struct image *seen, const double *seen_paper,
                            const struct element_model *element, const struct image *core,
                            double ret[4], struct err *err)
{
    struct plane lab[2][3] = {{{0}}};
    double paper[2][3], ink[3] = {0};
    double *value = malloc(2 * (size_t)mask_area(core) * sizeof *value);
    double *genuine = value ? value + mask_area(core) : NULL;
    bool ok = (value || err_set(err, "out of memory while comparing colours")) &&
              cv_lab(seen, lab[0], err) && cv_lab(&element->fine_rgb, lab[1], err) &&
              lab_of(seen_paper, paper[0], err) && lab_of(element->paper_rgb, paper[1], err);
    for (int c = 0; ok && c < 3; c++) {
        int n = 0;
        for (int y = 0; y < core->height; y++)
            for (int x = 0; x < core->width; x++) {
                size_t i = (size_t)y * (size_t)core->width + (size_t)x;
                if (!image_row(core, y)[x])
                    continue;
                genuine[n] = (double)lab[1][c].data[i];
                value[n++] = (double)lab[0][c].data[i] - (double)lab[1][c].data[i];
            }
        ret[c] = median_of(value, n) - paper[0][c] + paper[1][c];
        ink[c] = median_of(genuine, n) - paper[1][c];
    }
    ret[3] = hypot(ink[1], ink[2]);
    for (int c = 0; c < 3; c++) {
        plane_finish(&lab[0][c]);
        plane_finish(&lab[1][c]);
    }
    free(value);
    return ok;
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
static bool colour_difference(const struct sheet_view *view, const struct located *located,
                              const struct image *core, double ret[4], struct err *err)
{
    const double *paper = view->scan->side[located->scan_side].paper_rgb;
    if (!core_difference(&located->seen, paper, located->element, core, ret, err))
        return false;
    if (view->contrast <= 0 || view->contrast >= 1)
        return true;
    struct image deep = {0};
    double without_fading[4];
    bool ok = deepened(&located->seen, paper, view->contrast, &deep, err) &&
              core_difference(&deep, paper, located->element, core, without_fading, err);
    if (ok)
        nearest_between(ret, without_fading);
    image_finish(&deep);
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
