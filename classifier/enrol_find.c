/* What do the samples share? Ink that stands at the same place in at least SHARED of them, joined
 * to parts, each of which must then look alike in as many samples: recipients' addresses overlap
 * each other by chance, but the overlap of two addresses looks like neither. What was put on by
 * hand (stamps, labels) wanders by millimetres against the print and falls out by its scatter. */
#include "classifier/enrol_parts.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARED 0.6 /* of the samples: labels may hide an element in the others */
#define SHARED_MIN 3
#define PLACE_PX 3         /* ink is widened to this many pixels at 150 dpi: 0.17 mm each way */
#define JOIN_ACROSS_MM 3.6 /* word spaces up to 18 pt, logo parts */
#define JOIN_DOWN_MM 0.9   /* dots on letters, broken outlines: a line of text, not a block */
#define TOUCH_MM 1.2       /* what stands closer than this was drawn as one */
#define LINE_GAP 1.5       /* between lines of one block: of the higher line, */
#define LINE_GAP_MM 3.4    /* and never more */
#define LINE_ALIKE                                                                                 \
    1.5 /* descenders or none: 0.95 to 0.72 of the type; a logo over an address is not */
#define LINE_HIGH_MM 14.0 /* no line of text is higher */
#define OVERLAP_MIN 0.6   /* of the narrower line */
#define BORDER_MM 1.5     /* paper's edge and its shadow */
#define PART_MIN_MM 4.0   /* width; narrower is a speck or part of something dropped */
#define PART_MIN_HIGH_MM 1.2
#define RULE_MIN_MM 20.0 /* a thin line as long as this is drawn on purpose */
#define PART_MIN_INK_MM2 1.5
#define PART_MARGIN_MM 0.8 /* of bare paper around, for the correlation */
#define ALIKE_NCC 0.6      /* of a part in one sample with the median; 150 dpi, after alignment */
#define ALIKE_SEARCH_MM 1.5
#define SCATTER_MAX_MM 0.5 /* of a printed part; things put on by hand scatter by millimetres */
#define WINDOW_RIM_MM 2.5  /* where a window is cut varies, and its edge throws a shadow */
#define PAGES_MAX 40       /* samples that take part in the median */

static const double page_px = SIDE_REDUCED_DPI / 25.4;

static bool warp_pages(const struct sample *sample, int n, enum side_name side, int w, int h,
                       struct image *page, int *index, int *ret_n, struct err *err)
{
    int count = 0;
    static const uint8_t none[3] = {0, 0, 0};
    for (int i = 0; i < n && count < PAGES_MAX; i++) {
        if (!sample[i].used || !sample[i].has[side])
            continue;
        double m[6];
        memcpy(m, sample[i].page[side].m, sizeof m);
        m[2] *= page_px;
        m[5] *= page_px;
        if (!cv_warp_affine(&sample[i].scan.strength[sample_scan_side(&sample[i], side)], m, w, h,
                            CV_INTERPOLATE_LINEAR, CV_BORDER_COLOUR, none, &page[count], err))
            return false;
        index[count++] = i;
    }
    *ret_n = count;
    return true;
}

static bool median_and_shared(const struct image *page, int n, int need, struct image *ret_median,
                              struct image *ret_shared, struct err *err)
{
    struct image wide[PAGES_MAX] = {{0}}, median = {0}, shared = {0};
    bool ok = image_create(&median, page[0].width, page[0].height, 1, err) &&
              image_create(&shared, page[0].width, page[0].height, 1, err);
    for (int i = 0; ok && i < n; i++)
        ok = cv_morph(&page[i], CV_MORPH_OP_DILATE, CV_MORPH_DISC, PLACE_PX, PLACE_PX, &wide[i],
                      err);
    int border = (int)lround(BORDER_MM * page_px);
    for (int y = 0; ok && y < median.height; y++)
        for (int x = 0; x < median.width; x++) {
            uint8_t value[PAGES_MAX];
            int inked = 0;
            for (int i = 0; i < n; i++) {
                uint8_t v = image_row(&page[i], y)[x];
                int k = i;
                for (; k > 0 && value[k - 1] > v; k--)
                    value[k] = value[k - 1];
                value[k] = v;
                inked += image_row(&wide[i], y)[x] >= INK_MIN_STRENGTH;
            }
            bool inner = x >= border && y >= border && x < median.width - border &&
                         y < median.height - border;
            image_row(&median, y)[x] = value[n / 2];
            image_row(&shared, y)[x] = inner && inked >= need ? 255 : 0;
        }
    for (int i = 0; i < n; i++)
        image_finish(&wide[i]);
    if (!ok) {
        image_finish(&median);
        image_finish(&shared);
        return false;
    }
    *ret_median = median;
    *ret_shared = shared;
    return true;
}

