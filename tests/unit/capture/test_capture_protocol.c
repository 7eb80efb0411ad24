/* The lines between postwacht-capture and its supervisor: what is sent is understood, and nothing
 * else. */
#include "tests/unit/test_support.h"

#include "daemon/capture/protocol.h"

#define LINE_SIZE 1024

/* What capture_message_send writes, without the line's end. */
static void sent(const struct capture_message *message, char ret[LINE_SIZE])
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    capture_message_send(fds[1], message);
    close(fds[1]);
    ssize_t n = read(fds[0], ret, LINE_SIZE - 1);
    close(fds[0]);
    assert_true(n > 0 && ret[n - 1] == '\n');
    ret[n - 1] = '\0';
    assert_null(strchr(ret, '\n')); /* one line, whatever the text holds */
}

static void test_what_is_sent_is_understood(void **state)
{
    (void)state;
    for (int verb = 0; verb < CAPTURE_VERBS; verb++)
        for (int kind = 0; kind < CAPTURE_KIND_COUNT; kind++) {
            bool id = verb == CAPTURE_SAYS_SHEET || verb == CAPTURE_SAYS_HALF;
            struct capture_message got, message = {.verb = (enum capture_verb)verb,
                                                   .kind = (enum capture_kind)kind,
                                                   .sheets = 17};
            snprintf(message.text, sizeof message.text, "%s",
                     id ? "20261121T200850-b1-0001" : "a text of words");
            char line[LINE_SIZE];
            sent(&message, line);
            assert_true(capture_message_parse(line, &got));
            assert_int_equal(got.verb, verb);
            if (verb == CAPTURE_SAYS_INCIDENT || verb == CAPTURE_SAYS_END)
                assert_int_equal(got.kind, kind);
            if (verb == CAPTURE_SAYS_END)
                assert_int_equal(got.sheets, 17);
            else
                assert_string_equal(got.text, message.text);
        }
}

static void test_text_cannot_forge_a_line(void **state)
{
    (void)state;
    char line[LINE_SIZE];
    struct capture_message message = {.verb = CAPTURE_SAYS_INCIDENT, .kind = CAPTURE_JAMMED};
    snprintf(message.text, sizeof message.text, "one\nend done 3\r\x1b[2J");
    sent(&message, line);
    assert_string_equal(line, "incident jammed one?end done 3??[2J");
    memset(message.text, 'x', sizeof message.text - 1);
    message.text[sizeof message.text - 1] = '\0';
    sent(&message, line);
}

static void test_anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        " ",
        "sheet",
        "sheet ",
        "sheet ../../etc",
        "sheet .part-1",
        "sheets 1",
        "end",
        "end done",
        "end done x",
        "end done 3x",
        "end done -1",
        "end nonsense 3",
        "incident",
        "incident odd text",
        "incident jammedtext",
        "END done 3",
        "end done 99999999999999999999",
    };
    struct capture_message message;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (capture_message_parse(lines[i], &message))
            fail_msg("\"%s\" was taken for a message", lines[i]);
    char huge[LINE_SIZE];
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    memcpy(huge, "ready ", strlen("ready "));
    assert_false(capture_message_parse(huge, &message));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_sent_is_understood),
        cmocka_unit_test(test_text_cannot_forge_a_line),
        cmocka_unit_test(test_anything_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
