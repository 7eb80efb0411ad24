#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "schemas/base/hash.h"
#include "schemas/base/rows.h"
#include "schemas/base/text.h"

#include <errno.h>
#include <sys/stat.h>

static void test_err(void **state)
{
    (void)state;
    struct err err;
    assert_false(err_set(&err, "one\ntwo %d", 3));
    assert_string_equal(err.text, "one?two 3");
    assert_false(err_context(&err, "file %s", "x"));
    assert_string_equal(err.text, "file x: one?two 3");
    assert_false(err_set(&err, "again %s", err.text)); /* its own text as an argument */
    assert_string_equal(err.text, "again file x: one?two 3");
    errno = ENOENT;
    assert_false(err_errno(&err, "open"));
    assert_non_null(strstr(err.text, "open: "));
    char longest[2000];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    err_set(&err, "%s", longest);
    err_context(&err, "%s", longest);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_false(err_set(NULL, "nobody cares"));
}

static void test_buf(void **state)
{
    (void)state;
    struct buf buf = {0};
    for (int i = 0; i < 1000; i++)
        buf_printf(&buf, "%03d,", i);
    buf_putc(&buf, '\0');
    buf_append(&buf, "tail", 4);
    assert_true(buf_ok(&buf, NULL));
    assert_int_equal(buf.len, 4005);
    assert_memory_equal(buf.data + 3996, "999,\0tail", 10);
    buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.data, "");
    buf_append(&buf, "x", SIZE_MAX - 2); /* refused before it is read */
    struct err err;
    assert_false(buf_ok(&buf, &err));
    buf_puts(&buf, "ignored");
    assert_int_equal(buf.len, 0);
    buf_finish(&buf);
    assert_null(buf.data);
    buf_finish(&buf);
}

static void test_clock(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];
    int64_t ms;
    clock_format(1763753268123, text);
    assert_string_equal(text, "2025-11-21T19:27:48.123Z");
    assert_true(clock_parse(text, &ms));
    assert_int_equal(ms, 1763753268123);
    clock_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    assert_true(clock_parse(text, &ms));
    assert_int_equal(ms, -1);
    assert_true(clock_parse("2024-02-29T00:00:00.000Z", &ms));
    const char *const wrong[] = {
        "",
        "2025-02-29T00:00:00.000Z",
        "2025-11-21T19:27:48.123",
        "2025-11-21 19:27:48.123Z",
        "2025-11-21T19:27:48.123Zx",
        "2025-11-21T19:27:-8.123Z",
        "2025-11-21T25:27:48.123Z",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(clock_parse(wrong[i], &ms));
    int64_t first = clock_mono_ms();
    assert_true(clock_mono_ms() >= first);
}

