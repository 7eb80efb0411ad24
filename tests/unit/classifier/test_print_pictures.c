/* Pictures of print: that they show the place that was measured, the same in both, and what stands
 * there. The prints are drawn: bars, rough below the middle, and solids with a screen or grain. */
#include "classifier/print_pictures.h"

#include "classifier/print_places.h"
#include "tests/unit/test_support.h"

#include <math.h>
#include <string.h>

#define DPI 600.0
#define PAPER 235
#define INK 70
#define W 480
#define H 400
#define RIM 20
#define ENLARGE 8

static uint32_t seed;

static double normal(void)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        seed = seed * 1664525u + 1013904223u;
        sum += (seed >> 8) / 16777216.0;
    }
    return sum;
}

struct drawing {
    bool bars;
    double rough; /* px by which the edges below the middle scatter */
    double lines; /* of a screen, per inch, at 30 degrees */
    double grain; /* levels */
};

static double inked(const struct drawing *how, double x, double left, double right)
{
    double bar = 28, pitch = 60, at = fmod(x - RIM, pitch);
    if (!how->bars)
        return 1;
    return fmax(0, fmin(1, at - left + 0.5)) * fmax(0, fmin(1, bar + right - at + 0.5));
}

static void draw(const struct drawing *how, struct image *ret)
{
    struct err err;
    struct image sharp = {0};
    double k = 2 * M_PI * how->lines / DPI, c = cos(M_PI / 6), s = sin(M_PI / 6);
    assert_ok(image_create(&sharp, W, H, 3, &err), &err);
    for (int y = 0; y < H; y++) {
        double rough = y > H / 2 ? how->rough : 0, left = 4 + rough * normal(),
               right = rough * normal();
        for (int x = 0; x < W; x++) {
            bool inside = x >= RIM && y >= RIM && x < W - RIM && y < H - RIM;
            double dots =
                how->lines > 0 ? 15 * (cos(k * (c * x + s * y)) + cos(k * (c * y - s * x))) : 0;
            double ink = INK + 40 + dots + how->grain * normal();
            double cover = inside ? inked(how, x, left, right) : 0;
            double v = PAPER + cover * (ink - PAPER) + normal();
            memset(image_row(&sharp, y) + 3 * x, (int)lround(fmax(0, fmin(255, v))), 3);
        }
    }
    assert_ok(cv_gauss(&sharp, 0.6, ret, &err), &err);
    image_finish(&sharp);
}

struct bench {
    struct template_element data;
    struct element_model element;
    struct located located;
    struct print print;
};

/* A print whose template and sample are drawn by `genuine`, and its scan by `seen`. */
static void bench_init(struct bench *bench, const struct drawing *genuine,
                       const struct drawing *seen)
{
    const double paper[3] = {PAPER, PAPER, PAPER};
    struct err err;
    struct image strength = {0};
    seed = 5;
    memset(bench, 0, sizeof *bench);
    bench->data.dpi = DPI;
    bench->element.data = &bench->data;
    draw(genuine, &bench->element.picture);
    draw(genuine, &bench->element.sample);
    draw(seen, &bench->print.rgb);
    assert_ok(ink_strength(&bench->element.picture, paper, &strength, &err), &err);
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
    memcpy(bench->print.paper_rgb, paper, sizeof paper);
    assert_ok(image_create(&bench->print.clear, W, H, 1, &err), &err);
    memset(bench->print.clear.data, 255, bench->print.clear.stride * H);
}

static void bench_finish(struct bench *bench)
{
    element_model_finish(&bench->element);
    print_finish(&bench->print);
}

static const struct drawing smooth_bars = {.bars = true}, rough_bars = {.bars = true, .rough = 1},
                            plain = {.grain = 2}, grainy = {.grain = 14},
                            screened = {.grain = 2, .lines = 150};

static void traced_edges_lie_on_the_edges(void **state)
{
    (void)state;
    struct bench bench;
    struct edge_point *point = NULL;
    struct err err;
    int n = 0, box[4] = {100, 100, 60, 60};
    bench_init(&bench, &smooth_bars, &smooth_bars);
    assert_ok(edges_trace(&bench.print, NULL, &point, &n, &err), &err);
    assert_true(n > 1000);
    for (int i = 0; i < n; i++) {
        if (fabs(point[i].nx) < 0.99 ||
            point[i].x > W - RIM - 2) /* ends of bars, and of the last */
            continue;
        /* 60 % of the way to ink is a tenth of the width inside of 50 % */
        double at = fmod(point[i].x - 0.5 - RIM, 60), off = fmin(fabs(at - 4), fabs(at - 28));
        if (off > 0.6)
            fail_msg("a point at %g, %g lies %g px off the edge", point[i].x, point[i].y, off);
    }
    free(point);
    assert_ok(edges_trace(&bench.print, box, &point, &n, &err), &err);
    assert_true(n > 60);
    for (int i = 0; i < n; i++) {
        assert_true(point[i].x > box[0] - 3 && point[i].x < box[0] + box[2] + 3);
        assert_true(point[i].y > box[1] - 3 && point[i].y < box[1] + box[3] + 3);
    }
    free(point);
    bench_finish(&bench);
}

