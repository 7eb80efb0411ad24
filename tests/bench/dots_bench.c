/* dots_bench [--clean] [--png] [--layout 1-5] [--depth LEVELS] [--sheets N] [--write DIR]
 * dots_bench --must
 * dots_bench --faintest [--clean] [--png] [--layout 1-5]
 *
 * How faint tracking dots may be. Draws sheets of each layout at falling depth of blue (or one
 * depth only), 300 and 600 dpi, as PNG and as JPEG 90 with colour in full ("jpeg") or halved
 * ("halved"); prints how many of N (4) decode, how many decode to something else, and processor
 * time. --clean: neutral paper without noise, straight and bare. --png: no JPEG. --write leaves the
 * pictures as DIR/LAYOUT_DPI_DEPTH_SEED.png|jpg|halved.jpg for another program.
 *
 * --must: what the program promises, 20 sheets each; exit status 1 when a promise is not kept.
 * --faintest: the least depth of which 18 of 20 decode, found by halves. Both leave out codes that
 * nobody can tell (P1 that reads both ways up: even a clean sheet at full depth does not decode).
 */
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

#define TRIALS 20    /* sheets of a promise, and of a depth of --faintest */
#define FAINT_MIN 18 /* of them */
#define FULL_DEPTH 140.0

static const double depths[] = {2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 60, 100, 140};
#define DEPTHS (sizeof depths / sizeof *depths)

struct plan {
    int layout, sheets; /* layout -1: all; sheets of each depth */
    double depth;       /* 0: all */
    bool clean, png, must, faintest;
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

/* One code at one depth: draws, reads. */
struct trial {
    int layout;
    double dpi, depth;
    enum drawn_file file;
    bool clean;
    const char *dir; /* where pictures stay, or NULL */
};

struct tally {
    int right, wrong, drawn;
    double ms; /* of all */
};

static void try_code(const struct trial *trial, int seed, const char *temporary,
                     struct tally *tally)
{
    char path[512];
    struct drawn_code code = draw_code(trial->layout, (uint64_t)seed + 1);
    struct drawn_sheet sheet = some_sheet(trial->dpi, trial->depth, trial->clean,
                                          (uint64_t)(100 * trial->depth) + (uint64_t)seed);
    struct tracking_dots dots;
    struct image image = draw_sheet(&sheet, &code);
    snprintf(path, sizeof path, "%s/%s_%.0f_%03.0f_%d%s", trial->dir ? trial->dir : "", code.layout,
             trial->dpi, trial->depth, seed, file_ends[trial->file]);
    if (trial->file != FILE_PNG || trial->dir)
        image = through_file(&image, trial->dir ? path : temporary, trial->file);
    read_image(&image, &dots, &tally->ms);
    tally->drawn++;
    tally->right += is_right(&dots, &code);
    tally->wrong += dots.status == DOTS_DECODED && !is_right(&dots, &code);
    image_finish(&image);
}

static bool can_be_told(int layout, int seed)
{
    const struct trial trial = {
        .layout = layout, .dpi = DOTS_DPI_MIN, .depth = FULL_DEPTH, .clean = true};
    struct tally tally = {0};
    try_code(&trial, seed, "", &tally);
    return tally.right == 1;
}

static const int *codes_of(int layout, int *ret_left_out)
{
    static int seed[DRAWN_LAYOUTS][TRIALS], left_out[DRAWN_LAYOUTS];
    if (!seed[layout][TRIALS - 1])
        for (int n = 0, next = 0; n < TRIALS; next++) {
            bool told = can_be_told(layout, next);
            if (told)
                seed[layout][n++] = next;
            left_out[layout] += !told;
        }
    *ret_left_out = left_out[layout];
    return seed[layout];
}

static struct tally try_all(const struct trial *trial, const char *temporary, int *ret_left_out)
{
    struct tally tally = {0};
    const int *seed = codes_of(trial->layout, ret_left_out);
    for (int i = 0; i < TRIALS; i++)
        try_code(trial, seed[i], temporary, &tally);
    return tally;
}

static int must(const char *temporary)
{
    enum { P1, P2, P3, P4, P5 };
    static const struct trial promise[] = {
        {P4, 300, 10, FILE_PNG, false, NULL},  {P4, 600, 10, FILE_PNG, false, NULL},
        {P4, 600, 20, FILE_JPEG, false, NULL}, {P1, 300, 40, FILE_PNG, false, NULL},
        {P1, 600, 40, FILE_PNG, false, NULL},  {P2, 300, 40, FILE_PNG, false, NULL},
        {P2, 600, 40, FILE_PNG, false, NULL},  {P3, 300, 40, FILE_PNG, false, NULL},
        {P3, 600, 40, FILE_PNG, false, NULL},  {P5, 300, 40, FILE_PNG, false, NULL},
        {P5, 600, 40, FILE_PNG, false, NULL},
    };
    int broken = 0;
    printf("layout\tdpi\tfile\tdepth\tdecoded\twrong\tleft out\tms\tkept\n");
    for (size_t i = 0; i < sizeof promise / sizeof *promise; i++) {
        int left_out;
        struct tally tally = try_all(&promise[i], temporary, &left_out);
        bool kept = tally.right == TRIALS && tally.wrong == 0;
        printf("%s\t%.0f\t%s\t%.0f\t%d of %d\t%d\t%d\t%.0f\t%s\n",
               draw_code(promise[i].layout, 1).layout, promise[i].dpi, file_names[promise[i].file],
               promise[i].depth, tally.right, TRIALS, tally.wrong, left_out, tally.ms / tally.drawn,
               kept ? "yes" : "NO");
        fflush(stdout);
        broken += !kept;
    }
    return broken ? 1 : 0;
}

/* By halves: whoever decodes at one depth decodes at all larger ones. */
static void faintest(struct trial trial, const char *temporary)
{
    size_t low = 0, high = DEPTHS; /* high: the least known to decode */
    int left_out, wrong = 0, drawn = 0;
    double ms = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        trial.depth = depths[middle];
        struct tally tally = try_all(&trial, temporary, &left_out);
        wrong += tally.wrong;
        drawn += tally.drawn;
        ms += tally.ms;
        if (tally.right >= FAINT_MIN)
            high = middle;
        else
            low = middle + 1;
    }
    printf("%s\t%.0f\t%s\t", draw_code(trial.layout, 1).layout, trial.dpi, file_names[trial.file]);
    if (high < DEPTHS)
        printf("%.0f", depths[high]);
    else
        printf("none");
    printf("\t%d\t%.0f\n", wrong, ms / drawn);
    fflush(stdout);
}

