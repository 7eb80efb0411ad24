/* response: what a page answers, as plain data; the server turns it into bytes. */
#ifndef POSTWACHT_RESPONSE_H
#define POSTWACHT_RESPONSE_H

#include "schemas/base/buf.h"
#include "web/http/request.h"

#include <stdint.h>

#define ETAG_SIZE 72 /* quotes and 64 digits */

enum cache {
    CACHE_NO_STORE,   /* pages: evidence and other people's addresses */
    CACHE_REVALIDATE, /* assets: kept, asked for again with their ETag */
    CACHE_IMMUTABLE,  /* blobs: named by their hash */
};

struct response {
    unsigned status;
    const char *type;  /* Content-Type, static */
    struct buf body;   /* owned */
    const void *fixed; /* or bytes that live as long as the program */
    size_t fixed_n;
    int file; /* or an open file, owned; -1 none */
    int64_t file_size;
    enum cache cache;
    char etag[ETAG_SIZE]; /* with quotes; "" none */
    char disposition[160];
    char location[PATH_MAX_BYTES];
    const char *allow;     /* for 405 */
    bool ranges;           /* may be asked for in part */
    bool events;           /* a stream of server-sent events instead of a body */
    bool locked_down;      /* a file of evidence: no script, no embedding, whatever it holds */
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

#endif
