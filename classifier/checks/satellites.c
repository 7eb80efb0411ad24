/* Satellites: toner that settled beside the print. The field at the border of a charged area draws
 * grains a tenth of a millimetre out, and ink-jet drops have tails; an offset plate is clean there.
 * A grain of 10-25 um is a part of a pixel at 600 dpi: a speck some percent darker than its
 * surroundings, no more than paper's own. So specks are not counted: what is compared is how far
 * the dark tail of the paper's brightness exceeds the light one, close to print (100-300 um, beyond
 * the scanner's blur) less the same farther off (from 600 um), where only paper, dust and
 * background are. The difference leaves out paper with a texture of its own, also recycled paper.
 *
 * Value: that difference, % of the print's contrast, in the mean over the pixels of a cell of 3 mm,
 * median over the cells. It lies where
 * print is so dense that no paper is left, and on a scan whose sharpening draws lines around print.
 */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NEAR_FROM_MM 0.1
#define NEAR_TO_MM 0.3
#define FAR_FROM_MM 0.6
#define AROUND_MM 0.15 /* sd of the mean that a speck is compared with */
#define PIXELS_MIN                                                                                 \
    1500 /* of either zone: 2.7 mm2 at 600 dpi, for a mean tail good to a tenth of its paper's */
#define PRINT_SHARE 0.4   /* of the print's contrast: satellites are paler than that */
#define TYPICAL_INK 0.5   /* quantile of strength under the mask */
#define CONTRAST_MIN 12.0 /* levels: less is not print but noise */
#define SHADE_MM 1.0      /* of a label's edge, and how well that is found */
#define CELL_MM 3.0
#define CELL_PIXELS_MIN 150
#define TAIL_SD 2.5 /* noise and texture within it say nothing */
#define MM_PER_INCH 25.4

static bool grown(const struct image *mask, double mm, double dpi, struct image *ret,
                  struct err *err)
{
    int size = 2 * (int)lround(mm * dpi / MM_PER_INCH) + 1;
    return cv_morph(mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, size, size, ret, err);
}

/* Darkness less the mean darkness of the zone around. */
static bool specks(const struct image *strength, const struct image *zone, double dpi,
                   struct plane *ret, struct err *err)
{
    struct plane dark = {0}, weight = {0}, mean = {0}, share = {0};
    double sd = AROUND_MM * dpi / MM_PER_INCH;
    bool ok = cv_to_plane(strength, 0, 1, 0, &dark, err) &&
              cv_to_plane(zone, 0, 1 / 255.0, 0, &weight, err);
    for (int i = 0; ok && i < dark.width * dark.height; i++)
        dark.data[i] *= weight.data[i];
    ok = ok && cv_gauss_plane(&dark, sd, &mean, err) && cv_gauss_plane(&weight, sd, &share, err);
    for (int i = 0; ok && i < dark.width * dark.height; i++)
        dark.data[i] -= share.data[i] > 0 ? mean.data[i] / share.data[i] : 0;
    plane_finish(&mean);
    plane_finish(&share);
    plane_finish(&weight);
    if (!ok) {
        plane_finish(&dark);
        return false;
    }
    *ret = dark;
    return true;
}

/* Of one cell: the mean of what lies beyond `limit` on the dark side, less the same on the light
 * side. */
static double dark_tail(const struct plane *speck, const struct image *zone, int left, int top,
                        int size, double limit, int *ret_n)
{
    double sum = 0;
    int n = 0;
    for (int y = top; y < top + size && y < zone->height; y++)
        for (int x = left; x < left + size && x < zone->width; x++)
            if (image_row(zone, y)[x]) {
                double v = (double)speck->data[y * zone->width + x];
                sum += v > limit ? v - limit : v < -limit ? v + limit : 0;
                n++;
            }
    *ret_n = n;
    return n ? sum / n : 0;
}

/* Median over the cells: satellites are everywhere, a postmark or a smudge is somewhere. */
static bool usual_tail(const struct plane *speck, const struct image *zone, double dpi,
                       double limit, double *ret, struct err *err)
{
    int size = (int)lround(CELL_MM * dpi / MM_PER_INCH), n = 0;
    size_t most = (size_t)(zone->width / size + 1) * (size_t)(zone->height / size + 1);
    double *tail = malloc(most * sizeof *tail);
    if (!tail)
        return err_set(err, "out of memory while looking for satellites");
    for (int top = 0; top < zone->height; top += size)
        for (int left = 0; left < zone->width; left += size) {
            int pixels;
            double here = dark_tail(speck, zone, left, top, size, limit, &pixels);
            if (pixels >= CELL_PIXELS_MIN)
                tail[n++] = here;
        }
    *ret = n ? median_of(tail, n) : 0;
    free(tail);
    return true;
}

