#include "rows.h"

#include <stdio.h> /* jpeglib.h needs FILE and does not say so */
#include <jpeglib.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <tiffio.h>

#define MM_PER_INCH 25.4
#define CM_PER_INCH 2.54

struct png_rows {
    struct rows rows;
    FILE *file;
    png_structp png;
    png_infop info;
};

static void png_rows_close(struct rows *rows)
{
    struct png_rows *self = (struct png_rows *)rows;
    png_destroy_read_struct(&self->png, &self->info, NULL);
    fclose(self->file);
    free(self);
}

static bool png_rows_next(struct rows *rows, void *ret_row)
{
    struct png_rows *self = (struct png_rows *)rows;
    if (setjmp(png_jmpbuf(self->png)))
        return false;
    png_read_row(self->png, ret_row, NULL);
    return true;
}

/* Everything becomes grey or RGB of 8 or 16 bits in host order, without alpha. */
static bool png_rows_begin(struct png_rows *self)
{
    if (setjmp(png_jmpbuf(self->png)))
        return false;
    png_init_io(self->png, self->file);
    png_read_info(self->png, self->info);
    png_set_expand(self->png);
    png_set_strip_alpha(self->png);
    const unsigned short probe = 1;
    if (*(const unsigned char *)&probe == 1)
        png_set_swap(self->png);
    png_read_update_info(self->png, self->info);
    self->rows.width = (int)png_get_image_width(self->png, self->info);
    self->rows.height = (int)png_get_image_height(self->png, self->info);
    self->rows.channels = png_get_channels(self->png, self->info);
    self->rows.sample_bytes = png_get_bit_depth(self->png, self->info) / 8;
    self->rows.dpi = png_get_x_pixels_per_meter(self->png, self->info) * MM_PER_INCH / 1000.0;
    return png_get_interlace_type(self->png, self->info) == PNG_INTERLACE_NONE &&
           (self->rows.channels == 1 || self->rows.channels == 3);
}

struct rows *rows_open_png(const char *path)
{
    struct png_rows *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->rows.next = png_rows_next;
    self->rows.close = png_rows_close;
    self->file = fopen(path, "rbe");
    if (!self->file) {
        free(self);
        return NULL;
    }
    self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    self->info = self->png ? png_create_info_struct(self->png) : NULL;
    if (!self->info || !png_rows_begin(self)) {
        png_rows_close(&self->rows);
        return NULL;
    }
    return &self->rows;
}

struct jpeg_rows {
    struct rows rows;
    FILE *file;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
};

static void jpeg_rows_fail(j_common_ptr jpeg)
{
    longjmp(((struct jpeg_rows *)jpeg->client_data)->failed, 1);
}

static void jpeg_rows_close(struct rows *rows)
{
    struct jpeg_rows *self = (struct jpeg_rows *)rows;
    jpeg_destroy_decompress(&self->jpeg);
    fclose(self->file);
    free(self);
}

static bool jpeg_rows_next(struct rows *rows, void *ret_row)
{
    struct jpeg_rows *self = (struct jpeg_rows *)rows;
    JSAMPROW row = ret_row;
    if (setjmp(self->failed))
        return false;
    return jpeg_read_scanlines(&self->jpeg, &row, 1) == 1;
}

static bool jpeg_rows_begin(struct jpeg_rows *self)
{
    if (setjmp(self->failed))
        return false;
    jpeg_stdio_src(&self->jpeg, self->file);
    jpeg_read_header(&self->jpeg, TRUE);
    if (self->jpeg.num_components != 1)
        self->jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&self->jpeg);
    self->rows.width = (int)self->jpeg.output_width;
    self->rows.height = (int)self->jpeg.output_height;
    self->rows.channels = self->jpeg.output_components;
    self->rows.sample_bytes = 1;
    if (self->jpeg.density_unit)
        self->rows.dpi = self->jpeg.X_density * (self->jpeg.density_unit == 2 ? CM_PER_INCH : 1.0);
    return true;
}

