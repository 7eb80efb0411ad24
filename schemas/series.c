#include "schemas/series.h"

#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>

void series_dates(const struct series *series, const char **ret_first, const char **ret_last)
{
    *ret_first = *ret_last = series->member[0].captured;
    for (int i = 1; i < series->n_members; i++) {
        const char *captured = series->member[i].captured;
        if (strcmp(captured, *ret_first) < 0)
            *ret_first = captured;
        if (strcmp(captured, *ret_last) > 0)
            *ret_last = captured;
    }
}

bool series_first_of_country(const struct series *series, int member)
{
    for (int i = 0; i < member; i++)
        if (strcmp(series->member[i].country, series->member[member].country) == 0)
            return false;
    return series->member[member].country[0] != '\0';
}

const struct series_cell *series_cell(const struct series *series, int member, int reason)
{
    return &series->cell[member * series->n_reasons + reason];
}

const struct series *series_find(const struct series_set *set, int64_t item)
{
    for (int i = 0; i < set->n; i++)
        for (int m = 0; m < set->series[i].n_members; m++)
            if (set->series[i].member[m].item == item)
                return &set->series[i];
    return NULL;
}

bool series_copy(const struct series *series, struct series *ret, struct err *err)
{
    size_t members = (size_t)series->n_members, cells = members * (size_t)series->n_reasons;
    struct series copy = *series;
    copy.member = calloc(members + 1, sizeof *copy.member);
    copy.cell = calloc(cells + 1, sizeof *copy.cell);
    if (!copy.member || !copy.cell) {
        series_finish(&copy);
        return err_set(err, "out of memory");
    }
    if (members)
        memcpy(copy.member, series->member, members * sizeof *copy.member);
    if (cells)
        memcpy(copy.cell, series->cell, cells * sizeof *copy.cell);
    *ret = copy;
    return true;
}

void series_finish(struct series *series)
{
    free(series->member);
    free(series->cell);
    *series = (struct series){0};
}

void series_set_finish(struct series_set *set)
{
    for (int i = 0; i < set->n; i++)
        series_finish(&set->series[i]);
    free(set->series);
    *set = (struct series_set){0};
}
