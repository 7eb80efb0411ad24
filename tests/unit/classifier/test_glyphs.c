/* Letter by letter: what genuine printing varies passes, another letter, face, weight, colour or
 * drawing does not, and nothing is said of what is covered. */
#include "classifier/colour.h"
#include "tests/unit/classifier/draw_print.h"

#define FACE "DejaVu Sans"
#define OTHER_FACE "DejaVu Serif"
#define BOLD_FACE "DejaVu Sans Bold"

static const char block[] = "Huis & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Haag";
static const double dpis[] = {300, 600};

/* One way of printing and one thing printed, against the genuine block in FACE. */
struct trial {
    struct printing how;
    const char *kind, *face, *text;
    double points;
    void (*draw)(cairo_t *cr, const void *what); /* also in the template */
    bool covered;
};

static struct trial trial(double dpi)
{
    return (struct trial){
        .how = {.dpi = dpi, .blur_um = 28, .noise = 2, .dx_mm = 0.04, .scale = 1.002, .seed = 9},
        .kind = "sender",
        .face = FACE,
        .text = block,
        .points = 8};
}

struct glyph_bench {
    struct found_element found;
    struct glyphs glyphs;
    struct image raw;
    struct scan scan;
    struct sheet_view view;
};

static void bench_init(struct glyph_bench *bench, const struct trial *trial)
{
    struct err err;
    const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER};
    struct printing genuine = {.dpi = trial->how.dpi,
                               .blur_um = 25,
                               .noise = 0.7,
                               .seed = 3,
                               .rgb = {0.05, 0.25, 0.45},
                               .draw = trial->draw};
    struct printing how = trial->how;
    if (how.rgb[0] + how.rgb[1] + how.rgb[2] <= 0)
        memcpy(how.rgb, genuine.rgb, sizeof how.rgb);
    const char *face = trial->draw ? NULL : FACE;
    struct image expected = print_picture(&genuine, face, trial->points, block);
    struct image seen =
        print_picture(&how, trial->draw ? NULL : trial->face, trial->points, trial->text);
    memset(bench, 0, sizeof *bench);
    found_element_init(&bench->found, trial->kind, &expected, &seen, trial->how.dpi);
    if (trial->covered)
        memset(bench->found.located.open.data, 0,
               bench->found.located.open.stride * (size_t)bench->found.located.open.height);
    assert_ok(glyphs_measure(&bench->found.located, paper, &bench->glyphs, &err), &err);
    bench->raw.channels = 3;
    bench->scan.side[SIDE_FRONT].raw = &bench->raw;
    bench->view = (struct sheet_view){
        .scan = &bench->scan, .located = &bench->found.located, .glyphs = &bench->glyphs};
}

static void bench_finish(struct glyph_bench *bench)
{
    glyphs_finish(&bench->glyphs);
    found_element_finish(&bench->found);
}

static struct check_value value_of(const struct check *check, const struct trial *trial)
{
    struct glyph_bench bench;
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    struct err err;
    bench_init(&bench, trial);
    assert_ok(check->run(&bench.view, 0, &value, &err), &err);
    bench_finish(&bench);
    return value;
}

/* Genuine envelopes show `usual`; from slack and some repeatabilities beyond, a value is strange.
 */
static bool is_strange(const struct check *check, const struct check_value *value)
{
    assert_int_equal(value->outcome, OUTCOME_MEASURED);
    return fabs(value->value) > check->slack + 2 * check->floor_sd;
}

static bool is_usual(const struct check *check, const struct check_value *value)
{
    assert_int_equal(value->outcome, OUTCOME_MEASURED);
    return fabs(value->value) <= check->slack + check->floor_sd;
}

static void expect_usual(const struct trial *trial, const char *what)
{
    const struct check *const all[] = {&check_wording, &check_typeface, &check_stroke_weight,
                                       &check_letter_spacing, &check_ink_colour};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct check_value value = value_of(all[i], trial);
        if (!is_usual(all[i], &value))
            fail_msg("%s: %s is %g at %g dpi", what, all[i]->name, value.value, trial->how.dpi);
    }
}

static void expect_strange(const struct check *check, const struct trial *trial, const char *what)
{
    struct check_value value = value_of(check, trial);
    if (!is_strange(check, &value))
        fail_msg("%s: %s is only %g at %g dpi", what, check->name, value.value, trial->how.dpi);
}

static void genuine_variation_is_usual(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct trial t = trial(dpis[i]);
        expect_usual(&t, "the same print");
        t.how.gain_um = 20;
        t.how.noise = 4;
        expect_usual(&t, "toner gain and noise");
        t = trial(dpis[i]);
        t.how.blur_um = 45;
        expect_usual(&t, "more blur");
        t = trial(dpis[i]);
        t.how.scale = 1.006;
        t.points = 12;
        expect_usual(&t, "a feeder's stretch");
    }
}

