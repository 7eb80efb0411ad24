/* Marks that wander: found where they are, told from others of their kind, not asked of sheets that
 * cannot have them. */
#include "classifier/judge.h"
#include "classifier/marks.h"
#include "tests/unit/classifier/draw_print.h"

#include <stdlib.h>

#define PAGE_W_MM 162.0
#define PAGE_H_MM 114.0
#define IMPRINT_W_MM 36.0
#define IMPRINT_H_MM 14.0
#define RAW_DPI 300.0

/* A franking imprint: frame, machine number, bars. */
static void draw_imprint(cairo_t *cr, const char *number)
{
    cairo_set_source_rgb(cr, 0.1, 0.1, 0.3);
    cairo_set_line_width(cr, 0.4);
    cairo_rectangle(cr, 1, 1, 22, 12);
    cairo_stroke(cr);
    print_text(cr, "DejaVu Sans Bold", 12, number, 0);
    for (int i = 0; i < 6; i++)
        cairo_rectangle(cr, 25 + 1.7 * i, 2, number[i % 3] % 2 ? 0.5 : 1.1, 10);
    cairo_fill(cr);
}

static void draw_on_picture(cairo_t *cr, const void *what)
{
    draw_imprint(cr, what);
}

struct placed {
    const char *number; /* NULL: nothing */
    double x, y, degrees;
};

static void draw_on_page(cairo_t *cr, const struct placed *placed)
{
    cairo_translate(cr, placed->x, placed->y);
    cairo_rotate(cr, placed->degrees * M_PI / 180);
    draw_imprint(cr, placed->number);
}

struct mark_bench {
    struct model *model;
    struct image raw; /* at RAW_DPI, twice that of the strength */
    struct scan scan;
    struct side_patches patches[SIDE_COUNT];
    struct placement place;
    struct sheet_view view;
};

static void add_mark(struct model *model)
{
    struct err err;
    struct printing how = {.dpi = 300, .blur_um = 30, .draw = draw_on_picture, .what = "NL 4711"};
    struct image whole = print_picture(&how, NULL, 0, NULL), strength = {0};
    struct image part = image_view(&whole, 0, 0, (int)(IMPRINT_W_MM * 300 / 25.4),
                                   (int)(IMPRINT_H_MM * 300 / 25.4));
    const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER};
    struct element_model *mark = &model->mark[0];
    model->data.n_marks = 1;
    model->data.mark[0].print.dpi = 300;
    model->data.mark[0].print.n_seen = 3;
    model->data.mark[0].print.box_mm[2] = IMPRINT_W_MM;
    model->data.mark[0].print.box_mm[3] = IMPRINT_H_MM;
    mark->data = &model->data.mark[0].print;
    assert_ok(image_copy(&part, &mark->picture, &err), &err);
    assert_ok(ink_strength(&mark->picture, paper, &strength, &err), &err);
    assert_ok(cv_threshold(&strength, 80, false, &mark->mask, &err), &err);
    assert_ok(element_model_derive(mark, &err), &err);
    image_finish(&strength);
    image_finish(&whole);
}

static void draw_page(struct image *ret, const struct placed *placed)
{
    struct err err;
    const double px = RAW_DPI / 25.4;
    int w = (int)(PAGE_W_MM * px), h = (int)(PAGE_H_MM * px);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, px, px);
    if (placed->number)
        draw_on_page(cr, placed);
    cairo_surface_flush(surface);
    assert_ok(image_create(ret, w, h, 3, &err), &err);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < 3 * w; x++)
            image_row(ret, y)[x] = cairo_image_surface_get_data(
                surface)[y * cairo_image_surface_get_stride(surface) + 4 * (x / 3) + 2 - x % 3];
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}

