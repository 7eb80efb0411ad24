/* series: forgers are made of readings, as the checks give them, and must come out as they were
 * made. */
#include "classifier/series_book.h"
#include "schemas/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 88172645463325252ULL;

static double uniform(void) /* 0..1, xorshift */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (double)(random_state >> 11) / 9007199254740992.0;
}

static double normal(double sd)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += uniform();
    return (sum - 6) * sd;
}

static struct screening *blank(const char *template_name)
{
    static struct screening sheet;
    memset(&sheet, 0, sizeof sheet);
    sheet.verdict = VERDICT_IMITATION;
    strcpy(sheet.template_name, template_name);
    return &sheet;
}

static struct reading *add(struct screening *sheet, const char *check, const char *element,
                           enum outcome outcome, double value, double low, double high)
{
    struct reading *reading = screening_add_reading(sheet);
    assert_non_null(reading);
    strcpy(reading->check, check);
    strcpy(reading->element, element);
    reading->outcome = outcome;
    reading->value = value;
    reading->has_genuine = true;
    reading->genuine[0] = low;
    reading->genuine[1] = high;
    bool strange =
        outcome == OUTCOME_ABSENT || (outcome == OUTCOME_MEASURED && (value < low || value > high));
    reading->points = strange                       ? POINTS_IMITATION
                      : outcome == OUTCOME_MEASURED ? POINTS_GENUINE
                                                    : POINTS_NEITHER;
    if (strange)
        snprintf(reading->reason, sizeof reading->reason, "%s_%s", element,
                 outcome == OUTCOME_ABSENT ? "missing" : check);
    return reading;
}

static void add_screen(struct screening *sheet, double lines, double degrees)
{
    struct reading *reading = add(sheet, "screened_solid", "logo", OUTCOME_MEASURED, 500, 5, 12);
    reading->has_detail = true;
    reading->detail[0] = lines;
    reading->detail[1] = degrees;
    reading->detail[2] = 1;
}

/* The slogan stands dx, dy off the logo and the sender. */
static void add_places(struct screening *sheet, double dx, double dy)
{
    static const char *const elements[] = {"logo", "sender", "slogan"};
    for (int i = 0; i < 3; i++) {
        double x = (i == 2 ? dx : 0) + 0.7, y = (i == 2 ? dy : 0) - 0.4; /* the whole, on paper */
        double against = hypot(dx, dy) * (i == 2 ? 1 : 0.5);
        struct reading *reading =
            add(sheet, "place", elements[i], OUTCOME_MEASURED, against, 0, 0.9);
        reading->has_detail = true;
        reading->detail[0] = i == 2 ? dx : -dx / 2;
        reading->detail[1] = i == 2 ? dy : -dy / 2;
        reading->detail[2] = x;
        reading->detail[3] = y;
    }
}

/* A letter that differs, `x` mm from the sender's left edge. */
static void add_letter(struct screening *sheet, double share, double x)
{
    struct reading *reading = add(sheet, "wording", "sender", OUTCOME_MEASURED, share, 0, 0.04);
    reading->has_detail = true;
    reading->detail[2] = x;
    reading->detail[3] = 3;
}

/* One forger: his printer, where he put the slogan, whether he knew of it. */
struct forger {
    double lines, degrees, ragged, wide, dx, dy;
    bool slogan;
};

static struct screening *print_sheet(const struct forger *forger)
{
    struct screening *sheet = blank("demo");
    double ragged = forger->ragged * exp(normal(0.08)), wide = forger->wide * exp(normal(0.03));
    add(sheet, "presence", "slogan", forger->slogan ? OUTCOME_MEASURED : OUTCOME_ABSENT, 0.97, 0.93,
        1);
    add(sheet, "edge_raggedness", "logo", OUTCOME_MEASURED, ragged, 4.5, 7.5);
    add(sheet, "edge_raggedness", "sender", OUTCOME_MEASURED, ragged * 0.9, 4.5, 7.5);
    add(sheet, "edge_width", "logo", OUTCOME_MEASURED, wide, 95, 112);
    add_screen(sheet, forger->lines + normal(0.5), forger->degrees + normal(0.4));
    if (forger->slogan)
        add_places(sheet, forger->dx + normal(0.15), forger->dy + normal(0.15));
    return sheet;
}

