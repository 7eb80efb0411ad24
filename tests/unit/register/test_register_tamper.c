/* Somebody with the machine's disk in hands: every edit that the signature can reveal is revealed.
 * The register's own guards are taken away first, as such a person would. */
#include "tests/unit/register/fixture.h"

#include "schemas/register/db.h"

#include <fcntl.h>
#include <sys/stat.h>

static void build(const char *base, char ret_dir[PATH_SIZE])
{
    struct err err;
    struct reg *reg;
    fixture_path(ret_dir, base, "register");
    assert_ok(reg_open(ret_dir, REG_WRITE, &reg, &err), &err);
    for (int n = 1; n <= 4; n++)
        fixture_record(reg, base, n, (enum verdict_class)(n % 4));
    assert_ok(reg_close_batch(reg, "batch-1", &err), &err);
    struct reg_firm firm = {.name = "Drukkerij Voorbeeld"};
    assert_ok(reg_firm_set(reg, &firm, &err), &err);
    reg_close(reg);
}

static void copy_register(const char *from, const char *to)
{
    char command[3 * PATH_SIZE];
    snprintf(command, sizeof command, "rm -rf '%.4000s' && cp -r '%.4000s' '%.4000s'", to, from,
             to);
    assert_int_equal(system(command), 0);
}

/* Takes the triggers away, edits, and puts them back word for word. */
#define UNGUARDED(sql, table, trigger, when, message)                                              \
    "DROP TRIGGER " trigger "; " sql "; CREATE TRIGGER " trigger " BEFORE " when " ON " table      \
    "\nBEGIN SELECT raise(ABORT, '" message "'); END;"
#define LOG_UPDATE(sql) UNGUARDED(sql, "log", "log_no_update", "UPDATE", "the log never changes")
#define LOG_DELETE(sql) UNGUARDED(sql, "log", "log_no_delete", "DELETE", "the log never shrinks")
#define CHECKPOINT_UPDATE(sql)                                                                     \
    UNGUARDED(sql, "checkpoint", "checkpoint_no_update", "UPDATE", "a checkpoint never changes")
#define CHECKPOINT_DELETE(sql)                                                                     \
    UNGUARDED(sql, "checkpoint", "checkpoint_no_delete", "DELETE", "a checkpoint never goes")
#define OPENING_UPDATE(sql)                                                                        \
    UNGUARDED(sql, "opening", "opening_no_update", "UPDATE", "an opening is erased, never changed")

