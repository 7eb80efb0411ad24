/* The place is the same in both pictures and chosen by what was measured in the scan
 * (print_places.h).
 *
 * Above: the scan's own pixels, with a frame around the place. Below on the left the place
 * enlarged, pixel by pixel, without smoothing; on the right the same with the measured edge, or the
 * spectrum of all solids when one of them is screened, or else the solid alone, with what is off
 * its mean colour amplified. Genuine and seen are treated alike everywhere.
 *
 * The genuine one is a single sample as it was scanned: the template's own picture is the median of
 * many and smoother than any print. */
#include "classifier/print_pictures.h"

#include "classifier/print_places.h"
#include "classifier/screens_compare.h"
#include "classifier/spectrum_rings.h"
#include "imaging/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define ENLARGE 8 /* screen pixels for one scanned pixel: 800 % */
#define PLACE PRINT_PLACE
#define PANEL (ENLARGE * PLACE) /* px of the picture */
#define GAP 16                  /* between the two */
#define WIDTH (2 * PANEL + GAP) /* of the picture, and of the context: 24 mm at 600 dpi */
#define CONTEXT 136             /* height: 6 mm, a line of type and its neighbours */
#define STRIP 32                /* below each, for the scale */
#define HEIGHT (CONTEXT + PANEL + 2 * STRIP)
#define TRACE_MARGIN 3 /* px around the place, so that the line reaches its border */
#define NEXT_PX 2.5    /* the next point of an edge is no further: rims are a pixel or two apart */
#define AHEAD 0.5      /* cosine between the way to it and the edge */
#define SAME_WAY 0.7   /* cosine between their normals */
#define BESIDE 0.25    /* of its tone that is left of what stands beside the solid print */
#define AMPLIFY_SHARE 0.99 /* of a solid's pixels: their spread is amplified */
#define AMPLIFY_TO 100.0   /* levels */
#define AMPLIFY_MIN 2.0
#define AMPLIFY_MAX 10.0   /* beyond, the scanner's noise of 1-2 levels looks like print */
#define SPECTRUM_BINS 58.0 /* from the middle to the border: 270 lines an inch at 600 dpi */
#define PEAK_RADIUS 8.0    /* px of the ring around a peak */

static const draw_colour ground = {255, 255, 255}, faint = {150, 150, 150}, mark = {200, 0, 60};

/* A piece of the print, with paper of its colour where the element ends. */
static bool piece(const struct print *print, int x, int y, int w, int h, struct image *ret,
                  struct err *err)
{
    draw_colour paper;
    for (int c = 0; c < 3; c++)
        paper[c] = (uint8_t)lround(print->paper_rgb[c]);
    if (!image_create(ret, w, h, 3, err))
        return false;
    draw_fill(ret, paper);
    draw_image(ret, -x, -y, &print->rgb);
    return true;
}

static bool close_up(const struct print *print, const int place[2], struct image *ret,
                     struct err *err)
{
    struct image small = {0};
    bool ok = piece(print, place[0], place[1], PLACE, PLACE, &small, err) &&
              cv_resize(&small, PANEL, PANEL, CV_INTERPOLATE_NEAREST, ret, err);
    image_finish(&small);
    return ok;
}

/* Where the context begins: the place in its middle, as far as the element reaches. */
static int context_start(int place, int size, int of_element)
{
    int start = place + PLACE / 2 - size / 2, last = of_element - size;
    if (last < 0)
        return last / 2;
    return start < 0 ? 0 : start > last ? last : start;
}

static void draw_percent(struct image *picture, int y, int percent)
{
    char text[16];
    snprintf(text, sizeof text, "%d%%", percent);
    draw_text(picture, WIDTH - draw_text_width(text, 2) - 4, y, 2, text, faint);
}

