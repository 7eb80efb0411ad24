/* Drawings that are meant to be taken for another: drawn again, in other colours, another's. */
#include "tests/unit/classifier/draw_print.h"

#define BOX_MM 11.6

/* Rings of two inks, turned, on a frame of their own: what a drawing after another keeps. */
struct rings {
    double turn_deg, stroke_mm;
    double first[3], second[3];
};

static void draw_rings(cairo_t *cr, const void *what)
{
    const struct rings *rings = what;
    cairo_set_line_width(cr, rings->stroke_mm);
    for (int i = 0; i < 3; i++) {
        double angle = (rings->turn_deg + 120 * i) * M_PI / 180;
        const double *rgb = i == 1 ? rings->second : rings->first;
        cairo_set_source_rgb(cr, rgb[0], rgb[1], rgb[2]);
        cairo_arc(cr, 8 + 2.2 * cos(angle), 7 + 2.2 * sin(angle), 3, 0, 2 * M_PI);
        cairo_stroke(cr);
    }
}

static void draw_bars(cairo_t *cr, const void *what)
{
    const struct rings *rings = what;
    cairo_set_source_rgb(cr, rings->first[0], rings->first[1], rings->first[2]);
    for (int i = 0; i < 4; i++)
        cairo_rectangle(cr, 2.5, 1.5 + 3 * i, 11, 1);
    cairo_fill(cr);
}

static const struct rings genuine = {0, 1.1, {0.15, 0.55, 0.15}, {0.35, 0.12, 0.05}};

/* The drawing within its box, as a template has it. */
static struct image boxed(const struct printing *how)
{
    struct err err;
    const double px = FINE_DPI / 25.4;
    struct image whole = print_picture(how, NULL, 0, NULL), part = {0};
    struct image view = image_view(&whole, (int)(2.2 * px), (int)(1.2 * px), (int)(BOX_MM * px),
                                   (int)(BOX_MM * px));
    assert_ok(image_copy(&view, &part, &err), &err);
    image_finish(&whole);
    return part;
}

struct likeness_of {
    enum outcome outcome;
    double value, chroma;
};

static struct likeness_of seen_as(void (*draw)(cairo_t *, const void *), const struct rings *rings,
                                  enum element_state state, int channels)
{
    struct err err;
    struct printing how = {.dpi = FINE_DPI,
                           .blur_um = 30,
                           .noise = 1,
                           .seed = 4,
                           .draw = draw_rings,
                           .what = &genuine};
    struct image expected = boxed(&how);
    how.seed = 11;
    how.draw = draw;
    how.what = rings;
    struct image seen = boxed(&how);
    struct found_element found;
    found_element_init(&found, "logo", &expected, &seen, FINE_DPI);
    struct image raw = {.channels = channels};
    struct scan scan = {0};
    scan.side[SIDE_FRONT].raw = &raw;
    for (int c = 0; c < 3; c++)
        found.element.paper_rgb[c] = scan.side[SIDE_FRONT].paper_rgb[c] = PRINT_PAPER;
    found.data.box_mm[2] = found.data.box_mm[3] = BOX_MM;
    found.located.state = state;
    struct glyphs none = {0};
    struct sheet_view view = {.scan = &scan, .located = &found.located, .glyphs = &none};
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    assert_ok(check_resembles.run(&view, 0, &value, &err), &err);
    found_element_finish(&found);
    return (struct likeness_of){value.outcome, value.value, value.detail[0]};
}

static void drawn_again_it_is_still_alike(void **state)
{
    (void)state;
    struct rings again = genuine;
    again.turn_deg = 40;
    again.stroke_mm = 0.9;
    struct likeness_of got = seen_as(draw_rings, &again, ELEMENT_ALTERED, 3);
    assert_int_equal(got.outcome, OUTCOME_MEASURED);
    assert_true(got.value > 0.88);
    assert_true(got.chroma > 25);
}

static void another_drawing_or_colour_is_not(void **state)
{
    (void)state;
    struct rings blue = {40, 1.1, {0.1, 0.2, 0.85}, {0.9, 0.75, 0.1}};
    assert_true(seen_as(draw_bars, &genuine, ELEMENT_ALTERED, 3).value < 0.7);
    assert_true(seen_as(draw_rings, &blue, ELEMENT_ALTERED, 3).value < 0.75);
}

static void what_is_ours_or_grey_is_not_asked(void **state)
{
    (void)state;
    assert_int_equal(seen_as(draw_rings, &genuine, ELEMENT_FOUND, 3).outcome, OUTCOME_UNMEASURABLE);
    assert_int_equal(seen_as(draw_rings, &genuine, ELEMENT_ALTERED, 1).outcome,
                     OUTCOME_UNMEASURABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawn_again_it_is_still_alike),
        cmocka_unit_test(another_drawing_or_colour_is_not),
        cmocka_unit_test(what_is_ours_or_grey_is_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
