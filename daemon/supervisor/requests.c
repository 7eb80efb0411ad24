#include "daemon/supervisor/requests.h"

#include "daemon/log.h"
#include "daemon/series_keeper.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_SECONDS 10 /* the loop answers within one recording, about 0.3 s */

/* Lives on the stack of the thread that waits; it leaves the list before that thread goes on. */
struct request {
    struct request *next;
    enum request_kind kind;
    bool done, ok;
    struct err err;
};

struct requests {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    struct request *first;
    struct web_status status;
    struct series_keeper *series; /* threads ask it themselves: it reads only */
    bool closed;
    int fd;
    char phrases_file[PATH_SIZE]; /* has a lock of its own */
};

bool requests_create(const char *phrases_file, struct requests **ret, struct err *err)
{
    struct requests *requests = calloc(1, sizeof *requests);
    if (!requests)
        return err_set(err, "out of memory");
    snprintf(requests->phrases_file, sizeof requests->phrases_file, "%s", phrases_file);
    requests->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (requests->fd < 0) {
        free(requests);
        return err_errno(err, "cannot make an eventfd");
    }
    if (!series_keeper_create(&requests->series, err)) {
        close(requests->fd);
        free(requests);
        return false;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&requests->answered, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&requests->lock, NULL);
    *ret = requests;
    return true;
}

void requests_destroy(struct requests *requests)
{
    if (!requests)
        return;
    pthread_mutex_destroy(&requests->lock);
    series_keeper_destroy(requests->series);
    pthread_cond_destroy(&requests->answered);
    close(requests->fd);
    free(requests);
}

static void unlink_request(struct requests *requests, struct request *request)
{
    for (struct request **at = &requests->first; *at; at = &(*at)->next)
        if (*at == request) {
            *at = request->next;
            return;
        }
}

static bool ask(struct requests *requests, enum request_kind kind, struct err *err)
{
    struct request request = {.kind = kind};
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ANSWER_SECONDS;
    pthread_mutex_lock(&requests->lock);
    if (!requests->closed) {
        struct request **last = &requests->first;
        while (*last)
            last = &(*last)->next;
        *last = &request;
        uint64_t one = 1;
        ssize_t n = write(requests->fd, &one, sizeof one);
        (void)n; /* a full counter is readable as well */
        while (!request.done && !requests->closed)
            if (pthread_cond_timedwait(&requests->answered, &requests->lock, &until) != 0)
                break;
        unlink_request(requests, &request);
    }
    pthread_mutex_unlock(&requests->lock);
    if (!request.done)
        return err_set(err, "the daemon is busy or stopping; try again in a moment");
    if (!request.ok && err)
        *err = request.err;
    return request.ok;
}

static bool start_batch(void *ctx, struct err *err)
{
    return ask(ctx, REQUEST_START_BATCH, err);
}

static bool stop_batch(void *ctx, struct err *err)
{
    return ask(ctx, REQUEST_STOP_BATCH, err);
}

static void status(void *ctx, struct web_status *ret)
{
    struct requests *requests = ctx;
    pthread_mutex_lock(&requests->lock);
    *ret = requests->status;
    pthread_mutex_unlock(&requests->lock);
}

static bool series(void *ctx, struct reg *reg, int64_t item, struct series *ret, struct err *err)
{
    struct requests *requests = ctx;
    return series_keeper_of(requests->series, reg, item, ret, err);
}

static bool phrases(void *ctx, struct own_phrase *ret, int *ret_n, struct err *err)
{
    return phrase_book_read(((struct requests *)ctx)->phrases_file, ret, ret_n, err);
}

static bool phrase_add(void *ctx, const struct own_phrase *phrase, struct err *err)
{
    if (!phrase_book_add(((struct requests *)ctx)->phrases_file, phrase, err))
        return false;
    log_info("phrase added: %s: %s", phrase->reason, phrase->text);
    return true;
}

static bool phrase_remove(void *ctx, const char *text, const char *country, struct err *err)
{
    if (!phrase_book_remove(((struct requests *)ctx)->phrases_file, text, country, err))
        return false;
    log_info("phrase removed: %s", text);
    return true;
}

struct web_host requests_host(struct requests *requests)
{
    return (struct web_host){.ctx = requests,
                             .status = status,
                             .start_batch = start_batch,
                             .stop_batch = stop_batch,
                             .series = series,
                             .phrases = phrases,
                             .phrase_add = phrase_add,
                             .phrase_remove = phrase_remove};
}

int requests_fd(const struct requests *requests)
{
    return requests->fd;
}

void requests_take(struct requests *requests, request_answer *answer, void *ctx)
{
    uint64_t counter;
    ssize_t n = read(requests->fd, &counter, sizeof counter);
    (void)n; /* empty is fine */
    pthread_mutex_lock(&requests->lock);
    while (requests->first) {
        struct request *request = requests->first;
        requests->first = request->next;
        request->ok = answer(ctx, request->kind, &request->err);
        request->done = true;
    }
    pthread_cond_broadcast(&requests->answered);
    pthread_mutex_unlock(&requests->lock);
}

void requests_publish(struct requests *requests, const struct web_status *published)
{
    pthread_mutex_lock(&requests->lock);
    requests->status = *published;
    pthread_mutex_unlock(&requests->lock);
}

void requests_close(struct requests *requests)
{
    pthread_mutex_lock(&requests->lock);
    requests->closed = true;
    pthread_cond_broadcast(&requests->answered);
    pthread_mutex_unlock(&requests->lock);
}
