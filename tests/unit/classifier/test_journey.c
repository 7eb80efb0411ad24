/* Blocks of text as a reader gives them, at places on a C5 sheet: who wrote to whom, and what the
 * sheet tells of its way. */
#include "tests/unit/test_support.h"

#include "classifier/correspondents.h"
#include "classifier/journey.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>

#define W_MM 229.0
#define H_MM 162.0

static struct phrases *phrases;

static int setup(void **state)
{
    (void)state;
    const char *source = getenv("POSTWACHT_SOURCE_DIR");
    char path[PATH_SIZE];
    struct err err;
    snprintf(path, sizeof path, "%s/schemas/data/return_phrases.tsv", source ? source : ".");
    return phrases_load(path, NULL, &phrases, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    phrases_destroy(phrases);
    return 0;
}

/* A block whose middle lies at (x, y) on the upright page. */
static struct return_reading block(enum side_name side, const char *text, double x, double y,
                                   double w, double h, double letter_mm)
{
    struct return_reading ret = {
        .region = {.side = side, .kind = REGION_PRINT, .centre_mm = {x, y}, .size_mm = {w, h}},
        .letter_mm = letter_mm,
        .at = {x / W_MM, y / H_MM},
        .ticked_hit = -1};
    snprintf(ret.text, sizeof ret.text, "%s", text);
    return ret;
}

static void sender_and_recipient_are_told_apart(void **state)
{
    (void)state;
    const struct return_reading blocks[] = {
        block(SIDE_FRONT, "Testbedrijf B.V.\nHaven 12\n8861 XT Harlingen", 40, 20, 50, 14, 2),
        block(SIDE_FRONT, "Erika Muster\nLindenweg 14\n48143 M\xc3\xbcnster\nDUITSLAND", 150, 100,
              60, 24, 3),
        block(SIDE_FRONT, "RR\n4711 Recommand\xc3\xa9", 150, 60, 40, 6, 5), /* no address */
        block(SIDE_BACK, "Ander Adres\nKade 3\n1969 LH Heemskerk", 110, 20, 50, 14, 4),
    };
    const int n = sizeof blocks / sizeof *blocks;
    const struct correspondent to = correspondent_recipient(blocks, n, phrases);
    assert_true(to.found);
    assert_int_equal(to.reading, 1);
    const struct correspondent from = correspondent_sender(blocks, n, &to, phrases);
    assert_true(from.found);
    assert_int_equal(from.reading, 0); /* the front goes before the flap */
    struct screening_party party;
    correspondent_tell(&to.address, &party);
    assert_true(party.known);
    assert_string_equal(party.name, "Erika Muster");
    assert_string_equal(party.street, "Lindenweg 14");
    assert_string_equal(party.postcode, "48143");
    assert_string_equal(party.place, "M\xc3\xbcnster");
    assert_string_equal(party.country, "DE");
    const struct correspondent flap = correspondent_sender(blocks + 1, n - 1, &to, phrases);
    assert_true(flap.found);
    assert_int_equal(flap.reading, 2);
    assert_false(correspondent_recipient(blocks + 2, 1, phrases).found);
    assert_false(correspondent_recipient(NULL, 0, phrases).found);
}

static void one_line_above_the_recipient_is_the_sender(void **state)
{
    (void)state;
    const struct return_reading blocks[] = {
        block(SIDE_FRONT, "Testbedrijf B.V. - Haven 12 - 8861 XT Harlingen", 150, 70, 70, 4, 1.5),
        block(SIDE_FRONT, "J. Jansen\nDorpsstraat 12\n1969 LH Heemskerk", 150, 100, 60, 20, 3),
    };
    const struct correspondent to = correspondent_recipient(blocks, 2, phrases);
    const struct correspondent from = correspondent_sender(blocks, 2, &to, phrases);
    assert_int_equal(to.reading, 1);
    assert_true(from.found);
    assert_string_equal(from.address.postcode, "8861 XT");
    assert_string_equal(from.address.name, "Testbedrijf B.V.");
}

/* Read as one block, they are told apart all the same; a label is no address. */
static void a_sender_line_within_the_block_is_taken_out(void **state)
{
    (void)state;
    struct return_reading joined =
        block(SIDE_FRONT,
              "Testbedrijf B.V. - Haven 12 - 8861 XT Harlingen\nJ. Jansen\nDorpsstraat 12\n"
              "1969 LH Heemskerk",
              150, 90, 70, 30, 3);
    const struct correspondent to = correspondent_recipient(&joined, 1, phrases);
    const struct correspondent from = correspondent_sender(&joined, 1, &to, phrases);
    assert_true(to.found);
    assert_string_equal(to.address.name, "J. Jansen");
    assert_string_equal(to.address.postcode, "1969 LH");
    assert_true(from.found);
    assert_string_equal(from.address.name, "Testbedrijf B.V.");
    assert_int_equal(from.length, strcspn(joined.text, "\n"));
    assert_int_equal(to.start, from.length + 1);
    joined.region.kind = REGION_LABEL;
    joined.evidence = 2 * RETURN_HINT;
    assert_false(correspondent_recipient(&joined, 1, phrases).found);
}

static const struct screening_event *event_of(const struct screening *screening,
                                              enum journey_stage stage)
{
    for (int i = 0; i < screening->n_events; i++)
        if (screening->event[i].stage == stage)
            return &screening->event[i];
    return NULL;
}

static struct screening *returned_sheet(const char *reason, const char *label)
{
    struct screening *screening = calloc(1, sizeof *screening);
    assert_non_null(screening);
    screening->returned = (struct screening_return){
        .is_return = true, .country = "DE", .has_box = true, .box_mm = {100, 90, 60, 40}};
    snprintf(screening->returned.reason, sizeof screening->returned.reason, "%s", reason);
    snprintf(screening->returned.text, sizeof screening->returned.text, "%s", label);
    strcpy(screening->returned.date, "2026-03-02");
    screening->n_codes = 2;
    strcpy(screening->code[0].symbology, "code128");
    strcpy(screening->code[0].text, "RR473124829NL");
    strcpy(screening->code[0].kind, "s10");
    strcpy(screening->code[0].detail, "NL");
    strcpy(screening->code[0].check_result, "ok");
    strcpy(screening->code[1].kind, "sorting_bars");
    strcpy(screening->code[1].text, "27");
    return screening;
}

static void tell(const struct return_reading *blocks, int n, int turn, struct screening *screening)
{
    struct side side = {.size_mm = {W_MM, H_MM}};
    const struct side *sides[SIDE_COUNT] = {&side, NULL};
    const int turns[SIDE_COUNT] = {turn, turn};
    journey_tell(blocks, n, sides, turns, screening);
}

static void the_way_is_told_in_its_order(void **state)
{
    (void)state;
    const struct return_reading mark =
        block(SIDE_FRONT, "PostNL\n12.02.2026\n\xe2\x82\xac 1,40", 190, 20, 40, 20, 3);
    struct screening *screening =
        returned_sheet("UNCLAIMED", "Nicht abgeholt\nZustellversuch 20.02.2026\n02.03.2026");
    tell(&mark, 1, 0, screening);
    assert_int_equal(screening->n_events, 5);
    for (int i = 1; i < screening->n_events; i++)
        assert_true(screening->event[i].stage >= screening->event[i - 1].stage);
    const struct screening_event *posted = event_of(screening, JOURNEY_POSTED);
    assert_string_equal(posted->country, "NL"); /* the item number names it and has no date */
    assert_string_equal(posted->date, "");
    assert_string_equal(posted[1].date, "2026-02-12");
    assert_string_equal(posted[1].told_by, "postmark");
    assert_true(posted[1].has_box);
    assert_string_equal(event_of(screening, JOURNEY_SORTED)->told_by, "sorting_bars");
    assert_string_equal(event_of(screening, JOURNEY_ATTEMPTED)->date, "2026-02-20");
    assert_string_equal(event_of(screening, JOURNEY_RETURNED)->date, "2026-03-02");
    assert_string_equal(event_of(screening, JOURNEY_RETURNED)->country, "DE");
    const double box[4] = {120, 80, 60, 30};
    journey_tell_strokes(SIDE_FRONT, box, screening);
    assert_int_equal(screening->n_events, 6);
    assert_int_equal(screening->event[5].stage, JOURNEY_RETURNED); /* stays the last */
    int strokes = 0;
    for (int i = 0; i < 6; i++)
        if (strcmp(screening->event[i].told_by, "pen_strokes") == 0) {
            strokes++;
            assert_int_equal(screening->event[i].stage, JOURNEY_ATTEMPTED);
            assert_false(screening_event_by_label(&screening->event[i])); /* a picture of its own */
        }
    assert_int_equal(strokes, 1);
    free(screening);
}

static void what_is_not_told_is_left_out(void **state)
{
    (void)state;
    /* too late for a postmark, too long ago, in another place, and a number that fails its check */
    const struct return_reading late = block(SIDE_FRONT, "05.06.2026", 190, 20, 40, 20, 3),
                                old = block(SIDE_FRONT, "05.06.2019", 190, 20, 40, 20, 3),
                                low = block(SIDE_FRONT, "12.02.2026", 190, 120, 40, 20, 3);
    const struct return_reading *blocks[] = {&late, &old, &low};
    for (int i = 0; i < 3; i++) {
        struct screening *screening = returned_sheet("MOVED", "verzogen 02.03.2026");
        strcpy(screening->code[0].check_result, "failed");
        tell(blocks[i], 1, 0, screening);
        assert_null(event_of(screening, JOURNEY_POSTED));
        assert_null(event_of(screening, JOURNEY_ATTEMPTED)); /* the post knew without going there */
        free(screening);
    }
    /* on a sheet fed upside down the mark is at the bottom left; without a known way up, untold */
    const struct return_reading turned = block(SIDE_FRONT, "12.02.2026", 39, 142, 40, 20, 3);
    struct screening *screening = calloc(1, sizeof *screening);
    tell(&turned, 1, 180, screening);
    assert_int_equal(screening->n_events, 1);
    assert_true(screening->event[0].box_mm[0] > 150 && screening->event[0].box_mm[1] < 40);
    tell(&turned, 1, -1, screening);
    assert_int_equal(screening->n_events, 0);
    free(screening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sender_and_recipient_are_told_apart),
        cmocka_unit_test(one_line_above_the_recipient_is_the_sender),
        cmocka_unit_test(a_sender_line_within_the_block_is_taken_out),
        cmocka_unit_test(the_way_is_told_in_its_order),
        cmocka_unit_test(what_is_not_told_is_left_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
