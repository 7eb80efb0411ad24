/* verdict: from readings alone; each row is a sheet as the readings tell it. */
#include "classifier/check.h"
#include "classifier/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { FOUND, ALTERED, ABSENT, HIDDEN };

static void add(struct screening *sheet, const struct check *check, const char *element,
                enum outcome outcome, double value, double weight, const char *reason)
{
    struct reading *reading = screening_add_reading(sheet);
    assert_non_null(reading);
    snprintf(reading->check, sizeof reading->check, "%s", check->name);
    snprintf(reading->element, sizeof reading->element, "%s", element);
    snprintf(reading->reason, sizeof reading->reason, "%s", reason);
    reading->outcome = outcome;
    reading->value = value;
    reading->has_genuine = true;
    reading->weight = weight;
    reading->surprisal = weight > 0.6 ? 5 : weight > 0 ? 1 + weight : 0.3;
    reading->points = weight > 0 ? POINTS_IMITATION : weight < 0 ? POINTS_GENUINE : POINTS_NEITHER;
}

static void add_presence(struct screening *sheet, const char *element, int what)
{
    char reason[REASON_SIZE] = "";
    if (what == ALTERED || what == ABSENT)
        snprintf(reason, sizeof reason, "%s_%s", element, what == ABSENT ? "missing" : "altered");
    add(sheet, &check_presence, element,
        what == ABSENT   ? OUTCOME_ABSENT
        : what == HIDDEN ? OUTCOME_OCCLUDED
                         : OUTCOME_MEASURED,
        what == FOUND ? 0.97 : 0.6,
        what == FOUND    ? -0.2
        : what == HIDDEN ? 0
                         : 0.7,
        reason);
}

static struct screening *sheet_of(int logo, int sender, int slogan)
{
    static struct screening sheet;
    memset(&sheet, 0, sizeof sheet);
    strcpy(sheet.template_name, "demo");
    add_presence(&sheet, "logo", logo);
    add_presence(&sheet, "sender", sender);
    add_presence(&sheet, "slogan", slogan);
    return &sheet;
}

static bool has_reason(const struct screening *sheet, const char *reason)
{
    for (int i = 0; i < sheet->n_reasons; i++)
        if (strcmp(sheet->reason[i], reason) == 0)
            return true;
    return false;
}

static void all_there_is_genuine(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    assert_true(has_reason(sheet, "matches_template"));
}

static void missing_slogan_is_an_imitation(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, ABSENT);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    assert_string_equal(sheet->reason[0], "slogan_missing");
}

static void add_usual_print(struct screening *sheet)
{
    add(sheet, &check_edge_width, "sender", OUTCOME_MEASURED, 110, -check_edge_width.agreement, "");
}

static void hidden_slogan_is_not_a_missing_one(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, HIDDEN);
    add_usual_print(sheet);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    assert_true(has_reason(sheet, "slogan_hidden"));
    assert_false(has_reason(sheet, "slogan_missing"));
}

static void a_corner_of_a_logo_is_no_look(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(HIDDEN, FOUND, HIDDEN);
    struct reading *reading = &sheet->reading[1];
    add_usual_print(sheet);
    reading->has_detail = true;
    reading->detail[0] = 0.8;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    reading->detail[0] = 0.42;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_true(has_reason(sheet, "elements_hidden"));
}

/* Film shows what is printed, not how. */
static void all_under_film_is_no_look(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(HIDDEN, FOUND, HIDDEN);
    struct reading *reading = &sheet->reading[1];
    add_usual_print(sheet);
    reading->has_detail = true;
    reading->detail[0] = 1;
    reading->detail[2] = 0.4;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    reading->detail[2] = 0.9;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
}

static void nothing_found_makes_no_claim(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(ABSENT, ALTERED, ABSENT);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
    assert_int_equal(sheet->n_reasons, 1);
    sheet = sheet_of(FOUND, FOUND, FOUND);
    sheet->template_name[0] = '\0';
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
}

