/* postwacht enrol --add: genuine envelopes that came after enrolment, into the template that is
 * there. */
#include "classifier/check.h"
#include "classifier/template_add.h"
#include "daemon/cli/sheets.h"
#include "daemon/cli/template.h"
#include "daemon/environment.h"
#include "schemas/template_store.h"
#include "web/web.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_COLUMNS 20
#define CONFIRM_MAX 200
#define ADVISED_SAMPLES 20 /* from 3 print runs: README */

struct options {
    struct sheets sheets;
    const char *template;
    const char *confirm[CONFIRM_MAX];
    int n_confirm;
    double dpi;
};

/* A sheet's folder, as the scanner, the inbox and the register's spool have it. */
static bool add_sheet_folder(struct sheets *sheets, const char *dir, struct err *err)
{
    static struct sheet sheet; /* large */
    char path[SIDE_COUNT][PATH_SIZE];
    if (!sheet_read(dir, &sheet, err))
        return err_context(err, "%s is no sheet's folder", dir);
    for (int side = 0; side < sheet.n_sides; side++)
        if (!path_join(path[side], dir, sheet.side[side].file, err))
            return false;
    if (!sheets_set_id(sheets, sheet.id, err) ||
        (sheet.n_sides > 1 && !sheets_set_back(sheets, path[SIDE_BACK], err)) ||
        !sheets_add_image(sheets, path[SIDE_FRONT], err))
        return false;
    sheets->sheet[sheets->n - 1].dpi = sheet.side[SIDE_FRONT].dpi_x;
    return true;
}

/* An image, or the folder of a sheet: after --sheet the shell may name several. */
static bool add_argument(struct sheets *sheets, const char *path, struct err *err)
{
    char file[PATH_SIZE];
    bool folder = path_join(file, path, SHEET_FILE, NULL) && file_exists(file);
    return folder ? add_sheet_folder(sheets, path, err) : sheets_add_image(sheets, path, err);
}

