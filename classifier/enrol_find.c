/* What do the samples share? Ink that stands at the same place in at least SHARED of them, joined
 * to parts, each of which must then look alike in as many samples: recipients' addresses overlap
 * each other by chance, but the overlap of two addresses looks like neither. What was put on by
 * hand (stamps, labels) wanders by millimetres against the print and falls out by its scatter. */
#include "classifier/enrol_layout.h"
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
#define BORDER_MM 1.5      /* paper's edge and its shadow */
#define PART_MARGIN_MM 0.8 /* of bare paper around, for the correlation */
#define ALIKE_NCC 0.6      /* of a part in one sample with the median; 150 dpi, after alignment */
#define ALIKE_SEARCH_MM 1.5
#define VAGUE_NCC 0.05     /* of what it drops along an axis within that */
#define SCATTER_MAX_MM 0.5 /* of a printed part; things put on by hand scatter by millimetres */
#define WINDOW_RIM_MM 2.5  /* where a window is cut varies, and its edge throws a shadow */
#define CANDIDATES_MAX 64
#define PAGES_MAX 40 /* samples that take part in the median */

static const double page_px = SIDE_REDUCED_DPI / 25.4;

/* One side of the samples, laid in the template's frame. */
struct pages {
    int n, need;                  /* need: of them must show what counts as shared */
    int sample[PAGES_MAX];        /* page[k] is of this one */
    struct image page[PAGES_MAX]; /* ink strength */
    struct image median, shared;  /* shared: 255 where `need` of them have ink */
};

static void pages_finish(struct pages *pages)
{
    for (int i = 0; i < pages->n; i++)
        image_finish(&pages->page[i]);
    image_finish(&pages->median);
    image_finish(&pages->shared);
}

static bool warp_pages(const struct sample *sample, int n, const struct page_layout *layout,
                       struct pages *ret, struct err *err)
{
    static const uint8_t none[3] = {0, 0, 0};
    int w = (int)ceil(layout->size_mm[0] * page_px), h = (int)ceil(layout->size_mm[1] * page_px);
    for (int i = 0; i < n && ret->n < PAGES_MAX; i++) {
        if (!sample[i].used || !sample[i].has[layout->side])
            continue;
        double m[6];
        memcpy(m, sample[i].page[layout->side].m, sizeof m);
        m[2] *= page_px;
        m[5] *= page_px;
        if (!cv_warp_affine(&sample[i].scan.strength[sample_scan_side(&sample[i], layout->side)], m,
                            w, h, CV_INTERPOLATE_LINEAR, CV_BORDER_COLOUR, none, &ret->page[ret->n],
                            err))
            return false;
        ret->sample[ret->n++] = i;
    }
    ret->need = (int)ceil(SHARED * ret->n);
    ret->need = ret->need < SHARED_MIN ? SHARED_MIN : ret->need;
    return true;
}

static bool median_and_shared(struct pages *pages, struct err *err)
{
    const struct image *page = pages->page;
    struct image wide[PAGES_MAX] = {{0}};
    int n = pages->n, border = (int)lround(BORDER_MM * page_px);
    bool ok = image_create(&pages->median, page[0].width, page[0].height, 1, err) &&
              image_create(&pages->shared, page[0].width, page[0].height, 1, err);
    for (int i = 0; ok && i < n; i++)
        ok = cv_morph(&page[i], CV_MORPH_OP_DILATE, CV_MORPH_DISC, PLACE_PX, PLACE_PX, &wide[i],
                      err);
    for (int y = 0; ok && y < page[0].height; y++)
        for (int x = 0; x < page[0].width; x++) {
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
            bool inner = x >= border && y >= border && x < page[0].width - border &&
                         y < page[0].height - border;
            image_row(&pages->median, y)[x] = value[n / 2];
            image_row(&pages->shared, y)[x] = inner && inked >= pages->need ? 255 : 0;
        }
    for (int i = 0; i < n; i++)
        image_finish(&wide[i]);
    return ok;
}

