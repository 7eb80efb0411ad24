#include "schemas/register/verify.h"

#include "schemas/base/err.h"
#include "schemas/register/blob.h"
#include "schemas/register/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool same(const json_t *object, const char *key, const char *text)
{
    return strcmp(text_at(object, key), text) == 0;
}

/* A file that an entry commits to: its row repeats the entry, and its opening is there. */
static bool check_file(struct verify *v, int64_t idx, int64_t item, const json_t *file,
                       const char *pixels, struct err *err)
{
    uint8_t commitment[SHA256_SIZE];
    v->files++;
    if (!hex_decode(text_at(file, "commitment"), commitment, sizeof commitment)) {
        verify_fault(v, "items", "entry %lld names a file without commitment", (long long)idx);
        return true;
    }
    sqlite3_stmt *stmt = db_sql(v->reg, SQL_file_find);
    bind_int(stmt, 1, item);
    bind_blob(stmt, 2, commitment, sizeof commitment);
    enum db_step step = db_next(v->reg, stmt, err);
    if (step == DB_DONE ||
        (step == DB_ROW &&
         (sqlite3_column_int64(stmt, 0) != idx || !same(file, "role", column_text(stmt, 1)) ||
          !same(file, "name", column_text(stmt, 2)) || strcmp(pixels, column_text(stmt, 3)) != 0)))
        verify_fault(v, "items", "item %lld: the row of file %s is not what entry %lld says",
                     (long long)item, text_at(file, "name"), (long long)idx);
    db_done(stmt);
    if (step == DB_FAILED)
        return false;
    stmt = db_sql(v->reg, SQL_opening_find);
    bind_blob(stmt, 1, commitment, sizeof commitment);
    step = db_next(v->reg, stmt, err);
    if (step == DB_DONE)
        verify_fault(v, "items", "item %lld: file %s is gone, and no entry says why",
                     (long long)item, text_at(file, "name"));
    else if (step == DB_ROW &&
             sqlite3_column_int64(stmt, 0) != json_integer_value(json_object_get(file, "size")))
        verify_fault(v, "items", "item %lld: file %s has another size than entry %lld says",
                     (long long)item, text_at(file, "name"), (long long)idx);
    db_done(stmt);
    return step != DB_FAILED;
}

static bool check_received(struct verify *v, int64_t item, const json_t *data, struct err *err)
{
    struct reg_item *read = calloc(1, sizeof *read);
    if (!read)
        return err_set(err, "out of memory");
    v->received++;
    struct err why;
    if (!reg_item(v->reg, item, read, &why)) {
        verify_fault(v, "items", "item %lld: %s", (long long)item, why.text);
    } else {
        const struct sheet *sheet = &read->sheet;
        const struct reg_row *row = &read->row;
        json_int_t seq = json_integer_value(json_object_get(data, "seq"));
        if (!same(data, "sheet", row->sheet_id) || !same(data, "batch", row->batch) ||
            !same(data, "captured", row->captured) || seq != row->seq ||
            strcmp(sheet->id, row->sheet_id) != 0 || strcmp(sheet->batch, row->batch) != 0 ||
            sheet->seq != row->seq)
            verify_fault(v, "items", "item %lld: its row is not what was received",
                         (long long)item);
    }
    reg_item_finish(read);
    free(read);
    return true;
}

/* The preview that the row shows must be the file of that name. */
static const char *preview_of(const struct reg_item *item)
{
    const char *name = item->screening.preview[SIDE_FRONT];
    for (int i = 0; *name && i < item->n_files; i++)
        if (strcmp(item->file[i].role, "preview") == 0 &&
            strcmp(path_base(item->file[i].name), name) == 0)
            return item->file[i].sha256;
    return "";
}

static bool row_matches(const struct reg_item *item, const json_t *data, const char *time)
{
    const struct reg_row *row = &item->row;
    const struct screening *screening = &item->screening;
    const json_t *returned = json_object_get(data, "returned");
    char reasons[sizeof row->reasons];
    record_join_reasons(screening, reasons, sizeof reasons);
    return same(data, "class", verdict_names[row->verdict]) && strcmp(row->recorded, time) == 0 &&
           same(data, "template", row->template_name) && same(returned, "country", row->country) &&
           same(returned, "operator", row->operator_) &&
           same(returned, "reason", row->return_reason) &&
           json_is_true(json_object_get(returned, "is_return")) == row->is_return &&
           row->verdict == screening->verdict && strcmp(row->reasons, reasons) == 0 &&
           strcmp(row->preview_sha256, preview_of(item)) == 0 &&
           fabs(row->seconds - record_total_seconds(screening)) < 1e-3;
}

