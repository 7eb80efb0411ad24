/* What pages and the command line ask of the register. */
#include "schemas/base/err.h"
#include "schemas/register/blob.h"
#include "schemas/register/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 500
#define JSON_MAX (4u << 20) /* bytes of a kept sheet.json or screening.json */
#define ITEM_FILES_MAX 4096 /* more than intake ever keeps of one sheet */
#define ITEM_EVENTS_MAX 100000

static void read_row(sqlite3_stmt *stmt, struct reg_row *ret)
{
    *ret = (struct reg_row){0};
    ret->row = sqlite3_column_int64(stmt, 0);
    ret->item = sqlite3_column_int64(stmt, 1);
    COLUMN_COPY(stmt, 2, ret->sheet_id);
    COLUMN_COPY(stmt, 3, ret->batch);
    ret->seq = sqlite3_column_int(stmt, 4);
    COLUMN_COPY(stmt, 5, ret->captured);
    COLUMN_COPY(stmt, 6, ret->recorded);
    int verdict = sqlite3_column_int(stmt, 7);
    ret->verdict =
        verdict >= 0 && verdict <= VERDICT_UNSURE ? (enum verdict_class)verdict : VERDICT_UNSURE;
    ret->is_return = sqlite3_column_int(stmt, 8) != 0;
    COLUMN_COPY(stmt, 9, ret->country);
    COLUMN_COPY(stmt, 10, ret->operator_);
    COLUMN_COPY(stmt, 11, ret->return_reason);
    COLUMN_COPY(stmt, 12, ret->template_name);
    COLUMN_COPY(stmt, 13, ret->reasons);
    COLUMN_COPY(stmt, 14, ret->preview_sha256);
    ret->seconds = sqlite3_column_double(stmt, 15);
}

bool reg_list(struct reg *reg, const struct reg_query *query, struct reg_row *ret, int *ret_n,
              struct err *err)
{
    if (query->limit < 1 || query->limit > LIST_MAX || query->before < 0 ||
        query->verdict > VERDICT_UNSURE)
        return err_set(err, "a list has 1 to %d rows and a known verdict", LIST_MAX);
    enum sql_id id = query->batch[0]       ? SQL_list_batch
                     : query->verdict >= 0 ? SQL_list_verdict
                     : query->only_items   ? SQL_list_items
                                           : SQL_list_all;
    sqlite3_stmt *stmt = db_sql(reg, id);
    bind_int(stmt, 1, query->before ? query->before : INT64_MAX);
    bind_int(stmt, 2, query->verdict);
    bind_int(stmt, 3, query->only_items);
    bind_text(stmt, 4, query->batch);
    bind_int(stmt, 5, query->limit);
    int n = 0;
    enum db_step step;
    while ((step = db_next(reg, stmt, err)) == DB_ROW && n < query->limit)
        read_row(stmt, &ret[n++]);
    if (step == DB_FAILED)
        return false;
    *ret_n = n;
    return true;
}

bool reg_counts(struct reg *reg, struct reg_counts *ret, struct err *err)
{
    struct reg_counts counts = {0};
    sqlite3_stmt *stmt = db_sql(reg, SQL_batch_sums);
    if (!db_row(reg, stmt, "no counts", err))
        return false;
    for (int i = 0; i < 4; i++) {
        counts.by_verdict[i] = sqlite3_column_int64(stmt, i);
        counts.total += counts.by_verdict[i];
    }
    counts.returned = sqlite3_column_int64(stmt, 4);
    counts.batches = sqlite3_column_int64(stmt, 5);
    db_done(stmt);
    stmt = db_sql(reg, SQL_sheet_newest);
    if (!db_row(reg, stmt, "no rows", err))
        return false;
    counts.newest_row = sqlite3_column_int64(stmt, 0);
    db_done(stmt);
    *ret = counts;
    return true;
}

