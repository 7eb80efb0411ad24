/* The INI file: defaults, every kind of key, and that each mistake is named. */
#include "daemon/config.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bool read_text(const void *text, size_t n, struct config *ret, struct err *err)
{
    char dir[] = "/tmp/pw-config-XXXXXX", path[PATH_SIZE];
    assert_non_null(mkdtemp(dir));
    assert_true(path_join(path, dir, "postwacht.conf", NULL));
    assert_true(file_write_atomic(path, text, n, 0600, NULL));
    bool ok = config_read(path, ret, err);
    assert_true(dir_remove(dir, NULL));
    return ok;
}

static void refuse(const char *text, const char *because)
{
    struct config config;
    struct err err = {0};
    config_defaults(&config);
    config.page_port = 4711;
    assert_false(read_text(text, strlen(text), &config, &err));
    if (!strstr(err.text, because))
        fail_msg("'%s' does not say '%s'", err.text, because);
    assert_int_equal(config.page_port, 4711);
}

static void test_empty_file_is_defaults(void **state)
{
    (void)state;
    struct config config, defaults;
    struct err err;
    config_defaults(&defaults);
    assert_true(read_text("", 0, &config, &err));
    assert_memory_equal(&config, &defaults, sizeof config);
    assert_string_equal(config.page_address, "127.0.0.1");
}

static void test_keys_are_read(void **state)
{
    (void)state;
    const char text[] = "; comment\n[daemon]\nstate = /srv/post wacht\n[scanner]\n"
                        "device=test:0\nresolution = 300\n[page]\nport=9000\n";
    struct config config;
    struct err err;
    assert_true(read_text(text, strlen(text), &config, &err));
    assert_string_equal(config.daemon_state, "/srv/post wacht");
    assert_string_equal(config.scanner_device, "test:0");
    assert_int_equal(config.scanner_resolution, 300);
    assert_int_equal(config.page_port, 9000);
    char templates[PATH_SIZE];
    assert_true(config_templates_dir(&config, templates, &err));
    assert_string_equal(templates, "/srv/post wacht/templates");
}

static void test_mistakes_are_named(void **state)
{
    (void)state;
    refuse("[page]\nprot = 80\n", "prot");
    refuse("[page]\nport = 99999\n", "65535");
    refuse("[page]\nport = eighty\n", "eighty");
    refuse("[page]\nport =\n", "port");
    refuse("port = 80\n", "port");
    refuse("[page\nport = 80\n", "line 1");
    refuse("[page]\nthis is prose\n", "line 2");
    refuse("[page]\nport = 1x\n[scanner]\nresolution = 7\n", "resolution");
    struct config config;
    struct err err;
    assert_false(read_text("[page]\n\0port", 12, &config, &err));
    assert_false(config_read("/tmp", &config, &err));
    assert_false(config_read("/nonexistent", &config, &err));
}

static void test_long_value_is_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_puts(&text, "[daemon]\nstate = ");
    for (int i = 0; i < CONFIG_TEXT_SIZE; i++)
        buf_putc(&text, 'a');
    buf_putc(&text, '\n');
    struct config config, before;
    config_defaults(&config);
    before = config;
    struct err err;
    /* whether the key or inih's line limit catches it: nothing of it may get through */
    assert_false(read_text(text.data, text.len, &config, &err));
    assert_memory_equal(&config, &before, sizeof config);
    buf_finish(&text);
}

static void test_print_reads_back(void **state)
{
    (void)state;
    struct config config, again;
    struct err err;
    struct buf text = {0};
    config_defaults(&config);
    config.page_port = 1234;
    strcpy(config.scanner_source, "ADF Duplex");
    config_print(&config, &text);
    assert_true(read_text(text.data, text.len, &again, &err));
    assert_memory_equal(&config, &again, sizeof config);
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_file_is_defaults), cmocka_unit_test(test_keys_are_read),
        cmocka_unit_test(test_mistakes_are_named),     cmocka_unit_test(test_long_value_is_refused),
        cmocka_unit_test(test_print_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
