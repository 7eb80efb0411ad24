#include "schemas/register/log.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/register/canonical.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ENTRY_VERSION 1
#define ACTOR "postwacht/" POSTWACHT_VERSION
#define ORIGIN_PREFIX "postwacht/register/"
#define ORIGIN_RANDOM 8 /* bytes that make two registers' origins differ */
#define STEP_MS 2000    /* a clock this far behind the newest entry was set back, not slewed */

static json_t *clock_data(int64_t now_ms, int64_t behind_ms)
{
    char now[CLOCK_TEXT_SIZE];
    clock_format(now_ms, now);
    return json_pack("{s:s, s:I}", "clock", now, "behind_ms", (json_int_t)behind_ms);
}

/* No entry is older than the one before it. A clock that was set back is itself an entry, once, and
 * the log's time stands still until the clock has caught up. */
static bool entry_time(struct reg *reg, const char *type, int64_t *ret_ms, struct err *err)
{
    int64_t now = clock_now_ms();
    int64_t behind = reg->last_time_ms - now;
    if (behind <= 0) {
        reg->clock_behind = false;
        *ret_ms = now;
        return true;
    }
    *ret_ms = reg->last_time_ms;
    if (behind < STEP_MS || reg->clock_behind || strcmp(type, "clock.stepped") == 0)
        return true;
    reg->clock_behind = true;
    return log_append(reg, "clock.stepped", 0, clock_data(now, behind), NULL, err);
}

/* How many entries the item has, and the leaf of its newest. */
static bool item_tail(struct reg *reg, int64_t item, int64_t *ret_n, char ret_leaf[SHA256_HEX_SIZE],
                      struct err *err)
{
    *ret_n = 0;
    ret_leaf[0] = '\0';
    if (item == 0)
        return true;
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_item_last);
    bind_int(stmt, 1, item);
    enum db_step step = db_next(reg, stmt, err);
    if (step == DB_ROW) {
        const uint8_t *leaf = column_hash(stmt, 1);
        *ret_n = sqlite3_column_int64(stmt, 0);
        if (leaf)
            hex_encode(leaf, SHA256_SIZE, ret_leaf);
        db_done(stmt);
    }
    return step != DB_FAILED;
}

static bool insert_entry(struct reg *reg, const char *type, int64_t item, int64_t item_n,
                         const char *time, const struct buf *entry, struct err *err)
{
    uint8_t leaf[SHA256_SIZE];
    merkle_leaf(entry->data, entry->len, leaf);
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_add);
    bind_int(stmt, 1, (int64_t)reg->growing.size);
    if (item)
        bind_int(stmt, 2, item);
    bind_int(stmt, 3, item_n);
    bind_text(stmt, 4, type);
    bind_text(stmt, 5, time);
    bind_blob(stmt, 6, leaf, sizeof leaf);
    bind_blob(stmt, 7, entry->data, entry->len);
    if (!db_run(reg, stmt, err))
        return false;
    merkle_append(&reg->growing, leaf);
    return true;
}

bool log_append(struct reg *reg, const char *type, int64_t item, json_t *data, int64_t *ret_idx,
                struct err *err)
{
    int64_t item_n, time_ms;
    char item_prev[SHA256_HEX_SIZE], time[CLOCK_TEXT_SIZE], boot[37];
    if (!data)
        return err_set(err, "out of memory");
    if (!entry_time(reg, type, &time_ms, err) || !item_tail(reg, item, &item_n, item_prev, err)) {
        json_decref(data);
        return false;
    }
    clock_format(time_ms, time);
    clock_boot_id(boot);
    item_n += item ? 1 : 0;
    json_t *object = json_pack(
        "{s:i, s:I, s:s, s:s, s:I, s:b, s:s, s:s, s:I, s:I, s:s, s:o}", "v", ENTRY_VERSION, "seq",
        (json_int_t)reg->growing.size, "time", time, "boot", boot, "mono_ms",
        (json_int_t)clock_mono_ms(), "synced", clock_synced(), "actor", ACTOR, "type", type, "item",
        (json_int_t)item, "item_n", (json_int_t)item_n, "item_prev", item_prev, "data", data);
    if (!object)
        return err_set(err, "out of memory");
    struct buf entry = {0};
    int64_t idx = (int64_t)reg->growing.size;
    bool ok = canonical_json(object, &entry, err) &&
              insert_entry(reg, type, item, item_n, time, &entry, err);
    if (ok)
        reg->last_time_ms = time_ms;
    if (ok && ret_idx)
        *ret_idx = idx;
    json_decref(object);
    buf_finish(&entry);
    return ok;
}

static bool store_checkpoint(struct reg *reg, const struct tree_head *head, struct err *err)
{
    struct buf note = {0};
    checkpoint_write(head, &reg->key, &note);
    sqlite3_stmt *stmt = db_sql(reg, SQL_checkpoint_add);
    bind_int(stmt, 1, head->size);
    bind_blob(stmt, 2, head->root, sizeof head->root);
    bind_text(stmt, 3, note.data);
    bool ok = buf_ok(&note, err) && db_run(reg, stmt, err);
    db_done(stmt);
    buf_finish(&note);
    return ok;
}

