/* The virtual scanner under stock scanimage: what it delivers is what lies in the hopper. */
#include "rig.h"

#include "schemas/base/buf.h"

#define IMAGE_BYTES_MAX ((size_t)64 << 20)

static void read_pnm(const struct rig *rig, const char *name, struct buf *ret, int *ret_width,
                     int *ret_height, int *ret_max, const uint8_t **ret_samples)
{
    char path[PATH_SIZE], kind;
    struct err err;
    int header = 0;
    assert_true(path_join(path, rig->dir, name, NULL));
    assert_ok(file_read(path, IMAGE_BYTES_MAX, ret, &err), &err);
    *ret_max = 1;
    if (sscanf(ret->data, "P%c\n# SANE data follows\n%d %d\n%n", &kind, ret_width, ret_height,
               &header) != 3)
        fail_msg("%s is no PNM of scanimage's", name);
    if (kind != '4') {
        int more = 0;
        assert_int_equal(sscanf(ret->data + header, "%d%n", ret_max, &more), 1);
        header += more + 1;
    }
    *ret_samples = (const uint8_t *)ret->data + header;
}

static void assert_same(const struct rig *rig, const char *name, const struct picture *picture,
                        int x0, int y0, int width, int height)
{
    struct buf file = {0};
    int got_width, got_height, max;
    const uint8_t *samples;
    read_pnm(rig, name, &file, &got_width, &got_height, &max, &samples);
    assert_int_equal(got_width, width);
    assert_int_equal(got_height, height);
    assert_int_equal(max, picture->depth == 16 ? 65535 : 255);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < picture->channels; c++) {
                uint16_t got = *samples++;
                if (picture->depth == 16)
                    got = (uint16_t)(got << 8 | *samples++);
                if (got != picture_sample(picture, x0 + x, y0 + y, c))
                    fail_msg("%s differs at %d,%d", name, x, y);
            }
    buf_finish(&file);
}

#define SCANIMAGE_MAX 40

static void scanimage(const struct rig *rig, const char *const *extra, struct rig_run *ret)
{
    const char *argv[SCANIMAGE_MAX] = {"scanimage", "-d", "feeder:a", "--resolution", "300"};
    size_t n = 5;
    for (size_t i = 0; extra[i] && n + 1 < SCANIMAGE_MAX; i++)
        argv[n++] = extra[i];
    rig_exec(rig, argv, -1, 0, ret);
}
#define SCAN(...) ((const char *const[]){__VA_ARGS__, NULL})

/* "--batch=DIR/out%d.pnm" for the rig. */
static const char *batch_of(const struct rig *rig, char ret[PATH_SIZE + 32])
{
    snprintf(ret, PATH_SIZE + 32, "--batch=%s/out%%d.pnm", rig->dir);
    return ret;
}

static const char *output_of(const struct rig *rig, char ret[PATH_SIZE + 32])
{
    snprintf(ret, PATH_SIZE + 32, "--output-file=%s/out.pnm", rig->dir);
    return ret;
}

static void setup(struct rig *rig, const char *conf)
{
    assert_int_equal(rig_setup(rig, "feeder", conf), 0);
}

static void test_duplex_is_bit_identical(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    char batch[PATH_SIZE + 32];
    setup(&rig, "chunk 1000"); /* reads that end within a line */
    rig_fill(&rig, 3);
    scanimage(&rig, SCAN("--source", "ADF Duplex", "--format=pnm", batch_of(&rig, batch)), &run);
    assert_int_equal(run.status, 0); /* scanimage takes NO_DOCS after a page for the normal end */
    for (int i = 0; i < 6; i++) {
        char name[32];
        struct picture picture = rig_side(1 + i / 2, i % 2);
        snprintf(name, sizeof name, "out%d.pnm", 1 + i);
        assert_same(&rig, name, &picture, 0, 0, picture.width, picture.height);
    }
    scanimage(&rig, SCAN("--source", "ADF", "--format=pnm", output_of(&rig, batch)), &run);
    assert_int_equal(run.status, 7); /* SANE_STATUS_NO_DOCS: all three were fed */
    rig_refill(&rig);
    scanimage(&rig, SCAN("--source", "ADF", "--format=pnm", output_of(&rig, batch)), &run);
    assert_int_equal(run.status, 0);
    rig_teardown(&rig);
}

static void test_window_grey_and_png(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    char output[PATH_SIZE + 32];
    struct picture grey = rig_side(1, 0), deep = rig_side(2, 0);
    grey.channels = 1;
    deep.depth = 16;
    setup(&rig, "");
    picture_write(&grey, rig.hopper, "1.png");
    picture_write(&deep, rig.hopper, "2.png");
    /* 2.54 mm are 30 pixels at 300 dpi. */
    scanimage(&rig,
              SCAN("--source", "Flatbed", "--mode", "Gray", "--format=pnm", "-l", "2.54", "-t",
                   "2.54", "-x", "5.08", "-y", "7.62", output_of(&rig, output)),
              &run);
    assert_int_equal(run.status, 0);
    assert_same(&rig, "out.pnm", &grey, 30, 30, 60, 90);
    scanimage(&rig,
              SCAN("--source", "ADF", "--mode", "Color", "--depth", "16", "--format=pnm",
                   output_of(&rig, output)),
              &run);
    assert_int_equal(run.status, 0);
    assert_same(&rig, "out.pnm", &deep, 0, 0, deep.width, deep.height);
    rig_teardown(&rig);
}

