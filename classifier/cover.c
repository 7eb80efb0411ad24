/* Absent is not hidden. A label differs from the sheet's paper in whiteness or tint, if only by a
 * few units of colour difference, between whatever is printed on it. Closing (dilate, then
 * erode) with a disc wider than a pen stroke takes the ink away and leaves that background. Where
 * it differs from the paper by more than BARE_DELTA_E the place is covered, unless the template
 * itself shows such an area there (a solid), or the background there has the colour of one of the
 * template's solids: that is a solid drawn larger or elsewhere, which is for the checks to say.
 * Tape and film tint the paper and let the print through: where the template's ink is to be seen in
 * a supposed cover, it hides nothing, though colour and edges are not judged through it (film.c).
 * Works down to labels of about 2 mm; blind for labels
 * of exactly the paper's colour: those are found by their edges (patches). */
#include "classifier/cover.h"

#include "classifier/film.h"
#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "classifier/pens.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BACKGROUND_DPI 75.0
#define CLOSING_MM 2.6         /* wider than pen strokes and letters' stems up to 40 pt */
#define BARE_DELTA_E 3.5       /* CIE76; paper of one sheet varies by 1-2 between its parts */
#define SPECK_MM 1.4           /* smaller is dirt, a thick letter, the corner of a solid */
#define LABEL_LEAST_MM 6.0     /* stamps and stickers of posts are larger */
#define LABEL_FILLS 0.5        /* of the box around it: two labels side by side are none */
#define LABEL_MIN_MM2 60.0     /* smaller is a smudge or a part of something */
#define RIM_MM 1.5             /* a label's edge and shadow, and what closing does beside it */
#define FRAME_NEAR_MM 1.0      /* rounded corners, and how well a patch's outline is known */
#define FRAME_PRINTED 0.85     /* of a patch's outline is the template's own frame: no label */
#define INKS_MAX 8             /* colours of solids of one element */
#define INK_DELTA_E 8.0        /* same ink: drift between runs, a process colour that comes close */
#define INK_PAPER_DELTA_E 15.0 /* paler solids are like labels */
#define FLAT_DELTA_E 3.0       /* inside of a solid, not its rim */
#define SHOWN_SHARE                                                                                \
    0.7 /* of the ink inside a supposed label: text on a label meets 10-20 % of it */
#define SHOWN_MIN_PX 140. /* at 300 dpi, 1 mm2 of print: less may meet a letter on a label */
#define MM_PER_INCH 25.4

static bool background_lab(const struct image *rgb, struct plane ret[3], struct err *err)
{
    struct image small = {0}, closed = {0};
    int size = (int)lround(CLOSING_MM * BACKGROUND_DPI / MM_PER_INCH) | 1;
    int w = (int)lround(rgb->width * BACKGROUND_DPI / FINE_DPI);
    int h = (int)lround(rgb->height * BACKGROUND_DPI / FINE_DPI);
    bool ok = cv_resize(rgb, w < 1 ? 1 : w, h < 1 ? 1 : h, CV_INTERPOLATE_AREA, &small, err) &&
              cv_morph(&small, CV_MORPH_OP_CLOSE, CV_MORPH_DISC, size, size, &closed, err) &&
              cv_lab(&closed, ret, err);
    image_finish(&small);
    image_finish(&closed);
    return ok;
}

static double delta(const struct plane lab[3], size_t i, const double other[3])
{
    double sum = 0;
    for (int c = 0; c < 3; c++) {
        double d = (double)lab[c].data[i] - other[c];
        sum += d * d;
    }
    return sqrt(sum);
}

