/* postwacht-analyse: screens sheet folders of the spool. The engines are loaded once; each sheet
 * gets a sandboxed process of its own.
 *
 *   standard input    one path of a sheet folder a line
 *   standard output   "start <id>" when its process starts,
 *                     "done <id>" when screening.json stands in the folder,
 *                     "failed <id> <why>" when it could not be written
 *
 * Every path gets exactly one `done` or `failed`. A sheet whose process is killed by the time limit
 * or crashes twice gets a screening.json that says "unsure, not screened". At the end of the input
 * the rest is finished. */
#define _GNU_SOURCE
#include "classifier/screen.h"
#include "daemon/environment.h"
#include "daemon/lines.h"
#include "daemon/log.h"
#include "daemon/pool.h"
#include "daemon/sheet_job.h"
#include "daemon/spool.h"
#include "schemas/base/err.h"

#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES 2 /* a second crash of the same sheet is no coincidence */
enum { STATUS_OK, STATUS_PROBLEM, STATUS_USAGE };

struct job {
    struct job *next;
    struct screener *screener;
    char *dir;
    int tries;
};

struct analyse {
    struct screener *screener;
    struct pool *pool;
    struct names templates;
    char data_dir[PATH_SIZE];
    struct job *first, **last; /* waiting */
};

struct options {
    const char *templates_dir, *own_phrases;
    int jobs;
    double seconds;
};

static void say(const char *what, const char *dir, const char *why)
{
    printf(why ? "%s %s %s\n" : "%s %s\n", what, path_base(dir), why);
    fflush(stdout);
}

static bool work(void *arg, struct buf *output, struct err *err)
{
    (void)output;
    const struct job *job = arg;
    return sheet_job_run(job->screener, job->dir, err);
}

static void job_free(struct job *job)
{
    free(job->dir);
    free(job);
}

static void enqueue(struct analyse *analyse, struct job *job)
{
    job->next = NULL;
    *analyse->last = job;
    analyse->last = &job->next;
}

static void take_lines(struct analyse *analyse, struct lines *input)
{
    lines_fill(input, STDIN_FILENO);
    char *line;
    while ((line = lines_next(input))) {
        if (!line[0])
            continue;
        struct job *job = calloc(1, sizeof *job);
        char *dir = strdup(line);
        if (!job || !dir) {
            free(job);
            free(dir);
            say("failed", line, "out of memory");
            continue;
        }
        job->dir = dir;
        job->screener = analyse->screener;
        enqueue(analyse, job);
    }
}

static void start_job(struct analyse *analyse)
{
    struct job *job = analyse->first;
    analyse->first = job->next;
    if (!analyse->first)
        analyse->last = &analyse->first;
    struct pool_job pool_job = {.tag = (uint64_t)(uintptr_t)job, .work = work, .arg = job};
    pool_default_limits(&pool_job.rules);
    size_t n = 0;
    pool_job.rules.read[n++] = analyse->data_dir;
    pool_job.rules.read[n++] = environment_tessdata();
    for (size_t i = 0; i < analyse->templates.n && n < SANDBOX_PATHS_MAX; i++)
        pool_job.rules.read[n++] = analyse->templates.name[i];
    pool_job.rules.write[0] = job->dir;
    struct err err;
    job->tries++;
    say("start", job->dir, NULL);
    if (!pool_start(analyse->pool, &pool_job, &err)) {
        say("failed", job->dir, err.text);
        job_free(job);
    }
}

static void finish_job(struct analyse *analyse, const struct pool_result *result)
{
    struct job *job = (struct job *)(uintptr_t)result->tag;
    struct err err;
    if (result->end == POOL_CRASHED && job->tries < TRIES) {
        log_warning("%s: %s; once more", path_base(job->dir), result->why);
        enqueue(analyse, job);
        return;
    }
    log_debug("%s: peak memory %ld KiB", path_base(job->dir), result->peak_kib);
    if (result->end == POOL_DONE) {
        say("done", job->dir, NULL);
    } else if (result->end == POOL_FAILED) {
        say("failed", job->dir, result->why);
    } else {
        log_error("%s: %s", path_base(job->dir), result->why);
        if (spool_give_up(job->dir, result->why, &err))
            say("done", job->dir, NULL);
        else
            say("failed", job->dir, err.text);
    }
    job_free(job);
}

