#include "daemon/supervisor/batch.h"

#include "daemon/capture/protocol.h"
#include "daemon/environment.h"
#include "daemon/log.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCHES_DIR "batches"
#define MARK_LEFTOVER ".part-" /* in the names of what file_write_atomic has not finished */
#define STARTS_MAX 3 /* a driver that crashes three times in its start will do so a fourth time */
/* The worker has its own, shorter limits for opening, warming up and stalling; this one is for a
 * worker whose driver blocks even those: a lamp warms up in 90 s, two sides at 1200 dpi take 120 s.
 */
#define SILENCE_MS 720000
#define STOP_MS 15000   /* for the sheet that is in the paper path; then it is cancelled */
#define CANCEL_MS 10000 /* the worker's own ladder needs 5 s for that, and then leaves */

static void name_batch(char ret[SHEET_ID_SIZE])
{
    char text[CLOCK_TEXT_SIZE], digits[CLOCK_TEXT_SIZE];
    clock_format(clock_now_ms(), text);
    size_t n = 0;
    for (const char *c = text; *c; c++)
        if (*c >= '0' && *c <= '9')
            digits[n++] = *c;
    digits[n] = '\0';
    /* 20261121-192748-123: sorts by time, and no two batches begin in the same millisecond */
    snprintf(ret, SHEET_ID_SIZE, "%.8s-%.6s-%s", digits, digits + 8, digits + 14);
}

static const char mark_running[] = "running\n", mark_over[] = "over\n";

static bool mark_path(const char *state, const char *id, char ret[PATH_SIZE], struct err *err)
{
    return path_join(ret, state, BATCHES_DIR, err) && dir_make(ret, err) &&
           path_join(ret, ret, id, err);
}

static bool mark(const char *state, const char *id, const char *text, struct err *err)
{
    char path[PATH_SIZE];
    return mark_path(state, id, path, err) &&
           file_write_atomic(path, text, strlen(text), 0640, err);
}

bool batch_forget(const char *state, const char *id, struct err *err)
{
    char path[PATH_SIZE];
    return mark_path(state, id, path, err) &&
           (remove(path) == 0 || err_errno(err, "cannot remove %s", path));
}

bool batch_take_interrupted(const char *state, const char *id, bool *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    bool ok = mark_path(state, id, path, err) && file_read(path, sizeof mark_running, &text, err);
    bool running = ok && strcmp(text.data, mark_running) == 0;
    buf_finish(&text);
    if (!ok || (running && !mark(state, id, mark_over, err)))
        return false;
    *ret = running;
    return true;
}

