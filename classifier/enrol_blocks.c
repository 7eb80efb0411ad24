/* Blocks vote one by one, so that a small logo is heard beside a large address: each is looked for
 * within SEARCH_MM of its own place by normalised correlation. The firm's print keeps its places
 * among itself to a fraction of a millimetre, franking imprints and addresses wander, so votes only
 * add up when they agree on one shift. Letters still have their shape at 75 dpi; coarser, any two
 * lines of text look alike. */
#include "classifier/enrol_blocks.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define REDUCTION 2        /* 150 -> 75 dpi for the search */
#define SEARCH_MM 7.0      /* print on paper and outline, or the margin of a scan without outline */
#define JOIN_ACROSS_MM 3.6 /* word spaces up to 18 pt */
#define JOIN_DOWN_MM 2.6   /* lines of one block */
#define INK_MIN_MM2 3.0    /* less is a speck, a crease, a hair */
#define BORDER_MM 1.5
#define INK_FULL_MM2                                                                               \
    15.0 /* from here on a block has a whole vote: a line of ten letters at 10 pt */
#define PAGE_SHARE_MAX 0.8 /* of the page: larger is its rim or its shadow */
#define CHANCE_NCC 0.5     /* unrelated print of the same kind reaches as much at 75 dpi */
#define SAME_SHIFT_MM 1.5  /* feeder stretch over the page, and a pixel */
#define REFINE_MM 1.0      /* around the coarse place */
#define AGREES_NCC 0.7     /* at 75 dpi, skewed a little: the same print */
#define REFINE_NCC 0.7

static const double page_px = SIDE_REDUCED_DPI / MM_PER_INCH;

static int by_ink(const void *a, const void *b)
{
    int ia = ((const struct cv_component *)a)->area, ib = ((const struct cv_component *)b)->area;
    return (ib > ia) - (ib < ia);
}

/* The paper's edge, its shadow, what a corner shows of the backing. */
static bool at_border(const struct cv_component *c, const struct image *page)
{
    int border = (int)lround(BORDER_MM * page_px);
    return c->x < border || c->y < border || c->x + c->w > page->width - border ||
           c->y + c->h > page->height - border;
}

bool blocks_find(const struct image *page, struct page_blocks *ret, struct err *err)
{
    struct image ink = {0}, joined = {0};
    struct cv_components found = {0};
    int kept = 0;
    *ret = (struct page_blocks){.page = page};
    bool ok = cv_threshold(page, INK_MIN_STRENGTH, false, &ink, err) &&
              cv_morph(&ink, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, (int)lround(JOIN_ACROSS_MM * page_px),
                       (int)lround(JOIN_DOWN_MM * page_px), &joined, err) &&
              cv_components_find(&joined, 8, &found, err);
    for (int k = 1; ok && k < found.n; k++) {
        struct cv_component c = found.component[k];
        struct image view = image_view(&ink, c.x, c.y, c.w, c.h);
        c.area = (int)mask_area(&view); /* ink, not what the closing filled */
        if (c.area >= INK_MIN_MM2 * page_px * page_px && !at_border(&c, page) &&
            c.w < PAGE_SHARE_MAX * page->width && c.h < PAGE_SHARE_MAX * page->height)
            found.component[kept++] = c;
    }
    if (ok) {
        qsort(found.component, (size_t)kept, sizeof *found.component, by_ink);
        ret->n = kept < PAGE_BLOCKS_MAX ? kept : PAGE_BLOCKS_MAX;
        memcpy(ret->block, found.component, (size_t)ret->n * sizeof *ret->block);
    }
    image_finish(&ink);
    image_finish(&joined);
    cv_components_finish(&found);
    return ok;
}

/* Best place of a block in `page` around where `x, y` (px) would be its corner; ret_shift in px. */
static bool look_for(const struct image *pattern, const struct image *page, int x, int y, int reach,
                     double *ret_ncc, double ret_shift[2], struct err *err)
{
    struct image window = image_view(page, x - reach, y - reach, pattern->width + 2 * reach,
                                     pattern->height + 2 * reach);
    struct plane score = {0};
    double at[2];
    struct err flat;
    *ret_ncc = 0;
    if (window.width < pattern->width || window.height < pattern->height ||
        !cv_match_template(&window, pattern, NULL, &score, &flat))
        return true; /* off the page, or without contrast */
    bool ok = plane_peak(&score, at, ret_ncc, err);
    if (ok) {
        int left = x - reach < 0 ? 0 : x - reach, top = y - reach < 0 ? 0 : y - reach;
        ret_shift[0] = left + at[0] - x;
        ret_shift[1] = top + at[1] - y;
    }
    plane_finish(&score);
    return ok;
}

