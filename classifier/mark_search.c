/* Correlation of ink takes the darkness of an imprint out. At 75 dpi it finds the place over some
 * angles, at 150 dpi it is done again around it over finer ones. That leaves a quarter of a degree
 * and the stretch of a feeder (up to 1 %): 0.3 mm at the ends of an imprint of 60 mm, as much as
 * its lines are wide, so the same imprint would be half as alike as it is. Parts of some
 * millimetres hardly feel turn and stretch: each is placed alone, and the affine map on which they
 * agree (RANSAC: a part of a straight line slides along it, a date is another one) lays the whole
 * to a twentieth of a millimetre.
 *
 * The same parts then tell half an imprint (some like it, the others blank) from another one, and a
 * smeared or overprinted one (ink wherever it has ink) from one with its strokes elsewhere. */
#include "classifier/mark_search.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>

#define MM_PER_INCH 25.4
#define NEAR_DPI SIDE_REDUCED_DPI
#define ANGLE_DEG 4.0  /* hand-fed machines */
#define ANGLE_STEP 2.0 /* 0.7 mm at the ends of 40 mm: two pixels at 75 dpi */
#define FINE_STEP 0.5
#define NEAR_MM 2.0         /* around what the first step found */
#define PART_MM 5.0         /* 2 % of stretch and 1 degree move its ends by less than 0.1 mm */
#define PARTS_MAX 256       /* 40 x 40 mm of them, each overlapping the next by half */
#define PART_INK_SHARE 0.02 /* of a part: a line across it has 6 % */
#define PART_LIKE_NCC 0.7
#define REACH_MM 0.8      /* of a part: a quarter of a degree and 1 % over 30 mm */
#define AGREE_MM 0.1      /* imprints of rubber and inkjet vary by as much */
#define PARTS_AGREE_MIN 5 /* an affine map has six numbers, three parts fix it */
#define REFINE_ROUNDS 2
#define STRETCH_MAX 0.03 /* beyond feeders and scanners; the parts agreed by chance */
#define BARE_RATIO 0.2   /* of the ink that a part should have */

static double px_mm(void)
{
    return MM_PER_INCH / NEAR_DPI;
}

/* Ink through a map from mm of the picture to frame mm. */
static bool laid_ink(const struct mark_field *field, const struct affine *to_frame, int width,
                     int height, double dpi, struct image *ret, struct err *err)
{
    double to_mm = MM_PER_INCH / dpi, to_px = SIDE_REDUCED_DPI / MM_PER_INCH;
    struct affine step = {{to_mm, 0, 0, 0, to_mm, 0}};
    struct affine frame = affine_multiply(to_frame, &step);
    struct affine page = affine_multiply(&field->page, &frame);
    double m[6];
    for (int k = 0; k < 6; k++)
        m[k] = page.m[k] * to_px;
    static const uint8_t nothing[1] = {0};
    return cv_warp_affine(field->strength, m, width, height, CV_INTERPOLATE_AREA, CV_BORDER_COLOUR,
                          nothing, ret, err);
}

bool mark_field_ink(const struct mark_field *field, const double zone_mm[4], double dpi,
                    struct image *ret, struct err *err)
{
    struct affine corner = {{1, 0, zone_mm[0], 0, 1, zone_mm[1]}};
    return laid_ink(field, &corner, (int)ceil(zone_mm[2] * dpi / MM_PER_INCH),
                    (int)ceil(zone_mm[3] * dpi / MM_PER_INCH), dpi, ret, err);
}

/* The mark's ink turned by an angle about its middle, in a frame of its size. */
static bool turned(const struct image *ink, double degrees, double scale, struct image *ret,
                   struct err *err)
{
    double c = cos(degrees * M_PI / 180) / scale, s = sin(degrees * M_PI / 180) / scale;
    int w = (int)ceil(ink->width * scale), h = (int)ceil(ink->height * scale);
    double cx = ink->width / 2.0, cy = ink->height / 2.0;
    const double m[6] = {c, s, cx - c * w / 2 - s * h / 2, -s, c, cy + s * w / 2 - c * h / 2};
    static const uint8_t nothing[1] = {0};
    return cv_warp_affine(ink, m, w, h, CV_INTERPOLATE_AREA, CV_BORDER_COLOUR, nothing, ret, err);
}

struct best {
    double ncc, degrees;
    double x, y; /* px of the picture's middle */
};

/* Best place of part in where; *ret_ncc -1 where it does not fit or has no contrast. */
static bool best_place(const struct image *where, const struct image *part, double ret_xy[2],
                       double *ret_ncc, struct err *err)
{
    struct plane score = {0};
    struct err flat;
    *ret_ncc = -1;
    if (part->width > where->width || part->height > where->height ||
        !cv_match_template(where, part, NULL, &score, &flat))
        return true;
    bool ok = plane_peak(&score, ret_xy, ret_ncc, err);
    plane_finish(&score);
    return ok;
}