static void our_name_in_other_type_is_a_claim(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(ABSENT, ALTERED, ABSENT);
    add(sheet, &check_sender_text, "sender", OUTCOME_MEASURED, 0.9, -0.2, "");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
}

static void our_name_read_elsewhere_claims_and_is_no_evidence(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(HIDDEN, HIDDEN, HIDDEN);
    add(sheet, &check_named, "", OUTCOME_MEASURED, 1, 0.7, "named"); /* whatever was judged */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_false(has_reason(sheet, "named"));
    sheet = sheet_of(ABSENT, ALTERED, ABSENT);
    add(sheet, &check_named, "", OUTCOME_MEASURED, 1, 0, "");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    sheet->reading[sheet->n_readings - 1].value = 0.5;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
}

static void add_slogan(struct screening *sheet)
{
    add(sheet, &check_named, "", OUTCOME_MEASURED, 1, 0, "");
    sheet->reading[sheet->n_readings - 1].has_detail = true;
    sheet->reading[sheet->n_readings - 1].detail[0] = 1;
}

static void a_slogan_in_other_type_needs_something_beside_it(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(ABSENT, ALTERED, ALTERED);
    add_slogan(sheet); /* another firm of the trade, with its own name */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
    sheet = sheet_of(ABSENT, HIDDEN, ALTERED); /* the name may stand under a label */
    add_slogan(sheet);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    sheet = sheet_of(ABSENT, ABSENT, ALTERED);
    add_presence(sheet, "mark_1", FOUND);
    add_slogan(sheet);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
}

static void one_opinion_on_the_print_does_not_decide(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_edge_raggedness, "logo", OUTCOME_MEASURED, 20, 0.7, "logo_ragged");
    add(sheet, &check_edge_raggedness, "sender", OUTCOME_MEASURED, 20, 0.7, "sender_ragged");
    for (int i = sheet->n_readings - 2; i < sheet->n_readings; i++)
        sheet->reading[i].surprisal = 3.5;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    add(sheet, &check_edge_width, "logo", OUTCOME_MEASURED, 140, 0.7, "logo_edge_wide");
    sheet->reading[sheet->n_readings - 1].surprisal = 3.5; /* edges again */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    add(sheet, &check_grain, "logo", OUTCOME_MEASURED, 3, 0.7, "logo_grainy");
    sheet->reading[sheet->n_readings - 1].surprisal = 2;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    assert_true(has_reason(sheet, "logo_ragged"));
    assert_true(has_reason(sheet, "logo_grainy"));
}

/* Of many measures one is always a little strange. */
static void more_to_choose_from_needs_more(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_grain, "logo", OUTCOME_MEASURED, 1, 0.35, "logo_grainy");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    add(sheet, &check_colour_dots, "logo", OUTCOME_MEASURED, 1, -0.1, "");
    add(sheet, &check_edge_width, "logo", OUTCOME_MEASURED, 110, -0.1, "");
    add(sheet, &check_colour, "logo", OUTCOME_MEASURED, 1, -0.1, "");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
}

static void extreme_roughness_decides_alone(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_edge_raggedness, "logo", OUTCOME_MEASURED, 40, 0.7, "logo_ragged");
    sheet->reading[sheet->n_readings - 1].surprisal = 9;
    verdict_decide(sheet); /* a pen across a logo is rough as well, and no more */
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    add(sheet, &check_edge_variation, "logo", OUTCOME_MEASURED, 9, 0.35, "logo_edge_uneven");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    add(sheet, &check_edge_raggedness, "sender", OUTCOME_MEASURED, 40, 0.7, "sender_ragged");
    sheet->reading[sheet->n_readings - 1].surprisal = 9;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    sheet->n_readings--; /* all over one element is enough */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    add(sheet, &check_edge_raggedness, "sender", OUTCOME_MEASURED, 6, -0.1, "");
    sheet->reading[sheet->n_readings - 1].surprisal = 0.3; /* unless another one is smooth */
    verdict_decide(sheet);
    assert_int_not_equal(sheet->verdict, VERDICT_IMITATION);
}

