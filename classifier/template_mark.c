/* What a mark's scans have in common. An imprint's frame, emblem and licence stand still on the
 * machine's plate, its date and amount are set anew: after the scans were laid on each other, print
 * that every one of them shows at the same place is the mark, the rest is painted over with paper.
 * Alignment is good to half a pixel at 300 dpi (0.04 mm), imprints of rubber and inkjet vary by a
 * tenth of a millimetre, so each scan's ink is widened by TOLERANCE_MM before it is asked. */
#include "classifier/template_mark.h"

#include "classifier/enrol_parts.h"
#include "classifier/ink.h"
#include "classifier/template_edit.h"
#include "imaging/codec.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANDER_MM 15.0    /* envelopes are fed by hand into franking machines */
#define SAME_NCC 0.5      /* other print correlates below 0.4 (checks/presence.c) */
#define TOLERANCE_MM 0.17 /* as checks/wording.c has it for place and stroke width */
#define INK_SHARE 0.3     /* of typical ink: what counts as printed, as in checks/wording.c */
#define RIM_MM 1.0        /* of paper round the print */
#define INK_MIN_MM2 2.0   /* a word of 8 pt; less is no mark that could be told from dirt */
#define MM_MIN 3.0        /* a side of a box; below, nothing but a speck */

struct mark_scan {
    struct image raw;
    struct scan scan;
    struct affine upright; /* upright mm -> page mm of the scan's front */
};

static void mark_scan_free(struct mark_scan *scan)
{
    scan_finish(&scan->scan);
    image_finish(&scan->raw);
}

/* Which way up only the firm's own print can tell. */
static bool turn_of(const struct scan *scan, struct model *model, enum side_name side, int *ret,
                    struct err *err)
{
    struct placement place;
    bool found = false;
    *ret = 0;
    if (!match_scan(scan, &model, 1, &place, &found, err))
        return false;
    if (found && place.has[side] && place.scan_side[side] == SIDE_FRONT)
        *ret = place.turn[side];
    return true;
}

static bool open_scan(const struct mark_request *request, int i, struct model *model,
                      struct mark_scan *ret, struct err *err)
{
    struct image raw[SIDE_COUNT] = {{0}};
    int turn = 0;
    if (!image_load(request->image[i], request->dpi, &ret->raw, NULL, err))
        return false;
    raw[SIDE_FRONT] = ret->raw;
    if (!scan_prepare(raw, &ret->scan, err)) {
        image_finish(&ret->raw);
        return err_context(err, "%s", request->image[i]);
    }
    struct side *side = &ret->scan.side[SIDE_FRONT];
    side->raw = &ret->raw;
    double size[2];
    bool ok = turn_of(&ret->scan, model, request->side, &turn, err);
    turned_size(turn, side->size_mm, size);
    ret->upright = turn_to_page(turn, side->size_mm);
    const double *box = request->box_mm;
    if (ok && (box[0] + box[2] > size[0] + 1 || box[1] + box[3] > size[1] + 1))
        ok = err_set(err, "%s: the box reaches beyond the sheet, which is %.0f x %.0f mm upright",
                     request->image[i], size[0], size[1]);
    if (!ok)
        mark_scan_free(ret);
    return ok;
}

static bool crop_at(const struct mark_scan *scan, const double box_mm[4], double dpi,
                    struct image *ret, struct err *err)
{
    struct affine shift = affine_identity();
    shift.m[2] = box_mm[0];
    shift.m[5] = box_mm[1];
    struct affine to_page = affine_multiply(&scan->upright, &shift);
    return side_crop(&scan->scan.side[SIDE_FRONT], &to_page, box_mm[2], box_mm[3], dpi, ret, err);
}

static bool strength_at(const struct mark_scan *scan, const double box_mm[4], struct image *ret,
                        struct err *err)
{
    struct image crop = {0};
    bool ok = crop_at(scan, box_mm, FINE_DPI, &crop, err) &&
              ink_strength(&crop, scan->scan.side[SIDE_FRONT].paper_rgb, ret, err);
    image_finish(&crop);
    return ok;
}

