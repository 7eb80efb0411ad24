#include "tests/unit/register/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void open_in(const char *base, enum reg_mode mode, char ret_dir[PATH_SIZE], struct reg **ret)
{
    struct err err;
    fixture_path(ret_dir, base, "register");
    assert_ok(reg_open(ret_dir, mode, ret, &err), &err);
}

static void test_empty(void **state)
{
    struct err err;
    struct reg *reg, *again;
    char dir[PATH_SIZE], path[PATH_SIZE];
    fixture_path(dir, *state, "register");
    assert_false(reg_open(dir, REG_READ, &reg, &err)); /* reading creates nothing */
    assert_false(file_exists(dir));
    open_in(*state, REG_WRITE, dir, &reg);
    struct stat st;
    fixture_path(path, dir, "keys/signing.pem");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
    struct reg_checkpoint first, second;
    assert_ok(reg_checkpoint(reg, &first, &err), &err);
    assert_int_equal(first.size, 1);
    assert_false(reg_open(dir, REG_WRITE, &again, &err)); /* one writer */
    assert_non_null(strstr(err.text, "another program"));
    reg_close(reg);
    open_in(*state, REG_WRITE, dir, &reg); /* opening again adds nothing */
    assert_ok(reg_checkpoint(reg, &second, &err), &err);
    assert_memory_equal(&first, &second, sizeof first);
    struct reg_counts counts;
    assert_ok(reg_counts(reg, &counts, &err), &err);
    assert_int_equal(counts.total, 0);
    reg_close(reg);
    open_in(*state, REG_READ, dir, &reg);
    assert_false(reg_close_batch(reg, "batch-1", &err)); /* reading changes nothing */
    assert_non_null(strstr(err.text, "reading only"));
    reg_close(reg);
}