/* Out of focus: the template is made as soft, or nothing is said. */
static void blur_is_no_contradiction(void **state)
{
    (void)state;
    const double blur_um[] = {70, 110, 170, 250};
    const struct check *const all[] = {&check_wording, &check_typeface, &check_stroke_weight,
                                       &check_letter_spacing, &check_ink_colour};
    for (int i = 0; i < 2; i++)
        for (int b = 0; b < 4; b++)
            for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
                struct trial t = trial(dpis[i]);
                t.how.blur_um = blur_um[b];
                struct check_value value = value_of(all[k], &t);
                if (value.outcome == OUTCOME_MEASURED && !is_usual(all[k], &value))
                    fail_msg("blurred by %g um, %s is %g", blur_um[b], all[k]->name, value.value);
            }
}

static void one_letter_is_found(void **state)
{
    (void)state;
    static const char *const text[] = {
        "Huis & Hof Wonon B.V.\nLindenlaan 163\n2587 RX Den Haag",
        "Huis & Hof Wonen B.V.\nLindenlaan 763\n2587 RX Den Haag",
        "Huis & Hof Wonen B.V.\nLindenlaan 165\n2587 RX Den Haag",
        "Huis & Hof Wonen B.V.\nLindenlaan 163\n2547 RX Den Haag",
        "Huis & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Naag",
        "Huis & Hof Women B.V.\nLindenlaan 163\n2587 RX Den Haag",
    };
    const double points[] = {7, 10};
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < sizeof text / sizeof *text; k++)
            for (int p = 0; p < 2; p++) {
                struct trial t = trial(dpis[i]);
                t.text = text[k];
                t.points = points[p];
                expect_strange(&check_wording, &t, text[k]);
            }
}

static void the_letter_is_pointed_at(void **state)
{
    (void)state;
    struct trial t = trial(300);
    t.text = "Nuis & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Haag";
    struct check_value value = value_of(&check_wording, &t);
    assert_true(value.has_place);
    assert_true(value.place_mm[0] < 2.5 && value.place_mm[1] < 3); /* the first letter */
}

static void another_face_is_found(void **state)
{
    (void)state;
    const double points[] = {7, 9, 12};
    for (int i = 0; i < 2; i++)
        for (int p = 0; p < 3; p++) {
            struct trial t = trial(dpis[i]);
            t.points = points[p];
            t.face = OTHER_FACE;
            expect_strange(&check_typeface, &t, OTHER_FACE);
            t.face = BOLD_FACE;
            expect_strange(&check_typeface, &t, BOLD_FACE);
        }
}

static void gain_beyond_print_is_another_weight(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct trial t = trial(dpis[i]);
        t.points = 12;
        t.how.gain_um = 60; /* strokes 120 um wider: bold, though drawn from the same outlines */
        expect_strange(&check_stroke_weight, &t, "a bolder cut");
    }
}

static void drifting_letters_are_found(void **state)
{
    (void)state;
    struct trial t = trial(300);
    /* Two hair spaces more: the line goes on 0.4 mm farther, letter for letter the same. */
    t.text = "Hu\u200a\u200ais & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Haag";
    t.points = 7;
    expect_strange(&check_letter_spacing, &t, "a line spaced otherwise");
}

static void another_ink_is_found(void **state)
{
    (void)state;
    static const double inks[][3] = {{0.45, 0.05, 0.25}, {0.05, 0.4, 0.2}, {0.1, 0.1, 0.1}};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 3; k++) {
            struct trial t = trial(dpis[i]);
            t.points = 7;
            memcpy(t.how.rgb, inks[k], sizeof inks[k]);
            expect_strange(&check_ink_colour, &t, "another ink");
        }
}

static void draw_pen(cairo_t *cr, const void *what)
{
    (void)what;
    cairo_set_source_rgb(cr, 0.1, 0.1, 0.35);
    cairo_set_line_width(cr, 0.5);
    cairo_move_to(cr, 0, 12);
    cairo_curve_to(cr, 10, -4, 20, 16, PRINT_W_MM, 1);
    cairo_stroke(cr);
}

static void a_pen_across_is_no_other_text(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct trial t = trial(dpis[i]);
        t.how.draw = draw_pen;
        struct check_value value = value_of(&check_typeface, &t);
        assert_true(is_usual(&check_typeface, &value));
        value = value_of(&check_wording, &t);
        assert_true(is_usual(&check_wording, &value));
    }
}

/* Where it was folded most of the ink came off one letter: the L of the second line. */
static void draw_wear(cairo_t *cr, const void *what)
{
    const double *left = what;
    const double paper = PRINT_PAPER / 255.0;
    cairo_set_source_rgba(cr, paper, paper, paper, 1 - *left);
    cairo_rectangle(cr, 0, 4.9, 2.85, 3.1);
    cairo_fill(cr);
}

