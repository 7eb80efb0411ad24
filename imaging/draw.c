/* Coverage of a pixel by a line or ring is taken from the distance of its centre to the pen's
 * middle: one pixel of transition, which is right to a few percent and needs no polygons. */
#include "imaging/draw.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define GLYPH_WIDTH 5
#define GLYPH_STEP 6 /* with the space behind it */
#define SCALE_BAR 4  /* px: height of the bar */
#define SCALE_TICK 8 /* height of a tick */
#define SCALE_PAD 4  /* pale ground around bar and label */
#define SCALE_TEXT 2

static const draw_colour pale = {255, 255, 255}, dark = {20, 20, 20};

/* Five columns of seven rows, one byte a row, the leftmost pixel in bit 4; µ and ° stand for their
 * two bytes of UTF-8. */
static const struct {
    const char *text;
    uint8_t row[DRAW_TEXT_HEIGHT];
} glyphs[] = {
    {"0", {0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e}},
    {"1", {0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e}},
    {"2", {0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f}},
    {"3", {0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e}},
    {"4", {0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02}},
    {"5", {0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e}},
    {"6", {0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e}},
    {"7", {0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08}},
    {"8", {0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e}},
    {"9", {0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c}},
    {".", {0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c}},
    {"%", {0x18, 0x19, 0x02, 0x04, 0x08, 0x13, 0x03}},
    {"m", {0x00, 0x00, 0x1a, 0x15, 0x15, 0x11, 0x11}},
    {"\xc2\xb5", {0x00, 0x00, 0x11, 0x11, 0x13, 0x1d, 0x10}},
    {"\xc2\xb0", {0x0c, 0x12, 0x12, 0x0c, 0x00, 0x00, 0x00}},
    {"l", {0x0c, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e}},
    {"p", {0x00, 0x00, 0x1e, 0x11, 0x1e, 0x10, 0x10}},
    {"i", {0x04, 0x00, 0x0c, 0x04, 0x04, 0x04, 0x0e}},
    {"x", {0x00, 0x00, 0x11, 0x0a, 0x04, 0x0a, 0x11}},
};

static void blend(struct image *image, int x, int y, const draw_colour colour, double cover)
{
    if (x < 0 || y < 0 || x >= image->width || y >= image->height || !(cover > 0))
        return;
    uint8_t *pixel = image_row(image, y) + 3 * (ptrdiff_t)x;
    for (int c = 0; c < 3; c++)
        pixel[c] = (uint8_t)lround(pixel[c] + (colour[c] - pixel[c]) * fmin(1, cover));
}

/* How much of a pixel a pen covers whose middle passes at a distance. */
static double pen_cover(const struct draw_pen *pen, double distance)
{
    return pen->cover * fmin(1, fmax(0, pen->width / 2 + 0.5 - distance));
}

/* First and last pixel that may be touched, within the image. */
static void span(double low, double high, double margin, int size, int ret[2])
{
    ret[0] = (int)fmax(0, floor(low - margin));
    ret[1] = (int)fmin(size - 1, ceil(high + margin));
}

void draw_fill(struct image *image, const draw_colour colour)
{
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            memcpy(image_row(image, y) + 3 * (ptrdiff_t)x, colour, 3);
}

void draw_line(struct image *image, const double from[2], const double to[2],
               const struct draw_pen *pen)
{
    double dx = to[0] - from[0], dy = to[1] - from[1], square = dx * dx + dy * dy;
    double margin = pen->width / 2 + 1;
    int columns[2], rows[2];
    span(fmin(from[0], to[0]), fmax(from[0], to[0]), margin, image->width, columns);
    span(fmin(from[1], to[1]), fmax(from[1], to[1]), margin, image->height, rows);
    for (int y = rows[0]; y <= rows[1]; y++)
        for (int x = columns[0]; x <= columns[1]; x++) {
            double px = x + 0.5 - from[0], py = y + 0.5 - from[1];
            double along = square > 0 ? fmin(1, fmax(0, (px * dx + py * dy) / square)) : 0;
            blend(image, x, y, pen->colour,
                  pen_cover(pen, hypot(px - along * dx, py - along * dy)));
        }
}

