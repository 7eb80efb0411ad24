#include "daemon/supervisor/recorder.h"

#include "daemon/log.h"
#include "daemon/spool.h"
#include "daemon/supervisor/batch.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>

#define BROKEN_DIR "broken"
#define BROKEN_AFTER 3 /* failures of a folder that cannot be read or contradicts itself */
#define REOPEN_MS 10000 /* a full disk is emptied by hand; opening reads the whole register */

/* Whether the register can be written. A handle whose commit failed is of no more use: opening again
 * finds out which state the disk holds. Until that succeeds the sheets wait in the spool. */
static bool is_open(struct recorder *recorder)
{
    struct err err;
    if (recorder->reg && !reg_is_broken(recorder->reg))
        return true;
    reg_close(recorder->reg);
    recorder->reg = NULL;
    if (clock_mono_ms() < recorder->reopen_at)
        return false;
    if (reg_open(recorder->reg_dir, REG_WRITE, &recorder->reg, &err)) {
        log_info("the register was opened again after a failed write");
        return true;
    }
    recorder->reopen_at = clock_mono_ms() + REOPEN_MS;
    log_error("%s", err.text);
    return false;
}

void recorder_incident(struct recorder *recorder, const char *batch, const char *kind,
                       const char *text)
{
    struct err err;
    log_warning("incident %s: %s", kind, text);
    snprintf(recorder->last_incident, sizeof recorder->last_incident, "%s", text);
    if (!is_open(recorder))
        log_error("the incident could not be recorded: the register cannot be opened");
    else if (!reg_add_incident(recorder->reg, batch, kind, text, &err))
        log_error("the incident could not be recorded: %s", err.text);
}

/* A folder that is damaged, not merely unlucky: nothing in it can be recorded, now or later. */
static bool is_unreadable(const char *dir)
{
    struct sheet sheet;
    static struct screening screening; /* large */
    return !sheet_read(dir, &sheet, NULL) || !screening_read(dir, &screening, NULL);
}

/* Nothing vanishes: the folder is set aside for a person, and the register says so. */
static void set_aside(struct recorder *recorder, struct pile *pile, struct pile_sheet *sheet,
                      const char *dir, const char *why)
{
    char broken[PATH_SIZE], text[512];
    struct err err;
    if (!path_join(broken, recorder->state, BROKEN_DIR, &err) || !dir_make(broken, &err) ||
        !path_join(broken, broken, sheet->id, &err) || !file_rename_durable(dir, broken, &err)) {
        log_error("%s", err.text);
        return;
    }
    snprintf(text, sizeof text, "sheet %s cannot be recorded and was set aside in %s: %.200s",
             sheet->id, BROKEN_DIR, why);
    recorder_incident(recorder, sheet->batch, "broken_sheet", text);
    pile_remove(pile, sheet);
}

static void count(struct recorder *recorder, const char *batch)
{
    if (strcmp(recorder->batch, batch) != 0) {
        snprintf(recorder->batch, sizeof recorder->batch, "%s", batch);
        recorder->recorded = 0;
    }
    recorder->recorded++;
}

bool recorder_step(struct recorder *recorder, struct pile *pile, int64_t now)
{
    struct pile_sheet *sheet = pile_next_screened(pile, now);
    if (!sheet || !is_open(recorder))
        return false;
    char dir[PATH_SIZE];
    struct reg_recorded recorded = {0};
    struct err err;
    if (!path_join(dir, recorder->spool, sheet->id, &err) ||
        !reg_record_sheet(recorder->reg, dir, &recorded, &err)) {
        log_error("%s: %s", sheet->id, err.text);
        pile_failed(sheet, now);
        if (sheet->failures >= BROKEN_AFTER && (recorded.refused || is_unreadable(dir)))
            set_aside(recorder, pile, sheet, dir, err.text);
        return true;
    }
    if (!spool_remove(recorder->spool, sheet->id, &err)) {
        log_error("%s", err.text);
        pile_failed(sheet, now);
        return true;
    }
    if (!recorded.already)
        count(recorder, sheet->batch);
    log_info("%s: %s%s", sheet->id, verdict_names[recorded.verdict],
             recorded.already ? " (was recorded before)" : "");
    pile_remove(pile, sheet);
    return true;
}

bool recorder_close_batches(struct recorder *recorder, const struct pile *pile, const char *running,
                            bool *ret_none_left)
{
    struct names open;
    struct err err;
    bool closed = false;
    *ret_none_left = false;
    if (!is_open(recorder))
        return false;
    if (!batch_open_ones(recorder->state, &open, &err)) {
        log_error("%s", err.text);
        return false;
    }
    size_t left = open.n;
    for (size_t i = 0; i < open.n; i++) {
        const char *id = open.name[i];
        if ((running && strcmp(running, id) == 0) || pile_holds_batch(pile, id))
            continue;
        if (!is_open(recorder))
            break;
        if (reg_close_batch(recorder->reg, id, &err) && batch_forget(recorder->state, id, &err)) {
            log_info("batch %s is closed", id);
            closed = true;
            left--;
        } else {
            log_error("batch %s: %s", id, err.text);
        }
    }
    names_finish(&open);
    *ret_none_left = left == 0;
    return closed;
}
