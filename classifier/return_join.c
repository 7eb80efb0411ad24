#include "classifier/return_join.h"

#include "classifier/address.h"
#include "schemas/base/fold.h"

#include <math.h>
#include <string.h>

#define TURN_DEG 5.0    /* between pieces; of a word or two the angle is known no better */
#define GAP_MM 8.0      /* between pieces, along their lines or across */
#define SHARED 0.25     /* of the smaller one's extent in the other direction */
#define ALONG_MAX 140.0 /* no notice is larger */
#define ACROSS_MAX 90.0
#define MARGIN_MM 1.5
#define REACH_ALONG_MM 16.0 /* of a bar on either side of a word in its middle */
#define WORD_CONFIDENCE 75  /* of a word that was read by its colour: sure, */
#define WORD_LETTERS 5      /* and no chance */
#define REACH_MM 11.0       /* one row of a wide form, and a little */

/* In the frame of the surest piece: along its lines and across. */
struct extent {
    double low[2], high[2];
};

static struct extent extent_of(const struct return_region *region, double angle_deg)
{
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180);
    double x = region->centre_mm[0], y = region->centre_mm[1];
    const double at[2] = {c * x + s * y, c * y - s * x};
    struct extent ret;
    for (int k = 0; k < 2; k++) {
        ret.low[k] = at[k] - region->size_mm[k] / 2;
        ret.high[k] = at[k] + region->size_mm[k] / 2;
    }
    return ret;
}

static bool is_near(const struct extent *a, const struct extent *b)
{
    double gap[2], shared[2];
    for (int k = 0; k < 2; k++) {
        double common = fmin(a->high[k], b->high[k]) - fmax(a->low[k], b->low[k]);
        gap[k] = -common;
        shared[k] = common / fmin(a->high[k] - a->low[k], b->high[k] - b->low[k]);
    }
    return (gap[0] <= GAP_MM && shared[1] >= SHARED) || (gap[1] <= GAP_MM && shared[0] >= SHARED);
}

static struct extent joined(const struct extent *a, const struct extent *b)
{
    struct extent ret;
    for (int k = 0; k < 2; k++) {
        ret.low[k] = fmin(a->low[k], b->low[k]);
        ret.high[k] = fmax(a->high[k], b->high[k]);
    }
    return ret;
}

static bool fits(const struct extent *extent)
{
    return extent->high[0] - extent->low[0] <= ALONG_MAX &&
           extent->high[1] - extent->low[1] <= ACROSS_MAX;
}

/* A word or two may have been read on their head. */
static bool may_belong(const struct return_reading *reading, const struct return_reading *to,
                       const struct phrases *phrases)
{
    struct address address;
    return reading->region.side == to->region.side && reading->region.kind != REGION_LABEL &&
           fabs(remainder(reading->region.angle_deg - to->region.angle_deg,
                          reading->evidence < RETURN_HINT ? 180 : 360)) <= TURN_DEG &&
           !(address_parse(phrases_countries(phrases), reading->text, &address) &&
             address.street[0]);
}

static const struct return_reading *surest(const struct sheet_texts *texts)
{
    const struct return_reading *ret = NULL;
    for (int i = 0; i < texts->n; i++)
        if (texts->reading[i].evidence >= RETURN_HINT &&
            (!ret || texts->reading[i].evidence > ret->evidence))
            ret = &texts->reading[i];
    return ret && (ret->region.kind != REGION_LABEL || ret->evidence < RETURN_CLAIM) ? ret : NULL;
}

/* Whether several reasons are printed: a form. */
static bool is_form(const struct sheet_texts *texts, const bool *member)
{
    const char *first = NULL;
    for (int i = 0; i < texts->n; i++)
        if (member[i] && return_reading_has_several(&texts->reading[i], &first))
            return true;
    return false;
}

/* A row of one short word is no block to be read; a form may have one above or below what was
 * found (axis 1), and the bar that a short reason stands under is longer than it (axis 0). As far
 * as nothing else that was read stands there. */
static void reach_out(const struct sheet_texts *texts, const bool *member, enum side_name side,
                      double angle_deg, int axis, double reach_mm, struct extent *extent)
{
    const int other_axis = 1 - axis;
    double low = extent->low[axis] - reach_mm, high = extent->high[axis] + reach_mm;
    for (int i = 0; i < texts->n; i++) {
        struct extent other = extent_of(&texts->reading[i].region, angle_deg);
        if (member[i] || texts->reading[i].region.side != side ||
            other.high[other_axis] <= extent->low[other_axis] ||
            other.low[other_axis] >= extent->high[other_axis])
            continue;
        if (other.high[axis] <= extent->low[axis] + MARGIN_MM)
            low = fmax(low, other.high[axis]);
        if (other.low[axis] >= extent->high[axis] - MARGIN_MM)
            high = fmin(high, other.low[axis]);
    }
    extent->low[axis] = fmin(extent->low[axis], low);
    extent->high[axis] = fmax(extent->high[axis], high);
}

