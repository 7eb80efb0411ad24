/* locate: where each element of the matched template is on the scan, how much of it can be seen,
 * and which of the four it is: found, altered, absent (its place is bare paper) or occluded. */
#ifndef POSTWACHT_LOCATE_H
#define POSTWACHT_LOCATE_H

#include "classifier/match.h"
#include "classifier/return.h"

/* Of the printed area: from here on nothing to speak of covers it. Beside a cover, print that is
 * not recognised is more likely the cover's own. */
#define CLEAR_SHARE 0.95

enum element_state {
    ELEMENT_NOT_SCANNED, /* its side is not in the scan, or its place lies outside */
    ELEMENT_FOUND,
    ELEMENT_ALTERED,
    ELEMENT_ABSENT,
    ELEMENT_OCCLUDED
};

struct located {
    const struct element_model *element;
    enum element_state state;
    enum side_name scan_side;
    struct affine to_page; /* element mm, origin at its box's corner -> page mm */
    double ncc;            /* correlation of ink over the visible print, -1..1 */
    double shift_mm[2];    /* seen minus laid, along the template's axes; when found */
    double blur_mm;  /* sd by which the template must be blurred to look like this; when found */
    double scale;    /* seen over template; when found and wide enough, else 1 */
    double visible;  /* share of the printed area that nothing covers, 0..1 */
    double strange;  /* share of the printed area where there is ink of another colour, 0..1 */
    double bare;     /* share of the visible printed area where there is bare paper */
    double inked;    /* inked area in the visible part of its box, over the template's there */
    double same;     /* of its fragments that can be seen, by printed area: the very same, 0..1 */
    double same_mm2; /* their printed area */
    int same_fragments;    /* and how many (fragments.h) */
    struct image seen;     /* RGB of the element's box at FINE_DPI */
    struct image strength; /* its ink */
    struct image open;     /* 255 where nothing hides it, at FINE_DPI */
    struct image clear;    /* 255 where nothing at all lies over it, not even film */
};

/* Fills one `located` for each element of the placement's model, in its order; `ret` holds
 * TEMPLATE_ELEMENTS_MAX. Free with located_finish each, also after a failure. */
bool locate_elements(const struct scan *scan, const struct placement *place,
                     const struct side_patches patches[SIDE_COUNT], struct located *ret,
                     struct err *err);
void located_finish(struct located *located);

/* How surely what can be seen of it is the genuine print, mm of edge. Over n independent details a
 * correlation r by chance makes n r^2 / (1 - r^2) an F statistic; in print each 0.6 mm of edge is
 * such a detail. SURE_EVIDENCE_MM make 75, which 15 details of other print reach at one place in a
 * million; a search tries a few thousand. */
double located_evidence_mm(const struct located *located);
#define SURE_EVIDENCE_MM 45.0

/* The box of a located element on its scan side: page mm as fed, upright bounding box. */
void located_box(const struct located *located, double ret_mm[4]);
/* The same of any box x, y, w, h that to_page lays on a page, and of any four corners. */
void laid_box(const struct affine *to_page, const double part_mm[4], double ret_mm[4]);
void laid_corners(const struct affine *to_page, const double corner_mm[4][2], double ret_mm[4]);

#endif
