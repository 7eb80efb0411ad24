/* Pictures of the elements: cut from every sample at the enrolment's resolution after each was
 * placed to a tenth of a pixel, and their median: what one sample alone shows (dust, a pen stroke,
 * a postmark, the roughness of one print) is not in it. */
#include "classifier/enrol_parts.h"

#include "classifier/ink.h"
#include "imaging/codec.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CROPS_MAX 40     /* a median of more gains nothing */
#define PAPER_SHARE 0.98 /* quantile of a picture's channel that is surely paper */
#define INK_LEVEL 0.45   /* of typical ink: where the mask's rim lies */

bool sample_load(const struct sample *sample, struct image raw[SIDE_COUNT], struct scan *ret,
                 struct err *err)
{
    bool ok = true;
    memset(raw, 0, SIDE_COUNT * sizeof *raw);
    for (int s = 0; ok && s < SIDE_COUNT; s++)
        if (sample->files->path[s])
            ok = image_load(sample->files->path[s], sample->files->dpi, &raw[s], NULL, err);
    ok = ok && scan_prepare(raw, ret, err);
    if (!ok)
        for (int s = 0; s < SIDE_COUNT; s++)
            image_finish(&raw[s]);
    return ok;
}

static void unload(struct image raw[SIDE_COUNT], struct scan *scan)
{
    scan_finish(scan);
    for (int s = 0; s < SIDE_COUNT; s++)
        image_finish(&raw[s]);
}

void element_crops_finish(struct element_crops *crops)
{
    for (int i = 0; i < crops->n; i++)
        image_finish(&crops->crop[i]);
    free(crops->crop);
    free(crops->sample);
    crops->crop = NULL;
    crops->sample = NULL;
    crops->n = 0;
}

static bool mask_of(const struct image *picture, struct image *ret, struct err *err)
{
    double paper[3];
    struct image channel = {0}, strength = {0};
    if (!image_create(&channel, picture->width, picture->height, 1, err))
        return false;
    for (int c = 0; c < 3; c++) {
        for (int y = 0; y < picture->height; y++)
            for (int x = 0; x < picture->width; x++)
                image_row(&channel, y)[x] = image_row(picture, y)[3 * x + c];
        paper[c] = image_percentile(&channel, NULL, PAPER_SHARE);
    }
    image_finish(&channel);
    if (!ink_strength(picture, paper, &strength, err))
        return false;
    struct image inked = {0};
    bool ok = cv_threshold(&strength, INK_MIN_STRENGTH, false, &inked, err);
    double typical = ok && mask_area(&inked) ? image_percentile(&strength, &inked, 0.9) : 255;
    ok =
        ok && cv_threshold(&strength, fmax(INK_MIN_STRENGTH, INK_LEVEL * typical), false, ret, err);
    image_finish(&strength);
    image_finish(&inked);
    return ok;
}

bool enrol_median(const struct element_crops *crops, int without, struct image *ret_picture,
                  struct image *ret_mask, struct err *err)
{
    const struct image *use[CROPS_MAX];
    int n = 0;
    for (int i = 0; i < crops->n && n < CROPS_MAX; i++)
        if (crops->sample[i] != without)
            use[n++] = &crops->crop[i];
    if (!n)
        return err_set(err, "no sample shows %s clearly", crops->data.name);
    struct image picture = {0};
    if (!image_create(&picture, use[0]->width, use[0]->height, 3, err))
        return false;
    for (int y = 0; y < picture.height; y++) {
        uint8_t *out = image_row(&picture, y);
        for (int x = 0; x < 3 * picture.width; x++) {
            uint8_t value[CROPS_MAX];
            for (int i = 0; i < n; i++) {
                uint8_t v = image_row(use[i], y)[x];
                int k = i;
                for (; k > 0 && value[k - 1] > v; k--)
                    value[k] = value[k - 1];
                value[k] = v;
            }
            out[x] = n % 2 ? value[n / 2] : (uint8_t)((value[n / 2 - 1] + value[n / 2] + 1) / 2);
        }
    }
    picture.dpi_x = picture.dpi_y = crops->data.dpi;
    if (!mask_of(&picture, ret_mask, err)) {
        image_finish(&picture);
        return false;
    }
    *ret_picture = picture;
    return true;
}

/* A model of the elements as they are known so far. */
bool enrol_model(const struct element_crops *crops, int n, const double size_mm[2], int without,
                 struct model **ret, struct err *err)
{
    struct model *model = calloc(1, sizeof *model);
    if (!model)
        return err_set(err, "out of memory while enrolling");
    memcpy(model->data.size_mm, size_mm, sizeof model->data.size_mm);
    bool ok = true;
    for (int i = 0; ok && i < n; i++) {
        struct element_model *element = &model->element[i];
        model->data.element[i] = crops[i].data;
        model->data.n_elements = i + 1;
        element->data = &model->data.element[i];
        ok = enrol_median(&crops[i], without, &element->picture, &element->mask, err) &&
             element_model_derive(element, err);
    }
    ok = ok && model_features(model, err);
    if (!ok) {
        model_destroy(model);
        return false;
    }
    *ret = model;
    return true;
}

