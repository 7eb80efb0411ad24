#include "daemon/supervisor/analysis.h"

#include "daemon/environment.h"
#include "daemon/log.h"
#include "daemon/pool.h"
#include "daemon/spool.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KILLS_MAX 3    /* the analysis dying this often over one sheet is the sheet's doing */
#define FAILURES_MAX 3 /* as often as it is tried before it is handed over unscreened */
#define LOOK_MS 5000   /* between two looks at templates and phrases */
/* two tries of a sheet at its own time limit, and room for loading the engines */
#define SILENCE_MS ((int64_t)(2.0 * POOL_SHEET_SECONDS * 1000.0) + 30000)

bool analysis_init(struct analysis *analysis, const char *templates_dir, const char *own_phrases,
                   const char *spool, long jobs, struct err *err)
{
    long at_once = jobs > 0 ? jobs : sysconf(_SC_NPROCESSORS_ONLN);
    snprintf(analysis->templates_dir, sizeof analysis->templates_dir, "%s", templates_dir);
    snprintf(analysis->own_phrases, sizeof analysis->own_phrases, "%s", own_phrases);
    snprintf(analysis->spool, sizeof analysis->spool, "%s", spool);
    snprintf(analysis->jobs_text, sizeof analysis->jobs_text, "%ld", at_once);
    analysis->ahead = (size_t)at_once + 1; /* one more, so that no core waits for this process */
    return environment_sibling("postwacht-analyse", analysis->program, err);
}

void analysis_finish(struct analysis *analysis)
{
    worker_finish(&analysis->worker);
}

void analysis_renew(struct analysis *analysis)
{
    process_close_input(&analysis->worker.process);
}

static void stamp_file(struct sha256 *hash, const char *file)
{
    struct stat st = {0};
    if (stat(file, &st) != 0)
        return;
    sha256_update(hash, file, strlen(file));
    sha256_update(hash, &st.st_mtim, sizeof st.st_mtim);
    sha256_update(hash, &st.st_ino, sizeof st.st_ino);
}

/* Changes when a template is added, removed or replaced, and with the office's own phrases. */
static void inputs_stamp(const struct analysis *analysis, char ret[SHA256_HEX_SIZE])
{
    struct names templates = {0};
    struct sha256 hash;
    uint8_t sum[SHA256_SIZE];
    sha256_init(&hash);
    if (!environment_templates(analysis->templates_dir, &templates, NULL))
        templates = (struct names){0};
    for (size_t i = 0; i < templates.n; i++) {
        char file[PATH_SIZE];
        if (path_join(file, templates.name[i], "template.json", NULL))
            stamp_file(&hash, file);
    }
    names_finish(&templates);
    stamp_file(&hash, analysis->own_phrases);
    sha256_final(&hash, sum);
    hex_encode(sum, sizeof sum, ret);
}

static void look_at_inputs(struct analysis *analysis, int64_t now)
{
    if (now - analysis->looked_at < LOOK_MS || !analysis->worker.process.pid)
        return;
    analysis->looked_at = now;
    char stamp[SHA256_HEX_SIZE];
    inputs_stamp(analysis, stamp);
    if (strcmp(stamp, analysis->stamp) == 0)
        return;
    memcpy(analysis->stamp, stamp, sizeof stamp);
    log_info("templates or phrases changed: the analysis starts again with them");
    analysis_renew(analysis);
}

static void keep_running(struct analysis *analysis, int64_t now)
{
    if (analysis->worker.process.pid || now < analysis->worker.start_at)
        return;
    const char *const argv[] = {
        analysis->program,     "--templates", analysis->templates_dir, "--phrases",
        analysis->own_phrases, "--jobs",      analysis->jobs_text,     NULL};
    struct err err;
    inputs_stamp(analysis, analysis->stamp);
    analysis->looked_at = now;
    analysis->useful = false;
    if (!worker_keep(&analysis->worker, argv, now, &err))
        log_error("%s", err.text);
}

/* A sheet that nothing can screen is handed over as it is: a person must look, nothing vanishes. */
static void give_up(const struct analysis *analysis, struct pile_sheet *sheet, const char *why,
                    int64_t now)
{
    char dir[PATH_SIZE];
    struct err err;
    log_error("%s: not screened: %s", sheet->id, why);
    if (path_join(dir, analysis->spool, sheet->id, &err) && spool_give_up(dir, why, &err)) {
        sheet->state = PILE_SCREENED;
        return;
    }
    log_error("%s", err.text);
    pile_failed(sheet, now);
}

static void feed(struct analysis *analysis, struct pile *pile, int64_t now)
{
    struct pile_sheet *sheet;
    struct worker *worker = &analysis->worker;
    while ((sheet = pile_next_waiting(pile, now))) {
        if (sheet->kills >= KILLS_MAX || sheet->failures >= FAILURES_MAX) {
            give_up(analysis, sheet, "the analysis failed on it again and again", now);
            continue;
        }
        char dir[PATH_SIZE];
        size_t given = pile_given(pile);
        if (given >= analysis->ahead || !worker->process.pid || worker->process.in < 0 ||
            !path_join(dir, analysis->spool, sheet->id, NULL) ||
            !process_say(&worker->process, dir))
            return;
        if (given == 0)
            worker->heard_at = now; /* it had nothing to say without work */
        sheet->state = PILE_GIVEN;
    }
}

static void take_answer(struct analysis *analysis, struct pile *pile, char *line, int64_t now)
{
    char *rest = line;
    const char *verb = strsep(&rest, " ");
    const char *id = rest ? strsep(&rest, " ") : "";
    struct pile_sheet *sheet = pile_find(pile, id);
    if (!sheet || sheet->state != PILE_GIVEN) {
        log_warning("the analysis spoke of an unknown sheet: %.100s %.100s", verb, id);
    } else if (strcmp(verb, "start") == 0) {
        sheet->started = true;
    } else if (strcmp(verb, "done") == 0) {
        sheet->state = PILE_SCREENED;
        analysis->useful = true;
    } else if (strcmp(verb, "failed") == 0) {
        log_warning("%s: %s", id, rest ? rest : "no reason given");
        sheet->state = PILE_WAITING;
        sheet->started = false;
        pile_failed(sheet, now);
    }
}

void analysis_step(struct analysis *analysis, struct pile *pile, int64_t now)
{
    struct worker *worker = &analysis->worker;
    char how[64];
    bool ended = worker_ended(worker, how, sizeof how);
    char *line;
    while ((line = worker_line(worker, now)))
        take_answer(analysis, pile, line, now);
    if (ended) {
        bool asked = worker->process.in < 0;
        if (!asked)
            log_warning("the analysis died (%s); it is started again", how);
        worker_bury(worker, now, analysis->useful || asked);
        pile_take_back(pile);
    }
    if (pile_given(pile) > 0 && worker_kill_silent(worker, now, SILENCE_MS))
        log_error("the analysis hangs; it is killed");
    look_at_inputs(analysis, now);
    keep_running(analysis, now);
    feed(analysis, pile, now);
}
