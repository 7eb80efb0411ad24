/* postwacht scan: asks the running daemon for a batch. */
#include "daemon/cli/command.h"
#include "daemon/control.h"
#include "schemas/base/buf.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define ANSWER_SECONDS 15.0         /* the daemon answers between two recordings */
#define BATCH_SECONDS (12.0 * 3600) /* a day's mail */

static bool ask(const char *state, const char *request, double seconds, bool print, struct err *err)
{
    struct buf answer = {0};
    bool ok = control_ask(state, request, seconds, &answer, err);
    if (ok && print && answer.len)
        printf("%s\n", answer.data);
    buf_finish(&answer);
    return ok;
}

static enum command_status run(int argc, char **argv)
{
    static const struct option names[] = {{"state", required_argument, NULL, 's'},
                                          {"stop", no_argument, NULL, 'x'},
                                          {"status", no_argument, NULL, 't'},
                                          {"wait", no_argument, NULL, 'w'},
                                          {0}};
    const char *state = NULL, *request = "scan";
    bool wait = false;
    struct err err;
    int c;
    while ((c = getopt_long(argc, argv, ":s:", names, NULL)) != -1) {
        if (c == 's')
            state = optarg;
        else if (c == 'x')
            request = "stop";
        else if (c == 't')
            request = "status";
        else if (c == 'w')
            wait = true;
        else
            return command_usage(argv[0], c == ':' ? "%s needs a value" : "unknown option %s",
                                 argv[optind - 1]);
    }
    if (optind < argc)
        return command_usage(argv[0], "'%s' is too much", argv[optind]);
    state = command_state_dir(state);
    if (!ask(state, request, ANSWER_SECONDS, true, &err) ||
        (wait && !ask(state, "wait", BATCH_SECONDS, false, &err)))
        return command_problem(&err);
    return COMMAND_OK;
}

const struct command command_scan = {
    .name = "scan",
    .arguments = "[--state DIR] [--stop | --status] [--wait]",
    .summary = "start a batch on the scanner",
    .help = "Asks the running postwachtd; the page shows the sheets as they come.\n\n"
            "  --stop     end the batch after the sheet that is in the paper path\n"
            "  --status   say how far it is\n"
            "  --wait     return only when everything is recorded\n",
    .run = run,
};
