/* Finding one element and saying what became of it.
 *
 * The element's ink is correlated with the page's within SEARCH_MM of its place at 100 dpi, then at
 * 300 dpi to a tenth of a pixel; its two halves are then placed alone, which gives turn and scale.
 * The score that counts is the correlation over the print and its close surroundings, where
 * nothing covers it. Starting points from the literature (0.75 found, 0.45 altered) are the floor;
 * what genuine samples reached is learnt at enrolment and judged by the checks.
 *
 * "Absent" needs bare paper in at least BARE_SHARE of the place that can be seen; anything that may
 * hide it (label, stamp, writing across the place) makes it "occluded". */
#include "classifier/locate.h"

#include "classifier/cover.h"
#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define SEARCH_MM 4.0       /* around the place that the outline and the other elements give */
#define FAR_SEARCH_MM 18.0  /* second try, for an element that was moved */
#define FAR_SCALE 0.05      /* likewise, for a reprint in another size */
#define FAR_SCALE_STEP 0.01 /* half a millimetre at the ends of a line of 100 mm */
#define SEARCH_REDUCTION 3  /* 300 -> 100 dpi for the first step */
#define FINE_SEARCH_PX 4    /* at 300 dpi, around what 100 dpi found */
#define HALF_MIN_MM 12.0    /* narrower elements give no turn of their own */
#define FOUND_NCC 0.75
#define ALTERED_NCC 0.45
#define REFINE_NCC 0.5        /* below this, turn and scale would be fitted to chance */
#define SURROUND_MM 0.6       /* of the print that counts in the score */
#define TOLERANCE_MM 0.17     /* two pixels at 300 dpi: place and stroke width vary by less */
#define VISIBLE_MIN 0.4       /* less than this and nothing is said about the element */
#define BARE_SHARE 0.8        /* of the visible place must be bare paper to call it absent */
#define OTHER_PRINT 0.5       /* as much ink as half of it stands there, elsewhere: reset, scaled */
#define LOST_SHARE 0.08       /* of its ink is bare paper: altered, when it is still alike */
#define LOST_SHARE_OTHER 0.12 /* the same when it is not */
#define COLUMN_OPEN 0.9       /* of a column's height, to take it as seen */
#define OPEN_MIN_MM 6.0       /* three letters at 10 pt: less finds itself anywhere */
#define KEPT_MIN 0.5          /* of the print's surroundings must be free of what was added */
#define BLUR_MIN_PX 0.5       /* sd; less is the difference of two scans of one sheet */
#define BLUR_STEP 0.5         /* octaves from one trial to the next */
#define BLUR_STEPS 9          /* up to 8 pixels: nothing can be read then */
#define SCALE_MAX 0.06        /* beyond, the halves have locked onto something else */

void located_finish(struct located *located)
{
    image_finish(&located->seen);
    image_finish(&located->strength);
    image_finish(&located->open);
    *located = (struct located){0};
}

static double px_to_mm(double px, double dpi)
{
    return px * MM_PER_INCH / dpi;
}

static struct affine moved(const struct affine *base, double x_mm, double y_mm)
{
    struct affine shift = affine_identity();
    shift.m[2] = x_mm;
    shift.m[5] = y_mm;
    return affine_multiply(base, &shift);
}

/* Vertex of the parabola through three neighbours, within half a step. */
static double vertex(double before, double here, double after)
{
    double bend = before - 2 * here + after;
    if (bend >= -1e-9)
        return 0;
    double at = (before - after) / (2 * bend);
    return fmin(0.5, fmax(-0.5, at));
}

static double plane_at(const struct plane *plane, int x, int y)
{
    return plane->data[(size_t)y * (size_t)plane->width + (size_t)x];
}

