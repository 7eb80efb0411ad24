/* guard: what is refused before anything else looks at a request. libmicrohttpd 0.9.75 accepts
 * Content-Length beside Transfer-Encoding, and two Content-Lengths, and then serves the rest of the
 * body as a second, hidden request; a browser can be led to 127.0.0.1 under a foreign name (DNS
 * rebinding). So: no Transfer-Encoding at all, at most one Content-Length of digits only, exactly
 * one Host, and it names this machine. */
#ifndef POSTWACHT_GUARD_H
#define POSTWACHT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guard {
    int hosts, lengths, encodings, headers;
    bool host_ours, length_clean;
    int64_t length; /* announced body bytes; 0 when none */
};

/* Call once per header line, in any order, on a zeroed struct; value may be NULL. */
void guard_header(struct guard *guard, const char *name, const char *value);

enum guard_answer { GUARD_PASS, GUARD_BAD_REQUEST, GUARD_FOREIGN_HOST, GUARD_TOO_LARGE };
enum guard_answer guard_judge(const struct guard *guard, size_t body_max);

#endif
