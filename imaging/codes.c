/* Bar codes cross a page in one direction, so zbar's scan lines find them anywhere at little cost.
 * Data Matrix has no such shortcut: libdmtx walks the page for two-sided "L" edges and takes seconds
 * on a page of text. It is only shown places that look like one: a matrix of modules is about half
 * black and changes colour often in both directions, where text is a fifth black at most, bars change
 * in one direction only and pictures have soft edges.
 *
 * ITF has no check of its own and a part of a code reads as a shorter code, so only the two lengths that
 * post uses are taken, with their check digit and seen on at least two scan lines. */
#include "imaging/codes.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <ctype.h>
#include <dmtx.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#define DPI_DEFAULT 200.0  /* when the image does not say: the low end of what callers give */
#define MIN_SIDE 32        /* px: less holds no code */
#define SMOOTH_PX 0.8      /* sd: zbar takes paper noise of 4 levels in a quiet zone for bars */
#define ZBAR_LINE_GAP 2    /* px between scan lines; a bar code is at least 5 mm high */
#define ITF_LINES 2        /* scan lines that must agree */
#define CELL_MM 1.5        /* cells judged for texture: about 3 modules of 0.5 mm */
#define MATRIX_MIN_MM 4.0  /* a matrix of 10 modules of 0.4 mm */
#define MATRIX_MAX_MM 60.0
#define MATRIX_MARGIN_MM 2.0 /* quiet zone shown to libdmtx around a candidate */
#define DARK_MIN 0.25      /* share of black in a cell of a matrix: half on average, */
#define DARK_MAX 0.80      /* more or less by chance; print spreads */
#define CHANGES_MIN 0.35   /* colour changes a mm along either axis: modules are at most 1 mm */
#define THRESHOLD_WINDOW_MM 8.0 /* local mean; wider than a matrix's own blank parts */
#define THRESHOLD_OFFSET 20.0   /* grey levels below the local mean that count as black */
#define MATRIX_CANDIDATES 12
#define MATRIX_PIECE_MS 120 /* time one candidate may take: a clean one takes 5 */

struct finder {
    struct code_found *ret;
    int n, max;
};

/* Hostile bytes to printable ASCII: text[i] as is, or \xNN. */
static void print_bytes(char *ret, size_t n, const unsigned char *bytes, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        char piece[5];
        if (bytes[i] >= 0x20 && bytes[i] < 0x7f && bytes[i] != '\\')
            snprintf(piece, sizeof piece, "%c", bytes[i]);
        else
            snprintf(piece, sizeof piece, "\\x%02x", bytes[i]);
        if (used + strlen(piece) >= n)
            break;
        strcpy(ret + used, piece);
        used += strlen(piece);
    }
    ret[used] = '\0';
}

static void add_code(struct finder *finder, const char *symbology, const unsigned char *bytes,
                     size_t len, const double box[4])
{
    if (finder->n == finder->max)
        return;
    struct code_found found = {0};
    snprintf(found.symbology, sizeof found.symbology, "%s", symbology);
    print_bytes(found.text, sizeof found.text, bytes, len);
    memcpy(found.box_px, box, sizeof found.box_px);
    finder->ret[finder->n++] = found;
}

/* Leitcode (14 digits) and Identcode (12): weights 4 and 9 in turn from the left, to the next ten. */
static bool itf_is_postal(const char *digits, size_t len)
{
    int sum = 0;
    if (len != 12 && len != 14)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isdigit((unsigned char)digits[i]))
            return false;
    for (size_t i = 0; i + 1 < len; i++)
        sum += (digits[i] - '0') * (i % 2 ? 9 : 4);
    return (10 - sum % 10) % 10 == digits[len - 1] - '0';
}

