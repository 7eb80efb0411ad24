/* What the simulator claims is measured on what it made: bytes by seed, truth by pixels, and the
 * parameters of the print models by their usual metrics on the finished print. */
#include "tests/simulator/bench.h"
#include "tests/simulator/truth.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/base/hash.h"

#include <string.h>

#define COARSE_DPI 150 /* enough for bytes and boxes */

static int setup(void **state)
{
    struct bench *b = bench_create(COARSE_DPI);
    b->settings.scanner.backing = BACKING_BLACK;
    b->set = (struct set_options){.set = SET_TEST,
                                  .seed = 5,
                                  .firm = firm_demo(),
                                  .format = FORMAT_C6,
                                  .mix = {40, 40, 20},
                                  .dots = DOTS_SOME,
                                  .turn = true};
    *state = b;
    return 0;
}

static void make(struct bench *b, const struct plan *plan, int number, struct truth *truth)
{
    struct err err = {{0}};
    if (!sheet_make(plan, &b->settings, set_rng(&b->set, number), truth, &err))
        fail_msg("%s", err.text);
}

static void hash_of(const struct bench *b, const char *file, uint8_t ret[SHA256_SIZE])
{
    char path[PATH_SIZE];
    assert_true(path_join(path, b->dir, file, NULL));
    assert_true(sha256_file(path, ret, NULL));
}

static void same_seed_same_bytes_in_any_order(void **state)
{
    struct bench *b = *state;
    uint8_t first[2][SHA256_SIZE], again[2][SHA256_SIZE];
    struct truth truth;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2; i++) {
            int number = round ? 2 - i : 1 + i; /* 1 2, then 2 1 */
            struct plan plan = set_plan(&b->set, number);
            make(b, &plan, number, &truth);
            hash_of(b, truth.files[0], round ? again[number - 1] : first[number - 1]);
        }
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first[0], first[1], SHA256_SIZE);
    b->set.seed++;
    struct plan plan = set_plan(&b->set, 1);
    make(b, &plan, 1, &truth);
    hash_of(b, truth.files[0], again[0]);
    assert_memory_not_equal(first[0], again[0], SHA256_SIZE);
}

static void demo_batch_holds_what_it_promises(void **state)
{
    struct bench *b = *state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        int kinds[KINDS] = {0}, returned = 0, hidden = 0;
        char countries[64] = "";
        struct set_options set = b->set;
        set.set = SET_DEMO;
        set.seed = seed;
        assert_int_equal(set_size(&set), 30);
        for (int i = 1; i <= 30; i++) {
            struct plan p = set_plan(&set, i);
            kinds[p.kind]++;
            assert_true(p.kind != KIND_IMITATION ||
                        (p.deviations.slogan_missing && p.tech == TECH_LASER));
            assert_true(p.kind != KIND_GENUINE || p.tech == TECH_OFFSET);
            if (p.kind != KIND_GENUINE)
                continue;
            returned += p.returned;
            hidden += p.cover == COVER_SLOGAN;
            if (!strstr(countries, sticker_kinds[p.sticker].country))
                strcat(countries, sticker_kinds[p.sticker].country);
        }
        for (int k = 0; k < KINDS; k++)
            assert_int_equal(kinds[k], 10);
        assert_int_equal(returned, 10);
        assert_true(hidden >= 1);
        assert_true(strlen(countries) >= 3 * 2);
    }
}

/* ---- truth against pixels ---------------------------------------------------------------- */

static struct plan bare_plan(struct bench *b)
{
    struct plan p = set_plan(&b->set, 1);
    p.kind = KIND_GENUINE;
    p.firm = firm_demo();
    p.elements = true;
    p.format = FORMAT_C6;
    p.tech = TECH_OFFSET;
    p.printer = 0;
    p.deviations = (struct deviations){0};
    p.used = p.returned = p.strike = p.note = p.dots = p.swapped = false;
    p.wear = 0;
    p.feed.orientation = 90;
    return p;
}

