/* sheets: which image files on a command line make which sheets. Owns copies of all text.
 *
 * Every IMAGE is a sheet, but one whose stem contains "_back" is the back of the IMAGE with the
 * same name without it, or with "_front" in its place; without such a partner it is a sheet of its
 * own. A list file holds one sheet a line: id, front, back, dpi, group (of enrolment: the print run
 * of a genuine envelope, the printer of a test print), separated by tabs; the last three may be
 * empty or left out; empty lines and lines that start with '#' are skipped; relative paths
 * are taken from the current folder, else from the list's. */
#ifndef POSTWACHT_SHEETS_H
#define POSTWACHT_SHEETS_H

#include "schemas/sheet.h"

#include <stdbool.h>
#include <stddef.h>

struct err;

struct sheet_arg {
    char *id;               /* valid UTF-8; the front's stem unless it was given */
    char *path[SIDE_COUNT]; /* the back may be NULL */
    double dpi;             /* 0: from the file */
    char *group;            /* NULL: none was given */
    bool id_given;
};

struct sheets {
    struct sheet_arg *sheet;
    size_t n;
    char *next_id, *next_back; /* given, and waiting for their image */
};

bool sheets_add_image(struct sheets *sheets, const char *path, struct err *err);
/* For the next image, or for the last one when no more follow. */
bool sheets_set_id(struct sheets *sheets, const char *id, struct err *err);
bool sheets_set_back(struct sheets *sheets, const char *path, struct err *err);
bool sheets_add_list(struct sheets *sheets, const char *list_path, struct err *err);

/* After the last argument: joins fronts and backs, and gives dpi (0: none) to sheets without one.
 */
bool sheets_end(struct sheets *sheets, double dpi, struct err *err);
void sheets_finish(struct sheets *sheets);

#define SHEETS_DPI_MIN 50.0 /* as the decoder accepts it from files */
#define SHEETS_DPI_MAX 4800.0

#endif
