/* Where a template is laid on a sheet of another format, and on one of which little can be seen;
 * each test draws the template's envelope and the sheet. */
#include "tests/unit/classifier/draw_envelope.h"

#include "classifier/ink.h"
#include "classifier/locate.h"
#include "classifier/measure.h"

#define PAPER 0.93
#define CANDIDATES_MAX 4

static const double logo_mm[4] = {12, 10, 16, 16}, block_mm[4] = {12, 30, 48, 23};

/* A disc and a bar: all shape, and no corners that features would find. */
static void draw_signet(const struct drawing *d)
{
    draw_ink(d, 0.1, 0.1, 0.12);
    cairo_arc(d->cr, 18, 16, 4, 0, 2 * M_PI);
    cairo_fill(d->cr);
    cairo_set_line_cap(d->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(d->cr, 1.6);
    cairo_move_to(d->cr, 14, 23);
    cairo_line_to(d->cr, 25, 23);
    cairo_stroke(d->cr);
}

static void draw_block(const struct drawing *d)
{
    draw_ink(d, 0.05, 0.2, 0.5);
    draw_text(d, 13, 31, 4,
              "Huis & Hof Wonen\nLindenlaan 163\n2587 RX Den Haag\nwww.huishof.example");
}

static void draw_strangers_block(const struct drawing *d)
{
    draw_ink(d, 0.05, 0.2, 0.5);
    draw_text(d, 14, 32, 3.3,
              "Kwekerij Zonnebloem\nMarktplein 7, postbus 90\n3511 AA Utrecht\nTel. 030 55501");
}

static void scan_of(struct drawing *d, unsigned seed, struct image raw[SIDE_COUNT],
                    struct scan *ret)
{
    struct err err;
    raw[SIDE_FRONT] = drawing_scan(d, seed);
    raw[SIDE_BACK] = (struct image){0};
    assert_ok(scan_prepare(raw, ret, &err), &err);
}

/* A template of one element, cut out of the envelope that `draw` makes. */
static struct model *model_of(void (*draw)(const struct drawing *), const double box_mm[4])
{
    struct drawing d = drawing_begin(PAPER);
    struct image raw[SIDE_COUNT], strength = {0};
    struct scan scan;
    struct err err;
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    draw(&d);
    scan_of(&d, 3, raw, &scan);
    struct template_element *data = &model->data.element[model->data.n_elements++];
    struct element_model *element = &model->element[0];
    memcpy(model->data.size_mm, scan.side[SIDE_FRONT].size_mm, sizeof model->data.size_mm);
    memcpy(data->box_mm, box_mm, sizeof data->box_mm);
    data->dpi = FINE_DPI;
    element->data = data;
    const double *paper = scan.side[SIDE_FRONT].paper_rgb;
    assert_ok(side_crop_box(&scan.side[SIDE_FRONT], box_mm, FINE_DPI, &element->picture, &err),
              &err);
    assert_ok(ink_strength(&element->picture, paper, &strength, &err), &err);
    assert_ok(cv_threshold(&strength, 80, false, &element->mask, &err), &err);
    assert_ok(element_model_derive(element, &err), &err);
    assert_ok(model_features(model, &err), &err);
    image_finish(&strength);
    scan_finish(&scan);
    image_finish(&raw[SIDE_FRONT]);
    return model;
}

struct seen {
    int n; /* candidates */
    struct placement place;
    enum element_state state;
    double shift_mm[2]; /* of the element against where `draw` put it */
};

static struct seen look_at(struct drawing *d, struct model *model)
{
    struct image raw[SIDE_COUNT];
    struct scan scan;
    struct side_patches patches[SIDE_COUNT] = {{.n = 0}};
    struct placement candidate[CANDIDATES_MAX];
    struct located located[TEMPLATE_ELEMENTS_MAX];
    struct seen ret = {0};
    struct err err;
    scan_of(d, 8, raw, &scan);
    assert_ok(scan_patches(&scan, patches, &err), &err);
    assert_ok(match_candidates(&scan, &model, 1, candidate, CANDIDATES_MAX, &ret.n, &err), &err);
    if (ret.n > 0) {
        const double *box = model->data.element[0].box_mm;
        assert_ok(locate_elements(&scan, &candidate[0], patches, located, &err), &err);
        ret.place = candidate[0];
        ret.state = located[0].state;
        ret.shift_mm[0] = located[0].to_page.m[2] - box[0];
        ret.shift_mm[1] = located[0].to_page.m[5] - box[1];
        located_finish(&located[0]);
    }
    for (int s = 0; s < SIDE_COUNT; s++)
        side_patches_finish(&patches[s]);
    scan_finish(&scan);
    image_finish(&raw[SIDE_FRONT]);
    return ret;
}

static void model_end(struct model *model)
{
    element_model_finish(&model->element[0]);
    for (int s = 0; s < SIDE_COUNT; s++)
        cv_features_finish(&model->features[s]);
    free(model);
}

static void assert_found(const struct seen *seen)
{
    assert_int_equal(seen->n, 1);
    assert_int_equal(seen->place.turn[SIDE_FRONT], 0);
    assert_int_equal(seen->state, ELEMENT_FOUND);
    assert_true(fabs(seen->shift_mm[0]) < 0.3 && fabs(seen->shift_mm[1]) < 0.3);
}

static void a_design_on_another_format_keeps_its_corner(void **state)
{
    (void)state;
    struct model *model = model_of(draw_signet, logo_mm);
    struct drawing d = drawing_begin_mm(220, 110, PAPER);
    draw_signet(&d);
    draw_address(&d, "Mevrouw Jansen\nDorpsstraat 5\n1234 AB Ons Dorp");
    struct seen seen = look_at(&d, model);
    assert_found(&seen);
    model_end(model);
}

/* The block at the upper left corner, and where a letter to the firm has it. */
static void draw_block_above(const struct drawing *d)
{
    cairo_save(d->cr);
    cairo_translate(d->cr, 0, -20);
    draw_block(d);
    cairo_restore(d->cr);
}

static void draw_block_as_recipient(const struct drawing *d)
{
    cairo_save(d->cr);
    cairo_translate(d->cr, 95, 25);
    draw_block(d);
    cairo_restore(d->cr);
}

static const double low_mm[4] = {12, 90, 48, 23};

static void draw_block_low(const struct drawing *d)
{
    cairo_save(d->cr);
    cairo_translate(d->cr, low_mm[0] - block_mm[0], low_mm[1] - block_mm[1]);
    draw_block(d);
    cairo_restore(d->cr);
}

static void mail_to_the_firm_bears_its_name_as_well(void **state)
{
    (void)state;
    const double above_mm[4] = {block_mm[0], block_mm[1] - 20, block_mm[2], block_mm[3]};
    struct model *model = model_of(draw_block_above, above_mm);
    struct drawing d = drawing_begin_mm(220, 110, PAPER);
    draw_block_above(&d);
    struct seen seen = look_at(&d, model);
    assert_found(&seen);
    d = drawing_begin_mm(220, 110, PAPER);
    draw_block_as_recipient(&d);
    seen = look_at(&d, model);
    assert_int_equal(seen.n, 0);
    model_end(model);
}

/* A sender that the firm prints low on its envelope stands where a larger one has the recipient. */
static void a_low_sender_is_no_recipient(void **state)
{
    (void)state;
    struct model *model = model_of(draw_block_low, low_mm);
    struct drawing d = drawing_begin_mm(220, 110, PAPER);
    cairo_save(d.cr);
    cairo_translate(d.cr, 90, -32);
    draw_block_low(&d);
    cairo_restore(d.cr);
    struct seen seen = look_at(&d, model);
    assert_int_equal(seen.n, 0);
    model_end(model);
}

/* A label over all but the first two letters of each line. */
/* No edge of the paper is seen on these drawings, so the sheet is not deskewed. */
static void a_sheet_without_an_edge_may_lie_askew(void **state)
{
    static const double degrees[] = {-2.5, 0.4, 1.5};
    (void)state;
    struct model *model = model_of(draw_block, block_mm);
    for (int i = 0; i < 3; i++) {
        struct drawing d = drawing_begin(PAPER);
        cairo_save(d.cr);
        cairo_translate(d.cr, 110, 80);
        cairo_rotate(d.cr, degrees[i] * M_PI / 180);
        cairo_translate(d.cr, -110, -80);
        draw_block(&d);
        cairo_restore(d.cr);
        draw_address(&d, "Mevrouw Jansen\nDorpsstraat 5\n1234 AB Ons Dorp");
        struct seen seen = look_at(&d, model);
        assert_int_equal(seen.n, 1);
        assert_int_equal(seen.state, ELEMENT_FOUND);
        const double *m = seen.place.page[SIDE_FRONT].m;
        assert_true(fabs(atan2(m[3], m[0]) * 180 / M_PI - degrees[i]) < 0.25);
    }
    model_end(model);
}

static void draw_label_over_block(const struct drawing *d)
{
    draw_label(d, 58.5, 40, 80, 34, 1.5, 0.99, 0.87, 0.3);
    draw_text(d, 5, 5, 4,
              "Zur\xc3\xbc"
              "ck\nUnbekannt verzogen\nEmpf\xc3\xa4nger");
    draw_label_end(d);
}

static void the_first_letters_beside_a_label_are_enough(void **state)
{
    (void)state;
    struct model *model = model_of(draw_block, block_mm);
    struct drawing d = drawing_begin(PAPER);
    draw_block(&d);
    draw_label_over_block(&d);
    struct seen seen = look_at(&d, model);
    assert_found(&seen);
    d = drawing_begin(PAPER);
    draw_strangers_block(&d);
    draw_label_over_block(&d);
    seen = look_at(&d, model);
    assert_true(seen.n == 0 || seen.state != ELEMENT_FOUND);
    model_end(model);
}

static const double bars_mm[4] = {11, 9, 8.2, 8.8};

static void draw_bars(const struct drawing *d)
{
    draw_ink(d, 0.32, 0.5, 0.15);
    for (int i = 0; i < 4; i++) {
        cairo_rectangle(d->cr, 12.1 + 1.66 * i, 13.6 - 1.15 * i, 1.15, 2.8 + 1.15 * i);
        cairo_fill(d->cr);
    }
}

/* Two bars of four: the label must not pull them to where they fit less well. */
static void bars_under_a_label_stay_where_they_are(void **state)
{
    (void)state;
    struct model *model = model_of(draw_bars, bars_mm);
    struct drawing d = drawing_begin(PAPER);
    struct image raw[SIDE_COUNT];
    struct scan scan;
    struct side_patches patches[SIDE_COUNT] = {{.n = 0}};
    struct located located[TEMPLATE_ELEMENTS_MAX];
    struct err err;
    draw_bars(&d);
    struct seen seen = look_at(&d, model);
    assert_found(&seen);
    for (int i = 0; i < 3; i++) {
        d = drawing_begin(PAPER);
        draw_bars(&d);
        draw_label(&d, 15.5 + 0.4 * i + 22.5, 16, 45, 29, -1.6, 0.98, 0.98, 0.97);
        draw_text(&d, 4, 4, 4,
                  "Zur\xc3\xbc"
                  "ck / Retour\nNicht abgeholt");
        draw_label_end(&d);
        scan_of(&d, 8, raw, &scan);
        assert_ok(scan_patches(&scan, patches, &err), &err);
        assert_ok(locate_elements(&scan, &seen.place, patches, located, &err), &err);
        assert_true(fabs(located[0].to_page.m[2] - bars_mm[0]) < 0.5);
        assert_true(fabs(located[0].to_page.m[5] - bars_mm[1]) < 0.5);
        located_finish(&located[0]);
        for (int s = 0; s < SIDE_COUNT; s++)
            side_patches_finish(&patches[s]);
        scan_finish(&scan);
        image_finish(&raw[SIDE_FRONT]);
    }
    model_end(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_design_on_another_format_keeps_its_corner),
        cmocka_unit_test(mail_to_the_firm_bears_its_name_as_well),
        cmocka_unit_test(a_low_sender_is_no_recipient),
        cmocka_unit_test(a_sheet_without_an_edge_may_lie_askew),
        cmocka_unit_test(the_first_letters_beside_a_label_are_enough),
        cmocka_unit_test(bars_under_a_label_stay_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
