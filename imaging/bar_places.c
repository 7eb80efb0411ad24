/* The structure tensor (the gradient's outer product, averaged over a few mm) tells parallel
 * strokes from letters: its larger eigenvalue takes nearly all in bars, about two thirds in text
 * (Bigün and Granlund, Optimal orientation detection of linear symmetry, ICCV 1987). Neighbouring
 * cells whose bars point the same way make one place; a straight edge does as well, but is no
 * longer along its normal than it is wide, and goes. */
#include "imaging/bar_places.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define CELL_MM 1.0
#define WINDOW 3 /* cells a side over which the tensor is averaged */
#define COHERENCE_MIN                                                                              \
    0.5 /* (l1 - l2) / (l1 + l2): bars of four states 0.6 and more, text to 0.45 */
#define ENERGY_MIN                                                                                 \
    30.0 /* mean squared gradient, levels^2: faint ink a little blurred has 60, noise 6 */
#define SPREAD_DEG 14.0 /* between neighbouring cells of one place */
#define LENGTH_MIN_MM 11.0
#define PIECE_MIN_MM                                                                               \
    4.0               /* of a row that goes on: where all bars are short little points along it */
#define GAP_MM 12.0   /* between pieces of a row, */
#define OFFSET_MM 2.5 /* and across it */
#define TURN_DEG 6.0
#define BARS_MIN_MM 2.0
#define BARS_MAX_MM 60.0

struct cell {
    double xx, yy, xy; /* tensor */
    double angle_deg;  /* of the gradient */
    int parent;        /* -1: no bars */
};

struct grid {
    struct cell *cell;
    int w, h;
    double px; /* side of a cell */
};

static bool fill_tensor(const struct image *grey, struct grid *grid, struct err *err)
{
    struct plane level = {0}, gx = {0}, gy = {0};
    bool fine = plane_create(&level, grey->width, grey->height, err);
    for (int y = 0; fine && y < grey->height; y++)
        for (int x = 0; x < grey->width; x++)
            level.data[(size_t)y * (size_t)level.width + (size_t)x] = image_row(grey, y)[x];
    fine = fine && cv_gradients(&level, CV_GRADIENT_SCHARR, &gx, &gy, err);
    for (int y = 0; fine && y < grey->height; y++) {
        int cy = (int)(y / grid->px);
        for (int x = 0; x < grey->width && cy < grid->h; x++) {
            int cx = (int)(x / grid->px);
            if (cx >= grid->w)
                break;
            struct cell *cell = &grid->cell[cy * grid->w + cx];
            size_t at = (size_t)y * (size_t)gx.width + (size_t)x;
            double dx = (double)gx.data[at], dy = (double)gy.data[at];
            cell->xx += dx * dx;
            cell->yy += dy * dy;
            cell->xy += dx * dy;
        }
    }
    plane_finish(&level);
    plane_finish(&gx);
    plane_finish(&gy);
    return fine;
}

/* Averages over the window around each cell and says which cells hold bars. */
static bool mark_bars(struct grid *grid, struct err *err)
{
    struct cell *mean = calloc((size_t)grid->w * (size_t)grid->h, sizeof *mean);
    if (!mean)
        return err_set(err, "out of memory for finding bar codes");
    const int reach = WINDOW / 2;
    for (int y = 0; y < grid->h; y++)
        for (int x = 0; x < grid->w; x++) {
            struct cell *to = &mean[y * grid->w + x];
            int n = 0;
            for (int j = -reach; j <= reach; j++)
                for (int i = -reach; i <= reach; i++) {
                    if (x + i < 0 || y + j < 0 || x + i >= grid->w || y + j >= grid->h)
                        continue;
                    const struct cell *from = &grid->cell[(y + j) * grid->w + x + i];
                    to->xx += from->xx;
                    to->yy += from->yy;
                    to->xy += from->xy;
                    n++;
                }
            double sum = to->xx + to->yy, apart = hypot(to->xx - to->yy, 2 * to->xy);
            to->angle_deg = 0.5 * atan2(2 * to->xy, to->xx - to->yy) * 180 / M_PI;
            bool bars = sum >= ENERGY_MIN * n * grid->px * grid->px && apart >= COHERENCE_MIN * sum;
            to->parent = bars ? y * grid->w + x : -1;
        }
    free(grid->cell);
    grid->cell = mean;
    return true;
}

static int root_of(struct cell *cell, int i)
{
    while (cell[i].parent != i)
        i = cell[i].parent = cell[cell[i].parent].parent;
    return i;
}

static void join(struct grid *grid)
{
    static const int step[4][2] = {{1, 0}, {0, 1}, {1, 1}, {-1, 1}};
    for (int y = 0; y < grid->h; y++)
        for (int x = 0; x < grid->w; x++) {
            int here = y * grid->w + x;
            for (int k = 0; k < 4 && grid->cell[here].parent >= 0; k++) {
                int nx = x + step[k][0], ny = y + step[k][1], there = ny * grid->w + nx;
                if (nx < 0 || nx >= grid->w || ny >= grid->h || grid->cell[there].parent < 0)
                    continue;
                double turn =
                    remainder(grid->cell[here].angle_deg - grid->cell[there].angle_deg, 180);
                if (fabs(turn) <= SPREAD_DEG)
                    grid->cell[root_of(grid->cell, here)].parent = root_of(grid->cell, there);
            }
        }
}

