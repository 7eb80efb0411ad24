/* item: what the commands about one item of the register share: [--state DIR] [--lang LANG]
 * [--output FILE] ITEM. */
#ifndef POSTWACHT_ITEM_H
#define POSTWACHT_ITEM_H

#include "daemon/cli/command.h"
#include "schemas/register/register.h"

struct item_options {
    const char *state, *lang, *output;
    long item;
};

/* lang_allowed and output_allowed say which of the options the command knows. */
bool item_parse(int argc, char **argv, bool lang_allowed, bool output_allowed,
                struct item_options *ret, struct err *err);

/* The item's hand-over sheet as PDF, with the series that it belongs to. */
bool item_sheet(const struct item_options *options, struct reg *reg, struct buf *ret_pdf,
                struct err *err);

/* Writes to options->output, or to the default name; "-" is standard output. Says where. */
bool item_write(const struct item_options *options, const char *default_name,
                const struct buf *bytes, struct err *err);

#endif
