/* Scans of one mark, laid on each other: the imprint of a machine stands some millimetres off and a
 * degree or two turned from envelope to envelope, and each scan is stretched a little; it is found
 * again by the correlation of its ink with the first scan's, part by part (mark_search.c). At last
 * every scan is asked how alike the picture is that came of them: what the rule will expect. */
#include "classifier/template_mark.h"

#include "classifier/enrol_parts.h"
#include "classifier/ink.h"
#include "classifier/judge.h"
#include "classifier/mark_picture.h"
#include "classifier/mark_search.h"
#include "classifier/template_edit.h"
#include "imaging/codec.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANDER_MM 15.0 /* envelopes are fed by hand into franking machines */
#define SAME_NCC 0.5   /* with other dates and amounts; other print reaches less than 0.4 */
#define MM_MIN 3.0     /* a side of a box; below, nothing but a speck */

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

/* What is kept of a scan. */
struct taught {
    struct image strength; /* at SIDE_REDUCED_DPI */
    struct affine upright; /* upright mm -> page mm as fed */
};

static struct mark_field field_of(const struct taught *taught)
{
    return (struct mark_field){.strength = &taught->strength, .page = taught->upright};
}

static void box_around(const double box[4], double ret[4])
{
    ret[0] = fmax(0, box[0] - WANDER_MM);
    ret[1] = fmax(0, box[1] - WANDER_MM);
    ret[2] = box[0] + box[2] + WANDER_MM - ret[0];
    ret[3] = box[1] + box[3] + WANDER_MM - ret[1];
}

/* The mark as crops show it, to be searched for. */
static bool model_of(const struct element_crops *crops, const struct template_element *data,
                     struct element_model *ret, struct err *err)
{
    ret->data = data;
    return enrol_median(crops, -1, &ret->picture, &ret->mask, err) &&
           element_model_derive(ret, err);
}

/* The first scan's mark. */
static bool model_of_first(const struct image *crop, const struct template_element *data,
                           struct element_model *ret, struct err *err)
{
    struct element_crops one = {.data = *data, .n = 1};
    one.crop = calloc(1, sizeof *one.crop);
    one.sample = calloc(1, sizeof *one.sample);
    bool ok = ((one.crop && one.sample) || err_set(err, "out of memory")) &&
              image_copy(crop, &one.crop[0], err) && enrol_settle(&one, err) &&
              model_of(&one, data, ret, err);
    if (!one.crop || !one.sample)
        one.n = 0;
    element_crops_finish(&one);
    return ok;
}

/* How the first scan's mark lies on this one: mark mm -> upright mm. */
static bool find_again(const struct taught *taught, const struct element_model *first,
                       const struct mark_request *request, int i, struct affine *ret,
                       struct err *err)
{
    struct mark_place place;
    struct mark_field field = field_of(taught);
    double around[4];
    box_around(request->box_mm, around);
    if (!mark_search(&field, first, around, &place, err))
        return err_context(err, "%s", request->image[i]);
    if (place.ncc < SAME_NCC)
        return err_set(err, "%s does not show the same mark within %.0f mm of the box",
                       request->image[i], WANDER_MM);
    *ret = place.to_frame;
    return true;
}

struct cutting {
    const struct mark_request *request;
    struct element_crops *crops;
    struct taught *taught;
    struct template_element first_data;
    struct element_model first;
};

/* The crop of one scan, laid on the first one's. */
static bool cut_mark(struct cutting *cutting, int i, struct mark_scan *scan, struct err *err)
{
    struct element_crops *crops = cutting->crops;
    struct taught *taught = &cutting->taught[i];
    const double *box = cutting->request->box_mm;
    struct affine to_upright = {{1, 0, box[0], 0, 1, box[1]}};
    taught->strength = scan->scan.strength[SIDE_FRONT];
    scan->scan.strength[SIDE_FRONT] = (struct image){0};
    taught->upright = scan->upright;
    if (i == 0)
        crops->data.dpi = fmin(scan->scan.side[SIDE_FRONT].dpi, PRINT_DPI_MAX);
    else if (!find_again(taught, &cutting->first, cutting->request, i, &to_upright, err))
        return false;
    struct affine to_page = affine_multiply(&scan->upright, &to_upright);
    if (!side_crop(&scan->scan.side[SIDE_FRONT], &to_page, box[2], box[3], crops->data.dpi,
                   &crops->crop[i], err))
        return false;
    crops->sample[i] = i;
    crops->n = i + 1;
    if (i > 0)
        return true;
    memcpy(cutting->first_data.box_mm, box, sizeof cutting->first_data.box_mm);
    cutting->first_data.dpi = crops->data.dpi;
    return model_of_first(&crops->crop[0], &cutting->first_data, &cutting->first, err);
}

