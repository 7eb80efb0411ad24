/* The paper by its contrast to the backing.
 *
 * A scanner's backing is plain, neutral (black, grey or white) and reaches the border of the image;
 * the paper need not be either. So every plain neutral colour that the border shows is tried as the
 * backing: what differs from it, less thin things (streaks, text), is a candidate for the paper,
 * and it is taken when straight lines run along its four sides. Paper that was cropped to its edges
 * shows its own colour at the border: then only print differs, which is no rectangle, or (a label)
 * leaves other print outside of it.
 *
 * Accuracy before refinement is about 0.1 mm on a clean edge. It fails when the paper's tint is
 * within BACKING_WEAK levels of the backing; outline_shadow.c is for that. */
#include "imaging/outline.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STRIP_MM 1.0  /* of the border, looked at for the backing's colour */
#define CORNER_MM 2.0 /* of each corner: all that a tight crop of a skewed sheet leaves */
#define NEUTRAL_MAX                                                                                \
    24                  /* levels between channels; kraft has 60 and more, a grey backing below 10 \
                         */
#define SAME_COLOUR 10  /* levels: two borders showing the same backing */
#define PLAIN_SHARE 0.3 /* of a strip or corner, within SAME_COLOUR of its median */
#define BACKING_STRONG 30   /* levels off the backing: safely not its shading */
#define BACKING_WEAK 6      /* levels: light paper on a white backing */
#define BACKING_FAINT 3     /* likewise, on an even lid; only when nothing else is seen */
#define FAINT_STEP 2.0      /* levels across such an edge, */
#define FAINT_ARM_MM 0.8    /* from this far outside to as far inside */
#define PADDING_RANGE 2     /* levels within a row: written by software, no sensor is that quiet */
#define PADDING_KEEP_MM 2.0 /* of padding stays in view as backing */
#define THIN_MM 1.5         /* streaks, letters and cables of dust are thinner */
#define ON_LINE_MM 0.4      /* about one pixel of the view */
#define SUPPORT_GOOD 0.5    /* of a side on its line: a sticker or a tear may hide the rest */
#define SUPPORT_POOR 0.3    /* for one of the four */
#define FILL_MIN 0.5        /* of the rectangle: dark print on a dark backing leaves holes */
#define OUTSIDE_MAX 0.03    /* of the rectangle's area, lying outside of it: else it is a label */
#define SPREAD_MAX 0.03     /* rad between sides: paper is square to better than that */
#define CUT_COST 0.2        /* of the score, for each side at the border of the image */
#define COLOURS_MAX 12      /* four strips, twice, and four corners */

struct colour {
    int rgb[3];
};

struct padding { /* rows and columns at each border, px, and what they hold */
    int side[OUTLINE_SIDES];
    uint8_t value[OUTLINE_SIDES][3];
};

/* The median colour of a part of the border, and whether it is plain: where half is backing and
 * half is paper, the median is what lies between the two. */
static bool plain_colour(const struct image *picture, int x, int y, int w, int h,
                         struct colour *ret)
{
    struct image view = image_view(picture, x, y, w, h);
    bool plain = true;
    for (int c = 0; c < 3; c++) {
        uint32_t histogram[256];
        image_histogram(&view, c, histogram);
        int middle = histogram_quantile(histogram, 0.5), like = 0;
        for (int k = middle - SAME_COLOUR; k <= middle + SAME_COLOUR; k++)
            like += k >= 0 && k < 256 ? (int)histogram[k] : 0;
        plain &= like >= PLAIN_SHARE * view.width * view.height;
        ret->rgb[c] = middle;
    }
    return plain;
}

static int colour_distance(const struct colour *a, const struct colour *b)
{
    int most = 0;
    for (int c = 0; c < 3; c++) {
        int difference = abs(a->rgb[c] - b->rgb[c]);
        most = difference > most ? difference : most;
    }
    return most;
}

