#include "classifier/enrol_design.h"

#include "classifier/numbers.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_PER_SIDE (TEMPLATE_ELEMENTS_MAX / SIDE_COUNT)
#define SAME_DPI 0.95
#define CROPS_MIN 3 /* a median of fewer still shows what one sample alone has */

bool design_create(const char *name, struct sample *sample, int n, struct ocr *const *ocr,
                   struct design **ret, struct err *err)
{
    struct design *design = calloc(1, sizeof *design);
    if (design) {
        *design = (struct design){.name = name, .sample = sample, .n = n, .ocr = ocr};
        design->values = calloc((size_t)n, sizeof *design->values);
        design->doubtful = calloc((size_t)n, sizeof *design->doubtful);
    }
    if (!design || !design->values || !design->doubtful) {
        design_destroy(design);
        return err_set(err, "out of memory while enrolling");
    }
    *ret = design;
    return true;
}

void design_destroy(struct design *design)
{
    if (!design)
        return;
    for (int i = 0; i < TEMPLATE_ELEMENTS_MAX; i++)
        element_crops_finish(&design->element[i]);
    for (int i = 0; design->values && i < design->n; i++)
        free(design->values[i].value);
    free(design->values);
    free(design->doubtful);
    free(design);
}

/* Turns the template's frame, in which side s is described, by `turn`. */
static void turn_frame(struct design *design, enum side_name side, int turn, const double fed_mm[2])
{
    struct affine to_fed = turn_to_page(turn, fed_mm);
    for (int i = 0; i < design->n; i++) {
        struct affine *page = &design->sample[i].page[side];
        *page = affine_multiply(page, &to_fed);
    }
}

/* Makes the template read upright: the front decides which side is long, the back follows. */
static bool turn_upright(struct design *design, struct err *err)
{
    double fed_mm[2] = {design->size_mm[0], design->size_mm[1]};
    bool across = false;
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct image page = {0};
        struct shared_part part[PARTS_PER_SIDE];
        int n = 0, turn = 0;
        const struct page_layout layout = {.side = (enum side_name)s,
                                           .size_mm = {fed_mm[0], fed_mm[1]}};
        if (!enrol_find_parts(design->sample, design->n, &layout, part, PARTS_PER_SIDE, &n, &page,
                              err))
            return false;
        bool ok = !page.data || n == 0 || enrol_upright(&page, design->ocr[0], &turn, err);
        image_finish(&page);
        if (!ok)
            return false;
        if (s == SIDE_FRONT)
            across = turn == 90 || turn == 270;
        else if (across != (turn == 90 || turn == 270))
            turn = across ? 90 : 0; /* both sides of one paper lie the same way */
        turn_frame(design, (enum side_name)s, turn, fed_mm);
    }
    turned_size(across ? 90 : 0, fed_mm, design->size_mm);
    return true;
}

/* Width and height of a sample's paper along the template's axes; where its top left corner lies on
 * the template's page. */
static bool lies(const struct sample *sample, enum side_name side, double ret_size[2],
                 double ret_corner[2])
{
    const struct side *on = &sample->scan.side[sample_scan_side(sample, side)];
    struct affine to_template;
    double p[2], low[2] = {HUGE_VAL, HUGE_VAL};
    if (!sample->used || !sample->has[side] || !affine_invert(&sample->page[side], &to_template))
        return false;
    for (int k = 0; k < 4; k++) {
        affine_apply(&to_template, k & 1 ? on->size_mm[0] : 0, k & 2 ? on->size_mm[1] : 0, p);
        low[0] = fmin(low[0], p[0]);
        low[1] = fmin(low[1], p[1]);
    }
    memcpy(ret_corner, low, sizeof low);
    turned_size(fabs(to_template.m[1]) > fabs(to_template.m[0]) ? 90 : 0, on->size_mm, ret_size);
    return true;
}

/* The reference's own paper is one of many: the template's page becomes the median paper, on which
 * the print lies as it does on most. */
