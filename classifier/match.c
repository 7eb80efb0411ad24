/* How a template is laid on a scan.
 *
 * The paper's outline nearly fixes the place: printing stays within 1-2 mm of the paper's edge, so
 * only the turn (0, 90, 180, 270) and the side are open. For each of them every element is
 * searched within a few millimetres at 75 dpi by normalised correlation of ink strength, and the
 * hypothesis with the most agreement is taken. Elements vote one by one, so a missing or redrawn
 * one does not spoil the rest. Where the outline is unknown or the format differs (white lid, cut
 * or larger envelope), ORB features at 150 dpi inside the element masks propose a similarity
 * (RANSAC); a design copied onto another format keeps its distance to the corner of the paper it
 * stands at, so there the outline is laid corner on corner as well. Without an outline the sheet is
 * not deskewed either, and a turn by half a degree would look like elements that were moved: there
 * the similarity also corrects what the elements voted for. Locating the elements confirms
 * or refutes what is proposed. Only a sheet on which nothing is recognised is searched for halves
 * of elements, and last for fragments of them that agree. Where the outline does not tell the
 * place, what would put the firm's print on the recipient's place is no proposal: mail to the firm
 * bears its name there, often in the same type. When it lies: repeated identical elements. */
#include "classifier/match.h"

#include "classifier/element_vote.h"
#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define SAME_FORMAT_MM 6.0 /* size difference up to which the outlines are laid on each other */
#define STRETCH_MAX 0.018  /* of a feeder: 1 % is common, worn rollers slip more */
#define VOTE_FLOOR 0.35    /* correlation that unrelated print reaches by chance at 75 dpi */
#define ORB_RATIO 0.8      /* Lowe's ratio */
#define ORB_RANSAC_PX 3.0  /* 0.5 mm at 150 dpi */
#define ORB_INLIERS 12
#define ORB_SCALE_MIN 0.9
#define ORB_SCALE_MAX 1.1

#define NEAR_OWN_MM 10.0  /* what imitators place by eye */
#define SAME_PLACE_MM 8.0 /* two ways to lay a template; 5 degrees move a corner by as much */

static const struct cv_orb orb_of_page = {.n_features = 2500,
                                          .scale_factor = 1.2,
                                          .levels = 4,
                                          .edge = 20,
                                          .patch = 31,
                                          .fast_threshold = 12};

bool scan_derive(struct scan *scan, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++)
        if (scan->has[s] &&
            !ink_strength(&scan->side[s].reduced, scan->side[s].paper_rgb, &scan->strength[s], err))
            return false;
    return true;
}

void scan_finish(struct scan *scan)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        if (scan->has[s])
            side_finish(&scan->side[s]);
        image_finish(&scan->strength[s]);
    }
    *scan = (struct scan){0};
}

bool size_off(const struct scan *scan, const struct placement *place, double ret_mm[2])
{
    const struct side *front = &scan->side[place->scan_side[SIDE_FRONT]];
    if (!place->has[SIDE_FRONT] || !front->outline_found)
        return false;
    turned_size(place->turn[SIDE_FRONT], front->size_mm, ret_mm);
    for (int c = 0; c < 2; c++)
        ret_mm[c] -= place->model->data.size_mm[c];
    return true;
}

/* One way of laying one side of the template on one side of the scan. */
struct side_vote {
    int turn;
    struct affine page;
    double score, best;
    bool by_features;
    int inliers[TEMPLATE_ELEMENTS_MAX]; /* by features: of each element */
};

/* Template mm -> upright mm with the outlines on each other. A feeder stretches by 1 % and more in
 * its direction, which the outline shows; more is another cut of paper, and at the border of the
 * scan a part may be missing: then centre on centre. */
static struct affine lay_outline(const double template_mm[2], const double upright_mm[2],
                                 bool at_border)
{
    struct affine laid = affine_identity();
    for (int k = 0; k < 2; k++) {
        double scale = upright_mm[k] / template_mm[k];
        if (fabs(scale - 1) < STRETCH_MAX && !at_border)
            laid.m[k ? 4 : 0] = scale;
        else
            laid.m[k ? 5 : 2] = (upright_mm[k] - template_mm[k]) / 2;
    }
    return laid;
}

