/* kill -9 of capture, analysis (the worker and the process of one sheet) and daemon, at random
 * moments of batches on the virtual scanner. What must hold afterwards: every sheet that was ever
 * complete in the spool is in the register exactly once, nothing else is, and the register
 * verifies.
 *
 * What was complete is seen from outside, by inotify on the spool: a sheet becomes complete by the
 * rename of its folder. Half of the sheets are so small that they cannot be screened: they become
 * items with images (unsure), the others only counts (other), so that both ways are cut through.
 * Usage: test_kills [KILLS [SEED]] */
#define _GNU_SOURCE
#include "daemon/control.h"
#include "daemon/process.h"
#include "schemas/base/clock.h"
#include "schemas/register/register.h"
#include "tests/feeder/rig.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#define KILLS_DEFAULT 16
#define DPI 100
#define SHEETS_AHEAD 8   /* in the hopper when a batch begins */
#define LIFE_MS 700      /* longest time between two kills */
#define VICTIM_TRIES 500 /* about a second */
#define PATIENCE_S 120.0 /* for the rest to be screened and recorded */
#define IDS_MAX 20000

enum { CAPTURE, ANALYSIS, ONE_SHEET, DAEMON, VICTIMS };

struct test {
    struct rig rig;
    char state[PATH_SIZE], spool[PATH_SIZE];
    struct process daemon;
    int inotify;
    int fed; /* sheets that were ever put into the hopper */
    size_t n_seen;
    char seen[IDS_MAX][SHEET_ID_SIZE];
    int killed[VICTIMS];
    uint32_t random;
};

static int kills_wanted = KILLS_DEFAULT;
static uint32_t seed = 1;

static uint32_t draw(struct test *test, uint32_t below)
{
    test->random = test->random * 1664525u + 1013904223u; /* Numerical Recipes */
    return (test->random >> 8) % below;
}

/* ---- what is seen from outside ---- */

static void take_events(struct test *test)
{
    _Alignas(struct inotify_event) char bytes[65536];
    ssize_t n;
    while ((n = read(test->inotify, bytes, sizeof bytes)) > 0) {
        const struct inotify_event *event;
        for (char *at = bytes; at < bytes + n; at += sizeof *event + event->len) {
            event = (const struct inotify_event *)at;
            assert_false(event->mask & IN_Q_OVERFLOW);
            if (!(event->mask & IN_MOVED_TO) || !event->len || !name_is_safe(event->name))
                continue;
            assert_true(test->n_seen < IDS_MAX);
            snprintf(test->seen[test->n_seen++], SHEET_ID_SIZE, "%s", event->name);
        }
    }
}

/* The child of parent whose command name begins so; 0 for none. */
static pid_t child_of(pid_t parent, const char *name)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    pid_t found = 0;
    assert_non_null(proc);
    while (!found && (entry = readdir(proc))) {
        char path[300], line[512], command[64];
        int pid, ppid;
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        if (!file)
            continue;
        if (fgets(line, sizeof line, file) &&
            sscanf(line, "%d (%63[^)]) %*c %d", &pid, command, &ppid) == 3 && ppid == parent &&
            strncmp(command, name, strlen(name)) == 0)
            found = pid;
        fclose(file);
    }
    closedir(proc);
    return found;
}

/* ---- the chain ---- */

static bool ask(struct test *test, const char *request, double seconds)
{
    struct buf answer = {0};
    bool ok = control_ask(test->state, request, seconds, &answer, NULL);
    buf_finish(&answer);
    return ok;
}

static void start_daemon(struct test *test)
{
    const char *const argv[] = {PROGRAM_DIR "/postwachtd",
                                "--state",
                                test->state,
                                "--port",
                                "0",
                                "--device",
                                "feeder:a",
                                "--resolution",
                                "100",
                                "--jobs",
                                "2",
                                NULL};
    struct err err;
    assert_ok(process_start(argv, &test->daemon, &err), &err);
    double deadline = clock_mono_s() + PATIENCE_S;
    int status;
    while (!ask(test, "status", 5.0)) {
        if (process_ended(&test->daemon, &status) || clock_mono_s() > deadline)
            fail_msg("postwachtd did not come up again (seed %u)", seed);
        poll(NULL, 0, 10);
    }
}