static bool read_item_row(struct reg *reg, int64_t item, struct reg_row *ret, struct err *err)
{
    char missing[64];
    snprintf(missing, sizeof missing, "there is no item %lld in the register", (long long)item);
    sqlite3_stmt *stmt = db_sql(reg, SQL_sheet_by_item);
    bind_int(stmt, 1, item);
    bool ok = db_row(reg, stmt, missing, err);
    if (ok)
        read_row(stmt, ret);
    db_done(stmt);
    return ok;
}

static bool read_files(struct reg *reg, int64_t item, struct reg_item *ret, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_file_list);
    bind_int(stmt, 1, item);
    enum db_step step;
    while ((step = db_next(reg, stmt, err)) == DB_ROW && ret->n_files < ITEM_FILES_MAX) {
        struct reg_file *more = realloc(ret->file, (size_t)(ret->n_files + 1) * sizeof *ret->file);
        if (!more) {
            db_done(stmt);
            return err_set(err, "out of memory");
        }
        ret->file = more;
        struct reg_file *file = &ret->file[ret->n_files++];
        *file = (struct reg_file){.size = sqlite3_column_int64(stmt, 5)};
        COLUMN_COPY(stmt, 0, file->role);
        COLUMN_COPY(stmt, 1, file->name);
        COLUMN_COPY(stmt, 2, file->sha256);
        COLUMN_COPY(stmt, 3, file->sha256_pixels);
        COLUMN_COPY(stmt, 4, file->mime);
    }
    db_done(stmt);
    return step != DB_FAILED;
}

/* The actor stands in the entry only. */
static void read_actor(const char *json, char *ret, size_t n)
{
    json_t *entry = json_loads(json, 0, NULL);
    const char *actor = json_string_value(json_object_get(entry, "actor"));
    snprintf(ret, n, "%s", actor ? actor : "");
    json_decref(entry);
}

static bool read_events(struct reg *reg, int64_t item, struct reg_item *ret, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_item);
    bind_int(stmt, 1, item);
    enum db_step step;
    while ((step = db_next(reg, stmt, err)) == DB_ROW && ret->n_events < ITEM_EVENTS_MAX) {
        struct reg_event *more =
            realloc(ret->event, (size_t)(ret->n_events + 1) * sizeof *ret->event);
        size_t n = (size_t)sqlite3_column_bytes(stmt, 4);
        char *json = malloc(n + 1);
        if (more)
            ret->event = more;
        if (!more || !json) {
            free(json);
            db_done(stmt);
            return err_set(err, "out of memory");
        }
        if (n)
            memcpy(json, sqlite3_column_blob(stmt, 4), n);
        json[n] = '\0';
        struct reg_event *event = &ret->event[ret->n_events++];
        *event = (struct reg_event){.seq = sqlite3_column_int64(stmt, 0), .json = json};
        COLUMN_COPY(stmt, 1, event->time);
        COLUMN_COPY(stmt, 2, event->type);
        const uint8_t *leaf = column_hash(stmt, 3);
        if (leaf)
            hex_encode(leaf, SHA256_SIZE, event->leaf);
        read_actor(json, event->actor, sizeof event->actor);
    }
    db_done(stmt);
    return step != DB_FAILED;
}

static bool read_blob_json(struct reg *reg, const struct reg_item *item, const char *role,
                           struct buf *ret, struct err *err)
{
    char path[PATH_SIZE];
    for (int i = 0; i < item->n_files; i++)
        if (strcmp(item->file[i].role, role) == 0 && item->file[i].sha256[0])
            return blob_path(reg->dir, item->file[i].sha256, path, err) &&
                   file_read(path, JSON_MAX, ret, err);
    return err_set(err, "item %lld has no %s file any more", (long long)item->row.item, role);
}

static bool read_shapes(struct reg *reg, struct reg_item *item, struct err *err)
{
    struct buf text = {0};
    bool ok = read_blob_json(reg, item, "sheet", &text, err) &&
              sheet_from_json(text.data, text.len, &item->sheet, err);
    buf_clear(&text);
    ok = ok && read_blob_json(reg, item, "screening", &text, err) &&
         screening_from_json(text.data, text.len, &item->screening, err);
    if (ok && item->screening.error[0]) {
        char why[sizeof item->screening.error];
        memcpy(why, item->screening.error, sizeof why);
        screening_not_screened(&item->screening, item->row.sheet_id, why);
    }
    buf_finish(&text);
    return ok;
}

