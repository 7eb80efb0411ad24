/* series_keeper: the series of one register, kept in memory and brought up to date when asked;
 * reads only what was recorded since. Any thread may ask. */
#ifndef POSTWACHT_SERIES_KEEPER_H
#define POSTWACHT_SERIES_KEEPER_H

#include "schemas/register/register.h"
#include "schemas/series.h"

struct series_keeper;

bool series_keeper_create(struct series_keeper **ret, struct err *err);
void series_keeper_destroy(struct series_keeper *keeper);

/* reg: a handle for reading, of this thread. The series that the item belongs to; n_members is 0
 * when to none. Free with series_finish. */
bool series_keeper_of(struct series_keeper *keeper, struct reg *reg, int64_t item,
                      struct series *ret, struct err *err);

/* Calls `each` for every series, by id. */
typedef void series_each(void *ctx, const struct series *series);
bool series_keeper_all(struct series_keeper *keeper, struct reg *reg, series_each *each, void *ctx,
                       struct err *err);

#endif
