/* supervisor: the daemon's single-threaded loop. Brings together capture, analysis, register and
 * page; each of these keeps its own state, the supervisor only lets what one makes reach the next.
 * Everything it knows can be made again from the state folder:
 *   STATE/lock  register/  spool/  templates/  inbox/  batches/  broken/  control.sock */
#ifndef POSTWACHT_SUPERVISOR_H
#define POSTWACHT_SUPERVISOR_H

#include "daemon/config.h"

struct err;
struct supervisor;

/* Opens everything: lock, register, socket, page; sweeps the spool. Blocks the signals that the
 * loop takes, so call it before any thread exists. assets_dir: NULL for the embedded ones. */
bool supervisor_create(const struct config *config, const char *config_file, const char *assets_dir,
                       struct supervisor **ret, struct err *err);
bool supervisor_start_batch(struct supervisor *supervisor, struct err *err);

/* Runs until SIGTERM or SIGINT, and then ends a running batch in order. */
bool supervisor_run(struct supervisor *supervisor, struct err *err);
void supervisor_destroy(struct supervisor *supervisor);

#endif
