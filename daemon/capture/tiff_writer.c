/* Layout: header, strips in order, directory at the end. Both hashes run along while lines come in
 * and assume the announced number of lines (it stands in the header of the pixel hash and decides
 * where the directory lies); when another number comes, both are taken again from the file, which
 * still is in the page cache. */
#define _GNU_SOURCE
#include "daemon/capture/tiff_writer.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER_SIZE 8u
#define STRIP_BYTES                                                                                \
    ((size_t)256 << 10)           /* enough for efficient reading, small enough for any reader */
#define FILE_MAX UINT32_MAX       /* classic TIFF has 32-bit offsets */
#define DIRECTORY_ROOM (1u << 20) /* kept free below FILE_MAX for the directory */
#define FLUSH_BYTES                                                                                \
    ((uint64_t)8 << 20)   /* start writing to disk so early, so that fsync waits little */
#define DPI_SCALE 10000.0 /* resolution as a rational with four decimals */
#define SOFTWARE "postwacht-capture " POSTWACHT_VERSION

enum tiff_type { TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4, TYPE_RATIONAL = 5 };

struct tiff_writer {
    struct tiff_format format;
    char path[PATH_SIZE];
    int fd;
    size_t row_bytes;
    int rows_per_strip, rows;
    uint64_t size, flushed;
    struct sha256 file_hash, pixel_hash;
    uint8_t *scratch; /* one row as the pixel hash wants it; NULL when the rows are that already */
};

static bool host_is_little(void)
{
    const uint16_t probe = 1;
    return *(const uint8_t *)&probe == 1;
}

size_t tiff_row_bytes(const struct tiff_format *format)
{
    size_t samples = (size_t)format->width * (size_t)format->channels;
    return format->depth == 1 ? (samples + 7) / 8 : samples * (size_t)(format->depth / 8);
}

static uint64_t directory_offset(const struct tiff_writer *writer, int rows)
{
    uint64_t end = HEADER_SIZE + (uint64_t)writer->row_bytes * (uint64_t)rows;
    return end + (end & 1); /* TIFF wants word boundaries */
}

static void make_header(const struct tiff_writer *writer, int rows, uint8_t ret[HEADER_SIZE])
{
    uint32_t offset = (uint32_t)directory_offset(writer, rows);
    uint16_t magic = 42;
    memcpy(ret, host_is_little() ? "II" : "MM", 2);
    memcpy(ret + 2, &magic, sizeof magic);
    memcpy(ret + 4, &offset, sizeof offset);
}

static void start_hashes(struct tiff_writer *writer, int rows)
{
    uint8_t header[HEADER_SIZE];
    make_header(writer, rows, header);
    sha256_init(&writer->file_hash);
    sha256_update(&writer->file_hash, header, sizeof header);
    const struct tiff_format *format = &writer->format;
    sheet_pixels_hash_start(&writer->pixel_hash, format->width, rows, format->channels,
                            format->depth == 1 ? 8 : format->depth);
}

/* Samples as the pixel hash defines them: 16 bit big-endian, 1 bit as bytes 0 and 255. */
static void hash_row(struct tiff_writer *writer, const uint8_t *row)
{
    const struct tiff_format *format = &writer->format;
    size_t n = (size_t)format->width * (size_t)format->channels;
    if (format->depth == 1) {
        for (size_t x = 0; x < n; x++)
            writer->scratch[x] = row[x / 8] >> (7 - x % 8) & 1 ? 0 : UINT8_MAX;
    } else {
        for (size_t i = 0; i < n; i++) {
            writer->scratch[2 * i] = row[2 * i + 1];
            writer->scratch[2 * i + 1] = row[2 * i];
        }
        n *= 2;
    }
    sha256_update(&writer->pixel_hash, writer->scratch, n);
}

static void hash_rows(struct tiff_writer *writer, const uint8_t *rows, int n)
{
    size_t bytes = writer->row_bytes * (size_t)n;
    sha256_update(&writer->file_hash, rows, bytes);
    if (!writer->scratch)
        sha256_update(&writer->pixel_hash, rows, bytes);
    for (int i = 0; writer->scratch && i < n; i++)
        hash_row(writer, rows + writer->row_bytes * (size_t)i);
}

