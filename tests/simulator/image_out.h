/* image_out: writes a scan as PNG (fast), uncompressed TIFF or JPEG, with its resolution. */
#ifndef SIM_IMAGE_OUT_H
#define SIM_IMAGE_OUT_H

#include "tests/simulator/scan.h"

enum image_format { IMAGE_PNG, IMAGE_TIFF, IMAGE_JPEG, IMAGE_FORMATS };
extern const char *const image_suffix[IMAGE_FORMATS]; /* "png", "tif", "jpg" */

/* quality: JPEG only, 1..100; 90 and more keeps full chroma. */
bool image_write(const struct scan_image *image, const char *path, enum image_format format,
                 int quality, struct err *err);

#endif
