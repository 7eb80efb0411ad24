/* An imprint's frame, emblem and licence stand still on the machine's plate, its date and amount
 * are set anew. Pixels alone do not tell them apart: digits of one typeface share half of their
 * strokes. So letters are asked, the connected pieces of the median picture: one that any of the
 * scans shows only in part, or with strokes that the median has not, was changed, and takes the
 * word and the row that it stands in along (the year of a date changes as well, if not among these
 * scans, and another amount of digits moves the currency's sign). What is left must be printed in
 * every scan, pixel by pixel; the rest is painted over with paper. Scans are laid on each other to
 * half a pixel at 300 dpi (0.04 mm), imprints of rubber and inkjet vary by a tenth of a millimetre,
 * so each scan's ink is widened by TOLERANCE_MM before it is asked. Dirt and pens stand on one scan
 * only, and are not in a median of three. */
#include "classifier/mark_picture.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define TOLERANCE_MM 0.17 /* as checks/wording.c has it for place and stroke width */
#define INK_SHARE 0.3     /* of typical ink: what counts as printed, as there */
#define SAME_SHARE                                                                                 \
    0.8 /* of a letter's ink: most changes of a digit lose more than a fifth; poor                 \
           inking loses less */
#define LETTER_MIN_MM2 0.12 /* a full stop at 10 pt; smaller pieces decide nothing */
#define WORD_GAP_MM 0.5   /* half of the gap between words at 8 pt, and more than between letters */
#define LETTER_MAX_MM 8.0 /* 24 pt; larger pieces are frames and emblems, which have no row */
#define ROW_GAP_HEIGHTS 1.5 /* between words of a row, in heights of a letter */
#define RIM_MM 1.0          /* of paper round the print */

static int odd_px(double mm, double dpi)
{
    return 2 * (int)lround(mm * dpi / 25.4) + 1;
}

/* Colour of the paper of a picture: the median of what is not printed. */
static bool paper_of(const struct image *picture, const struct image *mask, double ret[3],
                     struct err *err)
{
    struct image blank = {0}, channel = {0};
    bool ok = cv_threshold(mask, 0, true, &blank, err) &&
              image_create(&channel, picture->width, picture->height, 1, err);
    for (int c = 0; ok && c < 3; c++) {
        for (int y = 0; y < picture->height; y++)
            for (int x = 0; x < picture->width; x++)
                image_row(&channel, y)[x] = image_row(picture, y)[3 * x + c];
        ret[c] = image_percentile(&channel, mask_area(&blank) ? &blank : NULL, 0.5);
    }
    image_finish(&blank);
    image_finish(&channel);
    return ok;
}

struct crop_ink {
    struct image thin, wide; /* as printed, and widened by the tolerance */
};

static void crop_ink_finish(struct crop_ink *ink)
{
    image_finish(&ink->thin);
    image_finish(&ink->wide);
}

/* The ink of one crop. */
static bool ink_of(const struct image *crop, const struct image *mask, double dpi,
                   struct crop_ink *ret, struct err *err)
{
    struct image strength = {0};
    double paper[3];
    int reach = odd_px(TOLERANCE_MM, dpi);
    bool ok = paper_of(crop, mask, paper, err) && ink_strength(crop, paper, &strength, err);
    double level =
        ok ? fmax(INK_MIN_STRENGTH, INK_SHARE * image_percentile(&strength, mask, 0.5)) : 0;
    ok = ok && cv_threshold(&strength, level, false, &ret->thin, err) &&
         cv_morph(&ret->thin, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &ret->wide, err);
    image_finish(&strength);
    return ok;
}

static bool is_letter(const struct cv_component *piece, double dpi)
{
    double mm = 25.4 / dpi;
    return piece->area * mm * mm >= LETTER_MIN_MM2 && piece->w * mm <= LETTER_MAX_MM &&
           piece->h * mm <= LETTER_MAX_MM;
}

/* Ink in the box of a letter that lies outside the median's, widened. */
static long added_ink(const struct cv_component *piece, const struct image *ink,
                      const struct image *median)
{
    long ret = 0;
    for (int y = piece->y; y < piece->y + piece->h; y++)
        for (int x = piece->x; x < piece->x + piece->w; x++)
            ret += image_row(ink, y)[x] && !image_row(median, y)[x];
    return ret;
}

/* Marks pieces of which this crop lacks a part, and letters to which it adds one. */
static bool find_changed(const struct cv_components *letters, const struct crop_ink *ink,
                         const struct image *wide_median, double dpi, bool *changed,
                         struct err *err)
{
    long *hit = calloc((size_t)letters->n, sizeof *hit);
    if (!hit)
        return err_set(err, "out of memory");
    for (int y = 0; y < letters->height; y++)
        for (int x = 0; x < letters->width; x++)
            hit[letters->label[(size_t)y * (size_t)letters->width + (size_t)x]] +=
                image_row(&ink->wide, y)[x] != 0;
    double mm2 = (25.4 / dpi) * (25.4 / dpi);
    for (int k = 1; k < letters->n; k++) {
        const struct cv_component *piece = &letters->component[k];
        double most = (1 - SAME_SHARE) * piece->area;
        changed[k] |= piece->area * mm2 >= LETTER_MIN_MM2 && piece->area - (double)hit[k] > most;
        changed[k] |=
            is_letter(piece, dpi) && (double)added_ink(piece, &ink->thin, wide_median) > most;
    }
    free(hit);
    return true;
}

