/* Image files and masters: what is written comes back. */
#include "codec_files.h"

static void png_round_trip(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        struct image in = picture(61, 43, channels), view = image_view(&in, 3, 5, 40, 30),
                     out = {0};
        struct codec_info info;
        assert_true(image_save_png(at("a.png"), &in, NULL));
        loads("a.png", 0, &out, &info);
        expect_same(&in, &out);
        assert_string_equal(info.format, "png");
        assert_true(info.depth == 8 && !info.lossy && info.dpi_from_file);
        assert_true(out.dpi_x == 300);
        image_finish(&out);
        assert_true(image_save_png_small(at("b.png"), &view, NULL));
        loads("b.png", 600, &out, NULL);
        expect_same(&view, &out);
        assert_true(out.dpi_y == 600);
        image_finish(&out);
        image_finish(&in);
    }
    struct image none = {0};
    struct err err = {{0}};
    assert_false(image_save_png(at("c.png"), &none, &err));
    assert_false(file_exists(at("c.png")));
}

static void jpeg_round_trip(void **state)
{
    (void)state;
    struct image in = {0}, out = {0};
    struct codec_info info;
    assert_true(image_create(&in, 64, 48, 3, NULL));
    memset(in.data, 180, in.stride * 48);
    in.dpi_x = in.dpi_y = 300;
    assert_true(image_save_jpeg(at("a.jpg"), &in, 85, NULL));
    loads("a.jpg", 0, &out, &info);
    for (size_t i = 0; i < out.stride * 48; i++)
        assert_true(abs(out.data[i] - 180) <= 2);
    assert_true(info.lossy && info.subsampled && abs(info.quality - 85) <= 1 && out.dpi_x == 300);
    image_finish(&out);
    assert_true(image_save_jpeg_full(at("a.jpg"), &in, 85, NULL));
    loads("a.jpg", 0, &out, &info);
    assert_true(info.lossy && !info.subsampled && abs(info.quality - 85) <= 1);
    image_finish(&out);
    struct err err = {{0}};
    assert_false(image_save_jpeg(at("b.jpg"), &in, 101, &err));
    image_finish(&in);
}

static void reads_every_tiff(void **state)
{
    static const struct tiff_kind kinds[] = {
        {COMPRESSION_NONE, PHOTOMETRIC_RGB, 8, 3, 0, 7, false},
        {COMPRESSION_NONE, PHOTOMETRIC_RGB, 8, 3, RESUNIT_CENTIMETER, 1000, false},
        {COMPRESSION_LZW, PHOTOMETRIC_RGB, 8, 3, 0, 8, false},
        {COMPRESSION_ADOBE_DEFLATE, PHOTOMETRIC_MINISBLACK, 8, 1, 0, 8, false},
        {COMPRESSION_PACKBITS, PHOTOMETRIC_MINISWHITE, 8, 1, 0, 8, false},
        {COMPRESSION_NONE, PHOTOMETRIC_RGB, 16, 3, 0, 8, false},
        {COMPRESSION_LZW, PHOTOMETRIC_MINISBLACK, 16, 1, 0, 8, false},
        {COMPRESSION_NONE, PHOTOMETRIC_MINISBLACK, 1, 1, 0, 8, false},
        {COMPRESSION_CCITTFAX4, PHOTOMETRIC_MINISWHITE, 1, 1, 0, 43, false},
        {COMPRESSION_NONE, PHOTOMETRIC_RGB, 8, 3, 0, 0, true},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const struct tiff_kind *kind = &kinds[k];
        struct image expected = picture(61, 43, kind->samples), out = {0};
        struct codec_info info;
        write_tiff("a.tif", 61, 43, kind);
        for (size_t i = 0; i < expected.stride * 43; i++) {
            uint8_t value = expected.data[i];
            if (kind->bits == 1)
                value = value > 127 ? 255 : 0;
            expected.data[i] =
                kind->photometric == PHOTOMETRIC_MINISWHITE ? (uint8_t)(255 - value) : value;
        }
        loads("a.tif", 0, &out, &info);
        expect_same(&expected, &out);
        assert_int_equal(info.depth, kind->bits);
        assert_true(fabs(out.dpi_x - 300) < 0.01);
        image_finish(&out);
        image_finish(&expected);
    }
}

