#include "classifier/label_picture.h"

#include <math.h>
#include <string.h>

#define LONG_MAX_MM 240.0 /* a block longer than a C4 sheet's text is none */
#define HUE_SHARE 0.02    /* of the picture that is covered by its full ink */
#define HUE_MIN 40        /* levels between channels; paper's own tint has 10 */
#define DARK_SHARE 0.01   /* likewise, of black print: the strokes of one word */
#define DARK_RANGE 0.55   /* of the way from the darkest ink to the paper: what is lighter goes */
#define DARK_CONTRAST 60  /* levels between them; less is no print */

/* How far the channels are apart. */
static int hue_at(const uint8_t *px)
{
    int low = px[0] < px[1] ? px[0] : px[1], high = px[0] < px[1] ? px[1] : px[0];
    low = low < px[2] ? low : px[2];
    high = high > px[2] ? high : px[2];
    return high - low;
}

static int level_at(const uint8_t *px)
{
    return (px[0] + 2 * px[1] + px[2]) / 4;
}

static void count_levels(const struct image *image, int (*level)(const uint8_t *),
                         uint32_t ret[256])
{
    memset(ret, 0, 256 * sizeof *ret);
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            ret[level(image_row(image, y) + 3 * x)]++;
}

/* from becomes black, to and beyond white. */
static void stretch(struct image *image, int (*level)(const uint8_t *), int from, int to)
{
    uint8_t map[256];
    for (int i = 0; i < 256; i++) {
        double v = 255.0 * (i - from) / (to - from);
        map[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            uint8_t *px = image_row(image, y) + 3 * x;
            px[0] = px[1] = px[2] = map[level(px)];
        }
}

/* Levels between channels of its fullest ink; HUE_MIN when there is none. */
static int full_hue(const struct image *image)
{
    uint32_t histogram[256];
    double total = (double)image->width * image->height, sum = 0;
    int full = 255;
    count_levels(image, hue_at, histogram);
    while (full > HUE_MIN && (sum += histogram[full]) < HUE_SHARE * total)
        full--;
    return full;
}

static void keep_hue(struct image *image)
{
    stretch(image, hue_at, full_hue(image), 0);
}

bool label_has_hue(const struct side *side, const struct return_region *region)
{
    const double px_mm = SIDE_REDUCED_DPI / 25.4;
    double box[4];
    return_region_box(region, box);
    const struct image *page = &side->reduced;
    int x = (int)fmax(0, box[0] * px_mm), y = (int)fmax(0, box[1] * px_mm);
    int w = (int)fmin(page->width - x, box[2] * px_mm);
    int h = (int)fmin(page->height - y, box[3] * px_mm);
    if (w < 1 || h < 1)
        return false;
    struct image view = image_view(page, x, y, w, h);
    return full_hue(&view) > HUE_MIN;
}

/* The paper is what is most frequent, within a few levels. */
static void keep_dark(struct image *image)
{
    uint32_t histogram[256];
    double total = (double)image->width * image->height, sum = 0;
    int dark = 0, paper = 0;
    count_levels(image, level_at, histogram);
    while (dark < 255 && (sum += histogram[dark]) < DARK_SHARE * total)
        dark++;
    for (int i = 1; i < 256; i++)
        paper = histogram[i] > histogram[paper] ? i : paper;
    if (paper - dark >= DARK_CONTRAST)
        stretch(image, level_at, dark, dark + (int)(DARK_RANGE * (paper - dark)));
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
    if (ink == LABEL_HUE)
        keep_hue(ret);
    else if (ink == LABEL_DARK)
        keep_dark(ret);
    return true;
}
