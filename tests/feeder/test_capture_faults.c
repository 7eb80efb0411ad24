/* postwacht-capture when the scanner fails: the batch ends with the right word, costs at most the
 * sheet in the paper path, and nothing but whole sheets ever looks like one. */
#include "capture_rig.h"

#include <signal.h>

static void test_faults_end_the_batch(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        enum capture_kind end;
        int sheets, halves;
    } rows[] = {
        {"start 2 SANE_STATUS_JAMMED", CAPTURE_JAMMED, 1, 0},
        {"start 2 SANE_STATUS_JAMMED double-feed", CAPTURE_DOUBLE_FEED, 1, 0},
        {"start 2 SANE_STATUS_COVER_OPEN", CAPTURE_COVER_OPEN, 1, 0},
        {"start 2 SANE_STATUS_CANCELLED", CAPTURE_STOPPED, 1, 0},
        {"start 2 back SANE_STATUS_JAMMED", CAPTURE_JAMMED, 1, 1},
        {"start 2 back SANE_STATUS_NO_DOCS", CAPTURE_OUT_OF_STEP, 1, 1},
        {"read 2 back 50000 SANE_STATUS_IO_ERROR", CAPTURE_IO_ERROR, 1, 1},
        {"read 2 front 50000 SANE_STATUS_JAMMED", CAPTURE_JAMMED, 1, 1},
        {"read 2 front 0 SANE_STATUS_NO_DOCS", CAPTURE_DONE, 1, 0},
        {"read 2 front 50000 SANE_STATUS_NO_DOCS", CAPTURE_TRUNCATED, 1, 1},
        {"truncate 2 front 50000", CAPTURE_DONE, 2, 1},
        {"truncate * 50000 always", CAPTURE_TRUNCATED, 0, 3},
        {"truncate 2 front 0", CAPTURE_DONE, 2, 1},
        {"truncate 2 back 98300", CAPTURE_DONE, 2, 1}, /* one byte short of the page */
        {"vanish 2 front 50000", CAPTURE_IO_ERROR, 1, 1},
        {"open * SANE_STATUS_DEVICE_BUSY", CAPTURE_BUSY, 0, 0},
        {"open * SANE_STATUS_ACCESS_DENIED", CAPTURE_DENIED, 0, 0},
        {"open * SANE_STATUS_INVAL", CAPTURE_NO_DEVICE, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig rig;
        struct rig_run run;
        capture_setup(&rig, "", 3);
        rig_faults(&rig, rows[i].fault);
        rig_capture(&rig, CAPTURE("--source", "auto"), -1, 0, &run);
        struct said said = understand(&run);
        if (!said.ended || said.end != rows[i].end || said.sheets != rows[i].sheets ||
            said.halves != rows[i].halves)
            fail_msg("%s:\n%s", rows[i].fault, run.out);
        assert_int_equal(run.status, rows[i].end > CAPTURE_LAST_ORDERLY);
        assert_int_equal(rig_count(&rig, ""), rows[i].sheets);
        assert_int_equal(rig_count(&rig, SHEET_HALF_PREFIX), rows[i].halves);
        assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 0);
        rig_teardown(&rig);
    }
}

/* Three kinds of silence; a driver that hears sane_cancel, one that does not, one that says GOOD.
 */
static void test_silence_is_noticed(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int sheets, halves, parts;
        double most_s;
    } rows[] = {
        {"hang 2 front 50000", 1, 1, 0, 10},      {"hang 2 back 50000 deaf", 1, 0, 1, 20},
        {"starve 2 front 50000", 1, 1, 0, 10},    {"start-hang 1 front", 0, 0, 0, 10},
        {"start-hang 2 front deaf", 1, 0, 1, 20}, {"open-hang *", 0, 0, 0, 10},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig rig;
        struct rig_run run;
        capture_setup(&rig, "", 3);
        rig_faults(&rig, rows[i].fault);
        rig_capture(&rig,
                    CAPTURE("--limit-open", "2", "--limit-first-byte", "2", "--limit-stall", "1"),
                    -1, 0, &run);
        struct said said = understand(&run);
        if (said.end != CAPTURE_STALLED || said.incident != CAPTURE_STALLED ||
            said.sheets != rows[i].sheets || said.halves != rows[i].halves ||
            run.seconds > rows[i].most_s)
            fail_msg("%s, %.1f s:\n%s", rows[i].fault, run.seconds, run.out);
        assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), rows[i].parts);
        rig_teardown(&rig);
    }
}

