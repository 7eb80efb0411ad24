#define _GNU_SOURCE
#include "web/http/events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MESSAGE_SIZE 160
#define RETRY_MS 3000 /* a browser that lost the stream comes back after this */

struct events_reader {
    struct events *events;
    uint64_t seen;
    bool current, greeted;
    char message[MESSAGE_SIZE];
    size_t sent, len; /* of message */
};

void events_init(struct events *events, uint32_t epoch, int ping_seconds)
{
    *events = (struct events){.epoch = epoch, .ping_seconds = ping_seconds};
    pthread_mutex_init(&events->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* a stepped clock must not stall a ping */
    pthread_cond_init(&events->moved, &attr);
    pthread_condattr_destroy(&attr);
}

void events_finish(struct events *events)
{
    pthread_cond_destroy(&events->moved);
    pthread_mutex_destroy(&events->lock);
}

static void format_id(const struct events *events, char ret[EVENT_ID_SIZE])
{
    snprintf(ret, EVENT_ID_SIZE, "%08" PRIx32 "-%" PRIu64, events->epoch, events->count);
}

void events_id(struct events *events, char ret[EVENT_ID_SIZE])
{
    pthread_mutex_lock(&events->lock);
    format_id(events, ret);
    pthread_mutex_unlock(&events->lock);
}

void events_changed(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    events->count++;
    pthread_cond_broadcast(&events->moved);
    pthread_mutex_unlock(&events->lock);
}

void events_stop(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    events->stopping = true;
    pthread_cond_broadcast(&events->moved);
    pthread_mutex_unlock(&events->lock);
}

struct events_reader *events_open(struct events *events, const char *seen)
{
    struct events_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->events = events;
    pthread_mutex_lock(&events->lock);
    bool room = events->readers < EVENT_READERS_MAX && !events->stopping;
    events->readers += room;
    char now[EVENT_ID_SIZE];
    format_id(events, now);
    reader->seen = events->count;
    reader->current = !seen || strcmp(seen, now) == 0;
    pthread_mutex_unlock(&events->lock);
    if (room)
        return reader;
    free(reader);
    return NULL;
}

void events_close(struct events_reader *reader)
{
    pthread_mutex_lock(&reader->events->lock);
    reader->events->readers--;
    pthread_mutex_unlock(&reader->events->lock);
    free(reader);
}

/* Waits for the next thing to say and puts it into the reader's message; the lock is held. False
 * when the stream ends. */
static bool next_message(struct events_reader *reader)
{
    struct events *events = reader->events;
    if (!reader->greeted) {
        reader->greeted = true;
        reader->len = (size_t)snprintf(reader->message, MESSAGE_SIZE, "retry: %d\n\n", RETRY_MS);
        return !events->stopping;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += events->ping_seconds;
    int waited = 0;
    while (!events->stopping && reader->current && events->count == reader->seen &&
           waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&events->moved, &events->lock, &until);
    if (events->stopping)
        return false;
    if (reader->current && events->count == reader->seen) {
        reader->len = (size_t)snprintf(reader->message, MESSAGE_SIZE, ": ping\n\n");
        return true;
    }
    reader->seen = events->count;
    reader->current = true;
    char id[EVENT_ID_SIZE];
    format_id(events, id);
    reader->len =
        (size_t)snprintf(reader->message, MESSAGE_SIZE,
                         "id: %s\nevent: changed\ndata: %" PRIu64 "\n\n", id, events->count);
    return true;
}

ssize_t events_read(struct events_reader *reader, char *ret, size_t max)
{
    if (reader->sent == reader->len) {
        reader->sent = reader->len = 0;
        pthread_mutex_lock(&reader->events->lock);
        bool more = next_message(reader);
        pthread_mutex_unlock(&reader->events->lock);
        if (!more)
            return -1;
    }
    size_t n = reader->len - reader->sent;
    if (n > max)
        n = max;
    memcpy(ret, reader->message + reader->sent, n);
    reader->sent += n;
    return (ssize_t)n;
}
