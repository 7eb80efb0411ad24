/* json: structs to JSON objects and back from one table of fields, so that what is written can
 * always be read and every bound stands in one place. For schemas/ only (jansson).
 *
 * A field says: key, kind, where it stands in the struct, and its bounds. Reading refuses what does
 * not fit (too long, out of range, wrong type, unsafe file name); keys it does not know are
 * ignored, since later versions may add some. Writing replaces invalid UTF-8 and prints numbers
 * that are not finite as null. */
#ifndef POSTWACHT_JSON_H
#define POSTWACHT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct buf;

enum json_kind {
    JSON_KIND_TEXT,    /* char[size] */
    JSON_KIND_NAME,    /* char[size]: "" or name_is_safe */
    JSON_KIND_SHA256,  /* char[SHA256_HEX_SIZE]: "" or 64 hex digits */
    JSON_KIND_TIME,    /* char[CLOCK_TEXT_SIZE]: "" or as clock_parse takes it */
    JSON_KIND_BOOL,    /* bool */
    JSON_KIND_INT,     /* int, min..max */
    JSON_KIND_U64,     /* uint64_t, min..max */
    JSON_KIND_NUMBER,  /* double, min..max */
    JSON_KIND_NUMBERS, /* double[size] */
    JSON_KIND_ENUM,    /* an enum of int's size, as names[0..max-1] */
    JSON_KIND_TEXTS,   /* char[][size] with an int count, at most max of them */
    JSON_KIND_OBJECT,  /* fields[0..n_fields-1], relative to offset */
    JSON_KIND_LIST,    /* array of structs of `size` bytes with an int count, at most max */
    JSON_KIND_CUSTOM,  /* put and get below */
};

enum json_need { JSON_MUST, JSON_MAY /* absent leaves zero */ };

struct json_field {
    const char *key;
    enum json_kind kind;
    enum json_need need;
    size_t offset, size;
    double min, max;    /* both 0: any number */
    size_t count;       /* TEXTS, LIST: offset of the int that counts */
    size_t flag;        /* offset of the bool that says "given": false is null; 0: none */
    bool empty_is_null; /* TEXT: "" is written as null */
    const char *const *names;
    const struct json_field *fields;
    size_t n_fields;
    bool (*given)(const void *base); /* false: written as null */
    json_t *(*put)(const void *base);
    bool (*get)(const json_t *value, void *base, struct err *err);
};

#define JSON_AT(type, member) .offset = offsetof(type, member), .size = sizeof((type *)0)->member
#define JSON_COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define JSON_FIELDS(table) .fields = (table), .n_fields = JSON_COUNT_OF(table)

/* A new object, or NULL when out of memory. */
json_t *json_write_fields(const struct json_field *fields, size_t n, const void *base);
/* Adds the fields to an object that exists. */
bool json_put_fields(json_t *object, const struct json_field *fields, size_t n, const void *base);
/* base must be zeroed; on false it may be half filled. */
bool json_read_fields(const json_t *object, const struct json_field *fields, size_t n, void *base,
                      struct err *err);

/* Integral values as integers, others as reals, what is not finite as null. */
json_t *json_number_of(double value);
/* Cleans text as if it stood in a buffer of size bytes. */
json_t *json_text_of(const char *text, size_t size);

/* One line, fixed order, 6 significant digits. Takes object (NULL: out of memory). */
bool json_print(json_t *object, struct buf *ret, struct err *err);
/* Parses one object and checks that "schema" is `schema`. */
bool json_parse(const char *text, size_t n, const char *schema, json_t **ret, struct err *err);

#endif
