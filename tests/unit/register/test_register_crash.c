/* Killed at any moment, opened by several at once: nothing acknowledged is lost, nothing stands
 * there twice, and the log always verifies. */
#include "tests/unit/register/fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

enum { ROUNDS = 25, SHEETS = 60 };

/* Child: records sheets from `first` on and writes each number to the pipe when acknowledged. */
static void writer(const char *dir, const char *base, int first, int pipe_out)
{
    struct err err;
    struct reg *reg;
    if (!reg_open(dir, REG_WRITE, &reg, &err)) {
        fprintf(stderr, "%s\n", err.text);
        _exit(2);
    }
    for (int n = first; n <= SHEETS; n++) {
        struct reg_recorded recorded;
        char sheet[PATH_SIZE], name[64];
        snprintf(name, sizeof name, "sheet-%d", n);
        if (!path_join(sheet, base, name, &err) || !reg_record_sheet(reg, sheet, &recorded, &err)) {
            fprintf(stderr, "%s\n", err.text);
            _exit(3);
        }
        if (write(pipe_out, &n, sizeof n) != sizeof n)
            _exit(4);
    }
    _exit(0);
}

static void test_kill(void **state)
{
    char dir[PATH_SIZE];
    fixture_path(dir, *state, "register");
    struct fixture *fixture = malloc(sizeof *fixture);
    for (int n = 1; n <= SHEETS; n++) {
        char sheet[PATH_SIZE];
        fixture_make(fixture, *state, n, (enum verdict_class)(n % 4), sheet);
    }
    free(fixture);
    srand(20261121);
    int acknowledged = 0, reach_ms = 100; /* the moment of death: before this */
    for (int round = 0; round < ROUNDS && acknowledged < SHEETS; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            writer(dir, *state, acknowledged + 1, ends[1]);
        close(ends[1]);
        int before = acknowledged, ms = rand() % reach_ms;
        struct timespec pause = {.tv_sec = ms / 1000,
                                 .tv_nsec = ms % 1000 * 1000000L + rand() % 1000000};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        int status, n;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        while (read(ends[0], &n, sizeof n) == sizeof n)
            acknowledged = n;
        close(ends[0]);
        if (acknowledged == before && reach_ms < 3000)
            reach_ms *= 2; /* a slow disk: otherwise every death comes before the first sheet */

        struct err err;
        struct reg *reg;
        assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
        struct reg_counts counts;
        assert_ok(reg_counts(reg, &counts, &err), &err);
        /* One more may be whole without its acknowledgement having been read. */
        assert_in_range(counts.total, acknowledged, acknowledged + 1);
        for (int i = 1; i <= acknowledged; i++) {
            char id[64];
            bool has = false;
            snprintf(id, sizeof id, "sheet-%d", i);
            assert_ok(reg_has_sheet(reg, id, &has, &err), &err);
            assert_true(has);
        }
        reg_close(reg);
        if (round % 5 == 4)
            expect_verify(dir, NULL);
    }
    assert_true(acknowledged > 0);
    struct err err;
    struct reg *reg;
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    for (int n = 1; n <= SHEETS; n++) { /* all of them again: what is there stays single */
        char sheet[PATH_SIZE], name[64];
        struct reg_recorded recorded;
        snprintf(name, sizeof name, "sheet-%d", n);
        fixture_path(sheet, *state, name);
        assert_ok(reg_record_sheet(reg, sheet, &recorded, &err), &err);
    }
    struct reg_counts counts;
    assert_ok(reg_counts(reg, &counts, &err), &err);
    assert_int_equal(counts.total, SHEETS);
    for (int i = 0; i < 4; i++)
        assert_int_equal(counts.by_verdict[i], SHEETS / 4);
    reg_close(reg);
    expect_verify(dir, NULL);
}

/* Killed while the register is being made: the next opening makes or finishes it. */
static void test_kill_at_birth(void **state)
{
    for (int round = 0; round < ROUNDS; round++) {
        char dir[PATH_SIZE], name[32];
        struct err err;
        struct reg *reg;
        snprintf(name, sizeof name, "birth-%d", round);
        fixture_path(dir, *state, name);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(reg_open(dir, REG_WRITE, &reg, &err) ? 0 : 1);
        struct timespec pause = {.tv_nsec = round * 3000000L}; /* a birth takes about 50 ms */
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
        fixture_record(reg, dir, 1, VERDICT_GENUINE);
        reg_close(reg);
        expect_verify(dir, NULL);
    }
}

