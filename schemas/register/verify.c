#define _GNU_SOURCE
#include "schemas/register/verify.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FAULTS_SHOWN 20    /* a section; a rebuilt table would otherwise fill the screen */
#define SIGNING_WAIT_S 3.0 /* a writer signs within this after its commit, or has died */
#define SIGNING_POLL_US 20000
#define DETAIL_SIZE 400

void verify_fault(struct verify *v, const char *what, const char *fmt, ...)
{
    char detail[DETAIL_SIZE];
    va_list ap;
    v->ok = false;
    if (++v->faults > FAULTS_SHOWN)
        return;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    v->line(v->ctx, false, what, detail);
}

void verify_section(struct verify *v, const char *what, const char *fmt, ...)
{
    char detail[DETAIL_SIZE];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    if (v->faults > FAULTS_SHOWN) {
        snprintf(detail, sizeof detail, "%d more faults", v->faults - FAULTS_SHOWN);
        v->line(v->ctx, false, what, detail);
    } else if (v->faults == 0) {
        v->line(v->ctx, true, what, detail);
    }
    v->faults = 0;
}

static bool check_database(struct verify *v, struct err *err)
{
    char detail[DETAIL_SIZE] = "";
    bool ok = false;
    if (!db_integrity(v->reg, &ok, detail, sizeof detail, err))
        return false;
    if (!ok)
        verify_fault(v, "database", "%s", detail);
    if (!db_schema_is_ours(v->reg, &ok, detail, sizeof detail, err))
        return false;
    if (!ok)
        verify_fault(v, "database", "the protecting triggers or tables were changed: %s", detail);
    verify_section(v, "database", "SQLite's own check holds; tables and triggers are ours");
    return true;
}

static bool check_key(struct verify *v, struct err *err)
{
    uint8_t public_[KEY_PUBLIC_SIZE];
    char fingerprint[SHA256_HEX_SIZE];
    if (!log_identity(v->reg, v->origin, public_, err)) {
        verify_fault(v, "key", "%s", err->text);
        return true;
    }
    struct key file;
    memcpy(v->key.public_, public_, sizeof public_);
    if (!key_read_public(v->reg->dir, &file, err))
        verify_fault(v, "key", "%s", err->text);
    else if (memcmp(file.public_, public_, sizeof public_) != 0)
        verify_fault(v, "key", "keys/" KEY_PUBLIC_FILE " is not the key that the log began with");
    key_fingerprint(&v->key, fingerprint);
    verify_section(v, "key", "%s (compare with a printed sheet)", fingerprint);
    return true;
}

static struct item_tail *tail_of(struct verify *v, int64_t item)
{
    if (item >= v->cap_items) {
        int64_t cap = v->cap_items ? v->cap_items : 1024;
        while (cap <= item)
            cap *= 2;
        struct item_tail *more = realloc(v->item, (size_t)cap * sizeof *more);
        if (!more)
            return NULL;
        memset(more + v->cap_items, 0, (size_t)(cap - v->cap_items) * sizeof *more);
        v->item = more;
        v->cap_items = cap;
    }
    return &v->item[item];
}

/* An item's entries form a chain of their own: a withheld middle one shows. */
static bool check_chain(struct verify *v, int64_t item, int64_t item_n, const char *item_prev,
                        const uint8_t leaf[SHA256_SIZE], struct err *err)
{
    char expected[SHA256_HEX_SIZE] = "";
    if (item == 0) {
        if (item_n != 0 || *item_prev)
            verify_fault(v, "log", "entry %llu has a chain but no item",
                         (unsigned long long)v->tree.size);
        return true;
    }
    if (item < 0 || item > v->n_items + 1) {
        verify_fault(v, "log", "entry %llu: item %lld follows item %lld",
                     (unsigned long long)v->tree.size, (long long)item, (long long)v->n_items);
        return true;
    }
    struct item_tail *tail = tail_of(v, item);
    if (!tail)
        return err_set(err, "out of memory");
    if (tail->n)
        hex_encode(tail->leaf, SHA256_SIZE, expected);
    if (item_n != tail->n + 1 || strcmp(item_prev, expected) != 0)
        verify_fault(v, "log", "entry %llu does not follow the entry before it of item %lld",
                     (unsigned long long)v->tree.size, (long long)item);
    tail->n++;
    memcpy(tail->leaf, leaf, SHA256_SIZE);
    if (item > v->n_items)
        v->n_items = item;
    return true;
}

