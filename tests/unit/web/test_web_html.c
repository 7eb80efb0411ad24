/* The escaping writer, the translations and the times: what stands between hostile text and a page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "web/html.h"
#include "web/text/when.h"
#include "web/web.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct buf out;

static int setup(void **state)
{
    (void)state;
    buf_clear(&out);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    buf_finish(&out);
    return 0;
}

static void text_is_escaped(void **state)
{
    (void)state;
    struct html h = {&out, LANG_NL};
    h_lit(&h, "<p>");
    h_text(&h, "<script>&\"'</script>");
    assert_string_equal(out.data, "<p>&lt;script&gt;&amp;&quot;&#39;&lt;/script&gt;");
}

static void bytes_that_are_no_text_are_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *in, *expected;
    } cases[] = {
        {"\xff\xfe", "\uFFFD\uFFFD"},
        {"\xc0\xaf", "\uFFFD\uFFFD"},           /* overlong '/' */
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"}, /* surrogate */
        {"\xf5\x80\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"caf\xc3", "caf\uFFFD"}, /* cut off at the end */
        {"a\x01\x1b\x7f", "a\uFFFD\uFFFD\uFFFD"},
        {"abc\u202Egnp.exe", "abc\uFFFDgnp.exe"}, /* turns the direction of writing */
        {"Österreich € ✓", "Österreich € ✓"},
        {"two\nlines\t", "two\nlines\t"},
    };
    struct html h = {&out, LANG_NL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_clear(&out);
        h_text(&h, cases[i].in);
        assert_string_equal(out.data, cases[i].expected);
    }
}

static void attributes_cannot_be_left(void **state)
{
    (void)state;
    struct html h = {&out, LANG_NL};
    h_attr(&h, "alt", "\" onload=\"x");
    assert_string_equal(out.data, " alt=\"&quot; onload=&quot;x\"");
}

static void urls_are_percent_encoded(void **state)
{
    (void)state;
    struct html h = {&out, LANG_NL};
    h_url(&h, "a b/../é\"&?#");
    assert_string_equal(out.data, "a%20b%2F..%2F%C3%A9%22%26%3F%23");
}

static void numbers_for_people_and_for_svg(void **state)
{
    (void)state;
    char text[NUMBER_TEXT_SIZE];
    number_text(LANG_NL, 0.9, 3, text);
    assert_string_equal(text, "0,9");
    number_text(LANG_EN, 12.3456, 2, text);
    assert_string_equal(text, "12.35");
    number_text(LANG_NL, 100, 0, text);
    assert_string_equal(text, "100");
    number_text(LANG_NL, (double)NAN, 2, text);
    assert_string_equal(text, "–");
    size_text(LANG_NL, 29412345, text);
    assert_string_equal(text, "29,4 MB");
    size_text(LANG_NL, 999, text);
    assert_string_equal(text, "999 B");
    struct html h = {&out, LANG_NL};
    h_svg(&h, 1.5);
    h_lit(&h, " ");
    h_svg(&h, (double)INFINITY);
    h_lit(&h, " ");
    h_svg(&h, 1e300);
    assert_string_equal(out.data, "1.500 0.000 0.000");
}

/* The changes of 2026: 29 March and 25 October, 01:00 UTC. */
static void times_follow_dutch_law(void **state)
{
    (void)state;
    static const struct {
        const char *iso, *expected;
    } cases[] = {
        {"2026-11-21T19:27:48.123Z", "21 november 2026, 20:27:48 (MET, UTC+1)"},
        {"2026-03-29T00:59:59.999Z", "29 maart 2026, 01:59:59 (MET, UTC+1)"},
        {"2026-03-29T01:00:00.000Z", "29 maart 2026, 03:00:00 (MEZT, UTC+2)"},
        {"2026-10-25T00:59:59.000Z", "25 oktober 2026, 02:59:59 (MEZT, UTC+2)"},
        {"2026-10-25T01:00:00.000Z", "25 oktober 2026, 02:00:00 (MET, UTC+1)"},
        {"2026-12-31T23:30:00.000Z", "1 januari 2027, 00:30:00 (MET, UTC+1)"},
        {"<script>", "<script>"},
    };
    char text[WHEN_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        when_zoned(LANG_NL, cases[i].iso, text);
        assert_string_equal(text, cases[i].expected);
    }
}

