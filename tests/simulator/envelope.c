#include "tests/simulator/envelope.h"
#include "tests/simulator/paint.h"

#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_RADIUS_MM 4.0
#define FILM_FACTOR 0.93f /* a glassine or film window takes 5-9 % of the light */

struct paper paper_draw(struct colour tint, struct rng machine, struct rng sheet)
{
    struct paper p;
    double light = 1 + 0.004 * rng_gauss(&sheet);
    p.reflectance[0] = (float)(tint.r * light); /* tints are given as linear reflectance */
    p.reflectance[1] = (float)(tint.g * light);
    p.reflectance[2] = (float)(tint.b * light);
    p.texture_sd = rng_range(&machine, 0.010, 0.015);
    p.texture_um = rng_range(&machine, 45, 95);
    p.formation_sd = rng_range(&machine, 0.003, 0.006);
    p.formation_mm = rng_range(&machine, 1, 4);
    p.optical_um = rng_range(&machine, 15, 30); /* spread of 30-60 um across */
    return p;
}

bool envelope_init(struct envelope *envelope, enum format format, const struct paper *paper,
                   struct rng rng, struct err *err)
{
    struct envelope e = {.format = format, .paper = *paper, .rng = rng};
    struct rng cut = rng_fork(&rng, "cut"); /* envelopes are cut to within half a mm */
    e.w_mm = format_facts[format].w_mm + 0.25 * rng_gauss(&cut);
    e.h_mm = format_facts[format].h_mm + 0.25 * rng_gauss(&cut);
    if (!canvas_init(&e.side[0].canvas, e.w_mm, e.h_mm, err))
        return false;
    if (!canvas_init(&e.side[1].canvas, e.w_mm, e.h_mm, err)) {
        canvas_finish(&e.side[0].canvas);
        return false;
    }
    for (int s = 0; s < 2; s++)
        memcpy(e.side[s].canvas.paper, paper->reflectance, sizeof paper->reflectance);
    *envelope = e;
    return true;
}

void envelope_finish(struct envelope *envelope)
{
    for (int s = 0; s < 2; s++) {
        canvas_finish(&envelope->side[s].canvas);
        free(envelope->side[s].speck);
    }
    memset(envelope, 0, sizeof *envelope);
}

void side_speck(struct side *side, struct speck speck)
{
    if (side->n_specks == side->cap_specks) {
        int cap = side->cap_specks ? side->cap_specks * 2 : 1024;
        struct speck *more = realloc(side->speck, (size_t)cap * sizeof *more);
        if (!more) {
            side->canvas.failed = true;
            return;
        }
        side->speck = more;
        side->cap_specks = cap;
    }
    side->speck[side->n_specks++] = speck;
}

void side_background(struct side *side, const struct print *print, struct rng rng)
{
    if (print->tech != TECH_LASER)
        return;
    double w = side->canvas.w_mm, h = side->canvas.h_mm;
    int n = (int)(print->laser.background_mm2 * w * h);
    for (int i = 0; i < n; i++) {
        float radius = (float)rng_log_range(&rng, 4, 14); /* single grains to clumps, um */
        side_speck(side, (struct speck){(float)rng_range(&rng, 0, w),
                                        (float)rng_range(&rng, 0, h),
                                        radius,
                                        {0.95f, 0.95f, 0.95f}});
    }
}

/* A fold or paper edge: a dark line with a light one beside it. */
static void ridge(struct canvas *canvas, const double (*point)[2], int n, double width, double dark)
{
    for (int light = 0; light < 2; light++) {
        struct sketch s;
        double v = light ? 1 : 0;
        sketch_begin(&s, (struct colour){v, v, v});
        cairo_set_line_width(s.cr, width);
        cairo_set_line_join(s.cr, CAIRO_LINE_JOIN_ROUND);
        for (int i = 0; i < n; i++)
            cairo_line_to(s.cr, point[i][0] + light * width, point[i][1] + light * width * 1.2);
        cairo_stroke(s.cr);
        struct paint soft = light ? paint_opaque : paint_ink;
        soft.strength = light ? dark * 0.35 : dark;
        soft.mode = light ? PAINT_OPAQUE : PAINT_INK;
        uint8_t *hidden = canvas->covered;
        canvas->covered = calloc((size_t)canvas->tw * (size_t)canvas->th, 1); /* it hides nothing */
        struct affine here = affine_identity();
        if (canvas->covered)
            sketch_paint(&s, canvas, &soft, &here);
        free(canvas->covered);
        canvas->covered = hidden;
    }
}

