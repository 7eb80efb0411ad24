#include "tests/simulator/paint.h"
#include "tests/simulator/fast.h"

#include <stdlib.h>

#define COVER_HIDES 200 /* of 255: from here the thing below is hidden */

const struct paint paint_opaque = {.mode = PAINT_OPAQUE, .strength = 1};
const struct paint paint_ink = {.mode = PAINT_INK, .strength = 1};

static void paint_row(struct canvas *canvas, const uint8_t *cov, int x0, int y, int n,
                      const float ink[3], const struct paint *paint)
{
    for (int i = 0; i < n; i++) {
        if (!cov[i])
            continue;
        int x = x0 + i;
        double a = cov[i] / 255.0 * paint->strength;
        if (paint->uneven) {
            double cell = canvas_px(paint->uneven_cell_mm);
            double lack = 0.7 - (double)field_at(paint->uneven, x / cell, y / cell); /* in sd */
            a *= fast_min(fast_max(1 - paint->uneven_sd * lack, 0), 1);
        }
        if (paint->mode == PAINT_INK) {
            float factor[3];
            for (int c = 0; c < 3; c++)
                factor[c] = (float)(1 - a * (1 - (double)ink[c]));
            canvas_multiply(canvas, x, y, factor);
            continue;
        }
        uint16_t *px = canvas_at(canvas, x, y);
        for (int c = 0; px && c < 3; c++) {
            double target = fast_min((double)(ink[c] / canvas->paper[c]) * CANVAS_ONE, 65535);
            px[c] = (uint16_t)(px[c] + a * (target - px[c]));
        }
        if (cov[i] >= COVER_HIDES)
            canvas_mark_covered(canvas, x, y);
    }
}

static void paint_layer(struct canvas *canvas, const struct art_layer *layer, struct box box,
                        const struct paint *paint, const struct affine *place)
{
    struct box on_page = box_grow(affine_box(place, box), 0.1);
    int x0 = (int)fmax(floor(canvas_px(on_page.x)), 0),
        y0 = (int)fmax(floor(canvas_px(on_page.y)), 0);
    int x1 = (int)fmin(ceil(canvas_px(on_page.x + on_page.w)), canvas->w);
    int y1 = (int)fmin(ceil(canvas_px(on_page.y + on_page.h)), canvas->h);
    if (x1 <= x0 || y1 <= y0)
        return;
    double k = CANVAS_DPI / MM_PER_INCH;
    struct affine map = affine_after((struct affine){k, 0, 0, k, -x0, -y0}, *place);
    uint8_t *cov = art_raster(layer->drawing, &map, x1 - x0, y1 - y0);
    if (!cov) {
        canvas->failed = true;
        return;
    }
    float ink[3];
    colour_linear(layer->ink, ink);
    for (int y = y0; y < y1; y++)
        paint_row(canvas, cov + (size_t)(y - y0) * (size_t)(x1 - x0), x0, y, x1 - x0, ink, paint);
    free(cov);
}

void paint_element(struct canvas *canvas, const struct element *element, const struct paint *paint,
                   const struct affine *place)
{
    struct box box;
    if (!element_box(element, &box))
        return;
    for (int i = 0; i < element->n_layers; i++)
        paint_layer(canvas, &element->layer[i], box, paint, place);
}

void sketch_begin(struct sketch *sketch, struct colour ink)
{
    element_init(&sketch->element, "sketch", ART_FRONT);
    sketch->cr = element_draw(&sketch->element, ink, 1);
}

void sketch_ink(struct sketch *sketch, struct colour ink)
{
    cairo_destroy(sketch->cr);
    sketch->cr = element_draw(&sketch->element, ink, 1);
}

void sketch_paint(struct sketch *sketch, struct canvas *canvas, const struct paint *paint,
                  const struct affine *place)
{
    cairo_destroy(sketch->cr);
    sketch->cr = NULL;
    paint_element(canvas, &sketch->element, paint, place);
    element_finish(&sketch->element);
}
