/* postwacht template: look at what was learnt, correct it, add marks, and go back to an earlier
 * version. */
#include "classifier/template_edit.h"
#include "classifier/template_mark.h"
#include "daemon/cli/sheets.h"
#include "daemon/cli/template.h"
#include "schemas/template_store.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* What a correction made of the data: the words of the log, and what else the user must know. */
struct correction {
    char change[160];
    char notice[256];
};

typedef bool correct(struct template_data *data, char **arg, struct correction *ret,
                     struct err *err);

static bool rename_element(struct template_data *data, char **arg, struct correction *ret,
                           struct err *err)
{
    snprintf(ret->change, sizeof ret->change, "%.40s renamed to %.40s", arg[0], arg[1]);
    return template_rename(data, arg[0], arg[1], err);
}

static bool set_kind(struct template_data *data, char **arg, struct correction *ret,
                     struct err *err)
{
    char name[32];
    if (!template_set_kind(data, arg[0], arg[1], name, err))
        return false;
    snprintf(ret->change, sizeof ret->change, "%.40s is now of the kind %.40s", arg[0], arg[1]);
    if (strcmp(name, arg[0]) != 0)
        snprintf(ret->notice, sizeof ret->notice, "its name is now %s", name);
    return true;
}

/* " | " on the command line is a line's end on the envelope. */
static void break_lines(const char *text, char *ret, size_t n)
{
    snprintf(ret, n, "%s", text);
    for (char *bar; (bar = strstr(ret, " | "));) {
        *bar = '\n';
        memmove(bar + 1, bar + 3, strlen(bar + 3) + 1);
    }
}

static bool set_text(struct template_data *data, char **arg, struct correction *ret,
                     struct err *err)
{
    bool forgotten;
    char text[2 * sizeof data->element->text]; /* too long a text must be seen to be too long */
    break_lines(arg[1], text, sizeof text);
    snprintf(ret->change, sizeof ret->change, "text of %.40s corrected", arg[0]);
    if (!template_set_text(data, arg[0], text, &forgotten, err))
        return false;
    if (forgotten)
        snprintf(ret->notice, sizeof ret->notice,
                 "what genuine envelopes showed of the old wording no longer holds and was "
                 "forgotten; it is learnt again from 3 envelopes: postwacht enrol --add");
    return true;
}

static bool remove_element(struct template_data *data, char **arg, struct correction *ret,
                           struct err *err)
{
    snprintf(ret->change, sizeof ret->change, "%.40s removed", arg[0]);
    return template_remove(data, arg[0], err);
}

static enum command_status done(const char *dir, const struct template_data *data,
                                const char *notice)
{
    printf("%s: %s\n", dir, data->change);
    if (notice[0])
        printf("%s\n", notice);
    printf("This is version %.*s; the one before is kept.\n", TEMPLATE_VERSION_DIGITS,
           data->version);
    return COMMAND_OK;
}

static enum command_status apply(const char *dir, correct *how, char **arg)
{
    static struct template_data data; /* large */
    struct template_work work;
    struct correction made = {"", ""};
    struct err err;
    if (!template_begin(dir, &work, &err))
        return command_problem(&err);
    if (!template_read(dir, &data, &err) || !how(&data, arg, &made, &err)) {
        template_abandon(&work);
        return command_problem(&err);
    }
    if (!template_commit(&work, dir, &data, made.change, &err))
        return command_problem(&err);
    return done(dir, &data, made.notice);
}

static enum command_status restore(const char *dir, int argc, char **argv)
{
    static struct template_data data;
    struct template_work work;
    struct err err;
    char from[PATH_SIZE], change[160], time[TEMPLATE_TIME_SIZE];
    (void)argc;
    if (!template_begin(dir, &work, &err))
        return command_problem(&err);
    if (!template_version_dir(dir, argv[0], from, &err) || !template_read(from, &data, &err)) {
        template_abandon(&work);
        return command_problem(&err);
    }
    template_time(data.created, time);
    snprintf(change, sizeof change, "version %.*s of %s restored", TEMPLATE_VERSION_DIGITS,
             data.version, time);
    if (!template_commit(&work, from, &data, change, &err))
        return command_problem(&err);
    return done(dir, &data, "");
}

struct mark_options {
    struct mark_request request;
    bool has_rule;
};

