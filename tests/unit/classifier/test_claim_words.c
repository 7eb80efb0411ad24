/* What words claim to be a firm: lines as OCR reads them, and how they are set. */
#include "tests/unit/test_support.h"

#include "classifier/claim_words.h"
#include "classifier/common_words.h"

#define FIRM "Huis & Hof Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag"

#define LETTER_MM 2.0 /* width of one, and the gap between words */
#define LETTER_HIGH_MM 3.0
#define LINE_MM 4.0

static struct template_data template;
static struct claim_words words;

static void firm_is(const char *sender, const char *logo, const char *slogan)
{
    static const char *const kinds[] = {"sender", "logo", "slogan"};
    const char *text[] = {sender, logo, slogan};
    memset(&template, 0, sizeof template);
    for (int i = 0; i < 3; i++) {
        if (!text[i])
            continue;
        struct template_element *element = &template.element[template.n_elements++];
        snprintf(element->kind, sizeof element->kind, "%s", kinds[i]);
        snprintf(element->name, sizeof element->name, "%s", kinds[i]);
        snprintf(element->text, sizeof element->text, "%s", text[i]);
    }
    claim_words_of(&template, &words);
}

/* Words parted by spaces, lines by '\n'; each set after the one before. */
static int lay_words(const char *text, struct read_word *ret, int max)
{
    char copy[1024];
    int n = 0, line = 0;
    snprintf(copy, sizeof copy, "%s", text);
    char *rest_lines = copy;
    for (char *row; (row = strsep(&rest_lines, "\n")) != NULL; line++) {
        double x = 10;
        for (char *part; (part = strsep(&row, " ")) != NULL;) {
            assert_true(n < max);
            ret[n] = (struct read_word){.line = line};
            snprintf(ret[n].text, sizeof ret[n].text, "%s", part);
            ret[n].box_mm[0] = x;
            ret[n].box_mm[1] = 10 + LINE_MM * line;
            ret[n].box_mm[2] = LETTER_MM * (double)strlen(part);
            ret[n].box_mm[3] = LETTER_HIGH_MM;
            x += LETTER_MM * (double)(strlen(part) + 1);
            n++;
        }
    }
    return n;
}

static double score_of(const char *text)
{
    struct read_word word[128];
    int n = lay_words(text, word, 128);
    return claim_words_match(&words, word, n).score;
}

static void assert_claims(const char *text)
{
    double score = score_of(text);
    if (score < SENDER_CLAIM_SCORE)
        fail_msg("\"%s\" has %.2f", text, score);
}

static void assert_no_claim(const char *text)
{
    double score = score_of(text);
    if (score >= SENDER_CLAIM_SCORE)
        fail_msg("\"%s\" has %.2f", text, score);
}

static void the_name_in_any_setting_claims(void **state)
{
    (void)state;
    firm_is(FIRM, "NS\nHu1s", NULL);
    assert_claims("Huis & Hof Wonen");
    assert_claims("HUIS & HOF\nWONEN");
    assert_claims("NS Huis & Hof\nAZ Wonen"); /* an emblem beside both lines */
    assert_claims("Huis&Hof Wonen B.V.");
    assert_claims("Huis en Hof Wonen");
    assert_claims("Hu1s & Hof W0nen"); /* misread */
    assert_claims("Huis & Hof Wonem"); /* misspelt */
    assert_claims("25.05.26 19\nHuis & Hof Wonen . Kade 7 . 2511 AB Leiden");
}

/* Without a sender block the logo's words are the name; its drawing is read as some letters. */
static void the_logo_is_the_name_where_there_is_no_other(void **state)
{
    (void)state;
    firm_is(NULL, "CEN C\nNZ Nordlicht\nNZ Elektronik", "Technik mit Weitblick");
    assert_claims("Nordlicht\nElektronik");
    assert_claims("WW Nordlicht\nEV Elektronik");
    assert_no_claim("Nordlicht\nReisen");
    firm_is(NULL, "Van Dijk Bouw", NULL);
    assert_claims("Van Dijk Bouw");
    firm_is(NULL, "KLM\nANP NOS", NULL); /* nothing but short words */
    assert_claims("KLM ANP NOS");
}

static void parts_of_the_name_do_not(void **state)
{
    (void)state;
    firm_is(FIRM, NULL, NULL);
    assert_no_claim("");
    assert_no_claim("Huis & Hof");
    assert_no_claim("Huis & Hof Tuinen");
    assert_no_claim("Huis & Hof Tuinen B.V.\nEikenweg 4\n3511 AA Utrecht");
    assert_no_claim("Wonen & Hof Huis");
    assert_no_claim("Huis\nDe heer en mevrouw Jansen\nHof\nVan den Berg\nWonen");
    assert_no_claim("Bakker & Zonen\nLindenlaan 12\n2587 RX Den Haag"); /* neighbours */
    assert_no_claim("\xff\xfe\x80 <script> '; DROP TABLE item; --");
}

