/* Inks whose plates were hung anew are not compared where they no longer are. */
#include "classifier/registration.h"
#include "tests/unit/classifier/draw_print.h"

#define FACE "DejaVu Serif"

static const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER};

struct second_plate {
    double x_mm, rgb[3];
};

static void draw_second(cairo_t *cr, const void *what)
{
    const struct second_plate *plate = what;
    cairo_save(cr);
    cairo_set_source_rgb(cr, plate->rgb[0], plate->rgb[1], plate->rgb[2]);
    cairo_translate(cr, plate->x_mm, 6.5);
    print_text(cr, FACE, 12, "Uitgevers", 0);
    cairo_restore(cr);
}

/* Share of the lower line, which the second plate prints, that may be compared. */
static double compared(const struct second_plate *genuine, const struct second_plate *seen,
                       double dx_mm, double ret_shift_mm[2])
{
    struct printing how = {.dpi = FINE_DPI,
                           .blur_um = 25,
                           .noise = 0.7,
                           .seed = 3,
                           .rgb = {0.75, 0.36, 0.12},
                           .draw = draw_second,
                           .what = genuine};
    struct found_element found;
    struct err err;
    struct image expected = print_picture(&how, FACE, 14, "Papaver");
    how.seed = 9;
    how.dx_mm = dx_mm;
    how.what = seen;
    struct image there = print_picture(&how, FACE, 14, "Papaver");
    found_element_init(&found, "logo", &expected, &there, FINE_DPI);
    assert_ok(
        registration_take_off(&found.located, paper, &found.located.clear, ret_shift_mm, &err),
        &err);
    const struct image *mask = &found.element.fine_mask;
    int from = (int)(9 * FINE_DPI / 25.4);
    struct image line = image_view(mask, 0, from, mask->width, mask->height - from);
    struct image clear =
        image_view(&found.located.clear, 0, from, mask->width, mask->height - from);
    double ret = mask_share(&line, &clear);
    assert_true(mask_area(&line) > 0);
    found_element_finish(&found);
    return ret;
}

static void a_plate_hung_anew_is_not_compared(void **state)
{
    (void)state;
    const struct second_plate genuine = {0.5, {0.68, 0.1, 0.14}}, same = {0.53, {0.68, 0.1, 0.14}},
                              moved = {0.75, {0.68, 0.1, 0.14}};
    double shift[2];
    assert_true(compared(&genuine, &same, 0, shift) > 0.95);
    assert_true(hypot(shift[0], shift[1]) < 0.03);
    assert_true(compared(&genuine, &moved, 0, shift) < 0.2);
    assert_true(hypot(shift[0], shift[1]) < 0.03);
    assert_true(compared(&genuine, &same, 0.3, shift) > 0.95);
    if (fabs(shift[0] - 0.3) > 0.04 || fabs(shift[1] - 0.15) > 0.04)
        fail_msg("the main ink lies %.2f, %.2f mm away", shift[0], shift[1]);
}

static void one_ink_has_one_plate(void **state)
{
    (void)state;
    const struct second_plate genuine = {0.5, {0.75, 0.36, 0.12}},
                              moved = {0.75, {0.75, 0.36, 0.12}};
    double shift[2];
    assert_true(compared(&genuine, &moved, 0, shift) == 1);
    assert_true(shift[0] == 0 && shift[1] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plate_hung_anew_is_not_compared),
        cmocka_unit_test(one_ink_has_one_plate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
