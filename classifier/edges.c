/* Edges of print. An offset plate's edge is a smooth line softened by a few micrometres of ink;
 * toner is a heap of 5-8 um grains that scatter about the edge; ink-jet drops of 25-45 um leave a
 * wavy, feathered one. After ISO/IEC 24790: raggedness is the standard deviation of the residuals
 * from the contour at 60 % of the way from paper to ink to the line it should be; edge width is the
 * 10-90 % distance.
 *
 * The line it should be is the template's own contour (the median of the genuine samples), so
 * curves and corners cost nothing. For each rim pixel of the template's ink the profile along the
 * outward normal is read in the template and in the scan; the difference of the two crossings is
 * the residual. A shift common to a cell of CELL_MM (feeder stretch, registration) is fitted and
 * taken out. Median and MAD instead of mean and sd: dust, postmarks and corners are outliers.
 * Toner is rough all along, a crease, a pen stroke or the edge of a label in a few places: cells
 * that are far rougher than the typical one are left out.
 *
 * What the phase of the pixels alone does to a contour (PHASE_PX, in quadrature) is part of every
 * value: without it, samples from one very steady picture source would make any other scan look
 * rough.
 *
 * Repeatability about 3-6 % per element of 10 mm edge at 600 dpi. It lies when the print is
 * thinner than the profile (hair lines), on strongly textured paper, and between different
 * scanners: only values of one scanner at one resolution are comparable. */
#include "classifier/edges.h"

#include "classifier/edge_profile.h"
#include "classifier/edge_residual.h"
#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "classifier/place_search.h"
#include "classifier/registration.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define UM_PER_INCH 25400.0
#define HALF_PROFILE_MM 0.22 /* each way: holds the widest edge, stops before the next stroke */
#define SMOOTH_MM 0.06       /* for the direction of the normal only */
#define TYPICAL_INK 0.5      /* quantile of strength under the mask, as the model has it */
#define CELL_MM 3.0          /* local shift is fitted per cell */
#define CELL_MIN 12          /* profiles to fit two numbers with confidence */
#define CELL_ROUGHER 2.0     /* than the median cell: cells of one print differ by up to 1.6 */
#define PHASE_PX 0.1       /* by which two scans of one smooth edge differ as it meets the pixels */
#define FINE_PHASE_PX 0.02 /* the part of that which changes from one pixel to the next */
#define STEP_PX 0.05       /* likewise of the wave that the pixels' own raster makes of it */
#define SOFTER 1.15      /* edges wider than the template's by this much: two scans differ by 5 % */
#define SOFT_MAX_UM 75.0 /* sd; toner reaches 50, beyond it is focus, and details are lost */
#define PROFILES_MAX 12000 /* beyond, every k-th cell: the sd is good to 1 % already */

/* Points an inch of office printers; finer ones are set in multiples. */
static const double raster_dpi[] = {600, 1200};
#define EDGE_RASTERS ((int)(sizeof raster_dpi / sizeof *raster_dpi))

bool print_crop(const struct scan *scan, const struct located *located, struct print *ret,
                struct err *err)
{
    const struct element_model *element = located->element;
    const struct side *side = &scan->side[located->scan_side];
    struct print print = {
        .located = located, .dpi = element->data->dpi, .grey = side->raw->channels == 1};
    memcpy(print.paper_rgb, side->paper_rgb, sizeof print.paper_rgb);
    double w = element->picture.width * MM_PER_INCH / print.dpi;
    double h = element->picture.height * MM_PER_INCH / print.dpi;
    double finer = side->dpi / print.dpi; /* above PRINT_DPI_MAX more is harmless */
    print.same_dpi = finer > 0.9 && (finer < 1.1 || print.dpi >= PRINT_DPI_MAX);
    struct image clear = {0};
    double shift[2] = {0, 0};
    bool ok = image_copy(&located->clear, &clear, err) &&
              registration_take_off(located, side->paper_rgb, &clear, shift, err);
    struct affine to_page = affine_moved(&located->to_page, shift[0], shift[1]);
    ok = ok && side_crop(side, &to_page, w, h, print.dpi, &print.rgb, err) &&
         cv_resize(&clear, print.rgb.width, print.rgb.height, CV_INTERPOLATE_NEAREST, &print.clear,
                   err);
    image_finish(&clear);
    if (!ok) {
        print_finish(&print);
        return false;
    }
    *ret = print;
    return true;
}

