/* Type is regular: letters of one or two heights on a straight baseline, and what one plate or one
 * pass of a printer made stands straight to the rest of it. Writing by hand has no such baseline;
 * stamps are set at any angle; labels and addresses are printed on another machine's axes or on
 * paper of their own. So a line counts when its letters' feet lie within FOOT_MM of a straight line
 * that is parallel to the element within LINE_DEG, on bare paper, clear of all that the template
 * explains. */
#include "classifier/extra_lines.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define AREA_DPI 200.0 /* letters of 5 pt are 7 pixels high: enough for where they stand */
#define PX_MM (MM_PER_INCH / AREA_DPI)
#define AROUND_MM 8.0     /* what is set with an element stands within two or three lines of it */
#define BEYOND_MM 6.0     /* further, only to see whether a line belongs to a block */
#define EXPLAINED_MM 0.8  /* around the template's print: stroke gain, place, doubled print */
#define LABEL_RIM_MM 1.5  /* a label's edge and shadow */
#define LETTER_MIN_MM 0.9 /* x-height at 5 pt */
#define LETTER_MAX_MM 5.0 /* capitals at 20 pt */
#define LETTERS_MIN 4
#define LENGTH_MIN_MM 6.0
#define GAP 1.6          /* between letters and words of a line, in letter heights */
#define FOOT_MM 0.15     /* a pixel and what threshold and noise do */
#define FOOT_SHARE 0.65  /* of the letters stand on the line; others have descenders, are commas */
#define HEIGHT_MM 0.2    /* letters of one height */
#define HEIGHT_SHARE 0.6 /* of the letters have one of two heights */
#define LINE_DEG 0.5
#define COLOURED 0.10     /* sine of the angle to grey: 6 degrees */
#define SAME_INK 0.09     /* sine of the angle between two inks' absorption: 5 degrees */
#define SET_MM 0.5        /* two lines set to one edge */
#define SET_NEAR_MM 5.0   /* and below one another */
#define BLOCK_HEIGHTS 2.5 /* from foot to foot in one block, in letter heights */
#define LETTERS_MAX 600

struct letter {
    double x, y, w, h; /* mm in the element */
    int line;
};

struct area {
    const struct located *located;
    struct image rgb, strength, ink; /* around the element, along its axes, at AREA_DPI */
    double origin[2];                /* of the area in the element's mm */
};

static void area_finish(struct area *area)
{
    image_finish(&area->rgb);
    image_finish(&area->strength);
    image_finish(&area->ink);
}

static int to_px(double mm)
{
    return (int)lround(mm / PX_MM);
}

/* Takes the element's own print, grown by what print may differ, out of the ink. */
static bool explain(struct area *area, const struct located *other, struct err *err)
{
    const struct template_element *here = area->located->element->data,
                                  *there = other->element->data;
    struct image near = {0}, padded = {0}, mask = {0};
    int grow = to_px(EXPLAINED_MM), size = 2 * grow + 1;
    double reduced = AREA_DPI / FINE_DPI;
    bool ok =
        cv_resize(&other->element->fine_mask, (int)ceil(other->element->fine_mask.width * reduced),
                  (int)ceil(other->element->fine_mask.height * reduced), CV_INTERPOLATE_AREA, &mask,
                  err) &&
        image_create(&padded, mask.width + 2 * grow, mask.height + 2 * grow, 1, err);
    for (int y = 0; ok && y < mask.height; y++)
        memcpy(image_row(&padded, y + grow) + grow, image_row(&mask, y), (size_t)mask.width);
    ok = ok && cv_morph(&padded, CV_MORPH_OP_DILATE, CV_MORPH_BOX, size, size, &near, err);
    int x0 = to_px(there->box_mm[0] - here->box_mm[0] - area->origin[0]) - grow;
    int y0 = to_px(there->box_mm[1] - here->box_mm[1] - area->origin[1]) - grow;
    for (int y = 0; ok && y < near.height; y++)
        for (int x = 0; x < near.width; x++)
            if (image_row(&near, y)[x] && x0 + x >= 0 && y0 + y >= 0 && x0 + x < area->ink.width &&
                y0 + y < area->ink.height)
                image_row(&area->ink, y0 + y)[x0 + x] = 0;
    image_finish(&mask);
    image_finish(&padded);
    image_finish(&near);
    return ok;
}

