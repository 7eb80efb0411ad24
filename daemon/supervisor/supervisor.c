#define _GNU_SOURCE
#include "daemon/supervisor/supervisor.h"

#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/spool.h"
#include "daemon/supervisor/analysis.h"
#include "daemon/supervisor/batch.h"
#include "daemon/supervisor/control_server.h"
#include "daemon/supervisor/inbox.h"
#include "daemon/supervisor/recorder.h"
#include "daemon/supervisor/requests.h"
#include "daemon/supervisor/state.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/phrase_book.h"
#include "schemas/sheet_folder.h"
#include "web/web.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_MS 1000    /* time limits and pauses are looked at this often */
#define SCAN_MS 5000    /* the spool is looked through this often, besides when capture says so */
#define STUCK_MS 600000 /* sheets wait and nothing moved for so long: let the watchdog bite */

struct supervisor {
    struct config config;
    const char *config_file; /* NULL: none, defaults and options only */
    struct state state;
    struct recorder recorder;
    struct pile pile;
    struct analysis analysis;
    struct batch batch;
    struct inbox inbox;
    struct control control;
    struct requests *requests;
    struct web *web;
    struct web_status status;
    int signal_fd;
    int64_t scanned_at, moved_at, alive_at;
    bool batches_open; /* some batch is not closed in the register yet */
    bool stopping;
};

/* ---- starting ---- */

static bool take_signals(int *ret, struct err *err)
{
    sigset_t set;
    sigemptyset(&set);
    static const int taken[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaddset(&set, taken[i]);
    signal(SIGPIPE, SIG_IGN); /* a dead worker shows as EPIPE and through its pidfd */
    int fd = sigprocmask(SIG_BLOCK, &set, NULL) == 0
                 ? signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)
                 : -1;
    if (fd < 0)
        return err_errno(err, "cannot take signals");
    *ret = fd;
    return true;
}

/* What a capture worker left half-way when it died. */
static void sweep_half_sheets(struct supervisor *supervisor, const char *batch)
{
    struct sheet_sweep swept = {0};
    struct err err;
    if (!sheet_folders_sweep(supervisor->state.spool, &swept, &err)) {
        log_error("%s", err.text);
        return;
    }
    for (size_t i = 0; i < swept.half.n; i++) {
        char text[256];
        snprintf(text, sizeof text, "sheet %.96s was imaged only in part; feed that envelope again",
                 swept.half.name[i]);
        recorder_incident(&supervisor->recorder, batch, "half_sheet", text);
    }
    sheet_sweep_finish(&swept);
}

static void note_interrupted_batches(struct supervisor *supervisor)
{
    struct names open;
    struct err err;
    if (!batch_open_ones(supervisor->state.dir, &open, &err)) {
        log_error("%s", err.text);
        return;
    }
    for (size_t i = 0; i < open.n; i++) {
        bool interrupted;
        if (!batch_take_interrupted(supervisor->state.dir, open.name[i], &interrupted, &err))
            log_error("%s", err.text);
        else if (interrupted)
            recorder_incident(&supervisor->recorder, open.name[i], "interrupted",
                              "the daemon was interrupted during this batch; look which envelopes "
                              "are still in the scanner and start a new batch");
    }
    supervisor->batches_open = open.n > 0;
    names_finish(&open);
}

static bool open_page(struct supervisor *supervisor, const char *assets_dir, struct err *err)
{
    const struct config *config = &supervisor->config;
    const struct web_config web = {
        .register_dir = supervisor->state.reg,
        .spool_dir = supervisor->state.spool,
        .address = config->page_address,
        .port = (uint16_t)config->page_port,
        .assets_dir = assets_dir,
        .host = requests_host(supervisor->requests),
    };
    if (!web_start(&web, &supervisor->web, err))
        return false;
    snprintf(supervisor->control.page, sizeof supervisor->control.page, "http://%.64s:%u",
             config->page_address, (unsigned)web_port(supervisor->web));
    log_info("the page is on %s", supervisor->control.page);
    return true;
}

static bool open_all(struct supervisor *supervisor, const char *assets_dir, struct err *err)
{
    const struct config *config = &supervisor->config;
    struct state *state = &supervisor->state;
    struct recorder *recorder = &supervisor->recorder;
    char templates[PATH_SIZE], phrases[PATH_SIZE];
    if (!state_open(config->daemon_state, state, err) ||
        !config_templates_dir(config, templates, err) ||
        !path_join(phrases, state->dir, PHRASE_BOOK_FILE, err) ||
        !take_signals(&supervisor->signal_fd, err) ||
        !reg_open(state->reg, REG_WRITE, &recorder->reg, err))
        return false;
    memcpy(recorder->state, state->dir, sizeof recorder->state);
    memcpy(recorder->spool, state->spool, sizeof recorder->spool);
    memcpy(recorder->reg_dir, state->reg, sizeof recorder->reg_dir);
    note_interrupted_batches(supervisor);
    sweep_half_sheets(supervisor, "");
    return spool_sweep_gone(state->spool, err) && pile_scan(&supervisor->pile, state->spool, err) &&
           analysis_init(&supervisor->analysis, templates, phrases, state->spool,
                         config->analyse_jobs, err) &&
           control_open(state->dir, &supervisor->control, err) &&
           requests_create(phrases, &supervisor->requests, err) &&
           open_page(supervisor, assets_dir, err);
}

