/* Sender blocks as they are read from envelopes: genuine, misread, imitated, and of other firms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "classifier/sender_text.h"

#define FIRM "Huis & Hof Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag"

static bool differs_in(const struct sender_match *m, const char *expected, const char *seen)
{
    for (int i = 0; i < m->n_differs; i++)
        if (strcmp(m->differs[i].expected, expected) == 0 && strcmp(m->differs[i].seen, seen) == 0)
            return true;
    return false;
}

static void same_text_is_certain(void **state)
{
    (void)state;
    struct sender_match m;
    assert_true(sender_text_match(FIRM, FIRM, &m));
    assert_true(m.score > 0.85);
    assert_true(m.has_key && m.postcode && m.house_number);
    assert_int_equal(m.n_differs, 0);
    assert_false(m.legal_form_differs);
}

static void misreading_is_no_difference(void **state)
{
    (void)state;
    static const char *const read[] = {
        "Huls & Hof Wonen B.V.\nLindenIaan I2\n2S87 RX Den Haag",
        "HUIS & HOF WONEN BV\nLINDENLAAN 12\n2587RX DEN HAAG",
        "Huis&Hof Wonen B V\nLindenlaan 12\n2587 RX DenHaag",
        "Mevrouw Jansen, Dorpsstraat 5\nHuis & Hof Wonen 8.V.\nLindenlaan l2 2587 RX Den Haag\nZ",
    };
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        struct sender_match m;
        assert_true(sender_text_match(read[i], FIRM, &m));
        assert_int_equal(m.n_differs, 0);
    }
}

static void imitations_claim_and_differ(void **state)
{
    (void)state;
    struct sender_match m;
    assert_true(sender_text_match("Huis & Hof Wonen\nLindenlaan 12\n2587 RX Den Haag", FIRM, &m));
    assert_true(m.legal_form_differs);
    assert_true(differs_in(&m, "BV", ""));

    assert_true(
        sender_text_match("Huis & Hof Wonem B.V.\nLindenlaan 12\n2587 RX Den Haag", FIRM, &m));
    assert_false(m.legal_form_differs);
    assert_int_equal(m.n_differs, 1);
    assert_true(differs_in(&m, "WONEN", "WONEM"));

    /* the address before the firm moved */
    assert_true(sender_text_match("Huis & Hof Wonen B.V.\nKade 7\n2511 AB Den Haag", FIRM, &m));
    assert_false(m.postcode);
    assert_false(m.house_number);
    assert_true(differs_in(&m, "LINDENLAAN", ""));
    assert_true(differs_in(&m, "2587RX", ""));
}

static void house_number_must_be_exact(void **state)
{
    (void)state;
    struct sender_match m;
    sender_text_match("Huis & Hof Wonen B.V.\nLindenlaan 13\n2587 RX Den Haag", FIRM, &m);
    assert_true(m.postcode);
    assert_false(m.house_number);
    assert_true(differs_in(&m, "12", "13"));
}

static void other_firms_do_not_claim(void **state)
{
    (void)state;
    static const char *const other[] = {
        "Huis & Hof Tuinen B.V.\nEikenweg 4\n3511 AA Utrecht",  /* shares half of the name */
        "Bakker & Zonen B.V.\nLindenlaan 12\n2587 RX Den Haag", /* shares the building */
        "Wonen in Den Haag\nPostbus 100\n2500 AA Den Haag",
        "Gemeente Den Haag\nSpui 70\n2511 BT Den Haag",
        "Hof van Justitie\nLindenstraat 12\n2586 RX Den Haag",
        "",
        "B.V.",
        "\xff\xfe\x80 <script>alert(1)</script> '; DROP TABLE item; --",
    };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct sender_match m;
        assert_false(sender_text_match(other[i], FIRM, &m));
        assert_true(m.score < SENDER_CLAIM_SCORE);
    }
}

static void one_letter_off_needs_the_address(void **state)
{
    (void)state;
    static const char firm[] = "Janssen Transport\nHavenweg 3\n3089 JK Rotterdam";
    struct sender_match near_name, same_place;
    sender_text_match("Jansen Transport\nDorpsplein 1\n9711 AA Groningen", firm, &near_name);
    sender_text_match("Jansen Transport\nHavenweg 3\n3089 JK Rotterdam", firm, &same_place);
    assert_true(near_name.score < same_place.score);
    assert_true(same_place.score >= SENDER_CLAIM_SCORE);
}

static void one_line_and_foreign_senders(void **state)
{
    (void)state;
    struct sender_match m;
    static const char line[] = "Muster GmbH \xe2\x80\xa2 Postfach 1234 \xe2\x80\xa2 53113 Bonn";
    assert_true(sender_text_match("Muster GmbH . Postfach 1234 . 53113 Bonn", line, &m));
    assert_true(m.has_key && m.postcode && m.house_number);
    assert_int_equal(m.n_differs, 0);
    assert_true(sender_text_match("M\xc3\xbcller AG, Bahnhofstr. 5, 8001 Z\xc3\xbcrich",
                                  "MULLER AG, Bahnhofstr. 5, 8001 Zurich", &m));
    assert_int_equal(m.n_differs, 0);
    assert_false(sender_text_match("anything", "", &m));
    assert_true(m.score == 0);
}

