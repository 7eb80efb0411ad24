/* postwacht-capture on the virtual scanner: every sheet whose image came whole is in the spool with
 * exactly the pixels that were fed, whatever shape the data had. */
#include "capture_rig.h"

#include "schemas/base/buf.h"

#include <signal.h>

static void test_duplex_batch(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    struct sheet sheet;
    char dir[PATH_SIZE];
    capture_setup(&rig, "cancel-discards yes", 3);
    rig_capture(&rig, CAPTURE("--batch", "b-1"), -1, 0, &run);
    struct said said = understand(&run);
    assert_int_equal(run.status, 0);
    assert_int_equal(said.end, CAPTURE_DONE);
    assert_int_equal(said.end_sheets, 3);
    assert_int_equal(said.incidents, 0);
    for (int i = 0; i < said.sheets; i++) {
        read_sheet(&rig, said.sheet[i], &sheet, dir);
        assert_int_equal(number_of(&sheet, 3), i + 1);
        assert_int_equal(sheet.seq, i + 1);
        assert_string_equal(sheet.device.model, "Virtual Feeder");
        assert_string_equal(sheet.device.serial, "VF0001");
        assert_int_equal(sheet.side[0].bytes_received, sheet.side[0].bytes_announced);
        if (i)
            assert_true(strcmp(said.sheet[i - 1], said.sheet[i]) < 0);
        for (int side = 0; side < 2; side++) {
            struct picture picture = rig_side(i + 1, side);
            check_tiff(dir, &sheet.side[side], &picture);
        }
    }
    assert_int_equal(rig_count(&rig, ""), 3);
    assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 0);
    rig_capture(&rig, CAPTURE("--batch", "b-2"), -1, 0, &run);
    said = understand(&run);
    assert_int_equal(run.status, 0);
    assert_int_equal(said.end, CAPTURE_EMPTY);
    rig_teardown(&rig);
}

static void test_max_leaves_the_rest(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "", 3);
    rig_capture(&rig, CAPTURE("--max", "2"), -1, 0, &run);
    assert_int_equal(understand(&run).end, CAPTURE_LIMIT);
    rig_capture(&rig, CAPTURE("--first", "3"), -1, 0, &run);
    assert_int_equal(understand(&run).sheets, 1);
    assert_int_equal(rig_count(&rig, ""), 3);
    rig_teardown(&rig);
}

/* Whatever the driver does to the shape of the data, the pixels are those that were fed. */
static void test_shapes_of_data(void **state)
{
    (void)state;
    static const struct {
        const char *faults, *conf, *mode, *option;
        int channels, depth;
    } rows[] = {
        {"lines-unknown *", "", "Color", "depth=8", 3, 8},
        {"padding * 13", "chunk 777", "Color", "depth=8", 3, 8},
        {"padding * 1\nlines-unknown *", "", "Gray", "depth=8", 1, 8},
        {"", "strict-reload yes", "Color", "depth=16", 3, 16},
        {"padding * 7", "chunk 101", "Gray", "depth=16", 1, 16},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig rig;
        struct rig_run run;
        struct sheet sheet;
        char dir[PATH_SIZE], hash[SHA256_HEX_SIZE];
        struct picture picture = rig_side(1, 0);
        picture.channels = rows[i].channels;
        picture.depth = rows[i].depth;
        assert_int_equal(rig_setup(&rig, "feeder", rows[i].conf), 0);
        picture_write(&picture, rig.hopper, "1.tif");
        rig_faults(&rig, rows[i].faults);
        rig_capture(&rig,
                    CAPTURE("--mode", rows[i].mode, "--option", rows[i].option, "--source", "adf"),
                    -1, 0, &run);
        struct said said = understand(&run);
        assert_int_equal(said.sheets, 1);
        read_sheet(&rig, said.sheet[0], &sheet, dir);
        picture_hash(&picture, hash);
        assert_string_equal(sheet.side[0].sha256_pixels, hash);
        assert_string_equal(sheet.side[0].status, "ok");
        assert_int_equal((int)sheet.side[0].dpi_x, picture.dpi);
        check_tiff(dir, &sheet.side[0], &picture);
        rig_teardown(&rig);
    }
}

static void test_flatbed_gives_one(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "", 2);
    rig_capture(&rig, CAPTURE("--source", "flatbed"), -1, 0, &run);
    struct said said = understand(&run);
    assert_int_equal(said.end, CAPTURE_DONE);
    assert_int_equal(said.sheets, 1);
    rig_teardown(&rig);
}