/* Best place of part in window, sub-pixel; ret_ncc -1 when the part has no contrast or no room. */
static bool best_place(const struct image *window, const struct image *part, double ret_xy[2],
                       double *ret_ncc, struct err *err)
{
    *ret_ncc = -1;
    ret_xy[0] = ret_xy[1] = 0;
    if (part->width > window->width || part->height > window->height || part->width < 4 ||
        part->height < 4 || image_percentile(part, NULL, 0.999) < INK_MIN_STRENGTH)
        return true;
    struct plane score = {0};
    struct cv_extremes peak;
    struct err flat;
    if (!cv_match_template(window, part, NULL, &score, &flat))
        return true; /* a part without contrast has no place */
    bool ok = cv_min_max_plane(&score, NULL, &peak, err);
    if (ok) {
        int x = peak.max_x, y = peak.max_y;
        ret_xy[0] = x;
        ret_xy[1] = y;
        if (x > 0 && x + 1 < score.width)
            ret_xy[0] += vertex(plane_at(&score, x - 1, y), peak.max, plane_at(&score, x + 1, y));
        if (y > 0 && y + 1 < score.height)
            ret_xy[1] += vertex(plane_at(&score, x, y - 1), peak.max, plane_at(&score, x, y + 1));
        *ret_ncc = peak.max;
    }
    plane_finish(&score);
    return ok;
}

static bool crop_strength(const struct side *side, const struct affine *to_page, double w_mm,
                          double h_mm, double dpi, struct image *ret_rgb, struct image *ret,
                          struct err *err)
{
    struct image rgb = {0};
    if (!side_crop(side, to_page, w_mm, h_mm, dpi, &rgb, err))
        return false;
    bool ok = ink_strength(&rgb, side->paper_rgb, ret, err);
    if (ok && ret_rgb)
        *ret_rgb = rgb;
    else
        image_finish(&rgb);
    return ok;
}

/* Searches `part` (FINE_DPI) within search_mm of to_page's origin; shift in mm along the element's
 * axes. Two steps: 100 dpi over the whole window, 300 dpi around its peak. */
static bool search(const struct side *side, const struct affine *to_page, const struct image *part,
                   double search_mm, double ret_shift[2], double *ret_ncc, struct err *err)
{
    double w = px_to_mm(part->width, FINE_DPI), h = px_to_mm(part->height, FINE_DPI);
    struct affine window_to_page = moved(to_page, -search_mm, -search_mm);
    struct image window = {0}, small_window = {0}, small_part = {0};
    double at[2];
    bool ok =
        crop_strength(side, &window_to_page, w + 2 * search_mm, h + 2 * search_mm, FINE_DPI, NULL,
                      &window, err) &&
        cv_resize(&window, window.width / SEARCH_REDUCTION, window.height / SEARCH_REDUCTION,
                  CV_INTERPOLATE_AREA, &small_window, err) &&
        cv_resize(part, part->width / SEARCH_REDUCTION + 1, part->height / SEARCH_REDUCTION + 1,
                  CV_INTERPOLATE_AREA, &small_part, err) &&
        best_place(&small_window, &small_part, at, ret_ncc, err);
    if (ok && *ret_ncc > -1) {
        int x = (int)lround(at[0] * SEARCH_REDUCTION) - FINE_SEARCH_PX;
        int y = (int)lround(at[1] * SEARCH_REDUCTION) - FINE_SEARCH_PX;
        struct image near = image_view(&window, x, y, part->width + 2 * FINE_SEARCH_PX,
                                       part->height + 2 * FINE_SEARCH_PX);
        ok = best_place(&near, part, at, ret_ncc, err);
        ret_shift[0] = px_to_mm(at[0] + (x < 0 ? 0 : x), FINE_DPI) - search_mm;
        ret_shift[1] = px_to_mm(at[1] + (y < 0 ? 0 : y), FINE_DPI) - search_mm;
    }
    image_finish(&window);
    image_finish(&small_window);
    image_finish(&small_part);
    return ok;
}

/* Turn and scale of a wide (or tall) picture from its two halves placed alone; to_page is corrected
 * about the picture's middle. */
