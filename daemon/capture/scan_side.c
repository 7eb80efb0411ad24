/* What drivers do that a reader of the SANE standard would not expect, and what is done about it:
 * the parameters before sane_start are guesses; NO_DOCS may come from sane_read; lines may be -1; a
 * line may be longer than its pixels; a page may end early with a plain EOF; GOOD may come with no
 * bytes, for ever; after a cancel of ours any status may come. */
#include "daemon/capture/scan_side.h"

#include "daemon/capture/scan_options.h"
#include "daemon/capture/tiff_writer.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BUFFER_MIN ((size_t)1 << 20) /* few system calls, and it stays in the cache */
#define LINE_BYTES_MAX (64 << 20)    /* an A0 line at 2400 dpi in 16-bit colour has 0.5 MB */
#define WIDTH_MAX 200000             /* pixels; a driver's rubbish must not allocate gigabytes */
#define EMPTY_READ_NS 5000000L       /* pause after GOOD without bytes, so as not to spin */

struct reading {
    SANE_Parameters parameters;
    struct tiff_format format;
    struct tiff_writer *writer;
    uint8_t *buffer;
    size_t size, filled; /* of buffer; filled holds less than one line between reads */
    uint64_t received;
};

static enum capture_kind kind_of(SANE_Handle handle, SANE_Status status)
{
    double on = 0;
    switch (status) {
    case SANE_STATUS_JAMMED: /* fujitsu says JAMMED for all three and tells them apart by options */
        if (option_get_number(handle, "double-feed", &on) && on != 0)
            return CAPTURE_DOUBLE_FEED;
        if (option_get_number(handle, "cover-open", &on) && on != 0)
            return CAPTURE_COVER_OPEN;
        return CAPTURE_JAMMED;
    case SANE_STATUS_NO_DOCS:
        return CAPTURE_EMPTY;
    case SANE_STATUS_COVER_OPEN:
        return CAPTURE_COVER_OPEN;
    case SANE_STATUS_DEVICE_BUSY:
        return CAPTURE_BUSY;
    case SANE_STATUS_ACCESS_DENIED:
        return CAPTURE_DENIED;
    case SANE_STATUS_UNSUPPORTED:
    case SANE_STATUS_INVAL:
        return CAPTURE_SETTINGS;
    case SANE_STATUS_CANCELLED: /* not by us: the scanner's own stop button */
        return CAPTURE_STOPPED;
    default:
        return CAPTURE_IO_ERROR;
    }
}

static enum side_result failed(SANE_Handle handle, struct guard *guard, SANE_Status status,
                               struct capture_why *why)
{
    if (guard_cancelled(guard, &why->kind)) {
        why->detail[0] = '\0';
        return SIDE_FAILED;
    }
    if (status == SANE_STATUS_NO_DOCS)
        return SIDE_NO_PAPER;
    why_set(why, kind_of(handle, status), "The scanner's driver says: %s.", sane_strstatus(status));
    return SIDE_FAILED;
}

static bool parameters_are_usable(const SANE_Parameters *parameters, struct tiff_format *format,
                                  struct capture_why *why)
{
    bool colour = parameters->format == SANE_FRAME_RGB;
    if (!colour && parameters->format != SANE_FRAME_GRAY)
        return why_set(why, CAPTURE_UNSUPPORTED, "It sends the colours one after the other.");
    bool known_depth =
        parameters->depth == 8 || parameters->depth == 16 || (parameters->depth == 1 && !colour);
    if (!known_depth)
        return why_set(why, CAPTURE_UNSUPPORTED, "It sends %d bits a sample.", parameters->depth);
    if (parameters->pixels_per_line <= 0 || parameters->pixels_per_line > WIDTH_MAX ||
        parameters->bytes_per_line <= 0 || parameters->bytes_per_line > LINE_BYTES_MAX)
        return why_set(why, CAPTURE_UNSUPPORTED, "It announces an image of %d by %d pixels.",
                       parameters->pixels_per_line, parameters->lines);
    format->width = parameters->pixels_per_line;
    format->channels = colour ? 3 : 1;
    format->depth = parameters->depth;
    format->expected_height = parameters->lines;
    if ((size_t)parameters->bytes_per_line < tiff_row_bytes(format))
        return why_set(why, CAPTURE_UNSUPPORTED, "Its lines are shorter than their pixels.");
    return true;
}

