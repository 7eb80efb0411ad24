/* image: 8-bit pixels that C owns. A zeroed struct is a valid empty image. Rows are `stride` bytes
 * apart; image_create packs them (stride == width * channels). image_finish accepts zeroed. */
#ifndef POSTWACHT_IMAGE_H
#define POSTWACHT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define IMAGE_MAX_SIDE 30000          /* px: 1.27 m at 600 dpi */
#define IMAGE_MAX_PIXELS 160000000ull /* C4 at 1200 dpi is 162 Mpx; RGB of this is 480 MB */

struct image {
    uint8_t *data;
    int width, height;
    int channels; /* 1 grey, 3 RGB in that order */
    size_t stride;
    double dpi_x, dpi_y; /* 0 when unknown */
    int loss;            /* 100 - quality of the JPEG that the pixels came from; 0: lossless */
};

/* float plane, packed; for spectra, NCC maps, Lab channels */
struct plane {
    float *data;
    int width, height;
};

/* Pixels start as 0. */
bool image_create(struct image *ret, int width, int height, int channels, struct err *err);
void image_finish(struct image *image);
bool image_copy(const struct image *image, struct image *ret, struct err *err);
/* A borrowed rectangle of `image`; never image_finish it. The rectangle is clipped to the image. */
struct image image_view(const struct image *image, int x, int y, int width, int height);
static inline uint8_t *image_row(const struct image *image, int y)
{
    return image->data + (size_t)y * image->stride;
}

/* Counts of each value of one channel; and the smallest value that `fraction` (0..1) of the pixels
 * do not exceed (255 when there are none). */
void image_histogram(const struct image *image, int channel, uint32_t ret[256]);
int histogram_quantile(const uint32_t histogram[256], double fraction);

bool plane_create(struct plane *ret, int width, int height, struct err *err);
void plane_finish(struct plane *plane);

#endif