/* Context, frame and scales; the panels are for others. */
static bool sheet_begin(const struct print *print, const int place[2], struct image *ret,
                        struct err *err)
{
    const struct image *rgb = &print->rgb;
    int x = context_start(place[0], WIDTH, rgb->width),
        y = context_start(place[1], CONTEXT, rgb->height);
    struct image context = {0};
    const double frame[4] = {place[0] - x - 1, place[1] - y - 1, PLACE + 2, PLACE + 2};
    const struct draw_pen pen = {{200, 0, 60}, 2, 1};
    double px_per_mm = print->dpi / MM_PER_INCH;
    if (!image_create(ret, WIDTH, HEIGHT, 3, err))
        return false;
    draw_fill(ret, ground);
    if (!piece(print, x, y, WIDTH, CONTEXT, &context, err)) {
        image_finish(ret);
        return false;
    }
    draw_frame(&context, frame, &pen);
    draw_image(ret, 0, 0, &context);
    image_finish(&context);
    draw_scale(ret, 0, CONTEXT + STRIP, px_per_mm, 5, 5, "5 mm");
    draw_percent(ret, CONTEXT + 8, 100);
    draw_scale(ret, 0, HEIGHT, ENLARGE * px_per_mm, 0.5, 5, "500 \xc2\xb5m");
    draw_percent(ret, HEIGHT - STRIP + 8, 100 * ENLARGE);
    return true;
}

static void put_panels(struct image *picture, const struct image *left, const struct image *right)
{
    draw_image(picture, 0, CONTEXT + STRIP, left);
    draw_image(picture, PANEL + GAP, CONTEXT + STRIP, right);
}

/* The point that follows along the edge, NULL where the contour breaks off. */
static const struct edge_point *next_point(const struct edge_point *from,
                                           const struct edge_point *point, int n)
{
    const struct edge_point *ret = NULL;
    double nearest = NEXT_PX;
    for (int i = 0; i < n; i++) {
        double dx = point[i].x - from->x, dy = point[i].y - from->y, far = hypot(dx, dy);
        bool ahead = dx * -from->ny + dy * from->nx > AHEAD * far;
        if (ahead && far < nearest && point[i].nx * from->nx + point[i].ny * from->ny > SAME_WAY) {
            nearest = far;
            ret = &point[i];
        }
    }
    return ret;
}

static void draw_contour(struct image *panel, const struct edge_point *point, int n,
                         const int place[2], const struct draw_pen *pen)
{
    for (int i = 0; i < n; i++) {
        const struct edge_point *a = &point[i], *b = next_point(a, point, n);
        if (!b)
            continue;
        const double from[2] = {ENLARGE * (a->x - place[0]), ENLARGE * (a->y - place[1])},
                     to[2] = {ENLARGE * (b->x - place[0]), ENLARGE * (b->y - place[1])};
        draw_line(panel, from, to, pen);
    }
}

/* The one of a few that stands out most from this ink and its paper. */
static void choose_pen(const struct print *print, struct draw_pen *ret)
{
    static const draw_colour colours[] = {
        {0, 190, 70}, {255, 40, 160}, {0, 150, 255}, {255, 120, 0}};
    const struct element_model *element = print->located->element;
    double ink[3] = {0}, n = 0, best = -1;
    for (int y = 0; y < element->mask.height; y++)
        for (int x = 0; x < element->mask.width; x++)
            if (image_row(&element->mask, y)[x]) {
                for (int c = 0; c < 3; c++)
                    ink[c] += image_row(&element->picture, y)[3 * x + c];
                n++;
            }
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        double from_ink = 0, from_paper = 0;
        for (int c = 0; c < 3; c++) {
            from_ink += fabs(colours[i][c] - ink[c] / fmax(1, n));
            from_paper += fabs(colours[i][c] - print->paper_rgb[c]);
        }
        if (fmin(from_ink, from_paper) > best) {
            best = fmin(from_ink, from_paper);
            *ret = (struct draw_pen){.width = 2, .cover = 1};
            memcpy(ret->colour, colours[i], sizeof ret->colour);
        }
    }
}

static bool edges_picture(const struct print *print, const int place[2], const struct draw_pen *pen,
                          struct image *ret, struct err *err)
{
    const int box[4] = {place[0] - TRACE_MARGIN, place[1] - TRACE_MARGIN, PLACE + 2 * TRACE_MARGIN,
                        PLACE + 2 * TRACE_MARGIN};
    struct image plain = {0}, traced = {0};
    struct edge_point *point = NULL;
    int n = 0;
    bool ok = close_up(print, place, &plain, err) && image_copy(&plain, &traced, err) &&
              edges_trace(print, box, &point, &n, err) && sheet_begin(print, place, ret, err);
    if (ok) {
        draw_contour(&traced, point, n, place, pen);
        put_panels(ret, &plain, &traced);
    }
    free(point);
    image_finish(&plain);
    image_finish(&traced);
    return ok;
}

