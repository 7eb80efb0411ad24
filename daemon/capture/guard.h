/* guard: keeps watch over the calls into libsane, which may hang for ever, and takes signals.
 *
 * Drivers are called on the main thread only. The guard's own thread counts the time since bytes
 * last came, not since a call was made: `net` whose server died returns GOOD with no bytes for
 * ever. Ladder: limit passed, sane_cancel (the one call allowed from elsewhere; on a thread of its
 * own, since it may block as well), five seconds, last words to the supervisor, _exit.
 *
 * SIGTERM or SIGINT ends the batch after the sheet that is in the paper path, a second one at once.
 */
#ifndef POSTWACHT_GUARD_H
#define POSTWACHT_GUARD_H

#include "daemon/capture/protocol.h"

#include <sane/sane.h>
#include <stdbool.h>

struct err;
struct guard;

enum guard_phase {
    GUARD_OFF,        /* own work: not watched */
    GUARD_OPEN,       /* init, open, options */
    GUARD_FIRST_BYTE, /* from sane_start to the first bytes */
    GUARD_STALL,      /* since the last bytes */
    GUARD_CLOSE,
    GUARD_PHASES
};

struct guard_limits {
    double seconds[GUARD_PHASES];
};
/* Lamps warm up for 60 to 90 s before the first byte; no scanner pauses 30 s in the middle of a
 * page. */
extern const struct guard_limits guard_default_limits;

/* Blocks the two signals for the process: call it before any thread exists. */
bool guard_start(const struct guard_limits *limits, int report_fd, struct guard **ret,
                 struct err *err);
void guard_finish(struct guard *guard); /* accepts NULL */

/* Starts the phase's limit anew. */
void guard_enter(struct guard *guard, enum guard_phase phase);
void guard_set_handle(struct guard *guard, SANE_Handle handle);
/* Waits until no sane_cancel of the guard's runs any more; from then on the handle may be closed.
 */
void guard_drop_handle(struct guard *guard);
void guard_count_sheet(struct guard *guard);
/* The supervisor has had its last line: a driver that hangs from now on only costs the process,
 * which then ends with that status. */
void guard_said_end(struct guard *guard, int exit_status);

bool guard_stop_asked(const struct guard *guard);
/* Whether the guard cancelled the scan, and why: CAPTURE_STALLED or CAPTURE_STOPPED. */
bool guard_cancelled(const struct guard *guard, enum capture_kind *ret_why);

#endif
