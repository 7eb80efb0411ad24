/* postwacht scanners: which scanners SANE finds. Asked in a process that is thrown away, because
 * drivers hang and crash while they look. */
#include "daemon/cli/command.h"
#include "daemon/environment.h"
#include "daemon/process.h"
#include "schemas/device.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define LIST_SECONDS 30.0 /* network drivers wait up to 20 s for answers */

static bool print_device(const char *line, struct err *err)
{
    struct device device;
    if (!device_from_json(line, strlen(line), &device, err))
        return false;
    command_print_text(device.name, 40, true);
    putchar(' ');
    command_print_text(device.vendor, 16, true);
    putchar(' ');
    command_print_text(device.model, 20, true);
    putchar(' ');
    command_print_text(device.serial, 20, false);
    putchar('\n');
    return true;
}

static bool print_table(char *lines, struct err *err)
{
    bool any = false, ok = true;
    for (char *rest = lines; ok && rest;) {
        const char *line = strsep(&rest, "\n");
        if (!line[0])
            continue;
        if (!any)
            printf("%-40s %-16s %-20s %s\n", "DEVICE", "MAKER", "MODEL", "SERIAL");
        any = true;
        ok = print_device(line, err);
    }
    if (!any)
        puts("no scanner found: is it switched on and plugged in, may this user use it (group "
             "scanner),\nand does `scanimage -L` show it?");
    return ok;
}

static enum command_status run(int argc, char **argv)
{
    static const struct option names[] = {{"json", no_argument, NULL, 'j'}, {0}};
    bool json = false;
    int c;
    while ((c = getopt_long(argc, argv, "j", names, NULL)) != -1) {
        if (c != 'j')
            return command_usage(argv[0], "it takes --json only");
        json = true;
    }
    if (optind < argc)
        return command_usage(argv[0], "'%s' is too much", argv[optind]);
    char program[PATH_SIZE];
    struct buf lines = {0};
    struct err err;
    const char *const list[] = {program, "--list", NULL};
    bool ok = environment_sibling("postwacht-capture", program, &err) &&
              process_run(list, LIST_SECONDS, &lines, &err);
    if (ok && json)
        fwrite(lines.data ? lines.data : "", 1, lines.len, stdout);
    else if (ok)
        ok = print_table(lines.data, &err);
    buf_finish(&lines);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_scanners = {
    .name = "scanners",
    .arguments = "[--json]",
    .summary = "list the scanners that SANE finds",
    .help = "  --json   one JSON object a line\n",
    .run = run,
};
