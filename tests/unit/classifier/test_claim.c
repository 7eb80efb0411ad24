/* Envelopes that name the firm where it prints its name, in other type or moved, and those that
 * name it elsewhere: as the recipient, in the window, on a label. */
#include "tests/unit/classifier/draw_envelope.h"

#include "classifier/claim.h"
#include "classifier/measure.h"

#define FIRM "Huis & Hof Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag"
#define OTHER_FIRM "Bakker & Zonen B.V.\nEikenweg 4\n3511 AA Utrecht"
#define CLAIMS_MAX 4

struct fixture {
    struct ocr *ocr;
    struct model *model;
};

static void add_element(struct model *model, const char *kind, double x, double y, double w,
                        double h, const char *text)
{
    struct template_element *element = &model->data.element[model->data.n_elements++];
    const double box[4] = {x, y, w, h};
    snprintf(element->kind, sizeof element->kind, "%s", kind);
    snprintf(element->name, sizeof element->name, "%s", kind);
    snprintf(element->text, sizeof element->text, "%s", text);
    memcpy(element->box_mm, box, sizeof box);
}

/* Logo and sender above on the left, slogan below; a line above the window. */
static void make_model(struct model *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->data.size_mm[0] = DRAW_W_MM;
    ret->data.size_mm[1] = DRAW_H_MM;
    add_element(ret, "logo", 12, 12, 62, 9, "Huis & Hof Wonen");
    add_element(ret, "sender", 12, 24, 40, 13, FIRM);
    add_element(ret, "slogan", 12, 148, 60, 5, "Thuis in elke straat");
    add_element(ret, "sender", 22, 59.5, 70, 3,
                "Huis & Hof Wonen B.V. - Lindenlaan 12 - 2587 RX Den Haag");
    ret->data.has_window = true;
    ret->data.window = (struct template_window){.side = SIDE_FRONT, .box_mm = {20, 62, 100, 45}};
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err err;
    if (!f || !(f->model = calloc(1, sizeof *f->model)) || !ocr_create(&f->ocr, &err))
        return -1;
    make_model(f->model);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    ocr_destroy(f->ocr);
    free(f->model);
    free(f);
    return 0;
}

/* Ends the drawing; the sheet has one side and no placement was proposed for it. */
static int claims_of(const struct fixture *f, struct drawing *d, struct placement *ret)
{
    struct image raw[SIDE_COUNT] = {drawing_scan(d, 7)};
    struct side_patches patches[SIDE_COUNT] = {{.n = 0}};
    struct scan scan;
    struct err err;
    struct placement found[CLAIMS_MAX];
    int n = 0;
    assert_ok(scan_prepare(raw, &scan, &err), &err);
    assert_ok(scan_patches(&scan, patches, &err), &err);
    assert_ok(
        claim_by_text(&scan, patches, NULL, 0, &f->model, 1, f->ocr, found, CLAIMS_MAX, &n, &err),
        &err);
    if (n > 0)
        *ret = found[0];
    for (int s = 0; s < SIDE_COUNT; s++)
        side_patches_finish(&patches[s]);
    scan_finish(&scan);
    image_finish(&raw[SIDE_FRONT]);
    return n;
}

static void draw_serif(const struct drawing *d, double x, double y, double height_mm,
                       const char *text)
{
    draw_ink(d, 0.35, 0.05, 0.2);
    show_text(d->cr, "DejaVu Serif", height_mm, x, y, text);
}

static void assert_named(const struct placement *place, int turn, const char *text, double x,
                         double y)
{
    assert_true(place->named.score >= SENDER_CLAIM_SCORE);
    assert_int_equal(place->named.side, SIDE_FRONT);
    assert_int_equal(place->turn[SIDE_FRONT], turn);
    assert_non_null(strstr(place->named.text, text));
    assert_true(fabs(place->named.box_mm[0] - x) < 2 && fabs(place->named.box_mm[1] - y) < 4);
}

static void name_set_again_in_the_logo_claims(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    draw_serif(&d, 14, 10, 6.5, "Huis & Hof\nWonen");
    draw_address(&d, "Mevrouw Jansen\nDorpsstraat 5\n1234 AB Ons Dorp");
    assert_int_equal(claims_of(*state, &d, &place), 1);
    assert_named(&place, 0, "Wonen", 14, 10);
    assert_true(place.model == ((const struct fixture *)*state)->model);
}

