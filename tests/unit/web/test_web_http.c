/* The parts of the server that decide, without a socket: forms, guards, routes, conditional
 * answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "web/findings.h"
#include "web/http/guard.h"
#include "web/http/route.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool parse(const char *text, struct form *ret)
{
    return form_parse(text, strlen(text), ret);
}

static void forms_are_read_strictly(void **state)
{
    (void)state;
    struct form form;
    assert_true(parse("a=1&b=x+y%2Fz&&c&a=2", &form));
    assert_int_equal(form.n, 4);
    assert_string_equal(form_get(&form, "a"), "1");
    assert_string_equal(form_get(&form, "b"), "x y/z");
    assert_string_equal(form_get(&form, "c"), "");
    assert_null(form_get(&form, "d"));
    assert_true(parse("", &form));
    assert_false(parse("a=%00", &form)); /* a NUL would cut the value short */
    assert_false(parse("a=%zz", &form));
    assert_false(parse("a=%2", &form));
    char many[256] = "";
    for (int i = 0; i <= FORM_FIELDS_MAX; i++)
        strcat(many, "a=1&");
    assert_false(parse(many, &form));
    char longest[FORM_VALUE_SIZE + 8] = "a=";
    memset(longest + 2, 'x', FORM_VALUE_SIZE);
    assert_false(parse(longest, &form));
    longest[FORM_VALUE_SIZE + 1] = '\0'; /* one byte less fits */
    assert_true(parse(longest, &form));
}

static enum guard_answer judged(const char *const (*header)[2], size_t n, size_t body_max)
{
    struct guard guard = {0};
    for (size_t i = 0; i < n; i++)
        guard_header(&guard, header[i][0], header[i][1]);
    return guard_judge(&guard, body_max);
}
#define JUDGED(body_max, ...)                                                                      \
    judged((const char *const[][2]){__VA_ARGS__},                                                  \
           sizeof((const char *const[][2]){__VA_ARGS__}) / sizeof(const char *[2]), body_max)

static void guards_refuse_what_smuggles(void **state)
{
    (void)state;
    assert_int_equal(JUDGED(0, {"Host", "127.0.0.1:8433"}), GUARD_PASS);
    assert_int_equal(JUDGED(0, {"host", "LOCALHOST"}), GUARD_PASS);
    assert_int_equal(JUDGED(0, {"Host", "[::1]:1"}), GUARD_PASS);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Content-Length", "9"}), GUARD_PASS);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Content-Length", "10"}), GUARD_TOO_LARGE);
    assert_int_equal(
        JUDGED(9, {"Host", "localhost"}, {"Content-Length", "1"}, {"content-length", "1"}),
        GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Content-Length", "+1"}), GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Content-Length", "1, 1"}),
                     GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Content-Length", ""}), GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Content-Length", "99999999999999999999"}),
                     GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"transfer-encoding", "identity"}),
                     GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Accept", "*/*"}), GUARD_BAD_REQUEST);
    assert_int_equal(JUDGED(9, {"Host", "localhost"}, {"Host", "localhost"}), GUARD_BAD_REQUEST);
    static const char *const foreign[] = {
        "example.org",   "localhost.example.org", "127.0.0.1.nip.io",  "127.0.0.2",
        "localhost:",    "localhost:1x",          "localhost:1234567", "",
        "evil@localhost"};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        assert_int_equal(JUDGED(9, {"Host", foreign[i]}), GUARD_FOREIGN_HOST);
}

static enum route_found found(enum method method, const char *path)
{
    const struct route *route;
    char argument[FORM_VALUE_SIZE];
    const char *allow = NULL;
    return route_find(method, path, &route, argument, &allow);
}

static void only_listed_addresses_are_routed(void **state)
{
    (void)state;
    static const char *const no[] = {
        "",
        "*",
        "//",
        "/item",
        "/item/",
        "/item/0",
        "/item/-1",
        "/item/1/",
        "/item/1x",
        "/item/%31",
        "/item/1/..",
        "/../etc/passwd",
        "/assets/",
        "/assets/../x",
        "/assets/..",
        "/assets/.x",
        "/assets/a/b",
        "/assets/%2e%2e",
        "/blob/",
        "/blob/ab",
        "/Item/1",
        "/healthz/",
        "/item/1234567890123456789",
        "/item/1/sheet.pdf/",
        "http://127.0.0.1/",
        "/blob/ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD",
    };
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (found(METHOD_GET, no[i]) != ROUTE_NO_SUCH_PATH)
            fail_msg("%s was routed", no[i]);
    const struct route *route;
    char argument[FORM_VALUE_SIZE];
    const char *allow = NULL;
    assert_int_equal(route_find(METHOD_GET, "/item/42/sheet.pdf", &route, argument, &allow),
                     ROUTE_FOUND);
    assert_string_equal(argument, "42");
    assert_int_equal(found(METHOD_GET, "/"), ROUTE_FOUND);
    assert_int_equal(route_find(METHOD_GET, "/batch/start", &route, argument, &allow),
                     ROUTE_OTHER_METHOD);
    assert_string_equal(allow, "POST");
    assert_int_equal(route_find(METHOD_COUNT, "/item/42", &route, argument, &allow),
                     ROUTE_OTHER_METHOD);
    assert_string_equal(allow, "GET, HEAD");
    assert_int_equal(found(METHOD_COUNT, "/nowhere"), ROUTE_NO_SUCH_PATH);
}

/* Whatever changes something takes a body (the token), and nothing that is read takes one. */
static void table_of_routes_is_sound(void **state)
{
    (void)state;
    assert_true(routes_n >= 10);
    for (size_t i = 0; i < routes_n; i++) {
        assert_int_equal(routes[i].pattern[0], '/');
        assert_true((routes[i].method == METHOD_POST) == (routes[i].body_max > 0));
    }
}