static const struct forger first = {141, 45, 15, 125, 1, -5, true};
static const struct forger second = {177, 75, 22, 150, -4, 3, true};
static const struct forger third = {133, 15, 11, 118, 0, 0, false};

static struct series_book *book_new(void)
{
    struct err err;
    struct series_book *book;
    assert_true(series_book_create(&book, &err));
    return book;
}

static void take(struct series_book *book, int64_t item, const struct screening *sheet)
{
    struct err err;
    assert_true(series_book_add(book, item, "2026-11-21T12:00:00.000Z", sheet, &err));
}

static struct series_set find(const struct series_book *book)
{
    struct err err;
    struct series_set set;
    assert_true(series_book_find(book, &set, &err));
    return set;
}

static double link_between(const struct screening *a, struct screening *b)
{
    struct series_book *book = book_new();
    take(book, 1, a);
    take(book, 2, b);
    double link = series_book_link(book, 0, 1);
    assert_true(link == series_book_link(book, 1, 0));
    series_book_destroy(book);
    return link;
}

static struct screening keep(const struct screening *sheet)
{
    return *sheet;
}

static bool has_reason(const struct series *series, const char *reason)
{
    for (int i = 0; i < series->n_reasons; i++)
        if (strcmp(series->reason[i].reason, reason) == 0)
            return true;
    return false;
}

static void each_forger_is_one_series(void **state)
{
    (void)state;
    const struct forger *const forgers[] = {&first, &second, &third};
    struct series_book *book = book_new();
    for (int i = 0; i < 18; i++)
        take(book, 100 + i, print_sheet(forgers[i % 3]));
    struct series_set set = find(book);
    assert_int_equal(set.n, 3);
    for (int s = 0; s < 3; s++) {
        assert_int_equal(set.series[s].id, 100 + s);
        assert_int_equal(set.series[s].n_members, 6);
        for (int m = 0; m < 6; m++)
            assert_int_equal(set.series[s].member[m].item, 100 + s + 3 * m);
    }
    assert_true(set.series[0].strong);
    assert_true(has_reason(&set.series[0], "slogan_place"));
    assert_true(has_reason(&set.series[2], "slogan_missing"));
    assert_false(has_reason(&set.series[0], "slogan_missing"));
    const struct series *found = series_find(&set, 103);
    assert_true(found == &set.series[0]);
    assert_null(series_find(&set, 99));
    series_set_finish(&set);
    series_book_destroy(book);
}

static void strangers_make_no_series(void **state)
{
    (void)state;
    struct series_book *book = book_new();
    for (int i = 0; i < 12; i++) {
        double angle = 0.5 * i;
        struct forger one = {100 + 9 * i,
                             7.0 * i,
                             9 * pow(1.1, i),
                             105 * pow(1.05, i),
                             (4 + i % 3) * cos(angle),
                             (4 + i % 3) * sin(angle),
                             true};
        take(book, i + 1, print_sheet(&one));
    }
    struct series_set set = find(book);
    assert_int_equal(set.n, 0);
    series_set_finish(&set);
    series_book_destroy(book);
}

static void reasons_tell_values(void **state)
{
    (void)state;
    struct series_book *book = book_new();
    for (int i = 0; i < 4; i++)
        take(book, i + 1, print_sheet(&first));
    struct series_set set = find(book);
    assert_int_equal(set.n, 1);
    const struct series *series = &set.series[0];
    bool seen = false;
    for (int r = 0; r < series->n_reasons; r++) {
        const struct series_reason *reason = &series->reason[r];
        if (strcmp(reason->reason, "slogan_place") != 0)
            continue;
        seen = true;
        assert_int_equal(reason->n, 4);
        assert_true(fabs(reason->typical[1] + 5) < 0.4);
        assert_true(reason->low > 4 && reason->high < 6);
        for (int m = 0; m < 4; m++)
            assert_int_equal(series_cell(series, m, r)->shows, SERIES_SHOWS_DEVIATION);
    }
    assert_true(seen);
    struct series copy;
    struct err err;
    assert_true(series_copy(series, &copy, &err));
    assert_memory_equal(copy.member, series->member, 4 * sizeof *copy.member);
    series_finish(&copy);
    series_set_finish(&set);
    series_book_destroy(book);
}

