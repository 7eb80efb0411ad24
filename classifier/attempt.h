/* attempt: one template laid on one sheet: measured, judged and decided. A firm has several designs
 * (formats, years) and a station may serve several firms; the sheet is what the attempt that
 * explains it best says. */
#ifndef POSTWACHT_ATTEMPT_H
#define POSTWACHT_ATTEMPT_H

#include "classifier/measure.h"

struct attempt {
    struct placement place;
    int turn[SIDE_COUNT]; /* degrees clockwise that make each side of the scan upright */
    struct measured measured;
    struct screening *screening; /* owned: its readings, verdict, reasons and template */
};

/* Free with attempt_destroy. */
bool attempt_make(const struct scan *scan, const struct placement *place,
                  const struct side_patches patches[SIDE_COUNT], struct ocr *ocr,
                  struct attempt **ret, struct err *err);
void attempt_destroy(struct attempt *attempt);

/* Whether b explains the sheet better than a. Genuine as one design is genuine, unless that design
 * leaves most of what another one recognises unexplained. Of contradicted ones that which
 * recognises more counts, then the one that is contradicted less. */
bool attempt_is_better(const struct attempt *a, const struct attempt *b);

#endif
