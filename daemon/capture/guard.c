#include "daemon/capture/guard.h"

#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS 50000000L  /* how often the limits are looked at */
#define CANCEL_GRACE_S 5.0 /* for a driver that heard sane_cancel to let go */
#define STUCK_STATUS 1

const struct guard_limits guard_default_limits = {{
    [GUARD_OPEN] = 60,
    [GUARD_FIRST_BYTE] = 120,
    [GUARD_STALL] = 30,
    [GUARD_CLOSE] = 10,
}};

struct guard {
    struct guard_limits limits;
    int report_fd;
    pthread_t thread;
    pthread_mutex_t mutex; /* phase, since, handle, cancelling */
    pthread_cond_t idle;   /* cancelling became false */
    enum guard_phase phase;
    double since;
    SANE_Handle handle;
    bool cancelling;
    atomic_bool ended, stop_asked, cancelled, said_end;
    atomic_int why, sheets, exit_status; /* the last one counts once said_end */
};

static void watched_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
}

static void *run_cancel(void *arg)
{
    struct guard *guard = arg;
    pthread_mutex_lock(&guard->mutex);
    SANE_Handle handle = guard->handle;
    pthread_mutex_unlock(&guard->mutex);
    if (handle)
        sane_cancel(handle);
    pthread_mutex_lock(&guard->mutex);
    guard->cancelling = false;
    pthread_cond_broadcast(&guard->idle);
    pthread_mutex_unlock(&guard->mutex);
    return NULL;
}

static void cancel(struct guard *guard, enum capture_kind why)
{
    if (guard->cancelled)
        return;
    guard->why = (int)why;
    guard->cancelled = true;
    pthread_t thread;
    pthread_mutex_lock(&guard->mutex);
    guard->cancelling = guard->handle && pthread_create(&thread, NULL, run_cancel, guard) == 0;
    if (guard->cancelling)
        pthread_detach(thread);
    pthread_mutex_unlock(&guard->mutex);
}

/* The driver does not come back: says what the supervisor must know and goes without clean-up. The
 * sheet's .part- folder stays and is swept as a half sheet. */
static void leave(struct guard *guard)
{
    if (guard->said_end)
        _exit(guard->exit_status);
    struct capture_message incident = {.verb = CAPTURE_SAYS_INCIDENT, .kind = CAPTURE_STALLED};
    snprintf(incident.text, sizeof incident.text,
             "The scanner stopped answering. Good sheets of this run: %d. Switch the scanner off "
             "and on; "
             "the sheet in the paper path, if there is one, must be fed again.",
             guard->sheets);
    capture_message_send(guard->report_fd, &incident);
    capture_message_send(guard->report_fd, &(struct capture_message){.verb = CAPTURE_SAYS_END,
                                                                     .kind = CAPTURE_STALLED,
                                                                     .sheets = guard->sheets});
    _exit(STUCK_STATUS);
}

static void check_limits(struct guard *guard, double *cancelled_at)
{
    pthread_mutex_lock(&guard->mutex);
    enum guard_phase phase = guard->phase;
    double now = clock_mono_s();
    bool late = phase != GUARD_OFF && now - guard->since > guard->limits.seconds[phase];
    bool can_cancel = guard->handle && (phase == GUARD_FIRST_BYTE || phase == GUARD_STALL);
    pthread_mutex_unlock(&guard->mutex);
    if (late && !can_cancel)
        leave(guard);
    if (late)
        cancel(guard, CAPTURE_STALLED);
    if (guard->cancelled && *cancelled_at == 0)
        *cancelled_at = now;
    if (guard->cancelled && can_cancel && now - *cancelled_at > CANCEL_GRACE_S)
        leave(guard);
}

static void *watch(void *arg)
{
    struct guard *guard = arg;
    const struct timespec tick = {.tv_nsec = TICK_NS};
    double cancelled_at = 0;
    sigset_t signals;
    watched_signals(&signals);
    while (!guard->ended) {
        if (sigtimedwait(&signals, NULL, &tick) > 0) {
            if (guard->stop_asked)
                cancel(guard, CAPTURE_STOPPED);
            guard->stop_asked = true;
        }
        check_limits(guard, &cancelled_at);
    }
    return NULL;
}

bool guard_start(const struct guard_limits *limits, int report_fd, struct guard **ret,
                 struct err *err)
{
    struct guard *guard = calloc(1, sizeof *guard);
    if (!guard)
        return err_set(err, "out of memory");
    guard->limits = *limits;
    guard->report_fd = report_fd;
    pthread_mutex_init(&guard->mutex, NULL);
    pthread_cond_init(&guard->idle, NULL);
    sigset_t signals;
    watched_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN); /* the supervisor may be gone; the sheets in the feeder are not */
    if (pthread_create(&guard->thread, NULL, watch, guard) != 0) {
        free(guard);
        return err_set(err, "cannot start a thread");
    }
    *ret = guard;
    return true;
}

void guard_finish(struct guard *guard)
{
    if (!guard)
        return;
    guard->ended = true;
    pthread_join(guard->thread, NULL);
    pthread_cond_destroy(&guard->idle);
    pthread_mutex_destroy(&guard->mutex);
    free(guard);
}

void guard_enter(struct guard *guard, enum guard_phase phase)
{
    pthread_mutex_lock(&guard->mutex);
    guard->phase = phase;
    guard->since = clock_mono_s();
    pthread_mutex_unlock(&guard->mutex);
}

void guard_set_handle(struct guard *guard, SANE_Handle handle)
{
    pthread_mutex_lock(&guard->mutex);
    guard->handle = handle;
    pthread_mutex_unlock(&guard->mutex);
}

void guard_drop_handle(struct guard *guard)
{
    pthread_mutex_lock(&guard->mutex);
    while (guard->cancelling)
        pthread_cond_wait(&guard->idle, &guard->mutex);
    guard->handle = NULL;
    pthread_mutex_unlock(&guard->mutex);
}

void guard_count_sheet(struct guard *guard)
{
    guard->sheets++;
}

void guard_said_end(struct guard *guard, int exit_status)
{
    guard->exit_status = exit_status;
    guard->said_end = true;
}

bool guard_stop_asked(const struct guard *guard)
{
    return guard->stop_asked;
}

bool guard_cancelled(const struct guard *guard, enum capture_kind *ret_why)
{
    if (!guard->cancelled)
        return false;
    *ret_why = (enum capture_kind)guard->why;
    return true;
}
