/* Three things give a label away. Its paper has another whiteness or colour than the envelope's:
 * seen in the paper colour under the print (a closing removes the print) against a smooth model of
 * the envelope's own, which follows uneven light. A white label on white paper has only its edge: a
 * shadow or a bright cut two levels deep, too faint for a pixel but not for a line of 200: it is
 * sought with the print taken out and the paper's texture smoothed and stretched to a known size. A
 * printed frame is a strong line already.
 *
 * Labels that lie over each other make one region that is no rectangle: it hides what is under it
 * like any label, but is read as nothing.
 *
 * All thresholds are multiples of what the sheet's own bare paper shows. Solids in print are dark
 * or strong in colour and are left out by lightness; a pale printed panel cannot be told from a
 * label here, nor can the window of an envelope: both come out as patches, with their colour.
 * Accuracy of a corner: about 0.5 mm. */
#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "classifier/patch_lines.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORK_MM (25.4 / PATCHES_DPI)
#define PRINT_PX 9         /* 3 mm: closing that takes out letters and thin frames */
#define SMOOTH_PX 1.5      /* sd; paper texture is below 0.3 mm */
#define MODEL_TERMS 6      /* 1 x y xx xy yy: light falls off smoothly on every scanner */
#define MODEL_ROUNDS 4     /* of refitting without outliers */
#define MODEL_GRID 4       /* px between samples of the fit */
#define MODEL_KEEP 3.0     /* robust deviations that still count as paper */
#define STEP_SIGMA 6.0     /* deviations of bare paper that a label differs by, */
#define STEP_MIN 4.0       /* and levels: JPEG and shading leave 2 */
#define AREA_MIN_MM2 100.0 /* smallest label: 8 x 13 mm, a strip of 6 x 17 mm */
#define AREA_MAX_SHARE 0.6 /* of the side: more is the envelope itself, or its window front */
#define SIDE_MIN_MM 8.0
#define LIGHTER_MIN 0.5 /* L* */
#define STRIP_MIN_MM                                                                               \
    4.5 /* of what is lighter than the paper: correction and masking tape, cut labels */
#define FILL_MIN 0.82        /* of the turned rectangle: labels are rectangles, splashes are not */
#define NOTCHED_FILL_MIN 0.7 /* of one that is lighter than the paper and whose hull fills this:   \
                              */
#define HULL_FILL_MIN 0.92
#define LIGHT_MIN 60.0        /* L*: printed solids are darker, labels lighter */
#define FAINT_GAIN_LEVELS 4.0 /* paper texture after stretching: LSD takes steps above 5.2 */
#define FAINT_GAIN_MAX 8.0
#define FAINT_MASK_LEVELS 22.0 /* darker than the paper by this: print, not a shadow's edge */
#define LSD_SCALE 1.0          /* already reduced */

struct paper {
    double term[3][MODEL_TERMS];
    double sigma[3];
};

static void terms_at(const struct image *image, int x, int y, double ret[MODEL_TERMS])
{
    double u = 2.0 * x / image->width - 1, v = 2.0 * y / image->height - 1;
    const double term[MODEL_TERMS] = {1, u, v, u * u, u * v, v * v};
    memcpy(ret, term, sizeof term);
}

static double model_at(const double coefficient[MODEL_TERMS], const double term[MODEL_TERMS])
{
    double sum = 0;
    for (int i = 0; i < MODEL_TERMS; i++)
        sum += coefficient[i] * term[i];
    return sum;
}

/* Solves the normal equations by elimination with pivoting; false when they are degenerate. */
static bool solve(double m[MODEL_TERMS][MODEL_TERMS + 1], double ret[MODEL_TERMS])
{
    for (int col = 0; col < MODEL_TERMS; col++) {
        int pivot = col;
        for (int row = col + 1; row < MODEL_TERMS; row++)
            if (fabs(m[row][col]) > fabs(m[pivot][col]))
                pivot = row;
        if (fabs(m[pivot][col]) < 1e-9)
            return false;
        for (int k = 0; k <= MODEL_TERMS; k++) {
            double kept = m[col][k];
            m[col][k] = m[pivot][k];
            m[pivot][k] = kept;
        }
        for (int row = 0; row < MODEL_TERMS; row++) {
            double factor = row == col ? 0 : m[row][col] / m[col][col];
            for (int k = col; k <= MODEL_TERMS; k++)
                m[row][k] -= factor * m[col][k];
        }
    }
    for (int i = 0; i < MODEL_TERMS; i++)
        ret[i] = m[i][MODEL_TERMS] / m[i][i];
    return true;
}

/* Median of absolute deviations, from a histogram of quarter levels. */
struct spread {
    long bin[1024];
    long n;
};