static void settle_frame(struct design *design)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        double size[2][ENROL_MAX_SAMPLES], corner[2][ENROL_MAX_SAMPLES];
        struct affine shift = affine_identity();
        int n = 0;
        for (int i = 0; i < design->n; i++) {
            double of_size[2], of_corner[2];
            if (!lies(&design->sample[i], (enum side_name)s, of_size, of_corner))
                continue;
            for (int c = 0; c < 2; c++) {
                size[c][n] = of_size[c];
                corner[c][n] = of_corner[c];
            }
            n++;
        }
        for (int c = 0; c < 2 && n > 0; c++) {
            shift.m[c ? 5 : 2] = median_of(corner[c], n);
            if (s == SIDE_FRONT || !design->data.size_sd_mm[c]) {
                design->size_mm[c] = median_of(size[c], n);
                design->data.size_sd_mm[c] = quartile_sd(size[c], n);
            }
        }
        for (int i = 0; i < design->n && n > 0; i++) {
            struct affine *page = &design->sample[i].page[s];
            *page = affine_multiply(page, &shift);
        }
    }
}

static void find_window(struct design *design)
{
    for (int s = 0; s < SIDE_COUNT && !design->data.has_window; s++)
        design->data.has_window =
            enrol_find_window(design->sample, design->n, (enum side_name)s, &design->data.window);
}

static bool find_elements(struct design *design, struct err *err)
{
    const struct template_window *window = &design->data.window;
    int n = 0;
    find_window(design);
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct image page = {0};
        int found = 0;
        bool here = design->data.has_window && window->side == (enum side_name)s;
        const struct page_layout layout = {.side = (enum side_name)s,
                                           .size_mm = {design->size_mm[0], design->size_mm[1]},
                                           .window_mm = here ? window->box_mm : NULL,
                                           .part = design->marked,
                                           .n_parts = design->n_marked};
        if (!enrol_find_parts(design->sample, design->n, &layout, design->part + n, PARTS_PER_SIDE,
                              &found, &page, err))
            return false;
        image_finish(&page);
        n += found;
    }
    design->n_elements = n;
    return n > 0 || err_set(err, "the samples share no print; give scans of the firm's own printed "
                                 "envelopes, all of one design");
}

/* The finest resolution that enough samples have for the pictures to be learnt at. */
static double learning_dpi(const struct design *design)
{
    double best = 0, lowest = 0;
    for (int i = 0; i < design->n; i++) {
        int as_fine = 0;
        double dpi = design->sample[i].dpi;
        if (!design->sample[i].used)
            continue;
        for (int k = 0; k < design->n; k++)
            as_fine += design->sample[k].used && design->sample[k].dpi >= SAME_DPI * dpi;
        best = as_fine >= ENROL_MIN_SAMPLES ? fmax(best, dpi) : best;
        lowest = lowest == 0 ? dpi : fmin(lowest, dpi);
    }
    return fmin(best > 0 ? best : lowest, PRINT_DPI_MAX);
}

/* Closes a gap in the list; the crops have one owner at any time. */
static void keep_element(struct design *design, int from, int to)
{
    struct element_crops element = design->element[from];
    design->element[from] = (struct element_crops){0};
    design->element[to] = element;
}

static bool cut_elements(struct design *design, struct err *err)
{
    design->data.dpi = learning_dpi(design);
    for (int i = 0; i < design->n; i++)
        design->sample[i].found = 0;
    if (!enrol_cut(design->sample, design->n, design->part, design->n_elements, design->size_mm,
                   design->data.dpi, design->element, err))
        return false;
    /* A part that fewer than half of the samples show clearly was a coincidence after all. */
    int kept = 0, used = samples_used(design->sample, design->n);
    for (int i = 0; i < design->n_elements; i++) {
        if (2 * design->element[i].data.n_seen < used || design->element[i].n < CROPS_MIN)
            element_crops_finish(&design->element[i]);
        else
            keep_element(design, i, kept++);
    }
    design->n_elements = kept;
    for (int i = 0; i < design->n; i++)
        if (design->sample[i].used && design->sample[i].found == 0)
            sample_leave_out(&design->sample[i],
                             "shows none of the elements that the others share");
    if (!kept)
        return err_set(err, "no printed element could be recognised in most samples; scan at 300 "
                            "dpi or more and check that all are one design");
    return enrol_screens(design->element, kept, err);
}