static void fill_hopper(struct test *test)
{
    struct names names;
    struct err err;
    assert_ok(dir_list(test->rig.hopper, &names, &err), &err);
    size_t waiting = 0;
    for (size_t i = 0; i < names.n; i++)
        waiting += strstr(names.name[i], "_front.tif") != NULL;
    names_finish(&names);
    for (; waiting < SHEETS_AHEAD; waiting++) {
        char name[64];
        int number = ++test->fed;
        /* 8 mm cannot be an envelope; 114 x 81 mm of noise is other mail */
        bool tiny = number % 2 == 0;
        struct picture picture = {.width = tiny ? 32 : 449,
                                  .height = tiny ? 32 : 319,
                                  .channels = 3,
                                  .depth = 8,
                                  .dpi = DPI,
                                  .seed = (uint32_t)number * 2};
        snprintf(name, sizeof name, "%06d_back.tif", number); /* the back first: see feeder.h */
        picture_write(&picture, test->rig.hopper, name);
        picture.seed++;
        snprintf(name, sizeof name, "%06d_front.tif", number);
        picture_write(&picture, test->rig.hopper, name);
    }
}

static pid_t pid_of(const struct test *test, int victim)
{
    pid_t daemon = test->daemon.pid;
    if (victim == DAEMON)
        return daemon;
    if (victim == CAPTURE)
        return child_of(daemon, "postwacht-captu");
    pid_t analysis = child_of(daemon, "postwacht-analy");
    return victim == ANALYSIS || !analysis ? analysis : child_of(analysis, "postwacht-analy");
}

/* Waits a moment for the victim to be there: the process of one sheet lives for milliseconds. */
static bool kill_one(struct test *test, int victim)
{
    pid_t pid = 0;
    for (int tries = 0; tries < VICTIM_TRIES && pid <= 0; tries++)
        if ((pid = pid_of(test, victim)) <= 0)
            poll(NULL, 0, 1);
    if (pid <= 0 || kill(pid, SIGKILL) != 0)
        return false;
    test->killed[victim]++;
    if (victim == DAEMON) {
        process_finish(&test->daemon);
        start_daemon(test);
    }
    return true;
}

/* ---- what must hold ---- */

static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t recorded_ids(struct test *test, char (*ret)[SHEET_ID_SIZE], int64_t *ret_items)
{
    enum { PAGE = 100 };
    static struct reg_row row[PAGE];
    struct reg_query query = {.limit = PAGE, .verdict = -1};
    char dir[PATH_SIZE];
    struct reg *reg;
    struct err err;
    size_t n = 0;
    int got;
    *ret_items = 0;
    assert_ok(path_join(dir, test->state, "register", &err), &err);
    assert_ok(reg_open(dir, REG_READ, &reg, &err), &err);
    do {
        assert_ok(reg_list(reg, &query, row, &got, &err), &err);
        for (int i = 0; i < got; i++) {
            assert_true(n < IDS_MAX);
            memcpy(ret[n++], row[i].sheet_id, SHEET_ID_SIZE);
            *ret_items += row[i].item > 0;
            query.before = row[i].row;
        }
    } while (got == PAGE);
    reg_close(reg);
    return n;
}

static void print_wrong(void *ctx, bool ok, const char *what, const char *detail)
{
    (void)ctx;
    if (!ok)
        fprintf(stderr, "not ok: %s %s\n", what, detail);
}

