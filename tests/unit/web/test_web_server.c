/* The server as the outside sees it: raw requests over a socket, against a register with drawn
 * sheets. */
#define ANSWERS_OF_A_CALM_SERVER 20 /* one after the other */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client.h"
#include "fixture.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "web/http/events.h"
#include "web/web.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST "Host: localhost\r\n"

static char folder[4096];
static struct web *web;
static uint16_t port;
static atomic_int batches_started;
static struct buf answer;

static void status(void *ctx, struct web_status *ret)
{
    (void)ctx;
    *ret = (struct web_status){.recorded = 5, .captured = 5};
    strcpy(ret->message, "<b>jam</b>");
}

static bool start_batch(void *ctx, struct err *err)
{
    (void)ctx;
    (void)err;
    atomic_fetch_add(&batches_started, 1);
    return true;
}

/* Items 2 and 4 are one series; the reasons hold what was read on an envelope. */
static bool series(void *ctx, struct reg *reg, int64_t item, struct series *ret, struct err *err)
{
    static struct series_member member[2] = {
        {.item = 2, .captured = "2026-11-21T20:26:44.000Z", .country = "DE", .verdict = 1},
        {.item = 4, .captured = "2026-11-22T20:26:44.000Z", .country = "FR", .verdict = 3}};
    static struct series_cell cell[4] = {
        {.shows = SERIES_SHOWS_DEVIATION, .value = 5.2, .has_detail = true, .detail = {0.1, -5.2}},
        {.shows = SERIES_SHOWS_MISSING},
        {.shows = SERIES_SHOWS_DEVIATION, .value = 5.1, .has_detail = true, .detail = {0.1, -5.1}},
        {.shows = SERIES_SHOWS_NOTHING}};
    struct series made = {.id = 2, .n_members = 2, .member = member, .n_reasons = 2, .cell = cell};
    made.reason[0] = (struct series_reason){.check = "place",
                                            .element = "slogan",
                                            .reason = "slogan_moved",
                                            .n = 2,
                                            .has_typical = true,
                                            .typical = {0.1, -5.15}};
    made.reason[1] = (struct series_reason){
        .check = "sender_text", .element = "<b>", .n = 2, .words = FIXTURE_HOSTILE};
    (void)ctx;
    (void)reg;
    if (item == 3)
        return err_set(err, "no series today");
    *ret = (struct series){0};
    return (item != 2 && item != 4) || series_copy(&made, ret, err);
}

static char phrases_file[PATH_SIZE];

static bool phrases(void *ctx, struct own_phrase *ret, int *ret_n, struct err *err)
{
    (void)ctx;
    return phrase_book_read(phrases_file, ret, ret_n, err);
}

static bool phrase_add(void *ctx, const struct own_phrase *phrase, struct err *err)
{
    (void)ctx;
    return phrase_book_add(phrases_file, phrase, err);
}

static bool phrase_remove(void *ctx, const char *text, const char *country, struct err *err)
{
    (void)ctx;
    return phrase_book_remove(phrases_file, text, country, err);
}

static int setup(void **state)
{
    (void)state;
    struct err err = {0};
    char dir[PATH_SIZE];
    bool fine = fixture_folder(folder, &err) && fixture_register(folder, FIXTURE_KINDS, &err) &&
                path_join(dir, folder, "register", &err) &&
                path_join(phrases_file, folder, PHRASE_BOOK_FILE, &err);
    struct web_config config = {.register_dir = dir,
                                .address = "127.0.0.1",
                                .host = {.status = status,
                                         .start_batch = start_batch,
                                         .series = series,
                                         .phrases = phrases,
                                         .phrase_add = phrase_add,
                                         .phrase_remove = phrase_remove}};
    fine = fine && web_start(&config, &web, &err);
    if (!fine) {
        print_error("%s\n", err.text);
        return -1;
    }
    port = web_port(web);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    web_stop(web);
    buf_finish(&answer);
    fixture_remove(folder);
    return 0;
}

static int get(const char *path)
{
    return client_get(port, "GET", path, "", &answer);
}

static int talk(const char *text)
{
    buf_clear(&answer);
    return client_talk(port, text, strlen(text), NULL, &answer);
}

static void must_hold(const char *words)
{
    if (!strstr(answer.data, words))
        fail_msg("the answer lacks \"%s\"", words);
}

