/* Alignment of genuine samples without knowing what they share.
 *
 * Coarse: the blocks of ink of one sample are looked for on another in every turn that fits its
 * format (and with the sides exchanged); what the firm printed agrees in one of them only
 * (enrol_blocks.c). The sample with the highest sum becomes the reference. A franking machine's
 * imprint is the same on many envelopes, but stands on each where the envelope was fed: blocks of
 * the reference that agree with far fewer samples than its others do are dropped, with what lies in
 * them, and the places voted for again. Fine: ORB features at
 * 150 dpi, matched between sample and reference and kept where they confirm the coarse place, give
 * an affine map to about 0.05 mm. Features of recipients and stamps have no partner in the
 * reference. Two envelopes of one design share hundreds of features, two of different designs none
 * that agree on a place; so a sample without them belongs to another design or to nobody. Designs
 * with too little detail for features (one small logo) are judged and placed by their blocks
 * instead. */
#include "classifier/enrol_parts.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAME_FORMAT_MM 8.0
#define REFERENCES_MAX 6   /* samples tried as reference */
#define NEAR_COARSE_MM 2.0 /* a feature match must confirm the coarse place */
#define FEATURE_RANSAC_MM 0.25
#define MATCH_RATIO 0.85 /* Lowe's ratio, mild since the place decides as well */
#define FEATURES_MIN 16
#define SIZE_MAX_OFF 0.03     /* of two scans of one design */
#define STRETCH_MAX_OFF 0.015 /* of one direction against the other: feeders, 0.6 % each way */
#define TURN_MAX 0.03         /* of a quarter turn: the sides are deskewed */
#define AGREE_MIN 0.1         /* of a block's vote: less is chance */
#define SAME_BLOCK 0.9        /* correlation at 75 dpi: the same print, if too small for features */
#define SUPPORT_SHARE 2       /* a block that half as many samples have as the commonest is kept */
#define FEATURES_NEEDED 24    /* half of the samples share as many: the design has detail enough */

struct pose {
    double score, best; /* of the blocks' votes */
    bool swap;
    bool has[SIDE_COUNT];
    struct affine page[SIDE_COUNT]; /* reference page mm -> sample page mm, by template side */
    bool agrees[SIDE_COUNT][PAGE_BLOCKS_MAX]; /* of the reference's blocks */
};

/* Best turn of one side on one reference side. */
static bool best_turn(const struct side *a, const struct page_blocks *a_blocks,
                      const struct side *b, const struct image *b_page, struct block_vote *ret,
                      struct affine *ret_page, struct err *err)
{
    *ret = (struct block_vote){0};
    *ret_page = affine_identity();
    for (int turn = 0; turn < 360; turn += 90) {
        double size[2];
        struct block_vote vote;
        turned_size(turn, b->size_mm, size);
        if (fabs(size[0] - a->size_mm[0]) > SAME_FORMAT_MM ||
            fabs(size[1] - a->size_mm[1]) > SAME_FORMAT_MM)
            continue;
        if (!blocks_vote(a_blocks, b_page, turn, &vote, err))
            return false;
        if (vote.score <= ret->score)
            continue;
        struct affine to_page = turn_to_page(turn, b->size_mm), laid = affine_identity();
        laid.m[2] = vote.shift_mm[0];
        laid.m[5] = vote.shift_mm[1];
        *ret_page = affine_multiply(&to_page, &laid);
        *ret = vote;
    }
    return true;
}

static bool pose_of(const struct sample *reference, const struct page_blocks blocks[SIDE_COUNT],
                    const struct sample *sample, struct pose *ret, struct err *err)
{
    struct pose best = {0};
    for (int swap = 0; swap < SIDE_COUNT; swap++) {
        struct pose pose = {.swap = swap != 0};
        for (int s = 0; s < SIDE_COUNT; s++) {
            int on = swap ? 1 - s : s;
            struct block_vote vote;
            if (!reference->scan.has[s] || !sample->scan.has[on])
                continue;
            if (!best_turn(&reference->scan.side[s], &blocks[s], &sample->scan.side[on],
                           &sample->scan.strength[on], &vote, &pose.page[s], err))
                return false;
            pose.has[s] = vote.score >= AGREE_MIN;
            memcpy(pose.agrees[s], vote.agrees, sizeof vote.agrees);
            pose.score += vote.score;
            pose.best = fmax(pose.best, vote.best);
        }
        if (swap == 0 || pose.score > best.score)
            best = pose;
    }
    *ret = best;
    return true;
}

