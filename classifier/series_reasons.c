/* Why a series is one: what its members share, strongest first, and what each of them shows of it.
 * A trait's weight is its mean contribution to the links of the members; in large series the mean
 * over neighbours in time stands for all pairs. */
#include "classifier/series_book.h"

#include "schemas/base/err.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REACH 16        /* neighbours of a member that are looked at: ranks are all we need */
#define WEIGHT_MIN 0.05 /* log10: less is no reason */
#define MIRROR_MM 0.3   /* with two elements, each is moved against the other */

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, int n)
{
    qsort(value, (size_t)n, sizeof *value, by_number);
    return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

/* What a suspect shows of a trait: of one element, or the mean over all where they tell the same.
 */
static struct series_cell cell_of(const struct suspect *suspect, int trait, int element,
                                  const struct trace **ret_trace)
{
    struct series_cell cell = {.shows = SERIES_SHOWS_NOTHING};
    int n = 0;
    *ret_trace = NULL;
    for (int i = 0; i < suspect->n; i++) {
        const struct trace *trace = &suspect->trace[i];
        if (trace->trait != trait || (trace->element != element && !traits[trait].one_cause))
            continue;
        enum series_shows shows = trace->missing    ? SERIES_SHOWS_MISSING
                                  : trace->deviates ? SERIES_SHOWS_DEVIATION
                                                    : SERIES_SHOWS_GENUINE;
        if (shows < cell.shows)
            continue;
        if (shows > cell.shows)
            n = 0;
        cell.value = (cell.value * n + trace->value) / (n + 1);
        if (n++ == 0) {
            cell.shows = shows;
            cell.has_detail = trace->has_detail;
            memcpy(cell.detail, trace->detail, sizeof cell.detail);
            *ret_trace = trace;
        }
    }
    return cell;
}

static bool is_shown(const struct series_cell *cell)
{
    return cell->shows == SERIES_SHOWS_DEVIATION || cell->shows == SERIES_SHOWS_MISSING;
}

static void set_names(const struct series_book *book, const struct trace *trace, int element,
                      struct series_reason *ret)
{
    const struct name *other = book->others.name;
    snprintf(ret->check, sizeof ret->check, "%s", traits[trace->trait].check);
    text_copy_utf8(ret->element, sizeof ret->element, book->elements.name[element].text);
    text_copy_utf8(ret->reason, sizeof ret->reason, other[trace->reason].text);
    text_copy_utf8(ret->unit, sizeof ret->unit, other[trace->unit].text);
    if (trace->words)
        text_copy_utf8(ret->words, sizeof ret->words, trace->words);
    ret->missing = trace->missing;
}

/* Counts, range and medians over the members that show the deviation; the words are the first's. */
static void summarise(const struct series_book *book, const int *member, int n, int trait,
                      int element, double *scratch, struct series_reason *ret)
{
    const struct trace *trace;
    int details = 0;
    ret->n = 0;
    for (int i = 0; i < n; i++) {
        struct series_cell cell = cell_of(&book->suspect[member[i]], trait, element, &trace);
        if (!is_shown(&cell))
            continue;
        if (ret->n++ == 0) {
            set_names(book, trace, element, ret);
            ret->low = ret->high = cell.value;
        }
        ret->low = fmin(ret->low, cell.value);
        ret->high = fmax(ret->high, cell.value);
        if (cell.has_detail) {
            for (int d = 0; d < READING_DETAILS; d++)
                scratch[d * n + details] = cell.detail[d];
            details++;
        }
    }
    ret->has_typical = details > 0;
    for (int d = 0; details && d < READING_DETAILS; d++)
        ret->typical[d] = median(scratch + d * n, details);
}

/* The same shift, told from the other element. */
static bool is_mirror(const struct series_reason *a, const struct series_reason *b)
{
    return strcmp(a->check, b->check) == 0 && a->has_typical && b->has_typical &&
           traits[trait_of(a->check)].manner == BY_PLACE &&
           hypot(a->typical[0] + b->typical[0], a->typical[1] + b->typical[1]) < MIRROR_MM;
}

struct ranked {
    int trait, element;
};

/* Picks the strongest key that is left in the tally and takes it out; false when none is worth it.
 */
static bool take_strongest(struct tally *tally, struct ranked *ret, double *ret_weight)
{
    size_t best = 0, n = TALLY_SIZE(n_traits);
    for (size_t i = 1; i < n; i++)
        if (tally->sum[i] > tally->sum[best])
            best = i;
    *ret_weight = tally->sum[best] / (tally->pairs ? tally->pairs : 1);
    *ret = (struct ranked){(int)(best / ELEMENTS_MAX), (int)(best % ELEMENTS_MAX)};
    tally->sum[best] = 0;
    return *ret_weight >= WEIGHT_MIN;
}

static bool fill_cells(const struct series_book *book, const int *member, int n,
                       const struct ranked *rank, struct series *series, struct err *err)
{
    series->cell = calloc((size_t)n * (size_t)series->n_reasons + 1, sizeof *series->cell);
    if (!series->cell)
        return err_set(err, "out of memory");
    const struct trace *trace;
    for (int i = 0; i < n; i++)
        for (int r = 0; r < series->n_reasons; r++)
            series->cell[i * series->n_reasons + r] =
                cell_of(&book->suspect[member[i]], rank[r].trait, rank[r].element, &trace);
    return true;
}

bool series_explain(const struct series_book *book, const int *member, int n, struct series *ret,
                    struct err *err)
{
    struct ranked rank[SERIES_REASONS_MAX], next;
    struct tally tally = {.sum = calloc(TALLY_SIZE(n_traits), sizeof *tally.sum)};
    double *scratch = calloc((size_t)n * READING_DETAILS, sizeof *scratch), weight;
    bool ok = (tally.sum && scratch) || err_set(err, "out of memory");
    for (int i = 0; ok && i < n; i++)
        for (int k = i + 1; k < n && k <= i + REACH; k++)
            suspects_link(&book->suspect[member[i]], &book->suspect[member[k]], &tally);
    ret->n_reasons = 0;
    while (ok && ret->n_reasons < SERIES_REASONS_MAX && take_strongest(&tally, &next, &weight)) {
        struct series_reason reason = {.weight = weight};
        summarise(book, member, n, next.trait, next.element, scratch, &reason);
        bool told = reason.n < 2;
        for (int r = 0; r < ret->n_reasons; r++)
            told = told || is_mirror(&ret->reason[r], &reason);
        if (told)
            continue;
        rank[ret->n_reasons] = next;
        ret->reason[ret->n_reasons++] = reason;
    }
    ok = ok && fill_cells(book, member, n, rank, ret, err);
    free(tally.sum);
    free(scratch);
    return ok;
}
