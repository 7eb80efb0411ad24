/* Finding one element and saying what became of it.
 *
 * The element's ink is correlated with the page's within SEARCH_MM of its place at 100 dpi, then at
 * 300 dpi to a tenth of a pixel; its two halves are then placed alone, which gives turn and scale.
 * The score that counts is the correlation over the print and its close surroundings, where
 * nothing covers it. Starting points from the literature (0.75 found, 0.45 altered) are the floor;
 * what genuine samples reached is learnt at enrolment and judged by the checks.
 *
 * "Absent" needs bare paper in at least BARE_SHARE of the place that can be seen; anything that may
 * hide it (label, stamp, writing across the place) makes it "occluded". */
#include "classifier/locate.h"

#include "classifier/cover.h"
#include "classifier/fragments.h"
#include "classifier/ink.h"
#include "classifier/likeness.h"
#include "classifier/place_search.h"
#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

#define SEARCH_MM 4.0       /* around the place that the outline and the other elements give */
#define FAR_SEARCH_MM 18.0  /* second try, for an element that was moved */
#define FAR_SCALE 0.05      /* likewise, for a reprint in another size */
#define FAR_SCALE_STEP 0.01 /* half a millimetre at the ends of a line of 100 mm */
#define FOUND_NCC 0.75
#define ALTERED_NCC 0.45
#define VISIBLE_MIN 0.4       /* less than this and nothing is said about the element, unless */
#define SURE_NCC 0.9          /* what is seen is the very same, */
#define SURE_EDGE_MM 5.0      /* and more than two letters, or a corner of a logo, */
#define BARE_SHARE 0.8        /* of the visible place must be bare paper to call it absent */
#define OTHER_PRINT 0.5       /* as much ink as half of it stands there, elsewhere: reset, scaled */
#define LOST_SHARE_OTHER 0.12 /* the same when it is not */
#define LINE_OPEN 0.9         /* of a column or row, to take it as seen */
#define OPEN_MIN_HIGH_MM 1.5  /* one line at 7 pt */
#define OPEN_MIN_MM 6.0       /* three letters at 10 pt: less finds itself anywhere */
#define NUDGE_MIN_MM 2.0      /* a letter: enough to correct a place */
#define NUDGE_MM 0.6          /* by no more than this */

void located_finish(struct located *located)
{
    image_finish(&located->seen);
    image_finish(&located->strength);
    image_finish(&located->open);
    image_finish(&located->clear);
    *located = (struct located){0};
}

double located_evidence_mm(const struct located *located)
{
    double r2 = located->ncc * located->ncc;
    return located->ncc > 0 ? fragments_open_edge_mm(located) * r2 / fmax(1e-6, 1 - r2) : 0;
}

/* Whether the little that can be seen is recognised. */
static bool is_sure_of_little(const struct located *located)
{
    return located->ncc >= SURE_NCC && fragments_open_edge_mm(located) >= SURE_EDGE_MM &&
           located_evidence_mm(located) >= SURE_EVIDENCE_MM;
}

/* Ink of the template that is bare paper here tells another print from one that something was
 * stamped or written across: the latter loses no ink. */
static enum element_state state_of(const struct located *located)
{
    if (located->visible < VISIBLE_MIN)
        return is_sure_of_little(located) ? ELEMENT_FOUND : ELEMENT_OCCLUDED;
    if (located->ncc >= FOUND_NCC)
        return ELEMENT_FOUND;
    if (located->bare >= BARE_SHARE && located->inked < OTHER_PRINT)
        return ELEMENT_ABSENT;
    bool clear = located->visible >= CLEAR_SHARE;
    double least = located->ncc >= ALTERED_NCC ? LOST_SHARE : LOST_SHARE_OTHER;
    return clear && located->bare >= least ? ELEMENT_ALTERED : ELEMENT_OCCLUDED;
}

