#include "envelope.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#define MM_PER_INCH 25.4
#define JPEG_QUALITY 85

static void text(cairo_t *cr, double x, double y, double size, bool bold, const char *words)
{
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, size);
    cairo_move_to(cr, x, y);
    cairo_show_text(cr, words);
}

static void logo(cairo_t *cr, bool fake)
{
    double wobble = fake ? 1.4 : 0;
    cairo_set_source_rgb(cr, fake ? 0.15 : 0.05, fake ? 0.42 : 0.35, fake ? 0.62 : 0.52);
    cairo_arc(cr, 26, 24, 10.5, 0, 2 * M_PI);
    cairo_fill(cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_set_line_width(cr, fake ? 2.4 : 1.8);
    cairo_move_to(cr, 20, 27 + wobble);
    cairo_curve_to(cr, 24, 14, 28, 34, 33, 20 - wobble);
    cairo_stroke(cr);
    cairo_set_source_rgb(cr, 0.9, fake ? 0.62 : 0.55, 0.1);
    cairo_rectangle(cr, 38, 16, 6, 17 + wobble);
    cairo_fill(cr);
}

static void front(cairo_t *cr, enum fixture_kind kind, unsigned seed)
{
    static const char *const names[] = {"Frau K. Brandt", "Herr T. Vogel", "Familie Lorenz",
                                        "Buchhandlung Seidel"};
    bool fake = kind == FIXTURE_IMITATION || kind == FIXTURE_HARD;
    cairo_set_source_rgb(cr, 0.1, 0.1, 0.12);
    if (kind == FIXTURE_OTHER) {
        text(cr, 14, 20, 5, true, "Energie Direct");
    } else {
        logo(cr, fake);
        cairo_set_source_rgb(cr, 0.1, 0.1, 0.12);
        text(cr, 54, 19, 4.4, true, "Van Dalen Zaden");
        text(cr, 54, 25, 3.4, false, "Molenweg 12");
        text(cr, 54, 30, 3.4, false, fake ? "8071 AB Nunspeet" : "8071 AA Nunspeet");
        if (!fake)
            text(cr, 14, 147, 5.2, true, "Groeit in elke tuin");
    }
    text(cr, 120, 84, 5, false, names[seed % 4]);
    text(cr, 120, 91, 5, false, "Lindenstraße 17");
    text(cr, 120, 98, 5, false, "10969 Berlin");
    cairo_rectangle(cr, 196, 10, 22, 27);
    cairo_set_line_width(cr, 0.5);
    cairo_stroke(cr);
    text(cr, 198, 26, 5, true, "NL € 1,75");
    if (kind == FIXTURE_OTHER)
        return;
    cairo_save(cr);
    cairo_translate(cr, 118, 62);
    cairo_rotate(cr, kind == FIXTURE_UNSURE ? 0.04 : -0.03);
    cairo_set_source_rgb(cr, 0.99, 0.97, 0.86);
    cairo_rectangle(cr, 0, 0, 82, 40);
    cairo_fill_preserve(cr);
    cairo_set_source_rgb(cr, 0.3, 0.3, 0.3);
    cairo_set_line_width(cr, 0.3);
    cairo_stroke(cr);
    cairo_set_source_rgb(cr, 0.05, 0.05, 0.05);
    text(cr, 4, 9, 6, true, "Zurück / Retour");
    static const char *const reasons[] = {"Empfänger unbekannt / Inconnu", "Verzogen / Parti",
                                          "Annahme verweigert / Refusé"};
    for (int i = 0; i < 3; i++) {
        cairo_rectangle(cr, 4, 14 + i * 8, 4, 4);
        cairo_stroke(cr);
        text(cr, 11, 18 + i * 8, 4, false, reasons[i]);
    }
    cairo_set_line_width(cr, 0.8);
    cairo_move_to(cr, 3.5, 13);
    cairo_line_to(cr, 8.5, 19);
    cairo_move_to(cr, 8.5, 13);
    cairo_line_to(cr, 3.5, 19);
    cairo_stroke(cr);
    cairo_restore(cr);
}

static void back(cairo_t *cr)
{
    cairo_set_source_rgb(cr, 0.82, 0.8, 0.76);
    cairo_set_line_width(cr, 0.6);
    cairo_move_to(cr, 0, 0);
    cairo_line_to(cr, ENVELOPE_WIDTH_MM / 2, 70);
    cairo_line_to(cr, ENVELOPE_WIDTH_MM, 0);
    cairo_stroke(cr);
}

static void draw(cairo_t *cr, enum fixture_kind kind, bool is_back, unsigned seed)
{
    cairo_set_source_rgb(cr, 0.97, 0.965, 0.945);
    cairo_paint(cr);
    if (is_back)
        back(cr);
    else
        front(cr, kind, seed);
}

static cairo_surface_t *part(enum fixture_kind kind, bool is_back, const double box[4], double dpi,
                             unsigned seed)
{
    double scale = dpi / MM_PER_INCH;
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)lround(box[2] * scale), (int)lround(box[3] * scale));
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, scale, scale);
    cairo_translate(cr, -box[0], -box[1]);
    draw(cr, kind, is_back, seed);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    return surface;
}

cairo_surface_t *envelope_side(enum fixture_kind kind, bool is_back, double dpi, unsigned seed)
{
    const double whole[4] = {0, 0, ENVELOPE_WIDTH_MM, ENVELOPE_HEIGHT_MM};
    return part(kind, is_back, whole, dpi, seed);
}

cairo_surface_t *envelope_crop(enum fixture_kind kind, const double box_mm[4], double dpi,
                               unsigned seed)
{
    return part(kind, false, box_mm, dpi, seed);
}

bool envelope_write_jpeg(cairo_surface_t *surface, const char *path)
{
    FILE *file = fopen(path, "wbe");
    if (!file)
        return false;
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    unsigned char *row = malloc((size_t)width * 3);
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = (JDIMENSION)width;
    jpeg.image_height = (JDIMENSION)height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, JPEG_QUALITY, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    for (int y = 0; row && y < height; y++) {
        const unsigned char *from = pixels + (ptrdiff_t)y * stride;
        for (int x = 0; x < width; x++) { /* cairo's RGB24 is 0xXXRRGGBB in the machine's order */
            uint32_t pixel;
            memcpy(&pixel, from + (ptrdiff_t)x * 4, sizeof pixel);
            row[x * 3] = (unsigned char)(pixel >> 16);
            row[x * 3 + 1] = (unsigned char)(pixel >> 8);
            row[x * 3 + 2] = (unsigned char)pixel;
        }
        JSAMPROW rows[1] = {row};
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(row);
    return fclose(file) == 0;
}
