/* postwacht phrases: the office's own wording of returns. The daemon, when it runs, takes a change
 * up by itself. */
#include "daemon/cli/command.h"
#include "schemas/phrase_book.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *state;
    struct own_phrase phrase;
    char path[PATH_SIZE];
};

static bool take(char *ret, size_t n, const char *value, const char *name, struct err *err)
{
    if (strlen(value) >= n)
        return err_set(err, "%s '%.60s' is too long", name, value);
    memcpy(ret, value, strlen(value) + 1);
    return true;
}

static void print_reasons(FILE *to)
{
    fputs("Reasons:", to);
    for (int i = 0; return_reason_keys[i]; i++)
        fprintf(to, "%s%s", i % 6 ? " " : "\n  ", return_reason_keys[i]);
    fputs("\n", to);
}

static bool list(const struct options *options, struct err *err)
{
    struct own_phrase *phrase = calloc(PHRASE_BOOK_MAX, sizeof *phrase);
    int n = 0;
    bool fine =
        phrase ? phrase_book_read(options->path, phrase, &n, err) : err_set(err, "out of memory");
    for (int i = 0; fine && i < n; i++) {
        printf("%-3s %-3s %-21s ", phrase[i].country[0] ? phrase[i].country : "-",
               phrase[i].language[0] ? phrase[i].language : "-", phrase[i].reason);
        command_print_text(phrase[i].text, 0, false);
        putchar('\n');
    }
    if (fine && n == 0)
        printf("no own phrases in %s\n", options->path);
    free(phrase);
    return fine;
}

/* All of a file, or nothing of it that is wrong: what could be added before stays. */
static bool add_file(const struct options *options, const char *file, struct err *err)
{
    struct own_phrase *phrase = calloc(PHRASE_BOOK_MAX, sizeof *phrase);
    int n = 0, added = 0;
    bool fine = phrase ? file_exists(file) || err_set(err, "there is no file %s", file)
                       : err_set(err, "out of memory");
    fine = fine && phrase_book_read(file, phrase, &n, err);
    for (int i = 0; fine && i < n; i++) {
        struct err why;
        bool one = phrase_book_add(options->path, &phrase[i], &why);
        if (!one)
            fprintf(stderr, "postwacht: left out: %s\n", why.text);
        added += one;
    }
    free(phrase);
    if (fine)
        printf("%d of %d phrases added\n", added, n);
    return fine;
}

static bool add(struct options *options, const char *text, struct err *err)
{
    return take(options->phrase.text, sizeof options->phrase.text, text, "the wording", err) &&
           phrase_book_add(options->path, &options->phrase, err);
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"state", required_argument, NULL, 's'},    {"reason", required_argument, NULL, 'r'},
        {"country", required_argument, NULL, 'c'},  {"language", required_argument, NULL, 'l'},
        {"operator", required_argument, NULL, 'o'}, {0}};
    struct own_phrase *phrase = &ret->phrase;
    bool ok = true;
    int c;
    while (ok && (c = getopt_long(argc, argv, ":", names, NULL)) != -1) {
        if (c == 's')
            ret->state = optarg;
        else if (c == 'r')
            ok = take(phrase->reason, sizeof phrase->reason, optarg, "--reason", err);
        else if (c == 'c')
            ok = take(phrase->country, sizeof phrase->country, optarg, "--country", err);
        else if (c == 'l')
            ok = take(phrase->language, sizeof phrase->language, optarg, "--language", err);
        else if (c == 'o')
            ok = take(phrase->operator_, sizeof phrase->operator_, optarg, "--operator", err);
        else
            ok =
                err_set(err, c == ':' ? "%s needs a value" : "unknown option %s", argv[optind - 1]);
    }
    return ok && path_join(ret->path, command_state_dir(ret->state), PHRASE_BOOK_FILE, err);
}

static enum command_status run(int argc, char **argv)
{
    struct options options = {0};
    struct err err;
    if (!parse(argc, argv, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    const char *what = optind < argc ? argv[optind] : "list";
    const char *with = optind + 1 < argc ? argv[optind + 1] : NULL;
    bool is_list = strcmp(what, "list") == 0;
    if (argc - optind > 2 || (!is_list && !with))
        return command_usage(argv[0], "say list, add TEXT, remove TEXT or import FILE");
    bool ok;
    if (is_list)
        ok = list(&options, &err);
    else if (strcmp(what, "add") == 0 && !options.phrase.reason[0])
        return command_usage(argv[0], "add needs --reason");
    else if (strcmp(what, "add") == 0)
        ok = add(&options, with, &err);
    else if (strcmp(what, "remove") == 0)
        ok = phrase_book_remove(options.path, with, options.phrase.country, &err);
    else if (strcmp(what, "import") == 0)
        ok = add_file(&options, with, &err);
    else
        return command_usage(argv[0], "'%s' is none of list, add, remove, import", what);
    if (!ok && strstr(err.text, "is no reason"))
        print_reasons(stderr);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_phrases = {
    .name = "phrases",
    .arguments = "[--state DIR] [list | add --reason R TEXT | remove TEXT | import FILE]",
    .summary = "wording of return labels that the office adds itself",
    .help = "  --reason R      what the wording means: UNKNOWN, MOVED, REFUSED, ...; RETURN for a "
            "heading,\n"
            "                  PREPRINTED for what stands on ordinary mail and is no return\n"
            "  --country CC    whose post uses it (DE); left out: not known, or everywhere\n"
            "  --language LL   of the wording (de)\n"
            "  --operator O    the post's name\n"
            "  --state DIR     state folder ($POSTWACHT_STATE, else /var/lib/postwacht)\n\n"
            "import takes a file with the columns of return_phrases.tsv. A running daemon uses a\n"
            "change from the next sheet on.\n",
    .run = run,
};