static void serve(struct analyse *analyse)
{
    struct lines input = {0};
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    for (;;) {
        while (analyse->first && pool_has_room(analyse->pool))
            start_job(analyse);
        if (input.ended && !analyse->first && pool_running(analyse->pool) == 0)
            break;
        struct pool_result result;
        if (pool_wait(analyse->pool, input.ended ? -1 : STDIN_FILENO, &result)) {
            finish_job(analyse, &result);
            buf_finish(&result.output);
        } else if (!input.ended) {
            take_lines(analyse, &input);
        }
    }
    lines_finish(&input);
}

/* A file that a person edited may be wrong; screening goes on without it. */
static bool load_screener(struct screener_options *options, const char *own_phrases,
                          struct screener **ret, struct err *err)
{
    if (own_phrases && file_exists(own_phrases)) {
        options->own_phrases = own_phrases;
        if (screener_create(options, ret, err))
            return true;
        log_error("%s", err->text);
        options->own_phrases = NULL;
    }
    return screener_create(options, ret, err);
}

static bool setup(struct analyse *analyse, const struct options *options, struct err *err)
{
    if (!environment_data_dir(analyse->data_dir, err))
        return false;
    if (options->templates_dir &&
        !environment_templates(options->templates_dir, &analyse->templates, err))
        return false;
    struct screener_options screener = {
        .template_dir = (const char *const *)analyse->templates.name,
        .n_templates = (int)analyse->templates.n,
        .data_dir = analyse->data_dir,
    };
    struct pool_config pool = {.jobs = options->jobs, .seconds = options->seconds};
    if (!load_screener(&screener, options->own_phrases, &analyse->screener, err) ||
        !pool_create(&pool, &analyse->pool, err))
        return false;
    if (!pool_has_landlock(analyse->pool))
        log_warning(
            "this kernel has no Landlock: the analysis is shut off from the network, but not "
            "from files of its user");
    log_info("%zu template%s, %d at a time", analyse->templates.n,
             analyse->templates.n == 1 ? "" : "s", pool_jobs(analyse->pool));
    return true;
}

static bool parse_options(int argc, char **argv, struct options *ret)
{
    static const struct option names[] = {{"templates", required_argument, NULL, 't'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"seconds", required_argument, NULL, 's'},
                                          {"phrases", required_argument, NULL, 'p'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'v'},
                                          {0}};
    int c;
    while ((c = getopt_long(argc, argv, "t:j:s:p:hv", names, NULL)) != -1) {
        if (c == 't') {
            ret->templates_dir = optarg;
        } else if (c == 'j') {
            ret->jobs = atoi(optarg);
        } else if (c == 's') {
            ret->seconds = atof(optarg);
        } else if (c == 'p') {
            ret->own_phrases = optarg;
        } else if (c == 'v') {
            puts(POSTWACHT_VERSION);
            exit(STATUS_OK);
        } else {
            fprintf(
                c == 'h' ? stdout : stderr,
                "usage: postwacht-analyse [--templates DIR] [--phrases FILE] [--jobs N] [--seconds "
                "LIMIT]\n"
                "reads paths of sheet folders, one a line, on standard input\n");
            exit(c == 'h' ? STATUS_OK : STATUS_USAGE);
        }
    }
    return optind == argc && ret->jobs >= 0 && ret->seconds > 0;
}

int main(int argc, char **argv)
{
    environment_pin(argv);
    log_init("postwacht-analyse", getenv("POSTWACHT_DEBUG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    signal(SIGPIPE, SIG_DFL); /* the supervisor is gone: so are we */
    struct options options = {.seconds = POOL_SHEET_SECONDS};
    if (!parse_options(argc, argv, &options)) {
        fprintf(stderr, "postwacht-analyse: see --help\n");
        return STATUS_USAGE;
    }
    struct analyse analyse = {.last = &analyse.first};
    struct err err;
    bool ok = setup(&analyse, &options, &err);
    if (ok)
        serve(&analyse);
    else
        log_error("%s", err.text);
    pool_destroy(analyse.pool);
    screener_destroy(analyse.screener);
    names_finish(&analyse.templates);
    return ok ? STATUS_OK : STATUS_PROBLEM;
}