static void what_is_rare_links_more(void **state)
{
    (void)state;
    struct screening a = keep(blank("demo"));
    add(&a, "presence", "slogan", OUTCOME_ABSENT, 0, 0.93, 1);
    double missing = link_between(&a, &a);
    a = keep(blank("demo"));
    add_places(&a, 0.4, -4.7);
    double moved = link_between(&a, &a);
    a = keep(blank("demo"));
    add_places(&a, 0.1, -1.2);
    double little = link_between(&a, &a);
    a = keep(blank("demo"));
    add_screen(&a, 141.2, 45.3);
    double screened = link_between(&a, &a);
    assert_true(missing > 0 && missing < 0.5);
    assert_true(moved > 3 * missing);
    assert_true(little < moved);
    assert_true(screened > 2 * missing);
}

/* One machine's serial in the yellow dots links more than anything; another one's speaks against; a
 * code that names no machine says nothing. */
static void one_serial_in_tracking_dots_links(void **state)
{
    (void)state;
    struct screening a = keep(print_sheet(&first)), b = keep(print_sheet(&first));
    double without = link_between(&a, &b);
    strcpy(a.dots.status, "decoded");
    strcpy(a.dots.pattern, "P4");
    strcpy(a.dots.serial, "25737234");
    memcpy(&b.dots, &a.dots, sizeof b.dots);
    assert_true(link_between(&a, &b) > without + 3);
    strcpy(b.dots.serial, "25737235");
    assert_true(link_between(&a, &b) < without);
    a.dots.serial[0] = b.dots.serial[0] = '\0';
    assert_true(fabs(link_between(&a, &b) - without) < 1e-5);
}

/* Dots that nobody can read link when they are the same, another way up as well; less than a
 * serial. What the machine prints at another minute may differ: that says nothing. */
static void one_unread_code_in_tracking_dots_links(void **state)
{
    (void)state;
    struct screening a = keep(print_sheet(&first)), b = keep(print_sheet(&first));
    double without = link_between(&a, &b);
    struct dots_cells *cells = &a.dots.cells, *turned = &b.dots.cells;
    strcpy(a.dots.status, "detected");
    strcpy(b.dots.status, "detected");
    *cells = (struct dots_cells){.pitch_mm = {0.8, 0.8}, .w = 12, .h = 12};
    *turned = *cells;
    for (int i = 0; i < 144; i++) {
        cells->site[i] = i * i % 7 == 1 && i % 5 ? DOTS_SITE_DOT : DOTS_SITE_EMPTY;
        turned->site[143 - i] = cells->site[i];
    }
    double same = link_between(&a, &b);
    assert_true(same > without + 1 && same < without + 3);
    for (int i = 0; i < 40; i++)
        turned->site[i] = i % 9 ? DOTS_SITE_EMPTY : DOTS_SITE_DOT;
    assert_true(fabs(link_between(&a, &b) - without) < 1e-5);
    turned->pitch_mm[0] = turned->pitch_mm[1] = 0.7;
    assert_true(link_between(&a, &b) < without);
}

