/* Print measurements against pictures whose roughness and screen are known. */
#include "classifier/check.h"
#include "tests/unit/test_support.h"

#include <math.h>

#define DPI 600.0
#define PX_UM (25400.0 / DPI)
#define PAPER 235
#define INK 60
#define SUPERSAMPLE 8
#define SLANT 0.07 /* px a row: every edge meets the pixels in all phases, as on a real scan */
#define CORRELATION_UM                                                                             \
    250.0 /* of the roughness along the edge: six pixels, so that they resolve it */

static uint32_t seed;

static double uniform(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) / 16777216.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(2 * M_PI * uniform());
}

/* Noise of unit variance along an edge, correlated over about `length` samples. */
static void edge_noise(double *ret, int n, double length)
{
    double keep = exp(-1 / length), value = normal();
    for (int i = 0; i < n; i++) {
        value = keep * value + sqrt(1 - keep * keep) * normal();
        ret[i] = value;
    }
}

/* Slanted bars 1.2 mm wide whose edges scatter by rough_um; every pixel is the mean of its area,
 * blurred as a scanner does, with noise. */
static void draw_bars(struct image *ret, double rough_um, double noise)
{
    enum { W = 700, H = 500, PITCH = 60, BAR = 28 };
    struct err err;
    struct image sharp = {0};
    assert_ok(image_create(&sharp, W, H, 3, &err), &err);
    memset(sharp.data, PAPER, sharp.stride * H);
    static double left[H * SUPERSAMPLE], right[H * SUPERSAMPLE];
    for (int bar = 0; bar < W / PITCH - 1; bar++) {
        double x0 = bar * PITCH + 6;
        edge_noise(left, H * SUPERSAMPLE, CORRELATION_UM / PX_UM * SUPERSAMPLE);
        edge_noise(right, H * SUPERSAMPLE, CORRELATION_UM / PX_UM * SUPERSAMPLE);
        for (int y = 0; y < H; y++)
            for (int x = bar * PITCH + (int)(SLANT * y);
                 x < (bar + 1) * PITCH + (int)(SLANT * y) && x < W; x++) {
                double inked = 0;
                for (int k = 0; k < SUPERSAMPLE; k++) {
                    double slant = SLANT * (y + (k + 0.5) / SUPERSAMPLE);
                    double a = x0 + slant + left[y * SUPERSAMPLE + k] * rough_um / PX_UM;
                    double b = x0 + slant + BAR + right[y * SUPERSAMPLE + k] * rough_um / PX_UM;
                    inked += fmax(0, fmin(x + 1, b) - fmax(x, a)) / SUPERSAMPLE;
                }
                bool inner = y > 20 && y < H - 20;
                for (int c = 0; c < 3; c++)
                    image_row(&sharp, y)[3 * x + c] =
                        (uint8_t)lround(PAPER - (inner ? inked : 0) * (PAPER - INK));
            }
    }
    assert_ok(cv_gauss(&sharp, 0.6, ret, &err), &err);
    image_finish(&sharp);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < 3 * W; x++) {
            double v = image_row(ret, y)[x] + noise * normal();
            image_row(ret, y)[x] = (uint8_t)lround(fmax(0, fmin(255, v)));
        }
}

struct bench {
    struct template_element data;
    struct element_model element;
    struct located located;
    struct print print;
};

/* A print whose template is `smooth` and whose scan is `seen`; both are taken over. */
static void bench_init(struct bench *bench, struct image *smooth, struct image *seen)
{
    struct err err;
    struct image strength = {0};
    memset(bench, 0, sizeof *bench);
    bench->data.dpi = DPI;
    bench->element.data = &bench->data;
    bench->element.picture = *smooth;
    const double paper[3] = {PAPER, PAPER, PAPER};
    assert_ok(ink_strength(smooth, paper, &strength, &err), &err);
    assert_ok(cv_threshold(&strength, (PAPER - INK) / 2.0, false, &bench->element.mask, &err),
              &err);
    image_finish(&strength);
    assert_ok(element_model_derive(&bench->element, &err), &err);
    bench->located.element = &bench->element;
    bench->located.state = ELEMENT_FOUND;
    bench->located.scale = 1;
    bench->print.located = &bench->located;
    bench->print.dpi = DPI;
    bench->print.same_dpi = true;
    bench->print.rgb = *seen;
    for (int c = 0; c < 3; c++)
        bench->print.paper_rgb[c] = PAPER;
    assert_ok(image_create(&bench->print.clear, seen->width, seen->height, 1, &err), &err);
    memset(bench->print.clear.data, 255, bench->print.clear.stride * (size_t)seen->height);
}

