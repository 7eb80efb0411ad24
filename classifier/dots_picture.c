/* A yellow dot of 100 um takes a tenth of the blue and nothing else: no eye sees it on paper or on
 * a screen. What is shown is what was measured: (R + G) / 2 - B less its surroundings, smoothed to
 * the dot's size, as many times amplified as brings the code's dots to a middling grey (the factor
 * stands below). Over it the grid that was found, a ring around every site that has a dot in the
 * code, whether there is one to be seen or not, and a frame around one copy of the code. Whoever
 * looks can count for himself how many rings are filled. Where the sheet is printed no ring is
 * drawn: print was left out of the search as well. */
#include "classifier/dots_picture.h"

#include "classifier/ink.h"
#include "classifier/match.h"
#include "imaging/draw.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define WIDTH 840       /* px of the picture */
#define HEIGHT 560      /* without the strip */
#define STRIP 32        /* below, for scale and factor */
#define AROUND_COPY 1.5 /* the picture is wider than one copy of the code */
#define COPY_REACH 64   /* sites: the longest period that is looked for */
#define AROUND_MAX 64   /* dots of a code that are tried as the middle of a copy */
#define SITES_MIN 36.0  /* across, or a small code would be blown up into noise */
#define DOT_SIGMA_MM 0.055
#define AROUND_SIGMA_MM 0.4 /* half a usual pitch */
#define GROUND_GREY 240.0
#define DOT_DARK 170.0 /* below that, for the mean dot of the code */
#define TIMES_MAX 60.0
#define PRINT_MM 0.3    /* around print, where its fringes are */
#define GREY_STEP 16    /* what is finer is noise, which fills files */
#define PRINT_GREY 205  /* of what was left out */
#define RING_PITCH 0.34 /* radius, of the pitch */
#define FRAME_SITES 0.6 /* from the outermost dots to the frame */

/* One place of the side, upright. */
struct window {
    double size_mm[2], px_per_mm;
    struct affine to_page;      /* window mm -> page mm as fed */
    struct affine scan_to_here; /* scan mm -> px of the picture */
    struct affine here_to_scan;
};

static void site_px(const struct window *window, const struct dot_grid *grid, double u, double v,
                    double ret[2])
{
    double mm[2];
    dot_grid_place(grid, u, v, mm);
    affine_apply(&window->scan_to_here, mm[0], mm[1], ret);
}

/* One copy of the code: the box of its dots in the layout's axes, sites. */
struct copy {
    int x, y, w, h;
};

/* Of all repeats of a place, in the layout's axes, the one nearest to another place. A period's two
 * vectors may be long and thin: rows of repeats are tried one by one. */
static void nearest_repeat(const struct dot_period *period, const int place[2], const double to[2],
                           int ret[2])
{
    double nearest = INFINITY;
    int rows = COPY_REACH / period->h + 1;
    int middle = (int)lround((to[1] - place[1]) / period->h);
    for (int j = middle - rows; j <= middle + rows; j++) {
        int x = place[0] + j * period->s, y = place[1] + j * period->h;
        x += period->w * (int)lround((to[0] - x) / period->w);
        double off = hypot(to[0] - x, to[1] - y);
        if (off < nearest) {
            nearest = off;
            ret[0] = x;
            ret[1] = y;
        }
    }
}

/* The box of those repeats of all dots that are nearest to one of them. */
static struct copy copy_around(const struct dot_period *period, int (*dot)[2], int n,
                               const int around[2])
{
    const double to[2] = {around[0], around[1]};
    int low[2] = {around[0], around[1]}, high[2] = {around[0], around[1]};
    for (int k = 0; k < n; k++) {
        int at[2];
        nearest_repeat(period, dot[k], to, at);
        for (int c = 0; c < 2; c++) {
            low[c] = at[c] < low[c] ? at[c] : low[c];
            high[c] = at[c] > high[c] ? at[c] : high[c];
        }
    }
    return (struct copy){low[0], low[1], high[0] - low[0] + 1, high[1] - low[1] + 1};
}

/* Where a repeat begins is not known; people see the copies of a code by the blanks between them.
 * So the one whose dots stand closest together. */
