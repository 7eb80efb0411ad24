#include "daemon/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE 4096

void lines_fill(struct lines *lines, int fd)
{
    if (lines->taken) {
        memmove(lines->buf.data, lines->buf.data + lines->taken, lines->buf.len - lines->taken);
        lines->buf.len -= lines->taken;
        lines->taken = 0;
    }
    while (!lines->ended && lines->buf.len <= LINES_MAX) {
        char piece[READ_SIZE];
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n > 0)
            buf_append(&lines->buf, piece, (size_t)n);
        if (n <= 0 || lines->buf.failed)
            lines->ended = true;
    }
}

char *lines_next(struct lines *lines)
{
    if (!lines->buf.data)
        return NULL;
    char *start = lines->buf.data + lines->taken;
    size_t left = lines->buf.len - lines->taken;
    char *end = memchr(start, '\n', left);
    if (!end) {
        if (left > LINES_MAX)
            lines->ended = true;
        return NULL;
    }
    *end = '\0';
    lines->taken += (size_t)(end - start) + 1;
    return start;
}

void lines_finish(struct lines *lines)
{
    buf_finish(&lines->buf);
    *lines = (struct lines){0};
}
