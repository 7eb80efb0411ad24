/* db: the handle and its database: opening, schema, prepared statements, binding and stepping. For
 * schemas/register only. */
#ifndef POSTWACHT_DB_H
#define POSTWACHT_DB_H

#include "schemas/register/checkpoint.h"
#include "schemas/register/merkle.h"
#include "schemas/register/register.h"

#include <sqlite3.h>

#define REGISTER_DB "register.db"
#define REGISTER_LOCK "lock" /* flock(2)ed by the one writer */

enum sql_id {
#define SQL(name, text) SQL_##name,
#include "schemas/register/statements.def"
#undef SQL
    SQL_COUNT
};

struct reg {
    char *dir;
    enum reg_mode mode;
    int lock_fd; /* -1 when reading */
    sqlite3 *db;
    sqlite3_stmt *stmt[SQL_COUNT];
    /* Only when writing: */
    struct key key;
    char origin[ORIGIN_SIZE];
    struct merkle tree;    /* of the committed log */
    struct merkle growing; /* of the transaction that is open */
    int64_t signed_size;   /* of the newest checkpoint */
    int64_t marked_size;   /* of the high-water file */
    int64_t last_time_ms;  /* of the newest entry */
    bool clock_behind;     /* a clock.stepped entry stands for the present backward step */
    bool broken;           /* a commit ended unknown: reopen before writing again */
};

/* Opens and prepares; with REG_WRITE creates the schema in an empty database. Forbids changes of
 * the immutable tables from then on. */
bool db_open(struct reg *reg, struct err *err);
void db_close(struct reg *reg);

/* PRAGMA integrity_check; *ret_ok with the first complaint in `detail`. */
bool db_integrity(struct reg *reg, bool *ret_ok, char *detail, size_t n, struct err *err);
/* Whether tables, indexes and triggers are the ones of register.sql. */
bool db_schema_is_ours(struct reg *reg, bool *ret_ok, char *detail, size_t n, struct err *err);

/* The statement, ready for binding. Texts and blobs that are bound must live until the step. */
sqlite3_stmt *db_sql(struct reg *reg, enum sql_id id);
void bind_int(sqlite3_stmt *stmt, int at, int64_t value);
void bind_text(sqlite3_stmt *stmt, int at, const char *text);
void bind_blob(sqlite3_stmt *stmt, int at, const void *bytes, size_t n);

enum db_step { DB_ROW, DB_DONE, DB_FAILED };
enum db_step db_next(struct reg *reg, sqlite3_stmt *stmt, struct err *err);
/* Runs a statement that returns nothing. */
bool db_run(struct reg *reg, sqlite3_stmt *stmt, struct err *err);
/* Steps to the only row: fails with `missing` when there is none. Call db_done when it is read. */
bool db_row(struct reg *reg, sqlite3_stmt *stmt, const char *missing, struct err *err);
/* Leaves a statement before its last row: until then this handle keeps seeing the same old state.
 */
void db_done(sqlite3_stmt *stmt);

const char *column_text(sqlite3_stmt *stmt, int at); /* never NULL */
void column_copy(sqlite3_stmt *stmt, int at, char *ret, size_t n);
/* A blob of exactly 32 bytes, or NULL. */
const uint8_t *column_hash(sqlite3_stmt *stmt, int at);

bool db_fail(struct reg *reg, struct err *err); /* sqlite's message into err; false */

#define COLUMN_COPY(stmt, at, array) column_copy((stmt), (at), (array), sizeof(array))

#endif