/* Mean colour of the solid print of a place, and how far nearly all of it is off that. */
struct tone {
    double mean[3], spread;
};

static struct tone tone_of(const struct image *core, const struct image *rgb)
{
    struct tone tone = {{0}, 0};
    uint32_t histogram[256] = {0};
    double n = fmax(1, (double)mask_area(core));
    for (int pass = 0; pass < 2; pass++)
        for (int y = 0; y < core->height; y++)
            for (int x = 0; x < core->width; x++)
                for (int c = 0; c < 3 && image_row(core, y)[x]; c++) {
                    double v = image_row(rgb, y)[3 * x + c];
                    if (pass == 0)
                        tone.mean[c] += v / n;
                    else
                        histogram[(int)fmin(255, fabs(v - tone.mean[c]))]++;
                }
    tone.spread = histogram_quantile(histogram, AMPLIFY_SHARE);
    return tone;
}

/* The solid print of a place, what is off its mean colour `times` as far off; the rest is faint. */
static bool texture_panel(const struct image *core, const struct image *rgb, int times,
                          struct image *ret, struct err *err)
{
    struct tone tone = tone_of(core, rgb);
    struct image small = {0};
    if (!image_create(&small, PLACE, PLACE, 3, err))
        return false;
    draw_fill(&small, ground);
    for (int y = 0; y < core->height; y++)
        for (int x = 0; x < core->width; x++)
            for (int c = 0; c < 3; c++) {
                double v = image_row(rgb, y)[3 * x + c];
                v = image_row(core, y)[x] ? tone.mean[c] + times * (v - tone.mean[c])
                                          : ground[c] + BESIDE * (v - ground[c]);
                image_row(&small, y)[3 * x + c] = (uint8_t)lround(fmax(0, fmin(255, v)));
            }
    bool ok = cv_resize(&small, PANEL, PANEL, CV_INTERPOLATE_NEAREST, ret, err);
    image_finish(&small);
    return ok;
}

static double power_at(const struct plane *power, double x, double y)
{
    int ix = (int)floor(x), iy = (int)floor(y);
    double fx = x - ix, fy = y - iy;
    if (ix < 0 || iy < 0 || ix + 1 >= power->width || iy + 1 >= power->height)
        return 1;
    const float *p = power->data + (ptrdiff_t)iy * power->width + ix;
    return (1 - fy) * ((1 - fx) * (double)p[0] + fx * (double)p[1]) +
           fy * ((1 - fx) * (double)p[power->width] + fx * (double)p[power->width + 1]);
}

/* The spectrum of one print's solids in the channel that is shown, and its screens. */
struct spectrum {
    struct plane power;
    struct screens screens;
    int channel;
    double scale; /* of the print against the template */
};

/* Rings around the peaks of one screen; returns the lowest. */
static double draw_peaks(struct image *panel, const struct print_screen *screen, double dpi)
{
    const double px = PANEL / (2 * SPECTRUM_BINS) * SPECTRUM_SIDE / dpi;
    const struct draw_pen pen = {{200, 0, 60}, 2, 1};
    double low = 0;
    for (int turn = 0; turn < 360; turn += screen->kind == SCREEN_DOTS ? 90 : 180) {
        double angle = (screen->degrees + turn) * M_PI / 180;
        const double at[2] = {PANEL / 2.0 + px * screen->lines * cos(angle),
                              PANEL / 2.0 + px * screen->lines * sin(angle)};
        draw_ring(panel, at, PEAK_RADIUS, &pen);
        low = fmax(low, at[1]);
    }
    return low;
}

/* All screens of the channel; lines an inch and angle of the strongest beside it. */
static void draw_screens(struct image *panel, const struct spectrum *spectrum, double dpi)
{
    char text[48] = "";
    double low = 0;
    for (int i = 0; i < spectrum->screens.n; i++) {
        const struct print_screen *screen = &spectrum->screens.screen[i];
        if (screen->channel != spectrum->channel)
            continue;
        low = fmax(low, draw_peaks(panel, screen, dpi));
        if (!text[0])
            snprintf(text, sizeof text, "%.0f lpi %.0f\xc2\xb0", screen->lines / spectrum->scale,
                     screen_degrees(screen));
    }
    double y = fmin(low + PEAK_RADIUS + 4, PANEL - 2 * DRAW_TEXT_HEIGHT - 4);
    draw_text(panel, (PANEL - draw_text_width(text, 2)) / 2, (int)y, 2, text, mark);
}

