/* The pool and its sandbox: what a job may do, what it may not, and that every job that was started
 * gives one result, whatever becomes of its process. */
#define _GNU_SOURCE
#include "daemon/pool.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define LIMIT_S 2.0 /* long for what these jobs do, short to wait for */

struct fixture {
    char dir[PATH_SIZE], inside[PATH_SIZE], outside[PATH_SIZE];
    struct pool *pool;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct err err;
    strcpy(fixture->dir, "/tmp/pw-pool-XXXXXX");
    assert_non_null(mkdtemp(fixture->dir));
    assert_true(path_join(fixture->inside, fixture->dir, "inside", &err));
    assert_true(path_join(fixture->outside, fixture->dir, "outside", &err));
    assert_true(dir_make(fixture->inside, &err) && dir_make(fixture->outside, &err));
    const struct pool_config config = {.jobs = 3, .seconds = LIMIT_S};
    assert_true(pool_create(&config, &fixture->pool, &err));
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    pool_destroy(fixture->pool);
    assert_true(dir_remove(fixture->dir, NULL));
    free(fixture);
    return 0;
}

static struct pool_result run(struct fixture *fixture, pool_work *work)
{
    struct pool_job job = {.tag = 7, .work = work, .arg = fixture};
    pool_default_limits(&job.rules);
    job.rules.write[0] = fixture->inside;
    struct err err;
    struct pool_result result;
    assert_true(pool_start(fixture->pool, &job, &err));
    assert_true(pool_wait(fixture->pool, -1, &result));
    assert_int_equal(result.tag, 7);
    assert_int_equal(pool_running(fixture->pool), 0);
    return result;
}

static void expect_done(struct fixture *fixture, pool_work *work)
{
    struct pool_result result = run(fixture, work);
    if (result.end != POOL_DONE)
        fail_msg("%s", result.why);
    buf_finish(&result.output);
}

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return err_set(err, "%s: errno %d", #condition, errno);                                \
    } while (0)

static bool work_answers(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)err;
    for (int i = 0; i < 100000; i++)
        buf_puts(output, "ab");
    return true;
}

static void test_output_comes_back(void **state)
{
    struct pool_result result = run(*state, work_answers);
    assert_int_equal(result.end, POOL_DONE);
    assert_int_equal(result.output.len, 200000);
    assert_memory_equal(result.output.data + 199996, "abab", 4);
    assert_true(result.peak_kib > 0);
    buf_finish(&result.output);
}

static bool work_refuses(void *arg, struct buf *output, struct err *err)
{
    (void)arg;
    buf_puts(output, "half");
    return err_set(err, "this is no image");
}

static void test_error_comes_back(void **state)
{
    struct pool_result result = run(*state, work_refuses);
    assert_int_equal(result.end, POOL_FAILED);
    assert_string_equal(result.why, "this is no image");
    assert_int_equal(result.output.len, 0);
}

static bool work_aborts(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output, (void)err;
    signal(SIGABRT, SIG_DFL);
    abort();
}

static bool work_exits(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output, (void)err;
    _exit(0);
}

static void test_crash_is_a_result(void **state)
{
    struct pool_result result = run(*state, work_aborts);
    assert_int_equal(result.end, POOL_CRASHED);
    assert_non_null(strstr(result.why, "Abort"));
    assert_int_equal(run(*state, work_exits).end, POOL_CRASHED);
}

static bool work_sleeps(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output, (void)err;
    while (getpid() > 0)
        usleep(100000);
    return true;
}

static void test_hang_is_killed(void **state)
{
    double start = clock_mono_s();
    struct pool_result result = run(*state, work_sleeps);
    assert_int_equal(result.end, POOL_TIMEOUT);
    assert_true(clock_mono_s() - start >= LIMIT_S - 0.01);
}

static bool work_spins(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output, (void)err;
    for (volatile unsigned i = 0; i < 2; i = (i + 1) % 2)
        ;
    return true;
}

static void test_spin_is_killed(void **state)
{
    struct fixture *fixture = *state;
    struct pool_job job = {.work = work_spins};
    pool_default_limits(&job.rules);
    job.rules.cpu_seconds = 1;
    struct err err;
    struct pool_result result;
    assert_true(pool_start(fixture->pool, &job, &err));
    assert_true(pool_wait(fixture->pool, -1, &result));
    assert_int_equal(result.end, POOL_TIMEOUT);
}

