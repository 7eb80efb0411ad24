/* Sheets with tracking dots as a scanner sees them, drawn from the layouts' own description (each
 * encoder states the facts in its own way, so that a reader's slip does not cancel), and sheets
 * without them that look as if. Nothing here knows how they are looked for. */
#ifndef POSTWACHT_TEST_DRAW_DOTS_H
#define POSTWACHT_TEST_DRAW_DOTS_H

#include "imaging/image.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAWN_SIDE_MAX 32
#define DRAWN_TURN (2 * 3.14159265358979323846)

/* A code as a tile that repeats: site (x, y), x < w, y < h; tiles at multiples of (w, 0) and (s,
 * h). */
struct drawn_code {
    const char *layout;
    double pitch_mm[2];
    int w, h, s;
    uint8_t bit[DRAWN_SIDE_MAX][DRAWN_SIDE_MAX]; /* [y][x] */
    char expect[48], serial[40], time[24], maker[40];
};

enum drawn_trap {
    TRAP_NONE,
    TRAP_HALFTONE,
    TRAP_SPECKS,
    TRAP_PRINT,
    TRAP_GRAIN,    /* paper and sensor whose colour noise is coarse */
    TRAP_SECURITY, /* a pale pattern of one small motif over and over */
    TRAP_LABEL,    /* a white label with a screened yellow band */
    TRAP_HAND,     /* loops of a blue pen */
    TRAP_STREAKS,  /* columns of a line sensor that differ, and differ again every few */
    TRAPS
};

struct drawn_sheet {
    double dpi, w_mm, h_mm;
    double depth;              /* levels of blue at the middle of a dot, after lens and paper */
    double skew_deg;           /* of the dots on the scan */
    double jitter_mm, missing; /* sd of each dot's place; share of dots that did not print */
    double stretch;            /* of the y axis, as a feeder's */
    int quarters;              /* of a turn */
    bool mirrored, printed;    /* printed: lines of type and a stamp over it */
    bool clean;                /* neutral paper without texture or noise, as no scanner gives */
    enum drawn_trap trap;
    uint64_t seed;
};

static inline uint64_t drawn_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline double drawn_unit(uint64_t *state)
{
    return (double)(drawn_next(state) >> 11) * 0x1p-53;
}

static inline int drawn_int(uint64_t *state, int below)
{
    return (int)(drawn_unit(state) * below);
}

/* Sum of the eight bytes of a random word: normal to what a scan can tell, and fast. */
static inline double drawn_gauss(uint64_t *state)
{
    uint64_t z = drawn_next(state);
    int sum = 0;
    for (int i = 0; i < 8; i++, z >>= 8)
        sum += (int)(z & 255);
    return (sum - 8 * 127.5) / (73.9 * 2.8284271);
}

/* Columns 1..15 of the DocuColor guide, row 0 parity, 1..7 from 64 down to 1. */
static inline struct drawn_code draw_p4(uint64_t seed)
{
    struct drawn_code code = {"P4", {1.016, 1.016}, 32, 8, 16, {{0}}, "", "", "", "Xerox"};
    int year = drawn_int(&seed, 16), month = 1 + drawn_int(&seed, 12),
        day = 1 + drawn_int(&seed, 28);
    int hour = drawn_int(&seed, 24), minute = drawn_int(&seed, 60);
    int value[16] = {
        [2] = minute, [5] = hour, [6] = day, [7] = month, [8] = year, [10] = 127, [15] = 6};
    for (int column = 11; column <= 14; column++)
        value[column] = drawn_int(&seed, 100);
    for (int column = 2; column <= 15; column++)
        for (int row = 1; row < 8; row++)
            if (value[column] & 1 << (7 - row)) {
                code.bit[row][column - 1] = 1;
                code.bit[0][column - 1] ^= 1;
            }
    for (int column = 2; column <= 15; column++)
        code.bit[0][column - 1] ^= 1;
    for (int row = 0; row < 8; row++) {
        int ones = 0;
        for (int column = 2; column <= 15; column++)
            ones += code.bit[row][column - 1];
        code.bit[row][0] = !(ones & 1);
    }
    snprintf(code.serial, sizeof code.serial, "%02d%02d%02d%02d", value[14], value[13], value[12],
             value[11]);
    snprintf(code.time, sizeof code.time, "20%02d-%02d-%02dT%02d:%02d", year, month, day, hour,
             minute);
    return code;
}

