/* drawing: what tests that draw with cairo and Pango share: text, noise, and pixels as an image.
 * Include it in one source file of a program: it defines what the leak checker asks for. */
#ifndef POSTWACHT_TEST_DRAWING_H
#define POSTWACHT_TEST_DRAWING_H

#include "tests/unit/test_support.h"

#include <pango/pangocairo.h>

#include "imaging/image.h"

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

/* Lines of text in a face, its em `size` user units; free with g_object_unref. */
static inline PangoLayout *text_layout(cairo_t *cr, const char *face, double size, const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string(face);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    pango_font_description_free(font);
    return layout;
}

/* The same drawn; (x, y) is its top left corner. */
static inline void show_text(cairo_t *cr, const char *face, double size, double x, double y,
                             const char *text)
{
    PangoLayout *layout = text_layout(cr, face, size, text);
    cairo_move_to(cr, x, y);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

/* Near enough to normal, sd 1. */
static inline double drawn_noise(unsigned *seed)
{
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        *seed = *seed * 1664525u + 1013904223u;
        sum += (double)(*seed >> 8) / (1u << 24) - 0.5;
    }
    return 2 * sum;
}

/* What was drawn, as an image of 1 channel (the blue one) or 3. Ends the drawing. */
static inline struct image drawn_image(cairo_surface_t *surface, cairo_t *cr, int channels)
{
    struct image image = {0};
    struct err err;
    int w = cairo_image_surface_get_width(surface), h = cairo_image_surface_get_height(surface);
    assert_ok(image_create(&image, w, h, channels, &err), &err);
    cairo_surface_flush(surface);
    for (int y = 0; y < h; y++) {
        const uint8_t *in =
            cairo_image_surface_get_data(surface) + y * cairo_image_surface_get_stride(surface);
        for (int x = 0; x < w; x++)
            for (int c = 0; c < channels; c++) /* cairo's are blue, green, red, nothing */
                image_row(&image, y)[x * channels + c] = in[4 * x + channels - 1 - c];
    }
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return image;
}

#endif
