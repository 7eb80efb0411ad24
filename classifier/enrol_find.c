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
static bool confirm(const struct image *page, int n, const struct image *median,
                    const struct cv_component *part, struct sightings *ret, struct err *err)
{
    int margin = (int)lround(ALIKE_SEARCH_MM * page_px);
    double best = -1;
    struct image pattern = image_view(median, part->x, part->y, part->w, part->h);
    *ret = (struct sightings){0};
    if (image_percentile(&pattern, NULL, 0.98) < INK_MIN_STRENGTH)
        return true; /* the median is empty: nothing but chance overlap */
    for (int i = 0; i < n; i++) {
        struct image window = image_view(&page[i], part->x - margin, part->y - margin,
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
             layout_blocks(&shared, page_px, part, CANDIDATES_MAX, &n_parts, err);
    for (int k = 0; ok && k < n_parts && kept < max; k++) {
        struct sightings found;
        ok = confirm(page, n_pages, &median, &part[k], &found, err);
        if (!ok || found.seen < need || !keeps_place(&found))
            continue;
        ret[kept] =
            (struct shared_part){.side = side, .exemplar = index[found.best], .n_seen = found.seen};
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
