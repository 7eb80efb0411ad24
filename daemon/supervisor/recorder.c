#include "daemon/supervisor/recorder.h"

#include "daemon/log.h"
#include "daemon/spool.h"
#include "daemon/supervisor/batch.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BROKEN_DIR "broken"
#define BROKEN_AFTER 3  /* failures of a folder that cannot be read or contradicts itself */
#define REOPEN_MS 10000 /* a full disk is emptied by hand; opening reads the whole register */

/* Whether the register can be written. A handle whose commit failed is of no more use: opening
 * again finds out which state the disk holds. Until that succeeds the sheets wait in the spool. */
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

static void keep_waiting(struct recorder *recorder, const char *batch, const char *kind,
                         const char *text)
{
    if (recorder->n_waiting == RECORDER_WAITING_MAX) {
        recorder->n_untold++;
        return;
    }
    struct waiting_incident *waiting = &recorder->waiting[recorder->n_waiting++];
    snprintf(waiting->batch, sizeof waiting->batch, "%s", batch ? batch : "");
    snprintf(waiting->kind, sizeof waiting->kind, "%s", kind);
    snprintf(waiting->text, sizeof waiting->text, "%s", text);
}

/* The oldest first; stops at the first that the register does not take. */
static bool record_waiting(struct recorder *recorder)
{
    struct err err;
    int told = 0;
    while (told < recorder->n_waiting) {
        const struct waiting_incident *waiting = &recorder->waiting[told];
        if (!reg_add_incident(recorder->reg, waiting->batch, waiting->kind, waiting->text, &err)) {
            log_error("an incident still waits to be recorded: %s", err.text);
            break;
        }
        told++;
    }
    recorder->n_waiting -= told;
    memmove(recorder->waiting, recorder->waiting + told,
            (size_t)recorder->n_waiting * sizeof *recorder->waiting);
    if (recorder->n_untold && recorder->n_waiting == 0) {
        char text[128];
        snprintf(text, sizeof text,
                 "%d more incidents happened while the register could not be written; the system "
                 "log names them",
                 recorder->n_untold);
        recorder->n_untold = 0;
        keep_waiting(recorder, "", "incidents_untold", text);
    }
    return told > 0;
}

void recorder_incident(struct recorder *recorder, const char *batch, const char *kind,
                       const char *text)
{
    log_warning("incident %s: %s", kind, text);
    snprintf(recorder->last_incident, sizeof recorder->last_incident, "%s", text);
    keep_waiting(recorder, batch, kind, text);
    if (is_open(recorder))
        record_waiting(recorder);
    else
        log_error("the register cannot be opened: the incident waits to be recorded");
}

/* A folder that is damaged, not merely unlucky: nothing in it can be recorded, now or later. */
static bool is_unreadable(const char *dir)
{
    struct sheet sheet;
    static struct screening screening; /* large */
    if (!sheet_read(dir, &sheet, NULL) || !screening_read(dir, &screening, NULL))
        return true;
    for (int i = 0; i < sheet.n_sides; i++) {
        char path[PATH_SIZE];
        if (!path_join(path, dir, sheet.side[i].file, NULL) ||
            (access(path, F_OK) != 0 && errno == ENOENT))
            return true; /* never comes back */
    }
    return false;
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
    if ((!sheet && recorder->n_waiting == 0) || !is_open(recorder))
        return false;
    bool told = record_waiting(recorder);
    if (!sheet)
        return told;
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
