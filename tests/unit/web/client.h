/* client: raw HTTP over a socket, so that the tests can send what no library would. */
#ifndef POSTWACHT_WEB_CLIENT_H
#define POSTWACHT_WEB_CLIENT_H

#include "schemas/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int client_connect(uint16_t port);

/* Sends the bytes as they are and reads until the server closes, `until` has come, or a few seconds
 * have passed. Returns how many status lines ("HTTP/1.1 ") came. */
int client_talk(uint16_t port, const void *bytes, size_t n, const char *until, struct buf *ret);

/* GET or HEAD with Host and "Connection: close"; extra: more header lines or "". Returns the
 * status. */
int client_get(uint16_t port, const char *method, const char *path, const char *extra,
               struct buf *ret);
int client_post(uint16_t port, const char *path, const char *extra, const char *body,
                struct buf *ret);

/* The value of a header in an answer, as a view up to the line's end; NULL when there is none. */
const char *client_header(const struct buf *answer, const char *name, size_t *ret_n);
bool client_header_is(const struct buf *answer, const char *name, const char *value);
const char *client_body(const struct buf *answer);

#endif
