/* Labels of other colour, of nearly the same white, and at angles; and sides that have none. */
#include "tests/unit/classifier/draw_envelope.h"

#include "classifier/ink.h"
#include "classifier/return.h"

static int find(struct drawing *d, unsigned seed, struct patch ret[PATCHES_MAX])
{
    struct image image = drawing_scan(d, seed);
    struct side side;
    struct err err;
    struct side_patches found;
    assert_ok(side_prepare(&image, &side, &err), &err);
    assert_ok(patches_find(&side, &found, &err), &err);
    memcpy(ret, found.patch, sizeof found.patch);
    int n = found.n;
    side_patches_finish(&found);
    side_finish(&side);
    image_finish(&image);
    return n;
}

static void is_at(const struct patch *patch, double cx, double cy, double w, double h, double angle)
{
    double side_w = hypot(patch->corner_mm[1][0] - patch->corner_mm[0][0],
                          patch->corner_mm[1][1] - patch->corner_mm[0][1]);
    double side_h = hypot(patch->corner_mm[3][0] - patch->corner_mm[0][0],
                          patch->corner_mm[3][1] - patch->corner_mm[0][1]);
    assert_true(fabs(patch->box_mm[0] + patch->box_mm[2] / 2 - cx) < 1.5);
    assert_true(fabs(patch->box_mm[1] + patch->box_mm[3] / 2 - cy) < 1.5);
    assert_true(fabs(side_w - w) < 2.5 && fabs(side_h - h) < 2.5);
    assert_true(fabs(remainder(patch->angle_deg - angle, 90)) < 1.5);
}

static void coloured_and_whiter_labels(void **state)
{
    (void)state;
    static const double angles[] = {0, 9, -23, 40};
    struct patch patch[PATCHES_MAX];
    for (unsigned i = 0; i < 4; i++) {
        struct drawing d = drawing_begin(0.88);
        draw_label(&d, 110, 85, 70, 36, angles[i], 0.99, 0.87, 0.3);
        draw_text(&d, 4, 4, 4,
                  "Zur\xc3\xbc"
                  "ck\nUnbekannt");
        draw_label_end(&d);
        assert_int_equal(find(&d, 40 + i, patch), 1);
        is_at(&patch[0], 110, 85, 70, 36, angles[i]);
        assert_true(patch[0].lab[2] > 40); /* yellow */

        d = drawing_begin(0.88);
        draw_label(&d, 110, 85, 70, 36, angles[i], 1, 1, 1);
        draw_text(&d, 4, 4, 4,
                  "Zur\xc3\xbc"
                  "ck\nUnbekannt");
        draw_label_end(&d);
        assert_int_equal(find(&d, 50 + i, patch), 1);
        is_at(&patch[0], 110, 85, 70, 36, angles[i]);
    }
}

static void white_on_white_shows_by_its_edge(void **state)
{
    (void)state;
    static const double angles[] = {0, 5, -12};
    struct patch patch[PATCHES_MAX];
    for (unsigned i = 0; i < 3; i++) {
        struct drawing d = drawing_begin(0.93);
        draw_label(&d, 110, 85, 80, 40, angles[i], 0.93, 0.93, 0.93 * 0.985);
        draw_label_end(&d);
        assert_int_equal(find(&d, 60 + i, patch), 1);
        is_at(&patch[0], 110, 85, 80, 40, angles[i]);
    }
}

/* A strip with a sorting code; and a label of which one end goes over the sheet's edge. */
static void strips_and_labels_over_the_edge(void **state)
{
    (void)state;
    static const double angles[] = {0, 2.5, -4};
    struct patch patch[PATCHES_MAX];
    for (unsigned i = 0; i < 3; i++) {
        struct drawing d = drawing_begin(0.93);
        draw_label(&d, 110, 60, 50, 7.5, angles[i], 0.93, 0.93, 0.93 * 0.985);
        draw_label_end(&d);
        assert_int_equal(find(&d, 90 + i, patch), 1);
        is_at(&patch[0], 110, 60, 50, 7.5, angles[i]);

        d = drawing_begin(0.93);
        draw_label(&d, 30, 100, 80, 24, angles[i], 0.93, 0.93, 0.93 * 0.985);
        draw_label_end(&d);
        assert_int_equal(find(&d, 95 + i, patch), 1);
        is_at(&patch[0], 35, 100 + 5 * sin(angles[i] * M_PI / 180), 70, 24, angles[i]);
    }
}

/* Two folds down the sheet and the edge of a flap across it. */
/* Correction tape, 5 mm wide; and a label over a line of print of which the upper halves still
 * show. */
static void whiter_strips_and_notched_labels(void **state)
{
    (void)state;
    struct patch patch[PATCHES_MAX];
    struct drawing d = drawing_begin(0.90);
    draw_label(&d, 80, 50, 60, 5.4, 2, 0.97, 0.97, 0.965);
    draw_label_end(&d);
    assert_int_equal(find(&d, 120, patch), 1);
    is_at(&patch[0], 80, 50, 60, 5.4, 2);

    d = drawing_begin(0.90);
    draw_text(&d, 35, 60.8, 3.2, "Voorbeeld Drukkerij & Zonen - Haven 12 - 8861 XT Harlingen");
    draw_label(&d, 80, 67, 96, 10, 0, 0.97, 0.97, 0.965);
    for (int i = 0; i < 40; i++) {
        cairo_rectangle(d.cr, 3 + 2.2 * i, 1, i % 3 ? 0.7 : 1.4, 4.5);
        cairo_fill(d.cr);
    }
    draw_label_end(&d);
    assert_int_equal(find(&d, 121, patch), 1);
    is_at(&patch[0], 80, 67, 96, 10, 0);
}

