/* dots_read [--dpi N] [--binary] [--whole] [--halves] [--sites] IMAGE...: what the tracking dots of
 * pictures say, one line each, with processor milliseconds; then, of every two that carry dots,
 * whether they come from one machine. --binary: pictures of dark dots on white whose scale is not
 * known (extracts that others published). --whole: all of the picture is bare paper as it lies on
 * the scanner, without edges (crops, drawn tests). --halves: left and right half of each for
 * themselves. --sites: what each site of the code shows. Last the peak memory of it all. */
#include "classifier/dots_compare.h"
#include "classifier/tracking_dots.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define BINARY_DPI 600.0
#define KIB_PER_MIB 1024.0

struct options {
    double dpi;
    bool binary, whole, halves, sites;
};

#define FOUND_MAX 64
struct found {
    const char *path;
    struct dots_mark mark;
};

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* Dark dots become yellow ones. */
static void make_yellow(struct image *rgb)
{
    for (int y = 0; y < rgb->height; y++)
        for (int x = 0; x < rgb->width; x++) {
            uint8_t *pixel = image_row(rgb, y) + 3 * x;
            pixel[2] = pixel[0] < 128 ? 0 : 255;
            pixel[0] = pixel[1] = 255;
        }
}

static bool read_whole(const struct image *rgb, bool scale_known, struct tracking_dots *ret,
                       double *ms, struct err *err)
{
    struct dot_field field;
    const int box[4] = {0, 0, rgb->width, rgb->height};
    double paper[3];
    for (int c = 0; c < 3; c++) {
        uint32_t histogram[256];
        image_histogram(rgb, c, histogram);
        paper[c] = histogram_quantile(histogram, 0.5);
    }
    double since = cpu_ms();
    if (!dots_find(rgb, box, paper, &field, err))
        return false;
    bool ok = tracking_dots_in(&field, 0, scale_known, ret, err);
    *ms = cpu_ms() - since;
    dot_field_finish(&field);
    return ok;
}

static bool read_side(const struct image *rgb, const struct codec_info *how,
                      struct tracking_dots *ret, double *ms, struct err *err)
{
    struct side side;
    if (!side_prepare(rgb, &side, err))
        return false;
    double since = cpu_ms();
    bool ok = tracking_dots_on(&side, how, ret, err);
    *ms = cpu_ms() - since;
    side_finish(&side);
    return ok;
}

static void print(const char *path, const struct tracking_dots *dots, double ms)
{
    printf("%s\t%s\t%s\t%s\t%s\t%s\t%s", path, dots_status_names[dots->status],
           dots->layout ? dots->layout->name : "", dots->code.serial, dots->code.time,
           dots->code.maker, dots->code.digits);
    if (dots->status == DOTS_DETECTED || dots->status == DOTS_DECODED)
        printf(
            "\tpitch %.4f x %.4f mm, angle %.3f deg, period (%d,0) (%d,%d), %d of %d repeats agree "
            "(%d blank), in these %d dots missing, %d stray",
            dot_grid_pitch_mm(&dots->grid, 0), dot_grid_pitch_mm(&dots->grid, 1), dots->angle_deg,
            dots->period.w, dots->period.s, dots->period.h, dots->repeats.agreeing,
            dots->repeats.visible, dots->repeats.blank, dots->repeats.missing,
            dots->repeats.strays);
    else
        printf("\t%s", dots_doubt_names[dots->doubt]);
    printf("\t%.1f ms\n", ms);
}

static void print_sites(const struct dots_cells *cells)
{
    for (int y = 0; cells->site[0] && y < cells->h; y++)
        printf("\t%.*s\n", cells->w, cells->site + y * cells->w);
}

static bool read_view(const char *path, const struct image *rgb, const struct codec_info *how,
                      const struct options *options, struct found *ret, struct err *err)
{
    struct tracking_dots dots;
    double ms = 0;
    bool ok = options->binary || options->whole ? read_whole(rgb, !options->binary, &dots, &ms, err)
                                                : read_side(rgb, how, &dots, &ms, err);
    if (!ok)
        return false;
    print(path, &dots, ms);
    ret->path = path;
    tracking_dots_mark(&dots, &ret->mark);
    if (options->sites)
        print_sites(&ret->mark.cells);
    return true;
}

/* Adds one or two to what was found. */
static bool read_one(const char *path, const struct options *options, struct found *found, int *n,
                     struct err *err)
{
    struct image rgb = {0};
    struct codec_info how;
    bool ok = true;
    if (!image_load(path, options->binary ? BINARY_DPI : options->dpi, &rgb, &how, err))
        return false;
    if (options->binary && rgb.channels == 3)
        make_yellow(&rgb);
    int parts = options->halves ? 2 : 1, width = rgb.width / parts;
    for (int part = 0; ok && part < parts && *n < FOUND_MAX; part++) {
        const struct image view = image_view(&rgb, part * width, 0, width, rgb.height);
        ok = read_view(path, &view, &how, options, &found[(*n)++], err);
    }
    image_finish(&rgb);
    return ok;
}

static void compare_all(const struct found *found, int n, bool scale_known)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) {
            struct dots_compared compared;
            if (!found[i].mark.cells.site[0] || !found[k].mark.cells.site[0])
                continue;
            dots_compare(&found[k].mark, &found[i].mark, scale_known, &compared);
            printf("%s (%d)\t%s (%d)\t%s\t%d dots on both, %d sites differ, chance 10^%.1f\n",
                   found[k].path, k + 1, found[i].path, i + 1,
                   dots_relation_names[compared.relation], compared.both, compared.different,
                   compared.chance);
        }
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct err err;
    static struct found found[FOUND_MAX];
    int i = 1, n = 0, bad = 0;
    for (; i < argc && argv[i][0] == '-'; i++)
        if (strcmp(argv[i], "--binary") == 0)
            options.binary = true;
        else if (strcmp(argv[i], "--whole") == 0)
            options.whole = true;
        else if (strcmp(argv[i], "--halves") == 0)
            options.halves = true;
        else if (strcmp(argv[i], "--sites") == 0)
            options.sites = true;
        else if (strcmp(argv[i], "--dpi") == 0 && i + 1 < argc)
            options.dpi = atof(argv[++i]);
        else
            break;
    if (i >= argc) {
        fprintf(stderr, "usage: dots_read [--dpi N] [--binary] [--whole] [--halves] [--sites] "
                        "IMAGE...\n");
        return 2;
    }
    for (; i < argc; i++)
        if (!read_one(argv[i], &options, found, &n, &err)) {
            fprintf(stderr, "%s: %s\n", argv[i], err.text);
            bad = 1;
        }
    compare_all(found, n, !options.binary);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory %.0f MiB\n", (double)usage.ru_maxrss / KIB_PER_MIB);
    return bad;
}
