/* postwacht imitate: the firm's own imitation of its envelope, to be printed, scanned and learnt.
 */
#include "classifier/flat_inks.h"
#include "daemon/cli/template.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "web/imitate.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(FLAT_INKS_MAX <= IMITATE_INKS_MAX, "all inks can be printed");

struct options {
    const char *template, *out, *lang;
    enum imitate_paper paper;
};

static void take_element(const struct template_element *data, const struct flat_inks *inks,
                         struct imitate_element *ret)
{
    *ret = (struct imitate_element){
        .side = data->side,
        .x_mm = data->box_mm[0],
        .y_mm = data->box_mm[1],
        .dpi = inks->dpi,
        .width = inks->ink[0].cover.width,
        .height = inks->ink[0].cover.height,
        .n_inks = inks->n,
    };
    for (int k = 0; k < inks->n; k++) {
        memcpy(ret->ink[k].rgb, inks->ink[k].rgb, sizeof ret->ink[k].rgb);
        ret->ink[k].cover = inks->ink[k].cover.data;
    }
}

static bool draw(const struct options *options, const struct model *model, struct flat_inks *inks,
                 struct buf *ret_pdf, struct err *err)
{
    const struct template_data *data = &model->data;
    struct imitate_element element[TEMPLATE_ELEMENTS_MAX];
    char now[CLOCK_TEXT_SIZE];
    int n = 0;
    for (int i = 0; i < data->n_elements; i++) {
        if (!flat_inks_of(&model->element[i], &inks[i], err))
            return false;
        if (inks[i].n > 0)
            take_element(&data->element[i], &inks[i], &element[n++]);
    }
    clock_format(clock_now_ms(), now);
    const struct imitate_request request = {
        .name = data->name,
        .version = data->version,
        .iso_time = now,
        .lang = options->lang,
        .paper = options->paper,
        .size_mm = {data->size_mm[0], data->size_mm[1]},
        .scan_dpi = data->dpi,
        .element = element,
        .n_elements = n,
    };
    return web_imitate(&request, ret_pdf, err);
}

static bool imitate(const struct options *options, struct err *err)
{
    struct model *model = NULL;
    struct buf pdf = {0};
    char dir[PATH_SIZE], path[PATH_SIZE];
    struct flat_inks *inks = calloc(TEMPLATE_ELEMENTS_MAX, sizeof *inks);
    bool ok = (inks || err_set(err, "out of memory")) && cv_init(err) &&
              template_folder(options->template, dir, err) && model_load(dir, &model, err) &&
              draw(options, model, inks, &pdf, err);
    if (ok) {
        snprintf(path, sizeof path, "%s-test-print.pdf", model->data.name);
        if (options->out)
            snprintf(path, sizeof path, "%s", options->out);
        ok = file_write_atomic(path, pdf.data, pdf.len, 0644, err);
    }
    if (ok)
        printf("%s: page 1 says what to do; print the others at 100 %%, on 2 or more printers.\n",
               path);
    for (int i = 0; inks && i < TEMPLATE_ELEMENTS_MAX; i++)
        flat_inks_finish(&inks[i]);
    free(inks);
    model_destroy(model);
    buf_finish(&pdf);
    return ok;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {{"out", required_argument, NULL, 'o'},
                                          {"paper", required_argument, NULL, 'p'},
                                          {"lang", required_argument, NULL, 'l'},
                                          {0}};
    int c;
    while ((c = getopt_long(argc, argv, ":o:p:l:", names, NULL)) != -1) {
        if (c == 'o')
            ret->out = optarg;
        else if (c == 'p' && strcmp(optarg, "a4") == 0)
            ret->paper = IMITATE_A4;
        else if (c == 'p' && strcmp(optarg, "envelope") == 0)
            ret->paper = IMITATE_ENVELOPE;
        else if (c == 'l' && (strcmp(optarg, "nl") == 0 || strcmp(optarg, "en") == 0))
            ret->lang = optarg;
        else if (c == 'p' || c == 'l')
            return err_set(err, c == 'p' ? "--paper is envelope or a4" : "--lang is nl or en");
        else
            return err_set(err, c == ':' ? "%s needs a value" : "unknown option %s",
                           argv[optind - 1]);
    }
    if (optind + 1 != argc)
        return err_set(err, "name the one template to imitate");
    ret->template = argv[optind];
    return true;
}

static enum command_status run(int argc, char **argv)
{
    struct options options = {.lang = "nl"};
    struct err err;
    if (!parse(argc, argv, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    return imitate(&options, &err) ? COMMAND_OK : command_problem(&err);
}

const struct command command_imitate = {
    .name = "imitate",
    .arguments = "[--paper envelope|a4] [--lang nl|en] [--out FILE.pdf] NAME.template",
    .summary = "make a test print of the firm's envelope, to teach what imitations look like",
    .help = "Writes a PDF with the template's elements at true size and place, marked as a test\n"
            "print. Print it on printers of your own, scan the prints on the scanner that you "
            "use,\n"
            "and have them learnt with `postwacht enrol NAME --imitations`. The first page says "
            "how.\n\n"
            "  --paper envelope  pages of the envelope's format (default)\n"
            "  --paper a4        pages of A4, the envelope in the top left corner\n"
            "  --lang LANG       of the first page: nl (default) or en\n"
            "  --out FILE        else NAME-test-print.pdf in the current folder\n",
    .run = run,
};