/* Crops what stands at to_page, finds what covers it and scores it. */
static bool examine(const struct side *side, const struct side_patches *patches,
                    struct located *located, struct err *err)
{
    const struct element_model *element = located->element;
    image_finish(&located->seen);
    image_finish(&located->strength);
    image_finish(&located->open);
    image_finish(&located->clear);
    /* Width and height such that the crop has exactly the pixels of `fine`. */
    double w = fine_mm(element->fine.width), h = fine_mm(element->fine.height);
    if (!crop_strength(side, &located->to_page, w, h, FINE_DPI, &located->seen, &located->strength,
                       err))
        return false;
    if (located->seen.width != element->fine.width || located->seen.height != element->fine.height)
        return err_set(err, "crop of %s came out at %dx%d instead of %dx%d", element->data->name,
                       located->seen.width, located->seen.height, element->fine.width,
                       element->fine.height);
    if (!cover_open(located, patches, side->paper_rgb, err))
        return false;
    /* Print that bleeds is cut a millimetre this way or that. */
    blank_beyond_page(side, &located->to_page, PAGE_EDGE_MM, &located->open);
    blank_beyond_page(side, &located->to_page, PAGE_EDGE_MM, &located->clear);
    if (!likeness_measure(located, err))
        return false;
    located->state = state_of(located);
    return true;
}

static bool inside(const struct side *side, const struct affine *to_page, double w, double h)
{
    double middle[2];
    affine_apply(to_page, w / 2, h / 2, middle);
    return middle[0] > 0 && middle[1] > 0 && middle[0] < side->size_mm[0] &&
           middle[1] < side->size_mm[1];
}

/* The longest run of columns (rows) that nothing covers: start and length. */
static void longest_open(const struct image *open, bool rows, int *ret_start, int *ret_length)
{
    int lines = rows ? open->height : open->width, across = rows ? open->width : open->height;
    int run = 0;
    *ret_start = *ret_length = 0;
    for (int k = 0; k < lines; k++) {
        int seen = 0;
        for (int i = 0; i < across; i++)
            seen += rows ? image_row(open, k)[i] != 0 : image_row(open, i)[k] != 0;
        run = seen >= LINE_OPEN * across ? run + 1 : 0;
        if (run > *ret_length) {
            *ret_length = run;
            *ret_start = k - run + 1;
        }
    }
}

/* The larger of the open columns and the open rows, as a view of the element's ink. */
static struct image widest_open(const struct located *located, int ret_xy[2])
{
    const struct image *fine = &located->element->fine;
    int x, w, y, h;
    longest_open(&located->open, false, &x, &w);
    longest_open(&located->open, true, &y, &h);
    bool rows = (double)h * fine->width > (double)w * fine->height;
    ret_xy[0] = rows ? 0 : x;
    ret_xy[1] = rows ? y : 0;
    return image_view(fine, ret_xy[0], ret_xy[1], rows ? fine->width : w, rows ? h : fine->height);
}

/* A difference on the page along the element's own axes. */
static void to_element_axes(const struct affine *laid, double dx, double dy, double ret[2])
{
    struct affine turn = *laid, back;
    turn.m[2] = turn.m[5] = 0;
    if (!affine_invert(&turn, &back))
        back = affine_identity();
    affine_apply(&back, dx, dy, ret);
}

/* Places it again by what no pen lies on, starting from `start`, and keeps the better. */
static bool place_beside_pens(const struct side *side, const struct side_patches *patches,
                              const struct affine *laid, const struct affine *start,
                              struct located *located, struct err *err)
{
    struct located again = {.element = located->element,
                            .scan_side = located->scan_side,
                            .to_page = *start,
                            .scale = 1};
    bool ok = examine(side, patches, &again, err) &&
              refine_open(&again.strength, &again.open, &again.element->fine, &again.to_page,
                          &again.scale, err) &&
              examine(side, patches, &again, err);
    again.scale *= hypot(start->m[0], start->m[3]) / hypot(laid->m[0], laid->m[3]);
    to_element_axes(laid, again.to_page.m[2] - laid->m[2], again.to_page.m[5] - laid->m[5],
                    again.shift_mm);
    if (ok && again.ncc > located->ncc) {
        located_finish(located);
        *located = again;
    } else {
        located_finish(&again);
    }
    return ok;
}

/* A pen beside a line pulls it away, or passes for it. */
static bool relocate_beside_pens(const struct side *side, const struct side_patches *patches,
                                 const struct affine *laid, struct located *located,
                                 struct err *err)
{
    struct affine found = located->to_page;
    return located->strange == 0 || (place_beside_pens(side, patches, laid, &found, located, err) &&
                                     place_beside_pens(side, patches, laid, laid, located, err));
}

