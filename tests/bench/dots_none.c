/* dots_none [SHEETS [FIRST]]: what is found on C5 sheets that carry no tracking dots, all parts of
 * a side looked at as in a screening. Draws SHEETS (1,000) with what could be taken for dots:
 * screens, specks, print and a stamp, coarse colour noise, security patterns, labels, handwriting,
 * streaks of the sensor; one in four at 600 dpi, the others at 300, one in three through JPEG of
 * quality 75 to
 * 95. Prints by kind how many are called detected or decoded, and processor time. Exit status 1
 * when any is. */
#include "classifier/tracking_dots.h"
#include "schemas/base/err.h"
#include "tests/unit/classifier/draw_dots.h"

#include <time.h>
#include <unistd.h>

#define SHEETS 1000
#define C5_W_MM 229.0
#define C5_H_MM 162.0

static const char *const trap_names[TRAPS] = {
    [TRAP_NONE] = "bare paper",
    [TRAP_HALFTONE] = "screened tint",
    [TRAP_SPECKS] = "specks",
    [TRAP_PRINT] = "print and stamp",
    [TRAP_GRAIN] = "coarse colour",
    [TRAP_SECURITY] = "security pattern",
    [TRAP_LABEL] = "label",
    [TRAP_HAND] = "handwriting",
    [TRAP_STREAKS] = "sensor streaks",
};

struct count {
    int sheets, detected, decoded;
};

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void give_up(const struct err *err)
{
    fprintf(stderr, "dots_none: %s\n", err->text);
    exit(1);
}

/* As a file and back, as a scanner with its own JPEG hands it over. */
static struct codec_info through_jpeg(struct image *image, int i, const char *path)
{
    static const int quality[] = {75, 85, 90, 95};
    struct err err;
    struct codec_info how;
    struct image back = {0};
    if (!(i % 2 ? image_save_jpeg : image_save_jpeg_full)(path, image, quality[i % 4], &err) ||
        !image_load(path, image->dpi_x, &back, &how, &err))
        give_up(&err);
    image_finish(image);
    *image = back;
    return how;
}

static enum dots_status look(int i, enum drawn_trap trap, const char *path, double *ms)
{
    struct drawn_sheet sheet = {.dpi = i % 4 ? 300 : 600,
                                .w_mm = C5_W_MM,
                                .h_mm = C5_H_MM,
                                .trap = trap,
                                .seed = 20000 + (uint64_t)i};
    struct image image = draw_sheet(&sheet, NULL);
    struct codec_info how = {.lossy = false};
    struct tracking_dots dots;
    struct side side;
    struct err err;
    if (i / TRAPS % 3 == 0)
        how = through_jpeg(&image, i, path);
    if (!side_prepare(&image, &side, &err))
        give_up(&err);
    double since = cpu_ms();
    if (!tracking_dots_on(&side, &how, &dots, &err))
        give_up(&err);
    *ms = cpu_ms() - since;
    side_finish(&side);
    image_finish(&image);
    return dots.status;
}

int main(int argc, char **argv)
{
    int sheets = argc > 1 ? atoi(argv[1]) : SHEETS, first = argc > 2 ? atoi(argv[2]) : 0, found = 0;
    char path[] = "/tmp/dots_none.XXXXXX";
    struct count count[TRAPS] = {{0}};
    double sum[2] = {0}, most[2] = {0};
    int fd = mkstemp(path), n[2] = {0};
    if (fd < 0)
        return 1;
    close(fd);
    for (int i = first; i < first + sheets; i++) {
        double ms;
        struct count *one = &count[i % TRAPS];
        enum dots_status status = look(i, (enum drawn_trap)(i % TRAPS), path, &ms);
        int fine = i % 4 == 0;
        one->sheets++;
        one->detected += status == DOTS_DETECTED;
        one->decoded += status == DOTS_DECODED;
        if (status == DOTS_DETECTED || status == DOTS_DECODED) {
            printf("sheet %d (%s): %s\n", i, trap_names[i % TRAPS], dots_status_names[status]);
            found++;
        }
        sum[fine] += ms;
        n[fine]++;
        most[fine] = fmax(most[fine], ms);
    }
    unlink(path);
    printf("without dots\tsheets\tdetected\tdecoded\n");
    for (int t = 0; t < TRAPS; t++)
        printf("%s\t%d\t%d\t%d\n", trap_names[t], count[t].sheets, count[t].detected,
               count[t].decoded);
    for (int fine = 0; fine < 2; fine++)
        if (n[fine])
            printf("milliseconds of processor a side, %d dpi: mean %.0f, most %.0f\n",
                   fine ? 600 : 300, sum[fine] / n[fine], most[fine]);
    return found ? 1 : 0;
}
