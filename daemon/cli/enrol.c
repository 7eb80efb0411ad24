/* postwacht enrol: learns a template from scans of genuine envelopes. */
#include "classifier/enrol.h"
#include "daemon/cli/command.h"
#include "daemon/cli/sheets.h"
#include "daemon/cli/template.h"
#include "daemon/environment.h"
#include "schemas/base/buf.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    struct sheets sheets;
    const char *name, *out_dir;
    double dpi;
    struct enrol_part part[ENROL_PARTS_MAX];
    char kind[ENROL_PARTS_MAX][16];
    int n_parts;
};

/* KIND:SIDE:X,Y,W,H */
static bool add_part(struct options *options, const char *text, struct err *err)
{
    char kind[16], side[8];
    int used = 0;
    if (options->n_parts == ENROL_PARTS_MAX)
        return err_set(err, "at most %d parts can be marked", ENROL_PARTS_MAX);
    struct enrol_part *part = &options->part[options->n_parts];
    if (sscanf(text, "%15[a-z]:%7[a-z]:%n", kind, side, &used) != 2 || used == 0 ||
        !command_parse_side(side, &part->side) || !command_parse_box(text + used, part->box_mm))
        return err_set(
            err, "--part '%s' is not KIND:SIDE:X,Y,W,H, as in logo:front:10,9,24.5,12 (mm)", text);
    snprintf(options->kind[options->n_parts], sizeof kind, "%s", kind);
    part->kind = options->kind[options->n_parts++];
    return true;
}

/* Test prints that the template in dir has learnt; learning it anew forgets them, since they were
 * compared with the pictures before. */
static int test_prints_in(const char *dir)
{
    static struct template_data data; /* large */
    return template_read(dir, &data, NULL) ? print_samples_count(&data.print, PRINT_IMITATION) : 0;
}

static bool learn(const struct options *options, struct buf *report, struct err *err)
{
    char data_dir[PATH_SIZE], out_dir[PATH_SIZE];
    size_t n = options->sheets.n;
    if (!environment_data_dir(data_dir, err))
        return false;
    if (options->out_dir)
        snprintf(out_dir, sizeof out_dir, "%s", options->out_dir);
    else
        snprintf(out_dir, sizeof out_dir, "%s.template", options->name);
    struct enrol_sample *sample = calloc(n, sizeof *sample);
    if (!sample)
        return err_set(err, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const struct sheet_arg *arg = &options->sheets.sheet[i];
        sample[i] = (struct enrol_sample){
            .id = arg->id,
            .path = {arg->path[SIDE_FRONT], arg->path[SIDE_BACK]},
            .dpi = arg->dpi,
            .group = arg->group,
        };
    }
    const struct enrol_request request = {.name = options->name,
                                          .out_dir = out_dir,
                                          .data_dir = data_dir,
                                          .sample = sample,
                                          .n_samples = (int)n,
                                          .part = options->part,
                                          .n_parts = options->n_parts};
    int test_prints = test_prints_in(out_dir);
    bool ok = enrol_learn(&request, report, err);
    if (ok && test_prints > 0)
        buf_printf(report,
                   "  %d test print%s of the version before: learn them again (`postwacht enrol %s "
                   "--imitations`)\n",
                   test_prints, test_prints == 1 ? "" : "s", options->name);
    free(sample);
    return ok;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"list", required_argument, NULL, 'l'}, {"out", required_argument, NULL, 'o'},
        {"dpi", required_argument, NULL, 'd'},  {"back", required_argument, NULL, 'b'},
        {"part", required_argument, NULL, 'p'}, {0}};
    bool ok = true;
    int c;
    while (ok && (c = getopt_long(argc, argv, "-:l:o:d:b:p:", names, NULL)) != -1) {
        if (c == 1 && !ret->name)
            ret->name = optarg;
        else if (c == 1)
            ok = sheets_add_image(&ret->sheets, optarg, err);
        else if (c == 'l')
            ok = sheets_add_list(&ret->sheets, optarg, err);
        else if (c == 'o')
            ret->out_dir = optarg;
        else if (c == 'b')
            ok = sheets_set_back(&ret->sheets, optarg, err);
        else if (c == 'p')
            ok = add_part(ret, optarg, err);
        else if (c == 'd')
            ok = command_parse_number(optarg, SHEETS_DPI_MIN, SHEETS_DPI_MAX, &ret->dpi) ||
                 err_set(err, "--dpi '%s' is no number from %.0f to %.0f", optarg, SHEETS_DPI_MIN,
                         SHEETS_DPI_MAX);
        else
            ok =
                err_set(err, c == ':' ? "%s needs a value" : "unknown option %s", argv[optind - 1]);
    }
    for (; ok && optind < argc; optind++)
        ok = sheets_add_image(&ret->sheets, argv[optind], err);
    if (ok && !ret->name)
        ok = err_set(err, "name the template, then the images");
    if (ok && !name_is_safe(ret->name))
        ok = err_set(err, "'%s' is no name for a template; use letters, digits, '-' and '_'",
                     ret->name);
    ok = ok && sheets_end(&ret->sheets, ret->dpi, err);
    if (ok && ret->sheets.n < ENROL_MIN_SAMPLES)
        ok = err_set(err,
                     "%zu genuine envelopes are too few: at least %d, better 20 from 3 print runs",
                     ret->sheets.n, ENROL_MIN_SAMPLES);
    return ok;
}

