/* control: how other programs speak to the running daemon: one line a request, one line an answer,
 * on the unix socket in the state folder. What can be asked: see supervisor/control_server.h. */
#ifndef POSTWACHT_CONTROL_H
#define POSTWACHT_CONTROL_H

#include "schemas/base/buf.h"

#include <stdbool.h>
#include <sys/un.h>

struct err;

bool control_address(const char *state, struct sockaddr_un *ret, struct err *err);

/* Sends one request and waits for the answer, which ret gets without its "ok ". False: the daemon
 * is not there, was too slow, or said no. */
bool control_ask(const char *state, const char *request, double seconds, struct buf *ret,
                 struct err *err);

#endif