/* Ink that belongs together, and how high its lines are. */
struct block {
    struct cv_component box;
    int line; /* px */
};

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static bool belong_together(const struct block *a, const struct block *b)
{
    const struct cv_component *p = &a->box, *q = &b->box;
    int down = most(p->y, q->y) - least(p->y + p->h, q->y + q->h);
    int shared = least(p->x + p->w, q->x + q->w) - most(p->x, q->x);
    if (down < TOUCH_MM * page_px && -shared < TOUCH_MM * page_px)
        return true;
    int high = most(a->line, b->line), low = least(a->line, b->line);
    return down < fmin(LINE_GAP * high, LINE_GAP_MM * page_px) &&
           shared > OVERLAP_MIN * least(p->w, q->w) && high <= LINE_ALIKE * low &&
           high < LINE_HIGH_MM * page_px;
}

static void join(struct block *into, const struct block *from)
{
    struct cv_component *p = &into->box;
    const struct cv_component *q = &from->box;
    int right = most(p->x + p->w, q->x + q->w), low = most(p->y + p->h, q->y + q->h);
    p->x = least(p->x, q->x);
    p->y = least(p->y, q->y);
    p->w = right - p->x;
    p->h = low - p->y;
    p->area += q->area;
    into->line = most(into->line, from->line);
}

/* Joins blocks until none belongs to another; returns how many are left. */
static int join_blocks(struct block *block, int n)
{
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < n && !again; i++)
            for (int j = i + 1; j < n && !again; j++) {
                if (!belong_together(&block[i], &block[j]))
                    continue;
                join(&block[i], &block[j]);
                block[j] = block[--n];
                again = true;
            }
    }
    return n;
}

static bool large_enough(const struct cv_component *part)
{
    return part->w >= PART_MIN_MM * page_px &&
           (part->h >= PART_MIN_HIGH_MM * page_px || part->w >= RULE_MIN_MM * page_px) &&
           part->area >= PART_MIN_INK_MM2 * page_px * page_px;
}

/* Height of the lines in a block: that of the pieces of ink in it (words, since letters were
 * widened until they touch) which make up most of its width. A block of two lines is not a high
 * line. */
static int line_height(const struct cv_components *ink, const struct cv_component *block)
{
    enum { HEIGHTS_MAX = 512 };
    int width_of[HEIGHTS_MAX] = {0}, total = 0;
    for (int k = 1; k < ink->n; k++) {
        const struct cv_component *c = &ink->component[k];
        if (c->x < block->x || c->y < block->y || c->x >= block->x + block->w ||
            c->y >= block->y + block->h)
            continue;
        width_of[least(c->h, HEIGHTS_MAX - 1)] += c->w;
        total += c->w;
    }
    for (int h = 0, below = 0; h < HEIGHTS_MAX; h++) {
        below += width_of[h];
        if (total > 0 && 2 * below >= total)
            return h;
    }
    return block->h;
}

static bool find_blocks(const struct image *shared, struct block *ret, int max, int *ret_n,
                        struct err *err)
{
    struct image joined = {0};
    struct cv_components parts = {0}, ink = {0};
    int n = 0;
    bool ok =
        cv_morph(shared, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, (int)lround(JOIN_ACROSS_MM * page_px),
                 (int)lround(JOIN_DOWN_MM * page_px), &joined, err) &&
        cv_components_find(&joined, 8, &parts, err) && cv_components_find(shared, 8, &ink, err);
    for (int k = 1; ok && k < parts.n && n < max; k++) {
        struct cv_component c = parts.component[k];
        struct image view = image_view(shared, c.x, c.y, c.w, c.h);
        c.area = (int)mask_area(&view); /* ink, not what the closing filled */
        if (c.area / (page_px * page_px) >= PART_MIN_INK_MM2 / 4)
            ret[n++] = (struct block){.box = c, .line = line_height(&ink, &c)};
    }
    image_finish(&joined);
    cv_components_finish(&parts);
    cv_components_finish(&ink);
    *ret_n = n;
    return ok;
}

static bool candidates(const struct image *shared, struct cv_component *ret, int max, int *ret_n,
                       struct err *err)
{
    enum { BLOCKS_MAX = 256 };
    struct block block[BLOCKS_MAX];
    int n = 0, kept = 0;
    if (!find_blocks(shared, block, BLOCKS_MAX, &n, err))
        return false;
    n = join_blocks(block, n);
    for (int k = 0; k < n && kept < max; k++)
        if (large_enough(&block[k].box))
            ret[kept++] = block[k].box;
    *ret_n = kept;
    return true;
}

/* In how many samples the part looks like the median, which shows it best, and whether it keeps
 * its place. */
