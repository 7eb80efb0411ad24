#include "schemas/template.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/dots_mark_json.h"
#include "schemas/print_samples_json.h"
#include "schemas/print_screens_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATE_SCHEMA "postwacht/template/1"
#define TEMPLATE_JSON_MAX (1 << 20) /* bytes; everything at its largest needs about 600 KB */
#define PAGE_MAX_MM 1500.0          /* longer than any sheet a scanner takes */
#define TEMPLATE_DPI_MIN 50.0
#define TEMPLATE_DPI_MAX 4800.0
#define VALUE_MAX 1e9 /* of a statistic; a bound against nonsense, not a limit of any check */
#define SAMPLES_MAX 100000
#define TURN_MAX 270

bool template_is_kind(const char *kind)
{
    static const char *const kinds[] = {"logo", "sender", "slogan", "mark"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

const char *const mark_rule_names[MARK_RULE_COUNT] = {"must_have", "must_not_have"};

static const struct json_field stat_fields[] = {
    {"check", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_stat, check)},
    {"unit", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct template_stat, unit)},
    {"n", JSON_KIND_INT, JSON_MUST, JSON_AT(struct template_stat, n), .min = 0, .max = SAMPLES_MAX},
    {"mean", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct template_stat, mean), .min = -VALUE_MAX,
     .max = VALUE_MAX},
    {"sd", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct template_stat, sd), .min = 0,
     .max = VALUE_MAX},
    {"lo", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct template_stat, lo), .min = -VALUE_MAX,
     .max = VALUE_MAX},
    {"hi", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct template_stat, hi), .min = -VALUE_MAX,
     .max = VALUE_MAX},
    {"centre", JSON_KIND_NUMBER, JSON_MAY, JSON_AT(struct template_stat, centre), .min = -VALUE_MAX,
     .max = VALUE_MAX, .flag = offsetof(struct template_stat, has_centre)},
};

#define STATS_OF(type)                                                                             \
    {                                                                                              \
        "stats", JSON_KIND_LIST, JSON_MUST,                                                        \
            .offset = offsetof(type, stat), .size = sizeof(struct template_stat),                  \
            .max = TEMPLATE_STATS_MAX, .count = offsetof(type, n_stats), JSON_FIELDS(stat_fields)  \
    }

static const struct json_field element_fields[] = {
    {"name", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_element, name)},
    {"kind", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_element, kind)},
    {"side", JSON_KIND_ENUM, JSON_MUST, .offset = offsetof(struct template_element, side),
     .max = SIDE_COUNT, .names = side_names},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_element, box_mm), .min = 0,
     .max = PAGE_MAX_MM},
    {"dpi", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct template_element, dpi),
     .min = TEMPLATE_DPI_MIN, .max = TEMPLATE_DPI_MAX},
    {"picture", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_element, picture)},
    {"picture_sha256", JSON_KIND_SHA256, JSON_MUST,
     JSON_AT(struct template_element, picture_sha256)},
    {"mask", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_element, mask)},
    {"mask_sha256", JSON_KIND_SHA256, JSON_MUST, JSON_AT(struct template_element, mask_sha256)},
    {"sample", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct template_element, sample)},
    {"sample_sha256", JSON_KIND_SHA256, JSON_MAY, JSON_AT(struct template_element, sample_sha256)},
    {"text", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct template_element, text)},
    {"text_turn", JSON_KIND_INT, JSON_MAY, JSON_AT(struct template_element, text_turn), .min = 0,
     .max = TURN_MAX},
    {"n_seen", JSON_KIND_INT, JSON_MUST, JSON_AT(struct template_element, n_seen), .min = 0,
     .max = SAMPLES_MAX},
    {"screens", JSON_KIND_OBJECT, JSON_MAY, .offset = offsetof(struct template_element, screens),
     JSON_FIELDS(screens_learnt_fields)},
    STATS_OF(struct template_element),
};

static const struct json_field mark_fields[] = {
    {"print", JSON_KIND_OBJECT, JSON_MUST, .offset = offsetof(struct template_mark, print),
     JSON_FIELDS(element_fields)},
    {"rule", JSON_KIND_ENUM, JSON_MUST, .offset = offsetof(struct template_mark, rule),
     .max = MARK_RULE_COUNT, .names = mark_rule_names},
    {"used_only", JSON_KIND_BOOL, JSON_MUST, JSON_AT(struct template_mark, used_only)},
    {"zone_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_mark, zone_mm), .min = 0,
     .max = PAGE_MAX_MM, .flag = offsetof(struct template_mark, has_zone)},
};