/* The hash is that of schemas/sheet.h, written out here for one small picture. */
static void hashes_pixels_whatever_the_format(void **state)
{
    (void)state;
    struct image in = picture(5, 4, 3), out = {0};
    struct codec_info png, tiff;
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    char expected[SHA256_HEX_SIZE], line[] = "postwacht-pixels/1 5 4 3 8\n";
    sha256_init(&hash);
    sha256_update(&hash, line, strlen(line));
    sha256_update(&hash, in.data, 60);
    sha256_final(&hash, digest);
    hex_encode(digest, SHA256_SIZE, expected);
    assert_true(image_save_png(at("a.png"), &in, NULL));
    write_tiff("a.tif", 5, 4,
               &(struct tiff_kind){COMPRESSION_LZW, PHOTOMETRIC_RGB, 8, 3, 0, 3, false});
    loads("a.png", 0, &out, &png);
    image_finish(&out);
    loads("a.tif", 0, &out, &tiff);
    image_finish(&out);
    assert_string_equal(png.sha256_pixels, expected);
    assert_string_equal(tiff.sha256_pixels, expected);
    image_finish(&in);

    uint8_t wide[2 * 4]; /* 16 bit goes in big-endian */
    char line16[] = "postwacht-pixels/1 4 1 1 16\n";
    for (int x = 0; x < 4; x++)
        wide[2 * x] = wide[2 * x + 1] = pixel_value(x, 0, 0);
    sha256_init(&hash);
    sha256_update(&hash, line16, strlen(line16));
    sha256_update(&hash, wide, sizeof wide);
    sha256_final(&hash, digest);
    hex_encode(digest, SHA256_SIZE, expected);
    write_tiff("b.tif", 4, 1,
               &(struct tiff_kind){COMPRESSION_NONE, PHOTOMETRIC_MINISBLACK, 16, 1, 0, 1, false});
    loads("b.tif", 0, &out, &tiff);
    assert_string_equal(tiff.sha256_pixels, expected);
    image_finish(&out);
}

/* A PNG of any colour type through libpng, values given row by row. */
static void write_png(const char *name, int w, int h, int depth, int type, int interlace,
                      const uint8_t *rows, const png_color *palette, const png_byte *alpha)
{
    FILE *file = fopen(at(name), "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, depth, type, interlace, 0, 0);
    if (palette)
        png_set_PLTE(png, info, palette, 2);
    if (alpha)
        png_set_tRNS(png, info, alpha, 2, NULL);
    png_write_info(png, info);
    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < h; y++)
            png_write_row(png, rows + (size_t)y * png_get_rowbytes(png, info));
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(file);
}

static void makes_pixels_plain(void **state)
{
    static const uint8_t rgba[] = {200, 0, 100, 255, 200, 0, 100, 0, 200, 0, 100, 128};
    static const uint8_t deep[] = {0x12, 0x34, 0xff, 0xff, 0x00, 0x80};
    static const uint8_t bits[] = {0x60}, grey_alpha[] = {10, 0, 10, 255};
    static const png_color colours[2] = {{9, 8, 7}, {250, 20, 30}};
    static const png_byte clear_first[2] = {0, 255};
    (void)state;
    struct image out = {0};
    struct codec_info info;
    write_png("a.png", 3, 1, 8, PNG_COLOR_TYPE_RGBA, 0, rgba, NULL, NULL);
    loads("a.png", 300, &out, NULL);
    static const uint8_t over_white[] = {200, 0, 100, 255, 255, 255, 227, 127, 177};
    assert_int_equal(out.channels, 3);
    for (int i = 0; i < 9; i++)
        assert_true(abs(out.data[i] - over_white[i]) <= 1);
    image_finish(&out);
    write_png("a.png", 3, 1, 16, PNG_COLOR_TYPE_GRAY, 0, deep, NULL, NULL);
    loads("a.png", 300, &out, &info);
    assert_true(out.data[0] == 0x12 && out.data[1] == 255 && out.data[2] == 0 && info.depth == 16);
    image_finish(&out);
    write_png("a.png", 3, 1, 1, PNG_COLOR_TYPE_GRAY, 0, bits, NULL, NULL);
    loads("a.png", 300, &out, &info);
    assert_true(out.data[0] == 0 && out.data[1] == 255 && out.data[2] == 255 && info.depth == 1);
    image_finish(&out);
    write_png("a.png", 2, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, 0, grey_alpha, NULL, NULL);
    loads("a.png", 300, &out, NULL);
    assert_true(out.channels == 1 && out.data[0] == 255 && out.data[1] == 10);
    image_finish(&out);
    write_png("a.png", 3, 1, 1, PNG_COLOR_TYPE_PALETTE, 0, bits, colours, clear_first);
    loads("a.png", 300, &out, NULL);
    static const uint8_t expanded[] = {255, 255, 255, 250, 20, 30, 250, 20, 30};
    assert_memory_equal(out.data, expanded, 9);
    image_finish(&out);
    struct image in = picture(37, 29, 3);
    write_png("a.png", 37, 29, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, in.data, NULL, NULL);
    loads("a.png", 300, &out, NULL);
    expect_same(&in, &out);
    image_finish(&out);
    image_finish(&in);
}

