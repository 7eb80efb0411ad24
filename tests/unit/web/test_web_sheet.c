#define _GNU_SOURCE
/* The hand-over sheet: its bytes, its pages, and that everything on it can be found as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "web/web.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_IMITATION 2 /* sheets 1, 2, 3 and 5 of the fixture become items 1, 2, 3 and 4 */
#define ITEM_HARD 4

static char folder[4096];
static struct reg *reg;

static int setup(void **state)
{
    (void)state;
    struct err err = {0};
    char dir[PATH_SIZE];
    bool fine = fixture_folder(folder, &err) && fixture_register(folder, FIXTURE_KINDS, &err) &&
                path_join(dir, folder, "register", &err) && reg_open(dir, REG_READ, &reg, &err);
    if (!fine)
        print_error("%s\n", err.text);
    return fine ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    reg_close(reg);
    fixture_remove(folder);
    return 0;
}

static void make_with(int64_t item, const struct series *series, const char *lang, struct buf *ret)
{
    struct err err = {0};
    if (!web_handover_sheet(reg, item, series, lang, ret, &err))
        fail_msg("%s", err.text);
}

static void make(int64_t item, const char *lang, struct buf *ret)
{
    make_with(item, NULL, lang, ret);
}

/* Runs a poppler tool on the PDF; the caller frees ret. All white space becomes single blanks. */
static void poppler(const char *tool, const char *after, const struct buf *pdf, struct buf *ret)
{
    char path[PATH_SIZE], line[PATH_SIZE * 2];
    assert_true(path_join(path, folder, "sheet.pdf", NULL));
    assert_true(file_write_atomic(path, pdf->data, pdf->len, 0600, NULL));
    snprintf(line, sizeof line, "%s '%s' %s", tool, path, after);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    bool blank = false;
    for (int c; (c = fgetc(pipe)) != EOF; blank = isspace(c) != 0)
        if (!isspace(c) || !blank)
            buf_putc(ret, (char)(isspace(c) ? ' ' : c));
    assert_int_equal(pclose(pipe), 0);
}
#define TEXT_OF "pdftotext -raw", "-"

static void must_hold(const struct buf *text, const char *words)
{
    if (!strstr(text->data, words))
        fail_msg("the sheet lacks \"%s\"", words);
}

static void same_register_same_bytes(void **state)
{
    (void)state;
    struct buf first = {0}, second = {0};
    make(ITEM_IMITATION, "nl", &first);
    make(ITEM_IMITATION, "nl", &second);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    buf_finish(&first);
    buf_finish(&second);
}

static void holds_every_part(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "1 Dit blad",
        "2 Bedrijf",
        "3 Voorwerp",
        "4 Beschrijving en toestand",
        "5 Binnenkomst",
        "6 Gevonden door",
        "7 Bevindingen",
        "8 Beelden met controlegetallen",
        "9 Zak en zegel",
        "10 Bewaring",
        "11 Melding bij de politie",
        "12 Veiligheid",
        "13 Overgedragen door",
        "14 Ontvangen door",
        "15 Nummers van de politie",
        "16 Bewijs van ontvangst",
        "17 Opmerkingen van de verbalisant",
        "18 Controlegetal van het register",
        "19 Zo is dit te controleren",
        "Van Dalen Zaden & Bloembollen B.V.",
        "12345678",
        "De slogan ontbreekt",
        "Het logo wijkt af van het eigen ontwerp",
        "31,25 µm",
        "Een eigen envelop",
        "de gemeten rand als dunne lijn",
        "Foto’s: zie bevinding 3", /* the next one has the same pictures */
        "Gele volgpunten aanwezig",
        "verwacht 6,1 tot 11,8 (n = 20)",
        "verwacht 8071 AA, gelezen 8071 AB",
        "geadresseerde onbekend",
        "code128 RR473124829NL",
        "oranje sorteerstrepen, aantal 27",
        "Gepost, 12 oktober 2026: poststempel",
        "Gepost, dag onbekend: Nederland · nummer van de zending RR473124829NL",
        "Teruggestuurd, 2 november 2026",
        "Erika Muster, Lindenweg 14, 48143 Münster, Duitsland",
        "controlecijfer klopt niet",
        "Screening, geen deskundigenoordeel",
        "Wat dit blad niet bewijst",
        "bel 112",
        "60 × 30 mm",
        "Hand-over sheet",
        "Released by",
    };
    struct buf pdf = {0}, text = {0};
    struct reg_checkpoint checkpoint;
    struct reg_item *item = calloc(1, sizeof *item);
    assert_non_null(item);
    make(ITEM_IMITATION, "nl", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        must_hold(&text, parts[i]);
    assert_true(reg_checkpoint(reg, &checkpoint, NULL));
    char root[5] = {0}, *origin = strtok(checkpoint.text, "\n");
    memcpy(root, checkpoint.root_hex, 4);
    must_hold(&text, root);
    must_hold(&text, origin);
    must_hold(&text, checkpoint.root_base64);
    assert_true(reg_item(reg, ITEM_IMITATION, item, NULL));
    for (int i = 0; i < item->n_files; i++)
        if (strcmp(item->file[i].role, "image") == 0)
            must_hold(&text, item->file[i].sha256);
    reg_item_finish(item);
    free(item);
    buf_finish(&pdf);
    buf_finish(&text);
}

/* A likelihood ratio that is calibrated stands on paper with all that it rests on; where there is
 * none, not a word of likelihood does. */