static inline struct drawn_code draw_p1(uint64_t seed)
{
    struct drawn_code code = {
        "P1", {0.508, 0.508}, 32, 16, 16, {{0}}, "", "", "", "Ricoh, Lanier, Savin or NRG"};
    int left = 2 + drawn_int(&seed, 2), stream[48];
    for (int d = 0; d < 12; d++) {
        int digit = 1 + drawn_int(&seed, 9);
        code.expect[d] = (char)('0' + digit);
        for (int b = 0; b < 4; b++)
            stream[4 * d + b] = digit >> (3 - b) & 1;
    }
    memcpy(code.serial, code.expect, 11);
    code.bit[0][0] = code.bit[0][1] = 1;
    for (int i = 0; i < 48; i++) { /* from the last row's last column backwards */
        int row = 7 - i / 6, column = 6 - i % 6;
        code.bit[2 * row + 1][left + 2 * column] = (uint8_t)stream[i];
        code.bit[2 * row + 1][left] ^= (uint8_t)stream[i];
    }
    return code;
}

static inline struct drawn_code draw_p2(uint64_t seed)
{
    struct drawn_code code = {"P2", {0.762, 0.762}, 18, 23, 0, {{0}}, "", "", "", "Lexmark"};
    code.bit[0][1] = code.bit[1][0] = code.bit[1][1] = 1;
    for (int block = 0; block < 8; block++) {
        int odd[4] = {0};
        for (int row = 0; row < 5; row++) {
            int y = 2 + 5 * (block / 2) + row;
            int digit = block ? drawn_int(&seed, 4) : "0213"[row & 3] - '0';
            if (row < 4)
                code.expect[5 * block + row] = (char)('0' + digit);
            for (int place = 0; place < 4; place++) {
                bool one = row < 4 ? place == 3 - digit : !odd[place];
                odd[place] ^= one;
                code.bit[y][9 * (block % 2) + (y % 2 ? 1 : 2) + 2 * place] |= one;
            }
        }
        memcpy(code.serial + 4 * block, code.expect + 5 * block, 4);
        code.expect[5 * block + 4] = block < 7 ? '-' : 0;
    }
    return code;
}

static inline struct drawn_code draw_p3(uint64_t seed)
{
    struct drawn_code code = {"P3", {0.508, 0.508},           24, 16, 8, {{0}}, "", "",
                              "",   "Konica Minolta or Epson"};
    int n = 0;
    code.bit[1][0] = code.bit[4][0] = code.bit[1][2] = 1;
    for (int row = 0; row < 5; row++) {
        if (row)
            code.expect[n++] = ' ';
        for (int column = row < 2 ? 2 - row : 0; column < 6; column++) {
            int digit = drawn_int(&seed, 6), place = 5 - digit;
            code.expect[n++] = (char)('0' + digit);
            int x = row + 4 * column + place % 2, y = 1 + 3 * row + place / 2;
            code.bit[y][x % 24] = 1; /* the tile goes on in the next one to the right */
        }
    }
    return code;
}

static inline struct drawn_code draw_p5(uint64_t seed)
{
    struct drawn_code code = {"P5", {0.254, 0.508}, 16, 16, 7, {{0}}, "", "", "", "Canon"};
    code.bit[0][0] = code.bit[0][4] = 1;
    for (int row = 1; row < 16; row++)
        code.bit[row][drawn_int(&seed, 16)] = 1;
    int twice = 1 + drawn_int(&seed, 15), first = 0;
    while (!code.bit[twice][first])
        first++;
    code.bit[twice][(first + 7) % 16] = 1; /* seven apart: no second pair of marks */
    return code;
}

#define DRAWN_LAYOUTS 5
static inline struct drawn_code draw_code(int layout, uint64_t seed)
{
    struct drawn_code (*const draw[DRAWN_LAYOUTS])(uint64_t) = {draw_p1, draw_p2, draw_p3, draw_p4,
                                                                draw_p5};
    return draw[layout](seed);
}

