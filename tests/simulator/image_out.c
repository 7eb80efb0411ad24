/* Paper noise has no repetitions for LZ77 to find: PNG with the average filter and Huffman coding
 * only is ten times faster than the defaults and smaller. */
#include "tests/simulator/image_out.h"

#include "schemas/base/err.h"

#include <stdio.h> /* jpeglib.h needs FILE */

#include <jpeglib.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <zlib.h>

#define FULL_CHROMA_FROM 90 /* JPEG quality */

const char *const image_suffix[IMAGE_FORMATS] = {"png", "tif", "jpg"};

static bool write_png(const struct scan_image *image, FILE *file)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    png_init_io(png, file);
    png_set_filter(png, 0, PNG_FILTER_AVG);
    png_set_compression_level(png, 1);
    png_set_compression_strategy(png, Z_HUFFMAN_ONLY);
    png_set_IHDR(png, info, (png_uint_32)image->w, (png_uint_32)image->h, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_uint_32 per_m = (png_uint_32)lrint(image->dpi / 0.0254);
    png_set_pHYs(png, info, per_m, per_m, PNG_RESOLUTION_METER);
    png_write_info(png, info);
    for (int y = 0; y < image->h; y++)
        png_write_row(png, image->rgb + (size_t)y * (size_t)image->w * 3);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return true;
}

struct jpeg_failure {
    struct jpeg_error_mgr base;
    jmp_buf back;
};

static void jpeg_fails(j_common_ptr info)
{
    struct jpeg_failure *failure = (struct jpeg_failure *)(void *)info->err;
    longjmp(failure->back, 1);
}

static bool write_jpeg(const struct scan_image *image, FILE *file, int quality)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_failure failure;
    jpeg.err = jpeg_std_error(&failure.base);
    failure.base.error_exit = jpeg_fails;
    if (setjmp(failure.back)) {
        jpeg_destroy_compress(&jpeg);
        return false;
    }
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = (JDIMENSION)image->w;
    jpeg.image_height = (JDIMENSION)image->h;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    if (quality >= FULL_CHROMA_FROM)
        jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg.density_unit = 1;
    jpeg.X_density = jpeg.Y_density = (UINT16)lrint(image->dpi);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = image->rgb + (size_t)jpeg.next_scanline * (size_t)image->w * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return true;
}

static bool write_tiff(const struct scan_image *image, const char *path)
{
    TIFF *tiff = TIFFOpen(path, "w");
    if (!tiff)
        return false;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (uint32_t)image->w);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (uint32_t)image->h);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, image->dpi);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, image->dpi);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
    bool fine = true;
    for (int y = 0; y < image->h && fine; y++)
        fine = TIFFWriteScanline(tiff, image->rgb + (size_t)y * (size_t)image->w * 3, (uint32_t)y,
                                 0) == 1;
    TIFFClose(tiff);
    return fine;
}

bool image_write(const struct scan_image *image, const char *path, enum image_format format,
                 int quality, struct err *err)
{
    if (format == IMAGE_TIFF)
        return write_tiff(image, path) || err_set(err, "cannot write %s", path);
    FILE *file = fopen(path, "wb");
    if (!file)
        return err_errno(err, "cannot create %s", path);
    bool fine = format == IMAGE_PNG ? write_png(image, file) : write_jpeg(image, file, quality);
    if (fclose(file) != 0 || !fine)
        return err_set(err, "cannot write %s: is the disk full?", path);
    return true;
}