static void every_page_has_the_security_headers(void **state)
{
    (void)state;
    static const char *const paths[] = {"/",     "/item/2",           "/about",
                                        "/nope", "/assets/style.css", "/healthz"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        size_t n = 0;
        get(paths[i]);
        assert_true(client_header_is(&answer, "X-Content-Type-Options", "nosniff"));
        assert_true(client_header_is(&answer, "Referrer-Policy", "same-origin"));
        assert_true(client_header_is(&answer, "X-Frame-Options", "DENY"));
        const char *policy = client_header(&answer, "Content-Security-Policy", &n);
        assert_non_null(policy);
        assert_non_null(memmem(policy, n, "default-src 'none'", 18));
        assert_null(memmem(policy, n, "unsafe", 6));
    }
    assert_int_equal(get("/item/2"), 200);
    assert_true(client_header_is(&answer, "Cache-Control", "no-store"));
}

static void list_shows_what_the_register_holds(void **state)
{
    (void)state;
    assert_int_equal(get("/?lang=nl"), 200);
    must_hold("De slogan ontbreekt");
    must_hold("href=\"/item/2\"");
    must_hold("Alleen geteld, niet bewaard");
    must_hold("Duitsland, Deutsche Post: geadresseerde");
    must_hold("&lt;b&gt;jam&lt;/b&gt;");
    assert_int_equal(get("/?lang=en&verdict=unsure"), 200);
    must_hold("The slogan is covered");
    assert_null(strstr(answer.data, "The slogan is missing"));
    assert_int_equal(get("/fragment/list?verdict=other"), 200);
    assert_null(strstr(answer.data, "<html"));
    assert_null(strstr(answer.data, "href=\"/item/"));
    assert_int_equal(get("/?verdict=%3Cscript%3E&before=x&batch=%22%3E%3Cscript%3E"), 200);
    assert_null(strstr(answer.data, "<script>"));
}

static void hostile_readings_stay_text(void **state)
{
    (void)state;
    assert_int_equal(get("/item/4?lang=nl"), 200);
    must_hold("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; ");
    assert_null(strstr(answer.data, "<script>"));
    assert_null(strstr(answer.data, "NaN"));
}

static void item_page_shows_pictures_and_care(void **state)
{
    (void)state;
    assert_int_equal(get("/item/2?lang=nl"), 200);
    must_hold("Niet openen");
    must_hold("0900-8844");
    must_hold("alt=\"Foto van de voorkant van de envelop\"");
    must_hold("viewBox=\"0 0 229.000 162.000\"");
    must_hold("data-finding=\"4\"");
    must_hold("Zo hoort het");
    must_hold("31,25");
    must_hold("AFTFTFDTADTAFDTFAFTADTFADTDAFDADADADAF (controlecijfer klopt niet: geen feit)</dd>");
    must_hold("oranje sorteerstrepen");
    must_hold("De reis van deze envelop");
    must_hold("<b>Gepost</b> 12 oktober 2026");
    must_hold("Nederland · nummer van de zending RR473124829NL");
    must_hold("<b>Gesorteerd</b> <span class=\"quiet\">dag onbekend</span>");
    must_hold("<b>Teruggestuurd</b> 2 november 2026");
    must_hold("Erika Muster<br>Lindenweg 14<br>48143 Münster<br>Duitsland");
    must_hold("(nummer van een zending (UPU S10), gepost in Nederland)</dd>");
    assert_int_equal(get("/item/1?lang=nl"), 200);
    assert_null(strstr(answer.data, "Niet openen"));
    assert_int_equal(get("/item/999"), 404);
}

/* Readings that share a pair of pictures share the section that shows it. */
static void print_is_shown_close_up(void **state)
{
    (void)state;
    assert_int_equal(get("/item/2?lang=en"), 200);
    must_hold("<a href=\"#print-1\">See the print close up</a>");
    must_hold("id=\"print-1\"><h3 class=\"capital\">the logo, edges</h3>");
    must_hold("Edge raggedness: <b>31.25</b>");
    must_hold("alt=\"the logo, edges: One of our own envelopes\"");
    must_hold("alt=\"the logo, edges: On this envelope\"");
    must_hold("the measured edge as a thin line");
    assert_null(strstr(answer.data, "#print-2"));
    must_hold("alt=\"Yellow tracking dots: Made visible\"");
    assert_int_equal(get("/item/1?lang=en"), 200);
    assert_null(strstr(answer.data, "print-title"));
    assert_null(strstr(answer.data, "dots-title"));
}

