/* Alignment of genuine samples without knowing what they share.
 *
 * Coarse: ink strength at 50 dpi of one sample is correlated with that of another in every turn
 * that fits its format (and with the sides exchanged); what the firm printed agrees in one of them
 * only. The sample with the highest sum becomes the reference. Fine: ORB features at 150 dpi,
 * matched between sample and reference and kept where they confirm the coarse place, give an affine
 * map to about 0.05 mm. Features of recipients and stamps have no partner in the reference.
 * Two envelopes of one design share hundreds of features, two of different designs none that agree
 * on a place; so a sample without them belongs to another design or to nobody. Designs with too
 * little detail for features (one small line) are judged by the coarse correlation instead. */
#include "classifier/enrol_parts.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN_DPI 50.0
#define ALIGN_SEARCH_MM                                                                            \
    7.0 /* print on paper and outline, or the margin of a scan without outline */
#define SAME_FORMAT_MM 8.0
#define REFERENCES_MAX 6   /* samples tried as reference */
#define NEAR_COARSE_MM 2.0 /* a feature match must confirm the coarse place */
#define FEATURE_RANSAC_MM 0.25
#define MATCH_RATIO 0.85 /* Lowe's ratio, mild since the place decides as well */
#define FEATURES_MIN 16
#define STRETCH_MAX 0.03
#define TURN_MAX 0.03      /* of a quarter turn: the sides are deskewed */
#define AGREE_MIN 0.12     /* correlation below which two pages share nothing */
#define FEATURES_NEEDED 24 /* half of the samples share as many: the design has detail enough */

/* Correlation of page b in the frame of page a, turned by `turn`; ret_shift in mm. */
static bool correlate(const struct image *a, const struct image *b, int turn, double *ret_ncc,
                      double ret_shift[2], struct err *err)
{
    int margin = (int)lround(ALIGN_SEARCH_MM * ALIGN_DPI / 25.4);
    struct image upright = {0};
    struct plane score = {0};
    if (!cv_turn(b, turn / 90, &upright, err))
        return false;
    /* The middle of a, without a margin, is searched in b. */
    struct image part =
        image_view(a, margin, margin, a->width - 2 * margin, a->height - 2 * margin);
    *ret_ncc = 0;
    bool ok = true;
    if (part.width > 4 && part.height > 4 && part.width <= upright.width &&
        part.height <= upright.height && image_percentile(&part, NULL, 0.999) >= INK_MIN_STRENGTH) {
        struct cv_extremes peak;
        ok = cv_match_template(&upright, &part, NULL, &score, err) &&
             cv_min_max_plane(&score, NULL, &peak, err);
        if (ok) {
            *ret_ncc = peak.max;
            ret_shift[0] = (peak.max_x - margin) * 25.4 / ALIGN_DPI;
            ret_shift[1] = (peak.max_y - margin) * 25.4 / ALIGN_DPI;
        }
    }
    plane_finish(&score);
    image_finish(&upright);
    return ok;
}

struct pose {
    double score;
    bool swap;
    bool has[SIDE_COUNT];
    struct affine page[SIDE_COUNT]; /* reference page mm -> sample page mm, by template side */
};

/* Best turn of one side on one reference side. */
static bool best_turn(const struct side *a, const struct image *a_small, const struct side *b,
                      const struct image *b_small, double *ret_score, struct affine *ret_page,
                      struct err *err)
{
    *ret_score = 0;
    *ret_page = affine_identity();
    for (int turn = 0; turn < 360; turn += 90) {
        double size[2], ncc, shift[2] = {0, 0};
        turned_size(turn, b->size_mm, size);
        if (fabs(size[0] - a->size_mm[0]) > SAME_FORMAT_MM ||
            fabs(size[1] - a->size_mm[1]) > SAME_FORMAT_MM)
            continue;
        if (!correlate(a_small, b_small, turn, &ncc, shift, err))
            return false;
        if (ncc <= *ret_score)
            continue;
        struct affine to_page = turn_to_page(turn, b->size_mm), laid = affine_identity();
        laid.m[2] = shift[0];
        laid.m[5] = shift[1];
        *ret_page = affine_multiply(&to_page, &laid);
        *ret_score = ncc;
    }
    return true;
}

static bool pose_of(const struct sample *reference, const struct image small_a[SIDE_COUNT],
                    const struct sample *sample, const struct image small_b[SIDE_COUNT],
                    struct pose *ret, struct err *err)
{
    struct pose best = {0};
    for (int swap = 0; swap < SIDE_COUNT; swap++) {
        struct pose pose = {.swap = swap != 0};
        for (int s = 0; s < SIDE_COUNT; s++) {
            int on = swap ? 1 - s : s;
            double score;
            if (!reference->scan.has[s] || !sample->scan.has[on])
                continue;
            if (!best_turn(&reference->scan.side[s], &small_a[s], &sample->scan.side[on],
                           &small_b[on], &score, &pose.page[s], err))
                return false;
            pose.has[s] = score >= AGREE_MIN;
            pose.score += score;
        }
        if (swap == 0 || pose.score > best.score)
            best = pose;
    }
    *ret = best;
    return true;
}

/* Pairs of features that lie at the same place of the reference and, through `near` (NULL:
 * anywhere), of the sample; page mm. */
