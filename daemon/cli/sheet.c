/* postwacht sheet: the hand-over sheet of one item as PDF. */
#include "daemon/cli/item.h"

#include <stdio.h>

static enum command_status run(int argc, char **argv)
{
    struct item_options options;
    struct err err;
    struct reg *reg;
    struct buf pdf = {0};
    char name[64];
    if (!item_parse(argc, argv, true, true, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    if (!command_open_register(options.state, &reg, &err))
        return command_problem(&err);
    snprintf(name, sizeof name, "postwacht-item-%ld.pdf", options.item);
    bool ok = item_sheet(&options, reg, &pdf, &err) && item_write(&options, name, &pdf, &err);
    buf_finish(&pdf);
    reg_close(reg);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_sheet = {
    .name = "sheet",
    .arguments = "[--state DIR] [--lang nl|en] [--output FILE] ITEM",
    .summary = "write the hand-over sheet of an item as PDF",
    .help = "  --lang LANG    nl (default) or en\n"
            "  --output FILE  else postwacht-item-ITEM.pdf in the current folder; - for standard "
            "output\n",
    .run = run,
};
