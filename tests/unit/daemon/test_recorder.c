/* recorder: what it cannot write waits, and what can never be written is set aside. */
#define _GNU_SOURCE
#include "daemon/supervisor/recorder.h"
#include "fixture.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#define RESTS_MS 3600000 /* later than any rest after a failure */

struct desk {
    char folder[PATH_SIZE];
    struct recorder recorder;
    struct pile pile;
};

static void desk_init(struct desk *desk)
{
    struct err err;
    memset(desk, 0, sizeof *desk);
    struct recorder *recorder = &desk->recorder;
    assert_true(fixture_folder(desk->folder, &err));
    assert_true(path_join(recorder->reg_dir, desk->folder, "register", &err) &&
                path_join(recorder->spool, desk->folder, "spool", &err) &&
                path_join(recorder->state, desk->folder, "state", &err));
    assert_true(dir_make(recorder->spool, &err) && dir_make(recorder->state, &err));
    assert_true(reg_open(recorder->reg_dir, REG_WRITE, &recorder->reg, &err));
}

static void desk_finish(struct desk *desk)
{
    reg_close(desk->recorder.reg);
    pile_finish(&desk->pile);
    fixture_remove(desk->folder);
}

/* How often the register's file holds the text; closes the register. */
static int times_recorded(struct desk *desk, const char *text)
{
    char path[PATH_SIZE];
    struct err err;
    struct buf file = {0};
    int times = 0;
    reg_close(desk->recorder.reg);
    desk->recorder.reg = NULL;
    assert_true(path_join(path, desk->recorder.reg_dir, "register.db", &err));
    assert_true(file_read(path, SIZE_MAX, &file, &err));
    const char *at = (const char *)file.data, *end = at + file.len;
    while ((at = memmem(at, (size_t)(end - at), text, strlen(text)))) {
        times++;
        at += strlen(text);
    }
    buf_finish(&file);
    return times;
}

/* Says incidents while no file can grow, as on a full disk. */
static void say_on_full_disk(struct desk *desk, int n)
{
    struct rlimit before, full;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = (struct rlimit){.rlim_cur = 1, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    for (int i = 0; i < n; i++) {
        char text[64];
        snprintf(text, sizeof text, "Feed sheet number %d again.", i);
        recorder_incident(&desk->recorder, "batch-1", "half_sheet", text);
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
}

static void test_incidents_wait_for_the_disk(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk);
    say_on_full_disk(&desk, 3);
    assert_int_equal(desk.recorder.n_waiting, 3);
    desk.recorder.reopen_at = 0;
    assert_true(recorder_step(&desk.recorder, &desk.pile, clock_mono_ms()));
    assert_int_equal(desk.recorder.n_waiting, 0);
    assert_false(recorder_step(&desk.recorder, &desk.pile, clock_mono_ms()));
    assert_int_equal(times_recorded(&desk, "Feed sheet number 0 again."), 1);
    desk_finish(&desk);
}

static void test_more_than_can_wait_are_counted(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk);
    say_on_full_disk(&desk, RECORDER_WAITING_MAX + 5);
    desk.recorder.reopen_at = 0;
    while (recorder_step(&desk.recorder, &desk.pile, clock_mono_ms()))
        ;
    assert_int_equal(times_recorded(&desk, "5 more incidents happened"), 1);
    desk_finish(&desk);
}

/* The picture was deleted by hand: it never comes back, and must not keep the others waiting. */
static void test_a_sheet_without_its_picture_is_set_aside(void **state)
{
    (void)state;
    struct desk desk;
    struct err err;
    struct sheet sheet;
    char dir[PATH_SIZE], picture[PATH_SIZE], aside[PATH_SIZE];
    desk_init(&desk);
    assert_true(fixture_sheet(desk.recorder.spool, "b-1-0001", 1, FIXTURE_IMITATION, &err));
    assert_true(path_join(dir, desk.recorder.spool, "b-1-0001", &err));
    assert_true(sheet_read(dir, &sheet, &err));
    assert_true(path_join(picture, dir, sheet.side[SIDE_FRONT].file, &err));
    assert_int_equal(unlink(picture), 0);
    assert_true(pile_scan(&desk.pile, desk.recorder.spool, &err));
    for (int64_t k = 0; k < 5 && desk.pile.n; k++)
        recorder_step(&desk.recorder, &desk.pile, clock_mono_ms() + k * RESTS_MS);
    assert_int_equal(desk.pile.n, 0);
    assert_true(path_join(aside, desk.recorder.state, "broken/b-1-0001/sheet.json", &err));
    assert_true(file_exists(aside));
    assert_int_equal(times_recorded(&desk, "broken_sheet"), 1);
    desk_finish(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incidents_wait_for_the_disk),
        cmocka_unit_test(test_more_than_can_wait_are_counted),
        cmocka_unit_test(test_a_sheet_without_its_picture_is_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