static const struct json_field window_fields[] = {
    {"side", JSON_KIND_ENUM, JSON_MUST, .offset = offsetof(struct template_window, side),
     .max = SIDE_COUNT, .names = side_names},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_window, box_mm), .min = 0,
     .max = PAGE_MAX_MM},
    {"n_seen", JSON_KIND_INT, JSON_MUST, JSON_AT(struct template_window, n_seen), .min = 0,
     .max = SAMPLES_MAX},
};

static const struct json_field scan_fields[] = {
    {"id", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct template_scan, id)},
    {"sha256", JSON_KIND_SHA256, JSON_MUST, JSON_AT(struct template_scan, sha256)},
};

static const struct json_field change_fields[] = {
    {"version", JSON_KIND_SHA256, JSON_MUST, JSON_AT(struct template_change, version)},
    {"created", JSON_KIND_TIME, JSON_MUST, JSON_AT(struct template_change, created)},
    {"change", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct template_change, change)},
};

/* Keys that folders of the first release do not have may be absent. */
#define LIST_MAY(key, member, counter, type, limit, table)                                         \
    {                                                                                              \
        key, JSON_KIND_LIST, JSON_MAY,                                                             \
            .offset = offsetof(struct template_data, member), .size = sizeof(type),                \
            .max = (limit), .count = offsetof(struct template_data, counter), JSON_FIELDS(table)   \
    }

static const struct json_field template_fields[] = {
    {"name", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_data, name)},
    {"created", JSON_KIND_TIME, JSON_MUST, JSON_AT(struct template_data, created)},
    {"change", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct template_data, change)},
    {"software", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct template_data, software)},
    {"dpi", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct template_data, dpi),
     .min = TEMPLATE_DPI_MIN, .max = TEMPLATE_DPI_MAX},
    {"size_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_data, size_mm), .min = 0,
     .max = PAGE_MAX_MM},
    {"size_sd_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_data, size_sd_mm),
     .min = 0, .max = PAGE_MAX_MM},
    {"paper_lab", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_data, paper_lab),
     .min = -VALUE_MAX, .max = VALUE_MAX},
    {"paper_lab_sd", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct template_data, paper_lab_sd),
     .min = 0, .max = VALUE_MAX},
    {"n_samples", JSON_KIND_INT, JSON_MUST, JSON_AT(struct template_data, n_samples), .min = 1,
     .max = SAMPLES_MAX},
    {"window", JSON_KIND_OBJECT, JSON_MAY, .offset = offsetof(struct template_data, window),
     .flag = offsetof(struct template_data, has_window), JSON_FIELDS(window_fields)},
    {"elements", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct template_data, element),
     .size = sizeof(struct template_element), .max = TEMPLATE_ELEMENTS_MAX,
     .count = offsetof(struct template_data, n_elements), JSON_FIELDS(element_fields)},
    STATS_OF(struct template_data),
    LIST_MAY("marks", mark, n_marks, struct template_mark, TEMPLATE_MARKS_MAX, mark_fields),
    {"print", JSON_KIND_OBJECT, JSON_MAY, .offset = offsetof(struct template_data, print),
     JSON_FIELDS(print_samples_fields)},
    {"dots", JSON_KIND_OBJECT, JSON_MAY, .offset = offsetof(struct template_data, dots),
     .flag = offsetof(struct template_data, has_dots), JSON_FIELDS(dots_learnt_fields)},
    LIST_MAY("scans", scan, n_scans, struct template_scan, TEMPLATE_SCANS_MAX, scan_fields),
    LIST_MAY("history", history, n_history, struct template_change, TEMPLATE_HISTORY_MAX,
             change_fields),
};

static bool hash_to_hex(const char *path, char ret[SHA256_HEX_SIZE], struct err *err)
{
    uint8_t hash[SHA256_SIZE];
    if (!sha256_file(path, hash, err))
        return false;
    hex_encode(hash, sizeof hash, ret);
    return true;
}

static bool check_picture(const char *dir, const char *name, const char *expected, struct err *err)
{
    char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
    if (!path_join(path, dir, name, err))
        return false;
    if (!hash_to_hex(path, hex, err))
        return err_context(err, "the template is incomplete; enrol again");
    if (strcmp(hex, expected) != 0)
        return err_set(err, "%s was changed after enrolment; enrol again or restore the folder",
                       path);
    return true;
}

