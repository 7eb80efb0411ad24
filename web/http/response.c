#include "web/http/response.h"

#include "web/layout.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HTML_TYPE "text/html; charset=utf-8"

void response_init(struct response *response)
{
    *response = (struct response){.status = 200, .type = HTML_TYPE, .file = -1, .length = -1};
}

void response_finish(struct response *response)
{
    buf_finish(&response->body);
    if (response->file >= 0)
        close(response->file);
    response_init(response);
}

struct error_words {
    unsigned status;
    enum text_key title, advice;
};

static const struct error_words error_words[] = {
    {400, T_error_bad_title, T_error_bad_advice},
    {403, T_error_forbidden_title, T_error_forbidden_advice},
    {404, T_error_missing_title, T_error_missing_advice},
    {405, T_error_method_title, T_error_method_advice},
    {413, T_error_large_title, T_error_large_advice},
    {416, T_error_range_title, T_error_range_advice},
    {503, T_error_busy_title, T_error_busy_advice},
    {500, T_error_internal_title, T_error_internal_advice}, /* last: for all others */
};

void response_error(const struct request *request, unsigned status, const char *detail,
                    struct response *ret)
{
    const char *allow = ret->allow;
    response_finish(ret);
    ret->status = status;
    ret->allow = allow;
    size_t i = 0, last = sizeof error_words / sizeof *error_words - 1;
    while (i < last && error_words[i].status != status)
        i++;
    struct html h = {&ret->body, request->lang};
    layout_begin(&h, request, error_words[i].title, NAV_NONE);
    h_lit(&h, "<article class=\"prose\"><h1>");
    h_say(&h, error_words[i].title);
    h_lit(&h, "</h1><p>");
    h_say(&h, error_words[i].advice);
    h_lit(&h, "</p>");
    if (detail && *detail) {
        h_lit(&h, "<p class=\"detail\">");
        h_text(&h, detail);
        h_lit(&h, "</p>");
    }
    h_lit(&h, "<p><a class=\"button\" href=\"/\">");
    h_say(&h, T_back_to_list);
    h_lit(&h, "</a></p></article>");
    layout_end(&h, request);
}

void response_redirect(const char *path, struct response *ret)
{
    response_finish(ret);
    ret->status = 303;
    snprintf(ret->location, sizeof ret->location, "%s", path);
}

void response_etag(struct response *response, const char *hex)
{
    snprintf(response->etag, sizeof response->etag, "\"%.64s\"", hex);
}

int64_t response_length(const struct response *response)
{
    return response->file >= 0 ? response->file_size
           : response->fixed   ? (int64_t)response->fixed_n
                               : (int64_t)response->body.len;
}

/* Whether the list of an If-None-Match holds the tag; weak comparison, as RFC 9110 asks. */
static bool tag_listed(const char *list, const char *etag)
{
    if (strcmp(list, "*") == 0)
        return true;
    size_t n = strlen(etag);
    for (const char *p = list; *p;) {
        p += strspn(p, " ,\t");
        const char *tag = strncmp(p, "W/", 2) == 0 ? p + 2 : p;
        if (strncmp(tag, etag, n) == 0 && strchr(" ,\t", tag[n]))
            return true;
        p += strcspn(p, ",");
    }
    return false;
}

static bool digits(const char **s, int64_t *ret)
{
    char *end = NULL;
    if (!isdigit((unsigned char)**s) || strspn(*s, "0123456789") > 18) /* fits 63 bits */
        return false;
    *ret = strtoll(*s, &end, 10);
    *s = end;
    return true;
}

enum range_answer { RANGE_NONE, RANGE_PART, RANGE_IMPOSSIBLE };

/* One range of "bytes=": a-b, a-, -n. Several, or anything else, is ignored, as RFC 9110 allows. */
static enum range_answer read_range(const char *range, int64_t size, int64_t *ret_first,
                                    int64_t *ret_length)
{
    static const char unit[] = "bytes=";
    if (strncmp(range, unit, sizeof unit - 1) != 0)
        return RANGE_NONE;
    const char *s = range + sizeof unit - 1;
    int64_t first = 0, last = size - 1, suffix;
    if (*s == '-') {
        s++;
        if (!digits(&s, &suffix) || *s)
            return RANGE_NONE;
        if (suffix == 0)
            return RANGE_IMPOSSIBLE;
        first = suffix < size ? size - suffix : 0;
    } else {
        if (!digits(&s, &first) || *s++ != '-')
            return RANGE_NONE;
        if (*s && (!digits(&s, &last) || *s || last < first))
            return RANGE_NONE;
        if (last > size - 1)
            last = size - 1;
    }
    if (first >= size)
        return RANGE_IMPOSSIBLE;
    *ret_first = first;
    *ret_length = last - first + 1;
    return RANGE_PART;
}

static void drop_body(struct response *response)
{
    buf_finish(&response->body);
    if (response->file >= 0)
        close(response->file);
    response->file = -1;
    response->fixed = NULL;
    response->fixed_n = 0;
}

void response_settle(const struct request *request, struct response *response)
{
    if (response->status != 200 || response->events)
        return;
    if (response->etag[0] && request->if_none_match &&
        tag_listed(request->if_none_match, response->etag)) {
        drop_body(response);
        response->status = 304;
        return;
    }
    bool stale = request->if_range && strcmp(request->if_range, response->etag) != 0;
    if (!response->ranges || !request->range || stale || request->method != METHOD_GET)
        return;
    int64_t size = response_length(response);
    switch (read_range(request->range, size, &response->first, &response->length)) {
    case RANGE_NONE:
        break;
    case RANGE_PART:
        response->status = 206;
        break;
    case RANGE_IMPOSSIBLE:
        response_error(request, 416, NULL, response);
        response->file_size = size; /* for Content-Range: bytes */
        break;
    }
}