static bool has_option(int argc, char **argv, const char *name)
{
    size_t n = strlen(name);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strncmp(argv[i], name, n) == 0 && (argv[i][n] == '\0' || argv[i][n] == '='))
            return true;
    return false;
}

static enum command_status run(int argc, char **argv)
{
    if (has_option(argc, argv, "--add"))
        return enrol_add(argc, argv);
    if (has_option(argc, argv, "--imitations"))
        return enrol_imitations(argc, argv);
    if (has_option(argc, argv, "--report"))
        return enrol_report(argc, argv);
    struct options options = {0};
    struct buf report = {0};
    struct err err;
    enum command_status status = COMMAND_OK;
    if (!parse(argc, argv, &options, &err)) {
        status = command_usage(argv[0], "%s", err.text);
    } else {
        bool ok = learn(&options, &report, &err);
        if (report.len)
            fwrite(report.data, 1, report.len, stdout);
        if (!ok)
            status = command_problem(&err);
    }
    buf_finish(&report);
    sheets_finish(&options.sheets);
    return status;
}

const struct command command_enrol = {
    .name = "enrol",
    .arguments = "NAME [--list FILE] [--out DIR] [--dpi N] [--part PART]... IMAGE...",
    .summary = "learn a template from scans of genuine envelopes",
    .help =
        "At least 5 genuine envelopes; 20 from 3 print runs are advised. A file whose name\n"
        "contains _back is the back of the one with _front in its place.\n\n"
        "  --list FILE   envelopes from a file: id, front, back, dpi a line, separated by tabs;\n"
        "                a fifth column names the print run\n"
        "  --back IMAGE  the back of the next image\n"
        "  --out DIR     the template's folder (else ./NAME.template)\n"
        "  --dpi N       dots per inch, for images that do not say so themselves\n"
        "  --part KIND:SIDE:X,Y,W,H  a part that you mark, in place of what is found there by "
        "itself:\n"
        "                logo, sender, slogan or mark; front or back; mm from the left and top "
        "edge\n"
        "                of the upright envelope, as `postwacht template NAME.template show` "
        "prints\n\n"
        "Enrolling again under the same name keeps the version before: see `postwacht "
        "template`.\n\n"
        "postwacht enrol --add NAME.template [--confirm ID]... IMAGE|SHEETFOLDER...\n"
        "adds genuine envelopes that came later. Each is screened first; what does not look "
        "genuine\n"
        "is left out, with the reasons, until you confirm it. Exit status 1 when one was left "
        "out.\n\n"
        "  --confirm ID  this one is genuine, whatever the program says\n"
        "  --sheet DIR   a sheet as the scanner or the inbox made it (a folder with sheet.json)\n\n"
        "postwacht enrol NAME --imitations [--printer TEXT] [--technology laser|inkjet] "
        "IMAGE|FOLDER...\n"
        "learns what an imitation of this envelope measures like, from test prints (`postwacht\n"
        "imitate`) that you made on printers of your own and scanned on the same scanner: 5 or "
        "more\n"
        "of each of 2 or more printers. Also takes --list (a fifth column names the printer).\n\n"
        "postwacht enrol NAME --report [--out DIR]\n"
        "how well the likelihood ratio of print is calibrated, as tables; with --out also as files "
        "and\n"
        "a Tippett plot.\n",
    .run = run,
};
