/* What was left out or set again ends with a letter, a word or a line. Print under a label ends
 * where the label begins, within a letter: the line between print that is all there and print that
 * is all gone goes through strokes of the template. Such a line, or two parallel ones with the
 * label between them, is sought over all directions in which labels are stuck; the stretch of
 * offsets along it in which most is gone and least is there comes from running sums. Nothing that
 * prints makes such a line, so it says nothing against the sheet; what lies beyond is hidden. Where
 * a label happens to begin between two letters nothing is found. */
#include "classifier/cut.h"

#include "classifier/ink.h"
#include "classifier/place_search.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define TILT_MAX_DEG 12.0  /* labels are stuck by hand; squarer than this to the print */
#define TILT_STEP_DEG 1.0  /* half a millimetre at the ends of a line of 60 mm */
#define GONE_SHARE 0.8     /* of the print beyond: the label may have some of its own */
#define THERE_SHARE 0.93   /* of the print before */
#define SIDE_MIN_MM2 1.0   /* two letters, on either side of the line */
#define BESIDE_MM 0.25     /* from the line to either side: a stroke goes on from there to here */
#define STROKE_MIN_MM 0.15 /* of a stroke that is cut, along the line */
#define RIM_MM 0.5         /* of the label's shadow, on the side of the print */
#define REST_NCC 0.8       /* over all that is left: no other print stands in ours like that */
#define PROFILE_STEP 2     /* px: every fourth pixel is plenty for sums */

struct cut {
    double direction[2]; /* across the line; offset of a pixel is its product with this */
    double from, to;     /* hidden is what has an offset between these, px */
    double gain;         /* print gone in there less print that is there */
};

/* Print of the template that can be seen, by offset across a direction: gone or there. */
struct profile {
    int n;
    double low;
    long *gone, *there;
};

static void profile_fill(const struct located *located, const struct image *ink,
                         const double direction[2], struct profile *profile)
{
    const struct image *print = &located->element->fine_mask;
    double corner = direction[0] * print->width, other = direction[1] * print->height;
    profile->low = fmin(0, corner) + fmin(0, other);
    for (int i = 0; i < profile->n; i++)
        profile->gone[i] = profile->there[i] = 0;
    for (int y = 0; y < print->height; y += PROFILE_STEP)
        for (int x = 0; x < print->width; x += PROFILE_STEP) {
            if (!image_row(print, y)[x] || !image_row(&located->open, y)[x])
                continue;
            int at = (int)(direction[0] * x + direction[1] * y - profile->low);
            if (at < 0 || at >= profile->n)
                continue;
            profile->gone[at] += image_row(ink, y)[x] == 0;
            profile->there[at] += image_row(ink, y)[x] != 0;
        }
}

/* The stretch with the largest sum of gone less there. */
static struct cut best_stretch(const struct profile *profile, const double direction[2])
{
    struct cut ret = {.direction = {direction[0], direction[1]}};
    long sum = 0;
    int start = 0;
    for (int i = 0; i < profile->n; i++) {
        sum += profile->gone[i] - profile->there[i];
        if (sum <= 0) {
            sum = 0;
            start = i + 1;
        } else if ((double)sum > ret.gain) {
            ret.gain = (double)sum;
            ret.from = profile->low + start;
            ret.to = profile->low + i + 1;
        }
    }
    return ret;
}

static double offset_of(const struct cut *cut, double x, double y)
{
    return cut->direction[0] * x + cut->direction[1] * y;
}

/* Whether inside nearly all is gone and outside nearly all is there, and enough of both. */
static bool is_pure(const struct located *located, const struct image *ink, const struct cut *cut)
{
    const struct image *print = &located->element->fine_mask;
    long gone[2] = {0, 0}, all[2] = {0, 0};
    for (int y = 0; y < print->height; y++)
        for (int x = 0; x < print->width; x++) {
            if (!image_row(print, y)[x] || !image_row(&located->open, y)[x])
                continue;
            double at = offset_of(cut, x, y);
            int in = at >= cut->from && at < cut->to;
            all[in]++;
            gone[in] += image_row(ink, y)[x] == 0;
        }
    double least = SIDE_MIN_MM2 / (fine_mm(1) * fine_mm(1));
    return (double)all[0] >= least && (double)all[1] >= least &&
           (double)gone[1] >= GONE_SHARE * (double)all[1] &&
           (double)gone[0] <= (1 - THERE_SHARE) * (double)all[0];
}