struct drawn_planes {
    int width, height;
    double px; /* a mm */
    float *drop[3];
};

/* A round speck: how much of each colour it takes at its middle. */
static inline void drawn_speck(struct drawn_planes *p, double x_mm, double y_mm, double sigma_mm,
                               const double drop[3])
{
    double reach = 3.5 * sigma_mm * p->px, sigma = sigma_mm * p->px;
    double x = x_mm * p->px - 0.5, y = y_mm * p->px - 0.5;
    for (int v = (int)fmax(0, ceil(y - reach)); v <= fmin(p->height - 1, y + reach); v++)
        for (int u = (int)fmax(0, ceil(x - reach)); u <= fmin(p->width - 1, x + reach); u++) {
            double far = ((u - x) * (u - x) + (v - y) * (v - y)) / (2 * sigma * sigma);
            for (int c = 0; c < 3; c++)
                if (drop[c] != 0)
                    p->drop[c][v * p->width + u] += (float)(drop[c] * exp(-far));
        }
}

static inline void drawn_box(struct drawn_planes *p, double x, double y, double w, double h,
                             const double drop[3])
{
    for (int v = (int)fmax(0, y * p->px); v < fmin(p->height, (y + h) * p->px); v++)
        for (int u = (int)fmax(0, x * p->px); u < fmin(p->width, (x + w) * p->px); u++)
            for (int c = 0; c < 3; c++)
                p->drop[c][v * p->width + u] = (float)drop[c];
}

/* 100 um of toner under 40 um of optical spread in paper, and a lens of 0.55 pixels. */
static inline double drawn_dot_sigma(double dpi)
{
    return sqrt(0.025 * 0.025 + 0.040 * 0.040 + pow(0.55 * 25.4 / dpi, 2));
}

static inline void draw_lattice(struct drawn_planes *p, const struct drawn_code *code,
                                const struct drawn_sheet *sheet, uint64_t *rng)
{
    double angle = DRAWN_TURN * (sheet->skew_deg / 360 + sheet->quarters / 4.0), co = cos(angle),
           si = sin(angle), drop[3] = {0.02 * sheet->depth, 0.05 * sheet->depth, sheet->depth};
    double ox = drawn_unit(rng) * 30, oy = drawn_unit(rng) * 30;
    double far = hypot(sheet->w_mm, sheet->h_mm) + 60;
    int reach_x = (int)(far / code->pitch_mm[0]), reach_y = (int)(far / code->pitch_mm[1]);
    double sigma = drawn_dot_sigma(sheet->dpi);
    for (int v = -reach_y; v <= reach_y; v++) {
        int row = (int)floor((double)v / code->h), y = v - row * code->h;
        for (int u = -reach_x; u <= reach_x; u++) {
            int x = (u - row * code->s) % code->w;
            if (!code->bit[y][x < 0 ? x + code->w : x])
                continue;
            double a = (sheet->mirrored ? -u : u) * code->pitch_mm[0], b = v * code->pitch_mm[1];
            double mm_x = ox + a * co - b * si,
                   mm_y = (oy + a * si + b * co) * (1 + sheet->stretch);
            if (mm_x < -1 || mm_y < -1 || mm_x > sheet->w_mm + 1 || mm_y > sheet->h_mm + 1 ||
                drawn_unit(rng) < sheet->missing)
                continue;
            drawn_speck(p, mm_x + sheet->jitter_mm * drawn_gauss(rng),
                        mm_y + sheet->jitter_mm * drawn_gauss(rng), sigma, drop);
        }
    }
}

/* Black type as lines of strokes, a logo, and a red stamp over it all. */
static inline void draw_printed(struct drawn_planes *p, const struct drawn_sheet *sheet,
                                uint64_t *rng)
{
    static const double black[3] = {190, 190, 185}, blue[3] = {170, 110, 20},
                        red[3] = {20, 130, 120};
    drawn_box(p, 4, 4, 18, 9, blue);
    for (int line = 0; line < 5; line++)
        for (double x = sheet->w_mm * 0.4; x < sheet->w_mm * 0.8; x += 0.5 + 1.2 * drawn_unit(rng))
            drawn_box(p, x, sheet->h_mm * 0.5 + 5 * line, 0.4, 1.2 + 1.4 * drawn_unit(rng), black);
    for (double angle = 0; angle < DRAWN_TURN; angle += 0.01)
        drawn_box(p, sheet->w_mm * 0.45 + 13 * cos(angle), sheet->h_mm * 0.35 + 13 * sin(angle),
                  0.7, 0.7, red);
}