/* Tries angles from..to; keeps what fits better than *best. */
static bool try_angles(const struct image *where, const struct image *ink, double scale,
                       double from, double to, double step, struct best *best, struct err *err)
{
    for (double degrees = from; degrees <= to + step / 2; degrees += step) {
        struct image part = {0};
        double at[2], ncc;
        if (!turned(ink, degrees, scale, &part, err))
            return false;
        bool ok = best_place(where, &part, at, &ncc, err);
        if (ok && ncc > best->ncc)
            *best =
                (struct best){ncc, degrees, at[0] + part.width / 2.0, at[1] + part.height / 2.0};
        image_finish(&part);
        if (!ok)
            return false;
    }
    return true;
}

/* Place and turn, the size as it is. */
static bool find_place(const struct mark_field *field, const struct element_model *mark,
                       const double zone[4], struct mark_place *ret, struct err *err)
{
    struct image where = {0}, near = {0};
    struct best coarse = {.ncc = -1}, fine = {.ncc = -1};
    double w = mark->data->box_mm[2], h = mark->data->box_mm[3];
    double at[4] = {zone[0], zone[1], w + 2 * NEAR_MM, h + 2 * NEAR_MM};
    bool ok = mark_field_ink(field, zone, COARSE_DPI, &where, err) &&
              try_angles(&where, &mark->coarse, 1, -ANGLE_DEG, ANGLE_DEG, ANGLE_STEP, &coarse, err);
    if (ok && coarse.ncc > -1) {
        at[0] += coarse.x * MM_PER_INCH / COARSE_DPI - at[2] / 2;
        at[1] += coarse.y * MM_PER_INCH / COARSE_DPI - at[3] / 2;
        ok = mark_field_ink(field, at, NEAR_DPI, &near, err) &&
             try_angles(&near, &mark->fine, NEAR_DPI / FINE_DPI, coarse.degrees - ANGLE_STEP / 2,
                        coarse.degrees + ANGLE_STEP / 2, FINE_STEP, &fine, err);
    }
    ret->ncc = fine.ncc;
    ret->to_frame =
        affine_turned(at[0] + fine.x * px_mm(), at[1] + fine.y * px_mm(), w, h, fine.degrees);
    image_finish(&where);
    image_finish(&near);
    return ok;
}

struct part {
    int x0, y0, width, height; /* px of the picture at NEAR_DPI */
    double ink;                /* px */
    double ncc, shift_mm[2];
};

static double ink_px(const struct image *strength, int x0, int y0, int width, int height)
{
    double ret = 0;
    for (int y = y0; y < y0 + height; y++)
        for (int x = x0; x < x0 + width; x++)
            ret += image_row(strength, y)[x] >= INK_MIN_STRENGTH;
    return ret;
}

/* Places every part that has ink within reach of where to_frame lays it. */
static bool place_parts(const struct mark_field *field, const struct image *expected,
                        const struct affine *to_frame, struct part *part, int *ret_n,
                        struct err *err)
{
    int size = (int)lround(PART_MM / px_mm()), reach = (int)lround(REACH_MM / px_mm()), n = 0;
    struct affine rim = {{1, 0, -reach * px_mm(), 0, 1, -reach * px_mm()}};
    struct affine wide = affine_multiply(to_frame, &rim);
    struct image seen = {0};
    bool ok = laid_ink(field, &wide, expected->width + 2 * reach, expected->height + 2 * reach,
                       NEAR_DPI, &seen, err);
    for (int y = 0; ok && y < expected->height; y += size / 2)
        for (int x = 0; ok && x < expected->width && n < PARTS_MAX; x += size / 2) {
            struct part p = {.x0 = x, .y0 = y};
            p.width = x + size < expected->width ? size : expected->width - x;
            p.height = y + size < expected->height ? size : expected->height - y;
            p.ink = ink_px(expected, x, y, p.width, p.height);
            if (p.width < size / 2 || p.height < size / 2 ||
                p.ink < PART_INK_SHARE * p.width * p.height)
                continue;
            struct image piece = image_view(expected, x, y, p.width, p.height);
            struct image around =
                image_view(&seen, x, y, p.width + 2 * reach, p.height + 2 * reach);
            double at[2] = {reach, reach};
            ok = best_place(&around, &piece, at, &p.ncc, err);
            for (int c = 0; c < 2; c++)
                p.shift_mm[c] = (at[c] - reach) * px_mm();
            part[n++] = p;
        }
    image_finish(&seen);
    *ret_n = n;
    return ok;
}

static bool is_plausible(const struct affine *fit)
{
    const double *m = fit->m;
    double sx = hypot(m[0], m[3]), sy = hypot(m[1], m[4]);
    double shear = (m[0] * m[1] + m[3] * m[4]) / fmax(sx * sy, 1e-9);
    return fabs(sx - 1) < STRETCH_MAX && fabs(sy - 1) < STRETCH_MAX && fabs(shear) < STRETCH_MAX;
}