static bool is_set(const struct image *mask, double x, double y)
{
    int u = (int)lround(x), v = (int)lround(y);
    return u >= 0 && v >= 0 && u < mask->width && v < mask->height && image_row(mask, v)[u] != 0;
}

/* Whether the line at this offset goes through a stroke of the template: print on both of its
 * sides, of which only the outer one is there. */
static bool goes_through_stroke(const struct located *located, const struct image *ink,
                                const struct cut *cut, double offset, double outward)
{
    const struct image *print = &located->element->fine_mask;
    const double *d = cut->direction, beside = outward * BESIDE_MM / fine_mm(1);
    double reach = print->width + print->height;
    int run = 0;
    for (double s = -reach; s < reach; s++) {
        double x = d[0] * offset - d[1] * s, y = d[1] * offset + d[0] * s;
        double out_x = x + d[0] * beside, out_y = y + d[1] * beside;
        double in_x = x - d[0] * beside, in_y = y - d[1] * beside;
        bool cuts = is_set(print, x, y) && is_set(print, out_x, out_y) &&
                    is_set(print, in_x, in_y) && is_set(ink, out_x, out_y) &&
                    !is_set(ink, in_x, in_y);
        run = cuts ? run + 1 : 0;
        if (fine_mm(run) >= STROKE_MIN_MM)
            return true;
    }
    return false;
}

/* 255 where the element can still be seen when what lies beyond the cut is not. */
static bool rest_of(const struct image *open, const struct cut *cut, struct image *ret,
                    struct err *err)
{
    double rim = RIM_MM / fine_mm(1);
    struct image rest;
    if (!image_copy(open, &rest, err))
        return false;
    for (int y = 0; y < rest.height; y++)
        for (int x = 0; x < rest.width; x++) {
            double at = offset_of(cut, x, y);
            if (at >= cut->from - rim && at < cut->to + rim)
                image_row(&rest, y)[x] = 0;
        }
    *ret = rest;
    return true;
}

/* Takes what lies beyond the cut out of open and clear, when the rest is the template's print: a
 * stamp over a corner of a place that is bare ends in a line as well. */
static bool hide(struct located *located, const struct cut *cut, bool *ret_hidden, struct err *err)
{
    struct image rest = {0};
    *ret_hidden = false;
    if (!rest_of(&located->open, cut, &rest, err))
        return false;
    if (image_correlation(&located->element->fine, &located->strength, &rest) >= REST_NCC) {
        mask_and(&located->open, &rest);
        mask_and(&located->clear, &rest);
        *ret_hidden = true;
    }
    image_finish(&rest);
    return true;
}

/* The direction near an axis of the element across which most of what is gone lies together. */
static struct cut best_near(const struct located *located, const struct image *ink, int axis,
                            struct profile *profile)
{
    struct cut best = {0};
    for (double tilt = -TILT_MAX_DEG; tilt <= TILT_MAX_DEG; tilt += TILT_STEP_DEG) {
        double angle = (tilt + 90 * axis) * M_PI / 180;
        const double direction[2] = {cos(angle), sin(angle)};
        profile_fill(located, ink, direction, profile);
        struct cut cut = best_stretch(profile, direction);
        if (cut.gain > best.gain)
            best = cut;
    }
    return best;
}

bool cut_find(struct located *located, const struct image *ink, bool *ret_found, struct err *err)
{
    const struct image *print = &located->element->fine_mask;
    struct profile profile = {.n = print->width + print->height + 2};
    profile.gone = malloc((size_t)profile.n * sizeof *profile.gone);
    profile.there = malloc((size_t)profile.n * sizeof *profile.there);
    *ret_found = false;
    bool ok = (profile.gone && profile.there) || err_set(err, "out of memory for a label's edge");
    for (int axis = 0; ok && axis < 2 && !*ret_found; axis++) {
        struct cut cut = best_near(located, ink, axis, &profile);
        if (cut.gain > 0 && is_pure(located, ink, &cut) &&
            (goes_through_stroke(located, ink, &cut, cut.from, -1) ||
             goes_through_stroke(located, ink, &cut, cut.to, 1)))
            ok = hide(located, &cut, ret_found, err);
    }
    free(profile.gone);
    free(profile.there);
    return ok;
}
