#include "classifier/tracking_dots.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEGREES (3.14159265358979323846 / 180)
#define MM_PER_INCH 25.4
#define LOOK_MM 80.0        /* side of the part of a sheet that is looked at: 24 repeats of P4 */
#define LOOK_STEPS 8        /* to its side, between places that are weighed for it: 10 mm */
#define LOOKS_MAX 3         /* such parts; each takes 30 to 45 ms of the 200 for print and dots */
#define LOOK_OVERLAP 0.25   /* of a part that may have been looked at before */
#define CLIPPED_LEVEL 248.0 /* of 255: dips and noise of the paper's white are cut off above */
/* JPEG keeps a dot when a coefficient of its 8 x 8 block of blue difference, about a quarter of its
 * dip times the pixels it covers (two at 300 dpi, eight at 600), exceeds half the quantiser's step
 * for fine colour: 20 levels at quality 90, 10 at 95, 60 at 70 (ITU-T T.81, table K.2). */
#define FINE_COLOUR_DPI 599.0 /* of the colour planes, halved by subsampling */
#define FINE_QUALITY_MIN 70   /* from there on */
#define COARSE_QUALITY_MIN 95 /* below it */
#define COVERED_MM2 1500.0    /* three repeats of P4, the largest layout, are 790 */
#define UNKNOWN_DOTS_MIN 9    /* a period: half of the fewest that a known layout has */
#define UNKNOWN_RATE_MIN                                                                           \
    0.5                   /* of its dots must be found: of a screen's dots, the few that the bound \
                             on points lets through stand in beats with the pixels */
#define GREY_SAMPLES 4096 /* pixels that must all be without colour */

const char *const dots_status_names[] = {"none", "detected", "decoded", "not_testable"};
const char *const dots_doubt_names[] = {"", "grey", "coarse", "clipped", "squeezed", "covered"};

static void keep_unknown(const struct dot_grid *grid, const struct dot_fold *fold,
                         const struct dot_repeats *repeats, struct tracking_dots *ret)
{
    *ret = (struct tracking_dots){
        .status = DOTS_DETECTED, .grid = *grid, .period = fold->period, .repeats = *repeats};
    memcpy(ret->bit, fold->bit, sizeof ret->bit);
    memcpy(ret->clear, fold->clear, sizeof ret->clear);
}

static bool find_unknown(const struct dot_field *field, const struct dot_waves *waves,
                         struct tracking_dots *ret, struct err *err)
{
    struct dot_sites sites = {0};
    struct dot_grid grid;
    struct dot_period period;
    struct dot_repeats repeats = {0};
    bool found = false;
    if (!dot_grid_make(dot_wave_fundamental(waves, 0), dot_wave_fundamental(waves, 1), &grid))
        return true;
    struct dot_fold *fold = malloc(sizeof *fold);
    bool ok = fold || err_set(err, "out of memory for tracking dots");
    ok = ok && dot_sites_make(field, &grid, &sites, err) &&
         dot_period_find(&sites, &period, &found, err);
    if (ok && found)
        ok = dot_fold_make(&sites, (struct dot_turn){0, false}, period, fold, err);
    if (ok && found && fold->z >= DOT_FOLD_SDS_MIN) {
        dot_fold_cut(fold, DOT_CUT_RATE);
        ok = dot_repeats_count(&sites, fold, &repeats, err);
    }
    if (ok && repeats.agreeing >= DOT_REPEATS_MIN && 2 * repeats.agreeing >= repeats.visible &&
        fold->dots >= UNKNOWN_DOTS_MIN && fold->rate[1] >= UNKNOWN_RATE_MIN)
        keep_unknown(&grid, fold, &repeats, ret);
    dot_sites_finish(&sites);
    free(fold);
    return ok;
}

static bool read_known(const struct dot_field *field, const struct dot_waves *waves,
                       bool scale_known, struct tracking_dots *ret, struct err *err)
{
    struct dot_decoded decoded;
    if (!dots_decode(field, waves, scale_known, &decoded, err))
        return false;
    if (!decoded.layout)
        return true;
    *ret = (struct tracking_dots){.status = DOTS_DECODED,
                                  .layout = decoded.layout,
                                  .code = decoded.code,
                                  .grid = decoded.grid,
                                  .turn = decoded.turn,
                                  .period = decoded.period,
                                  .repeats = decoded.repeats};
    memcpy(ret->bit, decoded.bit, sizeof ret->bit);
    memset(ret->clear, true, sizeof ret->clear); /* the layout's checks vouch for every site */
    return true;
}

