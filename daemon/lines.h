/* lines: cuts what comes through a pipe or socket into lines. A zeroed struct is valid. A line
 * longer than LINES_MAX ends the connection: no peer of ours writes one. */
#ifndef POSTWACHT_LINES_H
#define POSTWACHT_LINES_H

#include "schemas/base/buf.h"

#define LINES_MAX ((size_t)16384)

struct lines {
    struct buf buf;
    size_t taken; /* bytes at the start that were already given out */
    bool ended;   /* the peer is gone; the lines it left can still be taken */
};

/* Reads what fd (non-blocking) has now. */
void lines_fill(struct lines *lines, int fd);
/* The next whole line without its '\n', valid until the next lines_ call; NULL when there is none
 * yet. */
char *lines_next(struct lines *lines);
void lines_finish(struct lines *lines);

#endif