static void bench_finish(struct bench *bench)
{
    element_model_finish(&bench->element);
    print_finish(&bench->print);
}

static struct edges measured_edges(double rough_um)
{
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct edges edges;
    seed = 7;
    draw_bars(&smooth, 0, 0);
    draw_bars(&seen, rough_um, 1.5);
    bench_init(&bench, &smooth, &seen);
    assert_ok(edges_measure(&bench.print, &edges, &err), &err);
    bench_finish(&bench);
    return edges;
}

static void known_roughness_is_measured(void **state)
{
    (void)state;
    double floor = measured_edges(0).raggedness_um;
    assert_true(floor < 5);
    const double rough_um[] = {6, 10, 16};
    for (int i = 0; i < 3; i++) {
        struct edges edges = measured_edges(rough_um[i]);
        double seen = sqrt(edges.raggedness_um * edges.raggedness_um - floor * floor);
        assert_true(edges.n >= EDGES_MIN);
        /* Pixels and blur average the finest part of this noise away, a fifth of its spread. */
        if (seen < 0.72 * rough_um[i] || seen > 1.05 * rough_um[i])
            fail_msg("roughness %g um was measured as %g um", rough_um[i], seen);
    }
}

static void rougher_is_always_more(void **state)
{
    (void)state;
    double last = 0;
    for (double rough = 0; rough <= 20; rough += 4) {
        double seen = measured_edges(rough).raggedness_um;
        assert_true(seen > last);
        last = seen;
    }
}

static void nothing_is_said_of_covered_edges(void **state)
{
    (void)state;
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct edges edges;
    draw_bars(&smooth, 0, 0);
    draw_bars(&seen, 8, 1);
    bench_init(&bench, &smooth, &seen);
    memset(bench.print.clear.data, 0, bench.print.clear.stride * (size_t)bench.print.clear.height);
    assert_ok(edges_measure(&bench.print, &edges, &err), &err);
    assert_int_equal(edges.n, 0);
    bench_finish(&bench);
}

/* A solid of 20 x 16 mm, plain or built of a screen of `lines` an inch at `angle`. */
static void draw_solid(struct image *ret, double lines, double angle)
{
    enum { W = 480, H = 400, RIM = 20 };
    struct err err;
    assert_ok(image_create(ret, W, H, 3, &err), &err);
    double c = cos(angle * M_PI / 180), s = sin(angle * M_PI / 180), k = 2 * M_PI * lines / DPI;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            bool solid = x >= RIM && y >= RIM && x < W - RIM && y < H - RIM;
            double screen =
                lines > 0 ? 10 * (cos(k * (c * x + s * y)) + cos(k * (c * y - s * x))) : 0;
            double v = (solid ? INK + 40 + screen : PAPER) + 3 * normal();
            memset(image_row(ret, y) + 3 * x, (int)lround(fmax(0, fmin(255, v))), 3);
        }
}

static struct check_value screen_of(double lines, double angle)
{
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    seed = 11;
    draw_solid(&smooth, 0, 0);
    draw_solid(&seen, lines, angle);
    bench_init(&bench, &smooth, &seen);
    struct sheet_view view = {.located = &bench.located, .print = &bench.print};
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    assert_ok(check_screened_solid.run(&view, 0, &value, &err), &err);
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    bench_finish(&bench);
    return value;
}

static void known_screens_are_found(void **state)
{
    (void)state;
    double plain = screen_of(0, 0).value;
    const double lines[] = {106, 141, 175, 212}, angle[] = {45, 15, 75, 0};
    for (int i = 0; i < 4; i++) {
        struct check_value value = screen_of(lines[i], angle[i]);
        double seen = 0;
        assert_true(value.value > 4 * plain);
        assert_int_equal(sscanf(value.note, "strongest at %lf lines", &seen), 1);
        if (fabs(seen - lines[i]) > 4.7) /* one step of the spectrum */
            fail_msg("a screen of %g lines was seen at %g", lines[i], seen);
    }
}

