/* Recording surfaces keep paths in 24.8 fixed point, and scale them by a factor that cairo rounds
 * to 1/256 as well. Drawings are therefore kept in units of 1/2400 inch: a path is rounded to 0.04
 * um, and rasters of 2400, 1200 and 600 dpi are exact scales (1, 1/2, 1/4); any other would come
 * out up to a percent too small. art_raster's maps have one of these scales. */
#include "tests/simulator/art.h"

#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#define UNITS_PER_MM (2400 / 25.4)
#define TEXT_UNITS_PER_MM 100.0 /* Pango wants sizes far above its 1/1024 grid */

void element_init(struct element *element, const char *name, enum art_side side)
{
    memset(element, 0, sizeof *element);
    strncpy(element->name, name, sizeof element->name - 1);
    element->side = side;
    element->map = affine_identity();
}

void element_finish(struct element *element)
{
    for (int i = 0; i < element->n_layers; i++)
        cairo_surface_destroy(element->layer[i].drawing);
    element->n_layers = 0;
}

static bool same_ink(const struct art_layer *layer, struct colour ink, double tint)
{
    return layer->ink.r == ink.r && layer->ink.g == ink.g && layer->ink.b == ink.b &&
           layer->tint == tint;
}

cairo_t *element_draw(struct element *element, struct colour ink, double tint)
{
    int i = 0;
    while (i < element->n_layers && !same_ink(&element->layer[i], ink, tint))
        i++;
    if (i == ART_LAYERS_MAX)
        i--;
    if (i == element->n_layers) {
        struct art_layer *layer = &element->layer[element->n_layers++];
        layer->drawing = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, NULL);
        layer->ink = ink;
        layer->tint = tint;
    }
    cairo_t *cr = cairo_create(element->layer[i].drawing);
    cairo_scale(cr, UNITS_PER_MM, UNITS_PER_MM);
    const struct affine *map = &element->map;
    cairo_matrix_t m;
    cairo_matrix_init(&m, map->a, map->c, map->b, map->d, map->tx, map->ty);
    cairo_transform(cr, &m);
    cairo_set_source_rgba(cr, 0, 0, 0, 1);
    cairo_set_tolerance(cr, 0.01);
    return cr;
}

bool element_box(const struct element *element, struct box *ret)
{
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int i = 0; i < element->n_layers; i++) {
        double x, y, w, h;
        cairo_recording_surface_ink_extents(element->layer[i].drawing, &x, &y, &w, &h);
        if (!(w > 0 && h > 0))
            continue;
        x0 = fmin(x0, x), y0 = fmin(y0, y), x1 = fmax(x1, x + w), y1 = fmax(y1, y + h);
    }
    if (!(x1 > x0))
        return false;
    *ret = (struct box){x0 / UNITS_PER_MM, y0 / UNITS_PER_MM, (x1 - x0) / UNITS_PER_MM,
                        (y1 - y0) / UNITS_PER_MM};
    return true;
}

static PangoLayout *text_layout(cairo_t *cr, const char *font, double size_mm, double tracking,
                                const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    PangoFontDescription *description = pango_font_description_from_string(font);
    pango_font_description_set_absolute_size(description,
                                             size_mm * TEXT_UNITS_PER_MM * PANGO_SCALE);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    if (tracking != 0) {
        PangoAttrList *attrs = pango_attr_list_new();
        double units = tracking / 1000 * size_mm * TEXT_UNITS_PER_MM * PANGO_SCALE;
        pango_attr_list_insert(attrs, pango_attr_letter_spacing_new((int)units));
        pango_layout_set_attributes(layout, attrs);
        pango_attr_list_unref(attrs);
    }
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static double layout_width(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.width / PANGO_SCALE / TEXT_UNITS_PER_MM;
}

double art_text(cairo_t *cr, const char *font, double size_mm, double x, double y,
                enum art_align align, double tracking, const char *text)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, 1 / TEXT_UNITS_PER_MM,
                1 / TEXT_UNITS_PER_MM); /* before Pango sees the context */
    PangoLayout *layout = text_layout(cr, font, size_mm, tracking, text);
    double width = layout_width(layout);
    double left = align == ART_LEFT ? 0 : align == ART_CENTRE ? -width / 2 : -width;
    cairo_translate(cr, left * TEXT_UNITS_PER_MM,
                    -(double)pango_layout_get_baseline(layout) / PANGO_SCALE);
    cairo_new_path(cr);
    pango_cairo_layout_path(cr, layout);
    cairo_fill(cr);
    g_object_unref(layout);
    cairo_restore(cr);
    return width;
}

double art_text_width(const char *font, double size_mm, double tracking, const char *text)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = text_layout(cr, font, size_mm, tracking, text);
    double width = layout_width(layout);
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return width;
}

uint8_t *art_raster(cairo_surface_t *drawing, const struct affine *map, int w, int h)
{
    int stride = cairo_format_stride_for_width(CAIRO_FORMAT_A8, w);
    if (stride < w || h < 1)
        return NULL;
    uint8_t *padded = calloc((size_t)stride * (size_t)h, 1);
    uint8_t *ret = padded ? malloc((size_t)w * (size_t)h) : NULL;
    if (!ret) {
        free(padded);
        return NULL;
    }
    cairo_surface_t *surface =
        cairo_image_surface_create_for_data(padded, CAIRO_FORMAT_A8, w, h, stride);
    cairo_t *cr = cairo_create(surface);
    cairo_matrix_t m;
    cairo_matrix_init(&m, map->a / UNITS_PER_MM, map->c / UNITS_PER_MM, map->b / UNITS_PER_MM,
                      map->d / UNITS_PER_MM, map->tx, map->ty);
    cairo_set_matrix(cr, &m);
    cairo_set_source_surface(cr, drawing, 0, 0);
    cairo_paint(cr);
    bool fine = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    for (int y = 0; y < h; y++)
        memcpy(ret + (size_t)y * (size_t)w, padded + (size_t)y * (size_t)stride, (size_t)w);
    free(padded);
    if (!fine) {
        free(ret);
        return NULL;
    }
    return ret;
}

void art_rounded(cairo_t *cr, double x, double y, double w, double h, double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + w - r, y + r, r, -M_PI / 2, 0);
    cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI / 2);
    cairo_arc(cr, x + r, y + h - r, r, M_PI / 2, M_PI);
    cairo_arc(cr, x + r, y + r, r, M_PI, 1.5 * M_PI);
    cairo_close_path(cr);
}

float srgb_to_linear(double v)
{
    return (float)(v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
}

void colour_linear(struct colour colour, float ret[3])
{
    ret[0] = srgb_to_linear(colour.r);
    ret[1] = srgb_to_linear(colour.g);
    ret[2] = srgb_to_linear(colour.b);
}

#ifdef __SANITIZE_ADDRESS__
/* Font maps live until the process ends, by design of fontconfig and Pango. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libglib\n";
}
#endif
