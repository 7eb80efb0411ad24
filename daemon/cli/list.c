/* postwacht list: the newest sheets of the register as a table of 100 columns. */
#include "daemon/cli/command.h"
#include "schemas/register/register.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 40 /* what fits a screen */
#define LIMIT_MAX 500    /* of reg_list */
/* 100 columns: item 7, time 17, batch number 5, verdict 10, return 14, the rest reasons */
#define TIME_COLUMNS 16
#define REASON_COLUMNS 44

struct options {
    struct reg_query query;
    const char *state;
};

static bool parse_verdict(const char *text, int *ret)
{
    for (int i = 0; i < 4; i++)
        if (strcmp(text, verdict_names[i]) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"state", required_argument, NULL, 's'},   {"limit", required_argument, NULL, 'n'},
        {"verdict", required_argument, NULL, 'v'}, {"batch", required_argument, NULL, 'b'},
        {"items", no_argument, NULL, 'i'},         {0}};
    *ret = (struct options){.query = {.limit = LIMIT_DEFAULT, .verdict = -1}};
    int c;
    while ((c = getopt_long(argc, argv, ":s:n:v:b:i", names, NULL)) != -1) {
        long limit;
        if (c == 's') {
            ret->state = optarg;
        } else if (c == 'n') {
            if (!command_parse_int(optarg, 1, LIMIT_MAX, &limit))
                return err_set(err, "--limit '%s' is no number from 1 to %d", optarg, LIMIT_MAX);
            ret->query.limit = (int)limit;
        } else if (c == 'v') {
            if (!parse_verdict(optarg, &ret->query.verdict))
                return err_set(err, "--verdict is one of genuine, imitation, other, unsure");
        } else if (c == 'b') {
            if (!name_is_safe(optarg))
                return err_set(err, "--batch '%s' is no name of a batch", optarg);
            snprintf(ret->query.batch, sizeof ret->query.batch, "%s", optarg);
        } else if (c == 'i') {
            ret->query.only_items = true;
        } else {
            return err_set(err, c == ':' ? "%s needs a value" : "unknown option %s",
                           argv[optind - 1]);
        }
    }
    return optind == argc || err_set(err, "'%s' is too much", argv[optind]);
}

static void print_row(const struct reg_row *row)
{
    char item[24] = "-", back[32] = "";
    if (row->item)
        snprintf(item, sizeof item, "%lld", (long long)row->item);
    if (row->is_return)
        snprintf(back, sizeof back, "%s %s", row->country[0] ? row->country : "?",
                 row->return_reason);
    printf("%6s  ", item);
    command_print_text(row->captured, TIME_COLUMNS, true);
    printf(" %4d  %-10s", row->seq, verdict_names[row->verdict]);
    command_print_text(back, 14, true);
    putchar(' ');
    command_print_text(row->reasons, REASON_COLUMNS, false);
    putchar('\n');
}

static enum command_status run(int argc, char **argv)
{
    struct options options;
    struct err err;
    struct reg *reg;
    if (!parse(argc, argv, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    if (!command_open_register(options.state, &reg, &err))
        return command_problem(&err);
    struct reg_row *row = calloc((size_t)options.query.limit, sizeof *row);
    int n = 0;
    bool ok = row ? reg_list(reg, &options.query, row, &n, &err) : err_set(&err, "out of memory");
    if (ok && n)
        printf("%6s  %-16s %4s  %-10s%-14s %s\n", "ITEM", "CAPTURED (UTC)", "NO", "VERDICT",
               "RETURN", "REASONS");
    for (int i = 0; ok && i < n; i++)
        print_row(&row[i]);
    if (ok && !n)
        puts("nothing yet");
    free(row);
    reg_close(reg);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_list = {
    .name = "list",
    .arguments = "[--state DIR] [--limit N] [--verdict CLASS] [--batch ID] [--items]",
    .summary = "list the newest sheets of the register",
    .help = "  --limit N        at most so many (40)\n"
            "  --verdict CLASS  only genuine, imitation, other or unsure\n"
            "  --batch ID       only this batch\n"
            "  --items          leave out other mail, of which only counts are kept\n",
    .run = run,
};
