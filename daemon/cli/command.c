#include "daemon/cli/command.h"

#include "schemas/base/text.h"
#include "schemas/register/register.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_STATE "/var/lib/postwacht"
#define PAGE_MAX_MM 1500.0 /* as the template's schema has it */

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

void command_print_text(const char *text, int columns, bool pad)
{
    int printed = 0;
    for (; *text && (columns <= 0 || printed < columns); printed++) {
        size_t n = text_char_len(text);
        /* a control character, or half of one, can start a terminal command */
        if (n == 0 || *text == '\n' || *text == '\t' || text_is_unseen(text))
            putchar('?');
        else
            printf("%.*s", (int)n, text);
        text += n ? n : 1;
    }
    for (; pad && printed < columns; printed++)
        putchar(' ');
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

bool command_parse_box(const char *text, double ret[4])
{
    int used = 0;
    if (sscanf(text, "%lf,%lf,%lf,%lf%n", &ret[0], &ret[1], &ret[2], &ret[3], &used) != 4 ||
        text[used] != '\0')
        return false;
    for (int i = 0; i < 4; i++)
        if (!(ret[i] >= 0 && ret[i] <= PAGE_MAX_MM))
            return false;
    return ret[2] > 0 && ret[3] > 0;
}

bool command_parse_side(const char *text, enum side_name *ret)
{
    *ret = strcmp(text, side_names[SIDE_BACK]) == 0 ? SIDE_BACK : SIDE_FRONT;
    return strcmp(text, side_names[*ret]) == 0;
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

bool command_open_register(const char *state_option, struct reg **ret, struct err *err)
{
    char dir[PATH_SIZE];
    return command_register_dir(state_option, dir, err) && reg_open(dir, REG_READ, ret, err);
}
