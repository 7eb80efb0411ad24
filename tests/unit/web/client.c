#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 4000

int client_connect(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int client_talk(uint16_t port, const void *bytes, size_t n, const char *until, struct buf *ret)
{
    int fd = client_connect(port);
    if (fd < 0)
        return -1;
    for (size_t sent = 0; sent < n;) {
        ssize_t now = send(fd, (const char *)bytes + sent, n - sent, MSG_NOSIGNAL);
        if (now <= 0)
            break;
        sent += (size_t)now;
    }
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char piece[65536];
    while (poll(&wait, 1, PATIENCE_MS) > 0) {
        ssize_t got = recv(fd, piece, sizeof piece, 0);
        if (got <= 0)
            break;
        buf_append(ret, piece, (size_t)got);
        if (until && memmem(ret->data, ret->len, until, strlen(until)))
            break;
    }
    close(fd);
    static const char status[] = "HTTP/1.1 ";
    int answers = 0;
    const char *at = ret->data;
    for (size_t left = ret->len; at; answers++) {
        at = memmem(at, left, status, sizeof status - 1);
        if (!at)
            break;
        at += sizeof status - 1;
        left = ret->len - (size_t)(at - ret->data);
    }
    return answers;
}

static int status_of(const struct buf *answer)
{
    int status = 0;
    return answer->data && sscanf(answer->data, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

int client_get(uint16_t port, const char *method, const char *path, const char *extra,
               struct buf *ret)
{
    struct buf request = {0};
    buf_clear(ret);
    buf_printf(&request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s\r\n",
               method, path, (unsigned)port, extra);
    client_talk(port, request.data, request.len, NULL, ret);
    buf_finish(&request);
    return status_of(ret);
}

int client_post(uint16_t port, const char *path, const char *extra, const char *body,
                struct buf *ret)
{
    struct buf request = {0};
    buf_clear(ret);
    buf_printf(&request,
               "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nContent-Type: "
               "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n%s\r\n%s",
               path, (unsigned)port, strlen(body), extra, body);
    client_talk(port, request.data, request.len, NULL, ret);
    buf_finish(&request);
    return status_of(ret);
}

const char *client_header(const struct buf *answer, const char *name, size_t *ret_n)
{
    char key[64];
    snprintf(key, sizeof key, "\r\n%s: ", name);
    const char *head_end = answer->data ? strstr(answer->data, "\r\n\r\n") : NULL;
    const char *at = answer->data ? strcasestr(answer->data, key) : NULL;
    if (!at || !head_end || at > head_end)
        return NULL;
    at += strlen(key);
    *ret_n = strcspn(at, "\r");
    return at;
}

bool client_header_is(const struct buf *answer, const char *name, const char *value)
{
    size_t n = 0;
    const char *is = client_header(answer, name, &n);
    return is && n == strlen(value) && memcmp(is, value, n) == 0;
}

const char *client_body(const struct buf *answer)
{
    const char *head_end = answer->data ? strstr(answer->data, "\r\n\r\n") : NULL;
    return head_end ? head_end + 4 : "";
}
