/* Comparing print letter by letter.
 *
 * A whole line correlates well with itself in which one letter was changed, and badly with itself
 * once the paper is creased; letters tell the two apart. The template's ink falls into connected
 * pieces: letters, or cells of CELL_MM where a piece is larger (logos, joined scripts). Each owns
 * the ground up to REACH_MM around it. It is laid on the scan by correlation over its own ground,
 * within SHIFT_MM of its place, so that feeder stretch and creases cost nothing and a line set with
 * other advance widths shows as shifts.
 *
 * There the two are compared with a tolerance: template ink counts as lost when no pixel of the
 * scan next to it (0.085-0.12 mm) is about as dark; scan ink as added when no pixel of the template
 * next to it is. Toner and ink gain move an edge by 5-30 um, a shift to whole pixels by up to 42
 * um: both stay within. The scan's ink is first scaled to the template's, by the median over the
 * glyphs, so that density is no difference; DEAD_SHARE of it is never one.
 *
 * Posts and pens add ink of their own, which comes from somewhere and goes on to somewhere: ink
 * connected to ink outside all grounds crosses a glyph, whose added ink then says nothing.
 *
 * Stroke width is 2 * (sum of ink) / (sum of its gradient): for a stroke both are proportional to
 * contrast and length, and a blur that leaves its middle dark changes neither. No threshold, no
 * thinning; good to about 5 um on lines of text at 300 dpi. Blur that does reach the middle widens
 * it, here as in the template, as both come from one scanner. */
#include "classifier/glyphs.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define PX_MM (MM_PER_INCH / FINE_DPI)
#define PX_MM2 (PX_MM * PX_MM)
#define GLYPHS_MAX 800  /* of one element: a closely printed half page */
#define CELL_MM 3.5     /* larger pieces are cut: letters up to 14 pt stay whole */
#define LEAST_MM2 0.03  /* a full stop at 6 pt; smaller is texture */
#define SMALL_MM2 0.15  /* dots and commas: too little to lay by themselves */
#define NEAR_MM 1.2     /* they go with a letter no farther than this */
#define REACH_MM 0.5    /* ground around a piece */
#define SHIFT_MM 0.5    /* searched around its place: what advance widths drift in some letters */
#define DEAD_SHARE 0.25 /* of typical ink: mottle, screens, texture */
#define GAIN_MIN 0.3    /* of template ink: paler, and it is not this print */
#define GAIN_MAX 3.0    /* darker likewise */
#define LAID_NCC 0.6    /* from here on a glyph found its place and tells the gain */
#define INK_SHARE 0.4   /* of typical ink: where ink begins, for what crosses */
#define STRAY_MIN_MM2 0.06 /* ink outside all grounds that makes its whole piece a crossing one */
#define STROKE_FLOOR 0.1   /* of typical ink: below is paper, for stroke width */
#define STROKE_MAX_MM 1.2  /* wider is a solid */
#define WIDE_LETTER 1.2    /* width over height of a wide one: M, W */

/* What one measurement reads and makes; pixel maps are of the element's size at FINE_DPI. */
struct pieces {
    const struct located *located;
    const struct image *expected, *seen, *open;
    const double *paper_rgb; /* of the scan */
    int width, height;
    double typical; /* ink of the template, levels */
    int32_t *owner; /* index of the glyph whose ground a pixel is, -1 for none */
    int n;
    struct piece {
        int x0, y0, x1, y1; /* of its ink, inclusive */
        int area;
        double shift[2]; /* laid at, px */
        double ncc, gain;
    } * piece;
};

static int px(double mm)
{
    return (int)lround(mm / PX_MM);
}

/* ---- pieces ---- */

/* Cells per side that cut a length into parts of at most CELL_MM. */
static int cells(int length)
{
    return (int)ceil(length * PX_MM / CELL_MM);
}

