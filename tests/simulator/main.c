/* postwacht-simulate: draws, prints, dresses and scans envelopes; see --help. Each sheet depends on
 * the seed and its own name only, so jobs may share the work in any way without changing a byte. */
#include "tests/simulator/sets.h"
#include "tests/simulator/truth.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MOST 64
#define COUNT_MOST 100000

static const char help[] =
    "postwacht-simulate --out DIR [options]: scans of simulated envelopes and a truth.tsv\n"
    "\n"
    "  --set NAME      enrol: genuine, used and unused, 3 print runs (default count 6)\n"
    "                  demo: 10 own returned, 10 imitations, 10 other mail, mixed\n"
    "                  test: random of everything (--count, --mix)\n"
    "                  stress: like test, worn, skewed and covered\n"
    "  --count N       number of sheets\n"
    "  --mix G:I:O     shares of genuine, imitation and other sheets in test (default 40:40:20)\n"
    "  --firm NAME     demo, or a number from which a firm is made (default demo)\n"
    "  --format NAME   C6, DL, C5, C5-window, DL-window, C4 (default: the firm's first)\n"
    "  --seed N        default 1; the same seed gives the same bytes\n"
    "  --scanner N     which scanner (default 1); enrol and screen on the same\n"
    "  --backing NAME  black, grey, white, or scanner: as that scanner has it (default black)\n"
    "  --dpi N         75 to 1200 (default 600)\n"
    "  --sides N       1 or 2 (default 2)\n"
    "  --dots NAME     tracking dots on laser prints: none, some, all (default some)\n"
    "  --upright       feed every sheet upright\n"
    "  --type NAME     png, tif or jpg (default png); --quality N for jpg (default 92)\n"
    "  --only N        make only sheet N of the set\n"
    "  --jobs N        processes (default 1)\n"
    "  --list          print the truth's plan columns, make nothing\n"
    "\n"
    "Files: DIR/0001_front.png, DIR/0001_back.png, ..., DIR/truth.tsv. Boxes in truth.tsv are mm "
    "on the\n"
    "upright side; front_px and back_px map mm to pixels of the file (x' = ax+by+e, y' = cx+dy+f "
    "as a,b,c,d,e,f).\n"
    "Exit status: 0 made, 1 failed, 2 usage.\n";

struct options {
    struct set_options set;
    struct settings settings;
    int backing, jobs, only;
    bool list;
    unsigned long scanner;
};

static bool whole_number(const char *text, unsigned long most, unsigned long *ret)
{
    char *end = NULL;
    if (*text < '0' || *text > '9')
        return false;
    *ret = strtoul(text, &end, 10);
    return *end == 0 && *ret <= most;
}

static int name_index(const char *name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static int format_index(const char *name)
{
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(name, format_facts[i].name) == 0)
            return i;
    return -1;
}

static bool parse_mix(const char *text, double mix[KINDS])
{
    char rest;
    double sum = 0;
    if (sscanf(text, "%lf:%lf:%lf%c", &mix[0], &mix[1], &mix[2], &rest) != 3)
        return false;
    for (int i = 0; i < KINDS; i++) {
        if (!(mix[i] >= 0))
            return false;
        sum += mix[i];
    }
    return sum > 0 && sum < 1e6;
}

enum {
    OPT_OUT = 1,
    OPT_SET,
    OPT_COUNT,
    OPT_MIX,
    OPT_FIRM,
    OPT_FORMAT,
    OPT_SEED,
    OPT_SCANNER,
    OPT_BACKING,
    OPT_DPI,
    OPT_SIDES,
    OPT_DOTS,
    OPT_UPRIGHT,
    OPT_TYPE,
    OPT_QUALITY,
    OPT_ONLY,
    OPT_JOBS,
    OPT_LIST,
    OPT_HELP
};

static const struct option long_options[] = {
    {"out", 1, NULL, OPT_OUT},         {"set", 1, NULL, OPT_SET},
    {"count", 1, NULL, OPT_COUNT},     {"mix", 1, NULL, OPT_MIX},
    {"firm", 1, NULL, OPT_FIRM},       {"format", 1, NULL, OPT_FORMAT},
    {"seed", 1, NULL, OPT_SEED},       {"scanner", 1, NULL, OPT_SCANNER},
    {"backing", 1, NULL, OPT_BACKING}, {"dpi", 1, NULL, OPT_DPI},
    {"sides", 1, NULL, OPT_SIDES},     {"dots", 1, NULL, OPT_DOTS},
    {"upright", 0, NULL, OPT_UPRIGHT}, {"type", 1, NULL, OPT_TYPE},
    {"quality", 1, NULL, OPT_QUALITY}, {"only", 1, NULL, OPT_ONLY},
    {"jobs", 1, NULL, OPT_JOBS},       {"list", 0, NULL, OPT_LIST},
    {"help", 0, NULL, OPT_HELP},       {NULL, 0, NULL, 0}};

