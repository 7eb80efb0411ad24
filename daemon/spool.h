/* spool: the folder of sheet folders between capture, analysis and register, seen from this side.
 * How sheets get into it, and what is left of half ones: see schemas/sheet_folder.h. */
#ifndef POSTWACHT_SPOOL_H
#define POSTWACHT_SPOOL_H

#include "schemas/base/file.h"
#include "schemas/sheet.h"

/* Complete sheets in the order in which they were captured: capture names them so that names sort.
 * Every folder with a safe name counts, also one whose sheet.json is gone: nothing is overlooked.
 */
bool spool_sheets(const char *spool, struct names *ret, struct err *err);

bool spool_is_screened(const char *sheet_dir);

/* Writes the screening of a sheet that no analysis survived: unsure, not_screened, why. */
bool spool_give_up(const char *sheet_dir, const char *why, struct err *err);

/* Removes a recorded sheet. Its folder is renamed to .gone-<id> first: a removal that a crash cuts
 * off must not leave something that looks like a sheet. */
bool spool_remove(const char *spool, const char *id, struct err *err);
/* Finishes removals that were cut off. */
bool spool_sweep_gone(const char *spool, struct err *err);

#endif
