/* Tracking dots: drawn, scanned, found, read. What is drawn comes from the layouts' descriptions
 * (draw_dots.h) and from noise; figures here are simulated ones. */
#include "tests/unit/test_support.h"

#include "classifier/tracking_dots.h"
#include "tests/unit/classifier/draw_dots.h"

#include <unistd.h>

#define W_MM 84.0
#define H_MM 70.0
#define EMPTY_SHEETS 64
#define EMPTY_FIELDS 150

/* Refused, and the reason names `what`. */
static void assert_refused(bool accepted, const struct err *err, const char *what)
{
    assert_false(accepted);
    assert_non_null(strstr(err->text, what));
}

static struct drawn_sheet sheet_at(double dpi, double depth, uint64_t seed)
{
    return (struct drawn_sheet){
        .dpi = dpi, .w_mm = W_MM, .h_mm = H_MM, .depth = depth, .seed = seed};
}

static struct tracking_dots read_image(const struct image *image)
{
    static const double paper[3] = {243, 242, 238};
    const int box[4] = {0, 0, image->width, image->height};
    struct dot_field field;
    struct tracking_dots dots;
    struct err err;
    assert_ok(dots_find(image, box, paper, &field, &err), &err);
    assert_ok(tracking_dots_in(&field, 0, true, &dots, &err), &err);
    dot_field_finish(&field);
    return dots;
}

static struct tracking_dots read_drawn(const struct drawn_sheet *sheet,
                                       const struct drawn_code *code)
{
    struct image image = draw_sheet(sheet, code);
    struct tracking_dots dots = read_image(&image);
    image_finish(&image);
    return dots;
}

static void assert_reads(const struct drawn_sheet *sheet, const struct drawn_code *code)
{
    struct tracking_dots dots = read_drawn(sheet, code);
    assert_int_equal(dots.status, DOTS_DECODED);
    assert_string_equal(dots.layout->name, code->layout);
    assert_string_equal(dots.code.serial, code->serial);
    assert_string_equal(dots.code.time, code->time);
    assert_string_equal(dots.code.maker, code->maker);
    if (code->expect[0])
        assert_string_equal(dots.code.digits, code->expect);
    assert_true(dots.repeats.agreeing >= DOT_REPEATS_MIN);
}

static void every_layout_is_read_at_40_levels(void **state)
{
    (void)state;
    for (int i = 0; i < DRAWN_LAYOUTS; i++)
        for (int fine = 0; fine < 2; fine++) {
            struct drawn_code code = draw_code(i, (uint64_t)(11 + i + fine));
            struct drawn_sheet sheet = sheet_at(fine ? 600 : 300, 40, (uint64_t)(i + 1));
            sheet.printed = true;
            sheet.jitter_mm = 0.015;
            sheet.missing = 0.03;
            assert_reads(&sheet, &code);
        }
}

static void faint_worn_and_askew_docucolor_is_read(void **state)
{
    (void)state;
    static const double skew[] = {-2, -0.7, 0, 1.3, 2};
    for (int i = 0; i < 5; i++)
        for (int fine = 0; fine < 2; fine++) {
            struct drawn_code code = draw_p4((uint64_t)(31 + i));
            struct drawn_sheet sheet = sheet_at(fine ? 600 : 300, 10, (uint64_t)(50 + i));
            sheet.skew_deg = skew[i];
            sheet.printed = true;
            sheet.jitter_mm = 0.015;
            sheet.missing = 0.03;
            sheet.stretch = 0.005;
            assert_reads(&sheet, &code);
        }
}

/* JPEG's blocks, 8 pixels and 16 where colour is halved, beat with the pitch of P4, 24 pixels: on a
 * straight sheet every second column of dots may fall where little of it is kept.
 */