static struct copy copy_of(const struct tracking_dots *dots)
{
    const struct dot_period *period = &dots->period;
    struct copy best = {0, 0, period->w, period->h};
    int dot[DOT_FOLD_SITES_MAX][2], n = 0;
    for (int i = 0; i < period->w * period->h; i++)
        if (dots->bit[i]) {
            dot[n][0] = i % period->w;
            dot[n++][1] = i / period->w;
        }
    for (int k = 0; k < n; k += n / AROUND_MAX + 1) {
        struct copy copy = copy_around(period, dot, n, dot[k]);
        if (k == 0 || copy.w * copy.h < best.w * best.h)
            best = copy;
    }
    return best;
}

/* Corners on the grid of the repeat of a copy whose first site is x, y. */
static void copy_corners(const struct tracking_dots *dots, const struct copy *copy,
                         const int site[2], double ret[4][2])
{
    double x = site[0] - FRAME_SITES, y = site[1] - FRAME_SITES, w = copy->w - 1 + 2 * FRAME_SITES,
           h = copy->h - 1 + 2 * FRAME_SITES;
    dot_turn_back(dots->turn, x, y, ret[0]);
    dot_turn_back(dots->turn, x + w, y, ret[1]);
    dot_turn_back(dots->turn, x + w, y + h, ret[2]);
    dot_turn_back(dots->turn, x, y + h, ret[3]);
}

/* Width and height of one copy on the upright page, mm. */
static void copy_size(const struct tracking_dots *dots, const struct copy *copy, int turn,
                      double ret[2])
{
    double corner[4][2], low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY}, fed[2];
    const int site[2] = {copy->x, copy->y};
    copy_corners(dots, copy, site, corner);
    for (int k = 0; k < 4; k++) {
        double mm[2];
        dot_grid_place(&dots->grid, corner[k][0], corner[k][1], mm);
        for (int c = 0; c < 2; c++) {
            low[c] = fmin(low[c], mm[c]);
            high[c] = fmax(high[c], mm[c]);
        }
    }
    for (int c = 0; c < 2; c++)
        fed[c] = high[c] - low[c];
    turned_size(turn, fed, ret);
}

/* Lays a window of its size with its corner on the page as fed. */
static bool window_lay(const struct side *side, int turn, const double corner[2],
                       struct window *window, struct err *err)
{
    double fed[2], per_mm = window->px_per_mm;
    turned_size(turn, window->size_mm, fed); /* a quarter back swaps as a quarter on does */
    struct affine shift = affine_identity(), upright = turn_to_page(turn, fed), to_window, to_page;
    shift.m[2] = corner[0];
    shift.m[5] = corner[1];
    window->to_page = affine_multiply(&shift, &upright);
    if (!affine_invert(&window->to_page, &to_window) ||
        !affine_invert(&side->page_to_raw, &to_page))
        return err_set(err, "the place of the tracking dots has no picture");
    const struct affine to_raw = {
        {side->raw->dpi_x / MM_PER_INCH, 0, 0, 0, side->raw->dpi_y / MM_PER_INCH, 0}};
    const struct affine to_px = {{per_mm, 0, 0, 0, per_mm, 0}};
    struct affine scan_to_page = affine_multiply(&to_page, &to_raw);
    struct affine scan_to_window = affine_multiply(&to_window, &scan_to_page);
    window->scan_to_here = affine_multiply(&to_px, &scan_to_window);
    if (!affine_invert(&window->scan_to_here, &window->here_to_scan))
        return err_set(err, "the place of the tracking dots has no picture");
    return true;
}

/* The site nearest to the middle of the picture. */
static void middle_site(const struct window *window, const struct dot_grid *grid, double ret[2])
{
    double mm[2];
    affine_apply(&window->here_to_scan, WIDTH / 2.0, HEIGHT / 2.0, mm);
    for (int a = 0; a < 2; a++)
        ret[a] = round(grid->wave[a][0] * mm[0] + grid->wave[a][1] * mm[1] - grid->phase[a]);
}

