/* pool: one sandboxed process per job, forked from a parent that has loaded everything once.
 *
 * The pool owns its children: each is killed at its time limit, and all of them when the parent
 * dies or the pool is destroyed. What a child makes of hostile pixels, crash and endless loop
 * included, comes back as a result, one for every job that was started. The parent must have a
 * single thread. */
#ifndef POSTWACHT_POOL_H
#define POSTWACHT_POOL_H

#include "daemon/sandbox.h"
#include "schemas/base/buf.h"

#include <stdint.h>

struct err;
struct pool;

struct pool_config {
    int jobs;       /* most children at once; 0: one per core */
    double seconds; /* wall-clock limit of one job */
};

/* Runs in the child, inside the sandbox. What it appends to output reaches the parent; false hands
 * over err instead. */
typedef bool pool_work(void *arg, struct buf *output, struct err *err);

struct pool_job {
    uint64_t tag; /* returned with the result */
    pool_work *work;
    void *arg;
    struct sandbox_rules rules;
};

enum pool_end {
    POOL_DONE,    /* output holds what the work appended */
    POOL_FAILED,  /* the work said no: why */
    POOL_CRASHED, /* a signal, or no answer: why */
    POOL_TIMEOUT, /* killed at the wall-clock or processor limit: why */
};

struct pool_result {
    uint64_t tag;
    enum pool_end end;
    struct buf output; /* the receiver's: buf_finish */
    char why[512];
    long peak_kib;      /* largest resident size of the child */
    double cpu_seconds; /* its processor time */
};

bool pool_create(const struct pool_config *config, struct pool **ret, struct err *err);
void pool_destroy(struct pool *pool); /* kills what still runs */
bool pool_has_landlock(const struct pool *pool);
int pool_jobs(const struct pool *pool);
int pool_running(const struct pool *pool);
bool pool_has_room(const struct pool *pool);

/* Needs room. False: the process could not be started, and no result follows. */
bool pool_start(struct pool *pool, const struct pool_job *job, struct err *err);

/* Waits until a job ends (true, result filled) or until also_fd (-1: none) can be read, a signal
 * came, or nothing runs and also_fd is -1 (all false). */
bool pool_wait(struct pool *pool, int also_fd, struct pool_result *ret);

/* Memory and time for screening one sheet (a C4 of two sides at 600 dpi takes about 400 MiB). */
void pool_default_limits(struct sandbox_rules *rules);
#define POOL_SHEET_SECONDS 60.0 /* fifty times what a sheet takes on a quiet core */

#endif
