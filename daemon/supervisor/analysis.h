/* analysis: the postwacht-analyse worker, fed from the pile. Gives it sheets in order, a few
 * ahead of what it works on, and takes note of what it says about them. */
#ifndef POSTWACHT_ANALYSIS_H
#define POSTWACHT_ANALYSIS_H

#include "daemon/supervisor/pile.h"
#include "daemon/supervisor/worker.h"
#include "schemas/base/file.h"

struct analysis {
    struct worker worker;
    char program[PATH_SIZE], templates_dir[PATH_SIZE], own_phrases[PATH_SIZE];
    char jobs_text[16], spool[PATH_SIZE];
    size_t ahead;                /* sheets it may hold at once */
    char stamp[SHA256_HEX_SIZE]; /* of the templates and phrases it was started with */
    int64_t looked_at;           /* when they were last looked at */
    bool useful;                 /* finished a sheet since its start */
};

/* own_phrases: the office's own wording of returns; the file need not be there. */
bool analysis_init(struct analysis *analysis, const char *templates_dir, const char *own_phrases,
                   const char *spool, long jobs, struct err *err);
void analysis_finish(struct analysis *analysis);

/* One round: starts or restarts it, feeds it, takes its answers into the pile. Restarts it, once
 * it has finished what it holds, when templates or own phrases have changed. Logs. */
void analysis_step(struct analysis *analysis, struct pile *pile, int64_t now);

/* Ends it softly, so that it comes back with a changed configuration. */
void analysis_renew(struct analysis *analysis);

#endif