/* A firm whose colours are screened anyway: its black sender alone can tell toner. */
static void one_element_that_can_tell_is_enough(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_edge_raggedness, "logo", OUTCOME_MEASURED, 18, -0.1, "");
    add(sheet, &check_edge_raggedness, "slogan", OUTCOME_MEASURED, 22, -0.1, "");
    add(sheet, &check_edge_raggedness, "sender", OUTCOME_MEASURED, 14, 0.7, "sender_ragged");
    sheet->reading[sheet->n_readings - 1].surprisal = 12;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    add(sheet, &check_satellites, "logo", OUTCOME_MEASURED, 0.1, -0.1, "");
    add(sheet, &check_satellites, "sender", OUTCOME_MEASURED, 0.2, 0.7, "sender_specked");
    sheet->reading[sheet->n_readings - 1].surprisal = 2;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    sheet->reading[sheet->n_readings - 1].surprisal = 3.5;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    assert_true(has_reason(sheet, "sender_specked"));
}

static void a_poor_scan_shows_no_detail(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_typeface, "sender", OUTCOME_MEASURED, 0.4, 0.7, "sender_font_differs");
    add(sheet, &check_compression, "", OUTCOME_MEASURED, 60, 0, "");
    struct reading *loss = &sheet->reading[sheet->n_readings - 1];
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    loss->surprisal = 12;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_true(has_reason(sheet, "image_poor"));
    assert_false(has_reason(sheet, "sender_font_differs"));
    add_presence(sheet, "mark_1", ABSENT); /* that can be seen all the same */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
}

/* On a faint scan nothing tells a white label from bare paper. */
static void missing_on_a_faint_scan_needs_a_person(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, ABSENT);
    add(sheet, &check_contrast, "", OUTCOME_MEASURED, 0.6, 0, "");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    sheet->reading[sheet->n_readings - 1].surprisal = 2;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_true(has_reason(sheet, "slogan_missing"));
}

/* A trade's seal with the same words in another type stands on many firms' mail. */
static void a_slogan_that_is_another_is_no_claim(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(HIDDEN, HIDDEN, FOUND);
    verdict_decide(sheet);
    assert_int_not_equal(sheet->verdict, VERDICT_OTHER);
    add(sheet, &check_wording, "slogan", OUTCOME_MEASURED, 0.2, 0.7, "slogan_text_differs");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
}

static void misread_text_needs_a_picture_that_differs(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_sender_text, "sender", OUTCOME_MEASURED, 0.6, 0.7, "sender_text_differs");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    add(sheet, &check_wording, "sender", OUTCOME_MEASURED, 0.1, 0.4, "sender_text_differs");
    verdict_decide(sheet); /* a postmark across a word */
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    sheet->reading[sheet->n_readings - 1].surprisal = 5;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
}

static void one_likeness_beside_bare_paper_is_no_claim(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(ABSENT, ABSENT, FOUND);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    sheet->reading[2].value = 0.78; /* other type: anybody's words */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
    sheet = sheet_of(HIDDEN, HIDDEN, FOUND);
    sheet->reading[2].value = 0.78; /* nothing speaks against its being ours */
    verdict_decide(sheet);
    assert_int_not_equal(sheet->verdict, VERDICT_OTHER);
}

/* A seal is many firms'; beside it a drawing after our logo, in our colours, is not. */
static void a_logo_drawn_again_claims_beside_a_seal(void **state)
{
    (void)state;
    for (int chromatic = 0; chromatic < 2; chromatic++)
        for (int seal = 0; seal < 2; seal++)
            for (int alike = 0; alike < 2; alike++) {
                struct screening *sheet = sheet_of(ALTERED, ABSENT, ABSENT);
                add_presence(sheet, "mark_1", seal ? FOUND : ABSENT);
                add(sheet, &check_resembles, "logo", OUTCOME_MEASURED, alike ? 0.95 : 0.6, 0, "");
                sheet->reading[sheet->n_readings - 1].has_detail = true;
                sheet->reading[sheet->n_readings - 1].detail[0] = chromatic ? 60 : 5;
                verdict_decide(sheet);
                assert_int_equal(sheet->verdict,
                                 chromatic && seal && alike ? VERDICT_IMITATION : VERDICT_OTHER);
            }
}

