#define _GNU_SOURCE
/* The test print: what is on its pages, where, and how large, as poppler renders it. */
#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "web/imitate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RENDER_DPI 600.0
#define WITHIN_MM 0.1
#define STENCIL_W 600 /* px at 1200 dpi: 12.7 mm */
#define STENCIL_H 300

/* Fontconfig keeps its caches to the end; the leak checker of instrumented builds asks for this. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static uint8_t solid[STENCIL_W * STENCIL_H], frame[STENCIL_W * STENCIL_H];

/* A solid block, and a frame of 0.5 mm around one that is left white. */
static struct imitate_request draw(struct imitate_element element[2])
{
    memset(solid, 255, sizeof solid);
    for (int y = 0; y < STENCIL_H; y++)
        for (int x = 0; x < STENCIL_W; x++)
            frame[y * STENCIL_W + x] =
                x < 24 || y < 24 || x >= STENCIL_W - 24 || y >= STENCIL_H - 24 ? 255 : 0;
    element[0] = (struct imitate_element){.side = SIDE_FRONT,
                                          .x_mm = 20.37,
                                          .y_mm = 11.91,
                                          .dpi = 1200,
                                          .width = STENCIL_W,
                                          .height = STENCIL_H,
                                          .n_inks = 1,
                                          .ink = {{{200, 0, 0}, solid}}};
    element[1] = element[0];
    element[1].side = SIDE_BACK;
    element[1].x_mm = 150.5;
    element[1].y_mm = 90.25;
    element[1].dpi = 600; /* so twice as large */
    element[1].ink[0] = (struct imitate_ink){{0, 0, 160}, frame};
    return (struct imitate_request){.name = "van-dalen",
                                    .version = "0123456789abcdef0123456789abcdef",
                                    .iso_time = "2026-11-22T10:00:00.000Z",
                                    .lang = "nl",
                                    .size_mm = {220, 110},
                                    .scan_dpi = 600,
                                    .element = element,
                                    .n_elements = 2};
}

/* Standard output of a tool on the PDF; the caller frees ret. */
static void run_tool(const char *dir, const char *command, struct buf *ret)
{
    char line[PATH_SIZE + 160], chunk[4096];
    snprintf(line, sizeof line, "cd '%s' && %s", dir, command);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_append(ret, chunk, n);
    if (pclose(pipe) != 0)
        fail_msg("%s failed", command);
    buf_putc(ret, '\0');
}

static void make(const char *dir, const struct imitate_request *request)
{
    struct err err;
    struct buf pdf = {0};
    char path[PATH_SIZE];
    assert_ok(web_imitate(request, &pdf, &err), &err);
    assert_ok(path_join(path, dir, "print.pdf", &err), &err);
    assert_ok(file_write_atomic(path, pdf.data, pdf.len, 0644, &err), &err);
    buf_finish(&pdf);
}

/* A rendered page: 8-bit RGB. */
struct page {
    struct buf bytes;
    const uint8_t *pixel;
    int w, h;
};

static void render(const char *dir, int number, struct page *ret)
{
    char command[80];
    int header = 0;
    *ret = (struct page){.w = 0};
    snprintf(command, sizeof command, "pdftoppm -r %.0f -f %d -l %d print.pdf", RENDER_DPI, number,
             number);
    run_tool(dir, command, &ret->bytes);
    assert_int_equal(sscanf(ret->bytes.data, "P6 %d %d 255%n", &ret->w, &ret->h, &header), 2);
    ret->pixel = (const uint8_t *)ret->bytes.data + header + 1;
}

/* The box of the pixels in which channel `dark` is at least 80 levels below channel `light`. */
static bool coloured_box(const struct page *page, int dark, int light, double ret_mm[4])
{
    int x0 = page->w, y0 = page->h, x1 = -1, y1 = -1;
    for (int y = 0; y < page->h; y++)
        for (int x = 0; x < page->w; x++) {
            const uint8_t *rgb = page->pixel + ((size_t)y * (size_t)page->w + (size_t)x) * 3;
            if (rgb[light] - rgb[dark] < 80)
                continue;
            x0 = x < x0 ? x : x0;
            y0 = y < y0 ? y : y0;
            x1 = x > x1 ? x : x1;
            y1 = y > y1 ? y : y1;
        }
    const double mm = 25.4 / RENDER_DPI;
    ret_mm[0] = x0 * mm;
    ret_mm[1] = y0 * mm;
    ret_mm[2] = (x1 + 1 - x0) * mm;
    ret_mm[3] = (y1 + 1 - y0) * mm;
    return x1 >= 0;
}

static void near_box(const double seen[4], double x, double y, double w, double h)
{
    const double expected[] = {x, y, w, h};
    for (int i = 0; i < 4; i++)
        if (fabs(seen[i] - expected[i]) > WITHIN_MM)
            fail_msg("box[%d] is %.3f mm instead of %.3f", i, seen[i], expected[i]);
}

