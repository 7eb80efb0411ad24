/* Codes drawn by the test (Code 128, ITF) and by the libraries that write them (QR, Data Matrix).
 */
#include "tests/unit/test_support.h"

#include <dmtx.h>
#include <qrencode.h>

#include "imaging/codes.h"
#include "schemas/base/clock.h"

#include <math.h>

#define DPI 200
#define PAGE_W 1300
#define PAGE_H 800
#define FOUND_MAX 8

static struct image blank_page(void)
{
    struct image page = {0};
    struct err err;
    assert_ok(image_create(&page, PAGE_W, PAGE_H, 1, &err), &err);
    memset(page.data, 235, (size_t)PAGE_W * PAGE_H);
    page.dpi_x = page.dpi_y = DPI;
    return page;
}

static void fill(struct image *page, int x, int y, int w, int h)
{
    for (int row = y; row < y + h; row++)
        memset(image_row(page, row) + x, 30, (size_t)w);
}

/* widths: digits, bar and gap in turn, in modules. */
static void draw_bars(struct image *page, const char *widths, int x, int y, int module, int height)
{
    for (int i = 0; widths[i]; i++) {
        int w = (widths[i] - '0') * module;
        if (i % 2 == 0)
            fill(page, x, y, w, height);
        x += w;
    }
}

/* Bars and gaps of the values 0..102; in set B value = character - 32 (ISO 15417, table 1). */
static const char *const code128_widths[103] = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131",
};

static void draw_code128(struct image *page, const char *text, int x, int y)
{
    char widths[400] = "211214"; /* start B */
    int sum = 104;
    for (int i = 0; text[i]; i++) {
        sum += (i + 1) * (text[i] - 32);
        strcat(widths, code128_widths[text[i] - 32]);
    }
    strcat(widths, code128_widths[sum % 103]);
    strcat(widths, "2331112"); /* stop */
    draw_bars(page, widths, x, y, 3, 90);
}

static void draw_itf(struct image *page, const char *digits, int x, int y)
{
    static const char *const wide[] = {"11331", "31113", "13113", "33111", "11313",
                                       "31311", "13311", "11133", "31131", "13131"};
    char widths[400] = "1111";
    for (int i = 0; digits[i]; i += 2)
        for (int k = 0; k < 5; k++) {
            char pair[3] = {wide[digits[i] - '0'][k], wide[digits[i + 1] - '0'][k], '\0'};
            strcat(widths, pair);
        }
    strcat(widths, "311");
    draw_bars(page, widths, x, y, 3, 90);
}

static void draw_qr(struct image *page, const char *text, int x, int y, int module)
{
    QRcode *qr = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    assert_non_null(qr);
    for (int row = 0; row < qr->width; row++)
        for (int col = 0; col < qr->width; col++)
            if (qr->data[row * qr->width + col] & 1)
                fill(page, x + col * module, y + row * module, module, module);
    QRcode_free(qr);
}

static void draw_matrix(struct image *page, const char *bytes, int n, int size, int x, int y,
                        int module)
{
    DmtxEncode *encode = dmtxEncodeCreate();
    dmtxEncodeSetProp(encode, DmtxPropSizeRequest, size);
    dmtxEncodeSetProp(encode, DmtxPropPixelPacking, DmtxPack8bppK);
    dmtxEncodeSetProp(encode, DmtxPropModuleSize, module);
    dmtxEncodeSetProp(encode, DmtxPropMarginSize, 0);
    dmtxEncodeSetProp(encode, DmtxPropScheme, DmtxSchemeBase256);
    unsigned char copy[64];
    memcpy(copy, bytes, (size_t)n);
    assert_int_equal(dmtxEncodeDataMatrix(encode, n, copy), DmtxPass);
    for (int row = 0; row < encode->image->height; row++) /* the encoder counts rows from below */
        for (int col = 0; col < encode->image->width; col++)
            if (encode->image->pxl[row * encode->image->rowSizeBytes + col] < 128)
                fill(page, x + col, y + row, 1, 1);
    dmtxEncodeDestroy(&encode);
}

static void add_noise(struct image *page, unsigned seed)
{
    for (size_t i = 0; i < (size_t)PAGE_W * PAGE_H; i++) {
        seed = seed * 1664525u + 1013904223u;
        page->data[i] = (uint8_t)(page->data[i] + (int)(seed >> 28) - 8);
    }
}

