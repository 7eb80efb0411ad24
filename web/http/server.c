/* The only file that knows libmicrohttpd. It turns a connection into a struct request, asks the
 * table of routes, and turns the struct response back. One thread a connection: an event stream may
 * block.
 *
 * The access handler is called at least twice a request: first with the headers, then with pieces
 * of the body, then once more with none. Everything that can be refused is refused on the first
 * call, before a byte of the body is read. */
#include "web/http/events.h"
#include "web/http/response.h"
#include "web/http/guard.h"
#include "web/http/pool.h"
#include "web/http/route.h"

#include "schemas/base/err.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define CONNECTIONS_MAX 64U
#define CONNECTIONS_PER_IP 40U
#define IDLE_SECONDS 30U /* twice the ping of an event stream */
#define PING_SECONDS 15
#define QUERY_MAX 2048
#define STREAM_BLOCK 512
#define CSRF_BYTES 32
#define COOKIE_AGE "31536000" /* a year, for the language only */

struct web {
    struct MHD_Daemon *daemon;
    struct site site;
    struct pool pool;
    struct events events;
    pthread_mutex_t heavy;
    char assets_dir[4096];
    struct err start_error; /* what the library said while starting */
    atomic_bool started;
};

struct transaction {
    struct request request;
    char query[QUERY_MAX];
    bool too_long, judged, over;
    const struct route *route;
    struct buf body;
};

/* ---- responses
 * ------------------------------------------------------------------------------------ */

static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
static const char file_policy[] = "default-src 'none'; frame-ancestors 'none'; sandbox";

static const char *cache_words(enum cache cache)
{
    switch (cache) {
    case CACHE_IMMUTABLE:
        return "private, max-age=31536000, immutable";
    case CACHE_REVALIDATE:
        return "private, no-cache";
    case CACHE_NO_STORE:
        break;
    }
    return "no-store";
}

static void add_headers(struct MHD_Response *out, const struct request *request,
                        const struct response *response)
{
    static const char *const always[][2] = {
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy",
         "same-origin"}, /* "no-referrer" would make our own forms send Origin: null */
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
    };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        MHD_add_response_header(out, always[i][0], always[i][1]);
    MHD_add_response_header(out, "Content-Security-Policy",
                            response->locked_down ? file_policy : page_policy);
    MHD_add_response_header(out, "Cache-Control", cache_words(response->cache));
    if (response->status != 304 && response->status != 303)
        MHD_add_response_header(out, "Content-Type", response->type);
    if (response->etag[0])
        MHD_add_response_header(out, "ETag", response->etag);
    if (response->disposition[0])
        MHD_add_response_header(out, "Content-Disposition", response->disposition);
    if (response->location[0])
        MHD_add_response_header(out, "Location", response->location);
    if (response->allow && response->status == 405)
        MHD_add_response_header(out, "Allow", response->allow);
    if (response->ranges)
        MHD_add_response_header(out, "Accept-Ranges", "bytes");
    if (response->cache == CACHE_NO_STORE)
        MHD_add_response_header(out, "Vary", "Accept-Language, Cookie");
    if (request->lang_chosen) {
        char cookie[96];
        snprintf(cookie, sizeof cookie,
                 "lang=%s; Path=/; Max-Age=" COOKIE_AGE "; SameSite=Strict; HttpOnly",
                 lang_code(request->lang));
        MHD_add_response_header(out, "Set-Cookie", cookie);
    }
    char range[80];
    if (response->status == 206) {
        snprintf(range, sizeof range, "bytes %lld-%lld/%lld", (long long)response->first,
                 (long long)(response->first + response->length - 1),
                 (long long)response_length(response));
        MHD_add_response_header(out, "Content-Range", range);
    } else if (response->status == 416) {
        snprintf(range, sizeof range, "bytes */%lld", (long long)response->file_size);
        MHD_add_response_header(out, "Content-Range", range);
    }
    /* After a refusal nothing more is read from this connection: a hidden second request stays
     * unread. */
    if (response->status >= 400)
        MHD_add_response_header(out, MHD_HTTP_HEADER_CONNECTION, "close");
}

static ssize_t read_events(void *cls, uint64_t pos, char *ret, size_t max)
{
    (void)pos;
    ssize_t n = events_read(cls, ret, max);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void close_events(void *cls)
{
    events_close(cls);
}

static struct MHD_Response *stream_of(const struct request *request)
{
    const char *seen =
        request->last_event_id ? request->last_event_id : form_get(&request->query, "seen");
    struct events_reader *reader = events_open(request->site->events, seen);
    if (!reader)
        return NULL;
    struct MHD_Response *out = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
                                                                 read_events, reader, close_events);
    if (!out)
        events_close(reader);
    return out;
}

