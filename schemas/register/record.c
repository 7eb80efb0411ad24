#include "schemas/register/record.h"

#include "schemas/base/err.h"
#include "schemas/base/text.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool find_recorded(struct reg *reg, const char *sheet_id, struct reg_recorded *ret,
                          struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_sheet_find);
    bind_text(stmt, 1, sheet_id);
    enum db_step step = db_next(reg, stmt, err);
    *ret = (struct reg_recorded){.already = step == DB_ROW};
    if (step == DB_ROW) {
        ret->item = sqlite3_column_int64(stmt, 0);
        ret->verdict = (enum verdict_class)sqlite3_column_int(stmt, 1);
    }
    db_done(stmt);
    return step != DB_FAILED;
}

bool reg_has_sheet(struct reg *reg, const char *sheet_id, bool *ret, struct err *err)
{
    struct reg_recorded recorded;
    if (!find_recorded(reg, sheet_id, &recorded, err))
        return false;
    *ret = recorded.already;
    return true;
}

/* The bytes that arrive must be the ones that were hashed while scanning or archiving. */
static bool check_bytes(struct intake *intake, const struct kept *kept, struct err *err)
{
    const char *expected = "";
    if (strcmp(kept->role, "image") == 0)
        expected = intake->sheet.side[kept->side].sha256_file;
    else if (strcmp(kept->role, "master") == 0)
        expected = intake->screening.master[kept->side].sha256_file;
    intake->refused = expected[0] && strcmp(expected, kept->blob.sha256) != 0;
    return !intake->refused ||
           err_set(err, "%s changed after it was written: its SHA-256 is no longer %.16s...",
                   kept->path, expected);
}

/* Blobs first, each on disk under its own name before anything refers to it. */
static bool store_blobs(struct reg *reg, struct intake *intake, struct err *err)
{
    int n = intake->n_kept;
    struct kept *kept = intake->kept;
    for (int i = 0; i < n; i++) {
        if (!blob_copy(reg->dir, kept[i].path, i, &kept[i].blob, err) ||
            !check_bytes(intake, &kept[i], err))
            return false;
        randombytes_buf(kept[i].salt, sizeof kept[i].salt);
        blob_commitment(kept[i].salt, kept[i].blob.sha256, kept[i].commitment);
    }
    for (int i = 0; i < n; i++)
        if (!blob_settle(reg->dir, i, &kept[i].blob, err))
            return false;
    for (int i = 0; i < n; i++)
        if (!blob_sync(reg->dir, &kept[i].blob, err))
            return false;
    return blob_sync(reg->dir, NULL, err);
}

static bool add_file(struct reg *reg, int64_t item, int n, int64_t idx, const struct kept *kept,
                     struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_opening_add);
    bind_blob(stmt, 1, kept->commitment, sizeof kept->commitment);
    bind_blob(stmt, 2, kept->salt, sizeof kept->salt);
    bind_text(stmt, 3, kept->blob.sha256);
    bind_int(stmt, 4, kept->blob.size);
    bind_text(stmt, 5, kept->blob.mime);
    if (!db_run(reg, stmt, err))
        return false;
    stmt = db_sql(reg, SQL_file_add);
    bind_int(stmt, 1, item);
    bind_int(stmt, 2, n);
    bind_int(stmt, 3, idx);
    bind_text(stmt, 4, kept->role);
    bind_text(stmt, 5, kept->name);
    bind_text(stmt, 6, kept->sha256_pixels);
    bind_blob(stmt, 7, kept->commitment, sizeof kept->commitment);
    return db_run(reg, stmt, err);
}

static bool is_derived(const struct kept *kept)
{
    return strcmp(kept->role, "preview") == 0 || strcmp(kept->role, "crop") == 0;
}

/* The item's entries in the order in which things happened, and its files with the entry that names
 * each. */
static bool append_entries(struct reg *reg, const struct intake *intake, int64_t item,
                           struct err *err)
{
    int64_t received, derived = -1, screened, captured[SIDE_COUNT] = {-1, -1};
    if (!log_append(reg, "item.received", item, entry_received(intake), &received, err))
        return false;
    bool any_derived = false;
    for (int i = 0; i < intake->n_kept; i++) {
        const struct kept *kept = &intake->kept[i];
        any_derived |= is_derived(kept);
        if (kept->side >= 0 &&
            !log_append(reg, "image.captured", item, entry_captured(intake, kept),
                        &captured[kept->side], err))
            return false;
    }
    if (any_derived &&
        !log_append(reg, "image.derived", item, entry_derived(intake), &derived, err))
        return false;
    if (!log_append(reg, "screening.recorded", item, entry_screening(intake), &screened, err))
        return false;
    for (int i = 0; i < intake->n_kept; i++) {
        const struct kept *kept = &intake->kept[i];
        int64_t idx = kept->side >= 0                    ? captured[kept->side]
                      : is_derived(kept)                 ? derived
                      : strcmp(kept->role, "sheet") == 0 ? received
                                                         : screened;
        if (!add_file(reg, item, i + 1, idx, kept, err))
            return false;
    }
    return true;
}

