#include "daemon/supervisor/worker.h"

#include "schemas/base/err.h"

#include <signal.h>

#define PAUSE_MS 250      /* before the first restart */
#define PAUSE_DOUBLINGS 7 /* at most half a minute between starts */

static int64_t pause_ms(const struct worker *worker)
{
    int doublings = worker->deaths < PAUSE_DOUBLINGS ? worker->deaths : PAUSE_DOUBLINGS;
    return (int64_t)PAUSE_MS << doublings;
}

bool worker_keep(struct worker *worker, const char *const argv[], int64_t now, struct err *err)
{
    if (worker->process.pid || now < worker->start_at)
        return true;
    worker->start_at = now + pause_ms(worker);
    worker->heard_at = now;
    if (process_start(argv, &worker->process, err))
        return true;
    worker->deaths++;
    return false;
}

char *worker_line(struct worker *worker, int64_t now)
{
    if (!worker->process.pid)
        return NULL;
    char *line = lines_next(&worker->process.lines);
    if (!line) {
        lines_fill(&worker->process.lines, worker->process.out);
        line = lines_next(&worker->process.lines);
    }
    if (line)
        worker->heard_at = now;
    return line;
}

bool worker_ended(struct worker *worker, char *how, size_t n)
{
    int status;
    if (!worker->process.pid || !process_ended(&worker->process, &status))
        return false;
    process_describe(status, how, n);
    return true;
}

void worker_bury(struct worker *worker, int64_t now, bool useful)
{
    process_finish(&worker->process);
    if (useful)
        worker->deaths = 0;
    worker->start_at = now + pause_ms(worker);
    worker->deaths++;
}

bool worker_kill_silent(struct worker *worker, int64_t now, int64_t limit_ms)
{
    if (!worker->process.pid || now - worker->heard_at < limit_ms)
        return false;
    process_signal(&worker->process, SIGKILL);
    worker->heard_at = now; /* its end comes through the pidfd; no second signal until then */
    return true;
}

void worker_finish(struct worker *worker)
{
    process_finish(&worker->process);
    *worker = (struct worker){0};
}
