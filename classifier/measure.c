#include "classifier/measure.h"

#include "classifier/sharpest.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SENDER_MARGIN_MM 2.5    /* a reprinted sender may be a little larger */
#define OCR_DEADLINE_MS 1500    /* for one block */
#define OCR_LANGUAGES "nld+eng" /* names and addresses need no more */
#define LIKE_NCC 0.3            /* below, what stands there is something else: a label, a stamp */
#define DARKEST 0.999           /* quantile over a page: an address alone inks about 0.5 % */
#define INK_TYPICAL 0.5
#define LOOK_SHARE 0.1   /* of an element's print: less is no look at its ink */
#define BLACK_SHARE 0.75 /* of paper's level: black print on uncoated paper takes 0.78-0.86 */

bool scan_prepare(const struct image raw[SIDE_COUNT], struct scan *ret, struct err *err)
{
    struct scan scan = {0};
    bool ok = true;
    for (int s = 0; ok && s < SIDE_COUNT; s++)
        if (raw[s].data) {
            ok = side_prepare(&raw[s], &scan.side[s], err) || err_context(err, "%s", side_names[s]);
            scan.has[s] = ok;
        }
    ok = ok && scan_derive(&scan, err) && sharpest_edge(&scan, &scan.sharpest_um, err);
    if (!ok) {
        scan_finish(&scan);
        return false;
    }
    *ret = scan;
    return true;
}

bool scan_patches(const struct scan *scan, struct side_patches ret[SIDE_COUNT], struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        ret[s] = (struct side_patches){0};
        if (scan->has[s] && !patches_find(&scan->side[s], &ret[s], err))
            return false;
    }
    return true;
}

bool read_words_at(const struct side *side, const struct affine *to_page, double w_mm, double h_mm,
                   struct ocr *ocr, int deadline_ms, struct ocr_text *ret, struct err *err)
{
    struct image crop = {0};
    *ret = (struct ocr_text){0};
    bool ok = side_crop(side, to_page, w_mm, h_mm, FINE_DPI, &crop, err) &&
              ocr_read(ocr, &crop, OCR_LANGUAGES, OCR_BLOCK, deadline_ms, ret, err);
    image_finish(&crop);
    return ok;
}

/* The text of an element's place and a margin around it, turned to be read; at most n - 1 bytes. */
static bool read_text_at(const struct side *side, const struct located *located, double margin_mm,
                         struct ocr *ocr, char *ret, size_t n, struct err *err)
{
    const struct template_element *data = located->element->data;
    const double box[2] = {data->box_mm[2] + 2 * margin_mm, data->box_mm[3] + 2 * margin_mm};
    struct affine grow = affine_identity(), turn = turn_to_page(data->text_turn, box);
    double size[2];
    grow.m[2] = grow.m[5] = -margin_mm;
    struct affine grown = affine_multiply(&located->to_page, &grow);
    struct affine to_page = affine_multiply(&grown, &turn);
    turned_size(data->text_turn, box, size);
    struct ocr_text text;
    struct buf joined = {0};
    bool ok = read_words_at(side, &to_page, size[0], size[1], ocr, OCR_DEADLINE_MS, &text, err);
    if (ok) {
        ocr_text_join(&text, WORD_CONFIDENCE_MIN, &joined);
        ok = buf_ok(&joined, err);
    }
    if (ok)
        snprintf(ret, n, "%s", joined.data ? joined.data : "");
    ocr_text_finish(&text);
    buf_finish(&joined);
    return ok;
}

/* Text that cannot be read in time is text that was not read: the pictures decide. */
static void read_sender(const struct scan *scan, struct measured *measured, int n, struct ocr *ocr)
{
    struct err unread;
    for (int i = 0; i < n; i++) {
        const struct located *located = &measured->located[i];
        const struct template_element *data = located->element->data;
        if (strcmp(data->kind, "sender") != 0 || located->state == ELEMENT_NOT_SCANNED ||
            located->state == ELEMENT_ABSENT)
            continue;
        /* known without reading, which takes a third of the time that a sheet takes */
        if (glyphs_same_text(located, &measured->glyphs[i]))
            snprintf(measured->sender_text[i], SENDER_TEXT_SIZE, "%s", data->text);
        else if (!read_text_at(&scan->side[located->scan_side], located, SENDER_MARGIN_MM, ocr,
                               measured->sender_text[i], SENDER_TEXT_SIZE, &unread))
            measured->sender_text[i][0] = '\0';
    }
}

/* Print that stands there, if changed or written across: letters are compared one by one. */
static bool worth_comparing(const struct located *located)
{
    return located->state == ELEMENT_FOUND || located->state == ELEMENT_ALTERED ||
           (located->state == ELEMENT_OCCLUDED && located->ncc >= LIKE_NCC);
}