struct rows *rows_open_jpeg(const char *path)
{
    struct jpeg_rows *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->rows.next = jpeg_rows_next;
    self->rows.close = jpeg_rows_close;
    self->file = fopen(path, "rbe");
    if (!self->file) {
        free(self);
        return NULL;
    }
    self->jpeg.err = jpeg_std_error(&self->errors);
    self->errors.error_exit = jpeg_rows_fail;
    self->jpeg.client_data = self;
    jpeg_create_decompress(&self->jpeg);
    self->jpeg.client_data = self;
    if (!jpeg_rows_begin(self)) {
        jpeg_rows_close(&self->rows);
        return NULL;
    }
    return &self->rows;
}

struct tiff_rows {
    struct rows rows;
    TIFF *tiff;
    uint32_t row;
    bool is_bilevel, white_is_zero;
    unsigned char *packed; /* one row of bits */
};

static void tiff_rows_close(struct rows *rows)
{
    struct tiff_rows *self = (struct tiff_rows *)rows;
    TIFFClose(self->tiff);
    free(self->packed);
    free(self);
}

static bool tiff_rows_next(struct rows *rows, void *ret_row)
{
    struct tiff_rows *self = (struct tiff_rows *)rows;
    unsigned char *row = ret_row;
    void *target = self->is_bilevel ? self->packed : ret_row;
    if (TIFFReadScanline(self->tiff, target, self->row++, 0) != 1)
        return false;
    for (int x = 0; self->is_bilevel && x < rows->width; x++) {
        bool bit = self->packed[x / 8] >> (7 - x % 8) & 1;
        row[x] = bit != self->white_is_zero ? UINT8_MAX : 0;
    }
    return true;
}

static bool tiff_rows_begin(struct tiff_rows *self)
{
    uint32_t width = 0, height = 0;
    uint16_t samples = 1, bits = 1, planar = 1, photometric = 1, unit = RESUNIT_INCH;
    float x_resolution = 0;
    TIFFGetField(self->tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(self->tiff, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetFieldDefaulted(self->tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(self->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(self->tiff, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetField(self->tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(self->tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    TIFFGetField(self->tiff, TIFFTAG_XRESOLUTION, &x_resolution);
    bool colour = samples == 3 && photometric == PHOTOMETRIC_RGB && (bits == 8 || bits == 16);
    bool grey = samples == 1 && photometric == PHOTOMETRIC_MINISBLACK && (bits == 8 || bits == 16);
    self->is_bilevel = samples == 1 && bits == 1 && photometric <= PHOTOMETRIC_MINISBLACK;
    self->white_is_zero = photometric == PHOTOMETRIC_MINISWHITE;
    self->rows.width = (int)width;
    self->rows.height = (int)height;
    self->rows.channels = samples;
    self->rows.sample_bytes = bits == 16 ? 2 : 1;
    self->rows.dpi = (double)x_resolution * (unit == RESUNIT_CENTIMETER ? CM_PER_INCH : 1.0);
    self->packed = malloc((size_t)TIFFScanlineSize(self->tiff) + 1);
    return self->packed && planar == PLANARCONFIG_CONTIG && !TIFFIsTiled(self->tiff) &&
           (colour || grey || self->is_bilevel);
}

struct rows *rows_open_tiff(const char *path)
{
    struct tiff_rows *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->rows.next = tiff_rows_next;
    self->rows.close = tiff_rows_close;
    self->tiff = TIFFOpen(path, "r");
    if (!self->tiff) {
        free(self);
        return NULL;
    }
    if (!tiff_rows_begin(self)) {
        tiff_rows_close(&self->rows);
        return NULL;
    }
    return &self->rows;
}

struct rows *rows_open(const char *path)
{
    static const struct {
        const char *extension;
        struct rows *(*open)(const char *path);
    } kinds[] = {
        {".png", rows_open_png},  {".jpg", rows_open_jpeg},  {".jpeg", rows_open_jpeg},
        {".tif", rows_open_tiff}, {".tiff", rows_open_tiff},
    };
    const char *extension = strrchr(path, '.');
    for (size_t i = 0; extension && i < sizeof kinds / sizeof *kinds; i++)
        if (strcasecmp(extension, kinds[i].extension) == 0)
            return kinds[i].open(path);
    return NULL;
}