static bool spread_of(const struct plane *speck, const struct image *zone, double *ret,
                      struct err *err)
{
    double *value = malloc((size_t)mask_area(zone) * sizeof *value);
    int n = 0;
    if (!value)
        return err_set(err, "out of memory while looking for satellites");
    for (int y = 0; y < zone->height; y++)
        for (int x = 0; x < zone->width; x++)
            if (image_row(zone, y)[x])
                value[n++] = (double)speck->data[y * zone->width + x];
    *ret = quartile_sd(value, n);
    free(value);
    return true;
}

/* Where print is: in the template, and on the scan, whose print may lie a pixel or two beside it.
 */
static bool ink_of(const struct print *print, const struct image *strength, double contrast,
                   struct image *ret, struct err *err)
{
    const struct image *expected = &print->located->element->mask;
    if (!cv_threshold(strength, PRINT_SHARE * contrast, false, ret, err))
        return false;
    for (int y = 0; y < ret->height; y++)
        for (int x = 0; x < ret->width; x++)
            image_row(ret, y)[x] |= image_row(expected, y)[x];
    return true;
}

/* The two zones beside the print, where nothing lies over them, nor casts its shadow. */
static bool zones(const struct print *print, const struct image *ink, struct image *ret_near,
                  struct image *ret_far, struct err *err)
{
    struct image inner = {0}, outer = {0}, clear = {0};
    int shade = 2 * (int)lround(SHADE_MM * print->dpi / MM_PER_INCH) + 1;
    bool ok = cv_morph(&print->clear, CV_MORPH_OP_ERODE, CV_MORPH_BOX, shade, shade, &clear, err) &&
              grown(ink, NEAR_FROM_MM, print->dpi, &inner, err) &&
              grown(ink, NEAR_TO_MM, print->dpi, ret_near, err) &&
              grown(ink, FAR_FROM_MM, print->dpi, &outer, err) && image_copy(&clear, ret_far, err);
    if (ok) {
        mask_minus(ret_near, &inner);
        mask_and(ret_near, &clear);
        mask_minus(ret_far, &outer);
    }
    image_finish(&inner);
    image_finish(&outer);
    image_finish(&clear);
    return ok;
}

/* Difference of the tails, levels. */
static bool measure_tails(const struct image *strength, const struct image *near,
                          const struct image *far, double dpi, double *ret, struct err *err)
{
    struct plane beside = {0}, off = {0};
    double limit = 0, near_tail = 0, far_tail = 0;
    bool ok = specks(strength, near, dpi, &beside, err) && specks(strength, far, dpi, &off, err) &&
              spread_of(&off, far, &limit, err) &&
              usual_tail(&beside, near, dpi, TAIL_SD * limit, &near_tail, err) &&
              usual_tail(&off, far, dpi, TAIL_SD * limit, &far_tail, err);
    plane_finish(&beside);
    plane_finish(&off);
    *ret = near_tail - far_tail;
    return ok;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct print *print = &view->print[i];
    struct image near = {0}, far = {0}, strength = {0}, ink = {0};
    if (!print_comparable(view, i, ret))
        return true;
    bool ok = ink_strength(&print->rgb, print->paper_rgb, &strength, err);
    double tails = 0, contrast = 0;
    if (ok)
        contrast = image_percentile(&strength, &print->located->element->mask, TYPICAL_INK);
    ok =
        ok && ink_of(print, &strength, contrast, &ink, err) && zones(print, &ink, &near, &far, err);
    bool enough = ok && contrast >= CONTRAST_MIN && mask_area(&near) >= PIXELS_MIN &&
                  mask_area(&far) >= PIXELS_MIN;
    if (enough) {
        ok = measure_tails(&strength, &near, &far, print->dpi, &tails, err);
        ret->outcome = OUTCOME_MEASURED;
        ret->value = 100 * tails / contrast;
    } else if (ok) {
        snprintf(ret->note, sizeof ret->note, "too little bare paper beside the print");
    }
    image_finish(&near);
    image_finish(&far);
    image_finish(&strength);
    image_finish(&ink);
    return ok;
}

const struct check check_satellites = {.name = "satellites",
                                       .measures = "specks of toner or ink beside print",
                                       .unit = "% of contrast",
                                       .reason = "specked",
                                       .kind = CHECK_PRINT,
                                       .looks_at = LOOKS_AT_EDGES,
                                       .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                       .direction = HIGH_IS_STRANGE,
                                       .floor_sd = 0.03,
                                       .agreement = 0.1,
                                       .run = run};
