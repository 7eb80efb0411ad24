/* codec_formats: the three decoders behind codec.h, at the file's own depth. For imaging/ only.
 *
 * A decoder is given an open file whose first bytes say that it is of its format. It checks the
 * header with bitmap_create before any pixel is allocated, treats a file that is cut short or
 * damaged as an error that says so, prints nothing, and leaves `ret` untouched on failure. */
#ifndef POSTWACHT_CODEC_FORMATS_H
#define POSTWACHT_CODEC_FORMATS_H

#include "schemas/base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct err;
struct buf;
struct image;

/* RGB of IMAGE_MAX_PIXELS at 8 bit; 16-bit pictures get half the pixels for it. */
#define BITMAP_MAX_BYTES 480000000ull

/* Pixels as the file has them: packed rows of 8- or 16-bit samples (native byte order), 1 or 3
 * channels. 1-, 2- and 4-bit files come as 8 bit, palettes as RGB, alpha laid over white. A zeroed
 * struct is empty. */
struct bitmap {
    uint8_t *data;
    int width, height, channels;
    int depth;      /* 8 or 16, of data */
    int file_depth; /* bits a channel in the file */
    size_t stride;
    double dpi_x, dpi_y; /* 0 unknown */
    bool lossy, subsampled;
    int quality; /* JPEG estimate, 0 unknown */
};

enum codec_format { CODEC_PNG, CODEC_JPEG, CODEC_TIFF, CODEC_FORMATS };
extern const char *const codec_format_names[CODEC_FORMATS];

/* Opens a regular file and tells its format by its first bytes. The caller closes *ret. */
bool codec_open(const char *path, FILE **ret, enum codec_format *ret_format, struct err *err);
bool codec_decode(const char *path, struct bitmap *ret, enum codec_format *ret_format,
                  struct err *err);

bool png_decode(FILE *file, struct bitmap *ret, struct err *err);
bool jpeg_decode(FILE *file, struct bitmap *ret, struct err *err);
bool tiff_decode(FILE *file, struct bitmap *ret, struct err *err);

/* Sizes are taken as the headers have them, before any narrowing. */
bool bitmap_create(struct bitmap *ret, uint64_t width, uint64_t height, int channels, int depth,
                   struct err *err);
void bitmap_finish(struct bitmap *bitmap);
static inline uint8_t *bitmap_row(const struct bitmap *bitmap, int y)
{
    return bitmap->data + (size_t)y * bitmap->stride;
}
/* The hash that schemas/sheet.h defines, in hexadecimal. */
bool bitmap_hash(const struct bitmap *bitmap, char ret[SHA256_HEX_SIZE], struct err *err);

/* fast: filter AVG and Z_HUFFMAN_ONLY, for masters. Appends the file to ret. */
bool png_encode(const struct bitmap *bitmap, bool fast, struct buf *ret, struct err *err);
/* halved: colour at half the picture's resolution. Appends the file to ret. */
bool jpeg_encode(const struct image *image, int quality, bool halved, struct buf *ret,
                 struct err *err);

#endif