static void contradictions_speak_against(void **state)
{
    (void)state;
    struct screening up = keep(blank("demo")), down = up, none = up, lost = up, there = up;
    add_places(&up, 0.4, -4.7);
    add_places(&down, 0.4, 4.7);
    add_places(&none, 0, 0);
    assert_true(link_between(&up, &down) < -0.5);
    assert_true(link_between(&up, &none) < -0.5);
    add(&lost, "presence", "slogan", OUTCOME_ABSENT, 0, 0.93, 1);
    add(&there, "presence", "slogan", OUTCOME_MEASURED, 0.97, 0.93, 1);
    assert_true(link_between(&lost, &there) < -0.5);
    struct screening arial = keep(blank("demo")), times = arial;
    add(&arial, "presence", "sender", OUTCOME_MEASURED, 0.3, 0.93, 1);
    add(&times, "presence", "sender", OUTCOME_MEASURED, 0.6, 0.93, 1);
    assert_true(link_between(&arial, &times) < 0);
    assert_true(link_between(&arial, &arial) > 0.3);
    struct screening typo = keep(blank("demo")), slip = typo;
    strcpy(add(&typo, "sender_text", "sender", OUTCOME_MEASURED, 0.6, 0.79, 0.95)->note,
           "\"MOLENPAD\" \xe2\x86\x92 \"MOLNEPAD\"");
    strcpy(add(&slip, "sender_text", "sender", OUTCOME_MEASURED, 0.6, 0.79, 0.95)->note,
           "\"MOLENPAD\" \xe2\x86\x92 \"MOLENPAT\"");
    assert_true(link_between(&typo, &typo) > 1);
    assert_true(link_between(&typo, &slip) < 0);
    struct screening here = keep(blank("demo")), elsewhere = here;
    add_letter(&here, 0.3, 12.5);
    add_letter(&elsewhere, 0.3, 20.1);
    assert_true(link_between(&here, &here) > 0.8);
    assert_true(link_between(&here, &elsewhere) < -0.3);
}

static void hidden_and_genuine_say_nothing(void **state)
{
    (void)state;
    struct screening seen = keep(blank("demo")), hidden = seen, same = seen;
    add(&seen, "presence", "slogan", OUTCOME_ABSENT, 0, 0.93, 1);
    add(&hidden, "presence", "slogan", OUTCOME_OCCLUDED, 0, 0.93, 1);
    add(&hidden, "edge_width", "logo", OUTCOME_UNMEASURABLE, 0, 95, 112);
    assert_true(link_between(&seen, &hidden) == 0);
    add(&same, "presence", "logo", OUTCOME_MEASURED, 0.97, 0.93, 1);
    add(&same, "edge_width", "logo", OUTCOME_MEASURED, 103, 95, 112);
    add_places(&same, 0.1, 0.1);
    assert_true(link_between(&same, &same) == 0);
}

/* With the logo hidden on one of them, the shifts against "the others" differ; the distances do
 * not. */
static void places_survive_a_hidden_element(void **state)
{
    (void)state;
    struct screening all = keep(blank("demo")), two = all, three = all;
    add_places(&all, 0, -4.7);
    add_places(&three, 0, -4.7);
    two.n_readings = 3;
    for (int i = 0; i < 3; i++)
        two.reading[i] = three.reading[i];
    two.reading[0].outcome = OUTCOME_UNMEASURABLE;
    two.reading[0].points = POINTS_NEITHER;
    assert_true(link_between(&all, &two) > 0.5);
}

/* Edges are measured against the genuine outlines; where the letters are others they mean nothing.
 */
static void edges_of_other_outlines_are_left_out(void **state)
{
    (void)state;
    struct screening plain = keep(blank("demo")), arial = plain;
    add(&plain, "edge_raggedness", "sender", OUTCOME_MEASURED, 15, 4.5, 7.5);
    add(&arial, "edge_raggedness", "sender", OUTCOME_MEASURED, 60, 4.5, 7.5);
    assert_true(link_between(&plain, &arial) < -0.3);
    add(&plain, "typeface", "sender", OUTCOME_MEASURED, 0.01, 0, 0.04);
    double before = link_between(&plain, &arial);
    add(&arial, "typeface", "sender", OUTCOME_MEASURED, 0.3, 0, 0.04);
    double after = link_between(&plain, &arial);
    assert_true(before < -0.3 && after < 0);
    struct screening font = keep(blank("demo"));
    add(&font, "typeface", "sender", OUTCOME_MEASURED, 0.01, 0, 0.04);
    struct screening other = keep(blank("demo"));
    add(&other, "typeface", "sender", OUTCOME_MEASURED, 0.3, 0, 0.04);
    assert_true(after == link_between(&font, &other)); /* the typeface alone speaks */
}