/* The turned box around the cells of one root; the angle is that of their summed tensor. */
static struct bar_place place_of(struct grid *grid, int root)
{
    double xx = 0, yy = 0, xy = 0, low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    const int n = grid->w * grid->h;
    for (int i = 0; i < n; i++)
        if (grid->cell[i].parent >= 0 && root_of(grid->cell, i) == root) {
            xx += grid->cell[i].xx;
            yy += grid->cell[i].yy;
            xy += grid->cell[i].xy;
        }
    double angle = 0.5 * atan2(2 * xy, xx - yy), s = sin(angle), c = cos(angle);
    for (int i = 0; i < n; i++) {
        if (grid->cell[i].parent < 0 || root_of(grid->cell, i) != root)
            continue;
        double x = (i % grid->w + 0.5) * grid->px, y = (i / grid->w + 0.5) * grid->px;
        double at[2] = {c * x + s * y, c * y - s * x};
        for (int a = 0; a < 2; a++) {
            low[a] = fmin(low[a], at[a] - grid->px / 2);
            high[a] = fmax(high[a], at[a] + grid->px / 2);
        }
    }
    double u = (low[0] + high[0]) / 2, v = (low[1] + high[1]) / 2;
    return (struct bar_place){
        .centre_px = {c * u - s * v, s * u + c * v},
        .size_px = {high[0] - low[0], high[1] - low[1]},
        .angle_deg = angle * 180 / M_PI,
    };
}

/* Whether b goes on where a ends; then ret is around both, at the longer one's angle. */
static bool goes_on(const struct bar_place *a, const struct bar_place *b, double mm,
                    struct bar_place *ret)
{
    const struct bar_place *lead = a->size_px[0] >= b->size_px[0] ? a : b,
                           *more = lead == a ? b : a;
    double s = sin(lead->angle_deg * M_PI / 180), c = cos(lead->angle_deg * M_PI / 180);
    double dx = more->centre_px[0] - lead->centre_px[0],
           dy = more->centre_px[1] - lead->centre_px[1];
    double along = c * dx + s * dy, across = c * dy - s * dx;
    double gap = fabs(along) - lead->size_px[0] / 2 - more->size_px[0] / 2;
    if (fabs(remainder(a->angle_deg - b->angle_deg, 180)) > TURN_DEG ||
        fabs(across) > OFFSET_MM * mm || gap > GAP_MM * mm)
        return false;
    double low = fmin(-lead->size_px[0] / 2, along - more->size_px[0] / 2);
    double high = fmax(lead->size_px[0] / 2, along + more->size_px[0] / 2);
    *ret = *lead;
    ret->centre_px[0] += c * (low + high) / 2;
    ret->centre_px[1] += s * (low + high) / 2;
    ret->size_px[0] = high - low;
    ret->size_px[1] = fmax(lead->size_px[1], more->size_px[1]);
    return true;
}

/* Puts the pieces of a row together. Returns how many places are left. */
static int join_rows(struct bar_place *place, int n, double mm)
{
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < n; i++)
            for (int k = i + 1; k < n; k++)
                if (goes_on(&place[i], &place[k], mm, &place[i])) {
                    place[k--] = place[--n];
                    again = true;
                }
    }
    return n;
}

static int longer_first(const void *a, const void *b)
{
    const struct bar_place *p = a, *q = b;
    return (q->size_px[0] > p->size_px[0]) - (q->size_px[0] < p->size_px[0]);
}

bool bar_places_find(const struct image *grey, struct bar_place ret[BAR_PLACES_MAX], int *ret_n,
                     struct err *err)
{
    double mm = grey->dpi_x / 25.4;
    struct grid grid = {.px = CELL_MM * mm};
    grid.w = (int)(grey->width / grid.px);
    grid.h = (int)(grey->height / grid.px);
    *ret_n = 0;
    if (grid.w < 1 || grid.h < 1)
        return true;
    grid.cell = calloc((size_t)grid.w * (size_t)grid.h, sizeof *grid.cell);
    bool fine = grid.cell != NULL || err_set(err, "out of memory for finding bar codes");
    fine = fine && fill_tensor(grey, &grid, err) && mark_bars(&grid, err);
    if (fine)
        join(&grid);
    struct bar_place *all = NULL;
    int n = 0, room = 0;
    for (int i = 0; fine && i < grid.w * grid.h; i++) {
        if (grid.cell[i].parent != i)
            continue;
        struct bar_place place = place_of(&grid, i);
        if (place.size_px[0] < PIECE_MIN_MM * mm || place.size_px[1] < BARS_MIN_MM * mm ||
            place.size_px[1] > BARS_MAX_MM * mm)
            continue;
        if (n == room) {
            struct bar_place *more = realloc(all, (size_t)(room = 2 * room + 16) * sizeof *all);
            if (!more) {
                fine = err_set(err, "out of memory for finding bar codes");
                break;
            }
            all = more;
        }
        all[n++] = place;
    }
    if (fine && n > 1) {
        n = join_rows(all, n, mm);
        qsort(all, (size_t)n, sizeof *all, longer_first);
    }
    for (int i = 0; fine && i < n && *ret_n < BAR_PLACES_MAX; i++)
        if (all[i].size_px[0] >= LENGTH_MIN_MM * mm)
            ret[(*ret_n)++] = all[i];
    free(all);
    free(grid.cell);
    return fine;
}