static const struct {
    const char *sql, *caught;
} edits[] = {
    /* log */
    {LOG_UPDATE("UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), 'imitation', 'genuine') "
                "AS BLOB) WHERE type = 'screening.recorded'"),
     "BAD log"},
    {LOG_UPDATE("UPDATE log SET leaf = zeroblob(32) WHERE idx = 3"), "BAD log"},
    {LOG_UPDATE("UPDATE log SET type = 'item.moved' WHERE idx = 1"), "BAD log"},
    {LOG_UPDATE("UPDATE log SET time = '2020-01-01T00:00:00.000Z' WHERE idx = 2"), "BAD log"},
    {LOG_UPDATE("UPDATE log SET item = 2 WHERE idx = 1"), "BAD log"},
    {LOG_UPDATE("UPDATE log SET item_n = 7 WHERE idx = 2"), "BAD log"},
    {LOG_DELETE("DELETE FROM log WHERE idx = 2"), "BAD log"},
    {LOG_DELETE("DELETE FROM log WHERE idx = (SELECT max(idx) FROM log)"), "BAD checkpoints"},
    {LOG_DELETE("DELETE FROM log"), "BAD"},
    {"INSERT INTO log SELECT max(idx) + 1, NULL, 0, type, time, leaf, entry FROM log", "BAD log"},
    /* checkpoint */
    {CHECKPOINT_UPDATE("UPDATE checkpoint SET note = replace(note, 'postwacht', 'postwocht')"),
     "BAD checkpoints"},
    {CHECKPOINT_UPDATE("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 1"),
     "BAD checkpoints"},
    {CHECKPOINT_UPDATE("UPDATE checkpoint SET size = size - 1 WHERE size = 6"), "BAD checkpoints"},
    {CHECKPOINT_DELETE("DELETE FROM checkpoint WHERE size > 5"), "BAD checkpoints"},
    {CHECKPOINT_DELETE("DELETE FROM checkpoint"), "BAD checkpoints"},
    /* openings */
    {OPENING_UPDATE("UPDATE opening SET salt = zeroblob(32) WHERE mime = 'image/tiff'"),
     "BAD blobs"},
    {OPENING_UPDATE("UPDATE opening SET sha256 = replace(sha256, 'a', 'b')"), "BAD blobs"},
    {OPENING_UPDATE("UPDATE opening SET size = size + 1"), "BAD items"},
    {"DELETE FROM opening WHERE mime = 'image/tiff'", "BAD items"},
    {"INSERT INTO opening SELECT zeroblob(32), salt, sha256, size, mime FROM opening LIMIT 1",
     "BAD blobs"},
    /* projections */
    {"UPDATE sheet SET verdict = 0 WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET reasons = 'none' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET sheet_id = 'another' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET captured = '2026-11-20T19:27:48.123Z' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET recorded = '2026-11-20T19:27:48.123Z' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET country = 'NL' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET operator = 'PostNL' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET is_return = 0 WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET preview = '' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET seconds = 9 WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET template = 'x' WHERE item = 1", "BAD items"},
    {"UPDATE sheet SET item = 9 WHERE item = 3", "BAD items"},
    {"DELETE FROM sheet WHERE item = 1", "BAD items"},
    {"DELETE FROM sheet WHERE item IS NULL", "BAD items"},
    {"UPDATE file SET role = 'crop' WHERE item = 1 AND n = 2", "BAD items"},
    {"UPDATE file SET name = 'x.tif' WHERE item = 1 AND n = 2", "BAD items"},
    {"UPDATE file SET sha256_pixels = '' WHERE item = 1 AND n = 2", "BAD items"},
    {"UPDATE file SET commitment = zeroblob(32) WHERE item = 1 AND n = 3", "BAD items"},
    {"DELETE FROM file WHERE item = 1 AND n = 5", "BAD items"},
    {"INSERT INTO file SELECT item, 99, idx, role, name, sha256_pixels, commitment FROM file "
     "LIMIT 1",
     "BAD items"},
    {"UPDATE batch SET imitation = imitation + 1", "BAD items"},
    {"UPDATE batch SET returned = 0", "BAD items"},
    {"UPDATE batch SET closed_sheets = 3", "BAD items"},
    {"UPDATE batch SET closed_idx = NULL", "BAD items"},
    {"DELETE FROM batch", "BAD items"},
    {"UPDATE setting SET value = replace(value, 'Voorbeeld', 'Vervalst')", "BAD items"},
    {"UPDATE setting SET idx = 1", "BAD items"},
    {"DELETE FROM setting", "BAD items"},
    /* guards */
    {"DROP TRIGGER log_no_update", "BAD database"},
    {"DROP TRIGGER checkpoint_grows", "BAD database"},
    {"DROP INDEX log_item", "BAD"},
    {"CREATE TRIGGER evil AFTER INSERT ON log BEGIN DELETE FROM opening; END", "BAD database"},
    {"PRAGMA application_id = 1", "BAD database"},
};

static void test_tables(void **state)
{
    char dir[PATH_SIZE], copy[PATH_SIZE];
    build(*state, dir);
    expect_verify(dir, NULL);
    fixture_path(copy, *state, "copy");
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        copy_register(dir, copy);
        fixture_edit(copy, edits[i].sql);
        struct verify_result result = {0};
        struct err err;
        bool ok = true;
        assert_ok(reg_verify(copy, verify_line, &result, &ok, &err), &err);
        if (ok || !strstr(result.text.data, edits[i].caught))
            fail_msg("%s\nexpected %s, got:\n%s", edits[i].sql, edits[i].caught, result.text.data);
        buf_finish(&result.text);
    }
}

