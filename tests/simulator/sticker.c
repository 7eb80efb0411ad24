#include "tests/simulator/sticker.h"
#include "tests/simulator/paint.h"

#include <stdio.h>
#include <string.h>

#define BOX_MM 2.6    /* tick box */
#define COVER_GRID 40 /* points a side when measuring what is hidden */
#define HEADING_MM 4.6
#define ROW_MM 2.7     /* type size of a row */
#define ROW_PITCH 1.75 /* of the type size */

static const char face[] = "Liberation Sans", face_bold[] = "Liberation Sans Bold",
                  face_narrow[] = "Liberation Sans Narrow", face_machine[] = "Liberation Mono";

static int n_rows(const struct sticker_kind *kind)
{
    int n = 0;
    while (n < STICKER_ROWS_MAX && kind->row[n].native)
        n++;
    return n;
}

static double row_width(const struct sticker_row *row)
{
    char text[160];
    snprintf(text, sizeof text, "%s%s%s", row->native, row->second ? " / " : "",
             row->second ? row->second : "");
    return art_text_width(face_narrow, ROW_MM, 0, text) + BOX_MM * 2.2;
}

struct sticker sticker_choose(const struct sticker_kind *kind, struct rng *rng, double w_most,
                              double h_most)
{
    struct sticker s = {.kind = kind, .opaque = true};
    int n = n_rows(kind);
    do
        s.style = (enum sticker_style)rng_int(rng, STICKER_STYLES);
    while (!(kind->styles & (1u << s.style)));
    s.row = rng_int(rng, n);
    double widest = art_text_width(face_bold, HEADING_MM, 0, kind->heading);
    if (s.style == STICKER_TICKBOX) {
        for (int i = 0; i < n; i++)
            widest = fmax(widest, row_width(&kind->row[i]));
        s.w = widest + 7;
        s.h = 11 + n * ROW_MM * ROW_PITCH + 2;
    } else if (s.style == STICKER_PLAIN) {
        s.w = fmax(widest, art_text_width(face, 3.6, 0, kind->row[s.row].native)) + 10;
        s.h = 27;
    } else if (s.style == STICKER_YELLOW) {
        s.w = 92;
        s.h = 34;
    } else {
        s.w = fmax(widest, art_text_width(face_bold, 4, 0, kind->row[s.row].native)) + 8;
        s.h = 20;
        s.opaque = false;
    }
    s.w = fmin(s.w * rng_range(rng, 1.0, 1.12), w_most);
    s.h = fmin(s.h * rng_range(rng, 1.0, 1.10), h_most);
    return s;
}

/* Shrinks a line that would leave the label. */
static void line(cairo_t *cr, const char *font, double size, double x, double y, double room,
                 const char *text)
{
    double width = art_text_width(font, size, 0, text);
    art_text(cr, font, width > room ? size * room / width : size, x, y, ART_LEFT, 0, text);
}

static void tick(struct sketch *s, double x, double y, struct rng *rng)
{
    static const struct colour pens[3] = {{0.08, 0.12, 0.45}, {0.08, 0.08, 0.10}, {0.6, 0.08, 0.1}};
    sketch_ink(s, pens[rng_int(rng, 3)]);
    cairo_set_line_width(s->cr, rng_range(rng, 0.45, 0.8));
    cairo_set_line_cap(s->cr, CAIRO_LINE_CAP_ROUND);
    double o = BOX_MM * rng_range(rng, 0.1, 0.35), m = x + BOX_MM / 2, n = y - BOX_MM / 2;
    if (rng_chance(rng, 0.6)) {
        cairo_move_to(s->cr, x - o, y - BOX_MM - o / 2);
        cairo_line_to(s->cr, x + BOX_MM + o, y + o / 2);
        cairo_move_to(s->cr, x + BOX_MM + o / 2, y - BOX_MM - o);
        cairo_line_to(s->cr, x - o / 2, y + o);
    } else {
        cairo_move_to(s->cr, x - o, n);
        cairo_curve_to(s->cr, x + 0.4, n + 0.8, m - 0.2, y + 0.2, m, y + o / 2);
        cairo_curve_to(s->cr, m + 0.6, n, x + BOX_MM, y - BOX_MM - o, x + BOX_MM + 2 * o,
                       y - BOX_MM - 2 * o);
    }
    cairo_stroke(s->cr);
}