static int read_up_to(const struct image *page, int deadline_ms, struct code_found *found, int max)
{
    int n = -1;
    struct err err;
    struct side side;
    assert_ok(side_prepare(page, &side, &err), &err);
    assert_ok(codes_read(&side, deadline_ms, found, max, &n, &err), &err);
    side_finish(&side);
    return n;
}

static int read_page(const struct image *page, struct code_found found[FOUND_MAX])
{
    return read_up_to(page, 20000, found, FOUND_MAX);
}

static void box_is_near(const struct code_found *found, double x, double y, double w, double h)
{
    double box[4];
    for (int i = 0; i < 4; i++)
        box[i] = found->box_mm[i] * DPI / 25.4;
    double cx = box[0] + box[2] / 2, cy = box[1] + box[3] / 2;
    assert_true(cx > x && cx < x + w && cy > y && cy < y + h);
    assert_true(box[2] <= w * 1.3 && box[3] <= h * 1.3);
}

static void reads_each_symbology(void **state)
{
    (void)state;
    struct code_found found[FOUND_MAX];
    struct image page = blank_page();
    draw_code128(&page, "RB123456785GB", 100, 120);
    add_noise(&page, 1);
    assert_int_equal(read_page(&page, found), 1);
    assert_string_equal(found[0].symbology, "code128");
    assert_string_equal(found[0].text, "RB123456785GB");
    image_finish(&page);

    page = blank_page();
    draw_qr(&page, "https://example.org/a", 700, 300, 5);
    add_noise(&page, 2);
    assert_int_equal(read_page(&page, found), 1);
    assert_string_equal(found[0].symbology, "qr");
    box_is_near(&found[0], 700, 300, 130, 130);
    image_finish(&page);
}

static void itf_needs_length_and_check_digit(void **state)
{
    (void)state;
    static const struct {
        const char *digits;
        int n;
        enum code_check check;
    } cases[] = {
        {"21348075016401", 1, CODE_CHECK_OK},     /* Leitcode */
        {"563102430313", 1, CODE_CHECK_OK},       /* Identcode */
        {"21348075016402", 1, CODE_CHECK_FAILED}, /* wrong check digit: told as such */
        {"1234567890", 0, CODE_CHECK_NONE},       /* wrong length */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct code_found found[FOUND_MAX];
        struct image page = blank_page();
        draw_itf(&page, cases[i].digits, 120, 200);
        add_noise(&page, 3);
        assert_int_equal(read_page(&page, found), cases[i].n);
        if (cases[i].n) {
            assert_string_equal(found[0].text, cases[i].digits);
            assert_int_equal(found[0].check, cases[i].check);
        }
        image_finish(&page);
    }
}

static void reads_postal_data_matrix_among_text(void **state)
{
    (void)state;
    static const char payload[] = "DEA\x35\x01\xff\x00stamp";
    struct code_found found[FOUND_MAX];
    struct image page = blank_page();
    draw_matrix(&page, payload, sizeof payload - 1, DmtxSymbol16x48, 900, 60, 4);
    for (int line = 0; line < 6; line++) /* strokes as of text: many edges across, few dark */
        for (int x = 100; x < 700; x += 11)
            fill(&page, x, 400 + 40 * line, 3, 20);
    add_noise(&page, 4);
    assert_int_equal(read_page(&page, found), 1);
    assert_string_equal(found[0].symbology, "datamatrix");
    assert_string_equal(found[0].text, "DEA5\\x01\\xff\\x00stamp");
    box_is_near(&found[0], 900, 60, 192, 64);
    image_finish(&page);
}

/* Bars of a row along any direction: each a turned rectangle. */
static void draw_turned(struct image *page, const char *bars, double cx, double cy,
                        double angle_deg)
{
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180), pitch = 9.4,
           n = (double)strlen(bars);
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++) {
            double u = c * (x + 0.5 - cx) + s * (y + 0.5 - cy) + n * pitch / 2;
            double v = c * (y + 0.5 - cy) - s * (x + 0.5 - cx);
            if (u < 0 || u >= n * pitch || fmod(u, pitch) > 4.6)
                continue;
            char bar = bars[(int)(u / pitch)];
            double up = bar == 'F' || bar == 'A' ? 20 : 5, down = bar == 'F' || bar == 'D' ? 20 : 5;
            if (v > -up && v < down)
                image_row(page, y)[x] = 40;
        }
}

