#include "schemas/json.h"

#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/base/hash.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REAL_DIGITS 6          /* enough for a micrometre on an envelope's side */
#define EXACT_INTEGER_MAX 1e15 /* below 2^53: every double there is an exact integer */

json_t *json_number_of(double value)
{
    if (!isfinite(value))
        return json_null();
    if (fabs(value) < EXACT_INTEGER_MAX && value == floor(value))
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *json_text_of(const char *text, size_t size)
{
    char *clean = malloc(size);
    if (!clean)
        return NULL;
    text_copy_utf8(clean, size, text);
    json_t *value = json_string(clean);
    free(clean);
    return value;
}

static json_t *write_list(const struct json_field *field, const char *base)
{
    json_t *list = json_array();
    int n = *(const int *)(const void *)(base + field->count);
    for (int i = 0; list && i < n && i < (int)field->max; i++) {
        const char *at = base + field->offset + (size_t)i * field->size;
        json_t *element = field->kind == JSON_KIND_TEXTS
                              ? json_text_of(at, field->size)
                              : json_write_fields(field->fields, field->n_fields, at);
        if (json_array_append_new(list, element) != 0) { /* NULL fails as well */
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static json_t *write_numbers(const struct json_field *field, const void *at)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < field->size / sizeof(double); i++)
        json_array_append_new(list, json_number_of(((const double *)at)[i]));
    return list;
}

static bool is_given(const struct json_field *field, const char *base)
{
    if (field->given)
        return field->given(base);
    return field->flag == 0 || *(const bool *)(base + field->flag);
}

static json_t *write_one(const struct json_field *field, const char *base)
{
    const void *at = base + field->offset;
    if (!is_given(field, base))
        return json_null();
    switch (field->kind) {
    case JSON_KIND_TEXT:
        if (field->empty_is_null && *(const char *)at == '\0')
            return json_null();
        return json_text_of(at, field->size);
    case JSON_KIND_NAME:
    case JSON_KIND_SHA256:
    case JSON_KIND_TIME:
        return json_text_of(at, field->size);
    case JSON_KIND_BOOL:
        return json_boolean(*(const bool *)at);
    case JSON_KIND_INT:
        return json_integer(*(const int *)at);
    case JSON_KIND_U64:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case JSON_KIND_NUMBER:
        return json_number_of(*(const double *)at);
    case JSON_KIND_NUMBERS:
        return write_numbers(field, at);
    case JSON_KIND_ENUM: {
        unsigned index = *(const unsigned *)at;
        return index < (unsigned)field->max ? json_string(field->names[index]) : NULL;
    }
    case JSON_KIND_TEXTS:
    case JSON_KIND_LIST:
        return write_list(field, base);
    case JSON_KIND_OBJECT:
        return json_write_fields(field->fields, field->n_fields, at);
    case JSON_KIND_CUSTOM:
        return field->put(base);
    }
    return NULL;
}

bool json_put_fields(json_t *object, const struct json_field *fields, size_t n, const void *base)
{
    for (size_t i = 0; i < n; i++)
        if (json_object_set_new(object, fields[i].key, write_one(&fields[i], base)) != 0)
            return false;
    return true;
}

json_t *json_write_fields(const struct json_field *fields, size_t n, const void *base)
{
    json_t *object = json_object();
    if (object && !json_put_fields(object, fields, n, base)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static bool read_text(const json_t *value, const struct json_field *field, char *ret,
                      struct err *err)
{
    const char *text = json_string_value(value);
    if (!text)
        return err_set(err, "is not a text");
    size_t n = json_string_length(value);
    if (n >= field->size)
        return err_set(err, "is longer than %zu bytes", field->size - 1);
    uint8_t hash[SHA256_SIZE];
    int64_t time;
    if (n && field->kind == JSON_KIND_NAME && !name_is_safe(text))
        return err_set(err, "is not a plain file name");
    if (n && field->kind == JSON_KIND_SHA256 && !hex_decode(text, hash, sizeof hash))
        return err_set(err, "is not a SHA-256 in hexadecimal");
    if (n && field->kind == JSON_KIND_TIME && !clock_parse(text, &time))
        return err_set(err, "is not a time like 2026-11-21T19:27:48.123Z");
    memcpy(ret, text, n + 1);
    return true;
}

static bool read_number(const json_t *value, double min, double max, double *ret, struct err *err)
{
    if (!json_is_number(value))
        return err_set(err, "is not a number");
    double number = json_number_value(value);
    if (min < max && !(number >= min && number <= max))
        return err_set(err, "is outside %g..%g", min, max);
    *ret = number;
    return true;
}

static bool read_numbers(const json_t *value, const struct json_field *field, double *ret,
                         struct err *err)
{
    size_t n = field->size / sizeof(double);
    if (!json_is_array(value) || json_array_size(value) != n)
        return err_set(err, "is not a list of %zu numbers", n);
    for (size_t i = 0; i < n; i++) {
        const json_t *element = json_array_get(value, i);
        if (json_is_null(element))
            ret[i] = 0;
        else if (!read_number(element, field->min, field->max, &ret[i], err))
            return false;
    }
    return true;
}

static bool read_enum(const json_t *value, const struct json_field *field, unsigned *ret,
                      struct err *err)
{
    const char *text = json_string_value(value);
    for (unsigned i = 0; text && i < (unsigned)field->max; i++)
        if (strcmp(text, field->names[i]) == 0) {
            *ret = i;
            return true;
        }
    return err_set(err, "is none of the known words");
}

static bool read_list(const json_t *value, const struct json_field *field, char *base,
                      struct err *err)
{
    if (!json_is_array(value) || json_array_size(value) > (size_t)field->max)
        return err_set(err, "is not a list of at most %d", (int)field->max);
    int n = (int)json_array_size(value);
    for (int i = 0; i < n; i++) {
        const json_t *element = json_array_get(value, (size_t)i);
        char *at = base + field->offset + (size_t)i * field->size;
        bool ok = field->kind == JSON_KIND_TEXTS
                      ? read_text(element, field, at, err)
                      : json_read_fields(element, field->fields, field->n_fields, at, err);
        if (!ok)
            return err_context(err, "[%d]", i);
    }
    *(int *)(void *)(base + field->count) = n;
    return true;
}

static bool read_one(const json_t *value, const struct json_field *field, char *base,
                     struct err *err)
{
    void *at = base + field->offset;
    double number = 0;
    switch (field->kind) {
    case JSON_KIND_TEXT:
    case JSON_KIND_NAME:
    case JSON_KIND_SHA256:
    case JSON_KIND_TIME:
        return read_text(value, field, at, err);
    case JSON_KIND_BOOL:
        if (!json_is_boolean(value))
            return err_set(err, "is not true or false");
        *(bool *)at = json_is_true(value);
        return true;
    case JSON_KIND_INT:
    case JSON_KIND_U64:
        if (!json_is_integer(value))
            return err_set(err, "is not a whole number");
        if (!read_number(value, field->min, field->max, &number, err))
            return false;
        if (field->kind == JSON_KIND_INT)
            *(int *)at = (int)json_integer_value(value);
        else
            *(uint64_t *)at = (uint64_t)json_integer_value(value);
        return true;
    case JSON_KIND_NUMBER:
        return read_number(value, field->min, field->max, at, err);
    case JSON_KIND_NUMBERS:
        return read_numbers(value, field, at, err);
    case JSON_KIND_ENUM:
        return read_enum(value, field, at, err);
    case JSON_KIND_TEXTS:
    case JSON_KIND_LIST:
        return read_list(value, field, base, err);
    case JSON_KIND_OBJECT:
        return json_read_fields(value, field->fields, field->n_fields, at, err);
    case JSON_KIND_CUSTOM:
        return field->get(value, base, err);
    }
    return err_set(err, "has no kind");
}

/* null stands for "not given" where the field allows that, and for zero in a plain number (a value
 * that was not finite). */
static bool null_fits(const struct json_field *field)
{
    return field->empty_is_null || field->given || field->kind == JSON_KIND_NUMBER ||
           field->need == JSON_MAY || field->flag != 0;
}

bool json_read_fields(const json_t *object, const struct json_field *fields, size_t n, void *base,
                      struct err *err)
{
    if (!json_is_object(object))
        return err_set(err, "is not an object");
    for (size_t i = 0; i < n; i++) {
        const struct json_field *field = &fields[i];
        const json_t *value = json_object_get(object, field->key);
        if (!value && field->need == JSON_MAY)
            continue;
        if (!value)
            return err_set(err, "\"%s\" is missing", field->key);
        if (json_is_null(value) && null_fits(field))
            continue;
        if (!read_one(value, field, base, err))
            return err_context(err, "\"%s\"", field->key);
        if (field->flag)
            *(bool *)((char *)base + field->flag) = true;
    }
    return true;
}

bool json_print(json_t *object, struct buf *ret, struct err *err)
{
    char *text =
        object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS)) : NULL;
    json_decref(object);
    if (!text)
        return err_set(err, "cannot write JSON: out of memory or a value outside its list");
    buf_puts(ret, text);
    free(text);
    return buf_ok(ret, err);
}

bool json_parse(const char *text, size_t n, const char *schema, json_t **ret, struct err *err)
{
    json_error_t where;
    json_t *object = json_loadb(text, n, JSON_REJECT_DUPLICATES, &where);
    if (!object)
        return err_set(err, "not JSON at line %d: %s", where.line, where.text);
    const char *found = json_string_value(json_object_get(object, "schema"));
    if (!found || strcmp(found, schema) != 0) {
        err_set(err, "the schema is %s and not %s; a newer program may have written it",
                found ? found : "not given", schema);
        json_decref(object);
        return false;
    }
    *ret = object;
    return true;
}
