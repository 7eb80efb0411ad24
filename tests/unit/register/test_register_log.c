#include "tests/unit/register/fixture.h"

#include "schemas/register/canonical.h"
#include "schemas/register/log.h"

static void expect_canonical(const char *json, const char *expected)
{
    struct err err;
    struct buf text = {0};
    json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    bool ok = canonical_json(value, &text, &err);
    json_decref(value);
    if (ok != !!expected)
        fail_msg("%s: %s", json, ok ? text.data : err.text);
    if (expected)
        assert_string_equal(text.data, expected);
    buf_finish(&text);
}

static void test_canonical(void **state)
{
    (void)state;
    expect_canonical("{ \"b\" : 1, \"a\" : [ true, false, -5, \"x\" ], \"B\": {} }",
                     "{\"B\":{},\"a\":[true,false,-5,\"x\"],\"b\":1}");
    /* The string of RFC 8785, section 3.2.2, without its lone surrogate's neighbours. */
    expect_canonical("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"",
                     "\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
    expect_canonical("\"\\b\\t\\n\\f\\r\\u001f\\u007f\"", "\"\\b\\t\\n\\f\\r\\u001f\x7f\"");
    expect_canonical("9007199254740991", "9007199254740991");
    expect_canonical("9007199254740992", NULL);
    expect_canonical("1.5", NULL);
    expect_canonical("null", NULL);
    expect_canonical("{\"\\u00e9\":1}", NULL);
    expect_canonical("[[[[[[[[[[1]]]]]]]]]]", NULL);
}

static void append_filler(struct reg *reg)
{
    struct err err;
    assert_ok(log_begin(reg, &err), &err);
    assert_ok(log_append(reg, "heartbeat", 0, json_object(), NULL, &err), &err);
    assert_ok(log_commit(reg, &err), &err);
}

static int count_type(struct reg *reg, const char *type)
{
    struct err err;
    int n = 0;
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_all);
    while (db_next(reg, stmt, &err) == DB_ROW)
        n += strcmp(column_text(stmt, 3), type) == 0;
    return n;
}

static void test_clock_set_back(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    fixture_path(dir, *state, "register");
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    append_filler(reg);
    assert_int_equal(count_type(reg, "clock.stepped"), 0);
    reg->last_time_ms += 3600 * 1000; /* as if the clock had gone back by an hour since */
    append_filler(reg);
    append_filler(reg);
    assert_int_equal(count_type(reg, "clock.stepped"), 1); /* said once */
    reg_close(reg);
    expect_verify(dir, NULL); /* and no entry is older than the one before */
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    append_filler(reg);
    assert_int_equal(count_type(reg, "clock.stepped"), 2); /* still behind after a restart */
    reg_close(reg);
    expect_verify(dir, NULL);
}

/* Even statements of this very process cannot take the guards away. */
static void test_authorizer(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    fixture_path(dir, *state, "register");
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    static const char *const refused[] = {
        "DELETE FROM log",
        "UPDATE log SET type = ''",
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET note = ''",
        "DROP TRIGGER log_no_update",
        "DROP TABLE log",
        "ALTER TABLE log RENAME TO old",
        "CREATE TRIGGER x AFTER INSERT ON log BEGIN SELECT 1; END",
        "ATTACH ':memory:' AS other",
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (sqlite3_exec(reg->db, refused[i], NULL, NULL, NULL) == SQLITE_OK)
            fail_msg("not refused: %s", refused[i]);
    reg_close(reg);
    expect_verify(dir, NULL);
}

/* Each list runs on an index, never over the whole table with a sort. */
static void test_query_plans(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    fixture_path(dir, *state, "register");
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    static const enum sql_id lists[] = {SQL_list_all,      SQL_list_items,    SQL_list_verdict,
                                        SQL_list_batch,    SQL_sheet_by_item, SQL_log_item,
                                        SQL_log_item_last, SQL_item_older,    SQL_item_newer,
                                        SQL_opening_mime,  SQL_sheet_find,    SQL_log_type_last};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *text = sqlite3_sql(reg->stmt[lists[i]]);
        struct buf explain = {0};
        sqlite3_stmt *stmt = NULL;
        buf_printf(&explain, "EXPLAIN QUERY PLAN %s", text);
        assert_int_equal(sqlite3_prepare_v2(reg->db, explain.data, -1, &stmt, NULL), SQLITE_OK);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *plan = column_text(stmt, 3);
            if (strncmp(plan, "SCAN", 4) == 0 || strstr(plan, "TEMP B-TREE"))
                fail_msg("%s: %s", text, plan);
        }
        sqlite3_finalize(stmt);
        buf_finish(&explain);
    }
    reg_close(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),
        cmocka_unit_test_setup_teardown(test_clock_set_back, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_authorizer, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_query_plans, temp_setup, temp_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
