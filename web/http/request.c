#include "web/http/request.h"

#include "schemas/base/err.h"

#include <string.h>

bool request_is_ours(const char *host, const char *origin, const char *sec_fetch_site)
{
    static const char scheme[] = "http://";
    if (sec_fetch_site && strcmp(sec_fetch_site, "same-origin") != 0)
        return false;
    if (!origin)
        return true; /* old browsers and command-line tools: the token decides */
    return strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
           strcmp(origin + sizeof scheme - 1, host) == 0;
}

bool request_has_token(const struct request *request)
{
    const char *token = form_get(&request->body, "csrf");
    size_t n = strlen(request->site->csrf);
    if (!token || n == 0 || strlen(token) != n)
        return false;
    unsigned differ = 0; /* all bytes are looked at: the time taken tells nothing */
    for (size_t i = 0; i < n; i++)
        differ |= (unsigned char)token[i] ^ (unsigned char)request->site->csrf[i];
    return differ == 0;
}

void request_series(const struct request *request, int64_t item, struct series *ret)
{
    const struct web_host *host = &request->site->host;
    struct err err;
    if (!host->series || !host->series(host->ctx, request->reg, item, ret, &err))
        *ret = (struct series){0};
}
