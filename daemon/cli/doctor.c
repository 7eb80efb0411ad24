/* postwacht doctor: looks at everything that the chain needs, and says what to do where it is not
 * there. A row of the table is one thing looked at. */
#include "daemon/cli/command.h"
#include "daemon/control.h"
#include "daemon/environment.h"
#include "daemon/process.h"
#include "daemon/sandbox.h"
#include "schemas/register/register.h"
#include "schemas/template.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GIB (1024.0 * 1024.0 * 1024.0)
#define DISK_WANTED (10.0 * GIB) /* 300 items of two sides at 600 dpi as masters */
#define DISK_NEEDED (1.0 * GIB)  /* a full feeder of raw sheets waiting */
#define SCANNER_SECONDS 30.0
#define CONTROL_SECONDS 5.0

enum health { GOOD, HINT, WRONG };

struct looked {
    enum health health;
    char text[600];
};

static void say(struct looked *ret, enum health health, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct looked *ret, enum health health, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    ret->health = health;
    vsnprintf(ret->text, sizeof ret->text, fmt, args);
    va_end(args);
}

static bool pack_is_below(const char *dir, const char *language)
{
    char path[PATH_SIZE], file[64];
    snprintf(file, sizeof file, "%s.traineddata", language);
    if (path_join(path, dir, file, NULL) && file_exists(path))
        return true;
    struct names versions = {0}; /* Debian: tesseract-ocr/5/tessdata */
    bool found = false;
    if (!dir_list(dir, &versions, NULL))
        return false;
    for (size_t i = 0; i < versions.n && !found; i++)
        found = path_join(path, dir, versions.name[i], NULL) &&
                path_join(path, path, "tessdata", NULL) && path_join(path, path, file, NULL) &&
                file_exists(path);
    names_finish(&versions);
    return found;
}

static void look_at_languages(const char *state, struct looked *ret)
{
    (void)state;
    static const char *const languages[] = {"eng", "nld", "deu", "fra"};
    char missing[128] = "";
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
        if (!pack_is_below(environment_tessdata(), languages[i]))
            snprintf(missing + strlen(missing), sizeof missing - strlen(missing),
                     " tesseract-ocr-%s", languages[i]);
    if (missing[0])
        say(ret, WRONG, "text cannot be read in all languages: apt-get install%s", missing);
    else
        say(ret, GOOD, "language packs for eng, nld, deu, fra are there");
}

static void look_at_threads(const char *state, struct looked *ret)
{
    (void)state;
    const char *limit = getenv("OMP_THREAD_LIMIT");
    if (limit && strcmp(limit, "1") == 0)
        say(ret, GOOD, "OMP_THREAD_LIMIT=1, set by this program itself where it was missing");
    else
        say(ret, WRONG, "OMP_THREAD_LIMIT could not be set; is /proc mounted?");
}

static void look_at_data(const char *state, struct looked *ret)
{
    (void)state;
    char dir[PATH_SIZE];
    struct err err;
    if (environment_data_dir(dir, &err))
        say(ret, GOOD, "%.500s", dir);
    else
        say(ret, WRONG, "%s", err.text);
}

static void look_at_sandbox(const char *state, struct looked *ret)
{
    (void)state;
    struct sandbox *sandbox;
    struct err err;
    if (!sandbox_create(&sandbox, &err)) {
        say(ret, WRONG, "%s", err.text);
        return;
    }
    if (sandbox_has_landlock(sandbox))
        say(ret, GOOD, "Landlock and seccomp");
    else
        say(ret, HINT, "seccomp only: this kernel has no Landlock (Linux 5.13, lsm=landlock)");
    sandbox_destroy(sandbox);
}

static void look_at_disk(const char *state, struct looked *ret)
{
    unsigned long long bytes;
    struct err err;
    if (!file_exists(state))
        say(ret, WRONG, "%.300s is not there; start postwachtd once, or use --state", state);
    else if (!disk_free(state, &bytes, &err))
        say(ret, WRONG, "%s", err.text);
    else if ((double)bytes < DISK_NEEDED)
        say(ret, WRONG, "%.1f GiB free: too little to scan; make room", (double)bytes / GIB);
    else if ((double)bytes < DISK_WANTED)
        say(ret, HINT, "%.1f GiB free: enough for now, plan for more", (double)bytes / GIB);
    else
        say(ret, GOOD, "%.0f GiB free", (double)bytes / GIB);
}

