/* What the ink of one piece is like, apart from where it stands.
 *
 * Stroke width is 2 * (sum of ink) / (sum of its gradient): for a stroke both are proportional to
 * contrast and length, and a blur that leaves its middle dark changes neither. No threshold, no
 * thinning; good to about 5 um on lines of text at 300 dpi. Blur that does reach the middle widens
 * it, here as in the template, as both come from one scanner.
 *
 * Absorbed light is the sum of what the piece's ground reflects less than the paper beside it, in
 * linear light and each channel over its paper. Blur, misregister and screens only move light about
 * within the ground: the sum stays, so thin strokes tell their colour as well as solids do. */
#include "classifier/glyph_parts.h"

#define STROKE_FLOOR 0.1    /* of the strongest ink: below is paper */
#define STROKE_MAX_MM 1.2   /* wider is a solid */
#define PAPER_EXPECTED 0.04 /* of typical ink in the template: surely paper there */
#define PAPER_SEEN 0.2      /* in the scan likewise: foreign ink is no paper */
#define PAPER_MIN_PX 30     /* for a mean good to half a level */
#define SRGB_GAMMA 2.2      /* scanners deliver sRGB; the curve's foot is below any paper or ink */

/* How far each level of a channel lies below its paper. */
struct drops {
    double below[256];
};

static struct drops drops_from(double paper)
{
    struct drops ret;
    for (int v = 0; v < 256; v++)
        ret.below[v] = fmax(0, paper - v);
    return ret;
}

/* The channel that the piece's ink darkens most: in one channel inks that were printed beside each
 * other do not widen a stroke. */
static int main_channel(const struct pieces *p, int k)
{
    const struct element_model *element = p->located->element;
    const struct piece *piece = &p->piece[k];
    double sum[3] = {0, 0, 0};
    for (int c = 0; c < 3; c++) {
        const struct drops drop = drops_from(element->paper_rgb[c]);
        for (int y = piece->y0; y <= piece->y1; y++)
            for (int x = piece->x0; x <= piece->x1; x++)
                sum[c] += drop.below[image_row(p->expected_rgb, y)[3 * x + c]];
    }
    int best = sum[1] > sum[0] ? 1 : 0;
    return sum[2] > sum[best] ? 2 : best;
}

/* Mean width of the strokes over the piece's ground, in um; 0 for a solid or an empty ground. */
static double stroke_width(const struct pieces *p, int k, const struct image *rgb,
                           const int shift[2], int channel, double paper)
{
    const struct piece *piece = &p->piece[k];
    const struct drops drop = drops_from(paper);
    int reach = glyph_px(GLYPH_REACH_MM);
    double peak = 0, ink = 0, slope = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int y = piece->y0 - reach; y <= piece->y1 + reach; y++)
            for (int x = piece->x0 - reach; x <= piece->x1 + reach; x++) {
                int u = x + shift[0], v = y + shift[1];
                if (owner_at(p, x, y) != k || u < 1 || v < 1 || u + 1 >= p->width ||
                    v + 1 >= p->height)
                    continue;
                const uint8_t *at = image_row(rgb, v) + 3 * u + channel;
                double here = drop.below[*at];
                if (pass == 0) {
                    peak = here > peak ? here : peak;
                    continue;
                }
                double gx = drop.below[at[3]] - drop.below[at[-3]];
                double gy = drop.below[at[rgb->stride]] - drop.below[*(at - rgb->stride)];
                double more = here - STROKE_FLOOR * peak;
                double steeper = sqrt(gx * gx + gy * gy) / 2 - STROKE_FLOOR / 2 * peak;
                ink += more > 0 ? more : 0;
                slope += steeper > 0 ? steeper : 0;
            }
    double mm = slope > 0 ? 2 * ink / slope * GLYPH_PX_MM : 0;
    return mm <= STROKE_MAX_MM ? 1000 * mm : 0;
}

struct light {
    double table[256]; /* of a level, linear */
};

static struct light light_table(void)
{
    struct light ret;
    for (int v = 0; v < 256; v++)
        ret.table[v] = pow(v / 255.0, SRGB_GAMMA);
    return ret;
}

/* Sum over the piece's ground of 1 - reflectance over the paper's, px; false without paper. */
static bool absorbed(const struct pieces *p, int k, const struct light *light,
                     const struct image *rgb, const int shift[2], double ret[3])
{
    const struct piece *piece = &p->piece[k];
    int reach = glyph_px(GLYPH_REACH_MM), n = 0, n_paper = 0;
    const int laid[2] = {(int)lround(piece->shift[0]), (int)lround(piece->shift[1])};
    double sum[3] = {0}, paper[3] = {0};
    for (int y = piece->y0 - reach; y <= piece->y1 + reach; y++)
        for (int x = piece->x0 - reach; x <= piece->x1 + reach; x++) {
            int u = x + shift[0], v = y + shift[1];
            int su = x + laid[0], sv = y + laid[1];
            if (owner_at(p, x, y) != k || u < 0 || v < 0 || u >= p->width || v >= p->height ||
                su < 0 || sv < 0 || su >= p->width || sv >= p->height)
                continue;
            const uint8_t *in = image_row(rgb, v) + 3 * u;
            bool is_paper = image_row(p->expected, y)[x] < PAPER_EXPECTED * p->typical &&
                            image_row(p->seen, sv)[su] < PAPER_SEEN * p->typical;
            n++;
            n_paper += is_paper;
            for (int c = 0; c < 3; c++) {
                sum[c] += light->table[in[c]];
                paper[c] += is_paper ? light->table[in[c]] : 0;
            }
        }
    if (n_paper < PAPER_MIN_PX)
        return false;
    for (int c = 0; c < 3; c++)
        ret[c] = n - sum[c] / fmax(paper[c] / n_paper, light->table[1]);
    return true;
}

void piece_ink(const struct pieces *p, int k, struct glyph *ret)
{
    const struct element_model *element = p->located->element;
    const double *shift = p->piece[k].shift;
    const int here[2] = {0, 0}, there[2] = {(int)lround(shift[0]), (int)lround(shift[1])};
    int channel = main_channel(p, k);
    ret->stroke_um[0] =
        stroke_width(p, k, p->expected_rgb, here, channel, element->paper_rgb[channel]);
    ret->stroke_um[1] =
        stroke_width(p, k, &p->located->seen, there, channel, p->paper_rgb[channel]);
    struct light light = light_table();
    ret->has_colour = absorbed(p, k, &light, p->expected_rgb, here, ret->absorbed[0]) &&
                      absorbed(p, k, &light, &p->located->seen, there, ret->absorbed[1]);
}
