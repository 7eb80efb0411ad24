/* Text drawn by cairo and read back by Tesseract, and what must be refused. */
#include "tests/unit/drawing.h"

#include "imaging/ocr.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "schemas/base/fold.h"

#define DPI 300

/* Black text on white; rgb: three channels. */
static struct image draw_text(const char *text, int width, int height, double points, bool rgb)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
    show_text(cr, "DejaVu Sans", points * DPI / 72, 40, 40, text);
    struct image image = drawn_image(surface, cr, rgb ? 3 : 1);
    image.dpi_x = image.dpi_y = DPI;
    return image;
}

static int open_ocr(void **state)
{
    struct ocr *ocr;
    if (!ocr_create(&ocr, NULL))
        return -1;
    *state = ocr;
    return 0;
}

static int close_ocr(void **state)
{
    ocr_destroy(*state);
    return 0;
}

static void reads_words_lines_and_boxes(void **state)
{
    struct image image = draw_text("Return to sender\nAddressee unknown", 1000, 300, 14, true);
    struct ocr_text text;
    struct err err;
    assert_ok(ocr_read(*state, &image, "eng", OCR_BLOCK, 20000, &text, &err), &err);
    struct buf joined = {0};
    ocr_text_join(&text, 0, &joined);
    char folded[200];
    text_fold(joined.data, folded, sizeof folded);
    assert_string_equal(folded, "RETURN TO SENDER ADDRESSEE UNKNOWN");
    assert_int_equal(text.n_words, 5);
    assert_int_equal(text.word[0].line, 0);
    assert_int_equal(text.word[2].line, 0);
    assert_int_equal(text.word[3].line, 1);
    assert_true(text.mean_confidence > 70);
    const int *first = text.word[0].box, *last = text.word[4].box;
    assert_true(first[0] >= 35 && first[0] < 60 && first[1] >= 35 && first[2] > 100);
    assert_true(last[1] > first[1] + first[3] && last[0] + last[2] <= 1000);
    buf_finish(&joined);
    ocr_text_finish(&text);
    image_finish(&image);
}

static void a_second_language_joins_when_it_is_installed(void **state)
{
    struct image image = draw_text("Empf\xc3\xa4nger verzogen", 1000, 200, 14, false);
    struct ocr_text text;
    struct err err;
    if (!ocr_has(*state, "deu"))
        skip();
    assert_ok(ocr_read(*state, &image, "deu+not_a_pack", OCR_BLOCK, 20000, &text, &err), &err);
    assert_int_equal(text.n_words, 2);
    char folded[100];
    text_fold(text.word[0].text, folded, sizeof folded);
    assert_string_equal(folded, "EMPFANGER");
    ocr_text_finish(&text);
    image_finish(&image);
}

static void missing_pack_names_the_package(void **state)
{
    struct image image = draw_text("x", 200, 100, 12, false);
    struct ocr_text text;
    struct err err;
    assert_false(ocr_read(*state, &image, "tlh", OCR_BLOCK, 1000, &text, &err));
    assert_non_null(strstr(err.text, "tesseract-ocr-tlh"));
    assert_false(ocr_warm(*state, "tlh", &err));
    image_finish(&image);
}

static void refuses_unreadable_sizes(void **state)
{
    struct ocr_text text;
    struct err err;
    uint8_t pixel[64] = {0};
    struct image small = {.data = pixel, .width = 8, .height = 8, .channels = 1, .stride = 8};
    struct image vast = {.data = pixel, .width = 20000, .height = 20000, .channels = 1};
    struct image none = {0};
    assert_false(ocr_read(*state, &small, "eng", OCR_BLOCK, 1000, &text, &err));
    assert_false(ocr_read(*state, &vast, "eng", OCR_BLOCK, 1000, &text, &err));
    assert_non_null(strstr(err.text, "too large"));
    assert_false(ocr_read(*state, &none, "eng", OCR_BLOCK, 1000, &text, &err));
}

static void blank_paper_has_no_words(void **state)
{
    struct image image = draw_text("", 400, 300, 12, false);
    struct ocr_text text;
    struct err err;
    assert_ok(ocr_read(*state, &image, "eng", OCR_BLOCK, 20000, &text, &err), &err);
    assert_int_equal(text.n_words, 0);
    assert_true(text.mean_confidence == 0);
    ocr_text_finish(&text);
    image_finish(&image);
}

static void keeps_the_deadline(void **state)
{
    static const char line[] = "Wer dies liest, hat sehr viel Zeit und einen langen Text. ";
    char page[80 * 80] = "";
    for (int i = 0; i < 80; i++)
        strcat(page, i % 2
                         ? line
                         : "Noch eine Zeile, die gelesen sein will, mit vielen W\xc3\xb6rtern.\n");
    struct image image = draw_text(page, 2600, 2600, 9, false);
    struct ocr_text text;
    struct err err;
    assert_ok(ocr_warm(*state, "eng", &err), &err);
    double start = clock_mono_s();
    assert_false(ocr_read(*state, &image, "eng", OCR_BLOCK, 60, &text, &err));
    double stopped = clock_mono_s() - start;
    assert_non_null(strstr(err.text, "60 ms"));
    start = clock_mono_s();
    assert_ok(ocr_read(*state, &image, "eng", OCR_BLOCK, 120000, &text, &err), &err);
    double whole = clock_mono_s() - start;
    assert_true(text.n_words > 100);
    assert_true(stopped < whole / 2); /* a ratio within this run: no bare milliseconds */
    assert_false(ocr_read(*state, &image, "eng", OCR_BLOCK, 0, &text, &err));
    ocr_text_finish(&text);
    image_finish(&image);
}

static void needs_the_thread_limit(void **state)
{
    (void)state;
    struct ocr *ocr = NULL;
    struct err err;
    unsetenv("OMP_THREAD_LIMIT");
    bool made = ocr_create(&ocr, &err);
    setenv("OMP_THREAD_LIMIT", "1", 1);
    assert_false(made);
    assert_non_null(strstr(err.text, "OMP_THREAD_LIMIT=1"));
    ocr_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_words_lines_and_boxes),
        cmocka_unit_test(a_second_language_joins_when_it_is_installed),
        cmocka_unit_test(missing_pack_names_the_package),
        cmocka_unit_test(refuses_unreadable_sizes),
        cmocka_unit_test(blank_paper_has_no_words),
        cmocka_unit_test(keeps_the_deadline),
        cmocka_unit_test(needs_the_thread_limit),
    };
    return cmocka_run_group_tests(tests, open_ocr, close_ocr);
}
