/* Inks are told apart by what they take of the paper's light: one with a hue takes less of one
 * channel, a stamp's is thinner than print. The paper is the picture's median. */
#include "classifier/label_picture.h"

#include "imaging/opencv_c/opencv_c.h"

#include <math.h>

#define LONG_MAX_MM 240.0 /* a block longer than a C4 sheet's text is none */
#define HUE_SHARE 0.02    /* of the picture that is covered by its full ink */
#define HUE_MIN 40        /* levels between channels; paper's own spread has 10 */
#define HUE_BARE 0.05     /* of full ink: paper */
#define HUE_FULL                                                                                   \
    0.25 /* likewise: a stamp takes in patches, and a quarter of its ink tells a letter */
#define DARK_SHARE 0.01 /* likewise, of black print: the strokes of one word */
#define DARK_RANGE 0.45 /* of the darkest ink: what is lighter goes */
#define DARK_MIN 60     /* levels below the paper; less is no print */

/* white print on bars */
#define BAR_BRIGHT 0.95   /* quantile of the picture's levels: paper, or the letters of a bar */
#define BAR_LEVEL 0.62    /* of that: darker ones are ink */
#define BAR_PART 0.05     /* of the picture; less ink is no bar */
#define BAR_STROKE_MM 1.2 /* letters' strokes are thinner */
#define BAR_HIGH_MM 3.2   /* with letters of 2 mm */
#define BAR_LONG_MM 12.0  /* "RETUR" */
#define BAR_MOST 0.5      /* of the picture: it is a bar */
#define BAR_SOLID 0.55    /* of it is ink; of bold print at most 0.45 */

void label_paper(const struct image *image, uint8_t ret[3])
{
    for (int c = 0; c < 3; c++) {
        uint32_t histogram[256];
        image_histogram(image, c, histogram);
        ret[c] = (uint8_t)histogram_quantile(histogram, 0.5);
    }
}

int label_hue(const uint8_t px[3], const uint8_t paper[3])
{
    int low = 255, high = 0;
    for (int c = 0; c < 3; c++) {
        int level = paper[c] ? px[c] * 255 / paper[c] : 255;
        level = level > 255 ? 255 : level;
        low = level < low ? level : low;
        high = level > high ? level : high;
    }
    return high - low;
}

static int darkness(const uint8_t px[3], const uint8_t paper[3])
{
    int ret = (paper[0] + 2 * paper[1] + paper[2] - px[0] - 2 * px[1] - px[2]) / 4;
    return ret < 0 ? 0 : ret;
}

typedef int ink_level(const uint8_t px[3], const uint8_t paper[3]);

/* The level that `share` of the picture reaches. */
static int full_level(const struct image *image, ink_level *level, const uint8_t paper[3],
                      double share)
{
    uint32_t histogram[256] = {0};
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            histogram[level(image_row(image, y) + 3 * x, paper)]++;
    return histogram_quantile(histogram, 1 - share);
}

/* Ink of level `to` and more becomes black, of `from` and less white. */
static void stretch(struct image *image, ink_level *level, const uint8_t paper[3], int from, int to)
{
    uint8_t map[256];
    for (int i = 0; i < 256; i++) {
        double v = 255.0 * (to - i) / (to - from);
        map[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            uint8_t *px = image_row(image, y) + 3 * x;
            px[0] = px[1] = px[2] = map[level(px, paper)];
        }
}

bool label_has_hue(const struct side *side, const struct return_region *region)
{
    const double px_mm = SIDE_REDUCED_DPI / 25.4;
    const struct image *page = &side->reduced;
    double box[4];
    uint8_t paper[3];
    return_region_box(region, box);
    int x = (int)fmax(0, box[0] * px_mm), y = (int)fmax(0, box[1] * px_mm);
    int w = (int)fmin(page->width - x, box[2] * px_mm);
    int h = (int)fmin(page->height - y, box[3] * px_mm);
    if (w < 1 || h < 1)
        return false;
    struct image view = image_view(page, x, y, w, h);
    label_paper(&view, paper);
    return full_level(&view, label_hue, paper, HUE_SHARE) > HUE_MIN;
}

static int level_of(const uint8_t px[3])
{
    return (px[0] + 2 * px[1] + px[2]) / 4;
}

/* 255 where the picture is much darker than its lightest parts; how much of it is. */
static bool dark_parts(const struct image *image, struct image *ret, double *ret_share,
                       struct err *err)
{
    uint32_t histogram[256] = {0};
    if (!image_create(ret, image->width, image->height, 1, err))
        return false;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            histogram[level_of(image_row(image, y) + 3 * x)]++;
    double limit = BAR_LEVEL * histogram_quantile(histogram, BAR_BRIGHT), dark = 0;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            bool is_dark = level_of(image_row(image, y) + 3 * x) < limit;
            image_row(ret, y)[x] = is_dark ? 255 : 0;
            dark += is_dark;
        }
    *ret_share = dark / image->width / image->height;
    return true;
}

