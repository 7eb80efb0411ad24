/* place_search: where on a side a picture of ink lies, at FINE_DPI. */
#ifndef POSTWACHT_PLACE_SEARCH_H
#define POSTWACHT_PLACE_SEARCH_H

#include "imaging/side.h"

#define SEARCH_LIKE 0.5 /* correlation below which turn and scale would be fitted to chance */

double fine_mm(double px); /* pixels at FINE_DPI */
struct affine affine_moved(const struct affine *base, double x_mm, double y_mm);

/* Crop and its ink strength; to_page as for side_crop. */
bool crop_strength(const struct side *side, const struct affine *to_page, double w_mm, double h_mm,
                   double dpi, struct image *ret_rgb, struct image *ret, struct err *err);

#define PAGE_EDGE_MM 0.5 /* to which the outline is known */
/* Sets to 0 what to_page lays beyond the page, and within inset_mm of its edge (negative: from so
 * far beyond on): what shows there is the scanner's lid, and the step from a dark band to a darker
 * lid looks like the step from the paper to the band. One channel at FINE_DPI. */
void blank_beyond_page(const struct side *side, const struct affine *to_page, double inset_mm,
                       struct image *image);

/* Best place of `part` (strength at FINE_DPI) within search_mm of where to_page lays it, by
 * normalised correlation: ret_shift in mm along the part's axes, to a tenth of a pixel; ret_ncc -1
 * when it has no contrast or there is no room. */
bool search_part(const struct side *side, const struct affine *to_page, const struct image *part,
                 double search_mm, double ret_shift[2], double *ret_ncc, struct err *err);

/* Turn and scale of a wide (or tall) picture from its two halves placed alone; to_page is corrected
 * about the picture's middle. Leaves both alone when a half is not found. */
bool refine_by_halves(const struct side *side, const struct image *fine, struct affine *to_page,
                      double *ret_scale, struct err *err);

/* The same, and the place, for what was cropped at to_page already, of which only what is `open`
 * counts; all three of one size. */
bool refine_open(const struct image *seen, const struct image *open, const struct image *fine,
                 struct affine *to_page, double *ret_scale, struct err *err);

#endif
