/* Logo families: simple vector marks in one or two inks. `t` is the firm's shape parameter; an
 * altered mark changes proportions a person sees when both lie side by side, nothing more. */
#include "tests/simulator/firm.h"

#include <string.h>

#define NAME_MOST_MM 9.0 /* em of a name that is the mark: longer names would reach the postage */

struct pens { /* one drawing context per ink, unit: the mark's square */
    cairo_t *main, *accent;
};

static void dunes(struct pens p, double t, double bend)
{
    cairo_arc(p.accent, 0.70 + bend, 0.26, 0.16 + 0.05 * t, 0, 2 * M_PI);
    cairo_fill(p.accent);
    cairo_move_to(p.main, 0, 0.80);
    cairo_curve_to(p.main, 0.25, 0.30 + bend, 0.45, 0.36, 0.62, 0.60 + bend);
    cairo_curve_to(p.main, 0.74, 0.76, 0.88, 0.74, 1, 0.62);
    cairo_line_to(p.main, 1, 0.76);
    cairo_curve_to(p.main, 0.84, 0.90, 0.70, 0.88, 0.56, 0.72);
    cairo_curve_to(p.main, 0.40, 0.52, 0.24, 0.56, 0.10, 0.86);
    cairo_close_path(p.main);
    cairo_fill(p.main);
    cairo_move_to(p.main, 0.14, 1);
    cairo_curve_to(p.main, 0.30, 0.66, 0.40, 0.70 + bend, 0.52, 0.86);
    cairo_curve_to(p.main, 0.66, 1.0, 0.86, 0.98, 1, 0.84);
    cairo_line_to(p.main, 1, 1);
    cairo_close_path(p.main);
    cairo_fill(p.main);
}