static void posts_must_come_from_our_pages(void **state)
{
    (void)state;
    const char *host = "127.0.0.1:8433";
    assert_true(request_is_ours(host, NULL, NULL));
    assert_true(request_is_ours(host, "http://127.0.0.1:8433", "same-origin"));
    assert_false(request_is_ours(host, "http://127.0.0.1:8434", NULL));
    assert_false(request_is_ours(host, "https://127.0.0.1:8433", NULL));
    assert_false(request_is_ours(host, "null", NULL));
    assert_false(request_is_ours(host, "http://127.0.0.1:8433.example.org", NULL));
    assert_false(request_is_ours(host, NULL, "cross-site"));
    assert_false(request_is_ours(host, NULL, "same-site"));
    assert_false(request_is_ours(host, NULL, "none"));
    struct site site = {.csrf = "abcdef"};
    struct request request = {.site = &site};
    assert_false(request_has_token(&request));
    assert_true(parse("csrf=abcdef", &request.body));
    assert_true(request_has_token(&request));
    assert_true(parse("csrf=abcdeg", &request.body));
    assert_false(request_has_token(&request));
    assert_true(parse("csrf=", &request.body));
    assert_false(request_has_token(&request));
    site.csrf[0] = '\0'; /* never made: nothing is accepted, not even nothing */
    assert_false(request_has_token(&request));
}

static unsigned settled(const char *if_none_match, const char *range, const char *if_range,
                        struct response *ret)
{
    static const char body[] = "0123456789";
    struct site site = {0};
    struct request request = {.site = &site,
                              .path = "/",
                              .if_none_match = if_none_match,
                              .range = range,
                              .if_range = if_range};
    response_init(ret);
    buf_append(&ret->body, body, sizeof body - 1);
    strcpy(ret->etag, "\"tag\"");
    ret->ranges = true;
    response_settle(&request, ret);
    unsigned status = ret->status;
    buf_finish(&ret->body);
    return status;
}

