#define _GNU_SOURCE
#include "rig.h"

#include <fcntl.h>
#include <poll.h>
#include <png.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tiffio.h>
#include <time.h>

#define RUN_LIMIT_S 60.0
#define POLL_MS 5

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* An integer hash (xorshift-multiply): neighbours must differ, or a shifted line would go
 * unnoticed. */
uint16_t picture_sample(const struct picture *picture, int x, int y, int channel)
{
    uint32_t v = picture->seed * 0x9E3779B1u + (uint32_t)y * 0x85EBCA77u +
                 (uint32_t)x * 0xC2B2AE3Du + (uint32_t)channel * 0x27D4EB2Fu;
    v = (v ^ v >> 15) * 0x2C1B3C6Du;
    v = (v ^ v >> 12) * 0x297A2D39u;
    v ^= v >> 15;
    return picture->depth == 16 ? (uint16_t)v : (uint8_t)v;
}

static void fill_row(const struct picture *picture, int y, void *row)
{
    uint8_t *bytes = row;
    uint16_t *words = row;
    size_t i = 0;
    for (int x = 0; x < picture->width; x++)
        for (int c = 0; c < picture->channels; c++, i++) {
            uint16_t sample = picture_sample(picture, x, y, c);
            if (picture->depth == 16)
                words[i] = sample;
            else
                bytes[i] = (uint8_t)sample;
        }
}

static void write_tiff(const struct picture *picture, const char *path, void *row)
{
    TIFF *tiff = TIFFOpen(path, "w");
    assert_non_null(tiff);
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, picture->width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, picture->height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, picture->depth);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture->channels);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                 picture->channels == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, (double)picture->dpi);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, (double)picture->dpi);
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    for (int y = 0; y < picture->height; y++) {
        fill_row(picture, y, row);
        assert_int_equal(TIFFWriteScanline(tiff, row, (uint32_t)y, 0), 1);
    }
    TIFFClose(tiff);
}

static void write_png(const struct picture *picture, const char *path, void *row)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)picture->width, (png_uint_32)picture->height,
                 picture->depth, picture->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_uint_32 per_metre = (png_uint_32)(picture->dpi / 0.0254 + 0.5);
    png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
    png_write_info(png, info);
    const uint16_t probe = 1;
    if (picture->depth == 16 && *(const uint8_t *)&probe == 1)
        png_set_swap(png);
    for (int y = 0; y < picture->height; y++) {
        fill_row(picture, y, row);
        png_write_row(png, row);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    fclose(file);
}

void picture_write(const struct picture *picture, const char *dir, const char *name)
{
    char path[PATH_SIZE];
    assert_true(path_join(path, dir, name, NULL));
    void *row = malloc((size_t)picture->width * (size_t)picture->channels * 2);
    assert_non_null(row);
    if (strstr(name, ".png"))
        write_png(picture, path, row);
    else
        write_tiff(picture, path, row);
    free(row);
}

static void write_text(const char *dir, const char *name, const char *text)
{
    char path[PATH_SIZE];
    assert_true(path_join(path, dir, name, NULL));
    assert_true(file_write_atomic(path, text, strlen(text), 0644, NULL));
}

int rig_setup(struct rig *rig, const char *backend, const char *conf_lines)
{
    void *dir = NULL;
    char text[2 * PATH_SIZE];
    if (temp_setup(&dir) != 0)
        return -1;
    snprintf(rig->dir, sizeof rig->dir, "%s", (char *)dir);
    free(dir);
    path_join(rig->conf, rig->dir, "conf", NULL);
    path_join(rig->hopper, rig->dir, "hopper", NULL);
    path_join(rig->spool, rig->dir, "spool", NULL);
    if (!dir_make(rig->conf, NULL) || !dir_make(rig->hopper, NULL) || !dir_make(rig->spool, NULL))
        return -1;
    snprintf(text, sizeof text, "%s\n", backend);
    write_text(rig->conf, "dll.conf", text);
    snprintf(text, sizeof text, "device a\nhopper %s\n%s\n", rig->hopper, conf_lines);
    write_text(rig->conf, "feeder.conf", text);
    return 0;
}

