/* Film hides no stroke of the print under it, so what it is supposed to cover correlates with the
 * template's print and has lost next to none of it. */
#include "classifier/film.h"

#include "classifier/ink.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>

#define SHOWN_MIN_PX 140.  /* at 300 dpi, 1 mm2 of print */
#define THROUGH_NCC 0.8    /* print seen through film; beside a label's own print it is below 0.4 */
#define SHOWN_PART_MM 5.0  /* three letters of 10 pt, which are hardly others by chance */
#define LOST_STRENGTH 0.25 /* of the template's ink */
#define SHOWN_LOST_MAX 0.05   /* film hides no stroke, the border of a label does */
#define REDRAWN_LOST_MAX 0.25 /* of a drawing that was made again */
#define SLIVER_MM 1.5         /* nowhere wider than this; a label takes more */
#define MM_PER_INCH 25.4

/* Share of the template's print under `region` where there is next to no ink, and whether that is
 * in slivers only. */
static bool lost_print(const struct image *print, const struct image *seen,
                       const struct image *mask, const struct image *region, double *ret_share,
                       bool *ret_slivers, struct err *err)
{
    struct image lost = {0}, wide = {0};
    long all = 0, n = 0;
    int size = (int)lround(SLIVER_MM * FINE_DPI / MM_PER_INCH);
    if (!image_create(&lost, region->width, region->height, 1, err))
        return false;
    for (int y = 0; y < region->height; y++)
        for (int x = 0; x < region->width; x++) {
            bool here = image_row(region, y)[x] && image_row(mask, y)[x];
            bool gone = here && image_row(seen, y)[x] < LOST_STRENGTH * image_row(print, y)[x];
            image_row(&lost, y)[x] = gone ? 255 : 0;
            all += here;
            n += gone;
        }
    bool ok = cv_morph(&lost, CV_MORPH_OP_OPEN, CV_MORPH_BOX, size, size, &wide, err);
    *ret_slivers = ok && mask_area(&wide) == 0;
    image_finish(&wide);
    image_finish(&lost);
    *ret_share = all ? (double)n / (double)all : 1;
    return ok;
}

/* Film hides no stroke. Under it a drawing that was made again loses a little all along its
 * outlines; a label takes one piece of the print. */
static bool hides_nothing(const struct image *print, const struct image *seen,
                          const struct image *mask, const struct image *region, bool whole,
                          bool *ret, struct err *err)
{
    double share;
    bool slivers;
    if (!lost_print(print, seen, mask, region, &share, &slivers, err))
        return false;
    *ret = share <= SHOWN_LOST_MAX || (whole && share <= REDRAWN_LOST_MAX && slivers);
    return true;
}

/* Whether the template's print is to be seen in a part of the covered region `label` (in all of it:
 * `whole`), which is taken out of `covered` then. `box` is x, y, w, h of the part. */
static bool uncover_part(const struct located *located, const struct cv_components *found,
                         int label, const int box[4], bool whole, struct image *covered,
                         bool *ret_shown, struct err *err)
{
    const struct element_model *element = located->element;
    struct image region = {0};
    long printed = 0;
    struct image print = image_view(&element->fine, box[0], box[1], box[2], box[3]);
    struct image seen = image_view(&located->strength, box[0], box[1], box[2], box[3]);
    struct image mask = image_view(&element->fine_mask, box[0], box[1], box[2], box[3]);
    struct image cover = image_view(covered, box[0], box[1], box[2], box[3]);
    *ret_shown = false;
    if (!image_create(&region, box[2], box[3], 1, err))
        return false;
    for (int y = 0; y < box[3]; y++)
        for (int x = 0; x < box[2]; x++) {
            bool here = found->label[(box[1] + y) * covered->width + box[0] + x] == label;
            image_row(&region, y)[x] = here ? 255 : 0;
            printed += here && image_row(&mask, y)[x];
        }
    bool ok = true;
    if ((double)printed >= SHOWN_MIN_PX && image_correlation(&print, &seen, &region) >= THROUGH_NCC)
        ok = hides_nothing(&print, &seen, &mask, &region, whole, ret_shown, err);
    if (ok && *ret_shown)
        mask_minus(&cover, &region);
    image_finish(&region);
    return ok;
}

bool film_take_off(const struct located *located, struct image *covered, struct err *err)
{
    struct cv_components found = {0};
    int part = (int)lround(SHOWN_PART_MM * FINE_DPI / MM_PER_INCH);
    if (mask_area(covered) == 0)
        return true;
    bool ok = cv_components_find(covered, 8, &found, err);
    for (int k = 1; ok && k < found.n; k++) {
        const struct cv_component *c = &found.component[k];
        const int whole[4] = {c->x, c->y, c->w, c->h};
        bool shown = false;
        if (c->area < SHOWN_MIN_PX)
            continue;
        ok = uncover_part(located, &found, k, whole, true, covered, &shown, err);
        for (int y = c->y; ok && !shown && y < c->y + c->h; y += part)
            for (int x = c->x; ok && x < c->x + c->w; x += part) {
                bool part_shown;
                int w = c->x + c->w - x, h = c->y + c->h - y;
                const int box[4] = {x, y, w < part ? w : part, h < part ? h : part};
                ok = uncover_part(located, &found, k, box, false, covered, &part_shown, err);
            }
    }
    cv_components_finish(&found);
    return ok;
}
