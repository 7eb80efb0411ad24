#include "imaging/image.h"

#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>

static bool size_is_sane(int width, int height, struct err *err)
{
    if (width < 1 || height < 1)
        return err_set(err, "an image of %d x %d pixels is empty", width, height);
    if (width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE)
        return err_set(err, "an image of %d x %d pixels is larger than %d on a side", width, height,
                       IMAGE_MAX_SIDE);
    if ((uint64_t)width * (uint64_t)height > IMAGE_MAX_PIXELS)
        return err_set(err, "an image of %d x %d pixels has more than %llu million pixels", width,
                       height, IMAGE_MAX_PIXELS / 1000000ull);
    return true;
}

bool image_create(struct image *ret, int width, int height, int channels, struct err *err)
{
    if (!size_is_sane(width, height, err))
        return false;
    if (channels != 1 && channels != 3)
        return err_set(err, "an image has 1 or 3 channels, not %d", channels);
    size_t stride = (size_t)width * (size_t)channels;
    uint8_t *data = calloc((size_t)height, stride); /* large blocks come zeroed, at no cost */
    if (!data)
        return err_set(err, "no memory for an image of %d x %d pixels", width, height);
    *ret = (struct image){
        .data = data, .width = width, .height = height, .channels = channels, .stride = stride};
    return true;
}

void image_finish(struct image *image)
{
    free(image->data);
    *image = (struct image){0};
}

bool image_copy(const struct image *image, struct image *ret, struct err *err)
{
    struct image copy;
    if (!image->data)
        return err_set(err, "an empty image cannot be copied");
    if (!image_create(&copy, image->width, image->height, image->channels, err))
        return false;
    for (int y = 0; y < image->height; y++)
        memcpy(image_row(&copy, y), image_row(image, y), copy.stride);
    copy.dpi_x = image->dpi_x;
    copy.dpi_y = image->dpi_y;
    *ret = copy;
    return true;
}

static int clamp(int64_t value, int low, int high)
{
    return value < low ? low : value > high ? high : (int)value;
}

struct image image_view(const struct image *image, int x, int y, int width, int height)
{
    int x0 = clamp(x, 0, image->width), x1 = clamp((int64_t)x + width, x0, image->width);
    int y0 = clamp(y, 0, image->height), y1 = clamp((int64_t)y + height, y0, image->height);
    struct image view = *image;
    view.width = x1 - x0;
    view.height = y1 - y0;
    view.data = image->data ? image_row(image, y0) + (size_t)x0 * (size_t)image->channels : NULL;
    return view;
}

void image_histogram(const struct image *image, int channel, uint32_t ret[256])
{
    memset(ret, 0, 256 * sizeof ret[0]);
    for (int y = 0; y < image->height; y++) {
        const uint8_t *pixel = image_row(image, y) + channel;
        for (int x = 0; x < image->width; x++, pixel += image->channels)
            ret[*pixel]++;
    }
}

int histogram_quantile(const uint32_t histogram[256], double fraction)
{
    uint64_t total = 0, sum = 0;
    for (int i = 0; i < 256; i++)
        total += histogram[i];
    double wanted = fraction * (double)total;
    for (int i = 0; i < 256; i++) {
        sum += histogram[i];
        if (sum && (double)sum >= wanted)
            return i;
    }
    return 255;
}

bool plane_create(struct plane *ret, int width, int height, struct err *err)
{
    if (!size_is_sane(width, height, err))
        return false;
    float *data = calloc((size_t)width * (size_t)height, sizeof *data);
    if (!data)
        return err_set(err, "no memory for a plane of %d x %d pixels", width, height);
    *ret = (struct plane){.data = data, .width = width, .height = height};
    return true;
}

void plane_finish(struct plane *plane)
{
    free(plane->data);
    *plane = (struct plane){0};
}