/* A light yellow tint as a laser or an offset press screens it, 106-212 lines an inch. */
static inline void draw_halftone(struct drawn_planes *p, const struct drawn_sheet *sheet,
                                 uint64_t *rng)
{
    double pitch = 25.4 / (106 + 106 * drawn_unit(rng)), angle = DRAWN_TURN * drawn_unit(rng) / 4;
    double depth = 4 + 30 * drawn_unit(rng), drop[3] = {0, 0.05 * depth, depth};
    int reach = (int)(hypot(sheet->w_mm, sheet->h_mm) / pitch);
    for (int v = -reach; v <= reach; v++)
        for (int u = -reach; u <= reach; u++) {
            double x = (u * cos(angle) - v * sin(angle)) * pitch,
                   y = (u * sin(angle) + v * cos(angle)) * pitch;
            if (x > 0 && y > 0 && x < sheet->w_mm && y < sheet->h_mm)
                drawn_speck(p, x, y, 0.045, drop);
        }
}

/* Specks of recycled paper and stray toner, in no order, about as many as a code has. */
static inline void draw_specks(struct drawn_planes *p, const struct drawn_sheet *sheet,
                               uint64_t *rng)
{
    int n = (int)(sheet->w_mm * sheet->h_mm * 0.3 * drawn_unit(rng));
    for (int i = 0; i < n; i++) {
        double depth = 40 * drawn_unit(rng), drop[3] = {0.05 * depth, 0.1 * depth, depth};
        drawn_speck(p, drawn_unit(rng) * sheet->w_mm, drawn_unit(rng) * sheet->h_mm,
                    0.03 + 0.05 * drawn_unit(rng), drop);
    }
}

/* Chroma noise of two to four pixels, each cell its own colour. */
static inline void draw_grain(struct drawn_planes *p, uint64_t *rng)
{
    int cell = 2 + drawn_int(rng, 3);
    double level = 1 + 2 * drawn_unit(rng);
    for (int v = 0; v < p->height; v += cell)
        for (int u = 0; u < p->width; u += cell)
            for (int c = 0; c < 3; c++) {
                float drop = (float)(level * drawn_gauss(rng));
                for (int y = v; y < v + cell && y < p->height; y++)
                    for (int x = u; x < u + cell && x < p->width; x++)
                        p->drop[c][y * p->width + x] += drop;
            }
}

/* A motif of five to nine specks, in rows 1 to 4 mm apart, every second row shifted by half. */
static inline void draw_security(struct drawn_planes *p, const struct drawn_sheet *sheet,
                                 uint64_t *rng)
{
    double pitch = 1 + 3 * drawn_unit(rng), motif[9][2], depth = 8 + 30 * drawn_unit(rng);
    double drop[3] = {depth, 0.6 * depth, 0.2 * depth};
    int n = 5 + drawn_int(rng, 5);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < 2; c++)
            motif[i][c] = 0.7 * pitch * drawn_unit(rng);
    for (int v = 0; v * pitch < sheet->h_mm; v++)
        for (int u = 0; u * pitch < sheet->w_mm; u++)
            for (int i = 0; i < n; i++)
                drawn_speck(p, (u + 0.5 * (v % 2)) * pitch + motif[i][0], v * pitch + motif[i][1],
                            0.07, drop);
}

static inline void draw_label(struct drawn_planes *p, const struct drawn_sheet *sheet,
                              uint64_t *rng)
{
    static const double whiter[3] = {-6, -6, -9};
    double x = 0.5 * sheet->w_mm * drawn_unit(rng), y = 0.5 * sheet->h_mm * drawn_unit(rng);
    double pitch = 25.4 / (106 + 106 * drawn_unit(rng)),
           drop[3] = {0, 3, 10 + 60 * drawn_unit(rng)};
    drawn_box(p, x, y, 0.4 * sheet->w_mm, 0.4 * sheet->h_mm, whiter);
    for (double v = 0; v < 8; v += pitch)
        for (double u = 0; u < 0.4 * sheet->w_mm; u += pitch)
            drawn_speck(p, x + u, y + 5 + v, 0.05, drop);
}