/* Colours of the template's solids, less its paper; returns how many. */
static int ink_colours(const struct plane lab[3], const double paper[3], double ret[INKS_MAX][3])
{
    int n = 0, w = lab[0].width;
    for (int y = 1; y + 1 < lab[0].height; y++)
        for (int x = 1; x + 1 < w && n < INKS_MAX; x++) {
            size_t i = (size_t)y * (size_t)w + (size_t)x;
            double here[3], ink[3];
            for (int c = 0; c < 3; c++) {
                here[c] = (double)lab[c].data[i];
                ink[c] = here[c] - paper[c];
            }
            bool known = delta(lab, i, paper) < INK_PAPER_DELTA_E ||
                         delta(lab, i - 1, here) > FLAT_DELTA_E ||
                         delta(lab, i + 1, here) > FLAT_DELTA_E ||
                         delta(lab, i - (size_t)w, here) > FLAT_DELTA_E ||
                         delta(lab, i + (size_t)w, here) > FLAT_DELTA_E;
            for (int k = 0; k < n && !known; k++)
                known = hypot(hypot(ink[0] - ret[k][0], ink[1] - ret[k][1]), ink[2] - ret[k][2]) <
                        INK_DELTA_E;
            if (!known)
                memcpy(ret[n++], ink, sizeof ink);
        }
    return n;
}

static bool is_ink(const struct plane lab[3], size_t i, const double paper[3],
                   double ink[INKS_MAX][3], int n)
{
    for (int k = 0; k < n; k++) {
        const double like[3] = {paper[0] + ink[k][0], paper[1] + ink[k][1], paper[2] + ink[k][2]};
        if (delta(lab, i, like) < INK_DELTA_E)
            return true;
    }
    return false;
}

/* Takes off what is smaller than any label, ends within the element and is nearer to paper than to
 * print: paper between strokes that lie close together takes some of their colour. */
static bool take_off_gaps(const struct plane lab[3], double middle_l, struct image *covered,
                          struct err *err)
{
    struct cv_components found = {0};
    int least = (int)lround(LABEL_LEAST_MM * BACKGROUND_DPI / MM_PER_INCH);
    if (mask_area(covered) == 0)
        return true;
    if (!cv_components_find(covered, 8, &found, err))
        return false;
    for (int k = 1; k < found.n; k++) {
        const struct cv_component *c = &found.component[k];
        double sum = 0;
        bool within = c->x > 0 && c->y > 0 && c->x + c->w < covered->width &&
                      c->y + c->h < covered->height && c->w < least && c->h < least;
        for (int y = c->y; within && y < c->y + c->h; y++)
            for (int x = c->x; x < c->x + c->w; x++)
                if (found.label[y * covered->width + x] == k)
                    sum += (double)lab[0].data[y * covered->width + x];
        if (!within || sum < middle_l * c->area)
            continue;
        for (int y = c->y; y < c->y + c->h; y++)
            for (int x = c->x; x < c->x + c->w; x++)
                if (found.label[y * covered->width + x] == k)
                    image_row(covered, y)[x] = 0;
    }
    cv_components_finish(&found);
    return true;
}

/* Template's background seen on this sheet: its difference to its own paper, on our paper. */
static bool covered_by_background(const struct image *seen, const double paper_rgb[3],
                                  const struct element_model *element, struct image *ret,
                                  struct err *err)
{
    struct plane lab[3] = {{0}}, expected[3] = {{0}};
    double paper[3] = {0}, template_paper[3];
    struct image covered = {0};
    struct image noisy = {0};
    int speck = (int)lround(SPECK_MM * BACKGROUND_DPI / MM_PER_INCH);
    bool ok = background_lab(seen, lab, err) && background_lab(&element->fine_rgb, expected, err) &&
              lab_of(paper_rgb, paper, err) && lab_of(element->paper_rgb, template_paper, err) &&
              image_create(&noisy, lab[0].width, lab[0].height, 1, err);
    double ink[INKS_MAX][3];
    int inks = ok ? ink_colours(expected, template_paper, ink) : 0;
    for (int y = 0; ok && y < noisy.height; y++)
        for (int x = 0; x < noisy.width; x++) {
            size_t i = (size_t)y * (size_t)noisy.width + (size_t)x;
            double print[3];
            for (int c = 0; c < 3; c++)
                print[c] = paper[c] + (double)expected[c].data[i] - template_paper[c];
            bool bare = delta(lab, i, paper) < BARE_DELTA_E;
            bool printed = delta(expected, i, template_paper) > BARE_DELTA_E &&
                           delta(lab, i, print) < delta(lab, i, paper);
            image_row(&noisy, y)[x] = bare || printed || is_ink(lab, i, paper, ink, inks) ? 0 : 255;
        }
    double print_l = paper[0] - element->contrast * 100 / 255;
    ok = ok && cv_morph(&noisy, CV_MORPH_OP_OPEN, CV_MORPH_BOX, speck, speck, &covered, err) &&
         take_off_gaps(lab, (paper[0] + print_l) / 2, &covered, err);
    image_finish(&noisy);
    for (int c = 0; c < 3; c++) {
        plane_finish(&lab[c]);
        plane_finish(&expected[c]);
    }
    if (ok)
        *ret = covered;
    else
        image_finish(&covered);
    return ok;
}

