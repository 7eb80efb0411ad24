/* postwacht-capture on SANE's own `test` backend, which somebody else wrote to try front ends:
 * every status that a driver can return, and the odd shapes of data it knows. */
#include "rig.h"

#include "daemon/capture/protocol.h"
#include "schemas/base/buf.h"
#include "schemas/sheet_folder.h"

#define TEST_CONF "/etc/sane.d/test.conf" /* without it the backend's defaults are rubbish */

static void setup(struct rig *rig)
{
    struct buf conf = {0};
    struct err err;
    char path[PATH_SIZE];
    assert_int_equal(rig_setup(rig, "test", ""), 0);
    assert_ok(file_read(TEST_CONF, 1 << 16, &conf, &err), &err);
    assert_true(path_join(path, rig->conf, "test.conf", NULL));
    assert_ok(file_write_atomic(path, conf.data, conf.len, 0644, &err), &err);
    buf_finish(&conf);
}

/* 20 x 20 mm at 100 dpi, so that ten sheets are quick. */
static void capture(const struct rig *rig, const char *option, const char *mode,
                    struct rig_run *ret)
{
    const char *arguments[] = {"--device",
                               "test:0",
                               "--source",
                               "adf",
                               "--mode",
                               mode,
                               "--resolution",
                               "100",
                               "--width",
                               "20",
                               "--height",
                               "20",
                               "--limit-stall",
                               "1",
                               option ? "--option" : NULL,
                               option,
                               NULL};
    rig_capture(rig, arguments, -1, 0, ret);
}

static struct capture_message last_line(const struct rig_run *run)
{
    struct capture_message message = {.verb = CAPTURE_SAYS_READY};
    char text[sizeof run->out], *rest = text;
    memcpy(text, run->out, sizeof text);
    for (char *line; (line = strtok_r(rest, "\n", &rest));)
        if (!capture_message_parse(line, &message))
            fail_msg("\"%s\" is not of the protocol", line);
    assert_int_equal(message.verb, CAPTURE_SAYS_END);
    return message;
}

static void test_every_status(void **state)
{
    (void)state;
    static const struct {
        const char *option;
        enum capture_kind end;
    } rows[] = {
        {"read-return-value=SANE_STATUS_UNSUPPORTED", CAPTURE_SETTINGS},
        {"read-return-value=SANE_STATUS_CANCELLED", CAPTURE_STOPPED},
        {"read-return-value=SANE_STATUS_DEVICE_BUSY", CAPTURE_BUSY},
        {"read-return-value=SANE_STATUS_INVAL", CAPTURE_SETTINGS},
        /* A page without lines is a half sheet; the backend itself then refuses to start again. */
        {"read-return-value=SANE_STATUS_EOF", CAPTURE_SETTINGS},
        {"read-return-value=SANE_STATUS_JAMMED", CAPTURE_JAMMED},
        {"read-return-value=SANE_STATUS_NO_DOCS", CAPTURE_EMPTY},
        {"read-return-value=SANE_STATUS_COVER_OPEN", CAPTURE_COVER_OPEN},
        {"read-return-value=SANE_STATUS_IO_ERROR", CAPTURE_IO_ERROR},
        {"read-return-value=SANE_STATUS_NO_MEM", CAPTURE_IO_ERROR},
        {"read-return-value=SANE_STATUS_ACCESS_DENIED", CAPTURE_DENIED},
        {"three-pass=yes", CAPTURE_UNSUPPORTED},
        {"no-such-option=1", CAPTURE_SETTINGS},
    };
    struct rig rig;
    struct rig_run run;
    setup(&rig);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        capture(&rig, rows[i].option, "Color", &run);
        struct capture_message end = last_line(&run);
        if (end.kind != rows[i].end || end.sheets != 0)
            fail_msg("%s:\n%s", rows[i].option, run.out);
        assert_int_equal(rig_count(&rig, ""), 0);
        assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 0);
    }
    rig_teardown(&rig);
}

/* Its feeder holds ten sheets. */
static void test_odd_data_is_read_whole(void **state)
{
    (void)state;
    static const struct {
        const char *mode, *option;
    } rows[] = {
        {"Color", NULL},
        {"Gray", "depth=1"},
        {"Color", "depth=16"},
        {"Color", "hand-scanner=yes"}, /* lines = -1 */
        {"Gray", "ppl-loss=7"},        /* lines longer than their pixels */
        {"Color", "fuzzy-parameters=yes"},
        {"Color", "read-limit=yes"}, /* one byte a read */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig rig;
        struct rig_run run;
        setup(&rig);
        capture(&rig, rows[i].option, rows[i].mode, &run);
        struct capture_message end = last_line(&run);
        if (end.kind != CAPTURE_DONE || end.sheets != 10 || rig_count(&rig, "") != 10)
            fail_msg("%s %s:\n%s", rows[i].mode, rows[i].option, run.out);
        rig_teardown(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status),
        cmocka_unit_test(test_odd_data_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