/* A seal and a line below it, where nothing else is: another firm's, when both stand elsewhere. */
static void marks_that_differ_are_no_claim(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(ABSENT, ABSENT, ABSENT);
    add_presence(sheet, "mark_1", FOUND);
    add_presence(sheet, "mark_2", FOUND);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
    add(sheet, &check_place, "mark_1", OUTCOME_MEASURED, 5.3, 0.7, "mark_1_moved");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
}

/* A sender that is half hidden or struck through, and what of it is the very same print. */
static void parts_that_are_the_very_same_claim(void **state)
{
    (void)state;
    for (int what = ALTERED; what <= HIDDEN; what += HIDDEN - ALTERED)
        for (int much = 0; much < 2; much++) {
            struct screening *sheet = sheet_of(ABSENT, what, ABSENT);
            struct reading *reading = &sheet->reading[1];
            reading->has_detail = true;
            reading->detail[3] = much ? 24 : 4; /* mm2 */
            verdict_decide(sheet);
            assert_int_equal(sheet->verdict, much ? VERDICT_IMITATION : VERDICT_OTHER);
            snprintf(reading->element, sizeof reading->element, "mark_1"); /* anybody's seal */
            verdict_decide(sheet);
            assert_int_equal(sheet->verdict, VERDICT_OTHER);
        }
}

static void a_sender_struck_through_claims_by_what_is_left(void **state)
{
    (void)state;
    for (int half = 0; half < 2; half++) {
        struct screening *sheet = sheet_of(ABSENT, FOUND, ABSENT);
        sheet->reading[1].value = 0.8; /* a pen went through it */
        add(sheet, &check_sender_text, "sender", OUTCOME_MEASURED, half ? 0.55 : 0.2, 0.7, "");
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, half ? VERDICT_IMITATION : VERDICT_OTHER);
    }
}

static void right_paper_does_not_outvote_print(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_edge_raggedness, "sender", OUTCOME_MEASURED, 20, 0.699, "sender_ragged");
    add(sheet, &check_grain, "sender", OUTCOME_MEASURED, 3, 0.699, "sender_grainy");
    add(sheet, &check_colour, "logo", OUTCOME_MEASURED, 1, -check_colour.agreement, "");
    add(sheet, &check_format, "", OUTCOME_MEASURED, 0.2, -check_format.agreement, "");
    add(sheet, &check_paper, "", OUTCOME_MEASURED, 0.2, -check_paper.agreement, "");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
}

static void several_a_little_strange_do_not_decide(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_place, "sender", OUTCOME_MEASURED, 1.4, 0.7, "sender_moved");
    add(sheet, &check_colour, "logo", OUTCOME_MEASURED, 7, 0.7, "logo_colour_differs");
    for (int i = sheet->n_readings - 2; i < sheet->n_readings; i++)
        sheet->reading[i].surprisal = 2;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    sheet->reading[sheet->n_readings - 1].surprisal = 4;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_IMITATION);
}

static void strange_at_the_border_does_not_decide(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_place, "logo", OUTCOME_MEASURED, 1.6, 0.699, "logo_moved");
    sheet->reading[sheet->n_readings - 1].surprisal = 2; /* one genuine in a hundred */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
}

static void weak_contradiction_needs_a_person(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
    add(sheet, &check_place, "logo", OUTCOME_MEASURED, 2, 0.4, "logo_moved");
    verdict_decide(sheet); /* one genuine in 25: not with 20 readings a sheet */
    assert_int_equal(sheet->verdict, VERDICT_GENUINE);
    assert_false(has_reason(sheet, "logo_moved"));
    sheet->reading[sheet->n_readings - 1].weight = 0.6;
    sheet->reading[sheet->n_readings - 1].surprisal = 2.2;
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_true(has_reason(sheet, "logo_moved"));
}

