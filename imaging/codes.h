/* codes: bar and matrix codes on a page (zbar: Code 128, ITF, QR; libdmtx: Data Matrix). */
#ifndef POSTWACHT_CODES_H
#define POSTWACHT_CODES_H

#include "imaging/image.h"

struct code_found {
    char symbology[24]; /* code128, itf, qr, datamatrix */
    char text[256];     /* printable; other bytes as \xNN */
    double box_px[4];
};

/* Reads codes from a page (RGB or grey, 200-300 dpi is best). deadline_ms bounds the Data Matrix
 * search. Returns the number found, at most max. */
bool codes_read(const struct image *image, int deadline_ms, struct code_found *ret, int max,
                int *ret_n, struct err *err);

#endif