static void bench_init(struct mark_bench *bench, const struct placed *placed)
{
    memset(bench, 0, sizeof *bench);
    bench->model = calloc(1, sizeof *bench->model);
    assert_non_null(bench->model);
    bench->model->data.size_mm[0] = PAGE_W_MM;
    bench->model->data.size_mm[1] = PAGE_H_MM;
    add_mark(bench->model);
    draw_page(&bench->raw, placed);
    struct side *side = &bench->scan.side[SIDE_FRONT];
    struct image strength = {0};
    struct err err;
    side->raw = &bench->raw;
    side->dpi = RAW_DPI;
    side->page_to_raw = (struct affine){{RAW_DPI / 25.4, 0, 0, 0, RAW_DPI / 25.4, 0}};
    side->size_mm[0] = PAGE_W_MM;
    side->size_mm[1] = PAGE_H_MM;
    for (int c = 0; c < 3; c++)
        side->paper_rgb[c] = 255;
    assert_ok(ink_strength(&bench->raw, side->paper_rgb, &strength, &err), &err);
    assert_ok(cv_resize(&strength, strength.width / 2, strength.height / 2, CV_INTERPOLATE_AREA,
                        &bench->scan.strength[SIDE_FRONT], &err),
              &err);
    image_finish(&strength);
    bench->place.model = bench->model;
    bench->place.has[SIDE_FRONT] = true;
    bench->place.page[SIDE_FRONT] = affine_identity();
    bench->view = (struct sheet_view){
        .scan = &bench->scan, .place = &bench->place, .patches = bench->patches};
}

static void bench_finish(struct mark_bench *bench)
{
    image_finish(&bench->scan.strength[SIDE_FRONT]);
    image_finish(&bench->raw);
    element_model_finish(&bench->model->mark[0]);
    free(bench->model);
}

static struct mark_found find(const struct placed *placed, bool used_only)
{
    struct mark_bench bench;
    struct mark_found found;
    struct err err;
    bench_init(&bench, placed);
    bench.model->data.mark[0].used_only = used_only;
    assert_ok(mark_find(&bench.view, 0, &found, &err), &err);
    bench_finish(&bench);
    return found;
}

static void a_mark_is_found_where_it_is(void **state)
{
    (void)state;
    static const struct placed place[] = {
        {"NL 4711", 110, 8, 0}, {"NL 4711", 95, 20, 2.7}, {"NL 4711", 20, 80, -3.4}};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        struct mark_found found = find(&place[i], false);
        assert_int_equal(found.state, MARK_SEARCHED);
        if (found.ncc < 0.8)
            fail_msg("turned by %g degrees it is only %g alike", place[i].degrees, found.ncc);
        double turn = place[i].degrees * M_PI / 180; /* the middle of where it was drawn */
        double x = place[i].x + IMPRINT_W_MM / 2 * cos(turn) - IMPRINT_H_MM / 2 * sin(turn);
        double y = place[i].y + IMPRINT_W_MM / 2 * sin(turn) + IMPRINT_H_MM / 2 * cos(turn);
        assert_true(fabs(found.box_mm[0] + IMPRINT_W_MM / 2 - x) < 0.7);
        assert_true(fabs(found.box_mm[1] + IMPRINT_H_MM / 2 - y) < 0.7);
    }
}

static void another_mark_is_not_it(void **state)
{
    (void)state;
    /* The second has the same frame and bars: another machine of the same make. */
    const struct placed other = {"DE 28\xc3\x9f", 110, 8, 1}, make = {"NL 4826", 110, 8, 1},
                        none = {NULL, 0, 0, 0};
    assert_true(find(&other, false).ncc < 0.6);
    assert_true(find(&make, false).ncc < 0.6);
    assert_true(find(&none, false).ncc < 0.3);
}

static void a_rule_for_used_sheets_asks_no_others(void **state)
{
    (void)state;
    const struct placed none = {NULL, 0, 0, 0}, franked = {"XX 0000", 110, 8, 1};
    assert_int_equal(find(&none, true).state, MARK_NOT_ASKED);
    assert_int_equal(find(&none, false).state, MARK_SEARCHED);
    assert_int_equal(find(&franked, true).state, MARK_SEARCHED);
}

