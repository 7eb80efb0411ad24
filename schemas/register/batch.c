/* What the log says beside the sheets themselves: ends of batches, incidents, exports, the firm's
 * own data. */
#include "schemas/base/err.h"
#include "schemas/base/text.h"
#include "schemas/register/blob.h"
#include "schemas/register/log.h"

#include <sodium.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define FIRM_KEY "firm"

struct batch_counts {
    int64_t by_verdict[4], returned, closed_sheets;
    bool closed;
};

static bool batch_counts(struct reg *reg, const char *batch, struct batch_counts *ret,
                         struct err *err)
{
    sqlite3_stmt *stmt = db_sql(reg, SQL_batch_get);
    bind_text(stmt, 1, batch);
    *ret = (struct batch_counts){0};
    enum db_step step = db_next(reg, stmt, err);
    if (step == DB_ROW) {
        for (int i = 0; i < 4; i++)
            ret->by_verdict[i] = sqlite3_column_int64(stmt, i);
        ret->returned = sqlite3_column_int64(stmt, 4);
        ret->closed = sqlite3_column_type(stmt, 5) != SQLITE_NULL;
        ret->closed_sheets = sqlite3_column_int64(stmt, 6);
    }
    db_done(stmt);
    return step != DB_FAILED;
}

static bool append_batch(struct reg *reg, const char *batch, const struct batch_counts *counts,
                         int64_t sheets, struct err *err)
{
    int64_t idx;
    sqlite3_stmt *stmt = db_sql(reg, SQL_batch_count); /* a batch without sheets has no row yet */
    bind_text(stmt, 1, batch);
    bind_int(stmt, 2, -1);
    bind_int(stmt, 3, 0);
    if (!db_run(reg, stmt, err))
        return false;
    json_t *data = json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "batch", batch, "sheets", (json_int_t)sheets,
        "genuine", (json_int_t)counts->by_verdict[0], "imitation",
        (json_int_t)counts->by_verdict[1], "other", (json_int_t)counts->by_verdict[2], "unsure",
        (json_int_t)counts->by_verdict[3], "returned", (json_int_t)counts->returned);
    if (!log_append(reg, "screening.batch", 0, data, &idx, err))
        return false;
    stmt = db_sql(reg, SQL_batch_close);
    bind_text(stmt, 1, batch);
    bind_int(stmt, 2, idx);
    bind_int(stmt, 3, sheets);
    return db_run(reg, stmt, err);
}

/* A batch that grew after its end was logged gets a second entry: the newest one counts. */
bool reg_close_batch(struct reg *reg, const char *batch, struct err *err)
{
    struct batch_counts counts;
    if (!name_is_safe(batch))
        return err_set(err, "\"%s\" is not the name of a batch", batch);
    if (!log_begin(reg, err))
        return false;
    bool ok = batch_counts(reg, batch, &counts, err);
    int64_t sheets = 0;
    for (int i = 0; i < 4; i++)
        sheets += counts.by_verdict[i];
    if (ok && !(counts.closed && counts.closed_sheets == sheets))
        ok = append_batch(reg, batch, &counts, sheets, err);
    if (ok)
        return log_commit(reg, err);
    log_rollback(reg);
    return false;
}

bool reg_add_incident(struct reg *reg, const char *batch, const char *kind, const char *text,
                      struct err *err)
{
    char clean_batch[SHEET_ID_SIZE], clean_kind[48], clean_text[400];
    text_copy_utf8(clean_batch, sizeof clean_batch, batch);
    text_copy_utf8(clean_kind, sizeof clean_kind, kind);
    text_copy_utf8(clean_text, sizeof clean_text, text);
    if (!log_begin(reg, err))
        return false;
    json_t *data =
        json_pack("{s:s, s:s, s:s}", "batch", clean_batch, "kind", clean_kind, "text", clean_text);
    if (log_append(reg, "incident.recorded", 0, data, NULL, err))
        return log_commit(reg, err);
    log_rollback(reg);
    return false;
}

