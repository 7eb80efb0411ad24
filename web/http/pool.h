/* pool: handles for reading the register. A handle serves one thread at a time and is kept open for
 * the next; at most POOL_HANDLES_MAX exist. Handles are opened when first needed: a register that
 * does not exist yet fails only the page that asks. */
#ifndef POSTWACHT_POOL_H
#define POSTWACHT_POOL_H

#include "schemas/base/err.h"
#include "schemas/register/register.h"

#include <pthread.h>

#define POOL_HANDLES_MAX 8 /* each has its own page cache of some MB */

struct pool {
    char dir[4096];
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct reg *idle[POOL_HANDLES_MAX];
    int idle_n, open_n;
};

bool pool_init(struct pool *pool, const char *dir, struct err *err);
void pool_finish(struct pool *pool); /* all handles must be back */

/* Waits a few seconds for a free handle; false when there is none or the register cannot be opened.
 */
bool pool_take(struct pool *pool, struct reg **ret, struct err *err);
void pool_give(struct pool *pool, struct reg *reg);

#endif
