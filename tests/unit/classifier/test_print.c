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

static uint64_t seed;

static void assert_near(double seen, double wanted, double relative)
{
    if (fabs(seen - wanted) > relative * wanted)
        fail_msg("%g instead of %g", seen, wanted);
}

static double uniform(void)
{
    static const uint64_t golden =
        0x9e3779b97f4a7c15u; /* splitmix64: independent from draw to draw */
    uint64_t z = (seed += golden);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(2 * M_PI * uniform());
}

/* How an edge departs from its line. */
struct edge_print {
    double rough_um; /* sd */
    double wave_um;  /* 0: many scales (CORRELATION_UM); else smooth waves of about this length and
                        more */
    double step_px;  /* of the raster it is set on; 0: none */
    double satellites; /* dark specks in a pixel of the 0.1-0.3 mm beside it, chance */
    double noise;      /* of the scan, levels */
};

/* Gaussian correlation, the filter's sd in samples; mean 0 and variance 1 of what is returned. */
static void smooth_noise(double *ret, int n, double sd)
{
    int reach = (int)(3 * sd);
    double *white = malloc((size_t)(n + 2 * reach) * sizeof *white), sum = 0, square = 0;
    assert_non_null(white);
    for (int i = 0; i < n + 2 * reach; i++)
        white[i] = normal();
    for (int i = 0; i < n; i++) {
        ret[i] = 0;
        for (int k = -reach; k <= reach; k++)
            ret[i] += exp(-0.5 * k * k / (sd * sd)) * white[i + reach + k];
        sum += ret[i];
        square += ret[i] * ret[i];
    }
    for (int i = 0; i < n; i++)
        ret[i] = (ret[i] - sum / n) / sqrt(square / n - sum * sum / n / n);
    free(white);
}

/* Noise of unit variance along an edge, correlated over about `length` samples. */
static void scattered_noise(double *ret, int n, double length)
{
    double keep = exp(-1 / length), value = normal();
    for (int i = 0; i < n; i++) {
        value = keep * value + sqrt(1 - keep * keep) * normal();
        ret[i] = value;
    }
}

static void edge_noise(double *ret, int n, const struct edge_print *how)
{
    if (how->wave_um > 0)
        smooth_noise(ret, n, how->wave_um / PX_UM * SUPERSAMPLE / (2 * M_PI));
    else
        scattered_noise(ret, n, CORRELATION_UM / PX_UM * SUPERSAMPLE);
}

static double on_raster(double x, double step)
{
    return step > 0 ? round(x / step) * step : x;
}

static void add_specks(struct image *picture, double x, int y, double chance)
{
    for (double off = 2.5; off < 7; off++)
        if (uniform() < chance)
            memset(image_row(picture, y) + 3 * (ptrdiff_t)lround(x - off), PAPER - 30, 3);
}

/* Slanted bars 1.2 mm wide; every pixel is the mean of its area, blurred as a scanner does. */
static void draw_bars(struct image *ret, const struct edge_print *how)
{
    enum { W = 700, H = 500, PITCH = 60, BAR = 28 };
    struct err err;
    struct image sharp = {0};
    assert_ok(image_create(&sharp, W, H, 3, &err), &err);
    memset(sharp.data, PAPER, sharp.stride * H);
    static double left[H * SUPERSAMPLE], right[H * SUPERSAMPLE];
    for (int bar = 0; bar < W / PITCH - 1; bar++) {
        double x0 = bar * PITCH + 16, rough = how->rough_um / PX_UM;
        edge_noise(left, H * SUPERSAMPLE, how);
        edge_noise(right, H * SUPERSAMPLE, how);
        for (int y = 0; y < H; y++) {
            bool inner = y > 20 && y < H - 20;
            for (int x = bar * PITCH + (int)(SLANT * y);
                 x < (bar + 1) * PITCH + (int)(SLANT * y) && x < W; x++) {
                double inked = 0;
                for (int k = 0; k < SUPERSAMPLE; k++) {
                    double at = x0 + SLANT * (y + (k + 0.5) / SUPERSAMPLE);
                    double a = on_raster(at, how->step_px) + left[y * SUPERSAMPLE + k] * rough;
                    double b =
                        on_raster(at + BAR, how->step_px) + right[y * SUPERSAMPLE + k] * rough;
                    inked += fmax(0, fmin(x + 1, b) - fmax(x, a)) / SUPERSAMPLE;
                }
                for (int c = 0; c < 3; c++)
                    image_row(&sharp, y)[3 * x + c] =
                        (uint8_t)lround(PAPER - (inner ? inked : 0) * (PAPER - INK));
            }
            if (inner)
                add_specks(&sharp, x0 + SLANT * y, y, how->satellites);
        }
    }
    assert_ok(cv_gauss(&sharp, 0.6, ret, &err), &err);
    image_finish(&sharp);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < 3 * W; x++) {
            double v = image_row(ret, y)[x] + how->noise * normal();
            image_row(ret, y)[x] = (uint8_t)lround(fmax(0, fmin(255, v)));
        }
}

static const struct edge_print perfect = {0};

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

static struct edges edges_of(const struct edge_print *how)
{
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct edges edges;
    seed = 7;
    draw_bars(&smooth, &perfect);
    draw_bars(&seen, how);
    bench_init(&bench, &smooth, &seen);
    assert_ok(edges_measure(&bench.print, &edges, &err), &err);
    bench_finish(&bench);
    return edges;
}

