/* Days as stickers print them, and what only looks like one. */
#include "tests/unit/test_support.h"

#include "classifier/dates.h"

static void days_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *country, *iso;
        bool ambiguous;
    } cases[] = {
        {"Deutsche Post 15.02.2026", "DE", "2026-02-15", false},
        {"retour 03-11-26 PostNL", "NL", "2026-11-03", false},
        {"2026-07-09", "", "2026-07-09", false},
        {"NIXIE 750 02/25/26", "US", "2026-02-25", false},
        {"NIXIE 750 02/05/26", "US", "2026-02-05", false},
        {"02/05/26", "", "2026-05-02", true},
        {"25/02/26", "", "2026-02-25", false},
        {"le 14 JUIL 2026", "FR", "2026-07-14", false},
        {"2 juillet 2026", "FR", "2026-07-02", false},
        {"12 MRT 2026", "NL", "2026-03-12", false},
        {"29.02.2028", "DE", "2028-02-29", false},
        {"Feb 15, 2026", "US", "2026-02-15", false},
        {"1. 3. 2026", "CZ", "2026-03-01", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date_read got[4];
        assert_int_equal(dates_find(cases[i].text, cases[i].country, got, 4), 1);
        assert_string_equal(got[0].iso, cases[i].iso);
        assert_int_equal(got[0].ambiguous, cases[i].ambiguous);
    }
}

static void other_numbers_are_no_days(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "31.02.2026",
        "29.02.2026",
        "0900-8844",
        "1234.56.789",
        "32/01/26",
        "00.01.2026",
        "12.13.14.15.2026x",
        "15.02.1926",
        "48143 M\xc3\xbcnster",
        "\xff\xff.\xff",
        "99.99.99",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct date_read got[4];
        assert_int_equal(dates_find(texts[i], "", got, 4), 0);
    }
}

static void several_and_their_places(void **state)
{
    (void)state;
    const char *text = "aangeboden 01.03.2026, retour 09.03.2026";
    struct date_read got[4];
    assert_int_equal(dates_find(text, "NL", got, 4), 2);
    assert_int_equal(dates_find(text, "NL", got, 1), 1);
    assert_int_equal(strncmp(text + got[0].at, "01.03.2026", (size_t)got[0].n), 0);
    assert_int_equal(got[0].n, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_found),
        cmocka_unit_test(other_numbers_are_no_days),
        cmocka_unit_test(several_and_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
