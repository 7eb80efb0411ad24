/* Resampling is by area: an output pixel is the mean of the source pixels it covers (the nearest
 * one when enlarging), which is what a scanner's binning does. At the file's own resolution the
 * pixels are handed over untouched, so that a test can compare them bit by bit. */
#include "frame.h"
#include "rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define BLANK_PAPER 250   /* level of an empty back: paper is a little darker than the white lid */
#define SAME_DPI 0.5      /* files store dots per metre, rounded: 23622/m is 599.9988 dpi */
#define SAMPLE_MAX 65535u /* samples are 16 bit between source and output */
#define EIGHT_TO_SIXTEEN 257u /* 255 -> 65535 exactly */

struct frame {
    struct rows *rows;      /* NULL: a blank sheet */
    int channels;           /* of the source */
    double scale;           /* source pixels per output pixel */
    int page[2];            /* the whole paper in output pixels */
    int origin[2], size[2]; /* the frame on the page, in output pixels */
    enum feeder_mode mode;
    int depth, padding;
    uint8_t backing;
    int y; /* next output row */
    uint8_t *source_row;
    int source_y; /* row that source_row holds, -1 before the first */
    int *column;  /* first source column of each output column, and one past the last */
    uint32_t *sum;
    uint16_t *sample; /* one output row, source channels */
    uint8_t *line;    /* one output line as delivered */
    size_t line_bytes, line_at;
};

static int output_channels(const struct frame *frame)
{
    return frame->mode == MODE_COLOR ? 3 : 1;
}

static size_t pixel_bytes(const struct frame *frame)
{
    if (frame->depth == 1)
        return ((size_t)frame->size[0] + 7) / 8;
    return (size_t)frame->size[0] * (size_t)output_channels(frame) * (size_t)(frame->depth / 8);
}

static int to_pixels(double mm, int dpi)
{
    return (int)lround(mm / MM_PER_INCH * dpi);
}

static bool place(struct frame *frame, const struct frame_request *request)
{
    for (int axis = 0; axis < 2; axis++) {
        int from = to_pixels(request->window_mm[axis], request->dpi);
        int to = to_pixels(request->window_mm[axis + 2], request->dpi);
        if (request->crop_to_image && to > frame->page[axis])
            to = frame->page[axis];
        frame->origin[axis] = from;
        frame->size[axis] = to - from;
        if (to <= from)
            return false;
    }
    return true;
}

static int clamp(int value, int max)
{
    return value < max ? value : max;
}

static bool allocate(struct frame *frame)
{
    size_t width = (size_t)frame->size[0];
    frame->line_bytes = pixel_bytes(frame) + (size_t)frame->padding;
    frame->line_at = frame->line_bytes;
    frame->line = malloc(frame->line_bytes);
    frame->column = calloc(width + 1, sizeof *frame->column);
    frame->sum = calloc(width * 3, sizeof *frame->sum);
    frame->sample = calloc(width * 3, sizeof *frame->sample);
    frame->source_row = frame->rows ? malloc(rows_bytes(frame->rows)) : malloc(1);
    if (!frame->line || !frame->column || !frame->sum || !frame->sample || !frame->source_row)
        return false;
    for (int x = 0; frame->rows && x <= frame->size[0]; x++)
        frame->column[x] = clamp((int)((frame->origin[0] + x) * frame->scale), frame->rows->width);
    return true;
}

struct frame *frame_open(const char *path, const int blank_px[2],
                         const struct frame_request *request)
{
    struct frame *frame = calloc(1, sizeof *frame);
    if (!frame)
        return NULL;
    frame->mode = request->mode;
    frame->depth = request->mode == MODE_LINEART ? 1 : request->depth;
    frame->padding = request->padding;
    frame->backing = request->backing;
    frame->source_y = -1;
    frame->scale = 1;
    frame->channels = 1;
    memcpy(frame->page, blank_px, sizeof frame->page);
    bool ok = !*path || (frame->rows = rows_open(path));
    if (ok && frame->rows) {
        double dpi = frame->rows->dpi > 0 ? frame->rows->dpi : request->default_dpi;
        if (fabs(dpi - request->dpi) >= SAME_DPI)
            frame->scale = dpi / request->dpi;
        frame->channels = frame->rows->channels;
        frame->page[0] = (int)lround(frame->rows->width / frame->scale);
        frame->page[1] = (int)lround(frame->rows->height / frame->scale);
    }
    if (ok && place(frame, request) && allocate(frame))
        return frame;
    frame_close(frame);
    return NULL;
}

void frame_close(struct frame *frame)
{
    if (!frame)
        return;
    if (frame->rows)
        frame->rows->close(frame->rows);
    free(frame->line);
    free(frame->column);
    free(frame->sum);
    free(frame->sample);
    free(frame->source_row);
    free(frame);
}

void frame_parameters(const struct frame *frame, SANE_Parameters *ret)
{
    *ret = (SANE_Parameters){
        .format = frame->mode == MODE_COLOR ? SANE_FRAME_RGB : SANE_FRAME_GRAY,
        .last_frame = SANE_TRUE,
        .bytes_per_line = (SANE_Int)frame->line_bytes,
        .pixels_per_line = frame->size[0],
        .lines = frame->size[1],
        .depth = frame->depth,
    };
}

long long frame_bytes(const struct frame *frame)
{
    return (long long)frame->line_bytes * frame->size[1];
}

