/* A mark wanders: franking machines and stamps print by hand's or feeder's aim. It is looked for in
 * its zone, else on the whole side, by correlation of its constant parts (the others are blank in
 * its picture) at 75 dpi over small angles, then at 150 dpi around the best place over finer ones.
 * Correlation takes the darkness of the imprint out; 0.8 and more is the mark, other imprints
 * reach 0.3-0.6. Two machines of one make print the same frame with another number, which hardly
 * changes the correlation: so what correlates is compared letter by letter as well (glyphs.c), and
 * two letters that differ make it another mark, however alike; one may be a flaw of the imprint.
 *
 * A sheet that was never posted has no franking mark: a rule for used sheets is asked only where
 * there is ink enough in the franking zone, and none is asked where labels cover the zone. */
#include "classifier/marks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define NEAR_DPI 150.0 /* of the second step, that of the reduced side */
#define ANGLE_DEG 4.0  /* hand-fed machines */
#define ANGLE_STEP 2.0 /* 0.7 mm at the ends of 40 mm: two pixels at 75 dpi */
#define FINE_STEP 0.5
#define NEAR_MM 2.0           /* around what the first step found */
#define FRANKING_WIDE_MM 74.0 /* from the right, on the front */
#define FRANKING_HIGH_MM 40.0 /* from the top */
#define FRANKED_SHARE 0.015   /* of the zone is ink: a postmark alone has 2-3 % */
#define HIDDEN_SHARE 0.3      /* of the zone under labels */
#define ALIKE_NCC 0.6         /* from here on letters are compared */
#define LETTER_DIFFERS 0.3    /* of its ink: more than a faint or smeared one */
#define ONE_DIFFERS_NCC 0.7   /* what likeness is worth then at most: in doubt */
#define TWO_DIFFER_NCC 0.5    /* another mark */
#define EXPECTED_NCC 0.95     /* of a mark that is there */
#define FOREIGN_NCC 0.3       /* what other print reaches by chance */
#define RULE_SAMPLES_MIN 10   /* a stated rule weighs as much at least */

static void zone_of(const struct sheet_view *view, const struct template_mark *mark, double ret[4])
{
    const double *size = view->place->model->data.size_mm;
    const double whole[4] = {0, 0, size[0], size[1]};
    memcpy(ret, mark->has_zone ? mark->zone_mm : whole, sizeof whole);
}

static void franking_zone(const struct sheet_view *view, double ret[4])
{
    const double *size = view->place->model->data.size_mm;
    const double zone[4] = {fmax(0, size[0] - FRANKING_WIDE_MM), 0, FRANKING_WIDE_MM,
                            FRANKING_HIGH_MM};
    memcpy(ret, zone, sizeof zone);
}

/* Ink of a rectangle of the template's page, from the reduced side. */
static bool zone_ink(const struct sheet_view *view, enum side_name side, const double zone[4],
                     double dpi, struct image *ret, struct err *err)
{
    double to_mm = MM_PER_INCH / dpi, to_px = SIDE_REDUCED_DPI / MM_PER_INCH;
    struct affine step = {{to_mm, 0, zone[0], 0, to_mm, zone[1]}};
    struct affine page = affine_multiply(&view->place->page[side], &step);
    double m[6];
    for (int k = 0; k < 6; k++)
        m[k] = page.m[k] * to_px;
    static const uint8_t nothing[1] = {0};
    return cv_warp_affine(&view->scan->strength[view->place->scan_side[side]], m,
                          (int)ceil(zone[2] / to_mm), (int)ceil(zone[3] / to_mm),
                          CV_INTERPOLATE_AREA, CV_BORDER_COLOUR, nothing, ret, err);
}

/* The mark's ink turned by an angle about its middle, in a frame that holds it. */
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
    double x, y; /* px of the picture's corner */
};

