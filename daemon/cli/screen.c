/* postwacht screen: image files to one line of JSON each, without daemon or register, through the
 * same screener and the same pool of sandboxed processes as the analyse worker. */
#include "classifier/screen.h"
#include "daemon/cli/command.h"
#include "daemon/cli/sheets.h"
#include "daemon/environment.h"
#include "daemon/pool.h"
#include "schemas/base/buf.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a child answers with: one of these, then the line of JSON. */
#define ANSWER_SCREENED 'S'
#define ANSWER_UNREADABLE 'U'
#define JOBS_LIMIT 64
#define TEMPLATES_MAX                                                                              \
    (SANDBOX_PATHS_MAX - 8) /* leaves room for images, data and language packs                     \
                             */

struct options {
    struct sheets sheets;
    const char *template_dir[TEMPLATES_MAX];
    int n_templates;
    double dpi;
    long jobs;
    const char *crops_dir;
    bool correspondents;
    const char *own_phrases;
};

struct one {
    const struct sheet_arg *arg;
    bool correspondents;
    struct screener *screener;
    char out_dir[PATH_SIZE]; /* "": no crops */
    struct buf line;         /* the answer, once it is there */
};

struct run {
    const struct options *options;
    struct screener *screener;
    struct pool *pool;
    char data_dir[PATH_SIZE];
    struct one *one;
    size_t n, started, printed;
    bool unreadable;
};

static bool work(void *arg, struct buf *output, struct err *err)
{
    const struct one *one = arg;
    const struct screen_input input = {
        .id = one->arg->id,
        .path = {one->arg->path[SIDE_FRONT], one->arg->path[SIDE_BACK]},
        .dpi = one->arg->dpi,
        .out_dir = one->out_dir[0] ? one->out_dir : NULL,
        .keep_correspondents = one->correspondents,
    };
    struct screening *screening = calloc(1, sizeof *screening);
    if (!screening)
        return err_set(err, "out of memory");
    bool screened = screen_files(one->screener, &input, screening, err);
    buf_putc(output, screened ? ANSWER_SCREENED : ANSWER_UNREADABLE);
    bool ok = screening_to_json(screening, output, err);
    free(screening);
    return ok;
}

/* The line of a sheet whose process did not answer. */
static void error_line(struct one *one, const char *why)
{
    static struct screening screening; /* large, and needed by one sheet at a time */
    screening = (struct screening){0};
    snprintf(screening.id, sizeof screening.id, "%s", one->arg->id);
    snprintf(screening.error, sizeof screening.error, "%s", why);
    struct err err;
    buf_clear(&one->line);
    buf_putc(&one->line, ANSWER_UNREADABLE);
    if (!screening_to_json(&screening, &one->line, &err))
        fprintf(stderr, "postwacht: %s: %s\n", one->arg->id, err.text);
}

static bool make_crops_dir(const struct run *run, struct one *one, size_t number, struct err *err)
{
    char name[SHEET_ID_SIZE];
    snprintf(name, sizeof name, "sheet-%zu", number);
    const char *id = one->arg->id;
    if (!path_join(one->out_dir, run->options->crops_dir, name_is_safe(id) ? id : name, err))
        return false;
    return dir_make(one->out_dir, err);
}

static void start_one(struct run *run)
{
    size_t index = run->started++;
    struct one *one = &run->one[index];
    struct err err;
    one->screener = run->screener;
    struct pool_job job = {.tag = index, .work = work, .arg = one};
    pool_default_limits(&job.rules);
    size_t n = 0;
    job.rules.read[n++] = one->arg->path[SIDE_FRONT];
    job.rules.read[n++] = one->arg->path[SIDE_BACK];
    job.rules.read[n++] = run->data_dir;
    job.rules.read[n++] = environment_tessdata();
    for (int i = 0; i < run->options->n_templates; i++)
        job.rules.read[n++] = run->options->template_dir[i];
    bool ok = !run->options->crops_dir || make_crops_dir(run, one, index + 1, &err);
    job.rules.write[0] = ok && one->out_dir[0] ? one->out_dir : NULL;
    if (!ok || !pool_start(run->pool, &job, &err))
        error_line(one, err.text);
}

static void take_result(struct run *run, struct pool_result *result)
{
    struct one *one = &run->one[result->tag];
    if (result->end == POOL_DONE && result->output.len > 1) {
        one->line = result->output;
        return;
    }
    buf_finish(&result->output);
    error_line(one, result->why);
}

static bool print_ready(struct run *run)
{
    while (run->printed < run->started && run->one[run->printed].line.len > 0) {
        struct buf *line = &run->one[run->printed++].line;
        if (line->data[0] != ANSWER_SCREENED)
            run->unreadable = true;
        fwrite(line->data + 1, 1, line->len - 1, stdout);
        if (line->data[line->len - 1] != '\n')
            putchar('\n');
        buf_finish(line);
    }
    return fflush(stdout) == 0;
}

static bool screen_all(struct run *run, struct err *err)
{
    while (run->printed < run->n) {
        while (run->started < run->n && pool_has_room(run->pool))
            start_one(run);
        struct pool_result result;
        if (pool_wait(run->pool, -1, &result))
            take_result(run, &result);
        if (!print_ready(run))
            return err_errno(err, "cannot write the results");
    }
    return true;
}