/* Where the first scan's mark stands on this one: its box, of the same size. */
static bool find_again(const struct mark_scan *scan, const struct image *first,
                       const struct mark_request *request, int i, double ret_box_mm[4],
                       struct err *err)
{
    const double *box = request->box_mm;
    double around[4] = {fmax(0, box[0] - WANDER_MM), fmax(0, box[1] - WANDER_MM)};
    around[2] = box[0] + box[2] + WANDER_MM - around[0];
    around[3] = box[1] + box[3] + WANDER_MM - around[1];
    struct image strength = {0};
    struct plane score = {0};
    struct cv_extremes best;
    bool ok = strength_at(scan, around, &strength, err) &&
              cv_match_template(&strength, first, NULL, &score, err) &&
              cv_min_max_plane(&score, NULL, &best, err);
    image_finish(&strength);
    plane_finish(&score);
    if (!ok)
        return err_context(err, "%s", request->image[i]);
    if (best.max < SAME_NCC)
        return err_set(err, "%s does not show the same mark within %.0f mm of the box",
                       request->image[i], WANDER_MM);
    ret_box_mm[0] = around[0] + best.max_x * 25.4 / FINE_DPI;
    ret_box_mm[1] = around[1] + best.max_y * 25.4 / FINE_DPI;
    ret_box_mm[2] = box[2];
    ret_box_mm[3] = box[3];
    return true;
}

/* Crops of the mark from all scans, laid on the first one's. */
static bool cut_marks(const struct mark_request *request, struct model *model,
                      struct element_crops *crops, struct err *err)
{
    struct image first = {0};
    bool ok = true;
    crops->crop = calloc((size_t)request->n_images, sizeof *crops->crop);
    crops->sample = calloc((size_t)request->n_images, sizeof *crops->sample);
    if (!crops->crop || !crops->sample)
        return err_set(err, "out of memory");
    for (int i = 0; ok && i < request->n_images; i++) {
        struct mark_scan scan = {0};
        double box[4];
        memcpy(box, request->box_mm, sizeof box);
        if (!open_scan(request, i, model, &scan, err)) {
            ok = false;
            break;
        }
        if (i == 0) {
            crops->data.dpi = fmin(scan.scan.side[SIDE_FRONT].dpi, PRINT_DPI_MAX);
            ok = strength_at(&scan, box, &first, err);
        } else {
            ok = find_again(&scan, &first, request, i, box, err);
        }
        ok = ok && crop_at(&scan, box, crops->data.dpi, &crops->crop[i], err);
        crops->sample[i] = i;
        crops->n = i + 1;
        mark_scan_free(&scan);
    }
    image_finish(&first);
    return ok;
}

/* The one image that shows the mark alone. */
static bool take_whole(const struct mark_request *request, struct element_crops *crops,
                       struct err *err)
{
    struct image raw = {0}, rgb = {0};
    if (!image_load(request->image[0], request->dpi, &raw, NULL, err))
        return false;
    crops->crop = calloc(1, sizeof *crops->crop);
    crops->sample = calloc(1, sizeof *crops->sample);
    bool ok = (crops->crop && crops->sample) || err_set(err, "out of memory");
    double dpi = fmin(raw.dpi_x, PRINT_DPI_MAX);
    ok = ok && (raw.channels == 3 ? image_copy(&raw, &rgb, err) : cv_rgb(&raw, &rgb, err)) &&
         cv_resize(&rgb, (int)fmax(1, round(rgb.width * dpi / raw.dpi_x)),
                   (int)fmax(1, round(rgb.height * dpi / raw.dpi_y)), CV_INTERPOLATE_AREA,
                   &crops->crop[0], err);
    if (ok) {
        crops->n = 1;
        crops->data.dpi = dpi;
    }
    image_finish(&raw);
    image_finish(&rgb);
    return ok;
}

static int odd_px(double mm, double dpi)
{
    return 2 * (int)lround(mm * dpi / 25.4) + 1;
}

