/* How a child speaks: one status byte, '+' or '-', then the output or the error's text, then the
 * end of the pipe, which only the child's death gives, because it never closes its end: so when the
 * pipe ends, waitpid does not block. A child that was killed half-way has a torn output, but then
 * its exit status says so and the output is dropped. */
#define _GNU_SOURCE
#include "daemon/pool.h"

#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX 64                  /* children; more cores than this bring nothing to a scanner */
#define OUTPUT_MAX ((size_t)4 << 20) /* a screening is below 200 KiB */
#define MEMORY_BYTES                                                                               \
    ((size_t)960 << 20) /* no process above 1 GiB; the rest is the kernel's rounding */
#define FILE_BYTES ((size_t)600 << 20) /* the PNG of the largest image that is decoded at all */
#define CPU_SECONDS 50u                /* below the wall-clock limit: names the cause better */
#define FILES_MAX                                                                                  \
    65536 /* the lowest free number is given out, so none of ours is near; a limit of              \
           * 2^30, as containers have, would take a minute to go through */
#define STATUS_DONE '+'
#define STATUS_FAILED '-'
#define EXIT_ANSWERED 0
#define EXIT_MUTE 3 /* the answer could not be written */

struct child {
    pid_t pid; /* 0: slot free */
    int fd;
    uint64_t tag;
    double deadline; /* clock_mono_s */
    bool timed_out;
    struct buf output;
};

struct pool {
    int jobs, running;
    double seconds;
    struct sandbox *sandbox;
    struct child child[JOBS_MAX];
};

void pool_default_limits(struct sandbox_rules *rules)
{
    rules->memory_bytes = MEMORY_BYTES;
    rules->file_bytes = FILE_BYTES;
    rules->cpu_seconds = CPU_SECONDS;
}

bool pool_create(const struct pool_config *config, struct pool **ret, struct err *err)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return err_set(err, "out of memory");
    long jobs = config->jobs > 0 ? config->jobs : sysconf(_SC_NPROCESSORS_ONLN);
    pool->jobs = jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : (int)jobs;
    pool->seconds = config->seconds;
    if (!sandbox_create(&pool->sandbox, err)) {
        free(pool);
        return false;
    }
    *ret = pool;
    return true;
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    for (int i = 0; i < pool->jobs; i++) {
        struct child *child = &pool->child[i];
        if (!child->pid)
            continue;
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
        close(child->fd);
        buf_finish(&child->output);
    }
    sandbox_destroy(pool->sandbox);
    free(pool);
}

bool pool_has_landlock(const struct pool *pool)
{
    return sandbox_has_landlock(pool->sandbox);
}

int pool_jobs(const struct pool *pool)
{
    return pool->jobs;
}

int pool_running(const struct pool *pool)
{
    return pool->running;
}

bool pool_has_room(const struct pool *pool)
{
    return pool->running < pool->jobs;
}

static _Noreturn void answer(int fd, char status, const char *bytes, size_t n)
{
    bool ok = file_write_all(fd, &status, 1) && file_write_all(fd, bytes, n);
    _exit(ok ? EXIT_ANSWERED : EXIT_MUTE);
}

/* Without /proc, which a container may not have: every number that could be in use. */
static bool close_above(int kept)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return false;
    int end = files.rlim_cur < FILES_MAX ? (int)files.rlim_cur : FILES_MAX;
    for (int fd = kept + 1; fd < end; fd++)
        close(fd);
    return true;
}

/* Leaves the child with /dev/null as input and output, standard error, and fd, whose number is
 * returned: nothing of the parent's that hostile pixels could write into. */
static int keep_only(int fd)
{
    const int kept = STDERR_FILENO + 1;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        return -1;
    if (fd != kept && dup2(fd, kept) < 0)
        return -1;
    if (close_range((unsigned)kept + 1, ~0u, 0) == 0)
        return kept;
    /* ENOSYS before Linux 5.9, EPERM from a container's filter that does not know the call */
    return (errno == ENOSYS || errno == EPERM) && close_above(kept) ? kept : -1;
}