void draw_ring(struct image *image, const double centre[2], double radius,
               const struct draw_pen *pen)
{
    double margin = radius + pen->width / 2 + 1;
    int columns[2], rows[2];
    span(centre[0], centre[0], margin, image->width, columns);
    span(centre[1], centre[1], margin, image->height, rows);
    for (int y = rows[0]; y <= rows[1]; y++)
        for (int x = columns[0]; x <= columns[1]; x++)
            blend(image, x, y, pen->colour,
                  pen_cover(pen, fabs(hypot(x + 0.5 - centre[0], y + 0.5 - centre[1]) - radius)));
}

void draw_frame(struct image *image, const double box[4], const struct draw_pen *pen)
{
    double left = box[0], top = box[1], right = box[0] + box[2], low = box[1] + box[3];
    const double corner[5][2] = {{left, top}, {right, top}, {right, low}, {left, low}, {left, top}};
    for (int i = 0; i < 4; i++)
        draw_line(image, corner[i], corner[i + 1], pen);
}

void draw_image(struct image *image, int x, int y, const struct image *what)
{
    for (int v = 0; v < what->height; v++) {
        int left = x < 0 ? -x : 0, right = what->width;
        if (right > image->width - x)
            right = image->width - x;
        if (y + v >= 0 && y + v < image->height && left < right)
            memcpy(image_row(image, y + v) + 3 * (ptrdiff_t)(x + left),
                   image_row(what, v) + 3 * (ptrdiff_t)left, 3 * (size_t)(right - left));
    }
}

/* The rows of the sign that text begins with, NULL for a space; *ret_bytes: how long it is. */
static const uint8_t *glyph_of(const char *text, size_t *ret_bytes)
{
    for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
        if (strncmp(text, glyphs[i].text, strlen(glyphs[i].text)) == 0) {
            *ret_bytes = strlen(glyphs[i].text);
            return glyphs[i].row;
        }
    *ret_bytes = 1;
    return NULL;
}

static void draw_glyph(struct image *image, int x, int y, int scale, const uint8_t *row, int grow,
                       const draw_colour colour)
{
    for (int v = 0; v < DRAW_TEXT_HEIGHT; v++)
        for (int u = 0; u < GLYPH_WIDTH; u++) {
            if (!(row[v] >> (GLYPH_WIDTH - 1 - u) & 1))
                continue;
            for (int j = -grow; j < scale + grow; j++)
                for (int i = -grow; i < scale + grow; i++)
                    blend(image, x + u * scale + i, y + v * scale + j, colour, 1);
        }
}

void draw_text(struct image *image, int x, int y, int scale, const char *text,
               const draw_colour colour)
{
    for (int border = 1; border >= 0; border--) {
        int at = x;
        size_t bytes;
        for (const char *p = text; *p; p += bytes, at += GLYPH_STEP * scale) {
            const uint8_t *row = glyph_of(p, &bytes);
            if (row)
                draw_glyph(image, at, y, scale, row, border * scale, border ? pale : colour);
        }
    }
}

int draw_text_width(const char *text, int scale)
{
    int n = 0;
    size_t bytes;
    for (const char *p = text; *p; p += bytes, n++)
        glyph_of(p, &bytes);
    return n ? (n * GLYPH_STEP - 1) * scale : 0;
}

static void fill_box(struct image *image, int x, int y, int w, int h, const draw_colour colour)
{
    for (int v = y; v < y + h; v++)
        for (int u = x; u < x + w; u++)
            blend(image, u, v, colour, 1);
}

void draw_scale(struct image *image, int x, int y, double px_per_mm, double mm, int parts,
                const char *label)
{
    int length = (int)lround(px_per_mm * mm), text = draw_text_width(label, SCALE_TEXT);
    int wide = length > text ? length : text;
    int high = SCALE_TEXT * DRAW_TEXT_HEIGHT + 2 + SCALE_TICK;
    fill_box(image, x, y - high - 2 * SCALE_PAD, wide + 1 + 2 * SCALE_PAD, high + 2 * SCALE_PAD,
             pale);
    int left = x + SCALE_PAD, low = y - SCALE_PAD;
    draw_text(image, left + (wide - text) / 2, low - high, SCALE_TEXT, label, dark);
    fill_box(image, left, low - SCALE_BAR + 1, length + 1, 1, dark);
    for (int k = 0; k <= parts; k++) {
        int tick = k == 0 || k == parts ? SCALE_TICK : SCALE_TICK / 2;
        fill_box(image, left + (int)lround((double)length * k / parts), low - tick, 1, tick, dark);
    }
}
