/* The comparison is cheap (1000 suspects take 0.3 s), reading screenings is not: so what is
 * compared of each suspect stays here. Series themselves are found again whenever a suspect came
 * in. */
#include "daemon/series_keeper.h"

#include "classifier/series.h"
#include "schemas/base/err.h"

#include <pthread.h>
#include <stdlib.h>

#define ROWS_AT_ONCE 100

struct series_keeper {
    pthread_mutex_t lock;
    struct series_book *book; /* of all rows up to seen_row; NULL: nothing read yet */
    struct series_set set;
    int64_t seen_row;
};

bool series_keeper_create(struct series_keeper **ret, struct err *err)
{
    struct series_keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return err_set(err, "out of memory");
    pthread_mutex_init(&keeper->lock, NULL);
    *ret = keeper;
    return true;
}

static void forget(struct series_keeper *keeper)
{
    series_book_destroy(keeper->book);
    series_set_finish(&keeper->set);
    keeper->book = NULL;
    keeper->seen_row = 0;
}

void series_keeper_destroy(struct series_keeper *keeper)
{
    if (!keeper)
        return;
    forget(keeper);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

/* An item whose screening was erased or cannot be read any more is compared with nothing: `verify`
 * is what complains about it. */
static bool add_item(struct series_keeper *keeper, struct reg *reg, const struct reg_row *row,
                     struct reg_item *item, struct err *err)
{
    struct err unreadable;
    if (!row->item || !reg_item(reg, row->item, item, &unreadable))
        return true;
    bool ok = series_book_add(keeper->book, row->item, item->row.captured, &item->screening, err);
    reg_item_finish(item);
    return ok;
}

/* All rows of a verdict after the keeper's and up to `newest`. */
static bool add_rows(struct series_keeper *keeper, struct reg *reg, int verdict, int64_t newest,
                     struct reg_row *row, struct reg_item *item, struct err *err)
{
    struct reg_query query = {
        .before = newest + 1, .limit = ROWS_AT_ONCE, .only_items = true, .verdict = verdict};
    for (;;) {
        int n = 0;
        if (!reg_list(reg, &query, row, &n, err))
            return false;
        for (int i = 0; i < n; i++) {
            if (row[i].row <= keeper->seen_row)
                return true;
            if (!add_item(keeper, reg, &row[i], item, err))
                return false;
        }
        if (n < ROWS_AT_ONCE)
            return true;
        query.before = row[n - 1].row;
    }
}

static bool read_new(struct series_keeper *keeper, struct reg *reg, int64_t newest, struct err *err)
{
    struct reg_row *row = calloc(ROWS_AT_ONCE, sizeof *row);
    struct reg_item *item = calloc(1, sizeof *item);
    bool ok = (row && item) || err_set(err, "out of memory");
    ok = ok && add_rows(keeper, reg, VERDICT_IMITATION, newest, row, item, err) &&
         add_rows(keeper, reg, VERDICT_UNSURE, newest, row, item, err);
    free(row);
    free(item);
    return ok;
}

static bool update(struct series_keeper *keeper, struct reg *reg, struct err *err)
{
    struct reg_counts counts;
    struct series_set set;
    if (!reg_counts(reg, &counts, err))
        return false;
    if (keeper->book && counts.newest_row == keeper->seen_row)
        return true;
    bool ok = keeper->book || series_book_create(&keeper->book, err);
    int before = ok ? series_book_count(keeper->book) : 0;
    ok = ok && read_new(keeper, reg, counts.newest_row, err);
    if (ok && series_book_count(keeper->book) != before) {
        ok = series_book_find(keeper->book, &set, err);
        if (ok) {
            series_set_finish(&keeper->set);
            keeper->set = set;
        }
    }
    if (ok)
        keeper->seen_row = counts.newest_row;
    else
        forget(keeper); /* half of the rows may be in it */
    return ok;
}

bool series_keeper_of(struct series_keeper *keeper, struct reg *reg, int64_t item,
                      struct series *ret, struct err *err)
{
    *ret = (struct series){0};
    pthread_mutex_lock(&keeper->lock);
    bool ok = update(keeper, reg, err);
    const struct series *found = ok ? series_find(&keeper->set, item) : NULL;
    ok = ok && (!found || series_copy(found, ret, err));
    pthread_mutex_unlock(&keeper->lock);
    return ok;
}

bool series_keeper_all(struct series_keeper *keeper, struct reg *reg, series_each *each, void *ctx,
                       struct err *err)
{
    pthread_mutex_lock(&keeper->lock);
    bool ok = update(keeper, reg, err);
    for (int i = 0; ok && i < keeper->set.n; i++)
        each(ctx, &keeper->set.series[i]);
    pthread_mutex_unlock(&keeper->lock);
    return ok;
}
