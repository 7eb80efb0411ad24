/* A mark wanders: franking machines and stamps print by hand's or feeder's aim. It is looked for in
 * its zone, else on the whole side (mark_search.c). 0.8 and more is the mark, other imprints reach
 * 0.3-0.6. Two machines of one make print the same frame with another number, which hardly changes
 * the correlation: so what correlates is compared letter by letter as well (glyphs.c), and three
 * letters that were set otherwise (strokes gone, others there) make it another mark, two put it in
 * doubt. That needs
 * letters which are known to stand still: three scans. Letters that only lost or gained ink are
 * worn, smeared or under a postmark.
 *
 * Missing is said of a zone that is clear to view only. Labels in it, half an imprint with blank
 * paper beside it, and ink wherever the mark has ink (a smear, an overprint) hide the mark. A
 * sheet that was never posted has no franking mark: a rule for used sheets is asked only where
 * something else franks it, a stamp or another imprint: a block of ink of the size of one in the
 * franking zone, apart from the template's own print.
 *
 * What the rule expects is learnt from the scans the mark was taught from. A rule that rests on
 * fewer than three scans weighs too little to decide alone. */
#include "classifier/marks.h"

#include "classifier/mark_search.h"
#include "classifier/template_mark.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define FRANKING_WIDE_MM 74.0 /* from the right, on the front */
#define FRANKING_HIGH_MM 40.0 /* from the top */
#define FRANKED_SHARE 0.015   /* of the zone is ink: a postmark alone has 2-3 % */
#define FRANK_MM 12.0         /* width and height: stamps and imprints have 18 and more */
#define FRANK_GAP_MM 1.2      /* between the strokes of one imprint; lines of text lie wider */
#define HIDDEN_SHARE 0.05     /* of the zone: may be a third of a small imprint */
#define HALF_AGREES 0.25      /* of the mark\'s ink, to a tenth of a mm: no chance */
#define REST_BARE 0.5         /* of what does not agree */
#define SMEARED_INKED 0.8     /* of the mark's ink lies under ink */
#define LETTER_DIFFERS 0.3    /* of its ink: more than a faint or smeared one */
#define LETTER_NCC 0.75       /* the same letter, worn, stays above; other digits reach 0.3-0.75 */
#define LETTER_SHARE 0.02     /* of its ink lost, and as much added, beyond the tolerance */
#define LETTER_INK 0.4        /* a letter has as much ink as another, more or less */
#define LETTERS_MIN 2         /* one may be a flaw of the imprint, */
#define DOUBTFUL_NCC 0.55     /* two are in doubt, */
#define LETTERS_SURE 3        /* and from three on it is */
#define ANOTHER_NCC 0.4       /* what another imprint reaches */
#define EXPECTED_NCC 0.92     /* of a mark that is there, where it was not learnt */
#define FOREIGN_NCC 0.3       /* what other print reaches by chance */
#define RULE_SAMPLES_MIN 10   /* a stated rule weighs as much at least */

static void zone_of(const struct sheet_view *view, const struct template_mark *mark, double ret[4])
{
    const double *size = view->place->model->data.size_mm;
    const double whole[4] = {0, 0, size[0], size[1]};
    memcpy(ret, mark->has_zone ? mark->zone_mm : whole, sizeof whole);
}

static void franking_zone(const struct sheet_view *view, double ret[4])
{
    const double *size = view->place->model->data.size_mm;
    const double zone[4] = {fmax(0, size[0] - FRANKING_WIDE_MM), 0, FRANKING_WIDE_MM,
                            FRANKING_HIGH_MM};
    memcpy(ret, zone, sizeof zone);
}

static struct mark_field field_of(const struct sheet_view *view, enum side_name side)
{
    return (struct mark_field){.strength = &view->scan->strength[view->place->scan_side[side]],
                               .page = view->place->page[side]};
}

struct letters {
    int another; /* set otherwise */
    int worn;    /* faint, smeared or crossed */
};

/* Its ink is as much as it was, and elsewhere. */
static bool is_another(const struct glyph *glyph)
{
    double lost = glyph->lost_mm2 / glyph->ink_mm2, added = glyph->added_mm2 / glyph->ink_mm2;
    return !glyph->crossed && glyph->ncc < LETTER_NCC && lost >= LETTER_SHARE &&
           added >= LETTER_SHARE && fabs(added - lost) <= LETTER_INK;
}

static struct letters count_letters(const struct glyphs *glyphs)
{
    struct letters ret = {0};
    for (int k = 0; k < glyphs->n; k++) {
        bool another = is_another(&glyphs->glyph[k]);
        ret.another += another;
        ret.worn += !another && glyph_difference(&glyphs->glyph[k]) > LETTER_DIFFERS;
    }
    return ret;
}