/* Whole lines go to the file, without what pads them; the rest of a line waits for the next bytes.
 */
static bool store_lines(struct reading *reading, struct err *err)
{
    size_t line = (size_t)reading->parameters.bytes_per_line;
    size_t row = tiff_row_bytes(&reading->format), n = reading->filled / line;
    if (row != line)
        for (size_t i = 1; i < n; i++)
            memmove(reading->buffer + i * row, reading->buffer + i * line, row);
    if (n && !tiff_add_rows(reading->writer, reading->buffer, (int)n, err))
        return false;
    memmove(reading->buffer, reading->buffer + n * line, reading->filled - n * line);
    reading->filled -= n * line;
    return true;
}

/* Reads to the end of the frame; *ret_status is EOF when the device thinks it is whole. */
static bool read_frame(SANE_Handle handle, struct guard *guard, struct reading *reading,
                       SANE_Status *ret_status, struct capture_why *why)
{
    struct err err;
    enum capture_kind cancelled;
    SANE_Status status = SANE_STATUS_GOOD;
    while (status == SANE_STATUS_GOOD && !guard_cancelled(guard, &cancelled)) {
        SANE_Int n = 0;
        size_t room = reading->size - reading->filled;
        status = sane_read(handle, reading->buffer + reading->filled, (SANE_Int)room, &n);
        if (status == SANE_STATUS_GOOD && n == 0)
            nanosleep(&(struct timespec){.tv_nsec = EMPTY_READ_NS}, NULL);
        if (status != SANE_STATUS_GOOD || n <= 0)
            continue;
        if ((size_t)n > room)
            return why_set(why, CAPTURE_UNSUPPORTED, "Its driver wrote beyond the buffer.");
        guard_enter(guard, GUARD_OFF);
        reading->filled += (size_t)n;
        reading->received += (uint64_t)n;
        if (!store_lines(reading, &err))
            return why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
        guard_enter(guard, GUARD_STALL);
    }
    *ret_status = status;
    return true;
}

static void describe(const struct reading *reading, struct sheet_side *side)
{
    const SANE_Parameters *parameters = &reading->parameters;
    side->width = reading->format.width;
    side->channels = reading->format.channels;
    side->depth = reading->format.depth;
    side->dpi_x = reading->format.dpi_x;
    side->dpi_y = reading->format.dpi_y;
    side->bytes_received = reading->received;
    if (parameters->lines > 0)
        side->bytes_announced = (uint64_t)parameters->bytes_per_line * (uint64_t)parameters->lines;
}

/* Closes the file with the lines that came; without any the file goes. */
static bool close_file(struct reading *reading, const char *file, struct sheet_side *side,
                       struct err *err)
{
    struct tiff_result result;
    bool some = reading->received >= (uint64_t)reading->parameters.bytes_per_line;
    if (!some)
        tiff_abandon(reading->writer);
    else if (!tiff_finish(reading->writer, &result, err))
        return false;
    if (some) {
        snprintf(side->file, sizeof side->file, "%s", file);
        side->height = result.height;
        memcpy(side->sha256_file, result.sha256_file, sizeof side->sha256_file);
        memcpy(side->sha256_pixels, result.sha256_pixels, sizeof side->sha256_pixels);
    }
    return true;
}