/* Checkpoint, then high-water file; each is made up for by the next call when it failed. */
static bool seal(struct reg *reg, struct err *err)
{
    struct tree_head head = {.size = (int64_t)reg->tree.size};
    memcpy(head.origin, reg->origin, sizeof head.origin);
    merkle_root(&reg->tree, head.root);
    if (head.size != reg->signed_size) {
        if (!store_checkpoint(reg, &head, err))
            return err_context(err, "cannot sign the log");
        reg->signed_size = head.size;
    }
    if (head.size != reg->marked_size) {
        if (!high_water_write(reg->dir, &head, err))
            return false;
        reg->marked_size = head.size;
    }
    return true;
}

bool log_begin(struct reg *reg, struct err *err)
{
    if (reg->mode != REG_WRITE)
        return err_set(err, "the register in %s is open for reading only", reg->dir);
    if (reg->broken)
        return err_set(err, "a write to the register in %s failed; open it again", reg->dir);
    if (reg->tree.size > 0 && !seal(reg, err)) /* an empty log has nothing to sign */
        return false;
    if (!db_run(reg, db_sql(reg, SQL_begin_write), err))
        return false;
    reg->growing = reg->tree;
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_size);
    bool ok = db_row(reg, stmt, "the log has no size", err);
    int64_t size = ok ? sqlite3_column_int64(stmt, 0) : 0;
    db_done(stmt);
    if (ok && size != (int64_t)reg->tree.size)
        ok = err_set(err, "the log in %s was changed by another program; run postwacht verify",
                     reg->dir);
    if (!ok)
        log_rollback(reg);
    return ok;
}

void log_rollback(struct reg *reg)
{
    if (!sqlite3_get_autocommit(reg->db) && !db_run(reg, db_sql(reg, SQL_rollback), NULL))
        reg->broken = true;
    reg->clock_behind = false; /* its entry may be among what is gone */
}

bool log_commit(struct reg *reg, struct err *err)
{
    if (!db_run(reg, db_sql(reg, SQL_commit), err)) {
        log_rollback(reg);
        reg->broken = true; /* an I/O error: the disk may hold either state */
        return false;
    }
    reg->tree = reg->growing;
    return seal(reg, err);
}

/* Walks the log once: every leaf from its entry's bytes, and the roots at two sizes on the way. */
static bool rebuild_tree(struct reg *reg, struct tree_head *at_checkpoint,
                         struct tree_head *at_high_water, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_all);
    enum db_step step;
    char time[CLOCK_TEXT_SIZE] = "";
    while ((step = db_next(reg, stmt, err)) == DB_ROW) {
        uint8_t leaf[SHA256_SIZE];
        const uint8_t *stored = column_hash(stmt, 5);
        merkle_leaf(sqlite3_column_blob(stmt, 6), (size_t)sqlite3_column_bytes(stmt, 6), leaf);
        if (sqlite3_column_int64(stmt, 0) != (int64_t)reg->tree.size || !stored ||
            memcmp(leaf, stored, sizeof leaf) != 0) {
            db_done(stmt);
            return err_set(err,
                           "log entry %llu in %s was altered; run postwacht verify and restore "
                           "a backup",
                           (unsigned long long)reg->tree.size, reg->dir);
        }
        COLUMN_COPY(stmt, 4, time);
        merkle_append(&reg->tree, leaf);
        if ((int64_t)reg->tree.size == at_checkpoint->size)
            merkle_root(&reg->tree, at_checkpoint->root);
        if ((int64_t)reg->tree.size == at_high_water->size)
            merkle_root(&reg->tree, at_high_water->root);
    }
    if (step == DB_FAILED)
        return false;
    return clock_parse(time, &reg->last_time_ms) ||
           err_set(err, "the newest log entry in %s has no time", reg->dir);
}

static bool newest_checkpoint(struct reg *reg, struct tree_head *ret, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_checkpoint_last);
    enum db_step step = db_next(reg, stmt, err);
    bool ok = step != DB_FAILED;
    if (step == DB_ROW) {
        const char *note = column_text(stmt, 2);
        ok = checkpoint_read(note, strlen(note), &reg->key, ret, err);
        db_done(stmt);
        if (ok && strcmp(ret->origin, reg->origin) != 0)
            ok = err_set(err, "the newest checkpoint is of another register");
    }
    return ok || err_context(err, "register in %s", reg->dir);
}

/* What a crash between commit and signature leaves: signed now, and said in the log. */
static bool recover(struct reg *reg, struct err *err)
{
    json_t *data = json_pack("{s:I, s:I}", "signed", (json_int_t)reg->signed_size, "unsigned",
                             (json_int_t)reg->tree.size - reg->signed_size);
    if (!seal(reg, err) || !log_begin(reg, err)) {
        json_decref(data);
        return false;
    }
    if (!log_append(reg, "log.recovered", 0, data, NULL, err)) {
        log_rollback(reg);
        return false;
    }
    return log_commit(reg, err);
}

