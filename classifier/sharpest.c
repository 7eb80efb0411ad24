/* The scanner's point spread softens every edge alike, ink and toner soften their own edges on top:
 * widths add in quadrature. Of all that stands on an envelope, address, stamps, codes, labels and
 * the firm's own print, something is printed sharply; where even that is soft, the scan is.
 *
 * The sheet is cut into tiles. In each, profiles across the contour half way between its own paper
 * and its own ink are read from the raw pixels, and their median 10-90 % width is the tile's. Thin
 * strokes look sharper than they are (a blurred line falls off faster than a blurred step), so that
 * both sides of an edge must be level. The sharpest quarter of the tiles is the answer: a few may
 * be a chance, and most of a sheet may come from one soft printer.
 *
 * It lies on sheets with little but handwriting: then it is their pen's width. */
#include "classifier/sharpest.h"

#include "classifier/edge_profile.h"
#include "classifier/ink.h"
#include "classifier/numbers.h"

#include <math.h>
#include <stddef.h>

#define MM_PER_INCH 25.4
#define UM_PER_INCH 25400.0
#define TILE_MM 3.0
#define TILES_FOUND_MAX 4096 /* two sides of C4 have twice as many, were they printed all over */
#define TILES_MAX 60         /* beyond, every k-th: enough for a quartile */
#define STRONG 80    /* levels of the reduced page: print with contrast, not paper or shade */
#define STRONG_MIN 6 /* its pixels in a tile: a stroke of 1 mm */
#define BARE_MIN 6   /* and as many of paper */
#define HALF_PROFILE_MM 0.25 /* each way */
#define LEVEL_MM 0.15        /* from the contour on, inward and outward, an edge must be level: */
#define LEVEL_SHARE 0.12     /* of its range; 10 % is where the width is taken */
#define PROFILES_MIN 12      /* in a tile, for its median */
#define PROFILES_MAX 100
#define RIM_STEP 4    /* every so-manyth pixel of a contour: neighbours say the same */
#define NORMAL_PX 2   /* pixels each way that tell the direction of an edge */
#define BASE 0.1      /* quantiles of a tile's strength: its paper */
#define INK 0.98      /* and its ink */
#define SHARPEST 0.25 /* quantile of the tiles: codes and letters, whatever else is soft */
#define TILES_MIN 3

struct tile {
    enum side_name side;
    double x_mm, y_mm;
};

/* Tiles of one side with print and paper in them. */
static int tiles_of(const struct scan *scan, enum side_name s, struct tile *ret, int max)
{
    const struct image *strength = &scan->strength[s];
    int step = (int)lround(TILE_MM * SIDE_REDUCED_DPI / MM_PER_INCH), n = 0;
    for (int top = step; top + 2 * step <= strength->height; top += step)
        for (int left = step; left + 2 * step <= strength->width; left += step) {
            int strong = 0, bare = 0;
            for (int y = top; y < top + step; y++)
                for (int x = left; x < left + step; x++) {
                    strong += image_row(strength, y)[x] >= STRONG;
                    bare += image_row(strength, y)[x] < INK_MIN_STRENGTH;
                }
            if (strong >= STRONG_MIN && bare >= BARE_MIN && n < max)
                ret[n++] = (struct tile){s, (left + step / 2.0) * MM_PER_INCH / SIDE_REDUCED_DPI,
                                         (top + step / 2.0) * MM_PER_INCH / SIDE_REDUCED_DPI};
        }
    return n;
}

/* Whether the profile is level from `level` steps off its middle on, to either end. */
static bool is_level(const double *profile, int half, int level, double range)
{
    for (int i = level; i <= half; i++)
        if (fabs(profile[half - i] - profile[half - level]) > LEVEL_SHARE * range ||
            fabs(profile[half + i] - profile[half + level]) > LEVEL_SHARE * range)
            return false;
    return true;
}

