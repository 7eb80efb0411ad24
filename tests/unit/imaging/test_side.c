/* Preparing a side: geometry is drawn, so it is known. */
#include "imaging/opencv_c/opencv_c.h"
#include "imaging/side.h"
#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define SKEW_TOLERANCE_DEG 0.05
#define SIZE_TOLERANCE_MM 0.3

static const struct scene_box print[] = {
    {10, 8, 35, 12, {30, 60, 150}},
    {10, 22, 50, 2, {40, 40, 40}},
    {10, 26, 44, 2, {40, 40, 40}},
    {120, 55, 60, 3, {20, 20, 20}},
    {120, 62, 52, 3, {20, 20, 20}},
    {120, 69, 57, 3, {20, 20, 20}},
    {190, 6, 22, 26, {180, 60, 60}},
    {0.2, 98, 219.6, 6, {200, 0, 90}} /* a coloured bar to the edges */
};

static struct scene envelope(void)
{
    struct scene scene = {.dpi = 200,
                          .bed_mm = {236, 126},
                          .at_mm = {8, 7},
                          .size_mm = {220, 110},
                          .paper = {236, 234, 228},
                          .backing = {24, 24, 26},
                          .noise = 6,
                          .n_boxes = sizeof print / sizeof print[0],
                          .channels = 3};
    memcpy(scene.box, print, sizeof print);
    return scene;
}

static void prepare(const struct scene *scene, struct image *raw, struct side *side)
{
    struct err err = {{0}};
    if (!scene_draw(scene, raw, &err) || !side_prepare(raw, side, &err))
        fail_msg("%s", err.text);
}

static void expect_geometry(const char *what, const struct scene *scene, const struct side *side)
{
    double corner[2], px = 25.4 / scene->dpi;
    if (!side->outline_found)
        fail_msg("%s: no outline", what);
    if (fabs(side->skew_deg - scene->turn_deg) > SKEW_TOLERANCE_DEG)
        fail_msg("%s: skew %.3f, drawn %.3f", what, side->skew_deg, scene->turn_deg);
    for (int k = 0; k < 2; k++)
        if (fabs(side->size_mm[k] - scene->size_mm[k]) > SIZE_TOLERANCE_MM)
            fail_msg("%s: size %.2f x %.2f, drawn %.2f x %.2f", what, side->size_mm[0],
                     side->size_mm[1], scene->size_mm[0], scene->size_mm[1]);
    affine_apply(&side->page_to_raw, 0, 0, corner);
    double off =
        hypot(corner[0] * px - scene->at_mm[0],
              corner[1] * 25.4 / (scene->dpi_y > 0 ? scene->dpi_y : scene->dpi) - scene->at_mm[1]);
    if (off > SIZE_TOLERANCE_MM)
        fail_msg("%s: corner %.2f mm off", what, off);
}

static void check(const char *what, const struct scene *scene)
{
    struct image raw = {0};
    struct side side = {0};
    prepare(scene, &raw, &side);
    expect_geometry(what, scene, &side);
    side_finish(&side);
    image_finish(&raw);
}

static void set_rgb(uint8_t rgb[3], int r, int g, int b)
{
    rgb[0] = (uint8_t)r;
    rgb[1] = (uint8_t)g;
    rgb[2] = (uint8_t)b;
}

static void finds_every_turn(void **state)
{
    static const double turns[] = {-15, -7.3, -1.25, -0.2, 0, 0.07, 0.9, 4.4, 15};
    (void)state;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        char what[32];
        struct scene scene = envelope();
        scene.turn_deg = turns[i];
        scene.bed_mm[0] = 290;
        scene.bed_mm[1] = 220;
        scene.at_mm[0] = turns[i] > 0 ? 40 : 12;
        scene.at_mm[1] = turns[i] < 0 ? 80 : 20;
        snprintf(what, sizeof what, "turn %g", turns[i]);
        check(what, &scene);
    }
}

static void finds_every_tint_on_every_backing(void **state)
{
    static const struct {
        const char *name;
        uint8_t rgb[3];
    } papers[] = {{"white", {240, 240, 238}}, {"cream", {244, 234, 205}},
                  {"kraft", {178, 138, 98}},  {"grey", {196, 195, 190}},
                  {"blue", {178, 203, 230}},  {"dark blue", {40, 52, 96}}},
      backings[] = {{"black", {12, 12, 12}}, {"grey", {128, 130, 127}}, {"white", {252, 252, 252}}};
    (void)state;
    for (size_t p = 0; p < sizeof papers / sizeof papers[0]; p++) {
        for (size_t b = 0; b < sizeof backings / sizeof backings[0]; b++) {
            char what[48];
            struct scene scene = envelope();
            scene.turn_deg = 1.3;
            scene.bed_mm[1] = 132;
            memcpy(scene.paper, papers[p].rgb, 3);
            memcpy(scene.backing, backings[b].rgb, 3);
            snprintf(what, sizeof what, "%s on %s", papers[p].name, backings[b].name);
            check(what, &scene);
        }
    }
}

