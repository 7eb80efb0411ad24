/* Image files that are broken, cut, or made to hurt: each is refused and says why; none crashes. */
#include "codec_files.h"

#define MUTATIONS 250 /* of each kind of file */

static void write_cmyk_jpeg(const char *name)
{
    struct jpeg_compress_struct out;
    struct jpeg_error_mgr errors;
    JSAMPLE row[16 * 4] = {0};
    JSAMPROW rows = row;
    FILE *file = fopen(at(name), "wb");
    out.err = jpeg_std_error(&errors);
    jpeg_create_compress(&out);
    jpeg_stdio_dest(&out, file);
    out.image_width = out.image_height = 16;
    out.input_components = 4;
    out.in_color_space = JCS_CMYK;
    jpeg_set_defaults(&out);
    jpeg_start_compress(&out, TRUE);
    while (out.next_scanline < 16)
        jpeg_write_scanlines(&out, &rows, 1);
    jpeg_finish_compress(&out);
    jpeg_destroy_compress(&out);
    fclose(file);
}

/* A header that promises side x side pixels, and no pixels. */
static void write_huge_png(const char *name, uint32_t side)
{
    static const uint8_t start[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13};
    static const uint8_t data[] = {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, 0xaf, 0x06, 0x1e};
    uint8_t header[] = {'I', 'H', 'D', 'R', 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0};
    struct buf file = {0};
    for (int i = 0; i < 4; i++)
        header[4 + i] = header[8 + i] = (uint8_t)(side >> (24 - 8 * i));
    uint32_t crc = (uint32_t)crc32(0, header, 17);
    for (int i = 0; i < 4; i++)
        header[17 + i] = (uint8_t)(crc >> (24 - 8 * i));
    buf_append(&file, start, sizeof start);
    buf_append(&file, header, sizeof header);
    buf_append(&file, data, sizeof data);
    put(name, file.data, file.len);
    buf_finish(&file);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    put("text.png", "Dear Sir", 8);
    refuses("text.png", "is not a PNG, JPEG or TIFF image");
    put("short.png", "\x89", 1);
    refuses("short.png", "is not a PNG, JPEG or TIFF image");
    put("empty.png", "", 0);
    refuses("empty.png", "empty");
    assert_true(dir_make(at("folder.png"), NULL));
    refuses("folder.png", "folder");
    refuses("missing.png", "No such file");
    write_cmyk_jpeg("cmyk.jpg");
    refuses("cmyk.jpg", "RGB");
    TIFFErrorHandler quiet = TIFFSetWarningHandler(NULL);
    write_tiff("cmyk.tif", 8, 8,
               &(struct tiff_kind){COMPRESSION_NONE, PHOTOMETRIC_SEPARATED, 8, 4, 0, 8, false});
    refuses("cmyk.tif", "RGB");
    write_tiff("jpeg.tif", 16, 16,
               &(struct tiff_kind){COMPRESSION_JPEG, PHOTOMETRIC_MINISBLACK, 8, 1, 0, 16, false});
    refuses("jpeg.tif", "compressed");
    TIFFSetWarningHandler(quiet);
    write_huge_png("huge.png", 40000);
    refuses("huge.png", "too large");
}

/* Every beginning of a file is an error, not a picture with a grey band. */
static void refuses_truncated(const char *name, int cuts)
{
    struct buf file = {0};
    assert_true(file_read(at(name), 1 << 22, &file, NULL));
    for (int cut = 1; cut < cuts; cut++) {
        size_t n = file.len * (size_t)cut / (size_t)cuts;
        put("cut", file.data, n);
        struct image image = {0};
        struct err err = {{0}};
        if (image_load(at("cut"), 300, &image, NULL, &err))
            fail_msg("%s cut to %zu of %zu bytes passed", name, n, file.len);
        assert_true(strstr(err.text, "cut short or damaged") || strstr(err.text, "is not a PNG"));
    }
    buf_finish(&file);
}

/* libtiff writes the directory last, so that a cut copy loses it; a scanner's driver writes it
 * first. */