static void test_hash(void **state)
{
    uint8_t digest[SHA256_SIZE], again[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_bytes("abc", 3, digest); /* FIPS 180-4 */
    hex_encode(digest, sizeof digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct sha256 hash, fork;
    sha256_init(&hash);
    sha256_update(&hash, "a", 1);
    fork = hash;
    sha256_update(&fork, "bc", 2);
    sha256_final(&fork, again);
    assert_memory_equal(digest, again, sizeof digest);
    char path[PATH_SIZE];
    struct err err;
    assert_ok(path_join(path, *state, "abc", &err), &err);
    assert_ok(file_write_atomic(path, "abc", 3, 0600, &err), &err);
    assert_ok(sha256_file(path, again, &err), &err);
    assert_memory_equal(digest, again, sizeof digest);
    assert_false(sha256_file(*state, again, &err));

    assert_true(hex_decode("00fFa1", again, 3));
    assert_memory_equal(again, "\x00\xff\xa1", 3);
    assert_false(hex_decode("00ff", again, 3));
    assert_false(hex_decode("00fg00", again, 3));

    struct buf buf = {0};
    base64_append(&buf, (const uint8_t *)"any carnal pleas", 16);
    assert_string_equal(buf.data, "YW55IGNhcm5hbCBwbGVhcw==");
    struct buf back = {0};
    assert_true(base64_decode(buf.data, buf.len, &back));
    assert_string_equal(back.data, "any carnal pleas");
    assert_false(base64_decode("YW5=x", 5, &back));
    assert_false(base64_decode("Y", 1, &back));
    buf_finish(&buf);
    buf_finish(&back);
}

static void test_paths(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    struct err err;
    assert_ok(path_join(path, "/a/b//", "c", &err), &err);
    assert_string_equal(path, "/a/b/c");
    assert_ok(path_join(path, path, "d", &err), &err);
    assert_string_equal(path, "/a/b/c/d");
    assert_ok(path_join(path, "/", "x", &err), &err);
    assert_string_equal(path, "/x");
    char longest[PATH_SIZE];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(path_join(path, "/", longest, &err));
    assert_true(name_is_safe("front.tif"));
    const char *const wrong[] = {"", ".", "..", ".hidden", "a/b", "a b", "a\n", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(name_is_safe(wrong[i]));
    longest[97] = '\0';
    assert_false(name_is_safe(longest));
    longest[96] = '\0';
    assert_true(name_is_safe(longest));
}

static void test_files(void **state)
{
    struct err err;
    struct buf buf = {0};
    char dir[PATH_SIZE], path[PATH_SIZE], link[PATH_SIZE];
    assert_ok(path_join(dir, *state, "one/two", &err), &err);
    assert_ok(dir_make(dir, &err), &err);
    assert_ok(dir_make(dir, &err), &err);
    assert_ok(path_join(path, dir, "file", &err), &err);
    assert_ok(file_write_atomic(path, "first", 5, 0640, &err), &err);
    assert_ok(file_write_atomic(path, "second!", 7, 0640, &err), &err);
    assert_ok(file_read(path, 7, &buf, &err), &err);
    assert_string_equal(buf.data, "second!");
    assert_false(file_read(path, 6, &buf, &err)); /* too long: what was there stays */
    assert_string_equal(buf.data, "second!");
    assert_false(file_read(dir, 100, &buf, &err));
    assert_false(file_read("/dev/zero", 100, &buf, &err));
    buf_finish(&buf);
    struct names names;
    assert_ok(dir_list(dir, &names, &err), &err);
    assert_int_equal(names.n, 1); /* no temp file is left */
    assert_string_equal(names.name[0], "file");
    names_finish(&names);
    assert_false(dir_make(path, &err)); /* a file stands there */

    /* Removing does not follow links. */
    assert_ok(path_join(path, *state, "kept", &err), &err);
    assert_ok(file_write_atomic(path, "x", 1, 0640, &err), &err);
    assert_ok(path_join(link, dir, "link", &err), &err);
    assert_int_equal(symlink(*state, link), 0);
    assert_ok(path_join(dir, *state, "one", &err), &err);
    assert_ok(dir_remove(dir, &err), &err);
    assert_ok(dir_remove(dir, &err), &err);
    assert_true(file_exists(path));
    assert_false(file_exists(dir));
    unsigned long long n;
    assert_ok(disk_free(*state, &n, &err), &err);
}

static void test_text(void **state)
{
    (void)state;
    char text[16];
    text_copy_utf8(text, sizeof text, "caf\xc3\xa9");
    assert_string_equal(text, "caf\xc3\xa9");
    text_copy_utf8(text, 5, "caf\xc3\xa9"); /* cut before the accented letter, not inside */
    assert_string_equal(text, "caf");
    text_copy_utf8(text, sizeof text, "a\xff\xc3");
    assert_string_equal(text, "a\xef\xbf\xbd\xef\xbf\xbd");
    text_copy_utf8(text, 1, "a");
    assert_string_equal(text, "");
    assert_true(text_is_utf8("\xf0\x9f\x93\xa8 \xe2\x82\xac"));
    const char *const wrong[] = {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\xaf",
                                 "\x80",     "\xe2\x82",     "\xf5\x80\x80\x80", "\xf0\x9f\x93"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(text_is_utf8(wrong[i]));
    static const char *const unseen[] = {
        "\x1b",         "\x7f",     "\xc2\x9b",     "\xe2\x80\x8b",
        "\xe2\x80\xae", "\xd8\x9c", "\xef\xbb\xbf", "\xf3\xa0\x81\x81"};
    static const char *const seen[] = {
        "\n", "\t", " ", "a", "\xc3\xa9", "\xe2\x82\xac", "\xe2\x80\x93", "\xf0\x9f\x93\xa8"};
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        assert_true(text_is_unseen(unseen[i]));
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        assert_false(text_is_unseen(seen[i]));
}

static bool take_two(void *ctx, char *const column[], struct err *err)
{
    char *all = ctx;
    if (strcmp(column[1], "bad") == 0)
        return err_set(err, "that is bad");
    strcat(strcat(strcat(all, column[0]), column[1]), ";");
    return true;
}

static void test_rows(void **state)
{
    (void)state;
    char good[] = "# head\r\ncountry\tname\r\n\r\nNL\tone\tmore\r\nDE\ttwo", all[64] = "";
    char few[] = "NL\tone\n\nDE\n", bad[] = "NL\tbad\nDE\ttwo\n";
    struct err err;
    assert_true(rows_read(good, "f", 2, "country and name", take_two, all, &err));
    assert_string_equal(all, "NLone;DEtwo;");
    assert_false(rows_read(few, "f", 2, "country and name", take_two, all, &err));
    assert_string_equal(err.text, "f, line 3: expected country and name, parted by tabs");
    all[0] = '\0';
    assert_false(rows_read(bad, "f", 2, "country and name", take_two, all, &err));
    assert_string_equal(err.text, "f, line 1: that is bad");
    assert_string_equal(all, "");
    assert_true(
        rows_read(NULL, "f", 2, "country and name", take_two, all, &err)); /* no file's text */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_err),
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_clock),
        cmocka_unit_test_setup_teardown(test_hash, temp_setup, temp_teardown),
        cmocka_unit_test(test_paths),
        cmocka_unit_test_setup_teardown(test_files, temp_setup, temp_teardown),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_rows),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