static bool write_at(struct tiff_writer *writer, const void *bytes, size_t n, uint64_t offset,
                     struct err *err)
{
    const uint8_t *from = bytes;
    while (n) {
        ssize_t done = pwrite(writer->fd, from, n, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_errno(err, "cannot write %s", writer->path);
        from += done;
        offset += (uint64_t)done;
        n -= (size_t)done;
    }
    return true;
}

bool tiff_open(const char *path, const struct tiff_format *format, struct tiff_writer **ret,
               struct err *err)
{
    struct tiff_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return err_set(err, "out of memory");
    writer->format = *format;
    writer->row_bytes = tiff_row_bytes(format);
    writer->rows_per_strip = (int)(STRIP_BYTES / writer->row_bytes);
    writer->rows_per_strip += writer->rows_per_strip == 0;
    writer->size = HEADER_SIZE;
    bool packed = format->depth == 8 || (format->depth == 16 && !host_is_little());
    writer->fd = -1;
    uint8_t header[HEADER_SIZE];
    make_header(writer, 0, header);
    bool ok = snprintf(writer->path, sizeof writer->path, "%s", path) < (int)sizeof writer->path;
    if (!ok)
        err_set(err, "the path %.60s... is too long", path);
    if (ok && !packed)
        ok = (writer->scratch = malloc((size_t)format->width * (size_t)format->channels * 2)) ||
             err_set(err, "out of memory");
    if (ok && (writer->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640)) < 0)
        ok = err_errno(err, "cannot create %s", path);
    ok = ok && write_at(writer, header, sizeof header, 0, err);
    if (!ok) {
        tiff_abandon(writer);
        return false;
    }
    start_hashes(writer, format->expected_height > 0 ? format->expected_height : 0);
    *ret = writer;
    return true;
}

bool tiff_add_rows(struct tiff_writer *writer, const uint8_t *rows, int n, struct err *err)
{
    size_t bytes = writer->row_bytes * (size_t)n;
    if (writer->size + bytes > FILE_MAX - DIRECTORY_ROOM)
        return err_set(err, "the image is larger than 4 GB; scan at a lower resolution");
    if (!write_at(writer, rows, bytes, writer->size, err))
        return false;
    hash_rows(writer, rows, n);
    writer->rows += n;
    writer->size += bytes;
    if (writer->size - writer->flushed >= FLUSH_BYTES) {
        sync_file_range(writer->fd, (off_t)writer->flushed, (off_t)(writer->size - writer->flushed),
                        SYNC_FILE_RANGE_WRITE);
        writer->flushed = writer->size;
    }
    return true;
}

static void put_short(struct buf *buf, uint16_t value)
{
    buf_append(buf, &value, sizeof value);
}

static void put_long(struct buf *buf, uint32_t value)
{
    buf_append(buf, &value, sizeof value);
}

static void put_entry(struct buf *buf, uint16_t tag, enum tiff_type type, uint32_t count,
                      uint32_t value)
{
    put_short(buf, tag);
    put_short(buf, (uint16_t)type);
    put_long(buf, count);
    if (type == TYPE_SHORT &&
        count == 1) { /* stands at the front of the four bytes in either order */
        put_short(buf, (uint16_t)value);
        put_short(buf, 0);
    } else {
        put_long(buf, value);
    }
}

static void put_rational(struct buf *buf, double value)
{
    put_long(buf, (uint32_t)(value * DPI_SCALE + 0.5));
    put_long(buf, (uint32_t)DPI_SCALE);
}

/* The directory, and behind it the values that do not fit into an entry. */
static void make_directory(const struct tiff_writer *writer, uint32_t offset, struct buf *ret)
{
    enum { ENTRIES = 14, ENTRY_SIZE = 12 };
    const struct tiff_format *format = &writer->format;
    bool colour = format->channels == 3;
    uint32_t strips =
        (uint32_t)((writer->rows + writer->rows_per_strip - 1) / writer->rows_per_strip);
    uint32_t bits = offset + 2 + ENTRIES * ENTRY_SIZE + 4;
    uint32_t resolution = bits + 8, software = resolution + 16;
    uint32_t offsets = software + (uint32_t)((sizeof SOFTWARE + 1) & ~(size_t)1);
    uint32_t counts = offsets + 4 * strips;
    uint32_t strip_bytes = (uint32_t)writer->row_bytes * (uint32_t)writer->rows_per_strip;
    uint32_t last_bytes =
        (uint32_t)(writer->row_bytes * (size_t)writer->rows) - (strips - 1) * strip_bytes;
    uint32_t photometric = colour               ? 2
                           : format->depth == 1 ? 0
                                                : 1; /* RGB, white or black is zero */
    bool known_dpi = format->dpi_x > 0 && format->dpi_y > 0;

    put_short(ret, ENTRIES);
    put_entry(ret, 256, TYPE_LONG, 1, (uint32_t)format->width);
    put_entry(ret, 257, TYPE_LONG, 1, (uint32_t)writer->rows);
    put_entry(ret, 258, TYPE_SHORT, (uint32_t)format->channels,
              colour ? bits : (uint32_t)format->depth);
    put_entry(ret, 259, TYPE_SHORT, 1, 1); /* no compression */
    put_entry(ret, 262, TYPE_SHORT, 1, photometric);
    put_entry(ret, 273, TYPE_LONG, strips, strips == 1 ? HEADER_SIZE : offsets);
    put_entry(ret, 277, TYPE_SHORT, 1, (uint32_t)format->channels);
    put_entry(ret, 278, TYPE_LONG, 1, (uint32_t)writer->rows_per_strip);
    put_entry(ret, 279, TYPE_LONG, strips, strips == 1 ? last_bytes : counts);
    put_entry(ret, 282, TYPE_RATIONAL, 1, resolution);
    put_entry(ret, 283, TYPE_RATIONAL, 1, resolution + 8);
    put_entry(ret, 284, TYPE_SHORT, 1, 1);                 /* samples side by side */
    put_entry(ret, 296, TYPE_SHORT, 1, known_dpi ? 2 : 1); /* inch, or no unit */
    put_entry(ret, 305, TYPE_ASCII, sizeof SOFTWARE, software);
    put_long(ret, 0); /* no further directory */
    for (int i = 0; i < 4; i++)
        put_short(ret, (uint16_t)format->depth);
    put_rational(ret, known_dpi ? format->dpi_x : 1);
    put_rational(ret, known_dpi ? format->dpi_y : 1);
    buf_append(ret, SOFTWARE, sizeof SOFTWARE);
    if (sizeof SOFTWARE & 1)
        buf_putc(ret, '\0');
    for (uint32_t i = 0; i < strips; i++)
        put_long(ret, HEADER_SIZE + i * strip_bytes);
    for (uint32_t i = 0; i < strips; i++)
        put_long(ret, i + 1 < strips ? strip_bytes : last_bytes);
}