static bool refine_by_halves(const struct side *side, const struct image *fine,
                             struct affine *to_page, double *ret_scale, struct err *err)
{
    bool wide = fine->width >= fine->height;
    int length = wide ? fine->width : fine->height;
    if (px_to_mm(length, FINE_DPI) < HALF_MIN_MM)
        return true;
    int half = length / 2;
    double shift[2][2], ncc[2];
    for (int k = 0; k < 2; k++) {
        int start = k ? length - half : 0;
        struct image part = wide ? image_view(fine, start, 0, half, fine->height)
                                 : image_view(fine, 0, start, fine->width, half);
        struct affine part_to_page = moved(to_page, wide ? px_to_mm(start, FINE_DPI) : 0,
                                           wide ? 0 : px_to_mm(start, FINE_DPI));
        if (!search(side, &part_to_page, &part, px_to_mm(2 * FINE_SEARCH_PX, FINE_DPI), shift[k],
                    &ncc[k], err))
            return false;
        if (ncc[k] < REFINE_NCC)
            return true;
    }
    double apart = px_to_mm(length - half, FINE_DPI); /* between the halves' middles */
    int along = wide ? 0 : 1;
    double scale = 1 + (shift[1][along] - shift[0][along]) / apart;
    double turn = (shift[1][1 - along] - shift[0][1 - along]) / apart * (wide ? 1 : -1);
    if (fabs(scale - 1) > SCALE_MAX || fabs(turn) > SCALE_MAX)
        return true;
    double cx = px_to_mm(fine->width, FINE_DPI) / 2, cy = px_to_mm(fine->height, FINE_DPI) / 2;
    double dx = (shift[0][0] + shift[1][0]) / 2, dy = (shift[0][1] + shift[1][1]) / 2;
    struct affine fit = {{scale, -turn, cx + dx - scale * cx + turn * cy, turn, scale,
                          cy + dy - turn * cx - scale * cy}};
    *to_page = affine_multiply(to_page, &fit);
    *ret_scale = scale;
    return true;
}

/* Correlation under weights 0/1 of two pictures of the same size. */
static double masked_ncc(const struct image *a, const struct image *b, const struct image *mask)
{
    double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (int y = 0; y < a->height; y++) {
        const uint8_t *pa = image_row(a, y), *pb = image_row(b, y), *pm = image_row(mask, y);
        for (int x = 0; x < a->width; x++) {
            if (!pm[x])
                continue;
            double va = pa[x], vb = pb[x];
            n++;
            sa += va;
            sb += vb;
            saa += va * va;
            sbb += vb * vb;
            sab += va * vb;
        }
    }
    double va = n * saa - sa * sa, vb = n * sbb - sb * sb;
    return n > 0 && va > 0 && vb > 0 ? (n * sab - sa * sb) / sqrt(va * vb) : 0;
}

static void mask_and(struct image *mask, const struct image *other)
{
    for (int y = 0; y < mask->height; y++) {
        uint8_t *m = image_row(mask, y);
        const uint8_t *o = image_row(other, y);
        for (int x = 0; x < mask->width; x++)
            m[x] = m[x] && o[x] ? 255 : 0;
    }
}

static int odd_px(double mm)
{
    return (int)lround(mm * FINE_DPI / MM_PER_INCH) * 2 + 1;
}

/* How much softer than the template the scan is: the Gaussian blur of the template that correlates
 * best, by the parabola through the best of a row of trials and its neighbours. A scan out of focus
 * by a pixel or more is compared with the template as soft as itself. */
