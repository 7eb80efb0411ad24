/* return_regions: what on a sheet is worth reading when looking for a return, in the order of
 * promise. */
#ifndef POSTWACHT_RETURN_REGIONS_H
#define POSTWACHT_RETURN_REGIONS_H

#include "classifier/return.h"

enum region_kind { REGION_LABEL, REGION_STAMP, REGION_PRINT }; /* patch; coloured ink; the rest */

struct return_region {
    enum side_name side;
    enum region_kind kind;
    double centre_mm[2];
    double size_mm[2]; /* along and across the lines of text, with a margin */
    double angle_deg;  /* at which the text reads or stands on its head */
    int letters;
};

/* Labels, then stamps, then print, each by the number of letters; what lies within an ignored box
 * is left out unless it is a label laid over it. At most max. */
bool return_regions_find(const struct side *side, const struct side_patches *patches,
                         enum side_name name, const struct return_ignore *ignore, int n_ignore,
                         struct return_region *ret, int max, int *ret_n, struct err *err);

/* For qsort: in that order. */
int return_region_order(const void *a, const void *b);

/* Upright box around a region. */
void return_region_box(const struct return_region *region, double ret_box_mm[4]);

/* Whether it stands where postmarks do and is no label; ret_upright_mm: its box on the upright
 * page. turn: degrees clockwise that make its side upright; where that is not known (-1), or there
 * is no such side (NULL), it does not. */
bool return_region_franks(const struct return_region *region, const struct side *side, int turn,
                          double ret_upright_mm[4]);

#endif
