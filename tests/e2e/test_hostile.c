/* postwacht screen on files that mean no good: each gets one line of JSON, in order, screened or
 * with an error; exit status 1; no crash; no process above 1 GiB (ru_maxrss of all descendants). */
#define _GNU_SOURCE
#include "schemas/base/buf.h"
#include "schemas/screening.h"
#include "tests/unit/test_support.h"

#include <fcntl.h>
#include <jpeglib.h>
#include <png.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PATIENCE_S 240
#define MEMORY_KIB (1024l * 1024l)
#define DPI 300
#define BOMB_SIDE 40000

static void path_in(char ret[PATH_SIZE], const char *dir, const char *name)
{
    struct err err;
    assert_ok(path_join(ret, dir, name, &err), &err);
}

static void write_bytes(const char *dir, const char *name, const void *bytes, size_t n)
{
    char path[PATH_SIZE];
    path_in(path, dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void cut(const char *dir, const char *from, const char *to, double share)
{
    char path[PATH_SIZE];
    struct buf bytes = {0};
    struct err err;
    path_in(path, dir, from);
    assert_ok(file_read(path, (size_t)64 << 20, &bytes, &err), &err);
    write_bytes(dir, to, bytes.data, (size_t)((double)bytes.len * share));
    buf_finish(&bytes);
}

/* Grey by type; the rows are white with a dark frame, so that something is there to be found. */
static void write_png(const char *dir, const char *name, int width, int height, int depth, int type)
{
    char path[PATH_SIZE];
    path_in(path, dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_user_limits(png, BOMB_SIDE, BOMB_SIDE);
    png_set_filter(png, 0, PNG_FILTER_NONE);
    png_set_compression_level(png, 1);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, depth, type,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_pHYs(png, info, (png_uint_32)(DPI / 0.0254), (png_uint_32)(DPI / 0.0254),
                 PNG_RESOLUTION_METER);
    png_write_info(png, info);
    size_t row_bytes = png_get_rowbytes(png, info);
    png_bytep row = malloc(row_bytes);
    assert_non_null(row);
    memset(row, 0xf5, row_bytes);
    memset(row, 0, row_bytes / 20 + 1);
    for (int y = 0; y < height; y++)
        png_write_row(png, row);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    free(row);
    assert_int_equal(fclose(file), 0);
}

static void write_jpeg(const char *dir, const char *name, int channels, J_COLOR_SPACE space)
{
    enum { WIDTH = 1400, HEIGHT = 900 };
    char path[PATH_SIZE];
    path_in(path, dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = WIDTH;
    jpeg.image_height = HEIGHT;
    jpeg.input_components = channels;
    jpeg.in_color_space = space;
    jpeg_set_defaults(&jpeg);
    jpeg.density_unit = 1;
    jpeg.X_density = jpeg.Y_density = DPI;
    jpeg_start_compress(&jpeg, TRUE);
    JSAMPLE row[WIDTH * 4];
    JSAMPROW rows[1] = {row};
    for (unsigned y = 0; y < HEIGHT; y++) {
        for (unsigned x = 0; x < sizeof row; x++)
            row[x] = (JSAMPLE)(((x * 2654435761u) ^ (y * 40503u)) >> 9);
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    assert_int_equal(fclose(file), 0);
}

enum expected { SCREENED, REFUSED, EITHER };
static const struct {
    const char *name;
    enum expected expected;
    const char *says; /* a word of the error */
} cases[] = {
    {"text.png", REFUSED, ""},
    {"truncated.png", REFUSED, ""},
    {"truncated.jpg", REFUSED, ""},
    {"one.png", REFUSED, ""},
    {"bomb.png", REFUSED, ""},
    {"cmyk.jpg", REFUSED, "CMYK"},
    {"deep.png", SCREENED, ""},
    {"empty.png", REFUSED, ""},
    {"folder", REFUSED, ""},
    {"absent.png", REFUSED, ""},
    {"good.png", SCREENED, ""},
    {"new\nline \"quoted\" \\.png", SCREENED, ""},
    {"bytes\xff\xfe\x80.png", SCREENED, ""},
    {"\x1b[31mred.png", SCREENED, ""},
    {"grey.jpg", EITHER, ""},
    {"fifo", REFUSED, ""},
};
#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

static void make_files(const char *dir)
{
    static const char text[] = "this is no image, whatever its name says\n";
    char path[PATH_SIZE];
    write_bytes(dir, "text.png", text, sizeof text - 1);
    write_bytes(dir, "empty.png", "", 0);
    write_png(dir, "good.png", 1400, 900, 8, PNG_COLOR_TYPE_RGB);
    write_png(dir, "new\nline \"quoted\" \\.png", 1400, 900, 8, PNG_COLOR_TYPE_RGB);
    write_png(dir, "bytes\xff\xfe\x80.png", 1400, 900, 8, PNG_COLOR_TYPE_GRAY);
    write_png(dir, "\x1b[31mred.png", 1400, 900, 8, PNG_COLOR_TYPE_GRAY);
    write_png(dir, "deep.png", 1400, 900, 16, PNG_COLOR_TYPE_RGB);
    write_png(dir, "one.png", 1, 1, 8, PNG_COLOR_TYPE_RGB);
    write_png(dir, "bomb.png", BOMB_SIDE, BOMB_SIDE, 4, PNG_COLOR_TYPE_GRAY);
    write_jpeg(dir, "whole.jpg", 3, JCS_RGB);
    write_jpeg(dir, "cmyk.jpg", 4, JCS_CMYK);
    write_jpeg(dir, "grey.jpg", 1, JCS_GRAYSCALE);
    cut(dir, "good.png", "truncated.png", 0.5);
    cut(dir, "whole.jpg", "truncated.jpg", 0.5);
    path_in(path, dir, "folder");
    assert_int_equal(mkdir(path, 0700), 0);
    path_in(path, dir, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
}

/* Runs postwacht screen on all cases; returns the wait status. */
static int screen(const char *dir, struct buf *ret)
{
    static char path[N_CASES][PATH_SIZE];
    const char *argv[N_CASES + 6] = {PROGRAM_DIR "/postwacht", "screen", "--jobs", "2", "--"};
    for (int i = 0; i < N_CASES; i++) {
        path_in(path[i], dir, cases[i].name);
        argv[5 + i] = path[i];
    }
    int fds[2], status = -1;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(PATIENCE_S); /* stays over exec: a hang kills the program and fails the test */
        dup2(fds[1], STDOUT_FILENO);
        close(fds[0]);
        close(fds[1]);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(fds[1]);
    char piece[65536];
    ssize_t n;
    while ((n = read(fds[0], piece, sizeof piece)) > 0)
        buf_append(ret, piece, (size_t)n);
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void check_line(int i, const char *line)
{
    static struct screening screening;
    struct err err;
    if (!screening_from_json(line, strlen(line), &screening, &err))
        fail_msg("%s: %s in %.300s", cases[i].name, err.text, line);
    bool refused = screening.error[0] != '\0';
    if (cases[i].expected != EITHER && refused != (cases[i].expected == REFUSED))
        fail_msg("%s: %s", cases[i].name, refused ? screening.error : "was screened");
    if (refused && !strstr(screening.error, cases[i].says))
        fail_msg("%s: '%s' does not say '%s'", cases[i].name, screening.error, cases[i].says);
    if (refused && strstr(screening.error, "crashed"))
        fail_msg("%s: %s", cases[i].name, screening.error);
    assert_true(screening.id[0] != '\0');
}

static void test_each_gets_its_line(void **state)
{
    const char *dir = *state;
    struct buf out = {0};
    make_files(dir);
    int status = screen(dir, &out);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_non_null(out.data);
    int n = 0;
    for (char *rest = out.data; rest && *rest;) {
        const char *line = strsep(&rest, "\n");
        assert_true(n < N_CASES);
        check_line(n++, line);
    }
    assert_int_equal(n, N_CASES);
    buf_finish(&out);
#ifndef __SANITIZE_ADDRESS__ /* its shadow and quarantine count as memory of the program */
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    assert_true(usage.ru_maxrss < MEMORY_KIB);
#endif
}

static int run(const char *const argv[])
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define RUN(...) run((const char *const[]){PROGRAM_DIR "/postwacht", __VA_ARGS__, NULL})

static void test_usage_errors_exit_2(void **state)
{
    const char *dir = *state;
    char absent[PATH_SIZE];
    path_in(absent, dir, "absent.tsv");
    assert_int_equal(RUN("screen"), 2);
    assert_int_equal(RUN("screen", "--dpi", "many", "a.png"), 2);
    assert_int_equal(RUN("screen", "--jobs", "0", "a.png"), 2);
    assert_int_equal(RUN("screen", "--no-such-option", "a.png"), 2);
    assert_int_equal(RUN("screen", "a.png", "--dpi"), 2);
    assert_int_equal(RUN("screen", "--list", absent), 2);
    assert_int_equal(RUN("screen", "--template", absent, "a.png"), 2);
    assert_int_equal(RUN("enrol"), 2);
    assert_int_equal(RUN("enrol", "../up", "a.png"), 2);
    assert_int_equal(RUN("enrol", "firm", "a.png", "b.png"), 2);
    assert_int_equal(RUN("no-such-command"), 2);
    assert_int_equal(RUN("sheet", "--lang", "xx", "1"), 2);
    assert_int_equal(RUN("sheet", "0"), 2);
    assert_int_equal(RUN("version"), 0);
    assert_int_equal(RUN("--help"), 0);
    assert_int_equal(RUN("screen", "--help"), 0);
    assert_int_equal(RUN("verify", dir), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_gets_its_line, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_usage_errors_exit_2, temp_setup, temp_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