/* Whether the part correlates nearly as well all along one axis as at its place: a rule or a band
 * has no place along itself. */
static bool is_vague(const struct plane *score, const struct cv_extremes *peak, bool across)
{
    double low = peak->max;
    for (int k = 0; k < (across ? score->width : score->height); k++) {
        int x = across ? k : peak->max_x, y = across ? peak->max_y : k;
        low = fmin(low, (double)score->data[(size_t)y * (size_t)score->width + (size_t)x]);
    }
    return peak->max - low < VAGUE_NCC;
}

/* Where a part was found in the samples. */
struct sightings {
    int seen, best, n[2]; /* best: the sample that shows it best; n: those that place it */
    double at_mm[2][PAGES_MAX];
};

/* In how many samples the part looks like the median, and where. */
static bool confirm(const struct pages *pages, const struct cv_component *part,
                    struct sightings *ret, struct err *err)
{
    int margin = (int)lround(ALIKE_SEARCH_MM * page_px);
    double best = -1;
    struct image pattern = image_view(&pages->median, part->x, part->y, part->w, part->h);
    *ret = (struct sightings){0};
    if (image_percentile(&pattern, NULL, 0.98) < INK_MIN_STRENGTH)
        return true; /* the median is empty: nothing but chance overlap */
    for (int i = 0; i < pages->n; i++) {
        struct image window = image_view(&pages->page[i], part->x - margin, part->y - margin,
                                         part->w + 2 * margin, part->h + 2 * margin);
        struct plane score = {0};
        struct cv_extremes peak;
        bool ok = cv_match_template(&window, &pattern, NULL, &score, err) &&
                  cv_min_max_plane(&score, NULL, &peak, err);
        if (ok && peak.max >= ALIKE_NCC) {
            const double at[2] = {peak.max_x / page_px, peak.max_y / page_px};
            for (int c = 0; c < 2; c++)
                if (!is_vague(&score, &peak, c == 0))
                    ret->at_mm[c][ret->n[c]++] = at[c];
            ret->seen++;
            if (peak.max > best) {
                best = peak.max;
                ret->best = i;
            }
        }
        plane_finish(&score);
        if (!ok)
            return false;
    }
    return true;
}