static void stands_stickers_tears_streaks_dust(void **state)
{
    (void)state;
    struct scene scene = envelope();
    scene.turn_deg = -2.1;
    scene.at_mm[1] = 16;
    scene.bed_mm[1] = 140;
    scene.box[scene.n_boxes++] =
        (struct scene_box){60, -6, 50, 30, {250, 210, 40}}; /* over the top */
    scene.box[scene.n_boxes++] = (struct scene_box){214, 40, 12, 25, {250, 250, 250}};
    check("stickers", &scene);
    scene.torn_mm = 18;
    check("torn", &scene);
    scene.streaks = scene.dust = true;
    check("streaks and dust", &scene);
    scene.backing[0] = scene.backing[1] = scene.backing[2] = 150;
    check("all of it on grey", &scene);
}

static void sees_dark_print_at_the_edge_on_black(void **state)
{
    (void)state;
    struct scene scene = envelope();
    scene.turn_deg = 0.9;
    scene.bed_mm[1] = 130;
    scene.box[scene.n_boxes++] = (struct scene_box){0, 0, 220, 12, {6, 6, 8}};
    check("bar along the top", &scene);
    scene.box[scene.n_boxes++] = (struct scene_box){180, 0, 40, 110, {8, 6, 6}};
    check("bar along the right as well", &scene);
}

static void takes_no_label_for_the_paper(void **state)
{
    (void)state;
    struct scene scene = envelope(); /* a back without print, cropped to the paper */
    struct image raw = {0};
    struct side side = {0};
    scene.at_mm[0] = scene.at_mm[1] = 0;
    memcpy(scene.bed_mm, scene.size_mm, sizeof scene.bed_mm);
    scene.box[0] = (struct scene_box){70, 20, 105, 74, {255, 220, 0}};
    scene.n_boxes = 1;
    prepare(&scene, &raw, &side);
    assert_false(side.outline_found);
    side_finish(&side);
    image_finish(&raw);
}

static void ignores_white_padding(void **state)
{
    (void)state;
    struct scene scene = envelope();
    scene.turn_deg = 0.8;
    scene.bed_mm[1] = 130;
    scene.padding = 700;
    check("padding on black", &scene);
    scene.backing[0] = scene.backing[1] = scene.backing[2] = 140;
    check("padding on grey", &scene);
}

static void works_on_grey_scans_and_uneven_resolution(void **state)
{
    (void)state;
    struct scene scene = envelope();
    struct image raw = {0};
    struct side side = {0};
    scene.channels = 1;
    scene.turn_deg = 3;
    scene.bed_mm[1] = 140;
    scene.at_mm[0] = 14;
    prepare(&scene, &raw, &side);
    expect_geometry("grey", &scene, &side);
    assert_int_equal(side.reduced.channels, 3);
    const uint8_t *pixel = image_row(&side.reduced, 300) + 3 * 400;
    assert_int_equal(pixel[0], pixel[1]);
    assert_int_equal(pixel[1], pixel[2]);
    side_finish(&side);
    image_finish(&raw);
    scene = envelope();
    scene.dpi = 300;
    scene.dpi_y = 200;
    scene.turn_deg = 2;
    scene.bed_mm[1] = 132;
    scene.at_mm[0] = 12;
    check("uneven", &scene);
}

static void finds_the_shadow_on_white(void **state)
{
    (void)state;
    struct scene scene = envelope();
    set_rgb(scene.paper, 240, 240, 240);
    set_rgb(scene.backing, 241, 241, 241);
    scene.n_boxes -= 1; /* no bar at the edges */
    scene.shadow = 14;
    scene.turn_deg = 1.1;
    scene.bed_mm[1] = 132;
    scene.at_mm[0] = 12;
    check("shadow", &scene);
}

/* A white lid, a paper a little less white, and nothing dark between them. */
static void finds_a_faint_step(void **state)
{
    (void)state;
    struct scene scene = envelope();
    scene.n_boxes -= 1; /* no bar at the edges */
    scene.turn_deg = 1.4;
    scene.bed_mm[1] = 132;
    scene.at_mm[0] = 12;
    for (int levels = 5; levels <= 7; levels++) {
        char what[32];
        snprintf(what, sizeof what, "%d levels", levels);
        set_rgb(scene.backing, 240, 240, 241);
        set_rgb(scene.paper, 240 - levels, 240 - levels, 240 - levels);
        check(what, &scene);
    }
}

