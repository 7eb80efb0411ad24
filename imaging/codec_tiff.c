/* TIFF by libtiff, first page. What a scanner delivers (strips of 1, 8 or 16 bit, grey or RGB,
 * uncompressed) is read a strip at a time straight into the image; everything else goes through a
 * buffer of one strip or tile. libtiff mends damaged fax data with a warning: while pixels are
 * read, a warning is damage; before that it only tells of unknown tags. */
#include "imaging/codec_formats.h"

#include "imaging/image.h"
#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <unistd.h>

#define CM_PER_INCH 2.54
#define ALLOCATION_MAX ((tmsize_t)BITMAP_MAX_BYTES) /* a single one, inside libtiff */

struct tiff_job {
    TIFF *tiff;
    char message[160];
    bool reading_pixels;
    bool damaged;
    uint32_t width, height;
    uint16_t bits, samples; /* a pixel, extra ones included */
    uint16_t photometric, compression;
    uint16_t *map[3]; /* palette, libtiff's memory */
    bool alpha;       /* the sample after the colours */
    bool associated;  /* its colours are multiplied by it already */
    struct bitmap bitmap;
};

static int on_error(TIFF *tiff, void *user, const char *module, const char *fmt, va_list args)
{
    struct tiff_job *job = user;
    (void)tiff;
    (void)module;
    job->damaged = true;
    if (!job->message[0]) /* the first is the cause */
        vsnprintf(job->message, sizeof job->message, fmt, args);
    return 1; /* handled: nothing is printed */
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *fmt, va_list args)
{
    struct tiff_job *job = user;
    return job->reading_pixels ? on_error(tiff, user, module, fmt, args) : 1;
}

static TIFF *open_tiff(FILE *file, struct tiff_job *job)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    int fd = dup(fileno(file)); /* TIFFClose closes its own */
    TIFF *tiff = NULL;
    if (options && fd >= 0 && lseek(fd, 0, SEEK_SET) == 0) {
        TIFFOpenOptionsSetMaxSingleMemAlloc(options, ALLOCATION_MAX);
        TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, job);
        TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, job);
        tiff =
            TIFFFdOpenExt(fd, "image", "rm", options); /* m: a file cut while mapped is a SIGBUS */
    }
    if (!tiff && fd >= 0)
        close(fd);
    if (options)
        TIFFOpenOptionsFree(options);
    return tiff;
}

static bool compression_is_known(uint16_t compression)
{
    static const uint16_t known[] = {
        COMPRESSION_NONE,      COMPRESSION_LZW,       COMPRESSION_ADOBE_DEFLATE,
        COMPRESSION_DEFLATE,   COMPRESSION_PACKBITS,  COMPRESSION_CCITTRLE,
        COMPRESSION_CCITTRLEW, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == compression)
            return true;
    return false;
}

static bool read_layout(struct tiff_job *job, struct err *err)
{
    TIFF *tiff = job->tiff;
    uint16_t format, planar, n_extra = 0, *extra = NULL;
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &job->width) ||
        !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &job->height) ||
        !TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &job->photometric))
        return err_set(err, "the TIFF is damaged (size or kind of pixels missing); scan it again");
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &job->bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &job->samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &job->compression);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &n_extra, &extra);
    if (!compression_is_known(job->compression))
        return err_set(err,
                       "the TIFF is compressed by method %u, which is not read here; save it "
                       "uncompressed or as PNG",
                       job->compression);
    if (planar != PLANARCONFIG_CONTIG && job->samples > 1)
        return err_set(
            err, "the TIFF keeps its colours in separate planes; save it interleaved or as PNG");
    if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID)
        return err_set(err,
                       "the TIFF's samples are not whole numbers; save it with 8 bit or as PNG");
    if (job->bits != 1 && job->bits != 8 && job->bits != 16)
        return err_set(err, "the TIFF has %u bits a sample; save it with 1, 8 or 16", job->bits);
    int colours = job->photometric == PHOTOMETRIC_RGB ? 3 : 1;
    if (job->samples < colours)
        return err_set(err, "the TIFF is damaged (%u samples a pixel)", job->samples);
    job->alpha = n_extra > 0 && job->samples > colours && extra[0] != EXTRASAMPLE_UNSPECIFIED;
    job->associated = job->alpha && extra[0] == EXTRASAMPLE_ASSOCALPHA;
    return true;
}