static bool make_side(struct bench *b, const struct plan *plan, struct envelope *envelope,
                      struct scan_image *image, struct affine *map)
{
    struct rng rng = rng_make(3, "scan");
    return scan_side(envelope, ART_FRONT, &b->settings.scanner, &plan->feed, rng, image, map, NULL);
}

/* Share of the box's pixels that differ from bare paper by more than noise and texture can. */
static double inked(const struct scan_image *image, const struct affine *map, struct box box)
{
    int ink = 0, n = 0;
    for (double y = box.y; y < box.y + box.h; y += 0.2)
        for (double x = box.x; x < box.x + box.w; x += 0.2) {
            double px, py;
            affine_apply(map, x, y, &px, &py);
            assert_true(px >= 0 && py >= 0 && px < image->w && py < image->h);
            const uint8_t *v = image->rgb + ((size_t)py * (size_t)image->w + (size_t)px) * 3;
            ink += v[2] < 200; /* paper is above 220 in blue, both inks far below */
            n++;
        }
    return (double)ink / n;
}

static void print_front(const struct deviations *d, struct envelope *envelope, struct box boxes[3],
                        bool *has)
{
    struct firm firm = firm_demo();
    struct artwork art;
    struct print print;
    struct rng rng = rng_make(9, "front");
    struct paper paper = paper_draw(firm.paper, rng, rng);
    assert_true(envelope_init(envelope, FORMAT_C6, &paper, rng, NULL));
    offset_draw(rng, rng, rng, &print);
    assert_true(artwork_build(&firm, FORMAT_C6, d, &art));
    assert_true(print_start(&print, &envelope->side[0].canvas));
    struct affine to_page = affine_inverse(print.page_to_print);
    static const char *const names[3] = {"logo", "sender", "slogan"};
    for (int i = 0; i < art.n; i++) {
        assert_true(print_element(&envelope->side[0].canvas, &art.element[i], &print));
        for (int k = 0; k < 3; k++)
            if (strcmp(art.element[i].name, names[k]) == 0 &&
                element_box(&art.element[i], &boxes[k])) {
                boxes[k] = affine_box(&to_page, boxes[k]);
                has[k] = true;
            }
    }
    print_finish(&print);
    artwork_finish(&art);
}

static void element_boxes_hold_ink_only_when_printed(void **state)
{
    struct bench *b = *state;
    struct plan plan = bare_plan(b);
    struct box boxes[3];
    for (int missing = -1; missing < 3; missing++) {
        struct deviations d = {.logo_missing = missing == 0,
                               .sender_missing = missing == 1,
                               .slogan_missing = missing == 2};
        bool has[3] = {false, false, false};
        struct envelope envelope;
        struct scan_image image;
        struct affine map;
        print_front(&d, &envelope, boxes,
                    has); /* boxes of the missing one stay from the full print */
        assert_true(make_side(b, &plan, &envelope, &image, &map));
        for (int k = 0; k < 3; k++) {
            assert_int_equal(has[k], k != missing);
            double share = inked(&image, &map, boxes[k]);
            if (k == missing ? share > 0.002 : share < 0.08)
                fail_msg("element %d: %.3f of its box is inked, missing is %d", k, share, missing);
        }
        scan_image_finish(&image);
        envelope_finish(&envelope);
    }
}

/* Share of the image that is paper or print on it: brighter than the black lid can be. */
static double lit(const struct scan_image *image, int x0, int y0, int x1, int y1)
{
    const int lid_most = 100; /* the lid is at 40 of 255, its noise and dust far below 60 more */
    int n = 0;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            n += image->rgb[((size_t)y * (size_t)image->w + (size_t)x) * 3 + 1] > lid_most;
    return (double)n / ((x1 - x0) * (y1 - y0));
}

/* Fed beside the scan area: paper up to the edges that cut it, lid at the others, hardly anything
 * lost, and ink in the truth's boxes, however the sheet lay. */