static bool check_entry(struct verify *v, sqlite3_stmt *row, char last_time[CLOCK_TEXT_SIZE],
                        struct err *err)
{
    int64_t idx = sqlite3_column_int64(row, 0), item_column = sqlite3_column_int64(row, 1);
    size_t n = (size_t)sqlite3_column_bytes(row, 6);
    uint8_t leaf[SHA256_SIZE];
    const uint8_t *stored = column_hash(row, 5);
    merkle_leaf(sqlite3_column_blob(row, 6), n, leaf);
    if (idx != (int64_t)v->tree.size)
        verify_fault(v, "log", "entry %llu is missing", (unsigned long long)v->tree.size);
    if (!stored || memcmp(stored, leaf, sizeof leaf) != 0)
        verify_fault(v, "log", "entry %lld was altered: its hash differs", (long long)idx);
    json_t *entry = json_loadb(sqlite3_column_blob(row, 6), n, JSON_REJECT_DUPLICATES, NULL), *data;
    int version;
    json_int_t seq, item, item_n;
    const char *time, *type, *item_prev;
    int64_t ms;
    bool ok = true;
    if (json_unpack(entry, "{s:i, s:I, s:s, s:s, s:I, s:I, s:s, s:o}", "v", &version, "seq", &seq,
                    "time", &time, "type", &type, "item", &item, "item_n", &item_n, "item_prev",
                    &item_prev, "data", &data) != 0) {
        verify_fault(v, "log", "entry %lld is not in the form of an entry", (long long)idx);
    } else {
        if (version != 1 || seq != idx || item != item_column ||
            item_n != sqlite3_column_int64(row, 2) || strcmp(type, column_text(row, 3)) != 0 ||
            strcmp(time, column_text(row, 4)) != 0)
            verify_fault(v, "log", "entry %lld: its columns say something else", (long long)idx);
        if (!clock_parse(time, &ms) || strcmp(time, last_time) < 0)
            verify_fault(v, "log", "entry %lld is older than the one before", (long long)idx);
        else
            memcpy(last_time, time, CLOCK_TEXT_SIZE);
        ok = check_chain(v, item, item_n, item_prev, leaf, err) &&
             verify_projection(v, idx, item, type, time, data, err);
    }
    json_decref(entry);
    merkle_append(&v->tree, leaf);
    return ok;
}

/* Signature, origin and root of a checkpoint, when the walk has reached its size. */
static void check_checkpoint(struct verify *v, sqlite3_stmt *row)
{
    struct err err;
    struct tree_head head;
    uint8_t root[SHA256_SIZE];
    long long size = sqlite3_column_int64(row, 0);
    const char *note = column_text(row, 2);
    const uint8_t *stored = column_hash(row, 1);
    merkle_root(&v->tree, root);
    if (!checkpoint_read(note, strlen(note), &v->key, &head, &err))
        verify_fault(v, "checkpoints", "of size %lld: %s", size, err.text);
    else if (head.size != size || strcmp(head.origin, v->origin) != 0 || !stored ||
             memcmp(head.root, stored, sizeof head.root) != 0)
        verify_fault(v, "checkpoints", "of size %lld: its columns say something else", size);
    else if (memcmp(head.root, root, sizeof root) != 0)
        verify_fault(v, "checkpoints", "of size %lld: the log no longer leads to its root", size);
}

