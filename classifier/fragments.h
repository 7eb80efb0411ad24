/* fragments: an element cut into small parts that are looked for and compared one by one. What can
 * be seen of an element that is half under a label, struck through or set together in another way
 * is still the firm's own print. */
#ifndef POSTWACHT_FRAGMENTS_H
#define POSTWACHT_FRAGMENTS_H

#include "classifier/locate.h"

/* Fills element->fragment from ->fine, ->fine_mask and ->contrast; part of element_model_derive. */
void fragments_cut(struct element_model *element);

/* Fragments vote for the shift at which most of them agree. `page` is ink strength at COARSE_DPI on
 * which the element's box lies with its corner at `origin_px`; ret_shift_px is how far from there,
 * at most search_px. ret_agreement is the sum over fragments of how far their correlation there is
 * above what unrelated print reaches. */
bool fragments_vote(const struct element_model *element, const struct image *page,
                    const int origin_px[2], int search_px, double *ret_agreement,
                    double ret_shift_px[2], struct err *err);

/* From here on print of ours is likely there: two fragments that are the very same, or three much
 * alike. One fragment finds its like by chance. */
#define FRAGMENTS_AGREE 0.7

/* The place of an element on a side by its fragments, within search_mm of where to_page lays it;
 * ret_found false when too few agree. */
bool fragments_place(const struct side *side, const struct element_model *element,
                     const struct affine *to_page, double search_mm, struct affine *ret,
                     bool *ret_found, struct err *err);

/* Compares the fragments that can be seen: expected and seen are ink at FINE_DPI, equally softened,
 * `near` the print's surroundings that nothing covers. Fills same, same_mm2 and same_fragments. */
void fragments_compare(struct located *located, const struct image *expected,
                       const struct image *seen, const struct image *near);

/* Length of edge of the element's print that can be seen, mm, in the direction that has less of it:
 * how much there is to recognise. Ten letters of 9 pt have some 20. */
double fragments_open_edge_mm(const struct located *located);

#endif