bool reg_add_export(struct reg *reg, int64_t item, const char *zip_sha256_hex, const char *purpose,
                    struct err *err)
{
    uint8_t digest[SHA256_SIZE];
    char clean[200];
    if (!hex_decode(zip_sha256_hex, digest, sizeof digest))
        return err_set(err, "not a SHA-256 in hexadecimal");
    text_copy_utf8(clean, sizeof clean, purpose);
    if (!log_begin(reg, err))
        return false;
    sqlite3_stmt *stmt = db_sql(reg, SQL_sheet_by_item);
    bind_int(stmt, 1, item);
    bool ok = db_row(reg, stmt, "there is no such item in the register", err);
    db_done(stmt);
    if (ok && log_append(reg, "export.made", item,
                         json_pack("{s:s, s:s}", "zip_sha256", zip_sha256_hex, "purpose", clean),
                         NULL, err))
        return log_commit(reg, err);
    log_rollback(reg);
    return false;
}

bool reg_firm_get(struct reg *reg, struct reg_firm *ret, struct err *err)
{
    struct reg_firm firm = {0};
    sqlite3_stmt *stmt = db_sql(reg, SQL_setting_get);
    bind_text(stmt, 1, FIRM_KEY);
    enum db_step step = db_next(reg, stmt, err);
    if (step == DB_ROW) {
        json_t *object = json_loads(column_text(stmt, 0), 0, NULL);
        const char *name = "", *kvk = "", *address = "", *contact = "";
        json_unpack(object, "{s:s, s:s, s:s, s:s}", "name", &name, "kvk", &kvk, "address", &address,
                    "contact", &contact);
        text_copy_utf8(firm.name, sizeof firm.name, name);
        text_copy_utf8(firm.kvk, sizeof firm.kvk, kvk);
        text_copy_utf8(firm.address, sizeof firm.address, address);
        text_copy_utf8(firm.contact, sizeof firm.contact, contact);
        json_decref(object);
    }
    db_done(stmt);
    if (step == DB_FAILED)
        return false;
    *ret = firm;
    return true;
}

/* The log commits to the value without showing it: the contact is a person. */
static bool set_firm(struct reg *reg, const char *value, struct err *err)
{
    uint8_t salt[SALT_SIZE], digest[SHA256_SIZE], commitment[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    int64_t idx;
    randombytes_buf(salt, sizeof salt);
    sha256_bytes(value, strlen(value), digest);
    hex_encode(digest, sizeof digest, hex);
    blob_commitment(salt, hex, commitment);
    hex_encode(commitment, sizeof commitment, hex);
    if (!log_append(reg, "setting.changed", 0,
                    json_pack("{s:s, s:s}", "key", FIRM_KEY, "commitment", hex), &idx, err))
        return false;
    sqlite3_stmt *stmt = db_sql(reg, SQL_setting_set);
    bind_text(stmt, 1, FIRM_KEY);
    bind_text(stmt, 2, value);
    bind_blob(stmt, 3, salt, sizeof salt);
    bind_int(stmt, 4, idx);
    bool ok = db_run(reg, stmt, err);
    db_done(stmt);
    return ok;
}

bool reg_firm_set(struct reg *reg, const struct reg_firm *firm, struct err *err)
{
    struct reg_firm clean;
    text_copy_utf8(clean.name, sizeof clean.name, firm->name);
    text_copy_utf8(clean.kvk, sizeof clean.kvk, firm->kvk);
    text_copy_utf8(clean.address, sizeof clean.address, firm->address);
    text_copy_utf8(clean.contact, sizeof clean.contact, firm->contact);
    struct reg_firm now;
    if (!reg_firm_get(reg, &now, err))
        return false;
    if (strcmp(now.name, clean.name) == 0 && strcmp(now.kvk, clean.kvk) == 0 &&
        strcmp(now.address, clean.address) == 0 && strcmp(now.contact, clean.contact) == 0)
        return true;
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "name", clean.name, "kvk", clean.kvk,
                               "address", clean.address, "contact", clean.contact);
    char *value = object ? json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(object);
    bool ok = (value || err_set(err, "out of memory")) && log_begin(reg, err);
    if (ok && set_firm(reg, value, err))
        ok = log_commit(reg, err);
    else if (ok) {
        log_rollback(reg);
        ok = false;
    }
    free(value);
    return ok;
}