/* One walk: entries, and the checkpoints and the high-water mark at the sizes they speak of. */
static bool check_log(struct verify *v, const struct tree_head *high, struct err *err)
{
    sqlite3_stmt *entry = db_sql(v->reg, SQL_log_all),
                 *checkpoint = db_sql(v->reg, SQL_checkpoint_all);
    char last_time[CLOCK_TEXT_SIZE] = "";
    int64_t n_checkpoints = 0, signed_size = 0;
    int checkpoint_faults = 0;
    bool high_holds = high->size == 0;
    enum db_step at, mark = db_next(v->reg, checkpoint, err);
    while ((at = db_next(v->reg, entry, err)) == DB_ROW) {
        if (!check_entry(v, entry, last_time, err))
            break;
        int log_faults = v->faults;
        v->faults = checkpoint_faults;
        while (mark == DB_ROW && sqlite3_column_int64(checkpoint, 0) <= (int64_t)v->tree.size) {
            check_checkpoint(v, checkpoint);
            signed_size = sqlite3_column_int64(checkpoint, 0);
            n_checkpoints++;
            mark = db_next(v->reg, checkpoint, err);
        }
        checkpoint_faults = v->faults;
        v->faults = log_faults;
        if ((int64_t)v->tree.size == high->size) {
            uint8_t root[SHA256_SIZE];
            merkle_root(&v->tree, root);
            high_holds = memcmp(root, high->root, sizeof root) == 0;
        }
    }
    db_done(entry);
    long long size = (long long)v->tree.size;
    if (at == DB_DONE && mark != DB_FAILED) {
        verify_section(v, "log", "%lld entries, every hash and chain holds", size);
        v->faults = checkpoint_faults;
        if (mark == DB_ROW)
            verify_fault(v, "checkpoints", "one of size %lld, but the log has %lld entries",
                         (long long)sqlite3_column_int64(checkpoint, 0), size);
        if (signed_size < size)
            verify_fault(v, "checkpoints", "%lld entries are not signed yet; start postwachtd once",
                         size - (long long)signed_size);
        verify_section(v, "checkpoints", "%lld signatures and roots hold",
                       (long long)n_checkpoints);
        if (high->size > size || high->size > signed_size)
            verify_fault(v, "high-water",
                         "%lld entries were signed before, %lld are here: the "
                         "database was put back to an older copy",
                         (long long)high->size, (long long)signed_size);
        else if (!high_holds)
            verify_fault(v, "high-water", "the log no longer leads to the root of size %lld",
                         (long long)high->size);
        else if (high->size == 0)
            verify_fault(v, "high-water", "the file is missing");
        verify_section(v, "high-water", "size %lld", (long long)high->size);
    }
    db_done(checkpoint);
    return at == DB_DONE && mark != DB_FAILED;
}

static bool is_signed(struct reg *reg, bool *ret, struct err *err)
{
    int64_t size[2] = {0};
    const enum sql_id ids[2] = {SQL_log_size, SQL_checkpoint_last};
    for (int i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = db_sql(reg, ids[i]);
        enum db_step step = db_next(reg, stmt, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_ROW)
            size[i] = sqlite3_column_int64(stmt, 0);
        db_done(stmt);
    }
    *ret = size[0] == size[1];
    return true;
}

static bool writer_lives(const char *dir)
{
    char path[PATH_SIZE];
    int fd = path_join(path, dir, REGISTER_LOCK, NULL) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return held;
}

/* One state of the database for the whole run, while a writer may go on. Between its commit and its
 * signature the writer gets a moment. */
static bool take_snapshot(struct reg *reg, struct tree_head *ret_high, struct err *err)
{
    double until = clock_mono_s() + SIGNING_WAIT_S;
    for (;;) {
        bool found, complete = true;
        *ret_high = (struct tree_head){0};
        if (!high_water_read(reg->dir, &found, ret_high, NULL)) /* before: it is written last */
            *ret_high = (struct tree_head){.size = INT64_MAX};
        if (!db_run(reg, db_sql(reg, SQL_begin_read), err) || !is_signed(reg, &complete, err))
            return false;
        if (complete || clock_mono_s() > until || !writer_lives(reg->dir))
            return true;
        if (!db_run(reg, db_sql(reg, SQL_rollback), err))
            return false;
        usleep(SIGNING_POLL_US);
    }
}

static bool run(struct verify *v, struct err *err)
{
    struct tree_head high;
    if (!take_snapshot(v->reg, &high, err) || !check_database(v, err) || !check_key(v, err))
        return false;
    bool ok = check_log(v, &high, err) && verify_totals(v, err) && verify_blobs(v, err);
    return db_run(v->reg, db_sql(v->reg, SQL_rollback), ok ? err : NULL) && ok;
}

bool reg_verify(const char *dir, reg_verify_line *line, void *ctx, bool *ret_ok, struct err *err)
{
    struct verify v = {.line = line, .ctx = ctx, .ok = true};
    struct err local;
    char path[PATH_SIZE];
    if (!path_join(path, dir, REGISTER_DB, err))
        return false;
    if (!file_exists(path))
        return err_set(err, "there is no register in %s", dir);
    /* From here on a failure is a finding: a register that cannot be read does not hold. */
    if (!reg_open(dir, REG_READ, &v.reg, &local) || !run(&v, &local))
        verify_fault(&v, "database", "%s", local.text);
    reg_close(v.reg);
    free(v.item);
    *ret_ok = v.ok;
    return true;
}
