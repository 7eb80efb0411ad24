/* Pieces of print drawn with cairo as a scanner sees them: outlines without hinting, grown by the
 * ink's gain, blurred, with paper noise; and an element whose template is one such picture and
 * whose scan is another. Positions are mm. */
#ifndef POSTWACHT_TEST_DRAW_PRINT_H
#define POSTWACHT_TEST_DRAW_PRINT_H

#include "tests/unit/drawing.h"

#include <math.h>

#include "classifier/check.h"
#include "classifier/glyphs.h"

#define PRINT_PAPER 236
#define PRINT_W_MM 46.0
#define PRINT_H_MM 14.0

/* One way of printing and scanning. Zeroed but for dpi it is a perfect one in black. */
struct printing {
    double dpi;
    double gain_um;      /* by which every edge moves outward */
    double blur_um;      /* sigma of print and scanner together */
    double noise;        /* levels */
    double dx_mm, scale; /* place and size against the template; scale 0 is 1 */
    double rgb[3];       /* of the ink, 0..1 */
    unsigned seed;
    void (*draw)(cairo_t *cr, const void *what); /* adds what else is to be seen; may be NULL */
    const void *what;
};

static inline void print_text(cairo_t *cr, const char *face, double points, const char *text,
                              double gain_mm)
{
    PangoLayout *layout = text_layout(cr, face, points * 25.4 / 72, text);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
    pango_layout_context_changed(layout);
    cairo_move_to(cr, 1.5, 1);
    pango_cairo_layout_path(cr, layout);
    cairo_fill_preserve(cr);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(cr, 2 * gain_mm);
    if (gain_mm > 0)
        cairo_stroke(cr);
    cairo_new_path(cr);
    cairo_font_options_destroy(options);
    g_object_unref(layout);
}

/* What lies on the paper: lines of text in one face, or whatever `draw` makes. */
static inline struct image print_picture(const struct printing *how, const char *face,
                                         double points, const char *text)
{
    struct err err;
    struct image sharp = {0}, soft = {0};
    double px = how->dpi / 25.4, scale = how->scale > 0 ? how->scale : 1;
    int w = (int)(PRINT_W_MM * px), h = (int)(PRINT_H_MM * px);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *cr = cairo_create(surface);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_BEST);
    cairo_set_source_rgb(cr, PRINT_PAPER / 255.0, PRINT_PAPER / 255.0, PRINT_PAPER / 255.0);
    cairo_paint(cr);
    cairo_scale(cr, px * scale, px * scale);
    cairo_translate(cr, how->dx_mm, how->dx_mm / 2);
    cairo_set_source_rgb(cr, how->rgb[0], how->rgb[1], how->rgb[2]);
    if (face)
        print_text(cr, face, points, text, how->gain_um / 1000);
    if (how->draw)
        how->draw(cr, how->what);
    sharp = drawn_image(surface, cr, 3);
    assert_ok(cv_gauss(&sharp, fmax(0.1, how->blur_um / 25400 * how->dpi), &soft, &err), &err);
    image_finish(&sharp);
    unsigned seed = how->seed;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < 3 * w; x++) {
            double v = image_row(&soft, y)[x] + how->noise * drawn_noise(&seed);
            image_row(&soft, y)[x] = (uint8_t)lround(fmax(0, fmin(255, v)));
        }
    return soft;
}

/* An element and what was found of it, as locate leaves it for one that is found. */
struct found_element {
    struct template_element data;
    struct element_model element;
    struct located located;
};

static inline void found_element_init(struct found_element *ret, const char *kind,
                                      struct image *expected, struct image *seen, double dpi)
{
    const double paper[3] = {PRINT_PAPER, PRINT_PAPER, PRINT_PAPER};
    struct err err;
    struct image strength = {0};
    memset(ret, 0, sizeof *ret);
    snprintf(ret->data.kind, sizeof ret->data.kind, "%s", kind);
    snprintf(ret->data.name, sizeof ret->data.name, "%s", kind);
    ret->data.dpi = dpi;
    ret->element.data = &ret->data;
    ret->element.picture = *expected;
    assert_ok(ink_strength(expected, paper, &strength, &err), &err);
    double typical = image_percentile(&strength, NULL, 0.995);
    assert_ok(cv_threshold(&strength, 0.45 * typical, false, &ret->element.mask, &err), &err);
    image_finish(&strength);
    assert_ok(element_model_derive(&ret->element, &err), &err);
    struct located *located = &ret->located;
    located->element = &ret->element;
    located->state = ELEMENT_FOUND;
    located->ncc = located->visible = 1;
    const struct image *fine = &ret->element.fine;
    assert_ok(cv_resize(seen, fine->width, fine->height, CV_INTERPOLATE_AREA, &located->seen, &err),
              &err);
    image_finish(seen);
    assert_ok(ink_strength(&located->seen, paper, &located->strength, &err), &err);
    assert_ok(image_create(&located->open, fine->width, fine->height, 1, &err), &err);
    memset(located->open.data, 255, located->open.stride * (size_t)fine->height);
    assert_ok(image_copy(&located->open, &located->clear, &err), &err);
}

static inline void found_element_finish(struct found_element *found)
{
    element_model_finish(&found->element);
    located_finish(&found->located);
}

#endif