static void conditional_and_partial_answers(void **state)
{
    (void)state;
    struct response r;
    static const struct {
        const char *range;
        unsigned status;
        int64_t first, length;
    } ranges[] = {
        {"bytes=0-3", 206, 0, 4},
        {"bytes=8-", 206, 8, 2},
        {"bytes=-3", 206, 7, 3},
        {"bytes=-99", 206, 0, 10},
        {"bytes=5-99", 206, 5, 5},
        {"bytes=10-", 416, 0, -1},
        {"bytes=-0", 416, 0, -1},
        {"bytes=3-1", 200, 0, -1},
        {"bytes=0-1,3-4", 200, 0, -1},
        {"bytes=", 200, 0, -1},
        {"bytes=a-b", 200, 0, -1},
        {"items=0-1", 200, 0, -1},
        {"bytes=99999999999999999999-", 200, 0, -1},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        assert_int_equal(settled(NULL, ranges[i].range, NULL, &r), ranges[i].status);
        if (ranges[i].status == 206) {
            assert_int_equal(r.first, ranges[i].first);
            assert_int_equal(r.length, ranges[i].length);
        }
    }
    assert_int_equal(settled("\"tag\"", NULL, NULL, &r), 304);
    assert_int_equal(settled("\"x\", W/\"tag\"", "bytes=0-1", NULL, &r), 304);
    assert_int_equal(settled("*", NULL, NULL, &r), 304);
    assert_int_equal(settled("\"other\"", NULL, NULL, &r), 200);
    assert_int_equal(settled("\"ta\"", NULL, NULL, &r), 200);
    assert_int_equal(settled(NULL, "bytes=0-1", "\"tag\"", &r), 206);
    assert_int_equal(settled(NULL, "bytes=0-1", "\"old\"", &r), 200);
}

/* Boxes from a reading may lie anywhere; markers stay on the page and do not hide each other. */
static void markers_stay_on_the_page(void **state)
{
    (void)state;
    static struct screening screening;
    static struct finding finding[SCREENING_REASONS_MAX];
    static struct marker marker[MARKERS_MAX];
    static const double boxes[][4] = {
        {10, 10, 20, 20}, {10, 10, 20, 20},   {-50, -50, 1000, 80},
        {500, 500, 3, 3}, {219, 152, 10, 10}, {0, 0, (double)NAN, 5},
    };
    const double disc = 5;
    screening.size_mm[0] = 229;
    screening.size_mm[1] = 162;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        struct reading *reading = screening_add_reading(&screening);
        snprintf(reading->reason, sizeof reading->reason, "r%zu_missing", i);
        reading->has_box = true;
        memcpy(reading->box_mm, boxes[i], sizeof boxes[i]);
        screening_add_reason(&screening, reading->reason);
    }
    int n = findings_collect(&screening, finding);
    assert_int_equal(n, 6);
    int markers = findings_markers(&screening, finding, n, SIDE_FRONT, disc, marker);
    assert_int_equal(markers, 4); /* not the one outside, not the one that is no number */
    for (int i = 0; i < markers; i++) {
        for (int axis = 0; axis < 2; axis++) {
            assert_true(marker[i].box_mm[axis] >= 0);
            assert_true(marker[i].box_mm[axis] + marker[i].box_mm[axis + 2] <=
                        screening.size_mm[axis] + 1e-9);
            assert_true(marker[i].label_mm[axis] >= disc);
            assert_true(marker[i].label_mm[axis] <= screening.size_mm[axis] - disc);
        }
        for (int j = 0; j < i; j++)
            assert_true(hypot(marker[i].label_mm[0] - marker[j].label_mm[0],
                              marker[i].label_mm[1] - marker[j].label_mm[1]) >= 2 * disc);
    }
    assert_int_equal(findings_markers(&screening, finding, n, SIDE_BACK, disc, marker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read_strictly),
        cmocka_unit_test(guards_refuse_what_smuggles),
        cmocka_unit_test(only_listed_addresses_are_routed),
        cmocka_unit_test(table_of_routes_is_sound),
        cmocka_unit_test(posts_must_come_from_our_pages),
        cmocka_unit_test(conditional_and_partial_answers),
        cmocka_unit_test(markers_stay_on_the_page),
    };
    return cmocka_run_group_tests_name("web_http", tests, NULL, NULL);
}