static void spread_add(struct spread *spread, double off)
{
    const double bins_a_level = 4;
    double at = fabs(off) * bins_a_level;
    spread->bin[at < 1023 ? (int)at : 1023]++;
    spread->n++;
}

static double spread_median(const struct spread *spread)
{
    const double bins_a_level = 4;
    long sum = 0;
    for (int i = 0; i < 1024; i++)
        if (2 * (sum += spread->bin[i]) >= spread->n)
            return (i + 0.5) / bins_a_level;
    return 0;
}

/* Refits without what lies further than MODEL_KEEP deviations (first: from the paper's median). */
static void fit_channel(const struct image *image, int channel, double paper, struct paper *ret)
{
    double *coefficient = ret->term[channel], better[MODEL_TERMS];
    memset(coefficient, 0, MODEL_TERMS * sizeof *coefficient);
    coefficient[0] = paper;
    for (int round = 0; round < MODEL_ROUNDS; round++) {
        double m[MODEL_TERMS][MODEL_TERMS + 1] = {0}, term[MODEL_TERMS], keep = HUGE_VAL;
        struct spread spread = {0};
        for (int pass = 0; pass < 2;
             pass++) { /* the spread first, then the fit of what is inside */
            for (int y = 0; y < image->height; y += MODEL_GRID)
                for (int x = 0; x < image->width; x += MODEL_GRID) {
                    double value = image_row(image, y)[x * image->channels + channel];
                    terms_at(image, x, y, term);
                    double off = value - model_at(coefficient, term);
                    if (pass == 0)
                        spread_add(&spread, off);
                    for (int i = 0; pass == 1 && fabs(off) <= keep && i < MODEL_TERMS; i++) {
                        for (int k = 0; k < MODEL_TERMS; k++)
                            m[i][k] += term[i] * term[k];
                        m[i][MODEL_TERMS] += term[i] * value;
                    }
                }
            ret->sigma[channel] = fmax(0.5, 1.4826 * spread_median(&spread)); /* of normal spread */
            keep = MODEL_KEEP * ret->sigma[channel];
        }
        if (!solve(m, better))
            return; /* nearly everything is something else: the paper's median must do */
        memcpy(coefficient, better, sizeof better);
    }
}

/* 255 where the colour under the print is not that of the envelope's paper. */
static bool mark_steps(const struct image *bare, const struct paper *paper, struct image *ret,
                       struct err *err)
{
    struct image mask;
    if (!image_create(&mask, bare->width, bare->height, 1, err))
        return false;
    for (int y = 0; y < bare->height; y++)
        for (int x = 0; x < bare->width; x++) {
            const uint8_t *px = image_row(bare, y) + 3 * x;
            double term[MODEL_TERMS], most = 0;
            terms_at(bare, x, y, term);
            for (int c = 0; c < 3; c++) {
                double limit = fmax(STEP_MIN, STEP_SIGMA * paper->sigma[c]);
                most = fmax(most, fabs(px[c] - model_at(paper->term[c], term)) / limit);
            }
            image_row(&mask, y)[x] = most > 1 ? 255 : 0;
        }
    *ret = mask;
    return true;
}

/* Median-like colour of the patch: the mean of the bare paper inside, away from its edge. */
static bool measure_colour(const struct image *bare, struct patch *patch, struct err *err)
{
    struct image mask = {0};
    struct cv_pixel corner[4];
    double mean[3], spread[3];
    const double shrink = 0.8; /* towards the middle */
    double cx = patch->box_mm[0] + patch->box_mm[2] / 2,
           cy = patch->box_mm[1] + patch->box_mm[3] / 2;
    if (!image_create(&mask, bare->width, bare->height, 1, err))
        return false;
    memset(mask.data, 0, mask.stride * (size_t)mask.height);
    for (int i = 0; i < 4; i++) {
        corner[i].x = (int)((cx + shrink * (patch->corner_mm[i][0] - cx)) / WORK_MM);
        corner[i].y = (int)((cy + shrink * (patch->corner_mm[i][1] - cy)) / WORK_MM);
    }
    bool fine = cv_fill_polygon(&mask, corner, 4, 255, err) &&
                cv_mean_std(bare, &mask, mean, spread, err) && lab_of(mean, patch->lab, err);
    image_finish(&mask);
    return fine;
}

static bool is_new(const struct side_patches *list, const struct patch *patch)
{
    double cx = patch->box_mm[0] + patch->box_mm[2] / 2,
           cy = patch->box_mm[1] + patch->box_mm[3] / 2;
    for (int i = 0; i < list->n; i++) {
        const double *box = list->patch[i].box_mm;
        if (cx > box[0] && cx < box[0] + box[2] && cy > box[1] && cy < box[1] + box[3])
            return false;
    }
    return true;
}

