/* For each measure the median over the elements is laid into three log-normal densities, one for
 * each technology, that the table's ranges describe. Ranges overlap, scanners differ and measures
 * of one thing go together: so a measure may favour one technology over another by no more than ten
 * to one, and of measures that look at the same thing (edges, solids) the mean counts. What then
 * leads by five to one is named; office laser and inkjet printers differ less from each other than
 * from a press. Four-colour offset is screened as laser print is: without solid black or spot
 * colours it is taken for a laser. */
#include "classifier/technology.h"

#include "classifier/check.h"
#include "classifier/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DPI_MIN 500.0 /* the ranges are those of 600 dpi */
#define CAP_LOG10 1.0
#define LEAD_LOG10 0.7 /* five to one */
#define LEAST_VALUE 1e-3
#define SD_OF_RANGE 3.29 /* between 5 and 95 % of a normal distribution */
#define THINGS_MIN 2     /* edges and solids */

enum { OFFSET, LASER, INKJET, TECHNOLOGIES };
static const char *const names[TECHNOLOGIES] = {"offset", "laser", "inkjet"};

struct range {
    const struct check *check;
    int technology;
    double low, high;
};
static const struct range ranges[] = {
#define RANGE(check, technology, low, high) {&check_##check, technology, low, high},
#include "classifier/technology.def"
#undef RANGE
};
#define RANGES ((int)(sizeof ranges / sizeof *ranges))

static bool median_value(const struct screening *screening, const struct check *check, double *ret)
{
    double value[SCREENING_READINGS_MAX];
    int n = 0;
    for (int i = 0; i < screening->n_readings; i++)
        if (strcmp(screening->reading[i].check, check->name) == 0 &&
            screening->reading[i].outcome == OUTCOME_MEASURED)
            value[n++] = screening->reading[i].value;
    if (n > 0)
        *ret = median_of(value, n);
    return n > 0;
}

/* log10 of the density, in the logarithm of the value. */
static double density(const struct range *range, double value)
{
    double low = log(range->low), sd = (log(range->high) - low) / SD_OF_RANGE;
    double off = (log(fmax(value, LEAST_VALUE)) - low) / sd - SD_OF_RANGE / 2;
    return (-0.5 * off * off - log(sd)) / M_LN10;
}

/* Adds what one measure says; the likeliest technology is taken as 0. False when it was not
 * measured. */
static bool add_measure(const struct screening *screening, const struct check *check,
                        double sum[TECHNOLOGIES])
{
    double value, seen[TECHNOLOGIES] = {0}, best = -HUGE_VAL;
    if (!median_value(screening, check, &value))
        return false;
    for (int i = 0; i < RANGES; i++)
        if (ranges[i].check == check)
            seen[ranges[i].technology] = density(&ranges[i], value);
    for (int t = 0; t < TECHNOLOGIES; t++)
        best = fmax(best, seen[t]);
    for (int t = 0; t < TECHNOLOGIES; t++)
        sum[t] += fmax(-CAP_LOG10, seen[t] - best);
    return true;
}

/* The mean of the measures that look at one thing. */
static bool add_thing(const struct screening *screening, enum check_looks_at thing,
                      double total[TECHNOLOGIES])
{
    double sum[TECHNOLOGIES] = {0};
    int n = 0;
    for (int i = 0; i < RANGES; i++) {
        bool first = i == 0 || ranges[i].check != ranges[i - 1].check;
        if (first && ranges[i].check->looks_at == thing)
            n += add_measure(screening, ranges[i].check, sum);
    }
    for (int t = 0; t < TECHNOLOGIES && n > 0; t++)
        total[t] += sum[t] / n;
    return n > 0;
}

void technology_estimate(struct screening *screening)
{
    double total[TECHNOLOGIES] = {0};
    int things = 0, best = 0;
    snprintf(screening->technology.estimate, sizeof screening->technology.estimate, "unknown");
    if (screening->dpi < DPI_MIN || screening->verdict == VERDICT_OTHER)
        return;
    for (int thing = 0; thing < LOOKS_AT_N; thing++)
        things += add_thing(screening, (enum check_looks_at)thing, total);
    for (int t = 1; t < TECHNOLOGIES; t++)
        best = total[t] > total[best] ? t : best;
    for (int t = 0; t < TECHNOLOGIES; t++)
        if (t != best && total[best] - total[t] < LEAD_LOG10)
            return;
    if (things >= THINGS_MIN)
        snprintf(screening->technology.estimate, sizeof screening->technology.estimate, "%s",
                 names[best]);
}