static bool same_format(const struct model *model, const struct side *scanned, int turn)
{
    double upright_mm[2];
    turned_size(turn, scanned->size_mm, upright_mm);
    return fabs(upright_mm[0] - model->data.size_mm[0]) < SAME_FORMAT_MM &&
           fabs(upright_mm[1] - model->data.size_mm[1]) < SAME_FORMAT_MM;
}

/* Whether an element has a say when the template is laid on this corner of the page; -1 for all. A
 * rule suits any. */
static bool stands_at(const struct model *model, const struct element_model *element, int corner)
{
    return corner < 0 || (!element->vague[0] && !element->vague[1] &&
                          corner_of(model->data.size_mm, element->data->box_mm) == corner);
}

/* Lets the elements vote on the page turned upright, around where `laid` puts them. */
static bool vote_on_page(const struct model *model, enum side_name side, const struct side *scanned,
                         const struct image *upright, enum vote_by by, int turn, int corner,
                         struct affine laid, struct side_vote *ret, struct err *err)
{
    struct side_vote vote = {.turn = turn};
    double weight = 0, sum[2] = {0, 0};
    bool ok = true;
    for (int i = 0; ok && i < model->data.n_elements; i++) {
        const struct element_model *element = &model->element[i];
        double ncc = 0, shift[2] = {0, 0};
        if (element->data->side != side || !stands_at(model, element, corner))
            continue;
        ok = element_vote(upright, element, &laid, by, &ncc, shift, err);
        double share = fmax(0, ncc - VOTE_FLOOR);
        vote.score += share;
        vote.best = fmax(vote.best, ncc);
        weight += share * share;
        for (int k = 0; k < 2; k++)
            sum[k] += share * share * shift[k];
    }
    if (!ok)
        return false;
    /* The common shift of what agrees; single places are refined at 300 dpi later. */
    if (weight > 0) {
        laid.m[2] += sum[0] / weight;
        laid.m[5] += sum[1] / weight;
    }
    struct affine to_page = turn_to_page(turn, scanned->size_mm);
    vote.page = affine_multiply(&to_page, &laid);
    *ret = vote;
    return true;
}

/* Lays the outlines on each other in one turn and lets the elements vote; of another format, the
 * corners, each for the elements that stand at it. */
static bool vote_by_outline(const struct model *model, enum side_name side,
                            const struct side *scanned, const struct image *coarse, enum vote_by by,
                            int turn, struct side_vote *ret, struct err *err)
{
    const double *size = model->data.size_mm;
    double upright_mm[2];
    struct image upright = {0};
    turned_size(turn, scanned->size_mm, upright_mm);
    if (!cv_turn(coarse, turn / 90, &upright, err))
        return false;
    bool ok = true;
    if (same_format(model, scanned, turn)) {
        struct affine laid = lay_outline(size, upright_mm, side_reaches_border(scanned));
        ok = vote_on_page(model, side, scanned, &upright, by, turn, -1, laid, ret, err);
    } else {
        struct side_vote best = {.turn = turn}, vote;
        for (int corner = 0; ok && corner < 4; corner++) {
            struct affine laid = lay_corner(size, upright_mm, corner);
            ok = vote_on_page(model, side, scanned, &upright, by, turn, corner, laid, &vote, err);
            if (ok && (corner == 0 || vote.score > best.score))
                best = vote;
        }
        if (ok)
            *ret = best;
    }
    image_finish(&upright);
    return ok;
}

/* Nearest quarter turn of a similarity that maps template mm to page mm. */
static int turn_of(const struct affine *page)
{
    double angle = atan2(page->m[3], page->m[0]) * 180 / M_PI; /* of the template's x axis */
    int quarter = (int)lround(angle / 90.0);
    return ((-quarter % 4 + 4) % 4) * 90; /* turning the page back makes it upright */
}

static bool collect_points(const struct cv_features *from, const struct cv_features *to,
                           const struct cv_matches *matches, struct cv_point **ret_from,
                           struct cv_point **ret_to, struct err *err)
{
    struct cv_point *a = calloc((size_t)matches->n + 1, sizeof *a);
    struct cv_point *b = calloc((size_t)matches->n + 1, sizeof *b);
    if (!a || !b) {
        free(a);
        free(b);
        return err_set(err, "out of memory while matching");
    }
    const float mm = (float)(MM_PER_INCH / SIDE_REDUCED_DPI);
    for (int i = 0; i < matches->n; i++) {
        const struct cv_keypoint *p = &from->keypoint[matches->match[i].a];
        const struct cv_keypoint *q = &to->keypoint[matches->match[i].b];
        a[i] = (struct cv_point){p->x * mm, p->y * mm};
        b[i] = (struct cv_point){q->x * mm, q->y * mm};
    }
    *ret_from = a;
    *ret_to = b;
    return true;
}