static void takes_the_whole_image_without_an_edge(void **state)
{
    (void)state;
    struct scene scene = envelope();
    struct image raw = {0};
    struct side side = {0};
    static const uint8_t papers[][3] = {
        {238, 238, 236}, {178, 138, 98}, {244, 234, 205}, {120, 120, 120}};
    for (size_t p = 0; p < sizeof papers / sizeof papers[0]; p++) {
        for (int margin = 0; margin < 2;
             margin++) { /* cropped to the paper; white on white, no shadow */
            memcpy(scene.paper, papers[p], 3);
            memcpy(scene.backing, papers[p], 3);
            scene.at_mm[0] = scene.at_mm[1] = margin ? 8 : 0;
            scene.bed_mm[0] = scene.size_mm[0] + 2 * scene.at_mm[0];
            scene.bed_mm[1] = scene.size_mm[1] + 2 * scene.at_mm[1];
            scene.n_boxes = 7;
            scene.box[scene.n_boxes++] =
                (struct scene_box){90, 30, 100, 60, {250, 250, 250}}; /* a label */
            prepare(&scene, &raw, &side);
            if (side.outline_found)
                fail_msg("paper %zu margin %d: found %.1f x %.1f", p, margin, side.size_mm[0],
                         side.size_mm[1]);
            assert_true(side.skew_deg == 0);
            assert_true(fabs(side.size_mm[0] - raw.width * 25.4 / 200) < 1e-9);
            side_finish(&side);
            image_finish(&raw);
        }
    }
}

static void handles_sides_cut_by_the_scan(void **state)
{
    (void)state;
    struct scene scene =
        envelope(); /* the feeder's window ends at the left and right edge of the paper */
    struct image raw = {0};
    struct side side = {0};
    scene.at_mm[0] = -1;
    scene.bed_mm[0] = 218;
    scene.turn_deg = 0.6;
    scene.bed_mm[1] = 128;
    prepare(&scene, &raw, &side);
    assert_true(side.outline_found);
    assert_true(fabs(side.skew_deg - 0.6) < SKEW_TOLERANCE_DEG);
    assert_true(fabs(side.size_mm[1] - 110) < SIZE_TOLERANCE_MM);
    side_finish(&side);
    image_finish(&raw);
}

/* On a backing without noise rows above the sheet look like padding, and half of the right border
 * is backing, half is paper: neither of these is the paper's edge. */
static void handles_a_skewed_sheet_cut_on_two_sides(void **state)
{
    (void)state;
    struct scene scene = envelope();
    struct image raw = {0};
    struct side side = {0};
    scene.noise = 0;
    scene.streaks = scene.dust = false;
    scene.turn_deg = -1.7;
    scene.at_mm[0] = 7;
    scene.at_mm[1] = 16;
    scene.bed_mm[0] = scene.at_mm[0] + scene.size_mm[0] - 2;
    scene.bed_mm[1] = scene.at_mm[1] + scene.size_mm[1] - 12;
    prepare(&scene, &raw, &side);
    assert_true(side.outline_found);
    if (fabs(side.skew_deg + 1.7) > SKEW_TOLERANCE_DEG)
        fail_msg("skew is %.2f degrees instead of -1.7", side.skew_deg);
    side_finish(&side);
    image_finish(&raw);
}

static void crops_what_was_asked_for(void **state)
{
    static const double dpis[] = {600, 200, 150, 75, 50};
    (void)state;
    struct scene scene = envelope();
    struct image raw = {0}, crop = {0};
    struct side side = {0};
    struct err err = {{0}};
    scene.turn_deg = -3.7;
    scene.at_mm[0] = 12;
    scene.at_mm[1] = 22;
    scene.bed_mm[0] = 250;
    scene.bed_mm[1] = 150;
    prepare(&scene, &raw, &side);
    for (size_t i = 0; i < sizeof dpis / sizeof dpis[0]; i++) {
        /* 5 mm around the logo of 35 x 12 mm at 10, 8 */
        const double box[4] = {5, 3, 45, 22};
        double x0 = 0, n = 0, y0 = 0;
        assert_true(side_crop_box(&side, box, dpis[i], &crop, &err));
        assert_int_equal(crop.channels, 3);
        assert_true(crop.dpi_x == dpis[i]);
        assert_int_equal(crop.width, (int)(45 * dpis[i] / 25.4 + 0.5));
        for (int y = 0; y < crop.height; y++) {
            for (int x = 0; x < crop.width; x++) {
                const uint8_t *rgb = image_row(&crop, y) + 3 * x;
                double ink = fmin(1, fmax(0, (236 - rgb[0]) / 206.0)); /* the logo's red is 30 */
                if ((y + 0.5) * 25.4 / dpis[i] > 18)
                    ink = 0; /* the text below */
                x0 += ink * (x + 0.5);
                y0 += ink * (y + 0.5);
                n += ink;
            }
        }
        double mm = 25.4 / dpis[i];
        /* centre 27.5, 14 on the page; noise of the paper pulls a little to the crop's middle */
        assert_true(fabs(x0 / n * mm + 5 - 27.5) < 0.35);
        assert_true(fabs(y0 / n * mm + 3 - 14) < 0.35);
        assert_true(fabs(n * mm * mm - 35 * 12) < 15);
        image_finish(&crop);
    }
    side_finish(&side);
    image_finish(&raw);
}