static void monogram(struct pens p, double t, double bend, const struct firm *firm)
{
    art_rounded(p.main, 0, 0, 1, 1, 0.10 + 0.25 * t);
    art_rounded(p.main, 0.08, 0.08, 0.84, 0.84, 0.06 + 0.2 * t + bend);
    cairo_set_fill_rule(p.main, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_fill(p.main);
    art_text(p.accent, firm->font_name, 0.62 + bend, 0.5, 0.72, ART_CENTRE, -20, firm->initials);
}

static void arcs(struct pens p, double t, double bend)
{
    cairo_set_line_cap(p.main, CAIRO_LINE_CAP_ROUND);
    for (int i = 0; i < 3; i++) {
        cairo_set_line_width(p.main, 0.10 + bend / 2);
        cairo_arc(p.main, 0.12, 0.88, 0.32 + i * (0.20 + 0.05 * t), -M_PI / 2 - bend, bend);
        cairo_stroke(p.main);
    }
    cairo_arc(p.accent, 0.14, 0.86, 0.13, 0, 2 * M_PI);
    cairo_fill(p.accent);
}

static void hexagon(struct pens p, double t, double bend)
{
    for (int i = 0; i < 6; i++) {
        double a = M_PI / 3 * i + M_PI / 6;
        cairo_line_to(p.main, 0.5 + 0.5 * cos(a), 0.5 + 0.5 * sin(a));
    }
    cairo_close_path(p.main);
    for (int i = 5; i >= 0; i--) {
        double a = M_PI / 3 * i + M_PI / 6, r = 0.26 + 0.1 * t + bend;
        cairo_line_to(p.main, 0.5 + r * cos(a), 0.5 + r * sin(a));
    }
    cairo_close_path(p.main);
    cairo_fill(p.main);
    cairo_move_to(p.accent, 0.5, 0.28 + bend);
    cairo_line_to(p.accent, 0.70, 0.62);
    cairo_line_to(p.accent, 0.30, 0.62);
    cairo_close_path(p.accent);
    cairo_fill(p.accent);
}

static void bars(struct pens p, double t, double bend)
{
    for (int i = 0; i < 4; i++) {
        cairo_t *cr = i == 3 ? p.accent : p.main;
        double h = 0.3 + 0.7 * pow((i + 1) / 4.0, 0.7 + t) + (i == 1 ? bend : 0);
        cairo_rectangle(cr, i * 0.26, 1 - h, 0.18 + bend / 2, h);
        cairo_fill(cr);
    }
}

static void rings(struct pens p, double t, double bend)
{
    cairo_set_line_width(p.main, 0.11);
    cairo_arc(p.main, 0.36, 0.38 + bend, 0.28, 0, 2 * M_PI);
    cairo_stroke(p.main);
    cairo_set_line_width(p.accent, 0.11 - bend / 2);
    cairo_arc(p.accent, 0.64, 0.42 + 0.1 * t, 0.28, 0, 2 * M_PI);
    cairo_stroke(p.accent);
    cairo_set_line_width(p.main, 0.11);
    cairo_arc(p.main, 0.48, 0.68, 0.25 + bend, 0, 2 * M_PI);
    cairo_stroke(p.main);
}

static void leaf(struct pens p, double t, double bend)
{
    cairo_move_to(p.main, 0.05, 0.95);
    cairo_curve_to(p.main, 0.0, 0.35 + bend, 0.45, 0.0, 0.98, 0.04);
    cairo_curve_to(p.main, 1.0, 0.55 - bend, 0.65, 0.98, 0.05, 0.95);
    cairo_fill(p.main);
    cairo_set_line_width(p.accent, 0.06);
    cairo_move_to(p.accent, 0.0, 1.0);
    cairo_curve_to(p.accent, 0.3, 1.06, 0.8, 1.05 - 0.1 * t, 1.0, 0.72 + bend);
    cairo_stroke(p.accent);
}

static void gear(struct pens p, double t, double bend)
{
    int teeth = 8 + (int)(4 * t);
    for (int i = 0; i < teeth * 4; i++) {
        double a = 2 * M_PI * (i + 0.5) / (teeth * 4), r = (i & 2) ? 0.5 : 0.40 + bend;
        cairo_line_to(p.main, 0.5 + r * cos(a), 0.5 + r * sin(a));
    }
    cairo_close_path(p.main);
    cairo_new_sub_path(p.main);
    cairo_arc_negative(p.main, 0.5, 0.5, 0.22 + bend, 2 * M_PI, 0);
    cairo_fill(p.main);
    cairo_arc(p.accent, 0.5, 0.5, 0.11 + bend / 2, 0, 2 * M_PI);
    cairo_fill(p.accent);
}

static void chevrons(struct pens p, double t, double bend)
{
    for (int i = 0; i < 3; i++) {
        cairo_t *cr = i == 1 ? p.accent : p.main;
        double x = i * 0.29, wide = 0.20 + bend / 2, tip = 0.16 + 0.14 * t;
        cairo_move_to(cr, x, 0.1);
        cairo_line_to(cr, x + wide, 0.1);
        cairo_line_to(cr, x + wide + tip, 0.5 + bend);
        cairo_line_to(cr, x + wide, 0.9);
        cairo_line_to(cr, x, 0.9);
        cairo_line_to(cr, x + tip, 0.5 + bend);
        cairo_close_path(cr);
        cairo_fill(cr);
    }
}

static void dots(struct pens p, double t, double bend)
{
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 4; x++) {
            double r = 0.05 + 0.075 * fabs(cos((x + 1.3 * t) * 1.1) * sin((y + 1) * 0.9 + t));
            cairo_t *cr = (x + y) % 3 ? p.main : p.accent;
            cairo_new_path(cr);
            cairo_arc(cr, 0.125 + x * 0.25 + (y == 2 ? bend : 0), 0.125 + y * 0.25, r + bend / 4, 0,
                      2 * M_PI);
            cairo_fill(cr);
        }
}

/* Outlines: thin lines only, as many newer marks are. */
static void house(struct pens p, double t, double bend)
{
    cairo_set_line_width(p.main, 0.035);
    cairo_move_to(p.main, 0.05, 0.48 + bend);
    cairo_line_to(p.main, 0.5, 0.08 + 0.1 * t);
    cairo_line_to(p.main, 0.95, 0.48 + bend);
    cairo_move_to(p.main, 0.16, 0.42);
    cairo_line_to(p.main, 0.16, 0.95);
    cairo_line_to(p.main, 0.84, 0.95);
    cairo_line_to(p.main, 0.84, 0.42);
    cairo_stroke(p.main);
    cairo_set_line_width(p.accent, 0.035);
    cairo_rectangle(p.accent, 0.42 - bend, 0.58, 0.20 + bend, 0.36);
    cairo_stroke(p.accent);
}