/* Counts for each element how many of the points lie in its box. */
static void count_inliers(const struct model *model, enum side_name side,
                          const struct cv_point *point, const uint8_t *inlier, int n,
                          int ret[TEMPLATE_ELEMENTS_MAX])
{
    for (int i = 0; i < model->data.n_elements; i++) {
        const struct template_element *element = &model->data.element[i];
        for (int k = 0; k < n; k++)
            ret[i] += inlier[k] && element->side == side &&
                      in_box(element->box_mm, point[k].x, point[k].y);
    }
}

/* Proposal by features; score 0 when there is none. */
static bool vote_by_features(const struct model *model, enum side_name side,
                             const struct cv_features *page, struct side_vote *ret, struct err *err)
{
    *ret = (struct side_vote){0};
    struct cv_matches matches = {0};
    if (!cv_match_features(&model->features[side], page, ORB_RATIO, true, &matches, err))
        return false;
    struct cv_point *from = NULL, *to = NULL;
    bool ok = collect_points(&model->features[side], page, &matches, &from, &to, err);
    uint8_t *inlier = ok ? calloc((size_t)matches.n + 1, 1) : NULL;
    if (ok && !inlier)
        ok = err_set(err, "out of memory while matching");
    double m[6];
    int inliers = 0;
    struct err disagree;
    if (ok && matches.n >= ORB_INLIERS &&
        cv_estimate_similarity(from, to, matches.n, ORB_RANSAC_PX * MM_PER_INCH / SIDE_REDUCED_DPI,
                               m, inlier, &inliers, &disagree)) {
        double scale = hypot(m[0], m[3]);
        if (inliers >= ORB_INLIERS && scale > ORB_SCALE_MIN && scale < ORB_SCALE_MAX) {
            memcpy(ret->page.m, m, sizeof m);
            ret->turn = turn_of(&ret->page);
            ret->by_features = true;
            ret->best = PROPOSE_BEST;
            ret->score = 0.5 + 0.5 * (double)inliers / (inliers + 4.0 * ORB_INLIERS);
            count_inliers(model, side, from, inlier, matches.n, ret->inliers);
        }
    }
    free(inlier);
    free(from);
    free(to);
    cv_matches_finish(&matches);
    return ok;
}

/* Everything about one side of a scan that is the same for all models. */
struct side_search {
    enum vote_by by;
    struct image coarse;
    struct cv_features features;
    bool have_features;
};

/* The best of the turns in which the sheet has the template's format, or has another one. */
static bool best_of_turns(const struct model *model, enum side_name side,
                          const struct side *scanned, const struct side_search *search,
                          bool of_format, struct side_vote *best, struct err *err)
{
    bool any = best->best > 0;
    for (int turn = 0; turn < 360; turn += 90) {
        struct side_vote vote;
        if (same_format(model, scanned, turn) != of_format)
            continue;
        if (!vote_by_outline(model, side, scanned, &search->coarse, search->by, turn, &vote, err))
            return false;
        if (!any || vote.score > best->score)
            *best = vote;
        any = true;
    }
    return true;
}

/* Whether an element is laid on the recipient's place that stands elsewhere in the template, or
 * farther off from the corner of the paper. */
static bool on_recipient(const struct model *model, const struct template_element *element,
                         const struct affine *laid, const double upright_mm[2])
{
    const double *size = model->data.size_mm, *box = element->box_mm;
    double x = box[0] + box[2] / 2, y = box[1] + box[3] / 2, at[2], own[2], zone[4];
    struct affine corner = lay_corner(size, upright_mm, corner_of(size, box));
    affine_apply(laid, x, y, at);
    affine_apply(&corner, x, y, own);
    recipient_place(upright_mm, zone);
    if (!in_box(zone, at[0], at[1]))
        return false;
    recipient_place(size, zone);
    return !in_box(zone, x, y) || hypot(at[0] - own[0], at[1] - own[1]) > NEAR_OWN_MM;
}

