/* The template's ink falls into connected pieces: letters, or cells of CELL_MM where a piece is
 * larger (logos, joined scripts). Dots and commas go with the letter they stand by. Each piece owns
 * the ground up to GLYPH_REACH_MM around it, as far as it is the nearest. */
#include "classifier/glyph_parts.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <stdlib.h>

#define GLYPHS_MAX 800 /* of one element: a closely printed half page */
#define CELL_MM 3.5    /* larger pieces are cut: letters up to 14 pt stay whole */
#define LEAST_MM2 0.03 /* a full stop at 6 pt; smaller is texture */
#define SMALL_MM2 0.15 /* dots and commas: too little to lay by themselves */
#define NEAR_MM 1.2    /* they go with a letter no farther than this */

/* Cells per side that cut a length into parts of at most CELL_MM. */
static int cells(int length)
{
    return (int)ceil(length * GLYPH_PX_MM / CELL_MM);
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
        if (c->area * GLYPH_PX_MM2 < LEAST_MM2 || n + parts > GLYPHS_MAX)
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
    return hypot(dx, dy) * GLYPH_PX_MM;
}

/* Dots and commas become part of the nearest letter; pieces left empty stay, with area 0. */
static void join_small(struct pieces *p, int *becomes)
{
    for (int i = 0; i < p->n; i++) {
        double best = NEAR_MM;
        becomes[i] = i;
        if (!p->piece[i].area || p->piece[i].area * GLYPH_PX_MM2 >= SMALL_MM2)
            continue;
        for (int k = 0; k < p->n; k++)
            if (p->piece[k].area * GLYPH_PX_MM2 >= SMALL_MM2 &&
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

/* Gives the pixels within GLYPH_REACH_MM of ink to the nearest piece, ring by ring. */
static bool spread_ground(struct pieces *p, struct err *err)
{
    int *queue = malloc((size_t)p->width * (size_t)p->height * sizeof *queue);
    if (!queue)
        return err_set(err, "out of memory while comparing letters");
    int end = 0, begin = 0, all = p->width * p->height;
    for (int i = 0; i < all; i++)
        if (p->owner[i] >= 0)
            queue[end++] = i;
    for (int ring = 0; ring < glyph_px(GLYPH_REACH_MM); ring++)
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

void pieces_finish(struct pieces *p)
{
    free(p->owner);
    free(p->piece);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

bool pieces_make(struct pieces *p, const struct image *mask, struct err *err)
{
    struct cv_components found = {0};
    if (!cv_components_find(mask, 8, &found, err))
        return false;
    int *first = calloc((size_t)found.n, sizeof *first);
    bool ok = first || err_set(err, "out of memory while comparing letters");
    for (int k = 1; k < found.n; k++) {
        p->largest[0] = larger(p->largest[0], found.component[k].w);
        p->largest[1] = larger(p->largest[1], found.component[k].h);
    }
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
