/* series_keeper: finds series in a register, and takes in what was recorded since it last looked.
 */
#include "daemon/series_keeper.h"
#include "fixture.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void record(const char *folder, const char *id, int seq, enum fixture_kind kind)
{
    char dir[PATH_SIZE], sheets[PATH_SIZE], sheet[PATH_SIZE];
    struct err err;
    struct reg *reg;
    struct reg_recorded recorded;
    assert_true(path_join(dir, folder, "register", &err));
    assert_true(path_join(sheets, folder, "sheets", &err) && path_join(sheet, sheets, id, &err));
    assert_true(fixture_sheet(sheets, id, seq, kind, &err));
    assert_true(reg_open(dir, REG_WRITE, &reg, &err));
    assert_true(reg_record_sheet(reg, sheet, &recorded, &err));
    reg_close(reg);
}

static int members_of(struct series_keeper *keeper, const char *folder, int64_t item)
{
    char dir[PATH_SIZE];
    struct err err;
    struct reg *reg;
    struct series series;
    assert_true(path_join(dir, folder, "register", &err));
    assert_true(reg_open(dir, REG_READ, &reg, &err));
    assert_true(series_keeper_of(keeper, reg, item, &series, &err));
    int n = series.n_members;
    if (n)
        assert_int_equal(series.id, 2);
    series_finish(&series);
    reg_close(reg);
    return n;
}

static void count(void *ctx, const struct series *series)
{
    (void)series;
    ++*(int *)ctx;
}

static void what_arrives_joins(void **state)
{
    (void)state;
    char folder[PATH_SIZE], dir[PATH_SIZE];
    struct err err;
    struct series_keeper *keeper;
    assert_true(fixture_folder(folder, &err));
    assert_true(fixture_register(folder, FIXTURE_KINDS, &err)); /* item 2 is the imitation */
    assert_true(series_keeper_create(&keeper, &err));
    assert_int_equal(members_of(keeper, folder, 2), 0);
    record(folder, "later-1", 21, FIXTURE_IMITATION);
    assert_int_equal(members_of(keeper, folder, 2), 2);
    record(folder, "later-2", 22, FIXTURE_GENUINE);
    record(folder, "later-3", 23, FIXTURE_IMITATION);
    assert_int_equal(members_of(keeper, folder, 2), 3);
    assert_int_equal(members_of(keeper, folder, 7), 3);
    assert_int_equal(members_of(keeper, folder, 6), 0);
    assert_int_equal(members_of(keeper, folder, 4711), 0);
    int series = 0;
    struct reg *reg;
    assert_true(path_join(dir, folder, "register", &err));
    assert_true(reg_open(dir, REG_READ, &reg, &err));
    assert_true(series_keeper_all(keeper, reg, count, &series, &err));
    assert_int_equal(series, 1);
    reg_close(reg);
    series_keeper_destroy(keeper);
    fixture_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_arrives_joins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
