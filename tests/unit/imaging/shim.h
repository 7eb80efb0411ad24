/* shim: what the tests of the OpenCV shim share. */
#ifndef POSTWACHT_TEST_SHIM_H
#define POSTWACHT_TEST_SHIM_H

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* For calls that end in `&err`: works, or the test fails with its text. */
#define WORKS(call)                                                                                \
    do {                                                                                           \
        struct err err = {{0}};                                                                    \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, err.text);                                                   \
    } while (0)
/* Refused with a text that names the function and says `word`. */
#define REFUSED(call, word)                                                                        \
    do {                                                                                           \
        struct err err = {{0}};                                                                    \
        assert_false(call);                                                                        \
        if (strncmp(err.text, "cv_", 3) != 0 || !strstr(err.text, word))                           \
            fail_msg("%s: \"%s\" does not say \"%s\"", #call, err.text, word);                     \
    } while (0)
#define NEAR(a, b, tolerance)                                                                      \
    do {                                                                                           \
        double near_a = (a), near_b = (b);                                                         \
        if (!(fabs(near_a - near_b) <= (tolerance)))                                               \
            fail_msg("%s is %g, not %g", #a, near_a, near_b);                                      \
    } while (0)

static inline struct image shim_image(int width, int height, int channels, int value)
{
    struct image image = {0};
    assert_true(image_create(&image, width, height, channels, NULL));
    memset(image.data, value, image.stride * (size_t)height);
    return image;
}

static inline struct plane shim_plane(int width, int height, float value)
{
    struct plane plane = {0};
    assert_true(plane_create(&plane, width, height, NULL));
    for (int i = 0; i < width * height; i++)
        plane.data[i] = value;
    return plane;
}

static inline uint8_t *shim_at(const struct image *image, int x, int y)
{
    return image_row(image, y) + (size_t)x * (size_t)image->channels;
}

static inline float *shim_plane_at(const struct plane *plane, int x, int y)
{
    return plane->data + (size_t)y * (size_t)plane->width + x;
}

static inline void shim_fill(struct image *image, int x, int y, int w, int h, int value)
{
    struct image part = image_view(image, x, y, w, h);
    for (int row = 0; row < part.height; row++)
        memset(image_row(&part, row), value, (size_t)part.width * (size_t)part.channels);
}

static inline uint32_t shim_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Smooth random texture with corners: blocks of random grey. */
static inline struct image shim_texture(int width, int height, int block, uint32_t seed)
{
    struct image image = shim_image(width, height, 1, 0);
    for (int y = 0; y < height; y += block)
        for (int x = 0; x < width; x += block)
            shim_fill(&image, x, y, block, block, (int)(shim_random(&seed) >> 24));
    return image;
}

#endif