/* The letters of the mark where it was found. */
static bool compare_letters(const struct sheet_view *view, const struct element_model *mark,
                            enum side_name side, const struct affine *to_frame, struct letters *ret,
                            struct err *err)
{
    const struct side *on = &view->scan->side[view->place->scan_side[side]];
    struct located located = {.element = mark, .scan_side = view->place->scan_side[side]};
    struct glyphs glyphs = {0};
    located.to_page = affine_multiply(&view->place->page[side], to_frame);
    const struct image *fine = &mark->fine;
    double mm = MM_PER_INCH / FINE_DPI;
    bool ok = side_crop(on, &located.to_page, fine->width * mm, fine->height * mm, FINE_DPI,
                        &located.seen, err) &&
              ink_strength(&located.seen, on->paper_rgb, &located.strength, err) &&
              image_create(&located.open, fine->width, fine->height, 1, err);
    if (ok) {
        memset(located.open.data, 255, located.open.stride * (size_t)located.open.height);
        ok = image_copy(&located.open, &located.clear, err) &&
             glyphs_measure(&located, on->paper_rgb, &glyphs, err);
    }
    if (ok)
        *ret = count_letters(&glyphs);
    glyphs_finish(&glyphs);
    located_finish(&located);
    return ok;
}

/* Paints boxes of the template's own print in the zone over. */
static void leave_out_own(const struct sheet_view *view, enum side_name side, const double zone[4],
                          struct image *ink)
{
    const struct template_data *data = &view->place->model->data;
    double px = COARSE_DPI / MM_PER_INCH;
    for (int i = 0; i < data->n_elements; i++) {
        const double *box = data->element[i].box_mm;
        if (data->element[i].side != side)
            continue;
        int x0 = (int)floor(fmax(0, (box[0] - zone[0]) * px - 1)),
            y0 = (int)floor(fmax(0, (box[1] - zone[1]) * px - 1)),
            x1 = (int)ceil(fmin(ink->width, (box[0] + box[2] - zone[0]) * px + 1)),
            y1 = (int)ceil(fmin(ink->height, (box[1] + box[3] - zone[1]) * px + 1));
        for (int y = y0; y < y1 && x1 > x0; y++)
            memset(image_row(ink, y) + x0, 0, (size_t)(x1 - x0));
    }
}

/* A block of ink of the size of a stamp or an imprint. */
static bool has_block(const struct image *inked, bool *ret, struct err *err)
{
    struct image grown = {0};
    struct cv_components blocks = {0};
    double px = COARSE_DPI / MM_PER_INCH;
    int reach = 2 * (int)lround(FRANK_GAP_MM / 2 * px) + 1;
    bool ok = cv_morph(inked, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &grown, err) &&
              cv_components_find(&grown, 8, &blocks, err);
    *ret = false;
    for (int k = 1; ok && k < blocks.n; k++)
        *ret |= fmin(blocks.component[k].w, blocks.component[k].h) >= FRANK_MM * px;
    image_finish(&grown);
    cv_components_finish(&blocks);
    return ok;
}

/* Whether something franks the sheet. */
static bool is_franked(const struct sheet_view *view, bool *ret, struct err *err)
{
    struct image ink = {0}, inked = {0};
    double zone[4];
    *ret = false;
    if (!view->place->has[SIDE_FRONT])
        return true;
    struct mark_field field = field_of(view, SIDE_FRONT);
    franking_zone(view, zone);
    bool ok = mark_field_ink(&field, zone, COARSE_DPI, &ink, err) &&
              cv_threshold(&ink, INK_MIN_STRENGTH, false, &inked, err);
    if (ok) {
        leave_out_own(view, SIDE_FRONT, zone, &inked);
        ok = has_block(&inked, ret, err);
        *ret &= (double)mask_area(&inked) >= FRANKED_SHARE * inked.width * inked.height;
    }
    image_finish(&ink);
    image_finish(&inked);
    return ok;
}

/* Share of a zone that lies under labels. */
static bool hidden_share(const struct sheet_view *view, enum side_name side, const double zone[4],
                         double *ret, struct err *err)
{
    struct image labels = {0};
    struct affine to_template;
    const struct side_patches *patches = &view->patches[view->place->scan_side[side]];
    double px = MM_PER_INCH / COARSE_DPI;
    *ret = 0;
    if (!patches->n)
        return true;
    if (!affine_invert(&view->place->page[side], &to_template))
        return err_set(err, "a placement is degenerate");
    if (!image_create(&labels, (int)ceil(zone[2] / px), (int)ceil(zone[3] / px), 1, err))
        return false;
    bool ok = true;
    for (int i = 0; ok && i < patches->n; i++) {
        struct cv_pixel corner[4];
        for (int k = 0; k < 4; k++) {
            double mm[2];
            affine_apply(&to_template, patches->patch[i].corner_mm[k][0],
                         patches->patch[i].corner_mm[k][1], mm);
            corner[k].x = (int)lround((mm[0] - zone[0]) / px);
            corner[k].y = (int)lround((mm[1] - zone[1]) / px);
        }
        ok = cv_fill_polygon(&labels, corner, 4, 255, err);
    }
    if (ok)
        *ret = (double)mask_area(&labels) / ((double)labels.width * labels.height);
    image_finish(&labels);
    return ok;
}

