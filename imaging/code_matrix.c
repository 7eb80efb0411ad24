/* Data Matrix has no shortcut as bar codes have: libdmtx walks a page for two-sided "L" edges and
 * takes seconds on a page of text. It is only shown places that look like one: a matrix of modules
 * is about half black and changes colour often in both directions, where text is a fifth black at
 * most, bars change in one direction only and pictures have soft edges. QR codes have the same
 * texture. */
#include "imaging/code_list.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <dmtx.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FULL_SIZE_MS 40
#define QUICK_MS 25       /* of places that rather look like text */
#define CELL_MM 1.5       /* cells judged for texture: about 3 modules of 0.5 mm */
#define MATRIX_MIN_MM 4.0 /* a matrix of 10 modules of 0.4 mm */
#define MATRIX_MAX_MM 60.0
#define DARK_MIN 0.25    /* share of black in a cell of a matrix: half on average, */
#define DARK_MAX 0.80    /* more or less by chance; print spreads */
#define CHANGES_MIN 0.35 /* colour changes a mm along either axis: modules are at most 1 mm */
#define FILLED_MIN                                                                                 \
    0.42 /* share of the smallest rectangle around its cells; a matrix fills 0.7 and more, one     \
            that something joins half */
#define FILLED_WELL 0.6
#define LINE_STEP_DEG 5 /* directions in which gaps between lines are looked for */
#define LINE_BIN_MM 0.25
#define LINE_GAP_MM 0.5   /* of print of 2 mm */
#define LINE_GAP_INK 0.04 /* of the mean: nearly none; a row of a matrix has a tenth at least */
#define LINE_SHARE                                                                                 \
    0.2 /* of all ink, on either side of a gap: the edge of a label beside a matrix has less */
#define THRESHOLD_WINDOW_MM 8.0 /* local mean; wider than a matrix's own blank parts */
#define THRESHOLD_OFFSET 20.0   /* grey levels below the local mean that count as black */

/* One bit a cell: 255 where the texture is that of a matrix code. */
static bool mark_cells(const struct image *black, int cell, double px_per_mm, struct image *ret,
                       struct err *err)
{
    struct image cells;
    if (!image_create(&cells, black->width / cell, black->height / cell, 1, err))
        return false;
    double mm = cell / px_per_mm, lines = cell;
    for (int cy = 0; cy < cells.height; cy++)
        for (int cx = 0; cx < cells.width; cx++) {
            int dark = 0, across = 0, down = 0;
            for (int y = cy * cell; y < (cy + 1) * cell; y++) {
                const uint8_t *row = image_row(black, y) + cx * cell;
                const uint8_t *above = y > 0 ? row - black->stride : row;
                for (int x = 0; x < cell; x++) {
                    dark += row[x] != 0;
                    across += x > 0 && row[x] != row[x - 1];
                    down += row[x] != above[x];
                }
            }
            double share = dark / (lines * lines), per_mm = lines * mm;
            bool matrix = share >= DARK_MIN && share <= DARK_MAX &&
                          across / per_mm >= CHANGES_MIN && down / per_mm >= CHANGES_MIN;
            image_row(&cells, cy)[cx] = matrix ? 255 : 0;
        }
    *ret = cells;
    return true;
}

