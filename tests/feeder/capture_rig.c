#include "capture_rig.h"

#include <tiffio.h>

struct said understand(const struct rig_run *run)
{
    struct said said = {0};
    char text[sizeof run->out], *rest = text;
    memcpy(text, run->out, sizeof text);
    for (char *line; (line = strtok_r(rest, "\n", &rest));) {
        struct capture_message message;
        if (!capture_message_parse(line, &message))
            fail_msg("\"%s\" is not of the protocol", line);
        assert_false(said.ended);
        if (message.verb == CAPTURE_SAYS_SHEET && said.sheets < SHEETS_MAX)
            memcpy(said.sheet[said.sheets++], message.text, SHEET_ID_SIZE);
        said.halves += message.verb == CAPTURE_SAYS_HALF;
        said.incidents += message.verb == CAPTURE_SAYS_INCIDENT;
        if (message.verb == CAPTURE_SAYS_INCIDENT)
            said.incident = message.kind;
        if (message.verb == CAPTURE_SAYS_END) {
            said.ended = true;
            said.end = message.kind;
            said.end_sheets = message.sheets;
        }
    }
    return said;
}

static void check_file(const char *dir, const struct sheet_side *side)
{
    char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
    uint8_t hash[SHA256_SIZE];
    struct err err;
    assert_true(path_join(path, dir, side->file, NULL));
    assert_ok(sha256_file(path, hash, &err), &err);
    hex_encode(hash, sizeof hash, hex);
    assert_string_equal(hex, side->sha256_file);
}

void picture_hash(const struct picture *picture, char ret[SHA256_HEX_SIZE])
{
    struct sha256 hash;
    uint8_t bytes[SHA256_SIZE];
    sheet_pixels_hash_start(&hash, picture->width, picture->height, picture->channels,
                            picture->depth);
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++)
            for (int c = 0; c < picture->channels; c++) {
                uint16_t sample = picture_sample(picture, x, y, c);
                uint8_t pair[2] = {(uint8_t)(sample >> 8), (uint8_t)sample};
                sha256_update(&hash, picture->depth == 16 ? pair : pair + 1,
                              picture->depth == 16 ? 2 : 1);
            }
    sha256_final(&hash, bytes);
    hex_encode(bytes, sizeof bytes, ret);
}

void check_tiff(const char *dir, const struct sheet_side *side, const struct picture *picture)
{
    char path[PATH_SIZE];
    uint32_t width, height;
    float dpi;
    assert_true(path_join(path, dir, side->file, NULL));
    TIFF *tiff = TIFFOpen(path, "r");
    assert_non_null(tiff);
    assert_int_equal(TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width), 1);
    assert_int_equal(TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height), 1);
    assert_int_equal(TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &dpi), 1);
    assert_int_equal(width, picture->width);
    assert_int_equal(height, picture->height);
    assert_int_equal((int)dpi, picture->dpi);
    uint8_t *row = malloc((size_t)TIFFScanlineSize(tiff));
    assert_non_null(row);
    for (int y = 0; y < picture->height; y++) {
        assert_int_equal(TIFFReadScanline(tiff, row, (uint32_t)y, 0), 1);
        for (int i = 0; i < picture->width * picture->channels; i++) {
            uint16_t wanted =
                picture_sample(picture, i / picture->channels, y, i % picture->channels);
            uint16_t got = picture->depth == 16 ? ((uint16_t *)(void *)row)[i] : row[i];
            if (got != wanted)
                fail_msg("%s differs in line %d", path, y);
        }
    }
    free(row);
    TIFFClose(tiff);
}

void read_sheet(const struct rig *rig, const char *id, struct sheet *ret, char dir[PATH_SIZE])
{
    struct err err;
    assert_true(path_join(dir, rig->spool, id, NULL));
    assert_ok(sheet_read(dir, ret, &err), &err);
    assert_string_equal(ret->id, id);
    for (int i = 0; i < ret->n_sides; i++)
        check_file(dir, &ret->side[i]);
}

int number_of(const struct sheet *sheet, int sheets)
{
    for (int n = 1; n <= sheets; n++) {
        struct picture front = rig_side(n, 0), back = rig_side(n, 1);
        char hash[SHA256_HEX_SIZE];
        picture_hash(&front, hash);
        if (strcmp(hash, sheet->side[0].sha256_pixels) != 0)
            continue;
        picture_hash(&back, hash);
        assert_int_equal(sheet->n_sides, 2);
        assert_string_equal(hash, sheet->side[1].sha256_pixels);
        return n;
    }
    return 0;
}

void capture_setup(struct rig *rig, const char *conf, int sheets)
{
    assert_int_equal(rig_setup(rig, "feeder", conf), 0);
    rig_fill(rig, sheets);
}
