/* recorder: the only place that writes the register. Takes screened sheets out of the spool into
 * it: first durably recorded, then the folder is removed; so after a crash a sheet is in the spool,
 * in the register, or in both, and recording again changes nothing. */
#ifndef POSTWACHT_RECORDER_H
#define POSTWACHT_RECORDER_H

#include "daemon/supervisor/pile.h"
#include "schemas/base/file.h"
#include "schemas/register/register.h"

#define RECORDER_WAITING_MAX 32

/* An incident that the register could not take: it waits, since it tells which sheets to feed
 * again. */
struct waiting_incident {
    char batch[SHEET_ID_SIZE], kind[32], text[512];
};

struct recorder {
    struct reg *reg;   /* NULL while it cannot be opened again after a failed write */
    int64_t reopen_at; /* clock_mono_ms before which that is not tried */
    char state[PATH_SIZE], spool[PATH_SIZE], reg_dir[PATH_SIZE];
    char last_incident[256];
    char batch[SHEET_ID_SIZE]; /* of the sheets counted in recorded */
    int recorded;
    struct waiting_incident waiting[RECORDER_WAITING_MAX]; /* in the order they happened */
    int n_waiting, n_untold; /* beyond the room for them: counted only */
};

/* Records incidents that wait, and the next sheet that is due, if any; true when something changed.
 * Logs. */
bool recorder_step(struct recorder *recorder, struct pile *pile, int64_t now);

/* Closes every batch that is neither running (may be NULL) nor has sheets in the spool; true when
 * it closed one. none_left: no batch is open any more. */
bool recorder_close_batches(struct recorder *recorder, const struct pile *pile, const char *running,
                            bool *ret_none_left);

/* Into the register, the log and the status line. While the register takes nothing (a full disk) it
 * waits for recorder_step. */
void recorder_incident(struct recorder *recorder, const char *batch, const char *kind,
                       const char *text);

#endif
