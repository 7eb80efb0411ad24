/* Whether what stands in a drawing's place is meant to be taken for it: drawn again by hand, traced
 * or taken from elsewhere, it shares no line with ours (presence.c), but the layout and the colours
 * that a person knows the firm by. Both pictures, as light taken from their paper in R, G and B,
 * are blurred until only that remains, and correlated, all channels as one signal: another colour
 * is another signal. 1: the same; other firms' drawings, within 0.5 of nothing. It says whose sheet
 * it claims to be, never that something is wrong. Detail: chroma C* of the genuine drawing, at the
 * upper quartile of its ink. When it lies: a disc of our size in our colour is alike, whoever's. */
#include "classifier/check.h"
#include "classifier/numbers.h"

#include <math.h>
#include <stdlib.h>

#define LAYOUT_PARTS 8  /* of the smaller side: blurred by one, strokes are gone, parts remain */
#define SIDE_MIN_MM 5.0 /* smaller is a letter or a line */
#define VISIBLE_MIN 0.8 /* what a label covers cannot be like anything */
#define INK_QUANTILE 0.75
#define BYTE_MAX 255

/* Light that is taken from the paper, a byte a channel. */
static bool absorbed(const struct image *rgb, const double paper_rgb[3], double sigma,
                     struct image *ret, struct err *err)
{
    struct image taken = {0};
    if (!image_create(&taken, rgb->width, rgb->height, 3, err))
        return false;
    for (int y = 0; y < rgb->height; y++)
        for (int x = 0; x < 3 * rgb->width; x++) {
            double less = paper_rgb[x % 3] - image_row(rgb, y)[x];
            image_row(&taken, y)[x] = (uint8_t)lround(fmin(BYTE_MAX, fmax(0, less)));
        }
    bool ok = cv_gauss(&taken, sigma, ret, err);
    image_finish(&taken);
    return ok;
}

/* Correlation of all channels as one signal, where the mask is open. */
static double alike(const struct image *a, const struct image *b, const struct image *open)
{
    double n = 0, sum[2] = {0}, square[2] = {0}, product = 0;
    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < 3 * a->width; x++) {
            if (!image_row(open, y)[x / 3])
                continue;
            double p = image_row(a, y)[x], q = image_row(b, y)[x];
            n++;
            sum[0] += p;
            sum[1] += q;
            square[0] += p * p;
            square[1] += q * q;
            product += p * q;
        }
    double spread = (n * square[0] - sum[0] * sum[0]) * (n * square[1] - sum[1] * sum[1]);
    return spread > 0 ? (n * product - sum[0] * sum[1]) / sqrt(spread) : 0;
}

/* C* of the print over its paper. */
static bool chroma_of(const struct element_model *element, double *ret, struct err *err)
{
    struct plane lab[3] = {{0}};
    double paper[3];
    double *chroma = calloc((size_t)mask_area(&element->fine_mask) + 1, sizeof *chroma);
    int n = 0;
    bool ok = chroma || err_set(err, "out of memory while looking at a drawing");
    ok = ok && cv_lab(&element->fine_rgb, lab, err) && lab_of(element->paper_rgb, paper, err);
    for (int y = 0; ok && y < element->fine_mask.height; y++)
        for (int x = 0; x < element->fine_mask.width; x++) {
            size_t at = (size_t)y * (size_t)element->fine_mask.width + (size_t)x;
            if (image_row(&element->fine_mask, y)[x])
                chroma[n++] =
                    hypot((double)lab[1].data[at] - paper[1], (double)lab[2].data[at] - paper[2]);
        }
    if (ok)
        *ret = n ? quantile_of(chroma, n, INK_QUANTILE) : 0;
    for (int c = 0; c < 3; c++)
        plane_finish(&lab[c]);
    free(chroma);
    return ok;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct located *located = &view->located[i];
    const struct element_model *element = located->element;
    const struct side *side = &view->scan->side[located->scan_side];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state != ELEMENT_ALTERED || located->visible < VISIBLE_MIN ||
        side->raw->channels == 1)
        return true;
    double smaller = fmin(element->data->box_mm[2], element->data->box_mm[3]);
    if (smaller < SIDE_MIN_MM)
        return true;
    struct image soft[2] = {{0}, {0}};
    double sigma = smaller / LAYOUT_PARTS * FINE_DPI / 25.4;
    bool ok = absorbed(&element->fine_rgb, element->paper_rgb, sigma, &soft[0], err) &&
              absorbed(&located->seen, side->paper_rgb, sigma, &soft[1], err) &&
              chroma_of(element, &ret->detail[0], err);
    if (ok) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = alike(&soft[0], &soft[1], &located->open);
        ret->has_detail = true;
    }
    image_finish(&soft[0]);
    image_finish(&soft[1]);
    return ok;
}

const struct check check_resembles = {.name = "resembles",
                                      .measures = "layout and colours of what stands in its place",
                                      .unit = "ncc",
                                      .reason = "resembles",
                                      .kind = CHECK_CLAIM,
                                      .direction = LOW_IS_STRANGE,
                                      .run = run};