/* Corners in px of the copy that is nearest to the picture's middle. */
static void middle_copy(const struct window *window, const struct tracking_dots *dots,
                        const struct copy *copy, double ret[4][2])
{
    const int first[2] = {copy->x, copy->y};
    double site[2], corner[4][2];
    int at[2], nearest[2] = {copy->x, copy->y};
    middle_site(window, &dots->grid, site);
    dot_turn_site(dots->turn, (int)site[0], (int)site[1], at);
    const double to[2] = {at[0] - (copy->w - 1) / 2.0, at[1] - (copy->h - 1) / 2.0};
    nearest_repeat(&dots->period, first, to, nearest);
    copy_corners(dots, copy, nearest, corner);
    for (int k = 0; k < 4; k++)
        site_px(window, &dots->grid, corner[k][0], corner[k][1], ret[k]);
}

/* What was looked at, less room to move a window of that size by a quarter of it. */
static void inset(const double look_mm[4], const double size_mm[2], double ret[4])
{
    for (int c = 0; c < 2; c++) {
        double room = fmax(0, look_mm[2 + c] - size_mm[c]), by = fmin(room / 2, size_mm[c] / 4);
        ret[c] = look_mm[c] + by;
        ret[2 + c] = look_mm[2 + c] - 2 * by;
    }
}

/* As large as shows one copy well, at the barest place of what was looked at, and there with a copy
 * in its middle as far as that goes. */
static bool window_choose(const struct side *side, int turn, const struct tracking_dots *dots,
                          const struct copy *copy, struct window *ret, struct err *err)
{
    double shown[2], fed[2], corner[2], framed[4][2], middle[2], within[4];
    double pitch = (dot_grid_pitch_mm(&dots->grid, 0) + dot_grid_pitch_mm(&dots->grid, 1)) / 2;
    copy_size(dots, copy, turn, shown);
    double wide = fmax(SITES_MIN * pitch, AROUND_COPY * shown[0]);
    double per_mm = fmin(WIDTH / wide, HEIGHT / (AROUND_COPY * shown[1]));
    struct window window = {.size_mm = {WIDTH / per_mm, HEIGHT / per_mm}, .px_per_mm = per_mm};
    turned_size(turn, window.size_mm, fed);
    inset(dots->look_mm, fed, within);
    tracking_dots_barest(side, within, fed, corner);
    if (!window_lay(side, turn, corner, &window, err))
        return false;
    middle_copy(&window, dots, copy, framed);
    affine_apply(&window.to_page, (framed[0][0] + framed[2][0]) / 2 / per_mm,
                 (framed[0][1] + framed[2][1]) / 2 / per_mm, middle);
    for (int c = 0; c < 2; c++) {
        double first = dots->look_mm[c], last = first + fmax(0, dots->look_mm[2 + c] - fed[c]);
        corner[c] = fmax(first, fmin(last, middle[c] - fed[c] / 2));
    }
    if (!window_lay(side, turn, corner, &window, err))
        return false;
    *ret = window;
    return true;
}

/* 255 where something is printed, and around it. */
static bool print_of(const struct side *side, const struct image *scan, double px_per_mm,
                     struct image *ret, struct err *err)
{
    struct image ink = {0};
    int reach = 2 * (int)ceil(PRINT_MM * px_per_mm) + 1;
    double dark = (side->paper_rgb[0] + side->paper_rgb[1]) / 2 - INK_MIN_STRENGTH;
    if (!image_create(&ink, scan->width, scan->height, 1, err))
        return false;
    for (int y = 0; y < ink.height; y++)
        for (int x = 0; x < ink.width; x++) {
            const uint8_t *pixel = image_row(scan, y) + 3 * (ptrdiff_t)x;
            image_row(&ink, y)[x] = (pixel[0] + pixel[1]) / 2.0 < dark ? 255 : 0;
        }
    bool ok = cv_morph(&ink, CV_MORPH_OP_DILATE, CV_MORPH_BOX, reach, reach, ret, err);
    image_finish(&ink);
    return ok;
}

