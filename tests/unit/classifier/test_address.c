/* Addresses of several countries, as readers give them: with and without country lines, in one
 * line, misread. */
#include "tests/unit/test_support.h"

#include "classifier/address.h"
#include "schemas/base/err.h"

static struct countries *countries;

static int setup(void **state)
{
    (void)state;
    const char *source = getenv("POSTWACHT_SOURCE_DIR");
    char path[PATH_SIZE];
    struct err err;
    snprintf(path, sizeof path, "%s/schemas/data/postcodes.tsv", source ? source : ".");
    return countries_load(path, &countries, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    countries_destroy(countries);
    return 0;
}

static void addresses_tell_their_country(void **state)
{
    (void)state;
    static const struct {
        const char *text, *country, *postcode, *place, *street;
        enum address_basis basis;
    } cases[] = {
        {"Jan Jansen\nDorpsstraat 12\n1969 LH Heemskerk", "NL", "1969 LH", "Heemskerk",
         "Dorpsstraat 12", ADDRESS_PATTERN},
        {"Erika Muster\nLindenweg 14\n48143 M\xc3\xbcnster\nDUITSLAND", "DE", "48143",
         "M\xc3\xbcnster", "Lindenweg 14", ADDRESS_NAMED},
        {"Erika Muster\nLindenweg 14\nD-48143 M\xc3\xbcnster", "DE", "D-48143", "M\xc3\xbcnster",
         "Lindenweg 14", ADDRESS_PREFIXED},
        {"Firma X - Haven 12 - 8861 XT Harlingen", "NL", "8861 XT", "Harlingen", "Haven 12",
         ADDRESS_PATTERN},
        {"Ms Helen Hall\n17 Mill Lane\nLEEDS LS1 4DT", "GB", "LS1 4DT", "LEEDS", "17 Mill Lane",
         ADDRESS_PATTERN},
        {"A. Silva\nRua das Flores 18\n4050-265 Porto", "PT", "4050-265", "Porto",
         "Rua das Flores 18", ADDRESS_PATTERN},
        {"J. Kowalski\nul. Lipowa 12/4\n61-715 Pozna\xc5\x84", "PL", "61-715", "Pozna\xc5\x84",
         "ul. Lipowa 12/4", ADDRESS_PATTERN},
        /* the digits misread, the name by one letter */
        {"A. Vogel\nLindenweg 14\n4B143 Munster\nDUlTSLAND", "DE", "4B143", "Munster",
         "Lindenweg 14", ADDRESS_NAMED},
        {"M. Hall\n17 Mill Lane\nLEEDS LSI 4DT\nUNITED KINGDOM", "GB", "LSI 4DT", "LEEDS",
         "17 Mill Lane", ADDRESS_NAMED},
        {"E. Hall\n12, rue des Pr\xc3\xa9s\nL-1724 Luxembourg", "LU", "L-1724", "Luxembourg",
         "12, rue des Pr\xc3\xa9s", ADDRESS_PREFIXED},
        {"Firma X\nHaven 12, 5211 JV 's-Hertogenbosch", "NL", "5211 JV", "'s-Hertogenbosch",
         "Haven 12", ADDRESS_PATTERN},
        {"P. Smit\nHafnargata 21\n230 Keflavik\nICELAND", "IS", "230", "Keflavik", "Hafnargata 21",
         ADDRESS_NAMED}, /* one letter from IRELAND */
        {"P. Novak\nLiepu iela 9\nLV-3401 Liepaja", "LV", "LV-3401", "Liepaja", "Liepu iela 9",
         ADDRESS_PATTERN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address got;
        assert_true(address_parse(countries, cases[i].text, &got));
        assert_string_equal(got.country, cases[i].country);
        assert_string_equal(got.postcode, cases[i].postcode);
        assert_string_equal(got.place, cases[i].place);
        assert_string_equal(got.street, cases[i].street);
        assert_int_equal(got.basis, cases[i].basis);
    }
}

static void bare_digits_leave_several(void **state)
{
    (void)state;
    struct address got;
    assert_true(address_parse(countries, "An Peeters\nKerkstraat 31\n9000 Gent", &got));
    assert_int_equal(got.basis, ADDRESS_UNTOLD);
    assert_string_equal(got.country, "");
    assert_true(address_allows(&got, "BE") && address_allows(&got, "AT"));
    assert_false(address_allows(&got, "NL") || address_allows(&got, "DE"));
    assert_true(address_parse(countries, "H. Weber\nLindenweg 14\n48143 Ort", &got));
    assert_true(address_allows(&got, "DE") && address_allows(&got, "LT") && got.n_possible > 3);
}

static void other_text_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n\n",
        "Zur\xc3\xbc"
        "ck an Absender\nEmpf\xc3\xa4nger verzogen",
        "15.02.2026",
        "Hrvatska po\xc5\xa1ta 11.01.2026 Split",
        "Notariskantoor Hofstra\nZuiderplein 101", /* a house number */
        "RR 123456785 DE",
        "<script>alert(1)</script>\n'; DROP TABLE items; --",
        "\xff\xfe\xfd",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct address got;
        assert_false(address_parse(countries, texts[i], &got));
    }
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    static char text[9000];
    memset(text, 'x', sizeof text - 40);
    strcpy(text + sizeof text - 40, "\nDorpsstraat 12\n1969 LH Heemskerk");
    struct address got;
    assert_true(address_parse(countries, text, &got));
    assert_string_equal(got.country, "NL");
}

static void tables_are_checked(void **state)
{
    (void)state;
    struct countries *none = NULL;
    struct err err;
    assert_false(countries_load("/nonexistent/postcodes.tsv", &none, &err));
    assert_non_null(strstr(err.text, "postcodes.tsv"));
    char path[] = "/tmp/postwacht-postcodes-XXXXXX";
    static const char text[] =
        "country\tpostcode\tprefix\tweight\tnames\nNL\t[1-9\t\t0.9\tNEDERLAND\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)(sizeof text - 1));
    close(fd);
    assert_false(countries_load(path, &none, &err));
    assert_non_null(strstr(err.text, "line 2"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_tell_their_country), cmocka_unit_test(bare_digits_leave_several),
        cmocka_unit_test(other_text_is_none),           cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(tables_are_checked),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
