/* state: the state folder's layout and the lock that keeps a second daemon out. */
#ifndef POSTWACHT_STATE_H
#define POSTWACHT_STATE_H

#include "schemas/base/file.h"

struct state {
    char dir[PATH_SIZE], reg[PATH_SIZE], spool[PATH_SIZE], templates[PATH_SIZE], inbox[PATH_SIZE];
    int lock_fd;
};

/* Makes what is missing. Fails when another daemon holds the folder. */
bool state_open(const char *dir, struct state *ret, struct err *err);
void state_close(struct state *state);

#endif
