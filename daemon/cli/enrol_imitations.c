/* postwacht enrol --imitations: test prints that the firm made itself, as the second model of the
 * likelihood ratio. */
#include "classifier/print_evidence.h"
#include "classifier/template_imitations.h"
#include "daemon/cli/sheets.h"
#include "daemon/cli/template.h"
#include "daemon/environment.h"
#include "schemas/template_store.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ID_COLUMNS 20
#define PRINTS_ADVISED 5 /* of each printer */

struct options {
    struct sheets sheets;
    const char *template, *printer, *technology;
    double dpi;
};

static bool is_picture(const char *name)
{
    static const char *const endings[] = {".png", ".tif", ".tiff", ".jpg", ".jpeg"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static bool add_folder(struct sheets *sheets, const char *dir, const struct names *names,
                       struct err *err)
{
    char path[PATH_SIZE];
    size_t found = 0;
    for (size_t i = 0; i < names->n; i++) {
        if (!is_picture(names->name[i]))
            continue;
        if (!path_join(path, dir, names->name[i], err) || !sheets_add_image(sheets, path, err))
            return false;
        found++;
    }
    return found || err_set(err, "the folder %s holds no PNG, TIFF or JPEG", dir);
}

/* An image, or a folder of images. The first argument names the template. */
static bool add_argument(struct options *options, const char *path, struct err *err)
{
    struct names names = {0};
    if (!options->template) {
        options->template = path;
        return true;
    }
    if (!dir_list(path, &names, NULL))
        return sheets_add_image(&options->sheets, path, err);
    bool ok = add_folder(&options->sheets, path, &names, err);
    names_finish(&names);
    return ok;
}

static bool take_option(int c, struct options *ret, struct err *err)
{
    switch (c) {
    case 1:
        return add_argument(ret, optarg, err);
    case 'i':
        return true;
    case 'p':
        ret->printer = optarg;
        return strlen(optarg) < PRINT_GROUP_SIZE ||
               err_set(err, "--printer takes at most %d characters", PRINT_GROUP_SIZE - 1);
    case 't':
        ret->technology = optarg;
        return strcmp(optarg, "laser") == 0 || strcmp(optarg, "inkjet") == 0 ||
               err_set(err, "--technology is laser or inkjet");
    case 'l':
        return sheets_add_list(&ret->sheets, optarg, err);
    case 'b':
        return sheets_set_back(&ret->sheets, optarg, err);
    case 'd':
        return command_parse_number(optarg, SHEETS_DPI_MIN, SHEETS_DPI_MAX, &ret->dpi) ||
               err_set(err, "--dpi '%s' is no number from %.0f to %.0f", optarg, SHEETS_DPI_MIN,
                       SHEETS_DPI_MAX);
    default:
        return err_set(err, "unknown option");
    }
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {{"imitations", no_argument, NULL, 'i'},
                                          {"printer", required_argument, NULL, 'p'},
                                          {"technology", required_argument, NULL, 't'},
                                          {"list", required_argument, NULL, 'l'},
                                          {"back", required_argument, NULL, 'b'},
                                          {"dpi", required_argument, NULL, 'd'},
                                          {0}};
    bool ok = true;
    int c;
    while (ok && (c = getopt_long(argc, argv, "-:l:b:d:", names, NULL)) != -1) {
        if (c == ':' || c == '?')
            ok = err_set(err, c == ':' ? "%s needs a value" : "%s cannot be used with --imitations",
                         argv[optind - 1]);
        else
            ok = take_option(c, ret, err);
    }
    for (; ok && optind < argc; optind++)
        ok = add_argument(ret, argv[optind], err);
    if (ok && !ret->template)
        ok = err_set(err, "name the template, then the scans of its test prints");
    if (ok && ret->sheets.n == 0)
        ok = err_set(err, "name the scans of the test prints: images, a folder, or a --list");
    return ok && sheets_end(&ret->sheets, ret->dpi, err);
}

static void print_answer(const char *id, const struct imitation_answer *answer)
{
    printf("  ");
    command_print_text(id, ID_COLUMNS, true);
    if (!answer->taken) {
        printf("  left out: ");
        command_print_text(answer->why, 0, false);
        putchar('\n');
    } else if (answer->looks_genuine) {
        printf("  learnt, though to the program it looks genuine: is it surely a test print?\n");
    } else {
        printf("  learnt\n");
    }
}

/* What the template can say of print now, and what it still lacks. */
static void print_sums(const char *given, const struct template_data *data, int taken, size_t n)
{
    struct print_evidence evidence;
    print_evidence_prepare(&data->print, &evidence);
    printf("\n%d of %zu learnt. The template knows the print of %d genuine envelopes, and of %d "
           "test prints of %d printer%s.\n",
           taken, n, evidence.n_genuine, evidence.n_imitations, evidence.n_printers,
           evidence.n_printers == 1 ? "" : "s");
    if (evidence.lack == LACK_NOTHING)
        printf("Sheets that are screened from now on are told a likelihood ratio of their print; "
               "`postwacht enrol %s --report` says how good it is.\n",
               given);
    else
        printf("No likelihood ratio yet: it takes %d genuine envelopes and %d test prints of %d "
               "printers (%d of each), measured alike.\n",
               EVIDENCE_SHEETS_MIN, EVIDENCE_SHEETS_MIN, EVIDENCE_PRINTERS_MIN, PRINTS_ADVISED);
    printf("This is version %.*s.\n", TEMPLATE_VERSION_DIGITS, data->version);
}

static enum command_status learn(const struct options *options, struct err *err)
{
    static struct template_data after; /* large */
    char data_dir[PATH_SIZE], dir[PATH_SIZE];
    size_t n = options->sheets.n;
    struct enrol_sample *sample = calloc(n, sizeof *sample);
    struct imitation_answer *answer = calloc(n, sizeof *answer);
    bool ok = (sample && answer) || err_set(err, "out of memory for %zu sheets", n);
    for (size_t i = 0; ok && i < n; i++) {
        const struct sheet_arg *arg = &options->sheets.sheet[i];
        sample[i] = (struct enrol_sample){
            .id = arg->id,
            .path = {arg->path[SIDE_FRONT], arg->path[SIDE_BACK]},
            .dpi = arg->dpi,
            .group = arg->group ? arg->group : options->printer,
        };
    }
    ok = ok && environment_data_dir(data_dir, err) &&
         template_folder(options->template, dir, err) &&
         template_learn_imitations(dir, sample, (int)n,
                                   options->technology ? options->technology : "", data_dir, answer,
                                   &after, err);
    int taken = 0;
    for (size_t i = 0; ok && i < n; i++) {
        print_answer(options->sheets.sheet[i].id, &answer[i]);
        taken += answer[i].taken;
    }
    if (ok)
        print_sums(options->template, &after, taken, n);
    free(sample);
    free(answer);
    if (!ok)
        return command_problem(err);
    return taken == (int)n ? COMMAND_OK : COMMAND_PROBLEM;
}

enum command_status enrol_imitations(int argc, char **argv)
{
    struct options options = {0};
    struct err err;
    enum command_status status = parse(argc, argv, &options, &err)
                                     ? learn(&options, &err)
                                     : command_usage(argv[0], "%s", err.text);
    sheets_finish(&options.sheets);
    return status;
}
