/* Who sent a sheet and to whom, and the country that tells. */
#include "classifier/correspondents.h"
#include "classifier/return_country.h"
#include "tests/unit/test_support.h"

static struct phrases *phrases;

static int load(void **state)
{
    const char *source = getenv("POSTWACHT_SOURCE_DIR");
    char path[PATH_SIZE];
    struct err err;
    (void)state;
    snprintf(path, sizeof path, "%s/schemas/data/return_phrases.tsv", source ? source : ".");
    assert_ok(phrases_load(path, NULL, &phrases, &err), &err);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    phrases_destroy(phrases);
    return 0;
}

/* A block of print in letters of so many mm, in the middle of the front. */
static struct return_reading block(const char *text, double letter_mm)
{
    struct return_reading ret = {.letter_mm = letter_mm, .at = {0.6, 0.6}, .confidence = 90};
    ret.region.kind = REGION_PRINT;
    snprintf(ret.text, sizeof ret.text, "%s", text);
    return ret;
}

static void read_words(struct return_reading *reading)
{
    char words[READING_TEXT_SIZE], *rest = NULL;
    snprintf(words, sizeof words, "%s", reading->text);
    for (char *word = strtok_r(words, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
        phrase_text_add(reading->plain, sizeof reading->plain, word);
    reading->n_hits = phrases_match(phrases, reading->plain, reading->hit);
}

static void a_franking_imprint_is_no_recipient(void **state)
{
    (void)state;
    static const char *const imprints[] = {"En\n! NEDERLAND\n\n\xe2\x82\xac 4.51",
                                           "Drukwerk\nNEDERLAND\nEUR 1,20"};
    for (size_t i = 0; i < sizeof imprints / sizeof *imprints; i++) {
        struct return_reading reading[] = {
            block(imprints[i], 6),
            block("Mme Claire Dumont\nRue Haute 30\n5000 Namur\nBELGIE / BELGIQUE", 3)};
        assert_false(correspondent_recipient(reading, 1, phrases).found);
        struct correspondent got = correspondent_recipient(reading, 2, phrases);
        assert_true(got.found && got.reading == 1);
        assert_string_equal(got.address.country, "BE");
        assert_string_equal(got.address.street, "Rue Haute 30");
    }
    struct return_reading larger[] = {block("Firma\nIndustrie\nFRANCE", 6),
                                      block("Rue Haute 30\n5000 Namur\nBELGIE", 3)};
    assert_int_equal(correspondent_recipient(larger, 2, phrases).reading, 1);
}

static void a_country_in_two_languages_is_no_street(void **state)
{
    (void)state;
    struct return_reading reading = block("Mme Claire Dumont\nRue Haute\nBELGIE / BELGIQUE", 3);
    struct address got;
    assert_true(address_parse(phrases_countries(phrases), reading.text, &got));
    assert_string_equal(got.country, "BE");
    assert_string_equal(got.street, "Rue Haute");
}

/* A notice was stamped over the recipient, and all of it was read as one. */
static void the_recipient_under_a_stamp_tells_the_country(void **state)
{
    (void)state;
    struct return_reading reading = block("RETURN TO SENDER\nRobert J. Keller\n28 Maple Avenue\n"
                                          "Dayton, OH 41758 |\nUSA } UNCLAIMED",
                                          3);
    const struct return_reading *selected[] = {&reading};
    struct screening_return got = {0};
    char rest[READING_TEXT_SIZE];
    read_words(&reading);
    reading.evidence = RETURN_CLAIM;
    return_reading_rest(&reading, rest);
    assert_null(strstr(rest, "SENDER"));
    assert_null(strstr(rest, "UNCLAIMED"));
    assert_non_null(strstr(rest, "\nDayton, OH 41758 |\nUSA } "));
    return_country_decide(selected, 1, &reading, 1, phrases, &got);
    assert_string_equal(got.country, "US");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_franking_imprint_is_no_recipient),
        cmocka_unit_test(a_country_in_two_languages_is_no_street),
        cmocka_unit_test(the_recipient_under_a_stamp_tells_the_country),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