static double dark_share(const struct image *dark, const struct cv_component *box)
{
    double sum = 0;
    for (int y = box->y; y < box->y + box->h; y++)
        for (int x = box->x; x < box->x + box->w; x++)
            sum += image_row(dark, y)[x] != 0;
    return sum / box->w / box->h;
}

static void invert(struct image *image, const struct cv_component *box)
{
    for (int y = box->y; y < box->y + box->h; y++)
        for (int x = box->x; x < box->x + box->w; x++) {
            uint8_t *px = image_row(image, y) + 3 * x;
            px[0] = px[1] = px[2] = (uint8_t)(255 - level_of(px));
        }
}

/* White letters on a bar become dark ones on light; ret_turned: the bars' part of the picture.
 * Closing fills the letters of a bar and the gaps between those of a line; opening leaves what is
 * higher than a line; and of that print is less than half ink. */
static bool turn_bars(struct image *image, double *ret_turned, struct err *err)
{
    const double px_mm = LABEL_DPI / 25.4;
    const int stroke = (int)(BAR_STROKE_MM * px_mm), high = (int)(BAR_HIGH_MM * px_mm);
    struct image dark = {0}, closed = {0}, solid = {0};
    struct cv_components parts = {0};
    double share;
    *ret_turned = 0;
    bool fine = dark_parts(image, &dark, &share, err);
    if (fine && share >= BAR_PART)
        fine = cv_morph(&dark, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, stroke, stroke, &closed, err) &&
               cv_morph(&closed, CV_MORPH_OP_OPEN, CV_MORPH_BOX, high, high, &solid, err) &&
               cv_components_find(&solid, 8, &parts, err);
    for (int i = 1; fine && i < parts.n; i++) {
        const struct cv_component *box = &parts.component[i];
        if (box->w < BAR_LONG_MM * px_mm || dark_share(&dark, box) < BAR_SOLID)
            continue;
        invert(image, box);
        *ret_turned += (double)box->w * box->h / image->width / image->height;
    }
    cv_components_finish(&parts);
    image_finish(&solid);
    image_finish(&closed);
    image_finish(&dark);
    return fine;
}

bool label_picture_cut(const struct side *side, const struct return_region *region,
                       double angle_deg, enum label_ink ink, struct image *ret, struct err *err)
{
    double w = fmin(region->size_mm[0], LONG_MAX_MM), h = fmin(region->size_mm[1], LONG_MAX_MM);
    const struct affine to_page =
        affine_turned(region->centre_mm[0], region->centre_mm[1], w, h, angle_deg);
    if (!side_crop(side, &to_page, w, h, LABEL_DPI, ret, err))
        return false;
    ret->dpi_x = ret->dpi_y = LABEL_DPI;
    double turned;
    if (!turn_bars(ret, &turned, err)) {
        image_finish(ret);
        return false;
    }
    if (ink == LABEL_ALL || turned > BAR_MOST) /* white letters have no ink of their own */
        return true;
    uint8_t paper[3];
    ink_level *level = ink == LABEL_HUE ? label_hue : darkness;
    label_paper(ret, paper);
    int full = full_level(ret, level, paper, ink == LABEL_HUE ? HUE_SHARE : DARK_SHARE);
    if (ink == LABEL_HUE && full < HUE_MIN)
        full = HUE_MIN;
    if (ink == LABEL_HUE)
        stretch(ret, level, paper, (int)(HUE_BARE * full), (int)(HUE_FULL * full));
    else if (full >= DARK_MIN)
        stretch(ret, level, paper, (int)(DARK_RANGE * full), full);
    return true;
}