static void look_at_scanner(const char *state, struct looked *ret)
{
    (void)state;
    char program[PATH_SIZE];
    const char *const argv[] = {program, "--list", NULL};
    struct buf lines = {0};
    struct err err;
    if (!environment_sibling("postwacht-capture", program, &err) ||
        !process_run(argv, SCANNER_SECONDS, &lines, &err))
        say(ret, WRONG, "%s", err.text);
    else if (!lines.len)
        say(ret, HINT,
            "none found: switch it on, plug it in, and see that `scanimage -L` shows it; "
            "image files can be screened without");
    else
        say(ret, GOOD, "found; `postwacht scanners` lists them");
    buf_finish(&lines);
}

static void look_at_templates(const char *state, struct looked *ret)
{
    char dir[PATH_SIZE];
    struct names templates;
    struct err err;
    if (!path_join(dir, state, "templates", &err) ||
        !environment_templates(dir, &templates, &err)) {
        say(ret, WRONG, "%s", err.text);
        return;
    }
    static struct template_data data; /* large */
    bool ok = true;
    for (size_t i = 0; ok && i < templates.n; i++)
        ok = template_read(templates.name[i], &data, &err);
    if (!ok)
        say(ret, WRONG, "%.400s; `postwacht template` can bring back an earlier version", err.text);
    else if (templates.n)
        say(ret, GOOD, "%zu in %.300s; `postwacht template` shows what they hold", templates.n,
            dir);
    else
        say(ret, HINT,
            "none in %.300s: `postwacht enrol` makes one from scans of your own envelopes", dir);
    names_finish(&templates);
}

static void look_at_register(const char *state, struct looked *ret)
{
    struct reg *reg;
    struct reg_counts counts;
    struct err err;
    if (!command_open_register(state, &reg, &err)) {
        say(ret, HINT, "%s", err.text);
        return;
    }
    if (reg_counts(reg, &counts, &err))
        say(ret, GOOD, "%lld sheets in %lld batches; `postwacht verify` checks them",
            (long long)counts.total, (long long)counts.batches);
    else
        say(ret, WRONG, "%s", err.text);
    reg_close(reg);
}

static void look_at_daemon(const char *state, struct looked *ret)
{
    struct buf answer = {0};
    struct err err;
    if (control_ask(state, "status", CONTROL_SECONDS, &answer, &err))
        say(ret, GOOD, "%.500s", answer.data);
    else
        say(ret, HINT, "%s", err.text);
    buf_finish(&answer);
}

static const struct {
    const char *name;
    void (*look)(const char *state, struct looked *ret);
} looks[] = {
    {"languages", look_at_languages}, {"threads", look_at_threads},   {"data", look_at_data},
    {"sandbox", look_at_sandbox},     {"disk", look_at_disk},         {"scanner", look_at_scanner},
    {"templates", look_at_templates}, {"register", look_at_register}, {"daemon", look_at_daemon},
};

static enum command_status run(int argc, char **argv)
{
    static const struct option names[] = {{"state", required_argument, NULL, 's'}, {0}};
    static const char *const words[] = {[GOOD] = "ok", [HINT] = "hint", [WRONG] = "WRONG"};
    const char *state = NULL;
    bool wrong = false;
    int c;
    while ((c = getopt_long(argc, argv, ":s:", names, NULL)) != -1) {
        if (c != 's')
            return command_usage(argv[0], c == ':' ? "%s needs a value" : "unknown option %s",
                                 argv[optind - 1]);
        state = optarg;
    }
    if (optind < argc)
        return command_usage(argv[0], "'%s' is too much", argv[optind]);
    state = command_state_dir(state);
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        struct looked looked;
        looks[i].look(state, &looked);
        printf("%-6s %-11s ", words[looked.health], looks[i].name);
        command_print_text(looked.text, 0, false);
        putchar('\n');
        wrong = wrong || looked.health == WRONG;
    }
    return wrong ? COMMAND_PROBLEM : COMMAND_OK;
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "[--state DIR]",
    .summary = "look at all that the chain needs and say what to do",
    .help =
        "One line a thing: ok, hint (works, but...) or WRONG with what to do. Exit status 1 when\n"
        "something is wrong.\n",
    .run = run,
};