static bool source_seek(struct frame *frame, int y)
{
    y = clamp(y, frame->rows->height - 1);
    while (frame->source_y < y) {
        if (!frame->rows->next(frame->rows, frame->source_row))
            return false;
        frame->source_y++;
    }
    return true;
}

static void add_source_row(struct frame *frame, int width)
{
    const uint16_t *wide = (const uint16_t *)(const void *)frame->source_row;
    size_t channels = (size_t)frame->channels;
    for (size_t x = 0; x < (size_t)width; x++) {
        size_t from = (size_t)frame->column[x], to = (size_t)frame->column[x + 1];
        to = to > from ? to : from + 1;
        for (size_t c = 0; c < channels; c++) {
            uint32_t sum = 0;
            for (size_t s = from; s < to; s++)
                sum += frame->rows->sample_bytes == 2
                           ? wide[s * channels + c]
                           : frame->source_row[s * channels + c] * EIGHT_TO_SIXTEEN;
            frame->sum[x * channels + c] += sum / (uint32_t)(to - from);
        }
    }
}

/* Fills frame->sample with one output row: paper as far as it reaches, backing beyond. */
static bool make_samples(struct frame *frame)
{
    size_t channels = (size_t)frame->channels, n = (size_t)frame->size[0] * channels;
    int page_y = frame->origin[1] + frame->y;
    int inside =
        page_y < frame->page[1] ? clamp(frame->size[0], frame->page[0] - frame->origin[0]) : 0;
    inside = inside > 0 ? inside : 0;
    for (size_t i = (size_t)inside * channels; i < n; i++)
        frame->sample[i] = (uint16_t)(frame->backing * EIGHT_TO_SIXTEEN);
    if (!frame->rows) {
        for (size_t i = 0; i < (size_t)inside * channels; i++)
            frame->sample[i] = BLANK_PAPER * EIGHT_TO_SIXTEEN;
        return true;
    }
    if (!inside)
        return true;
    int from = (int)(page_y * frame->scale), to = (int)((page_y + 1) * frame->scale);
    to = clamp(to > from ? to : from + 1, frame->rows->height);
    from = clamp(from, frame->rows->height - 1);
    memset(frame->sum, 0, n * sizeof *frame->sum);
    uint32_t rows = 0;
    for (int y = from; y < to; y++, rows++) {
        if (!source_seek(frame, y))
            return false;
        add_source_row(frame, inside);
    }
    for (size_t i = 0; i < (size_t)inside * channels; i++)
        frame->sample[i] = (uint16_t)(frame->sum[i] / rows);
    return true;
}

static uint16_t grey_of(const struct frame *frame, size_t x)
{
    if (frame->channels == 1)
        return frame->sample[x];
    const uint16_t *rgb = frame->sample + 3 * x;
    return (uint16_t)((299u * rgb[0] + 587u * rgb[1] + 114u * rgb[2]) / 1000u); /* ITU-R BT.601 */
}

static void put_sample(struct frame *frame, size_t i, uint16_t value)
{
    if (frame->depth == 16)
        memcpy(frame->line + 2 * i, &value, sizeof value);
    else
        frame->line[i] = (uint8_t)(value >> 8);
}

static void convert_samples(struct frame *frame)
{
    size_t width = (size_t)frame->size[0];
    if (frame->depth == 1) {
        memset(frame->line, 0, pixel_bytes(frame));
        for (size_t x = 0; x < width; x++)
            if (grey_of(frame, x) < SAMPLE_MAX / 2) /* 1 is black in SANE's bilevel frames */
                frame->line[x / 8] |= (uint8_t)(0x80 >> (x % 8));
        return;
    }
    for (size_t x = 0; x < width; x++) {
        if (frame->mode == MODE_GRAY)
            put_sample(frame, x, grey_of(frame, x));
        else
            for (size_t c = 0; c < 3; c++)
                put_sample(frame, 3 * x + c, frame->sample[frame->channels == 1 ? x : 3 * x + c]);
    }
}

/* The usual case, an unscaled 8-bit row that lies on the paper, is one copy. */
static bool is_plain(const struct frame *frame)
{
    return frame->rows && frame->scale == 1 && frame->rows->sample_bytes == 1 &&
           frame->depth == 8 && frame->channels == output_channels(frame) &&
           frame->origin[0] + frame->size[0] <= frame->page[0] &&
           frame->origin[1] + frame->y < frame->page[1];
}

static bool make_line(struct frame *frame)
{
    if (is_plain(frame)) {
        if (!source_seek(frame, frame->origin[1] + frame->y))
            return false;
        memcpy(frame->line, frame->source_row + frame->origin[0] * frame->channels,
               pixel_bytes(frame));
    } else {
        if (!make_samples(frame))
            return false;
        convert_samples(frame);
    }
    /* Padding is rubbish in real drivers as well; 0xA5 shows up in pictures and in hashes. */
    memset(frame->line + pixel_bytes(frame), 0xA5, (size_t)frame->padding);
    frame->line_at = 0;
    frame->y++;
    return true;
}

long long frame_read(struct frame *frame, uint8_t *ret, long long max)
{
    long long done = 0;
    while (done < max) {
        if (frame->line_at == frame->line_bytes) {
            if (frame->y == frame->size[1])
                break;
            if (!make_line(frame))
                return -1;
        }
        size_t n = frame->line_bytes - frame->line_at;
        if ((long long)n > max - done)
            n = (size_t)(max - done);
        memcpy(ret + done, frame->line + frame->line_at, n);
        frame->line_at += n;
        done += (long long)n;
    }
    return done;
}
