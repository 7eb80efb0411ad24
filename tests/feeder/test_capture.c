/* postwacht-capture on the virtual scanner: every sheet whose image came whole is in the spool with
 * exactly the pixels that were fed; nothing else ever looks like a sheet. */
#define _GNU_SOURCE
#include "rig.h"

#include "daemon/capture/protocol.h"
#include "schemas/base/buf.h"
#include "schemas/sheet_folder.h"

#include <signal.h>
#include <tiffio.h>

#define CAPTURE(...) ((const char *const[]){"--device", "feeder:a", __VA_ARGS__, NULL})
#define SHEETS_MAX 64

/* What the program said, counted. */
struct said {
    int sheets, halves, incidents, end_sheets;
    bool ended;
    enum capture_kind incident, end;
    char sheet[SHEETS_MAX][SHEET_ID_SIZE];
};

static struct said understand(const struct rig_run *run)
{
    struct said said = {0};
    char text[sizeof run->out], *rest = text;
    memcpy(text, run->out, sizeof text);
    for (char *line; (line = strtok_r(rest, "\n", &rest));) {
        struct capture_message message;
        if (!capture_message_parse(line, &message))
            fail_msg("\"%s\" is not of the protocol", line);
        assert_false(said.ended);
        if (message.verb == CAPTURE_SAYS_SHEET && said.sheets < SHEETS_MAX)
            memcpy(said.sheet[said.sheets++], message.text, SHEET_ID_SIZE);
        said.halves += message.verb == CAPTURE_SAYS_HALF;
        said.incidents += message.verb == CAPTURE_SAYS_INCIDENT;
        if (message.verb == CAPTURE_SAYS_INCIDENT)
            said.incident = message.kind;
        if (message.verb == CAPTURE_SAYS_END) {
            said.ended = true;
            said.end = message.kind;
            said.end_sheets = message.sheets;
        }
    }
    return said;
}

static void check_file(const char *dir, const struct sheet_side *side)
{
    char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
    uint8_t hash[SHA256_SIZE];
    struct err err;
    assert_true(path_join(path, dir, side->file, NULL));
    assert_ok(sha256_file(path, hash, &err), &err);
    hex_encode(hash, sizeof hash, hex);
    assert_string_equal(hex, side->sha256_file);
}

/* The pixel hash, computed from the picture that was fed, by the definition in schemas/sheet.h. */
static void picture_hash(const struct picture *picture, char ret[SHA256_HEX_SIZE])
{
    struct sha256 hash;
    uint8_t bytes[SHA256_SIZE];
    sheet_pixels_hash_start(&hash, picture->width, picture->height, picture->channels,
                            picture->depth);
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++)
            for (int c = 0; c < picture->channels; c++) {
                uint16_t sample = picture_sample(picture, x, y, c);
                uint8_t pair[2] = {(uint8_t)(sample >> 8), (uint8_t)sample};
                sha256_update(&hash, picture->depth == 16 ? pair : pair + 1,
                              picture->depth == 16 ? 2 : 1);
            }
    sha256_final(&hash, bytes);
    hex_encode(bytes, sizeof bytes, ret);
}

/* The file itself, as another TIFF reader sees it. */
static void check_tiff(const char *dir, const struct sheet_side *side, const struct picture *picture)
{
    char path[PATH_SIZE];
    uint32_t width, height;
    float dpi;
    assert_true(path_join(path, dir, side->file, NULL));
    TIFF *tiff = TIFFOpen(path, "r");
    assert_non_null(tiff);
    assert_int_equal(TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width), 1);
    assert_int_equal(TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height), 1);
    assert_int_equal(TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &dpi), 1);
    assert_int_equal(width, picture->width);
    assert_int_equal(height, picture->height);
    assert_int_equal((int)dpi, picture->dpi);
    uint8_t *row = malloc((size_t)TIFFScanlineSize(tiff));
    assert_non_null(row);
    for (int y = 0; y < picture->height; y++) {
        assert_int_equal(TIFFReadScanline(tiff, row, (uint32_t)y, 0), 1);
        for (int i = 0; i < picture->width * picture->channels; i++) {
            uint16_t wanted =
                picture_sample(picture, i / picture->channels, y, i % picture->channels);
            uint16_t got = picture->depth == 16 ? ((uint16_t *)(void *)row)[i] : row[i];
            if (got != wanted)
                fail_msg("%s differs in line %d", path, y);
        }
    }
    free(row);
    TIFFClose(tiff);
}