static void series_are_named_and_compared(void **state)
{
    (void)state;
    assert_int_equal(get("/item/4?lang=nl"), 200);
    must_hold("Mogelijk deel van reeks 2: 2 enveloppen sinds 21 november 2026");
    must_hold("bij 2 van de 2");
    must_hold("de slogan staat 5,2 mm te hoog");
    must_hold("href=\"/item/2\"");
    must_hold("href=\"/series/2\"");
    assert_int_equal(get("/series/2?lang=nl"), 200);
    must_hold("de slogan staat 5,2 mm te hoog");
    must_hold("5,1 mm te hoog");
    must_hold("ontbreekt");
    must_hold("niet te zien");
    must_hold("Duitsland, Frankrijk");
    assert_null(strstr(answer.data, "<script>alert"));
    assert_null(strstr(answer.data, "<b>"));
    assert_int_equal(get("/series/2?lang=en"), 200);
    must_hold("the slogan stands 5.2 mm too high");
    assert_int_equal(get("/series/4"), 303); /* the earliest item names it */
    assert_true(client_header_is(&answer, "Location", "/series/2"));
    assert_int_equal(get("/series/1"), 404);
    assert_int_equal(get("/series/3"), 503);
    assert_int_equal(get("/item/3"), 200); /* without its series */
    assert_int_equal(get("/item/1?lang=nl"), 200);
    assert_null(strstr(answer.data, "deel van reeks"));
}

static void language_follows_request_and_cookie(void **state)
{
    (void)state;
    client_get(port, "GET", "/", "Accept-Language: en-GB\r\n", &answer);
    must_hold("<html lang=\"en\">");
    client_get(port, "GET", "/", "", &answer);
    must_hold("<html lang=\"nl\">");
    client_get(port, "GET", "/?lang=en", "", &answer);
    must_hold("Set-Cookie: lang=en;");
    client_get(port, "GET", "/", "Cookie: lang=en\r\nAccept-Language: nl\r\n", &answer);
    must_hold("<html lang=\"en\">");
}

static void hidden_requests_are_not_served(void **state)
{
    (void)state;
    static const char hidden[] = "GET /about HTTP/1.1\r\n" HOST "\r\n";
    char text[2048];
    static const char *const heads[] = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 50\r\n\r\n",
        "Content-Length: 50\r\nContent-Length: 0\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        HOST "\r\n",
    };
    static const char *const methods[] = {"GET /", "POST /batch/start"};
    for (size_t m = 0; m < 2; m++) {
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
            snprintf(text, sizeof text, "%s HTTP/1.1\r\n" HOST "%s%s", methods[m], heads[i],
                     hidden);
            talk(text); /* the library's own refusals repeat their head: only 400s may come */
            assert_non_null(answer.data);
            for (const char *at = answer.data; (at = strstr(at, "HTTP/1.1 ")); at++)
                if (strncmp(at, "HTTP/1.1 400", 12) != 0)
                    fail_msg("head %zu of %s got %.40s", i, methods[m], at);
        }
    }
    assert_int_equal(atomic_load(&batches_started), 0);
}

/* Requests with bytes changed, cut and doubled at random places (a fixed sequence): the server may
 * answer as it likes, but it must stand afterwards. */
static void garbage_is_survived(void **state)
{
    (void)state;
    static const char good[] =
        "POST /batch/start?a=b HTTP/1.1\r\n" HOST
        "Content-Length: 11\r\nCookie: lang=en\r\nRange: bytes=0-1\r\n\r\ncsrf=abcdef";
    uint32_t seed = 12345;
    int before = atomic_load(&batches_started);
    for (int round = 0; round < 150; round++) {
        char bytes[sizeof good];
        memcpy(bytes, good, sizeof good);
        size_t n = sizeof good - 1;
        for (int change = 0; change < 1 + round % 6; change++) {
            seed = seed * 1664525U +
                   1013904223U; /* a linear congruential generator is random enough */
            bytes[(seed >> 8) % n] = (char)(seed >> 24);
        }
        int fd = client_connect(port);
        assert_true(fd >= 0);
        send(fd, bytes, round % 5 == 0 ? n / 2 : n, MSG_NOSIGNAL);
        close(fd); /* without waiting for an answer: the server finds the other side gone as well */
    }
    /* On a slow machine the abandoned connections fill the limit per address for a moment, and
     * several threads clear them away: one answer in between does not say that all are gone. */
    int status = 0;
    for (int tries = 0, answered = 0; tries < 200 && answered < ANSWERS_OF_A_CALM_SERVER; tries++) {
        status = get("/healthz");
        answered = status == 200 ? answered + 1 : 0;
        if (status != 200)
            usleep(100000);
    }
    assert_int_equal(status, 200);
    assert_int_equal(atomic_load(&batches_started), before);
}