static void assert_name(const char *block, const char *expected)
{
    char name[128];
    sender_name(block, name, sizeof name);
    assert_string_equal(name, expected);
}

static void the_name_is_found_in_the_block(void **state)
{
    (void)state;
    assert_name(FIRM, "HUIS HOF WONEN");
    assert_name("Huis & Hof Wonen - Lindenlaan 12 - 2587 RX Den Haag", "HUIS HOF WONEN");
    assert_name("Afzender: Muster GmbH, Postfach 1234, 53113 Bonn", "MUSTER");
    assert_name("PORT BETAALD\nHuis & Hof Wonen\nLindenlaan 12", "HUIS HOF WONEN");
    assert_name("Retouradres\nPostbus 12\n2587 RX Den Haag", "POSTBUS 12");
    assert_name("", "");
    /* the signs between its parts were read as others, or not at all */
    assert_name("Veldhof Zaden BV. : Industrieweg 72 - 8155 EK Kampen", "VELDHOF ZADEN");
    assert_name("Veldhof Zaden N.V. Industrieweg 72 8155 EK Kampen", "VELDHOF ZADEN");
    assert_name("Veldhof Zaden Industrieweg 72 8155 EK Kampen", "VELDHOF ZADEN");
}

static void a_line_without_signs_has_parts(void **state)
{
    (void)state;
    struct sender_match m;
    static const char line[] = "Veldhof Zaden N.V. Industrieweg 72 8155 EK Kampen";
    assert_true(sender_text_match("Veldhof Zaden\nIndustrieweg 72\n8155 EK Kampen", line, &m));
    assert_true(m.has_key && m.postcode && m.house_number && m.legal_form_differs);
    assert_false(sender_text_match("Bos\nIndustrieweg 72\n8155 EK Kampen", line, &m));
}

/* A web address is one firm's alone; a telephone number too, if all of it is there. */
static void what_only_the_firm_has_claims(void **state)
{
    (void)state;
    static const char with_web[] = FIRM "\nwww.hhwonen.nl";
    static const char with_phone[] = FIRM "\nTel. 070 123 45 67";
    struct sender_match m;
    assert_true(sender_text_match("Lindenlaan 12\n2587 RX Den Haag\nwww.hhwonen.nl", with_web, &m));
    assert_true(m.contact && !m.in_part);
    assert_true(sender_text_match("70123\nTel 070 123 45 67", with_phone, &m));
    assert_false(sender_text_match("www.hhtuinen.nl", with_web, &m));
    assert_false(sender_text_match("Tel. 070 123 45 68", with_phone, &m));
    assert_false(m.contact);
    assert_false(sender_text_match("Lindenlaan 12\n2587 RX Den Haag", with_web, &m));
}

/* A label takes one side of the block, or a cut does. */
static void lines_that_are_cut_are_known_in_part(void **state)
{
    (void)state;
    struct sender_match m;
    sender_text_match("Huis & Zur\xc3\xbc"
                      "ck\nLinde Unbekannt\n2587 RX verzogen",
                      FIRM, &m);
    assert_true(m.in_part);
    sender_text_match("of Wonen B.V.\nnlaan 12\nDen Haag", FIRM, &m);
    assert_true(m.in_part);
    sender_text_match("Bakker & Zn\nLindenlaan 14\n2587 RX Den Haag", FIRM, &m);
    assert_false(m.in_part); /* in the same street */
    sender_text_match("Huis & Haard\nEikenweg 3\n2587 KL Den Haag", FIRM, &m);
    assert_false(m.in_part); /* in the same town */
}

static void endless_text_is_bounded(void **state)
{
    (void)state;
    static char text[1 << 16];
    struct sender_match m;
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 3 ? (char)('a' + i % 26) : ' ';
    assert_false(sender_text_match(text, FIRM, &m));
    memset(text, 'A', sizeof text - 1);
    assert_false(sender_text_match(text, FIRM, &m));
    assert_false(sender_text_match(FIRM, text, &m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_text_is_certain),
        cmocka_unit_test(misreading_is_no_difference),
        cmocka_unit_test(imitations_claim_and_differ),
        cmocka_unit_test(house_number_must_be_exact),
        cmocka_unit_test(other_firms_do_not_claim),
        cmocka_unit_test(one_letter_off_needs_the_address),
        cmocka_unit_test(one_line_and_foreign_senders),
        cmocka_unit_test(the_name_is_found_in_the_block),
        cmocka_unit_test(a_line_without_signs_has_parts),
        cmocka_unit_test(what_only_the_firm_has_claims),
        cmocka_unit_test(lines_that_are_cut_are_known_in_part),
        cmocka_unit_test(endless_text_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
