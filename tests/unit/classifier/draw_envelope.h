/* Envelopes and stickers drawn with cairo for the classifier's tests: paper with texture, light
 * that falls off, labels at any angle. Positions are page mm. */
#ifndef POSTWACHT_TEST_DRAW_ENVELOPE_H
#define POSTWACHT_TEST_DRAW_ENVELOPE_H

#include "tests/unit/drawing.h"

#include <math.h>

#include "imaging/image.h"
#include "imaging/side.h"

#define DRAW_DPI 300
#define DRAW_W_MM 229.0
#define DRAW_H_MM 162.0

struct drawing {
    cairo_surface_t *surface;
    cairo_t *cr; /* user units are mm */
};

static inline struct drawing drawing_begin_mm(double w_mm, double h_mm, double paper)
{
    const double px = DRAW_DPI / 25.4;
    struct drawing d;
    d.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(w_mm * px), (int)(h_mm * px));
    d.cr = cairo_create(d.surface);
    cairo_set_source_rgb(d.cr, paper, paper, paper * 0.985);
    cairo_paint(d.cr);
    cairo_scale(d.cr, px, px);
    return d;
}

static inline struct drawing drawing_begin(double paper)
{
    return drawing_begin_mm(DRAW_W_MM, DRAW_H_MM, paper);
}

static inline void draw_text(const struct drawing *d, double x, double y, double height_mm,
                             const char *text)
{
    show_text(d->cr, "DejaVu Sans", height_mm, x, y, text);
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
    struct image image = drawn_image(d->surface, d->cr, 3);
    for (int y = 0; y < image.height; y++)
        for (int x = 0; x < image.width; x++) {
            double light = 1 - 0.04 * x / image.width, noise = 2.5 * drawn_noise(&seed);
            uint8_t *rgb = image_row(&image, y) + 3 * x;
            for (int c = 0; c < 3; c++)
                rgb[c] = (uint8_t)fmax(0, fmin(255, rgb[c] * light + noise));
        }
    image.dpi_x = image.dpi_y = DRAW_DPI;
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