static void read_sheet(const struct rig *rig, const char *id, struct sheet *ret, char dir[PATH_SIZE])
{
    struct err err;
    assert_true(path_join(dir, rig->spool, id, NULL));
    assert_ok(sheet_read(dir, ret, &err), &err);
    assert_string_equal(ret->id, id);
    for (int i = 0; i < ret->n_sides; i++)
        check_file(dir, &ret->side[i]);
}

/* The number that the sheet had in the hopper, found by the hash of its front; 0 for none. */
static int number_of(const struct sheet *sheet, int sheets)
{
    for (int n = 1; n <= sheets; n++) {
        struct picture front = rig_side(n, 0), back = rig_side(n, 1);
        char hash[SHA256_HEX_SIZE];
        picture_hash(&front, hash);
        if (strcmp(hash, sheet->side[0].sha256_pixels) != 0)
            continue;
        picture_hash(&back, hash);
        assert_int_equal(sheet->n_sides, 2);
        assert_string_equal(hash, sheet->side[1].sha256_pixels);
        return n;
    }
    return 0;
}

static void setup(struct rig *rig, const char *conf, int sheets)
{
    assert_int_equal(rig_setup(rig, "feeder", conf), 0);
    rig_fill(rig, sheets);
}

static void test_duplex_batch(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    struct sheet sheet;
    char dir[PATH_SIZE];
    setup(&rig, "cancel-discards yes", 3);
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
    setup(&rig, "", 3);
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
        {"", "", "Color", "depth=16", 3, 16},
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
        rig_capture(&rig, CAPTURE("--mode", rows[i].mode, "--option", rows[i].option, "--source", "adf"),
                    -1, 0, &run);
        struct said said = understand(&run);
        assert_int_equal(said.sheets, 1);
        read_sheet(&rig, said.sheet[0], &sheet, dir);
        picture_hash(&picture, hash);
        assert_string_equal(sheet.side[0].sha256_pixels, hash);
        assert_string_equal(sheet.side[0].status, "ok");
        check_tiff(dir, &sheet.side[0], &picture);
        rig_teardown(&rig);
    }
}

static void test_flatbed_gives_one(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    setup(&rig, "", 2);
    rig_capture(&rig, CAPTURE("--source", "flatbed"), -1, 0, &run);
    struct said said = understand(&run);
    assert_int_equal(said.end, CAPTURE_DONE);
    assert_int_equal(said.sheets, 1);
    rig_teardown(&rig);
}

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
        setup(&rig, "", 3);
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

/* Three kinds of silence; a driver that hears sane_cancel, one that does not, one that says GOOD. */
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
        setup(&rig, "", 3);
        rig_faults(&rig, rows[i].fault);
        rig_capture(&rig, CAPTURE("--limit-open", "2", "--limit-first-byte", "2", "--limit-stall", "1"),
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
    setup(&rig, "", 2);
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
    setup(&rig, "", 3);
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

static void test_stop_ends_after_the_sheet(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    setup(&rig, "rate 100000", 4); /* a second for each side */
    rig_capture(&rig, CAPTURE("--batch", "b-1"), 500, SIGTERM, &run);
    struct said said = understand(&run);
    assert_int_equal(run.status, 0);
    assert_int_equal(said.end, CAPTURE_STOPPED);
    assert_int_equal(said.sheets, 1);
    assert_int_equal(said.halves, 0);
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
        setup(&rig, "rate 8000000", SHEETS);
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

/* A live worker's folder is not swept by another one's start. */
static void test_two_workers_share_a_spool(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    struct sheet_folder other;
    struct err err;
    setup(&rig, "", 2);
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
    setup(&rig, "", 2);
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

static void test_wrong_use_is_told(void **state)
{
    (void)state;
    static const char *const wrong[][4] = {
        {"--resolution", "none"}, {"--batch", "../b"}, {"--max", "-1"}, {"--nonsense"}, {"word"},
    };
    struct rig rig;
    struct rig_run run;
    setup(&rig, "", 0);
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
        cmocka_unit_test(test_faults_end_the_batch),
        cmocka_unit_test(test_silence_is_noticed),
        cmocka_unit_test(test_hang_in_close_takes_nothing_away),
        cmocka_unit_test(test_crash_costs_one_sheet),
        cmocka_unit_test(test_stop_ends_after_the_sheet),
        cmocka_unit_test(test_kill_at_any_moment),
        cmocka_unit_test(test_two_workers_share_a_spool),
        cmocka_unit_test(test_folder_is_a_source),
        cmocka_unit_test(test_wrong_use_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