static void folds_are_no_label(void **state)
{
    (void)state;
    struct patch patch[PATCHES_MAX];
    struct drawing d = drawing_begin(0.93);
    draw_ink(&d, 0.8, 0.8, 0.8);
    cairo_set_line_width(d.cr, 0.2);
    for (int i = 1; i < 3; i++) {
        cairo_move_to(d.cr, DRAW_W_MM / 3 * i, 0);
        cairo_line_to(d.cr, DRAW_W_MM / 3 * i, DRAW_H_MM);
    }
    cairo_move_to(d.cr, 0, 60);
    cairo_line_to(d.cr, DRAW_W_MM, 60);
    cairo_stroke(d.cr);
    assert_int_equal(find(&d, 99, patch), 0);
}

static void two_labels_are_two(void **state)
{
    (void)state;
    struct patch patch[PATCHES_MAX];
    struct drawing d = drawing_begin(0.88);
    draw_label(&d, 60, 110, 60, 30, 3, 1, 1, 1);
    draw_label_end(&d);
    draw_label(&d, 165, 60, 50, 30, -4, 0.99, 0.8, 0.5);
    draw_label_end(&d);
    assert_int_equal(find(&d, 70, patch), 2);
}

/* A return sticker half over an address label: no rectangle, so no label, but it hides. */
static void labels_over_each_other_hide(void **state)
{
    (void)state;
    struct side_patches found;
    struct side side;
    struct err err;
    struct drawing d = drawing_begin(0.88);
    draw_label(&d, 90, 70, 90, 30, 0, 1, 1, 1);
    draw_label_end(&d);
    draw_label(&d, 120, 100, 50, 60, -3, 1, 1, 1);
    draw_label_end(&d);
    struct image image = drawing_scan(&d, 75);
    assert_ok(side_prepare(&image, &side, &err), &err);
    assert_ok(patches_find(&side, &found, &err), &err);
    const double px = PATCHES_DPI / 25.4;
    const double on[3][2] = {{60, 70}, {120, 120}, {120, 75}}, off[2][2] = {{60, 110}, {180, 70}};
    for (int i = 0; i < 3; i++)
        assert_int_equal(image_row(&found.other, (int)(on[i][1] * px))[(int)(on[i][0] * px)], 255);
    for (int i = 0; i < 2; i++)
        assert_int_equal(image_row(&found.other, (int)(off[i][1] * px))[(int)(off[i][0] * px)], 0);
    side_patches_finish(&found);
    side_finish(&side);
    image_finish(&image);
}

/* Within rings is paper: they are dark print for all that. */
static void rings_are_no_cover(void **state)
{
    (void)state;
    struct side_patches found;
    struct side side;
    struct err err;
    static const double at[3][2] = {{32, 26}, {41, 29}, {36, 35}};
    struct drawing d = drawing_begin(0.93);
    cairo_set_line_width(d.cr, 3.5);
    for (int i = 0; i < 3; i++) {
        draw_ink(&d, i == 1 ? 0.35 : 0.34, i == 1 ? 0.5 : 0.16, i == 1 ? 0.13 : 0.42);
        cairo_new_sub_path(d.cr);
        cairo_arc(d.cr, at[i][0], at[i][1], 8.5, 0, 2 * M_PI);
        cairo_stroke(d.cr);
    }
    struct image image = drawing_scan(&d, 76);
    assert_ok(side_prepare(&image, &side, &err), &err);
    assert_ok(patches_find(&side, &found, &err), &err);
    assert_int_equal(found.n, 0);
    assert_int_equal(mask_area(&found.other), 0);
    side_patches_finish(&found);
    side_finish(&side);
    image_finish(&image);
}

static void print_alone_is_no_label(void **state)
{
    (void)state;
    struct patch patch[PATCHES_MAX];
    struct drawing d = drawing_begin(0.93);
    assert_int_equal(find(&d, 80, patch), 0); /* bare paper, uneven light */

    d = drawing_begin(0.93);
    draw_sender(&d);
    draw_address(&d, "Frau\nErika Mustermann\nHauptstra\xc3\x9f"
                     "e 7\n53113 Bonn");
    draw_ink(&d, 0.05, 0.2, 0.5); /* a printed solid */
    cairo_rectangle(d.cr, 20, 90, 40, 25);
    cairo_fill(d.cr);
    draw_ink(&d, 0.7, 0.7, 0.7); /* a fold right across */
    cairo_set_line_width(d.cr, 0.2);
    cairo_move_to(d.cr, 0, 130);
    cairo_line_to(d.cr, DRAW_W_MM, 131);
    cairo_stroke(d.cr);
    assert_int_equal(find(&d, 81, patch), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coloured_and_whiter_labels),
        cmocka_unit_test(white_on_white_shows_by_its_edge),
        cmocka_unit_test(strips_and_labels_over_the_edge),
        cmocka_unit_test(whiter_strips_and_notched_labels),
        cmocka_unit_test(folds_are_no_label),
        cmocka_unit_test(two_labels_are_two),
        cmocka_unit_test(labels_over_each_other_hide),
        cmocka_unit_test(rings_are_no_cover),
        cmocka_unit_test(print_alone_is_no_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
