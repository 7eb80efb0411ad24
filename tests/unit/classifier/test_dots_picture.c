/* The picture of tracking dots: its rings lie where the dots were drawn, whichever way up the sheet
 * was fed, and one copy of the code is framed. */
#include "classifier/dots_picture.h"

#include "classifier/crops.h"
#include "tests/unit/classifier/draw_dots.h"
#include "tests/unit/test_support.h"

#define DARK 110      /* levels: the middle of a ring that holds a dot */
#define FILLED 0.9    /* of the rings, with 3 % of the dots missing */
#define RING_PX_MIN 6 /* a ring is larger than a speck of its colour */

static void turning_back_undoes_turning(void **state)
{
    (void)state;
    for (int quarters = 0; quarters < 4; quarters++)
        for (int mirrored = 0; mirrored < 2; mirrored++) {
            const struct dot_turn turn = {quarters, mirrored};
            int at[2];
            double back[2];
            dot_turn_site(turn, 3, -7, at);
            dot_turn_back(turn, at[0], at[1], back);
            assert_true(back[0] == 3 && back[1] == -7);
        }
}

/* Boxes of what is drawn in a ring's colour. */
static int find_rings(const struct image *picture, int (*ret)[4], int max)
{
    struct err err;
    struct image red = {0};
    struct cv_components found;
    int n = 0;
    assert_ok(image_create(&red, picture->width, picture->height, 1, &err), &err);
    for (int y = 0; y < red.height; y++)
        for (int x = 0; x < red.width; x++) {
            const uint8_t *p = image_row(picture, y) + 3 * x;
            image_row(&red, y)[x] = p[0] > p[1] + 60 && p[0] > p[2] + 40 ? 255 : 0;
        }
    assert_ok(cv_components_find(&red, 8, &found, &err), &err);
    for (int i = 0; i < found.n && n < max; i++) {
        const struct cv_component *c = &found.component[i];
        if (c->x > 0 && c->y > 0 && c->x + c->w < red.width && c->y + c->h < red.height &&
            c->w >= RING_PX_MIN && c->h >= RING_PX_MIN) {
            const int box[4] = {c->x, c->y, c->w, c->h};
            memcpy(ret[n++], box, sizeof box);
        }
    }
    cv_components_finish(&found);
    image_finish(&red);
    return n;
}

static int darkest_in(const struct image *picture, int x0, int y0)
{
    int darkest = 255;
    for (int y = y0 - 1; y <= y0 + 1; y++)
        for (int x = x0 - 1; x <= x0 + 1; x++)
            darkest =
                image_row(picture, y)[3 * x] < darkest ? image_row(picture, y)[3 * x] : darkest;
    return darkest;
}

static void assert_ringed(const struct drawn_sheet *sheet, const struct drawn_code *code, int turn,
                          enum dots_status status)
{
    static int ring[1000][4];
    struct image image = draw_sheet(sheet, code);
    struct side side;
    struct tracking_dots dots;
    struct dots_pictures pictures;
    struct err err;
    int filled = 0;
    assert_ok(side_prepare(&image, &side, &err), &err);
    assert_ok(tracking_dots_on(&side, NULL, &dots, &err), &err);
    assert_int_equal(dots.status, status);
    assert_ok(dots_picture_make(&side, turn, &dots, &pictures, &err), &err);
    assert_int_equal(pictures.scan.width, pictures.dots.width);
    assert_int_equal(pictures.scan.height, pictures.dots.height);
    int n = find_rings(&pictures.dots, ring, 1000);
    assert_true(n > 20);
    for (int i = 0; i < n; i++)
        filled += darkest_in(&pictures.dots, ring[i][0] + ring[i][2] / 2,
                             ring[i][1] + ring[i][3] / 2) < DARK;
    if (filled < FILLED * n)
        fail_msg("%s, turned by %d: %d of %d rings hold a dot", code->layout, turn, filled, n);
    dots_pictures_finish(&pictures);
    side_finish(&side);
    image_finish(&image);
}

static void rings_hold_the_dots(void **state)
{
    (void)state;
    struct drawn_sheet sheet = {.dpi = 600,
                                .w_mm = 90,
                                .h_mm = 84,
                                .depth = 30,
                                .missing = 0.03,
                                .jitter_mm = 0.015,
                                .skew_deg = 1.2,
                                .seed = 4};
    const struct drawn_code p4 = draw_p4(17), p2 = draw_p2(3);
    assert_ringed(&sheet, &p4, 0, DOTS_DECODED);
    sheet.quarters = 1;
    assert_ringed(&sheet, &p4, 90, DOTS_DECODED);
    sheet.stretch = 0.005;
    assert_ringed(&sheet, &p2, 270, DOTS_DECODED);
    struct drawn_code unknown = {"unknown", {0.87, 0.69}, 14, 11, 5, {{0}}, "", "", "", ""};
    uint64_t rng = 2;
    for (int i = 0; i < 24; i++)
        unknown.bit[drawn_int(&rng, 11)][drawn_int(&rng, 14)] = 1;
    assert_ringed(&sheet, &unknown, 180, DOTS_DETECTED);
}

/* Nothing is written, and nothing named, where no dots were found. */
static void no_dots_have_no_picture(void **state)
{
    (void)state;
    static struct screening screening;
    const struct tracking_dots dots = {.status = DOTS_NONE};
    const struct side side = {0};
    struct err err;
    assert_ok(crops_dots(&side, 0, &dots, "/nowhere", &screening, &err), &err);
    assert_string_equal(screening.dots.crop_dots, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turning_back_undoes_turning),
        cmocka_unit_test(rings_hold_the_dots),
        cmocka_unit_test(no_dots_have_no_picture),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
