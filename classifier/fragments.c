/* A normalised correlation of a whole element says little once a label hides most of it, a pen went
 * through it, or its parts stand elsewhere among themselves: what differs drowns what is the same.
 * Cut into fragments of 4-5 mm, what is the same stays so, and agreement of several fragments on
 * one shift is hardly chance. One fragment finds a place where it correlates 0.6-0.8 with other
 * print within some millimetres; below FRAGMENT_FLOOR it has no say. Strangers' print seldom
 * reaches FRAGMENTS_AGREE at one shift (lines of text that happen to lie on ours): that only
 * proposes a place, and the comparison at 300 dpi refutes it.
 *
 * A fragment speaks for the firm only when it has edges both ways: a stretch of a rule or the side
 * of a solid is alike on everybody's mail, and slides along itself. The length of edge in the
 * weaker direction is the smaller eigenvalue of the structure tensor over what a millimetre of
 * printed edge contributes to it. */
#include "classifier/fragments.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "classifier/place_search.h"
#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define FRAGMENT_MM 4.5      /* three letters of 9 pt, or half the height of a script line */
#define FRAGMENT_INK_MM2 0.5 /* a letter; less is a speck, or a corner of something */
#define FRAGMENT_EDGE_MM 2.0 /* of edge in the weaker direction: the crossbars of two letters */
#define EDGE_ENERGY 0.28     /* of squared gradient across an edge of height 1, soft by sd 1 px */
#define FRAGMENT_FLOOR 0.5   /* correlation that unrelated print reaches at one shift in thirty */
#define SAME_NCC 0.9         /* of a fragment at 300 dpi: the same letters in the same type */
#define SAME_SLACK_PX 2      /* stretch, and letters of two passes through a press */
#define PLACED_NCC 0.75 /* a fragment that may say where the element is, to a fraction of a px */
#define PLACE_SEARCH_MM 0.7 /* two pixels of the vote */
#define PART_MIN_PX 4       /* of a fragment at COARSE_DPI */
#define FRAGMENT_OPEN 0.6   /* of a fragment's print must be seen to compare it */

static double mm2_of(long fine_px)
{
    return (double)fine_px * fine_mm(1) * fine_mm(1);
}