struct ballot {
    double vote, ncc, shift_mm[2];
};

/* The shift on which most votes agree. */
static struct block_vote count(const struct ballot *ballot, int n)
{
    struct block_vote best = {0};
    for (int i = 0; i < n; i++) {
        struct block_vote sum = {0};
        for (int k = 0; k < n; k++) {
            const struct ballot *b = &ballot[k];
            if (hypot(b->shift_mm[0] - ballot[i].shift_mm[0],
                      b->shift_mm[1] - ballot[i].shift_mm[1]) > SAME_SHIFT_MM)
                continue;
            sum.score += b->vote;
            for (int c = 0; c < 2; c++)
                sum.shift_mm[c] += b->vote * b->shift_mm[c];
        }
        if (sum.score <= best.score)
            continue;
        best.score = sum.score;
        for (int c = 0; c < 2; c++)
            best.shift_mm[c] = sum.shift_mm[c] / sum.score;
    }
    for (int i = 0; i < n; i++)
        best.agrees[i] = best.score > 0 && ballot[i].ncc >= AGREES_NCC &&
                         hypot(ballot[i].shift_mm[0] - best.shift_mm[0],
                               ballot[i].shift_mm[1] - best.shift_mm[1]) <= SAME_SHIFT_MM;
    return best;
}

static bool halved(const struct image *in, struct image *ret, struct err *err)
{
    int w = in->width / REDUCTION, h = in->height / REDUCTION;
    return cv_resize(in, w < 1 ? 1 : w, h < 1 ? 1 : h, CV_INTERPOLATE_AREA, ret, err);
}

bool blocks_vote(const struct page_blocks *blocks, const struct image *page, int turn,
                 struct block_vote *ret, struct err *err)
{
    struct image turned = {0}, upright = {0};
    struct ballot ballot[PAGE_BLOCKS_MAX] = {{0}};
    int reach = (int)lround(SEARCH_MM * page_px / REDUCTION);
    double best = 0;
    bool ok = halved(page, &turned, err) && cv_turn(&turned, turn / 90, &upright, err);
    for (int i = 0; ok && i < blocks->n; i++) {
        const struct cv_component *b = &blocks->block[i];
        struct image view = image_view(blocks->page, b->x, b->y, b->w, b->h), pattern = {0};
        double ncc = 0, shift[2] = {0, 0};
        ok = halved(&view, &pattern, err) && look_for(&pattern, &upright, b->x / REDUCTION,
                                                      b->y / REDUCTION, reach, &ncc, shift, err);
        image_finish(&pattern);
        double weight = fmin(1, b->area / (INK_FULL_MM2 * page_px * page_px));
        best = weight >= 0.5 ? fmax(best, ncc) : best;
        ballot[i].ncc = ncc;
        ballot[i].vote = weight * fmax(0, ncc - CHANCE_NCC);
        for (int c = 0; c < 2; c++)
            ballot[i].shift_mm[c] = shift[c] * REDUCTION / page_px;
    }
    image_finish(&turned);
    image_finish(&upright);
    if (ok) {
        *ret = count(ballot, blocks->n);
        ret->best = best;
    }
    return ok;
}

bool blocks_refine(const struct page_blocks *blocks, const struct image *page,
                   struct affine *to_page, struct err *err)
{
    double sum[2] = {0, 0}, weight = 0;
    int reach = (int)lround(REFINE_MM * page_px);
    static const uint8_t none[3] = {0, 0, 0};
    struct image upright = {0};
    double m[6];
    memcpy(m, to_page->m, sizeof m);
    m[2] *= page_px;
    m[5] *= page_px;
    bool ok = cv_warp_affine(page, m, blocks->page->width, blocks->page->height,
                             CV_INTERPOLATE_LINEAR, CV_BORDER_COLOUR, none, &upright, err);
    for (int i = 0; ok && i < blocks->n; i++) {
        const struct cv_component *b = &blocks->block[i];
        struct image pattern = image_view(blocks->page, b->x, b->y, b->w, b->h);
        double ncc, shift[2] = {0, 0};
        ok = look_for(&pattern, &upright, b->x, b->y, reach, &ncc, shift, err);
        if (!ok || ncc < REFINE_NCC)
            continue;
        double vote = (ncc - CHANCE_NCC) * b->area;
        weight += vote;
        for (int c = 0; c < 2; c++)
            sum[c] += vote * shift[c];
    }
    image_finish(&upright);
    if (ok && weight > 0) {
        struct affine shift = affine_identity();
        shift.m[2] = sum[0] / weight / page_px;
        shift.m[5] = sum[1] / weight / page_px;
        *to_page = affine_multiply(to_page, &shift);
    }
    return ok;
}