static double darkest_ink(const struct scan *scan)
{
    double darkest = 0;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (scan->has[s]) {
            const double *paper = scan->side[s].paper_rgb;
            double black = BLACK_SHARE * fmax(paper[0], fmax(paper[1], paper[2]));
            double strength = image_percentile(&scan->strength[s], NULL, DARKEST);
            darkest = fmax(darkest, strength / fmax(1, black));
        }
    return darkest;
}

/* Faded by the scanner's settings, everything is weak: each element of the template has less
 * strength than it should, and the darkest ink anywhere on the sheet is less dark than black print
 * on that paper. So it is the larger of two ratios. Weak print among black addresses and postmarks
 * is the print's own. */
static bool scan_contrast(const struct scan *scan, const struct located *located, int n,
                          double *ret, struct err *err)
{
    double own = 0;
    bool found = false;
    for (int k = 0; k < n; k++) {
        struct image seen = {0};
        if (located[k].state != ELEMENT_FOUND)
            continue;
        const struct image *print = &located[k].element->fine_mask;
        if (!image_copy(print, &seen, err))
            return false;
        mask_and(&seen, &located[k].open); /* a label's own print is not the element's */
        if (mask_area(&seen) >= LOOK_SHARE * (double)mask_area(print)) {
            double typical = image_percentile(&located[k].strength, &seen, INK_TYPICAL);
            own = fmax(own, typical / fmax(1, located[k].element->contrast));
            found = true;
        }
        image_finish(&seen);
    }
    *ret = found ? fmin(1, fmax(own, darkest_ink(scan))) : 0;
    return true;
}

/* How each element that stands there was printed. */
static bool measure_print(const struct scan *scan, int n, struct measured *measured,
                          struct err *err)
{
    double start = clock_mono_s();
    bool ok = true;
    for (int i = 0; ok && i < n; i++)
        if (measured->located[i].state == ELEMENT_FOUND) {
            struct print *print = &measured->print[i];
            ok = print_crop(scan, &measured->located[i], print, err) &&
                 (!print->same_dpi || print->dpi < PRINT_DPI_MIN ||
                  (edges_measure(print, &measured->edges[i], err) &&
                   solids_measure(print, &measured->solids[i], err) &&
                   screens_measure(print, &measured->screens[i], err)));
        }
    measured->print_s = clock_mono_s() - start;
    return ok;
}

bool measure_sheet(const struct scan *scan, const struct placement *place,
                   const struct side_patches patches[SIDE_COUNT], struct ocr *ocr,
                   struct measured *ret, struct err *err)
{
    memset(ret, 0, sizeof *ret);
    int n = place->model->data.n_elements;
    bool ok = locate_elements(scan, place, patches, ret->located, err) &&
              measure_print(scan, n, ret, err);
    for (int i = 0; ok && i < n; i++)
        if (worth_comparing(&ret->located[i]))
            ok = glyphs_measure(&ret->located[i], scan->side[ret->located[i].scan_side].paper_rgb,
                                &ret->glyphs[i], err);
    double contrast = 0;
    ok = ok && scan_contrast(scan, ret->located, n, &contrast, err);
    if (!ok) {
        measure_finish(ret);
        return false;
    }
    read_sender(scan, ret, n, ocr);
    ret->view = (struct sheet_view){.scan = scan,
                                    .place = place,
                                    .patches = patches,
                                    .located = ret->located,
                                    .print = ret->print,
                                    .edges = ret->edges,
                                    .solids = ret->solids,
                                    .screens = ret->screens,
                                    .glyphs = ret->glyphs,
                                    .contrast = contrast,
                                    .sender_text = ret->sender_text};
    return true;
}

void measure_finish(struct measured *measured)
{
    for (int i = 0; i < TEMPLATE_ELEMENTS_MAX; i++) {
        located_finish(&measured->located[i]);
        print_finish(&measured->print[i]);
        glyphs_finish(&measured->glyphs[i]);
    }
}

bool run_checks(const struct sheet_view *view, check_take *take, void *ctx, struct err *err)
{
    for (int k = 0; k < n_checks; k++) {
        const struct check *check = checks[k];
        const struct template_data *data = &view->place->model->data;
        int first = check->of_sheet ? -1 : 0;
        int end = check->of_sheet ? 0 : check->of_marks ? data->n_marks : data->n_elements;
        for (int i = first; i < end; i++) {
            struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
            if (!check->run(view, i, &value, err))
                return err_context(err, "check %s", check->name);
            if (!take(ctx, check, i, &value, err))
                return false;
        }
    }
    return true;
}
