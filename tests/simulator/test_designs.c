/* The larger set: every deviation changes the artwork that it names and nothing else, marks and
 * nuisances come out where the truth says. Drawings are compared as coverage at 150 dpi; whole
 * sheets are made only where the truth is what is tested. */
#include "tests/simulator/bench.h"
#include "tests/simulator/franking.h"
#include "tests/simulator/slip.h"
#include "tests/simulator/truth.h"
#include "tests/simulator/window.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <string.h>

#define DPI 150.0
#define FIRST FIRM_LARGER_SET
#define FORMAT FORMAT_C6

static uint8_t *raster(const struct element *e, int layer)
{
    double k = DPI / MM_PER_INCH;
    struct affine map = {k, 0, 0, k, 0, 0};
    uint8_t *cov = art_raster(e->layer[layer].drawing, &map, (int)(format_facts[FORMAT].w_mm * k),
                              (int)(format_facts[FORMAT].h_mm * k));
    assert_non_null(cov);
    return cov;
}

static bool same_element(const struct element *a, const struct element *b)
{
    size_t n = (size_t)(format_facts[FORMAT].w_mm * DPI / MM_PER_INCH) *
               (size_t)(format_facts[FORMAT].h_mm * DPI / MM_PER_INCH);
    bool same = a->n_layers == b->n_layers && a->side == b->side;
    for (int i = 0; same && i < a->n_layers; i++) {
        uint8_t *p = raster(a, i), *q = raster(b, i);
        same = memcmp(p, q, n) == 0 &&
               memcmp(&a->layer[i].ink, &b->layer[i].ink, sizeof a->layer[i].ink) == 0;
        free(p);
        free(q);
    }
    return same;
}

static const struct element *find(const struct artwork *art, const char *name)
{
    for (int i = 0; i < art->n; i++)
        if (strcmp(art->element[i].name, name) == 0)
            return &art->element[i];
    return NULL;
}

/* Names the elements that came, went or changed, comma-separated. */
static void changes(const struct artwork *was, const struct artwork *is, char *ret, size_t size)
{
    static const char *const names[] = {"logo", "sender", "slogan", "rule",
                                        "seal", "paid",   "band",   "extra"};
    *ret = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct element *a = find(was, names[i]), *b = find(is, names[i]);
        size_t used = strlen(ret);
        if ((a || b) && (!a || !b || !same_element(a, b)))
            snprintf(ret + used, size - used, "%s%s", used ? "," : "", names[i]);
    }
}

/* A firm of every layout: what a deviation names changes, and only that. */
static void deviations_change_what_they_name(void **state)
{
    (void)state;
    static const struct {
        const char *deviation, *changes; /* of what the firm has */
    } cases[] = {
        {"logo_altered", "logo"},          {"logo_missing", "logo"},
        {"sender_text_differs", "sender"}, {"sender_font_differs", "sender"},
        {"sender_missing", "sender"},      {"slogan_text_differs", "slogan"},
        {"slogan_font_differs", "slogan"}, {"slogan_missing", "slogan"},
        {"slogan_moved", "slogan"},        {"extra_print", "extra"},
        {"paper_tint_differs", ""},        {"format_differs", ""},
    };
    for (unsigned long number = FIRST; number < FIRST + LAYOUTS; number++) {
        struct firm firm = firm_numbered(number);
        struct artwork own, forged;
        struct deviations none = {0};
        assert_true(artwork_build(&firm, FORMAT, &none, &own));
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct deviations d;
            char changed[96];
            assert_true(deviations_parse(cases[i].deviation, &d, NULL));
            if (deviations_impossible(&d, firm_has(&firm)))
                continue;
            struct rng rng = rng_make(number + i, "deviation test");
            deviations_measure(&d, &rng);
            assert_true(artwork_build(&firm, FORMAT, &d, &forged));
            changes(&own, &forged, changed, sizeof changed);
            if (strcmp(changed, cases[i].changes) != 0)
                fail_msg("firm %lu, %s: changed '%s'", number, cases[i].deviation, changed);
            artwork_finish(&forged);
        }
        artwork_finish(&own);
    }
}

