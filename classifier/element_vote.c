/* A whole element is searched by normalised correlation of ink strength. Of one that is partly
 * covered a half may still be seen, which is less alike by chance than a fragment: so halves come
 * first, then fragments, several of which must agree. */
#include "classifier/element_vote.h"

#include "classifier/fragments.h"
#include "classifier/ink.h"

#include <math.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define SEARCH_MM 6.0        /* print to paper 2 mm, outline 1 mm, a moved element a little more */
#define HALF_MIN_MM 8.0      /* long, of half an element, */
#define HALF_MIN_HIGH_MM 2.0 /* and high: less is alike by chance */
#define HALF_PENALTY 0.1

/* Highest correlation of a picture in a window of the upright coarse page around its place (upright
 * mm); ret_shift (mm, upright) is how far from there. */
static bool picture_vote(const struct image *upright, const struct image *picture,
                         const double place[2], double *ret_ncc, double ret_shift[2],
                         struct err *err)
{
    const double px = COARSE_DPI / MM_PER_INCH;
    *ret_ncc = 0;
    int x = (int)lround((place[0] - SEARCH_MM) * px);
    int y = (int)lround((place[1] - SEARCH_MM) * px);
    int margin = (int)lround(2 * SEARCH_MM * px);
    struct image window =
        image_view(upright, x, y, picture->width + margin, picture->height + margin);
    if (window.width < picture->width || window.height < picture->height)
        return true;
    struct plane score = {0};
    struct cv_extremes peak;
    if (!cv_match_template(&window, picture, NULL, &score, err))
        return false;
    bool ok = cv_min_max_plane(&score, NULL, &peak, err);
    plane_finish(&score);
    if (!ok)
        return false;
    int left = x < 0 ? 0 : x, top = y < 0 ? 0 : y; /* where image_view clipped */
    *ret_ncc = peak.max;
    ret_shift[0] = (left + peak.max_x) / px - place[0];
    ret_shift[1] = (top + peak.max_y) / px - place[1];
    return true;
}

/* Of an element that is partly covered one half may still be seen: the best of its four, which is
 * less alike by chance than a whole. */
static bool halves_vote(const struct image *upright, const struct element_model *element,
                        const double place[2], double *ret_ncc, double ret_shift[2],
                        struct err *err)
{
    const double px = COARSE_DPI / MM_PER_INCH;
    const struct image *whole = &element->coarse;
    for (int k = 0; k < 4; k++) {
        bool across = k < 2;
        int x = k == 1 ? whole->width / 2 : 0, y = k == 3 ? whole->height / 2 : 0;
        struct image half = image_view(whole, x, y, across ? whole->width / 2 : whole->width,
                                       across ? whole->height : whole->height / 2);
        double at[2] = {place[0] + x / px, place[1] + y / px}, ncc, shift[2] = {0, 0};
        if (fmax(half.width, half.height) < HALF_MIN_MM * px ||
            fmin(half.width, half.height) < HALF_MIN_HIGH_MM * px ||
            image_percentile(&half, NULL, 0.98) < INK_MIN_STRENGTH)
            continue;
        if (!picture_vote(upright, &half, at, &ncc, shift, err))
            return false;
        if (ncc - HALF_PENALTY > *ret_ncc) {
            *ret_ncc = ncc - HALF_PENALTY;
            memcpy(ret_shift, shift, sizeof shift);
        }
    }
    return true;
}

/* Of an element of which less than a half is seen, fragments. What they agree on counts as the
 * correlation of an element that looks like itself. */
static bool fragments_place_vote(const struct image *upright, const struct element_model *element,
                                 const double place[2], double *ret_ncc, double ret_shift[2],
                                 struct err *err)
{
    const double px = COARSE_DPI / MM_PER_INCH;
    const int at[2] = {(int)lround(place[0] * px), (int)lround(place[1] * px)};
    double agreement, shift[2];
    if (!fragments_vote(element, upright, at, (int)lround(SEARCH_MM * px), &agreement, shift, err))
        return false;
    *ret_ncc = fmin(1, PROPOSE_BEST * agreement / FRAGMENTS_AGREE);
    for (int c = 0; c < 2; c++)
        ret_shift[c] = (at[c] + shift[c]) / px - place[c];
    return true;
}

bool element_vote(const struct image *upright, const struct element_model *element,
                  const struct affine *laid, enum vote_by by, double *ret_ncc, double ret_shift[2],
                  struct err *err)
{
    double place[2];
    affine_apply(laid, element->data->box_mm[0], element->data->box_mm[1], place);
    if (by == BY_FRAGMENTS)
        return fragments_place_vote(upright, element, place, ret_ncc, ret_shift, err);
    return picture_vote(upright, &element->coarse, place, ret_ncc, ret_shift, err) &&
           (by == BY_WHOLES || halves_vote(upright, element, place, ret_ncc, ret_shift, err));
}
