/* Halftone screens drawn ink by ink: found with their frequency, angle and kind, and told from
 * those of other printers. */
#include "classifier/check.h"
#include "classifier/screens_compare.h"
#include "tests/unit/test_support.h"

#include <math.h>

#define DPI 600.0
#define FINE 4 /* samples a pixel each way: 2400 an inch, as plates are exposed */
#define W 360  /* px: a solid of 15 x 12 mm */
#define H 288
#define RIM 24
#define PAPER 235.0
#define SOFT 0.9 /* px of blur: print and scanner */

struct drawn_ink {
    double lines, degrees, tone;
    bool as_lines;
    double pass[3]; /* share of red, green, blue that it lets through */
    double dx, dy;  /* px out of register */
};
#define CYAN                                                                                       \
    {                                                                                              \
        0.1, 0.6, 0.85                                                                             \
    }
#define MAGENTA                                                                                    \
    {                                                                                              \
        0.85, 0.15, 0.45                                                                           \
    }
#define YELLOW                                                                                     \
    {                                                                                              \
        0.95, 0.85, 0.2                                                                            \
    }
#define BLACK                                                                                      \
    {                                                                                              \
        0.1, 0.1, 0.1                                                                              \
    }

struct drawn_print {
    struct drawn_ink ink[4]; /* those with a tone */
    double noise;            /* levels */
    double bars; /* px: the print is strokes of this width instead of a solid; 0 a solid */
    double thin; /* px that strokes lack on each side of the template's, from row to row up to half
                    as much again */
};

static uint64_t seed;

static double uniform(void)
{
    static const uint64_t golden = 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = (seed += golden);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(2 * M_PI * uniform());
}

/* Thin strokes lie as uneven as letters do. */
static bool in_print(const struct drawn_print *sheet, double x, double y, double thin)
{
    bool solid = x >= RIM && y >= RIM && x < W - RIM && y < H - RIM;
    double along = fmod(x + 3 * sheet->thin * sin(x * x / 3000), 2.5 * sheet->bars);
    return solid && (sheet->bars <= 0 || (along >= thin && along < sheet->bars - thin));
}

/* Whether the ink lies at x, y (px): round dots, holes above one half, or lines. */
static bool is_inked(const struct drawn_ink *ink, double x, double y)
{
    double a = ink->degrees * M_PI / 180, k = ink->lines / DPI;
    double u = ((x + ink->dx) * cos(a) + (y + ink->dy) * sin(a)) * k;
    double v = ((y + ink->dy) * cos(a) - (x + ink->dx) * sin(a)) * k;
    u -= floor(u) + 0.5;
    v -= floor(v) + 0.5;
    if (ink->as_lines)
        return fabs(u) < ink->tone / 2;
    if (ink->tone <= 0.5)
        return u * u + v * v < ink->tone / M_PI;
    u = fabs(u) - 0.5;
    v = fabs(v) - 0.5;
    return u * u + v * v >= (1 - ink->tone) / M_PI;
}

/* Light that comes back at one sample, 255 from bare paper. */
static void light_at(const struct drawn_print *sheet, int x, int y, uint8_t ret[3])
{
    double through[3] = {255, 255, 255}, u = (x + 0.5) / FINE, v = (y + 0.5) / FINE;
    double thin = sheet->thin * (1 + 0.5 * sin(v * v / 60));
    for (int i = 0; i < 4 && in_print(sheet, u, v, thin); i++)
        for (int c = 0; c < 3 && sheet->ink[i].tone > 0 && is_inked(&sheet->ink[i], u, v); c++)
            through[c] *= sheet->ink[i].pass[c];
    for (int c = 0; c < 3; c++)
        ret[c] = (uint8_t)lround(through[c]);
}

/* Blurred before it is scanned, or lines finer than pixels would come back as coarser ones. */
static void draw(const struct drawn_print *sheet, struct image *ret)
{
    struct err err;
    struct image sharp = {0}, soft = {0};
    assert_ok(image_create(&sharp, FINE * W, FINE * H, 3, &err), &err);
    for (int y = 0; y < FINE * H; y++)
        for (int x = 0; x < FINE * W; x++)
            light_at(sheet, x, y, image_row(&sharp, y) + 3 * x);
    assert_ok(cv_gauss(&sharp, FINE * SOFT, &soft, &err), &err);
    assert_ok(image_create(ret, W, H, 3, &err), &err);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < 3 * W; x++) {
            int at = 3 * (x / 3) * FINE + x % 3;
            double light = image_row(&soft, y * FINE)[at] / 255.0;
            double v = PAPER * pow(light, 1 / 2.2) + sheet->noise * normal(); /* scanner levels */
            image_row(ret, y)[x] = (uint8_t)lround(fmax(0, fmin(255, v)));
        }
    image_finish(&sharp);
    image_finish(&soft);
}

