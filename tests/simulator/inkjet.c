/* Inkjet: drops of 25-45 um land 5-15 um beside their place on a 1200 dpi grid and spread along the
 * fibres (feathering 8-20 um). Colours are made by error diffusion: scattered drops without any
 * screen period. The head prints in swaths that join imperfectly. */
#include "tests/simulator/print.h"

#include <stdlib.h>
#include <string.h>

#define GRID 2        /* plane pixels to a drop position: 1200 dpi */
#define DOT_GAIN 1.35 /* a drop spreads on paper */
#define INK_HALF 128

void inkjet_draw(struct rng machine, struct rng run, struct rng sheet, struct print *ret)
{
    struct inkjet_params p = {0};
    p.edge.sd_um = rng_range(&machine, 8, 18) * (1 + 0.06 * rng_gauss(&run));
    p.edge.corr_um = rng_range(&machine, 35, 80);
    p.edge.blur_um = rng_range(&machine, 5, 8);
    p.drop_um = rng_range(&machine, 25, 45);
    p.placement_um = rng_range(&machine, 5, 15);
    p.swath_mm = rng_range(&machine, 6, 21);
    p.swath_sd = rng_range(&machine, 0.005, 0.02);
    p.swath_shift_um = rng_range(&machine, 5, 25);
    p.mottle_sd = rng_range(&machine, 0.015, 0.03);
    p.grain_sd = rng_range(&machine, 0.01, 0.03);
    p.density = 0.96 + 0.02 * rng_gauss(&run) + 0.01 * rng_gauss(&sheet);
    double scale = 1 + rng_range(&machine, -0.005, 0.005) + 0.0004 * rng_gauss(&sheet);
    memset(ret, 0, sizeof *ret);
    ret->tech = TECH_INKJET;
    ret->inkjet = p;
    ret->page_to_print = office_feed(&sheet, scale);
    ret->rng = sheet;
}

static void drop(struct plane *plane, double x, double y, double radius)
{
    int reach = (int)ceil(radius + 0.5);
    int cx = (int)floor(x), cy = (int)floor(y);
    if (cx < reach || cy < reach || cx + reach >= plane->w || cy + reach >= plane->h)
        return;
    float full = (float)((radius + 0.5) * (radius + 0.5));
    float none = (float)(radius > 0.5 ? (radius - 0.5) * (radius - 0.5) : 0);
    for (int dy = -reach; dy <= reach; dy++) {
        float ry = (float)(cy + dy + 0.5 - y);
        uint8_t *row = plane->cov + (size_t)(cy + dy) * (size_t)plane->w + cx;
        for (int dx = -reach; dx <= reach; dx++) {
            float rx = (float)(cx + dx + 0.5 - x), far = rx * rx + ry * ry;
            if (far >= full)
                continue;
            float cov = far <= none ? 255 : 255 * (full - far) / (full - none);
            if (cov > row[dx])
                row[dx] = (uint8_t)cov;
        }
    }
}

/* Floyd-Steinberg over the positions that are inside the outline, with a little noise against
 * worms; `on` becomes 1 where a drop falls. */
static bool diffuse(const uint8_t *wanted, uint8_t *on, int w, int h, double tone, struct rng *rng)
{
    float *carry = calloc((size_t)(w + 2) * 2, sizeof *carry);
    if (!carry)
        return false;
    for (int y = 0; y < h; y++) {
        float *here = carry + (y & 1 ? w + 2 : 0) + 1, *next = carry + (y & 1 ? 0 : w + 2) + 1;
        memset(next - 1, 0, (size_t)(w + 2) * sizeof *next);
        for (int x = 0; x < w; x++) {
            size_t at = (size_t)y * (size_t)w + (size_t)x;
            on[at] = 0;
            if (wanted[at] < INK_HALF)
                continue;
            float value = (float)tone + here[x];
            bool fire = tone >= 1 || value > 0.5 + 0.15 * (rng_unit(rng) - 0.5);
            on[at] = fire;
            float error = value - (fire ? 1.0f : 0.0f);
            here[x + 1] += error * (7.0f / 16);
            next[x - 1] += error * (3.0f / 16);
            next[x] += error * (5.0f / 16);
            next[x + 1] += error * (1.0f / 16);
        }
    }
    free(carry);
    return true;
}

static void fire_drops(struct plane *plane, const uint8_t *on, int w, int h,
                       const struct print *print, struct rng *rng)
{
    const struct inkjet_params *p = &print->inkjet;
    double radius = p->drop_um * DOT_GAIN / 2 / PLANE_PX_UM;
    double place = p->placement_um / PLANE_PX_UM;
    const double mm = MM_PER_INCH / PLANE_DPI;
    for (int y = 0; y < h; y++) {
        int swath_number = (int)floor((plane->y0 + y * GRID) * mm / p->swath_mm);
        struct rng swath = rng_fork_n(&print->rng, "swath shift", swath_number);
        double shift = p->swath_shift_um / PLANE_PX_UM * rng_gauss(&swath);
        for (int x = 0; x < w; x++)
            if (on[(size_t)y * (size_t)w + (size_t)x])
                drop(plane, (x + 0.5) * GRID + shift + place * rng_gauss(rng),
                     (y + 0.5) * GRID + place * rng_gauss(rng), radius);
    }
}

/* Drops overlap: scattered at random, n drops of area A to a cell C cover 1 - exp(-n A / C). */
static double drops_for_area(double area, double drop_um)
{
    double cell = GRID * PLANE_PX_UM, radius = drop_um * DOT_GAIN / 2;
    if (area >= 1)
        return 1;
    return fmin(-log(1 - area) * cell * cell / (M_PI * radius * radius), 1);
}

static bool spray(struct canvas *canvas, const uint8_t *wanted, uint8_t *on, struct box box,
                  int ink, double tone, const struct print *print)
{
    struct plane plane;
    if (!plane_init(&plane, box, GRID))
        return false;
    struct rng rng = rng_fork_n(&print->rng, "drops", plane.x0 * 7 + plane.y0 * 4 + ink);
    bool fine = diffuse(wanted, on, plane.w / GRID, plane.h / GRID, tone, &rng);
    if (fine) {
        fire_drops(&plane, on, plane.w / GRID, plane.h / GRID, print, &rng);
        plane_blur(&plane, print->inkjet.edge.blur_um);
        struct lay lay = print_lay(print, toner_factor[ink], print->inkjet.edge.sd_um);
        plane_lay(canvas, &plane, &lay);
    }
    plane_finish(&plane);
    return fine;
}

bool inkjet_layer(struct canvas *canvas, const struct art_layer *layer, struct box box,
                  const struct print *print)
{
    struct plane frame;
    if (!plane_init(&frame, box, GRID))
        return false;
    int w = frame.w / GRID, h = frame.h / GRID;
    double k = PLANE_DPI / GRID / MM_PER_INCH;
    struct affine map = {k, 0, 0, k, -(double)frame.x0 / GRID, -(double)frame.y0 / GRID};
    plane_finish(&frame);
    uint8_t *wanted = art_raster(layer->drawing, &map, w, h);
    uint8_t *on = malloc((size_t)w * (size_t)h);
    bool fine = wanted && on;
    double tone[TONERS];
    print_separate(layer->ink, 0.2, tone);
    for (int i = 0; i < TONERS && fine; i++)
        if (tone[i] > 0)
            fine = spray(canvas, wanted, on, box, i,
                         drops_for_area(tone[i] * layer->tint, print->inkjet.drop_um), print);
    free(wanted);
    free(on);
    return fine;
}
