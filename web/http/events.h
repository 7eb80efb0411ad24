/* events: server-sent events for every open page. One counter says "something changed"; a reader
 * blocks until it moves, and sends a comment now and then so that a page that has gone is noticed.
 * An event's id is the process's own random number and the counter: a page that reconnects with the
 * id it saw last gets an event at once when it missed one, also across a restart. */
#ifndef POSTWACHT_EVENTS_H
#define POSTWACHT_EVENTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define EVENT_ID_SIZE 40
#define EVENT_READERS_MAX 24 /* below the limit of connections, so that pages stay reachable */

struct events {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint32_t epoch;
    uint64_t count;
    int readers;
    bool stopping;
    int ping_seconds;
};

void events_init(struct events *events, uint32_t epoch, int ping_seconds);
void events_finish(struct events *events); /* after the last reader closed */
void events_changed(struct events *events);
void events_stop(struct events *events); /* ends all readers */
void events_id(struct events *events, char ret[EVENT_ID_SIZE]);

struct events_reader;
/* seen: the id that the page was made with or saw last, or NULL. NULL when there are too many. */
struct events_reader *events_open(struct events *events, const char *seen);
/* Blocks; 0 < bytes <= max, or -1 at the end. */
ssize_t events_read(struct events_reader *reader, char *ret, size_t max);
void events_close(struct events_reader *reader);

#endif