/* A solid in which each pixel scatters by `grain` levels in all channels alike and by `colour` in
 * each of them for itself. */
static void draw_texture(struct image *ret, double grain, double colour)
{
    enum { W = 300, H = 200, RIM = 20 };
    struct err err;
    assert_ok(image_create(ret, W, H, 3, &err), &err);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            bool solid = x >= RIM && y >= RIM && x < W - RIM && y < H - RIM;
            double all = grain * normal();
            for (int c = 0; c < 3; c++) {
                double v = solid ? INK + all + colour * normal() : PAPER;
                image_row(ret, y)[3 * x + c] = (uint8_t)lround(fmax(0, fmin(255, v)));
            }
        }
}

/* Over the solid's left part of `covered` lies something; a stroke of a pen crosses it. */
static struct solids solids_of(double grain, double colour, double covered, bool crossed)
{
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct solids solids;
    seed = 3;
    draw_texture(&smooth, 0, 0);
    draw_texture(&seen, grain, colour);
    for (int y = 96; crossed && y < 104; y++)
        memset(image_row(&seen, y), 20, 3 * (size_t)seen.width);
    bench_init(&bench, &smooth, &seen);
    struct image over =
        image_view(&bench.print.clear, 0, 0, (int)(covered * seen.width), seen.height);
    for (int y = 0; y < over.height; y++)
        memset(image_row(&over, y), 0, (size_t)over.width);
    assert_ok(solids_measure(&bench.print, &solids, &err), &err);
    bench_finish(&bench);
    return solids;
}

static void assert_near(double seen, double wanted, double relative)
{
    if (fabs(seen - wanted) > relative * wanted)
        fail_msg("%g instead of %g", seen, wanted);
}

/* Of white noise, binomial 3 x 3 less the mean of 7 x 7 leaves sqrt(36/256 - 1/49). Contrast is the
 * largest drop of three channels: noise of their own adds up to 5 % to it. */
static void known_texture_is_measured(void **state)
{
    (void)state;
    const double gain = 100 * sqrt(36.0 / 256 - 1.0 / 49) / (PAPER - INK);
    for (double level = 4; level <= 16; level *= 2) {
        struct solids toner = solids_of(level, 0, 0, false), mixed = solids_of(0, level, 0, false);
        assert_near(toner.grain, gain * level, 0.05);
        assert_true(toner.colour < 0.02 * gain * level);
        assert_near(mixed.grain, gain * level / sqrt(3), 0.08);
        assert_near(mixed.colour, gain * level * sqrt(2), 0.08);
    }
}

static void what_lies_over_a_solid_is_not_its_texture(void **state)
{
    (void)state;
    struct solids bare = solids_of(6, 3, 0, false);
    struct solids crossed = solids_of(6, 3, 0, true), half = solids_of(6, 3, 0.5, false);
    assert_near(crossed.grain, bare.grain, 0.15);
    assert_near(crossed.colour, bare.colour, 0.15);
    assert_near(half.grain, bare.grain, 0.05);
    assert_true(half.n < bare.n);
    assert_int_equal(solids_of(6, 3, 0.8, false).n, 0);
}

static void strokes_without_core_say_nothing(void **state)
{
    (void)state;
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct solids solids;
    draw_texture(&smooth, 0, 0);
    for (int x = 0; x < smooth.width; x++) /* strokes of 0.13 mm stay */
        for (int y = 0; x % 8 > 2 && y < smooth.height; y++)
            memset(image_row(&smooth, y) + 3 * (ptrdiff_t)x, PAPER, 3);
    assert_ok(image_copy(&smooth, &seen, &err), &err);
    bench_init(&bench, &smooth, &seen);
    assert_ok(solids_measure(&bench.print, &solids, &err), &err);
    assert_int_equal(solids.n, 0);
    bench_finish(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_roughness_is_measured),
        cmocka_unit_test(rougher_is_always_more),
        cmocka_unit_test(nothing_is_said_of_covered_edges),
        cmocka_unit_test(known_screens_are_found),
        cmocka_unit_test(known_texture_is_measured),
        cmocka_unit_test(what_lies_over_a_solid_is_not_its_texture),
        cmocka_unit_test(strokes_without_core_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