bool reg_item(struct reg *reg, int64_t item, struct reg_item *ret, struct err *err)
{
    struct reg_item *read = calloc(1, sizeof *read);
    if (!read)
        return err_set(err, "out of memory");
    bool ok = read_item_row(reg, item, &read->row, err) && read_files(reg, item, read, err) &&
              read_events(reg, item, read, err) && read_shapes(reg, read, err);
    if (ok)
        *ret = *read;
    else
        reg_item_finish(read);
    free(read);
    return ok;
}

void reg_item_finish(struct reg_item *item)
{
    for (int i = 0; i < item->n_events; i++)
        free(item->event[i].json);
    free(item->event);
    free(item->file);
    *item = (struct reg_item){0};
}

bool reg_item_neighbours(struct reg *reg, int64_t item, int64_t *ret_older, int64_t *ret_newer,
                         struct err *err)
{
    int64_t found[2];
    const enum sql_id ids[2] = {SQL_item_older, SQL_item_newer};
    for (int i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = db_sql(reg, ids[i]);
        bind_int(stmt, 1, item);
        if (!db_row(reg, stmt, "no items", err))
            return false;
        found[i] = sqlite3_column_int64(stmt, 0);
        db_done(stmt);
    }
    *ret_older = found[0];
    *ret_newer = found[1];
    return true;
}

bool reg_blob_path(struct reg *reg, const char *sha256_hex, char ret_path[], size_t n,
                   char ret_mime[32], struct err *err)
{
    char path[PATH_SIZE];
    if (!blob_path(reg->dir, sha256_hex, path, err))
        return false;
    sqlite3_stmt *stmt = db_sql(reg, SQL_opening_mime);
    bind_text(stmt, 1, sha256_hex);
    bool ok = db_row(reg, stmt, "the register has no such file", err) &&
              (strlen(path) < n || err_set(err, "the path %s is too long", path));
    if (ok) {
        memcpy(ret_path, path, strlen(path) + 1);
        column_copy(stmt, 0, ret_mime, 32);
    }
    db_done(stmt);
    return ok;
}

bool reg_checkpoint(struct reg *reg, struct reg_checkpoint *ret, struct err *err)
{
    struct reg_checkpoint checkpoint = {0};
    struct key key;
    struct tree_head head;
    if (!key_read_public(reg->dir, &key, err))
        return false;
    sqlite3_stmt *stmt = db_sql(reg, SQL_checkpoint_last);
    if (!db_row(reg, stmt, "the register has no checkpoint yet; start postwachtd once", err))
        return false;
    bool fits = strlen(column_text(stmt, 2)) < sizeof checkpoint.text;
    COLUMN_COPY(stmt, 2, checkpoint.text);
    db_done(stmt);
    if (!fits || !checkpoint_read(checkpoint.text, strlen(checkpoint.text), &key, &head, err))
        return fits ? false : err_set(err, "the newest checkpoint is too long");
    memcpy(checkpoint.origin, head.origin, sizeof checkpoint.origin);
    checkpoint.size = head.size;
    hex_encode(head.root, sizeof head.root, checkpoint.root_hex);
    struct buf root = {0};
    base64_append(&root, head.root, sizeof head.root);
    if (!buf_ok(&root, err))
        return false;
    snprintf(checkpoint.root_base64, sizeof checkpoint.root_base64, "%s", root.data);
    buf_finish(&root);
    key_fingerprint(&key, checkpoint.key_fingerprint);
    stmt = db_sql(reg, SQL_log_time_at);
    bind_int(stmt, 1, head.size - 1);
    if (!db_row(reg, stmt, "the log is shorter than its checkpoint", err))
        return false;
    COLUMN_COPY(stmt, 0, checkpoint.time);
    db_done(stmt);
    *ret = checkpoint;
    return true;
}
