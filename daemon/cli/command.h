/* command: one subcommand of `postwacht`. To add one: a file in this folder that defines
 * `const struct command command_NAME`, and a row in commands.def. */
#ifndef POSTWACHT_COMMAND_H
#define POSTWACHT_COMMAND_H

#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/sheet.h"

#include <stdbool.h>

/* The contract of every command. */
enum command_status {
    COMMAND_OK = 0,
    COMMAND_PROBLEM = 1, /* something could not be done, or is not in order */
    COMMAND_USAGE = 2,   /* the command line is wrong */
};

struct command {
    const char *name;
    const char *arguments;                             /* "[--lang LANG] ITEM" */
    const char *summary;                               /* one line, for the list of commands */
    const char *help;                                  /* the rest of --help */
    enum command_status (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

/* Prints the usage and help of a command: for --help. */
void command_help(const struct command *command);
/* Says on standard error what is wrong and how to get help; returns COMMAND_USAGE. */
enum command_status command_usage(const char *name, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Says on standard error what failed; returns COMMAND_PROBLEM. */
enum command_status command_problem(const struct err *err);

/* Prints text that may be hostile (read off envelopes, file names) on one line: no control
 * characters, at most `columns` characters (0: no limit), filled up with spaces when pad is set. */
void command_print_text(const char *text, int columns, bool pad);

/* Whole numbers and measures from the command line; false for anything else. */
bool command_parse_int(const char *text, long min, long max, long *ret);
bool command_parse_number(const char *text, double min, double max, double *ret);
/* left,top,width,height in mm */
bool command_parse_box(const char *text, double ret[4]);
/* front or back */
bool command_parse_side(const char *text, enum side_name *ret);

/* The state folder to use: the option's value, else $POSTWACHT_STATE, else the default. */
const char *command_state_dir(const char *option);
bool command_register_dir(const char *state_option, char ret[PATH_SIZE], struct err *err);

/* For commands that take one item number and a few options: opens the register for reading. */
struct reg;
bool command_open_register(const char *state_option, struct reg **ret, struct err *err);

#endif