bool supervisor_create(const struct config *config, const char *config_file, const char *assets_dir,
                       struct supervisor **ret, struct err *err)
{
    struct supervisor *supervisor = calloc(1, sizeof *supervisor);
    if (!supervisor)
        return err_set(err, "out of memory");
    supervisor->config = *config;
    supervisor->config_file = config_file;
    supervisor->state.lock_fd = supervisor->control.fd = supervisor->signal_fd = -1;
    snprintf(supervisor->status.version, sizeof supervisor->status.version, "%s",
             POSTWACHT_VERSION);
    if (!open_all(supervisor, assets_dir, err)) {
        supervisor_destroy(supervisor);
        return false;
    }
    *ret = supervisor;
    return true;
}

void supervisor_destroy(struct supervisor *supervisor)
{
    if (!supervisor)
        return;
    batch_finish(&supervisor->batch);
    analysis_finish(&supervisor->analysis);
    if (supervisor->requests)
        requests_close(supervisor->requests);
    if (supervisor->web)
        web_stop(supervisor->web);
    requests_destroy(supervisor->requests);
    control_close(&supervisor->control);
    reg_close(supervisor->recorder.reg);
    pile_finish(&supervisor->pile);
    if (supervisor->signal_fd >= 0)
        close(supervisor->signal_fd);
    state_close(&supervisor->state);
    free(supervisor);
}

/* ---- what is asked from outside ---- */

static bool begin_batch(struct supervisor *supervisor, const char *folder, struct err *err)
{
    if (supervisor->stopping)
        return err_set(err, "the daemon is stopping");
    if (!batch_start(&supervisor->batch, &supervisor->config, supervisor->state.dir,
                     supervisor->state.spool, folder, err))
        return false;
    log_info("batch %s begins", supervisor->batch.id);
    supervisor->recorder.last_incident[0] = '\0';
    supervisor->batches_open = true;
    return true;
}

bool supervisor_start_batch(struct supervisor *supervisor, struct err *err)
{
    return begin_batch(supervisor, NULL, err);
}

static bool answer(void *ctx, enum request_kind kind, struct err *err)
{
    struct supervisor *supervisor = ctx;
    if (kind == REQUEST_START_BATCH)
        return begin_batch(supervisor, NULL, err);
    if (supervisor->batch.phase != BATCH_RUNNING)
        return err_set(err, "no batch is being scanned");
    batch_stop(&supervisor->batch, clock_mono_ms());
    return true;
}

static void reload(struct supervisor *supervisor)
{
    struct config config;
    struct err err;
    notify_reloading();
    if (!supervisor->config_file) {
        log_info("no configuration file to read again; the analysis starts again");
    } else if (config_read(supervisor->config_file, &config, &err)) {
        /* the state folder and the page's address are bound for the life of the process */
        memcpy(supervisor->config.scanner_device, config.scanner_device,
               sizeof config.scanner_device);
        memcpy(supervisor->config.scanner_source, config.scanner_source,
               sizeof config.scanner_source);
        supervisor->config.scanner_resolution = config.scanner_resolution;
        log_info("configuration read again; the scanner's settings count from the next batch");
    } else {
        log_error("configuration not changed: %s", err.text);
    }
    analysis_renew(&supervisor->analysis);
    notify_ready();
}

static void take_signal(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;
    while (read(supervisor->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            reload(supervisor);
        } else if (info.ssi_signo != SIGCHLD && !supervisor->stopping) {
            log_info("stopping");
            notify_stopping();
            supervisor->stopping = true;
            batch_stop(&supervisor->batch, clock_mono_ms());
        }
    }
}

/* ---- one round of the loop ---- */

static bool capture_step(struct supervisor *supervisor, int64_t now)
{
    struct batch_news news;
    batch_step(&supervisor->batch, now, &news);
    for (int i = 0; i < news.n_incidents; i++)
        recorder_incident(&supervisor->recorder, supervisor->batch.id, news.incident[i].kind,
                          news.incident[i].text);
    if (news.over)
        sweep_half_sheets(supervisor, supervisor->batch.id);
    if (news.sheets || news.over)
        supervisor->scanned_at = 0;
    return news.changed;
}

static void look_into_spool(struct supervisor *supervisor, int64_t now)
{
    struct err err;
    if (supervisor->scanned_at && now - supervisor->scanned_at < SCAN_MS)
        return;
    supervisor->scanned_at = now;
    if (!pile_scan(&supervisor->pile, supervisor->state.spool, &err))
        log_error("%s", err.text);
}

static void look_into_inbox(struct supervisor *supervisor, int64_t now)
{
    struct err err;
    if (supervisor->stopping || supervisor->batch.phase == BATCH_RUNNING ||
        !inbox_is_ready(&supervisor->inbox, supervisor->state.inbox, now))
        return;
    if (!begin_batch(supervisor, supervisor->state.inbox, &err)) {
        log_error("%s", err.text);
        inbox_not_taken(&supervisor->inbox);
    }
}

