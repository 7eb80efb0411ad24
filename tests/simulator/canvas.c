#include "tests/simulator/canvas.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_MAX_MM 600.0 /* larger than any letter; keeps products of sizes small */
enum { TILE_VALUES = CANVAS_TILE * CANVAS_TILE * 3 };

bool canvas_init(struct canvas *canvas, double w_mm, double h_mm, struct err *err)
{
    if (!(w_mm > 1 && h_mm > 1 && w_mm < SIDE_MAX_MM && h_mm < SIDE_MAX_MM))
        return err_set(err, "envelope size %.1f x %.1f mm is out of range", w_mm, h_mm);
    struct canvas c = {.w_mm = w_mm, .h_mm = h_mm};
    c.w = (int)ceil(canvas_px(w_mm));
    c.h = (int)ceil(canvas_px(h_mm));
    c.tw = (c.w + CANVAS_TILE - 1) / CANVAS_TILE;
    c.th = (c.h + CANVAS_TILE - 1) / CANVAS_TILE;
    size_t n = (size_t)c.tw * (size_t)c.th;
    c.tile = calloc(n, sizeof(uint16_t *));
    c.covered = calloc(n, 1);
    if (!c.tile || !c.covered) {
        free(c.tile);
        free(c.covered);
        return err_set(err, "out of memory for an envelope of %.0f x %.0f mm", w_mm, h_mm);
    }
    *canvas = c;
    return true;
}

void canvas_finish(struct canvas *canvas)
{
    for (size_t i = 0; canvas->tile && i < (size_t)canvas->tw * (size_t)canvas->th; i++)
        free(canvas->tile[i]);
    free(canvas->tile);
    free(canvas->covered);
    *canvas = (struct canvas){0};
}

uint16_t *canvas_at(struct canvas *canvas, int x, int y)
{
    if (x < 0 || y < 0 || x >= canvas->w || y >= canvas->h)
        return NULL;
    size_t at =
        (size_t)(y >> CANVAS_TILE_LOG2) * (size_t)canvas->tw + (size_t)(x >> CANVAS_TILE_LOG2);
    uint16_t *tile = canvas->tile[at];
    if (!tile) {
        tile = malloc(TILE_VALUES * sizeof *tile);
        if (!tile) {
            canvas->failed = true;
            return NULL;
        }
        for (int i = 0; i < TILE_VALUES; i++)
            tile[i] = CANVAS_ONE;
        canvas->tile[at] = tile;
    }
    int in = ((y & (CANVAS_TILE - 1)) << CANVAS_TILE_LOG2) + (x & (CANVAS_TILE - 1));
    return tile + (size_t)in * 3;
}

bool canvas_any(const struct canvas *canvas, int x0, int y0, int x1, int y1)
{
    int tx0 = x0 < 0 ? 0 : x0 >> CANVAS_TILE_LOG2, ty0 = y0 < 0 ? 0 : y0 >> CANVAS_TILE_LOG2;
    int tx1 = (x1 - 1) >> CANVAS_TILE_LOG2, ty1 = (y1 - 1) >> CANVAS_TILE_LOG2;
    for (int ty = ty0; ty <= ty1 && ty < canvas->th; ty++)
        for (int tx = tx0; tx <= tx1 && tx < canvas->tw; tx++)
            if (canvas->tile[(size_t)ty * (size_t)canvas->tw + (size_t)tx])
                return true;
    return false;
}

static void fetch_run(const uint16_t *from, int n, float *r, float *g, float *b)
{
    const float one = 1.0f / CANVAS_ONE;
    for (int i = 0; i < n; i++) {
        r[i] = (float)from[3 * i] * one;
        g[i] = (float)from[3 * i + 1] * one;
        b[i] = (float)from[3 * i + 2] * one;
    }
}

void canvas_fetch(const struct canvas *canvas, int x0, int y0, int w, int h, float *r, float *g,
                  float *b)
{
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++)
        r[i] = g[i] = b[i] = 1.0f;
    int from_x = x0 < 0 ? 0 : x0, end_x = x0 + w < canvas->w ? x0 + w : canvas->w;
    for (int row = 0; row < h; row++) {
        int y = y0 + row;
        if (y < 0 || y >= canvas->h)
            continue;
        for (int x = from_x; x < end_x;) {
            int stop = (x | (CANVAS_TILE - 1)) + 1;
            if (stop > end_x)
                stop = end_x;
            const uint16_t *tile =
                canvas->tile[(size_t)(y >> CANVAS_TILE_LOG2) * (size_t)canvas->tw +
                             (size_t)(x >> CANVAS_TILE_LOG2)];
            if (tile) {
                int in = ((y & (CANVAS_TILE - 1)) << CANVAS_TILE_LOG2) + (x & (CANVAS_TILE - 1));
                size_t at = (size_t)row * (size_t)w + (size_t)(x - x0);
                fetch_run(tile + (size_t)in * 3, stop - x, r + at, g + at, b + at);
            }
            x = stop;
        }
    }
}

bool canvas_covered(const struct canvas *canvas, double x_mm, double y_mm)
{
    int x = (int)canvas_px(x_mm), y = (int)canvas_px(y_mm);
    if (x < 0 || y < 0 || x >= canvas->w || y >= canvas->h)
        return false;
    return canvas->covered[(size_t)(y >> CANVAS_TILE_LOG2) * (size_t)canvas->tw +
                           (size_t)(x >> CANVAS_TILE_LOG2)];
}

void canvas_mark_covered(struct canvas *canvas, int x, int y)
{
    if (x < 0 || y < 0 || x >= canvas->w || y >= canvas->h)
        return;
    canvas->covered[(size_t)(y >> CANVAS_TILE_LOG2) * (size_t)canvas->tw +
                    (size_t)(x >> CANVAS_TILE_LOG2)] = 1;
}
