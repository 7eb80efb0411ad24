/* scan_side: one side from sane_start to the end of its data, into an uncompressed TIFF. */
#ifndef POSTWACHT_SCAN_SIDE_H
#define POSTWACHT_SCAN_SIDE_H

#include "daemon/capture/scan_settings.h"

enum side_result {
    SIDE_WHOLE,
    SIDE_TRUNCATED, /* the device ended the page early without a word; the file holds what came */
    SIDE_NO_PAPER,  /* nothing was drawn in */
    SIDE_FAILED,    /* why says so; the file, when side->file is set, holds what came */
};

/* Writes DIR/front.tif or DIR/back.tif. side is filled as far as it is known; side->file stays ""
 * without a file. */
enum side_result scan_side(SANE_Handle handle, struct guard *guard,
                           const struct scan_settings *settings, const char *dir,
                           enum side_name which, struct sheet_side *side,
                           struct capture_why *ret_why);

#endif