static void everything_hidden_needs_a_person(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(HIDDEN, HIDDEN, HIDDEN);
    add(sheet, &check_sender_text, "sender", OUTCOME_MEASURED, 0.9, -0.2, "");
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_true(has_reason(sheet, "elements_hidden"));
}

static void deciding_twice_gives_the_same(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, ALTERED, ABSENT);
    verdict_decide(sheet);
    int n = sheet->n_reasons;
    verdict_decide(sheet);
    assert_int_equal(sheet->n_reasons, n);
}

/* A laser prints black letters nearly as a press does, and screens the two coloured parts. */
static void two_elements_outweigh_many_letters(void **state)
{
    (void)state;
    static const char *const letters[] = {"sender", "slogan", "mark_1"};
    static const char *const coloured[] = {"logo", "mark_2"};
    for (int strange = 1; strange <= 2; strange++) {
        struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
        for (int k = 0; k < 2; k++) {
            double weight = k < strange ? 0.7 : -0.1;
            add(sheet, &check_grain, coloured[k], OUTCOME_MEASURED, 2, weight, "logo_grainy");
            add(sheet, &check_edge_variation, coloured[k], OUTCOME_MEASURED, 20, weight,
                "logo_edge_uneven");
        }
        for (int k = 0; k < 3; k++) {
            add(sheet, &check_grain, letters[k], OUTCOME_MEASURED, 0.2, -0.1, "");
            add(sheet, &check_edge_variation, letters[k], OUTCOME_MEASURED, 6, -0.1, "");
        }
        verdict_decide(sheet);
        /* one may lie under a crease: a person should look */
        assert_int_equal(sheet->verdict, strange == 2 ? VERDICT_IMITATION : VERDICT_UNSURE);
    }
}

/* A file compressed a little more than those of the enrolment makes edges ragged and film grainy.
 */
static void traces_of_compression_are_no_printer(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
        add(sheet, &check_edge_variation, "logo", OUTCOME_MEASURED, 20, 0.7, "logo_edge_uneven");
        add(sheet, &check_colour_dots, "logo", OUTCOME_MEASURED, 3, 0.7, "logo_colour_dots");
        add(sheet, &check_compression, "", OUTCOME_MEASURED, compressed ? 15 : 0, 0, "");
        sheet->reading[sheet->n_readings - 1].genuine[1] = 4;
        sheet->reading[sheet->n_readings - 1].surprisal = compressed ? 2.2 : 0.3;
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, compressed ? VERDICT_UNSURE : VERDICT_IMITATION);
    }
}

/* A scan that is a little out of focus widens edges; where other print on the sheet is as sharp as
 * ever, it is the firm's print that is soft. */
static void a_soft_scan_is_no_printer(void **state)
{
    (void)state;
    for (int soft = 0; soft < 2; soft++) {
        struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
        add(sheet, &check_edge_variation, "logo", OUTCOME_MEASURED, 20, 0.7, "logo_edge_uneven");
        add(sheet, &check_grain, "logo", OUTCOME_MEASURED, 3, 0.7, "logo_grainy");
        add(sheet, &check_sharpest, "", OUTCOME_MEASURED, soft ? 150 : 105, 0, "");
        sheet->reading[sheet->n_readings - 1].genuine[1] = 115;
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, soft ? VERDICT_UNSURE : VERDICT_IMITATION);
    }
}

/* One label over the logo, another over the sender: what is left of the logo is ours, or not. */
static void the_rest_beside_a_cover_claims(void **state)
{
    (void)state;
    for (int sure = 0; sure < 2; sure++) {
        struct screening *sheet = sheet_of(HIDDEN, HIDDEN, ABSENT);
        add(sheet, &check_rest, "logo", OUTCOME_MEASURED, sure ? 90 : 20, 0, "");
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, sure ? VERDICT_IMITATION : VERDICT_OTHER);
    }
    struct screening *sheet = sheet_of(HIDDEN, HIDDEN, ABSENT);
    add(sheet, &check_rest, "mark_1", OUTCOME_MEASURED, 90, 0, ""); /* a seal is many firms' */
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_OTHER);
}