static void docucolor_is_read_through_jpeg(void **state)
{
    (void)state;
    static const double skew[] = {0, -2, 0, 1.1, 0};
    char path[] = "/tmp/test_dots.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (int i = 0; i < 5; i++)
        for (int halved = 0; halved < 2; halved++) {
            struct drawn_code code = draw_p4((uint64_t)(131 + i));
            struct drawn_sheet sheet = sheet_at(600, 20, (uint64_t)(150 + i));
            struct image back = {0};
            struct err err;
            sheet.skew_deg = skew[i];
            sheet.printed = true;
            sheet.jitter_mm = 0.015;
            sheet.missing = 0.03;
            sheet.stretch = 0.004;
            struct image image = draw_sheet(&sheet, &code);
            assert_ok((halved ? image_save_jpeg : image_save_jpeg_full)(path, &image, 90, &err),
                      &err);
            assert_ok(image_load(path, 600, &back, NULL, &err), &err);
            struct tracking_dots dots = read_image(&back);
            assert_int_equal(dots.status, DOTS_DECODED);
            assert_string_equal(dots.code.serial, code.serial);
            assert_string_equal(dots.code.time, code.time);
            image_finish(&image);
            image_finish(&back);
        }
    unlink(path);
}

static void any_way_up_and_mirrored(void **state)
{
    (void)state;
    for (int i = 0; i < DRAWN_LAYOUTS; i++)
        for (int quarters = 1; quarters < 4; quarters++) {
            struct drawn_code code = draw_code(i, (uint64_t)(70 + i));
            struct drawn_sheet sheet = sheet_at(300, 40, (uint64_t)(80 + i));
            sheet.quarters = quarters;
            sheet.skew_deg = 0.4;
            sheet.mirrored =
                quarters == 2 && (strcmp(code.layout, "P4") == 0 || strcmp(code.layout, "P2") == 0);
            assert_reads(&sheet, &code);
        }
}

/* One bit that breaks a parity: the dots are there, and say nothing. */
static void a_code_that_fails_its_checks_is_not_told(void **state)
{
    (void)state;
    for (int i = 0; i < DRAWN_LAYOUTS - 1; i++) {
        struct drawn_code code = draw_code(i, (uint64_t)(90 + i));
        int x = strcmp(code.layout, "P1") == 0 ? 8 : 5; /* a place that may carry a dot */
        code.bit[3][x] ^= 1;
        struct drawn_sheet sheet = sheet_at(300, 40, 3);
        struct tracking_dots dots = read_drawn(&sheet, &code);
        assert_int_equal(dots.status, DOTS_DETECTED);
        assert_string_equal(dots.code.serial, "");
        assert_null(dots.layout);
    }
}

/* Read upside down, this code of P1's right variant is one of the left variant. */
static void a_code_that_reads_both_ways_is_not_told(void **state)
{
    (void)state;
    struct drawn_code code = draw_p1(8);
    assert_string_equal(code.expect, "675149414674"); /* or 973161494573 */
    struct drawn_sheet sheet = sheet_at(300, 40, 6);
    struct tracking_dots dots = read_drawn(&sheet, &code);
    assert_int_equal(dots.status, DOTS_DETECTED);
    assert_string_equal(dots.code.serial, "");
}

/* Dots as equal as no scanner shows them: which are taken must not depend on where they lie between
 * pixels. */
static void the_densest_layout_is_read_without_noise(void **state)
{
    (void)state;
    struct drawn_code code = draw_p5(1);
    struct drawn_sheet sheet = sheet_at(300, 40, 1);
    sheet.clean = true;
    assert_int_equal(read_drawn(&sheet, &code).status, DOTS_DECODED);
}

static void impossible_dates_are_not_told(void **state)
{
    (void)state;
    struct drawn_code code = draw_p4(5);
    for (int row = 0; row < 8; row++) { /* month becomes minute: 55 is none */
        code.bit[row][6] = (uint8_t)("00110111"[row] - '0');
        int ones = 0;
        for (int column = 1; column < 15; column++)
            ones += code.bit[row][column];
        code.bit[row][0] = !(ones & 1);
    }
    struct drawn_sheet sheet = sheet_at(300, 40, 4);
    assert_int_equal(read_drawn(&sheet, &code).status, DOTS_DETECTED);
}

static void two_repeats_are_not_enough(void **state)
{
    (void)state;
    struct drawn_code code = draw_p4(6);
    struct drawn_sheet sheet = sheet_at(600, 60, 5);
    sheet.w_mm = 24;
    sheet.h_mm = 20;
    assert_int_equal(read_drawn(&sheet, &code).status, DOTS_NONE);
}