static bool confirm(const struct image *page, int n, const struct image *median,
                    const struct cv_component *part, int *ret_seen, int *ret_best,
                    double *ret_scatter, struct err *err)
{
    int margin = (int)lround(ALIKE_SEARCH_MM * page_px), seen = 0;
    double best = -1, dx[PAGES_MAX], dy[PAGES_MAX];
    struct image pattern = image_view(median, part->x, part->y, part->w, part->h);
    *ret_seen = 0;
    if (image_percentile(&pattern, NULL, 0.98) < INK_MIN_STRENGTH)
        return true; /* the median is empty: nothing but chance overlap */
    for (int i = 0; i < n; i++) {
        struct image window = image_view(&page[i], part->x - margin, part->y - margin,
                                         part->w + 2 * margin, part->h + 2 * margin);
        struct plane score = {0};
        struct cv_extremes peak;
        bool ok = cv_match_template(&window, &pattern, NULL, &score, err) &&
                  cv_min_max_plane(&score, NULL, &peak, err);
        plane_finish(&score);
        if (!ok)
            return false;
        if (peak.max < ALIKE_NCC)
            continue;
        dx[seen] = peak.max_x / page_px;
        dy[seen] = peak.max_y / page_px;
        seen++;
        if (peak.max > best) {
            best = peak.max;
            *ret_best = i;
        }
    }
    *ret_seen = seen;
    *ret_scatter = seen ? fmax(quartile_sd(dx, seen), quartile_sd(dy, seen)) : 0;
    return true;
}

static void grow_box(const struct cv_component *part, const double size_mm[2], double ret[4])
{
    double x0 = fmax(0, part->x / page_px - PART_MARGIN_MM);
    double y0 = fmax(0, part->y / page_px - PART_MARGIN_MM);
    ret[0] = x0;
    ret[1] = y0;
    ret[2] = fmin(size_mm[0], (part->x + part->w) / page_px + PART_MARGIN_MM) - x0;
    ret[3] = fmin(size_mm[1], (part->y + part->h) / page_px + PART_MARGIN_MM) - y0;
}

/* What shows in a window is the letter's. */
static void blank_window(struct image *page, const double window_mm[4])
{
    int x0 = (int)floor((window_mm[0] - WINDOW_RIM_MM) * page_px);
    int y0 = (int)floor((window_mm[1] - WINDOW_RIM_MM) * page_px);
    struct image view =
        image_view(page, x0, y0, (int)ceil((window_mm[2] + 2 * WINDOW_RIM_MM) * page_px),
                   (int)ceil((window_mm[3] + 2 * WINDOW_RIM_MM) * page_px));
    for (int y = 0; y < view.height; y++)
        memset(image_row(&view, y), 0, (size_t)view.width);
}

bool enrol_find_parts(const struct sample *sample, int n, enum side_name side,
                      const double size_mm[2], const double window_mm[4], struct shared_part *ret,
                      int max, int *ret_n, struct image *ret_page, struct err *err)
{
    enum { CANDIDATES_MAX = 64 };
    int w = (int)ceil(size_mm[0] * page_px), h = (int)ceil(size_mm[1] * page_px);
    struct image page[PAGES_MAX] = {{0}}, shared = {0}, median = {0};
    struct cv_component part[CANDIDATES_MAX];
    int index[PAGES_MAX], n_pages = 0, n_parts = 0, kept = 0;
    bool ok = warp_pages(sample, n, side, w, h, page, index, &n_pages, err);
    for (int i = 0; ok && window_mm && i < n_pages; i++)
        blank_window(&page[i], window_mm);
    int need = (int)ceil(SHARED * n_pages);
    need = need < SHARED_MIN ? SHARED_MIN : need;
    if (ok && n_pages >= need)
        ok = median_and_shared(page, n_pages, need, &median, &shared, err) &&
             candidates(&shared, part, CANDIDATES_MAX, &n_parts, err);
    for (int k = 0; ok && k < n_parts && kept < max; k++) {
        int seen = 0, best = 0;
        double scatter = 0;
        ok = confirm(page, n_pages, &median, &part[k], &seen, &best, &scatter, err);
        if (!ok || seen < need || scatter > SCATTER_MAX_MM)
            continue;
        ret[kept] = (struct shared_part){.side = side, .exemplar = index[best], .n_seen = seen};
        grow_box(&part[k], size_mm, ret[kept].box_mm);
        kept++;
    }
    for (int i = 0; i < n_pages; i++)
        image_finish(&page[i]);
    image_finish(&shared);
    if (!ok) {
        image_finish(&median);
        return false;
    }
    *ret_n = kept;
    *ret_page = median;
    return true;
}