static struct edges measured_edges(double rough_um)
{
    return edges_of(&(struct edge_print){.rough_um = rough_um, .noise = 1.5});
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

/* Waves that the pixels resolve, with the scanner's own share in quadrature: within a tenth. Pixels
 * and the shift that is fitted to each cell take some percent. */
static void known_waves_are_measured(void **state)
{
    (void)state;
    struct edge_print how = {.wave_um = 625, .noise = 1.5};
    struct edges floor = edges_of(&how);
    for (how.rough_um = 6; how.rough_um <= 16; how.rough_um += 5) {
        struct edges seen = edges_of(&how);
        assert_near(seen.raggedness_um, hypot(how.rough_um, floor.raggedness_um), 0.1);
        assert_near(seen.slow_um, hypot(how.rough_um, floor.slow_um), 0.1);
        assert_true(seen.fast_um < 0.15 * how.rough_um + floor.fast_um);
    }
}

/* Of scatter shorter than the band's border a fifth and more is fast, though pixels average most of
 * it away. */
static void scatter_is_fast(void **state)
{
    (void)state;
    struct edge_print how = {.wave_um = 60, .noise = 1.5};
    struct edges floor = edges_of(&how);
    how.rough_um = 16;
    struct edges seen = edges_of(&how);
    double fast = sqrt(pow(seen.fast_um, 2) - pow(floor.fast_um, 2)),
           slow = sqrt(pow(seen.slow_um, 2) - pow(floor.slow_um, 2));
    assert_true(fast > 0.2 * slow);
}

/* The first wave of a saw tooth is a step over pi high. Steps of 1/600 inch, 1/1200 inch, and of no
 * printer's. */
static void steps_of_a_raster_are_measured(void **state)
{
    (void)state;
    struct edge_print how = {.rough_um = 5, .noise = 1.5};
    double floor = edges_of(&how).staircase_um;
    assert_true(floor < 3);
    how.step_px = 1;
    assert_near(edges_of(&how).staircase_um, PX_UM / M_PI,
                0.3); /* the scanner's blur rounds steps */
    how.step_px = 0.5;
    assert_near(edges_of(&how).staircase_um, PX_UM / 2 / M_PI, 0.4);
}

static double satellites_of(const struct edge_print *how)
{
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    seed = 5;
    draw_bars(&smooth, &perfect);
    draw_bars(&seen, how);
    bench_init(&bench, &smooth, &seen);
    struct sheet_view view = {.located = &bench.located, .print = &bench.print};
    assert_ok(check_satellites.run(&view, 0, &value, &err), &err);
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    bench_finish(&bench);
    return value.value;
}

static void specks_beside_print_are_measured(void **state)
{
    (void)state;
    struct edge_print how = {.noise = 1.5};
    double clean = satellites_of(&how), last = clean;
    assert_true(fabs(clean) < 0.05);
    for (how.satellites = 0.025; how.satellites < 0.11; how.satellites *= 2) {
        double seen = satellites_of(&how);
        assert_true(seen > last + 0.03);
        last = seen;
    }
    how = (struct edge_print){.noise = 4}; /* rougher paper is no print */
    assert_true(fabs(satellites_of(&how)) < 0.1);
}

static void nothing_is_said_of_covered_edges(void **state)
{
    (void)state;
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct edges edges;
    draw_bars(&smooth, &perfect);
    draw_bars(&seen, &(struct edge_print){.rough_um = 8, .noise = 1});
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
        assert_true(value.value > 4 * plain);
        assert_near(value.detail[0], lines[i], 0.01);
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

/* Tiles of the measure's own size, each of its own brightness. */
static void known_mottle_is_measured(void **state)
{
    (void)state;
    enum { TILE = 12 };
    struct err err;
    struct image smooth = {0}, seen = {0};
    struct bench bench;
    struct solids solids;
    double step[40][40], sum = 0, square = 0;
    int n = 0;
    seed = 9;
    draw_texture(&smooth, 0, 0);
    draw_texture(&seen, 0, 0);
    for (int j = 0; j < 40; j++)
        for (int i = 0; i < 40; i++)
            step[j][i] = 8 * normal();
    for (int y = 0; y < seen.height; y++)
        for (int x = 0; x < seen.width; x++)
            for (int c = 0; c < 3; c++)
                if (image_row(&seen, y)[3 * x + c] == INK)
                    image_row(&seen, y)[3 * x + c] =
                        (uint8_t)lround(INK + step[y / TILE][x / TILE]);
    for (int j = 2; j < seen.height / TILE - 2; j++)
        for (int i = 2; i < seen.width / TILE - 2; i++, n++) {
            sum += step[j][i];
            square += step[j][i] * step[j][i];
        }
    bench_init(&bench, &smooth, &seen);
    assert_ok(solids_measure(&bench.print, &solids, &err), &err);
    assert_true(solids.mottle_tiles >= MOTTLE_TILES_MIN);
    assert_near(solids.mottle, 100 * sqrt(square / n - pow(sum / n, 2)) / (PAPER - INK), 0.15);
    bench_finish(&bench);
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
        cmocka_unit_test(known_waves_are_measured),
        cmocka_unit_test(scatter_is_fast),
        cmocka_unit_test(steps_of_a_raster_are_measured),
        cmocka_unit_test(specks_beside_print_are_measured),
        cmocka_unit_test(nothing_is_said_of_covered_edges),
        cmocka_unit_test(known_screens_are_found),
        cmocka_unit_test(known_texture_is_measured),
        cmocka_unit_test(known_mottle_is_measured),
        cmocka_unit_test(what_lies_over_a_solid_is_not_its_texture),
        cmocka_unit_test(strokes_without_core_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
