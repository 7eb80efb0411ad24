#include "daemon/cli/command.h"

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

/* Bytes of a character that shows nothing or turns the direction of what follows; 0 of others. */
static int unseen_bytes(const unsigned char *c)
{
    if (c[0] != 0xe2 || (c[1] != 0x80 && c[1] != 0x81))
        return 0;
    bool marks = c[1] == 0x80 && ((c[2] >= 0x8b && c[2] <= 0x8f && c[2] != 0x8c && c[2] != 0x8d) ||
                                  (c[2] >= 0xa8 && c[2] <= 0xae));
    bool isolates = c[1] == 0x81 && c[2] >= 0xa0 && c[2] <= 0xa9;
    return marks || isolates ? 3 : 0;
}

void command_print_text(const char *text, int columns, bool pad)
{
    int printed = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool continues = (*c & 0xc0) == 0x80;
        if (!continues && columns > 0 && printed == columns)
            break;
        if (!continues)
            printed++;
        /* C0 and, in UTF-8, C1 control characters: either can start a terminal command */
        bool c1 = c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f;
        int unseen = unseen_bytes(c);
        putchar(*c < ' ' || *c == 0x7f || c1 || unseen ? '?' : *c);
        c += unseen ? unseen - 1 : c1;
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
