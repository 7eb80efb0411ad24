/* rows: small tables in files: a row a line, its columns parted by tabs. Empty lines, lines that
 * begin with # and the head (its first column is "country") are left out. */
#ifndef POSTWACHT_ROWS_H
#define POSTWACHT_ROWS_H

#include <stdbool.h>

struct err;

#define ROWS_COLUMNS_MAX 8

/* One row; column may be changed. False with err filled ends the reading. */
typedef bool rows_take(void *ctx, char *const column[], struct err *err);

/* Parts text where it stands. path names it in errors, which give the line's number; a row of fewer
 * than n_columns (of at most ROWS_COLUMNS_MAX) is one, `expected` then names the columns; more are
 * left out. */
bool rows_read(char *text, const char *path, int n_columns, const char *expected, rows_take *take,
               void *ctx, struct err *err);

#endif