static void test_record_item(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE], sheet_dir[PATH_SIZE];
    struct fixture *fixture = malloc(sizeof *fixture);
    struct reg_recorded recorded;
    open_in(*state, REG_WRITE, dir, &reg);
    fixture_make(fixture, *state, 1, VERDICT_IMITATION, sheet_dir);
    bool has = true;
    assert_ok(reg_has_sheet(reg, "sheet-1", &has, &err), &err);
    assert_false(has);
    assert_ok(reg_record_sheet(reg, sheet_dir, &recorded, &err), &err);
    assert_false(recorded.already);
    assert_int_equal(recorded.item, 1);
    struct reg_checkpoint before, after;
    assert_ok(reg_checkpoint(reg, &before, &err), &err);
    assert_ok(reg_record_sheet(reg, sheet_dir, &recorded, &err), &err);
    assert_true(recorded.already);
    assert_int_equal(recorded.item, 1);
    assert_int_equal(recorded.verdict, VERDICT_IMITATION);
    assert_ok(reg_checkpoint(reg, &after, &err), &err);
    assert_memory_equal(&before, &after, sizeof before);
    assert_ok(dir_remove(sheet_dir, &err), &err); /* the register holds its own copies */

    struct reg_item item;
    assert_ok(reg_item(reg, 1, &item, &err), &err);
    assert_memory_equal(&item.sheet, &fixture->sheet, sizeof item.sheet);
    assert_memory_equal(&item.screening, &fixture->screening, sizeof item.screening);
    assert_string_equal(item.row.reasons, "slogan_missing logo_altered");
    assert_string_equal(item.row.country, "DE");
    assert_true(item.row.seconds == 0.75);
    static const char *const expected[][2] = {
        {"sheet", "sheet.json"},
        {"image", "front.tif"},
        {"image", "back.tif"},
        {"preview", "crops/front.jpg"},
        {"crop", "crops/dots_scan.png"},
        {"crop", "crops/dots_seen.png"},
        {"crop", "crops/slogan_expected.png"},
        {"crop", "crops/slogan_seen.png"},
        {"screening", "screening.json"},
    };
    assert_int_equal(item.n_files, 9);
    for (int i = 0; i < item.n_files; i++) {
        char path[PATH_SIZE], mime[32], hex[SHA256_HEX_SIZE];
        uint8_t digest[SHA256_SIZE];
        assert_string_equal(item.file[i].role, expected[i][0]);
        assert_string_equal(item.file[i].name, expected[i][1]);
        assert_ok(reg_blob_path(reg, item.file[i].sha256, path, sizeof path, mime, &err), &err);
        assert_string_equal(mime, item.file[i].mime);
        assert_ok(sha256_file(path, digest, &err), &err);
        hex_encode(digest, sizeof digest, hex);
        assert_string_equal(hex, item.file[i].sha256);
    }
    assert_string_equal(item.file[1].sha256_pixels, fixture->sheet.side[0].sha256_pixels);
    assert_string_equal(item.row.preview_sha256, item.file[3].sha256);
    assert_string_equal(item.file[3].mime, "image/jpeg");
    static const char *const types[] = {"item.received", "image.captured", "image.captured",
                                        "image.derived", "screening.recorded"};
    assert_int_equal(item.n_events, 5);
    for (int i = 0; i < item.n_events; i++) {
        assert_string_equal(item.event[i].type, types[i]);
        assert_int_equal(item.event[i].seq, i + 1);
        char chain[128];
        snprintf(chain, sizeof chain, "\"item_n\":%d,\"item_prev\":\"%s\"", i + 1,
                 i ? item.event[i - 1].leaf : "");
        assert_non_null(strstr(item.event[i].json, chain));
        /* No file's own hash stands in the log, apart from the raw image's. */
        assert_null(strstr(item.event[i].json, item.file[3].sha256));
    }
    reg_item_finish(&item);
    assert_false(reg_item(reg, 2, &item, &err));
    char path[PATH_SIZE], mime[32], unknown[SHA256_HEX_SIZE];
    memset(unknown, '0', sizeof unknown - 1);
    unknown[sizeof unknown - 1] = '\0';
    assert_false(reg_blob_path(reg, unknown, path, sizeof path, mime, &err));
    assert_false(reg_blob_path(reg, "../../keys/signing.pem", path, sizeof path, mime, &err));
    reg_close(reg);
    expect_verify(dir, NULL);
    free(fixture);
}