static void foreign_hosts_are_refused(void **state)
{
    (void)state;
    assert_int_equal(talk("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 1);
    must_hold("HTTP/1.1 403");
    talk("GET / HTTP/1.1\r\n\r\n");
    must_hold(" 400 ");
    talk("GET / HTTP/1.0\r\n\r\n");
    must_hold(" 400 ");
}

static void tricks_with_paths_find_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/assets/../style.css",
        "/assets/%2e%2e/style.css",
        "/assets/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/healthz%00x",
        "/%68ealthz",
        "//healthz",
        "/blob/../../register.db",
        "/item/2/../3",
        "/item/2%20",
        "/assets/style.css%00.png",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (get(paths[i]) != 404)
            fail_msg("%s gave %.20s", paths[i], answer.data);
    char longest[600] = "/item/";
    memset(longest + 6, '1', sizeof longest - 7);
    assert_int_equal(get(longest), 400);
    assert_int_equal(get("/?a=%00"), 400);
}

static void methods_are_checked(void **state)
{
    (void)state;
    assert_int_equal(client_get(port, "DELETE", "/item/2", "", &answer), 405);
    assert_true(client_header_is(&answer, "Allow", "GET, HEAD"));
    assert_int_equal(client_get(port, "GET", "/batch/start", "", &answer), 405);
    assert_true(client_header_is(&answer, "Allow", "POST"));
    assert_int_equal(client_get(port, "TRACE", "/", "", &answer), 405);
    assert_int_equal(client_post(port, "/item/2", "", "", &answer), 405);
    assert_int_equal(client_get(port, "HEAD", "/item/2", "", &answer), 200);
    assert_string_equal(client_body(&answer), "");
    size_t n;
    assert_non_null(client_header(&answer, "Content-Length", &n));
}

/* The token stands in the page's form. */
static void token_of_the_form(char ret[128])
{
    get("/");
    const char *at = strstr(answer.data, "name=\"csrf\" value=\"");
    assert_non_null(at);
    at += strlen("name=\"csrf\" value=\"");
    size_t n = strcspn(at, "\"");
    assert_int_equal(n, 64);
    memcpy(ret, at, n);
    ret[n] = '\0';
}

static void buttons_need_token_and_origin(void **state)
{
    (void)state;
    char token[128], body[160], origin[80];
    token_of_the_form(token);
    snprintf(body, sizeof body, "csrf=%s", token);
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%u\r\n", (unsigned)port);
    int before = atomic_load(&batches_started);
    assert_int_equal(client_post(port, "/batch/start", "", "csrf=wrong", &answer), 403);
    assert_int_equal(client_post(port, "/batch/start", "", "", &answer), 403);
    assert_int_equal(
        client_post(port, "/batch/start", "Origin: http://evil.example\r\n", body, &answer), 403);
    assert_int_equal(
        client_post(port, "/batch/start", "Sec-Fetch-Site: cross-site\r\n", body, &answer), 403);
    assert_int_equal(atomic_load(&batches_started), before);
    assert_int_equal(client_post(port, "/batch/start", origin, body, &answer), 303);
    assert_true(client_header_is(&answer, "Location", "/"));
    assert_int_equal(atomic_load(&batches_started), before + 1);
    assert_int_equal(client_post(port, "/batch/stop", origin, body, &answer),
                     503); /* no such button */
    char *large = calloc(1, 5000);
    memset(large, 'a', 4999);
    assert_int_equal(client_post(port, "/batch/start", "", large, &answer), 413);
    free(large);
}

static void first_blob(char ret[SHA256_HEX_SIZE])
{
    assert_int_equal(get("/item/2"), 200);
    const char *at = strstr(answer.data, "src=\"/blob/");
    assert_non_null(at);
    memcpy(ret, at + strlen("src=\"/blob/"), SHA256_HEX_SIZE - 1);
    ret[SHA256_HEX_SIZE - 1] = '\0';
}

static int post_phrase(const char *path, const char *rest)
{
    char token[128], body[2048];
    token_of_the_form(token);
    snprintf(body, sizeof body, "csrf=%s&%s", token, rest);
    return client_post(port, path, "", body, &answer);
}

static void the_office_adds_wording(void **state)
{
    (void)state;
    assert_int_equal(get("/phrases?lang=nl"), 200);
    must_hold("U hebt nog geen zinnen toegevoegd.");
    must_hold("<option value=\"MOVED\">geadresseerde verhuisd</option>");
    assert_int_equal(
        post_phrase("/phrases/add",
                    "text=Terug+naar+%3Cb%3Eafzender%3C%2Fb%3E+%26+co&reason=MOVED&country=BE"),
        303);
    assert_int_equal(get("/phrases?lang=nl"), 200);
    must_hold("Terug naar &lt;b&gt;afzender&lt;/b&gt; &amp; co");
    must_hold("<td>België</td>");
    assert_null(strstr(answer.data, "<b>afzender"));
    /* what is no phrase is told, and kept for mending */
    static const char *const bad[] = {
        "text=abc&reason=MOVED&country=", "text=a%09bcdefg&reason=MOVED",
        "text=goede+zin&reason=NONSENSE", "text=goede+zin&country=%3Cs",
        "text=Terug+naar+%3Cb%3Eafzender%3C%2Fb%3E+%26+co&reason=OTHER&country=BE"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(post_phrase("/phrases/add", bad[i]), 400);
        must_hold("role=\"alert\"");
    }
    must_hold("value=\"Terug naar &lt;b&gt;afzender&lt;/b&gt; &amp; co\"");
    assert_int_equal(
        client_post(port, "/phrases/add", "", "csrf=wrong&text=goede+zin&reason=MOVED", &answer),
        403);
    assert_int_equal(post_phrase("/phrases/remove",
                                 "text=Terug+naar+%3Cb%3Eafzender%3C%2Fb%3E+%26+co&country=BE"),
                     303);
    get("/phrases?lang=en");
    must_hold("You have not added any yet.");
}

static void blobs_are_immutable_and_partial(void **state)
{
    (void)state;
    char hex[SHA256_HEX_SIZE], again[SHA256_HEX_SIZE], path[96], tag[128];
    uint8_t digest[SHA256_SIZE];
    first_blob(hex);
    snprintf(path, sizeof path, "/blob/%s", hex);
    assert_int_equal(get(path), 200);
    assert_true(client_header_is(&answer, "Content-Type", "image/jpeg"));
    assert_true(client_header_is(&answer, "Cache-Control", "private, max-age=31536000, immutable"));
    must_hold("sandbox");
    const char *body = client_body(&answer);
    size_t size = answer.len - (size_t)(body - answer.data);
    sha256_bytes(body, size, digest);
    hex_encode(digest, sizeof digest, again);
    assert_string_equal(again, hex);
    char middle[16];
    memcpy(middle, body + 100, sizeof middle);
    assert_int_equal(client_get(port, "GET", path, "Range: bytes=100-115\r\n", &answer), 206);
    assert_memory_equal(client_body(&answer), middle, sizeof middle);
    assert_true(client_header_is(&answer, "Content-Length", "16"));
    assert_int_equal(client_get(port, "GET", path, "Range: bytes=99999999-\r\n", &answer), 416);
    snprintf(tag, sizeof tag, "If-None-Match: \"%s\"\r\n", hex);
    assert_int_equal(client_get(port, "GET", path, tag, &answer), 304);
    assert_int_equal(client_get(port, "HEAD", path, "", &answer), 200);
    path[strlen(path) - 1] = path[strlen(path) - 1] == '0' ? '1' : '0';
    assert_int_equal(get(path), 404);
}

static void assets_are_revalidated(void **state)
{
    (void)state;
    size_t n;
    char tag[128];
    assert_int_equal(get("/assets/style.css"), 200);
    assert_true(client_header_is(&answer, "Content-Type", "text/css; charset=utf-8"));
    const char *etag = client_header(&answer, "ETag", &n);
    assert_non_null(etag);
    snprintf(tag, sizeof tag, "If-None-Match: %.*s\r\n", (int)n, etag);
    assert_int_equal(client_get(port, "GET", "/assets/style.css", tag, &answer), 304);
    assert_int_equal(get("/assets/app.js"), 200);
    assert_int_equal(get("/assets/web.h"), 404);
    assert_int_equal(get("/favicon.ico"), 200);
    assert_true(client_header_is(&answer, "Content-Type", "image/svg+xml"));
}

static void documents_can_be_fetched(void **state)
{
    (void)state;
    assert_int_equal(get("/item/2/sheet.pdf"), 200);
    assert_true(client_header_is(&answer, "Content-Type", "application/pdf"));
    assert_memory_equal(client_body(&answer), "%PDF-", 5);
    assert_int_equal(get("/item/2/export.zip"), 200);
    assert_memory_equal(client_body(&answer), "PK", 2);
    assert_int_equal(get("/item/77/sheet.pdf"), 404);
    assert_int_equal(get("/item/77/export.zip"), 404);
}

static void checkpoint_is_shown(void **state)
{
    (void)state;
    assert_int_equal(get("/about?lang=nl"), 200);
    must_hold("Nieuwste controlegetal");
    must_hold("Vingerafdruk van de sleutel");
    assert_int_equal(get("/healthz"), 200);
    assert_string_equal(client_body(&answer), "ok\n");
}

static void *tell_soon(void *arg)
{
    (void)arg;
    usleep(200 * 1000);
    web_changed(web);
    return NULL;
}

static void events_arrive(void **state)
{
    (void)state;
    static const char request[] = "GET /events HTTP/1.1\r\n" HOST "\r\n";
    pthread_t teller;
    buf_clear(&answer);
    assert_int_equal(pthread_create(&teller, NULL, tell_soon, NULL), 0);
    client_talk(port, request, sizeof request - 1, "event: changed", &answer);
    pthread_join(teller, NULL);
    must_hold("text/event-stream");
    must_hold("retry: 3000");
    must_hold("id: ");
    must_hold("event: changed");
    /* A page that saw an older state is told at once. */
    static const char late[] = "GET /events HTTP/1.1\r\n" HOST "Last-Event-ID: 00000000-1\r\n\r\n";
    buf_clear(&answer);
    client_talk(port, late, sizeof late - 1, "event: changed", &answer);
    must_hold("event: changed");
}

/* Idle streams are pinged; there are never so many that pages cannot be reached; stopping ends
 * them. */
static void events_ping_and_end(void **state)
{
    (void)state;
    struct events events;
    char text[512], id[EVENT_ID_SIZE];
    events_init(&events, 7, 1);
    events_id(&events, id);
    assert_string_equal(id, "00000007-0");
    struct events_reader *reader = events_open(&events, id), *more[EVENT_READERS_MAX] = {0};
    assert_non_null(reader);
    ssize_t n = events_read(reader, text, 5); /* a small buffer gets the message in pieces */
    assert_int_equal(n, 5);
    assert_memory_equal(text, "retry", 5);
    n = events_read(reader, text, sizeof text);
    assert_true(n > 0);
    n = events_read(reader, text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_string_equal(text, ": ping\n\n");
    int opened = 0;
    for (int i = 0; i < EVENT_READERS_MAX; i++)
        opened += (more[i] = events_open(&events, NULL)) != NULL;
    assert_int_equal(opened, EVENT_READERS_MAX - 1);
    events_stop(&events);
    assert_int_equal(events_read(reader, text, sizeof text), -1);
    events_close(reader);
    for (int i = 0; i < EVENT_READERS_MAX; i++)
        if (more[i])
            events_close(more[i]);
    assert_null(events_open(&events, NULL));
    events_finish(&events);
}

static void *fetch_many(void *arg)
{
    static const char *const paths[] = {"/", "/item/2", "/about", "/item/4", "/fragment/list"};
    struct buf got = {0};
    intptr_t failures = 0;
    for (int i = 0; i < 10; i++)
        failures += client_get(port, "GET", paths[(i + *(int *)arg) % 5], "", &got) != 200;
    buf_finish(&got);
    return (void *)failures;
}

static void many_at_once_are_served(void **state)
{
    (void)state;
    pthread_t thread[12];
    int start[12];
    for (int i = 0; i < 12; i++) {
        start[i] = i;
        assert_int_equal(pthread_create(&thread[i], NULL, fetch_many, &start[i]), 0);
    }
    for (int i = 0; i < 12; i++) {
        void *failures = NULL;
        pthread_join(thread[i], &failures);
        assert_null(failures);
    }
}

static void only_loopback_is_served(void **state)
{
    (void)state;
    static const char *const refused[] = {"0.0.0.0", "192.168.1.2", "::", "localhost",
                                          "",        "2001:db8::1"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct web_config config = {.register_dir = folder, .address = refused[i]};
        struct web *other = NULL;
        struct err err = {0};
        assert_false(web_start(&config, &other, &err));
        assert_true(strlen(err.text) > 0);
    }
    struct web_config taken = {.register_dir = folder, .address = "127.0.0.1", .port = port};
    struct web *other = NULL;
    struct err err = {0};
    assert_false(web_start(&taken, &other, &err));
    assert_non_null(strstr(err.text, "another program"));
}

/* Before the first batch there may be no register: the page says so and health stays well. */
static void a_missing_register_is_told(void **state)
{
    (void)state;
    struct web_config config = {.register_dir = "/nonexistent/register", .address = "127.0.0.1"};
    struct web *other = NULL;
    assert_true(web_start(&config, &other, NULL));
    uint16_t there = web_port(other);
    for (int i = 0; i < 12; i++) /* a failed opening must not use up the pool */
        assert_int_equal(client_get(there, "GET", "/", "", &answer), 503);
    assert_int_equal(client_get(there, "GET", "/healthz", "", &answer), 200);
    web_stop(other);
}

static void assets_may_come_from_a_folder(void **state)
{
    (void)state;
    static const char style[] = "body { color: teal }";
    char assets[PATH_SIZE], path[PATH_SIZE];
    struct web *other = NULL;
    assert_true(path_join(assets, folder, "assets", NULL) && dir_make(assets, NULL));
    assert_true(path_join(path, assets, "style.css", NULL));
    assert_true(file_write_atomic(path, style, sizeof style - 1, 0600, NULL));
    assert_true(path_join(path, assets, "secret.txt", NULL));
    assert_true(file_write_atomic(path, "x", 1, 0600, NULL));
    struct web_config config = {
        .register_dir = folder, .address = "127.0.0.1", .assets_dir = assets};
    assert_true(web_start(&config, &other, NULL));
    uint16_t there = web_port(other);
    assert_int_equal(client_get(there, "GET", "/assets/style.css", "", &answer), 200);
    assert_string_equal(client_body(&answer), style);
    assert_int_equal(client_get(there, "GET", "/assets/app.js", "", &answer), 200); /* built in */
    assert_int_equal(client_get(there, "GET", "/assets/secret.txt", "", &answer), 404);
    web_stop(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_has_the_security_headers),
        cmocka_unit_test(list_shows_what_the_register_holds),
        cmocka_unit_test(hostile_readings_stay_text),
        cmocka_unit_test(item_page_shows_pictures_and_care),
        cmocka_unit_test(print_is_shown_close_up),
        cmocka_unit_test(series_are_named_and_compared),
        cmocka_unit_test(language_follows_request_and_cookie),
        cmocka_unit_test(hidden_requests_are_not_served),
        cmocka_unit_test(garbage_is_survived),
        cmocka_unit_test(foreign_hosts_are_refused),
        cmocka_unit_test(tricks_with_paths_find_nothing),
        cmocka_unit_test(methods_are_checked),
        cmocka_unit_test(buttons_need_token_and_origin),
        cmocka_unit_test(the_office_adds_wording),
        cmocka_unit_test(blobs_are_immutable_and_partial),
        cmocka_unit_test(assets_are_revalidated),
        cmocka_unit_test(documents_can_be_fetched),
        cmocka_unit_test(checkpoint_is_shown),
        cmocka_unit_test(events_arrive),
        cmocka_unit_test(events_ping_and_end),
        cmocka_unit_test(many_at_once_are_served),
        cmocka_unit_test(only_loopback_is_served),
        cmocka_unit_test(a_missing_register_is_told),
        cmocka_unit_test(assets_may_come_from_a_folder),
    };
    return cmocka_run_group_tests_name("web_server", tests, setup, teardown);
}
