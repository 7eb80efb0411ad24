/* codec_files: what the tests of image files share: a folder, pictures of known pixels, and files
 * written by the libraries themselves. */
#ifndef POSTWACHT_TEST_CODEC_FILES_H
#define POSTWACHT_TEST_CODEC_FILES_H

#include "imaging/codec.h"
#include "imaging/master.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/sheet.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <jpeglib.h>
#include <png.h>
#include <tiffio.h>
#include <zlib.h>

static char folder[PATH_SIZE];

static inline const char *at(const char *name)
{
    static char path[PATH_SIZE];
    assert_true(path_join(path, folder, name, NULL));
    return path;
}

static inline int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/pw-codec-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    (void)state;
    return dir_remove(folder, NULL) ? 0 : -1;
}

static inline uint8_t pixel_value(int x, int y, int c)
{
    return (uint8_t)(x * 7 + y * 3 + c * 50);
}

static inline struct image picture(int w, int h, int channels)
{
    struct image image = {0};
    assert_true(image_create(&image, w, h, channels, NULL));
    image.dpi_x = image.dpi_y = 300;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int c = 0; c < channels; c++)
                image_row(&image, y)[x * channels + c] = pixel_value(x, y, c);
    return image;
}

static inline void expect_same(const struct image *a, const struct image *b)
{
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->channels, b->channels);
    for (int y = 0; y < a->height; y++)
        assert_memory_equal(image_row(a, y), image_row(b, y),
                            (size_t)a->width * (size_t)a->channels);
}

static inline void loads(const char *name, double dpi, struct image *ret, struct codec_info *info)
{
    struct err err = {{0}};
    if (!image_load(at(name), dpi, ret, info, &err))
        fail_msg("%s: %s", name, err.text);
}

static inline void refuses(const char *name, const char *word)
{
    struct image image = {0};
    struct err err = {{0}};
    assert_false(image_load(at(name), 300, &image, NULL, &err));
    assert_null(image.data);
    if (!strstr(err.text, word))
        fail_msg("%s: \"%s\" does not say \"%s\"", name, err.text, word);
}

static inline void put(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(at(name), "wb"); /* no fsync: there are many */
    assert_non_null(file);
    assert_true(fwrite(bytes, 1, n, file) == n);
    fclose(file);
}

struct tiff_kind {
    uint16_t compression, photometric, bits, samples, unit;
    uint32_t rows_per_strip;
    bool tiled;
};

/* Values as pixel_value gives them; 16 bit: times 257; 1 bit: above 127. */
static inline void write_tiff(const char *name, int w, int h, const struct tiff_kind *kind)
{
    TIFF *tiff = TIFFOpen(at(name), "w");
    assert_non_null(tiff);
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, w);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, h);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, kind->bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, kind->samples);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, kind->photometric);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind->compression);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, kind->unit == RESUNIT_CENTIMETER ? 300 / 2.54 : 300.0);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, kind->unit == RESUNIT_CENTIMETER ? 300 / 2.54 : 300.0);
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, kind->unit ? kind->unit : RESUNIT_INCH);
    size_t line = ((size_t)w * kind->samples * kind->bits + 7) / 8;
    uint8_t *row = calloc(1, line + 16);
    if (kind->tiled) {
        uint8_t tile[16 * 16 * 3];
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
        for (int y = 0; y < h; y += 16) {
            for (int x = 0; x < w; x += 16) {
                for (int i = 0; i < 16 * 16 * 3; i++)
                    tile[i] = pixel_value(x + i / 3 % 16, y + i / 48, i % 3);
                assert_true(TIFFWriteTile(tiff, tile, (uint32_t)x, (uint32_t)y, 0, 0) > 0);
            }
        }
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, kind->rows_per_strip);
    }
    for (int y = 0; y < h && !kind->tiled; y++) {
        memset(row, 0, line);
        for (int i = 0; i < w * kind->samples; i++) {
            uint8_t value = pixel_value(i / kind->samples, y, i % kind->samples);
            if (kind->bits == 8)
                row[i] = value;
            else if (kind->bits == 16)
                ((uint16_t *)(void *)row)[i] = (uint16_t)(value * 257);
            else if (value > 127)
                row[i / 8] |= (uint8_t)(0x80 >> i % 8);
        }
        assert_true(TIFFWriteScanline(tiff, row, (uint32_t)y, 0) == 1);
    }
    free(row);
    TIFFClose(tiff);
}

#endif
