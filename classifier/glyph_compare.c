/* Template ink counts as lost when neither the scan's pixel there nor one of its four neighbours
 * (0.085 mm) is about as dark; scan ink as added when the same is so in the template. Toner and ink
 * gain move an edge by 5-30 um, which stays within. The scan's ink is first scaled to the
 * template's, by the median over the pieces, so that density is no difference; DEAD_SHARE of it is
 * never one.
 *
 * Posts and pens add ink of their own, which comes from somewhere and goes on to somewhere: a piece
 * under such ink is crossed, and its added ink then says nothing. */
#include "classifier/glyph_parts.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <stdlib.h>

#define DEAD_SHARE 0.25       /* of typical ink: mottle, screens, texture */
#define GAIN_MIN 0.3          /* of template ink: paler, and it is not this print */
#define GAIN_MAX 3.0          /* darker likewise */
#define INK_MAX_STRENGTH 250. /* nothing is darker than black on white */
#define SAME_NCC 0.8          /* with the genuine piece: it is this one */
#define WORN_GAIN 0.6         /* of the others' ink: no other letter is as much paler */
#define OWN_LEAST 0.2         /* less, and noise would make letters */
#define OWN_MOST 3.0
#define LAID_NCC 0.6        /* from here on a piece found its place and tells the gain */
#define INK_SHARE 0.4       /* of typical ink: where ink begins, for what crosses */
#define STRAY_MIN_MM2 0.06  /* ink outside all grounds that makes its whole piece a crossing one */
#define STRAY_SHARE 0.3     /* of a drawing's ink; more lies elsewhere: it is not the drawing's */
#define DRAWN_LARGER_MM 3.0 /* by which a drawing's largest piece may grow */

/* Ink of this print over the template's: the median over the pieces that found their place. */
static double median_gain(const struct pieces *p, double *room)
{
    int n = 0;
    for (int i = 0; i < p->n; i++)
        if (p->piece[i].area && p->piece[i].ncc >= LAID_NCC)
            room[n++] = p->piece[i].gain;
    return n ? fmax(GAIN_MIN, fmin(GAIN_MAX, median_of(room, n))) : 1;
}

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

static float darker(float a, float b)
{
    return a > b ? a : b;
}

/* The darkest of a pixel and its four neighbours. */
static float darkest_near(const struct ground *ground, int x, int y)
{
    const float *at = ground_at(ground, x, y);
    int row = ground->width + 2;
    return darker(darker(darker(at[-1], at[1]), darker(at[-row], at[row])), at[0]);
}

/* Whether a connected piece of the scan's ink, `stray` pixels of which lie outside all grounds,
 * comes from elsewhere. Letters that are changed stay near the genuine ones. A drawing that is
 * changed may leave its ground in places, but is not mostly elsewhere, nor larger than a drawing,
 * nor does it go on beyond the element's box. */
static bool is_crossing(const struct pieces *p, const struct cv_component *c, int stray)
{
    if (stray * GLYPH_PX_MM2 < STRAY_MIN_MM2)
        return false;
    int more = glyph_px(DRAWN_LARGER_MM);
    return is_text(p->located->element) || stray > STRAY_SHARE * c->area || c->x == 0 ||
           c->y == 0 || c->x + c->w == p->width || c->y + c->h == p->height ||
           c->w > p->largest[0] + more || c->h > p->largest[1] + more;
}

/* Ink that comes from elsewhere, as a mask: whole connected pieces of the scan's ink. */
static bool find_crossing(const struct pieces *p, double gain, struct image *ret, struct err *err)
{
    struct image ink = {0}, crossing = {0};
    struct cv_components found = {0};
    double level = fmin(INK_MAX_STRENGTH, fmax(INK_MIN_STRENGTH, INK_SHARE * gain * p->typical));
    bool ok = cv_threshold(p->seen, level, false, &ink, err) &&
              cv_components_find(&ink, 8, &found, err) &&
              image_create(&crossing, p->width, p->height, 1, err);
    int *stray = ok ? calloc((size_t)found.n, sizeof *stray) : NULL;
    ok = ok && (stray || err_set(err, "out of memory while comparing letters"));
    size_t all = (size_t)p->width * (size_t)p->height;
    for (size_t i = 0; ok && i < all; i++)
        stray[found.label[i]] += p->owner[i] < 0;
    for (int k = 1; ok && k < found.n; k++)
        stray[k] = is_crossing(p, &found.component[k], stray[k]);
    for (size_t i = 0; ok && i < all; i++)
        crossing.data[i] = found.label[i] && stray[found.label[i]] ? 255 : 0;
    free(stray);
    cv_components_finish(&found);
    image_finish(&ink);
    if (ok)
        *ret = crossing;
    else
        image_finish(&crossing);
    return ok;
}

/* Ink of one piece that is the genuine one in its place, over the others': its colour may be
 * another than theirs, as parts of a logo are, or it is worn, as where the envelope was folded.
 * Another letter takes about as much ink as the genuine one. */
static double own_gain(const struct pieces *p, const struct piece *piece, double gain)
{
    double own = piece->gain / gain;
    bool as_letter = is_text(p->located->element) && own >= WORN_GAIN;
    if (piece->ncc < SAME_NCC || as_letter)
        return 1;
    return fmin(OWN_MOST, fmax(OWN_LEAST, own));
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
    int width = 0, height = 0, around = 2 * glyph_px(GLYPH_REACH_MM) + 3;
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
    int reach = glyph_px(GLYPH_REACH_MM), x0 = piece->x0 - reach, y0 = piece->y0 - reach;
    int dx = (int)lround(piece->shift[0]), dy = (int)lround(piece->shift[1]);
    double lost = 0, added = 0, inked = 0, open = 0, own = own_gain(p, piece, c->gain);
    double paler = fmin(1, own), darker_by = fmax(1, own);
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
            ret->through |= ink && !image_row(p->clear, v)[u];
            double e = (double)*ground_at(&c->expected, x, y),
                   s = (double)*ground_at(&c->seen, x, y);
            if (e > DEAD_SHARE)
                lost += fmax(0, e - (double)darkest_near(&c->seen, x, y) / paler - DEAD_SHARE);
            s /= darker_by;
            if (s > DEAD_SHARE)
                added += fmax(0, s - (double)darkest_near(&c->expected, x, y) - DEAD_SHARE);
        }
    /* A difference of full ink counts whole, though its dead share was taken off. */
    ret->lost_mm2 = lost / (1 - DEAD_SHARE) * GLYPH_PX_MM2;
    ret->added_mm2 = added / (1 - DEAD_SHARE) * GLYPH_PX_MM2;
    ret->open = inked > 0 ? open / inked : 0;
}

bool pieces_compare(const struct pieces *p, struct glyph *glyph, struct err *err)
{
    struct image crossing = {0};
    struct comparison c = {.p = p, .crossing = &crossing};
    double *room = calloc((size_t)p->n, sizeof *room);
    bool ok =
        (room || err_set(err, "out of memory while comparing letters")) && comparison_init(&c, err);
    if (ok)
        c.gain = median_gain(p, room);
    ok = ok && find_crossing(p, c.gain, &crossing, err);
    for (int k = 0; ok && k < p->n; k++)
        if (p->piece[k].area)
            compare(&c, k, glyph++);
    comparison_finish(&c);
    image_finish(&crossing);
    free(room);
    return ok;
}