static bool check_screening(struct verify *v, int64_t item, const char *time, const json_t *data,
                            struct err *err)
{
    struct reg_item *read = calloc(1, sizeof *read);
    if (!read)
        return err_set(err, "out of memory");
    if (reg_item(v->reg, item, read, NULL) && !row_matches(read, data, time))
        verify_fault(v, "items", "item %lld: its row is not what the screening found",
                     (long long)item);
    reg_item_finish(read);
    free(read);
    return true;
}

/* The newest end of a batch must be the one its row points to, with the counts that it has. */
static bool check_batch(struct verify *v, int64_t idx, const json_t *data, struct err *err)
{
    static const char *const keys[5] = {"genuine", "imitation", "other", "unsure", "returned"};
    sqlite3_stmt *stmt = db_sql(v->reg, SQL_batch_get);
    bind_text(stmt, 1, text_at(data, "batch"));
    enum db_step step = db_next(v->reg, stmt, err);
    bool fits = step == DB_ROW && sqlite3_column_int64(stmt, 5) >= idx;
    if (fits && sqlite3_column_int64(stmt, 5) == idx) {
        json_int_t sheets = json_integer_value(json_object_get(data, "sheets"));
        int64_t now = 0;
        for (int i = 0; i < 4; i++)
            now += sqlite3_column_int64(stmt, i);
        fits = sheets == sqlite3_column_int64(stmt, 6);
        for (int i = 0; i < 5; i++) {
            json_int_t logged = json_integer_value(json_object_get(data, keys[i]));
            int64_t count = sqlite3_column_int64(stmt, i);
            fits = fits && (now == sheets ? count == logged : count >= logged);
        }
    }
    if (!fits && step != DB_FAILED)
        verify_fault(v, "items", "batch %s: its counts are not what entry %lld says",
                     text_at(data, "batch"), (long long)idx);
    db_done(stmt);
    return step != DB_FAILED;
}

/* The setting that an entry changed stands at that entry or a later one. */
static bool check_setting_change(struct verify *v, int64_t idx, const json_t *data, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(v->reg, SQL_setting_idx);
    bind_text(stmt, 1, text_at(data, "key"));
    enum db_step step = db_next(v->reg, stmt, err);
    if (step == DB_DONE || (step == DB_ROW && sqlite3_column_int64(stmt, 0) < idx))
        verify_fault(v, "items", "setting %s is not what entry %lld changed it to",
                     text_at(data, "key"), (long long)idx);
    db_done(stmt);
    return step != DB_FAILED;
}

bool verify_projection(struct verify *v, int64_t idx, int64_t item, const char *type,
                       const char *time, const json_t *data, struct err *err)
{
    const json_t *file = json_object_get(data, "file"), *files = json_object_get(data, "files");
    int log_faults = v->faults;
    v->faults = v->item_faults;
    bool ok = true;
    if (item && file)
        ok = check_file(v, idx, item, file, text_at(data, "sha256_pixels"), err);
    for (size_t i = 0; ok && item && i < json_array_size(files); i++)
        ok = check_file(v, idx, item, json_array_get(files, i), "", err);
    if (ok && strcmp(type, "item.received") == 0)
        ok = check_received(v, item, data, err);
    else if (ok && strcmp(type, "screening.recorded") == 0)
        ok = check_screening(v, item, time, data, err);
    else if (ok && strcmp(type, "screening.batch") == 0)
        ok = check_batch(v, idx, data, err);
    else if (ok && strcmp(type, "setting.changed") == 0)
        ok = check_setting_change(v, idx, data, err);
    v->item_faults = v->faults;
    v->faults = log_faults;
    return ok;
}

static bool count_of(struct verify *v, enum sql_id id, int64_t *ret, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(v->reg, id);
    bool ok = db_row(v->reg, stmt, "no count", err);
    if (ok)
        *ret = sqlite3_column_int64(stmt, 0);
    db_done(stmt);
    return ok;
}