bool tracking_dots_in(const struct dot_field *field, double axis_deg, bool scale_known,
                      struct tracking_dots *ret, struct err *err)
{
    struct dot_waves waves;
    struct tracking_dots dots = {.status = DOTS_NONE};
    if (!dot_waves_find(field, axis_deg, &waves, err))
        return false;
    if (waves.n[0] && waves.n[1]) {
        if (!read_known(field, &waves, scale_known, &dots, err))
            return false;
        if (dots.status == DOTS_NONE && !find_unknown(field, &waves, &dots, err))
            return false;
    }
    if (dots.status != DOTS_NONE)
        dots.angle_deg = dot_grid_angle_deg(&dots.grid) - axis_deg;
    *ret = dots;
    return true;
}

static bool is_grey(const struct image *raw)
{
    if (raw->channels != 3)
        return true;
    size_t pixels = (size_t)raw->width * (size_t)raw->height, step = pixels / GREY_SAMPLES + 1;
    for (size_t i = 0; i < pixels; i += step) {
        const uint8_t *pixel =
            image_row(raw, (int)(i / (size_t)raw->width)) + 3 * (i % (size_t)raw->width);
        if (pixel[0] != pixel[1] || pixel[1] != pixel[2])
            return false;
    }
    return true;
}

static enum dots_doubt doubt_of(const struct side *side, const struct codec_info *how)
{
    if (side->paper_rgb[2] > CLIPPED_LEVEL)
        return DOTS_CLIPPED;
    double colour_dpi = side->dpi / (how && how->subsampled ? 2 : 1);
    int least = colour_dpi < FINE_COLOUR_DPI ? COARSE_QUALITY_MIN : FINE_QUALITY_MIN;
    if (how && how->lossy && how->quality > 0 && how->quality < least)
        return DOTS_SQUEEZED;
    return DOTS_NO_DOUBT;
}

/* Bare pixels of a box of the reduced page, of every fourth each way. */
static long bare_pixels(const struct side *side, int x, int y, int width, int height)
{
    const struct image view = image_view(&side->reduced, x, y, width, height);
    double dark = (side->paper_rgb[0] + side->paper_rgb[1]) / 2 - INK_MIN_STRENGTH;
    long bare = 0;
    for (int v = 0; v < view.height; v += 4)
        for (int u = 0; u < view.width; u += 4) {
            const uint8_t *pixel = image_row(&view, v) + 3 * u;
            bare += (pixel[0] + pixel[1]) / 2.0 >= dark;
        }
    return bare;
}

/* Whether a place shows enough that none of those looked at before did. */
static bool is_new(const double at[2], const double size_mm[2], const double (*looked)[4], int n)
{
    for (int i = 0; i < n; i++) {
        double shared = 1;
        for (int c = 0; c < 2; c++)
            shared *= fmax(0, size_mm[c] - fabs(at[c] - looked[i][c]));
        if (shared > LOOK_OVERLAP * size_mm[0] * size_mm[1])
            return false;
    }
    return true;
}

/* The barest new place; false when there is none. */
static bool next_barest(const struct side *side, const double within_mm[4], const double size_mm[2],
                        const double (*looked)[4], int n, double ret[2])
{
    double per_mm = SIDE_REDUCED_DPI / MM_PER_INCH, room[2];
    long best = -1;
    for (int c = 0; c < 2; c++)
        room[c] = fmax(0, within_mm[2 + c] - size_mm[c]);
    for (double y = 0; y <= room[1]; y += size_mm[1] / LOOK_STEPS)
        for (double x = 0; x <= room[0]; x += size_mm[0] / LOOK_STEPS) {
            double at[2] = {within_mm[0] + x, within_mm[1] + y};
            if (!is_new(at, size_mm, looked, n))
                continue;
            long bare = bare_pixels(side, (int)(at[0] * per_mm), (int)(at[1] * per_mm),
                                    (int)(size_mm[0] * per_mm), (int)(size_mm[1] * per_mm));
            if (bare > best) {
                best = bare;
                memcpy(ret, at, sizeof at);
            }
        }
    return best >= 0;
}

void tracking_dots_barest(const struct side *side, const double within_mm[4],
                          const double size_mm[2], double ret[2])
{
    next_barest(side, within_mm, size_mm, NULL, 0, ret);
}

/* The barest part of the page that was not looked at, in page mm. */
static bool choose_look(const struct side *side, const double (*looked)[4], int n, double ret_mm[4])
{
    const double page[4] = {0, 0, side->size_mm[0], side->size_mm[1]};
    const double square[2] = {fmin(LOOK_MM, page[2]), fmin(LOOK_MM, page[3])};
    memcpy(ret_mm + 2, square, sizeof square);
    return next_barest(side, page, square, looked, n, ret_mm);
}

