#include "classifier/model.h"

#include "classifier/fragments.h"
#include "classifier/ink.h"
#include "imaging/codec.h"
#include "imaging/side.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TYPICAL_INK                                                                                \
    0.5 /* quantile of strength under the mask: half of a letter's pixels are rim                  \
         */

#define VAGUE_PX 3     /* at COARSE_DPI: 1 mm */
#define VAGUE_NCC 0.93 /* a line of 50 mm; a solid square of 24 mm reaches 0.9 */

/* The features are the template's only: many enough for a logo's detail, few enough that a page
 * is compared in 15 ms. */
static const struct cv_orb orb_of_model = {.n_features = 1200,
                                           .scale_factor = 1.2,
                                           .levels = 4,
                                           .edge = 20,
                                           .patch = 31,
                                           .fast_threshold = 12};

static bool scaled(const struct image *in, double dpi, double to_dpi, struct image *ret,
                   struct err *err)
{
    int w = (int)lround(in->width * to_dpi / dpi), h = (int)lround(in->height * to_dpi / dpi);
    return cv_resize(in, w < 1 ? 1 : w, h < 1 ? 1 : h,
                     to_dpi < dpi ? CV_INTERPOLATE_AREA : CV_INTERPOLATE_CUBIC, ret, err);
}

static void measure_paper(struct element_model *element)
{
    struct image blank = {0}, channel = {0};
    struct err ignored;
    for (int c = 0; c < 3; c++)
        element->paper_rgb[c] = 255;
    if (!cv_threshold(&element->mask, 0, true, &blank, &ignored) ||
        !image_create(&channel, element->picture.width, element->picture.height, 1, &ignored)) {
        image_finish(&blank);
        return;
    }
    for (int c = 0; c < 3; c++) {
        for (int y = 0; y < channel.height; y++) {
            const uint8_t *in = image_row(&element->picture, y);
            uint8_t *out = image_row(&channel, y);
            for (int x = 0; x < channel.width; x++)
                out[x] = in[3 * x + c];
        }
        element->paper_rgb[c] = image_percentile(&channel, mask_area(&blank) ? &blank : NULL, 0.5);
    }
    image_finish(&channel);
    image_finish(&blank);
}

/* Correlation of the picture with itself, shifted by VAGUE_PX along one axis. */
static bool is_vague(const struct image *coarse, int dx, int dy)
{
    int w = coarse->width - dx, h = coarse->height - dy;
    struct image here = image_view(coarse, 0, 0, w, h), shifted = image_view(coarse, dx, dy, w, h);
    return w > 0 && h > 0 && image_correlation(&here, &shifted, NULL) > VAGUE_NCC;
}

bool element_model_derive(struct element_model *element, struct err *err)
{
    double dpi = element->data->dpi;
    measure_paper(element);
    struct image strength = {0}, grown = {0};
    bool ok = ink_strength(&element->picture, element->paper_rgb, &strength, err) &&
              scaled(&strength, dpi, COARSE_DPI, &element->coarse, err) &&
              scaled(&strength, dpi, FINE_DPI, &element->fine, err) &&
              scaled(&element->picture, dpi, FINE_DPI, &element->fine_rgb, err) &&
              scaled(&element->mask, dpi, FINE_DPI, &grown, err) &&
              cv_threshold(&grown, 127, false, &element->fine_mask, err);
    if (ok) {
        element->contrast = image_percentile(&strength, &element->mask, TYPICAL_INK);
        fragments_cut(element);
    }
    element->vague[0] = ok && is_vague(&element->coarse, VAGUE_PX, 0);
    element->vague[1] = ok && is_vague(&element->coarse, 0, VAGUE_PX);
    image_finish(&strength);
    image_finish(&grown);
    if (!ok) {
        image_finish(&element->coarse);
        image_finish(&element->fine);
        image_finish(&element->fine_rgb);
        image_finish(&element->fine_mask);
    }
    return ok;
}

void element_model_finish(struct element_model *element)
{
    image_finish(&element->picture);
    image_finish(&element->mask);
    image_finish(&element->sample);
    image_finish(&element->coarse);
    image_finish(&element->fine);
    image_finish(&element->fine_rgb);
    image_finish(&element->fine_mask);
    *element = (struct element_model){0};
}

