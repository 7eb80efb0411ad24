/* What lies over an element: a label hides it, film shows it, and neither is judged for its ink. */
#include "classifier/cover.h"
#include "tests/unit/classifier/draw_print.h"

#define FACE "DejaVu Sans"

static const char block[] = "Huis & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Haag";

/* Over the right half of the block, in the colour given: rgb, and whether the print shows. */
struct cover {
    double rgb[3];
    bool film;
    const char *text; /* printed on it; may be NULL */
};

static void lay_over(cairo_t *cr, const void *what)
{
    const struct cover *cover = what;
    cairo_save(cr);
    cairo_set_operator(cr, cover->film ? CAIRO_OPERATOR_MULTIPLY : CAIRO_OPERATOR_OVER);
    cairo_set_source_rgb(cr, cover->rgb[0], cover->rgb[1], cover->rgb[2]);
    cairo_rectangle(cr, PRINT_W_MM / 2, -1, PRINT_W_MM, PRINT_H_MM + 2);
    cairo_fill(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    if (cover->text) {
        cairo_set_source_rgb(cr, 0, 0, 0);
        cairo_translate(cr, PRINT_W_MM / 2, 0);
        print_text(cr, FACE, 8, cover->text, 0);
    }
    cairo_restore(cr);
}

/* Share of the print left of the middle (less the label's rim) that can be seen. */
static double open_left(const struct located *located)
{
    const struct image *print = &located->element->fine_mask;
    int middle = print->width / 2 - (int)(2 * FINE_DPI / 25.4);
    struct image left = image_view(print, 0, 0, middle, print->height);
    struct image open = image_view(&located->open, 0, 0, middle, print->height);
    return mask_share(&left, &open);
}

/* Shares of the right half (less its rim) that can be seen, and that nothing lies over; returns
 * open_left. */
static double open_right(const struct cover *cover, const struct side_patches *patches,
                         double ret[2])
{
    const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER};
    struct printing genuine = {
        .dpi = FINE_DPI, .blur_um = 25, .noise = 0.7, .seed = 3, .rgb = {0.05, 0.25, 0.45}};
    struct printing how = genuine;
    struct found_element found;
    struct err err;
    how.seed = 9;
    how.noise = 2;
    how.draw = cover ? lay_over : NULL;
    how.what = cover;
    struct image expected = print_picture(&genuine, FACE, 9, block);
    struct image seen = print_picture(&how, FACE, 9, block);
    found_element_init(&found, "sender", &expected, &seen, FINE_DPI);
    found.located.to_page = affine_identity();
    image_finish(&found.located.open);
    image_finish(&found.located.clear);
    assert_ok(cover_open(&found.located, patches, paper, &err), &err);
    const struct image *mask[2] = {&found.located.open, &found.located.clear};
    for (int k = 0; k < 2; k++) {
        int middle = mask[k]->width / 2 + (int)(2 * FINE_DPI / 25.4);
        struct image right =
            image_view(mask[k], middle, 0, mask[k]->width - middle, mask[k]->height);
        ret[k] = (double)mask_area(&right) / ((double)right.width * right.height);
    }
    double left = open_left(&found.located);
    found_element_finish(&found);
    return left;
}

static void nothing_over_it(void **state)
{
    (void)state;
    double share[2];
    open_right(NULL, NULL, share);
    assert_true(share[0] == 1 && share[1] == 1);
}

static void a_label_hides(void **state)
{
    (void)state;
    static const struct cover label[] = {{{0.99, 0.85, 0.3}, false, NULL},
                                         {{1, 1, 1}, false, "Retour\nOnbekend"},
                                         {{0.8, 0.9, 1}, false, "Huis te koop"}};
    for (size_t i = 0; i < sizeof label / sizeof *label; i++) {
        double share[2];
        open_right(&label[i], NULL, share);
        assert_true(share[0] < 0.02 && share[1] < 0.02);
    }
}

