#include "daemon/supervisor/pile.h"

#include "daemon/spool.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REST_MS 2000     /* after the first failure; doubled each time */
#define REST_DOUBLINGS 4 /* at most half a minute: a full disk is emptied by a person */

static bool add(struct pile *pile, const char *spool, const char *id, struct err *err)
{
    if (pile->n == pile->size) {
        size_t size = pile->size ? pile->size * 2 : 64;
        struct pile_sheet *grown = realloc(pile->sheet, size * sizeof *grown);
        if (!grown)
            return err_set(err, "out of memory for %zu sheets", size);
        pile->sheet = grown;
        pile->size = size;
    }
    char dir[PATH_SIZE];
    if (!path_join(dir, spool, id, err))
        return false;
    struct pile_sheet *sheet = &pile->sheet[pile->n++];
    *sheet = (struct pile_sheet){.state = spool_is_screened(dir) ? PILE_SCREENED : PILE_WAITING};
    snprintf(sheet->id, sizeof sheet->id, "%s", id);
    struct sheet taken;
    if (sheet_read(dir, &taken, NULL))
        snprintf(sheet->batch, sizeof sheet->batch, "%s", taken.batch);
    return true;
}

bool pile_scan(struct pile *pile, const char *spool, struct err *err)
{
    struct names names;
    if (!spool_sheets(spool, &names, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < names.n; i++)
        ok = pile_find(pile, names.name[i]) || add(pile, spool, names.name[i], err);
    names_finish(&names);
    return ok;
}

void pile_finish(struct pile *pile)
{
    free(pile->sheet);
    *pile = (struct pile){0};
}

struct pile_sheet *pile_find(struct pile *pile, const char *id)
{
    for (size_t i = 0; i < pile->n; i++)
        if (strcmp(pile->sheet[i].id, id) == 0)
            return &pile->sheet[i];
    return NULL;
}

struct pile_sheet *pile_next_waiting(struct pile *pile, int64_t now)
{
    for (size_t i = 0; i < pile->n; i++)
        if (pile->sheet[i].state == PILE_WAITING && pile->sheet[i].not_before <= now)
            return &pile->sheet[i];
    return NULL;
}

struct pile_sheet *pile_next_screened(struct pile *pile, int64_t now)
{
    for (size_t i = 0; i < pile->n; i++) {
        struct pile_sheet *sheet = &pile->sheet[i];
        if (sheet->state == PILE_SCREENED && sheet->not_before <= now)
            return sheet;
        if (sheet->failures == 0)
            return NULL;
    }
    return NULL;
}

void pile_remove(struct pile *pile, struct pile_sheet *sheet)
{
    size_t index = (size_t)(sheet - pile->sheet);
    memmove(sheet, sheet + 1, (pile->n - index - 1) * sizeof *sheet);
    pile->n--;
}

bool pile_holds_batch(const struct pile *pile, const char *batch)
{
    for (size_t i = 0; i < pile->n; i++)
        if (strcmp(pile->sheet[i].batch, batch) == 0)
            return true;
    return false;
}

size_t pile_given(const struct pile *pile)
{
    size_t n = 0;
    for (size_t i = 0; i < pile->n; i++)
        n += pile->sheet[i].state == PILE_GIVEN;
    return n;
}

void pile_failed(struct pile_sheet *sheet, int64_t now)
{
    int doublings = sheet->failures < REST_DOUBLINGS ? sheet->failures : REST_DOUBLINGS;
    sheet->failures++;
    sheet->not_before = now + ((int64_t)REST_MS << doublings);
}

void pile_take_back(struct pile *pile)
{
    for (size_t i = 0; i < pile->n; i++) {
        struct pile_sheet *sheet = &pile->sheet[i];
        if (sheet->state != PILE_GIVEN)
            continue;
        sheet->kills += sheet->started;
        sheet->started = false;
        sheet->state = PILE_WAITING;
    }
}
