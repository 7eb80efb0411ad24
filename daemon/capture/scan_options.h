/* scan_options: a SANE device's options by name, whatever their number, type, unit and constraint.
 *
 * Descriptors are looked up for every call and never kept: setting one option may free all of them.
 * Inactive and read-only options are not set and not found for setting. */
#ifndef POSTWACHT_SCAN_OPTIONS_H
#define POSTWACHT_SCAN_OPTIONS_H

#include "schemas/sheet.h"

#include <sane/sane.h>
#include <stdbool.h>
#include <stddef.h>

struct err;

#define OPTION_TEXT_SIZE 128

bool option_is_settable(SANE_Handle handle, const char *name);
bool option_is_readable(SANE_Handle handle, const char *name);

/* Brings the wanted value within the constraint (range and quant, nearest of a list, first string
 * that matches without regard to case) and sets it. */
bool option_set_text(SANE_Handle handle, const char *name, const char *wanted, struct err *err);
bool option_set_number(SANE_Handle handle, const char *name, double wanted, struct err *err);
/* Millimetres for an option whose unit is mm or pixels at dpi. */
bool option_set_mm(SANE_Handle handle, const char *name, double mm, double dpi, struct err *err);
bool option_max_mm(SANE_Handle handle, const char *name, double dpi, double *ret);

bool option_get_text(SANE_Handle handle, const char *name, char ret[OPTION_TEXT_SIZE]);
bool option_get_number(SANE_Handle handle, const char *name, double *ret); /* bools are 0 and 1 */

/* Choices of a string option, copied; returns how many (at most max). */
int option_choices(SANE_Handle handle, const char *name, char (*ret)[OPTION_TEXT_SIZE], int max);

/* All active settable options as they stand now, those a reader looks for first in front; as many
 * as sheet has room for. */
void options_record(SANE_Handle handle, struct sheet *sheet);

#endif