static bool leave_labels_out(struct area *area, const struct side_patches *patches, struct err *err)
{
    struct affine to_element;
    if (!affine_invert(&area->located->to_page, &to_element))
        return err_set(err, "a placement is degenerate");
    struct image labels = {0}, grown = {0};
    int rim = 2 * to_px(LABEL_RIM_MM) + 1;
    if (!patches->n)
        return true;
    bool ok = image_create(&labels, area->ink.width, area->ink.height, 1, err);
    for (int i = 0; ok && i < patches->n; i++) {
        struct cv_pixel corner[4];
        for (int k = 0; k < 4; k++) {
            double mm[2];
            affine_apply(&to_element, patches->patch[i].corner_mm[k][0],
                         patches->patch[i].corner_mm[k][1], mm);
            corner[k].x = to_px(mm[0] - area->origin[0]);
            corner[k].y = to_px(mm[1] - area->origin[1]);
        }
        ok = cv_fill_polygon(&labels, corner, 4, 255, err);
    }
    ok = ok && cv_morph(&labels, CV_MORPH_OP_DILATE, CV_MORPH_BOX, rim, rim, &grown, err);
    for (int y = 0; ok && y < grown.height; y++)
        for (int x = 0; x < grown.width; x++)
            if (image_row(&grown, y)[x])
                image_row(&area->ink, y)[x] = 0;
    image_finish(&labels);
    image_finish(&grown);
    return ok;
}

static bool area_make(const struct side *side, const struct side_patches *patches,
                      const struct located *others, int n, struct area *area, struct err *err)
{
    const double *box = area->located->element->data->box_mm;
    struct affine grow = affine_identity();
    area->origin[0] = -AROUND_MM;
    area->origin[1] = -AROUND_MM - BEYOND_MM;
    grow.m[2] = area->origin[0];
    grow.m[5] = area->origin[1];
    struct affine to_page = affine_multiply(&area->located->to_page, &grow);
    double level = fmax(INK_MIN_STRENGTH, 0.4 * area->located->element->contrast);
    bool ok = side_crop(side, &to_page, box[2] - 2 * area->origin[0], box[3] - 2 * area->origin[1],
                        AREA_DPI, &area->rgb, err) &&
              ink_strength(&area->rgb, side->paper_rgb, &area->strength, err) &&
              cv_threshold(&area->strength, level, false, &area->ink, err) &&
              leave_labels_out(area, patches, err);
    for (int i = 0; ok && i < n; i++)
        if (others[i].scan_side == area->located->scan_side)
            ok = explain(area, &others[i], err);
    return ok;
}

static int by_x(const void *a, const void *b)
{
    double x = ((const struct letter *)a)->x, y = ((const struct letter *)b)->x;
    return (x > y) - (x < y);
}

/* Pieces of ink of a letter's size, from left to right. */
static bool find_letters(const struct area *area, struct letter *ret, int *ret_n, struct err *err)
{
    struct cv_components found = {0};
    if (!cv_components_find(&area->ink, 8, &found, err))
        return false;
    int n = 0;
    for (int k = 1; k < found.n && n < LETTERS_MAX; k++) {
        const struct cv_component *c = &found.component[k];
        double h = c->h * PX_MM, w = c->w * PX_MM;
        if (h < LETTER_MIN_MM || h > LETTER_MAX_MM || w > 4 * h)
            continue;
        ret[n++] = (struct letter){.x = c->x * PX_MM + area->origin[0],
                                   .y = c->y * PX_MM + area->origin[1],
                                   .w = w,
                                   .h = h,
                                   .line = -1};
    }
    cv_components_finish(&found);
    qsort(ret, (size_t)n, sizeof *ret, by_x);
    *ret_n = n;
    return true;
}

/* Each letter joins the line whose last letter stands closest before it, or begins one. */
static int join_lines(struct letter *letter, int n)
{
    int lines = 0;
    int last[LETTERS_MAX];
    for (int i = 0; i < n; i++) {
        double best = 1e9;
        for (int l = 0; l < lines; l++) {
            const struct letter *a = &letter[last[l]], *b = &letter[i];
            double high = fmax(a->h, b->h), gap = b->x - a->x - a->w;
            bool beside =
                fabs(a->y + a->h - b->y - b->h) < 0.35 * high || fabs(a->y - b->y) < 0.2 * high;
            if (beside && gap < GAP * high && gap < best) {
                best = gap;
                letter[i].line = l;
            }
        }
        if (letter[i].line < 0)
            letter[i].line = lines++;
        last[letter[i].line] = i;
    }
    return lines;
}