static bool check_kind(struct tiff_job *job, struct err *err)
{
    switch (job->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        if (job->bits == 1 && job->samples != 1)
            return err_set(err, "the TIFF has %u samples of one bit; save it with 8 bit",
                           job->samples);
        return true;
    case PHOTOMETRIC_RGB:
        return job->bits != 1 ||
               err_set(err, "the TIFF has colours of one bit; save it with 8 bit");
    case PHOTOMETRIC_PALETTE:
        if (job->bits != 8 || job->samples != 1)
            return err_set(err, "the TIFF's palette is of an unusual kind; save it in RGB");
        return TIFFGetField(job->tiff, TIFFTAG_COLORMAP, &job->map[0], &job->map[1],
                            &job->map[2]) ||
               err_set(err, "the TIFF is damaged (no palette)");
    case PHOTOMETRIC_SEPARATED:
        return err_set(err, "the TIFF is in CMYK, made for a press; save or scan it in RGB");
    default:
        return err_set(err,
                       "the TIFF has colours of kind %u, which is not read here; save it in RGB",
                       job->photometric);
    }
}

static void read_dpi(TIFF *tiff, struct bitmap *bitmap)
{
    float x = 0, y = 0;
    uint16_t unit;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    if (!TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) ||
        !TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y))
        return;
    double scale = unit == RESUNIT_INCH ? 1 : unit == RESUNIT_CENTIMETER ? CM_PER_INCH : 0;
    bitmap->dpi_x = x * scale;
    bitmap->dpi_y = y * scale;
}

/* Value of a sample over white: alpha 0 is white, full alpha the colour. */
static uint32_t over_white(uint32_t value, uint32_t alpha, uint32_t top, bool associated)
{
    uint64_t colour = associated ? (uint64_t)value * top : (uint64_t)value * alpha;
    uint64_t mixed = (colour + (uint64_t)(top - alpha) * top + top / 2) / top;
    return mixed > top ? top : (uint32_t)mixed;
}

static uint32_t sample_at(const uint8_t *row, size_t i, uint16_t bits)
{
    return bits == 16 ? ((const uint16_t *)(const void *)row)[i] : row[i];
}

static void put_sample(uint8_t *row, size_t i, uint16_t bits, uint32_t value)
{
    if (bits == 16)
        ((uint16_t *)(void *)row)[i] = (uint16_t)value;
    else
        row[i] = (uint8_t)value;
}

/* n pixels as the file has them to n pixels of the bitmap. */
static void convert_row(const struct tiff_job *job, const uint8_t *from, size_t n, uint8_t *to)
{
    uint32_t top = job->bits == 16 ? UINT16_MAX : UINT8_MAX;
    bool inverted = job->photometric == PHOTOMETRIC_MINISWHITE;
    size_t channels = (size_t)job->bitmap.channels;
    if (job->bits == 1) {
        for (size_t x = 0; x < n; x++)
            to[x] = (((from[x / 8] >> (7 - x % 8)) & 1) != 0) != inverted ? UINT8_MAX : 0;
        return;
    }
    for (size_t x = 0; x < n; x++) {
        size_t at = x * job->samples;
        for (size_t c = 0; c < channels; c++) {
            uint32_t value;
            if (job->map[0]) { /* palettes hold 16 bit */
                value = (job->map[c][from[x]] + 128u) / 257u;
            } else {
                value = sample_at(from, at + c, job->bits);
                if (inverted)
                    value = top - value;
                if (job->alpha)
                    value = over_white(value, sample_at(from, at + channels, job->bits), top,
                                       job->associated);
            }
            put_sample(to, x * channels + c, job->bits, value);
        }
    }
}

static bool is_plain(const struct tiff_job *job)
{
    return job->bits != 1 && !job->map[0] && job->samples == job->bitmap.channels &&
           job->photometric != PHOTOMETRIC_MINISWHITE;
}

