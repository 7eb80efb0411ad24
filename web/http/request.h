/* request: one request as plain data, free of the HTTP library, for pages and tests. */
#ifndef POSTWACHT_REQUEST_H
#define POSTWACHT_REQUEST_H

#include "web/http/form.h"
#include "web/text/text.h"
#include "web/web.h"

#include <pthread.h>
#include <stdint.h>

#define PATH_MAX_BYTES 256 /* the longest of ours is /blob/ and 64 digits */
#define CSRF_SIZE 65

enum method { METHOD_GET, METHOD_POST, METHOD_COUNT };

struct events;

/* What all requests share; borrowed by every request. */
struct site {
    struct web_host host;
    const char *assets_dir; /* NULL: embedded */
    char csrf[CSRF_SIZE];   /* random of this process */
    struct events *events;
    pthread_mutex_t *heavy; /* held while a PDF or ZIP is made: one at a time */
};

struct request {
    const struct site *site;
    enum method method;
    bool head;
    char path[PATH_MAX_BYTES]; /* as sent: never decoded */
    struct form query, body;
    char argument[FORM_VALUE_SIZE]; /* what the {placeholder} of the route matched */
    enum lang lang;
    bool lang_chosen; /* by ?lang=: remembered in a cookie */
    const char *if_none_match, *if_range, *range, *last_event_id; /* or NULL */
    struct reg *reg; /* borrowed handle; NULL when the route needs none */
};

/* Whether a POST comes from one of our own forms: by what the browser says, and by the token. */
bool request_is_ours(const char *host, const char *origin, const char *sec_fetch_site);
bool request_has_token(const struct request *request);

/* The series that an item belongs to. Series are a help and no part of the record: there is none
 * (n_members 0) also when they cannot be found. Free with series_finish. */
void request_series(const struct request *request, int64_t item, struct series *ret);

#endif
