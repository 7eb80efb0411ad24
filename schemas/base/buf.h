/* buf: a growable byte buffer that the caller owns. A zeroed struct is a valid empty buffer;
 * buf_finish accepts it and leaves it zeroed again. Data is always followed by a NUL that is not
 * counted in len. Running out of memory sets `failed`, after which every append is a no-op: check
 * once, at the end, with buf_ok. */
#ifndef POSTWACHT_BUF_H
#define POSTWACHT_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct err;

struct buf {
    char *data;
    size_t len, cap;
    bool failed;
};

void buf_append(struct buf *buf, const void *bytes, size_t n);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *buf); /* keeps the memory */
bool buf_ok(const struct buf *buf, struct err *err);
void buf_finish(struct buf *buf);

#endif
