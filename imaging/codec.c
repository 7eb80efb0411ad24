/* Which decoder a file gets is told by its first bytes: names lie, and what comes through the inbox
 * folder was named by anybody. Everything that is the same for the three formats is done here. */
#include "imaging/codec.h"

#include "imaging/codec_formats.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DPI_MIN 50.0       /* below, 8-point print is 5 pixels high: no scan of a letter */
#define DPI_MAX 4800.0     /* above any flatbed's optics */
#define QUALITY_UNKNOWN 75 /* of a JPEG inside a TIFF: what most programs write */

const char *const codec_format_names[CODEC_FORMATS] = {"png", "jpeg", "tiff"};

static const struct {
    enum codec_format format;
    size_t n;
    unsigned char bytes[8];
} magic[] = {
    {CODEC_PNG, 8, {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}},
    {CODEC_JPEG, 3, {0xff, 0xd8, 0xff}},
    {CODEC_TIFF, 4, {'I', 'I', 42, 0}},
    {CODEC_TIFF, 4, {'M', 'M', 0, 42}},
    {CODEC_TIFF, 4, {'I', 'I', 43, 0}}, /* BigTIFF */
    {CODEC_TIFF, 4, {'M', 'M', 0, 43}},
};

static bool (*const decoders[CODEC_FORMATS])(FILE *, struct bitmap *,
                                             struct err *) = {png_decode, jpeg_decode, tiff_decode};

static bool open_regular(const char *path, FILE **ret, struct err *err)
{
    /* O_NONBLOCK: a pipe that nobody writes to must not hold us */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(err, "cannot open the image");
    struct stat info;
    bool ok = fstat(fd, &info) == 0 || err_errno(err, "cannot look at the image");
    if (ok && S_ISDIR(info.st_mode))
        ok = err_set(err, "is a folder; give the image files inside it");
    else if (ok && !S_ISREG(info.st_mode))
        ok = err_set(err, "is a device or a pipe; give an image file");
    else if (ok && info.st_size == 0)
        ok = err_set(err, "the file is empty; copy or scan it again");
    FILE *file = ok ? fdopen(fd, "rb") : NULL;
    if (ok && !file)
        ok = err_errno(err, "cannot open the image");
    if (!ok) {
        close(fd);
        return false;
    }
    *ret = file;
    return true;
}

static bool tell_format(FILE *file, enum codec_format *ret, struct err *err)
{
    unsigned char start[8] = {0};
    size_t n = fread(start, 1, sizeof start, file);
    if (ferror(file))
        return err_errno(err, "cannot read the image");
    for (size_t i = 0; i < sizeof magic / sizeof magic[0]; i++) {
        if (n >= magic[i].n && memcmp(start, magic[i].bytes, magic[i].n) == 0) {
            *ret = magic[i].format;
            rewind(file);
            return true;
        }
    }
    return err_set(err, "is not a PNG, JPEG or TIFF image; save or scan it as one of these");
}

bool codec_open(const char *path, FILE **ret, enum codec_format *ret_format, struct err *err)
{
    FILE *file;
    if (!open_regular(path, &file, err))
        return err_context(err, "%s", path_base(path));
    if (!tell_format(file, ret_format, err)) {
        fclose(file);
        return err_context(err, "%s", path_base(path));
    }
    *ret = file;
    return true;
}

bool codec_decode(const char *path, struct bitmap *ret, enum codec_format *ret_format,
                  struct err *err)
{
    FILE *file;
    enum codec_format format;
    if (!codec_open(path, &file, &format, err))
        return false;
    bool ok = decoders[format](file, ret, err);
    fclose(file);
    if (!ok)
        return err_context(err, "%s", path_base(path));
    *ret_format = format;
    return true;
}

