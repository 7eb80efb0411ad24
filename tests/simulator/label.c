#include "tests/simulator/label.h"
#include "tests/simulator/paint.h"

#include <stdio.h>
#include <string.h>

#define TRIES 12
#define BORDER_MM 1.0        /* nobody sticks a label over the border */
#define OVERLAP_LEAST_MM 1.5 /* over the target's other edges, so that its share is hidden */
#define OVERLAP_MOST_MM 9.0
#define BEYOND_LEAST_MM 8.0 /* label beside the target: the smallest label in use is 8 mm wide */
#define BEYOND_MOST_MM 34.0
#define INK_MARGIN_MM 2.0 /* unprinted border of the label */
#define BAR_MM 0.38       /* narrow bar of the code */

enum from { FROM_LEFT, FROM_RIGHT, FROM_TOP, FROM_BOTTOM, FROMS };

/* A range that holds `share` of [at, at + size] from its low or high end. */
static void reach_in(double at, double size, double share, bool high_end, double beyond,
                     double limit, double *ret_low, double *ret_high)
{
    double low = at - beyond, high = at + size + beyond;
    if (high_end)
        low = at + size * (1 - share);
    else
        high = at + size * share;
    if (share >= 1) { /* all of it, and a little more on the far side */
        low = fmin(low, at - OVERLAP_LEAST_MM);
        high = fmax(high, at + size + OVERLAP_LEAST_MM);
    }
    *ret_low = fmax(low, BORDER_MM);
    *ret_high = fmin(high, limit - BORDER_MM);
}

static struct sticker one_try(const struct envelope *e, enum art_side side, struct box b,
                              double share, struct rng *rng)
{
    enum from from = (enum from)rng_int(rng, FROMS);
    double beyond = rng_range(rng, BEYOND_LEAST_MM, BEYOND_MOST_MM);
    double over = rng_range(rng, OVERLAP_LEAST_MM, OVERLAP_MOST_MM);
    bool across = from == FROM_LEFT || from == FROM_RIGHT; /* the share is cut along x */
    double x0, x1, y0, y1;
    if (across) {
        reach_in(b.x, b.w, share, from == FROM_RIGHT, beyond, e->w_mm, &x0, &x1);
        reach_in(b.y, b.h, 1, false, over, e->h_mm, &y0, &y1);
    } else {
        reach_in(b.y, b.h, share, from == FROM_BOTTOM, beyond, e->h_mm, &y0, &y1);
        reach_in(b.x, b.w, 1, false, over, e->w_mm, &x0, &x1);
    }
    return (struct sticker){.style = STICKER_PLAIN,
                            .side = side,
                            .x = (x0 + x1) / 2,
                            .y = (y0 + y1) / 2,
                            .w = x1 - x0,
                            .h = y1 - y0,
                            .opaque = true};
}

struct sticker label_over(const struct envelope *envelope, enum art_side side, struct box target,
                          double share, const struct box *others, int n_others, struct rng *rng)
{
    struct sticker best = {0};
    double least = INFINITY;
    for (int i = 0; i < TRIES && least > 0; i++) {
        struct sticker t = one_try(envelope, side, target, share, rng);
        double hidden = 0;
        for (int k = 0; k < n_others; k++)
            hidden += stickers_cover(&t, 1, side, others[k]);
        if (hidden < least) {
            least = hidden;
            best = t;
        }
    }
    return best;
}

/* Bars and a number, as far as the label has room for them. */
static void print_code(cairo_t *cr, const struct sticker *t, struct rng *rng)
{
    char number[32];
    double room = t->h - 2 * INK_MARGIN_MM, right = t->w - INK_MARGIN_MM;
    snprintf(number, sizeof number, "%06d %06d", rng_int(rng, 1000000), rng_int(rng, 1000000));
    double type = fmin(2.6, room * 0.3);
    if (type < 1)
        return;
    for (double x = INK_MARGIN_MM; x < right - 3 * BAR_MM; x += BAR_MM * (2 + rng_int(rng, 3)))
        cairo_rectangle(cr, x, INK_MARGIN_MM, BAR_MM * (1 + rng_int(rng, 2)),
                        fmin(room - type * 1.3, 12));
    cairo_fill(cr);
    if (art_text_width("Liberation Mono", type, 0, number) < t->w - 2 * INK_MARGIN_MM)
        art_text(cr, "Liberation Mono", type, INK_MARGIN_MM, t->h - INK_MARGIN_MM, ART_LEFT, 0,
                 number);
}

void label_stick(struct envelope *envelope, const struct sticker *label, struct rng rng)
{
    struct canvas *canvas = &envelope->side[label->side].canvas;
    struct affine place = sticker_place(label);
    struct sketch s;
    sketch_begin(&s, (struct colour){0.1, 0.1, 0.1}); /* the edge lifts: a thin shade */
    cairo_rectangle(s.cr, 0.15, 0.2, label->w, label->h);
    cairo_fill(s.cr);
    struct paint soft = {PAINT_INK, 0.4, NULL, 0, 0};
    sketch_paint(&s, canvas, &soft, &place);
    sketch_begin(&s, (struct colour){0.965, 0.965, 0.96});
    cairo_rectangle(s.cr, 0, 0, label->w, label->h);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_opaque, &place);
    sketch_begin(&s, (struct colour){0.1, 0.1, 0.11});
    print_code(s.cr, label, &rng);
    sketch_paint(&s, canvas, &paint_ink, &place);
}