/* So soft that not even sharp print has level edges, or with no print but the firm's. */
static void soft_print_on_a_sheet_with_nothing_else_is_unsure(void **state)
{
    (void)state;
    for (int same_dpi = 0; same_dpi < 2; same_dpi++) {
        struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
        add(sheet, &check_sharpness, "", OUTCOME_MEASURED, 60, 0, "");
        sheet->reading[sheet->n_readings - 1].genuine[1] = 10;
        add(sheet, &check_sharpest, "", OUTCOME_UNMEASURABLE, 0, 0, "");
        sheet->reading[sheet->n_readings - 1].has_detail = true;
        sheet->reading[sheet->n_readings - 1].detail[0] = same_dpi;
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, same_dpi ? VERDICT_UNSURE : VERDICT_GENUINE);
    }
}

/* An F that became an E, or the edge of a strip of tape through it. */
static void ink_that_film_adds_is_no_other_letter(void **state)
{
    (void)state;
    for (int film = 0; film < 2; film++) {
        struct screening *sheet = sheet_of(FOUND, FOUND, FOUND);
        sheet->reading[1].has_detail = true;
        sheet->reading[1].detail[0] = 1;
        sheet->reading[1].detail[2] = film ? 0.6 : 0;
        add(sheet, &check_wording, "sender", OUTCOME_MEASURED, 0.12, 0.7, "sender_text_differs");
        sheet->reading[sheet->n_readings - 1].has_detail = true;
        sheet->reading[sheet->n_readings - 1].detail[1] = 0.28;
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, film ? VERDICT_UNSURE : VERDICT_IMITATION);
    }
}

/* Covers took all the print that could have been judged: a logo without solid areas is left. */
static void no_print_in_sight_is_no_look(void **state)
{
    (void)state;
    struct screening *sheet = sheet_of(FOUND, HIDDEN, HIDDEN);
    verdict_decide(sheet);
    assert_int_equal(sheet->verdict, VERDICT_UNSURE);
    assert_true(has_reason(sheet, "elements_hidden"));
}

/* A label of the sheet's own white is not seen, but its words are; what is drawn again resembles.
 */
static void nothing_like_the_drawing_does_not_decide(void **state)
{
    (void)state;
    for (int like = 0; like < 2; like++) {
        struct screening *sheet = sheet_of(ALTERED, FOUND, FOUND);
        struct reading *logo = &sheet->reading[0];
        logo->value = like ? 0.5 : 0.05;
        logo->has_detail = true;
        logo->detail[0] = 1;
        logo->detail[1] = 0.7;
        add(sheet, &check_shape, "logo", OUTCOME_MEASURED, 1.2, 0.7, "logo_redrawn");
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, like ? VERDICT_IMITATION : VERDICT_UNSURE);
    }
}

/* On a faint scan a white label over a slogan is bare paper with the label's own words on it. */
static void what_is_lost_on_a_faint_scan_does_not_decide(void **state)
{
    (void)state;
    for (int faint = 0; faint < 2; faint++) {
        struct screening *sheet = sheet_of(FOUND, FOUND, ALTERED);
        struct reading *slogan = &sheet->reading[2];
        slogan->has_detail = true;
        slogan->detail[0] = 1;
        slogan->detail[1] = 0.4;
        add(sheet, &check_typeface, "slogan", OUTCOME_MEASURED, 0.6, 0.7, "slogan_font_differs");
        add(sheet, &check_contrast, "", OUTCOME_MEASURED, faint ? 0.5 : 1, 0, "");
        sheet->reading[sheet->n_readings - 1].surprisal = faint ? 5 : 0.3;
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, faint ? VERDICT_UNSURE : VERDICT_IMITATION);
    }
}

