/* Envelopes and stickers drawn with cairo for the classifier's tests: paper with texture, light that
 * falls off, labels at any angle. Positions are page mm. */
#ifndef POSTWACHT_TEST_DRAW_ENVELOPE_H
#define POSTWACHT_TEST_DRAW_ENVELOPE_H

#include "tests/unit/test_support.h"

#include <math.h>
#include <pango/pangocairo.h>

#include "imaging/image.h"
#include "imaging/side.h"

#define DRAW_DPI 300
#define DRAW_W_MM 229.0
#define DRAW_H_MM 162.0

/* Fontconfig keeps its caches to the end; the leak checker of instrumented builds asks for this. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libglib\n";
}

struct drawing {
    cairo_surface_t *surface;
    cairo_t *cr; /* user units are mm */
};

static inline struct drawing drawing_begin(double paper)
{
    const double px = DRAW_DPI / 25.4;
    struct drawing d;
    d.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(DRAW_W_MM * px),
                                           (int)(DRAW_H_MM * px));
    d.cr = cairo_create(d.surface);
    cairo_set_source_rgb(d.cr, paper, paper, paper * 0.985);
    cairo_paint(d.cr);
    cairo_scale(d.cr, px, px);
    return d;
}

static inline void draw_text(const struct drawing *d, double x, double y, double height_mm,
                             const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(d->cr);
    PangoFontDescription *font = pango_font_description_from_string("DejaVu Sans");
    pango_font_description_set_absolute_size(font, height_mm * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    cairo_move_to(d->cr, x, y);
    pango_cairo_show_layout(d->cr, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
}

static inline void draw_ink(const struct drawing *d, double r, double g, double b)
{
    cairo_set_source_rgb(d->cr, r, g, b);
}

/* A label with a shadow along its edge; afterwards (0, 0) is its corner until draw_label_end. */
static inline void draw_label(const struct drawing *d, double cx, double cy, double w, double h,
                              double angle_deg, double r, double g, double b)
{
    cairo_save(d->cr);
    cairo_translate(d->cr, cx, cy);
    cairo_rotate(d->cr, angle_deg * M_PI / 180);
    cairo_translate(d->cr, -w / 2, -h / 2);
    cairo_set_source_rgb(d->cr, 0.72, 0.72, 0.72);
    cairo_rectangle(d->cr, -0.1, -0.1, w + 0.3, h + 0.3); /* a label is 0.1 mm thick */
    cairo_fill(d->cr);
    draw_ink(d, r, g, b);
    cairo_rectangle(d->cr, 0, 0, w, h);
    cairo_fill(d->cr);
    draw_ink(d, 0.08, 0.08, 0.1);
}

static inline void draw_label_end(const struct drawing *d)
{
    cairo_restore(d->cr);
}

/* An empty box, and a pen's cross that leaves it. */
static inline void draw_box(const struct drawing *d, double x, double y, double size, bool ticked)
{
    cairo_set_line_width(d->cr, 0.25);
    cairo_rectangle(d->cr, x, y, size, size);
    cairo_stroke(d->cr);
    if (!ticked)
        return;
    cairo_set_line_width(d->cr, 0.5);
    cairo_move_to(d->cr, x - 0.4, y + 0.5);
    cairo_line_to(d->cr, x + size + 0.6, y + size + 0.2);
    cairo_move_to(d->cr, x + size + 0.2, y - 0.6);
    cairo_line_to(d->cr, x - 0.2, y + size + 0.4);
    cairo_stroke(d->cr);
}

/* Paper noise of 2.5 levels and light that falls off by 4 %, then to an image. Ends the drawing. */
static inline struct image drawing_scan(struct drawing *d, unsigned seed)
{
    struct image image = {0};
    struct err err;
    int w = cairo_image_surface_get_width(d->surface), h = cairo_image_surface_get_height(d->surface);
    assert_ok(image_create(&image, w, h, 3, &err), &err);
    cairo_surface_flush(d->surface);
    for (int y = 0; y < h; y++) {
        const uint8_t *in = cairo_image_surface_get_data(d->surface) +
                            y * cairo_image_surface_get_stride(d->surface);
        uint8_t *out = image_row(&image, y);
        for (int x = 0; x < w; x++) {
            double light = 1 - 0.04 * x / w, noise = 0;
            for (int k = 0; k < 3; k++) { /* a sum of three is near enough to normal */
                seed = seed * 1664525u + 1013904223u;
                noise += (double)(seed >> 8) / (1u << 24) - 0.5;
            }
            for (int c = 0; c < 3; c++) {
                double value = in[4 * x + 2 - c] * light + 5 * noise;
                out[3 * x + c] = (uint8_t)fmax(0, fmin(255, value));
            }
        }
    }
    image.dpi_x = image.dpi_y = DRAW_DPI;
    cairo_destroy(d->cr);
    cairo_surface_destroy(d->surface);
    return image;
}

static inline void draw_address(const struct drawing *d, const char *address)
{
    draw_ink(d, 0.1, 0.1, 0.1);
    draw_text(d, 120, 80, 5, address);
}

static inline void draw_sender(const struct drawing *d)
{
    draw_ink(d, 0.05, 0.2, 0.5);
    draw_text(d, 12, 12, 7, "Huis & Hof Wonen");
    draw_ink(d, 0.1, 0.1, 0.1);
    draw_text(d, 12, 24, 3.2, "Huis & Hof Wonen B.V.\nLindenlaan 12\n2587 RX Den Haag");
}

#endif