static bool work_seeks_a_way_out(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output;
    REQUIRE(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
    REQUIRE(socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno == EPERM);
    REQUIRE(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
    REQUIRE(fork() < 0 && errno == EPERM);
    REQUIRE(kill(getppid(), 0) < 0 && errno == EPERM);
    REQUIRE(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) < 0 && errno == EPERM);
    REQUIRE(execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM);
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    REQUIRE(setrlimit(RLIMIT_AS, &more) < 0 && errno == EPERM);
    return true;
}

static void test_no_network_no_programs(void **state)
{
    expect_done(*state, work_seeks_a_way_out);
}

static bool work_writes(void *arg, struct buf *output, struct err *err)
{
    (void)output;
    const struct fixture *fixture = arg;
    char path[PATH_SIZE];
    REQUIRE(path_join(path, fixture->inside, "crops", err) && dir_make(path, err));
    REQUIRE(path_join(path, path, "a.png", err) && file_write_atomic(path, "x", 1, 0640, err));
    REQUIRE(path_join(path, fixture->outside, "b", err));
    REQUIRE(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EACCES);
    REQUIRE(unlink("/etc/hostname") < 0);
    REQUIRE(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
    REQUIRE(path_join(path, fixture->inside, "../outside/kept", err));
    REQUIRE(unlink(path) < 0 && errno == EACCES);
    return true;
}

static void test_writes_only_inside(void **state)
{
    struct fixture *fixture = *state;
    if (!pool_has_landlock(fixture->pool))
        skip();
    char path[PATH_SIZE];
    assert_true(path_join(path, fixture->outside, "kept", NULL));
    assert_true(file_write_atomic(path, "x", 1, 0600, NULL));
    expect_done(fixture, work_writes);
    assert_true(path_join(path, fixture->inside, "crops/a.png", NULL) && file_exists(path));
    assert_true(path_join(path, fixture->outside, "b", NULL) && !file_exists(path));
    assert_true(path_join(path, fixture->outside, "kept", NULL) && file_exists(path));
}

static bool work_takes_memory(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output;
    size_t n = (size_t)1 << 30;
    void *volatile memory = malloc(n);
    bool refused = memory == NULL;
    free(memory);
    return refused || err_set(err, "1 GiB was given out");
}

static void test_memory_is_limited(void **state)
{
#ifdef __SANITIZE_ADDRESS__
    (void)state;
    (void)work_takes_memory;
    skip(); /* the limit is off there: shadow memory takes terabytes of address space */
#else
    expect_done(*state, work_takes_memory);
#endif
}

static bool work_looks_for_descriptors(void *arg, struct buf *output, struct err *err)
{
    (void)arg, (void)output;
    for (int fd = STDERR_FILENO + 2; fd < 64; fd++)
        REQUIRE(fcntl(fd, F_GETFD) < 0 && errno == EBADF);
    return true;
}

static void test_no_descriptor_of_the_parent(void **state)
{
    int leak = fcntl(STDIN_FILENO, F_DUPFD, 40);
    expect_done(*state, work_looks_for_descriptors);
    close(leak);
}

static bool work_names_itself(void *arg, struct buf *output, struct err *err)
{
    (void)err;
    buf_printf(output, "%d", *(const int *)arg);
    return true;
}

static void test_every_job_gives_one_result(void **state)
{
    struct fixture *fixture = *state;
    enum { N = 40 };
    static int number[N];
    int seen[N] = {0}, started = 0, ended = 0;
    struct err err;
    while (ended < N) {
        while (started < N && pool_has_room(fixture->pool)) {
            number[started] = started;
            struct pool_job job = {.tag = (uint64_t)started,
                                   .work = started % 5 == 3 ? work_aborts : work_names_itself,
                                   .arg = &number[started]};
            pool_default_limits(&job.rules);
            assert_true(pool_start(fixture->pool, &job, &err));
            started++;
        }
        assert_true(pool_running(fixture->pool) <= pool_jobs(fixture->pool));
        struct pool_result result;
        assert_true(pool_wait(fixture->pool, -1, &result));
        assert_int_equal(result.end, result.tag % 5 == 3 ? POOL_CRASHED : POOL_DONE);
        if (result.end == POOL_DONE)
            assert_int_equal(atoi(result.output.data), (int)result.tag);
        seen[result.tag]++;
        ended++;
        buf_finish(&result.output);
    }
    for (int i = 0; i < N; i++)
        assert_int_equal(seen[i], 1);
}

static void test_wait_sees_the_other_descriptor(void **state)
{
    struct fixture *fixture = *state;
    int fds[2];
    struct pool_result result;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    assert_false(pool_wait(fixture->pool, fds[0], &result));
    assert_false(pool_wait(fixture->pool, -1, &result)); /* nothing runs: no endless wait */
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_output_comes_back),
        TEST(test_error_comes_back),
        TEST(test_crash_is_a_result),
        TEST(test_hang_is_killed),
        TEST(test_spin_is_killed),
        TEST(test_no_network_no_programs),
        TEST(test_writes_only_inside),
        TEST(test_memory_is_limited),
        TEST(test_no_descriptor_of_the_parent),
        TEST(test_every_job_gives_one_result),
        TEST(test_wait_sees_the_other_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
