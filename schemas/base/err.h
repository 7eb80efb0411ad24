/* err: the one error shape of Postwacht.
 *
 * Every function that can fail is `bool f(in..., T *ret, struct err *err)`. On false `*ret` is
 * untouched and `err->text` says what failed, where, and what to do about it, in one line of UTF-8.
 * Nothing below daemon/ logs or exits; the caller decides. `err` may be NULL when the caller does
 * not care. */
#ifndef POSTWACHT_ERR_H
#define POSTWACHT_ERR_H

#include <stdbool.h>

struct err {
    char text[512];
};

/* Fills err (truncating, always terminated) and returns false, so that a function can
 * `return err_set(err, "...")`. Control characters in the result are replaced by '?'. */
bool err_set(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " before the text that err already holds; returns false. */
bool err_context(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Like err_set with ": strerror(errno)" at the end; reads errno before anything else. */
bool err_errno(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
