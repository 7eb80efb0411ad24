/* postwacht verify: checks the whole register. */
#include "daemon/cli/command.h"
#include "schemas/register/register.h"

#include <getopt.h>
#include <stdio.h>

struct tally {
    bool quiet;
    long ok, wrong;
};

static void print_line(void *ctx, bool ok, const char *what, const char *detail)
{
    struct tally *tally = ctx;
    if (ok)
        tally->ok++;
    else
        tally->wrong++;
    if (ok && tally->quiet)
        return;
    printf("%-7s", ok ? "ok" : "NOT OK");
    command_print_text(what, 0, false);
    if (detail && detail[0]) {
        printf(": ");
        command_print_text(detail, 0, false);
    }
    putchar('\n');
}

/* DIR is a register, or a state folder that holds one. */
static bool find_register(const char *dir, char ret[PATH_SIZE], struct err *err)
{
    if (!dir)
        return command_register_dir(NULL, ret, err);
    if (!path_join(ret, dir, "register.db", err))
        return false;
    if (file_exists(ret)) {
        snprintf(ret, PATH_SIZE, "%s", dir);
        return true;
    }
    return command_register_dir(dir, ret, err);
}

static enum command_status run(int argc, char **argv)
{
    static const struct option names[] = {
        {"state", required_argument, NULL, 's'}, {"quiet", no_argument, NULL, 'q'}, {0}};
    struct tally tally = {0};
    const char *dir = NULL;
    struct err err;
    char reg_dir[PATH_SIZE];
    int c;
    while ((c = getopt_long(argc, argv, ":s:q", names, NULL)) != -1) {
        if (c == 's')
            dir = optarg;
        else if (c == 'q')
            tally.quiet = true;
        else
            return command_usage(argv[0], c == ':' ? "%s needs a value" : "unknown option %s",
                                 argv[optind - 1]);
    }
    if (argc - optind > 1)
        return command_usage(argv[0], "one folder at a time");
    if (optind < argc)
        dir = argv[optind];
    bool ok;
    if (!find_register(dir, reg_dir, &err) || !reg_verify(reg_dir, print_line, &tally, &ok, &err))
        return command_problem(&err);
    printf("%s: %ld things checked, %ld not in order\n",
           ok ? "register verified" : "REGISTER NOT IN ORDER", tally.ok + tally.wrong, tally.wrong);
    return ok ? COMMAND_OK : COMMAND_PROBLEM;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "[--quiet] [DIR]",
    .summary = "check the register: log, signatures, images",
    .help = "DIR is a register or a state folder (else that of --state or $POSTWACHT_STATE). One "
            "line for\n"
            "each thing checked, then a summary; exit status 0 only when all is in order.\n\n"
            "  --quiet   only what is not in order, and the summary\n",
    .run = run,
};