static void all_faintest(const struct plan *plan, const char *temporary)
{
    printf("layout\tdpi\tfile\tfaintest\twrong\tms\n");
    for (int layout = 0; layout < DRAWN_LAYOUTS; layout++)
        for (int variant = 0; variant < 2 * FILES; variant++)
            if ((plan->layout < 0 || plan->layout == layout) &&
                (!plan->png || variant / 2 == FILE_PNG))
                faintest((struct trial){.layout = layout,
                                        .dpi = variant % 2 ? 600 : 300,
                                        .file = (enum drawn_file)(variant / 2),
                                        .clean = plan->clean},
                         temporary);
}

static void series(const struct plan *plan, struct trial trial, const char *temporary)
{
    struct tally all = {0};
    printf("%s\t%.0f\t%s", draw_code(trial.layout, 1).layout, trial.dpi, file_names[trial.file]);
    for (size_t d = 0; d < DEPTHS; d++) {
        int before = all.right;
        if (!wants_depth(plan, depths[d]))
            continue;
        trial.depth = depths[d];
        for (int i = 0; i < plan->sheets; i++)
            try_code(&trial, i, temporary, &all);
        printf("\t%d", all.right - before);
        fflush(stdout);
    }
    printf("\t%d\t%.1f\n", all.wrong, all.drawn ? all.ms / all.drawn : 0);
}

static void all_series(const struct plan *plan, const char *temporary)
{
    printf("layout\tdpi\tfile");
    for (size_t d = 0; d < DEPTHS; d++)
        if (wants_depth(plan, depths[d]))
            printf("\t%.0f", depths[d]);
    printf("\twrong\tms\n");
    for (int layout = 0; layout < DRAWN_LAYOUTS; layout++)
        for (int variant = 0; variant < 2 * FILES; variant++)
            if ((plan->layout < 0 || plan->layout == layout) &&
                (!plan->png || variant / 2 == FILE_PNG))
                series(plan,
                       (struct trial){.layout = layout,
                                      .dpi = variant % 2 ? 600 : 300,
                                      .file = (enum drawn_file)(variant / 2),
                                      .clean = plan->clean,
                                      .dir = plan->dir},
                       temporary);
}

static struct plan plan_of(int argc, char **argv)
{
    struct plan plan = {.layout = -1, .sheets = SHEETS};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool flag = true;
        if (strcmp(argv[i], "--clean") == 0)
            plan.clean = true;
        else if (strcmp(argv[i], "--png") == 0)
            plan.png = true;
        else if (strcmp(argv[i], "--must") == 0)
            plan.must = true;
        else if (strcmp(argv[i], "--faintest") == 0)
            plan.faintest = true;
        else
            flag = false;
        if (strcmp(argv[i], "--write") == 0)
            plan.dir = value;
        else if (strcmp(argv[i], "--layout") == 0 && atoi(value) >= 1 &&
                 atoi(value) <= DRAWN_LAYOUTS)
            plan.layout = atoi(value) - 1;
        else if (strcmp(argv[i], "--depth") == 0)
            plan.depth = atof(value);
        else if (strcmp(argv[i], "--sheets") == 0)
            plan.sheets = atoi(value);
        else if (!flag) {
            fprintf(stderr, "dots_bench: %s is not known\n", argv[i]);
            exit(2);
        }
        i += !flag;
    }
    return plan;
}

int main(int argc, char **argv)
{
    struct plan plan = plan_of(argc, argv);
    char temporary[] = "/tmp/dots_bench.XXXXXX";
    int status = 0, fd = mkstemp(temporary);
    if (fd < 0) {
        perror("dots_bench");
        return 1;
    }
    close(fd);
    if (plan.must)
        status = must(temporary);
    else if (plan.faintest)
        all_faintest(&plan, temporary);
    else
        all_series(&plan, temporary);
    unlink(temporary);
    return status;
}