void envelope_construct(struct envelope *envelope)
{
    struct rng rng = rng_fork(&envelope->rng, "construct");
    double w = envelope->w_mm, h = envelope->h_mm, flap = h * rng_range(&rng, 0.24, 0.34);
    double seam = rng_range(&rng, 0.52, 0.62) * h, side = rng_range(&rng, 14, 22);
    double flap_edge[4][2] = {{1, 0.5}, {side, flap}, {w - side, flap}, {w - 1, 0.5}};
    double left[2][2] = {{0.5, h - 0.5}, {side, seam}},
           right[2][2] = {{w - 0.5, h - 0.5}, {w - side, seam}};
    double up_left[2][2] = {{side, seam}, {side, flap}},
           up_right[2][2] = {{w - side, seam}, {w - side, flap}};
    struct canvas *back = &envelope->side[ART_BACK].canvas,
                  *front = &envelope->side[ART_FRONT].canvas;
    ridge(back, flap_edge, 4, 0.16, 0.30);
    ridge(back, left, 2, 0.14, 0.22);
    ridge(back, right, 2, 0.14, 0.22);
    ridge(back, up_left, 2, 0.14, 0.18);
    ridge(back, up_right, 2, 0.14, 0.18);
    /* the front shows the flaps below it as a faint step, mirrored */
    double through[2][2] = {{w - side, seam}, {w - 0.5, h - 0.5}};
    ridge(front, through, 2, 0.35, 0.025);
}

void envelope_window(struct envelope *envelope, const char *const *letter, int n, const char *font)
{
    struct box b = format_window(envelope->format);
    if (b.w <= 0)
        return;
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    struct rng rng = rng_fork(&envelope->rng, "window");
    struct affine here = affine_identity();
    struct sketch s;
    sketch_begin(&s, (struct colour){0.93, 0.93, 0.93}); /* the letter: whiter paper, in shade */
    art_rounded(s.cr, b.x, b.y, b.w, b.h, WINDOW_RADIUS_MM);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_opaque, &here);
    sketch_begin(&s, (struct colour){0.16, 0.16, 0.16});
    double dx = rng_range(&rng, 3, 9), dy = rng_range(&rng, 9, 14);
    for (int i = 0; i < n; i++)
        art_text(s.cr, font, 3.6, b.x + dx, b.y + dy + i * 5, ART_LEFT, 0, letter[i]);
    sketch_paint(&s, canvas, &paint_ink, &here);
    sketch_begin(&s, (struct colour){FILM_FACTOR, FILM_FACTOR, FILM_FACTOR});
    art_rounded(s.cr, b.x, b.y, b.w, b.h, WINDOW_RADIUS_MM);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_ink, &here);
    sketch_begin(&s, (struct colour){0.2, 0.2, 0.2}); /* cut edge throws a shadow on the film */
    cairo_set_line_width(s.cr, 0.25);
    art_rounded(s.cr, b.x + 0.1, b.y + 0.15, b.w, b.h, WINDOW_RADIUS_MM);
    cairo_stroke(s.cr);
    struct paint soft = paint_ink;
    soft.strength = 0.35;
    sketch_paint(&s, canvas, &soft, &here);
}

static void crease(struct canvas *canvas, struct rng *rng)
{
    double w = canvas->w_mm, h = canvas->h_mm, line[6][2];
    double x = rng_range(rng, 0, w), y = rng_range(rng, 0, h), turn = rng_range(rng, 0, 2 * M_PI);
    double step = rng_range(rng, 4, 18);
    for (int i = 0; i < 6; i++) {
        line[i][0] = x;
        line[i][1] = y;
        turn += 0.12 * rng_gauss(rng);
        x += step * cos(turn);
        y += step * sin(turn);
    }
    ridge(canvas, line, 6, rng_range(rng, 0.08, 0.2), rng_range(rng, 0.05, 0.16));
}

static void smudge(struct canvas *canvas, struct rng *rng)
{
    struct sketch s;
    sketch_begin(&s, (struct colour){0.35, 0.32, 0.28});
    double x = rng_range(rng, 0, canvas->w_mm), y = rng_range(rng, 0, canvas->h_mm);
    double turn = rng_range(rng, 0, M_PI), length = rng_range(rng, 2, 25);
    cairo_set_line_cap(s.cr, CAIRO_LINE_CAP_ROUND);
    for (int i = 0; i < 5; i++) { /* a rub is a bundle of faint strokes */
        cairo_set_line_width(s.cr, rng_range(rng, 0.2, 2.2));
        cairo_move_to(s.cr, x + rng_gauss(rng), y + rng_gauss(rng));
        cairo_line_to(s.cr, x + length * cos(turn) + rng_gauss(rng),
                      y + length * sin(turn) + rng_gauss(rng));
        cairo_stroke(s.cr);
    }
    struct paint soft = paint_ink;
    struct field uneven = field_make(128, 3, rng);
    soft.strength = rng_range(rng, 0.02, 0.08);
    soft.uneven = &uneven;
    soft.uneven_sd = 0.6;
    soft.uneven_cell_mm = 0.15;
    struct affine here = affine_identity();
    sketch_paint(&s, canvas, &soft, &here);
    field_finish(&uneven);
}

void envelope_handle(struct envelope *envelope, double wear)
{
    for (int side = 0; side < 2; side++) {
        struct rng rng = rng_fork_n(&envelope->rng, "handling", side);
        int creases = (int)(wear * 4 * rng_unit(&rng)), smudges = (int)(wear * 5 * rng_unit(&rng));
        for (int i = 0; i < creases; i++)
            crease(&envelope->side[side].canvas, &rng);
        for (int i = 0; i < smudges; i++)
            smudge(&envelope->side[side].canvas, &rng);
    }
}
