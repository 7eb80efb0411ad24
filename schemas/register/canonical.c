#include "schemas/register/canonical.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>

#define INTEGER_MAX (((json_int_t)1 << 53) - 1) /* largest that every JSON reader keeps exact */
#define DEPTH_MAX 8                             /* entries have three levels */

static bool write_value(const json_t *value, int depth, struct buf *ret, struct err *err);

/* RFC 8785, 3.2.2.2: the short escapes where JSON has them, \u00xx in lower case for the other
 * control characters, everything else as it is. */
static void write_string(const char *text, struct buf *ret)
{
    static const char shorts[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                  ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    buf_putc(ret, '"');
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p < sizeof shorts && shorts[*p]) {
            buf_putc(ret, '\\');
            buf_putc(ret, shorts[*p]);
        } else if (*p < 0x20) {
            buf_printf(ret, "\\u%04x", (unsigned)*p);
        } else {
            buf_putc(ret, (char)*p);
        }
    }
    buf_putc(ret, '"');
}

static int by_key(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

static bool write_object(const json_t *object, int depth, struct buf *ret, struct err *err)
{
    size_t n = json_object_size(object), i = 0;
    const char **keys = calloc(n + 1, sizeof *keys);
    if (!keys)
        return err_set(err, "out of memory");
    for (void *at = json_object_iter((json_t *)object); at;
         at = json_object_iter_next((json_t *)object, at))
        keys[i++] = json_object_iter_key(at);
    qsort(keys, n, sizeof *keys, by_key);
    bool ok = true;
    buf_putc(ret, '{');
    for (i = 0; ok && i < n; i++) {
        if (i)
            buf_putc(ret, ',');
        write_string(keys[i], ret);
        buf_putc(ret, ':');
        ok = (is_ascii(keys[i]) || err_set(err, "a key of a log entry is not ASCII")) &&
             write_value(json_object_get(object, keys[i]), depth, ret, err);
    }
    buf_putc(ret, '}');
    free(keys);
    return ok;
}

static bool write_list(const json_t *list, int depth, struct buf *ret, struct err *err)
{
    buf_putc(ret, '[');
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (i)
            buf_putc(ret, ',');
        if (!write_value(json_array_get(list, i), depth, ret, err))
            return false;
    }
    buf_putc(ret, ']');
    return true;
}

static bool write_value(const json_t *value, int depth, struct buf *ret, struct err *err)
{
    if (depth >= DEPTH_MAX)
        return err_set(err, "a log entry is nested too deeply");
    if (json_is_object(value))
        return write_object(value, depth + 1, ret, err);
    if (json_is_array(value))
        return write_list(value, depth + 1, ret, err);
    if (json_is_string(value)) {
        write_string(json_string_value(value), ret);
        return true;
    }
    if (json_is_boolean(value)) {
        buf_puts(ret, json_is_true(value) ? "true" : "false");
        return true;
    }
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number > INTEGER_MAX || number < -INTEGER_MAX)
        return err_set(err, "a log entry holds a value that is no text, integer, list or object");
    buf_printf(ret, "%" JSON_INTEGER_FORMAT, number);
    return true;
}

bool canonical_json(const json_t *value, struct buf *ret, struct err *err)
{
    return write_value(value, 0, ret, err) && buf_ok(ret, err);
}