bool bitmap_create(struct bitmap *ret, uint64_t width, uint64_t height, int channels, int depth,
                   struct err *err)
{
    unsigned long long w = width, h = height;
    if (w < 1 || h < 1)
        return err_set(err, "the image has no pixels (%llu x %llu)", w, h);
    if (w > IMAGE_MAX_SIDE || h > IMAGE_MAX_SIDE || w * h > IMAGE_MAX_PIXELS)
        return err_set(
            err,
            "the image of %llu x %llu pixels is too large (at most %d on a side and %llu "
            "million in all); scan it at a lower resolution",
            w, h, IMAGE_MAX_SIDE, IMAGE_MAX_PIXELS / 1000000ull);
    uint64_t stride = width * (uint64_t)channels * (uint64_t)(depth / 8);
    if (stride * height > BITMAP_MAX_BYTES)
        return err_set(err,
                       "the %d-bit image of %llu x %llu pixels is too large; scan it with 8 bit",
                       depth, w, h);
    uint8_t *data = calloc((size_t)h, (size_t)stride);
    if (!data)
        return err_set(err, "no memory for an image of %llu x %llu pixels", w, h);
    *ret = (struct bitmap){.data = data,
                           .width = (int)w,
                           .height = (int)h,
                           .channels = channels,
                           .depth = depth,
                           .file_depth = depth,
                           .stride = (size_t)stride};
    return true;
}

void bitmap_finish(struct bitmap *bitmap)
{
    free(bitmap->data);
    *bitmap = (struct bitmap){0};
}

bool bitmap_hash(const struct bitmap *bitmap, char ret[SHA256_HEX_SIZE], struct err *err)
{
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    sheet_pixels_hash_start(&hash, bitmap->width, bitmap->height, bitmap->channels, bitmap->depth);
    if (bitmap->depth == 8) { /* rows are packed */
        sha256_update(&hash, bitmap->data, bitmap->stride * (size_t)bitmap->height);
    } else {
        uint8_t *row = malloc(bitmap->stride);
        if (!row)
            return err_set(err, "no memory for a row of pixels");
        for (int y = 0; y < bitmap->height; y++) {
            const uint16_t *sample = (const uint16_t *)(const void *)bitmap_row(bitmap, y);
            for (size_t i = 0; i < bitmap->stride / 2; i++) {
                row[2 * i] = (uint8_t)(sample[i] >> 8);
                row[2 * i + 1] = (uint8_t)sample[i];
            }
            sha256_update(&hash, row, bitmap->stride);
        }
        free(row);
    }
    sha256_final(&hash, digest);
    hex_encode(digest, SHA256_SIZE, ret);
    return true;
}

/* 16 bit to 8 in place, rounded: v * 255 / 65535 = v / 257. */
static void reduce_depth(struct bitmap *bitmap)
{
    const uint16_t *from = (const uint16_t *)(const void *)bitmap->data;
    size_t n = bitmap->stride / 2 * (size_t)bitmap->height;
    for (size_t i = 0; i < n; i++)
        bitmap->data[i] = (uint8_t)((from[i] + 128u) / 257u);
    uint8_t *smaller = realloc(bitmap->data, n);
    if (smaller)
        bitmap->data = smaller;
    bitmap->stride /= 2;
    bitmap->depth = 8;
}

static bool settle_dpi(const struct bitmap *bitmap, double dpi, struct image *image,
                       bool *ret_from_file, struct err *err)
{
    double x = bitmap->dpi_x, y = bitmap->dpi_y;
    *ret_from_file = !(dpi > 0);
    if (dpi > 0)
        x = y = dpi;
    else if (!(x > 0) || !(y > 0))
        return err_set(err, "the file does not tell its resolution; give --dpi");
    if (!(x >= DPI_MIN && x <= DPI_MAX && y >= DPI_MIN && y <= DPI_MAX))
        return err_set(err,
                       "a resolution of %.4g x %.4g dpi is not plausible (%g to %g); give --dpi", x,
                       y, DPI_MIN, DPI_MAX);
    image->dpi_x = x;
    image->dpi_y = y;
    return true;
}