/* What lies over a part of the element pulled at the place found by all of it: places it again by
 * the part that can be seen, and keeps the better of the two. A part too small to be searched for
 * still corrects a place that is nearly right. */
static bool relocate_by_visible(const struct side *side, const struct side_patches *patches,
                                const struct affine *laid, struct located *located, struct err *err)
{
    int at[2];
    struct image part = widest_open(located, at);
    double w = fine_mm(part.width), h = fine_mm(part.height), shift[2] = {0, 0}, ncc;
    double x = fine_mm(at[0]), y = fine_mm(at[1]);
    bool nudge = w < OPEN_MIN_MM;
    if (w < NUDGE_MIN_MM || h < OPEN_MIN_HIGH_MM || located->element->vague[0] ||
        (nudge && located->ncc < ALTERED_NCC))
        return true;
    struct affine part_laid = affine_moved(nudge ? &located->to_page : laid, x, y);
    if (!search_part(side, &part_laid, &part, nudge ? NUDGE_MM : SEARCH_MM, shift, &ncc, err))
        return false;
    if (ncc < SEARCH_LIKE) /* more is asked of it once its stretch is fitted */
        return true;
    struct located again = {
        .element = located->element, .scan_side = located->scan_side, .scale = 1};
    struct affine part_page = affine_moved(&part_laid, shift[0], shift[1]);
    bool ok = refine_by_halves(side, &part, &part_page, &again.scale, err);
    again.to_page = affine_moved(&part_page, -x, -y);
    for (int c = 0; c < 2; c++)
        again.shift_mm[c] = shift[c] + (nudge ? located->shift_mm[c] : 0);
    ok = ok && examine(side, patches, &again, err);
    if (ok && again.state == ELEMENT_FOUND && again.ncc > located->ncc) {
        located_finish(located);
        *located = again;
    } else {
        located_finish(&again);
    }
    return ok;
}

/* What is not recognised as a whole may have parts that are the very same: half of it is under a
 * label, or its parts stand elsewhere among themselves. Lays it where most of them agree. */
static bool relocate_by_fragments(const struct side *side, const struct side_patches *patches,
                                  const struct affine *laid, struct located *located,
                                  struct err *err)
{
    bool found;
    struct located again = {
        .element = located->element, .scan_side = located->scan_side, .scale = 1};
    if (!fragments_place(side, located->element, laid, SEARCH_MM, &again.to_page, &found, err))
        return false;
    if (!found)
        return true;
    to_element_axes(laid, again.to_page.m[2] - laid->m[2], again.to_page.m[5] - laid->m[5],
                    again.shift_mm);
    bool ok = examine(side, patches, &again, err);
    bool as_much = again.same_mm2 >= located->same_mm2;
    bool better = located->state == ELEMENT_FOUND
                      ? again.state == ELEMENT_FOUND && as_much && again.ncc > located->ncc
                      : again.state == ELEMENT_FOUND ||
                            again.same_fragments > located->same_fragments + 1; /* one by chance */
    if (ok && better) {
        located_finish(located);
        *located = again;
    } else {
        located_finish(&again);
    }
    return ok;
}

/* A label over much of it may have pulled all of it away, by a bar of bars that stand alike: what
 * can be seen may fit better at the place that the other elements give. */
static bool relocate_as_laid(const struct side *side, const struct side_patches *patches,
                             const struct affine *laid, struct located *located, struct err *err)
{
    struct located again = {
        .element = located->element, .scan_side = located->scan_side, .to_page = *laid, .scale = 1};
    if (hypot(located->shift_mm[0], located->shift_mm[1]) <= NUDGE_MM)
        return true;
    bool ok = examine(side, patches, &again, err) &&
              relocate_by_visible(side, patches, laid, &again, err);
    if (ok && again.ncc > located->ncc) {
        located_finish(located);
        *located = again;
    } else {
        located_finish(&again);
    }
    return ok;
}