static bool is_neutral(const struct colour *colour)
{
    int low = 255, high = 0;
    for (int c = 0; c < 3; c++) {
        low = colour->rgb[c] < low ? colour->rgb[c] : low;
        high = colour->rgb[c] > high ? colour->rgb[c] : high;
    }
    return high - low <= NEUTRAL_MAX;
}

static int pixels_of(double mm, double mm_per_pixel)
{
    int n = (int)(mm / mm_per_pixel + 0.5);
    return n < 1 ? 1 : n;
}

/* The distinct neutral colours that the border shows. */
static int backing_colours(const struct outline_view *view, struct colour ret[COLOURS_MAX])
{
    const struct image *picture = view->picture;
    int w = picture->width, h = picture->height, n = 0, n_seen = 0;
    struct colour seen[COLOURS_MAX];
    for (int wide = 0; wide < 2; wide++) {
        int bx = wide ? pixels_of(STRIP_MM, view->mm_x) : 1;
        int by = wide ? pixels_of(STRIP_MM, view->mm_y) : 1;
        const int strip[4][4] = {
            {0, 0, bx, h}, {0, 0, w, by}, {w - bx, 0, bx, h}, {0, h - by, w, by}};
        for (int k = 0; k < 4; k++)
            n_seen += plain_colour(picture, strip[k][0], strip[k][1], strip[k][2], strip[k][3],
                                   &seen[n_seen]);
    }
    int cx = pixels_of(CORNER_MM, view->mm_x), cy = pixels_of(CORNER_MM, view->mm_y);
    for (int corner = 0; corner < 4; corner++)
        n_seen += plain_colour(picture, corner & 1 ? w - cx : 0, corner & 2 ? h - cy : 0, cx, cy,
                               &seen[n_seen]);
    for (int i = 0; i < n_seen; i++) {
        bool known = !is_neutral(&seen[i]);
        for (int j = 0; j < n && !known; j++)
            known = colour_distance(&seen[i], &ret[j]) <= SAME_COLOUR;
        if (!known)
            ret[n++] = seen[i];
    }
    return n;
}

static bool is_value(const uint8_t *pixel, const uint8_t *value)
{
    for (int c = 0; c < 3; c++)
        if (abs(pixel[c] - value[c]) > PADDING_RANGE)
            return false;
    return true;
}

/* Whether a row (or column) holds one value only, that of the outermost one. */
static bool is_padding(const struct image *picture, bool column, int index, const uint8_t *value)
{
    int n = column ? picture->height : picture->width;
    for (int i = 0; i < n; i++) {
        const uint8_t *pixel = column ? image_row(picture, i) + (size_t)index * 3
                                      : image_row(picture, index) + (size_t)i * 3;
        if (!is_value(pixel, value))
            return false;
    }
    return true;
}

static struct padding measure_padding(const struct image *picture)
{
    struct padding padding = {.side = {0}};
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        bool column = outline_is_upright((enum outline_side)side);
        bool far_end = side == OUTLINE_RIGHT || side == OUTLINE_BOTTOM;
        int n = column ? picture->width : picture->height, first = far_end ? n - 1 : 0, k = 0;
        const uint8_t *value =
            column ? image_row(picture, 0) + (size_t)first * 3 : image_row(picture, first);
        while (k < n && is_padding(picture, column, far_end ? n - 1 - k : k, value))
            k++;
        padding.side[side] = k == n ? 0 : k; /* an image of one colour has no padding */
        memcpy(padding.value[side], value, 3);
    }
    return padding;
}

static bool in_padding(const struct padding *padding, const struct image *picture, int x, int y)
{
    return y < padding->side[OUTLINE_TOP] || y >= picture->height - padding->side[OUTLINE_BOTTOM] ||
           x < padding->side[OUTLINE_LEFT] || x >= picture->width - padding->side[OUTLINE_RIGHT];
}