/* Dark where the spectrum stands out, up to `most` times its surroundings, on a scale of
 * logarithms. */
static bool spectrum_panel(const struct spectrum *spectrum, double most, double dpi,
                           struct image *ret, struct err *err)
{
    static const double rings[] = {100, 200}; /* lines an inch */
    const struct draw_pen pen = {{150, 150, 150}, 1, 0.6};
    const double middle[2] = {PANEL / 2.0, PANEL / 2.0};
    if (!image_create(ret, PANEL, PANEL, 3, err))
        return false;
    for (int y = 0; y < PANEL; y++)
        for (int x = 0; x < PANEL; x++) {
            double bins = 2 * SPECTRUM_BINS / PANEL, fx = bins * (x + 0.5 - middle[0]),
                   fy = bins * (y + 0.5 - middle[1]);
            double power =
                hypot(fx, fy) < SPECTRUM_RADII - 1 /* beyond, there are no rings */
                    ? power_at(&spectrum->power, SPECTRUM_SIDE / 2.0 + fx, SPECTRUM_SIDE / 2.0 + fy)
                    : 1;
            double dark = fmax(0, fmin(1, log(fmax(1, power)) / log(most)));
            memset(image_row(ret, y) + 3 * (ptrdiff_t)x, (int)lround(245 * (1 - dark)), 3);
        }
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        char text[16];
        double bins = rings[i] * spectrum->scale * SPECTRUM_SIDE / dpi,
               radius = bins * PANEL / (2 * SPECTRUM_BINS);
        draw_ring(ret, middle, radius, &pen);
        snprintf(text, sizeof text, "%.0f", rings[i]);
        draw_text(ret, PANEL / 2 - draw_text_width(text, 1) / 2, (int)(PANEL / 2 - radius) + 3, 1,
                  text, faint);
    }
    draw_screens(ret, spectrum, dpi);
    return true;
}

/* Of both prints in the channel that shows the scan's screens most, or else the genuine ones'. */
static bool spectra(const struct print *const print[2], struct spectrum spectrum[2],
                    struct image ret[2], struct err *err)
{
    const struct screens *shown =
        spectrum[1].screens.n > 0 ? &spectrum[1].screens : &spectrum[0].screens;
    for (int k = 0; k < 2; k++) {
        spectrum[k].channel = shown->screen[0].channel;
        spectrum[k].scale = k ? print[k]->located->scale : 1;
        if (!screens_spectrum(print[k], spectrum[k].channel, &spectrum[k].power, err) ||
            !spectrum_panel(&spectrum[k], shown->screen[0].strength, print[k]->dpi, &ret[k], err))
            return false;
    }
    return true;
}

/* Amplified alike; *ret_times says how much. */
static bool textures(const struct print *const print[2], const int place[2], struct image ret[2],
                     int *ret_times, struct err *err)
{
    struct image core[2] = {{0}}, part[2], rgb[2];
    bool ok = print_core(print[0], &core[0], err) && print_core(print[1], &core[1], err);
    for (int k = 0; ok && k < 2; k++) {
        part[k] = image_view(&core[k], place[0], place[1], PLACE, PLACE);
        rgb[k] = image_view(&print[k]->rgb, place[0], place[1], PLACE, PLACE);
    }
    if (ok) {
        double times = AMPLIFY_TO / fmax(1, tone_of(&part[1], &rgb[1]).spread);
        *ret_times = (int)fmax(AMPLIFY_MIN, fmin(AMPLIFY_MAX, round(times)));
        ok = texture_panel(&part[0], &rgb[0], *ret_times, &ret[0], err) &&
             texture_panel(&part[1], &rgb[1], *ret_times, &ret[1], err);
    }
    image_finish(&core[0]);
    image_finish(&core[1]);
    return ok;
}

