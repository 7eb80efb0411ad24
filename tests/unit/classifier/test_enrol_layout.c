/* What stands together on a page becomes one block, what a typesetter set apart does not. */
#include "classifier/enrol_layout.h"
#include "tests/unit/classifier/draw_print.h"

#define PX_PER_MM 6.0
#define PAGE_W_MM 100
#define PAGE_H_MM 60
#define BLOCKS_MAX 8
#define NEAR_MM 0.7

static const char address[] =
    "Huis & Hof Wonen B.V.\nLindenlaan 163\n2587 RX Den Haag\nwww.hof.example";

/* Text whose top left corner is at x, y mm, turned clockwise about it. */
static void set_text(cairo_t *cr, double x, double y, double turn_deg, double size_pt,
                     const char *text)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_rotate(cr, turn_deg * G_PI / 180);
    cairo_translate(cr, -1.5, -1); /* print_text leaves a margin */
    print_text(cr, "DejaVu Sans", size_pt, text, 0);
    cairo_restore(cr);
}

static void disc(cairo_t *cr, double x, double y, double radius)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x, y, radius, 0, 2 * G_PI);
    cairo_fill(cr);
}

typedef void draw_fn(cairo_t *cr);

/* The blocks of what is drawn in mm, as mm. */
static int blocks_of(draw_fn *draw, double ret[BLOCKS_MAX][4])
{
    int w = (int)(PAGE_W_MM * PX_PER_MM), h = (int)(PAGE_H_MM * PX_PER_MM), n = 0;
    struct cv_component block[BLOCKS_MAX];
    struct image ink = {0};
    struct err err;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, w, h);
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, PX_PER_MM, PX_PER_MM);
    draw(cr);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    assert_ok(image_create(&ink, w, h, 1, &err), &err);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            image_row(&ink, y)[x] =
                cairo_image_surface_get_data(
                    surface)[y * cairo_image_surface_get_stride(surface) + x] >= 64
                    ? 255
                    : 0;
    cairo_surface_destroy(surface);
    assert_ok(layout_blocks(&ink, PX_PER_MM, block, BLOCKS_MAX, &n, &err), &err);
    image_finish(&ink);
    for (int k = 0; k < n; k++) {
        const int px[4] = {block[k].x, block[k].y, block[k].w, block[k].h};
        for (int c = 0; c < 4; c++)
            ret[k][c] = px[c] / PX_PER_MM;
    }
    return n;
}

static void assert_from(const double box[4], double x, double y)
{
    if (fabs(box[0] - x) > NEAR_MM || fabs(box[1] - y) > NEAR_MM)
        fail_msg("a block starts at %.1f, %.1f mm instead of %.1f, %.1f", box[0], box[1], x, y);
}

static void draw_logo_address_slogan(cairo_t *cr)
{
    disc(cr, 14, 14, 4);
    set_text(cr, 21, 10, 0, 9, address);
    set_text(cr, 10, 28, 0, 12, "Wonen naar wens");
}

static void an_address_stands_apart_from_logo_and_slogan(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_int_equal(blocks_of(draw_logo_address_slogan, block), 3);
    assert_from(block[0], 10, 10);
    assert_true(block[0][2] < 9); /* the disc alone */
    assert_from(block[1], 21, 10.6);
    assert_true(block[1][3] > 13); /* all four lines */
    assert_from(block[2], 10, 29);
    assert_true(block[2][2] > 30); /* all three words */
}

static void draw_lockup(cairo_t *cr)
{
    cairo_rectangle(cr, 10, 10, 10, 10);
    cairo_fill(cr);
    set_text(cr, 22, 9, 0, 14, "Huis\n& Hof");
}

static void a_name_as_high_as_its_emblem_is_one_logo(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_int_equal(blocks_of(draw_lockup, block), 1);
    assert_from(block[0], 10, 10);
    assert_true(block[0][2] > 25);
}

static void draw_lockup_with_address(cairo_t *cr)
{
    cairo_rectangle(cr, 10, 10, 14, 14);
    cairo_fill(cr);
    set_text(cr, 26, 9.6, 0, 8, address);
}

static void an_address_as_high_as_the_emblem_stands_apart(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_int_equal(blocks_of(draw_lockup_with_address, block), 2);
    assert_from(block[0], 10, 10);
    assert_true(block[0][2] < 15);
}

static void draw_band_under_seal(cairo_t *cr)
{
    cairo_rectangle(cr, 1, 52, PAGE_W_MM - 2, 5);
    cairo_fill(cr);
    disc(cr, 80, 44, 6);
    cairo_rectangle(cr, 10, 46, 30, 0.4);
    cairo_fill(cr);
}

static void a_band_along_the_edge_stands_apart(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_int_equal(blocks_of(draw_band_under_seal, block), 3);
    assert_from(block[0], 74, 38);
    assert_from(block[2], 1, 52);
}

static void draw_discs(cairo_t *cr)
{
    for (int k = 0; k < 9; k++)
        disc(cr, 20 + 9 * (k % 3), 20 + 9 * (k / 3), k % 2 ? 2.8 : 3.5);
}

static void an_emblem_of_many_parts_is_one(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_int_equal(blocks_of(draw_discs, block), 1);
    assert_from(block[0], 16.5, 16.5);
    assert_true(fabs(block[0][2] - 25) < NEAR_MM && fabs(block[0][3] - 25) < NEAR_MM);
}

static void draw_upright_line(cairo_t *cr)
{
    set_text(cr, 30, 5, 90, 14, "Zoals een anker");
    set_text(cr, 60, 20, 0, 8, "Alleen");
}

static void a_line_that_runs_down_the_page_is_one(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_int_equal(blocks_of(draw_upright_line, block), 2);
    assert_true(block[0][3] > 35 && block[0][2] < 7);
}

static void draw_speckles(cairo_t *cr)
{
    for (int k = 0; k < 4000; k++)
        cairo_rectangle(cr, 1.2 * (k % 80), 1.1 * (k / 80), 0.3, 0.3);
    cairo_fill(cr);
}

static void a_page_full_of_specks_ends(void **state)
{
    (void)state;
    double block[BLOCKS_MAX][4];
    assert_true(blocks_of(draw_speckles, block) <= BLOCKS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_stands_apart_from_logo_and_slogan),
        cmocka_unit_test(a_name_as_high_as_its_emblem_is_one_logo),
        cmocka_unit_test(an_address_as_high_as_the_emblem_stands_apart),
        cmocka_unit_test(a_band_along_the_edge_stands_apart),
        cmocka_unit_test(an_emblem_of_many_parts_is_one),
        cmocka_unit_test(a_line_that_runs_down_the_page_is_one),
        cmocka_unit_test(a_page_full_of_specks_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
