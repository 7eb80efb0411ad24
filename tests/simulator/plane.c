/* Edge roughness is made by sampling the outline at displaced places: a contour with normal n moves
 * by n.d, so an isotropic Gaussian displacement of sd s gives a contour of sd s with the field's
 * correlation, at every edge angle alike. Thickness enters as absorption: 1 - T scales with it. */
#include "tests/simulator/plane.h"
#include "tests/simulator/fast.h"

#include <stdlib.h>
#include <string.h>

#define BORDER_MM 0.4      /* satellites fly 60 um on average, feathering reaches 100 um */
#define BLOCK_LOG2 5       /* occupancy blocks of 32 plane pixels: empty ones are skipped */
#define COV_LEAST 0.4f     /* of 255: below it nothing lies on the paper */
#define SOLID_LEAST 0.012f /* even thick black ink reflects 1 % at its surface */

bool plane_init(struct plane *plane, struct box box, int grid)
{
    struct box b = box_grow(box, BORDER_MM);
    const double k = PLANE_DPI / MM_PER_INCH;
    struct plane p = {.box = box};
    p.x0 = (int)floor(b.x * k / grid) * grid;
    p.y0 = (int)floor(b.y * k / grid) * grid;
    p.w = ((int)ceil((b.x + b.w) * k) - p.x0 + grid - 1) / grid * grid;
    p.h = ((int)ceil((b.y + b.h) * k) - p.y0 + grid - 1) / grid * grid;
    if (p.w < 1 || p.h < 1 || p.w > 32000 || p.h > 32000) /* cairo's largest image is 32767 */
        return false;
    p.cov = calloc((size_t)p.w * (size_t)p.h, 1);
    if (!p.cov)
        return false;
    *plane = p;
    return true;
}

void plane_finish(struct plane *plane)
{
    free(plane->cov);
    plane->cov = NULL;
}

bool plane_outline(struct plane *plane, cairo_surface_t *drawing, struct box box, int grid)
{
    struct plane p;
    if (!plane_init(&p, box, grid))
        return false;
    const double k = PLANE_DPI / MM_PER_INCH;
    struct affine map = {k, 0, 0, k, -p.x0, -p.y0};
    uint8_t *cov = art_raster(drawing, &map, p.w, p.h);
    free(p.cov);
    p.cov = cov;
    if (!cov)
        return false;
    *plane = p;
    return true;
}

/* [w, 1-2w, w] has the variance 2w. */
static void three_tap(uint8_t *cov, int w, int h, unsigned side)
{
    unsigned mid = 256 - 2 * side;
    for (int y = 0; y < h; y++) {
        uint8_t *row = cov + (size_t)y * (size_t)w;
        unsigned left = row[0];
        for (int x = 0; x + 1 < w; x++) {
            unsigned here = row[x];
            row[x] = (uint8_t)((side * (left + row[x + 1]) + mid * here + 128) >> 8);
            left = here;
        }
    }
    uint8_t *above = calloc((size_t)w, 1);
    for (int y = 0; above && y + 1 < h; y++) {
        uint8_t *row = cov + (size_t)y * (size_t)w, *below = row + w;
        for (int x = 0; x < w; x++) {
            unsigned here = row[x];
            row[x] = (uint8_t)((side * (above[x] + (unsigned)below[x]) + mid * here + 128) >> 8);
            above[x] = (uint8_t)here;
        }
    }
    free(above);
}

void plane_blur(struct plane *plane, double sigma_um)
{
    double variance = sigma_um * sigma_um / (PLANE_PX_UM * PLANE_PX_UM);
    int passes = (int)ceil(variance / 0.5); /* side weight at most 1/4 */
    for (int i = 0; i < passes; i++)
        three_tap(plane->cov, plane->w, plane->h, (unsigned)lrint(128 * variance / passes));
}

/* One byte per block of 32 x 32: whether it or a neighbour holds ink. */
static uint8_t *occupancy(const struct plane *plane, int *ret_bw, int *ret_bh)
{
    int bw = (plane->w >> BLOCK_LOG2) + 1, bh = (plane->h >> BLOCK_LOG2) + 1;
    uint8_t *own = calloc((size_t)bw * (size_t)bh, 1), *wide = calloc((size_t)bw * (size_t)bh, 1);
    if (!own || !wide) {
        free(own);
        free(wide);
        return NULL;
    }
    for (int y = 0; y < plane->h; y++) {
        const uint8_t *row = plane->cov + (size_t)y * (size_t)plane->w;
        uint8_t *blocks = own + (size_t)(y >> BLOCK_LOG2) * (size_t)bw;
        for (int x = 0; x < plane->w; x++)
            blocks[x >> BLOCK_LOG2] |= row[x];
    }
    for (int y = 0; y < bh; y++)
        for (int x = 0; x < bw; x++)
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                    if (x + dx >= 0 && x + dx < bw && y + dy >= 0 && y + dy < bh &&
                        own[(y + dy) * bw + x + dx])
                        wide[y * bw + x] = 1;
    free(own);
    *ret_bw = bw;
    *ret_bh = bh;
    return wide;
}