static bool take_mark_option(int c, const char *value, struct mark_options *ret, struct err *err)
{
    struct mark_request *request = &ret->request;
    if (c == 'm' || c == 'n') {
        enum mark_rule rule = c == 'm' ? MARK_MUST_HAVE : MARK_MUST_NOT_HAVE;
        if (ret->has_rule && request->rule != rule)
            return err_set(err, "a mark is either --must-have or --must-not-have");
        request->rule = rule;
        ret->has_rule = true;
    } else if (c == 'u') {
        request->used_only = true;
    } else if (c == 's') {
        return command_parse_side(value, &request->side) ||
               err_set(err, "--side '%s' is neither front nor back", value);
    } else if (c == 'b') {
        request->has_box = true;
        return command_parse_box(value, request->box_mm) ||
               err_set(err, "--box '%s' is not left,top,width,height in mm", value);
    } else if (c == 'z') {
        request->has_zone = true;
        return command_parse_box(value, request->zone_mm) ||
               err_set(err, "--zone '%s' is not left,top,width,height in mm", value);
    } else if (c == 'd') {
        return command_parse_number(value, SHEETS_DPI_MIN, SHEETS_DPI_MAX, &request->dpi) ||
               err_set(err, "--dpi '%s' is no number from %.0f to %.0f", value, SHEETS_DPI_MIN,
                       SHEETS_DPI_MAX);
    }
    return true;
}

static bool take_mark_argument(const char *value, struct mark_options *ret, struct err *err)
{
    struct mark_request *request = &ret->request;
    if (!request->name)
        request->name = value;
    else if (request->n_images == MARK_IMAGES_MAX)
        return err_set(err, "more than %d images of one mark", MARK_IMAGES_MAX);
    else
        request->image[request->n_images++] = value;
    return true;
}

static bool parse_mark(int argc, char **argv, struct mark_options *ret, struct err *err)
{
    static const struct option names[] = {
        {"must-have", no_argument, NULL, 'm'}, {"must-not-have", no_argument, NULL, 'n'},
        {"used-only", no_argument, NULL, 'u'}, {"side", required_argument, NULL, 's'},
        {"box", required_argument, NULL, 'b'}, {"zone", required_argument, NULL, 'z'},
        {"dpi", required_argument, NULL, 'd'}, {0}};
    bool ok = true;
    int c;
    while (ok && (c = getopt_long(argc, argv, "-:", names, NULL)) != -1) {
        if (c == ':' || c == '?')
            ok =
                err_set(err, c == ':' ? "%s needs a value" : "unknown option %s", argv[optind - 1]);
        else
            ok = c == 1 ? take_mark_argument(optarg, ret, err)
                        : take_mark_option(c, optarg, ret, err);
    }
    for (; ok && optind < argc; optind++)
        ok = take_mark_argument(argv[optind], ret, err);
    if (ok && ret->request.n_images == 0)
        ok = err_set(err, "name the mark, then the images that show it");
    if (ok && !ret->has_rule)
        ok = err_set(err, "say --must-have or --must-not-have");
    return ok;
}

static enum command_status mark(const char *dir, int argc, char **argv)
{
    static struct template_data data;
    struct mark_options options = {.has_rule = false};
    struct model *model = NULL;
    struct ocr *ocr = NULL;
    struct template_work work;
    struct err err;
    /* getopt passes over the word before the first argument, which is "mark" */
    if (!parse_mark(argc + 1, argv - 1, &options, &err))
        return command_usage("template", "%s", err.text);
    if (!template_begin(dir, &work, &err))
        return command_problem(&err);
    bool ok = model_load(dir, &model, &err) && ocr_create(&ocr, &err);
    if (ok)
        data = model->data;
    ok = ok && template_mark_take(&options.request, model, ocr, work.part, &data, &err);
    ocr_destroy(ocr);
    model_destroy(model);
    if (!ok) {
        template_abandon(&work);
        return command_problem(&err);
    }
    char change[160], notice[256] = "";
    const struct template_mark *added = &data.mark[data.n_marks - 1];
    snprintf(change, sizeof change, "mark %.40s added: genuine envelopes %s it", added->print.name,
             added->rule == MARK_MUST_HAVE ? "must have" : "must not have");
    if (added->print.n_seen < MARK_SCANS_DECIDE)
        snprintf(notice, sizeof notice,
                 "Taken from fewer than %d scans it points, but never decides: what changes from "
                 "day to day is not known. Look at %.60s in the folder, whether it is the mark.",
                 MARK_SCANS_DECIDE, added->print.picture);
    else
        snprintf(notice, sizeof notice,
                 "%d scans show it alike. Look at %.60s in the folder, whether it is the mark.",
                 added->print.n_seen, added->print.picture);
    if (!template_commit(&work, dir, &data, change, &err))
        return command_problem(&err);
    return done(dir, &data, notice);
}