static bool match_blur(struct located *located, const struct image *mask, struct err *err)
{
    double ncc[BLUR_STEPS];
    int best = -1, n = 0;
    double sharp = masked_ncc(&located->element->fine, &located->strength, mask);
    for (; n < BLUR_STEPS && n <= best + 1; n++) {
        struct image soft = {0};
        if (!cv_gauss(&located->element->fine, BLUR_MIN_PX * pow(2, n * BLUR_STEP), &soft, err))
            return false;
        ncc[n] = masked_ncc(&soft, &located->strength, mask);
        image_finish(&soft);
        if (ncc[n] > (best < 0 ? sharp : ncc[best]))
            best = n;
    }
    located->blur_mm = 0;
    if (best < 0)
        return true;
    double off = best > 0 && best + 1 < n ? vertex(ncc[best - 1], ncc[best], ncc[best + 1]) : 0;
    located->blur_mm = px_to_mm(BLUR_MIN_PX * pow(2, (best + off) * BLUR_STEP), FINE_DPI);
    if (located->blur_mm >= px_to_mm(1, FINE_DPI))
        located->ncc = fmax(located->ncc, ncc[best]);
    return true;
}

/* All of the print is there: what stands between it that is not its own (pens, postmarks, stamps)
 * is left out of the score. Another typeface loses ink as well as adding some. */
static bool score_without_added(struct located *located, const struct image *expected,
                                const struct image *seen, const struct image *ink,
                                const struct image *near, struct err *err)
{
    struct image own = {0}, added = {0}, grown = {0}, rest = {0};
    int tolerance = odd_px(TOLERANCE_MM), blur = odd_px(2 * TOLERANCE_MM);
    bool ok = cv_morph(&located->element->fine_mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, tolerance,
                       tolerance, &own, err) &&
              image_copy(ink, &added, err) && image_copy(near, &rest, err);
    for (int y = 0; ok && y < added.height; y++)
        for (int x = 0; x < added.width; x++)
            if (image_row(&own, y)[x])
                image_row(&added, y)[x] = 0;
    ok = ok && cv_morph(&added, CV_MORPH_OP_DILATE, CV_MORPH_DISC, blur, blur, &grown, err);
    for (int y = 0; ok && y < rest.height; y++)
        for (int x = 0; x < rest.width; x++)
            if (image_row(&grown, y)[x])
                image_row(&rest, y)[x] = 0;
    if (ok && mask_area(&rest) >= KEPT_MIN * (double)mask_area(near))
        located->ncc = fmax(located->ncc, masked_ncc(expected, seen, &rest));
    image_finish(&own);
    image_finish(&added);
    image_finish(&grown);
    image_finish(&rest);
    return ok;
}

/* Score over the visible print, and how much of the print's place is bare paper. */
static bool score_visible(struct located *located, struct err *err)
{
    const struct element_model *element = located->element;
    struct image near = {0}, soft[2] = {{0}, {0}}, ink = {0}, grown = {0}, place = {0};
    int surround = odd_px(SURROUND_MM), tolerance = odd_px(TOLERANCE_MM);
    bool ok =
        cv_morph(&element->fine_mask, CV_MORPH_OP_DILATE, CV_MORPH_DISC, surround, surround, &near,
                 err) &&
        cv_gauss(&element->fine, 1.0, &soft[0], err) &&
        cv_gauss(&located->strength, 1.0, &soft[1], err) &&
        cv_threshold(&located->strength, fmax(INK_MIN_STRENGTH, 0.35 * element->contrast), false,
                     &ink, err) &&
        cv_morph(&ink, CV_MORPH_OP_DILATE, CV_MORPH_DISC, tolerance, tolerance, &grown, err) &&
        image_copy(&element->fine_mask, &place, err);
    if (ok) {
        located->visible = mask_share(&element->fine_mask, &located->open);
        mask_and(&near, &located->open);
        mask_and(&place, &located->open);
        located->ncc = masked_ncc(&soft[0], &soft[1], &near);
        located->bare = mask_area(&place) ? 1 - mask_share(&place, &grown) : 0;
        if (located->bare < LOST_SHARE)
            ok = score_without_added(located, &soft[0], &soft[1], &ink, &near, err);
        ok = ok && (located->ncc < ALTERED_NCC || match_blur(located, &near, err));
    }
    if (ok) {
        mask_and(&ink, &located->open);
        located->inked = (double)mask_area(&ink) / fmax(1, (double)mask_area(&place));
    }
    image_finish(&near);
    image_finish(&soft[0]);
    image_finish(&soft[1]);
    image_finish(&ink);
    image_finish(&grown);
    image_finish(&place);
    return ok;
}