static int differences(const char *a, const char *b)
{
    int n = abs((int)strlen(a) - (int)strlen(b));
    for (; *a && *b; a++, b++)
        n += *a != *b;
    return n;
}

static void slips_are_small_and_never_empty(void **state)
{
    (void)state;
    static const char *const texts[] = {"Stationsplein 14", "1234 AB Beverwijk",
                                        "Le métal au bon endroit"};
    for (int t = 0; t < 3; t++)
        for (unsigned variant = 0; variant < 60; variant++)
            for (int slip = 0; slip < SLIPS; slip++) {
                char text[64];
                strcpy(text, texts[t]);
                slip_text(text, sizeof text, (enum slip)slip, variant);
                int n = differences(text, texts[t]);
                assert_true(n > 0);
                assert_true(n == 1 || (slip != SLIP_LETTER && slip != SLIP_DIGIT));
            }
}

/* ---- sheets ------------------------------------------------------------------------------ */

static int setup(void **state)
{
    struct bench *b = bench_create(75);
    b->set = (struct set_options){
        .set = SET_TEST, .seed = 5, .format = FORMAT, .mix = {1, 0, 0}, .dots = DOTS_SOME};
    b->set.wish = (struct wish){.returned_fixed = true, .nuisances_fixed = true};
    *state = b;
    return 0;
}

/* Nobody else's envelope shows what ours is known by; whose it is stands in the truth. */
static void strangers_are_never_us(void **state)
{
    (void)state;
    const struct firm firms[] = {firm_demo(), firm_numbered(3), firm_numbered(212),
                                 firm_numbered(220)};
    const int sheets = 400;
    int seals = 0;
    for (int f = 0; f < 4; f++) {
        struct set_options set = {.set = SET_TEST, .seed = 5, .format = FORMAT, .mix = {0, 0, 1}};
        set.firm = firms[f];
        for (int i = 1; i <= sheets; i++) {
            struct plan p = set_plan(&set, i);
            struct truth truth = {0};
            struct buf line = {0};
            assert_string_not_equal(p.firm.name, firms[f].name);
            assert_string_not_equal(p.firm.slogan, firms[f].slogan);
            assert_int_not_equal(p.firm.logo, firms[f].logo);
            seals += p.firm.extras.seal;
            assert_false(p.firm.extras.seal && firms[f].extras.seal &&
                         p.firm.extras.licence % SEALS == firms[f].extras.licence % SEALS);
            truth_line(&line, &p, &truth);
            const char *stranger = strrchr(line.data, '\t') + 1;
            assert_int_equal(strtoul(stranger, NULL, 10),
                             p.elements ? strtoul(p.firm.key, NULL, 10) : 0);
            buf_finish(&line);
        }
    }
    assert_true(firms[2].extras.seal || firms[3].extras.seal); /* else the seals prove nothing */
    assert_true(seals > sheets / 10);
}

static struct firm firm_with_machine(void)
{
    unsigned long number = FIRST;
    while (!firm_numbered(number).franking.has)
        number++;
    return firm_numbered(number);
}