static void check_register(struct test *test)
{
    static char recorded[IDS_MAX][SHEET_ID_SIZE];
    char dir[PATH_SIZE];
    struct err err;
    bool verified = false;
    int64_t items;
    size_t n = recorded_ids(test, recorded, &items);
    qsort(recorded, n, sizeof recorded[0], by_id);
    qsort(test->seen, test->n_seen, sizeof test->seen[0], by_id);
    for (size_t i = 1; i < n; i++)
        if (strcmp(recorded[i - 1], recorded[i]) == 0)
            fail_msg("%s is in the register twice (seed %u)", recorded[i], seed);
    for (size_t i = 0; i < test->n_seen; i++)
        if (!bsearch(test->seen[i], recorded, n, sizeof recorded[0], by_id))
            fail_msg("%s was complete and is not in the register (seed %u)", test->seen[i], seed);
    assert_int_equal(n, test->n_seen);
    assert_true(n > 0 && items > 0 && items < (int64_t)n); /* both ways were taken */
    assert_ok(path_join(dir, test->state, "register", &err), &err);
    assert_ok(reg_verify(dir, print_wrong, NULL, &verified, &err), &err);
    assert_true(verified);
}

static void check_spool(struct test *test)
{
    static const char *const empty[] = {"spool", "batches"};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        char dir[PATH_SIZE];
        struct names names;
        struct err err;
        assert_ok(path_join(dir, test->state, empty[i], &err), &err);
        assert_ok(dir_list(dir, &names, &err), &err);
        for (size_t j = 0; j < names.n; j++)
            /* half sheets stay as evidence; the lock file stays for the next batch */
            if (name_is_safe(names.name[j]) || strncmp(names.name[j], ".part-", 6) == 0 ||
                strncmp(names.name[j], ".gone-", 6) == 0)
                fail_msg("%s/%s was left (seed %u)", empty[i], names.name[j], seed);
        names_finish(&names);
    }
}

static void test_nothing_is_lost(void **state)
{
    static struct test test;
    struct err err;
    (void)state;
    test.random = seed;
    rig_setup(&test.rig, "feeder", "duplex yes\nrate 1500000\n");
    setenv("SANE_CONFIG_DIR", test.rig.conf, 1);
    setenv("LD_LIBRARY_PATH", FEEDER_LIBRARY_DIR, 1);
    assert_ok(path_join(test.state, test.rig.dir, "state", &err), &err);
    assert_ok(path_join(test.spool, test.state, "spool", &err), &err);
    assert_ok(dir_make(test.spool, &err), &err);
    test.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    assert_true(inotify_add_watch(test.inotify, test.spool, IN_MOVED_TO) >= 0);
    start_daemon(&test);
    double deadline = clock_mono_s() + 20.0 * kills_wanted + PATIENCE_S;
    for (int kills = 0; kills < kills_wanted;) {
        fill_hopper(&test);
        ask(&test, "scan", 10.0); /* "already" is fine */
        poll(NULL, 0, (int)draw(&test, LIFE_MS));
        kills += kill_one(&test, (int)draw(&test, VICTIMS));
        take_events(&test);
        assert_true(clock_mono_s() < deadline);
    }
    if (!ask(&test, "wait", PATIENCE_S))
        fail_msg("the chain did not come to rest (seed %u)", seed);
    process_signal(&test.daemon, SIGTERM);
    struct pollfd ended = {.fd = test.daemon.pidfd, .events = POLLIN};
    assert_int_equal(poll(&ended, 1, 30000), 1);
    int status = -1;
    assert_true(process_ended(&test.daemon, &status));
    assert_int_equal(status, 0);
    process_finish(&test.daemon);
    take_events(&test);
    check_register(&test);
    check_spool(&test);
    for (int victim = 0; victim < VICTIMS && kills_wanted >= KILLS_DEFAULT; victim++)
        if (!test.killed[victim])
            fail_msg("victim %d was never there to be killed (seed %u)", victim, seed);
    close(test.inotify);
    rig_teardown(&test.rig);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        kills_wanted = atoi(argv[1]);
    if (argc > 2)
        seed = (uint32_t)strtoul(argv[2], NULL, 10);
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
