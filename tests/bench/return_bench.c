/* return_bench: reads returns on a folder made by postwacht-simulate and compares with its truth.
 *
 * usage: return_bench DIR PHRASES.tsv [-v]
 * Prints one line a sheet that is not right (-v: every sheet) and sums with the times. The
 * template's elements are taken from the truth, as the screener would know them after matching.
 * Figures are about simulated stickers: never field accuracy. */
#include "classifier/return.h"
#include "imaging/codec.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COLUMNS_MAX 40
#define FILE_MAX (64u << 20)
#define DEADLINE_MS 20000 /* of the wall clock: only the reader is judged here */
#define ELEMENTS_MAX 12

struct table {
    char *head[COLUMNS_MAX];
    int n;
};

static int split(char *line, char *ret[COLUMNS_MAX])
{
    int n = 0;
    for (char *rest = line, *cell; n < COLUMNS_MAX && (cell = strsep(&rest, "\t")) != NULL;)
        ret[n++] = cell;
    return n;
}

static const char *cell(const struct table *table, char *const row[], int n, const char *name)
{
    for (int i = 0; i < table->n && i < n; i++)
        if (strcmp(table->head[i], name) == 0)
            return row[i];
    return "";
}

/* Seconds of this process' CPU: other work on the machine does not count. */
static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct sums {
    int sheets, returns, found, false_returns, country, wrong_country, reason, wrong_reason;
    double seconds, most, prepare;
};

/* "logo@front:x,y,w,h;..." on the upright side, to boxes on the page as fed. */
static int elements(const char *text, int turn, const double size[2], struct return_ignore *ret)
{
    int n = 0;
    char name[32], side[16];
    double b[4];
    for (const char *p = text; *p && n < ELEMENTS_MAX; p += strcspn(p, ";"), p += *p == ';') {
        if (sscanf(p, "%31[^@]@%15[^:]:%lf,%lf,%lf,%lf", name, side, &b[0], &b[1], &b[2], &b[3]) !=
            6)
            continue;
        ret[n].side = strcmp(side, "back") == 0 ? SIDE_BACK : SIDE_FRONT;
        double x = b[0], y = b[1];
        if (turn == 180)
            x = size[0] - b[0] - b[2], y = size[1] - b[1] - b[3];
        else if (turn != 0)
            continue;
        ret[n].box_mm[0] = x, ret[n].box_mm[1] = y;
        ret[n].box_mm[2] = b[2], ret[n++].box_mm[3] = b[3];
    }
    return n;
}

static bool load_side(const char *dir, const char *file, struct image *image, struct side *ret,
                      struct err *err)
{
    char path[PATH_SIZE];
    return path_join(path, dir, file, err) && image_load(path, 0, image, NULL, err) &&
           side_prepare(image, ret, err);
}