static void test_innocent_mail(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    open_in(*state, REG_WRITE, dir, &reg);
    struct reg_checkpoint before, after;
    assert_ok(reg_checkpoint(reg, &before, &err), &err);
    assert_int_equal(fixture_record(reg, *state, 1, VERDICT_OTHER), 0);
    assert_ok(reg_checkpoint(reg, &after, &err), &err);
    assert_memory_equal(&before, &after, sizeof before); /* no entry about one innocent letter */
    struct reg_query query = {.limit = 10, .verdict = -1};
    struct reg_row row[10];
    int n;
    assert_ok(reg_list(reg, &query, row, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(row[0].item, 0);
    assert_string_equal(row[0].country, "DE"); /* what the post did with it, and nothing of it */
    assert_string_equal(row[0].template_name, "");
    assert_string_equal(row[0].preview_sha256, "");
    char blobs[PATH_SIZE];
    fixture_path(blobs, dir, "blobs");
    struct names names;
    assert_ok(dir_list(blobs, &names, &err), &err);
    assert_int_equal(names.n, 0);
    names_finish(&names);
    bool has = false;
    assert_ok(reg_has_sheet(reg, "sheet-1", &has, &err), &err);
    assert_true(has);
    struct reg_counts counts;
    assert_ok(reg_counts(reg, &counts, &err), &err);
    assert_int_equal(counts.by_verdict[VERDICT_OTHER], 1);
    assert_int_equal(counts.returned, 1);
    reg_close(reg);
    expect_verify(dir, NULL);
}

static void test_masters(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE], sheet_dir[PATH_SIZE];
    struct fixture *fixture = malloc(sizeof *fixture);
    struct reg_recorded recorded;
    open_in(*state, REG_WRITE, dir, &reg);
    fixture_make(fixture, *state, 1, VERDICT_GENUINE, sheet_dir);
    struct screening *screening = &fixture->screening;
    strcpy(screening->master[SIDE_FRONT].file, "front.png");
    write_at(sheet_dir, "front.png", "a png", screening->master[SIDE_FRONT].sha256_file);
    memset(screening->master[SIDE_FRONT].sha256_pixels, 'c', SHA256_HEX_SIZE - 1);
    assert_ok(screening_write(sheet_dir, screening, &err), &err);
    assert_false(reg_record_sheet(reg, sheet_dir, &recorded, &err)); /* other pixels */
    assert_non_null(strstr(err.text, "pixels"));
    memset(screening->master[SIDE_FRONT].sha256_pixels, 'a', SHA256_HEX_SIZE - 1);
    assert_ok(screening_write(sheet_dir, screening, &err), &err);
    write_at(sheet_dir, "front.png", "another png", NULL);
    assert_false(reg_record_sheet(reg, sheet_dir, &recorded, &err)); /* other bytes */
    write_at(sheet_dir, "front.png", "a png", NULL);
    assert_ok(reg_record_sheet(reg, sheet_dir, &recorded, &err), &err);
    struct reg_item item;
    assert_ok(reg_item(reg, recorded.item, &item, &err), &err);
    assert_string_equal(item.file[1].role, "master");
    assert_string_equal(item.file[1].name, "front.png");
    assert_string_equal(item.file[1].mime, "image/png");
    assert_string_equal(item.file[2].role, "image"); /* the back has none */
    assert_non_null(strstr(item.event[1].json, fixture->sheet.side[0].sha256_file));
    reg_item_finish(&item);
    reg_close(reg);
    expect_verify(dir, NULL);
    free(fixture);
}

static void test_refused(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE], sheet_dir[PATH_SIZE], path[PATH_SIZE];
    struct fixture *fixture = malloc(sizeof *fixture);
    struct reg_recorded recorded;
    open_in(*state, REG_WRITE, dir, &reg);
    fixture_make(fixture, *state, 1, VERDICT_IMITATION, sheet_dir);
    write_at(sheet_dir, "front.tif", "edited after the scan", NULL);
    assert_false(reg_record_sheet(reg, sheet_dir, &recorded, &err));
    assert_non_null(strstr(err.text, "changed after"));
    assert_true(recorded.refused);
    fixture_path(path, sheet_dir, "front.tif");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/etc/hostname", path), 0); /* links are not followed */
    assert_false(reg_record_sheet(reg, sheet_dir, &recorded, &err));
    assert_false(recorded.refused); /* the disk may be at fault, not what the files say */
    fixture_make(fixture, *state, 2, VERDICT_IMITATION, sheet_dir);
    strcpy(fixture->screening.id, "sheet-1");
    assert_ok(screening_write(sheet_dir, &fixture->screening, &err), &err);
    assert_false(reg_record_sheet(reg, sheet_dir, &recorded, &err));
    assert_non_null(strstr(err.text, "is about sheet"));
    assert_true(recorded.refused);
    fixture_path(path, sheet_dir, SCREENING_FILE);
    assert_int_equal(unlink(path), 0);
    assert_false(reg_record_sheet(reg, sheet_dir, &recorded, &err));
    /* A sheet whose screening ended in an error is kept, for a person to look at. */
    fixture_make(fixture, *state, 3, VERDICT_GENUINE, sheet_dir);
    strcpy(fixture->screening.error, "the worker was killed");
    assert_ok(screening_write(sheet_dir, &fixture->screening, &err), &err);
    assert_ok(reg_record_sheet(reg, sheet_dir, &recorded, &err), &err);
    assert_int_equal(recorded.verdict, VERDICT_UNSURE);
    struct reg_item item;
    assert_ok(reg_item(reg, recorded.item, &item, &err), &err);
    assert_string_equal(item.row.reasons, "not_screened");
    assert_int_equal(item.screening.verdict, VERDICT_UNSURE);
    reg_item_finish(&item);
    reg_close(reg);
    expect_verify(dir, NULL);
    free(fixture);
}

