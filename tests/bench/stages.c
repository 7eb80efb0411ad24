/* stages: where the time of a sheet goes. Screens each sheet of a list in a process of its own, as
 * the daemon does, one at a time, and prints the median seconds of each stage, processor time and
 * peak memory. So that runs on different machines can be compared, processor time is also given in
 * units of a calibration: the processor time of a SHA-256 over 1 GiB in the same run.
 * Usage: stages TEMPLATE_DIR LIST LABEL; LIST as for postwacht screen --list. */
#include "classifier/screen.h"
#include "daemon/cli/sheets.h"
#include "daemon/environment.h"
#include "daemon/pool.h"
#include "imaging/master.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SHEETS_MAX 200
#define MIB ((size_t)1 << 20)

struct bench {
    struct screener *screener;
    struct pool *pool;
    char out_dir[PATH_SIZE], data_dir[PATH_SIZE];
    const char *template_dir;
};

struct job {
    const struct bench *bench;
    const struct sheet_arg *arg;
};

struct column { /* one stage, or total, over all sheets */
    char name[24];
    int n;
    double value[SHEETS_MAX];
};

struct table {
    int n_columns;
    struct column column[SCREENING_STAGES_MAX + 4];
};

static bool work(void *arg, struct buf *output, struct err *err)
{
    const struct job *job = arg;
    const struct screen_input input = {
        .id = job->arg->id,
        .path = {job->arg->path[SIDE_FRONT], job->arg->path[SIDE_BACK]},
        .dpi = job->arg->dpi,
        .out_dir = job->bench->out_dir,
    };
    static struct screening screening;
    if (!screen_files(job->bench->screener, &input, &screening, err))
        return false;
    double start = clock_mono_s();
    for (int side = 0; side < SIDE_COUNT && screening.verdict != VERDICT_OTHER; side++) {
        char png[PATH_SIZE], sha256_file[SHA256_HEX_SIZE], sha256_pixels[SHA256_HEX_SIZE];
        if (input.path[side] &&
            (!path_join(png, job->bench->out_dir, side_names[side], err) ||
             !master_write(input.path[side], png, sha256_file, sha256_pixels, err)))
            return false;
    }
    screening_add_seconds(&screening, "master", clock_mono_s() - start);
    return screening_to_json(&screening, output, err);
}

static void add(struct table *table, const char *name, double value)
{
    int i = 0;
    while (i < table->n_columns && strcmp(table->column[i].name, name) != 0)
        i++;
    if (i == (int)(sizeof table->column / sizeof table->column[0]))
        return;
    struct column *column = &table->column[i];
    if (i == table->n_columns) {
        snprintf(column->name, sizeof column->name, "%s", name);
        table->n_columns++;
    }
    if (column->n < SHEETS_MAX)
        column->value[column->n++] = value;
}

static bool run_one(struct bench *bench, const struct sheet_arg *arg, struct table *table,
                    struct err *err)
{
    static struct screening screening;
    struct job job = {.bench = bench, .arg = arg};
    struct pool_job pool_job = {.work = work, .arg = &job};
    struct pool_result result;
    pool_default_limits(&pool_job.rules);
    pool_job.rules.read[0] = arg->path[SIDE_FRONT];
    pool_job.rules.read[1] = arg->path[SIDE_BACK];
    pool_job.rules.read[2] = bench->data_dir;
    pool_job.rules.read[3] = environment_tessdata();
    pool_job.rules.read[4] = bench->template_dir;
    pool_job.rules.write[0] = bench->out_dir;
    double start = clock_mono_s();
    if (!pool_start(bench->pool, &pool_job, err))
        return false;
    if (!pool_wait(bench->pool, -1, &result) || result.end != POOL_DONE)
        return err_set(err, "%s: %s", arg->id, result.why);
    bool ok = screening_from_json(result.output.data, result.output.len, &screening, err);
    buf_finish(&result.output);
    if (!ok)
        return false;
    for (int i = 0; i < screening.n_seconds; i++)
        add(table, screening.seconds[i].stage, screening.seconds[i].seconds);
    add(table, "wall clock", clock_mono_s() - start);
    add(table, "processor", result.cpu_seconds);
    add(table, "peak MiB", (double)result.peak_kib / 1024.0);
    return true;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Processor seconds of SHA-256 over 1 GiB. */
static double calibrate(void)
{
    enum { PIECES = 1024 };
    unsigned char *piece = calloc(1, MIB);
    struct sha256 hash;
    uint8_t sum[SHA256_SIZE];
    if (!piece)
        return 0;
    clock_t start = clock();
    sha256_init(&hash);
    for (int i = 0; i < PIECES; i++)
        sha256_update(&hash, piece, MIB);
    sha256_final(&hash, sum);
    free(piece);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void print(const char *label, struct table *table, size_t sheets)
{
    double unit = calibrate();
    printf("%s: %zu sheets; SHA-256 of 1 GiB takes %.2f s of processor here\n", label, sheets,
           unit);
    printf("  %-16s %9s %9s\n", "stage", "median", "largest");
    for (int i = 0; i < table->n_columns; i++) {
        struct column *column = &table->column[i];
        qsort(column->value, (size_t)column->n, sizeof column->value[0], by_value);
        double median = column->value[column->n / 2];
        printf("  %-16s %9.3f %9.3f", column->name, median, column->value[column->n - 1]);
        if (strcmp(column->name, "processor") == 0 && unit > 0)
            printf("   %.2f calibrations", median / unit);
        putchar('\n');
    }
}

static bool run(struct bench *bench, const char *list, const char *label, struct err *err)
{
    static struct table table;
    struct sheets sheets = {0};
    const struct screener_options options = {
        .template_dir = &bench->template_dir, .n_templates = 1, .data_dir = bench->data_dir};
    const struct pool_config pool = {.jobs = 1, .seconds = POOL_SHEET_SECONDS};
    bool ok = environment_data_dir(bench->data_dir, err) && sheets_add_list(&sheets, list, err) &&
              sheets_end(&sheets, 0, err) && screener_create(&options, &bench->screener, err) &&
              pool_create(&pool, &bench->pool, err);
    for (size_t i = 0; ok && i < sheets.n; i++)
        ok = run_one(bench, &sheets.sheet[i], &table, err);
    if (ok)
        print(label, &table, sheets.n);
    sheets_finish(&sheets);
    pool_destroy(bench->pool);
    screener_destroy(bench->screener);
    return ok;
}

int main(int argc, char **argv)
{
    environment_pin(argv);
    if (argc != 4) {
        fprintf(stderr, "usage: stages TEMPLATE_DIR LIST LABEL\n");
        return 2;
    }
    static struct bench bench;
    struct err err;
    strcpy(bench.out_dir, "/tmp/postwacht-bench-XXXXXX");
    bench.template_dir = argv[1];
    if (!mkdtemp(bench.out_dir)) {
        perror("stages");
        return 1;
    }
    bool ok = run(&bench, argv[2], argv[3], &err);
    dir_remove(bench.out_dir, NULL);
    if (!ok)
        fprintf(stderr, "stages: %s\n", err.text);
    return ok ? 0 : 1;
}