/* The correction on which parts agree; false in *ret_found when they do not. */
static void agree(const struct part *part, int n, struct affine *ret, bool *ret_found)
{
    struct cv_point from[PARTS_MAX], to[PARTS_MAX];
    struct err none;
    int like = 0, inliers = 0;
    for (int i = 0; i < n; i++) {
        if (part[i].ncc < PART_LIKE_NCC)
            continue;
        double x = (part[i].x0 + part[i].width / 2.0) * px_mm(),
               y = (part[i].y0 + part[i].height / 2.0) * px_mm();
        from[like] = (struct cv_point){(float)x, (float)y};
        to[like++] =
            (struct cv_point){(float)(x + part[i].shift_mm[0]), (float)(y + part[i].shift_mm[1])};
    }
    *ret_found =
        like >= PARTS_AGREE_MIN &&
        ((cv_estimate_affine(from, to, like, AGREE_MM, ret->m, NULL, &inliers, &none) &&
          inliers >= PARTS_AGREE_MIN && is_plausible(ret)) ||
         (cv_estimate_similarity(from, to, like, AGREE_MM, ret->m, NULL, &inliers, &none) &&
          inliers >= PARTS_AGREE_MIN && is_plausible(ret)));
}

static bool ncc_at(const struct mark_field *field, const struct image *expected,
                   const struct affine *to_frame, double *ret, struct err *err)
{
    struct image seen = {0};
    double at[2];
    bool ok = laid_ink(field, to_frame, expected->width, expected->height, NEAR_DPI, &seen, err) &&
              best_place(&seen, expected, at, ret, err);
    image_finish(&seen);
    return ok;
}

/* Turn, stretch and place by what the parts agree on, as long as it becomes more alike. */
static bool refine(const struct mark_field *field, const struct image *expected,
                   struct mark_place *place, struct err *err)
{
    if (!ncc_at(field, expected, &place->to_frame, &place->ncc, err))
        return false;
    for (int round = 0; round < REFINE_ROUNDS; round++) {
        struct part part[PARTS_MAX];
        struct affine fit, better;
        bool found;
        double ncc;
        int n;
        if (!place_parts(field, expected, &place->to_frame, part, &n, err))
            return false;
        agree(part, n, &fit, &found);
        if (!found)
            return true;
        better = affine_multiply(&place->to_frame, &fit);
        if (!ncc_at(field, expected, &better, &ncc, err))
            return false;
        if (ncc <= place->ncc)
            return true;
        place->ncc = ncc;
        place->to_frame = better;
    }
    return true;
}

/* What is there of the mark, part by part. */
static bool describe(const struct mark_field *field, const struct image *expected,
                     struct mark_place *place, struct err *err)
{
    struct part part[PARTS_MAX];
    struct image seen = {0};
    int n;
    if (!place_parts(field, expected, &place->to_frame, part, &n, err) ||
        !laid_ink(field, &place->to_frame, expected->width, expected->height, NEAR_DPI, &seen, err))
        return false;
    double all = 0, agrees = 0, bare = 0, ink = 0, inked = 0;
    for (int i = 0; i < n; i++) {
        const struct part *p = &part[i];
        all += p->ink;
        if (p->ncc >= PART_LIKE_NCC)
            agrees += p->ink;
        else if (ink_px(&seen, p->x0, p->y0, p->width, p->height) < BARE_RATIO * p->ink)
            bare += p->ink;
    }
    for (int y = 0; y < seen.height; y++)
        for (int x = 0; x < seen.width; x++)
            if (image_row(expected, y)[x] >= INK_MIN_STRENGTH) {
                ink++;
                inked += image_row(&seen, y)[x] >= INK_MIN_STRENGTH;
            }
    place->agrees = agrees / fmax(1, all);
    place->bare = bare / fmax(1, all);
    place->inked = inked / fmax(1, ink);
    image_finish(&seen);
    return true;
}

bool mark_search(const struct mark_field *field, const struct element_model *mark,
                 const double zone_mm[4], struct mark_place *ret, struct err *err)
{
    struct mark_place place = {0};
    struct image expected = {0};
    double scale = NEAR_DPI / FINE_DPI;
    bool ok = find_place(field, mark, zone_mm, &place, err) &&
              (place.ncc <= -1 ||
               (cv_resize(&mark->fine, (int)fmax(1, round(mark->fine.width * scale)),
                          (int)fmax(1, round(mark->fine.height * scale)), CV_INTERPOLATE_AREA,
                          &expected, err) &&
                refine(field, &expected, &place, err) && describe(field, &expected, &place, err)));
    image_finish(&expected);
    if (ok)
        *ret = place;
    return ok;
}