bool return_join_region(const struct sheet_texts *texts, const struct phrases *phrases,
                        struct return_region *ret, bool *ret_member)
{
    const struct return_reading *best = surest(texts);
    if (!best || (best->region.kind != REGION_LABEL && !may_belong(best, best, phrases)))
        return false;
    double angle = best->region.angle_deg;
    struct extent extent = extent_of(&best->region, angle);
    int members = 1;
    memset(ret_member, 0, (size_t)texts->n * sizeof *ret_member);
    ret_member[best - texts->reading] = true;
    *ret = best->region;
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < texts->n; i++) {
            const struct return_region *region = &texts->reading[i].region;
            struct extent piece = extent_of(region, angle), both = joined(&extent, &piece);
            if (ret_member[i] || !may_belong(&texts->reading[i], best, phrases) ||
                !is_near(&extent, &piece) || !fits(&both))
                continue;
            extent = both;
            ret_member[i] = again = true;
            members++;
            ret->letters += region->letters;
            if (region->kind != ret->kind) /* a stamp's ink alone would leave out the rest */
                ret->kind = REGION_PRINT;
        }
    }
    /* of half a notice the rest may be what no block is made of: white letters on a bar */
    bool half = best->evidence < RETURN_CLAIM;
    if (half || is_form(texts, ret_member))
        reach_out(texts, ret_member, ret->side, angle, 1, REACH_MM, &extent);
    if (half)
        reach_out(texts, ret_member, ret->side, angle, 0, REACH_ALONG_MM, &extent);
    double s = sin(angle * M_PI / 180), c = cos(angle * M_PI / 180), middle[2];
    for (int k = 0; k < 2; k++) {
        middle[k] = (extent.low[k] + extent.high[k]) / 2;
        ret->size_mm[k] = extent.high[k] - extent.low[k] + 2 * MARGIN_MM;
    }
    ret->centre_mm[0] = c * middle[0] - s * middle[1];
    ret->centre_mm[1] = s * middle[0] + c * middle[1];
    return members > 1 || half;
}

static bool holds(const struct return_region *outer, const struct return_region *inner)
{
    double box[4];
    return_region_box(outer, box);
    for (int c = 0; c < 2; c++)
        if (inner->centre_mm[c] < box[c] || inner->centre_mm[c] > box[c] + box[c + 2])
            return false;
    return outer->side == inner->side;
}

/* The longest of the words that were read by their colour in the region, or NULL. */
static const struct return_reading *coloured_word(const struct sheet_texts *texts, int region)
{
    const struct return_reading *ret = NULL;
    for (int i = 0; i < texts->n; i++) {
        const struct return_reading *word = &texts->reading[i];
        if (i != region && word->region.kind == REGION_STAMP &&
            word->confidence >= WORD_CONFIDENCE && text_count(word->plain) >= WORD_LETTERS + 2 &&
            holds(&texts->reading[region].region, &word->region) &&
            (!ret || strlen(word->plain) > strlen(ret->plain)))
            ret = word;
    }
    return ret;
}

bool return_join_overprint(const struct sheet_texts *texts, struct return_region *ret,
                           bool *ret_member)
{
    const struct return_reading *best = NULL;
    for (int i = 0; i < texts->n; i++) {
        const struct return_reading *reading = &texts->reading[i];
        if (reading->evidence >= RETURN_HINT)
            return false;
        const struct return_reading *word =
            reading->confidence < SENSE_CONFIDENCE ? coloured_word(texts, i) : NULL;
        if (!word || (best && strlen(word->plain) <= strlen(best->plain)))
            continue;
        best = word;
        memset(ret_member, 0, (size_t)texts->n * sizeof *ret_member);
        ret_member[i] = true;
        *ret = reading->region;
        ret->kind = REGION_STAMP;
        ret->angle_deg = word->region.angle_deg;
        if (fabs(remainder(ret->angle_deg - reading->region.angle_deg, 180)) > 45) {
            ret->size_mm[0] = reading->region.size_mm[1];
            ret->size_mm[1] = reading->region.size_mm[0];
        }
    }
    return best != NULL;
}

void return_join_replace(struct sheet_texts *texts, const bool *member,
                         const struct return_reading *joined)
{
    int kept = 0;
    for (int i = 0; i < texts->n; i++)
        if (!member[i])
            texts->reading[kept++] = texts->reading[i];
    texts->reading[kept++] = *joined;
    texts->n = kept;
}