static double share_within(const double *value, int n, double middle, double reach)
{
    int in = 0;
    for (int i = 0; i < n; i++)
        in += fabs(value[i] - middle) <= reach;
    return n ? (double)in / n : 0;
}

/* The baseline from foot to foot of the letters farthest apart that most letters agree with. */
static bool stands_straight(const struct letter *const *line, int n)
{
    double best = 0, slope = 0, off[LETTERS_MAX];
    for (int i = 0; i < n / 2 + 1; i++)
        for (int k = n / 2; k < n; k++) {
            double run = line[k]->x - line[i]->x;
            if (run < LENGTH_MIN_MM / 2)
                continue;
            double rise = (line[k]->y + line[k]->h - line[i]->y - line[i]->h) / run;
            for (int j = 0; j < n; j++)
                off[j] = line[j]->y + line[j]->h - rise * (line[j]->x - line[i]->x);
            double share = share_within(off, n, line[i]->y + line[i]->h, FOOT_MM);
            if (share > best || (share == best && fabs(rise) < fabs(slope))) {
                best = share;
                slope = rise;
            }
        }
    return best >= FOOT_SHARE && fabs(slope) <= tan(LINE_DEG * M_PI / 180);
}

static bool has_two_heights(const struct letter *const *line, int n)
{
    double height[LETTERS_MAX], best = 0;
    for (int i = 0; i < n; i++)
        height[i] = line[i]->h;
    for (int i = 0; i < n; i++)
        for (int k = i; k < n; k++) {
            int in = 0;
            for (int j = 0; j < n; j++)
                in += fabs(height[j] - height[i]) <= HEIGHT_MM ||
                      fabs(height[j] - height[k]) <= HEIGHT_MM;
            best = fmax(best, (double)in / n);
        }
    return best >= HEIGHT_SHARE;
}

/* Direction in R, G, B of the light that ink takes; false when there is next to none. */
static bool ink_direction(const struct image *rgb, const struct image *ink, const double paper[3],
                          int x0, int y0, int w, int h, double ret[3])
{
    double sum[3] = {0};
    for (int y = y0 < 0 ? 0 : y0; y < y0 + h && y < rgb->height; y++)
        for (int x = x0 < 0 ? 0 : x0; x < x0 + w && x < rgb->width; x++)
            for (int c = 0; c < 3 && image_row(ink, y)[x]; c++)
                sum[c] += fmax(0, 1 - pow(image_row(rgb, y)[3 * x + c] / paper[c], 2.2));
    double length = sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
    for (int c = 0; c < 3; c++)
        ret[c] = length > 0 ? sum[c] / length : 0;
    return length > 1;
}

static double sine_between(const double a[3], const double b[3])
{
    double dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    return sqrt(fmax(0, 1 - dot * dot));
}

static bool in_same_ink(const struct area *area, const struct side *side,
                        const struct extra_line *line)
{
    static const double grey[3] = {0.57735, 0.57735, 0.57735};
    const struct element_model *element = area->located->element;
    double ours[3], theirs[3];
    int x = to_px(line->box_mm[0] - area->origin[0]), y = to_px(line->box_mm[1] - area->origin[1]);
    return ink_direction(&element->fine_rgb, &element->fine_mask, element->paper_rgb, 0, 0,
                         element->fine_rgb.width, element->fine_rgb.height, ours) &&
           ink_direction(&area->rgb, &area->ink, side->paper_rgb, x, y, to_px(line->box_mm[2]),
                         to_px(line->box_mm[3]), theirs) &&
           sine_between(ours, grey) > COLOURED && sine_between(ours, theirs) < SAME_INK;
}

