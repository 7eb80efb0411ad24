/* The print models' parameters, measured on the finished print as one would on a real one. */
#include "tests/simulator/print.h"
#include "tests/simulator/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define CANVAS_UM (25400 / CANVAS_DPI)

static struct element rectangle(struct colour ink, double x, double y, double w, double h)
{
    struct element e;
    element_init(&e, "patch", ART_FRONT);
    cairo_t *cr = element_draw(&e, ink, 1);
    cairo_rectangle(cr, x, y, w, h);
    cairo_fill(cr);
    cairo_destroy(cr);
    return e;
}

static void print_on(struct canvas *canvas, struct element *e, struct print *print)
{
    print->page_to_print = affine_identity();
    assert_true(canvas_init(canvas, 60, 40, NULL));
    assert_true(print_start(print, canvas));
    assert_true(print_element(canvas, e, print));
    assert_false(canvas->failed);
    print_finish(print);
    element_finish(e);
}

static double darkness(struct canvas *canvas, int x, int y, double solid)
{
    double factor = canvas_at(canvas, x, y)[0] / (double)CANVAS_ONE;
    return fmin((1 - factor) / (1 - solid), 1);
}

/* Deviation of the left edge's place from row to row, in um: the ink in a row up to the middle. */
static void edge_of(struct canvas *canvas, double solid, double *ret_sd, double *ret_mean)
{
    int y0 = (int)canvas_px(8), y1 = (int)canvas_px(32), left = (int)canvas_px(18),
        mid = (int)canvas_px(22);
    double sum = 0, sum2 = 0;
    for (int y = y0; y < y1; y++) {
        double ink = 0;
        for (int x = left; x < mid; x++)
            ink += darkness(canvas, x, y, solid);
        double at = (mid - ink) * CANVAS_UM;
        sum += at;
        sum2 += at * at;
    }
    double n = y1 - y0;
    *ret_mean = sum / n;
    *ret_sd = sqrt(sum2 / n - *ret_mean * *ret_mean);
}

static void offset_edge_is_as_rough_as_asked(void **state)
{
    (void)state;
    static const double asked[] = {3.5, 5, 7.5};
    for (int i = 0; i < 3; i++) {
        struct rng rng = rng_make((uint64_t)i, "edge");
        struct print print;
        struct canvas canvas;
        offset_draw(rng, rng, rng, &print);
        print.offset = (struct offset_params){.edge = {asked[i], 50, 4}, .density = 1};
        struct element e = rectangle((struct colour){0.05, 0.05, 0.05}, 20, 5, 20, 30);
        print_on(&canvas, &e, &print);
        double sd, mean;
        edge_of(&canvas, 0.012, &sd, &mean);
        /* a canvas row averages over 21 um of a 50 um correlation: some 4 % less */
        if (fabs(sd / asked[i] - 0.96) > 0.12)
            fail_msg("edge sd %.2f um, asked %.2f", sd, asked[i]);
        assert_true(fabs(mean - 20000) < 6);
        canvas_finish(&canvas);
    }
}

static struct print laser_print(int grid, double edge_um)
{
    struct rng rng = rng_make(4, "laser");
    struct print print;
    laser_draw(rng, rng, rng, &print);
    struct laser_params p = {.edge = {edge_um, 30, 6}, .grid_dpi = grid, .density = 1, .pwm = true};
    for (int i = 0; i < TONERS; i++) {
        p.lpi[i] = 141;
        p.angle[i] = print.laser.angle[i];
    }
    print.laser = p;
    return print;
}

static void laser_edge_is_rougher_by_what_was_asked(void **state)
{
    (void)state;
    struct print print = laser_print(1200, 10);
    struct canvas canvas;
    struct element e = rectangle((struct colour){0.05, 0.05, 0.05}, 20, 5, 20, 30);
    print_on(&canvas, &e, &print);
    double sd, mean;
    edge_of(&canvas, 0.012 + 0.013, &sd, &mean); /* toner black reflects 2.5 % */
    if (fabs(sd / 10 - 0.92) > 0.15)
        fail_msg("edge sd %.2f um, asked 10", sd);
    canvas_finish(&canvas);
}

/* Power of the red channel at (fx, fy) cycles a mm inside the patch. */
static double power_at(struct canvas *canvas, double fx, double fy)
{
    enum { N = 256 };
    double re = 0, im = 0;
    int x0 = (int)canvas_px(24), y0 = (int)canvas_px(10);
    for (int y = 0; y < N; y += 2)
        for (int x = 0; x < N; x += 2) {
            double hann = (1 - cos(2 * M_PI * (x + 0.5) / N)) * (1 - cos(2 * M_PI * (y + 0.5) / N));
            double phase = 2 * M_PI * (fx * x + fy * y) * MM_PER_INCH / CANVAS_DPI;
            double v = canvas_at(canvas, x0 + x, y0 + y)[0] / (double)CANVAS_ONE * hann;
            re += v * cos(phase);
            im += v * sin(phase);
        }
    return re * re + im * im;
}