static bool close_batches(struct supervisor *supervisor)
{
    const struct batch *batch = &supervisor->batch;
    if (!supervisor->batches_open)
        return false;
    bool none_left;
    bool closed =
        recorder_close_batches(&supervisor->recorder, &supervisor->pile,
                               batch->phase == BATCH_RUNNING ? batch->id : NULL, &none_left);
    supervisor->batches_open = !none_left;
    return closed;
}

static void publish(struct supervisor *supervisor, bool changed)
{
    const struct batch *batch = &supervisor->batch;
    struct web_status *status = &supervisor->status;
    status->scanning = batch->phase == BATCH_RUNNING;
    snprintf(status->device, sizeof status->device, "%.127s",
             batch->ready_device[0] ? batch->ready_device : supervisor->config.scanner_device);
    snprintf(status->batch, sizeof status->batch, "%s", batch->id);
    status->captured = batch->captured;
    status->waiting = (int)supervisor->pile.n;
    status->recorded =
        strcmp(supervisor->recorder.batch, batch->id) == 0 ? supervisor->recorder.recorded : 0;
    snprintf(status->message, sizeof status->message, "%.255s", supervisor->recorder.last_incident);
    requests_publish(supervisor->requests, status);
    if (!changed)
        return;
    web_changed(supervisor->web);
    char text[128];
    snprintf(text, sizeof text, "%s, %d sheets wait", status->scanning ? "scanning" : "ready",
             status->waiting);
    notify_status(text);
}

static void keep_watchdog(struct supervisor *supervisor, int64_t now, bool moved)
{
    int64_t every = notify_watchdog_ms() / 3;
    if (moved || supervisor->pile.n == 0)
        supervisor->moved_at = now;
    if (every > 0 && now - supervisor->alive_at >= every && now - supervisor->moved_at < STUCK_MS) {
        supervisor->alive_at = now;
        notify_alive();
    }
}

static bool is_idle(const struct supervisor *supervisor)
{
    return supervisor->batch.phase != BATCH_RUNNING && supervisor->pile.n == 0 &&
           supervisor->recorder.n_waiting == 0 && !supervisor->batches_open &&
           inbox_is_empty(&supervisor->inbox);
}

/* capture -> spool -> analysis -> register -> page. True when there is more to record at once. */
static bool step(struct supervisor *supervisor)
{
    int64_t now = clock_mono_ms();
    bool captured = capture_step(supervisor, now);
    look_into_inbox(supervisor, now);
    look_into_spool(supervisor, now);
    if (!supervisor->stopping)
        analysis_step(&supervisor->analysis, &supervisor->pile, now);
    bool recorded = recorder_step(&supervisor->recorder, &supervisor->pile, now);
    bool closed = close_batches(supervisor);
    bool changed = captured || recorded || closed;
    publish(supervisor, changed);
    keep_watchdog(supervisor, now, changed);
    return recorded;
}

static void wait_for_something(const struct supervisor *supervisor, int timeout_ms)
{
    enum {
        SIGNALS,
        REQUESTS,
        ANALYSIS,
        ANALYSIS_END,
        CAPTURE,
        CAPTURE_END,
        CONTROL,
        ALL = CONTROL + 1 + CONTROL_CLIENTS_MAX
    };
    const struct process *analysis = &supervisor->analysis.worker.process;
    const struct process *capture = &supervisor->batch.worker.process;
    struct pollfd fds[ALL] = {
        [SIGNALS] = {.fd = supervisor->signal_fd, .events = POLLIN},
        [REQUESTS] = {.fd = requests_fd(supervisor->requests), .events = POLLIN},
        [ANALYSIS] = {.fd = analysis->pid && !analysis->lines.ended ? analysis->out : -1,
                      .events = POLLIN},
        [ANALYSIS_END] = {.fd = analysis->pid ? analysis->pidfd : -1, .events = POLLIN},
        [CAPTURE] = {.fd = capture->pid && !capture->lines.ended ? capture->out : -1,
                     .events = POLLIN},
        [CAPTURE_END] = {.fd = capture->pid ? capture->pidfd : -1, .events = POLLIN},
    };
    control_poll_set(&supervisor->control, &fds[CONTROL]);
    poll(fds, ALL, timeout_ms); /* whoever is ready is found by asking all of them, once a round */
}

bool supervisor_run(struct supervisor *supervisor, struct err *err)
{
    (void)err;
    supervisor->moved_at = clock_mono_ms();
    notify_ready();
    bool more = true;
    while (!supervisor->stopping || supervisor->batch.phase == BATCH_RUNNING) {
        wait_for_something(supervisor, more ? 0 : TICK_MS);
        take_signal(supervisor);
        requests_take(supervisor->requests, answer, supervisor);
        more = step(supervisor);
        control_step(&supervisor->control, &supervisor->status, is_idle(supervisor), answer,
                     supervisor);
    }
    log_info("stopped; %zu sheets wait in the spool for the next start", supervisor->pile.n);
    return true;
}