/* A skewed sheet leaves wedges of it within the rows that the sheet reaches. */
static bool is_padding_colour(const struct padding *padding, const uint8_t *pixel)
{
    for (int side = 0; side < OUTLINE_SIDES; side++)
        if (padding->side[side] && is_value(pixel, padding->value[side]))
            return true;
    return false;
}

/* 255 where the picture is not the backing; padding counts as backing. */
static bool foreground(const struct outline_view *view, const struct colour *backing, int tolerance,
                       const struct padding *padding, struct image *ret, struct err *err)
{
    const struct image *picture = view->picture;
    uint8_t low[3], high[3];
    struct image same;
    for (int c = 0; c < 3; c++) {
        int value = backing->rgb[c];
        low[c] = (uint8_t)(value > tolerance ? value - tolerance : 0);
        high[c] = (uint8_t)(value + tolerance < 255 ? value + tolerance : 255);
    }
    if (!cv_in_range(picture, low, high, &same, err))
        return false;
    bool ok = cv_threshold(&same, 0, true, ret, err);
    image_finish(&same);
    for (int y = 0; ok && y < ret->height; y++)
        for (int x = 0; x < ret->width; x++)
            if (in_padding(padding, picture, x, y) ||
                is_padding_colour(padding, image_row(picture, y) + (size_t)x * 3))
                image_row(ret, y)[x] = 0;
    return ok;
}

static int largest_component(const struct cv_components *parts)
{
    int best = 0;
    for (int i = 1; i < parts->n; i++)
        if (best == 0 || parts->component[i].area > parts->component[best].area)
            best = i;
    return best;
}

/* The outermost pixels of one component as seen from a side, one a row or column. */
static void rim_points(const struct outline_view *view, const struct cv_components *parts,
                       int label, enum outline_side side, struct outline_points *ret)
{
    bool upright = outline_is_upright(side);
    bool far_end = side == OUTLINE_RIGHT || side == OUTLINE_BOTTOM;
    int n = upright ? parts->height : parts->width, depth = upright ? parts->width : parts->height;
    double mm_t = upright ? view->mm_y : view->mm_x, mm_s = upright ? view->mm_x : view->mm_y;
    ret->n = 0;
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < depth; k++) {
            int j = far_end ? depth - 1 - k : k;
            size_t at = upright ? (size_t)i * (size_t)parts->width + (size_t)j
                                : (size_t)j * (size_t)parts->width + (size_t)i;
            if (parts->label[at] != label)
                continue;
            ret->t[ret->n] = (i + 0.5) * mm_t;
            ret->s[ret->n++] = (far_end ? j + 1 : j) * mm_s; /* the pixel's outer edge */
            break;
        }
    }
}

static bool fit_sides(const struct outline_view *view, const struct cv_components *parts, int label,
                      struct outline *ret, struct err *err)
{
    size_t n = (size_t)(parts->width > parts->height ? parts->width : parts->height);
    struct outline_points points = {.t = calloc(n, sizeof(double)), .s = calloc(n, sizeof(double))};
    int on[OUTLINE_SIDES] = {0};
    bool ok = points.t && points.s, all = ok;
    for (int side = 0; side < OUTLINE_SIDES && all; side++) {
        rim_points(view, parts, label, (enum outline_side)side, &points);
        on[side] = outline_fit_line(&points, ON_LINE_MM, OUTLINE_SLOPE_MAX, &ret->line[side]);
        all = on[side] > 0;
    }
    free(points.t);
    free(points.s);
    if (!ok)
        return err_set(err, "no memory for the rim of the paper");
    ret->found = all;
    if (!all)
        return true;
    double corner[4][2];
    outline_corners(ret, corner);
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        bool upright = outline_is_upright((enum outline_side)side);
        const double *from = corner[(side + 3) % 4], *to = corner[side];
        double length = fabs(upright ? to[1] - from[1] : to[0] - from[0]);
        double seen = on[side] * (upright ? view->mm_y : view->mm_x);
        ret->line[side].support = length > 0 ? fmin(1, seen / length) : 0;
    }
    return true;
}