static void describe(const struct bitmap *bitmap, enum codec_format format, bool dpi_from_file,
                     struct codec_info *info)
{
    memcpy(info->format, codec_format_names[format], strlen(codec_format_names[format]) + 1);
    info->depth = bitmap->file_depth;
    info->lossy = bitmap->lossy;
    info->subsampled = bitmap->subsampled;
    info->quality = bitmap->quality;
    info->dpi_from_file = dpi_from_file;
}

bool image_load(const char *path, double dpi, struct image *ret, struct codec_info *info,
                struct err *err)
{
    struct bitmap bitmap;
    enum codec_format format;
    struct image image = {0};
    struct codec_info about = {0};
    bool dpi_from_file;
    if (!codec_decode(path, &bitmap, &format, err))
        return false;
    if (!settle_dpi(&bitmap, dpi, &image, &dpi_from_file, err) ||
        (info && !bitmap_hash(&bitmap, about.sha256_pixels, err))) {
        bitmap_finish(&bitmap);
        return err_context(err, "%s", path_base(path));
    }
    describe(&bitmap, format, dpi_from_file, &about);
    if (bitmap.depth == 16)
        reduce_depth(&bitmap);
    image.data = bitmap.data; /* both are calloc'd: the pixels change hands */
    image.width = bitmap.width;
    image.height = bitmap.height;
    image.channels = bitmap.channels;
    image.stride = bitmap.stride;
    image.loss = bitmap.lossy ? 100 - (bitmap.quality ? bitmap.quality : QUALITY_UNKNOWN) : 0;
    *ret = image;
    if (info)
        *info = about;
    return true;
}

/* Encoders take packed rows; a view is copied first. */
static bool as_packed(const struct image *image, struct image *ret_copy, struct bitmap *ret,
                      struct err *err)
{
    const struct image *packed = image;
    if (!image->data || image->width < 1 || image->height < 1)
        return err_set(err, "an empty image cannot be saved");
    if (image->stride != (size_t)image->width * (size_t)image->channels) {
        if (!image_copy(image, ret_copy, err))
            return false;
        packed = ret_copy;
    }
    *ret = (struct bitmap){.data = packed->data,
                           .width = packed->width,
                           .height = packed->height,
                           .channels = packed->channels,
                           .depth = 8,
                           .file_depth = 8,
                           .stride = packed->stride,
                           .dpi_x = packed->dpi_x,
                           .dpi_y = packed->dpi_y};
    return true;
}

#define IMAGE_FILE_MODE 0640u /* pictures of people's post: owner and group only */

static bool save_png(const char *path, const struct image *image, bool fast, struct err *err)
{
    struct image copy = {0};
    struct bitmap bitmap;
    struct buf file = {0};
    bool ok = as_packed(image, &copy, &bitmap, err) && png_encode(&bitmap, fast, &file, err) &&
              file_write_atomic(path, file.data, file.len, IMAGE_FILE_MODE, err);
    buf_finish(&file);
    image_finish(&copy);
    return ok || err_context(err, "%s", path_base(path));
}

bool image_save_png(const char *path, const struct image *image, struct err *err)
{
    return save_png(path, image, true, err);
}

bool image_save_png_small(const char *path, const struct image *image, struct err *err)
{
    return save_png(path, image, false, err);
}

static bool save_jpeg(const char *path, const struct image *image, int quality, bool halved,
                      struct err *err)
{
    struct buf file = {0};
    bool ok = jpeg_encode(image, quality, halved, &file, err) &&
              file_write_atomic(path, file.data, file.len, IMAGE_FILE_MODE, err);
    buf_finish(&file);
    return ok || err_context(err, "%s", path_base(path));
}

bool image_save_jpeg(const char *path, const struct image *image, int quality, struct err *err)
{
    return save_jpeg(path, image, quality, true, err);
}

bool image_save_jpeg_full(const char *path, const struct image *image, int quality, struct err *err)
{
    return save_jpeg(path, image, quality, false, err);
}