bool batch_open_ones(const char *state, struct names *ret, struct err *err)
{
    char dir[PATH_SIZE], path[PATH_SIZE];
    struct names all;
    if (!path_join(dir, state, BATCHES_DIR, err) || !dir_make(dir, err) ||
        !dir_list(dir, &all, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < all.n; i++) {
        /* of a mark that a crash cut off while it was written: no batch, and nobody writes it now,
         * since this one thread of the one daemon writes all of them */
        if (strstr(all.name[i], MARK_LEFTOVER)) {
            if (path_join(path, dir, all.name[i], NULL))
                unlink(path);
            free(all.name[i]);
        } else {
            all.name[kept++] = all.name[i];
        }
    }
    all.n = kept;
    *ret = all;
    return true;
}

static void set_arguments(struct batch *batch)
{
    size_t n = 0;
    const char **argv = batch->argv;
    argv[n++] = batch->program;
    argv[n++] = "--spool";
    argv[n++] = batch->spool;
    argv[n++] = "--batch";
    argv[n++] = batch->id;
    if (batch->folder[0]) {
        argv[n++] = "--folder";
        argv[n++] = batch->folder;
        argv[n++] = "--consume";
    } else {
        argv[n++] = "--resolution";
        argv[n++] = batch->resolution;
        if (batch->device[0]) {
            argv[n++] = "--device";
            argv[n++] = batch->device;
        }
        if (batch->source[0]) {
            argv[n++] = "--source";
            argv[n++] = batch->source;
        }
    }
    argv[n] = NULL;
}

bool batch_start(struct batch *batch, const struct config *config, const char *state,
                 const char *spool, const char *folder, struct err *err)
{
    if (batch->phase == BATCH_RUNNING)
        return err_set(err, "a batch is being scanned already");
    char program[PATH_SIZE], id[SHEET_ID_SIZE];
    name_batch(id);
    if (!environment_sibling("postwacht-capture", program, err) ||
        !mark(state, id, mark_running, err))
        return false;
    *batch = (struct batch){.phase = BATCH_RUNNING};
    memcpy(batch->id, id, sizeof id);
    snprintf(batch->state, sizeof batch->state, "%s", state);
    memcpy(batch->program, program, sizeof program);
    snprintf(batch->spool, sizeof batch->spool, "%s", spool);
    snprintf(batch->folder, sizeof batch->folder, "%s", folder ? folder : "");
    snprintf(batch->resolution, sizeof batch->resolution, "%ld", config->scanner_resolution);
    snprintf(batch->device, sizeof batch->device, "%s", config->scanner_device);
    snprintf(batch->source, sizeof batch->source, "%s", config->scanner_source);
    set_arguments(batch);
    return true;
}

void batch_stop(struct batch *batch, int64_t now)
{
    if (batch->phase != BATCH_RUNNING || batch->stopping)
        return;
    batch->stopping = true;
    batch->stop_at = now + STOP_MS;
    process_signal(&batch->worker.process, SIGTERM);
}

static void add_incident(struct batch_news *news, const char *kind, const char *text)
{
    size_t max = sizeof news->incident / sizeof news->incident[0];
    if ((size_t)news->n_incidents == max)
        return;
    snprintf(news->incident[news->n_incidents].kind, sizeof news->incident[0].kind, "%s", kind);
    snprintf(news->incident[news->n_incidents].text, sizeof news->incident[0].text, "%s", text);
    news->n_incidents++;
}

static void take_message(struct batch *batch, const struct capture_message *message,
                         struct batch_news *news)
{
    char text[512];
    switch (message->verb) {
    case CAPTURE_SAYS_READY:
        snprintf(batch->ready_device, sizeof batch->ready_device, "%.127s", message->text);
        break;
    case CAPTURE_SAYS_SHEET:
        batch->captured++;
        news->sheets = true;
        break;
    case CAPTURE_SAYS_HALF:
        snprintf(text, sizeof text, "sheet %.96s was imaged only in part; feed that envelope again",
                 message->text);
        add_incident(news, "half_sheet", text);
        break;
    case CAPTURE_SAYS_INCIDENT:
        add_incident(news, capture_kind_names[message->kind], message->text);
        batch->told = message->kind;
        break;
    case CAPTURE_SAYS_END:
        batch->ended = true;
        log_info("batch %s: %s, %d sheets", batch->id, capture_kind_names[message->kind],
                 message->sheets);
        /* an end that nothing explained is told here, so that no batch ends without a word */
        if (message->kind == CAPTURE_EMPTY ||
            (message->kind > CAPTURE_LAST_ORDERLY && message->kind != batch->told))
            add_incident(news, capture_kind_names[message->kind],
                         capture_kind_texts[message->kind]);
        break;
    case CAPTURE_VERBS:
        break;
    }
    news->changed = true;
}

/* The worker is gone without a word: a driver crashed, or somebody killed it. */
static void take_death(struct batch *batch, const char *how, struct batch_news *news)
{
    if (batch->captured == 0 && batch->worker.deaths < STARTS_MAX && !batch->stopping) {
        log_warning("the capture worker died at its start (%s); it is started again", how);
        return;
    }
    char text[512];
    snprintf(
        text, sizeof text,
        "the scanner's driver crashed (%s) after sheet %d of this batch; look for an envelope in "
        "the paper path or one that came out unimaged, feed it again and start a new batch",
        how, batch->captured);
    log_error("batch %s: %s", batch->id, text);
    add_incident(news, "capture_died", text);
    batch->ended = true;
}

/* The worker ends after its sheet at the first SIGTERM and at once at the second: only that one
 * makes the driver let go of the device in order, which SIGKILL does not. */
static void press_to_stop(struct batch *batch, int64_t now)
{
    if (!batch->stopping || now < batch->stop_at)
        return;
    process_signal(&batch->worker.process, batch->cancelled ? SIGKILL : SIGTERM);
    batch->cancelled = true;
    batch->stop_at = now + CANCEL_MS;
}

void batch_step(struct batch *batch, int64_t now, struct batch_news *ret)
{
    *ret = (struct batch_news){0};
    if (batch->phase != BATCH_RUNNING)
        return;
    struct worker *worker = &batch->worker;
    struct err err;
    char how[64];
    bool gone = worker_ended(worker, how, sizeof how);
    char *line;
    while ((line = worker_line(worker, now))) {
        struct capture_message message;
        if (capture_message_parse(line, &message))
            take_message(batch, &message, ret);
        else
            log_warning("the capture worker said: %.200s", line);
    }
    if (gone) {
        worker_bury(worker, now, false);
        if (!batch->ended)
            take_death(batch, how, ret);
    }
    press_to_stop(batch, now);
    if (worker_kill_silent(worker, now, SILENCE_MS))
        log_error("batch %s: the capture worker hangs; it is killed", batch->id);
    if (batch->stopping && !worker->process.pid)
        batch->ended = true; /* asked to stop before it was started */
    if (batch->ended && !worker->process.pid) {
        worker_finish(worker);
        if (!mark(batch->state, batch->id, mark_over, &err))
            log_error("%s", err.text);
        batch->phase = BATCH_OVER;
        ret->over = ret->changed = true;
    } else if (!batch->ended && !worker_keep(worker, batch->argv, now, &err)) {
        add_incident(ret, "capture_start", err.text);
        batch->ended = true;
    }
}

void batch_finish(struct batch *batch)
{
    worker_finish(&batch->worker);
    *batch = (struct batch){0};
}