static bool run(const char *dir, const struct table *table, char *row[], int n, struct ocr *ocr,
                const struct phrases *phrases, bool verbose, struct sums *sums, struct err *err)
{
    struct image image[SIDE_COUNT] = {{0}};
    struct side side[SIDE_COUNT] = {{0}};
    struct return_side sides[SIDE_COUNT] = {{NULL}};
    struct side_patches patches[SIDE_COUNT] = {0};
    int orientation = atoi(cell(table, row, n, "orientation"));
    double start = cpu_s();
    for (int i = 0; i < SIDE_COUNT; i++) {
        const char *file = cell(table, row, n, i ? "back" : "front");
        if (!*file)
            continue;
        if (!load_side(dir, file, &image[i], &side[i], err))
            return false;
        if (!patches_find(&side[i], &patches[i], err))
            return false;
        int turn = i == 0 ? orientation : orientation == 180 ? 180 : orientation ? -1 : 0;
        sides[i] = (struct return_side){.side = &side[i], .patches = &patches[i], .turn = turn};
    }
    sums->prepare += cpu_s() - start;
    struct return_ignore ignore[ELEMENTS_MAX];
    bool ours = strcmp(cell(table, row, n, "kind"), "other") != 0 &&
                strcmp(cell(table, row, n, "swapped"), "0") == 0;
    int n_ignore = ours && sides[0].side ? elements(cell(table, row, n, "elements"), orientation,
                                                    sides[0].side->size_mm, ignore)
                                         : 0;
    struct screening_return got;
    start = cpu_s();
    bool fine = return_read(sides, ignore, n_ignore, ocr, phrases, DEADLINE_MS, &got, err);
    double seconds = cpu_s() - start;
    for (int i = 0; i < SIDE_COUNT; i++) {
        side_patches_finish(&patches[i]);
        side_finish(&side[i]);
        image_finish(&image[i]);
    }
    if (!fine)
        return false;
    bool returned = strcmp(cell(table, row, n, "returned"), "1") == 0;
    const char *country = cell(table, row, n, "country"), *reason = cell(table, row, n, "reason");
    bool same_country = strcmp(country, got.country) == 0,
         same_reason = strcmp(reason, got.reason) == 0;
    sums->sheets++;
    sums->seconds += seconds;
    sums->most = fmax(sums->most, seconds);
    sums->returns += returned;
    sums->found += returned && got.is_return;
    sums->false_returns += !returned && got.is_return;
    if (returned && got.is_return) {
        sums->country += same_country;
        sums->wrong_country += !same_country && *got.country;
        sums->reason += same_reason;
        sums->wrong_reason += !same_reason && *got.reason;
    }
    if (verbose || returned != got.is_return || (returned && (!same_country || !same_reason))) {
        for (char *p = got.text; *p; p++)
            *p = *p == '\n' ? '/' : *p;
        printf("%s true %d %s %s %s | read %d %s %s score %.2f %.2f s | %.300s\n", row[0], returned,
               country, reason, cell(table, row, n, "sticker"), got.is_return, got.country,
               got.reason, got.score, seconds, got.text);
    }
    return true;
}

int main(int argc, char **argv)
{
    struct err err = {""};
    struct ocr *ocr = NULL;
    struct phrases *phrases = NULL;
    struct buf truth = {0};
    char path[PATH_SIZE];
    if (argc < 3) {
        fprintf(stderr, "usage: return_bench DIR PHRASES.tsv [-v]\n");
        return 2;
    }
    bool verbose = argc > 3 && strcmp(argv[3], "-v") == 0;
    bool fine = ocr_create(&ocr, &err) && ocr_warm(ocr, "deu", &err) &&
                phrases_load(argv[2], &phrases, &err) &&
                path_join(path, argv[1], "truth.tsv", &err) &&
                file_read(path, FILE_MAX, &truth, &err);
    struct table table = {{0}, 0};
    struct sums sums = {0};
    char *rest = truth.data;
    for (char *line; fine && (line = strsep(&rest, "\n")) != NULL;) {
        char *row[COLUMNS_MAX];
        if (!*line)
            continue;
        if (table.n == 0) {
            table.n = split(line, table.head);
            continue;
        }
        int n = split(line, row);
        fine = run(argv[1], &table, row, n, ocr, phrases, verbose, &sums, &err);
    }
    if (!fine)
        fprintf(stderr, "return_bench: %s\n", err.text);
    printf("%d sheets, %d returned: %d found, %d falsely; country %d right %d wrong; reason %d "
           "right %d "
           "wrong; %.2f s of CPU a sheet, %.2f at most, loading %.2f\n",
           sums.sheets, sums.returns, sums.found, sums.false_returns, sums.country,
           sums.wrong_country, sums.reason, sums.wrong_reason,
           sums.sheets ? sums.seconds / sums.sheets : 0, sums.most,
           sums.sheets ? sums.prepare / sums.sheets : 0);
    buf_finish(&truth);
    phrases_destroy(phrases);
    ocr_destroy(ocr);
    return fine ? 0 : 1;
}