/* Share of a polygon's outline that runs along the template's print; outside the picture there is
 * none. */
static double outline_printed(const struct cv_pixel corner[4], const struct image *near_print)
{
    int on = 0, n = 0;
    for (int k = 0; k < 4; k++) {
        const struct cv_pixel *a = &corner[k], *b = &corner[(k + 1) % 4];
        int steps = (int)hypot(b->x - a->x, b->y - a->y) + 1;
        for (int i = 0; i < steps; i++, n++) {
            int x = a->x + (b->x - a->x) * i / steps, y = a->y + (b->y - a->y) * i / steps;
            on += x >= 0 && y >= 0 && x < near_print->width && y < near_print->height &&
                  image_row(near_print, y)[x];
        }
    }
    return (double)on / n;
}

/* Whether the template's print is to be seen inside the polygon: the part of its ink there whose
 * colour here is nearer to it than to paper. A label hides what it lies on, whatever is printed on
 * the label; a group of bars that a search for labels took for one shows itself. */
static bool shows_print(const struct cv_pixel corner[4], const struct image *seen,
                        const double paper_rgb[3], const struct element_model *element, bool *ret,
                        struct err *err)
{
    struct image inside = {0};
    const struct image *print = &element->fine_mask;
    if (!image_create(&inside, print->width, print->height, 1, err) ||
        !cv_fill_polygon(&inside, corner, 4, 255, err)) {
        image_finish(&inside);
        return false;
    }
    long n = 0, there = 0;
    for (int y = 0; y < print->height; y++)
        for (int x = 0; x < print->width; x++) {
            if (!image_row(&inside, y)[x] || !image_row(print, y)[x])
                continue;
            double to_ink = 0, to_paper = 0;
            for (int c = 0; c < 3; c++) {
                double here = image_row(seen, y)[3 * x + c] - paper_rgb[c];
                double ink = image_row(&element->fine_rgb, y)[3 * x + c] - element->paper_rgb[c];
                to_ink += (here - ink) * (here - ink);
                to_paper += here * here;
            }
            there += to_ink < to_paper;
            n++;
        }
    image_finish(&inside);
    *ret = (double)n > SHOWN_MIN_PX && (double)there > SHOWN_SHARE * (double)n;
    return true;
}

/* The page's other covers, as they lie on the element. */
static void lay_other(const struct affine *to_page, const struct image *other, struct image *ret)
{
    double px = PATCHES_DPI / MM_PER_INCH, fine = MM_PER_INCH / FINE_DPI;
    struct affine to_px = {{px, 0, 0, 0, px, 0}}, of_fine = {{fine, 0, 0, 0, fine, 0}};
    struct affine page_px = affine_multiply(&to_px, to_page);
    struct affine map = affine_multiply(&page_px, &of_fine);
    for (int y = 0; y < ret->height; y++)
        for (int x = 0; x < ret->width; x++) {
            double at[2];
            affine_apply(&map, x, y, at);
            int u = (int)lround(at[0]), v = (int)lround(at[1]);
            bool in = u >= 0 && v >= 0 && u < other->width && v < other->height;
            image_row(ret, y)[x] = in && image_row(other, v)[u] ? 255 : 0;
        }
}