static enum command_status show(const char *dir, int argc, char **argv)
{
    struct err err;
    (void)argc;
    (void)argv;
    return template_show(dir, &err) ? COMMAND_OK : command_problem(&err);
}

static enum command_status print_log(const char *dir, int argc, char **argv)
{
    struct err err;
    (void)argc;
    (void)argv;
    return template_log(dir, &err) ? COMMAND_OK : command_problem(&err);
}

/* Rows with `correct` are the corrections, which all go the same way. */
static const struct action {
    const char *name, *arguments;
    int min_args, max_args; /* -1: any number */
    enum command_status (*run)(const char *dir, int argc, char **argv);
    correct *correct;
} actions[] = {
    {.name = "show", .arguments = "", .run = show},
    {.name = "log", .arguments = "", .run = print_log},
    {.name = "restore", .arguments = "VERSION", .min_args = 1, .max_args = 1, .run = restore},
    {.name = "rename",
     .arguments = "OLD NEW",
     .min_args = 2,
     .max_args = 2,
     .correct = rename_element},
    {.name = "kind",
     .arguments = "ELEMENT logo|sender|slogan|mark",
     .min_args = 2,
     .max_args = 2,
     .correct = set_kind},
    {.name = "text",
     .arguments = "ELEMENT TEXT",
     .min_args = 2,
     .max_args = 2,
     .correct = set_text},
    {.name = "remove",
     .arguments = "ELEMENT",
     .min_args = 1,
     .max_args = 1,
     .correct = remove_element},
    {.name = "mark",
     .arguments = "NAME --must-have|--must-not-have IMAGE...",
     .min_args = 1,
     .max_args = -1,
     .run = mark},
};

static enum command_status run(int argc, char **argv)
{
    char dir[PATH_SIZE];
    struct err err;
    if (argc < 2)
        return command_usage(argv[0], "name the template's folder");
    const char *name = argc > 2 ? argv[2] : "show";
    int n_args = argc > 3 ? argc - 3 : 0;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        const struct action *action = &actions[i];
        if (strcmp(action->name, name) != 0)
            continue;
        if (n_args < action->min_args || (action->max_args >= 0 && n_args > action->max_args))
            return command_usage(argv[0], "%s takes %s", name,
                                 action->arguments[0] ? action->arguments : "no arguments");
        if (!template_folder(argv[1], dir, &err))
            return command_problem(&err);
        return action->correct ? apply(dir, action->correct, argv + 3)
                               : action->run(dir, n_args, argv + 3);
    }
    return command_usage(argv[0], "there is no '%s' of a template", name);
}

const struct command command_template = {
    .name = "template",
    .arguments = "NAME.template [show|log|restore|rename|kind|text|remove|mark] ...",
    .summary = "look at a template, correct it, add marks, go back",
    .help =
        "  show                  what was learnt: elements, marks, what genuine envelopes show\n"
        "  log                   all versions, the newest first, and what made each of them\n"
        "  restore VERSION       make an earlier version the current one (as a new version)\n"
        "  rename OLD NEW        another name for an element: small letters, digits and '_'\n"
        "  kind ELEMENT KIND     logo, sender, slogan or mark\n"
        "  text ELEMENT TEXT     the right wording, where it was misread; lines parted by ' | '\n"
        "  remove ELEMENT        no longer look for it\n"
        "  mark NAME --must-have|--must-not-have IMAGE...\n"
        "                        print without a fixed place that genuine envelopes always bear\n"
        "                        (\"we only use franking machine X\"), or never\n"
        "    --box X,Y,W,H       where it stands on the scans: mm from the left and top edge of "
        "the\n"
        "                        upright envelope, width, height; without it the one IMAGE shows "
        "the\n"
        "                        mark alone. Give 3 or more scans, and dates and amounts drop out\n"
        "    --side front|back   the side that bears it (else front)\n"
        "    --zone X,Y,W,H      look for it only there (else anywhere on that side)\n"
        "    --used-only         ask only of envelopes that went through the post\n"
        "    --dpi N             for images that do not say so themselves\n\n"
        "Every change makes a new version and keeps the one before, whole, in\n"
        "NAME.template/versions/; `postwacht screen --template` takes those folders too. Boxes "
        "of\n"
        "elements cannot be moved, since all that was learnt belongs to the print in them: remove\n"
        "the element, or enrol again.\n",
    .run = run,
};
