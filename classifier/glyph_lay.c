/* A piece is laid on the scan by correlation over its own ground, within SHIFT_MM of its place, so
 * that feeder stretch and creases cost nothing and a line set with other advance widths shows as
 * shifts. A parabola through the peak gives a tenth of a pixel.
 *
 * Along a straight edge a piece fits everywhere alike, and noise alone would choose where (the
 * aperture problem). Whether it has a place in both directions is told by the structure tensor of
 * its ground (Harris and Stephens, 1988): where one eigenvalue is next to nothing, only the shift
 * across the edge counts. */
#include "classifier/glyph_parts.h"
#include "classifier/numbers.h"

#include <stdlib.h>

#define SHIFT_MM 0.5  /* searched around its place: what advance widths drift in some letters */
#define FOUND_NCC 0.6 /* below, further starts are tried */
#define CORNER_MIN                                                                                 \
    0.05 /* smaller eigenvalue over the larger: the ends of a bar give 0.1 and more */

struct sums {
    double n, e, s, ee, ss, es;
};

static struct sums sum_at(const struct pieces *p, int k, int dx, int dy)
{
    const struct piece *piece = &p->piece[k];
    int reach = glyph_px(GLYPH_REACH_MM);
    int x0 = piece->x0 - reach, x1 = piece->x1 + reach, y0 = piece->y0 - reach,
        y1 = piece->y1 + reach;
    x0 = x0 < 0 ? 0 : x0;
    y0 = y0 < 0 ? 0 : y0;
    x0 = x0 + dx < 0 ? -dx : x0;
    y0 = y0 + dy < 0 ? -dy : y0;
    x1 = x1 >= p->width ? p->width - 1 : x1;
    y1 = y1 >= p->height ? p->height - 1 : y1;
    x1 = x1 + dx >= p->width ? p->width - 1 - dx : x1;
    y1 = y1 + dy >= p->height ? p->height - 1 - dy : y1;
    long n = 0, e = 0, s = 0, ee = 0, ss = 0, es = 0;
    for (int y = y0; y <= y1; y++) {
        const uint8_t *ve = image_row(p->expected, y), *vs = image_row(p->seen, y + dy) + dx;
        const uint8_t *open = image_row(p->open, y + dy) + dx;
        const int32_t *owner = p->owner + (size_t)y * (size_t)p->width;
        for (int x = x0; x <= x1; x++) {
            if (owner[x] != k || !open[x])
                continue;
            n++;
            e += ve[x];
            s += vs[x];
            ee += ve[x] * ve[x];
            ss += vs[x] * vs[x];
            es += ve[x] * vs[x];
        }
    }
    return (struct sums){(double)n, (double)e, (double)s, (double)ee, (double)ss, (double)es};
}

static double ncc_of(const struct sums *s)
{
    double ve = s->n * s->ee - s->e * s->e, vs = s->n * s->ss - s->s * s->s;
    return ve > 0 && vs > 0 ? (s->n * s->es - s->e * s->s) / sqrt(ve * vs) : 0;
}

static double ncc_at(const struct pieces *p, int k, int dx, int dy)
{
    struct sums s = sum_at(p, k, dx, dy);
    return ncc_of(&s);
}

/* Climbs to the next peak; remembers nothing, since a step costs less than the bookkeeping. */
static void climb(const struct pieces *p, int k, int *dx, int *dy, double *ncc)
{
    int most = glyph_px(SHIFT_MM);
    *ncc = ncc_at(p, k, *dx, *dy);
    for (bool moved = true; moved;) {
        static const int step[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
        moved = false;
        for (int i = 0; i < 4; i++) {
            int x = *dx + step[i][0], y = *dy + step[i][1];
            double here = abs(x) <= most && abs(y) <= most ? ncc_at(p, k, x, y) : -1;
            if (here > *ncc) {
                *ncc = here;
                *dx = x;
                *dy = y;
                moved = true;
            }
        }
    }
}

/* Takes off the part of a shift that the piece's ground says nothing about. */
static void keep_told(const struct pieces *p, int k, double shift[2])
{
    const struct piece *piece = &p->piece[k];
    int reach = glyph_px(GLYPH_REACH_MM);
    double xx = 0, yy = 0, xy = 0;
    for (int y = piece->y0 - reach; y <= piece->y1 + reach; y++)
        for (int x = piece->x0 - reach; x <= piece->x1 + reach; x++) {
            if (owner_at(p, x, y) != k || x < 1 || y < 1 || x + 1 >= p->width || y + 1 >= p->height)
                continue;
            const uint8_t *at = image_row(p->expected, y) + x;
            double gx = at[1] - at[-1];
            double gy = image_row(p->expected, y + 1)[x] - image_row(p->expected, y - 1)[x];
            xx += gx * gx;
            yy += gy * gy;
            xy += gx * gy;
        }
    double middle = (xx + yy) / 2, apart = hypot((xx - yy) / 2, xy);
    if (middle - apart >= CORNER_MIN * (middle + apart))
        return;
    double angle = 0.5 * atan2(2 * xy, xx - yy); /* across the edge */
    double across = shift[0] * cos(angle) + shift[1] * sin(angle);
    shift[0] = across * cos(angle);
    shift[1] = across * sin(angle);
}

/* From its place; when that leads nowhere, from further starts two strokes apart. */
void piece_lay(struct pieces *p, int k)
{
    struct piece *piece = &p->piece[k];
    int step = glyph_px(SHIFT_MM) / 2, x = 0, y = 0;
    climb(p, k, &x, &y, &piece->ncc);
    for (int i = 0; i < 9 && piece->ncc < FOUND_NCC; i++) {
        int dx = (i % 3 - 1) * step, dy = (i / 3 - 1) * step;
        double ncc;
        climb(p, k, &dx, &dy, &ncc);
        if (ncc > piece->ncc) {
            piece->ncc = ncc;
            x = dx;
            y = dy;
        }
    }
    struct sums s = sum_at(p, k, x, y);
    double variance = s.n * s.ee - s.e * s.e;
    piece->gain = variance > 0 ? (s.n * s.es - s.e * s.s) / variance : 0;
    piece->shift[0] =
        x + parabola_vertex(ncc_at(p, k, x - 1, y), piece->ncc, ncc_at(p, k, x + 1, y));
    piece->shift[1] =
        y + parabola_vertex(ncc_at(p, k, x, y - 1), piece->ncc, ncc_at(p, k, x, y + 1));
    keep_told(p, k, piece->shift);
}
