/* control_server: the unix socket STATE/control.sock on which `postwacht scan` speaks to the
 * daemon. One line a request, one line an answer that begins with "ok" or "error": scan     starts
 * a batch                         ok <batch> stop     ends it after the sheet in the path    ok
 *   status   ok scanning=0 captured=3 waiting=1 recorded=2 page=<url> batch=<id>
 *            message=<to the end of the line>
 *   wait     answers when nothing is being scanned and every sheet is recorded        ok
 * Only the daemon's own user (and root) can connect. */
#ifndef POSTWACHT_CONTROL_SERVER_H
#define POSTWACHT_CONTROL_SERVER_H

#include "daemon/lines.h"
#include "daemon/supervisor/requests.h"

#include <poll.h>

#define CONTROL_CLIENTS_MAX 16

struct control {
    int fd;         /* listening; -1: none */
    char page[128]; /* address of the page, told with the status */
    struct control_client {
        int fd; /* -1: free */
        bool waits;
        struct lines lines;
    } client[CONTROL_CLIENTS_MAX];
};

bool control_open(const char *state, struct control *ret, struct err *err);
void control_close(struct control *control);

/* Fills 1 + CONTROL_CLIENTS_MAX entries. */
void control_poll_set(const struct control *control, struct pollfd *fds);

/* Serves whoever has something to say. */
void control_step(struct control *control, const struct web_status *status, bool idle,
                  request_answer *answer, void *ctx);

#endif