static bool in_one_row(const struct cv_component *a, const struct cv_component *b)
{
    int top = a->y > b->y ? a->y : b->y;
    int bottom = a->y + a->h < b->y + b->h ? a->y + a->h : b->y + b->h;
    int least = a->h < b->h ? a->h : b->h, most = a->h > b->h ? a->h : b->h;
    int gap = a->x < b->x ? b->x - (a->x + a->w) : a->x - (b->x + b->w);
    return bottom - top >= least / 2 && gap <= ROW_GAP_HEIGHTS * most;
}

/* What stands in a row with a changed letter is changed. */
static bool spread_in_rows(const struct cv_components *letters, double dpi, bool *changed,
                           struct err *err)
{
    int *next = calloc((size_t)letters->n, sizeof *next), n = 0;
    if (!next)
        return err_set(err, "out of memory");
    for (int k = 1; k < letters->n; k++)
        if (changed[k] && is_letter(&letters->component[k], dpi))
            next[n++] = k;
    while (n > 0) {
        const struct cv_component *from = &letters->component[next[--n]];
        for (int k = 1; k < letters->n; k++)
            if (!changed[k] && is_letter(&letters->component[k], dpi) &&
                in_one_row(&letters->component[k], from)) {
                changed[k] = true;
                next[n++] = k;
            }
    }
    free(next);
    return true;
}

/* Takes the words of changed letters out of the mask. */
static bool drop_words(const struct cv_components *letters, const bool *changed, double dpi,
                       struct image *mask, struct err *err)
{
    struct image grown = {0};
    struct cv_components words = {0};
    int reach = odd_px(WORD_GAP_MM, dpi);
    bool ok = cv_morph(mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &grown, err) &&
              cv_components_find(&grown, 8, &words, err);
    bool *drop = ok ? calloc((size_t)words.n, sizeof *drop) : NULL;
    if (ok && !drop)
        ok = err_set(err, "out of memory");
    size_t n = ok ? (size_t)mask->width * (size_t)mask->height : 0;
    for (size_t i = 0; i < n; i++)
        drop[words.label[i]] |= changed[letters->label[i]];
    for (size_t i = 0; i < n; i++)
        if (drop[words.label[i]])
            image_row(mask, (int)(i / (size_t)mask->width))[i % (size_t)mask->width] = 0;
    free(drop);
    cv_components_finish(&words);
    image_finish(&grown);
    return ok;
}

static void and_mask(struct image *mask, const struct image *with)
{
    for (int y = 0; y < mask->height; y++)
        for (int x = 0; x < mask->width; x++)
            if (!image_row(with, y)[x])
                image_row(mask, y)[x] = 0;
}

bool mark_paint_over(struct image *picture, const struct image *mask, double rim_mm, double dpi,
                     struct err *err)
{
    struct image near = {0};
    double paper[3];
    int reach = odd_px(rim_mm, dpi);
    if (!paper_of(picture, mask, paper, err) ||
        !cv_morph(mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &near, err))
        return false;
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++)
            for (int c = 0; c < 3 && !image_row(&near, y)[x]; c++)
                image_row(picture, y)[3 * x + c] = (uint8_t)lround(paper[c]);
    image_finish(&near);
    return true;
}

bool mark_keep_constant(const struct element_crops *crops, struct image *picture,
                        struct image *mask, struct err *err)
{
    double dpi = crops->data.dpi;
    int reach = odd_px(TOLERANCE_MM, dpi);
    struct cv_components letters = {0};
    struct image constant = {0}, wide = {0};
    if (!cv_components_find(mask, 8, &letters, err))
        return false;
    bool *changed = calloc((size_t)letters.n, sizeof *changed);
    bool ok = (changed || err_set(err, "out of memory")) && image_copy(mask, &constant, err) &&
              cv_morph(mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &wide, err);
    for (int i = 0; ok && i < crops->n; i++) {
        struct crop_ink ink = {0};
        ok = ink_of(&crops->crop[i], mask, dpi, &ink, err) &&
             find_changed(&letters, &ink, &wide, dpi, changed, err);
        if (ok)
            and_mask(&constant, &ink.wide);
        crop_ink_finish(&ink);
    }
    ok = ok && spread_in_rows(&letters, dpi, changed, err) &&
         drop_words(&letters, changed, dpi, mask, err);
    if (ok)
        and_mask(mask, &constant);
    ok = ok && mark_paint_over(picture, mask, 2 * TOLERANCE_MM, dpi, err);
    free(changed);
    cv_components_finish(&letters);
    image_finish(&constant);
    image_finish(&wide);
    return ok;
}

bool mark_trim(struct image *picture, struct image *mask, double dpi, double box_mm[4],
               struct err *err)
{
    int box[4], rim = (int)lround(RIM_MM * dpi / 25.4);
    if (!mask_box(mask, box))
        return true;
    int x = box[0] > rim ? box[0] - rim : 0, y = box[1] > rim ? box[1] - rim : 0;
    int w = box[0] + box[2] + rim - x, h = box[1] + box[3] + rim - y;
    struct image picture_view = image_view(picture, x, y, w, h);
    struct image mask_view = image_view(mask, x, y, w, h);
    struct image small = {0}, small_mask = {0};
    if (!image_copy(&picture_view, &small, err) || !image_copy(&mask_view, &small_mask, err)) {
        image_finish(&small);
        return false;
    }
    image_finish(picture);
    image_finish(mask);
    *picture = small;
    *mask = small_mask;
    picture->dpi_x = picture->dpi_y = mask->dpi_x = mask->dpi_y = dpi;
    box_mm[0] += x * 25.4 / dpi;
    box_mm[1] += y * 25.4 / dpi;
    box_mm[2] = small.width * 25.4 / dpi;
    box_mm[3] = small.height * 25.4 / dpi;
    return true;
}