/* lighter: only what is lighter than the envelope's paper is one. */
static bool take(const struct side *side, const struct image *bare, struct patch *patch,
                 bool lighter, struct side_patches *list, struct err *err)
{
    double paper[3];
    double area = hypot(patch->corner_mm[1][0] - patch->corner_mm[0][0],
                        patch->corner_mm[1][1] - patch->corner_mm[0][1]) *
                  hypot(patch->corner_mm[3][0] - patch->corner_mm[0][0],
                        patch->corner_mm[3][1] - patch->corner_mm[0][1]);
    if (list->n == PATCHES_MAX || area < AREA_MIN_MM2 ||
        area > AREA_MAX_SHARE * side->size_mm[0] * side->size_mm[1] || !is_new(list, patch))
        return true;
    if (!measure_colour(bare, patch, err) || !lab_of(side->paper_rgb, paper, err))
        return false;
    if (patch->lab[0] >= (lighter ? paper[0] + LIGHTER_MIN : LIGHT_MIN))
        list->patch[list->n++] = *patch;
    return true;
}

/* Steps in a shape that is no label's: those that are as light as paper are kept as they are. What
 * closing leaves of broad strokes is pale, so the page itself tells; a label is mostly its paper.
 */
static bool take_other(const struct image *grey, const struct image *steps,
                       const struct cv_contour *contour, struct image *other, struct err *err)
{
    struct image mask = {0};
    double lab[3];
    if (!image_create(&mask, grey->width, grey->height, 1, err) ||
        !cv_fill_polygon(&mask, contour->point, contour->n, 255, err)) {
        image_finish(&mask);
        return false;
    }
    mask_and(&mask, steps); /* print may have paper inside, as rings have */
    double typical = image_percentile(grey, &mask, 0.5);
    const double rgb[3] = {typical, typical, typical};
    image_finish(&mask);
    return lab_of(rgb, lab, err) &&
           (lab[0] < LIGHT_MIN || cv_fill_polygon(other, contour->point, contour->n, 255, err));
}

/* Whether a shape is a rectangle but for notches: print that runs up to a label's edge takes bites
 * out of it. */
static bool is_notched(const struct cv_contour *contour, double area, double box_area, bool *ret,
                       struct err *err)
{
    struct cv_pixels hull = {0};
    double hull_area = 0;
    bool fine = cv_convex_hull(contour->point, contour->n, &hull, err) &&
                cv_polygon_area(hull.pixel, hull.n, &hull_area, err);
    cv_pixels_finish(&hull);
    *ret = area >= NOTCHED_FILL_MIN * box_area && hull_area >= HULL_FILL_MIN * box_area;
    return fine;
}

static bool find_steps(const struct side *side, const struct image *bare, const struct image *grey,
                       const struct paper *paper, struct side_patches *list, struct err *err)
{
    struct image mask = {0}, clean = {0};
    struct cv_contours contours = {0};
    bool fine = mark_steps(bare, paper, &mask, err) &&
                cv_morph(&mask, CV_MORPH_OP_OPEN, CV_MORPH_BOX, 5, 5, &clean, err) &&
                cv_contours_find(&clean, true, &contours, err);
    for (int i = 0; fine && i < contours.n; i++) {
        const struct cv_contour *contour = &contours.contour[i];
        struct cv_turned_box box;
        double area;
        if (contour->n < 4)
            continue;
        fine = cv_polygon_area(contour->point, contour->n, &area, err) &&
               cv_min_area_box(contour->point, contour->n, &box, err);
        double narrow = fmin(box.w, box.h) * WORK_MM;
        if (!fine || narrow < STRIP_MIN_MM || area * WORK_MM * WORK_MM < AREA_MIN_MM2)
            continue;
        bool strip = narrow < SIDE_MIN_MM, whole = area >= FILL_MIN * box.w * box.h,
             notched = false;
        if (!whole) {
            fine = (strip || take_other(grey, &clean, contour, &list->other, err)) &&
                   is_notched(contour, area, box.w * box.h, &notched, err);
            if (!notched)
                continue;
        }
        double centre[2] = {box.cx * WORK_MM, box.cy * WORK_MM};
        double size[2] = {(box.w + 1) * WORK_MM, (box.h + 1) * WORK_MM}, angle = box.angle_deg;
        if (angle > 45) { /* the side nearer to the page's x axis is the width */
            double kept = size[0];
            size[0] = size[1], size[1] = kept;
            angle -= 90;
        }
        struct patch patch = {0};
        patch_set_box(&patch, centre, size, angle);
        fine = take(side, bare, &patch, strip || notched, list, err);
    }
    cv_contours_finish(&contours);
    image_finish(&clean);
    image_finish(&mask);
    return fine;
}

