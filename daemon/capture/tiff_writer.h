/* tiff_writer: streams raw scan lines into an uncompressed baseline TIFF and hashes them on the
 * way. How many lines there will be may be unknown until the end. Owns the file until finish or
 * abandon. */
#ifndef POSTWACHT_TIFF_WRITER_H
#define POSTWACHT_TIFF_WRITER_H

#include "schemas/base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

struct tiff_format {
    int width, channels, depth; /* depth 1 (1 channel, 1 is black), 8 or 16 (host order) */
    double dpi_x, dpi_y;        /* 0 unknown */
    int expected_height;        /* lines announced; 0 or less unknown */
};

struct tiff_result {
    int height;
    char sha256_file[SHA256_HEX_SIZE];
    char sha256_pixels[SHA256_HEX_SIZE];
};

struct tiff_writer;

/* Fails when the file exists. */
bool tiff_open(const char *path, const struct tiff_format *format, struct tiff_writer **ret,
               struct err *err);
size_t tiff_row_bytes(const struct tiff_format *format); /* packed, without padding */
/* Rows stand one after the other, packed. */
bool tiff_add_rows(struct tiff_writer *writer, const uint8_t *rows, int n, struct err *err);
/* Writes the directory, fsyncs and closes; frees writer, also when it fails. */
bool tiff_finish(struct tiff_writer *writer, struct tiff_result *ret, struct err *err);
/* Closes and removes the file; accepts NULL. */
void tiff_abandon(struct tiff_writer *writer);

#endif
