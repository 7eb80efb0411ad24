/* scene: a drawn scan with known geometry: paper of any tint, turned, on a backing, with print,
 * stickers, noise, streaks, dust, a shadow line and padding. Header only, for tests. */
#ifndef POSTWACHT_TEST_SCENE_H
#define POSTWACHT_TEST_SCENE_H

#include "imaging/image.h"
#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

#define SCENE_BOXES 12

struct scene_box {
    double x, y, w, h; /* mm on the page */
    uint8_t rgb[3];
};

struct scene {
    double dpi, dpi_y; /* dpi_y 0: the same */
    double bed_mm[2];  /* of the image, without padding */
    double at_mm[2];   /* of the page's top left corner in the image */
    double size_mm[2]; /* of the page */
    double turn_deg;   /* clockwise as seen, about that corner */
    uint8_t paper[3], backing[3];
    double noise; /* levels, peak */
    struct scene_box box[SCENE_BOXES];
    int n_boxes;
    double shadow;      /* levels darker, 0.4 mm wide around the paper */
    bool streaks, dust; /* over everything */
    double torn_mm;     /* of the top left corner */
    int padding;        /* rows of exact white below */
    int channels;
};

static inline uint32_t scene_hash(uint32_t x, uint32_t y, uint32_t c)
{
    uint32_t h = x * 0x9e3779b1u ^ y * 0x85ebca77u ^ c * 0xc2b2ae3du;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return h ^ (h >> 15);
}

/* fmin and fmax as the compiler can inline them: pictures have millions of pixels. */
static inline double scene_min(double a, double b)
{
    return a < b ? a : b;
}
static inline double scene_max(double a, double b)
{
    return a > b ? a : b;
}

/* How much of a pixel of size px lies in the upright box, for its centre at x, y; all mm. */
static inline double scene_cover(double x, double y, const struct scene_box *box, double px)
{
    double dx = scene_min(x - box->x, box->x + box->w - x) / px + 0.5;
    double dy = scene_min(y - box->y, box->y + box->h - y) / px + 0.5;
    return scene_max(0, scene_min(1, dx)) * scene_max(0, scene_min(1, dy));
}

/* u: the page's x axis in the image */
static inline void scene_pixel(const struct scene *scene, const double u[2], double mx, double my,
                               double ret[3])
{
    double px = 25.4 / scene->dpi;
    double dx = mx - scene->at_mm[0], dy = my - scene->at_mm[1];
    double x = u[0] * dx + u[1] * dy, y = -u[1] * dx + u[0] * dy;
    struct scene_box page = {0, 0, scene->size_mm[0], scene->size_mm[1], {0}};
    double cover = scene_cover(x, y, &page, px);
    if (scene->torn_mm > 0 && x + y < scene->torn_mm)
        cover = 0;
    double out = scene_max(scene_max(-x, x - page.w), scene_max(-y, y - page.h));
    double shade = scene->shadow > 0 && out > 0 && out < 0.4 ? scene->shadow : 0;
    for (int c = 0; c < 3; c++)
        ret[c] = cover * scene->paper[c] + (1 - cover) * (scene->backing[c] - shade);
    for (int i = 0; i < scene->n_boxes; i++) {
        double part = scene_cover(x, y, &scene->box[i], px);
        for (int c = 0; c < 3 && part > 0; c++)
            ret[c] += part * (scene->box[i].rgb[c] - ret[c]);
    }
}

static inline bool scene_is_flawed(const struct scene *scene, int x, int y, double mx, double my)
{
    bool streak = scene->streaks && (fabs(mx - 61.7) < 0.15 || fabs(mx - 3.1) < 0.1);
    bool dust = scene->dust && scene_hash((uint32_t)x / 5, (uint32_t)y / 5, 9) % 4000 == 0;
    (void)my;
    return streak || dust;
}

static inline bool scene_draw(const struct scene *scene, struct image *ret, struct err *err)
{
    double dpi_y = scene->dpi_y > 0 ? scene->dpi_y : scene->dpi;
    double u[2] = {cos(scene->turn_deg * M_PI / 180), sin(scene->turn_deg * M_PI / 180)};
    int w = (int)(scene->bed_mm[0] * scene->dpi / 25.4), h = (int)(scene->bed_mm[1] * dpi_y / 25.4);
    if (!image_create(ret, w, h + scene->padding, scene->channels, err))
        return false;
    ret->dpi_x = scene->dpi;
    ret->dpi_y = dpi_y;
    for (int y = 0; y < h; y++) {
        uint8_t *to = image_row(ret, y);
        for (int x = 0; x < w; x++) {
            double mx = (x + 0.5) * 25.4 / scene->dpi, my = (y + 0.5) * 25.4 / dpi_y, rgb[3];
            scene_pixel(scene, u, mx, my, rgb);
            bool flaw = scene_is_flawed(scene, x, y, mx, my);
            for (int c = 0; c < scene->channels; c++) {
                double noise =
                    scene_hash((uint32_t)x, (uint32_t)y, (uint32_t)c) / 4294967295.0 * 2 - 1;
                double value = (flaw ? 120 : rgb[c]) + scene->noise * noise;
                *to++ = (uint8_t)scene_max(0, scene_min(255, value + 0.5));
            }
        }
    }
    for (int y = h; y < h + scene->padding; y++)
        memset(image_row(ret, y), 255, ret->stride);
    return true;
}

#endif
