/* Forms with boxes before or behind their text and in two columns; ticked, not ticked, and letters
 * that look like boxes. */
#include "tests/unit/test_support.h"

#include "classifier/tick_boxes.h"
#include "imaging/opencv_c/opencv_c.h"

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

#define ROW_Y(i) (60 + (i)*PITCH)

static void draw_rows(struct image *form, int n, int box_x, int word_x, struct tick_line *ret)
{
    for (int i = 0; i < n; i++) {
        box(form, box_x, ROW_Y(i));
        ret[i] = word(form, word_x, ROW_Y(i), 300 - 30 * i);
    }
}

/* Three rows, then two beside them. */
static void draw_two_columns(struct image *form, struct tick_line ret[5])
{
    for (int i = 0; i < 5; i++) {
        int x = i < 3 ? 50 : 520;
        box(form, x, ROW_Y(i % 3));
        ret[i] = word(form, x + 60, ROW_Y(i % 3), 250);
    }
}

/* Rows of a box and a word; which of them are ticked as a set of bits. Frees the form. */
static struct tick_result read_rows(int n, int box_x, int word_x, unsigned ticked)
{
    struct image form = page();
    struct tick_line line[8];
    struct tick_result got;
    struct err err;
    draw_rows(&form, n, box_x, word_x, line);
    for (int i = 0; i < n; i++)
        if (ticked & 1u << i)
            cross(&form, box_x, ROW_Y(i));
    assert_ok(tick_boxes_read(&form, &form, line, n, line, n, &got, &err), &err);
    image_finish(&form);
    return got;
}

static void is_at_row(const struct tick_result *got, int row)
{
    assert_true(got->ticked && got->y > ROW_Y(row) && got->y < ROW_Y(row) + BOX);
}

static void text_behind_the_boxes(void **state)
{
    (void)state;
    struct tick_result got = read_rows(5, 50, 110, 0);
    assert_int_equal(got.boxes, 5);
    assert_false(got.ticked);
    for (int row = 0; row < 5; row++) {
        got = read_rows(5, 50, 110, 1u << row);
        assert_int_equal(got.boxes, 5);
        is_at_row(&got, row);
        assert_true(got.from_x < 110 && got.to_x > 400);
    }
}

static void text_before_the_boxes(void **state)
{
    (void)state;
    struct tick_result got = read_rows(4, 420, 60, 1u << 2);
    assert_int_equal(got.boxes, 4);
    is_at_row(&got, 2);
    assert_true(got.to_x < 460 && got.from_x < 60);
}

static void two_columns_are_kept_apart(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[5];
    struct tick_result got;
    struct err err;
    draw_two_columns(&form, line);
    cross(&form, 50, ROW_Y(1));
    assert_ok(tick_boxes_read(&form, &form, line, 5, line, 5, &got, &err), &err);
    assert_int_equal(got.boxes, 5);
    is_at_row(&got, 1);
    assert_true(got.from_x < 110 && got.to_x < 560 && got.to_x > 360);
    image_finish(&form);
}

/* A pen's cross that runs from one box into the next leaves none of the second column whole. */
static void a_column_may_be_burst(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[5];
    struct tick_result got;
    struct err err;
    draw_two_columns(&form, line);
    cross(&form, 520, ROW_Y(1));
    fill(&form, 530, ROW_Y(0) + BOX - 5, 5, PITCH - BOX + 20);
    assert_ok(tick_boxes_read(&form, &form, line, 5, line, 5, &got, &err), &err);
    assert_int_equal(got.boxes, 5);
    is_at_row(&got, 1);
    assert_true(got.from_x > 400);
    image_finish(&form);
}

static void two_ticks_are_none(void **state)
{
    (void)state;
    struct tick_result got = read_rows(4, 50, 110, 1u << 0 | 1u << 3);
    assert_int_equal(got.boxes, 4);
    assert_false(got.ticked);
}