static bool paper_of_samples(struct design *design, struct err *err)
{
    double value[3][ENROL_MAX_SAMPLES];
    int n = 0;
    for (int i = 0; i < design->n; i++) {
        const struct sample *sample = &design->sample[i];
        double lab[3];
        if (!sample->used || !sample->has[SIDE_FRONT])
            continue;
        if (!lab_of(sample->scan.side[sample_scan_side(sample, SIDE_FRONT)].paper_rgb, lab, err))
            return false;
        for (int c = 0; c < 3; c++)
            value[c][n] = lab[c];
        n++;
    }
    for (int c = 0; c < 3 && n > 0; c++) {
        design->data.paper_lab[c] = median_of(value[c], n);
        design->data.paper_lab_sd[c] = quartile_sd(value[c], n);
    }
    return true;
}

/* Back to what was given, but for the samples that were left out. */
static void start_again(struct design *design)
{
    for (int i = 0; i < TEMPLATE_ELEMENTS_MAX; i++)
        element_crops_finish(&design->element[i]);
    memset(design->element, 0, sizeof design->element);
    memset(&design->data, 0, sizeof design->data);
    design->n_elements = 0;
}

static bool too_few(const struct design *design, struct err *err)
{
    struct buf why = {0};
    int used = samples_used(design->sample, design->n), lacking = ENROL_MIN_SAMPLES - used;
    for (int i = 0; i < design->n; i++)
        if (!design->sample[i].used && design->sample[i].why_not[0])
            buf_printf(&why, "; %s: %s", design->sample[i].files->id, design->sample[i].why_not);
    err_set(err,
            "only %d samples belong together, at least %d are needed: give %d more genuine "
            "envelope%s of this design%s",
            used, ENROL_MIN_SAMPLES, lacking, lacking == 1 ? "" : "s", why.data ? why.data : "");
    buf_finish(&why);
    return false;
}

/* One pass over the samples in use; true with some of them left out when they turned out to be
 * strangers: then all is to be learnt again without them. */
static bool learn_once(struct design *design, struct err *err)
{
    int used = samples_used(design->sample, design->n);
    start_again(design);
    if (!enrol_align(design->sample, design->n, design->size_mm, err))
        return false;
    if (samples_used(design->sample, design->n) < used)
        return true;
    if (!turn_upright(design, err))
        return false;
    settle_frame(design);
    if (!find_elements(design, err) || !cut_elements(design, err))
        return false;
    if (samples_used(design->sample, design->n) < used)
        return true;
    if (!enrol_name(design->element, design->n_elements, design->ocr[0], err) ||
        !paper_of_samples(design, err) || !design_measure(design, err))
        return false;
    return samples_used(design->sample, design->n) < used || design_point_out(design, err);
}

/* An element that some genuine samples lack on bare paper is no mark of genuineness. */
static void drop_optional(struct design *design, struct buf *report)
{
    int kept = 0, missing[TEMPLATE_ELEMENTS_MAX];
    for (int i = 0; i < design->n_elements; i++)
        missing[i] = design_missing(design, i);
    for (int i = 0; i < design->n_elements; i++) {
        if (!missing[i]) {
            keep_element(design, i, kept++);
            continue;
        }
        buf_printf(report, "  left out: %s, absent on %d of the samples\n",
                   design->element[i].data.name, missing[i]);
        element_crops_finish(&design->element[i]);
    }
    design->n_elements = kept;
}

bool design_learn(struct design *design, struct buf *report, struct err *err)
{
    for (int used = 0; used != samples_used(design->sample, design->n);) {
        used = samples_used(design->sample, design->n);
        if (used < ENROL_MIN_SAMPLES)
            return too_few(design, err);
        if (!learn_once(design, err))
            return false;
    }
    design_spread(design);
    design_print(design);
    drop_optional(design, report);
    if (!design_dots(design, err))
        return false;
    return design->n_elements > 0 || err_set(err, "no element stands on all genuine samples");
}
