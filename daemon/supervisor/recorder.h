/* recorder: the only place that writes the register. Takes screened sheets out of the spool into
 * it: first durably recorded, then the folder is removed; so after a crash a sheet is in the spool,
 * in the register, or in both, and recording again changes nothing. */
#ifndef POSTWACHT_RECORDER_H
#define POSTWACHT_RECORDER_H

#include "daemon/supervisor/pile.h"
#include "schemas/base/file.h"
#include "schemas/register/register.h"

struct recorder {
    struct reg *reg;   /* NULL while it cannot be opened again after a failed write */
    int64_t reopen_at; /* clock_mono_ms before which that is not tried */
    char state[PATH_SIZE], spool[PATH_SIZE], reg_dir[PATH_SIZE];
    char last_incident[256];
    char batch[SHEET_ID_SIZE]; /* of the sheets counted in recorded */
    int recorded;
};

/* Records the next sheet that is due, if any; true when something changed. Logs. */
bool recorder_step(struct recorder *recorder, struct pile *pile, int64_t now);

/* Closes every batch that is neither running (may be NULL) nor has sheets in the spool; true when
 * it closed one. none_left: no batch is open any more. */
bool recorder_close_batches(struct recorder *recorder, const struct pile *pile, const char *running,
                            bool *ret_none_left);

/* Into the register, the log and the status line. */
void recorder_incident(struct recorder *recorder, const char *batch, const char *kind,
                       const char *text);

#endif
