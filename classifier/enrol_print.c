/* How the print of every sample measured, held out: its distance from what the samples of other
 * print runs show (from all others, where none is named). A sample would lie closer to a mean that
 * it is part of than the next envelope will, and one of a run closer to its own run. */
#include "classifier/enrol_design.h"

#include "classifier/judge.h"
#include "classifier/print_vector.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define OTHERS_MIN 3 /* a mean of fewer is hardly one */

static const struct check_value *value_of(const struct design *design, int i,
                                          const struct check *check, int element)
{
    const struct sample_values *values = &design->values[i];
    for (int k = 0; k < values->n; k++)
        if (values->value[k].check == check && values->value[k].element == element &&
            values->value[k].value.outcome == OUTCOME_MEASURED)
            return &values->value[k].value;
    return NULL;
}

static bool same_run(const struct design *design, int i, int j)
{
    const char *a = design->sample[i].files->group, *b = design->sample[j].files->group;
    return i == j || (a && b && a[0] && strcmp(a, b) == 0);
}

/* Mean over the other runs; when they are too few, over the other samples. */
static double mean_of_others(const struct design *design, int i, const struct check *check,
                             int element)
{
    for (int by_run = 1; by_run >= 0; by_run--) {
        double sum = 0;
        int n = 0;
        for (int j = 0; j < design->n; j++) {
            const struct check_value *value =
                design->sample[j].used && j != i && !(by_run && same_run(design, i, j))
                    ? value_of(design, j, check, element)
                    : NULL;
            sum += value ? judge_scale(check, value->value) : 0;
            n += value != NULL;
        }
        if (n >= OTHERS_MIN)
            return sum / n;
    }
    return NAN;
}

static double held_out(const struct design *design, int i, const struct check *check)
{
    double off[TEMPLATE_ELEMENTS_MAX];
    int n = 0;
    for (int element = 0; element < design->n_elements; element++) {
        const struct check_value *value =
            design_missing(design, element) ? NULL : value_of(design, i, check, element);
        if (!value)
            continue;
        off[n] = judge_scale(check, value->value) - mean_of_others(design, i, check, element);
        n += !isnan(off[n]);
    }
    return n ? median_of(off, n) : NAN;
}

/* Where later sheets are measured from. */
static void set_centres(struct design *design)
{
    for (int i = 0; i < design->n_elements; i++)
        for (int k = 0; k < design->element[i].data.n_stats; k++) {
            struct template_stat *stat = &design->element[i].data.stat[k];
            const struct check *check = check_find(stat->check);
            if (!check || !print_vector_takes(check) || stat->n < OTHERS_MIN)
                continue;
            stat->has_centre = true;
            stat->centre = stat->mean;
        }
}

void design_print(struct design *design)
{
    struct print_samples *print = &design->data.print;
    set_centres(design);
    for (int i = 0; i < design->n; i++) {
        struct print_sheet sheet = {.origin = PRINT_GENUINE};
        const char *group = design->sample[i].files->group;
        int measured = 0;
        if (!design->sample[i].used)
            continue;
        snprintf(sheet.group, sizeof sheet.group, "%s", group ? group : "");
        for (int k = 0; k < PRINT_FEATURES_MAX; k++)
            sheet.value[k] = NAN;
        for (int k = 0; k < n_checks; k++) {
            double value = print_vector_takes(checks[k]) ? held_out(design, i, checks[k]) : NAN;
            int column = isnan(value)
                             ? -1
                             : print_samples_add_column(print, checks[k]->name, checks[k]->unit);
            if (column < 0)
                continue;
            sheet.value[column] = value;
            measured++;
        }
        if (measured >= PRINT_MEASURES_MIN)
            print_samples_add(print, &sheet);
    }
}