static void reads_a_single_pixel(void **state)
{
    (void)state;
    struct image in = picture(1, 1, 3), out = {0};
    assert_true(image_save_png(at("a.png"), &in, NULL));
    loads("a.png", 0, &out, NULL);
    assert_true(out.width == 1 && out.height == 1);
    image_finish(&out);
    image_finish(&in);
}

static void settles_the_resolution(void **state)
{
    (void)state;
    struct image in = picture(8, 8, 1), out = {0};
    struct err err = {{0}};
    in.dpi_x = in.dpi_y = 0;
    assert_true(image_save_png(at("a.png"), &in, NULL));
    assert_false(image_load(at("a.png"), 0, &out, NULL, &err));
    assert_non_null(strstr(err.text, "give --dpi"));
    loads("a.png", 400, &out, NULL);
    image_finish(&out);
    in.dpi_x = in.dpi_y = 1;
    assert_true(image_save_png(at("a.png"), &in, NULL));
    assert_false(image_load(at("a.png"), 0, &out, NULL, &err));
    assert_non_null(strstr(err.text, "give --dpi"));
    assert_false(image_load(at("a.png"), 1e9, &out, NULL, &err));
    assert_null(out.data);
    image_finish(&in);
}

static void makes_and_proves_masters(void **state)
{
    static const struct tiff_kind kinds[] = {
        {COMPRESSION_NONE, PHOTOMETRIC_RGB, 8, 3, 0, 7, false},
        {COMPRESSION_NONE, PHOTOMETRIC_RGB, 16, 3, 0, 7, false},
        {COMPRESSION_NONE, PHOTOMETRIC_MINISWHITE, 1, 1, 0, 7, false},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        char png[PATH_SIZE], file_hash[SHA256_HEX_SIZE], pixels_hash[SHA256_HEX_SIZE],
            hex[SHA256_HEX_SIZE];
        uint8_t digest[SHA256_SIZE];
        struct err err = {{0}};
        struct image out = {0};
        struct codec_info raw, master;
        snprintf(png, sizeof png, "%s", at("front.png"));
        write_tiff("front.tif", 61, 43, &kinds[k]);
        if (!master_write(at("front.tif"), png, file_hash, pixels_hash, &err))
            fail_msg("%s", err.text);
        loads("front.tif", 0, &out, &raw);
        image_finish(&out);
        loads("front.png", 0, &out, &master);
        image_finish(&out);
        assert_string_equal(raw.sha256_pixels, pixels_hash);
        assert_string_equal(master.sha256_pixels, pixels_hash);
        assert_true(sha256_file(png, digest, NULL));
        hex_encode(digest, SHA256_SIZE, hex);
        assert_string_equal(hex, file_hash);
    }
}

static void keeps_jpegs_as_they_are(void **state)
{
    (void)state;
    struct image in = picture(40, 30, 3);
    struct err err = {{0}};
    char png[PATH_SIZE], a[SHA256_HEX_SIZE] = "-", b[SHA256_HEX_SIZE] = "-";
    snprintf(png, sizeof png, "%s", at("none.png"));
    assert_true(image_save_jpeg(at("a.jpg"), &in, 90, NULL));
    assert_false(master_write(at("a.jpg"), png, a, b, &err));
    assert_non_null(strstr(err.text, "keep the device's own file"));
    put("broken.tif", "II*\0\xff\xff\xff\xff", 8);
    assert_false(master_write(at("broken.tif"), png, a, b, &err));
    assert_false(file_exists(png));
    assert_string_equal(a, "-");
    image_finish(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_round_trip),
        cmocka_unit_test(jpeg_round_trip),
        cmocka_unit_test(reads_every_tiff),
        cmocka_unit_test(hashes_pixels_whatever_the_format),
        cmocka_unit_test(makes_pixels_plain),
        cmocka_unit_test(reads_a_single_pixel),
        cmocka_unit_test(settles_the_resolution),
        cmocka_unit_test(makes_and_proves_masters),
        cmocka_unit_test(keeps_jpegs_as_they_are),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