static void test_stop_ends_after_the_sheet(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "rate 100000", 4); /* a second for each side */
    rig_capture(&rig, CAPTURE("--batch", "b-1"), 500, SIGTERM, &run);
    struct said said = understand(&run);
    assert_int_equal(run.status, 0);
    assert_int_equal(said.end, CAPTURE_STOPPED);
    assert_int_equal(said.sheets, 1);
    assert_int_equal(said.halves, 0);
    rig_teardown(&rig);
}

/* A live worker's folder is not swept by another one's start. */
static void test_two_workers_share_a_spool(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    struct sheet_folder other;
    struct err err;
    capture_setup(&rig, "", 2);
    assert_ok(sheet_folder_begin(rig.spool, "other", 1, &other, &err), &err);
    rig_capture(&rig, CAPTURE("--batch", "b-1"), -1, 0, &run);
    assert_int_equal(understand(&run).sheets, 2);
    assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 1);
    sheet_folder_discard(&other);
    assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 0);
    rig_teardown(&rig);
}

static void test_folder_is_a_source(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    struct sheet sheet;
    char dir[PATH_SIZE], original[PATH_SIZE], copy[PATH_SIZE];
    struct buf a = {0}, b = {0};
    capture_setup(&rig, "", 2);
    struct picture single = rig_side(9, 0);
    picture_write(&single, rig.hopper, "9.png");
    const char *const arguments[] = {"--folder", rig.hopper, "--consume", NULL};
    rig_capture(&rig, arguments, -1, 0, &run);
    struct said said = understand(&run);
    assert_int_equal(said.end, CAPTURE_DONE);
    assert_int_equal(said.sheets, 3);
    read_sheet(&rig, said.sheet[0], &sheet, dir);
    assert_string_equal(sheet.source, "inbox");
    assert_int_equal(sheet.n_sides, 2);
    path_join(original, rig.hopper, "taken/0001_back.tif", NULL);
    path_join(copy, dir, sheet.side[1].file, NULL);
    assert_true(file_read(original, SIZE_MAX, &a, NULL));
    assert_true(file_read(copy, SIZE_MAX, &b, NULL));
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buf_finish(&a);
    buf_finish(&b);
    read_sheet(&rig, said.sheet[2], &sheet, dir);
    assert_int_equal(sheet.n_sides, 1);
    rig_capture(&rig, arguments, -1, 0, &run);
    assert_int_equal(understand(&run).end, CAPTURE_EMPTY);
    rig_teardown(&rig);
}

/* A machine that scans to a folder begins at the same names again. */
static void test_consumed_files_of_one_name_are_all_kept(void **state)
{
    (void)state;
    static const char *const kept[] = {"taken/9.png",   "taken/9~2.png",   "taken/9~3.png",
                                       "refused/8.png", "refused/8~2.png", "refused/8~3.png"};
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "", 0);
    for (int i = 0; i < 3; i++) {
        char folder[PATH_SIZE];
        struct picture single = rig_side(9, 0);
        picture_write(&single, rig.hopper, "9.png");
        path_join(folder, rig.hopper, "8.png", NULL);
        assert_true(dir_make(folder, NULL)); /* no file: refused */
        const char *const arguments[] = {"--folder", rig.hopper, "--consume", NULL};
        rig_capture(&rig, arguments, -1, 0, &run);
        assert_int_equal(understand(&run).sheets, 1);
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        char path[PATH_SIZE];
        path_join(path, rig.hopper, kept[i], NULL);
        assert_true(file_exists(path));
    }
    rig_teardown(&rig);
}

static void test_wrong_use_is_told(void **state)
{
    (void)state;
    static const char *const wrong[][4] = {
        {"--resolution", "none"}, {"--batch", "../b"}, {"--max", "-1"}, {"--nonsense"}, {"word"},
    };
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "", 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        rig_capture(&rig, wrong[i], -1, 0, &run);
        assert_int_equal(run.status, 2);
        assert_string_equal(run.out, "");
    }
    rig_teardown(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duplex_batch),
        cmocka_unit_test(test_max_leaves_the_rest),
        cmocka_unit_test(test_shapes_of_data),
        cmocka_unit_test(test_flatbed_gives_one),
        cmocka_unit_test(test_stop_ends_after_the_sheet),
        cmocka_unit_test(test_two_workers_share_a_spool),
        cmocka_unit_test(test_folder_is_a_source),
        cmocka_unit_test(test_consumed_files_of_one_name_are_all_kept),
        cmocka_unit_test(test_wrong_use_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