static bool locate_within(const struct side *side, const struct side_patches *patches,
                          const struct affine *laid, double search_mm, struct located *located,
                          struct err *err)
{
    const struct element_model *element = located->element;
    double shift[2] = {0, 0}, ncc;
    if (!search_part(side, laid, &element->fine, search_mm, shift, &ncc, err))
        return false;
    located->to_page = *laid;
    located->scale = 1;
    if (ncc >= ALTERED_NCC) {
        located->to_page = affine_moved(laid, shift[0], shift[1]);
        located->shift_mm[0] = shift[0];
        located->shift_mm[1] = shift[1];
    }
    bool vague = element->vague[element->fine.width >= element->fine.height ? 0 : 1];
    if (ncc >= SEARCH_LIKE && !vague &&
        !refine_by_halves(side, &element->fine, &located->to_page, &located->scale, err))
        return false;
    if (!examine(side, patches, located, err) ||
        !relocate_beside_pens(side, patches, laid, located, err))
        return false;
    if (located->visible < CLEAR_SHARE && !relocate_by_visible(side, patches, laid, located, err))
        return false;
    if (located->visible < CLEAR_SHARE && located->state != ELEMENT_FOUND &&
        !relocate_as_laid(side, patches, laid, located, err))
        return false;
    bool well = located->state == ELEMENT_FOUND &&
                (located->visible >= CLEAR_SHARE || located->ncc >= SURE_NCC);
    return well || relocate_by_fragments(side, patches, laid, located, err);
}

/* About the element's middle. */
static struct affine scaled_about_middle(const struct affine *laid, const double box_mm[4],
                                         double scale)
{
    struct affine grow = {
        {scale, 0, (1 - scale) * box_mm[2] / 2, 0, scale, (1 - scale) * box_mm[3] / 2}};
    return affine_multiply(laid, &grow);
}

/* Second try for an element that is not at its place: moved by up to FAR_SEARCH_MM, or carried away
 * by a reprint in another size. Keeps what was found first unless this finds the element. */
static bool locate_far(const struct side *side, const struct side_patches *patches,
                       const struct affine *laid, struct located *located, struct err *err)
{
    const struct element_model *element = located->element;
    double best = 0, best_scale = 1, best_shift[2] = {0, 0};
    for (double off = -FAR_SCALE; off <= FAR_SCALE + FAR_SCALE_STEP / 2; off += FAR_SCALE_STEP) {
        struct affine at = scaled_about_middle(laid, element->data->box_mm, 1 + off);
        double shift[2] = {0, 0}, ncc;
        if (!search_part(side, &at, &element->fine, FAR_SEARCH_MM, shift, &ncc, err))
            return false;
        if (ncc > best) {
            best = ncc;
            best_scale = 1 + off;
            memcpy(best_shift, shift, sizeof shift);
        }
    }
    if (best < ALTERED_NCC)
        return true;
    struct affine scaled = scaled_about_middle(laid, element->data->box_mm, best_scale);
    struct affine at = affine_moved(&scaled, best_shift[0], best_shift[1]);
    struct located far = {.element = element, .scan_side = located->scan_side};
    if (!locate_within(side, patches, &at, SEARCH_MM, &far, err)) {
        located_finish(&far);
        return false;
    }
    if (far.state != ELEMENT_FOUND) {
        located_finish(&far);
        return true;
    }
    if (far.scale != 1) /* else too narrow to tell: the step that fitted best is no measurement */
        far.scale *= best_scale;
    double middle[2], here[2];
    affine_apply(laid, element->data->box_mm[2] / 2, element->data->box_mm[3] / 2, middle);
    affine_apply(&far.to_page, element->data->box_mm[2] / 2, element->data->box_mm[3] / 2, here);
    to_element_axes(laid, here[0] - middle[0], here[1] - middle[1], far.shift_mm);
    located_finish(located);
    *located = far;
    return true;
}

static bool locate_one(const struct side *side, const struct side_patches *patches,
                       const struct affine *page, struct located *located, struct err *err)
{
    const struct template_element *data = located->element->data;
    struct affine laid = affine_moved(page, data->box_mm[0], data->box_mm[1]);
    if (!inside(side, &laid, data->box_mm[2], data->box_mm[3])) {
        located->to_page = laid;
        return true;
    }
    if (!locate_within(side, patches, &laid, SEARCH_MM, located, err))
        return false;
    if (located->state == ELEMENT_FOUND || located->state == ELEMENT_OCCLUDED)
        return true;
    return locate_far(side, patches, &laid, located, err);
}