/* A logo drawn again and moved, in the firm's own red; the slogan is not there. */
static void our_own_colour_is_a_claim(void **state)
{
    (void)state;
    static const struct {
        double chroma, off_mm, colour_weight;
        enum verdict_class expected;
    } row[] = {{50, 3, -0.1, VERDICT_IMITATION},
               {8, 3, -0.1, VERDICT_OTHER},   /* black is anybody's */
               {50, 12, -0.1, VERDICT_OTHER}, /* so is a disc somewhere else */
               {50, 3, 0.7, VERDICT_OTHER}};  /* and another red */
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        struct screening *sheet = sheet_of(ALTERED, ABSENT, ABSENT);
        sheet->reading[0].value = 0.8;
        add(sheet, &check_shape, "logo", OUTCOME_MEASURED, 2, 0.7, "logo_redrawn");
        add(sheet, &check_place, "logo", OUTCOME_MEASURED, row[k].off_mm, 0.7, "logo_moved");
        add(sheet, &check_colour, "logo", OUTCOME_MEASURED, 2, row[k].colour_weight, "");
        sheet->reading[sheet->n_readings - 1].has_detail = true;
        sheet->reading[sheet->n_readings - 1].detail[3] = row[k].chroma;
        verdict_decide(sheet);
        assert_int_equal(sheet->verdict, row[k].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_there_is_genuine),
        cmocka_unit_test(missing_slogan_is_an_imitation),
        cmocka_unit_test(hidden_slogan_is_not_a_missing_one),
        cmocka_unit_test(a_corner_of_a_logo_is_no_look),
        cmocka_unit_test(all_under_film_is_no_look),
        cmocka_unit_test(nothing_found_makes_no_claim),
        cmocka_unit_test(our_name_in_other_type_is_a_claim),
        cmocka_unit_test(our_name_read_elsewhere_claims_and_is_no_evidence),
        cmocka_unit_test(a_slogan_in_other_type_needs_something_beside_it),
        cmocka_unit_test(one_opinion_on_the_print_does_not_decide),
        cmocka_unit_test(more_to_choose_from_needs_more),
        cmocka_unit_test(extreme_roughness_decides_alone),
        cmocka_unit_test(one_element_that_can_tell_is_enough),
        cmocka_unit_test(a_poor_scan_shows_no_detail),
        cmocka_unit_test(missing_on_a_faint_scan_needs_a_person),
        cmocka_unit_test(a_slogan_that_is_another_is_no_claim),
        cmocka_unit_test(misread_text_needs_a_picture_that_differs),
        cmocka_unit_test(one_likeness_beside_bare_paper_is_no_claim),
        cmocka_unit_test(a_logo_drawn_again_claims_beside_a_seal),
        cmocka_unit_test(marks_that_differ_are_no_claim),
        cmocka_unit_test(parts_that_are_the_very_same_claim),
        cmocka_unit_test(a_sender_struck_through_claims_by_what_is_left),
        cmocka_unit_test(right_paper_does_not_outvote_print),
        cmocka_unit_test(several_a_little_strange_do_not_decide),
        cmocka_unit_test(strange_at_the_border_does_not_decide),
        cmocka_unit_test(weak_contradiction_needs_a_person),
        cmocka_unit_test(everything_hidden_needs_a_person),
        cmocka_unit_test(traces_of_compression_are_no_printer),
        cmocka_unit_test(a_soft_scan_is_no_printer),
        cmocka_unit_test(soft_print_on_a_sheet_with_nothing_else_is_unsure),
        cmocka_unit_test(ink_that_film_adds_is_no_other_letter),
        cmocka_unit_test(no_print_in_sight_is_no_look),
        cmocka_unit_test(nothing_like_the_drawing_does_not_decide),
        cmocka_unit_test(the_rest_beside_a_cover_claims),
        cmocka_unit_test(two_elements_outweigh_many_letters),
        cmocka_unit_test(what_is_lost_on_a_faint_scan_does_not_decide),
        cmocka_unit_test(our_own_colour_is_a_claim),
        cmocka_unit_test(deciding_twice_gives_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
