/* rows: image files read row by row, for the virtual feeder. Written on the bare libraries and not
 * on the project's own codecs, so that a mistake in those cannot cancel itself out in a test. */
#ifndef FEEDER_ROWS_H
#define FEEDER_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct rows {
    int width, height;
    int channels;                                   /* 1 grey, 3 RGB */
    int sample_bytes;                               /* 1, or 2 in host order */
    double dpi;                                     /* 0 when the file does not tell */
    bool (*next)(struct rows *rows, void *ret_row); /* false: the file is broken */
    void (*close)(struct rows *rows);               /* frees rows */
};

/* NULL when the file cannot be opened or is of no known kind. */
struct rows *rows_open(const char *path);
static inline size_t rows_bytes(const struct rows *rows)
{
    return (size_t)rows->width * (size_t)rows->channels * (size_t)rows->sample_bytes;
}

/* One opener a kind of file; each refuses what is not its own. */
struct rows *rows_open_png(const char *path);
struct rows *rows_open_jpeg(const char *path);
struct rows *rows_open_tiff(const char *path);

#endif
