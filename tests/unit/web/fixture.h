/* fixture: a small register for the tests of the page and the sheet, filled through the same door
 * as the real one: sheet folders with drawn envelopes, handed to reg_record_sheet. */
#ifndef POSTWACHT_WEB_FIXTURE_H
#define POSTWACHT_WEB_FIXTURE_H

#include "schemas/register/register.h"

#include <stdbool.h>

/* Text that must never reach a page unescaped. */
#define FIXTURE_HOSTILE "<script>alert(1)</script>\" onload='x' & \x01\xff"

enum fixture_kind {
    FIXTURE_GENUINE,
    FIXTURE_IMITATION,
    FIXTURE_UNSURE,
    FIXTURE_OTHER,
    FIXTURE_HARD,
    FIXTURE_KINDS
};

/* Makes a sheet folder of that kind under dir: sheet.json, screening.json, images, crops.
 * FIXTURE_HARD is an imitation with hostile text and a reason of every kind. */
bool fixture_sheet(const char *dir, const char *id, int seq, enum fixture_kind kind,
                   struct err *err);

/* An empty folder of this process below $TMPDIR or /tmp; fixture_remove deletes it. */
bool fixture_folder(char ret[4096], struct err *err);
void fixture_remove(const char *folder);

/* A register in folder/register with one sheet of each kind (n = FIXTURE_KINDS) or more, the firm
 * set. */
bool fixture_register(const char *folder, int n, struct err *err);

#endif