static void elements_have_their_size_and_place(void **state)
{
    struct imitate_element element[2];
    struct imitate_request request = draw(element);
    struct page page;
    double box[4];
    for (int a4 = 0; a4 < 2; a4++) {
        request.paper = a4 ? IMITATE_A4 : IMITATE_ENVELOPE;
        make(*state, &request);
        render(*state, 2, &page);
        assert_true(fabs(page.w * 25.4 / RENDER_DPI - (a4 ? 297 : 220)) < WITHIN_MM);
        assert_true(fabs(page.h * 25.4 / RENDER_DPI - (a4 ? 210 : 110)) < WITHIN_MM);
        assert_true(coloured_box(&page, 1, 0, box)); /* red */
        near_box(box, 20.37, 11.91, 12.7, 6.35);
        assert_false(coloured_box(&page, 0, 2, box));
        buf_finish(&page.bytes);
        render(*state, 3, &page);
        assert_true(coloured_box(&page, 0, 2, box)); /* blue */
        near_box(box, 150.5, 90.25, 25.4, 12.7);
        const uint8_t *middle =
            page.pixel + ((size_t)((90.25 + 6.35) / 25.4 * RENDER_DPI) * (size_t)page.w +
                          (size_t)((150.5 + 12.7) / 25.4 * RENDER_DPI)) *
                             3;
        assert_int_equal(middle[0], 255);
        buf_finish(&page.bytes);
    }
}

/* Stencils, not pictures: nothing for a printer to soften. */
static void inks_are_stencils(void **state)
{
    struct imitate_element element[2];
    struct imitate_request request = draw(element);
    struct buf list = {0};
    make(*state, &request);
    run_tool(*state, "pdfimages -list print.pdf", &list);
    assert_non_null(strstr(list.data, "stencil"));
    assert_null(strstr(list.data, "smask"));
    buf_finish(&list);
}

/* Grey print: the mark, which must be there and touch no element. */
static void is_marked_where_nothing_is_measured(void **state)
{
    struct imitate_element element[2];
    struct imitate_request request = draw(element);
    struct buf text = {0};
    struct page page;
    make(*state, &request);
    run_tool(*state, "pdftotext -f 2 -l 2 -raw print.pdf -", &text);
    assert_non_null(strstr(text.data, "PROEFDRUK / TEST PRINT · 22 november 2026 · van-dalen "
                                      "0123456789ab"));
    buf_finish(&text);
    render(*state, 3, &page);
    int grey = 0;
    for (int y = 0; y < page.h; y++)
        for (int x = 0; x < page.w; x++) {
            const uint8_t *rgb = page.pixel + ((size_t)y * (size_t)page.w + (size_t)x) * 3;
            double at[] = {x * 25.4 / RENDER_DPI, y * 25.4 / RENDER_DPI};
            if (rgb[0] > 128 || abs(rgb[0] - rgb[2]) > 8)
                continue;
            grey++;
            assert_false(at[0] > 147.5 && at[0] < 179 && at[1] > 87 && at[1] < 106);
        }
    assert_true(grey > 1000);
    buf_finish(&page.bytes);
}

static void says_how_to_print(void **state)
{
    static const char *const nl[] = {
        "100 %",   "minstens 5 afdrukken", "twee verschillende printers",
        "600 dpi", "220 × 110 mm",         "enrol van-dalen --imitations"};
    struct imitate_element element[2];
    struct imitate_request request = draw(element);
    struct buf text = {0};
    make(*state, &request);
    run_tool(*state, "pdftotext -f 1 -l 1 -raw print.pdf - | tr '\\n' ' '", &text);
    for (size_t i = 0; i < sizeof nl / sizeof *nl; i++)
        if (!strstr(text.data, nl[i]))
            fail_msg("not on the page: %s", nl[i]);
    buf_finish(&text);
    request.lang = "en";
    make(*state, &request);
    run_tool(*state, "pdftotext -f 1 -l 1 -raw print.pdf -", &text);
    assert_non_null(strstr(text.data, "Fit to page"));
    buf_finish(&text);
}

static void too_large_for_a4_is_refused(void **state)
{
    (void)state;
    struct imitate_element element[2];
    struct imitate_request request = draw(element);
    struct buf pdf = {0};
    struct err err = {""};
    request.size_mm[0] = 324;
    request.size_mm[1] = 229;
    request.paper = IMITATE_A4;
    assert_false(web_imitate(&request, &pdf, &err));
    assert_non_null(strstr(err.text, "does not fit on A4"));
    request.size_mm[0] = 0;
    assert_false(web_imitate(&request, &pdf, &err));
    assert_non_null(strstr(err.text, "cannot be printed"));
    assert_int_equal(pdf.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(elements_have_their_size_and_place, temp_setup,
                                        temp_teardown),
        cmocka_unit_test_setup_teardown(inks_are_stencils, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(is_marked_where_nothing_is_measured, temp_setup,
                                        temp_teardown),
        cmocka_unit_test_setup_teardown(says_how_to_print, temp_setup, temp_teardown),
        cmocka_unit_test(too_large_for_a4_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