static bool take_option(int c, struct options *ret, struct err *err)
{
    switch (c) {
    case 1:
        return add_argument(&ret->sheets, optarg, err);
    case 'a':
        ret->template = optarg;
        return true;
    case 'c':
        if (ret->n_confirm == CONFIRM_MAX)
            return err_set(err, "more than %d times --confirm", CONFIRM_MAX);
        ret->confirm[ret->n_confirm++] = optarg;
        return true;
    case 's':
        return add_sheet_folder(&ret->sheets, optarg, err);
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

static int count_ids(const struct sheets *sheets, const char *id)
{
    int n = 0;
    for (size_t i = 0; i < sheets->n; i++)
        n += strcmp(sheets->sheet[i].id, id) == 0;
    return n;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {{"add", required_argument, NULL, 'a'},
                                          {"confirm", required_argument, NULL, 'c'},
                                          {"sheet", required_argument, NULL, 's'},
                                          {"list", required_argument, NULL, 'l'},
                                          {"back", required_argument, NULL, 'b'},
                                          {"dpi", required_argument, NULL, 'd'},
                                          {0}};
    bool ok = true;
    int c;
    while (ok && (c = getopt_long(argc, argv, "-:l:d:b:", names, NULL)) != -1) {
        if (c == ':' || c == '?')
            ok = err_set(err, c == ':' ? "%s needs a value" : "%s cannot be used with --add",
                         argv[optind - 1]);
        else
            ok = take_option(c, ret, err);
    }
    for (; ok && optind < argc; optind++)
        ok = add_argument(&ret->sheets, argv[optind], err);
    if (ok && ret->sheets.n == 0)
        ok = err_set(err, "name at least one image or sheet folder, or a --list");
    ok = ok && sheets_end(&ret->sheets, ret->dpi, err);
    for (int i = 0; ok && i < ret->n_confirm; i++) {
        int n = count_ids(&ret->sheets, ret->confirm[i]);
        if (n != 1)
            ok = err_set(err,
                         n ? "--confirm %s: %d sheets have that name; add them one by one"
                           : "--confirm %s: no sheet given has that name (%d found)",
                         ret->confirm[i], n);
    }
    return ok;
}

static bool is_confirmed(const struct options *options, const char *id)
{
    for (int i = 0; i < options->n_confirm; i++)
        if (strcmp(options->confirm[i], id) == 0)
            return true;
    return false;
}

static void print_reasons(const struct add_answer *answer)
{
    for (int i = 0; i < answer->n_reasons; i++) {
        char text[256];
        web_reason_text("en", answer->reason[i], text, sizeof text);
        printf("  %*s    ", ID_COLUMNS, "");
        command_print_text(text, 0, false);
        putchar('\n');
    }
}

static const char *looks(enum verdict_class verdict)
{
    return verdict == VERDICT_IMITATION ? "looks like an imitation" : "is doubtful";
}

static void print_answer(const struct sheet_arg *sheet, const struct add_answer *answer)
{
    printf("  ");
    command_print_text(sheet->id, ID_COLUMNS, true);
    switch (answer->outcome) {
    case ADD_TAKEN:
        printf("  added\n");
        break;
    case ADD_TAKEN_CONFIRMED:
        printf("  added, as you confirmed it; to the program it %s:\n", looks(answer->verdict));
        print_reasons(answer);
        break;
    case ADD_POINTED_OUT:
        printf("  NOT added: it %s:\n", looks(answer->verdict));
        print_reasons(answer);
        printf("  %*s  Look at it once more. If it is surely genuine, add --confirm '", ID_COLUMNS,
               "");
        command_print_text(sheet->id, 0, false);
        printf("'\n");
        break;
    case ADD_IMPOSSIBLE:
        printf("  NOT added: ");
        command_print_text(answer->why, 0, false);
        putchar('\n');
        break;
    }
}

/* Where genuine envelopes vary more than was known: what a confirmation against the program costs.
 */
static void print_wider(const struct template_stat *before, int n,
                        const struct template_stat *after, const char *of)
{
    for (int i = 0; i < n; i++) {
        const struct check *check = check_find(before[i].check);
        if (!check || (after[i].lo >= before[i].lo && after[i].hi <= before[i].hi))
            continue;
        printf("  ");
        command_print_text(of, ID_COLUMNS, true);
        printf("  %s: %.3g to %.3g %s (before: %.3g to %.3g)\n", check->measures, after[i].lo,
               after[i].hi, template_unit(before[i].unit), before[i].lo, before[i].hi);
    }
}

static void print_sums(const char *dir, const struct template_data *before,
                       const struct template_data *after, int taken, int confirmed, size_t n)
{
    if (taken == 0) {
        printf("\nNothing was added; the template is as it was (%d genuine envelopes).\n",
               before->n_samples);
        return;
    }
    if (confirmed) {
        printf("\nWith them, genuine envelopes now show a wider range of:\n");
        for (int i = 0; i < before->n_elements; i++)
            print_wider(before->element[i].stat, before->element[i].n_stats, after->element[i].stat,
                        before->element[i].name);
        print_wider(before->stat, before->n_stats, after->stat, "(whole envelope)");
    }
    printf("\n%d of %zu added. The template now knows %d genuine envelopes instead of %d", taken, n,
           after->n_samples, before->n_samples);
    if (after->n_samples < ADVISED_SAMPLES)
        printf("; %d from 3 print runs are advised", ADVISED_SAMPLES);
    printf(".\nThis is version %.*s; `postwacht template %s restore %.*s` goes back.\n",
           TEMPLATE_VERSION_DIGITS, after->version, dir, TEMPLATE_VERSION_DIGITS, before->version);
}

static enum command_status add(const struct options *options, struct err *err)
{
    static struct template_data before, after; /* large */
    char data_dir[PATH_SIZE], dir[PATH_SIZE];
    size_t n = options->sheets.n;
    struct add_sheet *sheet = calloc(n, sizeof *sheet);
    struct add_answer *answer = calloc(n, sizeof *answer);
    bool ok = (sheet && answer) || err_set(err, "out of memory for %zu sheets", n);
    for (size_t i = 0; ok && i < n; i++) {
        const struct sheet_arg *arg = &options->sheets.sheet[i];
        sheet[i].files = (struct enrol_sample){
            .id = arg->id,
            .path = {arg->path[SIDE_FRONT], arg->path[SIDE_BACK]},
            .dpi = arg->dpi,
            .group = arg->group,
        };
        sheet[i].confirmed = is_confirmed(options, arg->id);
    }
    ok = ok && environment_data_dir(data_dir, err) &&
         template_folder(options->template, dir, err) &&
         template_add(dir, sheet, (int)n, data_dir, answer, &before, &after, err);
    int taken = 0, confirmed = 0;
    for (size_t i = 0; ok && i < n; i++) {
        print_answer(&options->sheets.sheet[i], &answer[i]);
        confirmed += answer[i].outcome == ADD_TAKEN_CONFIRMED;
        taken += answer[i].outcome == ADD_TAKEN || answer[i].outcome == ADD_TAKEN_CONFIRMED;
    }
    if (ok)
        print_sums(dir, &before, &after, taken, confirmed, n);
    free(sheet);
    free(answer);
    if (!ok)
        return command_problem(err);
    return taken == (int)n ? COMMAND_OK : COMMAND_PROBLEM;
}

enum command_status enrol_add(int argc, char **argv)
{
    struct options options = {0};
    struct err err;
    enum command_status status = parse(argc, argv, &options, &err)
                                     ? add(&options, &err)
                                     : command_usage(argv[0], "%s", err.text);
    sheets_finish(&options.sheets);
    return status;
}