/* How much blue each pixel lacks, less its surroundings; levels. */
static bool dips_of(const struct image *scan, double px_per_mm, struct plane *ret, struct err *err)
{
    struct plane yellow = {0}, around = {0};
    bool ok = plane_create(&yellow, scan->width, scan->height, err);
    for (int y = 0; ok && y < scan->height; y++)
        for (int x = 0; x < scan->width; x++) {
            const uint8_t *pixel = image_row(scan, y) + 3 * (ptrdiff_t)x;
            yellow.data[(ptrdiff_t)y * scan->width + x] =
                (float)((pixel[0] + pixel[1]) / 2.0 - pixel[2]);
        }
    ok = ok && cv_gauss_plane(&yellow, DOT_SIGMA_MM * px_per_mm, ret, err) &&
         cv_gauss_plane(&yellow, AROUND_SIGMA_MM * px_per_mm, &around, err);
    for (ptrdiff_t i = 0; ok && i < (ptrdiff_t)scan->width * scan->height; i++)
        ret->data[i] -= around.data[i];
    plane_finish(&yellow);
    plane_finish(&around);
    return ok;
}

/* Calls for every site of the code on bare paper, in px of the picture. */
typedef void take_site(void *ctx, const double px[2]);
static void each_dot(const struct window *window, const struct tracking_dots *dots,
                     const struct image *print, take_site *take, void *ctx)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int k = 0; k < 4; k++) {
        double mm[2];
        affine_apply(&window->here_to_scan, k & 1 ? WIDTH : 0, k & 2 ? HEIGHT : 0, mm);
        for (int a = 0; a < 2; a++) {
            const double *wave = dots->grid.wave[a];
            double at = wave[0] * mm[0] + wave[1] * mm[1] - dots->grid.phase[a];
            low[a] = fmin(low[a], floor(at));
            high[a] = fmax(high[a], ceil(at));
        }
    }
    for (int v = (int)low[1]; v <= (int)high[1]; v++)
        for (int u = (int)low[0]; u <= (int)high[0]; u++) {
            double px[2];
            int at[2];
            dot_turn_site(dots->turn, u, v, at);
            site_px(window, &dots->grid, u, v, px);
            if (dots->bit[dot_period_site(dots->period, at[0], at[1])] && px[0] >= 0 &&
                px[1] >= 0 && px[0] < WIDTH && px[1] < HEIGHT &&
                !image_row(print, (int)px[1])[(int)px[0]])
                take(ctx, px);
        }
}

struct depth {
    const struct plane *dips;
    double sum;
    int n;
};

static void add_depth(void *ctx, const double px[2])
{
    struct depth *depth = ctx;
    depth->sum += (double)depth->dips->data[(ptrdiff_t)px[1] * WIDTH + (ptrdiff_t)px[0]];
    depth->n++;
}

struct ringed {
    struct image *image;
    double radius;
};

static void ring_dot(void *ctx, const double px[2])
{
    const struct draw_pen pen = {{200, 0, 60}, 1.5, 1};
    const struct ringed *ringed = ctx;
    draw_ring(ringed->image, px, ringed->radius, &pen);
}

/* The dips in grey, `times` as deep. */
static bool amplify(const struct plane *dips, const struct image *print, double times,
                    struct image *ret, struct err *err)
{
    if (!image_create(ret, WIDTH, HEIGHT + STRIP, 3, err))
        return false;
    draw_fill(ret, (const draw_colour){255, 255, 255});
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double dip = (double)dips->data[(ptrdiff_t)y * WIDTH + x];
            double grey = fmax(0, fmin(255, GROUND_GREY - times * dip));
            int shown = image_row(print, y)[x] ? PRINT_GREY : (int)grey / GREY_STEP * GREY_STEP;
            memset(image_row(ret, y) + 3 * (ptrdiff_t)x, shown, 3);
        }
    return true;
}

/* Every line through sites, along either axis. */
static void draw_grid(struct image *image, const struct window *window, const struct dot_grid *grid)
{
    const struct draw_pen pen = {{60, 130, 200}, 1, 0.35};
    double at[2], pitch = fmin(dot_grid_pitch_mm(grid, 0), dot_grid_pitch_mm(grid, 1));
    int sites = (int)ceil(hypot(window->size_mm[0], window->size_mm[1]) / 2 / pitch);
    middle_site(window, grid, at);
    for (int k = -sites; k <= sites; k++) {
        double from[2], to[2];
        site_px(window, grid, at[0] + k, at[1] - sites, from);
        site_px(window, grid, at[0] + k, at[1] + sites, to);
        draw_line(image, from, to, &pen);
        site_px(window, grid, at[0] - sites, at[1] + k, from);
        site_px(window, grid, at[0] + sites, at[1] + k, to);
        draw_line(image, from, to, &pen);
    }
}

