/* exchange: one request and its response, free of the HTTP library, so that pages and tests see plain
 * data: a page is `void page_NAME(const struct request *request, struct response *ret)`. */
#ifndef POSTWACHT_EXCHANGE_H
#define POSTWACHT_EXCHANGE_H

#include "schemas/base/buf.h"
#include "schemas/base/hash.h"
#include "web/http/form.h"
#include "web/web.h"
#include "web/text/text.h"

#include <pthread.h>
#include <stdint.h>

#define PATH_MAX_BYTES 256 /* the longest of ours is /blob/ and 64 digits */
#define ETAG_SIZE 72       /* quotes and 64 digits */
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

enum cache {
    CACHE_NO_STORE,   /* pages: evidence and other people's addresses */
    CACHE_REVALIDATE, /* assets: kept, asked for again with their ETag */
    CACHE_IMMUTABLE,  /* blobs: named by their hash */
};

struct response {
    unsigned status;
    const char *type;    /* Content-Type, static */
    struct buf body;     /* owned */
    const void *fixed;   /* or bytes that live as long as the program */
    size_t fixed_n;
    int file;            /* or an open file, owned; -1 none */
    int64_t file_size;
    enum cache cache;
    char etag[ETAG_SIZE]; /* with quotes; "" none */
    char disposition[160];
    char location[PATH_MAX_BYTES];
    const char *allow;   /* for 405 */
    bool ranges;         /* may be asked for in part */
    bool events;         /* a stream of server-sent events instead of a body */
    bool locked_down;    /* a file of evidence: no script, no embedding, whatever it holds */
    int64_t first, length; /* the part to send, set by response_settle; length -1: all */
};

void response_init(struct response *response); /* 200, HTML, no-store, empty */
void response_finish(struct response *response);

/* A page in plain words for anything that is not 200. `detail` may be NULL; it is shown escaped. */
void response_error(const struct request *request, unsigned status, const char *detail,
                    struct response *ret);
void response_redirect(const char *path, struct response *ret); /* 303 See Other */
void response_etag(struct response *response, const char *hex);

/* Answers If-None-Match with 304, and one satisfiable Range with 206, 416 when it cannot be. */
void response_settle(const struct request *request, struct response *response);

int64_t response_length(const struct response *response); /* of the whole body */

/* Whether a POST comes from one of our own forms: by what the browser says, and by the token. */
bool request_is_ours(const char *host, const char *origin, const char *sec_fetch_site);
bool request_has_token(const struct request *request);

#endif