static bool set_up(struct run *run, struct err *err)
{
    const struct options *options = run->options;
    if (!environment_data_dir(run->data_dir, err))
        return false;
    const struct screener_options screener = {.template_dir = options->template_dir,
                                              .n_templates = options->n_templates,
                                              .data_dir = run->data_dir,
                                              .own_phrases = options->own_phrases};
    const struct pool_config pool = {.jobs = (int)options->jobs, .seconds = POOL_SHEET_SECONDS};
    if (!screener_create(&screener, &run->screener, err) || !pool_create(&pool, &run->pool, err))
        return false;
    if (!pool_has_landlock(run->pool))
        fprintf(stderr, "postwacht: this kernel has no Landlock: files are not shut off\n");
    run->n = options->sheets.n;
    run->one = calloc(run->n, sizeof *run->one);
    if (!run->one)
        return err_set(err, "out of memory for %zu sheets", run->n);
    for (size_t i = 0; i < run->n; i++) {
        run->one[i].arg = &options->sheets.sheet[i];
        run->one[i].correspondents = options->correspondents;
    }
    return true;
}

static enum command_status screen(const struct options *options)
{
    struct run run = {.options = options};
    struct err err;
    enum command_status status = COMMAND_OK;
    if (!set_up(&run, &err)) {
        command_problem(&err);
        status = COMMAND_USAGE; /* nothing was screened: template or installation is wrong */
    } else if (!screen_all(&run, &err)) {
        status = command_problem(&err);
    } else if (run.unreadable) {
        status = COMMAND_PROBLEM;
    }
    for (size_t i = 0; run.one && i < run.n; i++)
        buf_finish(&run.one[i].line);
    free(run.one);
    pool_destroy(run.pool);
    screener_destroy(run.screener);
    return status;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"template", required_argument, NULL, 't'}, {"dpi", required_argument, NULL, 'd'},
        {"back", required_argument, NULL, 'b'},     {"id", required_argument, NULL, 'i'},
        {"list", required_argument, NULL, 'l'},     {"jobs", required_argument, NULL, 'j'},
        {"crops", required_argument, NULL, 'c'},    {"correspondents", no_argument, NULL, 'a'},
        {"phrases", required_argument, NULL, 'p'},  {0}};
    bool ok = true;
    int c;
    /* '-': arguments in the order they stand, because --id and --back belong to the image after
     * them */
    while (ok && (c = getopt_long(argc, argv, "-:t:d:b:i:l:j:c:ap:", names, NULL)) != -1) {
        if (c == 1)
            ok = sheets_add_image(&ret->sheets, optarg, err);
        else if (c == 't' && ret->n_templates == TEMPLATES_MAX)
            ok = err_set(err, "more than %d templates", TEMPLATES_MAX);
        else if (c == 't')
            ret->template_dir[ret->n_templates++] = optarg;
        else if (c == 'd')
            ok = command_parse_number(optarg, SHEETS_DPI_MIN, SHEETS_DPI_MAX, &ret->dpi) ||
                 err_set(err, "--dpi '%s' is no number from %.0f to %.0f", optarg, SHEETS_DPI_MIN,
                         SHEETS_DPI_MAX);
        else if (c == 'b')
            ok = sheets_set_back(&ret->sheets, optarg, err);
        else if (c == 'i')
            ok = sheets_set_id(&ret->sheets, optarg, err);
        else if (c == 'l')
            ok = sheets_add_list(&ret->sheets, optarg, err);
        else if (c == 'j')
            ok = command_parse_int(optarg, 1, JOBS_LIMIT, &ret->jobs) ||
                 err_set(err, "--jobs '%s' is no number from 1 to %d", optarg, JOBS_LIMIT);
        else if (c == 'c')
            ret->crops_dir = optarg;
        else if (c == 'a')
            ret->correspondents = true;
        else if (c == 'p')
            ret->own_phrases = optarg;
        else
            ok =
                err_set(err, c == ':' ? "%s needs a value" : "unknown option %s", argv[optind - 1]);
    }
    for (; ok && optind < argc; optind++) /* after "--" */
        ok = sheets_add_image(&ret->sheets, argv[optind], err);
    if (ok && ret->sheets.n == 0)
        ok = err_set(err, "name at least one image, or a --list");
    return ok && sheets_end(&ret->sheets, ret->dpi, err);
}

static enum command_status run(int argc, char **argv)
{
    struct options options = {0};
    struct err err;
    enum command_status status = parse(argc, argv, &options, &err)
                                     ? screen(&options)
                                     : command_usage(argv[0], "%s", err.text);
    sheets_finish(&options.sheets);
    return status;
}

const struct command command_screen = {
    .name = "screen",
    .arguments = "[--template DIR]... [--dpi N] [--back IMAGE] IMAGE...",
    .summary = "screen image files; one line of JSON a sheet",
    .help =
        "Every IMAGE (PNG, JPEG, TIFF) is the front of a sheet. One whose name contains _back is "
        "the\n"
        "back of the IMAGE of the same name without it, or with _front in its place.\n\n"
        "  --template DIR  a template that `postwacht enrol` wrote; may be given several times\n"
        "  --dpi N         dots per inch, for images that do not say so themselves\n"
        "  --back IMAGE    the back of the next image\n"
        "  --id TEXT       the id of the next image (else the name of the file without extension)\n"
        "  --list FILE     sheets from a file: id, front, back, dpi a line, separated by tabs\n"
        "  --jobs N        sheets at the same time (else one per core)\n"
        "  --crops DIR     write pictures of what was compared to DIR/ID/crops\n"
        "  --phrases FILE  wording of returns besides the delivered one, as `postwacht phrases` "
        "keeps\n"
        "  --correspondents  tell sender and recipient of other people's mail as well\n\n"
        "Lines come in the order of the input. Exit status 0 when every image was screened,\n"
        "whatever the verdicts; 1 when one could not be read (its line has \"error\"); 2 on "
        "usage.\n",
    .run = run,
};