/* The library's response, which takes over the body or the file; NULL when memory is short. */
static struct MHD_Response *library_response(const struct request *request,
                                             struct response *response)
{
    if (response->events) {
        struct MHD_Response *stream = stream_of(request);
        if (stream)
            return stream;
        response_error(request, 503, NULL, response);
    }
    int64_t first = response->length >= 0 ? response->first : 0;
    int64_t length = response->length >= 0 ? response->length : response_length(response);
    struct MHD_Response *out;
    if (response->file >= 0) {
        out = MHD_create_response_from_fd_at_offset64((uint64_t)length, response->file,
                                                      (uint64_t)first);
        if (out)
            response->file = -1;
    } else if (response->fixed) {
        char *bytes = (char *)(uintptr_t)response->fixed; /* the API is not const; it only reads */
        out =
            MHD_create_response_from_buffer((size_t)length, bytes + first, MHD_RESPMEM_PERSISTENT);
    } else {
        char none[1] = "";
        char *bytes = response->body.data ? response->body.data : none;
        out = MHD_create_response_from_buffer((size_t)length, bytes + first, MHD_RESPMEM_MUST_COPY);
    }
    return out;
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     const struct request *request, struct response *response)
{
    if (response->body.failed)
        response_error(request, 500, NULL, response);
    response_settle(request, response);
    struct MHD_Response *out = library_response(request, response);
    if (!out) {
        response_finish(response);
        return MHD_NO;
    }
    add_headers(out, request, response);
    enum MHD_Result queued = MHD_queue_response(connection, response->status, out);
    MHD_destroy_response(out);
    response_finish(response);
    return queued;
}

/* ---- requests
 * ------------------------------------------------------------------------------------- */

static void *begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct web *web = cls;
    (void)connection;
    struct transaction *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->request.site = &web->site;
    size_t path = strcspn(uri, "?");
    const char *query = uri[path] ? uri + path + 1 : "";
    t->too_long = path >= sizeof t->request.path || strlen(query) >= sizeof t->query;
    if (!t->too_long) {
        memcpy(t->request.path, uri, path);
        strcpy(t->query, query);
    }
    return t;
}

static void completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                      enum MHD_RequestTerminationCode why)
{
    (void)cls;
    (void)connection;
    (void)why;
    struct transaction *t = *con_cls;
    if (!t)
        return;
    buf_finish(&t->body);
    free(t);
    *con_cls = NULL;
}

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    (void)kind;
    guard_header(cls, name, value);
    return MHD_YES;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void read_lang(struct MHD_Connection *connection, struct request *request)
{
    const char *asked = form_get(&request->query, "lang");
    const char *cookie = MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, "lang");
    const char *accept = header(connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
    request->lang_chosen = asked != NULL;
    request->lang = asked    ? lang_from_code(asked)
                    : cookie ? lang_from_code(cookie)
                             : lang_from_accept(accept, LANG_NL);
}

static enum method method_of(const char *text, bool *ret_head)
{
    *ret_head = strcmp(text, MHD_HTTP_METHOD_HEAD) == 0;
    if (*ret_head || strcmp(text, MHD_HTTP_METHOD_GET) == 0)
        return METHOD_GET;
    return strcmp(text, MHD_HTTP_METHOD_POST) == 0 ? METHOD_POST : METHOD_COUNT;
}

/* The first call: fills the request and finds its route. Returns 0 to go on, or the status that
 * refuses it. */
static unsigned judge(struct MHD_Connection *connection, const char *method, struct transaction *t,
                      const char **ret_allow)
{
    struct request *request = &t->request;
    struct guard guard = {0};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &guard);
    request->method = method_of(method, &request->head);
    request->if_none_match = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
    request->if_range = header(connection, MHD_HTTP_HEADER_IF_RANGE);
    request->range = header(connection, MHD_HTTP_HEADER_RANGE);
    request->last_event_id = header(connection, "Last-Event-ID");
    bool query_fine = !t->too_long && form_parse(t->query, strlen(t->query), &request->query);
    read_lang(connection, request);
    enum route_found found =
        route_find(request->method, request->path, &t->route, request->argument, ret_allow);
    switch (guard_judge(&guard, found == ROUTE_FOUND ? t->route->body_max : 0)) {
    case GUARD_BAD_REQUEST:
        return 400;
    case GUARD_FOREIGN_HOST:
        return 403;
    case GUARD_TOO_LARGE:
        return 413;
    case GUARD_PASS:
        break;
    }
    if (!query_fine)
        return 400;
    if (found != ROUTE_FOUND)
        return found == ROUTE_OTHER_METHOD ? 405 : 404;
    if (request->method == METHOD_POST &&
        !request_is_ours(header(connection, MHD_HTTP_HEADER_HOST),
                         header(connection, MHD_HTTP_HEADER_ORIGIN),
                         header(connection, "Sec-Fetch-Site")))
        return 403;
    return 0;
}

