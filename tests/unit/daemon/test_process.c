/* Programs run by lines: both directions, their end, their death with no answer. */
#include "daemon/process.h"
#include "schemas/base/err.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define PATIENCE_MS 10000

static char *next_line(struct process *process)
{
    for (;;) {
        char *line = lines_next(&process->lines);
        if (line || process->lines.ended)
            return line;
        struct pollfd fd = {.fd = process->out, .events = POLLIN};
        assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
        lines_fill(&process->lines, process->out);
    }
}

static int wait_end(struct process *process)
{
    int status = -1;
    struct pollfd fd = {.fd = process->pidfd, .events = POLLIN};
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    assert_true(process_ended(process, &status));
    return status;
}

static void test_lines_both_ways(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/cat", NULL};
    struct process process;
    struct err err;
    assert_true(process_start(argv, &process, &err));
    assert_true(process_say(&process, "first"));
    assert_true(process_say(&process, "second line"));
    assert_string_equal(next_line(&process), "first");
    assert_string_equal(next_line(&process), "second line");
    process_close_input(&process);
    assert_int_equal(wait_end(&process), 0);
    process_finish(&process);
    assert_int_equal(process.pid, 0);
    assert_false(process_say(&process, "too late"));
}

static void test_last_words_survive(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sh", "-c", "echo one; echo two; kill -9 $$", NULL};
    struct process process;
    struct err err;
    assert_true(process_start(argv, &process, &err));
    int status = wait_end(&process);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_string_equal(lines_next(&process.lines), "one");
    assert_string_equal(lines_next(&process.lines), "two");
    assert_null(lines_next(&process.lines));
    char how[64];
    process_describe(status, how, sizeof how);
    assert_non_null(strstr(how, "signal 9"));
    process_finish(&process);
}

static void test_finish_kills(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sleep", "1000", NULL};
    struct process process;
    struct err err;
    assert_true(process_start(argv, &process, &err));
    pid_t pid = process.pid;
    process_finish(&process);
    assert_int_equal(kill(pid, 0), -1);
}

static void test_absent_program(void **state)
{
    (void)state;
    const char *const argv[] = {"/nonexistent/program", NULL};
    struct process process;
    struct err err;
    assert_false(process_start(argv, &process, &err));
    assert_non_null(strstr(err.text, "/nonexistent/program"));
}

static void test_run_collects(void **state)
{
    (void)state;
    const char *const good[] = {"/bin/echo", "hello", NULL};
    const char *const bad[] = {"/bin/false", NULL};
    const char *const slow[] = {"/bin/sleep", "1000", NULL};
    struct buf output = {0};
    struct err err;
    assert_true(process_run(good, 10, &output, &err));
    assert_string_equal(output.data, "hello\n");
    assert_false(process_run(bad, 10, &output, &err));
    assert_non_null(strstr(err.text, "exit status 1"));
    assert_false(process_run(slow, 0.2, &output, &err));
    assert_non_null(strstr(err.text, "stopped"));
    buf_finish(&output);
}

static void test_endless_line_ends_the_peer(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sh", "-c", "yes | tr -d '\\n'", NULL};
    struct process process;
    struct err err;
    assert_true(process_start(argv, &process, &err));
    assert_null(next_line(&process));
    assert_true(process.lines.ended);
    assert_true(process.lines.buf.len < 4 * LINES_MAX);
    process_finish(&process);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_both_ways), cmocka_unit_test(test_last_words_survive),
        cmocka_unit_test(test_finish_kills),    cmocka_unit_test(test_absent_program),
        cmocka_unit_test(test_run_collects),    cmocka_unit_test(test_endless_line_ends_the_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
