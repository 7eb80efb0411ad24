/* How far each glyph stands from where the others say it should: the shifts of all are fitted by
 * one shift, turn and scale, which the element as a whole may have (a feeder stretches, a reprint
 * scales), and what is left is the glyph's own. The fit is made again without the glyphs that are
 * farthest off, so that a changed part does not carry the rest along. Along a straight edge a piece
 * has no place of its own and stays where it was looked for first: what is left is never too large
 * by that. */
#include "classifier/glyphs.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define FITS_NCC 0.6 /* a piece that fits nowhere has no place */
#define ROUNDS 3
#define KEEP 0.7 /* of the glyphs, in the next round */

struct standing {
    double x, y, dx, dy; /* middle and shift, mm */
    double off;
    struct glyph *glyph;
};

static int by_off(const void *a, const void *b)
{
    double x = ((const struct standing *)a)->off, y = ((const struct standing *)b)->off;
    return (x > y) - (x < y);
}

/* Similarity through the first n: d = mean + (s, -r; r, s) (p - middle). Sorts all by what is left.
 */
static void fit(struct standing *s, int n, int all)
{
    double x = 0, y = 0, dx = 0, dy = 0, spread = 0, scale = 0, turn = 0;
    for (int i = 0; i < n; i++) {
        x += s[i].x / n;
        y += s[i].y / n;
        dx += s[i].dx / n;
        dy += s[i].dy / n;
    }
    for (int i = 0; i < n; i++) {
        double px = s[i].x - x, py = s[i].y - y, qx = s[i].dx - dx, qy = s[i].dy - dy;
        spread += px * px + py * py;
        scale += px * qx + py * qy;
        turn += px * qy - py * qx;
    }
    if (spread > 0) {
        scale /= spread;
        turn /= spread;
    }
    for (int i = 0; i < all; i++) {
        double px = s[i].x - x, py = s[i].y - y;
        s[i].glyph->off_mm[0] = s[i].dx - dx - scale * px + turn * py;
        s[i].glyph->off_mm[1] = s[i].dy - dy - turn * px - scale * py;
        s[i].off = hypot(s[i].glyph->off_mm[0], s[i].glyph->off_mm[1]);
    }
    qsort(s, (size_t)all, sizeof *s, by_off);
}

bool glyphs_fit(struct glyphs *glyphs, struct err *err)
{
    struct standing *s = calloc((size_t)glyphs->n + 1, sizeof *s);
    if (!s)
        return err_set(err, "out of memory while comparing letters");
    int n = 0;
    for (int k = 0; k < glyphs->n; k++) {
        struct glyph *glyph = &glyphs->glyph[k];
        glyph->stands = glyph->open >= GLYPH_OPEN_MIN && !glyph->crossed && glyph->ncc >= FITS_NCC;
        if (glyph->stands)
            s[n++] = (struct standing){.x = glyph->box_mm[0] + glyph->box_mm[2] / 2,
                                       .y = glyph->box_mm[1] + glyph->box_mm[3] / 2,
                                       .dx = glyph->shift_mm[0],
                                       .dy = glyph->shift_mm[1],
                                       .glyph = glyph};
    }
    for (int round = 0, used = n; n && round < ROUNDS; round++) {
        fit(s, used, n);
        used = (int)ceil(KEEP * n);
    }
    free(s);
    return true;
}