/* The last call: the page is made. */
static void run_route(struct web *web, struct transaction *t, struct response *ret)
{
    struct request *request = &t->request;
    struct err err = {0};
    if (request->method == METHOD_POST &&
        (!form_parse(t->body.data ? t->body.data : "", t->body.len, &request->body) ||
         !request_has_token(request))) {
        response_error(request, 403, NULL, ret);
        return;
    }
    if (t->route->needs == NEEDS_REGISTER && !pool_take(&web->pool, &request->reg, &err)) {
        response_error(request, 503, err.text, ret);
        return;
    }
    t->route->run(request, ret);
    if (request->reg)
        pool_give(&web->pool, request->reg);
    request->reg = NULL;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_n, void **con_cls)
{
    (void)url; /* percent-decoded, cut at NUL: never used; begin() kept the path as it was sent */
    (void)version;
    struct web *web = cls;
    struct transaction *t = *con_cls;
    if (!t)
        return MHD_NO;
    struct response response;
    response_init(&response);
    if (!t->judged) {
        t->judged = true;
        unsigned refusal = judge(connection, method, t, &response.allow);
        if (!refusal)
            return MHD_YES;
        response_error(&t->request, refusal, NULL, &response);
        return send_response(connection, &t->request, &response);
    }
    if (*upload_n >
        0) { /* the library hands over no more than was announced; checked all the same */
        t->over = t->over || t->body.len + *upload_n > t->route->body_max;
        if (!t->over)
            buf_append(&t->body, upload, *upload_n);
        *upload_n = 0;
        return MHD_YES;
    }
    if (t->over || t->body.failed)
        response_error(&t->request, 413, NULL, &response);
    else
        run_route(web, t, &response);
    return send_response(connection, &t->request, &response);
}

/* ---- start and stop
 * ------------------------------------------------------------------------------- */

/* Only the daemon logs: what the library says counts while starting, when it explains a failure. */
static void hear(void *cls, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
static void hear(void *cls, const char *fmt, va_list ap)
{
    struct web *web = cls;
    if (web->started)
        return;
    vsnprintf(web->start_error.text, sizeof web->start_error.text, fmt, ap);
    web->start_error.text[strcspn(web->start_error.text, "\r\n")] = '\0';
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool loopback_address(const char *text, uint16_t port, union address *ret, struct err *err)
{
    union address address = {0};
    if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(port);
        if (ntohl(address.v4.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
            return err_set(err, "refusing to serve on %s: without encryption only 127.0.0.1 or ::1",
                           text);
    } else if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(port);
        if (!IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr))
            return err_set(err, "refusing to serve on %s: without encryption only 127.0.0.1 or ::1",
                           text);
    } else {
        return err_set(err, "\"%s\" is not an address: use 127.0.0.1 or ::1", text);
    }
    *ret = address;
    return true;
}

static bool start_daemon(struct web *web, const char *text, uint16_t port, struct err *err)
{
    union address address;
    if (!loopback_address(text, port, &address, err))
        return false;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_AUTO | MHD_USE_ITC | MHD_USE_ERROR_LOG |
                     (address.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0U);
    web->daemon = MHD_start_daemon(
        flags, port, NULL, NULL, handle, web, MHD_OPTION_EXTERNAL_LOGGER, hear, web,
        MHD_OPTION_SOCK_ADDR, &address.any, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, CONNECTIONS_PER_IP, MHD_OPTION_CONNECTION_TIMEOUT,
        IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, begin, web,
        MHD_OPTION_NOTIFY_COMPLETED, completed, web, MHD_OPTION_END);
    if (!web->daemon)
        return err_set(err, "cannot serve on %s port %u: %s; is another program using it?", text,
                       (unsigned)port, web->start_error.text);
    return true;
}

static bool random_bytes(void *ret, size_t n, struct err *err)
{
    return getrandom(ret, n, 0) == (ssize_t)n || err_errno(err, "cannot get random bytes");
}

bool web_start(const struct web_config *config, struct web **ret, struct err *err)
{
    uint8_t secret[CSRF_BYTES];
    uint32_t epoch;
    if (!random_bytes(secret, sizeof secret, err) || !random_bytes(&epoch, sizeof epoch, err))
        return false;
    if (config->assets_dir && strlen(config->assets_dir) >= sizeof((struct web *)0)->assets_dir)
        return err_set(err, "the name of the folder of assets is too long");
    struct web *web = calloc(1, sizeof *web);
    if (!web)
        return err_set(err, "out of memory");
    if (!pool_init(&web->pool, config->register_dir, err)) {
        free(web);
        return false;
    }
    events_init(&web->events, epoch, PING_SECONDS);
    pthread_mutex_init(&web->heavy, NULL);
    web->site = (struct site){.host = config->host, .events = &web->events, .heavy = &web->heavy};
    hex_encode(secret, sizeof secret, web->site.csrf);
    if (config->assets_dir) {
        strcpy(web->assets_dir, config->assets_dir);
        web->site.assets_dir = web->assets_dir;
    }
    if (!start_daemon(web, config->address ? config->address : "127.0.0.1", config->port, err)) {
        web_stop(web);
        return false;
    }
    web->started = true;
    *ret = web;
    return true;
}

uint16_t web_port(const struct web *web)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void web_stop(struct web *web)
{
    if (!web)
        return;
    events_stop(&web->events);
    if (web->daemon)
        MHD_stop_daemon(web->daemon);
    pool_finish(&web->pool);
    events_finish(&web->events);
    pthread_mutex_destroy(&web->heavy);
    free(web);
}

void web_changed(struct web *web)
{
    events_changed(&web->events);
}