/* Tries angles from..to; keeps what fits better than *best. */
static bool try_angles(const struct image *where, const struct image *ink, double scale,
                       double from, double to, double step, struct best *best, struct err *err)
{
    for (double degrees = from; degrees <= to + step / 2; degrees += step) {
        struct image part = {0};
        struct plane score = {0};
        struct cv_extremes peak;
        struct err flat;
        if (!turned(ink, degrees, scale, &part, err))
            return false;
        bool fits = part.width <= where->width && part.height <= where->height &&
                    cv_match_template(where, &part, NULL, &score, &flat);
        image_finish(&part);
        bool ok = !fits || cv_min_max_plane(&score, NULL, &peak, err);
        plane_finish(&score);
        if (!ok)
            return false;
        if (fits && peak.max > best->ncc)
            *best = (struct best){peak.max, degrees, peak.max_x, peak.max_y};
    }
    return true;
}

/* How many letters of the mark differ where it was found, turned by `degrees`. */
static bool count_differing(const struct sheet_view *view, const struct element_model *mark,
                            enum side_name side, const struct mark_found *found, double degrees,
                            int *ret, struct err *err)
{
    const struct side *on = &view->scan->side[view->place->scan_side[side]];
    const double *box = found->box_mm;
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
    double cx = box[2] / 2, cy = box[3] / 2;
    struct affine turn = {
        {c, -s, box[0] + cx - c * cx + s * cy, s, c, box[1] + cy - s * cx - c * cy}};
    struct located located = {.element = mark, .scan_side = view->place->scan_side[side]};
    struct glyphs glyphs = {0};
    located.to_page = affine_multiply(&view->place->page[side], &turn);
    const struct image *fine = &mark->fine;
    double mm = MM_PER_INCH / FINE_DPI;
    bool ok = side_crop(on, &located.to_page, fine->width * mm, fine->height * mm, FINE_DPI,
                        &located.seen, err) &&
              ink_strength(&located.seen, on->paper_rgb, &located.strength, err) &&
              image_create(&located.open, fine->width, fine->height, 1, err);
    if (ok) {
        memset(located.open.data, 255, located.open.stride * (size_t)located.open.height);
        ok = glyphs_measure(&located, on->paper_rgb, &glyphs, err);
    }
    *ret = 0;
    for (int k = 0; ok && k < glyphs.n; k++)
        *ret += glyph_difference(&glyphs.glyph[k]) > LETTER_DIFFERS;
    glyphs_finish(&glyphs);
    located_finish(&located);
    return ok;
}

static bool search(const struct sheet_view *view, const struct element_model *mark,
                   enum side_name side, const double zone[4], struct mark_found *ret,
                   struct err *err)
{
    struct image where = {0}, near = {0};
    struct best coarse = {.ncc = -1}, fine = {.ncc = -1};
    const double *box = mark->data->box_mm;
    double at[4] = {0, 0, box[2] + 2 * NEAR_MM, box[3] + 2 * NEAR_MM};
    bool ok = zone_ink(view, side, zone, COARSE_DPI, &where, err) &&
              try_angles(&where, &mark->coarse, 1, -ANGLE_DEG, ANGLE_DEG, ANGLE_STEP, &coarse, err);
    if (ok && coarse.ncc > -1) {
        at[0] = zone[0] + coarse.x * MM_PER_INCH / COARSE_DPI - NEAR_MM;
        at[1] = zone[1] + coarse.y * MM_PER_INCH / COARSE_DPI - NEAR_MM;
        ok = zone_ink(view, side, at, NEAR_DPI, &near, err) &&
             try_angles(&near, &mark->fine, NEAR_DPI / FINE_DPI, coarse.degrees - ANGLE_STEP / 2,
                        coarse.degrees + ANGLE_STEP / 2, FINE_STEP, &fine, err);
    }
    ret->ncc = fine.ncc;
    ret->box_mm[0] = at[0] + fine.x * MM_PER_INCH / NEAR_DPI;
    ret->box_mm[1] = at[1] + fine.y * MM_PER_INCH / NEAR_DPI;
    ret->box_mm[2] = box[2];
    ret->box_mm[3] = box[3];
    int differ = 0;
    if (ok && ret->ncc >= ALIKE_NCC)
        ok = count_differing(view, mark, side, ret, fine.degrees, &differ, err);
    if (differ > 0)
        ret->ncc = fmin(ret->ncc, differ > 1 ? TWO_DIFFER_NCC : ONE_DIFFERS_NCC);
    image_finish(&where);
    image_finish(&near);
    return ok;
}

