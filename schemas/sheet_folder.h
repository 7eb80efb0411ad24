/* sheet_folder: builds a sheet's folder in the spool so that nothing half can ever look whole.
 *
 *   .part-<id>  is being built. Its owner holds a flock on the folder, which the kernel drops when
 *               the owner dies, however it dies: so a sweep tells the dead from the living.
 *   .half-<id>  is what was left of a sheet that was not imaged whole (jam, crash, truncated page):
 *               its images as far as they came, incident.txt with one line for the operator and,
 *               where the owner lived to write it, sheet.json. Evidence of what happened, never
 *               screened.
 *   <id>        is complete.
 *
 * Names with a leading dot are not safe names (name_is_safe), so who lists the spool for complete
 * sheets does not see the first two. Any number of processes may work in one spool. */
#ifndef POSTWACHT_SHEET_FOLDER_H
#define POSTWACHT_SHEET_FOLDER_H

#include "schemas/base/file.h"
#include "schemas/sheet.h"

#define SHEET_HALF_PREFIX ".half-"
#define SHEET_INCIDENT_FILE "incident.txt"

struct sheet_folder {
    char spool[PATH_SIZE];
    char path[PATH_SIZE]; /* of the .part- folder: put the images there, fsynced */
    char id[SHEET_ID_SIZE];
    int fd; /* of the folder, with the lock */
};

/* A new sheet of the batch: `YYYYMMDDTHHMMSS-<tail of batch>-NNNN` in UTC, so that names sort by
 * time; unique in this spool. */
bool sheet_folder_begin(const char *spool, const char *batch, int seq, struct sheet_folder *ret,
                        struct err *err);

/* Writes sheet.json and renames the folder to its id; after that the sheet is complete and on disk.
 * Each of the three below ends the folder, also when it fails. */
bool sheet_folder_complete(struct sheet_folder *folder, const struct sheet *sheet, struct err *err);
/* Keeps what came as a half sheet; sheet may have no side yet. */
bool sheet_folder_half(struct sheet_folder *folder, const struct sheet *sheet, const char *why,
                       struct err *err);
/* Nothing was fed: removes the folder. */
void sheet_folder_discard(struct sheet_folder *folder);

/* What dead owners left behind: a folder that has its sheet.json missed only the last rename and is
 * completed; one with images becomes a half sheet; an empty one goes. Returns the ids of both
 * kinds; finish them with names_finish. */
struct sheet_sweep {
    struct names completed, half;
};
bool sheet_folders_sweep(const char *spool, struct sheet_sweep *ret, struct err *err);
void sheet_sweep_finish(struct sheet_sweep *sweep);

#endif
