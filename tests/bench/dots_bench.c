/* dots_bench [--clean] [--layout 1-5] [--depth LEVELS] [--sheets N] [--write DIR] [--crops N]: who
 * decodes tracking dots how faint. Draws sheets of each layout at falling depth of blue (or one
 * depth only), 300 and 600 dpi, as PNG and as JPEG 90 with colour in full ("jpeg") or halved
 * ("halved"), and N sheets without dots; prints a table of how many decode, false findings and
 * processor time. --write leaves the pictures as DIR/LAYOUT_DPI_DEPTH_SEED.png|jpg|halved.jpg for
 * another program. --clean: neutral paper without noise, straight and bare. */
#include "classifier/tracking_dots.h"
#include "schemas/base/err.h"
#include "tests/unit/classifier/draw_dots.h"

#include <math.h>
#include <time.h>
#include <unistd.h>

#define SHEET_W_MM 120.0
#define SHEET_H_MM 90.0
#define SHEETS 4
#define JPEG_QUALITY 90

static const double depths[] = {3, 4, 6, 8, 10, 15, 20, 30, 40, 60, 100, 140};
#define DEPTHS (sizeof depths / sizeof *depths)

struct plan {
    int layout, sheets, crops; /* layout -1: all; sheets of each depth */
    double depth;              /* 0: all */
    bool clean;
    const char *dir; /* or NULL */
};

static bool wants_depth(const struct plan *plan, double depth)
{
    return plan->depth <= 0 || fabs(plan->depth - depth) < 0.5;
}

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void read_image(const struct image *image, struct tracking_dots *ret, double *ms)
{
    struct err err;
    struct dot_field field;
    const int box[4] = {0, 0, image->width, image->height};
    double paper[3], since = cpu_ms();
    for (int c = 0; c < 3; c++) {
        uint32_t histogram[256];
        image_histogram(image, c, histogram);
        paper[c] = histogram_quantile(histogram, 0.5);
    }
    bool ok =
        dots_find(image, box, paper, &field, &err) && tracking_dots_in(&field, 0, true, ret, &err);
    if (!ok) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    dot_field_finish(&field);
    *ms += cpu_ms() - since;
}

enum drawn_file { FILE_PNG, FILE_JPEG, FILE_HALVED, FILES };
static const char *const file_names[] = {"png", "jpeg", "halved"};
static const char *const file_ends[] = {".png", ".jpg", ".halved.jpg"};