/* Begins, ends or is centred as the element's print, above or below it. */
static bool set_with(const struct area *area, const struct extra_line *line)
{
    const struct image *mask = &area->located->element->fine_mask;
    int x0 = mask->width, x1 = 0, y0 = mask->height, y1 = 0;
    for (int y = 0; y < mask->height; y++)
        for (int x = 0; x < mask->width; x++)
            if (image_row(mask, y)[x]) {
                x0 = x < x0 ? x : x0;
                x1 = x > x1 ? x : x1;
                y0 = y < y0 ? y : y0;
                y1 = y > y1 ? y : y1;
            }
    double px = MM_PER_INCH / FINE_DPI, left = x0 * px, right = x1 * px, from = line->box_mm[0],
           to = line->box_mm[0] + line->box_mm[2];
    bool near = line->box_mm[1] < y1 * px + SET_NEAR_MM &&
                line->box_mm[1] + line->box_mm[3] > y0 * px - SET_NEAR_MM;
    return near && (fabs(from - left) < SET_MM || fabs(to - right) < SET_MM ||
                    fabs(from + to - left - right) < 2 * SET_MM);
}

/* Fills box and letters of one line; false when it is none. */
static bool describe_line(const struct letter *letter, int n, int index, struct extra_line *ret)
{
    const struct letter *line[LETTERS_MAX];
    int m = 0;
    double top = 1e9, bottom = -1e9, right = -1e9;
    for (int i = 0; i < n; i++)
        if (letter[i].line == index) {
            line[m++] = &letter[i];
            top = fmin(top, letter[i].y);
            bottom = fmax(bottom, letter[i].y + letter[i].h);
            right = fmax(right, letter[i].x + letter[i].w);
        }
    if (m < LETTERS_MIN || right - line[0]->x < LENGTH_MIN_MM || !stands_straight(line, m) ||
        !has_two_heights(line, m))
        return false;
    *ret = (struct extra_line){
        .box_mm = {line[0]->x, top, right - line[0]->x, bottom - top}, .letters = m, .block = 1};
    return true;
}

/* Within AROUND_MM above and below, and not running on beyond the sides. */
static bool inside(const struct area *area, const struct extra_line *line)
{
    const double *box = area->located->element->data->box_mm;
    return line->box_mm[0] > -AROUND_MM + line->box_mm[3] &&
           line->box_mm[0] + line->box_mm[2] < box[2] + AROUND_MM - line->box_mm[3] &&
           line->box_mm[1] > -AROUND_MM && line->box_mm[1] + line->box_mm[3] < box[3] + AROUND_MM;
}

static bool one_block(const struct extra_line *a, const struct extra_line *b)
{
    double high = fmax(a->box_mm[3], b->box_mm[3]);
    bool over =
        a->box_mm[0] < b->box_mm[0] + b->box_mm[2] && b->box_mm[0] < a->box_mm[0] + a->box_mm[2];
    return over && fabs(a->box_mm[1] - b->box_mm[1]) < BLOCK_HEIGHTS * high;
}

static void count_blocks(struct extra_line *line, int n)
{
    int block[EXTRA_LINES_MAX], size[EXTRA_LINES_MAX] = {0};
    for (int i = 0; i < n; i++)
        block[i] = i;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            if (one_block(&line[i], &line[k]))
                for (int j = 0, from = block[i]; j < n; j++)
                    block[j] = block[j] == from ? block[k] : block[j];
    for (int i = 0; i < n; i++)
        size[block[i]]++;
    for (int i = 0; i < n; i++)
        line[i].block = size[block[i]];
}

bool extra_lines_find(const struct side *side, const struct side_patches *patches,
                      const struct located *others, int n, int element, struct extra_line *ret,
                      int *ret_n, struct err *err)
{
    struct area area = {.located = &others[element]};
    struct letter *letter = calloc(LETTERS_MAX, sizeof *letter);
    struct extra_line line[EXTRA_LINES_MAX];
    int letters = 0, lines = 0, kept = 0;
    bool ok = (letter || err_set(err, "out of memory while looking for extra print")) &&
              area_make(side, patches, others, n, &area, err) &&
              find_letters(&area, letter, &letters, err);
    if (ok) {
        int groups = join_lines(letter, letters);
        for (int g = 0; g < groups && lines < EXTRA_LINES_MAX; g++)
            lines += describe_line(letter, letters, g, &line[lines]);
        count_blocks(line, lines);
        for (int i = 0; i < lines; i++) {
            if (!inside(&area, &line[i]))
                continue;
            line[i].same_ink = in_same_ink(&area, side, &line[i]);
            line[i].set_with = set_with(&area, &line[i]);
            ret[kept++] = line[i];
        }
        *ret_n = kept;
    }
    free(letter);
    area_finish(&area);
    return ok;
}
