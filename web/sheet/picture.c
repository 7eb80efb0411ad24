/* Pictures on paper. The sizes are read from the headers first: cairo would believe any header and
 * allocate for it. */
#include "web/sheet/paper.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PIXELS_MAX (40 * 1000 * 1000) /* a preview has 2, a crop at 600 dpi up to 10 million */
#define FRAME_GREY 0.6
#define FRAME_WIDTH 0.15 /* mm */

static const unsigned char png_magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

static uint32_t big_endian(const unsigned char *p, int n)
{
    uint32_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | p[i];
    return value;
}

static bool size_fits(uint32_t width, uint32_t height)
{
    return width > 0 && height > 0 && width <= INT16_MAX && height <= INT16_MAX &&
           (uint64_t)width * height <= PIXELS_MAX; /* cairo's own limit is 32767 a side */
}

/* The size from the first start-of-frame segment. */
static bool jpeg_size(const unsigned char *p, size_t n, int *ret_width, int *ret_height)
{
    size_t at = 2;
    while (at + 9 <= n && p[at] == 0xFF) {
        unsigned marker = p[at + 1];
        size_t length = big_endian(p + at + 2, 2);
        bool frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) {
            uint32_t height = big_endian(p + at + 5, 2), width = big_endian(p + at + 7, 2);
            if (!size_fits(width, height))
                return false;
            *ret_width = (int)width;
            *ret_height = (int)height;
            return true;
        }
        if (length < 2)
            return false;
        at += 2 + length;
    }
    return false;
}

static cairo_surface_t *jpeg_surface(const struct buf *bytes)
{
    int width, height;
    if (!jpeg_size((const unsigned char *)bytes->data, bytes->len, &width, &height))
        return NULL;
    unsigned char *copy = malloc(bytes->len);
    if (!copy)
        return NULL;
    memcpy(copy, bytes->data, bytes->len);
    /* The pixels of this surface are never looked at: the PDF takes the attached JPEG. */
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, copy, bytes->len, free, copy) !=
        CAIRO_STATUS_SUCCESS)
        free(copy);
    return surface;
}

struct reader {
    const struct buf *bytes;
    size_t at;
};

static cairo_status_t read_png(void *closure, unsigned char *ret, unsigned n)
{
    struct reader *reader = closure;
    if (n > reader->bytes->len - reader->at)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(ret, reader->bytes->data + reader->at, n);
    reader->at += n;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *png_surface(const struct buf *bytes)
{
    const unsigned char *p = (const unsigned char *)bytes->data;
    const size_t header = 24; /* magic, length, "IHDR", width, height */
    if (bytes->len < header || !size_fits(big_endian(p + 16, 4), big_endian(p + 20, 4)))
        return NULL;
    struct reader reader = {bytes, 0};
    return cairo_image_surface_create_from_png_stream(read_png, &reader);
}

static cairo_surface_t *decode(const struct buf *bytes)
{
    if (bytes->len > 4 && memcmp(bytes->data, "\xFF\xD8\xFF", 3) == 0)
        return jpeg_surface(bytes);
    if (bytes->len > sizeof png_magic && memcmp(bytes->data, png_magic, sizeof png_magic) == 0)
        return png_surface(bytes);
    return NULL;
}

bool paper_picture(struct paper *paper, double x, double y, double w, double h,
                   const struct buf *bytes)
{
    cairo_surface_t *surface = decode(bytes);
    if (!surface || cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(surface);
        return false;
    }
    double width = cairo_image_surface_get_width(surface);
    double height = cairo_image_surface_get_height(surface);
    double scale = w / width < h / height ? w / width : h / height;
    double left = x + (w - width * scale) / 2, top = y + (h - height * scale) / 2;
    cairo_tag_begin(paper->cr, "Figure", NULL);
    cairo_save(paper->cr);
    cairo_translate(paper->cr, left, top);
    cairo_scale(paper->cr, scale, scale);
    cairo_set_source_surface(paper->cr, surface, 0, 0);
    cairo_paint(paper->cr);
    cairo_restore(paper->cr);
    cairo_tag_end(paper->cr, "Figure");
    cairo_set_source_rgb(paper->cr, FRAME_GREY, FRAME_GREY, FRAME_GREY);
    cairo_set_line_width(paper->cr, FRAME_WIDTH);
    cairo_rectangle(paper->cr, left, top, width * scale, height * scale);
    cairo_stroke(paper->cr);
    cairo_surface_destroy(surface);
    return true;
}
