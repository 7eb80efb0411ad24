/* parallel: the same work for many items, on the cores that the machine has. */
#ifndef POSTWACHT_PARALLEL_H
#define POSTWACHT_PARALLEL_H

#include <stdbool.h>

struct err;

#define PARALLEL_WORKERS_MAX 8 /* more only compete for memory */

/* Called once for each item, at the same time for several; writes only to what belongs to its item
 * or to its worker (0 .. parallel_workers() - 1). */
typedef bool parallel_work(void *ctx, int item, int worker, struct err *err);

int parallel_workers(void);

/* Waits for all. When items fail, the rest is not begun and err is that of the first of them. */
bool parallel_run(int n_items, parallel_work *work, void *ctx, struct err *err);

#endif
