#define _GNU_SOURCE
#include "daemon/supervisor/control_server.h"

#include "daemon/control.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

bool control_open(const char *state, struct control *ret, struct err *err)
{
    struct sockaddr_un address;
    if (!control_address(state, &address, err))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_errno(err, "cannot make the control socket");
    unlink(address.sun_path); /* of a daemon that died: the lock says that none is alive */
    mode_t before = umask(0077);
    int rc = bind(fd, (struct sockaddr *)&address, sizeof address);
    umask(before);
    if (rc != 0 || listen(fd, CONTROL_CLIENTS_MAX) != 0) {
        err_errno(err, "cannot listen on %s", address.sun_path);
        close(fd);
        return false;
    }
    *ret = (struct control){.fd = fd};
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        ret->client[i].fd = -1;
    return true;
}

static void drop(struct control_client *client)
{
    close(client->fd);
    lines_finish(&client->lines);
    *client = (struct control_client){.fd = -1};
}

void control_close(struct control *control)
{
    if (control->fd < 0)
        return;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (control->client[i].fd >= 0)
            drop(&control->client[i]);
    close(control->fd);
    control->fd = -1;
}

void control_poll_set(const struct control *control, struct pollfd *fds)
{
    fds[0] = (struct pollfd){.fd = control->fd, .events = POLLIN};
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        fds[1 + i] = (struct pollfd){.fd = control->client[i].fd, .events = POLLIN};
}

static void say(struct control_client *client, const char *text)
{
    char line[LINES_MAX];
    int n = snprintf(line, sizeof line, "%s\n", text);
    /* a client that does not read its one short answer has lost it */
    if (n > 0 && send(client->fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n)
        client->lines.ended = true;
}

static void say_result(struct control_client *client, bool ok, const struct err *err,
                       const char *text)
{
    char line[sizeof err->text + 16];
    snprintf(line, sizeof line, "%s %s", ok ? "ok" : "error", ok ? text : err->text);
    say(client, line);
}

static void serve(const struct control *control, struct control_client *client, const char *request,
                  const struct web_status *status, request_answer *answer, void *ctx)
{
    struct err err = {0};
    char line[1024];
    if (strcmp(request, "scan") == 0) {
        say_result(client, answer(ctx, REQUEST_START_BATCH, &err), &err, "started");
    } else if (strcmp(request, "stop") == 0) {
        say_result(client, answer(ctx, REQUEST_STOP_BATCH, &err), &err, "stopping");
    } else if (strcmp(request, "wait") == 0) {
        client->waits = true;
    } else if (strcmp(request, "status") == 0) {
        snprintf(line, sizeof line,
                 "ok scanning=%d captured=%d waiting=%d recorded=%d page=%s batch=%s message=%s",
                 status->scanning, status->captured, status->waiting, status->recorded,
                 control->page, status->batch, status->message);
        say(client, line);
    } else {
        say(client, "error unknown request; known are scan, stop, status, wait");
    }
}

static void accept_clients(struct control *control)
{
    int fd;
    while ((fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        struct control_client *client = control->client;
        while (client < control->client + CONTROL_CLIENTS_MAX && client->fd >= 0)
            client++;
        if (client == control->client + CONTROL_CLIENTS_MAX)
            close(fd);
        else
            *client = (struct control_client){.fd = fd};
    }
}

void control_step(struct control *control, const struct web_status *status, bool idle,
                  request_answer *answer, void *ctx)
{
    accept_clients(control);
    bool asked = false;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct control_client *client = &control->client[i];
        if (client->fd < 0)
            continue;
        char *line;
        lines_fill(&client->lines, client->fd);
        while ((line = lines_next(&client->lines))) {
            serve(control, client, line, status, answer, ctx);
            asked = true;
        }
        /* what was asked this round may have ended the idleness */
        if (client->waits && idle && !asked) {
            client->waits = false;
            say(client, "ok");
        }
        if (client->lines.ended)
            drop(client);
    }
}