static void sender_moved_on_a_sheet_on_its_head_claims(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    cairo_translate(d.cr, DRAW_W_MM, DRAW_H_MM);
    cairo_rotate(d.cr, M_PI);
    draw_serif(&d, 19, 20, 3.2, FIRM);
    draw_address(&d, "Mevrouw Jansen\nDorpsstraat 5\n1234 AB Ons Dorp");
    assert_int_equal(claims_of(*state, &d, &place), 1);
    assert_named(&place, 180, "Huis", 19, 20);
}

static void slogan_alone_claims(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    draw_serif(&d, 15, 146, 5, "Thuis in elke straat");
    assert_int_equal(claims_of(*state, &d, &place), 1);
    assert_named(&place, 0, "Thuis in elke straat", 15, 146);
    assert_true(place.named.slogan);
}

static void our_slogan_below_another_name_claims_nothing(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    draw_serif(&d, 12, 24, 3.2, OTHER_FIRM);
    draw_serif(&d, 15, 146, 5, "Thuis in elke straat");
    assert_int_equal(claims_of(*state, &d, &place), 0);
}

static void the_name_goes_before_the_slogan(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    struct model *model = ((struct fixture *)*state)->model;
    struct template_element logo = model->data.element[0];
    draw_serif(&d, 15, 146, 5, "Thuis in elke straat");
    draw_serif(&d, 14, 12, 6.5, "Huis & Hof Wonen");
    model->data.element[0] = model->data.element[2]; /* the slogan is read first */
    model->data.element[2] = logo;
    assert_int_equal(claims_of(*state, &d, &place), 1);
    assert_named(&place, 0, "Wonen", 14, 12);
    assert_false(place.named.slogan);
    make_model(model);
}

static void mail_to_us_claims_nothing(void **state)
{
    static const double recipient[][2] = {
        {120, 80}, {60, 75}, {26, 69}, /* in the window */
        {16, 41},                      /* below the sender */
        {26, 61},                      /* in the window, on the place of the line above it */
    };
    for (size_t i = 0; i < sizeof recipient / sizeof *recipient; i++) {
        struct drawing d = drawing_begin(0.95);
        struct placement place;
        draw_serif(&d, 12, 12, 6, "Bakker & Zonen");
        draw_serif(&d, 12, 24, 3.2, OTHER_FIRM);
        draw_ink(&d, 0.1, 0.1, 0.1);
        draw_text(&d, recipient[i][0], recipient[i][1], 4.2, FIRM);
        int n = claims_of(*state, &d, &place);
        if (n > 0)
            fail_msg("recipient at %.0f, %.0f: %s", recipient[i][0], recipient[i][1],
                     place.named.text);
    }
}

static void our_name_on_a_label_claims_nothing(void **state)
{
    struct drawing d = drawing_begin(0.9);
    struct placement place;
    draw_label(&d, 52, 26, 88, 40, 0, 1, 1, 0.75);
    draw_text(&d, 8, 6, 4.2, FIRM);
    draw_label_end(&d);
    assert_int_equal(claims_of(*state, &d, &place), 0);
}

static void another_firm_claims_nothing(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    draw_serif(&d, 12, 12, 7, "Huis & Hof Tuinen");
    draw_serif(&d, 12, 24, 3.2, "Huis & Hof Tuinen B.V.\nEikenweg 4\n3511 AA Utrecht");
    draw_serif(&d, 12, 148, 5, "Groen in elke tuin");
    draw_address(&d, "Mevrouw Jansen\nDorpsstraat 5\n1234 AB Ons Dorp");
    assert_int_equal(claims_of(*state, &d, &place), 0);
}

static void bare_paper_claims_nothing(void **state)
{
    struct drawing d = drawing_begin(0.95);
    struct placement place;
    assert_int_equal(claims_of(*state, &d, &place), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_set_again_in_the_logo_claims),
        cmocka_unit_test(sender_moved_on_a_sheet_on_its_head_claims),
        cmocka_unit_test(slogan_alone_claims),
        cmocka_unit_test(our_slogan_below_another_name_claims_nothing),
        cmocka_unit_test(the_name_goes_before_the_slogan),
        cmocka_unit_test(mail_to_us_claims_nothing),
        cmocka_unit_test(our_name_on_a_label_claims_nothing),
        cmocka_unit_test(another_firm_claims_nothing),
        cmocka_unit_test(bare_paper_claims_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
