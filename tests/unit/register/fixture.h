/* Synthetic sheet folders for the tests of the register: small files in the shape that capture and
 * analyse leave behind. Images are arbitrary bytes; the register never decodes them. */
#ifndef POSTWACHT_REGISTER_FIXTURE_H
#define POSTWACHT_REGISTER_FIXTURE_H

#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/register/db.h"

/* Plain writes: the tests need no fixtures that survive a power cut. */
static inline void write_at(const char *dir, const char *name, const char *bytes,
                            char ret_sha256[SHA256_HEX_SIZE])
{
    struct err err;
    char path[PATH_SIZE];
    uint8_t digest[SHA256_SIZE];
    assert_ok(path_join(path, dir, name, &err), &err);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, strlen(bytes), file), strlen(bytes));
    assert_int_equal(fclose(file), 0);
    sha256_bytes(bytes, strlen(bytes), digest);
    if (ret_sha256)
        hex_encode(digest, sizeof digest, ret_sha256);
}

struct fixture {
    struct sheet sheet;
    struct screening screening;
};

/* Sheet n of batch "batch-1": its folder is base/sheet-n, returned in ret_dir. */
static inline void fixture_make(struct fixture *fixture, const char *base, int n,
                                enum verdict_class verdict, char ret_dir[PATH_SIZE])
{
    struct err err;
    char name[64], text[96];
    snprintf(name, sizeof name, "sheet-%d", n);
    assert_ok(path_join(ret_dir, base, name, &err), &err);
    assert_ok(dir_make(ret_dir, &err), &err);
    *fixture = (struct fixture){0};
    struct sheet *sheet = &fixture->sheet;
    snprintf(sheet->id, sizeof sheet->id, "%s", name);
    strcpy(sheet->batch, "batch-1");
    strcpy(sheet->source, "scanner");
    strcpy(sheet->captured, "2026-11-21T19:27:48.123Z");
    strcpy(sheet->device.model, "Test \"feeder\"\n");
    sheet->seq = n;
    sheet->n_sides = 2;
    for (int i = 0; i < 2; i++) {
        struct sheet_side *side = &sheet->side[i];
        *side = (struct sheet_side){
            .width = 10, .height = 7, .channels = 3, .depth = 8, .dpi_x = 600, .dpi_y = 299.94};
        snprintf(side->file, sizeof side->file, "%s.tif", side_names[i]);
        snprintf(text, sizeof text, "pixels of %s, %s", name, side_names[i]);
        write_at(ret_dir, side->file, text, side->sha256_file);
        strcpy(side->status, "ok");
        memset(side->sha256_pixels, i ? 'b' : 'a', SHA256_HEX_SIZE - 1);
    }
    assert_ok(sheet_write(ret_dir, sheet, &err), &err);

    struct screening *screening = &fixture->screening;
    strcpy(screening->id, sheet->id);
    screening->verdict = verdict;
    strcpy(screening->template_name, "demo");
    if (verdict == VERDICT_IMITATION) {
        screening_add_reason(screening, "slogan_missing");
        screening_add_reason(screening, "logo_altered");
    }
    screening->returned.is_return = true;
    strcpy(screening->returned.country, "DE");
    strcpy(screening->returned.operator_, "Deutsche Post");
    strcpy(screening->returned.reason, "UNKNOWN");
    strcpy(screening->preview[SIDE_FRONT], "front.jpg");
    struct reading *reading = screening_add_reading(screening);
    strcpy(reading->check, "presence");
    strcpy(reading->element, "slogan");
    strcpy(reading->crop_seen, "slogan_seen.png");
    strcpy(reading->crop_expected, "slogan_expected.png");
    reading = screening_add_reading(screening);
    strcpy(reading->crop_expected, "slogan_expected.png"); /* shared */
    strcpy(reading->crop_seen, "lost.png");                /* named, but not there */
    strcpy(screening->dots.crop_scan, "dots_scan.png");
    strcpy(screening->dots.crop_dots, "dots_seen.png");
    screening_add_seconds(screening, "prepare", 0.25);
    screening_add_seconds(screening, "match", 0.5);
    char crops[PATH_SIZE];
    assert_ok(path_join(crops, ret_dir, CROPS_DIR, &err), &err);
    assert_ok(dir_make(crops, &err), &err);
    snprintf(text, sizeof text, "preview of %s", name);
    write_at(crops, "front.jpg", text, NULL);
    write_at(crops, "slogan_expected.png", "the same on every sheet", NULL);
    snprintf(text, sizeof text, "crop of %s", name);
    write_at(crops, "slogan_seen.png", text, NULL);
    write_at(crops, "dots_scan.png", "paper", NULL);
    write_at(crops, "dots_seen.png", "dots", NULL);
    write_at(crops, "unnamed.png", "no finding names this", NULL);
    assert_ok(screening_write(ret_dir, screening, &err), &err);
}

/* Makes and records sheet n; returns its item. */
static inline int64_t fixture_record(struct reg *reg, const char *base, int n,
                                     enum verdict_class verdict)
{
    struct err err;
    struct fixture *fixture = malloc(sizeof *fixture);
    struct reg_recorded recorded;
    char dir[PATH_SIZE];
    fixture_make(fixture, base, n, verdict, dir);
    assert_ok(reg_record_sheet(reg, dir, &recorded, &err), &err);
    assert_false(recorded.already);
    free(fixture);
    return recorded.item;
}

static inline void fixture_path(char ret[PATH_SIZE], const char *base, const char *name)
{
    assert_true(path_join(ret, base, name, NULL));
}

/* Runs SQL on the register's database behind its back. */
static inline void fixture_edit(const char *dir, const char *sql)
{
    char path[PATH_SIZE], *message = NULL;
    sqlite3 *db;
    fixture_path(path, dir, REGISTER_DB);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

struct verify_result {
    int lines, bad;
    struct buf text;
};

static inline void verify_line(void *ctx, bool ok, const char *what, const char *detail)
{
    struct verify_result *result = ctx;
    result->lines++;
    result->bad += !ok;
    buf_printf(&result->text, "%s %s: %s\n", ok ? "ok " : "BAD", what, detail);
}

/* Verifies the register in dir; with `expected_bad` it must fail and say this, else it must hold.
 */
static inline void expect_verify(const char *dir, const char *expected_bad)
{
    struct err err;
    struct verify_result result = {0};
    bool ok = false;
    assert_ok(reg_verify(dir, verify_line, &result, &ok, &err), &err);
    assert_true(result.lines > 0);
    assert_int_equal(ok, result.bad == 0);
    if (ok != !expected_bad || (expected_bad && !strstr(result.text.data, expected_bad)))
        fail_msg("expected %s, got:\n%s", expected_bad ? expected_bad : "no fault",
                 result.text.data);
    buf_finish(&result.text);
}

#endif