static bool open_reading(SANE_Handle handle, const struct scan_settings *settings, const char *path,
                         struct reading *reading, struct capture_why *why)
{
    struct err err;
    SANE_Status status = sane_get_parameters(handle, &reading->parameters);
    if (status != SANE_STATUS_GOOD)
        return why_set(why, kind_of(handle, status), "%s.", sane_strstatus(status));
    reading->format = (struct tiff_format){.dpi_x = settings->dpi_x, .dpi_y = settings->dpi_y};
    if (!parameters_are_usable(&reading->parameters, &reading->format, why))
        return false;
    size_t line = (size_t)reading->parameters.bytes_per_line;
    reading->size = line * 2 > BUFFER_MIN ? line * 2 : BUFFER_MIN;
    if (!(reading->buffer = malloc(reading->size)))
        return why_set(why, CAPTURE_SPOOL, "Out of memory.");
    if (!tiff_open(path, &reading->format, &reading->writer, &err))
        return why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
    return true;
}

static enum side_result read_side(SANE_Handle handle, struct guard *guard, const char *file,
                                  struct reading *reading, struct sheet_side *side,
                                  struct capture_why *why)
{
    struct err err;
    SANE_Status status = SANE_STATUS_GOOD;
    bool read = read_frame(handle, guard, reading, &status, why);
    enum capture_kind cancelled;
    enum side_result result = SIDE_FAILED;
    if (read && (status != SANE_STATUS_EOF || guard_cancelled(guard, &cancelled)))
        result = failed(handle, guard, status, why);
    else if (read)
        result = SIDE_WHOLE;
    guard_enter(guard, GUARD_OFF);
    describe(reading, side);
    /* What came before NO_DOCS or an error is a piece of a page all the same. */
    if (result == SIDE_NO_PAPER && reading->received) {
        why_set(why, CAPTURE_TRUNCATED,
                "The feeder said in the middle of the page that it is empty.");
        result = SIDE_FAILED;
    }
    if (result == SIDE_WHOLE) {
        bool unknown = reading->parameters.lines <= 0;
        uint64_t announced = side->bytes_announced;
        if (reading->received == 0 || reading->filled ||
            (!unknown && reading->received < announced))
            result = SIDE_TRUNCATED;
        snprintf(side->status, sizeof side->status, "%s",
                 result == SIDE_TRUNCATED                    ? "truncated"
                 : !unknown && reading->received > announced ? "longer"
                                                             : "ok");
    } else {
        snprintf(side->status, sizeof side->status, "%s", "broken off");
    }
    if (!close_file(reading, file, side, &err)) {
        why_set(why, CAPTURE_SPOOL, "%.200s.", err.text);
        return SIDE_FAILED;
    }
    return result;
}

/* A device that tells its side must agree, else fronts and backs of different sheets would pair up.
 */
static bool side_agrees(SANE_Handle handle, const struct scan_settings *settings,
                        enum side_name which, struct capture_why *why)
{
    double told;
    if (!settings->duplex || !option_get_number(handle, "side", &told) ||
        (told != 0) == (which == SIDE_BACK))
        return true;
    return why_set(why, CAPTURE_OUT_OF_STEP, "Take all paper out and start the batch anew.");
}

enum side_result scan_side(SANE_Handle handle, struct guard *guard,
                           const struct scan_settings *settings, const char *dir,
                           enum side_name which, struct sheet_side *side,
                           struct capture_why *ret_why)
{
    char path[PATH_SIZE], file[sizeof side->file];
    struct reading reading = {0};
    snprintf(file, sizeof file, "%s.tif", side_names[which]);
    if (!path_join(path, dir, file, NULL)) {
        why_set(ret_why, CAPTURE_SPOOL, "The spool's path is too long.");
        return SIDE_FAILED;
    }
    guard_enter(guard, GUARD_FIRST_BYTE);
    SANE_Status status = sane_start(handle);
    enum capture_kind cancelled;
    enum side_result result = SIDE_FAILED;
    if (status != SANE_STATUS_GOOD || guard_cancelled(guard, &cancelled))
        result = failed(handle, guard, status, ret_why);
    else if (side_agrees(handle, settings, which, ret_why) &&
             open_reading(handle, settings, path, &reading, ret_why))
        result = read_side(handle, guard, file, &reading, side, ret_why);
    guard_enter(guard, GUARD_OFF);
    free(reading.buffer);
    return result;
}