/* Whether most of what a vote by features recognised is then the recipient's. */
static bool recognises_recipient(const struct model *model, const struct side *scanned,
                                 const struct side_vote *vote)
{
    double upright_mm[2];
    struct affine laid;
    int ours = 0, recipients = 0;
    if (!page_to_upright(&vote->page, vote->turn, scanned->size_mm, &laid))
        return true;
    turned_size(vote->turn, scanned->size_mm, upright_mm);
    for (int i = 0; i < model->data.n_elements; i++) {
        const struct template_element *element = &model->data.element[i];
        bool mark = strcmp(element->kind, "mark") == 0;
        if (!mark && on_recipient(model, element, &laid, upright_mm))
            recipients += vote->inliers[i];
        else
            ours += vote->inliers[i];
    }
    return recipients > ours;
}

/* Whether both lay the template's middle on about the same place of the page. */
static bool agree(const struct model *model, const struct side_vote *a, const struct side_vote *b)
{
    const double *size = model->data.size_mm;
    double p[2], q[2];
    affine_apply(&a->page, size[0] / 2, size[1] / 2, p);
    affine_apply(&b->page, size[0] / 2, size[1] / 2, q);
    return a->turn == b->turn && hypot(p[0] - q[0], p[1] - q[1]) < SAME_PLACE_MM;
}

static bool best_vote(const struct model *model, enum side_name side, const struct scan *scan,
                      enum side_name scan_side, struct side_search *search, struct side_vote *ret,
                      struct err *err)
{
    struct side_vote best = {0};
    const struct side *scanned = &scan->side[scan_side];
    if (!best_of_turns(model, side, scanned, search, true, &best, err))
        return false;
    bool placed = best.best >= PROPOSE_BEST, askew = !scanned->outline_found;
    if ((!placed || askew) && search->by == BY_WHOLES) { /* features are of no part more */
        struct side_vote vote;
        if (!search->have_features) {
            if (!cv_orb_features(&scan->strength[scan_side], NULL, &orb_of_page, &search->features,
                                 err))
                return false;
            search->have_features = true;
        }
        if (!vote_by_features(model, side, &search->features, &vote, err))
            return false;
        if (!placed) {
            if (vote.score > best.score && !recognises_recipient(model, scanned, &vote))
                best = vote;
        } else if (vote.score > 0 && agree(model, &best, &vote)) {
            best.page = vote.page;
            best.by_features = true;
        }
    }
    bool other_format = !same_format(model, scanned, 0) && !same_format(model, scanned, 90);
    if (best.best < PROPOSE_BEST && other_format &&
        !best_of_turns(model, side, scanned, search, false, &best, err))
        return false;
    *ret = best;
    return true;
}

static bool lay_side(const struct model *model, enum side_name side, const struct side *scanned,
                     int turn, struct affine *ret)
{
    if (!model_has_side(model, side) || !same_format(model, scanned, turn))
        return false;
    double upright_mm[2];
    turned_size(turn, scanned->size_mm, upright_mm);
    struct affine laid = lay_outline(model->data.size_mm, upright_mm, side_reaches_border(scanned));
    struct affine to_page = turn_to_page(turn, scanned->size_mm);
    *ret = affine_multiply(&to_page, &laid);
    return true;
}

bool match_at_corner(const struct model *model, int element, const struct side *scanned, int turn,
                     struct affine *ret_page)
{
    const struct template_data *data = &model->data;
    double upright_mm[2];
    if (same_format(model, scanned, turn))
        return false;
    turned_size(turn, scanned->size_mm, upright_mm);
    struct affine laid = lay_corner(data->size_mm, upright_mm,
                                    corner_of(data->size_mm, data->element[element].box_mm));
    struct affine to_page = turn_to_page(turn, scanned->size_mm);
    *ret_page = affine_multiply(&to_page, &laid);
    return true;
}

/* A side on which nothing was recognised follows the other one, as a feeder turns a sheet over
 * about its own direction. Some devices turn the back once more, so this stays an assumption. */
static void assume_side(const struct model *model, enum side_name side, const struct scan *scan,
                        struct placement *place)
{
    enum side_name on = place->scan_side[side];
    int turn = (360 - place->turn[1 - side]) % 360;
    place->has[side] =
        lay_side(model, side, &scan->side[on], turn, &place->page[side]) &&
        lay_side(model, side, &scan->side[on], (turn + 180) % 360, &place->other_page[side]);
    place->assumed[side] = place->has[side];
    place->by_features[side] = false;
    place->turn[side] = turn;
}

