/* postwacht-simulate: draws, prints, dresses and scans envelopes; see --help. Each sheet depends on
 * the seed and its own name only, so jobs may share the work in any way without changing a byte. */
#include "tests/simulator/options.h"
#include "tests/simulator/truth.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes every jobs-th sheet and writes the truth lines to `to`. */
static bool make_share(const struct options *o, int job, FILE *to, struct err *err)
{
    int last = set_size(&o->set);
    for (int i = 1; i <= last; i++) {
        if ((o->only && i != o->only) || i % o->jobs != job)
            continue;
        struct plan plan = set_plan(&o->set, i);
        struct truth truth = {.dpi = o->settings.dpi};
        struct buf line = {0};
        if (o->list)
            truth_deviations(&plan, truth.deviations, sizeof truth.deviations);
        else if (!sheet_make(&plan, &o->settings, set_rng(&o->set, i), &truth, err))
            return err_context(err, "sheet %s", plan.id);
        truth_line(&line, &plan, &truth);
        bool fine =
            buf_ok(&line, err) && fwrite(line.data, 1, line.len, to) == line.len && fflush(to) == 0;
        buf_finish(&line);
        if (!fine)
            return err_set(err, "cannot write the truth of sheet %s", plan.id);
    }
    return true;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the lines of all jobs by id and puts them after the header. */
static bool merge(struct buf *lines, struct buf *ret, struct err *err)
{
    size_t n = 0, cap = 0;
    char **line = NULL;
    for (char *at = lines->data, *end; at && *at && (end = strchr(at, '\n')); at = end + 1) {
        *end = 0;
        if (n == cap) {
            cap = cap ? cap * 2 : 64;
            char **more = realloc(line, cap * sizeof *more);
            if (!more) {
                free(line);
                return err_set(err, "out of memory");
            }
            line = more;
        }
        line[n++] = at;
    }
    if (n)
        qsort(line, n, sizeof *line, compare_lines);
    buf_puts(ret, truth_header);
    for (size_t i = 0; i < n; i++)
        buf_printf(ret, "%s\n", line[i]);
    free(line);
    return buf_ok(ret, err);
}

static bool run_jobs(const struct options *o, struct buf *lines, struct err *err)
{
    FILE *spool[JOBS_MOST] = {0};
    pid_t child[JOBS_MOST] = {0};
    bool fine = true;
    for (int job = 0; job < o->jobs && fine; job++) {
        spool[job] = tmpfile();
        if (!spool[job]) {
            fine = err_errno(err, "cannot make a temporary file");
            break;
        }
        child[job] = fork();
        if (child[job] < 0)
            fine = err_errno(err, "cannot start a job");
        if (child[job] == 0) {
            struct err own = {{0}};
            bool made = make_share(o, job, spool[job], &own);
            if (!made)
                fprintf(stderr, "postwacht-simulate: %s\n", own.text);
            _exit(made ? 0 : 1);
        }
    }
    for (int job = 0; job < o->jobs; job++) {
        int status = 0;
        if (child[job] > 0 && (waitpid(child[job], &status, 0) < 0 || status != 0))
            fine = err_set(err, "a job failed");
        char piece[4096];
        if (!spool[job])
            continue;
        rewind(spool[job]);
        for (size_t n; (n = fread(piece, 1, sizeof piece, spool[job])) > 0;)
            buf_append(lines, piece, n);
        fclose(spool[job]);
    }
    return fine;
}

static bool run(struct options *o, struct err *err)
{
    struct buf lines = {0}, text = {0};
    char path[PATH_SIZE];
    o->settings.scanner = scanner_draw(o->settings.dpi, rng_make(o->scanner, "scanner"));
    if (o->backing >= 0)
        o->settings.scanner.backing = (enum backing)o->backing;
    if (o->list)
        return fputs(truth_header, stdout) >= 0 &&
               make_share(
                   &(struct options){
                       .set = o->set, .settings = o->settings, .jobs = 1, .list = true},
                   0, stdout, err);
    bool fine = dir_make(o->settings.out, err) && run_jobs(o, &lines, err) && buf_ok(&lines, err) &&
                merge(&lines, &text, err) && path_join(path, o->settings.out, "truth.tsv", err) &&
                file_write_atomic(path, text.data, text.len, 0644, err);
    buf_finish(&lines);
    buf_finish(&text);
    return fine;
}

int main(int argc, char **argv)
{
    struct err err = {{0}};
    struct options o;
    bool help = false;
    if (!options_parse(argc, argv, &o, &help, &err)) {
        if (*err.text) /* getopt told of what it does not know */
            fprintf(stderr, "postwacht-simulate: %s\n", err.text);
        return 2;
    }
    if (help) {
        fputs(options_help, stdout);
        return 0;
    }
    if (!run(&o, &err)) {
        fprintf(stderr, "postwacht-simulate: %s\n", err.text);
        return 1;
    }
    return 0;
}