static void test_lists(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    open_in(*state, REG_WRITE, dir, &reg);
    enum { SHEETS = 12 };
    for (int n = 1; n <= SHEETS; n++)
        fixture_record(reg, *state, n, (enum verdict_class)(n % 4));
    struct reg_row row[SHEETS];
    struct reg_query query = {.limit = 5, .verdict = -1};
    int n, seen = 0;
    do { /* pages of five: 12..8, 7..3, 2..1 */
        assert_ok(reg_list(reg, &query, row, &n, &err), &err);
        for (int i = 0; i < n; i++)
            assert_int_equal(row[i].seq, SHEETS - seen++);
        if (n)
            query.before = row[n - 1].row;
    } while (n);
    assert_int_equal(seen, SHEETS);
    query = (struct reg_query){.limit = SHEETS, .verdict = -1, .only_items = true};
    assert_ok(reg_list(reg, &query, row, &n, &err), &err);
    assert_int_equal(n, 9);
    for (int i = 0; i < n; i++)
        assert_int_equal(row[i].item, 9 - i);
    query = (struct reg_query){.limit = SHEETS, .verdict = VERDICT_OTHER};
    assert_ok(reg_list(reg, &query, row, &n, &err), &err);
    assert_int_equal(n, 3);
    query.only_items = true;
    assert_ok(reg_list(reg, &query, row, &n, &err), &err);
    assert_int_equal(n, 0);
    query = (struct reg_query){.limit = SHEETS, .verdict = VERDICT_IMITATION, .before = 6};
    strcpy(query.batch, "batch-1");
    assert_ok(reg_list(reg, &query, row, &n, &err), &err);
    assert_int_equal(n, 2);
    strcpy(query.batch, "batch-2");
    assert_ok(reg_list(reg, &query, row, &n, &err), &err);
    assert_int_equal(n, 0);
    query.limit = 0;
    assert_false(reg_list(reg, &query, row, &n, &err));
    struct reg_counts counts;
    assert_ok(reg_counts(reg, &counts, &err), &err);
    for (int i = 0; i < 4; i++)
        assert_int_equal(counts.by_verdict[i], 3);
    assert_int_equal(counts.total, SHEETS);
    assert_int_equal(counts.batches, 1);
    assert_int_equal(counts.newest_row, SHEETS);
    int64_t older, newer;
    assert_ok(reg_item_neighbours(reg, 1, &older, &newer, &err), &err);
    assert_int_equal(older, 0);
    assert_int_equal(newer, 2);
    assert_ok(reg_item_neighbours(reg, 9, &older, &newer, &err), &err);
    assert_int_equal(older, 8);
    assert_int_equal(newer, 0);
    reg_close(reg);
}