static void cropped_scans_lose_an_edge_only(void **state)
{
    struct bench *b = *state;
    struct plan plan = bare_plan(b);
    struct deviations none = {0};
    struct box boxes[3];
    struct envelope envelope;
    bool has[3] = {false, false, false};
    print_front(&none, &envelope, boxes, has);
    plan.feed.skew = 0;
    plan.feed.margin_mm = 10;
    plan.feed.crop_mm = 4; /* elements begin farther in */
    double whole = envelope.w_mm * envelope.h_mm;
    const double px = COARSE_DPI / MM_PER_INCH;
    const int rim = 6; /* pixels, 1 mm */
    static const unsigned cuts[] = {
        EDGE_LEFT | EDGE_TOP,  EDGE_RIGHT, EDGE_RIGHT | EDGE_LOW, EDGE_TOP,
        EDGE_RIGHT | EDGE_TOP, EDGE_LEFT,  EDGE_LEFT | EDGE_LOW,  EDGE_LOW};
    for (int i = 0; i < 8; i++) {
        struct scan_image im;
        struct affine map;
        unsigned edges = plan.feed.crop_edges = cuts[i];
        int turn = plan.feed.orientation = 90 * (i % 4);
        assert_true(make_side(b, &plan, &envelope, &im, &map));
        double w = im.w, h = im.h;
        double seen = lit(&im, 0, 0, im.w, im.h) * w * h / (px * px) / whole;
        if (seen < 0.85 || seen > 0.98)
            fail_msg("edges %u, turned %d: %.3f of the paper is seen", edges, turn, seen);
        int x0 = im.w * 2 / 5, x1 = im.w * 3 / 5, y0 = im.h * 2 / 5, y1 = im.h * 3 / 5;
        double at[4] = {lit(&im, 0, y0, rim, y1), lit(&im, im.w - rim, y0, im.w, y1),
                        lit(&im, x0, 0, x1, rim), lit(&im, x0, im.h - rim, x1, im.h)};
        for (int e = 0; e < 4; e++)
            if (edges & 1u << e ? at[e] < 0.9 : at[e] > 0.1)
                fail_msg("edges %u, turned %d: %.2f paper at edge %d", edges, turn, at[e], e);
        for (int k = 0; k < 3; k++)
            assert_true(has[k] && inked(&im, &map, boxes[k]) > 0.08);
        scan_image_finish(&im);
    }
    envelope_finish(&envelope);
}

/* The truth's label box: label pixels inside, no change anywhere else. */
static void sticker_is_where_truth_says(void **state)
{
    struct bench *b = *state;
    struct firm firm = firm_demo();
    for (int kind = 0; kind < n_sticker_kinds; kind++) {
        struct rng rng = rng_make((uint64_t)kind, "sticker test");
        struct paper paper = paper_draw(firm.paper, rng, rng);
        struct envelope e;
        assert_true(envelope_init(&e, FORMAT_C6, &paper, rng, NULL));
        struct sticker s = sticker_choose(&sticker_kinds[kind], &rng, 120, 60);
        assert_non_null(sticker_kinds[kind].row[s.row].native);
        assert_non_null(sticker_kinds[kind].row[s.row].reason);
        s.x = 81, s.y = 57, s.angle = rng_range(&rng, -25, 25);
        sticker_stick(&e, &s, rng);
        struct affine place = affine_about(s.x, s.y, s.angle, 1, 0, 0);
        struct box around =
            affine_box(&place, (struct box){s.x - s.w / 2, s.y - s.h / 2, s.w, s.h});
        int in = 0, out = 0;
        for (int y = 0; y < e.side[0].canvas.h; y += 7)
            for (int x = 0; x < e.side[0].canvas.w; x += 7) {
                float r, g, blue;
                canvas_fetch(&e.side[0].canvas, x, y, 1, 1, &r, &g, &blue);
                double mx = x * MM_PER_INCH / CANVAS_DPI, my = y * MM_PER_INCH / CANVAS_DPI;
                bool inside = mx > around.x - 0.5 && my > around.y - 0.5 &&
                              mx < around.x + around.w + 0.5 && my < around.y + around.h + 0.5;
                bool changed = r != 1 || g != 1 || blue != 1;
                in += inside && changed;
                out += !inside && changed;
            }
        assert_int_equal(out, 0);
        assert_true(in > 200);
        struct box all = {0, 0, e.w_mm, e.h_mm}, own = {s.x - 2, s.y - 2, 4, 4};
        assert_true(stickers_cover(&s, 1, ART_FRONT, own) == (s.opaque ? 1 : 0));
        double want = s.opaque ? s.w * s.h / (e.w_mm * e.h_mm) : 0;
        assert_true(fabs(stickers_cover(&s, 1, ART_FRONT, all) - want) < 0.02);
        assert_true(stickers_cover(&s, 1, ART_BACK, own) == 0);
        envelope_finish(&e);
    }
    (void)b;
}