static bool lies_in(const struct page_blocks *blocks, const struct cv_keypoint *at)
{
    for (int i = 0; i < blocks->n; i++) {
        const struct cv_component *c = &blocks->block[i];
        if (at->x >= (float)c->x && at->x <= (float)(c->x + c->w) && at->y >= (float)c->y &&
            at->y <= (float)(c->y + c->h))
            return true;
    }
    return false;
}

/* What of the reference's side is looked for on a sample. */
struct wanted {
    const struct cv_features *features;
    const struct page_blocks *dropped; /* what lies in them is not */
};

/* Pairs of features that lie at the same place of the reference and, through `near` (NULL:
 * anywhere), of the sample; page mm. */
static bool matched_points(const struct wanted *wanted, const struct cv_features *b,
                           const struct affine *near, struct cv_point **ret_from,
                           struct cv_point **ret_to, int *ret_n, struct err *err)
{
    const float mm = (float)(25.4 / SIDE_REDUCED_DPI);
    const struct cv_features *a = wanted->features;
    struct cv_matches matches = {0};
    if (!cv_match_features(a, b, MATCH_RATIO, true, &matches, err))
        return false;
    struct cv_point *from = calloc((size_t)matches.n + 1, sizeof *from);
    struct cv_point *to = calloc((size_t)matches.n + 1, sizeof *to);
    int n = 0;
    for (int i = 0; from && to && i < matches.n; i++) {
        const struct cv_keypoint *p = &a->keypoint[matches.match[i].a];
        const struct cv_keypoint *q = &b->keypoint[matches.match[i].b];
        double expected[2] = {q->x * mm, q->y * mm};
        if (near)
            affine_apply(near, p->x * mm, p->y * mm, expected);
        if (hypot(expected[0] - q->x * mm, expected[1] - q->y * mm) > NEAR_COARSE_MM ||
            lies_in(wanted->dropped, p))
            continue;
        from[n] = (struct cv_point){p->x * mm, p->y * mm};
        to[n++] = (struct cv_point){q->x * mm, q->y * mm};
    }
    cv_matches_finish(&matches);
    if (!from || !to) {
        free(from);
        free(to);
        return err_set(err, "out of memory while aligning");
    }
    *ret_from = from;
    *ret_to = to;
    *ret_n = n;
    return true;
}

static bool plausible(const double m[6])
{
    double x = hypot(m[0], m[3]), y = hypot(m[1], m[4]), turn = atan2(m[3], m[0]) / (M_PI / 2);
    double skew = (m[0] * m[1] + m[3] * m[4]) / (x * y);
    return fabs(x - 1) < SIZE_MAX_OFF && fabs(y - 1) < SIZE_MAX_OFF &&
           fabs(x - y) < STRETCH_MAX_OFF && fabs(skew) < STRETCH_MAX_OFF &&
           fabs(turn - round(turn)) < TURN_MAX;
}

typedef bool estimate(const struct cv_point *from, const struct cv_point *to, int n, double reproj,
                      double ret_m[6], uint8_t *ret_inlier, int *ret_inliers, struct err *err);

/* Inliers of a plausible map, or 0. */
static int fit_map(estimate *fit, const struct cv_point *from, const struct cv_point *to, int n,
                   double ret_m[6])
{
    int inliers = 0;
    struct err disagree;
    bool fits =
        n >= FEATURES_MIN && fit(from, to, n, FEATURE_RANSAC_MM, ret_m, NULL, &inliers, &disagree);
    return fits && inliers >= FEATURES_MIN && plausible(ret_m) ? inliers : 0;
}

/* Map by features: affine, or where these lie too close together to tell a stretch from plates that
 * were hung a tenth of a millimetre apart, a similarity. Leaves *page alone and ret_inliers 0 when
 * too few agree. */
static bool refine_pose(const struct wanted *wanted, const struct cv_features *b, bool anywhere,
                        struct affine *page, int *ret_inliers, struct err *err)
{
    struct cv_point *from = NULL, *to = NULL;
    int n = 0;
    double m[6];
    if (!matched_points(wanted, b, anywhere ? NULL : page, &from, &to, &n, err))
        return false;
    int inliers = fit_map(cv_estimate_affine, from, to, n, m);
    if (inliers == 0)
        inliers = fit_map(cv_estimate_similarity, from, to, n, m);
    if (inliers > 0)
        memcpy(page->m, m, sizeof m);
    *ret_inliers = inliers;
    free(from);
    free(to);
    return true;
}

