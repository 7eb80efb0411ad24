#include "classifier/print_vector.h"

#include "classifier/judge.h"
#include "classifier/numbers.h"
#include "classifier/verdict.h"

#include <math.h>
#include <string.h>

bool print_vector_takes(const struct check *check)
{
    return check->kind == CHECK_PRINT && !check->of_sheet && !check->of_marks &&
           (check->looks_at == LOOKS_AT_EDGES || check->looks_at == LOOKS_AT_SOLIDS);
}

static const struct template_element *element_named(const struct template_data *data,
                                                    const char *name)
{
    for (int i = 0; i < data->n_elements; i++)
        if (strcmp(data->element[i].name, name) == 0)
            return &data->element[i];
    return NULL;
}

/* Median over the elements of how far the check's values lie from their centres; NAN. */
static double pooled(const struct screening *screening, const struct template_data *data,
                     const struct check *check)
{
    double off[TEMPLATE_ELEMENTS_MAX];
    int n = 0;
    for (int i = 0; i < screening->n_readings && n < TEMPLATE_ELEMENTS_MAX; i++) {
        const struct reading *reading = &screening->reading[i];
        if (reading->outcome != OUTCOME_MEASURED || strcmp(reading->check, check->name) != 0)
            continue;
        const struct template_element *element = element_named(data, reading->element);
        const struct template_stat *stat =
            element ? template_stat_find(data, element, check->name) : NULL;
        if (stat && stat->has_centre && strcmp(stat->unit, check->unit) == 0)
            off[n++] = judge_scale(check, reading->value) - stat->centre;
    }
    return n ? median_of(off, n) : NAN;
}

/* Faults of the scan that count. A test print is soft and pale because its printer is, and nothing
 * else is printed on it that could tell; whoever scanned it knows how. */
static unsigned faults_of(const struct screening *screening, enum print_origin origin)
{
    unsigned faults = verdict_print_faults(screening);
    return origin == PRINT_IMITATION ? faults & FAULT_COMPRESSED : faults;
}

static int fill(const struct screening *screening, const struct template_data *data,
                unsigned faults, double ret[PRINT_FEATURES_MAX])
{
    int measured = 0;
    for (int k = 0; k < PRINT_FEATURES_MAX; k++)
        ret[k] = NAN;
    for (int i = 0; i < n_checks; i++) {
        int column = print_samples_column(&data->print, checks[i]->name, checks[i]->unit);
        if (column < 0 || !print_vector_takes(checks[i]) || (checks[i]->spoilt_by & faults))
            continue;
        ret[column] = pooled(screening, data, checks[i]);
        measured += !isnan(ret[column]);
    }
    return measured;
}

int print_vector_of(const struct screening *screening, const struct template_data *data,
                    double ret[PRINT_FEATURES_MAX])
{
    return fill(screening, data, faults_of(screening, PRINT_GENUINE), ret);
}

int print_vector_measures(const struct screening *screening, enum print_origin origin,
                          const struct template_data *data)
{
    unsigned faults = faults_of(screening, origin);
    int n = 0;
    for (int i = 0; i < n_checks; i++)
        n += print_vector_takes(checks[i]) && !(checks[i]->spoilt_by & faults) &&
             !isnan(pooled(screening, data, checks[i]));
    return n;
}

bool print_vector_learn(const struct screening *screening, const struct print_sheet *sheet,
                        struct template_data *data)
{
    struct print_sheet more = *sheet;
    if (print_vector_measures(screening, sheet->origin, data) < PRINT_MEASURES_MIN)
        return false;
    for (int i = 0; i < n_checks; i++)
        if (print_vector_takes(checks[i]) && !isnan(pooled(screening, data, checks[i])))
            print_samples_add_column(&data->print, checks[i]->name, checks[i]->unit);
    fill(screening, data, faults_of(screening, sheet->origin), more.value);
    print_samples_add(&data->print, &more);
    return true;
}
