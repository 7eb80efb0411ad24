#include "classifier/parallel.h"

#include "schemas/base/err.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct run {
    int n_items;
    parallel_work *work;
    void *ctx;
    atomic_int next;
    atomic_bool failed;
};

struct worker {
    struct run *run;
    int number;
    int failed_item; /* -1: none */
    struct err err;
};

int parallel_workers(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > PARALLEL_WORKERS_MAX ? PARALLEL_WORKERS_MAX : (int)cores;
}

static void *work_through(void *arg)
{
    struct worker *worker = arg;
    struct run *run = worker->run;
    worker->failed_item = -1;
    while (!atomic_load(&run->failed)) {
        int item = atomic_fetch_add(&run->next, 1);
        if (item >= run->n_items)
            break;
        if (!run->work(run->ctx, item, worker->number, &worker->err)) {
            worker->failed_item = item;
            atomic_store(&run->failed, true);
        }
    }
    return NULL;
}

bool parallel_run(int n_items, parallel_work *work, void *ctx, struct err *err)
{
    struct run run = {.n_items = n_items, .work = work, .ctx = ctx};
    struct worker worker[PARALLEL_WORKERS_MAX];
    pthread_t thread[PARALLEL_WORKERS_MAX];
    bool running[PARALLEL_WORKERS_MAX] = {false};
    int n = parallel_workers();
    for (int i = 0; i < n; i++)
        worker[i] = (struct worker){.run = &run, .number = i, .failed_item = -1};
    for (int i = 1; i < n; i++) /* without a thread its share falls to the others */
        running[i] = pthread_create(&thread[i], NULL, work_through, &worker[i]) == 0;
    work_through(&worker[0]);
    const struct worker *first = NULL;
    for (int i = 0; i < n; i++) {
        if (running[i])
            pthread_join(thread[i], NULL);
        if (worker[i].failed_item >= 0 && (!first || worker[i].failed_item < first->failed_item))
            first = &worker[i];
    }
    return !first || err_set(err, "%s", first->err.text);
}