static void symbol_box(const zbar_symbol_t *symbol, double ret[4])
{
    unsigned n = zbar_symbol_get_loc_size(symbol);
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    for (unsigned i = 0; i < n; i++) {
        double at[2] = {zbar_symbol_get_loc_x(symbol, i), zbar_symbol_get_loc_y(symbol, i)};
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], at[k]);
            high[k] = fmax(high[k], at[k]);
        }
    }
    for (int k = 0; k < 2; k++) {
        ret[k] = n ? low[k] : 0;
        ret[2 + k] = n ? high[k] - low[k] : 0;
    }
}

static void take_symbol(struct finder *finder, const zbar_symbol_t *symbol)
{
    const char *data = zbar_symbol_get_data(symbol);
    size_t len = zbar_symbol_get_data_length(symbol);
    zbar_symbol_type_t type = zbar_symbol_get_type(symbol);
    const char *name = type == ZBAR_CODE128 ? "code128" : type == ZBAR_QRCODE ? "qr" : "itf";
    if (type == ZBAR_I25 &&
        (!itf_is_postal(data, len) || zbar_symbol_get_quality(symbol) < ITF_LINES))
        return;
    double box[4];
    symbol_box(symbol, box);
    add_code(finder, name, (const unsigned char *)data, len, box);
}

static bool read_bars(const struct image *grey, struct finder *finder, struct err *err)
{
    static const zbar_symbol_type_t wanted[] = {ZBAR_CODE128, ZBAR_I25, ZBAR_QRCODE};
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *page = zbar_image_create();
    if (!scanner || !page) {
        if (scanner)
            zbar_image_scanner_destroy(scanner);
        if (page)
            zbar_image_destroy(page);
        return err_set(err, "out of memory for reading bar codes");
    }
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        zbar_image_scanner_set_config(scanner, wanted[i], ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, ZBAR_LINE_GAP);
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, ZBAR_LINE_GAP);
    zbar_image_set_format(page, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(page, (unsigned)grey->width, (unsigned)grey->height);
    zbar_image_set_data(page, grey->data, (unsigned long)grey->width * (unsigned long)grey->height,
                        NULL); /* no handler: the pixels stay ours */
    zbar_scan_image(scanner, page);
    for (const zbar_symbol_t *s = zbar_image_first_symbol(page); s; s = zbar_symbol_next(s))
        take_symbol(finder, s);
    zbar_image_destroy(page);
    zbar_image_scanner_destroy(scanner);
    return true;
}

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
            bool matrix = share >= DARK_MIN && share <= DARK_MAX && across / per_mm >= CHANGES_MIN &&
                          down / per_mm >= CHANGES_MIN;
            image_row(&cells, cy)[cx] = matrix ? 255 : 0;
        }
    *ret = cells;
    return true;
}

/* Libdmtx counts rows from the bottom. Reads every matrix in the piece of the page at (x, y). */
static void read_piece(const struct image *grey, int x, int y, int w, int h, int deadline_ms,
                       struct finder *finder)
{
    struct image view = image_view(grey, x, y, w, h);
    unsigned char *pixels = malloc((size_t)view.width * (size_t)view.height);
    if (!pixels)
        return;
    for (int row = 0; row < view.height; row++)
        memcpy(pixels + (size_t)row * (size_t)view.width, image_row(&view, row), (size_t)view.width);
    DmtxImage *image = dmtxImageCreate(pixels, view.width, view.height, DmtxPack8bppK);
    DmtxDecode *decode = image ? dmtxDecodeCreate(image, 1) : NULL;
    DmtxTime until = dmtxTimeAdd(dmtxTimeNow(), deadline_ms);
    for (DmtxRegion *region; decode && (region = dmtxRegionFindNext(decode, &until)) != NULL;) {
        DmtxMessage *message = dmtxDecodeMatrixRegion(decode, region, DmtxUndefined);
        if (message && message->outputIdx > 0) {
            double box[4] = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
            for (int corner = 0; corner < 4; corner++) {
                DmtxVector2 p = {.X = corner & 1, .Y = corner >> 1};
                dmtxMatrix3VMultiplyBy(&p, region->fit2raw);
                box[0] = fmin(box[0], x + p.X), box[2] = fmax(box[2], x + p.X);
                box[1] = fmin(box[1], y + view.height - p.Y);
                box[3] = fmax(box[3], y + view.height - p.Y);
            }
            box[2] -= box[0], box[3] -= box[1];
            add_code(finder, "datamatrix", message->output, (size_t)message->outputIdx, box);
        }
        bool done = message != NULL;
        if (message)
            dmtxMessageDestroy(&message);
        dmtxRegionDestroy(&region);
        if (done)
            break; /* one matrix a candidate */
    }
    if (decode)
        dmtxDecodeDestroy(&decode);
    if (image)
        dmtxImageDestroy(&image);
    free(pixels);
}