/* A line along the border of the image is where the scan ends, not the paper. */
static void mark_cut_sides(const struct outline_view *view, struct outline *outline)
{
    double w = view->picture->width * view->mm_x, h = view->picture->height * view->mm_y;
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        bool upright = outline_is_upright((enum outline_side)side);
        bool far_end = side == OUTLINE_RIGHT || side == OUTLINE_BOTTOM;
        double border = !far_end ? 0 : upright ? w : h, along = upright ? h : w;
        struct outline_line *line = &outline->line[side];
        double pixel = upright ? view->mm_x : view->mm_y;
        if (fabs(line->at0 - border) <= pixel &&
            fabs(line->at0 + line->slope * along - border) <= pixel)
            *line = (struct outline_line){.at0 = border, .cut = true, .support = line->support};
    }
}

/* Parts of the rectangle: how much of it is foreground, and how much foreground lies elsewhere. */
static void measure_fill(const struct outline_view *view, const struct image *mask,
                         const struct outline *outline, double *ret_fill, double *ret_outside)
{
    double inside = 0, filled = 0, outside = 0;
    for (int y = 0; y < mask->height; y++) {
        const uint8_t *row = image_row(mask, y);
        for (int x = 0; x < mask->width; x++) {
            double px = (x + 0.5) * view->mm_x, py = (y + 0.5) * view->mm_y;
            if (outline_contains(outline, px, py, 0)) {
                inside++;
                filled += row[x] != 0;
            } else if (row[x] && !outline_contains(outline, px, py, THIN_MM)) {
                outside++;
            }
        }
    }
    *ret_fill = inside > 0 ? filled / inside : 0;
    *ret_outside = inside > 0 ? outside / inside : INFINITY;
}

/* 0 when it is no sheet of paper, else the higher the better: of two rectangles the larger (print
 * as dark as the backing hides a part of the paper at the stronger tolerance), unless it runs into
 * the border. */
static double judge(const struct outline_view *view, const struct image *mask,
                    const struct outline *outline)
{
    double lowest = 1, sum = 0, area, spread, fill, outside;
    int n_poor = 0, n_cut = 0;
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        double support = outline->line[side].support;
        n_poor += support < SUPPORT_GOOD;
        n_cut += outline->line[side].cut;
        lowest = fmin(lowest, support);
        sum += support;
    }
    outline_turn(outline, &spread);
    if (!outline_is_mail(outline, &area) || n_cut == OUTLINE_SIDES || n_poor > 1 ||
        lowest < SUPPORT_POOR || spread > SPREAD_MAX)
        return 0;
    measure_fill(view, mask, outline, &fill, &outside);
    if (fill < FILL_MIN || outside > OUTSIDE_MAX)
        return 0;
    return area * fill * (sum / OUTLINE_SIDES) * (1 - CUT_COST * n_cut);
}

static double level_at(const struct outline_view *view, double x_mm, double y_mm)
{
    const struct image *picture = view->picture;
    int x = (int)(x_mm / view->mm_x), y = (int)(y_mm / view->mm_y);
    x = x < 0 ? 0 : x >= picture->width ? picture->width - 1 : x;
    y = y < 0 ? 0 : y >= picture->height ? picture->height - 1 : y;
    const uint8_t *rgb = image_row(picture, y) + (size_t)x * 3;
    return (rgb[0] + rgb[1] + rgb[2]) / 3.0;
}

