#include "tests/simulator/window.h"
#include "tests/simulator/paint.h"

#define RADIUS_MM 4.0
#define SHIFT_MOST_MM 4.5 /* a letter is folded to be smaller than its envelope by about 9 mm */
#define TURN_SD 0.25      /* degrees */
#define TYPE_MM 3.5
#define PITCH 1.35 /* of lines, in the type size */

static void fill_window(struct canvas *canvas, struct box b, struct colour ink,
                        const struct paint *paint)
{
    struct affine here = affine_identity();
    struct sketch s;
    sketch_begin(&s, ink);
    art_rounded(s.cr, b.x, b.y, b.w, b.h, RADIUS_MM);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, paint, &here);
}

/* The letter's paper and address, cut off by the window. */
static void letter_behind(struct canvas *canvas, struct box b, const char *const *letter, int n,
                          struct rng *rng)
{
    struct affine here = affine_identity();
    struct sketch s;
    double dx = rng_range(rng, -SHIFT_MOST_MM, SHIFT_MOST_MM);
    double dy = rng_range(rng, -SHIFT_MOST_MM, SHIFT_MOST_MM);
    double turn = TURN_SD * rng_gauss(rng) * DEGREES, white = rng_range(rng, 0.925, 0.955);
    for (int ink = 0; ink < 2; ink++) {
        sketch_begin(&s, ink ? (struct colour){0.14, 0.14, 0.15}
                             : (struct colour){white, white, white});
        art_rounded(s.cr, b.x, b.y, b.w, b.h, RADIUS_MM);
        cairo_clip(s.cr);
        cairo_translate(s.cr, b.x + dx, b.y + dy);
        cairo_rotate(s.cr, turn);
        if (!ink) { /* its left edge stands 2.5 mm inside the window on average */
            cairo_rectangle(s.cr, -2.5, -40, b.w + 80, b.h + 80);
            cairo_fill(s.cr);
        }
        for (int i = 0; ink && i < n; i++)
            art_text(s.cr, "Liberation Sans", TYPE_MM, 7, 11 + i * TYPE_MM * PITCH, ART_LEFT, 0,
                     letter[i]);
        sketch_paint(&s, canvas, ink ? &paint_ink : &paint_opaque, &here);
    }
}

void window_show(struct envelope *envelope, struct rng maker, const char *const *letter, int n,
                 struct rng rng)
{
    struct box b = format_window(envelope->format);
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    struct affine here = affine_identity();
    if (b.w <= 0)
        return;
    double inside = rng_range(&maker, 0.60, 0.80); /* the back panel, often printed grey inside */
    double clear = rng_range(&maker, 0.95, 0.98), amber = rng_range(&maker, 0, 0.035);
    fill_window(canvas, b, (struct colour){inside, inside, inside}, &paint_opaque);
    if (n > 0)
        letter_behind(canvas, b, letter, n, &rng);
    fill_window(canvas, b, (struct colour){clear, clear - amber / 4, clear - amber}, &paint_ink);
    /* the panel's cut edge throws its shadow down and to the right, on the film */
    for (int i = 0; i < 2; i++) {
        struct sketch s;
        sketch_begin(&s, (struct colour){0.2, 0.2, 0.2});
        cairo_set_line_width(s.cr, i ? 0.18 : 0.5);
        art_rounded(s.cr, b.x + 0.12, b.y + 0.18, b.w - 0.1, b.h - 0.1, RADIUS_MM);
        cairo_stroke(s.cr);
        struct paint soft = paint_ink;
        soft.strength = i ? 0.28 : 0.12;
        sketch_paint(&s, canvas, &soft, &here);
    }
}