static const struct truth_element *made(struct bench *b, const char *deviation, struct truth *truth)
{
    struct err err = {{0}};
    struct plan plan = set_plan(&b->set, 1);
    assert_true(deviations_parse(deviation, &plan.deviations, &err));
    plan.kind = *deviation ? KIND_IMITATION : KIND_GENUINE;
    if (!sheet_make(&plan, &b->settings, set_rng(&b->set, 1), truth, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < truth->n_elements; i++)
        if (strcmp(truth->element[i].name, "franking") == 0)
            return &truth->element[i];
    return NULL;
}

static void franking_belongs_to_the_firm(void **state)
{
    struct bench *b = *state;
    struct truth truth;
    b->set.firm = firm_with_machine();
    const struct truth_element *mark = made(b, "", &truth);
    assert_non_null(mark);
    assert_true(mark->box.x > truth.w_mm / 2 && mark->box.x + mark->box.w < truth.w_mm);
    assert_true(mark->box.y > 2 && mark->box.y + mark->box.h < truth.h_mm / 2);
    assert_string_equal(truth.deviations, "");
    assert_null(made(b, "mark_missing", &truth));
    assert_string_equal(truth.deviations, "mark_missing");
    assert_non_null(made(b, "mark_wrong", &truth));
    assert_string_equal(truth.deviations, "mark_wrong");
}

static void nuisances_are_noted(void **state)
{
    struct bench *b = *state;
    struct truth truth;
    b->set.firm = firm_numbered(FIRST);
    struct plan clean = set_plan(&b->set, 1);
    assert_true(
        nuisance_parse("crease,tape,cropped,covered,low_contrast", &b->set.wish.nuisances, NULL));
    struct plan plan = set_plan(&b->set, 1);
    assert_true(plan.feed.crop_mm > 0 && plan.feed.crop_edges && clean.feed.crop_mm == 0);
    assert_true(plan.feed.fade > 0 && clean.feed.fade == 0);
    assert_true(plan.hidden_share > 0 && clean.hidden_share == 0);
    made(b, "", &truth);
    static const char *const said[] = {"crease:", "cropped,", "tape:", "low_contrast", "covered:"};
    for (int i = 0; i < 5; i++)
        assert_non_null(strstr(truth.nuisances, said[i]));
    assert_null(strstr(truth.nuisances, "pen"));
    assert_false(nuisance_parse("crease,rain", &b->set.wish.nuisances, NULL));
}

/* Dark spots a mm apart or less, inside and outside the window. */
static void count_ink(const struct envelope *e, int *ret_in, int *ret_out)
{
    struct box b = format_window(e->format);
    *ret_in = *ret_out = 0;
    for (int y = 0; y < e->side[0].canvas.h; y += 5)
        for (int x = 0; x < e->side[0].canvas.w; x += 5) {
            float r, g, blue;
            canvas_fetch(&e->side[0].canvas, x, y, 1, 1, &r, &g, &blue);
            double mx = x * MM_PER_INCH / CANVAS_DPI, my = y * MM_PER_INCH / CANVAS_DPI;
            bool in = mx > b.x + 1 && my > b.y + 1 && mx < b.x + b.w - 1 && my < b.y + b.h - 1;
            bool beside = mx < b.x - 1 || my < b.y - 1 || mx > b.x + b.w + 1 || my > b.y + b.h + 1;
            *ret_in += in && g < 0.3f;
            *ret_out += beside && g != 1;
        }
}

/* The letter shows in the window only, at another place in each envelope; none, no writing. */
static void letters_lie_behind_their_window(void **state)
{
    (void)state;
    const char *lines[] = {"Frau Katrin Vollmer", "Eichenweg 3", "33602 Bielefeld"};
    struct rng maker = rng_make(1, "window test");
    struct paper paper = paper_draw(firm_demo().paper, maker, maker);
    int inside[3], outside;
    for (int i = 0; i < 3; i++) {
        struct envelope e;
        assert_true(envelope_init(&e, FORMAT_DLW, &paper, maker, NULL));
        window_show(&e, maker, lines, i < 2 ? 3 : 0, rng_make((uint64_t)i, "letter"));
        count_ink(&e, &inside[i], &outside);
        assert_int_equal(outside, 0);
        envelope_finish(&e);
    }
    assert_true(inside[0] > 50 && inside[1] > 50);
    assert_int_equal(inside[2], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_change_what_they_name),
        cmocka_unit_test(slips_are_small_and_never_empty),
        cmocka_unit_test(strangers_are_never_us),
        cmocka_unit_test(letters_lie_behind_their_window),
        cmocka_unit_test_setup_teardown(franking_belongs_to_the_firm, setup, bench_destroy),
        cmocka_unit_test_setup_teardown(nuisances_are_noted, setup, bench_destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
