/* codes: bar and matrix codes anywhere on a side, at any angle: Code 128, ITF and QR (zbar), Data
 * Matrix (libdmtx), codes of bars in four states (four_state.h); orange bars of sorting machines
 * are noted. */
#ifndef POSTWACHT_CODES_H
#define POSTWACHT_CODES_H

#include "imaging/side.h"

/* Of a check that the symbology itself has, as far as it is not mended by its library. */
enum code_check { CODE_CHECK_NONE, CODE_CHECK_OK, CODE_CHECK_FAILED };

struct code_found {
    char symbology[24]; /* code128, itf, qr, datamatrix, kix, rm4scc, mailmark_c, mailmark_l, imb,
                           sorting_bars */
    char text[256]; /* printable; other bytes as \xNN. Of a four-state code that fails its check the
                       bars */
    enum code_check check;
    double box_mm[4]; /* around it, page mm as fed */
};

/* Reads codes from the side's raw pixels at 300 dpi where its reduction shows bars or matrices.
 * Stops looking after deadline_ms; what was found until then stays. Returns the number found, at
 * most max. */
bool codes_read(const struct side *side, int deadline_ms, struct code_found *ret, int max,
                int *ret_n, struct err *err);

#endif
