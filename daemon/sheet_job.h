/* sheet_job: what happens to one spool folder inside the sandbox: screen, archive, write down.
 *
 * Order: crops, then masters, then screening.json by rename. So the presence of screening.json
 * means that all else of the folder is on disk, and a crash anywhere before leaves a sheet that is
 * simply screened again. Class `other` gets no masters: it is not kept. */
#ifndef POSTWACHT_SHEET_JOB_H
#define POSTWACHT_SHEET_JOB_H

#include "classifier/screen.h"

#include <stdbool.h>

struct err;

/* An unreadable image is not an error here: it is written down as unsure, not_screened, why. False:
 * nothing was written (sheet.json is unreadable, the disk is full): err says which. */
bool sheet_job_run(struct screener *screener, const char *sheet_dir, struct err *err);

#endif
