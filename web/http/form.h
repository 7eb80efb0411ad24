/* form: application/x-www-form-urlencoded, for query strings and bodies, read by ourselves: the
 * library's own readers cut at NUL and hand over pieces. Anything odd (bad escape, NUL, too many or
 * too long fields) refuses the whole form. */
#ifndef POSTWACHT_FORM_H
#define POSTWACHT_FORM_H

#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS_MAX 16
#define FORM_NAME_SIZE 32
#define FORM_VALUE_SIZE 256

struct form {
    int n;
    struct {
        char name[FORM_NAME_SIZE], value[FORM_VALUE_SIZE];
    } field[FORM_FIELDS_MAX];
};

bool form_parse(const char *text, size_t n, struct form *ret);
/* The first field of that name, or NULL. */
const char *form_get(const struct form *form, const char *name);

#endif
