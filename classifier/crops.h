/* crops: the pictures that show a person what the program saw: each side upright, each element as
 * it should be beside as it is, edges close up, the return label. Derivatives, never the evidence.
 */
#ifndef POSTWACHT_CROPS_H
#define POSTWACHT_CROPS_H

#include "classifier/measure.h"

/* All write below sheet_dir/crops and put the names into the screening. measured may be NULL when
 * no template matched. turn: degrees clockwise that make each scan side upright. */
bool crops_previews(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                    struct screening *screening, struct err *err);
bool crops_elements(const struct measured *measured, const char *sheet_dir,
                    struct screening *screening, struct err *err);
bool crops_return(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                  struct screening *screening, struct err *err);

/* Page mm as fed -> mm on the upright page. */
void box_upright(const struct side *side, int turn, const double fed_mm[4], double ret_mm[4]);

#endif