/* Ink of the template that is bare paper here tells another print from one that something was
 * stamped or written across: the latter loses no ink. */
static enum element_state state_of(const struct located *located)
{
    if (located->visible < VISIBLE_MIN)
        return ELEMENT_OCCLUDED;
    if (located->ncc >= FOUND_NCC)
        return ELEMENT_FOUND;
    if (located->bare >= BARE_SHARE && located->inked < OTHER_PRINT)
        return ELEMENT_ABSENT;
    bool clear = located->visible >= CLEAR_SHARE;
    double least = located->ncc >= ALTERED_NCC ? LOST_SHARE : LOST_SHARE_OTHER;
    return clear && located->bare >= least ? ELEMENT_ALTERED : ELEMENT_OCCLUDED;
}

/* Crops what stands at to_page, finds what covers it and scores it. */
static bool examine(const struct side *side, const struct side_patches *patches,
                    struct located *located, struct err *err)
{
    const struct element_model *element = located->element;
    image_finish(&located->seen);
    image_finish(&located->strength);
    image_finish(&located->open);
    /* Width and height such that the crop has exactly the pixels of `fine`. */
    double w = px_to_mm(element->fine.width, FINE_DPI),
           h = px_to_mm(element->fine.height, FINE_DPI);
    if (!crop_strength(side, &located->to_page, w, h, FINE_DPI, &located->seen, &located->strength,
                       err))
        return false;
    if (located->seen.width != element->fine.width || located->seen.height != element->fine.height)
        return err_set(err, "crop of %s came out at %dx%d instead of %dx%d", element->data->name,
                       located->seen.width, located->seen.height, element->fine.width,
                       element->fine.height);
    if (!cover_open(&located->seen, &located->to_page, patches, side->paper_rgb, element,
                    &located->open, err) ||
        !score_visible(located, err))
        return false;
    located->state = state_of(located);
    return true;
}

static bool inside(const struct side *side, const struct affine *to_page, double w, double h)
{
    double middle[2];
    affine_apply(to_page, w / 2, h / 2, middle);
    return middle[0] > 0 && middle[1] > 0 && middle[0] < side->size_mm[0] &&
           middle[1] < side->size_mm[1];
}

/* The widest run of columns that nothing covers, as a view of the element's ink. */
static struct image widest_open(const struct located *located, int *ret_x)
{
    int best = 0, run = 0;
    *ret_x = 0;
    for (int x = 0; x < located->open.width; x++) {
        int open = 0;
        for (int y = 0; y < located->open.height; y++)
            open += image_row(&located->open, y)[x] != 0;
        run = open >= COLUMN_OPEN * located->open.height ? run + 1 : 0;
        if (run > best) {
            best = run;
            *ret_x = x - run + 1;
        }
    }
    return image_view(&located->element->fine, *ret_x, 0, best, located->element->fine.height);
}

/* What lies over a part of the element pulled at the place found by all of it: places it again by
 * the part that can be seen, and keeps the better of the two. */