static void print_mask(const struct drawn_print *sheet, struct image *ret)
{
    struct err err;
    assert_ok(image_create(ret, W, H, 1, &err), &err);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            image_row(ret, y)[x] = in_print(sheet, x + 0.5, y + 0.5, 0) ? 255 : 0;
}

/* As the checks have it: through an element of that mask. */
static struct screens screens_of(const struct drawn_print *sheet)
{
    struct err err;
    struct template_element data = {.dpi = DPI};
    struct element_model element = {.data = &data};
    struct located located = {.element = &element, .state = ELEMENT_FOUND, .scale = 1};
    struct print print = {.located = &located, .dpi = DPI, .same_dpi = true};
    struct screens screens;
    draw(sheet, &print.rgb);
    print_mask(sheet, &element.mask);
    assert_ok(image_create(&print.clear, W, H, 1, &err), &err);
    memset(print.clear.data, 255, print.clear.stride * H);
    assert_ok(screens_measure(&print, &screens, &err), &err);
    image_finish(&element.mask);
    print_finish(&print);
    return screens;
}

static const struct print_screen *nearest(const struct screens *screens, double lines,
                                          double degrees, enum screen_kind kind)
{
    struct print_screen wanted = {.kind = kind, .lines = lines, .degrees = degrees};
    const struct print_screen *ret = NULL;
    double least = HUGE_VAL;
    for (int i = 0; i < screens->n; i++)
        if (screens_apart(&screens->screen[i], &wanted) < least) {
            least = screens_apart(&screens->screen[i], &wanted);
            ret = &screens->screen[i];
        }
    return ret;
}

/* Within one percent and one degree, of the right kind. */
static const struct print_screen *assert_has(const struct screens *screens,
                                             const struct drawn_ink *ink)
{
    enum screen_kind kind = ink->as_lines ? SCREEN_LINES : SCREEN_DOTS;
    const struct print_screen *found = nearest(screens, ink->lines, ink->degrees, kind);
    double period = ink->as_lines ? 180 : 90;
    if (!found || found->kind != kind || fabs(found->lines - ink->lines) > 0.01 * ink->lines ||
        fabs(remainder(found->degrees - ink->degrees, period)) > 1)
        fail_msg("%g lines at %g degrees were not found", ink->lines, ink->degrees);
    return found;
}

static void known_screens_are_found(void **state)
{
    (void)state;
    const double lines[] = {106, 141, 150, 175, 212}, degrees[] = {45, 18.4, 75, 15, 30};
    for (int i = 0; i < 5; i++)
        for (int as_lines = 0; as_lines < 2; as_lines++) {
            seed = 3;
            struct drawn_print sheet = {
                .noise = 2,
                .ink = {{lines[i], degrees[i], 0.4, .as_lines = as_lines, .pass = BLACK}}};
            struct screens screens = screens_of(&sheet);
            assert_has(&screens, &sheet.ink[0]);
            assert_int_equal(screens.n, 1); /* harmonics are not counted */
        }
}

static const struct drawn_print offset = {.noise = 2,
                                          .ink = {{150, 15, 0.5, .pass = CYAN},
                                                  {150, 75, 0.65, .pass = MAGENTA},
                                                  {150, 0, 0.4, .pass = YELLOW}}};

static void inks_are_told_apart(void **state)
{
    (void)state;
    seed = 4;
    struct screens screens = screens_of(&offset);
    for (int i = 0; i < 3; i++) /* each shows in the channel that its ink absorbs */
        assert_int_equal(assert_has(&screens, &offset.ink[i])->channel, i);
}

static void noise_and_strokes_are_no_screen(void **state)
{
    (void)state;
    for (int bars = 0; bars <= 30; bars += 15)
        for (int i = 0; i < 10; i++) {
            seed = (uint64_t)(100 * bars + i);
            struct drawn_print sheet = {
                .noise = 4, .bars = bars, .thin = i % 5, .ink = {{1, 0, 1.0, .pass = MAGENTA}}};
            struct screens screens = screens_of(&sheet);
            assert_true(screens_show(&screens));
            assert_int_equal(screens.n, 0);
        }
}