static void and_mask(struct image *mask, const struct image *with)
{
    for (int y = 0; y < mask->height; y++)
        for (int x = 0; x < mask->width; x++)
            if (!image_row(with, y)[x])
                image_row(mask, y)[x] = 0;
}

/* Colour of the paper of a picture: the median of what is not printed. */
static bool paper_of(const struct image *picture, const struct image *mask, double ret[3],
                     struct err *err)
{
    struct image blank = {0}, channel = {0};
    bool ok = cv_threshold(mask, 0, true, &blank, err) &&
              image_create(&channel, picture->width, picture->height, 1, err);
    for (int c = 0; ok && c < 3; c++) {
        for (int y = 0; y < picture->height; y++)
            for (int x = 0; x < picture->width; x++)
                image_row(&channel, y)[x] = image_row(picture, y)[3 * x + c];
        ret[c] = image_percentile(&channel, mask_area(&blank) ? &blank : NULL, 0.5);
    }
    image_finish(&blank);
    image_finish(&channel);
    return ok;
}

/* Takes out of the mask what one of the scans does not show. */
static bool keep_constant(const struct element_crops *crops, struct image *mask, struct err *err)
{
    bool ok = true;
    int reach = odd_px(TOLERANCE_MM, crops->data.dpi);
    for (int i = 0; ok && i < crops->n; i++) {
        struct image strength = {0}, ink = {0}, wide = {0};
        double paper[3];
        ok = paper_of(&crops->crop[i], mask, paper, err) &&
             ink_strength(&crops->crop[i], paper, &strength, err);
        double level =
            ok ? fmax(INK_MIN_STRENGTH, INK_SHARE * image_percentile(&strength, mask, 0.5)) : 0;
        ok = ok && cv_threshold(&strength, level, false, &ink, err) &&
             cv_morph(&ink, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &wide, err);
        if (ok)
            and_mask(mask, &wide);
        image_finish(&strength);
        image_finish(&ink);
        image_finish(&wide);
    }
    return ok;
}

static bool paint_over(struct image *picture, const struct image *mask, double dpi, struct err *err)
{
    struct image near = {0};
    double paper[3];
    int reach = odd_px(2 * TOLERANCE_MM, dpi);
    if (!paper_of(picture, mask, paper, err) ||
        !cv_morph(mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &near, err))
        return false;
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++)
            for (int c = 0; c < 3 && !image_row(&near, y)[x]; c++)
                image_row(picture, y)[3 * x + c] = (uint8_t)lround(paper[c]);
    image_finish(&near);
    return true;
}

/* Cuts both to the print and a rim; box_mm follows. */
static bool trim(struct image *picture, struct image *mask, double dpi, double box_mm[4],
                 struct err *err)
{
    int x0 = mask->width, y0 = mask->height, x1 = 0, y1 = 0;
    for (int y = 0; y < mask->height; y++)
        for (int x = 0; x < mask->width; x++)
            if (image_row(mask, y)[x]) {
                x0 = x < x0 ? x : x0;
                x1 = x > x1 ? x : x1;
                y0 = y < y0 ? y : y0;
                y1 = y > y1 ? y : y1;
            }
    int rim = (int)lround(RIM_MM * dpi / 25.4);
    x0 = x0 > rim ? x0 - rim : 0;
    y0 = y0 > rim ? y0 - rim : 0;
    x1 = x1 + rim < mask->width ? x1 + rim : mask->width - 1;
    y1 = y1 + rim < mask->height ? y1 + rim : mask->height - 1;
    struct image picture_view = image_view(picture, x0, y0, x1 - x0 + 1, y1 - y0 + 1);
    struct image mask_view = image_view(mask, x0, y0, x1 - x0 + 1, y1 - y0 + 1);
    struct image small = {0}, small_mask = {0};
    if (!image_copy(&picture_view, &small, err) || !image_copy(&mask_view, &small_mask, err)) {
        image_finish(&small);
        return false;
    }
    image_finish(picture);
    image_finish(mask);
    *picture = small;
    *mask = small_mask;
    picture->dpi_x = picture->dpi_y = mask->dpi_x = mask->dpi_y = dpi;
    box_mm[0] += x0 * 25.4 / dpi;
    box_mm[1] += y0 * 25.4 / dpi;
    box_mm[2] = small.width * 25.4 / dpi;
    box_mm[3] = small.height * 25.4 / dpi;
    return true;
}