/* The mark is there, in part. */
static bool is_spoilt(const struct mark_place *place)
{
    return place->inked >= SMEARED_INKED ||
           (place->agrees >= HALF_AGREES && place->bare >= REST_BARE * (1 - place->agrees));
}

/* What was found is alike: another number makes it another mark all the same. */
static bool judge_alike(const struct sheet_view *view, const struct element_model *mark,
                        const struct mark_place *place, struct mark_found *found, struct err *err)
{
    struct letters letters = {0};
    found->state = MARK_SEARCHED;
    if (mark->data->n_seen < MARK_SCANS_DECIDE)
        return true;
    if (!compare_letters(view, mark, mark->data->side, &place->to_frame, &letters, err))
        return false;
    if (letters.another < LETTERS_MIN)
        return true;
    if (letters.worn > letters.another)
        found->state = MARK_HIDDEN;
    else
        found->ncc = fmin(found->ncc, letters.another < LETTERS_SURE ? DOUBTFUL_NCC : ANOTHER_NCC);
    return true;
}

static bool judge_unlike(const struct sheet_view *view, const struct template_mark *mark,
                         const struct mark_place *place, struct mark_found *found, struct err *err)
{
    double zone[4], hidden;
    bool franked = true;
    if (mark->has_zone)
        zone_of(view, mark, zone);
    else
        franking_zone(view, zone);
    if (!hidden_share(view, mark->print.side, zone, &hidden, err) ||
        (mark->used_only && !is_franked(view, &franked, err)))
        return false;
    found->state = hidden > HIDDEN_SHARE ? MARK_HIDDEN
                   : !franked            ? MARK_NOT_ASKED
                   : is_spoilt(place)    ? MARK_HIDDEN
                                         : MARK_SEARCHED;
    return true;
}

bool mark_find(const struct sheet_view *view, int index, struct mark_found *ret, struct err *err)
{
    const struct model *model = view->place->model;
    const struct template_mark *mark = &model->data.mark[index];
    enum side_name side = mark->print.side;
    struct mark_place place = {.ncc = -1};
    double zone[4];
    *ret = (struct mark_found){.state = MARK_NOT_SCANNED};
    if (!view->place->has[side])
        return true;
    struct mark_field field = field_of(view, side);
    zone_of(view, mark, zone);
    if (!mark_search(&field, &model->mark[index], zone, &place, err))
        return false;
    ret->ncc = place.ncc;
    const double *box = mark->print.box_mm;
    double middle[2];
    affine_apply(&place.to_frame, box[2] / 2, box[3] / 2, middle);
    const double found[4] = {middle[0] - box[2] / 2, middle[1] - box[3] / 2, box[2], box[3]};
    memcpy(ret->box_mm, found, sizeof found);
    return ret->ncc >= MARK_ALIKE_NCC ? judge_alike(view, &model->mark[index], &place, ret, err)
                                      : judge_unlike(view, mark, &place, ret, err);
}

void mark_tell(const struct sheet_view *view, int mark, const struct mark_found *found,
               struct check_value *ret)
{
    ret->outcome = OUTCOME_MEASURED;
    ret->value = found->ncc;
    ret->has_place = true;
    ret->place_side = view->place->model->data.mark[mark].print.side;
    memcpy(ret->place_mm, found->box_mm, sizeof ret->place_mm);
}

void mark_stat(const struct check *check, const struct template_data *data, int index,
               struct template_stat *ret)
{
    const struct template_element *print = &data->mark[index].print;
    const struct template_stat *learnt = template_stat_find(data, print, check->name);
    double mean = check->direction == LOW_IS_STRANGE ? EXPECTED_NCC : FOREIGN_NCC;
    struct template_stat stat = {.mean = mean, .lo = mean, .hi = mean};
    if (learnt && learnt->n >= MARK_SCANS_DECIDE)
        stat = *learnt;
    stat.n = print->n_seen < MARK_SCANS_DECIDE    ? MARK_SCANS_DECIDE
             : data->n_samples > RULE_SAMPLES_MIN ? data->n_samples
                                                  : RULE_SAMPLES_MIN;
    snprintf(stat.check, sizeof stat.check, "%s", check->name);
    snprintf(stat.unit, sizeof stat.unit, "%s", check->unit);
    *ret = stat;
}