void print_finish(struct print *print)
{
    image_finish(&print->rgb);
    image_finish(&print->clear);
    *print = (struct print){0};
}

static int by_cell(const void *a, const void *b)
{
    return ((const struct edge_residual *)a)->cell - ((const struct edge_residual *)b)->cell;
}

/* Fits d = nx * sx + ny * sy over a cell and subtracts it; a ridge keeps straight edges, which say
 * nothing about the shift along themselves, from inventing one. */
static void remove_shift(struct edge_residual *r, int n)
{
    double xx = 0.01 * n, yy = 0.01 * n, xy = 0, xd = 0, yd = 0;
    for (int i = 0; i < n; i++) {
        xx += r[i].nx * r[i].nx;
        yy += r[i].ny * r[i].ny;
        xy += r[i].nx * r[i].ny;
        xd += r[i].nx * r[i].d;
        yd += r[i].ny * r[i].d;
    }
    double det = xx * yy - xy * xy;
    double sx = (yy * xd - xy * yd) / det, sy = (xx * yd - xy * xd) / det;
    for (int i = 0; i < n; i++)
        r[i].d -= r[i].nx * sx + r[i].ny * sy;
}

int edge_cell_end(const struct edge_residual *r, int n, int start)
{
    int end = start;
    while (end < n && r[end].cell == r[start].cell)
        end++;
    return end;
}

static int remove_shifts(struct edge_residual *r, int n)
{
    int kept = 0;
    qsort(r, (size_t)n, sizeof *r, by_cell);
    for (int start = 0, end; start < n; start = end) {
        end = edge_cell_end(r, n, start);
        if (end - start >= CELL_MIN) {
            remove_shift(r + start, end - start);
            memmove(r + kept, r + start, (size_t)(end - start) * sizeof *r);
            kept += end - start;
        }
    }
    return kept;
}

/* Leaves out the residuals of cells that stand out; they are in the order of their cells. `room`
 * holds twice n. */
static int drop_disturbed(struct edge_residual *r, int n, double *room, int *ret_cells)
{
    double *sd = room + n;
    int cells = 0, kept = 0;
    for (int start = 0, end; start < n; start = end) {
        end = edge_cell_end(r, n, start);
        for (int i = start; i < end; i++)
            room[i - start] = r[i].d;
        sd[cells++] = mad_sd(room, end - start);
    }
    memcpy(room, sd, (size_t)cells * sizeof *sd); /* a median sorts */
    double most = CELL_ROUGHER * median_of(room, cells);
    for (int start = 0, end, cell = 0; start < n; start = end, cell++) {
        end = edge_cell_end(r, n, start);
        if (sd[cell] > most)
            continue;
        memmove(r + kept, r + start, (size_t)(end - start) * sizeof *r);
        kept += end - start;
    }
    *ret_cells = cells;
    return kept;
}

/* What one measurement reads. */
struct edge_pictures {
    struct image strength, expected; /* scan and template */
    struct plane gx, gy;             /* of the smoothed template */
    struct image rim;
};

static void pictures_finish(struct edge_pictures *p)
{
    image_finish(&p->strength);
    image_finish(&p->expected);
    plane_finish(&p->gx);
    plane_finish(&p->gy);
    image_finish(&p->rim);
}

static bool pictures_make(const struct print *print, struct edge_pictures *p, struct err *err)
{
    const struct element_model *element = print->located->element;
    struct image inner = {0};
    struct plane raw = {0}, smooth = {0};
    bool ok = ink_strength(&element->picture, element->paper_rgb, &p->expected, err) &&
              ink_strength(&print->rgb, print->paper_rgb, &p->strength, err) &&
              cv_to_plane(&p->expected, 0, 1, 0, &raw, err) &&
              cv_gauss_plane(&raw, fmax(0.5, SMOOTH_MM * print->dpi / MM_PER_INCH), &smooth, err) &&
              cv_gradients(&smooth, CV_GRADIENT_SCHARR, &p->gx, &p->gy, err) &&
              cv_morph(&element->mask, CV_MORPH_OP_ERODE, CV_MORPH_BOX, 3, 3, &inner, err) &&
              image_copy(&element->mask, &p->rim, err);
    for (int y = 0; ok && y < p->rim.height; y++)
        for (int x = 0; x < p->rim.width; x++)
            if (image_row(&inner, y)[x] || !image_row(&print->clear, y)[x])
                image_row(&p->rim, y)[x] = 0;
    image_finish(&inner);
    plane_finish(&raw);
    plane_finish(&smooth);
    return ok;
}