static void reasons_become_sentences(void **state)
{
    (void)state;
    static const struct {
        const char *key, *nl, *en;
    } cases[] = {
        {"slogan_missing", "De slogan ontbreekt", "The slogan is missing"},
        {"sender_text_differs", "De tekst in het afzenderblok is anders",
         "The text in the sender block is different"},
        {"mark_12_ragged", "Merk 12 is met rafelige randen gedrukt",
         "Mark 12 is printed with ragged edges"},
        {"sender_claimed", "Noemt uw bedrijf als afzender", "Names your company as the sender"},
        {"logo_2_missing", "Het logo 2 ontbreekt", "The logo 2 is missing"},
        {"mark_bugle_missing", "Merk “bugle” ontbreekt", "Mark “bugle” is missing"},
        {"crest_missing", "“crest” ontbreekt", "“crest” is missing"},
        {"blue_horn_7b_missing", "“blue horn 7b” ontbreekt", "“blue horn 7b” is missing"},
        {"<b>_missing", "“<b>” ontbreekt", "“<b>” is missing"}, /* the writer escapes it */
        {"mark__missing", "“mark ” ontbreekt", "“mark ” is missing"},
        {"something_unheard_of", "Something unheard of", "Something unheard of"},
        {"_missing", " missing", " missing"},
        {"", "", ""},
    };
    char text[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        web_reason_text("nl", cases[i].key, text, sizeof text);
        assert_string_equal(text, cases[i].nl);
        web_reason_text("en", cases[i].key, text, sizeof text);
        assert_string_equal(text, cases[i].en);
    }
    char small[8];
    web_reason_text("nl", "slogan_missing", small, sizeof small);
    assert_int_equal(strlen(small), 7);
    assert_string_equal(web_verdict_text("nl", VERDICT_IMITATION), "Nagemaakt");
    assert_string_equal(web_verdict_text("xx", (enum verdict_class)99), "Onzeker");
    assert_string_equal(web_return_reason_text("nl", "UNKNOWN"), "geadresseerde onbekend");
    assert_string_equal(web_return_reason_text("en", "WHATEVER"), "WHATEVER");
    assert_string_equal(web_return_reason_text("nl", ""), "");
}