/* Whether a pixel is the last of the ink beside the contour. */
static bool is_rim(const struct image *strength, int x, int y, double middle)
{
    const uint8_t *here = image_row(strength, y) + x;
    ptrdiff_t row = (ptrdiff_t)strength->stride;
    return *here >= middle &&
           (here[-1] < middle || here[1] < middle || here[-row] < middle || here[row] < middle);
}

/* Unit normal out of the ink: down the plane that fits 5 x 5 pixels best. False where it is flat.
 */
static bool normal_at(const struct image *strength, int x, int y, double ret[2])
{
    double gx = 0, gy = 0;
    for (int dy = -NORMAL_PX; dy <= NORMAL_PX; dy++)
        for (int dx = -NORMAL_PX; dx <= NORMAL_PX; dx++) {
            int v = image_row(strength, y + dy)[x + dx];
            gx -= dx * v;
            gy -= dy * v;
        }
    double slope = hypot(gx, gy);
    ret[0] = gx / fmax(1, slope);
    ret[1] = gy / fmax(1, slope);
    return slope >= 1;
}

/* Widths (px) of the edges in a tile's picture of ink strength. */
static int read_edges(const struct image *strength, double dpi, double *ret, int max)
{
    double base = image_percentile(strength, NULL, BASE);
    double ink = image_percentile(strength, NULL, INK), middle = (base + ink) / 2;
    int half = edge_profile_half(HALF_PROFILE_MM, dpi), level = edge_profile_half(LEVEL_MM, dpi);
    int n = 0, rim = 0;
    if (ink - base < STRONG)
        return 0;
    for (int y = NORMAL_PX; y + NORMAL_PX < strength->height; y++)
        for (int x = NORMAL_PX; x + NORMAL_PX < strength->width && n < max; x++) {
            double profile[EDGE_PROFILE_MAX], normal[2];
            struct edge_reading edge;
            if (!is_rim(strength, x, y, middle) || rim++ % RIM_STEP ||
                !normal_at(strength, x, y, normal) ||
                !edge_profile_read(strength, x, y, normal[0], normal[1], half, profile))
                continue;
            for (int k = 0; k <= 2 * half; k++)
                profile[k] -= base;
            if (is_level(profile, half, level, ink - base) &&
                edge_profile_measure(profile, half, ink - base, &edge))
                ret[n++] = edge.width;
        }
    return n;
}

/* Median 10-90 % width in a tile, um; 0 when it has too few edges. */
static bool tile_width(const struct scan *scan, const struct tile *tile, double *ret_um,
                       struct err *err)
{
    const struct side *side = &scan->side[tile->side];
    double centre[2], width[PROFILES_MAX];
    affine_apply(&side->page_to_raw, tile->x_mm, tile->y_mm, centre);
    int reach = (int)lround((TILE_MM / 2 + HALF_PROFILE_MM) * side->dpi / MM_PER_INCH);
    struct image view =
        image_view(side->raw, (int)centre[0] - reach, (int)centre[1] - reach, 2 * reach, 2 * reach);
    struct image strength = {0};
    *ret_um = 0;
    if (!view.width || !view.height)
        return true;
    if (!ink_strength(&view, side->paper_rgb, &strength, err))
        return false;
    int n = read_edges(&strength, side->dpi, width, PROFILES_MAX);
    if (n >= PROFILES_MIN)
        *ret_um = median_of(width, n) * UM_PER_INCH / side->dpi;
    image_finish(&strength);
    return true;
}

bool sharpest_edge(const struct scan *scan, double *ret_um, struct err *err)
{
    struct tile tile[TILES_FOUND_MAX];
    double width[TILES_MAX];
    int tiles = 0, n = 0;
    *ret_um = 0;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (scan->has[s])
            tiles += tiles_of(scan, s, tile + tiles, TILES_FOUND_MAX - tiles);
    int stride = tiles / TILES_MAX + 1;
    for (int i = 0; i < tiles; i += stride) {
        double um;
        if (!tile_width(scan, &tile[i], &um, err))
            return false;
        if (um > 0)
            width[n++] = um;
    }
    if (n >= TILES_MIN)
        *ret_um = quantile_of(width, n, SHARPEST);
    return true;
}
