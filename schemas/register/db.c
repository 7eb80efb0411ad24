#include "schemas/register/db.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <string.h>

#define APPLICATION_ID 1347899975 /* "PWRG", as register.sql sets it */
#define SCHEMA_VERSION 1
#define BUSY_MS 10000 /* readers wait this long for a checkpoint of the WAL */

extern const char register_sql[]; /* register.sql */

static const char *const statements[SQL_COUNT] = {
#define SQL(name, text) [SQL_##name] = text,
#include "schemas/register/statements.def"
#undef SQL
};

/* trusted_schema off: functions hidden in a tampered schema do not run. recursive_triggers on:
 * otherwise INSERT OR REPLACE deletes rows without asking the delete triggers. */
static const char settings[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                               "PRAGMA recursive_triggers = ON; PRAGMA cell_size_check = ON;";
static const char settings_read[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                                    "PRAGMA cell_size_check = ON; PRAGMA query_only = ON;";

bool db_fail(struct reg *reg, struct err *err)
{
    int code = sqlite3_errcode(reg->db);
    const char *advice = code == SQLITE_FULL      ? "; make room on the disk"
                         : code == SQLITE_CORRUPT ? "; restore it from a backup"
                         : code == SQLITE_NOTADB  ? "; restore it from a backup"
                         : code == SQLITE_BUSY    ? "; another program holds it"
                                                  : "";
    return err_set(err, "register database in %s: %s%s", reg->dir, sqlite3_errmsg(reg->db), advice);
}

/* What triggers cannot stop (DROP TRIGGER itself) is refused here, for every statement that this
 * program prepares. */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *db,
                     const char *trigger)
{
    (void)ctx;
    (void)b;
    (void)db;
    (void)trigger;
    switch (action) {
    case SQLITE_DELETE:
    case SQLITE_UPDATE:
        return strcmp(a, "log") == 0 || strcmp(a, "checkpoint") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_VIEW:
    case SQLITE_ALTER_TABLE:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TABLE:
    case SQLITE_ATTACH:
        return SQLITE_DENY;
    default:
        return SQLITE_OK;
    }
}

static bool pragma_int(struct reg *reg, const char *sql, int64_t *ret, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(reg->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;
    if (ok)
        *ret = sqlite3_column_int64(stmt, 0);
    else
        db_fail(reg, err);
    sqlite3_finalize(stmt);
    return ok;
}

static bool create_schema(struct reg *reg, struct err *err)
{
    if (sqlite3_exec(reg->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(reg->db, register_sql, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(reg->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        db_fail(reg, err);
        sqlite3_exec(reg->db, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    return true;
}

static bool check_identity(struct reg *reg, struct err *err)
{
    int64_t id, version, objects;
    if (!pragma_int(reg, "PRAGMA application_id", &id, err) ||
        !pragma_int(reg, "PRAGMA user_version", &version, err) ||
        !pragma_int(reg, "SELECT count(*) FROM sqlite_schema", &objects, err))
        return false;
    if (id == 0 && objects == 0 && reg->mode == REG_WRITE)
        return create_schema(reg, err);
    if (id == 0 && objects == 0)
        return err_set(err, "the register in %s is still empty; start postwachtd first", reg->dir);
    if (id != APPLICATION_ID)
        return err_set(err, "%s/" REGISTER_DB " is not a register of Postwacht", reg->dir);
    if (version != SCHEMA_VERSION)
        return err_set(err,
                       "the register in %s has version %lld, this program knows %d; install a "
                       "newer Postwacht",
                       reg->dir, (long long)version, SCHEMA_VERSION);
    return true;
}

bool db_open(struct reg *reg, struct err *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, reg->dir, REGISTER_DB, err))
        return false;
    if (reg->mode == REG_READ && !file_exists(path))
        return err_set(err, "there is no register in %s; start postwachtd first or give its folder",
                       reg->dir);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                (reg->mode == REG_WRITE ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path, &reg->db, flags, NULL) != SQLITE_OK)
        return db_fail(reg, err);
    sqlite3_busy_timeout(reg->db, BUSY_MS);
    sqlite3_extended_result_codes(reg->db, 0);
    sqlite3_db_config(reg->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (sqlite3_exec(reg->db, reg->mode == REG_WRITE ? settings : settings_read, NULL, NULL,
                     NULL) != SQLITE_OK)
        return db_fail(reg, err);
    if (!check_identity(reg, err))
        return false;
    sqlite3_set_authorizer(reg->db, authorize, NULL);
    for (int i = 0; i < SQL_COUNT; i++)
        if (sqlite3_prepare_v3(reg->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &reg->stmt[i],
                               NULL) != SQLITE_OK)
            return db_fail(reg, err);
    return true;
}

void db_close(struct reg *reg)
{
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(reg->stmt[i]);
    sqlite3_close(reg->db);
}

bool db_integrity(struct reg *reg, bool *ret_ok, char *detail, size_t n, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ran =
        sqlite3_prepare_v2(reg->db, "PRAGMA integrity_check(1)", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW;
    if (ran) {
        column_copy(stmt, 0, detail, n);
        *ret_ok = strcmp(column_text(stmt, 0), "ok") == 0;
    } else {
        db_fail(reg, err);
    }
    sqlite3_finalize(stmt);
    return ran;
}

#define SCHEMA_LIST "SELECT type || ' ' || name, sql FROM sqlite_schema ORDER BY type, name"

bool db_schema_is_ours(struct reg *reg, bool *ret_ok, char *detail, size_t n, struct err *err)
{
    struct reg model = {.dir = reg->dir};
    sqlite3_stmt *ours = NULL, *theirs = NULL;
    bool ran = sqlite3_open(":memory:", &model.db) == SQLITE_OK && create_schema(&model, err) &&
               sqlite3_prepare_v2(model.db, SCHEMA_LIST, -1, &ours, NULL) == SQLITE_OK;
    if (!ran)
        db_fail(&model, err);
    else if (sqlite3_prepare_v2(reg->db, SCHEMA_LIST, -1, &theirs, NULL) != SQLITE_OK)
        ran = db_fail(reg, err);
    bool same = ran;
    while (same) {
        int a = sqlite3_step(ours), b = sqlite3_step(theirs);
        if (a != SQLITE_ROW && b != SQLITE_ROW)
            break;
        same = a == b && strcmp(column_text(ours, 0), column_text(theirs, 0)) == 0 &&
               strcmp(column_text(ours, 1), column_text(theirs, 1)) == 0;
        if (!same)
            snprintf(detail, n, "differs at %s", column_text(a == SQLITE_ROW ? ours : theirs, 0));
    }
    sqlite3_finalize(ours);
    sqlite3_finalize(theirs);
    sqlite3_close(model.db);
    *ret_ok = same;
    return ran;
}

sqlite3_stmt *db_sql(struct reg *reg, enum sql_id id)
{
    sqlite3_reset(reg->stmt[id]);
    sqlite3_clear_bindings(reg->stmt[id]);
    return reg->stmt[id];
}

void db_done(sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
}

void bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    sqlite3_bind_int64(stmt, at, value);
}

void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

void bind_blob(sqlite3_stmt *stmt, int at, const void *bytes, size_t n)
{
    sqlite3_bind_blob64(stmt, at, bytes, n, SQLITE_STATIC);
}

enum db_step db_next(struct reg *reg, sqlite3_stmt *stmt, struct err *err)
{
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        return DB_ROW;
    if (code != SQLITE_DONE)
        db_fail(reg, err);
    db_done(stmt);
    return code == SQLITE_DONE ? DB_DONE : DB_FAILED;
}

bool db_run(struct reg *reg, sqlite3_stmt *stmt, struct err *err)
{
    return db_next(reg, stmt, err) == DB_DONE;
}

bool db_row(struct reg *reg, sqlite3_stmt *stmt, const char *missing, struct err *err)
{
    enum db_step step = db_next(reg, stmt, err);
    return step == DB_ROW || (step == DB_DONE && err_set(err, "%s", missing));
}

const char *column_text(sqlite3_stmt *stmt, int at)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    return text ? text : "";
}

void column_copy(sqlite3_stmt *stmt, int at, char *ret, size_t n)
{
    snprintf(ret, n, "%s", column_text(stmt, at));
}

const uint8_t *column_hash(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_bytes(stmt, at) == SHA256_SIZE ? sqlite3_column_blob(stmt, at) : NULL;
}
