/* match_speed: processor seconds that matching, elements and contradictions take, and print
 * measurements and tracking dots, sheet by sheet. Usage: match_speed TEMPLATE_DIR LIST; LIST as for
 * postwacht screen --list. Prints a line a sheet: id, verdict, seconds of the stages "prepare",
 * "match" and "check", the peak memory of its whole process in MiB, images and engines included,
 * and seconds of the stages "print" and "dots". As in the daemon, engines are loaded once and
 * each sheet is screened by a fork.
 *
 * The stages time themselves with clock_mono_s (classifier/screen.c). In this program the linker
 * puts the processor's clock in its place (--wrap), so that other work on the machine does not
 * count. */
#include "classifier/screen.h"
#include "daemon/cli/sheets.h"
#include "daemon/environment.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KIB_PER_MIB 1024.0

double __wrap_clock_mono_s(void);
double __wrap_clock_mono_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double stage_seconds(const struct screening *screening, const char *stage)
{
    for (int i = 0; i < screening->n_seconds; i++)
        if (strcmp(screening->seconds[i].stage, stage) == 0)
            return screening->seconds[i].seconds;
    return 0;
}

static int screen_one(struct screener *screener, const struct sheet_arg *arg)
{
    static struct screening screening; /* large */
    struct err err;
    const struct screen_input input = {
        .id = arg->id, .path = {arg->path[SIDE_FRONT], arg->path[SIDE_BACK]}, .dpi = arg->dpi};
    if (!screen_files(screener, &input, &screening, &err)) {
        fprintf(stderr, "match_speed: %s\n", err.text);
        return 1;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%s\t%s\t%.4f\t%.4f\t%.4f\t%.0f\t%.4f\t%.4f\n", arg->id, verdict_names[screening.verdict],
           stage_seconds(&screening, "prepare"), stage_seconds(&screening, "match"),
           stage_seconds(&screening, "check"), (double)usage.ru_maxrss / KIB_PER_MIB,
           stage_seconds(&screening, "print"), stage_seconds(&screening, "dots"));
    return fflush(stdout) != 0;
}

/* A process of its own: its peak memory is this sheet's. */
static bool fork_one(struct screener *screener, const struct sheet_arg *arg, struct err *err)
{
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(screen_one(screener, arg));
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return err_errno(err, "cannot run the sheet %s", arg->id);
    return status == 0 || err_set(err, "the sheet %s was not screened", arg->id);
}

static bool run(const char *template_dir, const char *list, struct err *err)
{
    struct sheets sheets = {0};
    struct screener *screener = NULL;
    char data_dir[PATH_SIZE];
    const struct screener_options options = {
        .template_dir = &template_dir, .n_templates = 1, .data_dir = data_dir};
    bool ok = environment_data_dir(data_dir, err) && sheets_add_list(&sheets, list, err) &&
              sheets_end(&sheets, 0, err) && screener_create(&options, &screener, err);
    for (size_t i = 0; ok && i < sheets.n; i++)
        ok = fork_one(screener, &sheets.sheet[i], err);
    sheets_finish(&sheets);
    screener_destroy(screener);
    return ok;
}

int main(int argc, char **argv)
{
    environment_pin(argv);
    if (argc != 3) {
        fprintf(stderr, "usage: match_speed TEMPLATE_DIR LIST\n");
        return 2;
    }
    struct err err;
    if (!run(argv[1], argv[2], &err)) {
        fprintf(stderr, "match_speed: %s\n", err.text);
        return 1;
    }
    return 0;
}