/* Another run of the same plates: density, dot gain, register and the scan's noise differ. */
static struct drawn_print rerun(unsigned run)
{
    struct drawn_print ret = offset;
    seed = 1000 + run;
    for (int i = 0; i < 3; i++) {
        ret.ink[i].tone += 0.06 * (2 * uniform() - 1);
        ret.ink[i].dx = 1.2 * normal();
        ret.ink[i].dy = 1.2 * normal();
    }
    ret.noise = 1.5 + 2 * uniform();
    return ret;
}

enum { SAMPLES = 5 };

static void learn_offset(struct screens_learnt *ret)
{
    struct screens sample[SAMPLES];
    for (unsigned i = 0; i < SAMPLES; i++) {
        struct drawn_print sheet = rerun(i);
        sample[i] = screens_of(&sheet);
    }
    screens_learn(sample, SAMPLES, -1, DPI, ret);
    assert_int_equal(ret->n_looked, SAMPLES);
    for (int i = 0; i < ret->n; i++)
        assert_true(ret->learnt[i].sd_lines < 2);
}

static double shared(const struct drawn_print *sheet, const struct screens_learnt *genuine)
{
    const struct print_screen *other;
    double share = 0;
    struct screens screens = screens_of(sheet);
    assert_true(screens_shared(&screens, genuine, DPI, &share, &other));
    assert_true(share > 0.99 || other || screens.n < genuine->n);
    return share;
}

static void another_run_is_the_same_and_another_printer_is_not(void **state)
{
    (void)state;
    struct screens_learnt genuine;
    learn_offset(&genuine);
    for (unsigned run = 20; run < 26; run++) {
        struct drawn_print sheet = rerun(run);
        assert_true(shared(&sheet, &genuine) > 0.8);
    }
    struct drawn_print laser = offset, as_lines = offset, none = {.noise = 2};
    none.ink[0] = (struct drawn_ink){1, 0, 1.0, .pass = MAGENTA};
    for (int i = 0; i < 3; i++) {
        laser.ink[i].lines = 170;
        as_lines.ink[i].as_lines = true; /* of the very same frequency and angle */
    }
    assert_true(shared(&laser, &genuine) < 0.2);
    assert_true(shared(&as_lines, &genuine) < 0.2);
    assert_true(shared(&none, &genuine) < 0.2);
}

static double of_a_printer(const struct drawn_print *sheet)
{
    const struct print_screen *one;
    double share = -1;
    struct screens screens = screens_of(sheet);
    assert_true(screens_of_a_printer(&screens, 1, &share, &one));
    assert_true((share > 0) == (one != NULL));
    return share;
}

/* Cells of 3 x 1 and 1 x 3 points of 600, and of 5 x 5 and 7 x 1 points of 1200 an inch; what
 * plates hold at the usual angles does not fit, but yellow at 0 degrees. */
static void a_raster_is_told_from_a_plate(void **state)
{
    (void)state;
    const double corner = 180 / M_PI * atan2(1, 3);
    struct drawn_print laser = {.noise = 2,
                                .ink = {{600 / sqrt(10), corner, 0.5, .pass = CYAN},
                                        {600 / sqrt(10), 90 - corner, 0.6, .pass = MAGENTA}}};
    struct drawn_print fine = {.noise = 2, .ink = {{1200 / sqrt(50), 45, 0.5, .pass = BLACK}}};
    struct drawn_print plate = {.noise = 2,
                                .ink = {{175, 15, 0.5, .pass = CYAN},
                                        {175, 75, 0.6, .pass = MAGENTA},
                                        {175, 0, 0.4, .pass = YELLOW}}};
    struct drawn_print lines = offset;
    for (int i = 0; i < 3; i++)
        lines.ink[i].as_lines = true;
    seed = 8;
    assert_true(of_a_printer(&laser) > 0.7); /* the rest is a beat of the two inks */
    assert_true(of_a_printer(&fine) > 0.9);
    assert_true(of_a_printer(&lines) > 0.9);
    assert_true(of_a_printer(&plate) < 0.1);
    assert_true(of_a_printer(&offset) < 0.1);
}

static void narrow_print_says_nothing(void **state)
{
    (void)state;
    seed = 9;
    struct drawn_print narrow = {.noise = 2, .bars = 10, .ink = {{1, 0, 1.0, .pass = BLACK}}};
    struct screens screens = screens_of(&narrow);
    const struct screens_learnt none = {.n_looked = SAMPLES};
    const struct print_screen *one;
    double share;
    assert_false(screens_shared(&screens, &none, DPI, &share, &one));
    assert_false(screens_of_a_printer(&screens, 1, &share, &one));
}

