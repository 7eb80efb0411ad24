/* The PNG stands in for the raw file for decades, so nothing is believed: what was written is read
 * back from the disk and its pixels are compared, by the hash that the register keeps, before
 * anybody may delete the raw. */
#include "imaging/master.h"

#include "imaging/codec_formats.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <string.h>
#include <unistd.h>

#define MASTER_MODE 0640u

static bool write_png(const char *path, const struct bitmap *bitmap, struct err *err)
{
    struct buf file = {0};
    bool ok = png_encode(bitmap, true, &file, err) &&
              file_write_atomic(path, file.data, file.len, MASTER_MODE, err);
    buf_finish(&file);
    return ok;
}

static bool prove(const char *png_path, const char *expected_pixels,
                  char ret_sha256_file[SHA256_HEX_SIZE], struct err *err)
{
    struct bitmap again;
    enum codec_format format;
    uint8_t digest[SHA256_SIZE];
    char pixels[SHA256_HEX_SIZE];
    if (!codec_decode(png_path, &again, &format, err))
        return false;
    bool ok = bitmap_hash(&again, pixels, err);
    bitmap_finish(&again);
    if (ok && (format != CODEC_PNG || strcmp(pixels, expected_pixels) != 0))
        ok = err_set(err, "the pixels read back differ from those written");
    if (!ok || !sha256_file(png_path, digest, err))
        return false;
    hex_encode(digest, SHA256_SIZE, ret_sha256_file);
    return true;
}

bool master_write(const char *raw_path, const char *png_path, char ret_sha256_file[SHA256_HEX_SIZE],
                  char ret_sha256_pixels[SHA256_HEX_SIZE], struct err *err)
{
    struct bitmap raw;
    enum codec_format format;
    char file_hash[SHA256_HEX_SIZE], pixels_hash[SHA256_HEX_SIZE];
    if (!codec_decode(raw_path, &raw, &format, err))
        return err_context(err, "master");
    if (format == CODEC_JPEG) {
        bitmap_finish(&raw);
        return err_set(err, "master: %s is a JPEG: keep the device's own file",
                       path_base(raw_path));
    }
    bool ok = bitmap_hash(&raw, pixels_hash, err) && write_png(png_path, &raw, err);
    bool written = ok;
    bitmap_finish(&raw); /* before decoding again: half the memory */
    ok = ok && prove(png_path, pixels_hash, file_hash, err);
    if (!ok) {
        if (written)
            unlink(png_path);
        return err_context(err, "master of %s", path_base(raw_path));
    }
    memcpy(ret_sha256_file, file_hash, sizeof file_hash);
    memcpy(ret_sha256_pixels, pixels_hash, sizeof pixels_hash);
    return true;
}
