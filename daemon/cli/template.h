/* template: what the commands on templates share. */
#ifndef POSTWACHT_CLI_TEMPLATE_H
#define POSTWACHT_CLI_TEMPLATE_H

#include "daemon/cli/command.h"
#include "schemas/template.h"

/* "2026-11-21T19:27:48.123Z" as "2026-11-21 19:27:48 UTC". */
#define TEMPLATE_TIME_SIZE 32
void template_time(const char *created, char ret[TEMPLATE_TIME_SIZE]);

/* A check's unit as people read it. */
const char *template_unit(const char *unit);

/* The folder that the user means: as given, else with ".template" behind. */
bool template_folder(const char *given, char ret[PATH_SIZE], struct err *err);

/* What `postwacht template FOLDER show` and `log` print. */
bool template_show(const char *dir, struct err *err);
bool template_log(const char *dir, struct err *err);

/* `postwacht enrol --add FOLDER ...`; argv[0] is "enrol". */
enum command_status enrol_add(int argc, char **argv);
/* `postwacht enrol NAME --imitations ...` and `--report`. */
enum command_status enrol_imitations(int argc, char **argv);
enum command_status enrol_report(int argc, char **argv);

#endif
