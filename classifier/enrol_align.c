/* Alignment of genuine samples without knowing what they share.
 *
 * Coarse: ink strength at 50 dpi of one sample is correlated with that of another in every turn
 * that fits its format (and with the sides exchanged); what the firm printed agrees in one of them
 * only. The sample with the highest sum becomes the reference. Fine: ORB features at 150 dpi,
 * matched between sample and reference and kept where they confirm the coarse place, give an affine
 * map to about 0.05 mm. Features of recipients and stamps have no partner in the reference. A
 * sample that agrees with the reference much less than the others do is a stranger. */
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
#define FEATURES_MIN 16
#define STRETCH_MAX 0.03
#define AGREE_MIN 0.12 /* correlation below which two pages share nothing */

static const struct cv_orb orb_of_sample = {.n_features = 4000,
                                            .scale_factor = 1.2,
                                            .levels = 3,
                                            .edge = 20,
                                            .patch = 31,
                                            .fast_threshold = 10};

enum side_name sample_scan_side(const struct sample *sample, enum side_name template_side)
{
    return sample->swap ? (enum side_name)(1 - template_side) : template_side;
}

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

/* Affine map by features that confirm the coarse one; leaves it alone when too few do. */
static bool refine_pose(const struct cv_features *a, const struct cv_features *b,
                        struct affine *page, struct err *err)
{
    const float mm = (float)(25.4 / SIDE_REDUCED_DPI);
    struct cv_matches matches = {0};
    if (!cv_match_features(a, b, 0.85, true, &matches, err))
        return false;
    struct cv_point *from = calloc((size_t)matches.n + 1, sizeof *from);
    struct cv_point *to = calloc((size_t)matches.n + 1, sizeof *to);
    int n = 0;
    bool ok = (from && to) || err_set(err, "out of memory while aligning");
    for (int i = 0; ok && i < matches.n; i++) {
        const struct cv_keypoint *p = &a->keypoint[matches.match[i].a];
        const struct cv_keypoint *q = &b->keypoint[matches.match[i].b];
        double expected[2];
        affine_apply(page, p->x * mm, p->y * mm, expected);
        if (hypot(expected[0] - q->x * mm, expected[1] - q->y * mm) > NEAR_COARSE_MM)
            continue;
        from[n] = (struct cv_point){p->x * mm, p->y * mm};
        to[n++] = (struct cv_point){q->x * mm, q->y * mm};
    }
    double m[6];
    int inliers = 0;
    struct err disagree;
    if (ok && n >= FEATURES_MIN &&
        cv_estimate_affine(from, to, n, FEATURE_RANSAC_MM, m, NULL, &inliers, &disagree) &&
        inliers >= FEATURES_MIN && fabs(hypot(m[0], m[3]) - 1) < STRETCH_MAX &&
        fabs(hypot(m[1], m[4]) - 1) < STRETCH_MAX)
        memcpy(page->m, m, sizeof m);
    free(from);
    free(to);
    cv_matches_finish(&matches);
    return ok;
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

/* Used envelopes agree less than fresh ones, so only those that agree in nothing are dropped here;
 * strangers show themselves when their elements are missing (enrol.c). */
static void drop_unrelated(struct sample *sample, int n)
{
    for (int i = 0; i < n; i++)
        if (sample[i].used && sample[i].agreement < AGREE_MIN) {
            sample[i].used = false;
            snprintf(sample[i].why_not, sizeof sample[i].why_not,
                     "shares nothing with the others (agreement %.2f)", sample[i].agreement);
        }
}

static bool take_poses(struct sample *sample, int n, int reference, const struct pose *pose,
                       struct err *err)
{
    struct cv_features of_reference[SIDE_COUNT] = {{0}};
    bool ok = true;
    for (int s = 0; ok && s < SIDE_COUNT; s++)
        if (sample[reference].scan.has[s])
            ok = cv_orb_features(&sample[reference].scan.strength[s], NULL, &orb_of_sample,
                                 &of_reference[s], err);
    for (int i = 0; ok && i < n; i++) {
        if (!sample[i].used)
            continue;
        sample[i].swap = i != reference && pose[i].swap;
        sample[i].agreement = i == reference ? 1 : pose[i].score;
        for (int s = 0; ok && s < SIDE_COUNT; s++) {
            enum side_name on = sample_scan_side(&sample[i], (enum side_name)s);
            sample[i].has[s] = i == reference ? sample[i].scan.has[s] : pose[i].has[s];
            sample[i].page[s] = i == reference ? affine_identity() : pose[i].page[s];
            if (i == reference || !sample[i].has[s])
                continue;
            struct cv_features features = {0};
            ok = cv_orb_features(&sample[i].scan.strength[on], NULL, &orb_of_sample, &features,
                                 err) &&
                 refine_pose(&of_reference[s], &features, &sample[i].page[s], err);
            cv_features_finish(&features);
        }
    }
    for (int s = 0; s < SIDE_COUNT; s++)
        cv_features_finish(&of_reference[s]);
    return ok;
}

bool enrol_align(struct sample *sample, int n, double ret_size_mm[2], struct err *err)
{
    struct image(*small)[SIDE_COUNT] = calloc((size_t)n, sizeof *small);
    struct pose *pose = calloc((size_t)n, sizeof *pose), *best = calloc((size_t)n, sizeof *best);
    bool ok = (small && pose && best) || err_set(err, "out of memory while aligning");
    for (int i = 0; ok && i < n; i++)
        if (sample[i].used)
            ok = small_pages(&sample[i], small[i], err);
    int reference = -1, tried = 0;
    double best_sum = -1;
    for (int r = 0; ok && r < n && tried < REFERENCES_MAX; r++) {
        double sum = 0;
        if (!sample[r].used)
            continue;
        tried++;
        for (int i = 0; ok && i < n; i++)
            if (i != r && sample[i].used) {
                ok = pose_of(&sample[r], small[r], &sample[i], small[i], &pose[i], err);
                sum += fmin(1, pose[i].score);
            }
        if (ok && sum > best_sum) {
            best_sum = sum;
            reference = r;
            memcpy(best, pose, (size_t)n * sizeof *best);
        }
    }
    if (ok && reference < 0)
        ok = err_set(err, "none of the samples can be used; give scans of genuine envelopes");
    ok = ok && take_poses(sample, n, reference, best, err);
    if (ok) {
        drop_unrelated(sample, n);
        memcpy(ret_size_mm, sample[reference].scan.side[SIDE_FRONT].size_mm, 2 * sizeof(double));
    }
    for (int i = 0; small && i < n; i++)
        for (int s = 0; s < SIDE_COUNT; s++)
            image_finish(&small[i][s]);
    free(small);
    free(pose);
    free(best);
    return ok;
}
