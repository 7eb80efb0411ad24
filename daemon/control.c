#include "daemon/control.h"

#include "daemon/lines.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONTROL_SOCKET "control.sock"

bool control_address(const char *state, struct sockaddr_un *ret, struct err *err)
{
    char path[PATH_SIZE];
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!path_join(path, state, CONTROL_SOCKET, err))
        return false;
    if (strlen(path) >= sizeof ret->sun_path)
        return err_set(err, "%s is too long for a socket; use a state folder with a shorter path",
                       path);
    strcpy(ret->sun_path, path);
    return true;
}

/* Reads up to the line's end or the deadline. */
static bool read_answer(int fd, double seconds, struct buf *ret, struct err *err)
{
    double deadline = clock_mono_s() + seconds;
    struct lines lines = {0};
    char *line = NULL;
    while (!line && !lines.ended) {
        double left = deadline - clock_mono_s();
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&poll_fd, 1, (int)(left * 1e3) + 1) <= 0)
            break;
        lines_fill(&lines, fd);
        line = lines_next(&lines);
    }
    bool ok = line && strncmp(line, "ok", 2) == 0;
    if (ok)
        buf_puts(ret, line[2] == ' ' ? line + 3 : "");
    else if (line)
        err_set(err, "%s", strncmp(line, "error ", 6) == 0 ? line + 6 : line);
    else
        err_set(err, lines.ended ? "the daemon ended before it answered"
                                 : "the daemon did not answer in time");
    lines_finish(&lines);
    return ok;
}

bool control_ask(const char *state, const char *request, double seconds, struct buf *ret,
                 struct err *err)
{
    struct sockaddr_un address;
    char line[64];
    if (!control_address(state, &address, err))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot make a socket");
    bool ok = false;
    int n = snprintf(line, sizeof line, "%s\n", request);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        err_set(err, "the daemon is not running with state folder %s (%s); start postwachtd", state,
                strerror(errno));
    else if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || send(fd, line, (size_t)n, MSG_NOSIGNAL) != n)
        err_errno(err, "cannot ask the daemon");
    else
        ok = read_answer(fd, seconds, ret, err);
    close(fd);
    return ok;
}