static bool add_crop(struct element_crops *crops, struct image *crop, int sample, struct err *err)
{
    struct image *more = realloc(crops->crop, (size_t)(crops->n + 1) * sizeof *more);
    if (more)
        crops->crop = more;
    int *index = realloc(crops->sample, (size_t)(crops->n + 1) * sizeof *index);
    if (index)
        crops->sample = index;
    if (!more || !index)
        return err_set(err, "out of memory while enrolling");
    crops->crop[crops->n] = *crop;
    crops->sample[crops->n++] = sample;
    *crop = (struct image){0};
    return true;
}

/* The exemplar's crop of each part, where its alignment says. */
static bool cut_exemplars(const struct sample *sample, int n, const struct shared_part *part,
                          int n_parts, struct element_crops *ret, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < n; i++) {
        struct image raw[SIDE_COUNT];
        struct scan scan;
        bool loaded = false;
        for (int k = 0; ok && k < n_parts; k++) {
            if (part[k].exemplar != i)
                continue;
            if (!loaded && !(ok = sample_load(&sample[i], raw, &scan, err)))
                break;
            loaded = true;
            struct affine shift = affine_identity();
            shift.m[2] = part[k].box_mm[0];
            shift.m[5] = part[k].box_mm[1];
            struct affine to_page = affine_multiply(&sample[i].page[part[k].side], &shift);
            struct image crop = {0};
            ok = side_crop(&scan.side[sample_scan_side(&sample[i], part[k].side)], &to_page,
                           part[k].box_mm[2], part[k].box_mm[3], ret[k].data.dpi, &crop, err) &&
                 add_crop(&ret[k], &crop, i, err);
            image_finish(&crop);
        }
        if (loaded)
            unload(raw, &scan);
    }
    return ok;
}

static bool cut_sample(const struct sample *sample, int index, const struct model *model,
                       struct element_crops *ret, int *ret_found, struct err *err)
{
    struct image raw[SIDE_COUNT];
    struct scan scan;
    struct side_patches patches[SIDE_COUNT];
    struct located *located = calloc(TEMPLATE_ELEMENTS_MAX, sizeof *located);
    if (!located)
        return err_set(err, "out of memory while enrolling");
    if (!sample_load(sample, raw, &scan, err)) {
        free(located);
        return false;
    }
    struct placement place = {.model = model};
    for (int s = 0; s < SIDE_COUNT; s++) {
        place.scan_side[s] = sample_scan_side(sample, (enum side_name)s);
        place.has[s] = sample->has[s];
        place.page[s] = sample->page[s];
    }
    bool ok =
        scan_patches(&scan, patches, err) && locate_elements(&scan, &place, patches, located, err);
    int n = model->data.n_elements;
    for (int i = 0; ok && i < n; i++) {
        struct print print = {0};
        if (located[i].state != ELEMENT_FOUND || located[i].visible < 0.9)
            continue;
        ++*ret_found;
        ret[i].data.n_seen++;
        if (ret[i].n >= CROPS_MAX)
            continue;
        ok = print_crop(&scan, &located[i], &print, err) &&
             add_crop(&ret[i], &print.rgb, index, err);
        print_finish(&print);
    }
    for (int i = 0; i < TEMPLATE_ELEMENTS_MAX; i++)
        located_finish(&located[i]);
    free(located);
    unload(raw, &scan);
    return ok;
}

bool enrol_cut(struct sample *sample, int n, const struct shared_part *part, int n_parts,
               const double size_mm[2], double dpi, struct element_crops *ret, struct err *err)
{
    struct model *model = NULL;
    for (int k = 0; k < n_parts; k++) {
        ret[k] = (struct element_crops){.data = {.side = part[k].side, .dpi = dpi}};
        memcpy(ret[k].data.box_mm, part[k].box_mm, sizeof part[k].box_mm);
    }
    bool ok = cut_exemplars(sample, n, part, n_parts, ret, err) &&
              enrol_model(ret, n_parts, size_mm, -1, &model, err);
    for (int k = 0; ok && k < n_parts; k++)
        element_crops_finish(&ret[k]); /* the exemplar comes again, placed like the others */
    for (int i = 0; ok && i < n; i++)
        if (sample[i].used)
            ok = cut_sample(&sample[i], i, model, ret, &sample[i].found, err);
    model_destroy(model);
    return ok;
}
