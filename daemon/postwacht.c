/* postwacht: the command line. Finds the command in the table and runs it. */
#include "daemon/cli/command.h"
#include "daemon/environment.h"
#include "daemon/log.h"

#include <stdio.h>
#include <string.h>

#define COMMAND(name) extern const struct command command_##name;
#include "daemon/cli/commands.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "daemon/cli/commands.def"
#undef COMMAND
};
#define N_COMMANDS (sizeof commands / sizeof commands[0])

static void list_commands(FILE *out)
{
    fprintf(out,
            "usage: postwacht COMMAND [OPTION]... [ARGUMENT]...\n\n"
            "Screens a firm's mail for imitations of its own envelope and keeps the evidence.\n\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-13s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out,
            "\n`postwacht COMMAND --help` explains one. Exit status: 0 done, 1 something failed "
            "or is not\nin order, 2 wrong usage.\n");
}

int main(int argc, char **argv)
{
    environment_pin(argv);
    log_init("postwacht", LOG_LEVEL_INFO);
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        list_commands(stdout);
        return COMMAND_OK;
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) != 0)
            continue;
        if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
            command_help(commands[i]);
            return COMMAND_OK;
        }
        return (int)commands[i]->run(argc - 1, argv + 1);
    }
    if (argc > 1)
        fprintf(stderr, "postwacht: there is no command '%s'\n", name);
    list_commands(stderr);
    return COMMAND_USAGE;
}
