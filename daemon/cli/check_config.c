/* postwacht check-config: reads a configuration as the daemon would, and prints all keys with what
 * they mean. */
#include "daemon/config.h"
#include "daemon/cli/command.h"
#include "schemas/base/buf.h"

#include <stdio.h>
#include <string.h>

static enum command_status run(int argc, char **argv)
{
    struct config config;
    struct err err;
    struct buf text = {0};
    const char *path = argc > 1 ? argv[1] : CONFIG_FILE;
    if (argc > 2 || path[0] == '-')
        return command_usage(argv[0], "name at most one file");
    config_defaults(&config);
    if (argc > 1 || file_exists(path)) {
        if (!config_read(path, &config, &err))
            return command_problem(&err);
        printf("; %s is in order\n", path);
    } else {
        printf("; there is no %s: these are the defaults\n", path);
    }
    config_print(&config, &text);
    bool ok = buf_ok(&text, &err);
    if (ok)
        fwrite(text.data, 1, text.len, stdout);
    buf_finish(&text);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_check_config = {
    .name = "check-config",
    .arguments = "[FILE]",
    .summary = "check a configuration file and print what counts",
    .help = "The output is itself a configuration file with every key and its meaning.\n",
    .run = run,
};
