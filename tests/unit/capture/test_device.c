/* Scanners as JSON lines: what is written is read back, and nothing too long or half is taken. */
#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/device.h"

static void test_line_reads_back(void **state)
{
    (void)state;
    struct device back, device = {
                            .name = "fujitsu:fi-8170:123456",
                            .vendor = "FUJITSU \"quoted\"\n",
                            .model = "fi-8170",
                            .type = "scanner",
                            .serial = "123456",
                        };
    struct buf line = {0};
    struct err err;
    assert_ok(device_to_json(&device, &line, &err), &err);
    assert_null(strchr(line.data, '\n')); /* one line, whatever the driver says */
    assert_ok(device_from_json(line.data, line.len, &back, &err), &err);
    assert_string_equal(back.name, device.name);
    assert_string_equal(back.model, device.model);
    assert_string_equal(back.serial, device.serial);
    buf_finish(&line);
}

static void test_hostile_lines_are_refused(void **state)
{
    (void)state;
    char huge[512], line[1024];
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    snprintf(line, sizeof line,
             "{\"schema\":\"postwacht/device/1\",\"name\":\"%s\",\"vendor\":\"\",\"model\":\"\","
             "\"type\":\"\",\"serial\":\"\"}",
             huge);
    const char *const lines[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"schema\":\"postwacht/device/1\"}",
        "{\"schema\":\"postwacht/device/2\",\"name\":\"\",\"vendor\":\"\",\"model\":\"\","
        "\"type\":\"\",\"serial\":\"\"}",
        line,
    };
    struct device device;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (device_from_json(lines[i], strlen(lines[i]), &device, NULL))
            fail_msg("taken for a device: %.80s", lines[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_reads_back),
        cmocka_unit_test(test_hostile_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