bool log_load(struct reg *reg, struct err *err)
{
    uint8_t public_[KEY_PUBLIC_SIZE];
    struct tree_head signed_head = {0}, high = {0};
    bool found = false;
    if (!log_identity(reg, reg->origin, public_, err))
        return false;
    if (memcmp(public_, reg->key.public_, sizeof public_) != 0)
        return err_set(err,
                       "the key in %s/" KEYS_DIR " is not the one this register began with; "
                       "restore the key from a backup",
                       reg->dir);
    if (!newest_checkpoint(reg, &signed_head, err) ||
        !high_water_read(reg->dir, &found, &high, err))
        return false;
    struct tree_head at_signed = signed_head, at_high = high;
    if (!rebuild_tree(reg, &at_signed, &at_high, err))
        return false;
    int64_t size = (int64_t)reg->tree.size;
    if (size < high.size || signed_head.size < high.size)
        return err_set(err,
                       "the register in %s holds %lld signed entries but had %lld before: the "
                       "database was put back to an older copy; restore the newest backup",
                       reg->dir, (long long)signed_head.size, (long long)high.size);
    if (size < signed_head.size || memcmp(at_signed.root, signed_head.root, SHA256_SIZE) != 0 ||
        memcmp(at_high.root, high.root, SHA256_SIZE) != 0)
        return err_set(err,
                       "the log in %s does not match its signed checkpoint; run postwacht "
                       "verify and restore a backup",
                       reg->dir);
    if (!found && signed_head.size > 1)
        return err_set(err, "%s/" HIGH_WATER_FILE " is missing; restore it from a backup",
                       reg->dir);
    reg->signed_size = signed_head.size;
    reg->marked_size = high.size;
    return signed_head.size < size ? recover(reg, err) : seal(reg, err);
}

bool log_genesis(struct reg *reg, struct err *err)
{
    uint8_t random[ORIGIN_RANDOM];
    char hex[2 * ORIGIN_RANDOM + 1], public_[2 * KEY_PUBLIC_SIZE + 1];
    randombytes_buf(random, sizeof random);
    hex_encode(random, sizeof random, hex);
    hex_encode(reg->key.public_, sizeof reg->key.public_, public_);
    snprintf(reg->origin, sizeof reg->origin, ORIGIN_PREFIX "%s", hex);
    if (!log_begin(reg, err))
        return false;
    json_t *data = json_pack("{s:s, s:s, s:s, s:s}", "schema", "postwacht/log/1", "origin",
                             reg->origin, "public_key", public_, "software", POSTWACHT_VERSION);
    if (!log_append(reg, "log.genesis", 0, data, NULL, err)) {
        log_rollback(reg);
        return false;
    }
    return log_commit(reg, err);
}

/* The data of the newest entry of a type, or NULL when there is none (or err says why not). */
static json_t *newest_data(struct reg *reg, const char *type)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_type_last);
    bind_text(stmt, 1, type);
    json_t *data = NULL;
    if (db_next(reg, stmt, NULL) == DB_ROW) {
        json_t *entry = json_loadb(sqlite3_column_blob(stmt, 0),
                                   (size_t)sqlite3_column_bytes(stmt, 0), 0, NULL);
        data = json_incref(json_object_get(entry, "data"));
        json_decref(entry);
    }
    db_done(stmt);
    return data;
}

bool log_identity(struct reg *reg, char ret_origin[ORIGIN_SIZE],
                  uint8_t ret_public[KEY_PUBLIC_SIZE], struct err *err)
{
    json_t *data = newest_data(reg, "log.genesis");
    const char *origin = json_string_value(json_object_get(data, "origin"));
    const char *public_ = json_string_value(json_object_get(data, "public_key"));
    bool ok = origin && *origin && strlen(origin) < ORIGIN_SIZE && !strchr(origin, '\n') &&
              public_ && hex_decode(public_, ret_public, KEY_PUBLIC_SIZE);
    if (ok)
        strcpy(ret_origin, origin);
    else
        err_set(err, "the log in %s does not begin with a genesis entry", reg->dir);
    json_decref(data);
    return ok;
}

bool log_note_software(struct reg *reg, struct err *err)
{
    json_t *data = newest_data(reg, "software.changed");
    if (!data)
        data = newest_data(reg, "log.genesis");
    const char *before = json_string_value(json_object_get(data, "software"));
    bool same = before && strcmp(before, POSTWACHT_VERSION) == 0;
    json_t *change = same ? NULL
                          : json_pack("{s:s, s:s}", "before", before ? before : "", "software",
                                      POSTWACHT_VERSION);
    json_decref(data);
    if (same)
        return true;
    if (!log_begin(reg, err)) {
        json_decref(change);
        return false;
    }
    if (!log_append(reg, "software.changed", 0, change, NULL, err)) {
        log_rollback(reg);
        return false;
    }
    return log_commit(reg, err);
}