/* A pen that only cuts a box's corner, and a ring across two others: the pen has its own colour. */
static void a_coloured_hook_is_enough(void **state)
{
    (void)state;
    struct image grey = page(), form = {0};
    struct tick_line line[4];
    struct tick_result got;
    struct err err;
    draw_rows(&grey, 4, 50, 110, line);
    for (int i = 0; i < 2; i++)
        fill(&grey, 60, ROW_Y(i) + 12, 14, 4);
    assert_ok(cv_rgb(&grey, &form, &err), &err);
    form.dpi_x = form.dpi_y = grey.dpi_x;
    for (int i = 0; i < 16; i++)
        for (int k = 0; k < 7; k++) {
            uint8_t *px = image_row(&form, ROW_Y(2) + BOX - 12 + i) + 3 * (48 + i / 2 + k);
            px[0] = 190, px[1] = px[2] = 40;
        }
    assert_ok(tick_boxes_read(&form, &form, line, 4, line, 4, &got, &err), &err);
    assert_int_equal(got.boxes, 4);
    is_at_row(&got, 2);
    image_finish(&grey);
    image_finish(&form);
}

/* The crossed box was read as the first letter of its line. */
static void a_line_may_hold_its_box(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[4];
    struct tick_result got;
    struct err err;
    draw_rows(&form, 4, 50, 110, line);
    fill(&form, 40, ROW_Y(2) + 4, 40, BOX - 8); /* a scribble, and no outline on the left */
    line[2].left = 38;
    assert_ok(tick_boxes_read(&form, &form, line, 4, line, 4, &got, &err), &err);
    assert_int_equal(got.boxes, 4);
    is_at_row(&got, 2);
    image_finish(&form);
}

/* The heading's first letter stands where the column goes on. */
static void no_box_is_guessed_on_a_word(void **state)
{
    (void)state;
    struct image form = page();
    struct tick_line line[4], text[5];
    struct tick_result got;
    struct err err;
    for (int i = 0; i < 4; i++) {
        box(&form, 50, ROW_Y(i + 1));
        text[i] = line[i] = word(&form, 110, ROW_Y(i + 1), 300);
    }
    cross(&form, 50, ROW_Y(2));
    text[4] = word(&form, 44, ROW_Y(0), 300);
    for (int i = 0; i < 3; i++)
        fill(&form, 50, ROW_Y(0) + i * (BOX - 5) / 2, BOX, 5);
    assert_ok(tick_boxes_read(&form, &form, line, 4, text, 5, &got, &err), &err);
    assert_int_equal(got.boxes, 4);
    is_at_row(&got, 2);
    image_finish(&form);
}

/* Square letters of a heading, inside a word; and one lone square: no form. */
static void letters_are_no_boxes(void **state)
{
    (void)state;
    struct image form = page();
    const struct tick_line line = {60, 600, ROW_Y(0) + BOX / 2.0};
    struct tick_result got;
    struct err err;
    for (int i = 0; i < 6; i++) {
        box(&form, 150 + i * 60, ROW_Y(0));
        fill(&form, 150 + i * 60, ROW_Y(0) + 15, i % 2 ? BOX : 3, 4);
    }
    assert_ok(tick_boxes_read(&form, &form, &line, 1, &line, 1, &got, &err), &err);
    assert_int_equal(got.boxes, 0);
    assert_false(got.ticked);
    image_finish(&form);
    got = read_rows(1, 50, 110, 1);
    assert_false(got.ticked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_behind_the_boxes),      cmocka_unit_test(text_before_the_boxes),
        cmocka_unit_test(two_columns_are_kept_apart), cmocka_unit_test(two_ticks_are_none),
        cmocka_unit_test(a_coloured_hook_is_enough),  cmocka_unit_test(no_box_is_guessed_on_a_word),
        cmocka_unit_test(a_line_may_hold_its_box),    cmocka_unit_test(a_column_may_be_burst),
        cmocka_unit_test(letters_are_no_boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