static void under_labels_nothing_is_missing(void **state)
{
    (void)state;
    const struct placed none = {NULL, 0, 0, 0};
    const double corner[4][2] = {{90, 0}, {160, 0}, {160, 40}, {90, 40}};
    struct mark_bench bench;
    struct check_value value = {.outcome = OUTCOME_MEASURED};
    struct err err;
    bench_init(&bench, &none);
    bench.model->data.mark[0].rule = MARK_MUST_HAVE;
    bench.patches[SIDE_FRONT].n = 1;
    memcpy(bench.patches[SIDE_FRONT].patch[0].corner_mm, corner, sizeof corner);
    assert_ok(check_mark_required.run(&bench.view, 0, &value, &err), &err);
    assert_int_equal(value.outcome, OUTCOME_OCCLUDED);
    bench_finish(&bench);
}

/* What is found of the imprint when a box of the page, x, y, w, h in mm, was painted over, stripe
 * by stripe: so many of every eight rows. */
static struct mark_found find_painted(const double box[4], uint8_t level, int rows)
{
    const struct placed placed = {"NL 4711", 110, 8, 1};
    struct mark_bench bench;
    struct mark_found found;
    struct err err;
    bench_init(&bench, &placed);
    bench.model->data.mark[0].used_only = true;
    struct image *ink = &bench.scan.strength[SIDE_FRONT];
    double px = SIDE_REDUCED_DPI / 25.4;
    for (int y = (int)(box[1] * px); y < (int)((box[1] + box[3]) * px); y++)
        if (y % 8 < rows)
            memset(image_row(ink, y) + (int)(box[0] * px), level, (size_t)(box[2] * px));
    assert_ok(mark_find(&bench.view, 0, &found, &err), &err);
    bench_finish(&bench);
    return found;
}

static void half_an_imprint_is_not_missing(void **state)
{
    (void)state;
    const double right[4] = {130, 0, 32, 40}, all[4] = {105, 4, 50, 24};
    struct mark_found half = find_painted(right, 0, 8), smeared = find_painted(all, 120, 4);
    assert_int_equal(half.state, MARK_HIDDEN);
    assert_true(smeared.state == MARK_HIDDEN || smeared.ncc > 0.6); /* others stay below */
}

static void few_scans_do_not_decide(void **state)
{
    (void)state;
    static struct template_data data; /* large */
    static const struct check_value nothing = {.outcome = OUTCOME_MEASURED, .value = 0.1};
    struct template_stat learnt = {.check = "mark_required", .n = 4, .mean = 0.8, .sd = 0.02};
    double weight[2];
    data.n_samples = 20;
    data.n_marks = 1;
    for (int i = 0; i < 2; i++) {
        struct template_stat rule;
        struct reading reading = {.weight = 0};
        data.mark[0].print.n_seen = i ? 4 : 2;
        data.mark[0].print.n_stats = i;
        data.mark[0].print.stat[0] = learnt;
        mark_stat(&check_mark_required, &data, 0, &rule);
        assert_true(i == 0 || rule.mean == learnt.mean);
        judge_value(&check_mark_required, "franking", &rule, &nothing, &reading);
        assert_int_equal(reading.points, POINTS_IMITATION);
        weight[i] = reading.weight;
    }
    assert_true(weight[0] < 0.6); /* what decides alone: verdict.c */
    assert_true(weight[1] > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_an_imprint_is_not_missing),
        cmocka_unit_test(few_scans_do_not_decide),
        cmocka_unit_test(a_mark_is_found_where_it_is),
        cmocka_unit_test(another_mark_is_not_it),
        cmocka_unit_test(a_rule_for_used_sheets_asks_no_others),
        cmocka_unit_test(under_labels_nothing_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