/* Share of a zone that is ink, and share that lies under labels. */
static bool zone_shares(const struct sheet_view *view, enum side_name side, const double zone[4],
                        double *ret_ink, double *ret_hidden, struct err *err)
{
    struct image ink = {0}, labels = {0};
    struct affine to_template;
    const struct side_patches *patches = &view->patches[view->place->scan_side[side]];
    double px = MM_PER_INCH / COARSE_DPI;
    bool ok = (affine_invert(&view->place->page[side], &to_template) ||
               err_set(err, "a placement is degenerate")) &&
              zone_ink(view, side, zone, COARSE_DPI, &ink, err) &&
              image_create(&labels, ink.width, ink.height, 1, err);
    for (int i = 0; ok && i < patches->n; i++) {
        struct cv_pixel corner[4];
        for (int k = 0; k < 4; k++) {
            double mm[2];
            affine_apply(&to_template, patches->patch[i].corner_mm[k][0],
                         patches->patch[i].corner_mm[k][1], mm);
            corner[k].x = (int)lround((mm[0] - zone[0]) / px);
            corner[k].y = (int)lround((mm[1] - zone[1]) / px);
        }
        ok = cv_fill_polygon(&labels, corner, 4, 255, err);
    }
    if (ok) {
        struct image inked = {0};
        double all = (double)ink.width * ink.height;
        *ret_hidden = (double)mask_area(&labels) / all;
        ok = cv_threshold(&ink, INK_MIN_STRENGTH, false, &inked, err);
        if (ok)
            *ret_ink = (double)mask_area(&inked) / all;
        image_finish(&inked);
    }
    image_finish(&ink);
    image_finish(&labels);
    return ok;
}

bool mark_find(const struct sheet_view *view, int index, struct mark_found *ret, struct err *err)
{
    const struct model *model = view->place->model;
    const struct template_mark *mark = &model->data.mark[index];
    enum side_name side = mark->print.side;
    double zone[4], franking[4], ink = 0, hidden = 0, hidden_franking = 0;
    *ret = (struct mark_found){.state = MARK_NOT_SCANNED};
    if (!view->place->has[side])
        return true;
    zone_of(view, mark, zone);
    franking_zone(view, franking);
    if (!zone_shares(view, SIDE_FRONT, franking, &ink, &hidden_franking, err) ||
        !zone_shares(view, side, mark->has_zone ? zone : franking, &(double){0}, &hidden, err) ||
        !search(view, &model->mark[index], side, zone, ret, err))
        return false;
    ret->state = MARK_SEARCHED;
    if (mark->used_only && ink < FRANKED_SHARE)
        ret->state = MARK_NOT_ASKED;
    else if (hidden > HIDDEN_SHARE)
        ret->state = MARK_HIDDEN;
    return true;
}

void mark_stat(const struct check *check, const struct template_data *data,
               struct template_stat *ret)
{
    double mean = check->direction == LOW_IS_STRANGE ? EXPECTED_NCC : FOREIGN_NCC;
    *ret = (struct template_stat){.n = data->n_samples > RULE_SAMPLES_MIN ? data->n_samples
                                                                          : RULE_SAMPLES_MIN,
                                  .mean = mean,
                                  .lo = mean,
                                  .hi = mean};
    snprintf(ret->check, sizeof ret->check, "%s", check->name);
    snprintf(ret->unit, sizeof ret->unit, "%s", check->unit);
}
