/* tracking_dots: what the yellow dots on a sheet say about the machine that printed it.
 *
 * Colour laser printers lay a faint yellow code over all they print (dots_decode.h). Finding it
 * says that the sheet went through such a printer, and at best which one and when; not finding it
 * says nothing. A genuine envelope carries one too when its address was printed on such a machine:
 * dots never make a verdict. */
#ifndef POSTWACHT_TRACKING_DOTS_H
#define POSTWACHT_TRACKING_DOTS_H

#include "classifier/dots_decode.h"
#include "imaging/codec.h"
#include "imaging/side.h"
#include "schemas/dots_mark.h"

enum dots_status { DOTS_NONE, DOTS_DETECTED, DOTS_DECODED, DOTS_NOT_TESTABLE };
extern const char *const dots_status_names[]; /* "none", ...: as in screening.json */

/* Why dots could not have been seen on this scan; told only when none were. */
enum dots_doubt {
    DOTS_NO_DOUBT,
    DOTS_GREY,     /* the scan has no colour */
    DOTS_COARSE,   /* below DOTS_DPI_MIN */
    DOTS_CLIPPED,  /* the paper is as white as the scanner can say */
    DOTS_SQUEEZED, /* JPEG that threw fine colour away */
    DOTS_COVERED   /* hardly any bare paper */
};
extern const char *const dots_doubt_names[]; /* "grey", ...: as in screening.json */

struct tracking_dots {
    enum dots_status status;
    enum dots_doubt doubt;           /* when not testable */
    const struct dot_layout *layout; /* when decoded */
    struct dot_code code;            /* likewise */
    struct dot_grid grid;            /* from here on: when detected or decoded */
    struct dot_turn turn;            /* of the period and the code on the grid */
    struct dot_period period;
    double angle_deg; /* of the grid's x axis against the paper's edge, clockwise */
    struct dot_repeats repeats;
    uint8_t bit[DOT_FOLD_SITES_MAX];   /* of the period's sites: those with a dot */
    uint8_t clear[DOT_FOLD_SITES_MAX]; /* those of which that is beyond doubt */
    double look_mm[4]; /* x, y, w, h of what was looked at, page mm as fed; of a side only */
};

/* Points of one side in scan mm; axis_deg: the paper's turn on the scan. scale_known false: a
 * picture of which only proportions can be trusted. */
bool tracking_dots_in(const struct dot_field *field, double axis_deg, bool scale_known,
                      struct tracking_dots *ret, struct err *err);

/* A side of a sheet: looks at its barest part, and when that says nothing at the next ones. how:
 * what the file's codec said. */
bool tracking_dots_on(const struct side *side, const struct codec_info *how,
                      struct tracking_dots *ret, struct err *err);

/* What to compare with another sheet's; empty when no dots were found. */
void tracking_dots_mark(const struct tracking_dots *dots, struct dots_mark *ret);

/* Corner of the barest place of size_mm within a box of the page as fed, mm. */
void tracking_dots_barest(const struct side *side, const double within_mm[4],
                          const double size_mm[2], double ret[2]);

#endif