static void draw_tickbox(struct sketch *s, const struct sticker *t, struct rng *rng)
{
    const struct sticker_kind *k = t->kind;
    int n = n_rows(k);
    cairo_set_line_width(s->cr, 0.35);
    art_rounded(s->cr, 1.2, 1.2, t->w - 2.4, t->h - 2.4, 1);
    cairo_stroke(s->cr);
    double post =
        fmin(art_text_width(face, 2.3, 0, k->subheading), t->w * 0.35); /* who returns it */
    line(s->cr, face, 2.3, t->w - 3.2 - post, 6.8, post + 0.1, k->subheading);
    line(s->cr, face_bold, HEADING_MM, 3.2, 6.8, t->w - 8.4 - post, k->heading);
    cairo_rectangle(s->cr, 3, 8.4, t->w - 6, 0.3);
    cairo_fill(s->cr);
    double pitch = (t->h - 12) / n;
    for (int i = 0; i < n; i++) {
        char text[160];
        double y = 9.5 + pitch * (i + 0.72);
        cairo_set_line_width(s->cr, 0.28);
        cairo_rectangle(s->cr, 3.2, y - BOX_MM, BOX_MM, BOX_MM);
        cairo_stroke(s->cr);
        snprintf(text, sizeof text, "%s%s%s", k->row[i].native, k->row[i].second ? " / " : "",
                 k->row[i].second ? k->row[i].second : "");
        line(s->cr, face_narrow, ROW_MM, 3.2 + BOX_MM * 1.6, y - 0.3, t->w - 6.4 - BOX_MM * 1.6,
             text);
    }
    tick(s, 3.2, 9.5 + pitch * (t->row + 0.72), rng);
}

static void draw_plain(struct sketch *s, const struct sticker *t, struct rng *rng)
{
    const struct sticker_kind *k = t->kind;
    char text[64];
    line(s->cr, face_bold, HEADING_MM, 4, 8, t->w - 8, k->heading);
    line(s->cr, face, 3.6, 4, 14, t->w - 8, k->row[t->row].native);
    if (k->row[t->row].second)
        line(s->cr, face, 3, 4, 18.4, t->w - 8, k->row[t->row].second);
    line(s->cr, face, 2.4, 4, t->h - 3, t->w * 0.5, k->subheading);
    snprintf(text, sizeof text, "%02d.%02d.26 %06d", 1 + rng_int(rng, 28), 1 + rng_int(rng, 10),
             rng_int(rng, 1000000));
    art_text(s->cr, face, 2.4, t->w - 4, t->h - 3, ART_RIGHT, 0, text);
}

static void draw_yellow(struct sketch *s, const struct sticker *t, struct rng *rng)
{
    const struct sticker_kind *k = t->kind;
    char text[96];
    snprintf(text, sizeof text, "%s   %03d  5E %d   00%02d/%02d/26", k->subheading,
             100 + rng_int(rng, 880), 1 + rng_int(rng, 9), 1 + rng_int(rng, 12),
             1 + rng_int(rng, 28));
    line(s->cr, face_machine, 3.2, 5, 6, t->w - 10, text);
    const char *lines[3] = {k->heading, k->row[t->row].native, "UNABLE TO FORWARD"};
    for (int i = 0; i < 3; i++)
        art_text(s->cr, face_machine, 3.6, t->w / 2, 12 + i * 4.6, ART_CENTRE, 0, lines[i]);
    double x = 8;
    for (int i = 0; i < 60 && x < t->w - 8; i++) { /* a routing bar code */
        double tall = rng_chance(rng, 0.5) ? 4 : 2;
        cairo_rectangle(s->cr, x, t->h - 2.5 - tall, 0.5, tall);
        x += 1.2;
    }
    cairo_fill(s->cr);
}