/* Whether the shape ends where the template's print does, as far as it ends within the picture. */
static bool ends_with_print(const struct cv_contour *contour, const struct image *near_print)
{
    int on = 0, within = 0, n = 0;
    for (int k = 0; k < contour->n; k++) {
        const struct cv_pixel *a = &contour->point[k], *b = &contour->point[(k + 1) % contour->n];
        int steps = abs(b->x - a->x) > abs(b->y - a->y) ? abs(b->x - a->x) : abs(b->y - a->y);
        for (int i = 0; i < steps; i++, n++) {
            int x = a->x + (b->x - a->x) * i / steps, y = a->y + (b->y - a->y) * i / steps;
            bool inside = x > 0 && y > 0 && x + 1 < near_print->width && y + 1 < near_print->height;
            within += inside;
            on += inside && image_row(near_print, y)[x];
        }
    }
    return within > n / 2 && on >= FRAME_PRINTED * within;
}

/* Adds the page's other covers, but those that are the template's own pale solids. */
static bool add_other(const struct located *located, const struct image *other,
                      const struct image *near_print, struct image *covered, struct err *err)
{
    struct image laid = {0};
    struct cv_contours found = {0};
    bool ok = image_create(&laid, covered->width, covered->height, 1, err);
    if (ok)
        lay_other(&located->to_page, other, &laid);
    ok = ok && cv_contours_find(&laid, true, &found, err);
    for (int k = 0; ok && k < found.n; k++)
        if (!ends_with_print(&found.contour[k], near_print))
            ok = cv_fill_polygon(covered, found.contour[k].point, found.contour[k].n, 255, err);
    cv_contours_finish(&found);
    image_finish(&laid);
    return ok;
}

/* A label's corners in the element's pixels at FINE_DPI; false when it lies beside the element. */
static bool lay_patch(const struct patch *patch, const struct affine *to_element,
                      const struct image *seen, struct cv_pixel ret[4])
{
    int low[2] = {INT_MAX, INT_MAX}, high[2] = {INT_MIN, INT_MIN};
    for (int k = 0; k < 4; k++) {
        double mm[2];
        affine_apply(to_element, patch->corner_mm[k][0], patch->corner_mm[k][1], mm);
        ret[k].x = (int)lround(mm[0] * FINE_DPI / MM_PER_INCH);
        ret[k].y = (int)lround(mm[1] * FINE_DPI / MM_PER_INCH);
        low[0] = ret[k].x < low[0] ? ret[k].x : low[0];
        low[1] = ret[k].y < low[1] ? ret[k].y : low[1];
        high[0] = ret[k].x > high[0] ? ret[k].x : high[0];
        high[1] = ret[k].y > high[1] ? ret[k].y : high[1];
    }
    return low[0] < seen->width && low[1] < seen->height && high[0] >= 0 && high[1] >= 0;
}

/* Draws the side's labels into `covered`, but those that are the template's own print. */
static bool add_labels(const struct located *located, const struct side_patches *patches,
                       const double paper_rgb[3], const struct image *near_print,
                       struct image *covered, struct err *err)
{
    const struct element_model *element = located->element;
    struct affine to_element;
    bool ok =
        affine_invert(&located->to_page, &to_element) || err_set(err, "a placement is degenerate");
    for (int i = 0; ok && i < patches->n; i++) {
        struct cv_pixel corner[4];
        if (!lay_patch(&patches->patch[i], &to_element, &located->seen, corner))
            continue;
        bool shown = outline_printed(corner, near_print) >= FRAME_PRINTED;
        ok = shown || shows_print(corner, &located->seen, paper_rgb, element, &shown, err);
        if (ok && !shown)
            ok = cv_fill_polygon(covered, corner, 4, 255, err);
    }
    return ok;
}