static void of_different_templates_never(void **state)
{
    (void)state;
    struct screening ours = keep(print_sheet(&first));
    struct screening theirs = ours;
    strcpy(theirs.template_name, "other");
    assert_true(link_between(&ours, &theirs) < -5);
}

static void unknown_checks_count_by_their_genuine_spread(void **state)
{
    (void)state;
    struct screening a = keep(blank("demo")), b = a;
    add(&a, "stroke_of_genius", "sender", OUTCOME_MEASURED, 0.52, 0.2, 0.3);
    add(&b, "stroke_of_genius", "sender", OUTCOME_MEASURED, 0.25, 0.2, 0.3);
    assert_true(link_between(&a, &a) > 0.2);
    assert_true(link_between(&a, &b) < 0);
}

static void only_suspects_are_kept(void **state)
{
    (void)state;
    struct series_book *book = book_new();
    struct screening sheet = keep(print_sheet(&first));
    sheet.verdict = VERDICT_GENUINE;
    take(book, 1, &sheet);
    sheet.verdict = VERDICT_OTHER;
    take(book, 2, &sheet);
    assert_int_equal(series_book_count(book), 0);
    sheet.verdict = VERDICT_UNSURE;
    take(book, 3, &sheet);
    assert_int_equal(series_book_count(book), 1);
    sheet.n_readings = 0;
    take(book, 4, &sheet);
    assert_int_equal(series_book_count(book), 1);
    series_book_destroy(book);
}

/* The same sheets in any order; and more sheets later leave a series its name and its links. */
static void order_and_arrivals_change_no_name(void **state)
{
    (void)state;
    enum { N = 8 };
    struct screening *sheet = calloc(N, sizeof *sheet);
    for (int i = 0; i < N; i++)
        sheet[i] = *print_sheet(i % 2 ? &first : &second);
    struct series_book *up = book_new(), *down = book_new();
    for (int i = 0; i < N; i++) {
        take(up, i + 1, &sheet[i]);
        take(down, N - i, &sheet[N - 1 - i]);
    }
    struct series_set a = find(up), b = find(down);
    assert_int_equal(a.n, 2);
    assert_int_equal(b.n, 2);
    for (int s = 0; s < 2; s++) {
        assert_int_equal(a.series[s].id, b.series[s].id);
        assert_true(a.series[s].link == b.series[s].link);
        assert_int_equal(a.series[s].n_members, b.series[s].n_members);
    }
    double link = series_book_link(up, 0, 2);
    take(up, 50, print_sheet(&first));
    take(up, 51, print_sheet(&third));
    struct series_set more = find(up);
    assert_int_equal(more.n, 2);
    assert_int_equal(more.series[1].id, a.series[1].id);
    assert_int_equal(series_find(&more, 50)->id, 2);
    assert_true(series_book_link(up, 0, 2) == link);
    series_set_finish(&a);
    series_set_finish(&b);
    series_set_finish(&more);
    series_book_destroy(up);
    series_book_destroy(down);
    free(sheet);
}

