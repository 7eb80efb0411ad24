/* template_store: every change keeps the version before whole and readable; failures, crashes and a
 * second writer leave the folder as it was; damage is told, and kept. */
#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/template_store.h"

#include <signal.h>
#include <sys/wait.h>

static struct template_data data; /* large */

static void path_of(const char *dir, const char *name, char ret[PATH_SIZE])
{
    struct err err;
    assert_ok(path_join(ret, dir, name, &err), &err);
}

static void put(const char *dir, const char *name, const char *bytes)
{
    struct err err;
    char path[PATH_SIZE];
    path_of(dir, name, path);
    assert_ok(file_write_atomic(path, bytes, strlen(bytes), 0644, &err), &err);
}

static void name_print(struct template_element *print, const char *name)
{
    *print = (struct template_element){.dpi = 600, .box_mm = {1, 2, 30, 10}, .n_seen = 5};
    snprintf(print->name, sizeof print->name, "%s", name);
    snprintf(print->kind, sizeof print->kind, "mark");
    snprintf(print->picture, sizeof print->picture, "%s.png", name);
    snprintf(print->mask, sizeof print->mask, "%s_mask.png", name);
}

/* As enrolment does: all pictures are new. */
static void enrol(const char *dir, const char *picture)
{
    struct err err;
    struct template_work work;
    memset(&data, 0, sizeof data);
    strcpy(data.name, "ours");
    data.dpi = 600;
    data.n_samples = 5;
    data.n_elements = 1;
    name_print(&data.element[0], "logo");
    strcpy(data.element[0].sample, "logo_sample.png");
    assert_ok(template_begin(dir, &work, &err), &err);
    put(work.part, "logo.png", picture);
    put(work.part, "logo_mask.png", "mask");
    put(work.part, "logo_sample.png", "one of them");
    assert_ok(template_commit(&work, NULL, &data, "enrolled", &err), &err);
}

static void change_text(const char *dir, const char *text)
{
    struct err err;
    struct template_work work;
    assert_ok(template_begin(dir, &work, &err), &err);
    assert_ok(template_read(dir, &data, &err), &err);
    strcpy(data.element[0].text, text);
    assert_ok(template_commit(&work, dir, &data, text, &err), &err);
}

static void nothing_is_left_beside(const char *state)
{
    struct err err;
    struct names names;
    assert_ok(dir_list(state, &names, &err), &err);
    assert_int_equal(names.n, 1);
    names_finish(&names);
}

static void versions_are_kept(void **state)
{
    struct err err;
    char dir[PATH_SIZE], slashed[PATH_SIZE], kept[PATH_SIZE], first[SHA256_HEX_SIZE],
        second[SHA256_HEX_SIZE];
    path_of(*state, "ours.template", dir);
    snprintf(slashed, sizeof slashed, "%.4000s//", dir);
    enrol(dir, "one");
    strcpy(first, data.version);
    assert_int_equal(data.n_history, 0);
    enrol(slashed, "two");
    strcpy(second, data.version);
    change_text(dir, "third");
    nothing_is_left_beside(*state);

    assert_ok(template_read(dir, &data, &err), &err);
    assert_string_equal(data.change, "third");
    assert_int_equal(data.n_history, 2);
    assert_string_equal(data.history[0].version, first);
    assert_string_equal(data.history[0].change, "enrolled");
    assert_string_equal(data.history[1].version, second);
    assert_int_equal(strlen(data.history[1].created), CLOCK_TEXT_SIZE - 1);

    struct buf picture = {0};
    assert_ok(template_version_dir(dir, first, kept, &err), &err);
    assert_ok(template_read(kept, &data, &err), &err);
    assert_string_equal(data.version, first);
    path_of(kept, "logo.png", kept);
    assert_ok(file_read(kept, 100, &picture, &err), &err);
    assert_string_equal(picture.data, "one");
    buf_finish(&picture);

    second[8] = '\0';
    assert_ok(template_version_dir(dir, second, kept, &err), &err);
    assert_false(template_version_dir(dir, "fff", kept, &err));
    assert_false(template_version_dir(dir, "../../../", kept, &err));
    assert_false(template_version_dir(dir, "ffffffffffff", kept, &err));
}