static void test_batches_and_firm(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    struct reg_checkpoint one, two;
    open_in(*state, REG_WRITE, dir, &reg);
    fixture_record(reg, *state, 1, VERDICT_IMITATION);
    fixture_record(reg, *state, 2, VERDICT_OTHER);
    assert_ok(reg_close_batch(reg, "batch-1", &err), &err);
    assert_ok(reg_checkpoint(reg, &one, &err), &err);
    assert_ok(reg_close_batch(reg, "batch-1", &err), &err);
    assert_ok(reg_checkpoint(reg, &two, &err), &err);
    assert_int_equal(one.size, two.size);
    fixture_record(reg, *state, 3, VERDICT_OTHER); /* one that came late */
    assert_ok(reg_close_batch(reg, "batch-1", &err), &err);
    assert_ok(reg_checkpoint(reg, &two, &err), &err);
    assert_int_equal(one.size + 1, two.size);
    assert_ok(reg_close_batch(reg, "batch-empty", &err), &err);
    assert_false(reg_close_batch(reg, "../x", &err));
    assert_ok(reg_add_incident(reg, "batch-1", "jam", "paper \xff jam", &err), &err);
    struct reg_firm firm = {.name = "Drukkerij Voorbeeld", .kvk = "12345678"}, again;
    assert_ok(reg_firm_set(reg, &firm, &err), &err);
    strcpy(firm.contact, "A. Jansen");
    assert_ok(reg_firm_set(reg, &firm, &err), &err);
    assert_ok(reg_checkpoint(reg, &one, &err), &err);
    assert_ok(reg_firm_set(reg, &firm, &err), &err); /* no change, no entry */
    assert_ok(reg_checkpoint(reg, &two, &err), &err);
    assert_int_equal(one.size, two.size);
    assert_ok(reg_firm_get(reg, &again, &err), &err);
    assert_memory_equal(&firm, &again, sizeof firm);
    reg_close(reg);
    expect_verify(dir, NULL);
}

static void test_openssl_accepts(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE], command[3 * PATH_SIZE];
    open_in(*state, REG_WRITE, dir, &reg);
    fixture_record(reg, *state, 1, VERDICT_IMITATION);
    struct reg_checkpoint checkpoint;
    assert_ok(reg_checkpoint(reg, &checkpoint, &err), &err);
    reg_close(reg);
    char *body_end = strstr(checkpoint.text, "\n\n");
    assert_non_null(body_end);
    const char *signature = strrchr(body_end, ' ') + 1;
    struct buf raw = {0};
    assert_true(base64_decode(signature, strcspn(signature, "\n"), &raw));
    assert_int_equal(raw.len, 68);
    char path[PATH_SIZE];
    fixture_path(path, *state, "signature");
    assert_ok(file_write_atomic(path, raw.data + 4, 64, 0600, &err), &err);
    buf_finish(&raw);
    body_end[1] = '\0';
    write_at(*state, "body", checkpoint.text, NULL);
    snprintf(command, sizeof command,
             "cd %s && openssl pkeyutl -verify -pubin -inkey register/keys/pub.pem -rawin -in body "
             "-sigfile signature >/dev/null 2>&1",
             (char *)*state);
    assert_int_equal(system(command), 0);
    write_at(*state, "body", "something else\n", NULL);
    assert_int_not_equal(system(command), 0);
    snprintf(command, sizeof command,
             "cd %s && test \"$(openssl pkey -pubin -in register/keys/pub.pem -outform DER | "
             "sha256sum)\" = '%s  -'",
             (char *)*state, checkpoint.key_fingerprint);
    assert_int_equal(system(command), 0);
}

/* A disk that is full at the commit, played by a limit on the size of files: the handle writes no
 * more, and opened again the register goes on where it was. */
static void test_full_disk(void **state)
{
    struct err err;
    struct reg *reg;
    char dir[PATH_SIZE];
    struct rlimit before, full;
    open_in(*state, REG_WRITE, dir, &reg);
    assert_false(reg_is_broken(reg));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = (struct rlimit){.rlim_cur = 1, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    bool written = reg_add_incident(reg, "batch-1", "jammed", "first", &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_false(written);
    assert_true(reg_is_broken(reg));
    assert_false(reg_add_incident(reg, "batch-1", "jammed", "second", &err));
    reg_close(reg);
    open_in(*state, REG_WRITE, dir, &reg);
    assert_false(reg_is_broken(reg));
    assert_ok(reg_add_incident(reg, "batch-1", "jammed", "third", &err), &err);
    reg_close(reg);
    expect_verify(dir, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_empty, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_record_item, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_innocent_mail, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_masters, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_refused, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_full_disk, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_lists, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_batches_and_firm, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_openssl_accepts, temp_setup, temp_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
