/* PNG by libpng. libpng leaves through longjmp: the one setjmp of each direction stands in a
 * function that does nothing else, and all that must survive lives in a struct outside it, so no
 * local can be clobbered. Text, colour profile and other side chunks are skipped unread: they are
 * where small files hide large allocations, and nothing here wants them. */
#include "imaging/codec_formats.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define METRES_PER_INCH 0.0254
#define CHUNK_BYTES_MAX 65536 /* palette and transparency need 1 KB; nothing else is kept */
#define SMALL_ZLIB_LEVEL 6    /* zlib's own default */

struct png_job {
    png_structp png;
    png_infop info;
    char message[128];
    FILE *file;
    struct bitmap bitmap; /* of the decoder, while it grows */
    uint32_t width, height;
    struct err *err;
    bool refused; /* err is set already */
    const struct bitmap *source;
    struct buf *sink;
};

static void on_error(png_structp png, png_const_charp message)
{
    struct png_job *job = png_get_error_ptr(png);
    snprintf(job->message, sizeof job->message, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message; /* libpng warns of what it has mended or skipped; damage to pixels is an error */
}

static void skip_side_chunks(png_structp png)
{
    static const png_byte names[] = "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0sBIT\0"
                                    "sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, (int)(sizeof names / 5));
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
}

/* Everything to 8 or 16 bit, grey or RGB, over white. */
static void ask_for_plain_pixels(png_structp png, png_infop info)
{
    int type = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
    bool alpha = (type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
    if (type == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(png);
    if (type == PNG_COLOR_TYPE_GRAY && depth < 8)
        png_set_expand_gray_1_2_4_to_8(png);
    if (png_get_valid(png, info, PNG_INFO_tRNS))
        png_set_tRNS_to_alpha(png);
    if (alpha) {
        png_uint_16 top = depth == 16 ? 65535 : 255;
        png_color_16 white = {.red = top, .green = top, .blue = top, .gray = top};
        png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    if (depth == 16 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        png_set_swap(png);
}

/* PNG counts whole pixels a metre: 600 dpi comes as 23622, which is 599.9988. */
static double dots_per_inch(png_uint_32 per_metre)
{
    double dpi = per_metre * METRES_PER_INCH, whole = floor(dpi + 0.5);
    return fabs(dpi - whole) <= METRES_PER_INCH / 2 ? whole : dpi;
}

static void read_header(struct png_job *job)
{
    png_uint_32 x, y;
    int unit, type, depth;
    png_init_io(job->png, job->file);
    png_set_user_limits(job->png, PNG_UINT_31_MAX,
                        PNG_UINT_31_MAX); /* bitmap_create says it better */
    png_set_chunk_malloc_max(job->png, CHUNK_BYTES_MAX);
    skip_side_chunks(job->png);
    png_read_info(job->png, job->info);
    job->width = png_get_image_width(job->png, job->info);
    job->height = png_get_image_height(job->png, job->info);
    type = png_get_color_type(job->png, job->info);
    depth = png_get_bit_depth(job->png, job->info);
    if (!bitmap_create(&job->bitmap, job->width, job->height, type & PNG_COLOR_MASK_COLOR ? 3 : 1,
                       depth == 16 ? 16 : 8, job->err)) {
        job->refused = true;
        png_longjmp(job->png, 1);
    }
    job->bitmap.file_depth = type == PNG_COLOR_TYPE_PALETTE ? 8 : depth;
    if (png_get_pHYs(job->png, job->info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER) {
        job->bitmap.dpi_x = dots_per_inch(x);
        job->bitmap.dpi_y = dots_per_inch(y);
    }
}

static bool run_decoder(struct png_job *job)
{
    if (setjmp(png_jmpbuf(job->png)))
        return false;
    read_header(job);
    ask_for_plain_pixels(job->png, job->info);
    int passes = png_set_interlace_handling(job->png);
    png_read_update_info(job->png, job->info);
    if (png_get_rowbytes(job->png, job->info) != job->bitmap.stride)
        png_error(job->png, "unexpected pixel layout");
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < job->bitmap.height; y++)
            png_read_row(job->png, bitmap_row(&job->bitmap, y), NULL);
    png_read_end(job->png, NULL);
    return true;
}

bool png_decode(FILE *file, struct bitmap *ret, struct err *err)
{
    struct png_job job = {.file = file, .err = err};
    job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    if (!job.info) {
        png_destroy_read_struct(&job.png, NULL, NULL);
        return err_set(err, "no memory for libpng");
    }
    bool ok = run_decoder(&job);
    png_destroy_read_struct(&job.png, &job.info, NULL);
    if (!ok) {
        bitmap_finish(&job.bitmap);
        return job.refused
                   ? false
                   : err_set(err, "the PNG is cut short or damaged (%s); scan or copy it again",
                             job.message);
    }
    *ret = job.bitmap;
    return true;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t n)
{
    struct png_job *job = png_get_io_ptr(png);
    buf_append(job->sink, bytes, n);
    if (job->sink->failed)
        png_error(png, "out of memory");
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static png_uint_32 pixels_per_metre(double dpi)
{
    return (png_uint_32)(dpi / METRES_PER_INCH + 0.5);
}

static bool run_encoder(struct png_job *job, bool fast)
{
    const struct bitmap *source = job->source;
    if (setjmp(png_jmpbuf(job->png)))
        return false;
    png_set_write_fn(job->png, job, write_bytes, flush_nothing);
    png_set_IHDR(job->png, job->info, (png_uint_32)source->width, (png_uint_32)source->height,
                 source->depth, source->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (source->dpi_x > 0 && source->dpi_y > 0)
        png_set_pHYs(job->png, job->info, pixels_per_metre(source->dpi_x),
                     pixels_per_metre(source->dpi_y), PNG_RESOLUTION_METER);
    if (fast) { /* paper noise holds nothing for LZ77 to find */
        png_set_filter(job->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_AVG);
        png_set_compression_strategy(job->png, Z_HUFFMAN_ONLY);
    } else {
        png_set_compression_level(job->png, SMALL_ZLIB_LEVEL);
    }
    png_write_info(job->png, job->info);
    if (source->depth == 16 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        png_set_swap(job->png);
    for (int y = 0; y < source->height; y++)
        png_write_row(job->png, bitmap_row(source, y));
    png_write_end(job->png, job->info);
    return true;
}

bool png_encode(const struct bitmap *bitmap, bool fast, struct buf *ret, struct err *err)
{
    struct png_job job = {.source = bitmap, .sink = ret};
    job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    if (!job.info) {
        png_destroy_write_struct(&job.png, NULL);
        return err_set(err, "no memory for libpng");
    }
    bool ok = run_encoder(&job, fast);
    png_destroy_write_struct(&job.png, &job.info);
    return ok || err_set(err, "the PNG cannot be written (%s)", job.message);
}