static bool matched_points(const struct cv_features *a, const struct cv_features *b,
                           const struct affine *near, struct cv_point **ret_from,
                           struct cv_point **ret_to, int *ret_n, struct err *err)
{
    const float mm = (float)(25.4 / SIDE_REDUCED_DPI);
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
        if (hypot(expected[0] - q->x * mm, expected[1] - q->y * mm) > NEAR_COARSE_MM)
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
    double turn = atan2(m[3], m[0]) / (M_PI / 2);
    return fabs(hypot(m[0], m[3]) - 1) < STRETCH_MAX && fabs(hypot(m[1], m[4]) - 1) < STRETCH_MAX &&
           fabs(turn - round(turn)) < TURN_MAX;
}

/* Affine map by features; leaves *page alone and ret_inliers 0 when too few agree. */
static bool refine_pose(const struct cv_features *a, const struct cv_features *b, bool anywhere,
                        struct affine *page, int *ret_inliers, struct err *err)
{
    struct cv_point *from = NULL, *to = NULL;
    int n = 0, inliers = 0;
    double m[6];
    struct err disagree;
    *ret_inliers = 0;
    if (!matched_points(a, b, anywhere ? NULL : page, &from, &to, &n, err))
        return false;
    if (n >= FEATURES_MIN &&
        cv_estimate_affine(from, to, n, FEATURE_RANSAC_MM, m, NULL, &inliers, &disagree) &&
        inliers >= FEATURES_MIN && plausible(m)) {
        memcpy(page->m, m, sizeof m);
        *ret_inliers = inliers;
    }
    free(from);
    free(to);
    return true;
}

static bool small_pages(const struct sample *sample, struct image ret[SIDE_COUNT], struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        const struct image *page = &sample->scan.strength[s];
        if (sample->scan.has[s] &&
            !cv_resize(page, (int)lround(page->width * ALIGN_DPI / SIDE_REDUCED_DPI),
                       (int)lround(page->height * ALIGN_DPI / SIDE_REDUCED_DPI),
                       CV_INTERPOLATE_AREA, &ret[s], err))
            return false;
    }
    return true;
}

struct alignment {
    struct sample *sample;
    int reference;
    struct image (*small)[SIDE_COUNT];
    struct pose *pose;
    int *inliers;
};

static bool shrink_one(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct alignment *align = ctx;
    return !align->sample[i].used || small_pages(&align->sample[i], align->small[i], err);
}

static bool pose_one(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct alignment *align = ctx;
    int r = align->reference;
    return i == r || !align->sample[i].used ||
           pose_of(&align->sample[r], align->small[r], &align->sample[i], align->small[i],
                   &align->pose[i], err);
}

static bool same_format(const double a_mm[2], const double b_mm[2], const struct affine *page)
{
    bool across = fabs(page->m[1]) > fabs(page->m[0]);
    return fabs(a_mm[0] - b_mm[across ? 1 : 0]) <= SAME_FORMAT_MM &&
           fabs(a_mm[1] - b_mm[across ? 0 : 1]) <= SAME_FORMAT_MM;
}

/* By features alone, for pages on which other ink outweighs the firm's own: both assignments of
 * the sides are tried. */
static bool pose_by_features(const struct sample *reference, const struct sample *sample,
                             struct pose *ret, int *ret_inliers, struct err *err)
{
    for (int swap = 0; swap < SIDE_COUNT; swap++) {
        struct pose pose = {.swap = swap != 0};
        int sum = 0;
        for (int s = 0; s < SIDE_COUNT; s++) {
            int on = swap ? 1 - s : s, inliers;
            if (!reference->scan.has[s] || !sample->scan.has[on])
                continue;
            if (!refine_pose(&reference->features[s], &sample->features[on], true, &pose.page[s],
                             &inliers, err))
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
        if (pose->has[s] &&
            !refine_pose(&reference->features[s], &sample->features[pose->swap ? 1 - s : s], false,
                         &pose->page[s], &inliers, err))
            return false;
        align->inliers[i] += inliers;
    }
    return align->inliers[i] > 0 ||
           pose_by_features(reference, sample, pose, &align->inliers[i], err);
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
        if (!reference && (detail ? align->inliers[i] == 0 : pose->score < AGREE_MIN))
            sample_leave_out(sample, "shares no print with the others, or hardly any can be seen");
    }
    set_front(align, n);
}

bool enrol_align(struct sample *sample, int n, double ret_size_mm[2], struct err *err)
{
    struct alignment align = {.sample = sample,
                              .small = calloc((size_t)n, sizeof *align.small),
                              .pose = calloc((size_t)n, sizeof *align.pose),
                              .inliers = calloc((size_t)n, sizeof *align.inliers)};
    bool ok = (align.small && align.pose && align.inliers) ||
              err_set(err, "out of memory while aligning");
    ok = ok && parallel_run(n, shrink_one, &align, err) && choose_reference(&align, n, err) &&
         parallel_run(n, refine_one, &align, err);
    if (ok) {
        const struct sample *reference = &sample[align.reference];
        enum side_name side = reference->scan.has[SIDE_FRONT] ? SIDE_FRONT : SIDE_BACK;
        take_poses(&align, n);
        memcpy(ret_size_mm, reference->scan.side[side].size_mm, 2 * sizeof(double));
    }
    for (int i = 0; align.small && i < n; i++)
        for (int s = 0; s < SIDE_COUNT; s++)
            image_finish(&align.small[i][s]);
    free(align.small);
    free(align.pose);
    free(align.inliers);
    return ok;
}