static void write_directory_first_tiff(const char *name, int w, int h)
{
    struct {
        uint16_t tag, type;
        uint32_t count, value;
    } entry[] = {{256, 4, 1, (uint32_t)w},
                 {257, 4, 1, (uint32_t)h},
                 {258, 3, 1, 8},
                 {259, 3, 1, COMPRESSION_NONE},
                 {262, 3, 1, PHOTOMETRIC_MINISBLACK},
                 {273, 4, 1, 0},
                 {277, 3, 1, 1},
                 {278, 4, 1, (uint32_t)h},
                 {279, 4, 1, (uint32_t)(w * h)}};
    const uint16_t n = sizeof entry / sizeof entry[0];
    const uint32_t start = 8, end = 0, pixels = start + 2 + (uint32_t)sizeof entry + 4;
    struct buf file = {0};
    entry[5].value = pixels;
    buf_append(&file, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "II*\0" : "MM\0*", 4);
    buf_append(&file, &start, 4);
    buf_append(&file, &n, 2);
    buf_append(&file, entry, sizeof entry);
    buf_append(&file, &end, 4);
    for (int i = 0; i < w * h; i++)
        buf_putc(&file, (char)pixel_value(i % w, i / w, 0));
    put(name, file.data, file.len);
    buf_finish(&file);
    struct image image = {0};
    loads(name, 300, &image, NULL); /* whole, it is a picture */
    image_finish(&image);
}

static void notices_truncation(void **state)
{
    (void)state;
    struct image in = picture(200, 150, 3);
    assert_true(image_save_png(at("a.png"), &in, NULL));
    assert_true(image_save_jpeg(at("a.jpg"), &in, 90, NULL));
    write_directory_first_tiff("a.tif", 200, 150);
    refuses_truncated("a.png", 60);
    refuses_truncated("a.jpg", 60);
    refuses_truncated("a.tif", 60);
    image_finish(&in);
}

/* Random damage: any answer but a crash, a leak or a picture of another kind than the struct says.
 */
static void mutate(const char *name, uint32_t seed)
{
    struct buf file = {0};
    assert_true(file_read(at(name), 1 << 22, &file, NULL));
    uint8_t *bytes = malloc(file.len);
    for (int round = 0; round < MUTATIONS; round++) {
        memcpy(bytes, file.data, file.len);
        size_t reach = round % 2        ? file.len
                       : file.len < 200 ? file.len
                                        : 200; /* headers get half of it */
        for (int i = 0; i <= round % 7; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[(seed >> 8) % reach] = (uint8_t)(seed >> 24);
        }
        put("mutant", bytes, file.len);
        struct image image = {0};
        struct codec_info info;
        struct err err = {{0}};
        if (image_load(at("mutant"), 300, &image, &info, &err)) {
            assert_true(image.width > 0 &&
                        image.stride == (size_t)image.width * (size_t)image.channels);
            image_finish(&image);
        } else {
            assert_null(image.data);
            assert_true(err.text[0]);
        }
    }
    free(bytes);
    buf_finish(&file);
}

static void survives_mutations(void **state)
{
    (void)state;
    struct image in = picture(90, 70, 3);
    assert_true(image_save_png_small(at("a.png"), &in, NULL));
    mutate("a.png", 1);
    assert_true(image_save_jpeg(at("a.jpg"), &in, 80, NULL));
    mutate("a.jpg", 2);
    write_tiff("a.tif", 61, 43,
               &(struct tiff_kind){COMPRESSION_NONE, PHOTOMETRIC_RGB, 8, 3, 0, 8, false});
    mutate("a.tif", 3);
    write_tiff("a.tif", 61, 43,
               &(struct tiff_kind){COMPRESSION_LZW, PHOTOMETRIC_MINISBLACK, 16, 1, 0, 8, false});
    mutate("a.tif", 4);
    write_tiff(
        "a.tif", 61, 43,
        &(struct tiff_kind){COMPRESSION_CCITTFAX4, PHOTOMETRIC_MINISWHITE, 1, 1, 0, 43, false});
    mutate("a.tif", 5);
    write_tiff("a.tif", 61, 43,
               &(struct tiff_kind){COMPRESSION_NONE, PHOTOMETRIC_RGB, 8, 3, 0, 0, true});
    mutate("a.tif", 6);
    image_finish(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(notices_truncation),
        cmocka_unit_test(survives_mutations),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