static void film_shows_what_is_under_it(void **state)
{
    (void)state;
    static const struct cover film[] = {{{0.97, 0.95, 0.8}, true, NULL},
                                        {{0.85, 0.93, 0.97}, true, NULL}};
    for (size_t i = 0; i < sizeof film / sizeof *film; i++) {
        double share[2];
        open_right(&film[i], NULL, share);
        assert_true(share[0] > 0.98); /* it can be read through */
        assert_true(share[1] < 0.02); /* but its colour is not the ink's */
    }
}

/* White on white: only the page knows that labels lie there. */
static void a_cover_of_no_labels_shape_hides(void **state)
{
    (void)state;
    struct side_patches patches = {0};
    struct err err;
    double share[2], px = PATCHES_DPI / 25.4;
    assert_ok(image_create(&patches.other, (int)(PRINT_W_MM * px), (int)(PRINT_H_MM * px), 1, &err),
              &err);
    struct image right = image_view(&patches.other, patches.other.width / 2, 0,
                                    patches.other.width / 2, patches.other.height);
    for (int y = 0; y < right.height; y++)
        memset(image_row(&right, y), 255, (size_t)right.width);
    const struct cover white = {
        {PRINT_PAPER / 255.0, PRINT_PAPER / 255.0, PRINT_PAPER / 255.0}, false, "Onbekend"};
    open_right(&white, &patches, share);
    assert_true(share[0] < 0.05 && share[1] < 0.05);
    side_patches_finish(&patches);
}

/* The bars of a code leave holes and bays in what is found of a label. */
static void a_label_with_a_code_hides_under_its_bars(void **state)
{
    (void)state;
    struct side_patches patches = {0};
    struct err err;
    double share[2], px = PATCHES_DPI / 25.4;
    const int bar = (int)(8 * px), pitch = (int)(11 * px);
    assert_ok(image_create(&patches.other, (int)(PRINT_W_MM * px), (int)(PRINT_H_MM * px), 1, &err),
              &err);
    struct image right = image_view(&patches.other, patches.other.width / 2, 0,
                                    patches.other.width / 2, patches.other.height);
    for (int y = 0; y < right.height; y++)
        for (int x = 0; x < right.width; x++)
            image_row(&right, y)[x] = y < right.height / 2 && x % pitch < bar ? 0 : 255;
    const struct cover white = {
        {PRINT_PAPER / 255.0, PRINT_PAPER / 255.0, PRINT_PAPER / 255.0}, false, NULL};
    open_right(&white, &patches, share);
    assert_true(share[0] < 0.05 && share[1] < 0.05);
    side_patches_finish(&patches);
}

/* What was taken for one label is a label and the print it lies on. */
static void print_beside_the_label_is_seen(void **state)
{
    (void)state;
    static const struct cover label = {{0.99, 0.85, 0.3}, false, "Onbekend"};
    const double x = PRINT_W_MM + 1, y = PRINT_H_MM + 1;
    const double corner[4][2] = {{-1, -1}, {x, -1}, {x, y}, {-1, y}};
    struct side_patches patches = {.n = 1};
    struct err err;
    double share[2];
    memcpy(patches.patch[0].corner_mm, corner, sizeof corner);
    assert_ok(image_create(&patches.other, 1, 1, 1, &err), &err);
    assert_true(open_right(&label, &patches, share) > 0.6);
    assert_true(share[0] < 0.02);
    side_patches_finish(&patches);
}

/* A ring, which the genuine one has a stroke in; drawn again without it the paper there takes some
 * of the colour of what is around it. */