static void grow_box(struct piece *piece, int x, int y)
{
    if (!piece->area || x < piece->x0)
        piece->x0 = x;
    if (!piece->area || x > piece->x1)
        piece->x1 = x;
    if (!piece->area || y < piece->y0)
        piece->y0 = y;
    if (!piece->area || y > piece->y1)
        piece->y1 = y;
    piece->area++;
}

/* First index of each component's pieces; returns how many there are in all. */
static int count_pieces(const struct cv_components *found, int *first)
{
    int n = 0;
    for (int k = 1; k < found->n; k++) {
        const struct cv_component *c = &found->component[k];
        first[k] = -1;
        int parts = cells(c->w) * cells(c->h);
        if (c->area * PX_MM2 < LEAST_MM2 || n + parts > GLYPHS_MAX)
            continue;
        first[k] = n;
        n += parts;
    }
    return n;
}

static void own_ink(struct pieces *p, const struct cv_components *found, const int *first)
{
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            size_t i = (size_t)y * (size_t)p->width + (size_t)x;
            int k = found->label[i];
            p->owner[i] = -1;
            if (!k || first[k] < 0)
                continue;
            const struct cv_component *c = &found->component[k];
            int across = cells(c->w);
            int cell = (y - c->y) * cells(c->h) / c->h * across + (x - c->x) * across / c->w;
            p->owner[i] = first[k] + cell;
            grow_box(&p->piece[first[k] + cell], x, y);
        }
}

static double gap_mm(const struct piece *a, const struct piece *b)
{
    int dx = a->x0 > b->x1 ? a->x0 - b->x1 : b->x0 > a->x1 ? b->x0 - a->x1 : 0;
    int dy = a->y0 > b->y1 ? a->y0 - b->y1 : b->y0 > a->y1 ? b->y0 - a->y1 : 0;
    return hypot(dx, dy) * PX_MM;
}

/* Dots and commas become part of the nearest letter; pieces left empty stay, with area 0. */
static void join_small(struct pieces *p, int *becomes)
{
    for (int i = 0; i < p->n; i++) {
        double best = NEAR_MM;
        becomes[i] = i;
        if (!p->piece[i].area || p->piece[i].area * PX_MM2 >= SMALL_MM2)
            continue;
        for (int k = 0; k < p->n; k++)
            if (p->piece[k].area * PX_MM2 >= SMALL_MM2 &&
                gap_mm(&p->piece[i], &p->piece[k]) < best) {
                best = gap_mm(&p->piece[i], &p->piece[k]);
                becomes[i] = k;
            }
    }
    struct piece *piece = p->piece;
    for (int i = 0; i < p->n; i++)
        if (becomes[i] != i) {
            int k = becomes[i], area = piece[k].area + piece[i].area;
            grow_box(&piece[k], piece[i].x0, piece[i].y0);
            grow_box(&piece[k], piece[i].x1, piece[i].y1);
            piece[k].area = area;
            piece[i].area = 0;
        }
    size_t all = (size_t)p->width * (size_t)p->height;
    for (size_t i = 0; i < all; i++)
        if (p->owner[i] >= 0)
            p->owner[i] = becomes[p->owner[i]];
}

/* Gives the pixels within REACH_MM of ink to the nearest piece, ring by ring. */
static bool spread_ground(struct pieces *p, struct err *err)
{
    int *queue = malloc((size_t)p->width * (size_t)p->height * sizeof *queue);
    if (!queue)
        return err_set(err, "out of memory while comparing letters");
    int end = 0, begin = 0, all = p->width * p->height;
    for (int i = 0; i < all; i++)
        if (p->owner[i] >= 0)
            queue[end++] = i;
    for (int ring = 0; ring < px(REACH_MM); ring++)
        for (int ring_end = end; begin < ring_end; begin++) {
            int i = queue[begin], x = i % p->width;
            const int next[4] = {x > 0 ? i - 1 : -1, x + 1 < p->width ? i + 1 : -1, i - p->width,
                                 i + p->width};
            for (int k = 0; k < 4; k++)
                if (next[k] >= 0 && next[k] < all && p->owner[next[k]] < 0) {
                    p->owner[next[k]] = p->owner[i];
                    queue[end++] = next[k];
                }
        }
    free(queue);
    return true;
}