/* One model, one assignment of sides (swap: the template's front lies on the scan's back). */
static bool place_model(const struct model *model, const struct scan *scan, bool swap,
                        struct side_search search[SIDE_COUNT], struct placement *ret,
                        struct err *err)
{
    struct placement place = {.model = model};
    bool known[SIDE_COUNT] = {false, false};
    for (int s = 0; s < SIDE_COUNT; s++) {
        enum side_name on = (enum side_name)(swap ? 1 - s : s);
        place.scan_side[s] = on;
        if (!scan->has[on] || !model_has_side(model, (enum side_name)s))
            continue;
        struct side_vote vote;
        if (!best_vote(model, (enum side_name)s, scan, on, &search[on], &vote, err))
            return false;
        place.has[s] = true;
        known[s] = vote.best >= PROPOSE_BEST;
        place.turn[s] = vote.turn;
        place.page[s] = vote.page;
        place.by_features[s] = vote.by_features;
        place.best = fmax(place.best, vote.best);
        place.score += vote.score;
    }
    for (int s = 0; s < SIDE_COUNT; s++)
        if (place.has[s] && !known[s] && known[1 - s])
            assume_side(model, (enum side_name)s, scan, &place);
    *ret = place;
    return true;
}

bool match_by_outline(const struct scan *scan, const struct model *model, bool swap, int turn,
                      struct placement *ret)
{
    struct placement place = {.model = model};
    for (int s = 0; s < SIDE_COUNT; s++) {
        enum side_name on = (enum side_name)(swap ? 1 - s : s);
        place.scan_side[s] = on;
        place.turn[s] = s == SIDE_FRONT ? turn : (360 - turn) % 360;
        place.has[s] = scan->has[on] && lay_side(model, (enum side_name)s, &scan->side[on],
                                                 place.turn[s], &place.page[s]);
    }
    *ret = place;
    return place.has[SIDE_FRONT] || place.has[SIDE_BACK];
}

/* Keeps the list ordered by score; the last one falls out when it is full. */
static void insert_candidate(const struct placement *place, struct placement *list, int max, int *n)
{
    int k = *n < max ? (*n)++ : max;
    for (; k > 0 && list[k - 1].score < place->score; k--)
        if (k < max)
            list[k] = list[k - 1];
    if (k < max)
        list[k] = *place;
}

bool match_candidates(const struct scan *scan, struct model *const *model, int n_models,
                      struct placement *ret, int max, int *ret_n, struct err *err)
{
    struct side_search search[SIDE_COUNT] = {0};
    bool ok = true;
    *ret_n = 0;
    for (int s = 0; ok && s < SIDE_COUNT; s++)
        if (scan->has[s]) {
            const struct image *page = &scan->strength[s];
            ok = cv_resize(page, (int)lround(page->width * COARSE_DPI / SIDE_REDUCED_DPI),
                           (int)lround(page->height * COARSE_DPI / SIDE_REDUCED_DPI),
                           CV_INTERPOLATE_AREA, &search[s].coarse, err);
        }
    for (int by = 0; ok && by < VOTES_BY && *ret_n == 0; by++) {
        for (int s = 0; s < SIDE_COUNT; s++)
            search[s].by = (enum vote_by)by;
        for (int i = 0; ok && i < n_models; i++) {
            struct placement best = {0}, swapped;
            ok = place_model(model[i], scan, false, search, &best, err) &&
                 place_model(model[i], scan, true, search, &swapped, err);
            if (ok && swapped.score > best.score)
                best = swapped;
            if (ok && best.best >= PROPOSE_BEST)
                insert_candidate(&best, ret, max, ret_n);
        }
    }
    for (int s = 0; s < SIDE_COUNT; s++) {
        image_finish(&search[s].coarse);
        cv_features_finish(&search[s].features);
    }
    return ok;
}

bool match_scan(const struct scan *scan, struct model *const *model, int n_models,
                struct placement *ret, bool *ret_found, struct err *err)
{
    int n;
    if (!match_candidates(scan, model, n_models, ret, 1, &n, err))
        return false;
    *ret_found = n > 0;
    return true;
}
