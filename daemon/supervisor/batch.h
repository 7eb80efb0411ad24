/* batch: one run of postwacht-capture, from the request to the closed batch in the register.
 *
 * STATE/batches/ID is written before the worker starts and removed when the batch is closed in the
 * register: so a batch that a crash cut off is found at the next start. A worker that dies before
 * it imaged anything is started again; after that nothing continues by itself, because an envelope
 * may have left the paper path unimaged: an incident tells the operator. */
#ifndef POSTWACHT_BATCH_H
#define POSTWACHT_BATCH_H

#include "daemon/capture/protocol.h"
#include "daemon/config.h"
#include "daemon/supervisor/worker.h"
#include "schemas/sheet.h"

struct err;

enum batch_phase {
    BATCH_NONE,
    BATCH_RUNNING, /* the worker runs, or is about to be started again */
    BATCH_OVER,    /* the worker is gone; sheets may still wait in the spool */
};

struct batch {
    enum batch_phase phase;
    char id[SHEET_ID_SIZE];
    struct worker worker;
    const char *argv[16]; /* into the texts below and the configuration */
    char state[PATH_SIZE], program[PATH_SIZE], spool[PATH_SIZE], folder[PATH_SIZE], resolution[16];
    char device[CONFIG_TEXT_SIZE], source[CONFIG_TEXT_SIZE];
    char ready_device[128]; /* as the worker named it */
    int captured;
    enum capture_kind told; /* of its last incident */
    bool ended;             /* it said so itself */
    bool stopping;
    bool cancelled;  /* it was asked a second time: at once */
    int64_t stop_at; /* when it is asked again, or killed */
};

/* What happened in one round, for the supervisor to note. */
struct batch_news {
    bool changed, sheets, over;
    int n_incidents;
    struct {
        char kind[32], text[512];
    } incident[8];
};

/* folder: NULL for the scanner, else the inbox. */
bool batch_start(struct batch *batch, const struct config *config, const char *state,
                 const char *spool, const char *folder, struct err *err);
void batch_stop(struct batch *batch, int64_t now);
void batch_step(struct batch *batch, int64_t now, struct batch_news *ret);
void batch_finish(struct batch *batch); /* kills the worker */

/* Batches that were begun and not closed. */
bool batch_open_ones(const char *state, struct names *ret, struct err *err);
/* Whether a crash of the daemon cut its capture off; says so once. */
bool batch_take_interrupted(const char *state, const char *id, bool *ret, struct err *err);
bool batch_forget(const char *state, const char *id, struct err *err);

#endif
