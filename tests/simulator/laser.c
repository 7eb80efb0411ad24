/* Toner: the page is a bitmap of 600 or 1200 dpi. Colours other than full toners are clustered-dot
 * screens of 106-212 lines per inch at four angles, the four toners misregistered by 30-120 um.
 * Grains of 5-8 um soften every dot, edges wander 4.5-13 um with a short correlation (20-45 um),
 * satellites lie 4-40 to the mm of edge, falling off over 50-60 um, some toner lies anywhere, and
 * gears and polygon modulate density by 0.5-2 % at 10-150 cycles per inch. */
#include "tests/simulator/print.h"

#include <stdlib.h>
#include <string.h>

#define SATELLITE_LEAST_UM 4.0 /* radius: a single grain ... */
#define SATELLITE_MOST_UM 13.0 /* ... to a clump of a dozen */
#define INK_HALF 128           /* a device pixel prints when half of it is wanted */

/* Angle sets in use: the offset convention, a rational set of office printers, a shallow set. */
static const double angle_sets[3][TONERS] = {
    {15, 75, 0, 45}, {18.4, 71.6, 0, 45}, {26.6, 63.4, 0, 45}};

void laser_draw(struct rng machine, struct rng run, struct rng sheet, struct print *ret)
{
    static const double lpi_base[] = {106, 120, 134, 141, 150, 170, 190, 212};
    struct laser_params p = {0};
    p.grid_dpi = rng_chance(&machine, 0.6) ? 600 : 1200;
    p.pwm = rng_chance(&machine, 0.4);
    p.edge.sd_um =
        rng_range(&machine, 5, 12) * (1 + 0.06 * rng_gauss(&run)) * (1 + 0.05 * rng_gauss(&sheet));
    p.edge.corr_um = rng_range(&machine, 20, 45);
    p.edge.blur_um = rng_range(&machine, 5, 8);
    double lpi = lpi_base[rng_int(&machine, 8)];
    int set = rng_int(&machine, 3);
    for (int i = 0; i < TONERS; i++) {
        p.lpi[i] = lpi * (i == TONER_Y ? 1.06 : 1 + 0.02 * rng_gauss(&machine));
        p.angle[i] = angle_sets[set][i];
        double off = i == TONER_K ? 0 : rng_range(&machine, 30, 110),
               turn = rng_range(&machine, 0, 2 * M_PI);
        p.misregister_um[i][0] = off * cos(turn) + (i == TONER_K ? 0 : 10 * rng_gauss(&sheet));
        p.misregister_um[i][1] = off * sin(turn) + (i == TONER_K ? 0 : 10 * rng_gauss(&sheet));
    }
    p.satellites_per_mm = rng_log_range(&machine, 4, 40) * (1 + 0.15 * rng_gauss(&sheet));
    p.satellite_fall_um = rng_range(&machine, 50, 60);
    p.background_mm2 = rng_log_range(&machine, 0.3, 5) * (1 + 0.2 * rng_gauss(&sheet));
    p.banding_sd = rng_range(&machine, 0.005, 0.02);
    for (int i = 0; i < 3; i++) {
        p.banding_cpi[i] = rng_log_range(&machine, 10, 150);
        p.banding_phase[i] = rng_unit(&sheet);
    }
    p.mottle_sd = rng_range(&machine, 0.01, 0.03);
    p.grain_sd = rng_range(&machine, 0.015, 0.05);
    p.density = 1 + 0.02 * rng_gauss(&run) + 0.01 * rng_gauss(&sheet);
    double scale = 1 + (rng_chance(&machine, 0.5) ? 1 : -1) * rng_range(&machine, 0.002, 0.010);
    scale *= 1 + 0.0005 * rng_gauss(&sheet);
    memset(ret, 0, sizeof *ret);
    ret->tech = TECH_LASER;
    ret->laser = p;
    ret->page_to_print = office_feed(&sheet, scale);
    ret->rng = sheet;
}

struct bitmap {          /* what the controller sends to the engine, one bit a byte */
    int w, h, per_plane; /* per_plane: plane pixels of a device pixel's side */
    uint8_t *on;
};

static bool device_bitmap(const struct plane *plane, cairo_surface_t *drawing, int grid_dpi,
                          struct bitmap *ret)
{
    struct bitmap b = {.per_plane = (int)PLANE_DPI / grid_dpi};
    b.w = plane->w / b.per_plane;
    b.h = plane->h / b.per_plane;
    double k = grid_dpi / MM_PER_INCH;
    struct affine map = {
        k, 0, 0, k, -(double)plane->x0 / b.per_plane, -(double)plane->y0 / b.per_plane};
    b.on = art_raster(drawing, &map, b.w, b.h);
    if (!b.on)
        return false;
    for (size_t i = 0; i < (size_t)b.w * (size_t)b.h; i++)
        b.on[i] = b.on[i] >= INK_HALF;
    *ret = b;
    return true;
}