static bool take(struct options *o, int option, const char *value, struct err *err)
{
    static const char *const lids[] = {"black", "grey", "white"}, *const any = "scanner";
    static const char *const dots[] = {"none", "some", "all"};
    unsigned long n = 0;
    bool number = value && whole_number(value, 1000000000, &n);
    int index = -1;
    switch (option) {
    case OPT_OUT:
        o->settings.out = value;
        return *value || err_set(err, "--out needs a folder");
    case OPT_SET:
        index = name_index(value, set_names, SETS);
        o->set.set = (enum set_name)index;
        return index >= 0 || err_set(err, "--set is enrol, demo, test or stress, not '%s'", value);
    case OPT_COUNT:
        o->set.count = (int)n;
        return (number && n >= 1 && n <= COUNT_MOST) ||
               err_set(err, "--count is 1 to %d", COUNT_MOST);
    case OPT_MIX:
        return parse_mix(value, o->set.mix) || err_set(err, "--mix is three shares, as 40:40:20");
    case OPT_FIRM:
        return firm_parse(value, &o->set.firm) ||
               err_set(err, "--firm is demo or a number up to 1000000");
    case OPT_FORMAT:
        o->set.format = format_index(value);
        return o->set.format >= 0 || err_set(err, "--format '%s' is unknown; see --help", value);
    case OPT_SEED:
        o->set.seed = n;
        return number || err_set(err, "--seed is a number up to 1000000000");
    case OPT_SCANNER:
        o->scanner = n;
        return number || err_set(err, "--scanner is a number");
    case OPT_BACKING:
        o->backing = name_index(value, lids, BACKINGS);
        return o->backing >= 0 || strcmp(value, any) == 0 ||
               err_set(err, "--backing is black, grey, white or scanner");
    case OPT_DPI:
        o->settings.dpi = (double)n;
        return (number && n >= 75 && n <= 1200) || err_set(err, "--dpi is 75 to 1200");
    case OPT_SIDES:
        o->settings.sides = (int)n;
        return (number && (n == 1 || n == 2)) || err_set(err, "--sides is 1 or 2");
    case OPT_DOTS:
        index = name_index(value, dots, 3);
        o->set.dots = index == 0 ? DOTS_NONE : index == 1 ? DOTS_SOME : DOTS_ALL;
        return index >= 0 || err_set(err, "--dots is none, some or all");
    case OPT_UPRIGHT:
        o->set.turn = false;
        return true;
    case OPT_TYPE:
        index = name_index(value, image_suffix, IMAGE_FORMATS);
        o->settings.image = (enum image_format)index;
        return index >= 0 || err_set(err, "--type is png, tif or jpg");
    case OPT_QUALITY:
        o->settings.quality = (int)n;
        return (number && n >= 1 && n <= 100) || err_set(err, "--quality is 1 to 100");
    case OPT_ONLY:
        o->only = (int)n;
        return (number && n >= 1 && n <= COUNT_MOST) ||
               err_set(err, "--only is the number of a sheet");
    case OPT_JOBS:
        o->jobs = (int)n;
        return (number && n >= 1 && n <= JOBS_MOST) || err_set(err, "--jobs is 1 to %d", JOBS_MOST);
    case OPT_LIST:
        o->list = true;
        return true;
    default:
        return err_set(err, "unknown option; see --help");
    }
}

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
    struct options o = {.set = {.set = SET_ENROL,
                                .seed = 1,
                                .firm = firm_demo(),
                                .format = -1,
                                .mix = {40, 40, 20},
                                .dots = DOTS_SOME,
                                .turn = true},
                        .settings = {.dpi = 600, .sides = 2, .image = IMAGE_PNG, .quality = 92},
                        .backing = BACKING_BLACK,
                        .jobs = 1,
                        .scanner = 1};
    for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (option == OPT_HELP) {
            fputs(help, stdout);
            return 0;
        }
        if (option == '?')
            return 2;
        if (!take(&o, option, optarg, &err)) {
            fprintf(stderr, "postwacht-simulate: %s\n", err.text);
            return 2;
        }
    }
    if (optind < argc || (!o.settings.out && !o.list)) {
        fprintf(stderr, "postwacht-simulate: %s; see --help\n",
                optind < argc ? "unexpected argument" : "--out DIR is missing");
        return 2;
    }
    if (!run(&o, &err)) {
        fprintf(stderr, "postwacht-simulate: %s\n", err.text);
        return 1;
    }
    return 0;
}
