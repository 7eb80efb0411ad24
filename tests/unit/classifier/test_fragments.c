/* Elements of which only parts are seen: labels of the paper's own colour that cut through letters,
 * and fragments that agree on a place. */
#include "tests/unit/classifier/draw_print.h"

#include "classifier/cut.h"
#include "classifier/fragments.h"
#include "classifier/likeness.h"

#define FACE "DejaVu Sans"

static const char block[] = "Huis & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Haag";
static const char less[] = "Huis & Hof Wonen B.V.\nLindenlaan 163";
static const char strange[] = "Bakkerij Zonnebloem\nMarkt 7, postbus 90\n3511 AA Utrecht";

static const struct printing genuine = {
    .dpi = FINE_DPI, .blur_um = 25, .noise = 0.7, .seed = 3, .rgb = {0.05, 0.25, 0.45}};

/* Nothing marks it but what it hides: x, y, w, h in mm and degrees. */
struct blank {
    double box[4], angle;
};

static void lay_blank(cairo_t *cr, const void *what)
{
    const struct blank *blank = what;
    const double *box = blank->box;
    cairo_save(cr);
    cairo_set_source_rgb(cr, PRINT_PAPER / 255.0, PRINT_PAPER / 255.0, PRINT_PAPER / 255.0);
    cairo_rotate(cr, blank->angle * M_PI / 180);
    cairo_rectangle(cr, box[0], box[1], box[2], box[3]);
    cairo_fill(cr);
    cairo_restore(cr);
}

static void rule_and_bar(cairo_t *cr, const void *what)
{
    (void)what;
    cairo_rectangle(cr, 2, 3, 40, 0.5);
    cairo_rectangle(cr, 2, 5, 40, 6);
    cairo_fill(cr);
}

/* The block of the template against `text` as printed again, with `blank` over it or not. */
static void lay(struct found_element *ret, double points, const char *text,
                const struct blank *blank)
{
    struct printing how = genuine;
    struct err err;
    how.seed = 9;
    how.noise = 2;
    how.draw = blank ? lay_blank : NULL;
    how.what = blank;
    struct image expected = print_picture(&genuine, FACE, 9, block);
    struct image seen = print_picture(&how, FACE, points, text);
    found_element_init(ret, "sender", &expected, &seen, FINE_DPI);
    assert_ok(likeness_measure(&ret->located, &err), &err);
}

static void a_blank_label_hides_what_it_cuts_off(void **state)
{
    (void)state;
    static const struct blank blank[] = {
        {{-1, -1, 15.3, 20}, 0},  /* the left third, within a letter of each line */
        {{18.2, -1, 40, 20}, 4},  /* the right half, stuck at an angle */
        {{-1, 6.8, 60, 20}, 0},   /* the last line and the lower half of the second one */
        {{11.2, -1, 12.5, 20}, 0} /* a strip in the middle */
    };
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
        struct found_element found;
        lay(&found, 9, block, &blank[i]);
        assert_true(found.located.visible > 0.2 && found.located.visible < 0.8);
        assert_true(found.located.bare < LOST_SHARE);
        assert_true(found.located.ncc > 0.9);
        assert_true(found.located.same > 0.9);
        found_element_finish(&found);
    }
}

static void what_was_left_out_is_not_hidden(void **state)
{
    (void)state;
    struct found_element found;
    lay(&found, 9, less, NULL);
    assert_true(found.located.visible == 1);
    assert_true(found.located.bare > 0.2);
    assert_true(found.located.same > 0.5 && found.located.same < 0.8); /* two lines of three */
    found_element_finish(&found);
    lay(&found, 9, strange, NULL);
    assert_true(found.located.visible == 1);
    assert_true(found.located.same < 0.1);
    found_element_finish(&found);
}

static void a_rule_or_a_solid_says_nothing_but_where_it_ends(void **state)
{
    (void)state;
    struct printing how = genuine;
    struct found_element found;
    how.draw = rule_and_bar;
    struct image expected = print_picture(&how, NULL, 0, NULL);
    struct image seen = print_picture(&how, NULL, 0, NULL);
    found_element_init(&found, "logo", &expected, &seen, FINE_DPI);
    for (int i = 0; i < found.element.n_fragments; i++) {
        const struct fragment *fragment = &found.element.fragment[i];
        assert_true(fragment->x == 0 || fragment->x + fragment->w == found.element.fine.width);
    }
    found_element_finish(&found);
}

/* Ink at COARSE_DPI of `text` on a page that reaches 10 mm farther on all sides, moved by (4, -7)
 * px, as far as it is not hidden. */
static double agreement_on(double points, const char *text, const struct blank *blank,
                           double ret_shift[2])
{
    enum { MARGIN = 30, SEARCH = 18, DX = 4, DY = -7 };
    struct found_element found;
    struct image small = {0}, page = {0};
    struct err err;
    double agreement;
    const int origin[2] = {MARGIN, MARGIN};
    lay(&found, points, text, blank);
    assert_ok(cv_resize(&found.located.strength, found.element.coarse.width,
                        found.element.coarse.height, CV_INTERPOLATE_AREA, &small, &err),
              &err);
    assert_ok(image_create(&page, small.width + 2 * MARGIN, small.height + 2 * MARGIN, 1, &err),
              &err);
    for (int y = 0; y < small.height; y++)
        memcpy(image_row(&page, y + MARGIN + DY) + MARGIN + DX, image_row(&small, y),
               (size_t)small.width);
    assert_ok(fragments_vote(&found.element, &page, origin, SEARCH, &agreement, ret_shift, &err),
              &err);
    ret_shift[0] -= DX;
    ret_shift[1] -= DY;
    image_finish(&small);
    image_finish(&page);
    found_element_finish(&found);
    return agreement;
}

static void a_third_is_enough_to_agree_on(void **state)
{
    (void)state;
    static const struct blank blank = {{14.2, -1, 60, 20}, 2};
    double shift[2];
    assert_true(agreement_on(9, block, &blank, shift) >= FRAGMENTS_AGREE);
    assert_true(fabs(shift[0]) < 1 && fabs(shift[1]) < 1);
    assert_true(agreement_on(10.5, strange, &blank, shift) < FRAGMENTS_AGREE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blank_label_hides_what_it_cuts_off),
        cmocka_unit_test(what_was_left_out_is_not_hidden),
        cmocka_unit_test(a_rule_or_a_solid_says_nothing_but_where_it_ends),
        cmocka_unit_test(a_third_is_enough_to_agree_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
