/* Offset: a plate images the outline at 2400-2540 dpi; on uncoated envelope paper the ink's border
 * follows the fibres with 3-8 um deviation correlated over 25-60 um, squeezed 3-6 um soft; solids
 * carry 1-2.5 % mottle; plates of two inks register within 0.05-0.15 mm, the sheet within 1 mm; ink
 * density drifts between runs (Delta E 1-3). Spot colours are solid; tints are screened at 150-175
 * lines per inch. */
#include "tests/simulator/print.h"

#include <string.h>

void offset_draw(struct rng machine, struct rng run, struct rng sheet, struct print *ret)
{
    struct offset_params p = {0};
    /* paper and press of this firm, then a smaller step per run, then per sheet */
    p.edge.sd_um =
        rng_range(&machine, 3.4, 7) * (1 + 0.08 * rng_gauss(&run)) * (1 + 0.05 * rng_gauss(&sheet));
    p.edge.corr_um = rng_range(&machine, 28, 56) * (1 + 0.04 * rng_gauss(&run));
    p.edge.blur_um = rng_range(&machine, 3.2, 5.5) * (1 + 0.06 * rng_gauss(&run));
    p.mottle_sd = rng_range(&machine, 0.011, 0.022) * (1 + 0.1 * rng_gauss(&run));
    p.tint_lpi = rng_range(&machine, 150, 175);
    p.tint_angle = 45;
    p.density = 1 + 0.018 * rng_gauss(&run) + 0.008 * rng_gauss(&sheet);
    for (int i = 0; i < ART_LAYERS_MAX; i++)
        for (int axis = 0; axis < 2; axis++) /* run: how the plates were hung; sheet: the feed */
            p.plate_shift_um[i][axis] = 50 * rng_gauss(&run) + 12 * rng_gauss(&sheet);
    double dx = 0.35 * rng_gauss(&run) + 0.2 * rng_gauss(&sheet);
    double dy = 0.35 * rng_gauss(&run) + 0.2 * rng_gauss(&sheet);
    double skew = 0.04 * rng_gauss(&run) + 0.05 * rng_gauss(&sheet);
    memset(ret, 0, sizeof *ret);
    ret->tech = TECH_OFFSET;
    ret->offset = p;
    ret->page_to_print = affine_inverse(affine_about(100, 60, skew, 1, dx, dy));
    ret->rng = sheet;
}

static void screen_tint(struct plane *plane, const struct screen *screen)
{
    const double mm = MM_PER_INCH / PLANE_DPI;
    for (int y = 0; y < plane->h; y++)
        for (int x = 0; x < plane->w; x++) {
            uint8_t *cov = plane->cov + (size_t)y * (size_t)plane->w + x;
            if (*cov && !screen_on(screen, (plane->x0 + x) * mm, (plane->y0 + y) * mm))
                *cov = 0;
        }
}

bool offset_layer(struct canvas *canvas, const struct art_layer *layer, int index, struct box box,
                  const struct print *print)
{
    const struct offset_params *p = &print->offset;
    struct plane plane;
    if (!plane_outline(&plane, layer->drawing, box, 1))
        return false;
    if (layer->tint < 1) {
        struct screen screen = screen_make(p->tint_lpi, p->tint_angle, layer->tint);
        screen_tint(&plane, &screen);
    }
    plane_blur(&plane, p->edge.blur_um);
    float ink[3];
    colour_linear(layer->ink, ink);
    struct lay lay = print_lay(print, ink, p->edge.sd_um);
    lay.page_to_print.tx -= p->plate_shift_um[index][0] / 1000;
    lay.page_to_print.ty -= p->plate_shift_um[index][1] / 1000;
    plane_lay(canvas, &plane, &lay);
    plane_finish(&plane);
    return true;
}
