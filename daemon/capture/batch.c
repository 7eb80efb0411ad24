#include "daemon/capture/batch.h"

#include "schemas/base/err.h"
#include "schemas/sheet_folder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch {
    const struct capture_request *request;
    const struct capture_source *source;
    void *state; /* of the source */
    struct guard *guard;
    int report_fd;
    int complete;  /* sheets of this run */
    int last_good; /* number of the last of them, 0 none yet */
};

bool why_set(struct capture_why *why, enum capture_kind kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    why->kind = kind;
    vsnprintf(why->detail, sizeof why->detail, fmt, args);
    va_end(args);
    return false;
}

static void say(const struct batch *batch, enum capture_verb verb, enum capture_kind kind,
                const char *text)
{
    struct capture_message message = {.verb = verb, .kind = kind, .sheets = batch->complete};
    snprintf(message.text, sizeof message.text, "%s", text);
    capture_message_send(batch->report_fd, &message);
}

/* Whether that happens with paper in the machine, so that somebody has to take it out. */
static bool is_about_paper(enum capture_kind kind)
{
    return kind == CAPTURE_JAMMED || kind == CAPTURE_DOUBLE_FEED || kind == CAPTURE_COVER_OPEN ||
           kind == CAPTURE_IO_ERROR || kind == CAPTURE_STALLED;
}

/* "Paper jam. Sheet 3 is the last good one; sheet 4 is in the paper path ...": what to do with the
 * paper is what the operator needs to know; the driver's words come last. seq is the sheet in the
 * paper path, 0 without one. */
static void compose(const struct batch *batch, const struct capture_why *why, int seq,
                    char ret[CAPTURE_TEXT_SIZE])
{
    const char *text = capture_kind_texts[why->kind];
    char good[64] = " No sheet is complete yet;", paper[160] = "";
    if (batch->last_good)
        snprintf(good, sizeof good, " Sheet %d is the last good one;", batch->last_good);
    if (seq)
        snprintf(
            paper, sizeof paper,
            " sheet %d is in the paper path or came out without a complete image: feed it again.",
            seq);
    snprintf(ret, CAPTURE_TEXT_SIZE, "%c%s.%s%s%s%s", text[0] - 'a' + 'A', text + 1,
             seq ? good : "", paper, *why->detail ? " " : "", why->detail);
}

static void report_incident(const struct batch *batch, const struct capture_why *why, int seq)
{
    char text[CAPTURE_TEXT_SIZE];
    compose(batch, why, seq, text);
    say(batch, CAPTURE_SAYS_INCIDENT, why->kind, text);
}

/* What an earlier run that was killed left behind in this spool. */
static bool sweep(const struct batch *batch, struct capture_why *why)
{
    struct sheet_sweep swept = {0};
    struct err err;
    if (!sheet_folders_sweep(batch->request->spool, &swept, &err))
        return why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
    for (size_t i = 0; i < swept.completed.n; i++)
        say(batch, CAPTURE_SAYS_SHEET, CAPTURE_DONE, swept.completed.name[i]);
    for (size_t i = 0; i < swept.half.n; i++)
        say(batch, CAPTURE_SAYS_HALF, CAPTURE_DONE, swept.half.name[i]);
    sheet_sweep_finish(&swept);
    return true;
}

static bool complete(struct batch *batch, struct sheet_folder *folder, const struct sheet *sheet,
                     struct capture_why *why)
{
    struct err err;
    if (!sheet_folder_complete(folder, sheet, &err)) {
        why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
        report_incident(batch, why, sheet->seq);
        return false;
    }
    batch->complete++;
    batch->last_good = sheet->seq;
    guard_count_sheet(batch->guard);
    batch->source->taken(batch->state);
    say(batch, CAPTURE_SAYS_SHEET, CAPTURE_DONE, sheet->id);
    return true;
}