struct alignment {
    struct sample *sample;
    int reference;
    struct page_blocks (*blocks)[SIDE_COUNT];
    struct page_blocks dropped[SIDE_COUNT]; /* of the reference */
    struct pose *pose;
    int *inliers;
};

static bool find_blocks(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct alignment *align = ctx;
    const struct scan *scan = &align->sample[i].scan;
    for (int s = 0; align->sample[i].used && s < SIDE_COUNT; s++)
        if (scan->has[s] && !blocks_find(&scan->strength[s], &align->blocks[i][s], err))
            return false;
    return true;
}

static bool pose_one(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct alignment *align = ctx;
    int r = align->reference;
    return i == r || !align->sample[i].used ||
           pose_of(&align->sample[r], align->blocks[r], &align->sample[i], &align->pose[i], err);
}

static bool same_format(const double a_mm[2], const double b_mm[2], const struct affine *page)
{
    bool across = fabs(page->m[1]) > fabs(page->m[0]);
    return fabs(a_mm[0] - b_mm[across ? 1 : 0]) <= SAME_FORMAT_MM &&
           fabs(a_mm[1] - b_mm[across ? 0 : 1]) <= SAME_FORMAT_MM;
}

/* By features alone, for pages on which other ink outweighs the firm's own: both assignments of
 * the sides are tried. */
static bool pose_by_features(const struct alignment *align, const struct sample *sample,
                             struct pose *ret, int *ret_inliers, struct err *err)
{
    const struct sample *reference = &align->sample[align->reference];
    for (int swap = 0; swap < SIDE_COUNT; swap++) {
        struct pose pose = {.swap = swap != 0};
        int sum = 0;
        for (int s = 0; s < SIDE_COUNT; s++) {
            int on = swap ? 1 - s : s, inliers;
            if (!reference->scan.has[s] || !sample->scan.has[on])
                continue;
            struct wanted wanted = {&reference->features[s], &align->dropped[s]};
            if (!refine_pose(&wanted, &sample->features[on], true, &pose.page[s], &inliers, err))
                return false;
            pose.has[s] = inliers > 0 && same_format(reference->scan.side[s].size_mm,
                                                     sample->scan.side[on].size_mm, &pose.page[s]);
            sum += pose.has[s] ? inliers : 0;
        }
        if (sum > *ret_inliers) {
            *ret_inliers = sum;
            pose.score = ret->score;
            *ret = pose;
        }
    }
    return true;
}

static bool refine_one(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct alignment *align = ctx;
    const struct sample *reference = &align->sample[align->reference];
    const struct sample *sample = &align->sample[i];
    struct pose *pose = &align->pose[i];
    if (!sample->used || sample == reference)
        return true;
    for (int s = 0; s < SIDE_COUNT; s++) {
        int inliers = 0;
        struct wanted wanted = {&reference->features[s], &align->dropped[s]};
        if (pose->has[s] && !refine_pose(&wanted, &sample->features[pose->swap ? 1 - s : s], false,
                                         &pose->page[s], &inliers, err))
            return false;
        align->inliers[i] += inliers;
    }
    if (align->inliers[i] > 0)
        return true;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (pose->has[s] &&
            !blocks_refine(&align->blocks[align->reference][s],
                           &sample->scan.strength[pose->swap ? 1 - s : s], &pose->page[s], err))
            return false;
    return pose_by_features(align, sample, pose, &align->inliers[i], err);
}

/* The sample that agrees best with the others, and how they lie on it. */
static bool choose_reference(struct alignment *align, int n, struct err *err)
{
    struct pose *best = calloc((size_t)n, sizeof *best);
    int reference = -1, tried = 0;
    double best_sum = -1;
    bool ok = best || err_set(err, "out of memory while aligning");
    for (int r = 0; ok && r < n && tried < REFERENCES_MAX; r++) {
        double sum = 0;
        if (!align->sample[r].used)
            continue;
        tried++;
        align->reference = r;
        ok = parallel_run(n, pose_one, align, err);
        for (int i = 0; ok && i < n; i++)
            sum += i != r && align->sample[i].used ? fmin(1, align->pose[i].score) : 0;
        if (ok && sum > best_sum) {
            best_sum = sum;
            reference = r;
            memcpy(best, align->pose, (size_t)n * sizeof *best);
        }
    }
    if (ok && reference < 0)
        ok = err_set(err, "none of the samples can be used; give scans of genuine envelopes");
    if (ok) {
        memcpy(align->pose, best, (size_t)n * sizeof *best);
        align->reference = reference;
    }
    free(best);
    return ok;
}