static int collect(const struct print *print, const struct edge_pictures *p,
                   struct edge_residual *ret, int max)
{
    double contrast = print->located->element->contrast;
    double own = image_percentile(&p->strength, &print->located->element->mask, TYPICAL_INK);
    int half = edge_profile_half(HALF_PROFILE_MM, print->dpi);
    double expected[EDGE_PROFILE_MAX], seen[EDGE_PROFILE_MAX];
    int cell_px = (int)lround(CELL_MM * print->dpi / MM_PER_INCH);
    int across = p->rim.width / cell_px + 1;
    long rim = mask_area(&p->rim);
    long stride = rim / max + 1; /* whole cells, so that neighbours stay together */
    int n = 0;
    for (int y = 0; y < p->rim.height; y++)
        for (int x = 0; x < p->rim.width; x++) {
            int cell = y / cell_px * across + x / cell_px;
            if (!image_row(&p->rim, y)[x] || cell % stride)
                continue;
            size_t i = (size_t)y * (size_t)p->rim.width + (size_t)x;
            double gx = p->gx.data[i], gy = p->gy.data[i], slope = hypot(gx, gy);
            struct edge_reading a, b;
            if (slope < 1 || n >= max)
                continue;
            double nx = -gx / slope, ny = -gy / slope; /* out of the ink */
            if (!edge_profile_read(&p->expected, x, y, nx, ny, half, expected) ||
                !edge_profile_read(&p->strength, x, y, nx, ny, half, seen) ||
                !edge_profile_measure(expected, half, contrast, &a) ||
                !edge_profile_measure(seen, half, own, &b))
                continue;
            ret[n++] = (struct edge_residual){.cell = cell,
                                              .x = x,
                                              .y = y,
                                              .contour_x = x + nx * a.crossing,
                                              .contour_y = y + ny * a.crossing,
                                              .nx = nx,
                                              .ny = ny,
                                              .d = b.crossing - a.crossing,
                                              .crossing = b.crossing,
                                              .width = b.width,
                                              .expected_width = a.width};
        }
    return n;
}

/* Blur rounds corners and fills narrow gaps: that moves a contour without roughening it. A scan
 * that is softer than the template is compared with the template as soft as itself. */
static bool soften_expected(const struct edge_residual *residual, int n, double *value,
                            struct edge_pictures *p, double *ret_sd, struct err *err)
{
    for (int i = 0; i < n; i++)
        value[i] = residual[i].width;
    double seen = n ? median_of(value, n) : 0;
    for (int i = 0; i < n; i++)
        value[i] = residual[i].expected_width;
    double expected = n ? median_of(value, n) : 0;
    *ret_sd = 0;
    if (seen <= SOFTER * expected)
        return true;
    struct image soft = {0};
    *ret_sd = sqrt(seen * seen - expected * expected) / WIDTH_OF_SD;
    if (!cv_gauss(&p->expected, *ret_sd, &soft, err))
        return false;
    image_finish(&p->expected);
    p->expected = soft;
    return true;
}

/* Leaves of the rim what lies in x, y, w, h; all of it when that is NULL. */
static void keep_box(struct image *rim, const int box[4])
{
    for (int y = 0; box && y < rim->height; y++)
        for (int x = 0; x < rim->width; x++)
            if (x < box[0] || y < box[1] || x >= box[0] + box[2] || y >= box[1] + box[3])
                image_row(rim, y)[x] = 0;
}

/* Residuals along the rim in the box, with what the shift of each cell adds; at most PROFILES_MAX.
 */
