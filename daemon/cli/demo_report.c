/* The truth file has a header that names its columns; columns are found by name. The n-th line is
 * the n-th envelope in the hopper, and so sheet n of the batch. */
#include "daemon/cli/demo.h"

#include "daemon/cli/command.h"
#include "schemas/base/buf.h"
#include "schemas/register/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEETS_MAX 500 /* of reg_list at once */
#define COLUMNS_MAX 40
#define TRUTH_BYTES_MAX ((size_t)1 << 20)

enum column { KIND, RETURNED, COUNTRY, REASON, COLUMNS };
static const char *const column_names[COLUMNS] = {"kind", "returned", "country", "reason"};

struct truth {
    struct buf text; /* cut into cells */
    int n;
    const char *cell[SHEETS_MAX][COLUMNS];
};

static int split(char *line, char *cells[COLUMNS_MAX])
{
    int n = 0;
    for (char *rest = line; rest && n < COLUMNS_MAX;)
        cells[n++] = strsep(&rest, "\t");
    return n;
}

static bool find_columns(char *header, int ret[COLUMNS], struct err *err)
{
    char *cells[COLUMNS_MAX];
    int n = split(header, cells);
    for (int column = 0; column < COLUMNS; column++) {
        ret[column] = -1;
        for (int i = 0; i < n; i++)
            if (strcmp(cells[i], column_names[column]) == 0)
                ret[column] = i;
        if (ret[column] < 0)
            return err_set(err, "the truth file has no column %s", column_names[column]);
    }
    return true;
}

static bool read_truth(const struct demo *demo, struct truth *ret, struct err *err)
{
    char path[PATH_SIZE];
    int at[COLUMNS];
    if (!path_join(path, demo->envelopes, "truth.tsv", err) ||
        !file_read(path, TRUTH_BYTES_MAX, &ret->text, err))
        return false;
    char *rest = ret->text.data;
    if (!find_columns(strsep(&rest, "\n"), at, err))
        return false;
    while (rest && *rest && ret->n < SHEETS_MAX) {
        char *cells[COLUMNS_MAX];
        int n = split(strsep(&rest, "\n"), cells);
        for (int column = 0; column < COLUMNS; column++)
            ret->cell[ret->n][column] = at[column] < n ? cells[at[column]] : "";
        ret->n++;
    }
    return ret->n > 0 || err_set(err, "%s is empty", path);
}

/* Of other mail the register keeps a count only, nothing about its return. A label that bears
 * nothing of one country alone ("Verstorben") rightly leaves it untold; another country would be
 * wrong. */
static bool is_right(const char *const truth[COLUMNS], const struct reg_row *row)
{
    bool returned = strcmp(truth[RETURNED], "1") == 0;
    if (strcmp(truth[KIND], verdict_names[row->verdict]) != 0)
        return false;
    bool country = !row->country[0] || strcmp(truth[COUNTRY], row->country) == 0;
    return row->verdict == VERDICT_OTHER || (returned == row->is_return && (!returned || country));
}

static void print_return(bool is_return, const char *country, const char *reason)
{
    char text[64] = "no";
    if (is_return)
        snprintf(text, sizeof text, "%s %s", country[0] ? country : "?", reason);
    command_print_text(text, 16, true);
    putchar(' ');
}

/* 100 columns: number, what was made, what was found, why, seconds */
static void print_row(int number, const char *const truth[COLUMNS], const struct reg_row *row,
                      bool right)
{
    printf("%3d %-10s ", number, truth[KIND]);
    print_return(strcmp(truth[RETURNED], "1") == 0, truth[COUNTRY], truth[REASON]);
    if (!row) {
        puts("NOT IN THE REGISTER                                        WRONG");
        return;
    }
    printf("%-10s", verdict_names[row->verdict]);
    print_return(row->is_return, row->country, row->return_reason);
    command_print_text(row->reasons, 31, true);
    printf("%5.1f %s\n", row->seconds, right ? "right" : "WRONG");
}

static const struct reg_row *row_of(const struct reg_row *row, int n, int seq, bool *ret_twice)
{
    const struct reg_row *found = NULL;
    for (int i = 0; i < n; i++) {
        if (row[i].seq != seq)
            continue;
        *ret_twice = *ret_twice || found;
        found = &row[i];
    }
    return found;
}

static int print_table(const struct truth *truth, const struct reg_row *row, int n)
{
    int right = 0;
    double seconds = 0;
    printf("\n%3s %-10s %-16s %-10s%-16s %-31s%5s\n", "NO", "MADE AS", "RETURNED", "VERDICT",
           "RETURN", "REASONS", "S");
    for (int i = 0; i < truth->n; i++) {
        bool twice = false;
        const struct reg_row *found = row_of(row, n, i + 1, &twice);
        bool is = found && !twice && is_right(truth->cell[i], found);
        print_row(i + 1, truth->cell[i], found, is);
        right += is;
        seconds += found ? found->seconds : 0;
    }
    printf("\n%d of %d sheets right, %d in the register, %.2f s a sheet\n", right, truth->n, n,
           n ? seconds / n : 0.0);
    return right;
}

struct verified {
    long checked, wrong;
};

static void count_line(void *ctx, bool ok, const char *what, const char *detail)
{
    struct verified *verified = ctx;
    verified->checked++;
    verified->wrong += !ok;
    if (!ok)
        printf("NOT OK %s: %s\n", what, detail ? detail : "");
}

static bool report(const char *reg_dir, const struct truth *truth, bool *ret_all_right,
                   struct err *err)
{
    struct reg *reg;
    struct reg_row *row = calloc(SHEETS_MAX, sizeof *row);
    const struct reg_query query = {.limit = SHEETS_MAX, .verdict = -1};
    struct verified verified = {0};
    int n = 0, right = 0;
    bool verified_ok = false;
    if (!row)
        return err_set(err, "out of memory");
    bool ok = reg_open(reg_dir, REG_READ, &reg, err);
    if (ok) {
        ok = reg_list(reg, &query, row, &n, err);
        reg_close(reg);
    }
    if (ok)
        right = print_table(truth, row, n);
    free(row);
    ok = ok && reg_verify(reg_dir, count_line, &verified, &verified_ok, err);
    if (!ok)
        return false;
    printf("register %s: %ld things checked, %ld not in order\n",
           verified_ok ? "verified" : "NOT IN ORDER", verified.checked, verified.wrong);
    fflush(stdout);
    *ret_all_right = verified_ok && right == truth->n && n == truth->n;
    return true;
}

bool demo_report(const struct demo *demo, bool *ret_all_right, struct err *err)
{
    char reg_dir[PATH_SIZE];
    struct truth *truth = calloc(1, sizeof *truth);
    if (!truth)
        return err_set(err, "out of memory");
    bool ok = path_join(reg_dir, demo->state, "register", err) && read_truth(demo, truth, err) &&
              report(reg_dir, truth, ret_all_right, err);
    buf_finish(&truth->text);
    free(truth);
    return ok;
}