static void only_calibrated_ratios_stand_on_paper(void **state)
{
    (void)state;
    struct buf pdf = {0}, text = {0};
    make(ITEM_IMITATION, "nl", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    must_hold(&text, "ongeveer 20 keer zo waarschijnlijk");
    must_hold(&text, "24 echte enveloppen en 20 eigen proefdrukken van 3 printers");
    must_hold(&text, "telt niet mee in de uitslag");
    buf_finish(&pdf);
    buf_finish(&text);
    make(ITEM_HARD, "nl", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    assert_null(strstr(text.data, "log10"));
    assert_null(strstr(text.data, "waarschijnlijk"));
    buf_finish(&pdf);
    buf_finish(&text);
}

static void pages_are_numbered_and_tagged(void **state)
{
    (void)state;
    struct buf pdf = {0}, info = {0}, text = {0};
    make(ITEM_IMITATION, "nl", &pdf);
    poppler("pdfinfo", "", &pdf, &info);
    must_hold(&info, "Tagged: yes");
    must_hold(&info, "(A4)");
    const char *at = strstr(info.data, "Pages: ");
    int pages = at ? atoi(at + strlen("Pages: ")) : 0;
    assert_in_range(pages, 3, 6);
    poppler(TEXT_OF, &pdf, &text);
    for (int page = 1; page <= pages; page++) {
        char words[48];
        snprintf(words, sizeof words, "pagina %d van %d", page, pages);
        must_hold(&text, words);
    }
    buf_finish(&pdf);
    buf_finish(&info);
    buf_finish(&text);
}

static void photographs_stay_as_they_were(void **state)
{
    (void)state;
    struct buf pdf = {0}, images = {0};
    make(ITEM_IMITATION, "nl", &pdf);
    poppler("pdfimages -list", "", &pdf, &images);
    must_hold(&images, " jpeg ");
    assert_non_null(memmem(pdf.data, pdf.len, "/DCTDecode", 10));
    buf_finish(&pdf);
    buf_finish(&images);
}

static void hostile_text_is_only_text(void **state)
{
    (void)state;
    struct buf pdf = {0}, text = {0};
    make(ITEM_HARD, "en", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    must_hold(&text, "<script>alert(1)</script>");
    must_hold(&text, "Mark 1 is printed with blurred edges");
    must_hold(&text, "Crest in a new way");
    must_hold(&text, "Hand-over sheet");
    buf_finish(&pdf);
    buf_finish(&text);
}

/* Which series, since when, how many, and what they share; nothing of it without one. */
static void series_are_told(void **state)
{
    (void)state;
    struct series_member member[3] = {{.item = 1, .captured = "2026-11-21T23:26:44.000Z"},
                                      {.item = 2, .captured = "2026-11-20T23:26:44.000Z"},
                                      {.item = 4, .captured = "2026-11-23T09:00:00.000Z"}};
    struct series series = {.id = 1, .strong = true, .n_members = 3, .member = member};
    series.n_reasons = 2;
    series.reason[0] = (struct series_reason){.check = "place",
                                              .element = "slogan",
                                              .reason = "slogan_moved",
                                              .n = 3,
                                              .has_typical = true,
                                              .typical = {0.1, -5.15}};
    series.reason[1] = (struct series_reason){
        .check = "sender_text", .element = "sender", .n = 2, .words = FIXTURE_HOSTILE};
    struct buf pdf = {0}, text = {0};
    make_with(ITEM_IMITATION, &series, "nl", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    must_hold(&text, "Deel van reeks 1: 3 enveloppen sinds 21 november 2026"); /* Dutch time */
    must_hold(&text, "De slogan staat 5,2 mm te hoog, bij 3 van de 3");
    must_hold(&text, "Dezelfde andere tekst: <script>alert(1)</script>");
    must_hold(&text, ", bij 2 van de 3");
    must_hold(&text, "Ook in deze reeks: item 1, 4");
    must_hold(&text, "geen bewijs");
    buf_clear(&pdf);
    buf_clear(&text);
    series.strong = false;
    make_with(ITEM_IMITATION, &series, "en", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    must_hold(&text, "Possibly part of series 1: 3 envelopes since 21 November 2026");
    must_hold(&text, "The slogan stands 5.2 mm too high, on 3 of 3");
    buf_clear(&pdf);
    buf_clear(&text);
    series.n_members = 0;
    make_with(ITEM_IMITATION, &series, "en", &pdf);
    poppler(TEXT_OF, &pdf, &text);
    assert_null(strstr(text.data, "series"));
    buf_finish(&pdf);
    buf_finish(&text);
}

static void unknown_items_are_refused(void **state)
{
    (void)state;
    struct buf pdf = {0};
    struct err err = {0};
    assert_false(web_handover_sheet(reg, 4711, NULL, "nl", &pdf, &err));
    assert_true(strlen(err.text) > 0);
    assert_int_equal(pdf.len, 0);
    buf_finish(&pdf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_register_same_bytes),
        cmocka_unit_test(holds_every_part),
        cmocka_unit_test(only_calibrated_ratios_stand_on_paper),
        cmocka_unit_test(pages_are_numbered_and_tagged),
        cmocka_unit_test(photographs_stay_as_they_were),
        cmocka_unit_test(hostile_text_is_only_text),
        cmocka_unit_test(series_are_told),
        cmocka_unit_test(unknown_items_are_refused),
    };
    return cmocka_run_group_tests_name("web_sheet", tests, setup, teardown);
}