/* A layout that nobody has described. */
static void unknown_layouts_are_measured(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct drawn_code code = {"", {0.87, 0.69}, 14, 11, 5, {{0}}, "", "", "", ""};
        uint64_t rng = seed;
        for (int i = 0; i < 24; i++)
            code.bit[drawn_int(&rng, 11)][drawn_int(&rng, 14)] = 1;
        struct drawn_sheet sheet = sheet_at(600, 20, seed);
        sheet.skew_deg = 1.25;
        struct tracking_dots dots = read_drawn(&sheet, &code);
        assert_int_equal(dots.status, DOTS_DETECTED);
        assert_float_equal((float)(dot_grid_pitch_mm(&dots.grid, 0)), 0.87f, 0.0009f);
        assert_float_equal((float)(dot_grid_pitch_mm(&dots.grid, 1)), 0.69f, 0.0007f);
        assert_float_equal((float)(dots.angle_deg), 1.25f, 0.03f);
        assert_int_equal(dots.period.w, 14);
        assert_int_equal(dots.period.h, 11);
        assert_int_equal(dots.period.s, 5);
    }
}

/* What a screen or a fine pattern can fold onto: a period of four sites, 300 x 300 of them. */
static void small_periods_have_room_for_all_repeats(void **state)
{
    (void)state;
    enum { SIDE = 300 };
    static float depth[SIDE * SIDE];
    static struct dot_fold fold;
    const struct dot_sites sites = {
        .u0 = -3000, .v0 = 700, .width = SIDE, .height = SIDE, .depth = depth};
    struct dot_repeats repeats;
    struct err err;
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++)
            depth[j * SIDE + i] = (i + 2 * j) % 4 == 0;
    assert_ok(dot_fold_make(&sites, (struct dot_turn){0, false}, (struct dot_period){4, 1, 2},
                            &fold, &err),
              &err);
    dot_fold_cut(&fold, DOT_CUT_RATE);
    assert_int_equal(fold.dots, 1);
    assert_ok(dot_repeats_count(&sites, &fold, &repeats, &err), &err);
    assert_int_equal(repeats.agreeing, SIDE * SIDE / 4);
    assert_int_equal(repeats.missing + repeats.strays, 0);
}

static void sheets_without_dots_show_none(void **state)
{
    (void)state;
    for (int i = 0; i < EMPTY_SHEETS; i++) {
        struct drawn_sheet sheet = sheet_at(i % 8 < 7 ? 300 : 600, 0, (uint64_t)(1000 + i));
        sheet.w_mm = sheet.h_mm = 60;
        sheet.trap = (enum drawn_trap)(i % TRAPS);
        struct tracking_dots dots = read_drawn(&sheet, NULL);
        assert_int_equal(dots.status, DOTS_NONE);
    }
}

/* Points that chance threw: the threshold allows one wave in a million. */
static void points_without_order_make_no_grid(void **state)
{
    (void)state;
    struct dot dot[1800];
    for (uint64_t seed = 1; seed <= EMPTY_FIELDS; seed++) {
        struct dot_field field = {.dot = dot, .n = 1800, .box_mm = {0, 0, 80, 70}};
        uint64_t rng = seed;
        struct dot_waves waves;
        struct err err;
        for (int i = 0; i < field.n; i++)
            dot[i] =
                (struct dot){(float)(80 * drawn_unit(&rng)), (float)(70 * drawn_unit(&rng)), 1};
        assert_ok(dot_waves_find(&field, 0, &waves, &err), &err);
        assert_int_equal(waves.n[0] + waves.n[1], 0);
    }
}

static void a_grid_knows_its_places(void **state)
{
    (void)state;
    const struct dot_wave x = {{0.98, 0.03}, 0.4, 9}, y = {{-0.02, 1.31}, 0.7, 8};
    struct dot_grid grid;
    assert_true(dot_grid_make(&x, &y, &grid));
    for (int u = -40; u <= 40; u += 13)
        for (int v = -30; v <= 30; v += 7) {
            double mm[2];
            int site[2];
            dot_grid_place(&grid, u, v, mm);
            assert_true(dot_grid_site(&grid, mm[0] + 0.05, mm[1] - 0.05, site));
            assert_int_equal(site[0], u);
            assert_int_equal(site[1], v);
            assert_false(dot_grid_site(&grid, mm[0] + 0.4, mm[1], site));
        }
    const struct dot_wave slanted = {{0.5, 1.2}, 0, 1};
    assert_false(dot_grid_make(&x, &slanted, &grid));
}