static bool hash_again(struct tiff_writer *writer, struct err *err)
{
    size_t n = writer->row_bytes * (size_t)writer->rows_per_strip;
    uint8_t *strip = malloc(n);
    if (!strip)
        return err_set(err, "out of memory");
    start_hashes(writer, writer->rows);
    bool ok = true;
    for (int row = 0; ok && row < writer->rows;) {
        int rows = writer->rows - row < writer->rows_per_strip ? writer->rows - row
                                                               : writer->rows_per_strip;
        size_t bytes = writer->row_bytes * (size_t)rows;
        off_t at = (off_t)(HEADER_SIZE + writer->row_bytes * (size_t)row);
        ssize_t got = pread(writer->fd, strip, bytes, at);
        if (got < 0 && errno == EINTR)
            continue;
        ok = got == (ssize_t)bytes || err_errno(err, "cannot read %s again", writer->path);
        if (ok)
            hash_rows(writer, strip, rows);
        row += rows;
    }
    free(strip);
    return ok;
}

static void final_hex(struct sha256 *hash, char ret[SHA256_HEX_SIZE])
{
    uint8_t bytes[SHA256_SIZE];
    sha256_final(hash, bytes);
    hex_encode(bytes, sizeof bytes, ret);
}

static bool write_directory(struct tiff_writer *writer, struct err *err)
{
    static const uint8_t zero = 0;
    uint8_t header[HEADER_SIZE];
    struct buf directory = {0};
    uint64_t offset = directory_offset(writer, writer->rows);
    make_header(writer, writer->rows, header);
    make_directory(writer, (uint32_t)offset, &directory);
    size_t gap = (size_t)(offset - writer->size);
    bool ok = buf_ok(&directory, err) && write_at(writer, &zero, gap, writer->size, err) &&
              write_at(writer, directory.data, directory.len, offset, err) &&
              write_at(writer, header, sizeof header, 0, err);
    if (ok) {
        sha256_update(&writer->file_hash, &zero, gap);
        sha256_update(&writer->file_hash, directory.data, directory.len);
    }
    buf_finish(&directory);
    return ok;
}

bool tiff_finish(struct tiff_writer *writer, struct tiff_result *ret, struct err *err)
{
    bool ok = writer->rows > 0 || err_set(err, "the scanner delivered an image without lines");
    if (ok && writer->rows != writer->format.expected_height)
        ok = hash_again(writer, err);
    ok = ok && write_directory(writer, err);
    if (ok && fsync(writer->fd) != 0)
        ok = err_errno(err, "cannot write %s to disk", writer->path);
    if (!ok) {
        tiff_abandon(writer);
        return false;
    }
    *ret = (struct tiff_result){.height = writer->rows};
    final_hex(&writer->file_hash, ret->sha256_file);
    final_hex(&writer->pixel_hash, ret->sha256_pixels);
    close(writer->fd);
    free(writer->scratch);
    free(writer);
    return true;
}

void tiff_abandon(struct tiff_writer *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0) {
        close(writer->fd);
        unlink(writer->path);
    }
    free(writer->scratch);
    free(writer);
}