/* Looks at one part; what was found, and how much bare paper there was. */
static bool look_at(const struct side *side, const double look_mm[4], struct tracking_dots *ret,
                    double *ret_bare_mm2, struct err *err)
{
    const double *turn = side->page_to_raw.m;
    double middle[2];
    int box[4];
    struct dot_field field;
    affine_apply(&side->page_to_raw, look_mm[0] + look_mm[2] / 2, look_mm[1] + look_mm[3] / 2,
                 middle);
    box[2] = (int)(look_mm[2] / MM_PER_INCH * side->raw->dpi_x);
    box[3] = (int)(look_mm[3] / MM_PER_INCH * side->raw->dpi_y);
    for (int c = 0; c < 2; c++)
        box[c] = (int)middle[c] - box[2 + c] / 2;
    if (!dots_find(side->raw, box, side->paper_rgb, &field, err))
        return false;
    bool ok = tracking_dots_in(&field, atan2(turn[3], turn[0]) / DEGREES, true, ret, err);
    *ret_bare_mm2 = field.visible_mm2;
    dot_field_finish(&field);
    return ok;
}

/* Part by part until dots are found: paper that a label covers, or toner that came out faint on a
 * worn drum's side, differs from place to place. */
static bool look_around(const struct side *side, struct tracking_dots *ret, double *ret_bare_mm2,
                        struct err *err)
{
    double looked[LOOKS_MAX][4];
    for (int n = 0; n < LOOKS_MAX; n++) {
        struct tracking_dots dots;
        double bare;
        if (!choose_look(side, looked, n, looked[n]))
            return true;
        if (!look_at(side, looked[n], &dots, &bare, err))
            return false;
        bool found = dots.status != DOTS_NONE;
        if (found || n == 0) {
            *ret = dots;
            *ret_bare_mm2 = bare;
            memcpy(ret->look_mm, looked[n], sizeof ret->look_mm);
        }
        if (found)
            return true;
    }
    return true;
}

bool tracking_dots_on(const struct side *side, const struct codec_info *how,
                      struct tracking_dots *ret, struct err *err)
{
    struct tracking_dots dots = {.status = DOTS_NOT_TESTABLE};
    const struct image *raw = side->raw;
    double bare_mm2 = 0;
    dots.doubt = is_grey(raw)                                      ? DOTS_GREY
                 : fmin(raw->dpi_x, raw->dpi_y) < DOTS_DPI_MIN - 1 ? DOTS_COARSE
                                                                   : DOTS_NO_DOUBT;
    if (dots.doubt == DOTS_NO_DOUBT && !look_around(side, &dots, &bare_mm2, err))
        return false;
    if (dots.doubt == DOTS_NO_DOUBT && dots.status == DOTS_NONE) {
        dots.doubt = doubt_of(side, how);
        if (dots.doubt == DOTS_NO_DOUBT && bare_mm2 < COVERED_MM2)
            dots.doubt = DOTS_COVERED;
        if (dots.doubt != DOTS_NO_DOUBT)
            dots.status = DOTS_NOT_TESTABLE;
    }
    *ret = dots;
    return true;
}

void tracking_dots_mark(const struct tracking_dots *dots, struct dots_mark *ret)
{
    static_assert(DOT_FOLD_SITES_MAX == DOTS_SITES_MAX, "a mark holds a fold");
    struct dots_mark mark = {.pattern = ""};
    struct dots_cells *cells = &mark.cells;
    if (dots->status == DOTS_DETECTED || dots->status == DOTS_DECODED) {
        if (dots->layout)
            snprintf(mark.pattern, sizeof mark.pattern, "%s", dots->layout->name);
        memcpy(mark.serial, dots->code.serial, sizeof mark.serial);
        memcpy(mark.code, dots->code.digits, sizeof mark.code);
        for (int a = 0; a < 2; a++)
            cells->pitch_mm[a] = dot_grid_pitch_mm(&dots->grid, (a + dots->turn.quarters) % 2);
        cells->w = dots->period.w;
        cells->h = dots->period.h;
        cells->s = dots->period.s;
        for (int i = 0; i < cells->w * cells->h; i++)
            cells->site[i] = !dots->clear[i] ? DOTS_SITE_UNCLEAR
                             : dots->bit[i]  ? DOTS_SITE_DOT
                                             : DOTS_SITE_EMPTY;
    }
    *ret = mark;
}