static bool relocate_by_visible(const struct side *side, const struct side_patches *patches,
                                const struct affine *laid, struct located *located, struct err *err)
{
    int x;
    struct image part = widest_open(located, &x);
    double offset = px_to_mm(x, FINE_DPI), shift[2] = {0, 0}, ncc;
    if (px_to_mm(part.width, FINE_DPI) < OPEN_MIN_MM)
        return true;
    struct affine part_laid = moved(laid, offset, 0);
    if (!search(side, &part_laid, &part, SEARCH_MM, shift, &ncc, err))
        return false;
    if (ncc < FOUND_NCC)
        return true;
    struct located again = {
        .element = located->element, .scan_side = located->scan_side, .scale = 1};
    struct affine part_page = moved(&part_laid, shift[0], shift[1]);
    bool ok = refine_by_halves(side, &part, &part_page, &again.scale, err);
    again.to_page = moved(&part_page, -offset, 0);
    memcpy(again.shift_mm, shift, sizeof shift);
    ok = ok && examine(side, patches, &again, err);
    if (ok && again.visible >= VISIBLE_MIN && again.ncc > located->ncc) {
        located_finish(located);
        *located = again;
    } else {
        located_finish(&again);
    }
    return ok;
}

static bool locate_within(const struct side *side, const struct side_patches *patches,
                          const struct affine *laid, double search_mm, struct located *located,
                          struct err *err)
{
    const struct element_model *element = located->element;
    double shift[2] = {0, 0}, ncc;
    if (!search(side, laid, &element->fine, search_mm, shift, &ncc, err))
        return false;
    located->to_page = *laid;
    located->scale = 1;
    if (ncc >= ALTERED_NCC) {
        located->to_page = moved(laid, shift[0], shift[1]);
        located->shift_mm[0] = shift[0];
        located->shift_mm[1] = shift[1];
    }
    if (ncc >= REFINE_NCC &&
        !refine_by_halves(side, &element->fine, &located->to_page, &located->scale, err))
        return false;
    if (!examine(side, patches, located, err))
        return false;
    bool partly = located->visible >= VISIBLE_MIN && located->visible < CLEAR_SHARE;
    return !partly || relocate_by_visible(side, patches, laid, located, err);
}

/* A difference on the page along the element's own axes. */
static void to_element_axes(const struct affine *laid, double dx, double dy, double ret[2])
{
    struct affine turn = *laid, back;
    turn.m[2] = turn.m[5] = 0;
    if (!affine_invert(&turn, &back))
        back = affine_identity();
    affine_apply(&back, dx, dy, ret);
}

/* About the element's middle. */
static struct affine scaled_about_middle(const struct affine *laid, const double box_mm[4],
                                         double scale)
{
    struct affine grow = {
        {scale, 0, (1 - scale) * box_mm[2] / 2, 0, scale, (1 - scale) * box_mm[3] / 2}};
    return affine_multiply(laid, &grow);
}

/* Second try for an element that is not at its place: moved by up to FAR_SEARCH_MM, or carried away
 * by a reprint in another size. Keeps what was found first unless this finds the element. */
static bool locate_far(const struct side *side, const struct side_patches *patches,
                       const struct affine *laid, struct located *located, struct err *err)
{
    const struct element_model *element = located->element;
    double best = 0, best_scale = 1, best_shift[2] = {0, 0};
    for (double off = -FAR_SCALE; off <= FAR_SCALE + FAR_SCALE_STEP / 2; off += FAR_SCALE_STEP) {
        struct affine at = scaled_about_middle(laid, element->data->box_mm, 1 + off);
        double shift[2] = {0, 0}, ncc;
        if (!search(side, &at, &element->fine, FAR_SEARCH_MM, shift, &ncc, err))
            return false;
        if (ncc > best) {
            best = ncc;
            best_scale = 1 + off;
            memcpy(best_shift, shift, sizeof shift);
        }
    }
    if (best < ALTERED_NCC)
        return true;
    struct affine scaled = scaled_about_middle(laid, element->data->box_mm, best_scale);
    struct affine at = moved(&scaled, best_shift[0], best_shift[1]);
    struct located far = {.element = element, .scan_side = located->scan_side};
    if (!locate_within(side, patches, &at, SEARCH_MM, &far, err)) {
        located_finish(&far);
        return false;
    }
    if (far.state != ELEMENT_FOUND) {
        located_finish(&far);
        return true;
    }
    if (far.scale != 1) /* else too narrow to tell: the step that fitted best is no measurement */
        far.scale *= best_scale;
    double middle[2], here[2];
    affine_apply(laid, element->data->box_mm[2] / 2, element->data->box_mm[3] / 2, middle);
    affine_apply(&far.to_page, element->data->box_mm[2] / 2, element->data->box_mm[3] / 2, here);
    to_element_axes(laid, here[0] - middle[0], here[1] - middle[1], far.shift_mm);
    located_finish(located);
    *located = far;
    return true;
}