/* Levels from just outside of a side to just inside, the median along it. */
static double step_across(const struct outline_view *view, const struct outline *outline, int side)
{
    enum { PLACES = 101 };
    double corner[4][2], step[PLACES];
    outline_corners(outline, corner);
    const double *from = corner[(side + 3) % 4], *to = corner[side];
    bool upright = outline_is_upright((enum outline_side)side);
    double inwards = side == OUTLINE_LEFT || side == OUTLINE_TOP ? FAINT_ARM_MM : -FAINT_ARM_MM;
    for (int i = 0; i < PLACES; i++) {
        double t = (i + 1.0) / (PLACES + 1);
        double x = from[0] + t * (to[0] - from[0]), y = from[1] + t * (to[1] - from[1]);
        double dx = upright ? inwards : 0, dy = upright ? 0 : inwards;
        step[i] = level_at(view, x + dx, y + dy) - level_at(view, x - dx, y - dy);
    }
    return outline_median(step, PLACES);
}

/* Shading falls off over centimetres, paper ends at once, and alike on all sides. */
static bool ends_at_once(const struct outline_view *view, const struct outline *outline)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        if (outline->line[side].cut)
            continue;
        double step = step_across(view, outline, side);
        low = fmin(low, step);
        high = fmax(high, step);
    }
    return low >= FAINT_STEP || high <= -FAINT_STEP;
}

/* Tries one backing; keeps the outline in *best when it is better. */
static bool try_backing(const struct outline_view *view, const struct colour *backing,
                        int tolerance, const struct padding *padding, struct outline *best,
                        double *best_score, struct err *err)
{
    struct image mask = {0}, solid = {0};
    struct cv_components parts = {0};
    struct outline outline = {0};
    bool ok = foreground(view, backing, tolerance, padding, &mask, err) &&
              cv_morph(&mask, CV_MORPH_OP_OPEN, CV_MORPH_BOX, pixels_of(THIN_MM, view->mm_x),
                       pixels_of(THIN_MM, view->mm_y), &solid, err) &&
              cv_components_find(&solid, 4, &parts, err);
    int label = ok ? largest_component(&parts) : 0;
    if (label > 0)
        ok = fit_sides(view, &parts, label, &outline, err);
    if (ok && outline.found) {
        mark_cut_sides(view, &outline);
        double score = judge(view, &mask, &outline);
        if (tolerance == BACKING_FAINT && !ends_at_once(view, &outline))
            score = 0;
        if (score > *best_score) {
            *best_score = score;
            *best = outline;
        }
    }
    image_finish(&mask);
    image_finish(&solid);
    cv_components_finish(&parts);
    return ok;
}

static struct padding less_kept(struct padding padding, const struct outline_view *view)
{
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        int keep = pixels_of(PADDING_KEEP_MM,
                             outline_is_upright((enum outline_side)side) ? view->mm_x : view->mm_y);
        padding.side[side] = padding.side[side] > keep ? padding.side[side] - keep : 0;
    }
    return padding;
}

bool outline_by_contrast(const struct outline_view *view, struct outline *ret, struct err *err)
{
    static const int tolerances[] = {BACKING_STRONG, BACKING_WEAK, BACKING_FAINT};
    struct colour colours[COLOURS_MAX];
    struct padding padding = measure_padding(view->picture), trim = less_kept(padding, view);
    struct image rest =
        image_view(view->picture, trim.side[OUTLINE_LEFT], trim.side[OUTLINE_TOP],
                   view->picture->width - trim.side[OUTLINE_LEFT] - trim.side[OUTLINE_RIGHT],
                   view->picture->height - trim.side[OUTLINE_TOP] - trim.side[OUTLINE_BOTTOM]);
    struct outline_view shown = {.picture = &rest, .mm_x = view->mm_x, .mm_y = view->mm_y};
    struct outline best = {0};
    double best_score = 0;
    int n = backing_colours(&shown, colours);
    for (size_t k = 0; k < sizeof tolerances / sizeof tolerances[0]; k++)
        for (int i = 0; i < n && !(tolerances[k] == BACKING_FAINT && best_score > 0); i++)
            if (!try_backing(view, &colours[i], tolerances[k], &padding, &best, &best_score, err))
                return false;
    best.found = best_score > 0;
    *ret = best;
    return true;
}