static bool add_patches(const struct located *located, const struct side_patches *patches,
                        const double paper_rgb[3], struct image *covered, struct err *err)
{
    struct image near_print = {0};
    int frame = (int)lround(2 * FRAME_NEAR_MM * FINE_DPI / MM_PER_INCH) | 1;
    if (!patches->n && !mask_area(&patches->other)) /* as on most sheets */
        return true;
    bool ok = cv_morph(&located->element->fine_mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, frame,
                       frame, &near_print, err) &&
              add_other(located, &patches->other, &near_print, covered, err) &&
              add_labels(located, patches, paper_rgb, &near_print, covered, err);
    image_finish(&near_print);
    return ok;
}

/* 255 farther than the rim from what is covered. */
static bool away_from(const struct image *covered, struct image *ret, struct err *err)
{
    struct image grown = {0};
    int rim = (int)lround(2 * RIM_MM * FINE_DPI / MM_PER_INCH) | 1;
    if (mask_area(covered) == 0) /* as most elements are */
        return cv_threshold(covered, 127, true, ret, err);
    bool ok = cv_morph(covered, CV_MORPH_OP_DILATE, CV_MORPH_DISC, rim, rim, &grown, err) &&
              cv_threshold(&grown, 127, true, ret, err);
    image_finish(&grown);
    return ok;
}

/* The corners of a turned box, in order. */
static void box_corners(const struct cv_turned_box *box, struct cv_pixel ret[4])
{
    double c = cos(box->angle_deg * M_PI / 180), s = sin(box->angle_deg * M_PI / 180);
    for (int k = 0; k < 4; k++) {
        double u = (k == 1 || k == 2 ? 0.5 : -0.5) * box->w, v = (k >= 2 ? 0.5 : -0.5) * box->h;
        ret[k].x = (int)lround(box->cx + c * u - s * v - 0.5);
        ret[k].y = (int)lround(box->cy + s * u + c * v - 0.5);
    }
}

/* Labels are rectangles: what is dark on one, as the bars of a code, is covered as well. */
static bool fill_labels(struct image *covered, struct err *err)
{
    struct cv_contours found = {0};
    double least = LABEL_MIN_MM2 * pow(FINE_DPI / MM_PER_INCH, 2);
    if (mask_area(covered) == 0)
        return true;
    bool ok = cv_contours_find(covered, true, &found, err);
    for (int k = 0; ok && k < found.n; k++) {
        const struct cv_contour *contour = &found.contour[k];
        struct cv_turned_box box;
        struct cv_pixel corner[4];
        double area;
        if (contour->n < 3)
            continue;
        ok = cv_polygon_area(contour->point, contour->n, &area, err) &&
             cv_min_area_box(contour->point, contour->n, &box, err);
        if (!ok || area < least || area < LABEL_FILLS * box.w * box.h)
            continue;
        box_corners(&box, corner);
        ok = cv_fill_polygon(covered, corner, 4, 255, err);
    }
    cv_contours_finish(&found);
    return ok;
}

bool cover_open(struct located *located, const struct side_patches *patches,
                const double paper_rgb[3], struct err *err)
{
    const struct image *seen = &located->seen;
    struct image small = {0}, covered = {0};
    bool ok = covered_by_background(seen, paper_rgb, located->element, &small, err) &&
              cv_resize(&small, seen->width, seen->height, CV_INTERPOLATE_NEAREST, &covered, err);
    ok = ok && (!patches || add_patches(located, patches, paper_rgb, &covered, err)) &&
         fill_labels(&covered, err) && away_from(&covered, &located->clear, err) &&
         film_take_off(located, &covered, err) && away_from(&covered, &located->open, err) &&
         pens_take_off(located, paper_rgb, err);
    image_finish(&small);
    image_finish(&covered);
    return ok;
}
