#include "schemas/print_samples.h"

#include "schemas/base/err.h"
#include "schemas/print_samples_json.h"

#include <math.h>
#include <string.h>

#define VALUE_MAX 100.0 /* of logarithms of ratios, or of units that a check measures a few of */

const char *const print_origin_names[PRINT_ORIGIN_COUNT] = {"genuine", "imitation"};

int print_samples_column(const struct print_samples *samples, const char *check, const char *unit)
{
    for (int k = 0; k < samples->n_features; k++)
        if (strcmp(samples->feature[k].check, check) == 0 &&
            strcmp(samples->feature[k].unit, unit) == 0)
            return k;
    return -1;
}

int print_samples_add_column(struct print_samples *samples, const char *check, const char *unit)
{
    int column = print_samples_column(samples, check, unit);
    struct print_feature feature = {"", ""};
    if (column >= 0 || samples->n_features == PRINT_FEATURES_MAX ||
        strlen(check) >= sizeof feature.check || strlen(unit) >= sizeof feature.unit)
        return column;
    strcpy(feature.check, check);
    strcpy(feature.unit, unit);
    samples->feature[samples->n_features] = feature;
    return samples->n_features++;
}

int print_samples_count(const struct print_samples *samples, enum print_origin origin)
{
    int n = 0;
    for (int i = 0; i < samples->n_sheets; i++)
        n += samples->sheet[i].origin == origin;
    return n;
}

static void forget_oldest(struct print_samples *samples, enum print_origin origin)
{
    int i = 0;
    while (samples->sheet[i].origin != origin)
        i++;
    memmove(&samples->sheet[i], &samples->sheet[i + 1],
            (size_t)(samples->n_sheets - i - 1) * sizeof *samples->sheet);
    samples->n_sheets--;
}

void print_samples_add(struct print_samples *samples, const struct print_sheet *sheet)
{
    if (print_samples_count(samples, sheet->origin) == PRINT_SHEETS_MAX)
        forget_oldest(samples, sheet->origin);
    samples->sheet[samples->n_sheets++] = *sheet;
}

bool print_samples_check(const struct print_samples *samples, struct err *err)
{
    for (int k = 0; k < samples->n_features; k++)
        if (print_samples_column(samples, samples->feature[k].check, samples->feature[k].unit) != k)
            return err_set(err, "the measure %s of print stands twice; enrol again",
                           samples->feature[k].check);
    for (int o = 0; o < PRINT_ORIGIN_COUNT; o++)
        if (print_samples_count(samples, (enum print_origin)o) > PRINT_SHEETS_MAX)
            return err_set(err, "more than %d sheets of print are kept; enrol again",
                           PRINT_SHEETS_MAX);
    for (int i = 0; i < samples->n_sheets; i++)
        for (int k = samples->n_features; k < PRINT_FEATURES_MAX; k++)
            if (!isnan(samples->sheet[i].value[k]))
                return err_set(err, "a value of print belongs to no measure; enrol again");
    return true;
}

/* A list as long as the last value that was measured; null where none was. */
static json_t *put_values(const void *base)
{
    const struct print_sheet *sheet = base;
    json_t *list = json_array();
    int n = PRINT_FEATURES_MAX;
    while (n > 0 && !isfinite(sheet->value[n - 1]))
        n--;
    for (int k = 0; list && k < n; k++)
        json_array_append_new(list, json_number_of(sheet->value[k]));
    return list;
}

static bool get_values(const json_t *list, void *base, struct err *err)
{
    struct print_sheet *sheet = base;
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > PRINT_FEATURES_MAX)
        return err_set(err, "is no list of at most %d numbers", PRINT_FEATURES_MAX);
    for (size_t k = 0; k < PRINT_FEATURES_MAX; k++)
        sheet->value[k] = NAN;
    for (size_t k = 0; k < n; k++) {
        const json_t *item = json_array_get(list, k);
        if (json_is_null(item))
            continue;
        double value = json_number_value(item);
        if (!json_is_number(item) || !(fabs(value) <= VALUE_MAX))
            return err_set(err, "holds what is no number from -%g to %g", VALUE_MAX, VALUE_MAX);
        sheet->value[k] = value;
    }
    return true;
}

static const struct json_field feature_fields[] = {
    {"check", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct print_feature, check)},
    {"unit", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct print_feature, unit)},
};

static const struct json_field sheet_fields[] = {
    {"origin", JSON_KIND_ENUM, JSON_MUST, .offset = offsetof(struct print_sheet, origin),
     .max = PRINT_ORIGIN_COUNT, .names = print_origin_names},
    {"group", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct print_sheet, group)},
    {"technology", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct print_sheet, technology)},
    {"values", JSON_KIND_CUSTOM, JSON_MUST, .put = put_values, .get = get_values},
};

const struct json_field print_samples_fields[PRINT_SAMPLES_N_FIELDS] = {
    {"features", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct print_samples, feature),
     .size = sizeof(struct print_feature), .max = PRINT_FEATURES_MAX,
     .count = offsetof(struct print_samples, n_features), JSON_FIELDS(feature_fields)},
    {"sheets", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct print_samples, sheet),
     .size = sizeof(struct print_sheet), .max = PRINT_ORIGIN_COUNT * PRINT_SHEETS_MAX,
     .count = offsetof(struct print_samples, n_sheets), JSON_FIELDS(sheet_fields)},
};
