/* inbox: a folder into which people and other programs put image files. When its files have stood
 * still for a moment, they become a batch, through the same capture worker as a scanner. */
#ifndef POSTWACHT_INBOX_H
#define POSTWACHT_INBOX_H

#include "schemas/base/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct inbox {
    int64_t looked_at, still_since; /* clock_mono_ms */
    bool empty;
    uint8_t seen[SHA256_SIZE];  /* names, sizes and times at the last look */
    uint8_t taken[SHA256_SIZE]; /* those that a batch was already made of: what it left is not tried
                                   for ever */
};

/* True once for each state of the folder that has files and does not change any more. */
bool inbox_is_ready(struct inbox *inbox, const char *dir, int64_t now);
/* No batch was made of them after all: they are ready again when they have stood still anew. */
void inbox_not_taken(struct inbox *inbox);
/* As of the last look. */
bool inbox_is_empty(const struct inbox *inbox);

#endif
