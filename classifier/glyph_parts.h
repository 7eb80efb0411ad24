/* glyph_parts: what the files that compare print letter by letter share. Not for others: they read
 * struct glyphs. Pixel maps are of the element's size at FINE_DPI. */
#ifndef POSTWACHT_GLYPH_PARTS_H
#define POSTWACHT_GLYPH_PARTS_H

#include "classifier/glyphs.h"

#include <math.h>

#define GLYPH_PX_MM (25.4 / FINE_DPI)
#define GLYPH_PX_MM2 (GLYPH_PX_MM * GLYPH_PX_MM)
#define GLYPH_REACH_MM 0.5 /* ground around a piece */

/* A letter, or a cell of something larger. */
struct piece {
    int x0, y0, x1, y1; /* of its ink, inclusive */
    int area;           /* 0: it became part of another */
    double shift[2];    /* laid at, px */
    double ncc;         /* there */
    double gain;        /* ink here over the template's there */
};

struct pieces {
    const struct located *located;
    const struct image *expected, *seen; /* strength of template and scan */
    const struct image *open, *clear;    /* of struct located; open as far as it is surely so */
    const struct image *expected_rgb;    /* of the template */
    const double *paper_rgb;             /* of the scan */
    int width, height;
    double typical; /* ink of the template, levels */
    double soft_px; /* by which expected was softened */
    int largest[2]; /* width and height of the template's largest connected ink */
    int32_t *owner; /* index of the piece whose ground a pixel is, -1 for none */
    int n;
    struct piece *piece;
};

static inline int glyph_px(double mm)
{
    return (int)lround(mm / GLYPH_PX_MM);
}

static inline int owner_at(const struct pieces *p, int x, int y)
{
    bool inside = x >= 0 && y >= 0 && x < p->width && y < p->height;
    return inside ? p->owner[(size_t)y * (size_t)p->width + (size_t)x] : -1;
}

/* Fills owner and piece from the template's mask; free with pieces_finish, also after a failure. */
bool pieces_make(struct pieces *p, const struct image *mask, struct err *err);
void pieces_finish(struct pieces *p);

/* Makes a template that is sharper than the scan as soft as it is: fills the two pictures and lets
 * expected and expected_rgb point to them; else leaves all as it is. */
bool pieces_soften(struct pieces *p, struct image *ret_expected, struct image *ret_rgb,
                   struct err *err);
/* Lays one piece on the scan: fills shift, ncc and gain. */
void piece_lay(struct pieces *p, int k);
/* Lost and added ink of every piece, for glyph[i] of the i-th piece that has an area. */
bool pieces_compare(const struct pieces *p, struct glyph *glyph, struct err *err);
/* Strokes and absorbed light of one piece. */
void piece_ink(const struct pieces *p, int k, struct glyph *ret);

#endif
