#include "classifier/label_picture.h"

#include <math.h>
#include <string.h>

#define LONG_MAX_MM 240.0 /* a block longer than a C4 sheet's text is none */
#define HUE_SHARE 0.02    /* of the picture that is covered by its full ink */
#define HUE_MIN 40        /* levels between channels; paper's own spread has 10 */
#define DARK_SHARE 0.01   /* likewise, of black print: the strokes of one word */
#define DARK_RANGE 0.45   /* of the darkest ink: what is lighter goes */
#define DARK_MIN 60       /* levels below the paper; less is no print */

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

bool label_picture_cut(const struct side *side, const struct return_region *region,
                       double angle_deg, enum label_ink ink, struct image *ret, struct err *err)
{
    double w = fmin(region->size_mm[0], LONG_MAX_MM), h = fmin(region->size_mm[1], LONG_MAX_MM);
    const struct affine to_page =
        affine_turned(region->centre_mm[0], region->centre_mm[1], w, h, angle_deg);
    if (!side_crop(side, &to_page, w, h, LABEL_DPI, ret, err))
        return false;
    ret->dpi_x = ret->dpi_y = LABEL_DPI;
    if (ink == LABEL_ALL)
        return true;
    uint8_t paper[3];
    ink_level *level = ink == LABEL_HUE ? label_hue : darkness;
    label_paper(ret, paper);
    int full = full_level(ret, level, paper, ink == LABEL_HUE ? HUE_SHARE : DARK_SHARE);
    if (ink == LABEL_HUE)
        stretch(ret, level, paper, 0, full > HUE_MIN ? full : HUE_MIN);
    else if (full >= DARK_MIN)
        stretch(ret, level, paper, (int)(DARK_RANGE * full), full);
    return true;
}