/* Every site has exactly one place in its period, and neighbours by a period the same. */
static void periods_tile_the_plane(void **state)
{
    (void)state;
    const struct dot_period period = {14, 11, 5};
    int count[14 * 11] = {0};
    for (int v = -22; v < 22; v++)
        for (int u = -28; u < 28; u++) {
            int site = dot_period_site(period, u, v);
            assert_in_range(site, 0, 14 * 11 - 1);
            count[site]++;
            assert_int_equal(dot_period_site(period, u + 14, v), site);
            assert_int_equal(dot_period_site(period, u - 5, v - 11), site);
        }
    for (int i = 0; i < 14 * 11; i++)
        assert_int_equal(count[i], 16);
}

static struct tracking_dots read_side(struct image *image, const struct codec_info *how)
{
    struct side side;
    struct tracking_dots dots;
    struct err err;
    assert_ok(side_prepare(image, &side, &err), &err);
    assert_ok(tracking_dots_on(&side, how, &dots, &err), &err);
    side_finish(&side);
    return dots;
}

static void assert_doubt(struct image *image, const struct codec_info *how, enum dots_doubt doubt)
{
    struct tracking_dots dots = read_side(image, how);
    assert_int_equal(dots.status, doubt == DOTS_NO_DOUBT ? DOTS_NONE : DOTS_NOT_TESTABLE);
    assert_int_equal(dots.doubt, doubt);
    image_finish(image);
}

static struct image brightened(struct image image, int by)
{
    for (size_t i = 0; i < image.stride * (size_t)image.height; i++)
        image.data[i] = (uint8_t)(image.data[i] + by > 255 ? 255 : image.data[i] + by);
    return image;
}

static void what_cannot_be_seen_is_not_called_absent(void **state)
{
    (void)state;
    const struct codec_info halved = {.lossy = true, .subsampled = true, .quality = 80},
                            fine = {.lossy = true, .quality = 95},
                            usual = {.lossy = true, .quality = 90};
    struct drawn_sheet sheet = sheet_at(300, 0, 8), coarse = sheet_at(200, 0, 8),
                       dense = sheet_at(600, 0, 8);
    struct image image = draw_sheet(&sheet, NULL);
    assert_doubt(&image, NULL, DOTS_NO_DOUBT);
    image = draw_sheet(&sheet, NULL);
    assert_doubt(&image, &fine, DOTS_NO_DOUBT);
    image = draw_sheet(&sheet, NULL);
    assert_doubt(&image, &halved, DOTS_SQUEEZED);
    image = draw_sheet(&sheet, NULL);
    assert_doubt(&image, &usual, DOTS_SQUEEZED);
    image = draw_sheet(&dense, NULL);
    assert_doubt(&image, &usual, DOTS_NO_DOUBT);
    image = draw_sheet(&coarse, NULL);
    assert_doubt(&image, NULL, DOTS_COARSE);
    image = brightened(draw_sheet(&sheet, NULL), 14);
    assert_doubt(&image, NULL, DOTS_CLIPPED);
    image = draw_sheet(&sheet, NULL);
    for (size_t i = 0; i < image.stride * (size_t)image.height; i += 3)
        image.data[i] = image.data[i + 1] = image.data[i + 2];
    assert_doubt(&image, NULL, DOTS_GREY);
}

/* A doubtful scan on which dots are read all the same is no longer doubtful. */
static void a_side_is_read(void **state)
{
    (void)state;
    const struct codec_info halved = {.lossy = true, .subsampled = true, .quality = 80};
    struct drawn_code code = draw_p4(9);
    struct drawn_sheet sheet = sheet_at(600, 25, 9);
    sheet.w_mm = 160;
    sheet.h_mm = 100;
    sheet.printed = true;
    struct image image = draw_sheet(&sheet, &code);
    struct tracking_dots dots = read_side(&image, &halved);
    assert_int_equal(dots.status, DOTS_DECODED);
    assert_string_equal(dots.code.serial, code.serial);
    image_finish(&image);
}

