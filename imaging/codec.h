/* codec: image files to pixels and back (libpng, libjpeg-turbo, libtiff), for hostile input.
 * Headers are checked against IMAGE_MAX_SIDE and IMAGE_MAX_PIXELS before anything is allocated. */
#ifndef POSTWACHT_CODEC_H
#define POSTWACHT_CODEC_H

#include "imaging/image.h"

struct buf;
struct sha256;

struct codec_info {
    char format[8]; /* "png", "jpeg", "tiff" */
    int depth;      /* bits a channel in the file */
    bool lossy;
    bool subsampled; /* JPEG with chroma subsampling */
    int quality;     /* JPEG estimate 1..100, 0 unknown */
    bool dpi_from_file;
    char sha256_pixels[65]; /* as sheet_pixels_hash defines it, over the file's own depth (palettes
                               as RGB, alpha laid over white) */
};

/* Decodes a PNG, JPEG (grey, YCbCr, RGB; CMYK is refused with advice) or TIFF (first page; 1, 8 and
 * 16 bit; none, LZW, deflate, packbits, fax compression) by content, not by name; alpha is laid
 * over white, 16 bit is reduced to 8 by rounding, palette and 1 bit are expanded; EXIF turning is
 * ignored. dpi 0: take it from the file, and fail with "give --dpi" when the file has none or an
 * implausible one (<50 or >4800). info may be NULL. */
bool image_load(const char *path, double dpi, struct image *ret, struct codec_info *info,
                struct err *err);

/* libpng, filter AVG, Z_HUFFMAN_ONLY for masters (fast), sRGB left unsaid, pHYs from dpi. */
bool image_save_png(const char *path, const struct image *image, struct err *err);
/* small = true: default compression, for crops and other small derivatives. Both write temp, fsync,
 * rename. */
bool image_save_png_small(const char *path, const struct image *image, struct err *err);
/* Colour at half the resolution, as most files have it; _full: at the picture's own. */
bool image_save_jpeg(const char *path, const struct image *image, int quality, struct err *err);
bool image_save_jpeg_full(const char *path, const struct image *image, int quality,
                          struct err *err);

#endif
