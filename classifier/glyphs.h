/* glyphs: one element taken to pieces of the size of a letter, each laid on the scan by itself and
 * compared there: ink that is lost, ink that is added, where it stands, how wide its strokes are.
 * Measured once for all checks that ask whether the wording, the typeface or the drawing is the
 * genuine one. */
#ifndef POSTWACHT_GLYPHS_H
#define POSTWACHT_GLYPHS_H

#include "classifier/locate.h"

struct glyph {
    double box_mm[4];   /* x, y, w, h of its ink in the element */
    double ink_mm2;     /* of the template */
    double shift_mm[2]; /* where it fits best here, less where it should be */
    double ncc;         /* there */
    bool stands;        /* it fits well enough for its place to mean something, and then: */
    double off_mm[2];   /* what shift, turn and scale of the whole element leave of shift_mm */
    double lost_mm2;    /* ink of the template that is paper here, beyond the tolerance */
    double added_mm2;   /* ink here that is paper in the template, likewise */
    double open;        /* share of its ink that nothing covers */
    bool crossed; /* ink that reaches in from elsewhere lies over it: `added_mm2` says nothing */
    bool through; /* film lies over it: what its ink is like cannot be seen */
    double stroke_um[2]; /* mean width of its strokes: template, here; 0 where it has none */
    bool has_colour;
    double absorbed[2][3]; /* light that its ink takes: template, here; linear R, G, B, px */
};

struct glyphs {
    double soft_um; /* by which the template was blurred to be as soft as the scan; mostly 0 */
    int n;
    struct glyph *glyph;
};

/* Lines of text (sender, slogan) are letters; logos and marks are drawings. */
bool is_text(const struct element_model *element);

#define GLYPH_OPEN_MIN 0.95 /* less and it is not compared */

/* Glyphs of a letter's size in the template picture of an element; 0 for a plain solid. Needs
 * located->seen, ->strength and ->open; ret->n is 0 when there is nothing to compare. */
bool glyphs_measure(const struct located *located, const double paper_rgb[3], struct glyphs *ret,
                    struct err *err);
void glyphs_finish(struct glyphs *glyphs);

/* Fills stands and off_mm; part of glyphs_measure. */
bool glyphs_fit(struct glyphs *glyphs, struct err *err);

/* Ink that is added, where nothing crosses; and ink that differs, of which what is only lost counts
 * half (a flaw of the plate, a scratch) and what is only added a third (dirt, a postmark's). mm2 */
double glyph_added(const struct glyph *glyph);
double glyph_change(const struct glyph *glyph);

/* Ink that differs, as a share of one letter's ink: letters that touch are one glyph of several
 * letters' width. */
double glyph_difference(const struct glyph *glyph);
/* The same, with glyph_change's discounts: an e in place of a c changes 0.15. */
double glyph_change_share(const struct glyph *glyph);

/* Whether all that the template's text says stands here in the genuine letters' own shapes, and
 * nothing over them. */
bool glyphs_same_text(const struct located *located, const struct glyphs *glyphs);

#endif