/* How many samples have the reference's block where the others of its blocks are. */
static int supporters(const struct alignment *align, int n, int side, int block)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += i != align->reference && align->sample[i].used && align->pose[i].has[side] &&
               align->pose[i].agrees[side][block];
    return sum;
}

/* Moves what few samples share from the reference's blocks to `dropped`. */
static bool drop_wandering(struct alignment *align, int n)
{
    bool any = false;
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct page_blocks *blocks = &align->blocks[align->reference][s];
        struct page_blocks *dropped = &align->dropped[s];
        int support[PAGE_BLOCKS_MAX], most = 0, kept = 0;
        for (int k = 0; k < blocks->n; k++) {
            support[k] = supporters(align, n, s, k);
            most = support[k] > most ? support[k] : most;
        }
        for (int k = 0; k < blocks->n; k++)
            if (support[k] * SUPPORT_SHARE >= most)
                blocks->block[kept++] = blocks->block[k];
            else
                dropped->block[dropped->n++] = blocks->block[k];
        blocks->n = kept;
        any |= dropped->n > 0;
    }
    return any;
}

/* Whether the design has detail enough for features to be asked of every sample; always of a few
 * samples that are left over, which need not belong together at all. */
static bool has_detail(const struct alignment *align, int n)
{
    int with = 0, used = samples_used(align->sample, n);
    for (int i = 0; i < n; i++)
        with += align->inliers[i] >= FEATURES_NEEDED;
    return used < ENROL_MIN_SAMPLES || with >= ENROL_MIN_SAMPLES - 1 || 2 * (with + 1) >= used;
}

/* What the majority was scanned as the front is the front. */
static void set_front(struct alignment *align, int n)
{
    int swapped = 0;
    for (int i = 0; i < n; i++)
        swapped += align->sample[i].used && align->sample[i].swap;
    if (2 * swapped <= samples_used(align->sample, n))
        return;
    for (int i = 0; i < n; i++) {
        struct sample *sample = &align->sample[i];
        struct affine page = sample->page[SIDE_FRONT];
        bool has = sample->has[SIDE_FRONT];
        sample->swap = !sample->swap;
        sample->page[SIDE_FRONT] = sample->page[SIDE_BACK];
        sample->page[SIDE_BACK] = page;
        sample->has[SIDE_FRONT] = sample->has[SIDE_BACK];
        sample->has[SIDE_BACK] = has;
    }
}

static void take_poses(struct alignment *align, int n)
{
    bool detail = has_detail(align, n);
    for (int i = 0; i < n; i++) {
        struct sample *sample = &align->sample[i];
        const struct pose *pose = &align->pose[i];
        if (!sample->used)
            continue;
        bool reference = i == align->reference;
        sample->swap = !reference && pose->swap;
        sample->agreement = reference ? 1 : pose->score;
        for (int s = 0; s < SIDE_COUNT; s++) {
            sample->has[s] = reference ? sample->scan.has[s] : pose->has[s];
            sample->page[s] = reference ? affine_identity() : pose->page[s];
        }
        bool alike =
            detail ? align->inliers[i] > 0 || pose->best >= SAME_BLOCK : pose->score >= AGREE_MIN;
        if (!reference && !alike)
            sample_leave_out(sample, "shares no print with the others, or hardly any can be seen");
    }
    set_front(align, n);
}

bool enrol_align(struct sample *sample, int n, double ret_size_mm[2], struct err *err)
{
    struct alignment align = {.sample = sample,
                              .blocks = calloc((size_t)n, sizeof *align.blocks),
                              .pose = calloc((size_t)n, sizeof *align.pose),
                              .inliers = calloc((size_t)n, sizeof *align.inliers)};
    bool ok = (align.blocks && align.pose && align.inliers) ||
              err_set(err, "out of memory while aligning");
    ok = ok && parallel_run(n, find_blocks, &align, err) && choose_reference(&align, n, err) &&
         (!drop_wandering(&align, n) || parallel_run(n, pose_one, &align, err)) &&
         parallel_run(n, refine_one, &align, err);
    if (ok) {
        const struct sample *reference = &sample[align.reference];
        enum side_name side = reference->scan.has[SIDE_FRONT] ? SIDE_FRONT : SIDE_BACK;
        take_poses(&align, n);
        memcpy(ret_size_mm, reference->scan.side[side].size_mm, 2 * sizeof(double));
    }
    free(align.blocks);
    free(align.pose);
    free(align.inliers);
    return ok;
}
