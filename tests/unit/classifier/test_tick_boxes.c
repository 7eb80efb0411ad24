/* Forms with boxes before or behind their text and in two columns; ticked, not ticked, and letters
 * that look like boxes. */
#include "tests/unit/test_support.h"

#include "classifier/tick_boxes.h"

#define DPI 300
#define BOX 34 /* px: 2.9 mm */
#define PITCH 60
#define WIDTH 1000

static struct image page(void)
{
    struct image ret;
    struct err err;
    assert_ok(image_create(&ret, WIDTH, 460, 1, &err), &err);
    memset(ret.data, 240, (size_t)ret.width * (size_t)ret.height);
    ret.dpi_x = ret.dpi_y = DPI;
    return ret;
}

static void fill(struct image *image, int x, int y, int w, int h)
{
    for (int row = y; row < y + h; row++)
        memset(image_row(image, row) + x, 30, (size_t)w);
}

static void box(struct image *image, int x, int y)
{
    fill(image, x, y, BOX, 3);
    fill(image, x, y + BOX - 3, BOX, 3);
    fill(image, x, y, 3, BOX);
    fill(image, x + BOX - 3, y, 3, BOX);
}

/* A pen's cross that leaves the box at its corners. */
static void cross(struct image *image, int x, int y)
{
    for (int i = -6; i < BOX + 6; i++) {
        fill(image, x + i, y + i, 5, 5);
        fill(image, x + BOX - i, y + i, 5, 5);
    }
}

/* A word as wide strokes: enough to be ink, no boxes. */
static struct tick_line word(struct image *image, int x, int y, int w)
{
    for (int i = 0; i < w; i += 14)
        fill(image, x + i, y + 6, 5, 22);
    return (struct tick_line){x, x + w, y + BOX / 2.0};
}

static void text_behind_the_boxes(void **state)
{
    (void)state;
    for (int ticked = -1; ticked < 5; ticked++) {
        struct image form = page();
        struct tick_line line[5];
        struct tick_result got;
        struct err err;
        for (int i = 0; i < 5; i++) {
            box(&form, 50, 60 + i * PITCH);
            line[i] = word(&form, 110, 60 + i * PITCH, 300);
        }
        if (ticked >= 0)
            cross(&form, 50, 60 + ticked * PITCH);
        assert_ok(tick_boxes_read(&form, line, 5, line, 5, &got, &err), &err);
        assert_int_equal(got.boxes, 5);
        assert_int_equal(got.ticked, ticked >= 0);
        if (ticked >= 0) {
            assert_true(got.y > 60 + ticked * PITCH && got.y < 60 + BOX + ticked * PITCH);
            assert_true(got.from_x < 110 && got.to_x > 400);
        }
        image_finish(&form);
    }
}

static void text_before_the_boxes(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[4];
    struct tick_result got;
    struct err err;
    for (int i = 0; i < 4; i++) {
        line[i] = word(&form, 60, 60 + i * PITCH, 200 + 40 * i);
        box(&form, 420, 60 + i * PITCH);
    }
    cross(&form, 420, 60 + 2 * PITCH);
    assert_ok(tick_boxes_read(&form, line, 4, line, 4, &got, &err), &err);
    assert_int_equal(got.boxes, 4);
    assert_true(got.ticked && got.to_x < 460 && got.from_x < 60);
    assert_true(got.y > 60 + 2 * PITCH && got.y < 60 + 3 * PITCH);
    image_finish(&form);
}

static void two_columns_are_kept_apart(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[5];
    struct tick_result got;
    struct err err;
    for (int i = 0; i < 5; i++) { /* three rows, then two */
        int x = i < 3 ? 50 : 520, y = 60 + (i % 3) * PITCH;
        box(&form, x, y);
        line[i] = word(&form, x + 60, y, 250);
    }
    cross(&form, 50, 60 + PITCH);
    assert_ok(tick_boxes_read(&form, line, 5, line, 5, &got, &err), &err);
    assert_int_equal(got.boxes, 5);
    assert_true(got.ticked && got.from_x < 110 && got.to_x < 560 && got.to_x > 360);
    image_finish(&form);
}

static void two_ticks_are_none(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[4];
    struct tick_result got;
    struct err err;
    for (int i = 0; i < 4; i++) {
        box(&form, 50, 60 + i * PITCH);
        line[i] = word(&form, 110, 60 + i * PITCH, 300);
    }
    cross(&form, 50, 60);
    cross(&form, 50, 60 + 3 * PITCH);
    assert_ok(tick_boxes_read(&form, line, 4, line, 4, &got, &err), &err);
    assert_false(got.ticked);
    image_finish(&form);
}

/* Square letters of a heading, inside a word; and one lone square: no form. */
static void letters_are_no_boxes(void **state)
{
    (void)state;
    struct image form = page();
    const struct tick_line line = {60, 600, 60 + BOX / 2.0};
    struct tick_result got;
    struct err err;
    for (int i = 0; i < 6; i++) {
        box(&form, 150 + i * 60, 60);
        fill(&form, 150 + i * 60, 75, i % 2 ? BOX : 3, 4);
    }
    assert_ok(tick_boxes_read(&form, &line, 1, &line, 1, &got, &err), &err);
    assert_int_equal(got.boxes, 0);
    assert_false(got.ticked);
    image_finish(&form);
    form = page();
    box(&form, 50, 200);
    cross(&form, 50, 200);
    const struct tick_line beside = word(&form, 110, 200, 300);
    assert_ok(tick_boxes_read(&form, &beside, 1, &beside, 1, &got, &err), &err);
    assert_false(got.ticked);
    image_finish(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_behind_the_boxes),      cmocka_unit_test(text_before_the_boxes),
        cmocka_unit_test(two_columns_are_kept_apart), cmocka_unit_test(two_ticks_are_none),
        cmocka_unit_test(letters_are_no_boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
