#include "daemon/cli/command.h"

#include <stdio.h>

static enum command_status run(int argc, char **argv)
{
    if (argc > 1)
        return command_usage(argv[0], "it takes no arguments");
    puts("postwacht " POSTWACHT_VERSION);
    return COMMAND_OK;
}

const struct command command_version = {
    .name = "version", .arguments = "", .summary = "print the version", .help = "", .run = run};