/* Crops of the mark from all scans; taught has room for all. */
static bool cut_marks(const struct mark_request *request, struct model *model,
                      struct element_crops *crops, struct taught *taught, struct err *err)
{
    struct cutting cutting = {.request = request, .crops = crops, .taught = taught};
    bool ok = true;
    crops->crop = calloc((size_t)request->n_images, sizeof *crops->crop);
    crops->sample = calloc((size_t)request->n_images, sizeof *crops->sample);
    if (!crops->crop || !crops->sample)
        return err_set(err, "out of memory");
    for (int i = 0; ok && i < request->n_images; i++) {
        struct mark_scan scan = {0};
        ok = open_scan(request, i, model, &scan, err);
        if (!ok)
            break;
        ok = cut_mark(&cutting, i, &scan, err);
        mark_scan_free(&scan);
    }
    element_model_finish(&cutting.first);
    return ok;
}

/* How alike the picture is on every scan it came from. */
static bool learn_likeness(const struct mark_request *request, const struct taught *taught,
                           const struct image *picture, const struct image *mask,
                           struct template_element *print, struct err *err)
{
    double ncc[MARK_IMAGES_MAX], around[4];
    struct element_model model = {.data = print};
    bool ok = image_copy(picture, &model.picture, err) && image_copy(mask, &model.mask, err) &&
              element_model_derive(&model, err);
    box_around(request->box_mm, around);
    for (int i = 0; ok && i < request->n_images; i++) {
        struct mark_place place;
        struct mark_field field = field_of(&taught[i]);
        ok = mark_search(&field, &model, around, &place, err);
        ncc[i] = place.ncc;
        if (ok && place.ncc < MARK_ALIKE_NCC)
            ok = err_set(err, "%s shows too little of what the other scans have in common",
                         request->image[i]);
    }
    if (ok)
        judge_learn(&check_mark_required, ncc, request->n_images, &print->stat[print->n_stats++]);
    element_model_finish(&model);
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
    if ((double)mask_area(mask) * (25.4 / dpi) * (25.4 / dpi) >= MARK_INK_MIN_MM2)
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

/* What the crops have in common, as picture and mask. */
static bool make_picture(struct element_crops *crops, struct ocr *ocr, bool alone,
                         struct image *picture, struct image *mask, struct err *err)
{
    enum mark_numbers drop = alone          ? MARK_NUMBERS_KEEP
                             : crops->n > 1 ? MARK_NUMBERS_OF_THE_DAY
                                            : MARK_NUMBERS_ALL;
    return enrol_settle(crops, err) && enrol_median(crops, -1, picture, mask, err) &&
           (crops->n == 1 || mark_keep_constant(crops, picture, mask, err)) &&
           (!ocr || mark_drop_numbers(ocr, drop, crops->data.dpi, picture, mask, err)) &&
           enough_ink(mask, crops->data.dpi, crops->n, err);
}

static void describe(const struct mark_request *request, const struct element_crops *crops,
                     struct template_element *print)
{
    snprintf(print->name, sizeof print->name, "%s", request->name);
    snprintf(print->kind, sizeof print->kind, "mark");
    snprintf(print->picture, sizeof print->picture, "%s.mark.png", request->name);
    snprintf(print->mask, sizeof print->mask, "%s.mark_mask.png", request->name);
    print->side = request->side;
    print->dpi = crops->data.dpi;
    print->n_seen = crops->n;
}

bool template_mark_take(const struct mark_request *request, struct model *model, struct ocr *ocr,
                        const char *picture_dir, struct template_data *data, struct err *err)
{
    struct element_crops crops = {0};
    struct taught taught[MARK_IMAGES_MAX] = {{.strength = {0}}};
    struct image picture = {0}, mask = {0};
    struct template_mark mark = {
        .rule = request->rule, .used_only = request->used_only, .has_zone = request->has_zone};
    struct template_element *print = &mark.print;
    if (!check_request(request, data, err))
        return false;
    memcpy(mark.zone_mm, request->zone_mm, sizeof mark.zone_mm);
    if (request->has_box)
        memcpy(print->box_mm, request->box_mm, sizeof print->box_mm);
    bool ok = (request->has_box ? cut_marks(request, model, &crops, taught, err)
                                : take_whole(request, &crops, err)) &&
              make_picture(&crops, ocr, !request->has_box, &picture, &mask, err) &&
              mark_trim(&picture, &mask, crops.data.dpi, print->box_mm, err);
    if (ok) {
        describe(request, &crops, print);
        ok = (crops.n == 1 || learn_likeness(request, taught, &picture, &mask, print, err)) &&
             save(picture_dir, print->picture, &picture, err) &&
             save(picture_dir, print->mask, &mask, err);
    }
    if (ok)
        data->mark[data->n_marks++] = mark;
    for (int i = 0; i < MARK_IMAGES_MAX; i++)
        image_finish(&taught[i].strength);
    element_crops_finish(&crops);
    image_finish(&picture);
    image_finish(&mask);
    return ok;
}