static void pieces_finish(struct pieces *p)
{
    free(p->owner);
    free(p->piece);
}

static bool pieces_make(struct pieces *p, const struct image *mask, struct err *err)
{
    struct cv_components found = {0};
    if (!cv_components_find(mask, 8, &found, err))
        return false;
    int *first = calloc((size_t)found.n, sizeof *first);
    bool ok = first || err_set(err, "out of memory while comparing letters");
    if (ok)
        p->n = count_pieces(&found, first);
    int *becomes = calloc((size_t)p->n + 1, sizeof *becomes);
    p->piece = calloc((size_t)p->n + 1, sizeof *p->piece);
    p->owner = malloc((size_t)p->width * (size_t)p->height * sizeof *p->owner);
    ok = ok && ((becomes && p->piece && p->owner) ||
                err_set(err, "out of memory while comparing letters"));
    if (ok) {
        own_ink(p, &found, first);
        join_small(p, becomes);
        ok = spread_ground(p, err);
    }
    free(first);
    free(becomes);
    cv_components_finish(&found);
    return ok;
}

static int owner_at(const struct pieces *p, int x, int y)
{
    bool inside = x >= 0 && y >= 0 && x < p->width && y < p->height;
    return inside ? p->owner[(size_t)y * (size_t)p->width + (size_t)x] : -1;
}

/* ---- laying ---- */

struct sums {
    double n, e, s, ee, ss, es;
};

