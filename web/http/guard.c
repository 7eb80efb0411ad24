#include "web/http/guard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEADERS_MAX 64       /* browsers send about 20 */
#define LENGTH_DIGITS_MAX 18 /* fits 63 bits */
#define PORT_DIGITS_MAX 5

/* "localhost", "127.0.0.1", "[::1]", each with or without a port of any number (an SSH tunnel
 * changes the port, never the name). */
static bool names_this_machine(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (strncasecmp(host, names[i], n) != 0)
            continue;
        if (host[n] == '\0')
            return true;
        size_t digits = strspn(host + n + 1, "0123456789");
        if (host[n] == ':' && digits >= 1 && digits <= PORT_DIGITS_MAX &&
            host[n + 1 + digits] == '\0')
            return true;
    }
    return false;
}

void guard_header(struct guard *guard, const char *name, const char *value)
{
    if (!value)
        value = "";
    guard->headers++;
    if (strcasecmp(name, "Host") == 0) {
        guard->hosts++;
        guard->host_ours = names_this_machine(value);
    } else if (strcasecmp(name, "Content-Length") == 0) {
        size_t n = strlen(value);
        guard->lengths++;
        guard->length_clean = n >= 1 && n <= LENGTH_DIGITS_MAX && strspn(value, "0123456789") == n;
        guard->length = guard->length_clean ? strtoll(value, NULL, 10) : 0;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        guard->encodings++;
    }
}

enum guard_answer guard_judge(const struct guard *guard, size_t body_max)
{
    if (guard->encodings > 0 || guard->lengths > 1 || guard->hosts != 1 ||
        guard->headers > HEADERS_MAX || (guard->lengths == 1 && !guard->length_clean))
        return GUARD_BAD_REQUEST;
    if (!guard->host_ours)
        return GUARD_FOREIGN_HOST;
    return (uint64_t)guard->length > body_max ? GUARD_TOO_LARGE : GUARD_PASS;
}