/* Libdmtx counts rows from the bottom. One matrix a picture; whether there was one. */
static bool read_data_matrix(const struct code_picture *picture, int shrink, int deadline_ms,
                             struct code_list *list)
{
    const struct image *grey = &picture->grey; /* packed, as image_create made it */
    DmtxImage *image = dmtxImageCreate(grey->data, grey->width, grey->height, DmtxPack8bppK);
    DmtxDecode *decode = image ? dmtxDecodeCreate(image, shrink) : NULL;
    DmtxTime until = dmtxTimeAdd(dmtxTimeNow(), deadline_ms);
    bool done = false;
    for (DmtxRegion *region;
         decode && !done && (region = dmtxRegionFindNext(decode, &until)) != NULL;) {
        DmtxMessage *message = dmtxDecodeMatrixRegion(decode, region, DmtxUndefined);
        if (message && message->outputIdx > 0) {
            double box[4] = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
            for (int corner = 0; corner < 4; corner++) {
                DmtxVector2 p = {.X = corner & 1, .Y = corner >> 1};
                dmtxMatrix3VMultiplyBy(&p, region->fit2raw);
                double x = p.X * shrink, y = grey->height - p.Y * shrink;
                box[0] = fmin(box[0], x), box[2] = fmax(box[2], x);
                box[1] = fmin(box[1], y), box[3] = fmax(box[3], y);
            }
            box[2] -= box[0], box[3] -= box[1];
            code_list_add(list, picture, "datamatrix", message->output, (size_t)message->outputIdx,
                          CODE_CHECK_NONE, box);
            done = true;
        }
        if (message)
            dmtxMessageDestroy(&message);
        dmtxRegionDestroy(&region);
    }
    if (decode)
        dmtxDecodeDestroy(&decode);
    if (image)
        dmtxImageDestroy(&image);
    return done;
}

/* A clean matrix is found in 10 ms at full size, where text alone would keep the search busy for
 * half a second; a blurred one only when the picture is reduced. */
bool code_matrix_read(const struct code_picture *picture, int deadline_ms, bool quick,
                      struct code_list *list, struct err *err)
{
    double start = clock_mono_s();
    int full_ms = quick ? QUICK_MS : FULL_SIZE_MS, known = list->n;
    int first_ms = deadline_ms < full_ms ? deadline_ms : full_ms;
    if (read_data_matrix(picture, 1, first_ms, list) || quick)
        return true;
    if (!code_qr_read(picture, list, err))
        return false;
    int left = deadline_ms - (int)((clock_mono_s() - start) * 1000);
    if (list->n == known && left > 0)
        read_data_matrix(picture, 2, left, list);
    return true;
}

/* Whether lines of text stand here: in some direction there is a gap without ink right across the
 * place, which the rows of a matrix never leave. */
static bool has_lines(const struct image *black, const double box[4], double px_per_mm)
{
    enum { POINTS = 4000, BINS = 512 };
    struct image view = image_view(black, (int)box[0], (int)box[1], (int)box[2], (int)box[3]);
    double x0 = view.width / 2.0, y0 = view.height / 2.0, bin = LINE_BIN_MM * px_per_mm;
    float point[POINTS][2];
    int n = 0, dark = 0;
    for (int y = 0; y < view.height; y++)
        for (int x = 0; x < view.width; x++)
            dark += image_row(&view, y)[x] != 0;
    int stride = dark / POINTS + 1, at = 0;
    for (int y = 0; y < view.height; y++)
        for (int x = 0; x < view.width && n < POINTS; x++)
            if (image_row(&view, y)[x] && at++ % stride == 0) {
                point[n][0] = (float)(x + 0.5 - x0);
                point[n++][1] = (float)(y + 0.5 - y0);
            }
    for (int degrees = 0; degrees < 180; degrees += LINE_STEP_DEG) {
        double s = sin(degrees * M_PI / 180), c = cos(degrees * M_PI / 180);
        int count[BINS] = {0}, low = BINS, high = -1;
        for (int i = 0; i < n; i++) {
            int b = (int)((c * (double)point[i][1] - s * (double)point[i][0]) / bin) + BINS / 2;
            if (b < 0 || b >= BINS)
                continue;
            count[b]++;
            low = b < low ? b : low;
            high = b > high ? b : high;
        }
        int run = 0, before = 0;
        for (int b = low; b <= high; b++) {
            before += count[b];
            run = count[b] * (high - low + 1) < LINE_GAP_INK * n ? run + 1 : 0;
            if (run * LINE_BIN_MM >= LINE_GAP_MM && before >= LINE_SHARE * n &&
                before <= (1 - LINE_SHARE) * n)
                return true;
        }
    }
    return false;
}