/* The triggers refuse by themselves what the program never asks for. */
static void test_triggers(void **state)
{
    char dir[PATH_SIZE], path[PATH_SIZE];
    sqlite3 *db;
    build(*state, dir);
    fixture_path(path, dir, "register.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    static const char *const refused[] = {
        "UPDATE log SET item_n = item_n",
        "DELETE FROM log",
        "INSERT INTO log SELECT 1000000, NULL, 0, type, time, leaf, entry FROM log LIMIT 1",
        "INSERT INTO log SELECT idx, NULL, 0, type, time, leaf, entry FROM log LIMIT 1",
        "INSERT INTO log (item_n, type, time, leaf, entry) SELECT 0, type, time, leaf, entry FROM "
        "log LIMIT 1",
        "PRAGMA recursive_triggers = ON; REPLACE INTO log SELECT * FROM log WHERE idx = 1",
        "UPDATE checkpoint SET note = ''",
        "DELETE FROM checkpoint",
        "INSERT INTO checkpoint SELECT 2, root, note FROM checkpoint LIMIT 1",
        "INSERT INTO checkpoint SELECT 1000000, root, note FROM checkpoint LIMIT 1",
        "UPDATE opening SET mime = ''",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (sqlite3_exec(db, refused[i], NULL, NULL, NULL) == SQLITE_OK)
            fail_msg("not refused: %s", refused[i]);
    sqlite3_close(db);
    expect_verify(dir, NULL);
}

static void expect_no_opening(const char *dir, const char *say)
{
    struct err err;
    struct reg *reg;
    if (reg_open(dir, REG_WRITE, &reg, &err))
        fail_msg("opened a register that should say \"%s\"", say);
    if (!strstr(err.text, say))
        fail_msg("\"%s\" does not say \"%s\"", err.text, say);
}

static void test_rewind(void **state)
{
    char dir[PATH_SIZE], old[PATH_SIZE], path[PATH_SIZE], command[3 * PATH_SIZE];
    struct err err;
    struct reg *reg;
    build(*state, dir);
    fixture_path(old, *state, "old");
    copy_register(dir, old);
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    fixture_record(reg, *state, 10, VERDICT_IMITATION);
    reg_close(reg);
    expect_verify(dir, NULL);
    snprintf(command, sizeof command, "cp '%.4000s/register.db' '%.4000s/register.db'", old, dir);
    assert_int_equal(system(command), 0);
    expect_verify(dir, "BAD high-water");
    expect_no_opening(dir, "older copy");
    /* Without the database, and without the high-water file. */
    copy_register(old, dir);
    fixture_path(path, dir, "register.db");
    assert_int_equal(unlink(path), 0);
    expect_no_opening(dir, "is empty but");
    copy_register(old, dir);
    fixture_path(path, dir, "high-water");
    assert_int_equal(unlink(path), 0);
    expect_verify(dir, "BAD high-water");
    expect_no_opening(dir, "is missing");
    write_at(dir, "high-water", "nonsense", NULL);
    expect_verify(dir, "BAD high-water");
    expect_no_opening(dir, "damaged");
}

static void test_keys(void **state)
{
    char dir[PATH_SIZE], other[PATH_SIZE], command[3 * PATH_SIZE];
    struct err err;
    struct reg *reg;
    build(*state, dir);
    fixture_path(other, *state, "other");
    assert_ok(reg_open(other, REG_WRITE, &reg, &err), &err);
    reg_close(reg);
    snprintf(command, sizeof command, "cp -f '%.4000s'/keys/* '%.4000s/keys/'", other, dir);
    assert_int_equal(system(command), 0);
    expect_verify(dir, "BAD key");
    expect_no_opening(dir, "not the one this register began with");
    /* A whole register that another key signed is consistent in itself: only the fingerprint on
     * paper tells. So verify prints it. */
    struct verify_result result = {0};
    bool ok = false;
    assert_ok(reg_verify(other, verify_line, &result, &ok, &err), &err);
    assert_true(ok);
    assert_non_null(strstr(result.text.data, "compare with a printed sheet"));
    buf_finish(&result.text);
}

static void test_blobs(void **state)
{
    char dir[PATH_SIZE], path[PATH_SIZE], mime[32];
    struct err err;
    struct reg *reg;
    struct reg_item item;
    build(*state, dir);
    assert_ok(reg_open(dir, REG_READ, &reg, &err), &err);
    assert_ok(reg_item(reg, 1, &item, &err), &err);
    for (int i = 0; i < item.n_files; i++) {
        struct buf bytes = {0};
        assert_ok(reg_blob_path(reg, item.file[i].sha256, path, sizeof path, mime, &err), &err);
        assert_ok(file_read(path, 100000, &bytes, &err), &err);
        bytes.data[bytes.len / 2] ^= 1;
        assert_ok(file_write_atomic(path, bytes.data, bytes.len, 0440, &err), &err);
        expect_verify(dir, "BAD");
        if (strcmp(item.file[i].role, "image") == 0) { /* altered evidence is not exported */
            struct buf zip = {0};
            assert_false(reg_export_item(reg, 1, NULL, 0, &zip, &err));
            assert_non_null(strstr(err.text, "altered"));
        }
        assert_int_equal(unlink(path), 0);
        expect_verify(dir, "BAD");
        bytes.data[bytes.len / 2] ^= 1;
        assert_ok(file_write_atomic(path, bytes.data, bytes.len, 0440, &err), &err);
        buf_finish(&bytes);
        expect_verify(dir, NULL);
    }
    reg_item_finish(&item);
    reg_close(reg);
}

static void test_damage(void **state)
{
    char dir[PATH_SIZE], path[PATH_SIZE];
    struct err err;
    bool ok = true;
    build(*state, dir);
    fixture_path(path, dir, "register.db");
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    char noise[4096];
    memset(noise, 0xa5, sizeof noise);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t at = 2 * (off_t)sizeof noise; at < st.st_size; at += 3 * (off_t)sizeof noise)
        assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
    close(fd);
    struct verify_result result = {0};
    assert_ok(reg_verify(dir, verify_line, &result, &ok, &err), &err);
    assert_false(ok);
    buf_finish(&result.text);
    write_at(dir, "register.db", "no database at all, but long enough for somebody to try", NULL);
    expect_verify(dir, "BAD database");
    expect_no_opening(dir, "backup");
    fixture_path(path, *state, "nowhere");
    assert_false(reg_verify(path, verify_line, &result, &ok, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tables, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_triggers, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_rewind, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_keys, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_blobs, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_damage, temp_setup, temp_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
