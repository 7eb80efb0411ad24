#include "schemas/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Error texts travel into terminals, logs and pages: no control characters survive. */
static void make_printable(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f)
            *p = '?';
}

bool err_set(struct err *err, const char *fmt, ...)
{
    if (!err)
        return false;
    va_list ap;
    va_start(ap, fmt);
    char text[sizeof err->text]; /* the arguments may point into err->text */
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    make_printable(text);
    memcpy(err->text, text, sizeof text);
    return false;
}

bool err_context(struct err *err, const char *fmt, ...)
{
    if (!err)
        return false;
    char context[sizeof err->text], text[2 * sizeof err->text + 3];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    snprintf(text, sizeof text, "%s: %s", context, err->text);
    make_printable(text);
    memcpy(err->text, text, sizeof err->text - 1);
    err->text[sizeof err->text - 1] = '\0';
    return false;
}

bool err_errno(struct err *err, const char *fmt, ...)
{
    int saved = errno;
    if (!err)
        return false;
    char context[sizeof err->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    return err_set(err, "%.400s: %s", context, strerror(saved));
}