static void kept_versions_do_not_change(void **state)
{
    struct err err;
    struct template_work work;
    char dir[PATH_SIZE], kept[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    char first[SHA256_HEX_SIZE];
    strcpy(first, data.version);
    change_text(dir, "second");
    assert_ok(template_version_dir(dir, first, kept, &err), &err);
    assert_false(template_begin(kept, &work, &err));
    assert_non_null(strstr(err.text, "restore it first"));
    put(kept, "logo.png", "tampered");
    assert_false(template_read(kept, &data, &err));
    assert_non_null(strstr(err.text, "changed after enrolment"));
    assert_ok(template_read(dir, &data, &err), &err); /* its own name for the same picture */
    put(kept, TEMPLATE_FILE, "{\"schema\":\"postwacht/template/9\"}");
    assert_false(template_read(kept, &data, &err));
    assert_non_null(strstr(err.text, "newer program"));
    path_of(kept, TEMPLATE_FILE, kept);
    assert_int_equal(truncate(kept, 10), 0);
    *strrchr(kept, '/') = '\0';
    assert_false(template_read(kept, &data, &err));
    put(dir, TEMPLATE_VERSIONS_DIR "/notes.txt", "somebody's own file does no harm");
    change_text(dir, "third"); /* carries the damaged one along */
    assert_true(file_exists(kept));
}

/* As `restore` does: the version is made of one that is kept. */
static void a_version_comes_back(void **state)
{
    struct err err;
    struct template_work work;
    char dir[PATH_SIZE], kept[PATH_SIZE], first[SHA256_HEX_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    strcpy(first, data.version);
    enrol(dir, "two");
    for (int damaged = 0; damaged < 2; damaged++) {
        if (damaged)
            put(dir, "logo.png", "tampered");
        assert_ok(template_begin(dir, &work, &err), &err);
        assert_ok(template_version_dir(dir, first, kept, &err), &err);
        assert_ok(template_read(kept, &data, &err), &err);
        assert_ok(template_commit(&work, kept, &data, "back", &err), &err);
        assert_ok(template_read(dir, &data, &err), &err);
        assert_string_equal(data.change, "back");
        assert_int_equal(data.n_history, damaged ? 1 : 2);
        assert_string_equal(data.history[0].version, first);
        struct buf picture = {0};
        char path[PATH_SIZE];
        path_of(dir, "logo.png", path);
        assert_ok(file_read(path, 100, &picture, &err), &err);
        assert_string_equal(picture.data, "one");
        buf_finish(&picture);
        assert_ok(template_version_dir(dir, first, kept, &err), &err);
    }
}

static void damage_is_kept_too(void **state)
{
    struct err err;
    struct names names;
    char dir[PATH_SIZE], versions[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    put(dir, "logo.png", "tampered");
    enrol(dir, "two");
    assert_ok(template_read(dir, &data, &err), &err);
    assert_int_equal(data.n_history, 0);
    path_of(dir, TEMPLATE_VERSIONS_DIR, versions);
    assert_ok(dir_list(versions, &names, &err), &err);
    assert_int_equal(names.n, 1);
    assert_memory_equal(names.name[0], "damaged-", 8);
    names_finish(&names);
}

static void only_one_writes(void **state)
{
    struct err err;
    struct template_work one, two;
    char dir[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    assert_ok(template_begin(dir, &one, &err), &err);
    assert_false(template_begin(dir, &two, &err));
    assert_non_null(strstr(err.text, "another program"));
    template_abandon(&one);
    assert_ok(template_begin(dir, &two, &err), &err);
    template_abandon(&two);
    nothing_is_left_beside(*state);
    assert_ok(template_read(dir, &data, &err), &err);
}

static void failures_leave_the_old(void **state)
{
    struct err err;
    struct template_work work;
    char dir[PATH_SIZE], version[SHA256_HEX_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    strcpy(version, data.version);
    assert_ok(template_begin(dir, &work, &err), &err);
    name_print(&data.element[0], "slogan"); /* no such picture anywhere */
    assert_false(template_commit(&work, dir, &data, "broken", &err));
    nothing_is_left_beside(*state);
    assert_ok(template_read(dir, &data, &err), &err);
    assert_string_equal(data.version, version);
}

/* What a crash can leave: a part folder with half a version, or (without exchange) the old folder
 * under its second name. */
static void crashes_are_cleared(void **state)
{
    struct err err;
    char dir[PATH_SIZE], part[PATH_SIZE], old[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    path_of(*state, "ours.template.part", part);
    path_of(*state, "ours.template.old", old);
    enrol(dir, "one");
    path_of(part, "versions/0123", part);
    assert_ok(dir_make(part, &err), &err);
    put(part, "half.png", "half");
    change_text(dir, "second");
    nothing_is_left_beside(*state);
    path_of(dir, "versions/0123", part);
    assert_false(file_exists(part));

    assert_int_equal(rename(dir, old), 0);
    change_text(dir, "third");
    assert_int_equal(data.n_history, 2);
    nothing_is_left_beside(*state);
}

/* Killed at any moment, the folder is whole: the old version or the new one, with all before it. */
static void kills_leave_a_whole_folder(void **state)
{
    struct err err;
    char dir[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    for (int round = 0; round < 30; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            for (int i = 0; i < 1000; i++) {
                struct template_work work;
                if (!template_begin(dir, &work, &err) || !template_read(dir, &data, &err) ||
                    !template_commit(&work, dir, &data, "again", &err))
                    _exit(1);
            }
            _exit(0);
        }
        usleep((useconds_t)(round * 1700)); /* us: a change takes some milliseconds */
        kill(child, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status)); /* or the child met a problem of its own */
        assert_ok(template_read(dir, &data, &err), &err);
        for (int i = 0; i < data.n_history; i++) {
            char kept[PATH_SIZE];
            static struct template_data one;
            assert_ok(template_version_dir(dir, data.history[i].version, kept, &err), &err);
            assert_ok(template_read(kept, &one, &err), &err);
        }
    }
    assert_true(data.n_history > 0);
    change_text(dir, "after all");
    nothing_is_left_beside(*state);
}

static void marks_outlive_enrolment(void **state)
{
    struct err err;
    struct template_work work;
    char dir[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    assert_ok(template_begin(dir, &work, &err), &err);
    data.n_marks = 2;
    name_print(&data.mark[0].print, "franking");
    name_print(&data.mark[1].print, "stamp");
    data.mark[1].rule = MARK_MUST_NOT_HAVE;
    data.mark[1].has_zone = true;
    data.mark[1].zone_mm[2] = 50;
    for (int i = 0; i < 2; i++) {
        put(work.part, data.mark[i].print.picture, "imprint");
        put(work.part, data.mark[i].print.mask, "imprint's mask");
    }
    assert_ok(template_commit(&work, dir, &data, "marks", &err), &err);
    enrol(dir, "two");
    assert_ok(template_read(dir, &data, &err), &err);
    assert_int_equal(data.n_marks, 2);
    assert_string_equal(data.mark[0].print.name, "franking");
    assert_false(data.mark[0].has_zone);
    assert_int_equal(data.mark[1].rule, MARK_MUST_NOT_HAVE);
    assert_true(data.mark[1].has_zone && data.mark[1].zone_mm[2] == 50);
    put(dir, "franking.png", "another imprint");
    assert_false(template_read(dir, &data, &err));
    assert_non_null(strstr(err.text, "changed after enrolment"));
}

static void history_is_bounded(void **state)
{
    struct err err;
    char dir[PATH_SIZE];
    path_of(*state, "ours.template", dir);
    enrol(dir, "one");
    struct template_work work;
    assert_ok(template_begin(dir, &work, &err), &err);
    data.n_history = TEMPLATE_HISTORY_MAX;
    for (int i = 0; i < TEMPLATE_HISTORY_MAX; i++)
        snprintf(data.history[i].change, sizeof data.history[i].change, "change %d", i);
    char path[PATH_SIZE];
    path_of(dir, TEMPLATE_FILE, path);
    assert_ok(template_write(dir, &data, &err), &err);
    assert_ok(template_commit(&work, dir, &data, "one more", &err), &err);
    assert_int_equal(data.n_history, TEMPLATE_HISTORY_MAX);
    assert_string_equal(data.history[0].change, "change 1");
    assert_string_equal(data.history[TEMPLATE_HISTORY_MAX - 1].change, "enrolled");
}

static void no_scan_counts_twice(void **state)
{
    struct err err;
    char path[PATH_SIZE];
    memset(&data, 0, sizeof data);
    for (int i = 0; i < TEMPLATE_SCANS_MAX + 1; i++) {
        char bytes[16];
        snprintf(bytes, sizeof bytes, "scan %d", i);
        path_of(*state, "scan.png", path);
        FILE *scan = fopen(path, "w"); /* 500 times to disk would take seconds */
        assert_non_null(scan);
        fputs(bytes, scan);
        fclose(scan);
        assert_ok(template_note_scan(&data, bytes, path, &err), &err);
    }
    assert_false(template_note_scan(&data, "again", path, &err));
    assert_non_null(strstr(err.text, "scan 500"));
    assert_int_equal(data.n_scans, TEMPLATE_SCANS_MAX);
    assert_string_equal(data.scan[0].id, "scan 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(versions_are_kept, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(kept_versions_do_not_change, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(a_version_comes_back, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(damage_is_kept_too, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(only_one_writes, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(failures_leave_the_old, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(crashes_are_cleared, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(kills_leave_a_whole_folder, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(marks_outlive_enrolment, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(history_is_bounded, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(no_scan_counts_twice, temp_setup, temp_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