static bool residuals_of(const struct print *print, const int box[4], struct edge_residual *ret,
                         double *value, int *ret_n, double *ret_softer, struct err *err)
{
    struct edge_pictures pictures = {0};
    bool ok = pictures_make(print, &pictures, err);
    if (ok) {
        keep_box(&pictures.rim, box);
        int n = collect(print, &pictures, ret, PROFILES_MAX);
        ok = soften_expected(ret, n, value, &pictures, ret_softer, err);
        *ret_n = ok && *ret_softer > 0 ? collect(print, &pictures, ret, PROFILES_MAX) : n;
    }
    pictures_finish(&pictures);
    return ok;
}

/* The figures of residuals whose common shifts are taken out; `value` holds 2 n. */
static bool describe(const struct print *print, struct edge_residual *residual, int n,
                     double *value, struct edges *ret, struct err *err)
{
    double um = UM_PER_INCH / print->dpi, slow = 0, fast = 0;
    ret->n = n;
    for (int i = 0; i < n; i++)
        value[i] = residual[i].width;
    ret->width_um = um * median_of(value, n);
    ret->width_sd_um = um * mad_sd(value, n);
    n = drop_disturbed(residual, n, value, &ret->n_cells);
    for (int i = 0; i < n; i++)
        value[i] = residual[i].d;
    ret->raggedness_um = um * hypot(mad_sd(value, n), PHASE_PX);
    if (!edge_bands(residual, n, print->rgb.width, print->rgb.height, print->dpi, &slow, &fast,
                    err))
        return false;
    ret->slow_um = um * hypot(slow, PHASE_PX);
    ret->fast_um = um * hypot(fast, FINE_PHASE_PX);
    double scale = print->located->scale; /* the crop was brought to the template's size */
    for (int k = 0; k < EDGE_RASTERS; k++) {
        double amplitude;
        if (!edge_staircase(residual, n, print->dpi / (raster_dpi[k] * scale), &amplitude))
            continue;
        ret->has_staircase = true;
        ret->staircase_um = fmax(ret->staircase_um, um * hypot(amplitude, STEP_PX));
    }
    return true;
}

bool edges_measure(const struct print *print, struct edges *ret, struct err *err)
{
    struct edge_residual *residual = calloc(PROFILES_MAX, sizeof *residual);
    double *value = calloc(2 * PROFILES_MAX, sizeof *value);
    double softer = 0; /* px */
    int n = 0;
    bool ok = (residual && value) || err_set(err, "out of memory while measuring edges");
    ok = ok && residuals_of(print, NULL, residual, value, &n, &softer, err);
    if (ok) {
        struct edges edges = {0};
        double um = UM_PER_INCH / print->dpi;
        edges.n_profiles = n;
        edges.softer_um = softer * um;
        n = softer * um < SOFT_MAX_UM ? remove_shifts(residual, n) : 0;
        if (ok && n)
            ok = describe(print, residual, n, value, &edges, err);
        *ret = edges;
    }
    free(residual);
    free(value);
    return ok;
}

bool edges_trace(const struct print *print, const int box_px[4], struct edge_point **ret,
                 int *ret_n, struct err *err)
{
    struct edge_residual *residual = calloc(PROFILES_MAX, sizeof *residual);
    double *value = calloc(PROFILES_MAX, sizeof *value), softer = 0;
    struct edge_point *point = NULL;
    int n = 0;
    bool ok = (residual && value) || err_set(err, "out of memory while tracing edges");
    ok = ok && residuals_of(print, box_px, residual, value, &n, &softer, err);
    if (ok && !box_px)
        n = remove_shifts(residual, n);
    if (ok) {
        point = calloc((size_t)n + 1, sizeof *point);
        ok = point || err_set(err, "out of memory while tracing edges");
    }
    for (int i = 0; ok && i < n; i++) {
        const struct edge_residual *r = &residual[i];
        point[i] = (struct edge_point){.x = r->x + 0.5 + r->nx * r->crossing,
                                       .y = r->y + 0.5 + r->ny * r->crossing,
                                       .nx = r->nx,
                                       .ny = r->ny,
                                       .residual = r->d,
                                       .width = r->width};
    }
    free(residual);
    free(value);
    if (ok) {
        *ret = point;
        *ret_n = n;
    }
    return ok;
}
