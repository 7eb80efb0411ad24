/* Pictures of the elements: cut from every sample at the enrolment's resolution after each was
 * placed to a tenth of a pixel, and their median: what one sample alone shows (dust, a pen stroke,
 * a postmark, the roughness of one print) is not in it. */
#include "classifier/enrol_parts.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CROPS_MAX 40       /* a median of more gains nothing */
#define PAPER_SHARE 0.98   /* quantile of a picture's channel that is surely paper */
#define CLEAR_TO_LEARN 0.9 /* of the print must be open to view */
#define SAME_DPI 0.95
#define INK_LEVEL 0.45 /* of typical ink: where the mask's rim lies */

void element_crops_finish(struct element_crops *crops)
{
    for (int i = 0; i < crops->n; i++)
        image_finish(&crops->crop[i]);
    for (int k = 0; k < 3; k++)
        image_finish(&crops->middle[k]);
    free(crops->crop);
    free(crops->sample);
    free(crops->screens);
    crops->crop = NULL;
    crops->sample = NULL;
    crops->screens = NULL;
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

/* Values of one channel of one pixel over all crops, sorted; they are few. */
static void sort_pixel(const struct element_crops *crops, int x, int y, uint8_t ret[CROPS_MAX])
{
    for (int i = 0; i < crops->n; i++) {
        uint8_t v = image_row(&crops->crop[i], y)[x];
        int k = i;
        for (; k > 0 && ret[k - 1] > v; k--)
            ret[k] = ret[k - 1];
        ret[k] = v;
    }
}

/* The three values about the middle are all that a median needs, be it of all crops or of all but
 * one; so they are sorted once for all the models that leave one sample out. */
bool enrol_settle(struct element_crops *crops, struct err *err)
{
    if (!crops->n)
        return err_set(err, "no sample shows %s clearly", crops->data.name);
    int middle = crops->n / 2, w = crops->crop[0].width, h = crops->crop[0].height;
    for (int k = 0; k < 3; k++) {
        image_finish(&crops->middle[k]);
        if (!image_create(&crops->middle[k], w, h, 3, err))
            return false;
    }
    for (int y = 0; y < h; y++)
        for (int x = 0; x < 3 * w; x++) {
            uint8_t value[CROPS_MAX];
            sort_pixel(crops, x, y, value);
            for (int k = 0; k < 3; k++) {
                int at = middle - 1 + k;
                at = at < 0 ? 0 : at >= crops->n ? crops->n - 1 : at;
                image_row(&crops->middle[k], y)[x] = value[at];
            }
        }
    return true;
}

static uint8_t mean_of(int a, int b)
{
    return (uint8_t)((a + b + 1) / 2);
}

/* m: the values about the middle of n. */
static uint8_t median_of_all(const uint8_t m[3], int n)
{
    return n % 2 ? m[1] : mean_of(m[0], m[1]);
}

static uint8_t median_without(const uint8_t m[3], int n, uint8_t left_out)
{
    if (n % 2 == 0)
        return left_out <= m[0] ? m[1] : m[0];
    return left_out < m[1]   ? mean_of(m[1], m[2])
           : left_out > m[1] ? mean_of(m[0], m[1])
                             : mean_of(m[0], m[2]);
}

static const struct image *crop_of(const struct element_crops *crops, int sample)
{
    for (int i = 0; i < crops->n; i++)
        if (crops->sample[i] == sample)
            return &crops->crop[i];
    return NULL;
}

bool enrol_median(const struct element_crops *crops, int without, struct image *ret_picture,
                  struct image *ret_mask, struct err *err)
{
    const struct image *left_out = crop_of(crops, without), *middle = crops->middle;
    struct image picture = {0};
    if (!middle[0].data || crops->n < (left_out ? 2 : 1))
        return err_set(err, "no sample shows %s clearly", crops->data.name);
    if (!image_create(&picture, middle[0].width, middle[0].height, 3, err))
        return false;
    for (int y = 0; y < picture.height; y++) {
        const uint8_t *row[3];
        for (int k = 0; k < 3; k++)
            row[k] = image_row(&middle[k], y);
        for (int x = 0; x < 3 * picture.width; x++) {
            const uint8_t m[3] = {row[0][x], row[1][x], row[2][x]};
            image_row(&picture, y)[x] = left_out
                                            ? median_without(m, crops->n, image_row(left_out, y)[x])
                                            : median_of_all(m, crops->n);
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

static double difference(const struct image *a, const struct image *b)
{
    double sum = 0;
    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width * a->channels; x++)
            sum += abs(image_row(a, y)[x] - image_row(b, y)[x]);
    return sum;
}

/* A median is smoother than any envelope, the sample nearest to it cleaner than most, and the
 * furthest may have been written on: who compares by eye needs an ordinary one. */
const struct image *enrol_typical(const struct element_crops *crops, const struct image *picture)
{
    double off[CROPS_MAX], sorted[CROPS_MAX];
    int n = crops->n < CROPS_MAX ? crops->n : CROPS_MAX, at = 0;
    for (int i = 0; i < n; i++)
        off[i] = sorted[i] = difference(&crops->crop[i], picture);
    double middle = quantile_of(sorted, n, 0.5);
    for (int i = 1; i < n; i++)
        if (fabs(off[i] - middle) < fabs(off[at] - middle))
            at = i;
    return &crops->crop[at];
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
        enrol_screens_learn(&crops[i], without, &model->data.element[i].screens);
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

struct cutting {
    struct sample *sample;
    const struct shared_part *part;
    int n_parts;
    double dpi;
    const struct model *model;
    struct image (*crop)[TEMPLATE_ELEMENTS_MAX]; /* [sample][part]; empty where it is not clear */
    bool (*clear)[TEMPLATE_ELEMENTS_MAX];
};

/* The exemplar's crop of each part, where its alignment says. */
static bool cut_exemplars(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct cutting *cut = ctx;
    struct sample *sample = &cut->sample[i];
    bool ok = true, open = false;
    for (int k = 0; ok && k < cut->n_parts; k++) {
        const struct shared_part *part = &cut->part[k];
        if (part->exemplar != i)
            continue;
        if (!open && !(open = sample_open(sample, err)))
            return false;
        struct affine shift = affine_identity();
        shift.m[2] = part->box_mm[0];
        shift.m[5] = part->box_mm[1];
        struct affine to_page = affine_multiply(&sample->page[part->side], &shift);
        ok = side_crop(&sample->scan.side[sample_scan_side(sample, part->side)], &to_page,
                       part->box_mm[2], part->box_mm[3], cut->dpi, &cut->crop[i][k], err);
    }
    if (open)
        sample_close(sample);
    return ok;
}

static struct placement placement_of(const struct sample *sample, const struct model *model)
{
    struct placement place = {.model = model};
    for (int s = 0; s < SIDE_COUNT; s++) {
        place.scan_side[s] = sample_scan_side(sample, (enum side_name)s);
        place.has[s] = sample->has[s];
        place.page[s] = sample->page[s];
    }
    return place;
}

/* Crops of all elements that are clearly seen in one sample; a scan of lower resolution confirms
 * an element but adds nothing to its picture. */
static bool cut_sample(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct cutting *cut = ctx;
    struct sample *sample = &cut->sample[i];
    if (!sample->used)
        return true;
    struct located *located = calloc(TEMPLATE_ELEMENTS_MAX, sizeof *located);
    if (!located)
        return err_set(err, "out of memory while enrolling");
    if (!sample_open(sample, err)) {
        free(located);
        return false;
    }
    struct placement place = placement_of(sample, cut->model);
    bool ok = locate_elements(&sample->scan, &place, sample->patches, located, err);
    for (int k = 0; ok && k < cut->n_parts; k++) {
        struct print print = {0};
        cut->clear[i][k] =
            located[k].state == ELEMENT_FOUND && located[k].visible >= CLEAR_TO_LEARN;
        if (!cut->clear[i][k] || sample->dpi < SAME_DPI * cut->dpi)
            continue;
        ok = print_crop(&sample->scan, &located[k], &print, err);
        if (ok) {
            cut->crop[i][k] = print.rgb;
            print.rgb = (struct image){0};
        }
        print_finish(&print);
    }
    for (int k = 0; k < TEMPLATE_ELEMENTS_MAX; k++)
        located_finish(&located[k]);
    free(located);
    sample_close(sample);
    return ok;
}

/* Hands the crops over in the order of the samples, whichever thread was first. */
static bool collect(struct cutting *cut, int n, struct element_crops *ret, struct err *err)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < cut->n_parts; k++) {
            if (cut->clear[i][k]) {
                cut->sample[i].found++;
                ret[k].data.n_seen++;
            }
            if (cut->crop[i][k].data && ret[k].n < CROPS_MAX &&
                !add_crop(&ret[k], &cut->crop[i][k], i, err))
                return false;
            image_finish(&cut->crop[i][k]);
        }
    return true;
}

static bool settle_one(void *ctx, int k, int worker, struct err *err)
{
    (void)worker;
    struct element_crops *crops = &((struct element_crops *)ctx)[k];
    return crops->n == 0 || enrol_settle(crops, err);
}

bool enrol_cut(struct sample *sample, int n, const struct shared_part *part, int n_parts,
               const double size_mm[2], double dpi, struct element_crops *ret, struct err *err)
{
    struct model *model = NULL;
    struct cutting cut = {.sample = sample,
                          .part = part,
                          .n_parts = n_parts,
                          .dpi = dpi,
                          .crop = calloc((size_t)n, sizeof *cut.crop),
                          .clear = calloc((size_t)n, sizeof *cut.clear)};
    for (int k = 0; k < n_parts; k++) {
        ret[k] = (struct element_crops){.data = {.side = part[k].side, .dpi = dpi}};
        ret[k].marked = part[k].kind;
        memcpy(ret[k].data.box_mm, part[k].box_mm, sizeof part[k].box_mm);
    }
    bool ok = (cut.crop && cut.clear) || err_set(err, "out of memory while enrolling");
    ok = ok && parallel_run(n, cut_exemplars, &cut, err) && collect(&cut, n, ret, err) &&
         parallel_run(n_parts, settle_one, ret, err) &&
         enrol_model(ret, n_parts, size_mm, -1, &model, err);
    for (int k = 0; ok && k < n_parts; k++)
        element_crops_finish(&ret[k]); /* the exemplar comes again, placed like the others */
    cut.model = model;
    ok = ok && parallel_run(n, cut_sample, &cut, err) && collect(&cut, n, ret, err) &&
         parallel_run(n_parts, settle_one, ret, err);
    for (int i = 0; cut.crop && i < n; i++)
        for (int k = 0; k < n_parts; k++)
            image_finish(&cut.crop[i][k]);
    free(cut.crop);
    free(cut.clear);
    model_destroy(model);
    return ok;
}
