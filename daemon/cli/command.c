#include "daemon/cli/command.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_STATE "/var/lib/postwacht"

void command_help(const struct command *command)
{
    printf("usage: postwacht %s %s\n\n%s\n\n%s", command->name, command->arguments,
           command->summary, command->help);
}

enum command_status command_usage(const char *name, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "postwacht %s: ", name);
    vfprintf(stderr, fmt, args);
    fprintf(stderr, "\n`postwacht %s --help` explains it\n", name);
    va_end(args);
    return COMMAND_USAGE;
}

enum command_status command_problem(const struct err *err)
{
    fprintf(stderr, "postwacht: %s\n", err->text);
    return COMMAND_PROBLEM;
}

bool command_parse_int(const char *text, long min, long max, long *ret)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < min || value > max)
        return false;
    *ret = value;
    return true;
}

bool command_parse_number(const char *text, double min, double max, double *ret)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno || end == text || *end || !isfinite(value) || value < min || value > max)
        return false;
    *ret = value;
    return true;
}

const char *command_state_dir(const char *option)
{
    if (option)
        return option;
    const char *set = getenv("POSTWACHT_STATE");
    return set ? set : DEFAULT_STATE;
}

bool command_register_dir(const char *state_option, char ret[PATH_SIZE], struct err *err)
{
    const char *state = command_state_dir(state_option);
    if (!path_join(ret, state, "register", err))
        return false;
    return file_exists(ret) ||
           err_set(err, "%s holds no register; name the state folder with --state", state);
}
