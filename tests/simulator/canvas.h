/* canvas: one side of an envelope as a raster of reflectance factors at 1200 dpi, in tiles that
 * exist only where something differs from bare paper. A pixel is three linear factors (R, G, B)
 * that multiply the paper's reflectance; 1.0 is CANVAS_ONE. Ink multiplies; a sticker replaces.
 * Coordinates are mm or pixels from the side's upper left corner as it is read upright. */
#ifndef SIM_CANVAS_H
#define SIM_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#define CANVAS_DPI 1200.0
#define CANVAS_ONE 32768 /* factors up to 2: a white label on brown paper is brighter than it */
#define CANVAS_TILE_LOG2 6
#define CANVAS_TILE (1 << CANVAS_TILE_LOG2) /* 1.35 mm: small enough to skip blank paper */
#define MM_PER_INCH 25.4

struct err;

struct canvas {
    double w_mm, h_mm;
    int w, h;        /* pixels */
    int tw, th;      /* tiles */
    uint16_t **tile; /* NULL: bare paper */
    uint8_t
        *covered; /* per tile: something opaque lies on it, specks of the print below are hidden */
    float paper[3]; /* linear reflectance of the bare paper, set by the owner */
    bool failed;    /* out of memory: the picture is not to be trusted */
};

bool canvas_init(struct canvas *canvas, double w_mm, double h_mm, struct err *err);
void canvas_finish(struct canvas *canvas);

/* The pixel's three factors, made when absent; NULL outside the canvas or out of memory. */
uint16_t *canvas_at(struct canvas *canvas, int x, int y);

static inline double canvas_px(double mm)
{
    return mm * (CANVAS_DPI / MM_PER_INCH);
}

/* Multiplies a pixel by three factors. */
static inline void canvas_multiply(struct canvas *canvas, int x, int y, const float factor[3])
{
    uint16_t *px = canvas_at(canvas, x, y);
    for (int c = 0; px && c < 3; c++) {
        float v = (float)px[c] * factor[c];
        px[c] = (uint16_t)(v < 65535.0f ? v : 65535.0f);
    }
}

/* Whether any tile of the pixel rectangle [x0,x1) x [y0,y1) exists. */
bool canvas_any(const struct canvas *canvas, int x0, int y0, int x1, int y1);

/* Copies the rectangle at (x0,y0) as three float planes of w x h, 1 where nothing lies. */
void canvas_fetch(const struct canvas *canvas, int x0, int y0, int w, int h, float *r, float *g,
                  float *b);

/* True where something opaque covers the point. */
bool canvas_covered(const struct canvas *canvas, double x_mm, double y_mm);
void canvas_mark_covered(struct canvas *canvas, int x, int y);

#endif
