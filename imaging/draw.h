/* draw: marks on pictures that people look at: thin lines, frames, rings, and the few figures that
 * a scale needs. For derivatives only, never on a scan that is kept.
 *
 * Positions are continuous coordinates (pixel (i, j) covers [i, i+1) x [j, j+1)), images RGB. What
 * lies outside the image is left out. */
#ifndef POSTWACHT_DRAW_H
#define POSTWACHT_DRAW_H

#include "imaging/image.h"

typedef uint8_t draw_colour[3];

/* `width` px wide with soft sides; colour lies over the picture as `cover` (0..1) tells. */
struct draw_pen {
    draw_colour colour;
    double width;
    double cover;
};

void draw_fill(struct image *image, const draw_colour colour);
void draw_line(struct image *image, const double from[2], const double to[2],
               const struct draw_pen *pen);
void draw_ring(struct image *image, const double centre[2], double radius,
               const struct draw_pen *pen);
/* x, y, w, h: the pen's middle runs along the outline. */
void draw_frame(struct image *image, const double box[4], const struct draw_pen *pen);

/* Copies `what` (RGB) with its corner at x, y. */
void draw_image(struct image *image, int x, int y, const struct image *what);

/* Figures, the letters of a few units and signs (draw.c lists them), DRAW_TEXT_HEIGHT * scale px
 * high; anything else is a space. x, y: top left. Drawn over a pale border of one step, so that
 * they can be read on print. */
#define DRAW_TEXT_HEIGHT 7
void draw_text(struct image *image, int x, int y, int scale, const char *text,
               const draw_colour colour);
int draw_text_width(const char *text, int scale);

/* A scale of `mm` with `parts` equal parts, ticks between them and `label` above, its lower left
 * corner at x, y. */
void draw_scale(struct image *image, int x, int y, double px_per_mm, double mm, int parts,
                const char *label);

#endif