static void every_text_has_both_languages(void **state)
{
    (void)state;
    for (int key = 0; key < TEXT_COUNT; key++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(strlen(say((enum lang)lang, (enum text_key)key)) > 0);
}

/* The table of checks belongs to another room; whatever it names must read as words here. */
static void every_check_has_words(void **state)
{
    (void)state;
    char path[PATH_SIZE], words[128], key[96];
    const char *root = getenv("POSTWACHT_SOURCE_DIR");
    struct buf table = {0};
    assert_non_null(root);
    assert_true(path_join(path, root, "classifier/checks.def", NULL));
    assert_true(file_read(path, 1 << 16, &table, NULL));
    int n = 0;
    for (const char *at = table.data; (at = strstr(at, "\nCHECK(")); n++) {
        at += strlen("\nCHECK(");
        snprintf(key, sizeof key, "%.*s", (int)strcspn(at, ")"), at);
        check_text(LANG_NL, key, words, sizeof words);
        assert_true(words[0] >= 'A' &&
                    words[0] <= 'Z'); /* an unknown key would stay in small letters */
    }
    assert_true(n >= 5);
    buf_finish(&table);
}

static void language_is_negotiated(void **state)
{
    (void)state;
    assert_int_equal(lang_from_accept(NULL, LANG_NL), LANG_NL);
    assert_int_equal(lang_from_accept("en-GB,en;q=0.9", LANG_NL), LANG_EN);
    assert_int_equal(lang_from_accept("en;q=0.5, nl;q=0.8", LANG_NL), LANG_NL);
    assert_int_equal(lang_from_accept("de, fr;q=0.4", LANG_NL), LANG_NL);
    assert_int_equal(lang_from_accept("en;q=0", LANG_NL), LANG_NL);
    assert_int_equal(lang_from_accept("english", LANG_NL), LANG_NL);
    assert_int_equal(lang_from_accept(";;;,,,q=q=;", LANG_NL), LANG_NL);
}

/* STYLE.md, habit 15: no page writes by any other way than the escaping writer. */
static void pages_write_only_through_the_writer(void **state)
{
    (void)state;
    static const char *const forbidden[] = {"buf_printf(", "buf_append(", "buf_puts(",
                                            "buf_putc(",   "fprintf(",    "fputs(",
                                            " printf(",    "style=",      "onclick"};
    static const char *const folders[] = {"web/pages", "web"};
    const char *root = getenv("POSTWACHT_SOURCE_DIR");
    assert_non_null(root);
    int looked_at = 0;
    for (size_t f = 0; f < 2; f++) {
        char folder[PATH_SIZE], path[PATH_SIZE];
        struct names names = {0};
        assert_true(path_join(folder, root, folders[f], NULL) && dir_list(folder, &names, NULL));
        for (size_t i = 0; i < names.n; i++) {
            const char *name = names.name[i];
            bool is_page = f == 0 ? strstr(name, ".c") != NULL
                                  : !strcmp(name, "layout.c") || !strcmp(name, "parts.c");
            if (!is_page)
                continue;
            struct buf source = {0};
            assert_true(path_join(path, folder, name, NULL));
            assert_true(file_read(path, 1 << 20, &source, NULL));
            for (size_t w = 0; w < sizeof forbidden / sizeof *forbidden; w++)
                if (strstr(source.data, forbidden[w]))
                    fail_msg("%s uses %s", path, forbidden[w]);
            buf_finish(&source);
            looked_at++;
        }
        names_finish(&names);
    }
    assert_true(looked_at >= 8);
}

/* The words of the series, the direction, and figures that never say more than the ratio does. */
static void ratios_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        double log10_lr;
        const char *nl, *en;
    } cases[] = {
        {1.3011, "is waarschijnlijker (ongeveer 20 keer zo waarschijnlijk) als het op een kantoor",
         "is more probable (about 20 times as probable) if it was made on an office printer"},
        {-0.9,
         "is iets waarschijnlijker (ongeveer 7,9 keer zo waarschijnlijk) als het van de eigen",
         "is slightly more probable (about 7.9 times as probable) if it comes from the company"},
        {0.299, "is ongeveer even waarschijnlijk als het op een kantoorprinter",
         "is approximately equally probable if it was made on an office printer"},
        {-2.299, "is veel waarschijnlijker (ongeveer 190 keer zo waarschijnlijk) als het van",
         "(about 190 times as probable) if it comes"},
        {0.3011, "iets waarschijnlijker (ongeveer 2 keer", "slightly more probable (about 2 times"},
        {0.9999, "iets waarschijnlijker (ongeveer 9,9 keer", "slightly more probable (about 9.9"},
    };
    static struct screening screening;
    char text[640];
    screening.technology.has_log10_lr = true;
    screening.technology.lr_genuine = 24;
    screening.technology.lr_imitations = 12;
    screening.technology.lr_printers = 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        screening.technology.log10_lr = cases[i].log10_lr;
        web_ratio_text("nl", &screening, text, sizeof text);
        if (!strstr(text, cases[i].nl))
            fail_msg("%s", text);
        web_ratio_text("en", &screening, text, sizeof text);
        if (!strstr(text, cases[i].en))
            fail_msg("%s", text);
        assert_non_null(strstr(text, "printing house"));
    }
    web_ratio_basis_text("nl", &screening, text, sizeof text);
    assert_non_null(strstr(text, "24 echte enveloppen en 12 eigen proefdrukken van 2 printers"));
    assert_non_null(strstr(text, "telt niet mee in de uitslag."));
    screening.technology.has_log10_lr = false;
    web_ratio_text("nl", &screening, text, sizeof text);
    assert_string_equal(text, "");
    strcpy(screening.technology.lr_lack, "no_imitations");
    web_ratio_text("nl", &screening, text, sizeof text);
    assert_non_null(strstr(text, "Geen getal: er zijn nog geen proefdrukken"));
}