static void truth_line_has_a_field_for_every_heading(void **state)
{
    struct bench *b = *state;
    for (int i = 1; i <= 4; i++) {
        struct plan plan = set_plan(&b->set, i);
        struct truth truth;
        make(b, &plan, i, &truth);
        struct buf line = {0};
        truth_line(&line, &plan, &truth);
        int fields = 1, headings = 1;
        for (const char *c = line.data; *c; c++)
            fields += *c == '\t';
        for (const char *c = truth_header; *c; c++)
            headings += *c == '\t';
        assert_int_equal(fields, headings);
        if (plan.returned)
            assert_string_equal(truth.country, sticker_kinds[plan.sticker].country);
        else
            assert_string_equal(truth.country, "");
        for (int k = 0; k < truth.n_elements; k++)
            assert_false(plan.deviations.slogan_missing &&
                         strcmp(truth.element[k].name, "slogan") == 0);
        buf_finish(&line);
    }
}

/* What the caller fixes is what the truth says, of every sheet that it concerns. */
static void fixed_sheets_are_as_asked(void **state)
{
    struct bench *b = *state;
    struct set_options set = b->set;
    struct wish *w = &set.wish;
    struct err err = {{0}};
    assert_true(deviations_parse("logo_moved,print_differs,colour_differs", &w->deviations, &err));
    w->deviations_fixed = w->tech_fixed = w->skew_fixed = w->returned_fixed = true;
    w->skew = -11;
    for (int t = 0; t < TECH_COUNT; t++)
        for (int i = 1; i <= 20; i++) {
            char said[DEVIATION_LIST_SIZE];
            w->tech = (enum tech)t;
            struct plan p = set_plan(&set, i);
            assert_true(p.feed.skew == -11);
            truth_deviations(&p, said, sizeof said);
            if (p.kind == KIND_IMITATION)
                assert_string_equal(said, t == TECH_OFFSET
                                              ? "logo_moved,colour_differs"
                                              : "print_differs,logo_moved,colour_differs");
            else
                assert_string_equal(said, "");
            assert_false(p.kind != KIND_OTHER && p.returned);
        }
    assert_false(deviations_parse("logo_move", &w->deviations, &err));
    assert_false(deviations_parse("no", &w->deviations, &err));
    assert_true(deviations_parse("none", &w->deviations, &err));
    w->tech = TECH_OFFSET;
    assert_false(set_possible(&set, &err)); /* from the press and without a deviation */
}

/* A label hides the share that was asked for. */
static void cover_hides_its_share(void **state)
{
    struct bench *b = *state;
    static const double shares[] = {0, 0.3, 1};
    for (int i = 0; i < 3; i++) {
        struct plan plan = bare_plan(b);
        struct truth truth;
        strcpy(plan.hidden, "slogan");
        plan.hidden_share = shares[i];
        make(b, &plan, 1, &truth);
        assert_int_equal(truth.n_elements, 3);
        for (int k = 0; k < truth.n_elements; k++)
            if (strcmp(truth.element[k].name, "slogan") == 0)
                assert_true(fabs(truth.element[k].covered - shares[i]) < 0.03);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_seed_same_bytes_in_any_order, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(demo_batch_holds_what_it_promises, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(element_boxes_hold_ink_only_when_printed, setup,
                                        bench_destroy),
        cmocka_unit_test_setup_teardown(cropped_scans_lose_an_edge_only, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(sticker_is_where_truth_says, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(fixed_sheets_are_as_asked, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(cover_hides_its_share, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(truth_line_has_a_field_for_every_heading, setup,
                                        bench_destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