/* The batch is over and told; that the driver does not let go changes nothing about it. */
static void test_hang_in_close_takes_nothing_away(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "", 2);
    rig_faults(&rig, "close-hang *");
    rig_capture(&rig, CAPTURE("--limit-close", "1"), -1, 0, &run);
    struct said said = understand(&run);
    assert_int_equal(run.status, 0);
    assert_int_equal(said.end, CAPTURE_DONE);
    assert_int_equal(rig_count(&rig, ""), 2);
    rig_teardown(&rig);
}

static void test_crash_costs_one_sheet(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    capture_setup(&rig, "", 3);
    rig_faults(&rig, "crash 2 back 50000");
    rig_capture(&rig, CAPTURE("--batch", "b-1"), -1, 0, &run);
    assert_int_equal(run.status, -SIGABRT);
    assert_false(understand(&run).ended);
    assert_int_equal(rig_count(&rig, ""), 1);
    assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 1);
    rig_capture(&rig, CAPTURE("--batch", "b-2"), -1, 0, &run);
    struct said said = understand(&run);
    assert_int_equal(said.halves, 1); /* what the dead one left */
    assert_int_equal(said.sheets, 1);
    assert_int_equal(rig_count(&rig, SHEET_HALF_PREFIX), 1);
    assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 0);
    rig_teardown(&rig);
}

/* Every complete folder is one of the sheets that were fed, whole, and none is there twice. */
static int check_spool(const struct rig *rig, int sheets)
{
    struct names names = {0};
    bool seen[SHEETS_MAX] = {false};
    int complete = 0;
    assert_true(dir_list(rig->spool, &names, NULL));
    for (size_t i = 0; i < names.n; i++) {
        struct sheet sheet;
        char dir[PATH_SIZE];
        if (!name_is_safe(names.name[i]))
            continue;
        read_sheet(rig, names.name[i], &sheet, dir);
        int n = number_of(&sheet, sheets);
        assert_true(n > 0);
        assert_false(seen[n]);
        seen[n] = true;
        complete++;
    }
    names_finish(&names);
    return complete;
}

static void test_kill_at_any_moment(void **state)
{
    (void)state;
    enum { KILLS = 20, SHEETS = 3 };
    srand(1);
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
        struct rig rig;
        struct rig_run run;
        capture_setup(&rig, "rate 8000000", SHEETS);
        rig_capture(&rig, CAPTURE("--batch", "b-1"), rand() % 120, SIGKILL, &run);
        killed += run.status == -SIGKILL;
        int before = check_spool(&rig, SHEETS);
        struct said said = understand(&run);
        assert_true(said.sheets <= before); /* what was reported is there */
        rig_capture(&rig, CAPTURE("--batch", "b-2"), -1, 0, &run);
        assert_int_equal(run.status, 0);
        assert_int_equal(rig_count(&rig, SHEET_PART_PREFIX), 0);
        /* The kill costs at most the one sheet that was in the paper path. */
        assert_true(check_spool(&rig, SHEETS) >= SHEETS - 1);
        rig_teardown(&rig);
    }
    assert_true(killed > KILLS / 4); /* else the moments are badly chosen and nothing was tested */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_end_the_batch),
        cmocka_unit_test(test_silence_is_noticed),
        cmocka_unit_test(test_hang_in_close_takes_nothing_away),
        cmocka_unit_test(test_crash_costs_one_sheet),
        cmocka_unit_test(test_kill_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
