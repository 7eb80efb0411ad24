#include "schemas/template.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATE_SCHEMA "postwacht/template/1"
#define TEMPLATE_JSON_MAX (1 << 20) /* bytes; 24 elements with 16 statistics each need 100 KB */
#define PAGE_MAX_MM 1500.0          /* longer than any sheet a scanner takes */
#define TEMPLATE_DPI_MIN 50.0
#define TEMPLATE_DPI_MAX 4800.0
#define VALUE_MAX 1e9 /* of a statistic; a bound against nonsense, not a limit of any check */
#define SAMPLES_MAX 100000

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
    {"text", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct template_element, text)},
    {"n_seen", JSON_KIND_INT, JSON_MUST, JSON_AT(struct template_element, n_seen), .min = 0,
     .max = SAMPLES_MAX},
    STATS_OF(struct template_element),
};

static const struct json_field template_fields[] = {
    {"name", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct template_data, name)},
    {"created", JSON_KIND_TIME, JSON_MUST, JSON_AT(struct template_data, created)},
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
    {"elements", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct template_data, element),
     .size = sizeof(struct template_element), .max = TEMPLATE_ELEMENTS_MAX,
     .count = offsetof(struct template_data, n_elements), JSON_FIELDS(element_fields)},
    STATS_OF(struct template_data),
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

static bool check_elements(const char *dir, const struct template_data *data, struct err *err)
{
    for (int i = 0; i < data->n_elements; i++) {
        const struct template_element *element = &data->element[i];
        for (int j = 0; j < i; j++)
            if (strcmp(element->name, data->element[j].name) == 0)
                return err_set(err, "the template names the element %s twice; enrol again",
                               element->name);
        if (!(element->box_mm[2] > 0) || !(element->box_mm[3] > 0))
            return err_set(err, "the element %s has no area; enrol again", element->name);
        if (!check_picture(dir, element->picture, element->picture_sha256, err) ||
            !check_picture(dir, element->mask, element->mask_sha256, err))
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
    if (!ok || !check_elements(dir, data, err))
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

bool template_write(const char *dir, struct template_data *data, struct err *err)
{
    char path[PATH_SIZE];
    for (int i = 0; i < data->n_elements; i++) {
        struct template_element *element = &data->element[i];
        if (!path_join(path, dir, element->picture, err) ||
            !hash_to_hex(path, element->picture_sha256, err) ||
            !path_join(path, dir, element->mask, err) ||
            !hash_to_hex(path, element->mask_sha256, err))
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
