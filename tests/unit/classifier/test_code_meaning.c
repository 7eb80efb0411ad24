/* What codes say: S10 with and without its check digit, Deutsche Post, PostNL, strangers. */
#include "tests/unit/test_support.h"

#include "classifier/code_meaning.h"

static struct screening_code explain(const char *symbology, const char *text)
{
    struct screening_code code = {0};
    snprintf(code.symbology, sizeof code.symbology, "%s", symbology);
    snprintf(code.text, sizeof code.text, "%s", text);
    code_explain(&code, CODE_CHECK_NONE);
    return code;
}

static void s10_check_digit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *check;
    } cases[] = {
        {"RB123456785GB", "ok"},     {"EE473124829SE", "ok"},
        {"RB123456784GB", "failed"}, {"RR123456785DE", "ok"},
        {"rb123456785gb", "none"},   {"RB12345678GB", "none"},
        {"RB1234567855GB", "none"},  {"", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(explain("code128", cases[i].text).check_result, cases[i].check);
    assert_non_null(strstr(explain("code128", "RB123456785GB").meaning, "posted in GB"));
}

static void postal_codes_are_named(void **state)
{
    (void)state;
    assert_non_null(strstr(explain("datamatrix", "DEA5\\x01").meaning, "stamp"));
    assert_non_null(strstr(explain("datamatrix", "DEA\\x1cx").meaning, "address label"));
    assert_non_null(strstr(explain("datamatrix", "DEA\\x1a").meaning, "press"));
    assert_non_null(strstr(explain("datamatrix", "DEA").meaning, "unknown"));
    assert_string_equal(explain("qr", "DEA5").meaning, "");
    assert_non_null(strstr(explain("code128", "3SABCD123456789").meaning, "PostNL"));
    assert_non_null(strstr(explain("itf", "21348075016401").meaning, "Leitcode"));
    assert_string_equal(explain("qr", "<script>").meaning, "");
    assert_string_equal(explain("qr", "<script>").kind, "");
    assert_string_equal(explain("datamatrix", "DEA5\\x01").kind, "dea_stamp");
    assert_string_equal(explain("code128", "RB123456785GB").kind, "s10");
    assert_string_equal(explain("code128", "RB123456785GB").detail, "GB");
    assert_string_equal(explain("kix", "1231").kind, ""); /* too short for an address */
    assert_string_equal(explain("datamatrix", "DEA\\x").check_result, "none");
}

static void the_symbologys_check_is_kept(void **state)
{
    (void)state;
    struct screening_code code = {.symbology = "rm4scc", .text = "SN34RD1A"};
    code_explain(&code, CODE_CHECK_OK);
    assert_string_equal(code.check_result, "ok");
    code_explain(&code, CODE_CHECK_FAILED);
    assert_string_equal(code.check_result, "failed");
    assert_string_equal(explain("kix", "1231FZ13XHS").meaning,
                        "PostNL KIX, recipient at 1231 FZ 13 HS");
    assert_string_equal(explain("kix", "2500GG30250").meaning,
                        "PostNL KIX, recipient at 2500 GG 30250");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s10_check_digit),
        cmocka_unit_test(postal_codes_are_named),
        cmocka_unit_test(the_symbologys_check_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
