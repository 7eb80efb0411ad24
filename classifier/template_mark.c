/* Scans of one mark, laid on each other: the imprint of a machine stands some millimetres off from
 * envelope to envelope, and is found again by the correlation of its ink with the first scan's. */
#include "classifier/template_mark.h"

#include "classifier/enrol_parts.h"
#include "classifier/ink.h"
#include "classifier/mark_picture.h"
#include "classifier/template_edit.h"
#include "imaging/codec.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANDER_MM 15.0  /* envelopes are fed by hand into franking machines */
#define SAME_NCC 0.5    /* other print correlates below 0.4 (checks/presence.c) */
#define INK_MIN_MM2 2.0 /* a word of 8 pt; less is no mark that could be told from dirt */
#define MM_MIN 3.0      /* a side of a box; below, nothing but a speck */

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
    if (!model)
        return true;
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
              enrol_settle(&crops, err) && enrol_median(&crops, -1, &picture, &mask, err) &&
              (crops.n == 1 || mark_keep_constant(&crops, &picture, &mask, err)) &&
              enough_ink(&mask, crops.data.dpi, crops.n, err) &&
              mark_trim(&picture, &mask, crops.data.dpi, print->box_mm, err);
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