static void waves(struct pens p, double t, double bend)
{
    for (int i = 0; i < 4; i++) {
        cairo_t *cr = i == 2 ? p.accent : p.main;
        double y = 0.2 + i * 0.2, lift = 0.12 + 0.1 * t + (i == 1 ? bend : 0);
        cairo_set_line_width(cr, 0.03);
        cairo_move_to(cr, 0.03, y);
        cairo_curve_to(cr, 0.2, y - lift, 0.35, y - lift, 0.5, y);
        cairo_curve_to(cr, 0.65, y + lift, 0.8, y + lift, 0.97, y - bend);
        cairo_stroke(cr);
    }
}

static void shield(struct pens p, double t, double bend, const struct firm *firm)
{
    cairo_set_line_width(p.main, 0.03);
    for (int i = 0; i < 2; i++) {
        double in = i * (0.07 + 0.04 * t);
        cairo_move_to(p.main, 0.12 + in, 0.06 + in);
        cairo_line_to(p.main, 0.88 - in, 0.06 + in);
        cairo_curve_to(p.main, 0.9 - in, 0.55 + bend, 0.7, 0.82 - in, 0.5, 0.97 - in);
        cairo_curve_to(p.main, 0.3, 0.82 - in, 0.1 + in, 0.55 + bend, 0.12 + in, 0.06 + in);
        cairo_close_path(p.main);
    }
    cairo_stroke(p.main);
    art_text(p.accent, firm->font_text, 0.36 + bend, 0.5, 0.58, ART_CENTRE, 0, firm->initials);
}

/* The name in one weight and nothing else; re-set with other spacing when altered. */
static void name_only(struct pens p, double bend, double size_mm, const struct firm *firm)
{
    double em = fmin(0.62, NAME_MOST_MM / size_mm);
    art_text(p.main, firm->font_name, em, 0, 0.5 + em * 0.36, ART_LEFT, bend > 0 ? 60 : 0,
             firm->name);
}

static cairo_t *square(struct element *element, struct colour ink, double x, double y, double size)
{
    cairo_t *cr = element_draw(element, ink, 1);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size, size);
    cairo_set_tolerance(cr, 0.05);
    return cr;
}

void logo_draw(struct element *element, const struct firm *firm, double x, double y, double size,
               bool altered)
{
    struct pens p = {square(element, firm->main, x, y, size),
                     square(element, firm->accent, x, y, size)};
    double t = firm->logo_shape, bend = altered ? 0.07 : 0; /* of the size: 1 mm on a 14 mm mark */
    switch (firm->logo) {
    case LOGO_DUNES:
        dunes(p, t, bend);
        break;
    case LOGO_MONOGRAM:
        monogram(p, t, bend, firm);
        break;
    case LOGO_ARCS:
        arcs(p, t, bend);
        break;
    case LOGO_HEXAGON:
        hexagon(p, t, bend);
        break;
    case LOGO_BARS:
        bars(p, t, bend);
        break;
    case LOGO_RINGS:
        rings(p, t, bend);
        break;
    case LOGO_LEAF:
        leaf(p, t, bend);
        break;
    case LOGO_GEAR:
        gear(p, t, bend);
        break;
    case LOGO_CHEVRONS:
        chevrons(p, t, bend);
        break;
    case LOGO_HOUSE:
        house(p, t, bend);
        break;
    case LOGO_WAVES:
        waves(p, t, bend);
        break;
    case LOGO_SHIELD:
        shield(p, t, bend, firm);
        break;
    case LOGO_TEXT:
        name_only(p, bend, size, firm);
        break;
    default:
        dots(p, t, bend);
        break;
    }
    cairo_destroy(p.main);
    cairo_destroy(p.accent);
}
