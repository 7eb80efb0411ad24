/* paint: everything on an envelope that is not the firm's print: labels, pens, rubber stamps, tape.
 * Element drawings are put on the canvas at 1200 dpi, antialiased, as ink (multiplies) or as an
 * opaque thing (replaces and hides). */
#ifndef SIM_PAINT_H
#define SIM_PAINT_H

#include "tests/simulator/art.h"
#include "tests/simulator/canvas.h"
#include "tests/simulator/field.h"

enum paint_mode { PAINT_INK, PAINT_OPAQUE };

struct paint {
    enum paint_mode mode;
    double strength;            /* 1 full; a weak pen or stamp has less */
    const struct field *uneven; /* NULL even */
    double uneven_sd, uneven_cell_mm;
};

/* place: element mm to page mm. */
void paint_element(struct canvas *canvas, const struct element *element, const struct paint *paint,
                   const struct affine *place);

/* A drawing that is made, painted once and thrown away. */
struct sketch {
    struct element element;
    cairo_t *cr;
};
void sketch_begin(struct sketch *sketch, struct colour ink);
/* Another ink on top of the earlier ones. */
void sketch_ink(struct sketch *sketch, struct colour ink);
void sketch_paint(struct sketch *sketch, struct canvas *canvas, const struct paint *paint,
                  const struct affine *place);

extern const struct paint paint_opaque, paint_ink;

#endif