/* Dots on the right of a sheet only: what is looked at first, on the left, says nothing. */
static void a_second_place_is_looked_at(void **state)
{
    (void)state;
    struct drawn_code code = draw_p4(12);
    struct drawn_sheet sheet = sheet_at(300, 40, 12);
    sheet.w_mm = 220;
    sheet.h_mm = 100;
    struct image dotted = draw_sheet(&sheet, &code), bare = draw_sheet(&sheet, NULL);
    for (int y = 0; y < bare.height; y++)
        memcpy(image_row(&dotted, y), image_row(&bare, y), (size_t)(3 * bare.width / 2));
    image_finish(&bare);
    struct tracking_dots dots = read_side(&dotted, NULL);
    assert_int_equal(dots.status, DOTS_DECODED);
    assert_string_equal(dots.code.serial, code.serial);
    assert_true(dots.look_mm[0] + dots.look_mm[2] > 110 + 40);
    image_finish(&dotted);
}

/* A motif in pale blue over all of a C5 sheet: what the filter makes of the motif's surroundings
 * repeats as well. */
static void blue_specks_are_not_taken_for_yellow(void **state)
{
    (void)state;
    struct drawn_sheet sheet = sheet_at(600, 0, 20464);
    sheet.trap = TRAP_SECURITY;
    sheet.w_mm = 229;
    sheet.h_mm = 162;
    struct image image = draw_sheet(&sheet, NULL);
    assert_doubt(&image, NULL, DOTS_NO_DOUBT);
}

static void what_is_no_colour_scan_is_refused(void **state)
{
    (void)state;
    static const double paper[3] = {243, 242, 238};
    const int box[4] = {0, 0, 400, 400}, outside[4] = {500, 500, 100, 100};
    struct dot_field field;
    struct image grey, small;
    struct err err;
    assert_ok(image_create(&grey, 400, 400, 1, &err), &err);
    grey.dpi_x = grey.dpi_y = 600;
    assert_refused(dots_find(&grey, box, paper, &field, &err), &err, "colour");
    assert_ok(image_create(&small, 400, 400, 3, &err), &err);
    assert_refused(dots_find(&small, box, paper, &field, &err), &err, "300 dpi");
    small.dpi_x = small.dpi_y = 600;
    assert_refused(dots_find(&small, outside, paper, &field, &err), &err, "room");
    assert_ok(dots_find(&small, box, paper, &field, &err), &err); /* black all over */
    assert_int_equal(field.n, 0);
    dot_field_finish(&field);
    image_finish(&grey);
    image_finish(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_is_read_at_40_levels),
        cmocka_unit_test(faint_worn_and_askew_docucolor_is_read),
        cmocka_unit_test(docucolor_is_read_through_jpeg),
        cmocka_unit_test(any_way_up_and_mirrored),
        cmocka_unit_test(a_code_that_fails_its_checks_is_not_told),
        cmocka_unit_test(a_code_that_reads_both_ways_is_not_told),
        cmocka_unit_test(the_densest_layout_is_read_without_noise),
        cmocka_unit_test(impossible_dates_are_not_told),
        cmocka_unit_test(two_repeats_are_not_enough),
        cmocka_unit_test(unknown_layouts_are_measured),
        cmocka_unit_test(small_periods_have_room_for_all_repeats),
        cmocka_unit_test(sheets_without_dots_show_none),
        cmocka_unit_test(points_without_order_make_no_grid),
        cmocka_unit_test(a_grid_knows_its_places),
        cmocka_unit_test(periods_tile_the_plane),
        cmocka_unit_test(what_cannot_be_seen_is_not_called_absent),
        cmocka_unit_test(a_side_is_read),
        cmocka_unit_test(a_second_place_is_looked_at),
        cmocka_unit_test(blue_specks_are_not_taken_for_yellow),
        cmocka_unit_test(what_is_no_colour_scan_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