static void draw_copy(struct image *image, const struct window *window,
                      const struct tracking_dots *dots, const struct copy *copy)
{
    const struct draw_pen pen = {{0, 70, 160}, 3, 1};
    double corner[4][2] = {{0}};
    middle_copy(window, dots, copy, corner);
    for (int k = 0; k < 4; k++)
        draw_line(image, corner[k], corner[(k + 1) % 4], &pen);
}

static bool draw_dots(const struct window *window, const struct tracking_dots *dots,
                      const struct copy *copy, const struct side *side, const struct image *scan,
                      struct image *ret, struct err *err)
{
    struct image print = {0};
    struct plane dips = {0};
    bool ok = print_of(side, scan, window->px_per_mm, &print, err) &&
              dips_of(scan, window->px_per_mm, &dips, err);
    if (ok) {
        struct depth depth = {.dips = &dips};
        each_dot(window, dots, &print, add_depth, &depth);
        double mean = depth.n ? depth.sum / depth.n : 0;
        double times = round(fmax(1, fmin(TIMES_MAX, mean > 0 ? DOT_DARK / mean : TIMES_MAX)));
        ok = amplify(&dips, &print, times, ret, err);
        if (ok) {
            char text[16];
            struct image picture = image_view(ret, 0, 0, WIDTH, HEIGHT);
            double pitch =
                fmin(dot_grid_pitch_mm(&dots->grid, 0), dot_grid_pitch_mm(&dots->grid, 1));
            struct ringed ringed = {&picture, RING_PITCH * pitch * window->px_per_mm};
            draw_grid(&picture, window, &dots->grid);
            each_dot(window, dots, &print, ring_dot, &ringed);
            draw_copy(&picture, window, dots, copy);
            snprintf(text, sizeof text, "x%.0f", times);
            draw_text(ret, WIDTH - draw_text_width(text, 2) - 4, HEIGHT + 8, 2, text,
                      (const draw_colour){150, 150, 150});
        }
    }
    image_finish(&print);
    plane_finish(&dips);
    return ok;
}

static void draw_strip(struct image *image, const struct window *window)
{
    draw_scale(image, 0, HEIGHT + STRIP, window->px_per_mm, 10, 10, "10 mm");
}

bool dots_picture_make(const struct side *side, int turn, const struct tracking_dots *dots,
                       struct dots_pictures *ret, struct err *err)
{
    struct window window;
    struct dots_pictures pictures = {{0}, {0}};
    struct image scan = {0};
    const struct copy copy = copy_of(dots);
    if (!window_choose(side, turn, dots, &copy, &window, err))
        return false;
    /* half a pixel more, so that rounding leaves none short */
    bool ok =
        side_crop(side, &window.to_page, (WIDTH + 0.5) / window.px_per_mm,
                  (HEIGHT + 0.5) / window.px_per_mm, window.px_per_mm * MM_PER_INCH, &scan, err) &&
        image_create(&pictures.scan, WIDTH, HEIGHT + STRIP, 3, err);
    if (ok) {
        const struct image here = image_view(&scan, 0, 0, WIDTH, HEIGHT);
        draw_fill(&pictures.scan, (const draw_colour){255, 255, 255});
        draw_image(&pictures.scan, 0, 0, &here);
        ok = draw_dots(&window, dots, &copy, side, &here, &pictures.dots, err);
    }
    image_finish(&scan);
    if (!ok) {
        dots_pictures_finish(&pictures);
        return false;
    }
    draw_strip(&pictures.scan, &window);
    draw_strip(&pictures.dots, &window);
    *ret = pictures;
    return true;
}

void dots_pictures_finish(struct dots_pictures *pictures)
{
    image_finish(&pictures->scan);
    image_finish(&pictures->dots);
    *pictures = (struct dots_pictures){{0}, {0}};
}