/* At a third of the resolution each output pixel is the mean of nine. */
static void test_other_resolution_is_binned(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    char output[PATH_SIZE + 32];
    struct picture picture = rig_side(1, 0);
    picture.channels = 1;
    picture.width = 210, picture.height = 150;
    setup(&rig, "");
    picture_write(&picture, rig.hopper, "1.tif");
    const char *argv[] = {
        "scanimage", "-d",  "feeder:a",     "--resolution",          "100", "--mode", "Gray",
        "--source",  "ADF", "--format=pnm", output_of(&rig, output), NULL};
    rig_exec(&rig, argv, -1, 0, &run);
    assert_int_equal(run.status, 0);
    struct buf file = {0};
    int width, height, max;
    const uint8_t *samples;
    read_pnm(&rig, "out.pnm", &file, &width, &height, &max, &samples);
    assert_int_equal(width, 70);
    assert_int_equal(height, 50);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int sum = 0;
            for (int i = 0; i < 9; i++)
                sum += picture_sample(&picture, 3 * x + i % 3, 3 * y + i / 3, 0);
            if (abs(samples[y * width + x] - sum / 9) > 1)
                fail_msg("the mean at %d,%d is wrong", x, y);
        }
    buf_finish(&file);
    rig_teardown(&rig);
}

static void test_lineart_and_padded_window(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    char output[PATH_SIZE + 32];
    struct picture picture = rig_side(1, 0);
    picture.channels = 1;
    setup(&rig, "crop window\nbacking 0\nbed 25.4 25.4");
    picture_write(&picture, rig.hopper, "1.tif");
    scanimage(&rig, SCAN("--mode", "Lineart", "--format=pnm", output_of(&rig, output)), &run);
    assert_int_equal(run.status, 0);
    struct buf file = {0};
    int width, height, max;
    const uint8_t *bits;
    read_pnm(&rig, "out.pnm", &file, &width, &height, &max, &bits);
    assert_int_equal(width, 300);
    assert_int_equal(height, 300);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            bool paper = x < picture.width && y < picture.height;
            bool black = !paper || picture_sample(&picture, x, y, 0) < 128;
            int byte = bits[y * ((width + 7) / 8) + x / 8];
            if ((byte >> (7 - x % 8) & 1) != black)
                fail_msg("the bit at %d,%d is wrong", x, y);
        }
    buf_finish(&file);
    rig_teardown(&rig);
}

static void test_asked_faults_come(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int status; /* scanimage ends with the SANE status */
    } rows[] = {
        {"start 1 SANE_STATUS_JAMMED", 6},
        {"start * SANE_STATUS_COVER_OPEN", 8},
        {"read 1 1000 SANE_STATUS_IO_ERROR", 9},
        {"read 1 front 0 SANE_STATUS_NO_DOCS", 7},
        {"vanish 1 front 500", 9},
        {"open * SANE_STATUS_ACCESS_DENIED", 1},
        {"crash 1 front 100", -6},
    };
    struct rig rig;
    struct rig_run run;
    char output[PATH_SIZE + 32], path[PATH_SIZE];
    setup(&rig, "");
    rig_fill(&rig, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rig_refill(&rig);
        rig_faults(&rig, rows[i].fault);
        scanimage(&rig, SCAN("--source", "ADF Duplex", "--format=pnm", output_of(&rig, output)),
                  &run);
        if (run.status != rows[i].status)
            fail_msg("%s: scanimage ended with %d", rows[i].fault, run.status);
        path_join(path, rig.hopper, "vanished", NULL);
        unlink(path);
    }
    rig_teardown(&rig);
}

/* A fault happens once: who feeds the sheet again gets it. */
static void test_fault_happens_once(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_run run;
    char output[PATH_SIZE + 32];
    setup(&rig, "");
    rig_fill(&rig, 1);
    rig_faults(&rig, "start 1 SANE_STATUS_JAMMED");
    scanimage(&rig, SCAN("--format=pnm", output_of(&rig, output)), &run);
    assert_int_equal(run.status, 6);
    scanimage(&rig, SCAN("--format=pnm", output_of(&rig, output)), &run);
    assert_int_equal(run.status, 0);
    rig_teardown(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duplex_is_bit_identical),
        cmocka_unit_test(test_window_grey_and_png),
        cmocka_unit_test(test_other_resolution_is_binned),
        cmocka_unit_test(test_lineart_and_padded_window),
        cmocka_unit_test(test_asked_faults_come),
        cmocka_unit_test(test_fault_happens_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
