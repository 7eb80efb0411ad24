#define _GNU_SOURCE
#include "daemon/process.h"

#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NO_PROGRAM 127 /* as shells say it */
#define OUTPUT_MAX ((size_t)16 << 20)

/* Between fork and exec of a threaded program: async-signal-safe calls only. */
static _Noreturn void exec_child(const char *const argv[], int in, int out, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_NO_PROGRAM);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < SIGSYS; signal++)
        sigaction(signal, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
        _exit(EXIT_NO_PROGRAM);
    close_range(STDERR_FILENO + 1, ~0u, (int)CLOSE_RANGE_CLOEXEC);
    execv(argv[0], (char *const *)argv);
    _exit(EXIT_NO_PROGRAM);
}

bool process_start(const char *const argv[], struct process *ret, struct err *err)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    pid_t pid = -1, parent = getpid();
    if (access(argv[0], X_OK) != 0)
        return err_errno(err, "cannot run %s", argv[0]);
    if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0)
        pid = fork();
    if (pid == 0)
        exec_child(argv, in[0], out[1], parent);
    int pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    bool ok = pidfd >= 0 || err_errno(err, "cannot start %s", path_base(argv[0]));
    if (in[0] >= 0)
        close(in[0]);
    if (out[1] >= 0)
        close(out[1]);
    if (ok) {
        fcntl(in[1], F_SETFL, O_NONBLOCK);
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        *ret = (struct process){.pid = pid, .pidfd = pidfd, .in = in[1], .out = out[0]};
        return true;
    }
    if (in[1] >= 0)
        close(in[1]);
    if (out[0] >= 0)
        close(out[0]);
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return false;
}

bool process_say(struct process *process, const char *line)
{
    char text[LINES_MAX];
    int n = snprintf(text, sizeof text, "%s\n", line);
    if (!process->pid || process->in < 0 || n < 0 || (size_t)n >= sizeof text)
        return false;
    /* below PIPE_BUF a pipe takes all or nothing; our lines are paths */
    return write(process->in, text, (size_t)n) == n;
}

void process_close_input(struct process *process)
{
    if (process->pid && process->in >= 0)
        close(process->in);
    process->in = -1;
}

void process_signal(const struct process *process, int signal)
{
    if (process->pid)
        syscall(SYS_pidfd_send_signal, process->pidfd, signal, NULL, 0);
}

bool process_ended(struct process *process, int *ret_status)
{
    if (!process->pid || process->reaped)
        return process->reaped;
    pid_t pid = waitpid(process->pid, ret_status, WNOHANG);
    if (pid != process->pid)
        return false;
    process->reaped = true;
    lines_fill(&process->lines, process->out);
    return true;
}

void process_finish(struct process *process)
{
    if (!process->pid)
        return;
    if (!process->reaped) {
        process_signal(process, SIGKILL);
        waitpid(process->pid, NULL, 0);
    }
    process_close_input(process);
    close(process->out);
    close(process->pidfd);
    lines_finish(&process->lines);
    *process = (struct process){0};
}

void process_describe(int status, char *ret, size_t n)
{
    if (WIFSIGNALED(status))
        snprintf(ret, n, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(ret, n, "exit status %d", WEXITSTATUS(status));
}

/* Collects output until the end of the pipe or the deadline. */
static bool collect(struct process *process, double deadline, struct buf *ret)
{
    for (;;) {
        double left = deadline - clock_mono_s();
        struct pollfd fd = {.fd = process->out, .events = POLLIN};
        if (left <= 0 || poll(&fd, 1, (int)(left * 1e3) + 1) <= 0)
            return false;
        char piece[4096];
        ssize_t n = read(process->out, piece, sizeof piece);
        if (n == 0)
            return true;
        if (n > 0)
            buf_append(ret, piece, (size_t)n);
        if (ret->failed || ret->len > OUTPUT_MAX)
            return false;
    }
}

static bool wait_ended(struct process *process, double deadline, int *ret_status)
{
    double left = deadline - clock_mono_s();
    struct pollfd fd = {.fd = process->pidfd, .events = POLLIN};
    return left > 0 && poll(&fd, 1, (int)(left * 1e3) + 1) > 0 &&
           process_ended(process, ret_status);
}

bool process_run(const char *const argv[], double seconds, struct buf *ret_output, struct err *err)
{
    struct process process;
    if (!process_start(argv, &process, err))
        return false;
    process_close_input(&process);
    double deadline = clock_mono_s() + seconds;
    int status = 0;
    errno = 0;
    bool ok = collect(&process, deadline, ret_output) && wait_ended(&process, deadline, &status);
    bool interrupted = !ok && errno == EINTR;
    process_finish(&process);
    if (interrupted)
        return err_set(err, "%s was interrupted", path_base(argv[0]));
    if (!ok)
        return err_set(err, "%s did not answer within %.0f s and was stopped", path_base(argv[0]),
                       seconds);
    char how[64];
    process_describe(status, how, sizeof how);
    return status == 0 || err_set(err, "%s failed: %s", path_base(argv[0]), how);
}