static bool set_aside(struct batch *batch, struct sheet_folder *folder, const struct sheet *sheet,
                      struct capture_why *why)
{
    struct err err;
    char text[CAPTURE_TEXT_SIZE];
    compose(batch, why, sheet->seq, text);
    bool kept = sheet_folder_half(folder, sheet, text, &err);
    if (kept)
        say(batch, CAPTURE_SAYS_HALF, why->kind, sheet->id);
    report_incident(batch, why, sheet->seq);
    if (!kept) {
        why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
        report_incident(batch, why, sheet->seq);
    }
    return kept;
}

/* One sheet. False ends the batch; why then says how. */
static bool take_sheet(struct batch *batch, int seq, struct capture_why *why)
{
    const struct capture_request *request = batch->request;
    struct sheet_folder folder;
    struct err err;
    if (!sheet_folder_begin(request->spool, request->batch, seq, &folder, &err)) {
        why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
        report_incident(batch, why, 0); /* nothing was drawn in yet */
        return false;
    }
    struct sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet) {
        sheet_folder_discard(&folder);
        why_set(why, CAPTURE_SPOOL, "Out of memory.");
        report_incident(batch, why, 0);
        return false;
    }
    memcpy(sheet->id, folder.id, sizeof sheet->id);
    memcpy(sheet->batch, request->batch, sizeof sheet->batch);
    sheet->seq = seq;
    snprintf(sheet->source, sizeof sheet->source, "%s", batch->source->kind);
    snprintf(sheet->software, sizeof sheet->software, "postwacht-capture %s", POSTWACHT_VERSION);
    clock_format(clock_now_ms(), sheet->captured);
    bool go_on = false;
    switch (batch->source->next(batch->state, folder.path, sheet, why)) {
    case SOURCE_SHEET:
        go_on = complete(batch, &folder, sheet, why);
        break;
    case SOURCE_HALF_IN_STEP:
        go_on = set_aside(batch, &folder, sheet, why);
        break;
    case SOURCE_HALF:
        set_aside(batch, &folder, sheet, why);
        break;
    case SOURCE_REFUSED:
        sheet_folder_discard(&folder);
        report_incident(batch, why, 0); /* no paper in any path: nothing to feed again */
        go_on = true;
        break;
    case SOURCE_END:
        sheet_folder_discard(&folder);
        if (why->kind > CAPTURE_LAST_ORDERLY) /* a jam at the start has a sheet in the path */
            report_incident(batch, why, is_about_paper(why->kind) ? seq : 0);
        break;
    }
    free(sheet);
    return go_on;
}

static void take_sheets(struct batch *batch, struct capture_why *why)
{
    const struct capture_request *request = batch->request;
    for (int n = 0;; n++) {
        if (request->max && n == request->max) {
            why_set(why, CAPTURE_LIMIT, "%s", "");
            return;
        }
        if (guard_stop_asked(batch->guard)) {
            why_set(why, CAPTURE_STOPPED, "%s", "");
            return;
        }
        if (!take_sheet(batch, request->first_seq + n, why))
            return;
    }
}

int batch_run(const struct capture_request *request, const struct capture_source *source,
              struct guard *guard, int report_fd)
{
    struct batch batch = {
        .request = request, .source = source, .guard = guard, .report_fd = report_fd};
    struct capture_why why = {.kind = CAPTURE_SPOOL};
    bool opened = sweep(&batch, &why) && source->open(request, guard, &batch.state, &why);
    if (opened) {
        if (*why.detail)
            say(&batch, CAPTURE_SAYS_INCIDENT, why.kind, why.detail);
        say(&batch, CAPTURE_SAYS_READY, CAPTURE_DONE, request->device);
        take_sheets(&batch, &why);
    } else {
        report_incident(&batch, &why, 0);
    }
    /* The end is said before the device is closed: a driver that hangs or crashes in that takes
     * nothing away from the batch. */
    int status = why.kind <= CAPTURE_LAST_ORDERLY ? EXIT_SUCCESS : EXIT_FAILURE;
    say(&batch, CAPTURE_SAYS_END, why.kind, "");
    guard_said_end(guard, status);
    if (opened)
        source->close(batch.state);
    return status;
}
