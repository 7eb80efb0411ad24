/* Sheet folders: only what is complete looks complete, whoever dies when. */
#include "tests/unit/test_support.h"

#include "schemas/sheet_folder.h"

#include <sys/wait.h>

static void put_image(const char *dir, const char *name)
{
    char path[PATH_SIZE];
    assert_true(path_join(path, dir, name, NULL));
    assert_true(file_write_atomic(path, "pixels", 6, 0640, NULL));
}

static void fill_sheet(struct sheet *sheet, const struct sheet_folder *folder)
{
    memset(sheet, 0, sizeof *sheet);
    memcpy(sheet->id, folder->id, sizeof sheet->id);
    snprintf(sheet->batch, sizeof sheet->batch, "b");
    clock_format(0, sheet->captured);
    sheet->n_sides = 1;
    snprintf(sheet->side[0].file, sizeof sheet->side[0].file, "front.tif");
}

static bool has(const char *spool, const char *prefix, const char *id)
{
    char name[2 * SHEET_ID_SIZE], path[PATH_SIZE];
    snprintf(name, sizeof name, "%s%s", prefix, id);
    return path_join(path, spool, name, NULL) && file_exists(path);
}

static void test_complete_half_and_discard(void **state)
{
    const char *spool = *state;
    struct sheet_folder folder;
    struct sheet sheet, back;
    struct err err;
    char dir[PATH_SIZE];

    assert_ok(sheet_folder_begin(spool, "batch", 1, &folder, &err), &err);
    assert_true(name_is_safe(folder.id));
    assert_true(has(spool, SHEET_PART_PREFIX, folder.id));
    put_image(folder.path, "front.tif");
    fill_sheet(&sheet, &folder);
    assert_ok(sheet_folder_complete(&folder, &sheet, &err), &err);
    assert_true(has(spool, "", sheet.id));
    assert_false(has(spool, SHEET_PART_PREFIX, sheet.id));
    path_join(dir, spool, sheet.id, NULL);
    assert_ok(sheet_read(dir, &back, &err), &err);

    assert_ok(sheet_folder_begin(spool, "batch", 2, &folder, &err), &err);
    fill_sheet(&sheet, &folder);
    sheet.n_sides = 0;
    assert_ok(sheet_folder_half(&folder, &sheet, "jam\nforged", &err), &err);
    assert_false(has(spool, "", sheet.id));
    assert_true(has(spool, SHEET_HALF_PREFIX, sheet.id));

    assert_ok(sheet_folder_begin(spool, "batch", 3, &folder, &err), &err);
    sheet_folder_discard(&folder);
    assert_false(has(spool, SHEET_PART_PREFIX, folder.id));
}

static void test_ids_are_unique_and_sort(void **state)
{
    const char *spool = *state;
    struct sheet_folder folder[4];
    for (int i = 0; i < 4; i++) { /* the same batch and number within a second */
        struct err err;
        assert_ok(sheet_folder_begin(spool, "a-batch-with-a-rather-long-name-of-its-own", 7,
                                     &folder[i], &err),
                  &err);
        if (i)
            assert_true(strcmp(folder[i - 1].id, folder[i].id) < 0);
    }
    for (int i = 0; i < 4; i++)
        sheet_folder_discard(&folder[i]);
    assert_false(sheet_folder_begin(spool, "../b", 1, &folder[0], NULL));
}

/* A child begins the sheet and dies at the given stage, as if it had been killed. */
static void die_at(const char *spool, int seq, int stage)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct sheet_folder folder;
        struct sheet sheet;
        if (!sheet_folder_begin(spool, "dead", seq, &folder, NULL))
            _exit(1);
        if (stage > 0)
            put_image(folder.path, "front.tif");
        fill_sheet(&sheet, &folder);
        if (stage > 1)
            sheet_write(folder.path, &sheet, NULL);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void test_sweep_tells_the_dead_from_the_living(void **state)
{
    const char *spool = *state;
    struct sheet_folder living;
    struct sheet_sweep sweep;
    struct err err;
    die_at(spool, 1, 0); /* nothing in it: goes */
    die_at(spool, 2, 1); /* an image: half */
    die_at(spool, 3, 2); /* all but the rename: complete */
    assert_ok(sheet_folder_begin(spool, "living", 1, &living, &err), &err);
    put_image(living.path, "front.tif");

    assert_ok(sheet_folders_sweep(spool, &sweep, &err), &err);
    assert_int_equal(sweep.half.n, 1);
    assert_non_null(strstr(sweep.half.name[0], "-dead-0002"));
    assert_true(has(spool, SHEET_HALF_PREFIX, sweep.half.name[0]));
    assert_int_equal(sweep.completed.n, 1);
    assert_non_null(strstr(sweep.completed.name[0], "-dead-0003"));
    assert_true(has(spool, "", sweep.completed.name[0]));
    assert_true(has(spool, SHEET_PART_PREFIX, living.id));
    sheet_sweep_finish(&sweep);
    sheet_folder_discard(&living);

    assert_ok(sheet_folders_sweep(spool, &sweep, &err), &err);
    assert_int_equal(sweep.half.n + sweep.completed.n, 0);
    sheet_sweep_finish(&sweep);
}

/* sheet.json that names another sheet or a file that is missing does not make a folder whole. */
static void test_sweep_believes_no_stray_json(void **state)
{
    const char *spool = *state;
    struct sheet_folder folder;
    struct sheet sheet;
    struct sheet_sweep sweep;
    struct err err;
    assert_ok(sheet_folder_begin(spool, "stray", 1, &folder, &err), &err);
    fill_sheet(&sheet, &folder); /* front.tif is not there */
    assert_ok(sheet_write(folder.path, &sheet, &err), &err);
    close(folder.fd);
    assert_ok(sheet_folder_begin(spool, "stray", 2, &folder, &err), &err);
    put_image(folder.path, "front.tif");
    fill_sheet(&sheet, &folder);
    snprintf(sheet.id, sizeof sheet.id, "another");
    assert_ok(sheet_write(folder.path, &sheet, &err), &err);
    close(folder.fd);
    assert_ok(sheet_folders_sweep(spool, &sweep, &err), &err);
    assert_int_equal(sweep.completed.n, 0);
    assert_int_equal(sweep.half.n, 2);
    sheet_sweep_finish(&sweep);
}

int main(void)
{
#define IN_TEMP(test) cmocka_unit_test_setup_teardown(test, temp_setup, temp_teardown)
    const struct CMUnitTest tests[] = {
        IN_TEMP(test_complete_half_and_discard),
        IN_TEMP(test_ids_are_unique_and_sort),
        IN_TEMP(test_sweep_tells_the_dead_from_the_living),
        IN_TEMP(test_sweep_believes_no_stray_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