void record_join_reasons(const struct screening *screening, char *ret, size_t n)
{
    size_t used = 0;
    ret[0] = '\0';
    for (int i = 0; i < screening->n_reasons; i++) {
        size_t len = strlen(screening->reason[i]);
        if (used + len + 2 > n)
            return;
        used +=
            (size_t)snprintf(ret + used, n - used, "%s%s", used ? " " : "", screening->reason[i]);
    }
}

static const char *preview_of(const struct intake *intake)
{
    const char *name = intake->screening.preview[SIDE_FRONT];
    for (int i = 0; name[0] && i < intake->n_kept; i++)
        if (strcmp(intake->kept[i].role, "preview") == 0 &&
            strcmp(path_base(intake->kept[i].name), name) == 0)
            return intake->kept[i].blob.sha256;
    return "";
}

double record_total_seconds(const struct screening *screening)
{
    double sum = 0;
    for (int i = 0; i < screening->n_seconds; i++)
        sum += screening->seconds[i].seconds;
    return sum;
}

/* The row in the list of sheets, and the batch's count. Of innocent mail (item 0) stand there its
 * class, reasons and what the post did with it: nothing that was printed or written on it, no image,
 * nobody's name. */
static bool add_sheet(struct reg *reg, const struct intake *intake, int64_t item, struct err *err)
{
    const struct screening *screening = &intake->screening;
    const struct screening_return *returned = &screening->returned;
    char recorded[CLOCK_TEXT_SIZE], reasons[sizeof((struct reg_row *)0)->reasons] = "";
    clock_format(item ? reg->last_time_ms : clock_now_ms(), recorded); /* the entry's time */
    record_join_reasons(screening, reasons, sizeof reasons);
    sqlite3_stmt *stmt = db_sql(reg, SQL_sheet_add);
    if (item)
        bind_int(stmt, 1, item);
    bind_text(stmt, 2, intake->sheet.id);
    bind_text(stmt, 3, intake->sheet.batch);
    bind_int(stmt, 4, intake->sheet.seq);
    bind_text(stmt, 5, intake->sheet.captured);
    bind_text(stmt, 6, recorded);
    bind_int(stmt, 7, screening->verdict);
    bind_int(stmt, 8, returned->is_return);
    bind_text(stmt, 9, returned->country);
    bind_text(stmt, 10, returned->operator_);
    bind_text(stmt, 11, returned->reason);
    bind_text(stmt, 12, item ? screening->template_name : "");
    bind_text(stmt, 13, reasons);
    bind_text(stmt, 14, item ? preview_of(intake) : "");
    sqlite3_bind_double(stmt, 15, record_total_seconds(screening));
    bool ok = db_run(reg, stmt, err);
    db_done(stmt);
    if (!ok)
        return false;
    stmt = db_sql(reg, SQL_batch_count);
    bind_text(stmt, 1, intake->sheet.batch);
    bind_int(stmt, 2, screening->verdict);
    bind_int(stmt, 3, screening->returned.is_return);
    return db_run(reg, stmt, err);
}

static bool next_item(struct reg *reg, int64_t *ret, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_size);
    bool ok = db_row(reg, stmt, "the log has no size", err);
    if (ok)
        *ret = sqlite3_column_int64(stmt, 1) + 1;
    db_done(stmt);
    return ok;
}

static bool record(struct reg *reg, struct intake *intake, struct reg_recorded *ret,
                   struct err *err)
{
    bool keeps = intake->screening.verdict != VERDICT_OTHER;
    int64_t item = 0;
    if (keeps && !store_blobs(reg, intake, err)) {
        blob_sweep(reg->dir, NULL);
        return false;
    }
    if (!log_begin(reg, err))
        return false;
    bool ok = (!keeps || (next_item(reg, &item, err) && append_entries(reg, intake, item, err))) &&
              add_sheet(reg, intake, item, err);
    if (!ok) {
        log_rollback(reg);
        return false;
    }
    if (!log_commit(reg, err))
        return false;
    *ret = (struct reg_recorded){.item = item, .verdict = intake->screening.verdict};
    return true;
}

bool reg_record_sheet(struct reg *reg, const char *sheet_dir, struct reg_recorded *ret,
                      struct err *err)
{
    struct intake *intake = calloc(1, sizeof *intake);
    struct reg_recorded found = {0};
    bool ok = intake || err_set(err, "out of memory");
    ok = ok && intake_read(sheet_dir, intake, err) &&
         find_recorded(reg, intake->sheet.id, &found, err);
    if (ok && found.already) {
        /* Already acknowledged, unless its signature is missing: then sign before saying so. */
        ok = log_begin(reg, err) && log_commit(reg, err);
        if (ok)
            *ret = found;
    } else if (ok) {
        ok = record(reg, intake, ret, err);
    }
    if (!ok) {
        ret->refused = intake && intake->refused;
        err_context(err, "sheet %s", path_base(sheet_dir));
    }
    if (intake)
        intake_finish(intake);
    free(intake);
    return ok;
}