/* A component of cells. */
struct cell_group {
    int label;
    struct cv_component box;
};

/* Its share of the smallest rectangle around it, at any angle. */
static double filled(const struct cv_components *places, const struct cell_group *group)
{
    const struct cv_component *box = &group->box;
    double least = HUGE_VAL;
    for (int degrees = 0; degrees < 90; degrees += LINE_STEP_DEG) {
        double s = sin(degrees * M_PI / 180), c = cos(degrees * M_PI / 180);
        double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
        for (int y = box->y; y < box->y + box->h; y++)
            for (int x = box->x; x < box->x + box->w; x++) {
                if (places->label[y * places->width + x] != group->label)
                    continue;
                const double at[2] = {c * x + s * y, c * y - s * x};
                for (int k = 0; k < 2; k++) {
                    low[k] = fmin(low[k], at[k]);
                    high[k] = fmax(high[k], at[k]);
                }
            }
        least = fmin(least, (high[0] - low[0] + 1) * (high[1] - low[1] + 1));
    }
    return box->area / least;
}

static int larger_first(const void *a, const void *b)
{
    const struct cell_group *p = a, *q = b;
    return (q->box.area > p->box.area) - (q->box.area < p->box.area);
}

/* The components but the background, the largest first; NULL when there is no memory. */
static struct cell_group *groups_of(const struct cv_components *places, int *ret_n)
{
    struct cell_group *group = calloc((size_t)places->n + 1, sizeof *group);
    *ret_n = 0;
    for (int i = 1; group && i < places->n; i++)
        group[(*ret_n)++] = (struct cell_group){.label = i, .box = places->component[i]};
    if (group)
        qsort(group, (size_t)*ret_n, sizeof *group, larger_first);
    return group;
}

bool code_matrix_places(const struct image *grey, struct matrix_place *ret, int max, int *ret_n,
                        struct err *err)
{
    double px_per_mm = grey->dpi_x / 25.4;
    int window = 2 * (int)(THRESHOLD_WINDOW_MM * px_per_mm / 2) + 1;
    int cell = (int)fmax(4, CELL_MM * px_per_mm);
    struct image black = {0}, cells = {0}, joined = {0};
    struct cv_components places = {0};
    *ret_n = 0;
    bool fine = grey->width < cell * 2 || grey->height < cell * 2 ||
                (cv_adaptive_threshold(grey, window, THRESHOLD_OFFSET, true, &black, err) &&
                 mark_cells(&black, cell, px_per_mm, &cells, err) &&
                 cv_morph(&cells, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, 3, 3, &joined, err) &&
                 cv_components_find(&joined, 8, &places, err));
    int n = 0;
    struct cell_group *group = fine ? groups_of(&places, &n) : NULL;
    fine = fine && (group || err_set(err, "out of memory for places of codes"));
    for (int i = 0; fine && i < n && *ret_n < max; i++) {
        const struct cv_component *c = &group[i].box;
        double w_mm = c->w * cell / px_per_mm, h_mm = c->h * cell / px_per_mm;
        if (fmin(w_mm, h_mm) < MATRIX_MIN_MM || fmax(w_mm, h_mm) > MATRIX_MAX_MM)
            continue;
        double share = filled(&places, &group[i]);
        const double box[4] = {c->x * cell, c->y * cell, c->w * cell, c->h * cell};
        struct matrix_place place = {.lined = has_lines(&black, box, px_per_mm),
                                     .doubtful = share < FILLED_WELL};
        if (share < FILLED_MIN && !place.lined) /* with text beside a matrix they are one place */
            continue;
        memcpy(place.box_px, box, sizeof box);
        int at = (*ret_n)++;
        for (; at > 0 && ret[at - 1].lined && !place.lined; at--)
            ret[at] = ret[at - 1];
        ret[at] = place;
    }
    free(group);
    cv_components_finish(&places);
    image_finish(&joined);
    image_finish(&cells);
    image_finish(&black);
    return fine;
}
