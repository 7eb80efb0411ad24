#include "web/http/route.h"

#include "schemas/base/file.h"

#include <string.h>

#define NUMBER_DIGITS_MAX 18 /* fits 63 bits */

#define PAGE(name, method, pattern, needs, body_max)                                               \
    void page_##name(const struct request *request, struct response *ret);
#include "web/pages/pages.def"
#undef PAGE

const struct route routes[] = {
#define PAGE(name, method, pattern, needs, body_max)                                               \
    {METHOD_##method, pattern, page_##name, NEEDS_##needs, body_max},
#include "web/pages/pages.def"
#undef PAGE
};
const size_t routes_n = sizeof routes / sizeof *routes;

static bool is_number(const char *text)
{
    size_t n = strlen(text);
    return n >= 1 && n <= NUMBER_DIGITS_MAX && text[0] != '0' && strspn(text, "0123456789") == n;
}

static bool is_sha256(const char *text)
{
    return strlen(text) == SHA256_HEX_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == SHA256_HEX_SIZE - 1;
}

static const struct {
    const char *text;
    bool (*accepts)(const char *);
} placeholders[] = {{"{n}", is_number}, {"{sha256}", is_sha256}, {"{name}", name_is_safe}};

static bool matches(const char *pattern, const char *path, char ret[FORM_VALUE_SIZE])
{
    const char *hole = strchr(pattern, '{');
    if (!hole) {
        ret[0] = '\0';
        return strcmp(pattern, path) == 0;
    }
    size_t before = (size_t)(hole - pattern);
    if (strncmp(pattern, path, before) != 0)
        return false;
    const char *value = path + before;
    size_t n = strcspn(value, "/");
    if (n == 0 || n >= FORM_VALUE_SIZE)
        return false;
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
        size_t len = strlen(placeholders[i].text);
        if (strncmp(hole, placeholders[i].text, len) != 0)
            continue;
        char text[FORM_VALUE_SIZE];
        memcpy(text, value, n);
        text[n] = '\0';
        if (strcmp(hole + len, value + n) != 0 || !placeholders[i].accepts(text))
            return false;
        memcpy(ret, text, n + 1);
        return true;
    }
    return false;
}

enum route_found route_find(enum method method, const char *path, const struct route **ret,
                            char ret_argument[FORM_VALUE_SIZE], const char **ret_allow)
{
    static const char *const allow[METHOD_COUNT] = {"GET, HEAD", "POST"};
    enum route_found found = ROUTE_NO_SUCH_PATH;
    char argument[FORM_VALUE_SIZE];
    for (size_t i = 0; i < routes_n; i++) {
        if (!matches(routes[i].pattern, path, argument))
            continue;
        if (routes[i].method == method) {
            *ret = &routes[i];
            memcpy(ret_argument, argument, sizeof argument);
            return ROUTE_FOUND;
        }
        *ret_allow = allow[routes[i].method];
        found = ROUTE_OTHER_METHOD;
    }
    return found;
}