static void reads_bars_of_four_states_at_any_angle(void **state)
{
    (void)state;
    static const double angles[] = {0, 33, 71.5, 90, 128, 180, 244, 301};
    for (size_t i = 0; i < sizeof angles / sizeof *angles; i++) {
        struct code_found found[FOUND_MAX];
        struct image page = blank_page();
        draw_turned(&page, "TDAFTDFADTAFTDAFDAADFFTTTDAFDTAFFATDDFATFTFT", 640, 400, angles[i]);
        add_noise(&page, 7);
        assert_int_equal(read_page(&page, found), 1);
        assert_string_equal(found[0].symbology, "kix");
        assert_string_equal(found[0].text, "1231FZ13XHS");
        image_finish(&page);
    }
}

/* The check character of RM4SCC is wrong: told, with the bars instead of an address. */
static void a_failed_check_is_told(void **state)
{
    (void)state;
    struct code_found found[FOUND_MAX];
    struct image page = blank_page();
    draw_turned(&page, "AFTFTFDTADTAFDTFAFTADTFADTDAFDADADADAF", 640, 400, 12);
    assert_int_equal(read_page(&page, found), 1);
    assert_string_equal(found[0].symbology, "rm4scc");
    assert_int_equal(found[0].check, CODE_CHECK_FAILED);
    assert_string_equal(found[0].text, "AFTFTFDTADTAFDTFAFTADTFADTDAFDADADADAF");
    image_finish(&page);
}

/* Bars of another colour, or too few, are none of a sorting machine's. */
static void orange_bars_are_noted(void **state)
{
    (void)state;
    static const struct {
        uint8_t rgb[3];
        int bars, found;
    } cases[] = {
        {{240, 130, 60}, 14, 1}, {{40, 40, 40}, 14, 0},  {{235, 225, 60}, 14, 0},
        {{200, 40, 50}, 14, 0},  {{240, 130, 60}, 5, 0},
    };
    for (int turned = 0; turned < 2; turned++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct code_found found[FOUND_MAX];
            struct image page = {0};
            struct err err;
            assert_ok(image_create(&page, PAGE_W, PAGE_H, 3, &err), &err);
            memset(page.data, 240, (size_t)PAGE_W * PAGE_H * 3);
            page.dpi_x = page.dpi_y = DPI;
            for (int b = 0; b < cases[i].bars; b++)
                for (int u = 0; u < 36; u++)
                    for (int v = 0; v < 4; v++) {
                        int x = turned ? 60 + u : 600 + 17 * b + (b % 3) * 17 + v;
                        int y = turned ? 200 + 17 * b + (b % 3) * 17 + v : 700 + u;
                        memcpy(image_row(&page, y) + 3 * x, cases[i].rgb, 3);
                    }
            assert_int_equal(read_page(&page, found), cases[i].found);
            if (cases[i].found)
                assert_string_equal(found[0].symbology, "sorting_bars");
            image_finish(&page);
        }
}

static void finds_several_up_to_max(void **state)
{
    (void)state;
    struct code_found found[FOUND_MAX];
    struct image page = blank_page();
    draw_qr(&page, "one", 100, 100, 5);
    draw_qr(&page, "two", 700, 100, 5);
    draw_matrix(&page, "three", 5, DmtxSymbol16x16, 400, 500, 6);
    assert_int_equal(read_page(&page, found), 3);
    assert_int_equal(read_up_to(&page, 20000, found, 2), 2);
    image_finish(&page);
}

static void nothing_on_blank_and_noisy_pages(void **state)
{
    (void)state;
    struct code_found found[FOUND_MAX];
    struct image page = blank_page();
    add_noise(&page, 5);
    assert_int_equal(read_page(&page, found), 0);
    unsigned seed = 6;
    for (size_t i = 0; i < (size_t)PAGE_W * PAGE_H; i++) {
        seed = seed * 1664525u + 1013904223u;
        page.data[i] = seed >> 31 ? 255 : 0; /* looks like one endless matrix */
    }
    double start = clock_mono_s();
    assert_int_equal(read_up_to(&page, 300, found, FOUND_MAX), 0);
    assert_true(clock_mono_s() - start < 20); /* it ends; how fast is the bench's matter */
    image_finish(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_each_symbology),
        cmocka_unit_test(itf_needs_length_and_check_digit),
        cmocka_unit_test(reads_postal_data_matrix_among_text),
        cmocka_unit_test(reads_bars_of_four_states_at_any_angle),
        cmocka_unit_test(a_failed_check_is_told),
        cmocka_unit_test(orange_bars_are_noted),
        cmocka_unit_test(finds_several_up_to_max),
        cmocka_unit_test(nothing_on_blank_and_noisy_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