static inline void draw_hand(struct drawn_planes *p, const struct drawn_sheet *sheet, uint64_t *rng)
{
    static const double pen[3] = {150, 120, 50};
    for (int line = 0; line < 4; line++)
        for (double t = 0, slant = drawn_unit(rng); t < 0.4 * sheet->w_mm; t += 0.05)
            drawn_box(p, 0.3 * sheet->w_mm + t + 0.8 * cos(4 * t + slant),
                      0.3 * sheet->h_mm + 9 * line + 1.8 * sin(3.1 * t * (1 + 0.2 * slant)), 0.3,
                      0.3, pen);
}

static inline void draw_streaks(struct drawn_planes *p, uint64_t *rng)
{
    int every = 5 + drawn_int(rng, 40);
    double level = 2 * drawn_unit(rng), comb = 3 * drawn_unit(rng);
    for (int x = 0; x < p->width; x++)
        for (int c = 0; c < 3; c++) {
            float drop = (float)(level * drawn_gauss(rng) + (c == 2 && x % every == 0 ? comb : 0));
            for (int y = 0; y < p->height; y++)
                p->drop[c][y * p->width + x] += drop;
        }
}

static inline void draw_trap(struct drawn_planes *p, const struct drawn_sheet *sheet, uint64_t *rng)
{
    switch (sheet->trap) {
    case TRAP_HALFTONE:
        draw_halftone(p, sheet, rng);
        break;
    case TRAP_SPECKS:
        draw_specks(p, sheet, rng);
        break;
    case TRAP_GRAIN:
        draw_grain(p, rng);
        break;
    case TRAP_SECURITY:
        draw_security(p, sheet, rng);
        break;
    case TRAP_LABEL:
        draw_label(p, sheet, rng);
        break;
    case TRAP_HAND:
        draw_hand(p, sheet, rng);
        break;
    case TRAP_STREAKS:
        draw_streaks(p, rng);
        break;
    default:
        break;
    }
    if (sheet->printed || sheet->trap == TRAP_PRINT)
        draw_printed(p, sheet, rng);
}

/* Paper texture of 1.2 % and noise of 1.5 levels go over all. code NULL: a sheet without dots. */
static inline struct image draw_sheet(const struct drawn_sheet *sheet,
                                      const struct drawn_code *code)
{
    static const double papers[2][3] = {{243, 242, 238}, {245, 245, 245}};
    const double *paper = papers[sheet->clean], noisy = sheet->clean ? 0 : 1;
    uint64_t rng = sheet->seed * 0x2545f4914f6cdd1du + 1;
    struct drawn_planes p = {(int)(sheet->w_mm * sheet->dpi / 25.4),
                             (int)(sheet->h_mm * sheet->dpi / 25.4),
                             sheet->dpi / 25.4,
                             {NULL}};
    struct image image;
    struct err *none = NULL;
    if (!image_create(&image, p.width, p.height, 3, none))
        abort();
    image.dpi_x = image.dpi_y = sheet->dpi;
    for (int c = 0; c < 3; c++)
        if (!(p.drop[c] = calloc((size_t)p.width * (size_t)p.height, sizeof(float))))
            abort();
    if (code)
        draw_lattice(&p, code, sheet, &rng);
    draw_trap(&p, sheet, &rng);
    for (int y = 0; y < p.height; y++)
        for (int x = 0; x < p.width; x++) {
            double texture = 1 + 0.012 * noisy * drawn_gauss(&rng);
            for (int c = 0; c < 3; c++) {
                double v = (paper[c] - p.drop[c][y * p.width + x]) * texture +
                           1.5 * noisy * drawn_gauss(&rng);
                image_row(&image, y)[3 * x + c] = (uint8_t)fmax(0, fmin(255, v + 0.5));
            }
        }
    for (int c = 0; c < 3; c++)
        free(p.drop[c]);
    return image;
}

#endif