static void nonsense_leaves_finite_links(void **state)
{
    (void)state;
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -1e308, 0, 1e-300};
    static const char *const names[] = {"presence", "place",  "scale",          "colour",
                                        "paper",    "format", "screened_solid", "edge_width",
                                        "wording",  "x",      "sender_text",    "edge_raggedness"};
    struct screening *sheet = blank("demo");
    struct series_book *book = book_new();
    for (int n = 0; n < 60; n++) {
        sheet->n_readings = 0;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            struct reading *r =
                add(sheet, names[i], "logo", OUTCOME_MEASURED, odd[(size_t)(uniform() * 7)],
                    odd[(size_t)(uniform() * 7)], odd[(size_t)(uniform() * 7)]);
            r->points = POINTS_IMITATION;
            r->has_detail = true;
            for (int d = 0; d < READING_DETAILS; d++)
                r->detail[d] = odd[(size_t)(uniform() * 7)];
            memset(r->note, 'x', sizeof r->note - 1);
        }
        take(book, n + 1, sheet);
    }
    for (int i = 0; i < 60; i++)
        for (int k = 0; k < 60; k++)
            assert_true(i == k || isfinite(series_book_link(book, i, k)));
    struct series_set set = find(book);
    series_set_finish(&set);
    series_book_destroy(book);
}

/* ---- clustering ---- */

/* The same by looking at all pairs of groups each time. */
static void cluster_slowly(const float *link, int n, double least, int *group)
{
    for (int i = 0; i < n; i++)
        group[i] = i;
    for (;;) {
        double best = least;
        int join[2] = {-1, -1};
        for (int a = 0; a < n; a++)
            for (int b = a + 1; b < n; b++) {
                double sum = 0;
                int pairs = 0;
                for (int i = 0; i < n; i++)
                    for (int k = 0; k < n; k++)
                        if (group[i] == a && group[k] == b) {
                            sum += (double)link[i * n + k];
                            pairs++;
                        }
                if (pairs && sum / pairs >= best) {
                    best = sum / pairs;
                    join[0] = a;
                    join[1] = b;
                }
            }
        if (join[0] < 0)
            return;
        for (int i = 0; i < n; i++)
            if (group[i] == join[1])
                group[i] = join[0];
    }
}

static void chain_and_exhaustive_clustering_agree(void **state)
{
    (void)state;
    enum { N = 14 };
    for (int round = 0; round < 200; round++) {
        float link[N * N] = {0};
        int fast[N], slow[N];
        struct err err;
        for (int i = 0; i < N; i++)
            for (int k = 0; k < i; k++)
                link[i * N + k] = link[k * N + i] =
                    (float)((i % 3 == k % 3 ? 1.2 : -0.5) + normal(1.5));
        cluster_slowly(link, N, 1, slow);
        assert_true(cluster_average(link, N, 1, fast, &err));
        assert_memory_equal(fast, slow, sizeof fast);
    }
}

/* 0-1 and 2-3 are close; 1-2 alone happens to be: single linkage would make one of all four. */
static void one_bridge_does_not_chain(void **state)
{
    (void)state;
    float link[16] = {0, 3, -1, -1, 3, 0, 3, -1, -1, 3, 0, 3, -1, -1, 3, 0};
    int group[4];
    struct err err;
    assert_true(cluster_average(link, 4, 1, group, &err));
    assert_int_equal(group[0], group[1]);
    assert_int_equal(group[2], group[3]);
    assert_int_not_equal(group[0], group[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_forger_is_one_series),
        cmocka_unit_test(strangers_make_no_series),
        cmocka_unit_test(reasons_tell_values),
        cmocka_unit_test(what_is_rare_links_more),
        cmocka_unit_test(one_serial_in_tracking_dots_links),
        cmocka_unit_test(one_unread_code_in_tracking_dots_links),
        cmocka_unit_test(contradictions_speak_against),
        cmocka_unit_test(hidden_and_genuine_say_nothing),
        cmocka_unit_test(places_survive_a_hidden_element),
        cmocka_unit_test(edges_of_other_outlines_are_left_out),
        cmocka_unit_test(of_different_templates_never),
        cmocka_unit_test(unknown_checks_count_by_their_genuine_spread),
        cmocka_unit_test(only_suspects_are_kept),
        cmocka_unit_test(order_and_arrivals_change_no_name),
        cmocka_unit_test(nonsense_leaves_finite_links),
        cmocka_unit_test(chain_and_exhaustive_clustering_agree),
        cmocka_unit_test(one_bridge_does_not_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
