/* route: one table of rows, deny by default. A path is matched as it was sent, byte by byte,
 * against literal segments and at most one placeholder; it is never decoded and never becomes a
 * file name. */
#ifndef POSTWACHT_ROUTE_H
#define POSTWACHT_ROUTE_H

#include "web/http/response.h"

enum needs { NEEDS_NOTHING, NEEDS_REGISTER };

struct route {
    enum method method;
    const char
        *pattern; /* "/item/{n}": {n} number, {sha256} 64 hex digits, {name} safe file name */
    void (*run)(const struct request *request, struct response *ret);
    enum needs needs;
    size_t body_max; /* bytes of body accepted; 0 refuses any */
};

extern const struct route routes[];
extern const size_t routes_n;

enum route_found { ROUTE_FOUND, ROUTE_NO_SUCH_PATH, ROUTE_OTHER_METHOD };

/* ret_argument holds what the placeholder matched. ROUTE_OTHER_METHOD fills ret_allow. */
enum route_found route_find(enum method method, const char *path, const struct route **ret,
                            char ret_argument[FORM_VALUE_SIZE], const char **ret_allow);

#endif