/* A setting against the commitment in its entry, and the newest setting.changed points to it. */
static bool check_settings(struct verify *v, struct err *err)
{
    sqlite3_stmt *row = db_sql(v->reg, SQL_setting_all);
    enum db_step step;
    while ((step = db_next(v->reg, row, err)) == DB_ROW) {
        uint8_t digest[SHA256_SIZE], commitment[SHA256_SIZE];
        char hex[SHA256_HEX_SIZE];
        const char *value = column_text(row, 1);
        const uint8_t *salt = column_hash(row, 2);
        sha256_bytes(value, strlen(value), digest);
        hex_encode(digest, sizeof digest, hex);
        bool holds = salt && blob_commitment(salt, hex, commitment);
        hex_encode(commitment, sizeof commitment, hex);
        sqlite3_stmt *log = db_sql(v->reg, SQL_log_entry);
        bind_int(log, 1, sqlite3_column_int64(row, 3));
        json_t *entry = NULL;
        if (db_next(v->reg, log, NULL) == DB_ROW)
            entry = json_loadb(sqlite3_column_blob(log, 0), (size_t)sqlite3_column_bytes(log, 0), 0,
                               NULL);
        db_done(log);
        const json_t *data = json_object_get(entry, "data");
        if (!holds || !same(data, "key", column_text(row, 0)) || !same(data, "commitment", hex))
            verify_fault(v, "items", "setting %s is not what the log committed to",
                         column_text(row, 0));
        json_decref(entry);
    }
    return step == DB_DONE;
}

bool verify_totals(struct verify *v, struct err *err)
{
    int64_t items, files, wrong, lost;
    if (!count_of(v, SQL_item_count, &items, err) || !count_of(v, SQL_file_count, &files, err) ||
        !count_of(v, SQL_batch_wrong, &wrong, err) ||
        !count_of(v, SQL_sheet_without_batch, &lost, err))
        return false;
    v->faults = v->item_faults;
    if (items != v->received)
        verify_fault(v, "items", "%lld items are listed, the log received %lld", (long long)items,
                     (long long)v->received);
    if (files != v->files)
        verify_fault(v, "items", "%lld files are listed, the log names %lld", (long long)files,
                     (long long)v->files);
    if (wrong || lost)
        verify_fault(v, "items", "%lld batches do not count the sheets they have",
                     (long long)(wrong ? wrong : lost));
    if (!check_settings(v, err))
        return false;
    verify_section(v, "items", "%lld items and %lld files are what the log says",
                   (long long)v->received, (long long)v->files);
    return true;
}

bool verify_blobs(struct verify *v, struct err *err)
{
    sqlite3_stmt *row = db_sql(v->reg, SQL_opening_all);
    enum db_step step;
    long long n = 0, bytes = 0;
    while ((step = db_next(v->reg, row, err)) == DB_ROW) {
        const uint8_t *commitment = column_hash(row, 0), *salt = column_hash(row, 1);
        const char *sha256 = column_text(row, 2);
        uint8_t digest[SHA256_SIZE];
        char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
        struct err why;
        struct stat st;
        n++;
        if (!commitment || !salt || !blob_commitment(salt, sha256, digest) ||
            memcmp(digest, commitment, sizeof digest) != 0) {
            verify_fault(v, "blobs", "the opening of %.16s... does not fit its commitment", sha256);
            continue;
        }
        if (!blob_path(v->reg->dir, sha256, path, &why) || !sha256_file(path, digest, &why) ||
            stat(path, &st) != 0) {
            verify_fault(v, "blobs", "%s", why.text);
            continue;
        }
        hex_encode(digest, sizeof digest, hex);
        bytes += st.st_size;
        if (strcmp(hex, sha256) != 0 || st.st_size != sqlite3_column_int64(row, 3))
            verify_fault(v, "blobs", "%s was altered", path);
    }
    if (step == DB_FAILED)
        return false;
    if (n != v->files)
        verify_fault(v, "blobs", "%lld openings for the %lld files that the log names", n,
                     (long long)v->files);
    verify_section(v, "blobs", "%lld files, %lld bytes, every hash holds", n, bytes);
    return true;
}
