/* Bars of four states: published and independently encoded examples, misread bars, and drawn rows.
 */
#include "tests/unit/test_support.h"

#include "imaging/four_state.h"

#include <math.h>

#define DPI 300
#define PITCH 14 /* px: 1.19 mm */
#define WIDTH 7
#define HEAD 30  /* px above and below the tracker's band of 15 px */
#define REACH 22 /* of an ascender or descender beyond it */

/* KIX: POST's own example; Intelligent Mail: USPS-B-3200, figure 5; the others encoded with
 * zint 2.11. */
static const struct {
    const char *bars, *symbology, *text;
} examples[] = {
    {"TDAFTDFADTAFTDAFDAADFFTTTDAFDTAFFATDDFATFTFT", "kix", "1231FZ13XHS"},
    {"TDFADDAATTFFTTFFDAFTDAFTDTAFTTFFTDFADDAATTFF", "kix", "2500GG30250"},
    {"AFTFTFDTADTAFDTFAFTADTFADTDAFDADAADDAF", "rm4scc", "SN34RD1A"},
    {"AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA", "imb",
     "01234567094987654321-01234567891"},
    {"ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT", "imb",
     "01234567094987654321"},
    {"ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA", "imb",
     "01234567094987654321-012345678"},
    {"TTDTTATTDTAATTDTAATTDTAATTDTTDDAATAADDATAATDDFAFTDDTAADDDTAAFDFAFF", "mailmark_c",
     "1100000000000XY11"},
    {"DAATATTTADTAATTFADDDDTTFTFDDDDFFDFDAFTADDTFFTDDATADTFTTDA", NULL, NULL}, /* too few bars */
    {"DAATATTTADTAATTFADDDDTTFTFDDDDFFDFDAFTADDTFFTDDATADTTFATTDAFDTFDDA", "mailmark_c",
     "21B2254800659JW5O9QA6Y"},
    {"DTTFATTDDTATTTATFTDFFFTFDFDAFTTTADTTFDTFDDDTDFDDFTFAADTFDTDTDTFAATAFDDTAATTDTT", "mailmark_l",
     "41038422416563762EF61AH8T"},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

static void turn_round(const char *bars, char *ret)
{
    size_t n = strlen(bars);
    for (size_t i = 0; i < n; i++)
        ret[i] = bars[n - 1 - i] == 'A' ? 'D' : bars[n - 1 - i] == 'D' ? 'A' : bars[n - 1 - i];
    ret[n] = '\0';
}

static void examples_are_read_both_ways_round(void **state)
{
    (void)state;
    for (int i = 0; i < EXAMPLES; i++) {
        char turned[FOUR_STATE_BARS_MAX + 1];
        struct four_state_text text;
        if (!examples[i].symbology) {
            bool reads = four_state_decode(examples[i].bars, &text);
            assert_true(!reads || text.check == FOUR_STATE_FAILED);
            continue;
        }
        assert_true(four_state_decode(examples[i].bars, &text));
        assert_string_equal(text.symbology, examples[i].symbology);
        assert_string_equal(text.text, examples[i].text);
        assert_true(text.check != FOUR_STATE_FAILED && !text.turned);
        turn_round(examples[i].bars, turned);
        assert_true(four_state_decode(turned, &text));
        assert_string_equal(text.text, examples[i].text);
        assert_true(text.turned);
    }
}

/* Any one bar read wrongly, and any two neighbours exchanged: never another value. */
static void misread_bars_give_no_value(void **state)
{
    (void)state;
    static const char states[] = "FADT";
    struct four_state_text text;
    for (int i = 0; i < EXAMPLES; i++) {
        char bars[FOUR_STATE_BARS_MAX + 1];
        if (!examples[i].symbology)
            continue;
        strcpy(bars, examples[i].bars);
        for (size_t at = 0; bars[at]; at++)
            for (int k = 0; k < 4; k++) {
                char kept = bars[at];
                bars[at] = states[k];
                if (states[k] != kept && four_state_decode(bars, &text))
                    assert_int_equal(text.check, FOUR_STATE_FAILED);
                bars[at] = kept;
            }
    }
    assert_false(four_state_decode("", &text));
    assert_false(four_state_decode("TDAF", &text));
}

static void draw(const char *bars, int grey, struct image *ret)
{
    struct err err;
    int n = (int)strlen(bars);
    assert_ok(image_create(ret, n * PITCH + 80, 2 * HEAD + 15, 1, &err), &err);
    memset(ret->data, 235, (size_t)ret->width * (size_t)ret->height);
    ret->dpi_x = ret->dpi_y = DPI;
    for (int i = 0; i < n; i++) {
        bool up = bars[i] == 'F' || bars[i] == 'A', down = bars[i] == 'F' || bars[i] == 'D';
        for (int y = HEAD - (up ? REACH : 0); y < HEAD + 15 + (down ? REACH : 0); y++)
            memset(image_row(ret, y) + 40 + i * PITCH, grey, WIDTH);
    }
}

static void drawn_bars_are_measured(void **state)
{
    (void)state;
    for (int i = 0; i < EXAMPLES; i++) {
        struct image picture;
        struct four_state_bars bars;
        struct err err;
        draw(examples[i].bars, i % 2 ? 40 : 150, &picture);
        assert_ok(four_state_bars_read(&picture, &bars, &err), &err);
        assert_string_equal(bars.state, examples[i].bars);
        assert_false(bars.doubtful);
        assert_true(fabs(bars.pitch_px - PITCH) < 0.1);
        image_finish(&picture);
    }
}

/* A bar that ends half way is neither long nor short. */
static void a_bar_of_half_length_is_doubtful(void **state)
{
    (void)state;
    struct image picture;
    struct four_state_bars bars;
    struct err err;
    draw(examples[0].bars, 40, &picture);
    for (int y = HEAD - REACH / 2; y < HEAD; y++) /* the first bar is a tracker */
        memset(image_row(&picture, y) + 40, 40, WIDTH);
    assert_ok(four_state_bars_read(&picture, &bars, &err), &err);
    assert_true(bars.doubtful);
    image_finish(&picture);
}

static void other_rows_are_none(void **state)
{
    (void)state;
    struct image picture;
    struct four_state_bars bars;
    struct err err;
    draw("TDAFTDFADTAFTDAFDAAD", 40, &picture); /* too few */
    assert_ok(four_state_bars_read(&picture, &bars, &err), &err);
    assert_int_equal(bars.n, 0);
    image_finish(&picture);
    draw("", 40, &picture);
    assert_ok(four_state_bars_read(&picture, &bars, &err), &err);
    assert_int_equal(bars.n, 0);
    image_finish(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_read_both_ways_round),
        cmocka_unit_test(misread_bars_give_no_value),
        cmocka_unit_test(drawn_bars_are_measured),
        cmocka_unit_test(a_bar_of_half_length_is_doubtful),
        cmocka_unit_test(other_rows_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
