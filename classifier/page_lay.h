/* page_lay: how a page lies on a sheet: turned as it was fed, on its outline or at a corner. Sizes,
 * boxes and places are mm; turns are degrees clockwise, 0, 90, 180 or 270. */
#ifndef POSTWACHT_PAGE_LAY_H
#define POSTWACHT_PAGE_LAY_H

#include "imaging/side.h"

/* Page as fed <-> upright: `turn` degrees clockwise make a page of size_mm upright. */
struct affine turn_to_page(int turn, const double size_mm[2]); /* upright mm -> page mm */
void turned_size(int turn, const double size_mm[2], double ret[2]);

/* Template mm -> upright mm, for a page laid on `size_mm` as fed; false when turn_to_page has no
 * inverse. */
bool page_to_upright(const struct affine *page, int turn, const double size_mm[2],
                     struct affine *ret);

/* The corner of a page that a box stands nearest to: 1 for right, 2 for below. */
int corner_of(const double size_mm[2], const double box_mm[4]);
/* Template mm -> upright mm with that corner on the sheet's own: a design that was copied onto
 * another format keeps its distance to the corner it stands at. */
struct affine lay_corner(const double template_mm[2], const double upright_mm[2], int corner);

/* Where posts want the recipient on an upright sheet: x, y, w, h. Mail to the firm names it there.
 */
void recipient_place(const double size_mm[2], double ret_mm[4]);
/* Whether a box of an upright sheet lies where posts want stamps, postmarks and imprints of
 * franking machines: within 74 mm of the right edge and 40 mm of the top, and a little more. */
bool in_franking_zone(const double upright_mm[4], const double size_mm[2]);
bool in_box(const double box_mm[4], double x, double y);

/* Page mm as fed -> mm on the upright page, and back. */
void box_upright(const struct side *side, int turn, const double fed_mm[4], double ret_mm[4]);
void box_fed(const struct side *side, int turn, const double upright_mm[4], double ret_mm[4]);

#endif