/* As a file and back, as a scanner with its own JPEG hands it over. */
static struct image through_file(struct image *image, const char *path, enum drawn_file file)
{
    struct err err;
    struct image back = {0};
    bool ok = file == FILE_PNG      ? image_save_png_small(path, image, &err)
              : file == FILE_HALVED ? image_save_jpeg(path, image, JPEG_QUALITY, &err)
                                    : image_save_jpeg_full(path, image, JPEG_QUALITY, &err);
    if (!ok || !image_load(path, image->dpi_x, &back, NULL, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    image_finish(image);
    return back;
}

static bool is_right(const struct tracking_dots *dots, const struct drawn_code *code)
{
    if (dots->status != DOTS_DECODED || strcmp(dots->layout->name, code->layout) != 0)
        return false;
    if (code->time[0])
        return strcmp(dots->code.serial, code->serial) == 0 &&
               strcmp(dots->code.time, code->time) == 0;
    return !code->expect[0] || strcmp(dots->code.digits, code->expect) == 0;
}

static struct drawn_sheet some_sheet(double dpi, double depth, bool clean, uint64_t seed)
{
    if (clean)
        return (struct drawn_sheet){.dpi = dpi,
                                    .w_mm = SHEET_W_MM,
                                    .h_mm = SHEET_H_MM,
                                    .depth = depth,
                                    .clean = true,
                                    .seed = seed};
    return (struct drawn_sheet){.dpi = dpi,
                                .w_mm = SHEET_W_MM,
                                .h_mm = SHEET_H_MM,
                                .depth = depth,
                                .skew_deg = (double)(seed % 5) - 2,
                                .jitter_mm = 0.015,
                                .missing = 0.03,
                                .stretch = 0.004,
                                .printed = true,
                                .seed = seed};
}

/* Sheets of one code at one depth; returns how many decode. */
static int decode_sheets(const struct plan *plan, int layout, double dpi, enum drawn_file file,
                         size_t depth, const char *temporary, int *wrong, double *ms)
{
    int right = 0;
    for (int i = 0; i < plan->sheets; i++) {
        char path[512];
        struct drawn_code code = draw_code(layout, (uint64_t)i + 1);
        struct drawn_sheet sheet =
            some_sheet(dpi, depths[depth], plan->clean, 100 * (depth + 1) + (uint64_t)i);
        struct tracking_dots dots;
        struct image image = draw_sheet(&sheet, &code);
        snprintf(path, sizeof path, "%s/%s_%.0f_%03.0f_%d%s", plan->dir ? plan->dir : "",
                 code.layout, dpi, depths[depth], i, file_ends[file]);
        if (file != FILE_PNG || plan->dir)
            image = through_file(&image, plan->dir ? path : temporary, file);
        read_image(&image, &dots, ms);
        right += is_right(&dots, &code);
        *wrong += dots.status == DOTS_DECODED && !is_right(&dots, &code);
        image_finish(&image);
    }
    return right;
}

static void series(const struct plan *plan, int layout, double dpi, enum drawn_file file)
{
    char temporary[] = "/tmp/dots_bench.XXXXXX";
    double ms = 0;
    int runs = 0, wrong = 0, fd = mkstemp(temporary);
    if (fd >= 0)
        close(fd);
    printf("%s\t%.0f\t%s", draw_code(layout, 1).layout, dpi, file_names[file]);
    for (size_t d = 0; d < DEPTHS; d++) {
        if (!wants_depth(plan, depths[d]))
            continue;
        printf("\t%d", decode_sheets(plan, layout, dpi, file, d, temporary, &wrong, &ms));
        fflush(stdout);
        runs += plan->sheets;
    }
    printf("\t%d\t%.1f\n", wrong, runs ? ms / runs : 0);
    unlink(temporary);
}

/* Sheets without dots: bare, screened tints, specks, print. */
static void without(int n)
{
    int detected[TRAPS] = {0}, decoded[TRAPS] = {0}, drawn[TRAPS] = {0};
    static const char *const names[] = {"bare", "halftone", "specks", "print"};
    double ms = 0;
    for (int i = 0; i < n; i++) {
        struct drawn_sheet sheet = some_sheet(i % 8 < 4 ? 300 : 600, 0, false, 7000 + (uint64_t)i);
        struct tracking_dots dots;
        sheet.printed = false;
        sheet.trap = (enum drawn_trap)(i % TRAPS);
        struct image image = draw_sheet(&sheet, NULL);
        read_image(&image, &dots, &ms);
        image_finish(&image);
        drawn[sheet.trap]++;
        detected[sheet.trap] += dots.status == DOTS_DETECTED;
        decoded[sheet.trap] += dots.status == DOTS_DECODED;
    }
    for (int t = 0; t < TRAPS; t++)
        printf("without\t%s\t%d sheets\t%d detected\t%d decoded\n", names[t], drawn[t], detected[t],
               decoded[t]);
    printf("without\t%.1f ms a sheet\n", ms / n);
}

static struct plan plan_of(int argc, char **argv)
{
    struct plan plan = {.layout = -1, .sheets = SHEETS};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--clean") == 0)
            plan.clean = true;
        else if (strcmp(argv[i], "--write") == 0)
            plan.dir = value;
        else if (strcmp(argv[i], "--crops") == 0)
            plan.crops = atoi(value);
        else if (strcmp(argv[i], "--layout") == 0)
            plan.layout = atoi(value) - 1;
        else if (strcmp(argv[i], "--depth") == 0)
            plan.depth = atof(value);
        else if (strcmp(argv[i], "--sheets") == 0)
            plan.sheets = atoi(value);
        else
            continue;
        i += !(strcmp(argv[i], "--clean") == 0);
    }
    return plan;
}

int main(int argc, char **argv)
{
    struct plan plan = plan_of(argc, argv);
    printf("layout\tdpi\tfile");
    for (size_t d = 0; d < DEPTHS; d++)
        if (wants_depth(&plan, depths[d]))
            printf("\t%.0f", depths[d]);
    printf("\twrong\tms\n");
    for (int layout = 0; layout < DRAWN_LAYOUTS; layout++)
        for (int variant = 0; variant < 2 * FILES; variant++)
            if (plan.sheets && (plan.layout < 0 || plan.layout == layout))
                series(&plan, layout, variant % 2 ? 600 : 300, (enum drawn_file)(variant / 2));
    if (plan.crops)
        without(plan.crops);
    return 0;
}
