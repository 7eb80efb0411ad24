/* Ink that came onto print later: what it hides, and what is no such ink. */
#include "classifier/pens.h"
#include "classifier/place_search.h"
#include "tests/unit/classifier/draw_print.h"

#define FACE "DejaVu Sans"

static const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER};
static const double magenta[3] = {0.72, 0.16, 0.38}, blue[3] = {0.3, 0.35, 0.58},
                    grey[3] = {0.66, 0.67, 0.68};

/* Lines across the picture, from y on. */
struct stripes {
    double y, width_mm, pitch_mm;
    const double *rgb;
};

static void draw_stripes(cairo_t *cr, const void *what)
{
    const struct stripes *stripes = what;
    cairo_save(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY); /* ink lets the print through */
    cairo_set_source_rgb(cr, stripes->rgb[0], stripes->rgb[1], stripes->rgb[2]);
    for (double y = stripes->y; y < PRINT_H_MM; y += stripes->pitch_mm)
        cairo_rectangle(cr, 0, y, PRINT_W_MM, stripes->width_mm);
    cairo_fill(cr);
    cairo_restore(cr);
}

/* Text in one ink as the template has it, in another as it is seen, under stripes unless NULL. */
static void see(struct found_element *ret, const double genuine[3], const double seen[3],
                const struct stripes *stripes, double dx_mm)
{
    struct printing how = {.dpi = FINE_DPI, .blur_um = 25, .noise = 0.7, .seed = 3};
    memcpy(how.rgb, genuine, sizeof how.rgb);
    struct image expected = print_picture(&how, FACE, 14, "Huis & Hof");
    memcpy(how.rgb, seen, sizeof how.rgb);
    how.seed = 9;
    how.dx_mm = dx_mm;
    how.draw = stripes ? draw_stripes : NULL;
    how.what = stripes;
    struct image there = print_picture(&how, FACE, 14, "Huis & Hof");
    found_element_init(ret, "sender", &expected, &there, FINE_DPI);
    ret->located.to_page = affine_identity();
}

struct shares {
    double open, clear, strange; /* of the print */
};

static struct shares after_pens(const double genuine[3], const double seen[3],
                                const struct stripes *stripes)
{
    struct found_element found;
    struct shares ret;
    struct err err;
    see(&found, genuine, seen, stripes, 0);
    assert_ok(pens_take_off(&found.located, paper, &err), &err);
    ret.open = mask_share(&found.element.fine_mask, &found.located.open);
    ret.clear = mask_share(&found.element.fine_mask, &found.located.clear);
    ret.strange = found.located.strange;
    found_element_finish(&found);
    return ret;
}

static void a_pen_of_another_colour_hides(void **state)
{
    (void)state;
    const struct stripes pen = {3.2, 0.6, 30, blue};
    struct shares share = after_pens(magenta, magenta, &pen);
    if (share.open < 0.4 || share.open > 0.85 || share.clear > share.open || share.strange < 0.1)
        fail_msg("%g can be seen, over %g lies nothing", share.open, share.clear);
    const struct stripes own = {3.2, 0.6, 30, magenta};
    share = after_pens(magenta, magenta, &own);
    assert_true(share.open == 1);
}

static void print_in_a_wrong_colour_is_no_pen(void **state)
{
    (void)state;
    struct shares share = after_pens(magenta, blue, NULL);
    assert_true(share.open == 1 && share.strange > 0.7);
    share = after_pens(magenta, magenta, NULL);
    assert_true(share.open == 1 && share.clear == 1 && share.strange == 0);
    static const double drifted[3] = {0.75, 0.2, 0.4}; /* as between two runs */
    share = after_pens(magenta, drifted, NULL);
    assert_true(share.open == 1 && share.strange == 0);
}

/* A darker pen of the print's colour hides nothing, but the edges there are the pen's. Neither
 * print in a darker ink nor black lines for grey, an office printer's, are a pen. */
static void a_pen_through_pale_print(void **state)
{
    (void)state;
    static const double dark[3] = {0.25, 0.25, 0.25}, black[3] = {0.05, 0.05, 0.05};
    const double bare = PRINT_PAPER / 255.0, blank[3] = {bare, bare, bare};
    const struct stripes pen = {2, 0.9, 30, dark}, between = {2, 0.2, 0.3, blank};
    struct shares share = after_pens(grey, grey, &pen);
    if (share.open < 0.9 || share.clear < 0.2 || share.clear > 0.85)
        fail_msg("pen: %g can be seen, over %g lies nothing", share.open, share.clear);
    assert_true(after_pens(grey, black, NULL).clear == 1);
    assert_true(after_pens(grey, black, &between).clear > 0.98);
}

/* A pen beside the line pulls it up; what the pen leaves open says where it is. */
static void print_is_placed_beside_a_pen(void **state)
{
    (void)state;
    const double moved = 0.4;
    const struct stripes pen = {1.9, 0.8, 30, blue};
    struct found_element found;
    struct affine to_page = affine_identity();
    struct err err;
    double scale = 1, at[2];
    see(&found, magenta, magenta, &pen, moved);
    struct located *located = &found.located;
    assert_ok(pens_take_off(located, paper, &err), &err);
    assert_ok(refine_open(&located->strength, &located->open, &found.element.fine, &to_page, &scale,
                          &err),
              &err);
    affine_apply(&to_page, PRINT_W_MM / 2, PRINT_H_MM / 2, at);
    if (fabs(at[0] - PRINT_W_MM / 2 - moved) > 0.05 ||
        fabs(at[1] - PRINT_H_MM / 2 - moved / 2) > 0.05)
        fail_msg("placed %.2f, %.2f mm away", at[0] - PRINT_W_MM / 2, at[1] - PRINT_H_MM / 2);
    found_element_finish(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pen_of_another_colour_hides),
        cmocka_unit_test(print_in_a_wrong_colour_is_no_pen),
        cmocka_unit_test(a_pen_through_pale_print),
        cmocka_unit_test(print_is_placed_beside_a_pen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
