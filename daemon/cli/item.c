#include "daemon/cli/item.h"
#include "daemon/series_keeper.h"
#include "web/web.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define OUTPUT_MODE 0640 /* evidence: not for everybody on the machine */

bool item_parse(int argc, char **argv, bool lang_allowed, bool output_allowed,
                struct item_options *ret, struct err *err)
{
    static const struct option names[] = {{"state", required_argument, NULL, 's'},
                                          {"lang", required_argument, NULL, 'l'},
                                          {"output", required_argument, NULL, 'o'},
                                          {0}};
    *ret = (struct item_options){.lang = "nl"};
    int c;
    while ((c = getopt_long(argc, argv, ":s:l:o:", names, NULL)) != -1) {
        if (c == 's')
            ret->state = optarg;
        else if (c == 'l' && lang_allowed)
            ret->lang = optarg;
        else if (c == 'o' && output_allowed)
            ret->output = optarg;
        else
            return err_set(err, c == ':' ? "%s needs a value" : "unknown option %s",
                           argv[optind - 1]);
    }
    if (strcmp(ret->lang, "nl") != 0 && strcmp(ret->lang, "en") != 0)
        return err_set(err, "--lang '%s' is not one of nl, en", ret->lang);
    if (argc - optind != 1 || !command_parse_int(argv[optind], 1, LONG_MAX, &ret->item))
        return err_set(err, "give the number of one item; `postwacht list` shows them");
    return true;
}

bool item_sheet(const struct item_options *options, struct reg *reg, struct buf *ret_pdf,
                struct err *err)
{
    struct series_keeper *keeper = NULL;
    struct series series = {0};
    bool ok = series_keeper_create(&keeper, err) &&
              series_keeper_of(keeper, reg, options->item, &series, err) &&
              web_handover_sheet(reg, options->item, &series, options->lang, ret_pdf, err);
    series_finish(&series);
    series_keeper_destroy(keeper);
    return ok;
}

bool item_write(const struct item_options *options, const char *default_name,
                const struct buf *bytes, struct err *err)
{
    const char *path = options->output ? options->output : default_name;
    if (strcmp(path, "-") == 0) {
        bool ok = fwrite(bytes->data, 1, bytes->len, stdout) == bytes->len && fflush(stdout) == 0;
        return ok || err_errno(err, "cannot write to standard output");
    }
    if (!file_write_atomic(path, bytes->data, bytes->len, OUTPUT_MODE, err))
        return false;
    printf("%s\n", path);
    return true;
}