static void draw_ring(cairo_t *cr, const void *what)
{
    double tint = *(const double *)what;
    cairo_set_source_rgb(cr, 0.3, 0.5, 0.12);
    cairo_set_line_width(cr, 1);
    cairo_arc(cr, tint > 0 ? 12.9 : 12, 7, 1.9, 0, 2 * M_PI);
    cairo_stroke(cr);
    cairo_set_source_rgb(cr, PRINT_PAPER / 255.0 - tint, PRINT_PAPER / 255.0 - tint / 2,
                         PRINT_PAPER / 255.0 - 1.5 * tint);
    cairo_arc(cr, tint > 0 ? 12.9 : 12, 7, 1.4, 0, 2 * M_PI);
    cairo_fill(cr);
    if (tint == 0) {
        cairo_set_source_rgb(cr, 0.3, 0.5, 0.12);
        cairo_rectangle(cr, 11.7, 5.6, 0.6, 2.8);
        cairo_fill(cr);
    }
}

static void paper_between_strokes_is_no_label(void **state)
{
    (void)state;
    const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER}, white = 0, tinted = 0.06;
    struct printing how = {.dpi = FINE_DPI, .blur_um = 25, .noise = 0.7, .draw = draw_ring};
    struct found_element found;
    struct err err;
    how.what = &white;
    struct image expected = print_picture(&how, NULL, 0, NULL);
    how.what = &tinted;
    struct image seen = print_picture(&how, NULL, 0, NULL);
    found_element_init(&found, "logo", &expected, &seen, FINE_DPI);
    found.element.contrast = 180;
    found.located.to_page = affine_identity();
    image_finish(&found.located.open);
    image_finish(&found.located.clear);
    assert_ok(cover_open(&found.located, NULL, paper, &err), &err);
    double share = mask_share(&found.element.fine_mask, &found.located.open);
    if (share < 1)
        fail_msg("%g of it can be seen", share);
    found_element_finish(&found);
}

/* Three steps of a stair in a pale ink. */
static void draw_stair(cairo_t *cr, const void *what)
{
    (void)what;
    cairo_set_source_rgb(cr, 0.75, 0.68, 0.45);
    for (int i = 0; i < 3; i++)
        cairo_rectangle(cr, 4 + 8 * i, 9 - 3 * i, 8, 3 + 3 * i);
    cairo_fill(cr);
}

/* The page takes a large pale solid for a cover that is no label; it ends where the print does. */
static void a_pale_solid_is_no_film(void **state)
{
    (void)state;
    const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER}, px = PATCHES_DPI / 25.4;
    struct printing how = {.dpi = FINE_DPI, .blur_um = 25, .noise = 0.7, .draw = draw_stair};
    struct side_patches patches = {0};
    struct found_element found;
    struct err err;
    struct image expected = print_picture(&how, NULL, 0, NULL);
    how.seed = 5;
    struct image seen = print_picture(&how, NULL, 0, NULL);
    found_element_init(&found, "logo", &expected, &seen, FINE_DPI);
    found.located.to_page = affine_identity();
    image_finish(&found.located.open);
    image_finish(&found.located.clear);
    assert_ok(image_create(&patches.other, (int)(PRINT_W_MM * px), (int)(PRINT_H_MM * px), 1, &err),
              &err);
    for (int i = 0; i < 3; i++) { /* the page is known to half a millimetre */
        struct image step =
            image_view(&patches.other, (int)((3.5 + 8 * i) * px), (int)((8.5 - 3 * i) * px),
                       (int)(9 * px), (int)((4 + 3 * i) * px));
        for (int y = 0; y < step.height; y++)
            memset(image_row(&step, y), 255, (size_t)step.width);
    }
    assert_ok(cover_open(&found.located, &patches, paper, &err), &err);
    assert_true(mask_share(&found.element.fine_mask, &found.located.clear) == 1);
    side_patches_finish(&patches);
    found_element_finish(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_over_it),
        cmocka_unit_test(a_label_hides),
        cmocka_unit_test(film_shows_what_is_under_it),
        cmocka_unit_test(a_cover_of_no_labels_shape_hides),
        cmocka_unit_test(a_label_with_a_code_hides_under_its_bars),
        cmocka_unit_test(print_beside_the_label_is_seen),
        cmocka_unit_test(paper_between_strokes_is_no_label),
        cmocka_unit_test(a_pale_solid_is_no_film),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