static int larger_first(const void *a, const void *b)
{
    const struct cv_component *p = a, *q = b;
    return (q->area > p->area) - (q->area < p->area);
}

/* Candidates, largest first, while there is time. */
static bool read_matrices(const struct image *grey, double dpi, int deadline_ms,
                          struct finder *finder, struct err *err)
{
    double px_per_mm = dpi / 25.4, start = clock_mono_s();
    int window = 2 * (int)(THRESHOLD_WINDOW_MM * px_per_mm / 2) + 1;
    int cell = (int)fmax(4, CELL_MM * px_per_mm);
    struct image black = {0}, cells = {0}, joined = {0};
    struct cv_components places = {0};
    bool fine = grey->width < cell * 2 || grey->height < cell * 2 ||
                (cv_adaptive_threshold(grey, window, THRESHOLD_OFFSET, true, &black, err) &&
                 mark_cells(&black, cell, px_per_mm, &cells, err) &&
                 cv_morph(&cells, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, 3, 3, &joined, err) &&
                 cv_components_find(&joined, 8, &places, err));
    int n = places.n > 1 ? places.n - 1 : 0;
    if (fine && n > 0)
        qsort(places.component + 1, (size_t)n, sizeof *places.component, larger_first);
    for (int i = 1, tried = 0; fine && i <= n && tried < MATRIX_CANDIDATES; i++) {
        const struct cv_component *c = &places.component[i];
        double w_mm = c->w * cell / px_per_mm, h_mm = c->h * cell / px_per_mm;
        int left = deadline_ms - (int)((clock_mono_s() - start) * 1000);
        if (left <= 0)
            break;
        if (fmin(w_mm, h_mm) < MATRIX_MIN_MM || fmax(w_mm, h_mm) > MATRIX_MAX_MM)
            continue;
        int margin = (int)(MATRIX_MARGIN_MM * px_per_mm);
        read_piece(grey, c->x * cell - margin, c->y * cell - margin, c->w * cell + 2 * margin,
                   c->h * cell + 2 * margin, left < MATRIX_PIECE_MS ? left : MATRIX_PIECE_MS, finder);
        tried++;
    }
    cv_components_finish(&places);
    image_finish(&joined);
    image_finish(&cells);
    image_finish(&black);
    return fine;
}

bool codes_read(const struct image *image, int deadline_ms, struct code_found *ret, int max,
                int *ret_n, struct err *err)
{
    struct finder finder = {.ret = ret, .max = max};
    struct image grey = {0}, smooth = {0};
    if (!image->data || image->width < MIN_SIDE || image->height < MIN_SIDE) {
        *ret_n = 0;
        return true;
    }
    bool fine = image->channels == 1 ? image_copy(image, &grey, err) : cv_grey(image, &grey, err);
    double dpi = image->dpi_x > 0 ? image->dpi_x : DPI_DEFAULT;
    fine = fine && cv_gauss(&grey, SMOOTH_PX, &smooth, err) && read_bars(&smooth, &finder, err) &&
           read_matrices(&smooth, dpi, deadline_ms, &finder, err);
    image_finish(&smooth);
    image_finish(&grey);
    if (fine)
        *ret_n = finder.n;
    return fine;
}