static bool read_strips(struct tiff_job *job, struct err *err)
{
    uint32_t rows_per_strip;
    TIFFGetFieldDefaulted(job->tiff, TIFFTAG_ROWSPERSTRIP, &rows_per_strip);
    if (rows_per_strip == 0)
        return err_set(err, "the TIFF is damaged (strips without rows)");
    if (rows_per_strip > job->height)
        rows_per_strip = job->height;
    tmsize_t line = TIFFScanlineSize(job->tiff), whole = TIFFStripSize(job->tiff);
    uint64_t expected = ((uint64_t)job->width * job->samples * job->bits + 7) / 8;
    if (line <= 0 || (uint64_t)line != expected || whole < line * (tmsize_t)rows_per_strip)
        return err_set(err, "the TIFF is damaged (rows of %lld bytes)", (long long)line);
    bool plain = is_plain(job);
    uint8_t *strip = plain ? NULL : _TIFFmalloc(whole);
    if (!plain && !strip)
        return err_set(err, "no memory for a strip of the TIFF");
    for (uint32_t y = 0; y < job->height && !job->damaged; y += rows_per_strip) {
        uint32_t rows = job->height - y < rows_per_strip ? job->height - y : rows_per_strip;
        uint8_t *to = bitmap_row(&job->bitmap, (int)y);
        tmsize_t wanted = line * (tmsize_t)rows;
        tmsize_t got = TIFFReadEncodedStrip(job->tiff, TIFFComputeStrip(job->tiff, y, 0),
                                            plain ? to : strip, wanted);
        if (got != wanted)
            job->damaged = true;
        for (uint32_t row = 0; !plain && !job->damaged && row < rows; row++)
            convert_row(job, strip + (tmsize_t)row * line, job->width,
                        to + row * job->bitmap.stride);
    }
    if (strip)
        _TIFFfree(strip);
    return true;
}

static bool read_tiles(struct tiff_job *job, struct err *err)
{
    uint32_t tile_w, tile_h;
    if (!TIFFGetField(job->tiff, TIFFTAG_TILEWIDTH, &tile_w) ||
        !TIFFGetField(job->tiff, TIFFTAG_TILELENGTH, &tile_h) || !tile_w || !tile_h)
        return err_set(err, "the TIFF is damaged (size of its tiles)");
    tmsize_t line = TIFFTileRowSize(job->tiff), whole = TIFFTileSize(job->tiff);
    uint64_t expected = ((uint64_t)tile_w * job->samples * job->bits + 7) / 8;
    if (line <= 0 || (uint64_t)line != expected || (uint64_t)whole > BITMAP_MAX_BYTES ||
        (uint64_t)whole < (uint64_t)line * tile_h)
        return err_set(err, "the TIFF is damaged or its tiles of %u x %u are too large", tile_w,
                       tile_h);
    uint8_t *tile = _TIFFmalloc(whole);
    if (!tile)
        return err_set(err, "no memory for a tile of the TIFF");
    size_t pixel = (size_t)job->bitmap.channels * (size_t)(job->bitmap.depth / 8);
    for (uint32_t y = 0; y < job->height && !job->damaged; y += tile_h) {
        uint32_t rows = job->height - y < tile_h ? job->height - y : tile_h;
        for (uint32_t x = 0; x < job->width && !job->damaged; x += tile_w) {
            uint32_t columns = job->width - x < tile_w ? job->width - x : tile_w;
            if (TIFFReadTile(job->tiff, tile, x, y, 0, 0) != whole)
                job->damaged = true;
            for (uint32_t row = 0; !job->damaged && row < rows; row++)
                convert_row(job, tile + (tmsize_t)row * line, columns,
                            bitmap_row(&job->bitmap, (int)(y + row)) + x * pixel);
            if (job->width - x <= tile_w)
                break;
        }
        if (job->height - y <= tile_h)
            break;
    }
    _TIFFfree(tile);
    return true;
}

static bool read_page(struct tiff_job *job, struct err *err)
{
    if (!read_layout(job, err) || !check_kind(job, err))
        return false;
    bool colour = job->photometric == PHOTOMETRIC_RGB || job->photometric == PHOTOMETRIC_PALETTE;
    if (!bitmap_create(&job->bitmap, job->width, job->height, colour ? 3 : 1,
                       job->bits == 16 ? 16 : 8, err))
        return false;
    job->bitmap.file_depth = job->bits;
    read_dpi(job->tiff, &job->bitmap);
    job->reading_pixels = true;
    if (!(TIFFIsTiled(job->tiff) ? read_tiles(job, err) : read_strips(job, err)))
        return false;
    return !job->damaged ||
           err_set(err, "the TIFF is cut short or damaged (%s); scan or copy it again",
                   job->message[0] ? job->message : "pixels missing");
}

bool tiff_decode(FILE *file, struct bitmap *ret, struct err *err)
{
    struct tiff_job job = {0};
    job.tiff = open_tiff(file, &job);
    if (!job.tiff)
        return err_set(err, "the TIFF is cut short or damaged (%s); scan or copy it again",
                       job.message[0] ? job.message : "it cannot be opened");
    bool ok = read_page(&job, err);
    TIFFClose(job.tiff);
    if (ok)
        *ret = job.bitmap;
    else
        bitmap_finish(&job.bitmap);
    return ok;
}
