/* Tracking dots of suspects. Sheets are compared with the marks that were met before, not with each
 * other: a register full of one machine's envelopes has one mark. */
#include "classifier/series_book.h"

#include "classifier/dots_compare.h"
#include "schemas/base/err.h"

#include <stdint.h>
#include <stdlib.h>

struct dots_row {
    struct dots_mark mark;
    int row;
    uint8_t *relation; /* to each row before this one: enum dots_relation */
};

static enum dots_relation relation_of(const struct dots_mark *a, const struct dots_mark *b)
{
    struct dots_compared compared;
    dots_compare(a, b, true, &compared);
    return compared.relation;
}

static void row_destroy(struct dots_row *row)
{
    if (row)
        free(row->relation);
    free(row);
}

/* Takes row in any case. */
static bool append(struct dots_rows *rows, struct dots_row *row, struct err *err)
{
    struct dots_row **more = realloc(rows->row, ((size_t)rows->n + 1) * sizeof *more);
    if (!more) {
        row_destroy(row);
        return err_set(err, "out of memory");
    }
    rows->row = more;
    rows->row[rows->n++] = row;
    return true;
}

bool dots_rows_find(struct dots_rows *rows, const struct dots_mark *mark,
                    const struct dots_row **ret, struct err *err)
{
    struct dots_row *row = calloc(1, sizeof *row);
    uint8_t *relation = calloc((size_t)rows->n + 1, sizeof *relation);
    if (!row || !relation) {
        free(row);
        free(relation);
        return err_set(err, "out of memory");
    }
    *row = (struct dots_row){.mark = *mark, .row = rows->n, .relation = relation};
    for (int i = 0; i < rows->n; i++) {
        relation[i] = (uint8_t)relation_of(&rows->row[i]->mark, mark);
        if (relation[i] == DOTS_SAME_MACHINE && !mark->serial[0] == !rows->row[i]->mark.serial[0]) {
            *ret = rows->row[i];
            row_destroy(row);
            return true;
        }
    }
    *ret = row;
    return append(rows, row, err);
}

void dots_rows_finish(struct dots_rows *rows)
{
    for (int i = 0; i < rows->n; i++)
        row_destroy(rows->row[i]);
    free(rows->row);
    *rows = (struct dots_rows){0};
}

enum dots_says dots_rows_say(const struct dots_row *a, const struct dots_row *b)
{
    const struct dots_row *late = a->row > b->row ? a : b, *early = late == a ? b : a;
    enum dots_relation relation =
        a == b ? DOTS_SAME_MACHINE : (enum dots_relation)late->relation[early->row];
    bool named = a->mark.serial[0] && b->mark.serial[0];
    if (relation == DOTS_SAME_MACHINE)
        return named ? DOTS_SAY_ONE_MACHINE : DOTS_SAY_ONE_CODE;
    /* one machine's code may change by the minute, where nobody knows what it says */
    return relation == DOTS_OTHER_LAYOUT || (relation == DOTS_SAME_LAYOUT && named)
               ? DOTS_SAY_TWO_MACHINES
               : DOTS_SAY_NOTHING;
}