/* Two processes want to record the same sheets; the lock lets them take turns. */
static void test_two_writers(void **state)
{
    enum { TWO = 2, SOME = 6 };
    char dir[PATH_SIZE], sheet[SOME][PATH_SIZE];
    struct fixture *fixture = malloc(sizeof *fixture);
    fixture_path(dir, *state, "register");
    for (int n = 0; n < SOME; n++)
        fixture_make(fixture, *state, n + 1, VERDICT_IMITATION, sheet[n]);
    free(fixture);
    pid_t child[TWO];
    for (int c = 0; c < TWO; c++) {
        child[c] = fork();
        assert_true(child[c] >= 0);
        if (child[c] != 0)
            continue;
        struct err err;
        for (int n = 0; n < SOME; n++) {
            struct reg *reg;
            struct reg_recorded recorded;
            if (!reg_open(dir, REG_WRITE, &reg, &err) ||
                !reg_record_sheet(reg, sheet[n], &recorded, &err)) {
                fprintf(stderr, "%s\n", err.text);
                _exit(1);
            }
            reg_close(reg);
        }
        _exit(0);
    }
    for (int c = 0; c < TWO; c++) {
        int status;
        assert_int_equal(waitpid(child[c], &status, 0), child[c]);
        assert_int_equal(status, 0);
    }
    struct err err;
    struct reg *reg;
    struct reg_counts counts;
    assert_ok(reg_open(dir, REG_READ, &reg, &err), &err);
    assert_ok(reg_counts(reg, &counts, &err), &err);
    assert_int_equal(counts.total, SOME);
    reg_close(reg);
    expect_verify(dir, NULL);
}

struct reader {
    const char *dir;
    atomic_bool *stop;
    int rounds;
    char failure[600];
};

/* What a page does while a batch runs: counts and lists never go back, items are whole. */
static void *read_on(void *ctx)
{
    struct reader *reader = ctx;
    struct err err;
    struct reg *reg;
    int64_t seen = 0;
    struct reg_row row[50];
    if (!reg_open(reader->dir, REG_READ, &reg, &err)) {
        snprintf(reader->failure, sizeof reader->failure, "%s", err.text);
        return NULL;
    }
    do {
        struct reg_counts counts;
        struct reg_query query = {.limit = 50, .verdict = -1, .only_items = true};
        struct reg_item item;
        struct buf zip = {0};
        int n;
        if (!reg_counts(reg, &counts, &err) || !reg_list(reg, &query, row, &n, &err) ||
            (n && !reg_item(reg, row[0].item, &item, &err))) {
            snprintf(reader->failure, sizeof reader->failure, "%s", err.text);
            break;
        }
        if (n && (item.n_events < 5 || item.n_files != 9))
            strcpy(reader->failure, "half an item");
        if (n)
            reg_item_finish(&item);
        if (counts.total < seen)
            strcpy(reader->failure, "the count went back");
        seen = counts.total;
        if (n && !reg_export_item(reg, row[0].item, NULL, 0, &zip, &err) &&
            !strstr(err.text, "being signed"))
            snprintf(reader->failure, sizeof reader->failure, "%s", err.text);
        buf_finish(&zip);
        reader->rounds++;
    } while (!reader->failure[0] && !atomic_load(reader->stop));
    reg_close(reg);
    return NULL;
}

static void test_readers(void **state)
{
    enum { READERS = 2, SOME = 25 };
    char dir[PATH_SIZE];
    struct err err;
    struct reg *reg;
    atomic_bool stop = false;
    pthread_t thread[READERS];
    struct reader reader[READERS] = {0};
    fixture_path(dir, *state, "register");
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    for (int i = 0; i < READERS; i++) {
        reader[i].dir = dir;
        reader[i].stop = &stop;
        assert_int_equal(pthread_create(&thread[i], NULL, read_on, &reader[i]), 0);
    }
    for (int n = 1; n <= SOME; n++) {
        fixture_record(reg, *state, n, VERDICT_IMITATION);
        if (n == SOME / 2)
            expect_verify(dir, NULL); /* while the writer holds the register */
    }
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(thread[i], NULL);
        assert_string_equal(reader[i].failure, "");
        assert_true(reader[i].rounds > 0);
    }
    reg_close(reg);
    expect_verify(dir, NULL);
}

/* A commit whose signature a crash took away is signed at the next opening, and the log says so. */
static void test_unsigned_commit(void **state)
{
    char dir[PATH_SIZE], genesis[sizeof((struct reg_checkpoint *)0)->text];
    struct err err;
    struct reg *reg;
    struct reg_checkpoint checkpoint;
    fixture_path(dir, *state, "register");
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    assert_ok(reg_checkpoint(reg, &checkpoint, &err), &err);
    strcpy(genesis, checkpoint.text);
    strstr(genesis, "\n\n")[1] = '\0'; /* the three lines of the head */
    fixture_record(reg, *state, 1, VERDICT_IMITATION);
    reg_close(reg);
    /* The state right after the commit: no checkpoint yet, an older high-water file. */
    fixture_edit(dir, "DROP TRIGGER checkpoint_no_delete; DELETE FROM checkpoint WHERE size > 1;"
                      "CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint\n"
                      "BEGIN SELECT raise(ABORT, 'a checkpoint never goes'); END");
    write_at(dir, HIGH_WATER_FILE, genesis, NULL);
    expect_verify(dir, "not signed yet");
    assert_ok(reg_open(dir, REG_WRITE, &reg, &err), &err);
    assert_ok(reg_checkpoint(reg, &checkpoint, &err), &err);
    assert_int_equal(checkpoint.size, 7); /* genesis, five of the item, log.recovered */
    reg_close(reg);
    expect_verify(dir, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kill, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_kill_at_birth, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_two_writers, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_readers, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_unsigned_commit, temp_setup, temp_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