/* Mid cyan is printed by one screened toner: its peak lies where the screen was asked to be. */
static void laser_screen_has_the_frequency_asked(void **state)
{
    (void)state;
    static const double asked[] = {106, 141, 190};
    for (int i = 0; i < 3; i++) {
        struct print print = laser_print(1200, 6);
        struct canvas canvas;
        for (int k = 0; k < TONERS; k++)
            print.laser.lpi[k] = asked[i];
        struct element e = rectangle((struct colour){0.62, 0.84, 0.94}, 20, 5, 20, 30);
        double angle = print.laser.angle[TONER_C] * DEGREES, best = 0, found = 0, floor_power = 0;
        print_on(&canvas, &e, &print);
        for (double lpi = 60; lpi < 240; lpi += 1) {
            double f = lpi / MM_PER_INCH, power = power_at(&canvas, f * cos(angle), f * sin(angle));
            if (power > best) {
                best = power;
                found = lpi;
            }
            floor_power += power / 180;
        }
        if (fabs(found / asked[i] - 1) > 0.02 || best < 8 * floor_power)
            fail_msg("screen found at %.0f lpi, asked %.0f; peak over mean %.1f", found, asked[i],
                     best / floor_power);
        canvas_finish(&canvas);
    }
}

/* A spot colour on a press is solid: nothing at the laser's frequency. */
static void offset_solid_has_no_screen(void **state)
{
    (void)state;
    struct rng rng = rng_make(6, "solid");
    struct print print;
    struct canvas canvas;
    double best = 0;
    offset_draw(rng, rng, rng, &print);
    struct element e = rectangle((struct colour){0.62, 0.84, 0.94}, 20, 5, 20, 30);
    print_on(&canvas, &e, &print);
    for (double lpi = 60; lpi < 240; lpi += 2)
        best = fmax(
            best, power_at(&canvas, lpi / MM_PER_INCH * cos(0.26), lpi / MM_PER_INCH * sin(0.26)));
    struct print laser = laser_print(1200, 6);
    struct canvas screened;
    e = rectangle((struct colour){0.62, 0.84, 0.94}, 20, 5, 20, 30);
    print_on(&screened, &e, &laser);
    double angle = laser.laser.angle[TONER_C] * DEGREES, f = 141 / MM_PER_INCH;
    assert_true(power_at(&screened, f * cos(angle), f * sin(angle)) > 100 * best);
    canvas_finish(&canvas);
    canvas_finish(&screened);
}

/* All three technologies make the mean colour that was wanted, the printers roughly. */
static void mean_colour_is_near_the_wanted(void **state)
{
    (void)state;
    struct colour want = {0.36, 0.52, 0.70};
    float linear[3];
    colour_linear(want, linear);
    for (int tech = 0; tech < TECH_COUNT; tech++) {
        struct rng rng = rng_make(8, "mean");
        struct print print;
        struct canvas canvas;
        if (tech == TECH_OFFSET)
            offset_draw(rng, rng, rng, &print);
        else if (tech == TECH_LASER)
            laser_draw(rng, rng, rng, &print);
        else
            inkjet_draw(rng, rng, rng, &print);
        struct element e = rectangle(want, 20, 5, 20, 30);
        print_on(&canvas, &e, &print);
        double sum[3] = {0}, n = 0;
        for (int y = (int)canvas_px(10); y < (int)canvas_px(20); y++)
            for (int x = (int)canvas_px(24); x < (int)canvas_px(34); x++, n++)
                for (int c = 0; c < 3; c++)
                    sum[c] += canvas_at(&canvas, x, y)[c] / (double)CANVAS_ONE;
        for (int c = 0; c < 3; c++)
            if (fabs(cbrt(sum[c] / n) - cbrt((double)linear[c])) >
                (tech == TECH_OFFSET ? 0.02 : 0.09))
                fail_msg("%s channel %d: mean %.3f, wanted %.3f", tech_names[tech], c, sum[c] / n,
                         (double)linear[c]);
        canvas_finish(&canvas);
    }
}

/* The lid shows the scanner's noise alone; paper stays below 248. */
static void scan_noise_and_white_are_in_range(void **state)
{
    (void)state;
    struct rng rng = rng_make(12, "noise");
    struct paper paper = paper_draw((struct colour){0.86, 0.85, 0.84}, rng, rng);
    struct envelope e;
    struct scan_image image;
    struct scanner scanner = scanner_draw(150, rng_make(1, "scanner"));
    scanner.backing = BACKING_GREY;
    scanner.dust_per_side = scanner.n_streaks = 0;
    assert_true(envelope_init(&e, FORMAT_C6, &paper, rng, NULL));
    struct feed feed = {.margin_mm = 12};
    assert_true(scan_side(&e, ART_FRONT, &scanner, &feed, rng, &image, NULL, NULL));
    double sum = 0, sum2 = 0, n = 0, white = 0;
    for (int y = 0; y < 20; y++)
        for (int x = 0; x < image.w; x++, n++) {
            double v = image.rgb[((size_t)y * (size_t)image.w + (size_t)x) * 3 + 1];
            sum += v;
            sum2 += v * v;
        }
    double sd = sqrt(sum2 / n - sum / n * (sum / n));
    assert_true(fabs(sd - hypot(scanner.noise_levels, 0.29)) < 0.15); /* 0.29: rounding */
    for (int y = image.h / 2; y < image.h / 2 + 20; y++)
        for (int x = image.w / 2; x < image.w / 2 + 20; x++)
            white += image.rgb[((size_t)y * (size_t)image.w + (size_t)x) * 3 + 1] / 400.0;
    assert_true(white > 220 && white < 248);
    scan_image_finish(&image);
    envelope_finish(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offset_edge_is_as_rough_as_asked),
        cmocka_unit_test(laser_edge_is_rougher_by_what_was_asked),
        cmocka_unit_test(laser_screen_has_the_frequency_asked),
        cmocka_unit_test(offset_solid_has_no_screen),
        cmocka_unit_test(mean_colour_is_near_the_wanted),
        cmocka_unit_test(scan_noise_and_white_are_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