static void dots_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        struct screening screening;
        const char *nl, *en;
    } cases[] = {
        {{.dots = {.status = "decoded",
                   .pattern = "P4",
                   .serial = "25737234",
                   .time = "2009-09-17T18:18",
                   .maker = "Xerox"}},
         "aanwezig en gelezen: printer met nummer 25737234, afgedrukt op (klok van de printer) "
         "17 september 2009, 18:18, merk Xerox",
         "present and decoded: printer with number 25737234, printed on (the printer's clock) "
         "17 September 2009, 18:18, make Xerox"},
        {{.dots = {.status = "decoded", .pattern = "P5", .code = "0123"}},
         "aanwezig en gelezen: code 0123",
         "present and decoded: code 0123"},
        {{.dots = {.status = "detected"}},
         "aanwezig, maar wat ze zeggen is niet te lezen",
         "present, but what they say cannot be read"},
        {{.dots = {.status = "detected",
                   .genuine = {.known = true, .looked = 20, .relation = "none"}}},
         "aanwezig, maar wat ze zeggen is niet te lezen; op geen van de 20 eigen enveloppen die "
         "daarop bekeken zijn staan zulke punten",
         "present, but what they say cannot be read; none of the 20 genuine envelopes that were "
         "looked at bears such dots"},
        {{.dots = {.status = "detected",
                   .genuine = {.known = true,
                               .looked = 20,
                               .found = 6,
                               .relation = "same_machine",
                               .alike = 4}}},
         "aanwezig, maar wat ze zeggen is niet te lezen; dezelfde code als op 4 van de 20 eigen "
         "enveloppen die daarop bekeken zijn",
         "present, but what they say cannot be read; the same code as on 4 of the 20 genuine "
         "envelopes that were looked at"},
        {{.dots = {.status = "none", .genuine = {.known = true, .looked = 20, .found = 6}}},
         "niet gevonden, dat bewijst niets; wel op 6 van de 20 eigen enveloppen die daarop bekeken "
         "zijn",
         "not found, which proves nothing; there are some on 6 of the 20 genuine envelopes that "
         "were looked at"},
        {{.dots = {.status = "none", .genuine = {.known = true, .looked = 20}}},
         "niet gevonden, dat bewijst niets",
         "not found, which proves nothing"},
        {{.dots = {.status = "none"}},
         "niet gevonden, dat bewijst niets",
         "not found, which proves nothing"},
        {{.dots = {.status = "not_testable", .note = "clipped"}},
         "niet te onderzoeken: het papier is te wit gescand",
         "not testable: the paper was scanned too white"},
        {{.dots = {.status = "not_testable", .note = "a note of an older version"}},
         "niet te onderzoeken: a note of an older version",
         "not testable: a note of an older version"},
    };
    char text[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        web_dots_text("nl", &cases[i].screening, text, sizeof text);
        assert_string_equal(text, cases[i].nl);
        web_dots_text("en", &cases[i].screening, text, sizeof text);
        assert_string_equal(text, cases[i].en);
    }
    web_dots_text("nl", &cases[0].screening, text, 20); /* too little room cuts, no more */
    assert_int_equal(strlen(text), 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_are_told_in_words),
        cmocka_unit_test(dots_are_told_in_words),
        cmocka_unit_test_setup(text_is_escaped, setup),
        cmocka_unit_test_setup(bytes_that_are_no_text_are_replaced, setup),
        cmocka_unit_test_setup(attributes_cannot_be_left, setup),
        cmocka_unit_test_setup(urls_are_percent_encoded, setup),
        cmocka_unit_test_setup(numbers_for_people_and_for_svg, setup),
        cmocka_unit_test(times_follow_dutch_law),
        cmocka_unit_test(reasons_become_sentences),
        cmocka_unit_test(every_text_has_both_languages),
        cmocka_unit_test(every_check_has_words),
        cmocka_unit_test(language_is_negotiated),
        cmocka_unit_test(pages_write_only_through_the_writer),
    };
    return cmocka_run_group_tests_name("web_html", tests, NULL, teardown);
}
