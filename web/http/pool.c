#define _GNU_SOURCE
#include "web/http/pool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TAKE_WAIT_S 5 /* longer than any page takes; a person gives up waiting at about ten */

bool pool_init(struct pool *pool, const char *dir, struct err *err)
{
    *pool = (struct pool){0};
    if (!dir || strlen(dir) >= sizeof pool->dir)
        return err_set(err, "the folder of the register is missing or its name is too long");
    strcpy(pool->dir, dir);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->returned, &attr);
    pthread_condattr_destroy(&attr);
    return true;
}

void pool_finish(struct pool *pool)
{
    for (int i = 0; i < pool->idle_n; i++)
        reg_close(pool->idle[i]);
    pthread_cond_destroy(&pool->returned);
    pthread_mutex_destroy(&pool->lock);
}

bool pool_take(struct pool *pool, struct reg **ret, struct err *err)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TAKE_WAIT_S;
    pthread_mutex_lock(&pool->lock);
    int waited = 0;
    while (pool->idle_n == 0 && pool->open_n == POOL_HANDLES_MAX && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&pool->returned, &pool->lock, &until);
    if (pool->idle_n > 0) {
        *ret = pool->idle[--pool->idle_n];
        pthread_mutex_unlock(&pool->lock);
        return true;
    }
    bool room = pool->open_n < POOL_HANDLES_MAX;
    pool->open_n += room; /* reserved while opening, outside the lock */
    pthread_mutex_unlock(&pool->lock);
    if (!room)
        return err_set(err, "too many pages are being made at this moment; try again");
    if (reg_open(pool->dir, REG_READ, ret, err))
        return true;
    pthread_mutex_lock(&pool->lock);
    pool->open_n--;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->lock);
    return false;
}

void pool_give(struct pool *pool, struct reg *reg)
{
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->idle_n++] = reg;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->lock);
}