static void the_rough_part_is_shown(void **state)
{
    (void)state;
    struct bench bench;
    struct err err;
    int place[2];
    bool found = false;
    bench_init(&bench, &smooth_bars, &rough_bars);
    assert_ok(print_place_of_edges(&bench.print, &check_edge_raggedness, place, &found, &err),
              &err);
    assert_true(found);
    assert_true(place[1] + PRINT_PLACE / 2 > H / 2);
    memset(bench.print.clear.data, 0, bench.print.clear.stride * H); /* a label over it all */
    assert_ok(print_place_of_edges(&bench.print, &check_edge_raggedness, place, &found, &err),
              &err);
    assert_false(found);
    assert_ok(print_place_of_solids(&bench.print, place, &found, &err), &err);
    assert_false(found);
    bench_finish(&bench);
}

/* Every pixel of the place, eight times as large, at the left below. */
static void assert_shows_place(const struct image *picture, const struct image *print,
                               const int place[2])
{
    int top = -1;
    for (int y = 0; y + ENLARGE * PRINT_PLACE <= picture->height && top < 0; y++) {
        bool same = true;
        for (int j = 0; same && j < ENLARGE * PRINT_PLACE; j += ENLARGE / 2)
            for (int i = 0; same && i < ENLARGE * PRINT_PLACE; i += ENLARGE / 2)
                same =
                    memcmp(image_row(picture, y + j) + 3 * i,
                           image_row(print, place[1] + j / ENLARGE) + 3 * (place[0] + i / ENLARGE),
                           3) == 0;
        top = same ? y : -1;
    }
    if (top < 0)
        fail_msg("the place is not shown as it was scanned");
}

static void both_pictures_show_the_same_place(void **state)
{
    (void)state;
    struct bench bench;
    struct print_pictures pictures;
    struct err err;
    int place[2];
    bool found = false;
    bench_init(&bench, &smooth_bars, &rough_bars);
    assert_ok(print_place_of_edges(&bench.print, &check_edge_raggedness, place, &found, &err),
              &err);
    assert_ok(print_pictures_make(&bench.print, &check_edge_raggedness, &pictures, &err), &err);
    assert_int_equal(pictures.shows, CROP_EDGES);
    assert_int_equal(pictures.genuine.width, pictures.seen.width);
    assert_int_equal(pictures.genuine.height, pictures.seen.height);
    assert_shows_place(&pictures.seen, &bench.print.rgb, place);
    assert_shows_place(&pictures.genuine, &bench.element.sample, place);
    print_pictures_finish(&pictures);
    bench_finish(&bench);
}

static enum crop_shows shown_of(const struct drawing *seen)
{
    struct bench bench;
    struct print_pictures pictures;
    struct err err;
    bench_init(&bench, &plain, seen);
    assert_ok(print_pictures_make(&bench.print, &check_grain, &pictures, &err), &err);
    enum crop_shows shows = pictures.shows;
    assert_int_equal(pictures.genuine.width, pictures.seen.width);
    print_pictures_finish(&pictures);
    bench_finish(&bench);
    return shows;
}

static void a_screen_is_shown_as_its_spectrum(void **state)
{
    (void)state;
    assert_int_equal(shown_of(&screened), CROP_SCREEN);
    assert_int_equal(shown_of(&grainy), CROP_TEXTURE);
}

static void what_is_covered_has_no_pictures(void **state)
{
    (void)state;
    struct bench bench;
    struct print_pictures pictures;
    struct err err;
    bench_init(&bench, &plain, &screened);
    memset(bench.print.clear.data, 0, bench.print.clear.stride * H);
    assert_ok(print_pictures_make(&bench.print, &check_grain, &pictures, &err), &err);
    assert_int_equal(pictures.shows, CROP_ELEMENT);
    assert_null(pictures.seen.data);
    bench_finish(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traced_edges_lie_on_the_edges),
        cmocka_unit_test(the_rough_part_is_shown),
        cmocka_unit_test(both_pictures_show_the_same_place),
        cmocka_unit_test(a_screen_is_shown_as_its_spectrum),
        cmocka_unit_test(what_is_covered_has_no_pictures),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