/* The right-hand panels of both: spectra when one of them has a screen, else textures. */
static bool solids_panels(const struct print *const print[2], const int place[2],
                          struct image ret[2], enum crop_shows *ret_shows, int *ret_times,
                          struct err *err)
{
    struct spectrum spectrum[2] = {{.channel = -1}, {.channel = -1}};
    bool ok = true, screened = false;
    for (int k = 0; ok && k < 2; k++) {
        ok = screens_measure(print[k], &spectrum[k].screens, err);
        screened |= ok && spectrum[k].screens.n > 0;
    }
    *ret_shows = screened ? CROP_SCREEN : CROP_TEXTURE;
    ok = ok && (screened ? spectra(print, spectrum, ret, err)
                         : textures(print, place, ret, ret_times, err));
    plane_finish(&spectrum[0].power);
    plane_finish(&spectrum[1].power);
    return ok;
}

static bool solids_pictures(const struct print *const print[2], const int place[2],
                            struct image *const picture[2], enum crop_shows *ret_shows,
                            struct err *err)
{
    struct image plain[2] = {{0}}, right[2] = {{0}};
    char times_text[16] = "";
    int times = 0;
    bool ok = close_up(print[0], place, &plain[0], err) &&
              close_up(print[1], place, &plain[1], err) &&
              solids_panels(print, place, right, ret_shows, &times, err);
    if (ok && *ret_shows == CROP_TEXTURE)
        snprintf(times_text, sizeof times_text, "x%d", times);
    for (int k = 0; ok && k < 2; k++) {
        ok = sheet_begin(print[k], place, picture[k], err);
        if (ok) {
            put_panels(picture[k], &plain[k], &right[k]);
            draw_text(picture[k], PANEL + GAP, HEIGHT - STRIP + 8, 2, times_text, faint);
        }
    }
    for (int k = 0; k < 2; k++) {
        image_finish(&plain[k]);
        image_finish(&right[k]);
    }
    return ok;
}

/* The sample as if it were the scan; rgb is borrowed. */
static bool genuine_print(const struct print *seen, struct print *ret, struct err *err)
{
    const struct element_model *element = seen->located->element;
    struct print print = {.located = seen->located, .dpi = seen->dpi, .same_dpi = true};
    print.rgb = element->sample.data ? element->sample : element->picture;
    memcpy(print.paper_rgb, element->paper_rgb, sizeof print.paper_rgb);
    if (!image_create(&print.clear, print.rgb.width, print.rgb.height, 1, err))
        return false;
    memset(print.clear.data, 255, print.clear.stride * (size_t)print.clear.height);
    *ret = print;
    return true;
}

static bool make_edges(const struct print *const print[2], const struct check *why,
                       struct print_pictures *ret, struct err *err)
{
    int place[2];
    bool found = false;
    struct draw_pen pen;
    if (!print_place_of_edges(print[1], why, place, &found, err))
        return false;
    if (!found)
        return true;
    choose_pen(print[1], &pen);
    ret->shows = CROP_EDGES;
    return edges_picture(print[0], place, &pen, &ret->genuine, err) &&
           edges_picture(print[1], place, &pen, &ret->seen, err);
}

static bool make_solids(const struct print *const print[2], struct print_pictures *ret,
                        struct err *err)
{
    int place[2];
    bool found = false;
    struct image *const picture[2] = {&ret->genuine, &ret->seen};
    if (!print_place_of_solids(print[1], place, &found, err))
        return false;
    return !found || solids_pictures(print, place, picture, &ret->shows, err);
}

bool print_pictures_make(const struct print *seen, const struct check *why,
                         struct print_pictures *ret, struct err *err)
{
    struct print genuine;
    struct print_pictures pictures = {.shows = CROP_ELEMENT};
    if (!genuine_print(seen, &genuine, err))
        return false;
    const struct print *const print[2] = {&genuine, seen};
    bool ok = why->looks_at == LOOKS_AT_EDGES ? make_edges(print, why, &pictures, err)
                                              : make_solids(print, &pictures, err);
    image_finish(&genuine.clear);
    if (ok)
        *ret = pictures;
    else
        print_pictures_finish(&pictures);
    return ok;
}

void print_pictures_finish(struct print_pictures *pictures)
{
    image_finish(&pictures->genuine);
    image_finish(&pictures->seen);
    *pictures = (struct print_pictures){0};
}
