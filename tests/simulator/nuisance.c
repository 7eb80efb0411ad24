#include "tests/simulator/nuisance.h"
#include "tests/simulator/dress.h"
#include "tests/simulator/paint.h"

#include "schemas/base/err.h"

#include <string.h>

#define TAPE_MM 19.0    /* the usual width of a roll */
#define FILM_TINT 0.045 /* light that clear tape takes, and a little more of the blue */

const char *const nuisance_names[NUISANCES] = {"crease",   "cropped",      "smudge",
                                               "tape",     "stretch",      "postmark_over",
                                               "pen_over", "low_contrast", "covered"};

bool nuisance_parse(const char *list, unsigned *ret, struct err *err)
{
    unsigned set = 0;
    for (const char *at = list; *at;) {
        size_t n = strcspn(at, ",");
        int i = 0;
        while (i < NUISANCES &&
               (strlen(nuisance_names[i]) != n || strncmp(nuisance_names[i], at, n) != 0))
            i++;
        if (i < NUISANCES)
            set |= 1u << i;
        else if (n != 4 || strncmp(at, "none", n) != 0)
            return err_set(err, "'%.*s' is no nuisance; see --help", (int)n, at);
        at += n + (at[n] == ',');
    }
    *ret = set;
    return true;
}

/* A fold from one long edge to the other, through the box: a dark line, broken fibres beside it. */
static void hard_crease(struct canvas *canvas, struct box b, struct rng *rng)
{
    double x = b.x + b.w * rng_unit(rng), lean = rng_range(rng, -0.35, 0.35);
    double top = x - lean * (b.y + b.h / 2), low = top + lean * canvas->h_mm;
    struct affine here = affine_identity();
    const double shift[3] = {0, 0.22, -0.2}, width[3] = {0.22, 0.3, 0.3};
    const double strength[3] = {rng_range(rng, 0.25, 0.45), 0.16, 0.1};
    for (int i = 0; i < 3; i++) {
        struct sketch s;
        double grey = i == 1 ? 1 : 0.25;
        sketch_begin(&s, (struct colour){grey, grey, grey});
        cairo_set_line_width(s.cr, width[i]);
        cairo_move_to(s.cr, top + shift[i], 0);
        cairo_curve_to(s.cr, (2 * top + low) / 3 + rng_gauss(rng), canvas->h_mm / 3,
                       (top + 2 * low) / 3 + rng_gauss(rng), canvas->h_mm * 2 / 3, low + shift[i],
                       canvas->h_mm);
        cairo_stroke(s.cr);
        struct field uneven = field_make(128, 6, rng);
        struct paint soft = {PAINT_INK, strength[i], &uneven, 0.4, 0.2};
        if (i == 1) { /* the ink breaks off along the fold */
            soft.mode = PAINT_OPAQUE;
            soft.strength *= 2;
        }
        sketch_paint(&s, canvas, &soft, &here);
        field_finish(&uneven);
    }
}

static void dirt(struct canvas *canvas, struct box b, struct rng *rng)
{
    struct sketch s;
    struct affine here = affine_identity();
    sketch_begin(&s, (struct colour){0.33, 0.29, 0.24});
    cairo_set_line_cap(s.cr, CAIRO_LINE_CAP_ROUND);
    double x = b.x + b.w * rng_unit(rng), y = b.y + b.h * rng_unit(rng);
    for (int i = 0; i < 14; i++) {
        cairo_set_line_width(s.cr, rng_range(rng, 1, 4));
        cairo_move_to(s.cr, x + 5 * rng_gauss(rng), y + 3 * rng_gauss(rng));
        cairo_line_to(s.cr, x + 7 * rng_gauss(rng), y + 3 * rng_gauss(rng));
        cairo_stroke(s.cr);
    }
    struct field uneven = field_make(256, 5, rng);
    struct paint soft = {PAINT_INK, rng_range(rng, 0.15, 0.4), &uneven, 0.5, 0.2};
    sketch_paint(&s, canvas, &soft, &here);
    field_finish(&uneven);
}

static void clear_tape(struct canvas *canvas, struct box b, struct rng *rng)
{
    double length = rng_range(rng, 35, 90);
    double cx = b.x + b.w * rng_range(rng, 0.2, 0.8), cy = b.y + b.h * rng_range(rng, 0.2, 0.8);
    struct affine place = affine_about(length / 2, TAPE_MM / 2, 15 * rng_gauss(rng), 1,
                                       cx - length / 2, cy - TAPE_MM / 2);
    struct sketch s;
    double v = 1 - FILM_TINT;
    sketch_begin(&s, (struct colour){v, v, v - FILM_TINT});
    cairo_rectangle(s.cr, 0, 0, length, TAPE_MM);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_ink, &place);
    sketch_begin(&s, (struct colour){0.2, 0.2, 0.2}); /* torn ends and edges throw a thin shade */
    cairo_set_line_width(s.cr, 0.12);
    cairo_rectangle(s.cr, 0, 0, length, TAPE_MM);
    cairo_stroke(s.cr);
    struct paint soft = {PAINT_INK, 0.3, NULL, 0, 0};
    sketch_paint(&s, canvas, &soft, &place);
}

void nuisance_lay(struct envelope *envelope, enum nuisance nuisance, struct box box, struct rng rng)
{
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    if (nuisance == NUISANCE_CREASE)
        hard_crease(canvas, box, &rng);
    else if (nuisance == NUISANCE_SMUDGE)
        dirt(canvas, box, &rng);
    else if (nuisance == NUISANCE_TAPE)
        clear_tape(canvas, box, &rng);
    else if (nuisance == NUISANCE_POSTMARK)
        dress_postmark(envelope, box.x + box.w * rng_range(&rng, 0.2, 0.8),
                       box.y + box.h * rng_range(&rng, 0.2, 0.8), rng);
    else if (nuisance == NUISANCE_PEN)
        dress_strike(envelope, box, rng);
}
