/* postwacht export: one item as a ZIP that can be checked without this program. */
#include "daemon/cli/item.h"

#include <stdio.h>

static bool export_item(struct reg *reg, const struct item_options *options, struct buf *pdf,
                        struct buf *zip, struct err *err)
{
    char name[64], pdf_name[64];
    snprintf(name, sizeof name, "postwacht-item-%ld.zip", options->item);
    snprintf(pdf_name, sizeof pdf_name, "handover-%s.pdf", options->lang);
    if (!item_sheet(options, reg, pdf, err))
        return false;
    const struct reg_extra sheet = {.name = pdf_name, .bytes = pdf->data, .n = pdf->len};
    return reg_export_item(reg, options->item, &sheet, 1, zip, err) &&
           item_write(options, name, zip, err);
}

static enum command_status run(int argc, char **argv)
{
    struct item_options options;
    struct err err;
    struct reg *reg;
    struct buf pdf = {0}, zip = {0};
    if (!item_parse(argc, argv, true, true, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    if (!command_open_register(options.state, &reg, &err))
        return command_problem(&err);
    bool ok = export_item(reg, &options, &pdf, &zip, &err);
    buf_finish(&pdf);
    buf_finish(&zip);
    reg_close(reg);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_export = {
    .name = "export",
    .arguments = "[--state DIR] [--lang nl|en] [--output FILE] ITEM",
    .summary = "write one item with its proofs as ZIP",
    .help = "The ZIP holds images, findings, log entries, proofs, the hand-over sheet and how to "
            "check\n"
            "them; `sha256sum -c manifest-sha256.txt` in the unpacked folder checks the files.\n\n"
            "  --lang LANG    of the hand-over sheet: nl (default) or en\n"
            "  --output FILE  else postwacht-item-ITEM.zip in the current folder; - for standard "
            "output\n",
    .run = run,
};