static void a_worn_letter_is_no_other_letter(void **state)
{
    (void)state;
    static const double worn = 0.35, gone = 0;
    for (int i = 0; i < 2; i++) {
        struct trial t = trial(dpis[i]);
        t.how.draw = draw_wear;
        t.how.what = &worn;
        struct check_value value = value_of(&check_wording, &t);
        if (!is_usual(&check_wording, &value))
            fail_msg("a worn letter: %g at %g dpi (%s)", value.value, dpis[i], value.note);
        t.how.what = &gone;
        expect_strange(&check_wording, &t, "a letter that is not there");
    }
}

static bool says_the_same(const struct trial *trial)
{
    struct glyph_bench bench;
    bench_init(&bench, trial);
    snprintf(bench.found.data.text, sizeof bench.found.data.text, "%s", block);
    bool same = glyphs_same_text(&bench.found.located, &bench.glyphs);
    bench_finish(&bench);
    return same;
}

static void the_same_letters_need_no_reading(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct trial t = trial(dpis[i]);
        assert_true(says_the_same(&t));
        t.text = "Huis & Hof Wonen B.V.\nLindenlaan 168\n2587 RX Den Haag";
        assert_false(says_the_same(&t));
        t = trial(dpis[i]);
        t.face = OTHER_FACE;
        assert_false(says_the_same(&t));
        t = trial(dpis[i]);
        t.covered = true;
        assert_false(says_the_same(&t));
    }
}

static void draw_mark(cairo_t *cr, const void *what)
{
    double wider = what ? *(const double *)what : 0;
    cairo_set_source_rgb(cr, 0.05, 0.25, 0.45);
    cairo_arc(cr, 8, 7, 5, 0, 2 * M_PI);
    cairo_fill(cr);
    cairo_set_line_width(cr, 1.2);
    cairo_move_to(cr, 18, 11);
    cairo_line_to(cr, 24 + wider, 3);
    cairo_line_to(cr, 30, 11);
    cairo_stroke(cr);
    cairo_rectangle(cr, 33, 3, 8, 8 + wider);
    cairo_rectangle(cr, 35, 5, 4, 4);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_fill(cr);
}

static void a_drawing_made_again_is_found(void **state)
{
    (void)state;
    const double wider = 0.8;
    for (int i = 0; i < 2; i++) {
        struct trial t = trial(dpis[i]);
        t.kind = "logo";
        t.draw = t.how.draw = draw_mark;
        t.how.gain_um = 20;
        struct check_value value = value_of(&check_shape, &t);
        assert_true(is_usual(&check_shape, &value));
        value = value_of(&check_proportions, &t);
        assert_true(is_usual(&check_proportions, &value));
        t.how.what = &wider;
        expect_strange(&check_shape, &t, "a mark drawn again");
    }
}

static void nothing_is_said_of_what_is_covered(void **state)
{
    (void)state;
    const struct check *const all[] = {&check_wording,        &check_typeface, &check_stroke_weight,
                                       &check_letter_spacing, &check_shape,    &check_proportions,
                                       &check_ink_colour};
    struct trial t = trial(300);
    t.face = OTHER_FACE;
    t.covered = true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        t.kind = "sender";
        assert_int_not_equal(value_of(all[i], &t).outcome, OUTCOME_MEASURED);
        t.kind = "logo";
        assert_int_not_equal(value_of(all[i], &t).outcome, OUTCOME_MEASURED);
    }
}

/* Pairs 1, 4, 7, 13, 17 and 25 of Sharma, Wu, Dalal 2005, table 1. */
static void ciede2000_is_the_standard_one(void **state)
{
    (void)state;
    static const double pair[][7] = {
        {50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425},
        {50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0},
        {50, 0, 0, 50, -1, 2, 2.3669},
        {50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461},
        {50, 2.5, 0, 73, 25, -18, 27.1492},
        {60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644},
    };
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        double d = ciede2000(pair[i], pair[i] + 3);
        if (fabs(d - pair[i][6]) > 0.0002)
            fail_msg("pair %zu: %g instead of %g", i, d, pair[i][6]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_variation_is_usual),
        cmocka_unit_test(blur_is_no_contradiction),
        cmocka_unit_test(one_letter_is_found),
        cmocka_unit_test(the_letter_is_pointed_at),
        cmocka_unit_test(another_face_is_found),
        cmocka_unit_test(gain_beyond_print_is_another_weight),
        cmocka_unit_test(drifting_letters_are_found),
        cmocka_unit_test(another_ink_is_found),
        cmocka_unit_test(a_pen_across_is_no_other_text),
        cmocka_unit_test(a_worn_letter_is_no_other_letter),
        cmocka_unit_test(the_same_letters_need_no_reading),
        cmocka_unit_test(a_drawing_made_again_is_found),
        cmocka_unit_test(nothing_is_said_of_what_is_covered),
        cmocka_unit_test(ciede2000_is_the_standard_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
