#include "web/http/form.h"

#include "schemas/base/hash.h"

#include <string.h>

/* Decodes n bytes of text into ret; false when it does not fit or holds a bad escape or a NUL. */
static bool decode(const char *text, size_t n, char *ret, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%') {
            if (n - i < 3)
                return false;
            const char pair[3] = {text[i + 1], text[i + 2], '\0'};
            if (!hex_decode(pair, &byte, 1))
                return false;
            i += 2;
        }
        if (byte == '\0' || len + 1 >= size)
            return false;
        ret[len++] = (char)byte;
    }
    ret[len] = '\0';
    return true;
}

bool form_parse(const char *text, size_t n, struct form *ret)
{
    struct form form = {0};
    for (size_t at = 0; at < n;) {
        const char *field = text + at;
        const char *amp = memchr(field, '&', n - at);
        size_t len = amp ? (size_t)(amp - field) : n - at;
        at += len + 1;
        if (len == 0)
            continue;
        if (form.n == FORM_FIELDS_MAX)
            return false;
        const char *equals = memchr(field, '=', len);
        size_t name_len = equals ? (size_t)(equals - field) : len;
        const char *value = equals ? equals + 1 : "";
        size_t value_len = equals ? len - name_len - 1 : 0;
        if (!decode(field, name_len, form.field[form.n].name, FORM_NAME_SIZE) ||
            !decode(value, value_len, form.field[form.n].value, FORM_VALUE_SIZE))
            return false;
        form.n++;
    }
    *ret = form;
    return true;
}

const char *form_get(const struct form *form, const char *name)
{
    for (int i = 0; i < form->n; i++)
        if (strcmp(form->field[i].name, name) == 0)
            return form->field[i].value;
    return NULL;
}
