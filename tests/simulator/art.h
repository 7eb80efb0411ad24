/* art: vector drawings as they leave the designer, before any printing. An element (logo, sender,
 * slogan) is a few layers, each a drawing for one ink; everything is in mm on the upright side.
 * Layers are cairo recording surfaces, so that each print model can rasterise them on its own grid.
 */
#ifndef SIM_ART_H
#define SIM_ART_H

#include "tests/simulator/geom.h"

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

#define ART_LAYERS_MAX 4
#define ART_NAME_SIZE 24

struct colour { /* sRGB, 0..1 */
    double r, g, b;
};

enum art_side { ART_FRONT, ART_BACK };
enum art_align { ART_LEFT, ART_CENTRE, ART_RIGHT };

struct art_layer {
    cairo_surface_t *drawing;
    struct colour ink;
    double tint; /* 1 solid; less is a screened tint of that ink */
};

struct element {
    char name[ART_NAME_SIZE];
    enum art_side side;
    int n_layers;
    struct art_layer layer[ART_LAYERS_MAX];
    struct affine map; /* applied to what is drawn from now on */
};

void element_init(struct element *element, const char *name, enum art_side side);
void element_finish(struct element *element);

/* A context whose unit is the mm and that draws into the element's layer of that ink (made when
 * absent; the last layer is shared when all are taken). Destroy it with cairo_destroy. */
cairo_t *element_draw(struct element *element, struct colour ink, double tint);

/* Extents of what was drawn, in mm; false when nothing was. */
bool element_box(const struct element *element, struct box *ret);

/* One line of text as outlines (no hinting: a press knows no pixels). font is a Pango description
 * without size ("Lato Bold"); size is the em in mm; (x, y) the left, centre or right end of the
 * baseline. tracking in thousandths of an em. Returns the width in mm. */
double art_text(cairo_t *cr, const char *font, double size_mm, double x, double y,
                enum art_align align, double tracking, const char *text);
double art_text_width(const char *font, double size_mm, double tracking, const char *text);

/* Rasterises a drawing in mm with `map` (print frame to pixels) into a fresh 8-bit coverage image
 * of w x h pixels; NULL when memory is out. Free with free(). */
uint8_t *art_raster(cairo_surface_t *drawing, const struct affine *map, int w, int h);

void art_rounded(cairo_t *cr, double x, double y, double w, double h, double r);
float srgb_to_linear(double v);
void colour_linear(struct colour colour, float ret[3]);

#endif
