/* The TIFF writer's hashes and directory: the same whether the number of lines was known or not.
 * That other readers take the files is shown in tests/feeder (libtiff). */
#include "tests/unit/test_support.h"

#include "daemon/capture/tiff_writer.h"
#include "schemas/base/buf.h"
#include "schemas/sheet.h"

#define WIDTH 37
#define HEIGHT 53
#define ROW_MAX (WIDTH * 3 * 2)

static void fill(uint8_t *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rows[i] = (uint8_t)(i * 31 + i / 7);
}

/* Writes HEIGHT rows in pieces, with `announced` lines announced. */
static void write_file(const char *path, struct tiff_format format, int announced,
                       struct tiff_result *ret)
{
    uint8_t rows[ROW_MAX * HEIGHT];
    struct tiff_writer *writer;
    struct err err;
    size_t row = tiff_row_bytes(&format);
    format.expected_height = announced;
    fill(rows, row * HEIGHT);
    assert_ok(tiff_open(path, &format, &writer, &err), &err);
    for (int y = 0; y < HEIGHT;) {
        int n = HEIGHT - y < 9 ? HEIGHT - y : 9;
        assert_ok(tiff_add_rows(writer, rows + row * (size_t)y, n, &err), &err);
        y += n;
    }
    assert_ok(tiff_finish(writer, ret, &err), &err);
}

static void check_file_hash(const char *path, const struct tiff_result *result)
{
    uint8_t hash[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    struct err err;
    assert_ok(sha256_file(path, hash, &err), &err);
    hex_encode(hash, sizeof hash, hex);
    assert_string_equal(hex, result->sha256_file);
}

static void test_hashes_hold_for_any_announcement(void **state)
{
    static const struct tiff_format formats[] = {
        {.width = WIDTH, .channels = 3, .depth = 8, .dpi_x = 600, .dpi_y = 600},
        {.width = WIDTH, .channels = 1, .depth = 16, .dpi_x = 299.99, .dpi_y = 300},
        {.width = WIDTH, .channels = 1, .depth = 1},
    };
    static const int announced[] = {HEIGHT, -1, 0, HEIGHT - 5, HEIGHT + 5};
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        struct tiff_result first, result;
        for (size_t a = 0; a < sizeof announced / sizeof *announced; a++) {
            char name[32], path[PATH_SIZE];
            snprintf(name, sizeof name, "%zu-%zu.tif", f, a);
            path_join(path, *state, name, NULL);
            write_file(path, formats[f], announced[a], &result);
            assert_int_equal(result.height, HEIGHT);
            check_file_hash(path, &result);
            if (a == 0)
                first = result;
            assert_string_equal(result.sha256_file, first.sha256_file);
            assert_string_equal(result.sha256_pixels, first.sha256_pixels);
        }
    }
}

/* By the definition in schemas/sheet.h, worked out here another way. */
static void test_bilevel_hash_is_of_bytes(void **state)
{
    char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
    uint8_t rows[((WIDTH + 7) / 8) * HEIGHT], hash[SHA256_SIZE];
    struct tiff_format format = {.width = WIDTH, .channels = 1, .depth = 1};
    struct tiff_result result;
    struct buf bytes = {0};
    path_join(path, *state, "bits.tif", NULL);
    write_file(path, format, HEIGHT, &result);
    fill(rows, sizeof rows);
    buf_printf(&bytes, "postwacht-pixels/1 %d %d 1 8\n", WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool black = rows[y * ((WIDTH + 7) / 8) + x / 8] & 0x80 >> x % 8;
            buf_putc(&bytes, black ? 0 : (char)0xFF);
        }
    sha256_bytes(bytes.data, bytes.len, hash);
    hex_encode(hash, sizeof hash, hex);
    assert_string_equal(hex, result.sha256_pixels);
    buf_finish(&bytes);
}

static void test_empty_and_existing_are_refused(void **state)
{
    char path[PATH_SIZE];
    struct tiff_format format = {.width = WIDTH, .channels = 1, .depth = 8};
    struct tiff_writer *writer;
    struct tiff_result result;
    struct err err;
    path_join(path, *state, "empty.tif", NULL);
    assert_ok(tiff_open(path, &format, &writer, &err), &err);
    assert_false(tiff_open(path, &format, &writer, &err)); /* the first one's file stays */
    assert_true(file_exists(path));
    assert_false(tiff_finish(writer, &result, &err));
    assert_false(file_exists(path));
    tiff_abandon(NULL);
}

int main(void)
{
#define IN_TEMP(test) cmocka_unit_test_setup_teardown(test, temp_setup, temp_teardown)
    const struct CMUnitTest tests[] = {
        IN_TEMP(test_hashes_hold_for_any_announcement),
        IN_TEMP(test_bilevel_hash_is_of_bytes),
        IN_TEMP(test_empty_and_existing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