void rig_teardown(struct rig *rig)
{
    assert_true(dir_remove(rig->dir, NULL));
}

struct picture rig_side(int number, int side)
{
    return (struct picture){
        .width = 217,
        .height = 151,
        .channels = 3,
        .depth = 8,
        .dpi = 300,
        .seed = (uint32_t)(2 * number + side),
    };
}

void rig_fill(const struct rig *rig, int sheets)
{
    for (int i = 1; i <= sheets; i++)
        for (int side = 1; side >= 0; side--) { /* the back first, as the backend asks */
            char name[64];
            struct picture picture = rig_side(i, side);
            snprintf(name, sizeof name, "%04d_%s.tif", i, side ? "back" : "front");
            picture_write(&picture, rig->hopper, name);
        }
}

void rig_refill(const struct rig *rig)
{
    char fed[PATH_SIZE], from[PATH_SIZE], to[PATH_SIZE];
    struct names names = {0};
    assert_true(path_join(fed, rig->hopper, "fed", NULL));
    if (dir_list(fed, &names, NULL))
        for (size_t i = 0; i < names.n; i++) {
            path_join(from, fed, names.name[i], NULL);
            path_join(to, rig->hopper, names.name[i], NULL);
            assert_int_equal(rename(from, to), 0);
        }
    names_finish(&names);
    rig_faults(rig, "");
}

void rig_faults(const struct rig *rig, const char *lines)
{
    char fired[PATH_SIZE];
    path_join(fired, rig->hopper, "faults.fired", NULL);
    unlink(fired);
    write_text(rig->hopper, "faults", lines);
}

static void run_child(const struct rig *rig, const char *const argv[], int out)
{
    dup2(out, STDOUT_FILENO);
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    setenv("SANE_CONFIG_DIR", rig->conf, 1);
    setenv("LD_LIBRARY_PATH", FEEDER_LIBRARY_DIR, 1);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

static void collect(int fd, struct rig_run *run, size_t *filled)
{
    ssize_t n;
    while (*filled + 1 < sizeof run->out &&
           (n = read(fd, run->out + *filled, sizeof run->out - 1 - *filled)) > 0)
        *filled += (size_t)n;
    run->out[*filled] = '\0';
}

void rig_exec(const struct rig *rig, const char *const argv[], int kill_ms, int signal_number,
              struct rig_run *ret)
{
    int out[2], status = 0;
    size_t filled = 0;
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    double start = now_s();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_child(rig, argv, out[1]);
    close(out[1]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    while (waitpid(child, &status, WNOHANG) == 0) {
        double elapsed = now_s() - start;
        if (kill_ms >= 0 && elapsed * 1000 >= kill_ms) {
            kill(child, signal_number);
            kill_ms = -1;
        }
        if (elapsed > RUN_LIMIT_S) {
            kill(child, SIGKILL);
            fail_msg("%s did not end; it said:\n%s", argv[0], ret->out);
        }
        poll(&(struct pollfd){.fd = out[0], .events = POLLIN}, 1, POLL_MS);
        collect(out[0], ret, &filled);
    }
    collect(out[0], ret, &filled);
    close(out[0]);
    ret->seconds = now_s() - start;
    ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void rig_capture(const struct rig *rig, const char *const extra[], int kill_ms, int signal_number,
                 struct rig_run *ret)
{
    enum { ARGUMENTS_MAX = 40 };
    const char *argv[ARGUMENTS_MAX] = {CAPTURE_PROGRAM, "--spool",      rig->spool, "--batch",
                                       "b-1",           "--resolution", "300"};
    size_t n = 7;
    for (size_t i = 0; extra[i] && n + 1 < ARGUMENTS_MAX; i++)
        argv[n++] = extra[i];
    rig_exec(rig, argv, kill_ms, signal_number, ret);
}

int rig_count(const struct rig *rig, const char *prefix)
{
    struct names names = {0};
    int n = 0;
    assert_true(dir_list(rig->spool, &names, NULL));
    for (size_t i = 0; i < names.n; i++)
        n += *prefix ? strncmp(names.name[i], prefix, strlen(prefix)) == 0
                     : name_is_safe(names.name[i]);
    names_finish(&names);
    return n;
}
