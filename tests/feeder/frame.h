/* frame: the bytes of one side, resampled, converted and cut to the window as they are asked for.
 */
#ifndef FEEDER_FRAME_H
#define FEEDER_FRAME_H

#include <sane/sane.h>
#include <stdbool.h>
#include <stdint.h>

enum feeder_mode { MODE_COLOR, MODE_GRAY, MODE_LINEART };
struct frame_request {
    enum feeder_mode mode;
    int depth; /* 8 or 16; 1 follows from lineart */
    int dpi;
    double window_mm[4]; /* left, top, right, bottom */
    bool crop_to_image;
    uint8_t backing;
    double default_dpi;
    int padding; /* bytes after the pixels of each line */
};
struct frame;
/* path "" is a blank sheet of blank_px (width, height at the request's dpi). */
struct frame *frame_open(const char *path, const int blank_px[2],
                         const struct frame_request *request);
void frame_parameters(const struct frame *frame, SANE_Parameters *ret);
long long frame_bytes(const struct frame *frame); /* bytes_per_line * lines */
/* Returns how many bytes it wrote, 0 at the end, -1 when the image file is broken. */
long long frame_read(struct frame *frame, uint8_t *ret, long long max);
void frame_close(struct frame *frame);

#endif
