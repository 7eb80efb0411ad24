/* postwacht demo: the whole chain on this machine, with simulated envelopes on a virtual scanner.
 * The programs are the real ones; only the paper is not. */
#include "daemon/cli/demo.h"

#include "daemon/cli/command.h"
#include "daemon/control.h"
#include "daemon/environment.h"
#include "daemon/process.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"

#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define START_SECONDS 30.0 /* opening an empty register and binding a port take one */
#define ASK_SECONDS 30.0   /* the daemon answers between two recordings */
#define BATCH_SECONDS 900.0
#define LOOK_MS 500
#define STOP_MS 20000 /* a running batch is ended in order first */
#define PORT_DEFAULT 8433
#define DPI_DEFAULT 600
#define SEED_DEFAULT 1

struct options {
    struct demo demo;
    bool once;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static void wait_a_moment(void)
{
    poll(NULL, 0, LOOK_MS);
}

static bool start_daemon(const struct demo *demo, struct process *ret, struct err *err)
{
    char program[PATH_SIZE], port[16], dpi[16];
    snprintf(port, sizeof port, "%ld", demo->port);
    snprintf(dpi, sizeof dpi, "%ld", demo->dpi);
    const char *const argv[] = {program,         "--state",      demo->state, "--templates",
                                demo->templates, "--port",       port,        "--device",
                                DEMO_DEVICE,     "--resolution", dpi,         NULL};
    if (!environment_sibling("postwachtd", program, err) || !process_start(argv, ret, err))
        return false;
    double deadline = clock_mono_s() + START_SECONDS;
    struct buf answer = {0};
    bool up = false;
    int status;
    while (!up && !interrupted && clock_mono_s() < deadline && !process_ended(ret, &status)) {
        up = control_ask(demo->state, "status", ASK_SECONDS, &answer, NULL);
        if (!up)
            wait_a_moment();
    }
    buf_finish(&answer);
    return up || err_set(err, "postwachtd did not start; what it said stands above");
}

static bool ask(const struct demo *demo, const char *request, struct buf *ret, struct err *err)
{
    buf_clear(ret);
    return control_ask(demo->state, request, ASK_SECONDS, ret, err);
}

/* Follows the batch by its status line until everything is recorded. */
static bool follow(const struct demo *demo, struct err *err)
{
    struct buf status = {0};
    double deadline = clock_mono_s() + BATCH_SECONDS;
    int last = -1;
    bool ok = true;
    while (ok && !interrupted) {
        int scanning = 0, captured = 0, waiting = 0, recorded = 0;
        ok = ask(demo, "status", &status, err);
        if (ok && sscanf(status.data, "scanning=%d captured=%d waiting=%d recorded=%d", &scanning,
                         &captured, &waiting, &recorded) != 4)
            ok = err_set(err, "the daemon's status is not understood: %.200s", status.data);
        if (ok && recorded != last)
            fprintf(stderr, "demo: %d sheets scanned, %d recorded\n", captured, recorded);
        last = recorded;
        if (ok && !scanning && !waiting)
            break;
        if (ok && clock_mono_s() > deadline)
            ok = err_set(err, "the batch did not end within %.0f s", BATCH_SECONDS);
        if (ok)
            wait_a_moment();
    }
    buf_finish(&status);
    return ok;
}

static bool scan_batch(const struct demo *demo, struct err *err)
{
    struct buf answer = {0};
    bool ok = ask(demo, "scan", &answer, err) && follow(demo, err);
    /* the status says what is in the spool; `wait` also covers the batch's closing entry */
    ok = ok && (interrupted || ask(demo, "wait", &answer, err));
    buf_finish(&answer);
    return ok;
}

static void stop_daemon(struct process *daemon)
{
    if (!daemon->pid)
        return;
    struct pollfd ended = {.fd = daemon->pidfd, .events = POLLIN};
    process_signal(daemon, SIGTERM);
    while (poll(&ended, 1, STOP_MS) < 0) /* a second Ctrl-C does not cut the orderly end short */
        ;
    process_finish(daemon);
}

static void wait_for_interrupt(const struct demo *demo, const struct process *daemon)
{
    struct pollfd ended = {.fd = daemon->pidfd, .events = POLLIN};
    fprintf(stderr, "\ndemo: the page is on http://127.0.0.1:%ld ; Ctrl-C ends it\n", demo->port);
    while (!interrupted && poll(&ended, 1, -1) <= 0)
        ;
}

static enum command_status demonstrate(struct options *options)
{
    struct demo *demo = &options->demo;
    struct process daemon = {0};
    struct err err;
    bool all_right = false;
    bool ok = demo_prepare(demo, &err) && start_daemon(demo, &daemon, &err);
    if (ok && !options->once)
        fprintf(stderr, "demo: look at http://127.0.0.1:%ld while the batch arrives\n", demo->port);
    ok = ok && scan_batch(demo, &err);
    if (ok && !interrupted)
        ok = demo_report(demo, &all_right, &err);
    if (ok && !options->once)
        wait_for_interrupt(demo, &daemon);
    stop_daemon(&daemon);
    if (!ok)
        return command_problem(&err);
    return options->once && !all_right ? COMMAND_PROBLEM : COMMAND_OK;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"once", no_argument, NULL, 'o'},       {"work", required_argument, NULL, 'w'},
        {"seed", required_argument, NULL, 's'}, {"dpi", required_argument, NULL, 'd'},
        {"port", required_argument, NULL, 'p'}, {0}};
    const char *work = "postwacht-demo";
    struct demo *demo = &ret->demo;
    *demo = (struct demo){.seed = SEED_DEFAULT, .dpi = DPI_DEFAULT, .port = PORT_DEFAULT};
    bool ok = true;
    int c;
    while (ok && (c = getopt_long(argc, argv, ":", names, NULL)) != -1) {
        if (c == 'o')
            ret->once = true;
        else if (c == 'w')
            work = optarg;
        else if (c == 's')
            ok = command_parse_int(optarg, 0, 1000000000, &demo->seed);
        else if (c == 'd')
            ok = command_parse_int(optarg, 75, 1200, &demo->dpi);
        else if (c == 'p')
            ok = command_parse_int(optarg, 1, 65535, &demo->port);
        else
            ok = false;
        if (!ok)
            err_set(err, "%s is not understood", argv[optind - 1]);
    }
    if (ok && optind < argc)
        ok = err_set(err, "'%s' is too much", argv[optind]);
    if (!ok || !dir_make(work, err))
        return false;
    if (!realpath(work, demo->work))
        return err_errno(err, "cannot find %s", work);
    return true;
}

static enum command_status run(int argc, char **argv)
{
    static struct options options;
    struct err err;
    if (!parse(argc, argv, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    struct sigaction action = {.sa_handler = interrupt}; /* no SA_RESTART: waiting must end */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return demonstrate(&options);
}

const struct command command_demo = {
    .name = "demo",
    .arguments = "[--once] [--work DIR] [--seed N] [--dpi N] [--port N]",
    .summary = "run the whole chain on simulated envelopes",
    .help = "Draws, prints and scans envelopes of a demo firm by simulation, learns its template, "
            "feeds the\n"
            "batch to a virtual SANE scanner and serves the page while the sheets arrive.\n\n"
            "  --once      end after the batch; exit status 0 only when every sheet was judged as "
            "it was\n"
            "              made and the register verifies\n"
            "  --work DIR  working folder (./postwacht-demo); simulated envelopes are kept there\n"
            "  --seed N    another batch (1)      --dpi N   75 to 1200 (600)\n"
            "  --port N    of the page (8433)\n",
    .run = run,
};