static struct check_value checked(const struct check *check, const struct screens *screens,
                                  const struct screens_learnt *genuine, double dpi)
{
    struct err err;
    struct template_element data = {.dpi = dpi, .screens = *genuine};
    struct element_model element = {.data = &data};
    struct located located = {.element = &element, .state = ELEMENT_FOUND, .scale = 1};
    struct print print = {.located = &located, .dpi = dpi, .same_dpi = true};
    struct sheet_view view = {.located = &located, .print = &print, .screens = screens};
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    assert_ok(check->run(&view, 0, &value, &err), &err);
    return value;
}

/* Also when an old template learnt no screens, the scan is coarse, or a label covers most of it. */
static void the_checks_tell_what_they_can(void **state)
{
    (void)state;
    const struct check *pattern = &check_screen_pattern, *printer = &check_screen_printer;
    const struct screens_learnt old = {0}, genuine = {.n_looked = SAMPLES,
                                                      .n = 1,
                                                      .learnt = {{{SCREEN_DOTS, 0, 150, 15, 900},
                                                                  .sd_lines = 0.2,
                                                                  .n_seen = SAMPLES}}};
    struct screens seen = {.area_mm2 = 90,
                           .broad_mm2 = 80,
                           .open = 1,
                           .n = 1,
                           .screen = {{SCREEN_LINES, 0, 150, 15, 900}}};
    struct check_value value = checked(pattern, &seen, &genuine, DPI);
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    assert_true(value.value == 0 && value.has_detail && value.detail[0] == 150);
    assert_non_null(strstr(value.note, "lines at 150"));
    assert_non_null(strstr(value.note, "dots at 150"));
    assert_int_equal(checked(pattern, &seen, &old, DPI).outcome, OUTCOME_UNMEASURABLE);
    assert_int_equal(checked(pattern, &seen, &genuine, 300).outcome, OUTCOME_UNMEASURABLE);
    value = checked(printer, &seen, &old, DPI);
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    assert_true(value.value == 1);
    assert_int_equal(checked(printer, &seen, &old, 300).outcome, OUTCOME_UNMEASURABLE);
    seen.screen[0].kind = SCREEN_DOTS;
    assert_true(checked(pattern, &seen, &genuine, DPI).value == 1);
    assert_true(checked(printer, &seen, &genuine, DPI).value == 0);
    seen.open = 0.2;
    assert_int_equal(checked(pattern, &seen, &genuine, DPI).outcome, OUTCOME_UNMEASURABLE);
    assert_int_equal(checked(printer, &seen, &genuine, DPI).outcome, OUTCOME_UNMEASURABLE);
}

/* Learning leaves out what is covered, and what too few samples show. */
static void a_covered_sample_teaches_nothing(void **state)
{
    (void)state;
    struct screens_learnt learnt;
    struct screens sample[SAMPLES] = {{0}};
    for (int i = 0; i < SAMPLES; i++)
        sample[i] = (struct screens){
            .area_mm2 = 100, .open = 1, .n = 1, .screen = {{SCREEN_DOTS, 0, 150 + i % 2, 15, 500}}};
    sample[0].open = 0.2;
    sample[0].screen[0].lines = 90;
    sample[4].screen[0].lines = 120;
    screens_learn(sample, SAMPLES, -1, DPI, &learnt);
    assert_int_equal(learnt.n_looked, 4);
    assert_int_equal(learnt.n, 1);
    assert_int_equal(learnt.learnt[0].n_seen, 3);
    assert_true(fabs(learnt.learnt[0].screen.lines - 150.67) < 0.1);
    screens_learn(sample, SAMPLES, 1, DPI, &learnt);
    assert_int_equal(learnt.learnt[0].n_seen, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_screens_are_found),
        cmocka_unit_test(inks_are_told_apart),
        cmocka_unit_test(noise_and_strokes_are_no_screen),
        cmocka_unit_test(another_run_is_the_same_and_another_printer_is_not),
        cmocka_unit_test(a_raster_is_told_from_a_plate),
        cmocka_unit_test(narrow_print_says_nothing),
        cmocka_unit_test(the_checks_tell_what_they_can),
        cmocka_unit_test(a_covered_sample_teaches_nothing),
    };
    return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