/* The turn of a side on which nothing was recognised is an assumption (match.c). What is said to be
 * absent must then be bare paper the other way up as well. */
static bool doubt_turn(const struct side *side, const struct side_patches *patches,
                       const struct affine *other_page, struct located *located, struct err *err)
{
    struct located turned = {.element = located->element, .scan_side = located->scan_side};
    if (!locate_one(side, patches, other_page, &turned, err)) {
        located_finish(&turned);
        return false;
    }
    if (turned.state == ELEMENT_FOUND) {
        located_finish(located);
        *located = turned;
        return true;
    }
    if (turned.state != ELEMENT_ABSENT)
        located->state = ELEMENT_OCCLUDED;
    located_finish(&turned);
    return true;
}

/* A design that was copied onto another format keeps the distances to the corners of the paper,
 * which are not those within the template: an element that is not where the others say may be where
 * its own corner says. */
static bool locate_at_corner(const struct side *side, const struct side_patches *patches,
                             const struct placement *place, int i, struct located *located,
                             struct err *err)
{
    struct affine page;
    struct located own = {.element = located->element, .scan_side = located->scan_side, .scale = 1};
    enum side_name of = place->model->data.element[i].side;
    if (located->state == ELEMENT_FOUND ||
        !match_at_corner(place->model, i, side, place->turn[of], &page))
        return true;
    if (!locate_one(side, patches, &page, &own, err)) {
        located_finish(&own);
        return false;
    }
    if (own.state == ELEMENT_FOUND) {
        located_finish(located);
        *located = own;
    } else {
        located_finish(&own);
    }
    return true;
}

bool locate_elements(const struct scan *scan, const struct placement *place,
                     const struct side_patches patches[SIDE_COUNT], struct located *ret,
                     struct err *err)
{
    const struct model *model = place->model;
    memset(ret, 0, sizeof *ret * TEMPLATE_ELEMENTS_MAX);
    for (int i = 0; i < model->data.n_elements; i++) {
        enum side_name side = model->data.element[i].side;
        ret[i].element = &model->element[i];
        ret[i].scan_side = place->scan_side[side];
        ret[i].scale = 1;
        if (!place->has[side])
            continue;
        const struct side *on = &scan->side[ret[i].scan_side];
        const struct side_patches *over = &patches[ret[i].scan_side];
        if (!locate_one(on, over, &place->page[side], &ret[i], err) ||
            (place->assumed[side] && ret[i].state == ELEMENT_ABSENT &&
             !doubt_turn(on, over, &place->other_page[side], &ret[i], err)) ||
            !locate_at_corner(on, over, place, i, &ret[i], err))
            return false;
        /* A page laid by features has taken a reprint's size into itself. */
        if (place->by_features[side] && ret[i].scale != 1)
            ret[i].scale *= hypot(place->page[side].m[0], place->page[side].m[3]);
    }
    return true;
}

void laid_corners(const struct affine *to_page, const double corner_mm[4][2], double ret_mm[4])
{
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int k = 0; k < 4; k++) {
        double p[2];
        affine_apply(to_page, corner_mm[k][0], corner_mm[k][1], p);
        for (int c = 0; c < 2; c++) {
            low[c] = fmin(low[c], p[c]);
            high[c] = fmax(high[c], p[c]);
        }
    }
    for (int c = 0; c < 2; c++) {
        ret_mm[c] = low[c];
        ret_mm[c + 2] = high[c] - low[c];
    }
}

void laid_box(const struct affine *to_page, const double part_mm[4], double ret_mm[4])
{
    const double x = part_mm[0], y = part_mm[1], right = x + part_mm[2], low = y + part_mm[3];
    const double corner_mm[4][2] = {{x, y}, {right, y}, {x, low}, {right, low}};
    laid_corners(to_page, corner_mm, ret_mm);
}

void located_box(const struct located *located, double ret_mm[4])
{
    const double *box = located->element->data->box_mm;
    laid_box(&located->to_page, (const double[]){0, 0, box[2], box[3]}, ret_mm);
}