static void fill_toner(struct plane *plane, const struct bitmap *bits, const struct screen *screen,
                       int quantum)
{
    const double mm = MM_PER_INCH / PLANE_DPI;
    int n = bits->per_plane;
    for (int y = 0; y < bits->h; y++)
        for (int x = 0; x < bits->w; x++) {
            if (!bits->on[(size_t)y * (size_t)bits->w + (size_t)x])
                continue;
            for (int q = 0; q < n; q += quantum) {
                double px = plane->x0 + x * n + q + quantum * 0.5, py = plane->y0 + y * n + n * 0.5;
                if (!screen_on(screen, px * mm, py * mm))
                    continue;
                for (int row = 0; row < n; row++)
                    memset(plane->cov + (size_t)(y * n + row) * (size_t)plane->w + x * n + q, 255,
                           (size_t)quantum);
            }
        }
}

static void grain_of_toner(struct plane *plane, double x, double y, double radius_um)
{
    double radius = radius_um / PLANE_PX_UM;
    int reach = (int)ceil(radius + 0.5);
    for (int dy = -reach; dy <= reach; dy++)
        for (int dx = -reach; dx <= reach; dx++) {
            int px = (int)floor(x) + dx, py = (int)floor(y) + dy;
            if (px < 0 || py < 0 || px >= plane->w || py >= plane->h)
                continue;
            double far = hypot(px + 0.5 - x, py + 0.5 - y);
            double cov = fmin(fmax(radius + 0.5 - far, 0), 1) * 255; /* antialiased disc */
            uint8_t *at = plane->cov + (size_t)py * (size_t)plane->w + px;
            *at = (uint8_t)fmax(*at, cov);
        }
}

static void scatter_satellites(struct plane *plane, const struct bitmap *bits,
                               const struct laser_params *p, struct rng *rng)
{
    double edge_mm = MM_PER_INCH / p->grid_dpi;
    for (int y = 0; y + 1 < bits->h; y++)
        for (int x = 0; x + 1 < bits->w; x++) {
            const uint8_t *at = bits->on + (size_t)y * (size_t)bits->w + x;
            int edges = (at[0] != at[1]) + (at[0] != at[bits->w]);
            for (; edges > 0; edges--) {
                if (!rng_chance(rng, p->satellites_per_mm * edge_mm))
                    continue;
                double far = -log(1 - rng_unit(rng)) * p->satellite_fall_um / PLANE_PX_UM;
                double turn = rng_range(rng, 0, 2 * M_PI);
                double size = rng_log_range(rng, SATELLITE_LEAST_UM, SATELLITE_MOST_UM);
                grain_of_toner(plane, (x + 1) * bits->per_plane + far * cos(turn),
                               (y + 1) * bits->per_plane + far * sin(turn), size);
            }
        }
}

static bool lay_toner(struct canvas *canvas, const struct bitmap *bits, struct box box, int toner,
                      double tone, bool satellites, const struct print *print)
{
    const struct laser_params *p = &print->laser;
    struct plane plane;
    if (!plane_init(&plane, box, (int)PLANE_DPI / p->grid_dpi))
        return false;
    struct screen screen = screen_make(p->lpi[toner], p->angle[toner], tone);
    fill_toner(&plane, bits, &screen, p->pwm ? 1 : bits->per_plane);
    if (satellites) {
        struct rng rng = rng_fork_n(&print->rng, "satellites", plane.x0 * 7 + plane.y0);
        scatter_satellites(&plane, bits, p, &rng);
    }
    plane_blur(&plane, p->edge.blur_um);
    struct lay lay = print_lay(print, toner_factor[toner], p->edge.sd_um);
    lay.page_to_print.tx -= p->misregister_um[toner][0] / 1000;
    lay.page_to_print.ty -= p->misregister_um[toner][1] / 1000;
    plane_lay(canvas, &plane, &lay);
    plane_finish(&plane);
    return true;
}

bool laser_layer(struct canvas *canvas, const struct art_layer *layer, struct box box,
                 const struct print *print)
{
    const struct laser_params *p = &print->laser;
    struct plane frame;
    struct bitmap bits;
    if (!plane_init(&frame, box, (int)PLANE_DPI / p->grid_dpi))
        return false;
    bool fine = device_bitmap(&frame, layer->drawing, p->grid_dpi, &bits);
    plane_finish(&frame);
    if (!fine)
        return false;
    double tone[TONERS];
    print_separate(layer->ink, 0.5, tone);
    int strongest = 0;
    for (int i = 0; i < TONERS; i++) {
        tone[i] *= layer->tint;
        if (tone[i] > tone[strongest] && i != TONER_Y)
            strongest = i;
    }
    for (int i = 0; i < TONERS && fine; i++)
        if (tone[i] > 0)
            fine = lay_toner(canvas, &bits, box, i, tone[i], i == strongest, print);
    free(bits.on);
    return fine;
}