static bool locate_one(const struct side *side, const struct side_patches *patches,
                       const struct affine *page, struct located *located, struct err *err)
{
    const struct template_element *data = located->element->data;
    struct affine laid = moved(page, data->box_mm[0], data->box_mm[1]);
    if (!inside(side, &laid, data->box_mm[2], data->box_mm[3])) {
        located->to_page = laid;
        return true;
    }
    if (!locate_within(side, patches, &laid, SEARCH_MM, located, err))
        return false;
    if (located->state == ELEMENT_FOUND || located->state == ELEMENT_OCCLUDED)
        return true;
    return locate_far(side, patches, &laid, located, err);
}

/* The turn of a side on which nothing was recognised is an assumption (match.c). What is said to be
 * absent must then be bare paper the other way up as well. */
static bool doubt_turn(const struct side *side, const struct side_patches *patches,
                       const struct affine *other_page, struct located *located, struct err *err)
{
    struct located turned = {.element = located->element, .scan_side = located->scan_side};
    if (!locate_one(side, patches, other_page, &turned, err)) {
        located_finish(&turned);
        return false;
    }
    if (turned.state == ELEMENT_FOUND) {
        located_finish(located);
        *located = turned;
        return true;
    }
    if (turned.state != ELEMENT_ABSENT)
        located->state = ELEMENT_OCCLUDED;
    located_finish(&turned);
    return true;
}

bool locate_elements(const struct scan *scan, const struct placement *place,
                     const struct side_patches patches[SIDE_COUNT], struct located *ret,
                     struct err *err)
{
    const struct model *model = place->model;
    memset(ret, 0, sizeof *ret * TEMPLATE_ELEMENTS_MAX);
    for (int i = 0; i < model->data.n_elements; i++) {
        enum side_name side = model->data.element[i].side;
        ret[i].element = &model->element[i];
        ret[i].scan_side = place->scan_side[side];
        ret[i].scale = 1;
        if (!place->has[side])
            continue;
        const struct side *on = &scan->side[ret[i].scan_side];
        const struct side_patches *over = &patches[ret[i].scan_side];
        if (!locate_one(on, over, &place->page[side], &ret[i], err) ||
            (place->assumed[side] && ret[i].state == ELEMENT_ABSENT &&
             !doubt_turn(on, over, &place->other_page[side], &ret[i], err)))
            return false;
        /* A page laid by features has taken a reprint's size into itself. */
        if (place->by_features[side] && ret[i].scale != 1)
            ret[i].scale *= hypot(place->page[side].m[0], place->page[side].m[3]);
    }
    return true;
}

void laid_box(const struct affine *to_page, const double part_mm[4], double ret_mm[4])
{
    double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};
    for (int k = 0; k < 4; k++) {
        double p[2];
        affine_apply(to_page, part_mm[0] + (k & 1 ? part_mm[2] : 0),
                     part_mm[1] + (k & 2 ? part_mm[3] : 0), p);
        for (int c = 0; c < 2; c++) {
            low[c] = fmin(low[c], p[c]);
            high[c] = fmax(high[c], p[c]);
        }
    }
    ret_mm[0] = low[0];
    ret_mm[1] = low[1];
    ret_mm[2] = high[0] - low[0];
    ret_mm[3] = high[1] - low[1];
}

void located_box(const struct located *located, double ret_mm[4])
{
    const double *box = located->element->data->box_mm;
    laid_box(&located->to_page, (const double[]){0, 0, box[2], box[3]}, ret_mm);
}