static void draw_stamp(struct sketch *s, const struct sticker *t)
{
    cairo_set_line_width(s->cr, 0.7);
    art_rounded(s->cr, 0.8, 0.8, t->w - 1.6, t->h - 1.6, 1.5);
    cairo_stroke(s->cr);
    line(s->cr, face_bold, HEADING_MM, 4, 7.6, t->w - 8, t->kind->heading);
    line(s->cr, face_bold, 4, 4, t->h - 5, t->w - 8, t->kind->row[t->row].native);
}

struct affine sticker_place(const struct sticker *t)
{
    struct affine map =
        affine_about(t->w / 2, t->h / 2, t->angle, 1, t->x - t->w / 2, t->y - t->h / 2);
    return map;
}

static void stamp_on(struct canvas *canvas, const struct sticker *t, struct rng *rng)
{
    static const struct colour inks[3] = {
        {0.74, 0.10, 0.16}, {0.32, 0.16, 0.52}, {0.13, 0.13, 0.16}};
    struct affine place = sticker_place(t);
    struct sketch s;
    struct field uneven = field_make(256, 4, rng);
    struct paint paint = {PAINT_INK, rng_range(rng, 0.7, 0.95), &uneven, rng_range(rng, 0.2, 0.5),
                          0.14};
    sketch_begin(&s, inks[rng_int(rng, 3)]);
    draw_stamp(&s, t);
    sketch_paint(&s, canvas, &paint, &place);
    field_finish(&uneven);
}

/* The label's edge lifts a little: a thin shade below and to the right. */
static void shade(struct canvas *canvas, const struct sticker *t)
{
    struct sketch s;
    struct affine place = sticker_place(t);
    sketch_begin(&s, (struct colour){0.1, 0.1, 0.1});
    cairo_rectangle(s.cr, 0.18, 0.22, t->w, t->h);
    cairo_fill(s.cr);
    struct paint soft = {PAINT_INK, 0.45, NULL, 0, 0};
    sketch_paint(&s, canvas, &soft, &place);
}

void sticker_stick(struct envelope *envelope, const struct sticker *sticker, struct rng rng)
{
    struct canvas *canvas = &envelope->side[sticker->side].canvas;
    if (sticker->style == STICKER_STAMP) {
        stamp_on(canvas, sticker, &rng);
        return;
    }
    struct affine place = sticker_place(sticker);
    struct sketch s;
    shade(canvas, sticker);
    sketch_begin(&s, sticker->kind->paper);
    cairo_rectangle(s.cr, 0, 0, sticker->w, sticker->h);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_opaque, &place);
    sketch_begin(&s, sticker->kind->ink);
    if (sticker->style == STICKER_TICKBOX)
        draw_tickbox(&s, sticker, &rng);
    else if (sticker->style == STICKER_PLAIN)
        draw_plain(&s, sticker, &rng);
    else
        draw_yellow(&s, sticker, &rng);
    sketch_paint(&s, canvas, &paint_ink, &place);
}

double stickers_cover(const struct sticker *list, int n, enum art_side side, struct box box)
{
    int hidden = 0;
    for (int at = 0; at < COVER_GRID * COVER_GRID; at++) {
        double px = box.x + box.w * (at % COVER_GRID + 0.5) / COVER_GRID;
        double py = box.y + box.h * (at / COVER_GRID + 0.5) / COVER_GRID;
        bool hit = false;
        for (int i = 0; i < n && !hit; i++) {
            struct affine place = sticker_place(&list[i]), back = affine_inverse(place);
            double x, y;
            affine_apply(&back, px, py, &x, &y);
            hit = list[i].opaque && list[i].side == side && x >= 0 && y >= 0 && x <= list[i].w &&
                  y <= list[i].h;
        }
        hidden += hit;
    }
    return (double)hidden / (COVER_GRID * COVER_GRID);
}