static struct sums sum_at(const struct pieces *p, int k, int dx, int dy)
{
    const struct piece *piece = &p->piece[k];
    int reach = px(REACH_MM);
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
    int most = px(SHIFT_MM);
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

/* Vertex of the parabola through three neighbours, within half a step. */
static double vertex(double before, double here, double after)
{
    double bend = before - 2 * here + after;
    return bend < -1e-9 ? fmax(-0.5, fmin(0.5, (before - after) / (2 * bend))) : 0;
}

/* From its place; when that leads nowhere, from further starts two strokes apart. */
static void lay(const struct pieces *p, struct piece *piece)
{
    int k = (int)(piece - p->piece), step = px(SHIFT_MM) / 2, x = 0, y = 0;
    climb(p, k, &x, &y, &piece->ncc);
    for (int i = 0; i < 9 && piece->ncc < LAID_NCC; i++) {
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
    piece->shift[0] = x + vertex(ncc_at(p, k, x - 1, y), piece->ncc, ncc_at(p, k, x + 1, y));
    piece->shift[1] = y + vertex(ncc_at(p, k, x, y - 1), piece->ncc, ncc_at(p, k, x, y + 1));
}

static double median_gain(const struct pieces *p, double *room)
{
    int n = 0;
    for (int i = 0; i < p->n; i++)
        if (p->piece[i].area && p->piece[i].ncc >= LAID_NCC)
            room[n++] = p->piece[i].gain;
    return n ? fmax(GAIN_MIN, fmin(GAIN_MAX, median_of(room, n))) : 1;
}

/* ---- comparing ---- */

/* Strength around one piece, in units of typical ink, with a rim of one pixel. */
struct ground {
    int width, height; /* without the rim */
    float *value;      /* (width + 2) * (height + 2) */
};

static const float *ground_at(const struct ground *ground, int x, int y)
{
    return ground->value + (ptrdiff_t)(y + 1) * (ground->width + 2) + x + 1;
}

/* Reads the image `shift` pixels beside the place (x0, y0) by bilinear interpolation; 0 outside. */
static void read_ground(const struct image *image, int x0, int y0, const double shift[2],
                        double scale, struct ground *ground)
{
    double fx = shift[0] - floor(shift[0]), fy = shift[1] - floor(shift[1]);
    const double weight[4] = {scale * (1 - fx) * (1 - fy), scale * fx * (1 - fy),
                              scale * (1 - fx) * fy, scale * fx * fy};
    int u0 = x0 - 1 + (int)floor(shift[0]), v0 = y0 - 1 + (int)floor(shift[1]);
    float *value = ground->value;
    for (int y = 0; y < ground->height + 2; y++)
        for (int x = 0; x < ground->width + 2; x++) {
            double sum = 0;
            for (int k = 0; k < 4; k++) {
                int u = u0 + x + (k & 1), v = v0 + y + (k >> 1);
                if (u >= 0 && v >= 0 && u < image->width && v < image->height)
                    sum += weight[k] * image_row(image, v)[u];
            }
            *value++ = (float)sum;
        }
}

/* The darkest of a pixel and its four neighbours. */
static float darkest_near(const struct ground *ground, int x, int y)
{
    const float *at = ground_at(ground, x, y);
    int row = ground->width + 2;
    return fmaxf(fmaxf(fmaxf(at[-1], at[1]), fmaxf(at[-row], at[row])), at[0]);
}

/* Ink that comes from outside all grounds, as a mask: whole connected pieces of the scan's ink. */
static bool find_crossing(const struct pieces *p, double gain, struct image *ret, struct err *err)
{
    struct image ink = {0}, crossing = {0};
    struct cv_components found = {0};
    double level = fmax(INK_MIN_STRENGTH, INK_SHARE * gain * p->typical);
    bool ok = cv_threshold(p->seen, level, false, &ink, err) &&
              cv_components_find(&ink, 8, &found, err) &&
              image_create(&crossing, p->width, p->height, 1, err);
    int *stray = ok ? calloc((size_t)found.n, sizeof *stray) : NULL;
    ok = ok && (stray || err_set(err, "out of memory while comparing letters"));
    size_t all = (size_t)p->width * (size_t)p->height;
    for (size_t i = 0; ok && i < all; i++)
        stray[found.label[i]] += p->owner[i] < 0;
    for (size_t i = 0; ok && i < all; i++)
        crossing.data[i] =
            found.label[i] && stray[found.label[i]] * PX_MM2 >= STRAY_MIN_MM2 ? 255 : 0;
    free(stray);
    cv_components_finish(&found);
    image_finish(&ink);
    if (ok)
        *ret = crossing;
    else
        image_finish(&crossing);
    return ok;
}

/* What comparing one piece reads. */
struct comparison {
    const struct pieces *p;
    const struct image *crossing;
    double gain;
    struct ground expected, seen; /* room for the largest piece */
};

static void comparison_finish(struct comparison *c)
{
    free(c->expected.value);
    free(c->seen.value);
}

static bool comparison_init(struct comparison *c, struct err *err)
{
    int width = 0, height = 0, around = 2 * px(REACH_MM) + 3;
    for (int i = 0; i < c->p->n; i++) {
        const struct piece *piece = &c->p->piece[i];
        width = piece->x1 - piece->x0 > width ? piece->x1 - piece->x0 : width;
        height = piece->y1 - piece->y0 > height ? piece->y1 - piece->y0 : height;
    }
    size_t size = (size_t)(width + around) * (size_t)(height + around) * sizeof(float);
    c->expected.value = malloc(size);
    c->seen.value = malloc(size);
    return (c->expected.value && c->seen.value) ||
           err_set(err, "out of memory while comparing letters");
}

/* Lost and added ink, in units of full ink times pixels, over the piece's ground. */
static void compare(struct comparison *c, int k, struct glyph *ret)
{
    const struct pieces *p = c->p;
    const struct piece *piece = &p->piece[k];
    int reach = px(REACH_MM), x0 = piece->x0 - reach, y0 = piece->y0 - reach;
    int dx = (int)lround(piece->shift[0]), dy = (int)lround(piece->shift[1]);
    double lost = 0, added = 0, inked = 0, open = 0;
    c->expected.width = c->seen.width = piece->x1 + reach + 1 - x0;
    c->expected.height = c->seen.height = piece->y1 + reach + 1 - y0;
    read_ground(p->expected, x0, y0, (const double[]){0, 0}, 1 / p->typical, &c->expected);
    read_ground(p->seen, x0, y0, piece->shift, 1 / (p->typical * c->gain), &c->seen);
    for (int y = 0; y < c->seen.height; y++)
        for (int x = 0; x < c->seen.width; x++) {
            if (owner_at(p, x0 + x, y0 + y) != k)
                continue;
            int u = x0 + x + dx, v = y0 + y + dy;
            bool ink = image_row(&p->located->element->fine_mask, y0 + y)[x0 + x];
            inked += ink;
            if (u < 0 || v < 0 || u >= p->width || v >= p->height || !image_row(p->open, v)[u])
                continue;
            open += ink;
            ret->crossed |= image_row(c->crossing, v)[u] != 0;
            double e = (double)*ground_at(&c->expected, x, y),
                   s = (double)*ground_at(&c->seen, x, y);
            if (e > DEAD_SHARE)
                lost += fmax(0, e - (double)darkest_near(&c->seen, x, y) - DEAD_SHARE);
            if (s > DEAD_SHARE)
                added += fmax(0, s - (double)darkest_near(&c->expected, x, y) - DEAD_SHARE);
        }
    /* A difference of full ink counts whole, though its dead share was taken off. */
    ret->lost_mm2 = lost / (1 - DEAD_SHARE) * PX_MM2;
    ret->added_mm2 = added / (1 - DEAD_SHARE) * PX_MM2;
    ret->open = inked > 0 ? open / inked : 0;
}

/* ---- strokes ---- */

/* Drop below the paper in one channel. */
static double drop(const struct image *rgb, int x, int y, int channel, double paper)
{
    return fmax(0, paper - image_row(rgb, y)[3 * x + channel]);
}

/* The channel that the piece's ink darkens most: in one channel inks that were printed beside each
 * other do not widen a stroke. */
static int main_channel(const struct pieces *p, int k)
{
    const struct element_model *element = p->located->element;
    const struct piece *piece = &p->piece[k];
    double sum[3] = {0, 0, 0};
    for (int y = piece->y0; y <= piece->y1; y++)
        for (int x = piece->x0; x <= piece->x1; x++)
            for (int c = 0; c < 3; c++)
                sum[c] += drop(&element->fine_rgb, x, y, c, element->paper_rgb[c]);
    int best = sum[1] > sum[0] ? 1 : 0;
    return sum[2] > sum[best] ? 2 : best;
}

/* Mean width of the strokes over the piece's ground, in um; 0 for a solid or an empty ground. */
static double stroke_width(const struct pieces *p, int k, const struct image *rgb, int dx, int dy,
                           int channel, double paper)
{
    const struct piece *piece = &p->piece[k];
    int reach = px(REACH_MM);
    double peak = 0, ink = 0, slope = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int y = piece->y0 - reach; y <= piece->y1 + reach; y++)
            for (int x = piece->x0 - reach; x <= piece->x1 + reach; x++) {
                int u = x + dx, v = y + dy;
                if (owner_at(p, x, y) != k || u < 1 || v < 1 || u + 1 >= p->width ||
                    v + 1 >= p->height)
                    continue;
                double here = drop(rgb, u, v, channel, paper);
                if (pass == 0) {
                    peak = fmax(peak, here);
                    continue;
                }
                double gx =
                    drop(rgb, u + 1, v, channel, paper) - drop(rgb, u - 1, v, channel, paper);
                double gy =
                    drop(rgb, u, v + 1, channel, paper) - drop(rgb, u, v - 1, channel, paper);
                ink += fmax(0, here - STROKE_FLOOR * peak);
                slope += fmax(0, hypot(gx, gy) / 2 - STROKE_FLOOR / 2 * peak);
            }
    double mm = slope > 0 ? 2 * ink / slope * PX_MM : 0;
    return mm <= STROKE_MAX_MM ? 1000 * mm : 0;
}

static void measure_strokes(const struct pieces *p, int k, struct glyph *ret)
{
    const struct element_model *element = p->located->element;
    int channel = main_channel(p, k);
    ret->stroke_um[0] =
        stroke_width(p, k, &element->fine_rgb, 0, 0, channel, element->paper_rgb[channel]);
    ret->stroke_um[1] =
        stroke_width(p, k, &p->located->seen, (int)lround(p->piece[k].shift[0]),
                     (int)lround(p->piece[k].shift[1]), channel, p->paper_rgb[channel]);
}

/* ---- all of them ---- */

static void describe(const struct pieces *p, int k, struct glyph *ret)
{
    const struct piece *piece = &p->piece[k];
    ret->box_mm[0] = piece->x0 * PX_MM;
    ret->box_mm[1] = piece->y0 * PX_MM;
    ret->box_mm[2] = (piece->x1 - piece->x0 + 1) * PX_MM;
    ret->box_mm[3] = (piece->y1 - piece->y0 + 1) * PX_MM;
    ret->ink_mm2 = piece->area * PX_MM2;
    ret->ncc = piece->ncc;
    for (int c = 0; c < 2; c++)
        ret->shift_mm[c] = piece->shift[c] * PX_MM;
}

static bool compare_all(struct pieces *p, struct glyphs *ret, struct err *err)
{
    struct image crossing = {0};
    struct comparison c = {.p = p, .crossing = &crossing};
    double *room = calloc((size_t)p->n, sizeof *room);
    struct glyph *glyph = calloc((size_t)p->n, sizeof *glyph);
    bool ok = ((room && glyph) || err_set(err, "out of memory while comparing letters")) &&
              comparison_init(&c, err);
    for (int i = 0; ok && i < p->n; i++)
        if (p->piece[i].area)
            lay(p, &p->piece[i]);
    if (ok)
        c.gain = median_gain(p, room);
    ok = ok && find_crossing(p, c.gain, &crossing, err);
    int n = 0;
    for (int i = 0; ok && i < p->n; i++) {
        if (!p->piece[i].area)
            continue;
        describe(p, i, &glyph[n]);
        compare(&c, i, &glyph[n]);
        measure_strokes(p, i, &glyph[n]);
        n++;
    }
    comparison_finish(&c);
    image_finish(&crossing);
    free(room);
    if (!ok) {
        free(glyph);
        return false;
    }
    ret->n = n;
    ret->glyph = glyph;
    return true;
}

bool glyphs_measure(const struct located *located, const double paper_rgb[3], struct glyphs *ret,
                    struct err *err)
{
    struct pieces p = {.located = located,
                       .paper_rgb = paper_rgb,
                       .expected = &located->element->fine,
                       .seen = &located->strength,
                       .open = &located->open,
                       .width = located->element->fine.width,
                       .height = located->element->fine.height,
                       .typical = located->element->contrast};
    struct glyphs glyphs = {0};
    bool ok = pieces_make(&p, &located->element->fine_mask, err) &&
              (p.n == 0 || compare_all(&p, &glyphs, err));
    pieces_finish(&p);
    if (ok)
        *ret = glyphs;
    return ok;
}

void glyphs_finish(struct glyphs *glyphs)
{
    free(glyphs->glyph);
    *glyphs = (struct glyphs){0};
}

double glyph_difference(const struct glyph *glyph)
{
    double letters = fmax(1, glyph->box_mm[2] / (WIDE_LETTER * glyph->box_mm[3]));
    double differs = glyph->lost_mm2 + (glyph->crossed ? 0 : glyph->added_mm2);
    return differs * letters / glyph->ink_mm2;
}

bool is_text(const struct element_model *element)
{
    return strcmp(element->data->kind, "sender") == 0 || strcmp(element->data->kind, "slogan") == 0;
}
