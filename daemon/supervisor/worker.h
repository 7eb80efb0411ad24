/* worker: a process that is kept running: started, started again with growing pauses when it dies,
 * killed when it is silent for too long while it has work. */
#ifndef POSTWACHT_WORKER_H
#define POSTWACHT_WORKER_H

#include "daemon/process.h"

#include <stdbool.h>
#include <stdint.h>

struct err;

struct worker {
    struct process process;
    int64_t start_at; /* clock_mono_ms before which it is not started again */
    int64_t heard_at; /* when it last said something, or was started or given work */
    int deaths;       /* in a row, without doing anything useful */
};

/* Starts it when it does not run and its pause is over. False only when starting failed. */
bool worker_keep(struct worker *worker, const char *const argv[], int64_t now, struct err *err);

/* Whether it has ended, and why. Ask this first, then take its last lines, then worker_bury it. */
bool worker_ended(struct worker *worker, char *how, size_t n);
/* The next line it said, or NULL; valid until the next call. */
char *worker_line(struct worker *worker, int64_t now);
/* After its end: sets the pause before the next start; useful: it did something worth another start
 * without delay. */
void worker_bury(struct worker *worker, int64_t now, bool useful);

/* Kills it when it had work and said nothing for limit_ms. */
bool worker_kill_silent(struct worker *worker, int64_t now, int64_t limit_ms);
void worker_finish(struct worker *worker);

#endif