/* Whether it keeps its place, as print does. */
static bool keeps_place(struct sightings *sightings)
{
    for (int c = 0; c < 2; c++)
        if (sightings->n[c] > 1 &&
            quartile_sd(sightings->at_mm[c], sightings->n[c]) > SCATTER_MAX_MM)
            return false;
    return sightings->n[0] > 0 || sightings->n[1] > 0;
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

/* What was found, and which of it a person marked. */
struct candidate {
    struct cv_component box;
    const struct enrol_part *marked; /* NULL: found by itself */
};

static double shared_area(const struct cv_component *a, const struct cv_component *b)
{
    double w = fmin(a->x + a->w, b->x + b->w) - fmax(a->x, b->x);
    double h = fmin(a->y + a->h, b->y + b->h) - fmax(a->y, b->y);
    return fmax(0, w) * fmax(0, h);
}

/* Whether a person marked the place: of two boxes that share half of the smaller one, the person's
 * holds. */
static bool is_marked_over(const struct cv_component *found, const struct candidate *marked, int n)
{
    for (int k = 0; k < n; k++) {
        const struct cv_component *box = &marked[k].box;
        double least = fmin((double)found->w * found->h, (double)box->w * box->h);
        if (2 * shared_area(found, box) > least)
            return true;
    }
    return false;
}

static int marked_on_side(const struct page_layout *layout, struct candidate *ret, int max)
{
    int n = 0;
    for (int k = 0; k < layout->n_parts && n < max; k++) {
        const struct enrol_part *part = &layout->part[k];
        if (part->side != layout->side)
            continue;
        int x = (int)floor(fmax(0, part->box_mm[0]) * page_px);
        int y = (int)floor(fmax(0, part->box_mm[1]) * page_px);
        double right = fmin(layout->size_mm[0], part->box_mm[0] + part->box_mm[2]);
        double low = fmin(layout->size_mm[1], part->box_mm[1] + part->box_mm[3]);
        ret[n++] = (struct candidate){
            .marked = part,
            .box = {
                .x = x, .y = y, .w = (int)(right * page_px) - x, .h = (int)(low * page_px) - y}};
    }
    return n;
}

/* The person's parts first, then what was found elsewhere. */
static bool candidates(const struct image *shared, const struct page_layout *layout,
                       struct candidate *ret, int max, int *ret_n, struct err *err)
{
    struct cv_component found[CANDIDATES_MAX];
    int n_found = 0, marked = marked_on_side(layout, ret, max), n = marked;
    if (!layout_blocks(shared, page_px, found, CANDIDATES_MAX, &n_found, err))
        return false;
    for (int k = 0; k < n_found && n < max; k++)
        if (!is_marked_over(&found[k], ret, marked))
            ret[n++] = (struct candidate){.box = found[k]};
    *ret_n = n;
    return true;
}

static bool not_shared(const struct enrol_part *marked, const struct sightings *found, int n,
                       struct err *err)
{
    const double *box = marked->box_mm;
    return err_set(err,
                   "the envelopes share no print at %.0f,%.0f,%.0f,%.0f mm of the %s, which was "
                   "marked as %s: %d of %d show the same there",
                   box[0], box[1], box[2], box[3], side_names[marked->side], marked->kind,
                   found->seen, n);
}

/* What of the candidates most samples show alike, at one place. */
static bool keep_shared(const struct pages *pages, const struct page_layout *layout,
                        const struct candidate *candidate, int n, struct shared_part *ret, int max,
                        int *ret_n, struct err *err)
{
    int kept = 0;
    for (int k = 0; k < n && kept < max; k++) {
        const struct enrol_part *marked = candidate[k].marked;
        const struct cv_component *box = &candidate[k].box;
        struct sightings found = {0};
        if (box->w > 1 && box->h > 1 && !confirm(pages, box, &found, err))
            return false;
        bool shared = found.seen >= pages->need && keeps_place(&found);
        if (!shared && marked)
            return not_shared(marked, &found, pages->n, err);
        if (!shared)
            continue;
        struct shared_part *part = &ret[kept++];
        *part = (struct shared_part){.side = layout->side,
                                     .exemplar = pages->sample[found.best],
                                     .n_seen = found.seen,
                                     .kind = marked ? marked->kind : NULL};
        const double px[4] = {box->x, box->y, box->w, box->h};
        for (int c = 0; c < 4; c++)
            part->box_mm[c] = px[c] / page_px;
        if (!marked)
            grow_box(box, layout->size_mm, part->box_mm);
    }
    *ret_n = kept;
    return true;
}

bool enrol_find_parts(const struct sample *sample, int n, const struct page_layout *layout,
                      struct shared_part *ret, int max, int *ret_n, struct image *ret_page,
                      struct err *err)
{
    struct pages pages = {0};
    struct candidate candidate[CANDIDATES_MAX];
    int n_candidates = 0, kept = 0;
    bool ok = warp_pages(sample, n, layout, &pages, err);
    for (int i = 0; ok && layout->window_mm && i < pages.n; i++)
        blank_window(&pages.page[i], layout->window_mm);
    if (ok && pages.n >= pages.need)
        ok = median_and_shared(&pages, err) &&
             candidates(&pages.shared, layout, candidate, CANDIDATES_MAX, &n_candidates, err) &&
             keep_shared(&pages, layout, candidate, n_candidates, ret, max, &kept, err);
    if (ok) {
        *ret_n = kept;
        *ret_page = pages.median;
        pages.median = (struct image){0};
    }
    pages_finish(&pages);
    return ok;
}