static void the_address_helps_a_name_that_is_not_read(void **state)
{
    (void)state;
    firm_is(FIRM, NULL, NULL);
    assert_no_claim("Huus en Haf Wonen");
    assert_claims("Huus en Hof Wonen\nLindenlaan 12\n2587 RX Den Haag");
}

static void a_name_of_one_word_stands_alone(void **state)
{
    (void)state;
    firm_is(NULL, "HI Havenmeester", "Veilig afgemeerd");
    assert_claims("Havenmeester");
    assert_claims("HI Havenmeester IT");
    assert_claims("Havenmeester\nVeilig afgemeerd"); /* our own words */
    assert_no_claim("Havenmeester Rotterdam");
    assert_no_claim("Havenmeester\nRotterdam");
    assert_no_claim("Havenmeesterstraat 12");
    assert_no_claim("Kantoor Havenmeester");
    firm_is("Kopi B.V.\nKade 1\n1234 AB Edam", NULL, NULL);
    assert_no_claim("Kopi"); /* a word of four letters is any word */
}

static void a_slogan_of_several_words_claims(void **state)
{
    (void)state;
    firm_is(FIRM, NULL, "Boeken die blijven");
    assert_claims("Boeken die blijven");
    assert_claims("BOEKEN DIE\nBLIJVEN");
    struct read_word word[16];
    int n = lay_words("Boeken die blijven", word, 16);
    assert_true(claim_words_match(&words, word, n).slogan);
    n = lay_words("Boeken die blijven\nHuis & Hof W0nem", word, 16);
    assert_false(claim_words_match(&words, word, n).slogan); /* the name, though read worse */
    assert_no_claim("Boeken blijven");
    assert_no_claim("Boeken die lezen");
    firm_is(FIRM, NULL, "Veilig thuis");
    assert_no_claim("Veilig thuis");
}

static void words_of_anybody_are_no_phrase(void **state)
{
    (void)state;
    firm_is(FIRM, "GROEN\nPAPIER", "Bij onbestelbaarheid graag retour afzender");
    assert_int_equal(words.n, 1); /* the name */
    assert_no_claim("Bij onbestelbaarheid graag retour afzender");
    firm_is(NULL, "PORT BETAALD\nPORT PAYE", "ERKEND BEDRIJF");
    assert_int_equal(words.n, 0);
    assert_no_claim("PORT BETAALD\nPORT PAYE");
    assert_true(is_common_word("RETOUR"));
    assert_false(is_common_word("RETOU"));
    assert_false(is_common_word(""));
    assert_false(is_common_word("PORT BETAALD"));
}

static void the_match_names_its_words(void **state)
{
    (void)state;
    struct read_word word[16];
    firm_is(FIRM, NULL, NULL);
    int n = lay_words("NL 9 Huis & Hof\n| Wonen 44", word, 16);
    struct claim_match match = claim_words_match(&words, word, n);
    assert_int_equal(match.n, 3);
    assert_string_equal(word[match.word[0]].text, "Huis");
    assert_string_equal(word[match.word[2]].text, "Wonen");
}

static void much_hostile_text_is_bounded(void **state)
{
    (void)state;
    static struct read_word word[4096];
    static char text[1024];
    memset(text, 'A', sizeof text - 1);
    firm_is(text, text, text); /* a template may be edited by hand */
    for (int i = 0; i < 4096; i++) {
        word[i].line = i;
        memset(word[i].text, i % 2 ? 'A' : '-', sizeof word[i].text - 1);
        if (i % 3 == 0)
            snprintf(word[i].text, sizeof word[i].text, "a b c d e f g h i j k l m n o p q r s t");
    }
    assert_true(claim_words_match(&words, word, 4096).score < SENDER_CLAIM_SCORE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_in_any_setting_claims),
        cmocka_unit_test(the_logo_is_the_name_where_there_is_no_other),
        cmocka_unit_test(parts_of_the_name_do_not),
        cmocka_unit_test(the_address_helps_a_name_that_is_not_read),
        cmocka_unit_test(a_name_of_one_word_stands_alone),
        cmocka_unit_test(a_slogan_of_several_words_claims),
        cmocka_unit_test(words_of_anybody_are_no_phrase),
        cmocka_unit_test(the_match_names_its_words),
        cmocka_unit_test(much_hostile_text_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
