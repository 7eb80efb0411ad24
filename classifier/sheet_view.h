/* sheet_view: all that checks read of one sheet. Everything is const and made once per sheet
 * (measure.h); a measurement that one check alone needs is not here. */
#ifndef POSTWACHT_SHEET_VIEW_H
#define POSTWACHT_SHEET_VIEW_H

#include "classifier/edges.h"
#include "classifier/glyphs.h"
#include "classifier/ink.h"
#include "classifier/locate.h"
#include "classifier/numbers.h"
#include "classifier/sender_text.h"
#include "classifier/screens.h"
#include "classifier/solids.h"
#include "imaging/opencv_c/opencv_c.h"

#define SENDER_TEXT_SIZE 1024 /* as in struct screening */

struct sheet_view {
    const struct scan *scan;
    const struct placement *place;
    const struct side_patches *patches; /* labels, by side of the scan */
    const struct located *located;      /* one for each element of place->model, in its order */
    const struct print *print;          /* likewise; rgb.data NULL unless the element was found */
    const struct edges *edges;          /* likewise; n 0 unless measured */
    const struct solids *solids;        /* likewise; n 0 unless measured */
    const struct screens *screens;      /* likewise; area_mm2 0 unless measured */
    const struct glyphs *glyphs;        /* likewise */
    double contrast; /* of the scan over the enrolment's, at most 1; 0: nothing to tell it by */
    const char (*sender_text)[SENDER_TEXT_SIZE]; /* what stands there; "" for others */
};

#endif