/* Elements, then marks: all that has a picture. */
static struct template_element *print_at(struct template_data *data, int i)
{
    return i < data->n_elements ? &data->element[i] : &data->mark[i - data->n_elements].print;
}

static bool check_prints(const char *dir, struct template_data *data, struct err *err)
{
    for (int i = 0; i < data->n_elements + data->n_marks; i++) {
        const struct template_element *print = print_at(data, i);
        for (int j = 0; j < i; j++)
            if (strcmp(print->name, print_at(data, j)->name) == 0)
                return err_set(err, "the template names the element %s twice; enrol again",
                               print->name);
        if (!(print->box_mm[2] > 0) || !(print->box_mm[3] > 0))
            return err_set(err, "the element %s has no area; enrol again", print->name);
        if (!check_picture(dir, print->picture, print->picture_sha256, err) ||
            !check_picture(dir, print->mask, print->mask_sha256, err) ||
            (print->sample[0] && !check_picture(dir, print->sample, print->sample_sha256, err)))
            return false;
    }
    return true;
}

static bool parse(const char *dir, const struct buf *text, struct template_data *data,
                  struct err *err)
{
    json_t *root = NULL;
    if (!json_parse(text->data, text->len, TEMPLATE_SCHEMA, &root, err))
        return false;
    bool ok = json_read_fields(root, template_fields, JSON_COUNT_OF(template_fields), data, err);
    json_decref(root);
    if (!ok || !check_prints(dir, data, err) || !print_samples_check(&data->print, err) ||
        !dots_learnt_check(&data->dots, err))
        return false;
    uint8_t hash[SHA256_SIZE];
    sha256_bytes(text->data, text->len, hash);
    hex_encode(hash, sizeof hash, data->version);
    return true;
}

bool template_read(const char *dir, struct template_data *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    struct template_data *data = calloc(1, sizeof *data);
    bool ok = data != NULL || err_set(err, "out of memory while reading %s", dir);
    ok = ok && path_join(path, dir, TEMPLATE_FILE, err) &&
         file_read(path, TEMPLATE_JSON_MAX, &text, err) && parse(dir, &text, data, err);
    if (ok)
        *ret = *data;
    else
        err_context(err, "template %s", dir);
    free(data);
    buf_finish(&text);
    return ok;
}

static bool hash_picture(const char *dir, const char *name, char ret[SHA256_HEX_SIZE],
                         struct err *err)
{
    char path[PATH_SIZE];
    return path_join(path, dir, name, err) && hash_to_hex(path, ret, err);
}

bool template_write(const char *dir, struct template_data *data, struct err *err)
{
    char path[PATH_SIZE];
    for (int i = 0; i < data->n_elements + data->n_marks; i++) {
        struct template_element *print = print_at(data, i);
        if (!hash_picture(dir, print->picture, print->picture_sha256, err) ||
            !hash_picture(dir, print->mask, print->mask_sha256, err) ||
            (print->sample[0] && !hash_picture(dir, print->sample, print->sample_sha256, err)))
            return false;
    }
    json_t *root = json_object();
    struct buf text = {0};
    bool ok = root && json_object_set_new(root, "schema", json_string(TEMPLATE_SCHEMA)) == 0 &&
              json_put_fields(root, template_fields, JSON_COUNT_OF(template_fields), data);
    if (!ok) {
        json_decref(root);
        return err_set(err, "out of memory while writing the template");
    }
    ok = json_print(root, &text, err);
    buf_putc(&text, '\n');
    ok = ok && buf_ok(&text, err) && path_join(path, dir, TEMPLATE_FILE, err) &&
         file_write_atomic(path, text.data, text.len, 0644, err);
    if (ok) {
        uint8_t hash[SHA256_SIZE];
        sha256_bytes(text.data, text.len, hash);
        hex_encode(hash, sizeof hash, data->version);
    }
    buf_finish(&text);
    return ok;
}

const struct template_stat *template_stat_find(const struct template_data *data,
                                               const struct template_element *element,
                                               const char *check)
{
    const struct template_stat *stat = element ? element->stat : data->stat;
    int n = element ? element->n_stats : data->n_stats;
    for (int i = 0; i < n; i++)
        if (strcmp(stat[i].check, check) == 0)
            return &stat[i];
    return NULL;
}