static inline float sample(const struct plane *plane, float x, float y)
{
    int ix = fast_floor((double)x), iy = fast_floor((double)y);
    if (ix < 0 || iy < 0 || ix + 1 >= plane->w || iy + 1 >= plane->h)
        return 0;
    const uint8_t *p = plane->cov + (size_t)iy * (size_t)plane->w + ix;
    float ax = x - (float)ix, ay = y - (float)iy;
    float top = (float)p[0] + ax * (float)(p[1] - p[0]);
    float low = (float)p[plane->w] + ax * (float)(p[plane->w + 1] - p[plane->w]);
    return top + ay * (low - top);
}

/* Mean coverage (0..255) of the four plane samples of a canvas pixel whose centre is at (u, v). */
static float pixel_coverage(const struct plane *plane, const struct lay *lay, float rough, int x,
                            int y, double u, double v, const struct affine *step)
{
    float sum = 0;
    for (int s = 0; s < 4; s++) {
        double ox = (s & 1) ? 0.25 : -0.25, oy = (s & 2) ? 0.25 : -0.25;
        float su = (float)(u + step->a * ox + step->b * oy);
        float sv = (float)(v + step->c * ox + step->d * oy);
        if (rough > 0) {
            int cx = 2 * x + (s & 1), cy = 2 * y + (s >> 1);
            su += rough * field_nearest(lay->dx, cx, cy);
            sv += rough * field_nearest(lay->dy, cx, cy);
        }
        sum += sample(plane, su, sv);
    }
    return sum * 0.25f;
}

void lay_ink(struct lay *lay, const float ink[3])
{
    for (int c = 0; c < 3; c++) {
        lay->ink[c] = fmaxf(ink[c], SOLID_LEAST);
        lay->log_ink[c] = logf(lay->ink[c]);
    }
}

static void lay_pixel(struct canvas *canvas, const struct lay *lay, int x, int y, float cov)
{
    float gain = 1;
    if (lay->grain && lay->grain_sd > 0)
        gain += (float)lay->grain_sd * field_nearest(lay->grain, x, y);
    if (lay->mottle && lay->mottle_sd > 0) {
        double cell = canvas_px(lay->mottle_cell_mm);
        gain += (float)lay->mottle_sd * field_at(lay->mottle, x / cell, y / cell);
    }
    if (lay->row_gain)
        gain *= lay->row_gain[y];
    float factor[3];
    for (int c = 0; c < 3; c++) { /* Beer-Lambert: a layer thicker by g turns T into T^g */
        float solid = lay->ink[c] * (1 + (gain - 1) * lay->log_ink[c]);
        factor[c] = 1 - cov * (1.0f / 255) * (1 - fast_clamp(solid, SOLID_LEAST, 1));
    }
    canvas_multiply(canvas, x, y, factor);
}

void plane_lay(struct canvas *canvas, const struct plane *plane, const struct lay *lay)
{
    int bw = 0, bh = 0;
    uint8_t *busy = occupancy(plane, &bw, &bh);
    if (!busy) {
        canvas->failed = true;
        return;
    }
    const double page_mm = MM_PER_INCH / CANVAS_DPI, k = PLANE_DPI / MM_PER_INCH;
    const struct affine *m = &lay->page_to_print;
    /* canvas pixel to plane pixel; sample positions are pixel centres */
    struct affine step = {m->a * page_mm * k,          m->b * page_mm * k,
                          m->c * page_mm * k,          m->d * page_mm * k,
                          m->tx * k - plane->x0 - 0.5, m->ty * k - plane->y0 - 0.5};
    struct affine back = affine_inverse(step);
    struct box on_page = affine_box(&back, (struct box){0, 0, plane->w, plane->h});
    int xa = (int)fmax(floor(on_page.x), 0), xb = (int)fmin(ceil(on_page.x + on_page.w), canvas->w);
    int ya = (int)fmax(floor(on_page.y), 0), yb = (int)fmin(ceil(on_page.y + on_page.h), canvas->h);
    float rough = lay->dx && lay->dy ? (float)(lay->edge_sd_um / PLANE_PX_UM) : 0;
    for (int y = ya; y < yb; y++)
        for (int x = xa; x < xb; x++) {
            double u, v;
            affine_apply(&step, x + 0.5, y + 0.5, &u, &v);
            int bx = (int)u >> BLOCK_LOG2, by = (int)v >> BLOCK_LOG2;
            if (u < 0 || v < 0 || bx >= bw || by >= bh || !busy[by * bw + bx])
                continue;
            float cov = pixel_coverage(plane, lay, rough, x, y, u, v, &step);
            if (cov > COV_LEAST)
                lay_pixel(canvas, lay, x, y, cov);
        }
    free(busy);
}
