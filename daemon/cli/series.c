/* postwacht series: envelopes that seem to come from one maker, with what they share. */
#include "daemon/cli/command.h"
#include "daemon/series_keeper.h"
#include "web/web.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DATE_COLUMNS 10 /* of an ISO time */
#define TIME_COLUMNS 16
#define REASON_COLUMNS 84
#define TEXT_SIZE 320

struct options {
    const char *state, *lang;
    long item; /* 0: all series */
};

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"state", required_argument, NULL, 's'}, {"lang", required_argument, NULL, 'l'}, {0}};
    *ret = (struct options){.lang = "en"};
    int c;
    while ((c = getopt_long(argc, argv, ":s:l:", names, NULL)) != -1) {
        if (c == 's')
            ret->state = optarg;
        else if (c == 'l')
            ret->lang = optarg;
        else
            return err_set(err, c == ':' ? "%s needs a value" : "unknown option %s",
                           argv[optind - 1]);
    }
    if (strcmp(ret->lang, "nl") != 0 && strcmp(ret->lang, "en") != 0)
        return err_set(err, "--lang '%s' is not one of nl, en", ret->lang);
    if (argc - optind > 1 ||
        (argc > optind && !command_parse_int(argv[optind], 1, LONG_MAX, &ret->item)))
        return err_set(err, "give the number of one item, or none for all series");
    return true;
}

static void print_dates(const struct series *series)
{
    const char *first, *last;
    series_dates(series, &first, &last);
    command_print_text(first, DATE_COLUMNS, false);
    if (strncmp(first, last, DATE_COLUMNS) != 0) {
        printf(" to ");
        command_print_text(last, DATE_COLUMNS, false);
    }
}

static void print_countries(const struct series *series)
{
    const char *between = ", returned from ";
    for (int i = 0; i < series->n_members; i++) {
        if (!series_first_of_country(series, i))
            continue;
        printf("%s", between);
        command_print_text(series->member[i].country, 0, false);
        between = ", ";
    }
}

static void print_series(void *ctx, const struct series *series)
{
    const struct options *options = ((void **)ctx)[0];
    int *printed = ((void **)ctx)[1];
    bool wanted = options->item == 0;
    for (int i = 0; i < series->n_members; i++)
        wanted = wanted || series->member[i].item == options->item;
    if (!wanted)
        return;
    printf("%sseries %lld: %d envelopes, ", (*printed)++ ? "\n" : "", (long long)series->id,
           series->n_members);
    print_dates(series);
    print_countries(series);
    printf("\n  one maker: %s (10^%.1f to 1 over two who know nothing of each other)\n",
           series->strong ? "strong indication" : "possible", series->link);
    for (int i = 0; i < series->n_reasons; i++) {
        char words[TEXT_SIZE];
        web_series_reason_text(options->lang, &series->reason[i], words, sizeof words);
        printf("  - ");
        command_print_text(words, REASON_COLUMNS, false);
        printf(" [%d of %d]\n", series->reason[i].n, series->n_members);
    }
    for (int i = 0; i < series->n_members; i++) {
        const struct series_member *member = &series->member[i];
        printf("  item %-6lld ", (long long)member->item);
        command_print_text(member->captured, TIME_COLUMNS, true);
        printf("  ");
        command_print_text(member->country, 2, true);
        printf("  %s\n", verdict_names[member->verdict]);
    }
}

static enum command_status run(int argc, char **argv)
{
    struct options options;
    struct err err;
    struct reg *reg;
    struct series_keeper *keeper = NULL;
    int printed = 0;
    void *ctx[2] = {&options, &printed};
    if (!parse(argc, argv, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    if (!command_open_register(options.state, &reg, &err))
        return command_problem(&err);
    bool ok = series_keeper_create(&keeper, &err) &&
              series_keeper_all(keeper, reg, print_series, ctx, &err);
    if (ok && !printed)
        puts(options.item ? "this item belongs to no series" : "no series yet");
    series_keeper_destroy(keeper);
    reg_close(reg);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_series = {
    .name = "series",
    .arguments = "[--state DIR] [--lang LANG] [ITEM]",
    .summary = "list imitations that seem to come from one maker",
    .help = "  --lang LANG  what they share in nl or en (en)\n"
            "  ITEM         only the series of this item\n",
    .run = run,
};
