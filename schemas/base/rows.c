#define _GNU_SOURCE /* strsep */
#include "schemas/base/rows.h"

#include "schemas/base/err.h"

#include <string.h>

#define HEAD "country\t"

bool rows_read(char *text, const char *path, int n_columns, const char *expected, rows_take *take,
               void *ctx, struct err *err)
{
    char *rest = text;
    int number = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *column[ROWS_COLUMNS_MAX];
        number++;
        line[strcspn(line, "\r")] = '\0';
        if (*line == '#' || *line == '\0' || strncmp(line, HEAD, strlen(HEAD)) == 0)
            continue;
        int n = 0;
        while (n < n_columns && (column[n] = strsep(&line, "\t")) != NULL)
            n++;
        bool fine = n == n_columns ? take(ctx, column, err)
                                   : err_set(err, "expected %s, parted by tabs", expected);
        if (!fine)
            return err_context(err, "%s, line %d", path, number);
    }
    return true;
}