/* A picture of the folder with 3 or 1 channels; ret is empty before and, on false, after. */
static bool load_picture(const char *dir, const char *name, double dpi, int channels,
                         struct image *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct image raw = {0};
    if (!path_join(path, dir, name, err) || !image_load(path, dpi, &raw, NULL, err))
        return false;
    bool ok = raw.channels == channels ? image_copy(&raw, ret, err)
              : channels == 3          ? cv_rgb(&raw, ret, err)
                                       : cv_grey(&raw, ret, err);
    image_finish(&raw);
    return ok;
}

static bool same_size(const struct image *a, const struct image *b)
{
    return a->width == b->width && a->height == b->height;
}

static bool load_element(const char *dir, const struct template_element *data,
                         struct element_model *element, struct err *err)
{
    element->data = data;
    if (!load_picture(dir, data->picture, data->dpi, 3, &element->picture, err) ||
        !load_picture(dir, data->mask, data->dpi, 1, &element->mask, err) ||
        (data->sample[0] && !load_picture(dir, data->sample, data->dpi, 3, &element->sample, err)))
        return false;
    if (!same_size(&element->picture, &element->mask) ||
        (element->sample.data && !same_size(&element->picture, &element->sample)))
        return err_set(err, "%s: picture, mask and sample differ in size; enrol again", data->name);
    return element_model_derive(element, err);
}

/* Elements laid on an empty page, so that features are found where they are on a real one. */
static bool page_features(struct model *model, enum side_name side, struct err *err)
{
    double scale = SIDE_REDUCED_DPI / 25.4;
    int w = (int)ceil(model->data.size_mm[0] * scale),
        h = (int)ceil(model->data.size_mm[1] * scale);
    struct image page = {0}, mask = {0};
    bool ok = image_create(&page, w, h, 1, err) && image_create(&mask, w, h, 1, err);
    if (!ok) {
        image_finish(&page);
        return false;
    }
    memset(page.data, 0, page.stride * (size_t)h);
    memset(mask.data, 0, mask.stride * (size_t)h);
    for (int i = 0; ok && i < model->data.n_elements; i++) {
        const struct element_model *element = &model->element[i];
        if (element->data->side != side)
            continue;
        struct image small = {0};
        ok = scaled(&element->fine, FINE_DPI, SIDE_REDUCED_DPI, &small, err);
        int x0 = (int)lround(element->data->box_mm[0] * scale);
        int y0 = (int)lround(element->data->box_mm[1] * scale);
        for (int y = 0; ok && y < small.height && y0 + y < h; y++)
            for (int x = 0; x < small.width && x0 + x < w; x++) {
                image_row(&page, y0 + y)[x0 + x] = image_row(&small, y)[x];
                image_row(&mask, y0 + y)[x0 + x] = 255;
            }
        image_finish(&small);
    }
    ok = ok && cv_orb_features(&page, &mask, &orb_of_model, &model->features[side], err);
    image_finish(&page);
    image_finish(&mask);
    return ok;
}

bool model_has_side(const struct model *model, enum side_name side)
{
    for (int i = 0; i < model->data.n_elements; i++)
        if (model->data.element[i].side == side)
            return true;
    return false;
}

bool model_features(struct model *model, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++)
        if (model_has_side(model, (enum side_name)s) &&
            !page_features(model, (enum side_name)s, err))
            return false;
    return true;
}

bool model_load(const char *dir, struct model **ret, struct err *err)
{
    struct model *model = calloc(1, sizeof *model);
    if (!model)
        return err_set(err, "out of memory while loading %s", dir);
    bool ok = template_read(dir, &model->data, err);
    for (int i = 0; ok && i < model->data.n_elements; i++)
        ok = load_element(dir, &model->data.element[i], &model->element[i], err) ||
             err_context(err, "template %s", dir);
    for (int i = 0; ok && i < model->data.n_marks; i++)
        ok = load_element(dir, &model->data.mark[i].print, &model->mark[i], err) ||
             err_context(err, "template %s", dir);
    ok = ok && model_features(model, err);
    if (!ok) {
        model_destroy(model);
        return false;
    }
    *ret = model;
    return true;
}

void model_destroy(struct model *model)
{
    if (!model)
        return;
    for (int i = 0; i < TEMPLATE_ELEMENTS_MAX; i++)
        element_model_finish(&model->element[i]);
    for (int i = 0; i < TEMPLATE_MARKS_MAX; i++)
        element_model_finish(&model->mark[i]);
    for (int s = 0; s < SIDE_COUNT; s++)
        cv_features_finish(&model->features[s]);
    free(model);
}
