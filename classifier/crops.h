/* crops: the pictures that show a person what the program saw: each side upright, each element as
 * it should be beside as it is, its print close up where that speaks against it, tracking dots, the
 * return label. Derivatives, never the evidence.
 */
#ifndef POSTWACHT_CROPS_H
#define POSTWACHT_CROPS_H

#include "classifier/measure.h"
#include "classifier/tracking_dots.h"

/* All write below sheet_dir/crops and put the names into the screening. measured may be NULL when
 * no template matched. turn: degrees clockwise that make each scan side upright. */
bool crops_previews(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                    struct screening *screening, struct err *err);
bool crops_elements(const struct measured *measured, const char *sheet_dir,
                    struct screening *screening, struct err *err);
/* Of the side on which tracking dots were found; none when they were not. */
bool crops_dots(const struct side *side, int turn, const struct tracking_dots *dots,
                const char *sheet_dir, struct screening *screening, struct err *err);
/* Both take boxes of the upright page. The return goes first: events that its label tells of show
 * its picture. */
bool crops_return(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                  struct screening *screening, struct err *err);
bool crops_journey(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                   struct screening *screening, struct err *err);

#endif