static void fills_with_paper_outside(void **state)
{
    (void)state;
    struct scene scene = envelope();
    struct image raw = {0}, crop = {0};
    struct side side = {0};
    struct err err = {{0}};
    const double box[4] = {-60, -60, 20, 20};
    prepare(&scene, &raw, &side);
    for (int c = 0; c < 3; c++)
        assert_true(fabs(side.paper_rgb[c] - scene.paper[c]) <= 2);
    assert_true(side_crop_box(&side, box, 150, &crop, &err));
    for (int c = 0; c < 3; c++)
        assert_true(fabs(image_row(&crop, 60)[3 * 60 + c] - side.paper_rgb[c]) <= 1);
    image_finish(&crop);
    const double nothing[4] = {0, 0, 0, 5}, huge[4] = {0, 0, 1e5, 1e5}, nan_box[4] = {NAN, 0, 5, 5};
    assert_false(side_crop_box(&side, nothing, 150, &crop, &err));
    assert_false(side_crop_box(&side, huge, 1200, &crop, &err));
    assert_false(side_crop_box(&side, nan_box, 150, &crop, &err));
    assert_null(crop.data);
    side_finish(&side);
    image_finish(&raw);
}

static void refuses_what_is_no_side(void **state)
{
    (void)state;
    struct image small = {0}, empty = {0};
    struct side side = {0};
    struct err err = {{0}};
    assert_true(image_create(&small, 1, 1, 3, &err));
    small.dpi_x = small.dpi_y = 300;
    assert_false(side_prepare(&small, &side, &err));
    assert_non_null(strstr(err.text, "too small"));
    image_finish(&small);
    assert_true(image_create(&small, 1000, 1000, 3, &err));
    assert_false(side_prepare(&small, &side, &err)); /* no dpi */
    assert_non_null(strstr(err.text, "--dpi"));
    image_finish(&small);
    assert_false(side_prepare(&empty, &side, &err));
    assert_null(side.reduced.data);
}

static void survives_noise_and_flat_images(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct image raw = {0};
        struct side side = {0};
        struct err err = {{0}};
        assert_true(image_create(&raw, 700, 500, kind & 1 ? 1 : 3, &err));
        raw.dpi_x = raw.dpi_y = 100;
        for (size_t i = 0; kind & 2 && i < raw.stride * (size_t)raw.height; i++)
            raw.data[i] = (uint8_t)scene_hash((uint32_t)i, 0, 0);
        assert_true(side_prepare(&raw, &side, &err));
        assert_false(side.outline_found);
        side_finish(&side);
        image_finish(&raw);
    }
}

static void affine_maps_invert(void **state)
{
    (void)state;
    struct affine map = {.m = {2, 0.5, -3, -0.25, 1.5, 8}}, inverse,
                  flat = {.m = {1, 2, 0, 2, 4, 0}};
    double at[2];
    assert_true(affine_invert(&map, &inverse));
    struct affine both = affine_multiply(&inverse, &map), one = affine_identity();
    for (int i = 0; i < 6; i++)
        assert_true(fabs(both.m[i] - one.m[i]) < 1e-12);
    affine_apply(&map, 1, 2, at);
    assert_true(at[0] == 0 && at[1] == 10.75);
    assert_false(affine_invert(&flat, &inverse));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_turn),
        cmocka_unit_test(finds_every_tint_on_every_backing),
        cmocka_unit_test(stands_stickers_tears_streaks_dust),
        cmocka_unit_test(sees_dark_print_at_the_edge_on_black),
        cmocka_unit_test(takes_no_label_for_the_paper),
        cmocka_unit_test(ignores_white_padding),
        cmocka_unit_test(works_on_grey_scans_and_uneven_resolution),
        cmocka_unit_test(finds_the_shadow_on_white),
        cmocka_unit_test(finds_a_faint_step),
        cmocka_unit_test(takes_the_whole_image_without_an_edge),
        cmocka_unit_test(handles_sides_cut_by_the_scan),
        cmocka_unit_test(handles_a_skewed_sheet_cut_on_two_sides),
        cmocka_unit_test(crops_what_was_asked_for),
        cmocka_unit_test(fills_with_paper_outside),
        cmocka_unit_test(refuses_what_is_no_side),
        cmocka_unit_test(survives_noise_and_flat_images),
        cmocka_unit_test(affine_maps_invert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