static _Noreturn void run_child(struct pool *pool, const struct pool_job *job, int fd, pid_t parent)
{
    struct err err = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_MUTE);
    static const int defaults[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGCHLD};
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        signal(defaults[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    fd = keep_only(fd);
    if (fd < 0)
        _exit(EXIT_MUTE);
    struct buf output = {0};
    if (sandbox_enter(pool->sandbox, &job->rules, &err) && job->work(job->arg, &output, &err) &&
        buf_ok(&output, &err))
        answer(fd, STATUS_DONE, output.data ? output.data : "", output.len);
    answer(fd, STATUS_FAILED, err.text, strlen(err.text));
}

bool pool_start(struct pool *pool, const struct pool_job *job, struct err *err)
{
    struct child *child = pool->child;
    while (child < pool->child + pool->jobs && child->pid)
        child++;
    if (child == pool->child + pool->jobs)
        return err_set(err, "all %d places of the pool are taken", pool->jobs);
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_errno(err, "cannot make a pipe");
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        close(fds[0]);
        run_child(pool, job, fds[1], parent);
    }
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return err_errno(err, "cannot start a process for one more sheet");
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    *child = (struct child){
        .pid = pid, .fd = fds[0], .tag = job->tag, .deadline = clock_mono_s() + pool->seconds};
    pool->running++;
    return true;
}

/* What the exit status says about a child that did not answer. */
static void explain(const struct child *child, int status, double seconds, struct pool_result *ret)
{
    if (child->timed_out || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) {
        ret->end = POOL_TIMEOUT;
        snprintf(ret->why, sizeof ret->why,
                 "screening took longer than %.0f s and was stopped; look at the envelope by hand",
                 seconds);
        return;
    }
    ret->end = POOL_CRASHED;
    if (WIFSIGNALED(status))
        snprintf(ret->why, sizeof ret->why,
                 "screening crashed (%s); look at the envelope by hand and report the image",
                 strsignal(WTERMSIG(status)));
    else
        snprintf(ret->why, sizeof ret->why,
                 "screening ended without an answer (status %d); look at the envelope by hand",
                 WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec * 1e-6;
}

static void reap(struct pool *pool, struct child *child, struct pool_result *ret)
{
    int status = 0;
    struct rusage usage = {0};
    while (wait4(child->pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    *ret = (struct pool_result){.tag = child->tag,
                                .peak_kib = usage.ru_maxrss,
                                .cpu_seconds =
                                    seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime)};
    struct buf *output = &child->output;
    bool answered = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_ANSWERED && output->len > 0;
    if (!answered) {
        explain(child, status, pool->seconds, ret);
    } else if (output->data[0] == STATUS_DONE) {
        ret->end = POOL_DONE;
        buf_append(&ret->output, output->data + 1, output->len - 1);
    } else {
        ret->end = POOL_FAILED;
        snprintf(ret->why, sizeof ret->why, "%.*s", (int)(output->len - 1), output->data + 1);
    }
    close(child->fd);
    buf_finish(output);
    *child = (struct child){0};
    pool->running--;
}

/* Takes what the pipe holds; true when it has ended. */
static bool drain(struct child *child)
{
    char piece[16384];
    for (;;) {
        ssize_t n = read(child->fd, piece, sizeof piece);
        if (n > 0) {
            buf_append(&child->output, piece, (size_t)n);
            if (child->output.len > OUTPUT_MAX || child->output.failed)
                kill(child->pid, SIGKILL);
            continue;
        }
        if (n < 0 && errno == EINTR)
            continue;
        return n == 0 || errno != EAGAIN;
    }
}

static int milliseconds_left(const struct pool *pool)
{
    double next = INFINITY;
    for (int i = 0; i < pool->jobs; i++)
        if (pool->child[i].pid && !pool->child[i].timed_out)
            next = fmin(next, pool->child[i].deadline);
    if (isinf(next))
        return -1;
    return (int)ceil(fmax(0.0, next - clock_mono_s()) * 1e3);
}

static void kill_overdue(struct pool *pool)
{
    double now = clock_mono_s();
    for (int i = 0; i < pool->jobs; i++) {
        struct child *child = &pool->child[i];
        if (child->pid && !child->timed_out && now >= child->deadline) {
            child->timed_out = true;
            kill(child->pid, SIGKILL);
        }
    }
}

bool pool_wait(struct pool *pool, int also_fd, struct pool_result *ret)
{
    for (;;) {
        struct pollfd fds[JOBS_MAX + 1];
        for (int i = 0; i < pool->jobs; i++)
            fds[i] = (struct pollfd){.fd = pool->child[i].pid ? pool->child[i].fd : -1,
                                     .events = POLLIN};
        fds[pool->jobs] = (struct pollfd){.fd = also_fd, .events = POLLIN};
        if (pool->running == 0 && also_fd < 0)
            return false;
        if (poll(fds, (nfds_t)pool->jobs + 1, milliseconds_left(pool)) < 0)
            return false;
        for (int i = 0; i < pool->jobs; i++) {
            struct child *child = &pool->child[i];
            if (fds[i].revents && drain(child)) {
                reap(pool, child, ret);
                return true;
            }
        }
        kill_overdue(pool);
        if (fds[pool->jobs].revents)
            return false;
    }
}