static bool enough_ink(const struct image *mask, double dpi, int n_images, struct err *err)
{
    if ((double)mask_area(mask) * (25.4 / dpi) * (25.4 / dpi) >= INK_MIN_MM2)
        return true;
    return err_set(err, n_images > 1
                            ? "the images have no print in common there; check the box, and "
                              "that all show the same mark"
                            : "there is no print to speak of; check the box");
}

static bool save(const char *dir, const char *name, const struct image *image, struct err *err)
{
    char path[PATH_SIZE];
    return path_join(path, dir, name, err) && image_save_png_small(path, image, err);
}

static bool check_request(const struct mark_request *request, const struct template_data *data,
                          struct err *err)
{
    const double *box = request->box_mm, *zone = request->zone_mm;
    if (!template_name_allowed(data, request->name, err))
        return false;
    if (data->n_marks == TEMPLATE_MARKS_MAX)
        return err_set(err, "the template has %d marks, more are not possible; remove one first",
                       TEMPLATE_MARKS_MAX);
    if (!request->has_box && request->n_images != 1)
        return err_set(err, "say with --box where the mark stands; without it give one image, "
                            "which shows the mark alone");
    if (request->has_box && (box[2] < MM_MIN || box[3] < MM_MIN))
        return err_set(err, "the box of the mark must be at least %.0f mm wide and high", MM_MIN);
    if (request->has_zone && (zone[2] < MM_MIN || zone[3] < MM_MIN || zone[0] > data->size_mm[0] ||
                              zone[1] > data->size_mm[1]))
        return err_set(err, "the zone must lie on the envelope, which is %.0f x %.0f mm",
                       data->size_mm[0], data->size_mm[1]);
    return true;
}

bool template_mark_take(const struct mark_request *request, struct model *model,
                        const char *picture_dir, struct template_data *data, struct err *err)
{
    struct element_crops crops = {0};
    struct image picture = {0}, mask = {0};
    struct template_mark mark = {
        .rule = request->rule, .used_only = request->used_only, .has_zone = request->has_zone};
    struct template_element *print = &mark.print;
    if (!check_request(request, data, err))
        return false;
    memcpy(mark.zone_mm, request->zone_mm, sizeof mark.zone_mm);
    if (request->has_box)
        memcpy(print->box_mm, request->box_mm, sizeof print->box_mm);
    bool ok = (request->has_box ? cut_marks(request, model, &crops, err)
                                : take_whole(request, &crops, err)) &&
              enrol_median(&crops, -1, &picture, &mask, err) &&
              (crops.n == 1 || keep_constant(&crops, &mask, err)) &&
              enough_ink(&mask, crops.data.dpi, crops.n, err) &&
              (crops.n == 1 || paint_over(&picture, &mask, crops.data.dpi, err)) &&
              trim(&picture, &mask, crops.data.dpi, print->box_mm, err);
    if (ok) {
        snprintf(print->name, sizeof print->name, "%s", request->name);
        snprintf(print->kind, sizeof print->kind, "mark");
        snprintf(print->picture, sizeof print->picture, "%s.mark.png", request->name);
        snprintf(print->mask, sizeof print->mask, "%s.mark_mask.png", request->name);
        print->side = request->side;
        print->dpi = crops.data.dpi;
        print->n_seen = crops.n;
        ok = save(picture_dir, print->picture, &picture, err) &&
             save(picture_dir, print->mask, &mask, err);
    }
    if (ok)
        data->mark[data->n_marks++] = mark;
    element_crops_finish(&crops);
    image_finish(&picture);
    image_finish(&mask);
    return ok;
}