/* Strong and faint lines go together: a label in slanting light has two edges of each kind. */
static bool find_rectangles(const struct side *side, const struct image *grey,
                            const struct image *faint, const struct image *bare,
                            struct side_patches *list, struct err *err)
{
    enum { RECTANGLES_MAX = 8 };
    struct cv_segments strong = {0}, weak = {0};
    struct patch found[RECTANGLES_MAX] = {0};
    bool fine = cv_line_segments(grey, LSD_SCALE, &strong, err) &&
                cv_line_segments(faint, LSD_SCALE, &weak, err);
    size_t n_all = (size_t)strong.n + (size_t)weak.n;
    struct cv_segments all = {.segment = fine ? malloc((n_all + 1) * sizeof *all.segment) : NULL};
    if (fine && !all.segment)
        fine = err_set(err, "out of memory for the labels of a side");
    for (int i = 0; fine && i < strong.n; i++)
        all.segment[all.n++] = strong.segment[i];
    for (int i = 0; fine && i < weak.n; i++)
        all.segment[all.n++] = weak.segment[i];
    int n = fine ? patch_rectangles(&all, WORK_MM, side->size_mm, found, RECTANGLES_MAX) : 0;
    cv_segments_finish(&strong);
    cv_segments_finish(&weak);
    free(all.segment);
    for (int i = 0; fine && i < n; i++)
        fine = take(side, bare, &found[i], false, list, err);
    return fine;
}

/* The page less its paper's slow changes, print replaced by bare paper, stretched so that texture
 * has a known size: what is left are faint edges. */
static bool make_faint(const struct image *page, const struct paper *paper, struct image *ret,
                       struct err *err)
{
    struct plane level = {0}, smooth = {0};
    if (!plane_create(&level, page->width, page->height, err))
        return false;
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++) {
            const uint8_t *px = image_row(page, y) + 3 * x;
            double term[MODEL_TERMS], sum = 0;
            terms_at(page, x, y, term);
            for (int c = 0; c < 3; c++)
                sum += (px[c] - model_at(paper->term[c], term)) / 3;
            bool print = fabs(sum) > FAINT_MASK_LEVELS;
            level.data[(size_t)y * (size_t)page->width + (size_t)x] = print ? 0 : (float)sum;
        }
    double mean, spread;
    bool fine = cv_gauss_plane(&level, 1.0, &smooth, err) &&
                cv_mean_std_plane(&smooth, NULL, &mean, &spread, err);
    double gain = fine ? fmin(FAINT_GAIN_MAX, FAINT_GAIN_LEVELS / fmax(spread, 0.1)) : 1;
    fine = fine && cv_to_image(&smooth, gain, 128 - gain * mean, ret, err);
    plane_finish(&smooth);
    plane_finish(&level);
    return fine;
}

bool patches_find(const struct side *side, struct side_patches *ret, struct err *err)
{
    struct image page = {0}, closed = {0}, bare = {0}, grey = {0}, faint = {0};
    struct paper paper;
    struct side_patches list = {0};
    int w = (int)(side->reduced.width * PATCHES_DPI / SIDE_REDUCED_DPI);
    int h = (int)(side->reduced.height * PATCHES_DPI / SIDE_REDUCED_DPI);
    if (side->reduced.channels != 3 || w < 3 * PRINT_PX || h < 3 * PRINT_PX)
        return err_set(err, "the side is too small to look for labels");
    bool fine =
        image_create(&list.other, w, h, 1, err) &&
        cv_resize(&side->reduced, w, h, CV_INTERPOLATE_AREA, &page, err) &&
        cv_morph(&page, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, PRINT_PX, PRINT_PX, &closed, err) &&
        cv_gauss(&closed, SMOOTH_PX, &bare, err);
    for (int c = 0; fine && c < 3; c++)
        fit_channel(&bare, c, side->paper_rgb[c], &paper);
    fine = fine && cv_grey(&page, &grey, err) &&
           find_steps(side, &bare, &grey, &paper, &list, err) &&
           make_faint(&page, &paper, &faint, err) &&
           find_rectangles(side, &grey, &faint, &bare, &list, err);
    image_finish(&faint);
    image_finish(&grey);
    image_finish(&bare);
    image_finish(&closed);
    image_finish(&page);
    if (fine)
        *ret = list;
    else
        side_patches_finish(&list);
    return fine;
}

void side_patches_finish(struct side_patches *patches)
{
    image_finish(&patches->other);
    *patches = (struct side_patches){0};
}