/* Length of edge, mm, in the direction that has less of it; only under `mask` unless NULL. */
static double weaker_edge_mm(const struct image *fine, const struct image *mask, double contrast)
{
    double xx = 0, xy = 0, yy = 0;
    for (int y = 1; y + 1 < fine->height; y++) {
        const uint8_t *above = image_row(fine, y - 1), *here = image_row(fine, y);
        const uint8_t *below = image_row(fine, y + 1);
        for (int x = 1; x + 1 < fine->width; x++) {
            double dx = (here[x + 1] - here[x - 1]) / 2.0, dy = (below[x] - above[x]) / 2.0;
            if (mask && !image_row(mask, y)[x])
                continue;
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
    }
    double weaker = (xx + yy) / 2 - hypot((xx - yy) / 2, xy);
    contrast = fmax(contrast, INK_MIN_STRENGTH);
    return fine_mm(weaker / (EDGE_ENERGY * contrast * contrast));
}

double fragments_open_edge_mm(const struct located *located)
{
    return weaker_edge_mm(&located->element->fine, &located->open, located->element->contrast);
}

static int cells_along(int length_px)
{
    int n = (int)lround(fine_mm(length_px) / FRAGMENT_MM);
    return n < 1 ? 1 : n;
}

void fragments_cut(struct element_model *element)
{
    const struct image *fine = &element->fine;
    int across = cells_along(fine->width), down = cells_along(fine->height);
    element->n_fragments = 0;
    for (int k = 0; k < across * down && element->n_fragments < ELEMENT_FRAGMENTS_MAX; k++) {
        int i = k % across, j = k / across;
        struct fragment fragment = {.x = fine->width * i / across, .y = fine->height * j / down};
        fragment.w = fine->width * (i + 1) / across - fragment.x;
        fragment.h = fine->height * (j + 1) / down - fragment.y;
        struct image part = image_view(fine, fragment.x, fragment.y, fragment.w, fragment.h);
        struct image print =
            image_view(&element->fine_mask, fragment.x, fragment.y, fragment.w, fragment.h);
        if (mm2_of(mask_area(&print)) >= FRAGMENT_INK_MM2 &&
            weaker_edge_mm(&part, NULL, element->contrast) >= FRAGMENT_EDGE_MM)
            element->fragment[element->n_fragments++] = fragment;
    }
}

/* Adds what one fragment says of each shift to `sum`. */
static bool add_vote(const struct image *page, const struct image *part, const int at[2],
                     int search_px, struct plane *sum, struct err *err)
{
    int x = at[0] - search_px, y = at[1] - search_px;
    struct image window =
        image_view(page, x, y, part->width + 2 * search_px, part->height + 2 * search_px);
    if (part->width < PART_MIN_PX || part->height < PART_MIN_PX || window.width < part->width ||
        window.height < part->height || image_percentile(part, NULL, 0.999) < INK_MIN_STRENGTH)
        return true;
    struct cv_extremes range;
    struct plane score = {0};
    struct err flat;
    if (!cv_min_max(&window, NULL, &range, err))
        return false;
    if (range.max < INK_MIN_STRENGTH) /* bare paper, as mostly */
        return true;
    if (!cv_match_template(&window, part, NULL, &score, &flat))
        return true;                                 /* a part without contrast has no say */
    int left = x < 0 ? -x : 0, top = y < 0 ? -y : 0; /* where image_view clipped */
    for (int v = 0; v < score.height; v++)
        for (int u = 0; u < score.width; u++) {
            double over = (double)score.data[v * score.width + u] - FRAGMENT_FLOOR;
            if (over > 0)
                sum->data[(v + top) * sum->width + u + left] += (float)over;
        }
    plane_finish(&score);
    return true;
}

bool fragments_vote(const struct element_model *element, const struct image *page,
                    const int origin_px[2], int search_px, double *ret_agreement,
                    double ret_shift_px[2], struct err *err)
{
    struct plane sum = {0};
    double to_coarse = COARSE_DPI / FINE_DPI, peak[2];
    *ret_agreement = 0;
    ret_shift_px[0] = ret_shift_px[1] = 0;
    if (element->n_fragments == 0)
        return true;
    bool ok = plane_create(&sum, 2 * search_px + 1, 2 * search_px + 1, err);
    for (int i = 0; ok && i < element->n_fragments; i++) {
        const struct fragment *fragment = &element->fragment[i];
        int x = (int)lround(fragment->x * to_coarse), y = (int)lround(fragment->y * to_coarse);
        struct image part = image_view(&element->coarse, x, y, (int)lround(fragment->w * to_coarse),
                                       (int)lround(fragment->h * to_coarse));
        int at[2] = {origin_px[0] + x, origin_px[1] + y};
        ok = add_vote(page, &part, at, search_px, &sum, err);
    }
    ok = ok && plane_peak(&sum, peak, ret_agreement, err);
    for (int c = 0; ok && c < 2; c++)
        ret_shift_px[c] = peak[c] - search_px;
    plane_finish(&sum);
    return ok;
}

/* Median over the fragments that are found near their place. */
static bool refine_place(const struct side *side, const struct element_model *element,
                         const struct affine *laid, struct affine *ret, bool *ret_found,
                         struct err *err)
{
    double shift[2][ELEMENT_FRAGMENTS_MAX];
    int n = 0;
    for (int i = 0; i < element->n_fragments; i++) {
        const struct fragment *fragment = &element->fragment[i];
        struct image part =
            image_view(&element->fine, fragment->x, fragment->y, fragment->w, fragment->h);
        struct affine at = affine_moved(laid, fine_mm(fragment->x), fine_mm(fragment->y));
        double off[2], ncc;
        if (!search_part(side, &at, &part, PLACE_SEARCH_MM, off, &ncc, err))
            return false;
        if (ncc < PLACED_NCC)
            continue;
        shift[0][n] = off[0];
        shift[1][n++] = off[1];
    }
    *ret_found = n > 0;
    if (n > 0)
        *ret = affine_moved(laid, median_of(shift[0], n), median_of(shift[1], n));
    return true;
}

bool fragments_place(const struct side *side, const struct element_model *element,
                     const struct affine *to_page, double search_mm, struct affine *ret,
                     bool *ret_found, struct err *err)
{
    double w = fine_mm(element->fine.width), h = fine_mm(element->fine.height);
    double mm = MM_PER_INCH / COARSE_DPI, agreement, shift[2];
    int search_px = (int)lround(search_mm / mm);
    const int origin[2] = {search_px, search_px};
    struct affine window_at = affine_moved(to_page, -search_px * mm, -search_px * mm);
    struct image window = {0};
    *ret_found = false;
    if (element->n_fragments == 0)
        return true;
    bool ok = crop_strength(side, &window_at, w + 2 * search_px * mm, h + 2 * search_px * mm,
                            COARSE_DPI, NULL, &window, err) &&
              fragments_vote(element, &window, origin, search_px, &agreement, shift, err);
    image_finish(&window);
    if (!ok || agreement < FRAGMENTS_AGREE)
        return ok;
    struct affine laid = affine_moved(to_page, shift[0] * mm, shift[1] * mm);
    return refine_place(side, element, &laid, ret, ret_found, err);
}

/* Correlation of a fragment at its place; one that is nearly the same is tried beside it as well.
 */
static double likeness_of(const struct fragment *fragment, const struct image *expected,
                          const struct image *seen, const struct image *near)
{
    struct image part = image_view(expected, fragment->x, fragment->y, fragment->w, fragment->h);
    struct image mask = image_view(near, fragment->x, fragment->y, fragment->w, fragment->h);
    struct image here = image_view(seen, fragment->x, fragment->y, fragment->w, fragment->h);
    double best = image_correlation(&part, &here, &mask);
    for (int dy = -SAME_SLACK_PX; dy <= SAME_SLACK_PX && best >= PLACED_NCC; dy++)
        for (int dx = -SAME_SLACK_PX; dx <= SAME_SLACK_PX && best < SAME_NCC; dx++) {
            here = image_view(seen, fragment->x + dx, fragment->y + dy, fragment->w, fragment->h);
            if (fragment->x + dx >= 0 && fragment->y + dy >= 0 && here.width == fragment->w &&
                here.height == fragment->h)
                best = fmax(best, image_correlation(&part, &here, &mask));
        }
    return best;
}

void fragments_compare(struct located *located, const struct image *expected,
                       const struct image *seen, const struct image *near)
{
    const struct element_model *element = located->element;
    double same = 0, all = 0;
    located->same_fragments = 0;
    for (int i = 0; i < element->n_fragments; i++) {
        const struct fragment *fragment = &element->fragment[i];
        struct image print =
            image_view(&element->fine_mask, fragment->x, fragment->y, fragment->w, fragment->h);
        struct image open =
            image_view(&located->open, fragment->x, fragment->y, fragment->w, fragment->h);
        if (mask_share(&print, &open) < FRAGMENT_OPEN)
            continue;
        double mm2 = mm2_of(mask_area(&print));
        all += mm2;
        if (likeness_of(fragment, expected, seen, near) < SAME_NCC)
            continue;
        same += mm2;
        located->same_fragments++;
    }
    located->same_mm2 = same;
    located->same = all > 0 ? same / all : 0;
}
