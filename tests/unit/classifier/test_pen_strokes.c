/* An address, struck out in the ways that postmen do it, and what stands about addresses without
 * meaning that. */
#include "tests/unit/classifier/draw_envelope.h"

#include "classifier/pen_strokes.h"

#define X 118.0 /* of the block, mm */
#define Y 78.0
#define W 66.0
#define H 36.0

/* A hand's line: it bends a little. */
static void draw_stroke(const struct drawing *d, double x0, double y0, double x1, double y1)
{
    cairo_set_line_cap(d->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(d->cr, 0.6);
    cairo_move_to(d->cr, x0, y0);
    cairo_curve_to(d->cr, x0 + 0.33 * (x1 - x0), y0 + 0.33 * (y1 - y0) + 0.5, x0 + 0.66 * (x1 - x0),
                   y0 + 0.66 * (y1 - y0) - 0.4, x1, y1);
    cairo_stroke(d->cr);
}

enum kind {
    PLAIN,
    BOLD_CAPITALS,
    UNDERLINED,
    FRAMED,
    KIX,
    CROSSED,
    ONE_DIAGONAL,
    TWO_LINES,
    IN_BLUE,
    ON_ITS_HEAD,
    KINDS
};

static void draw_block(const struct drawing *d, enum kind kind)
{
    draw_ink(d, 0.1, 0.1, 0.1);
    if (kind == BOLD_CAPITALS)
        draw_text(d, 120, 80, 6, "MINISTERIUMSVERWALTUNG\nHAUPTSTRASSE 117\n53113 BONN");
    else
        draw_text(d, 120, 80, 5,
                  "Frau\nErika Mustermann\nHauptstra\xc3\x9f"
                  "e 7\n53113 Bonn");
    if (kind == IN_BLUE)
        draw_ink(d, 0.15, 0.2, 0.6);
    if (kind == UNDERLINED)
        draw_stroke(d, 120, 107.5, 165, 107.5);
    if (kind == FRAMED) {
        cairo_set_line_width(d->cr, 0.5);
        cairo_rectangle(d->cr, 117, 77, 62, 35);
        cairo_stroke(d->cr);
    }
    for (int i = 0; kind == KIX && i < 30; i++) {
        cairo_rectangle(d->cr, 120 + 1.1 * i, 108, 0.5, i % 3 ? 4 : 2.5);
        cairo_fill(d->cr);
    }
    if (kind == CROSSED || kind == ON_ITS_HEAD) {
        draw_stroke(d, 119, 80, 170, 106);
        draw_stroke(d, 119, 106, 168, 79);
    }
    if (kind == ONE_DIAGONAL || kind == IN_BLUE)
        draw_stroke(d, 122, 105, 166, 82);
    if (kind == TWO_LINES) {
        draw_stroke(d, 119, 90.5, 172, 89.5);
        draw_stroke(d, 119, 97, 168, 98);
    }
}

static void strokes_through_an_address_are_found(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        struct drawing d = drawing_begin(0.92);
        draw_block(&d, (enum kind)kind);
        struct image image = drawing_scan(&d, 5 + (unsigned)kind);
        struct side side;
        struct err err;
        bool struck = false;
        assert_ok(side_prepare(&image, &side, &err), &err);
        const struct return_region region = {.kind = REGION_PRINT,
                                             .centre_mm = {X + W / 2, Y + H / 2},
                                             .size_mm = {W, H},
                                             .angle_deg = kind == ON_ITS_HEAD ? 180 : 0};
        assert_ok(pen_strokes_find(&side, &region, &struck, &err), &err);
        if (struck != (kind >= CROSSED))
            fail_msg("kind %d: struck %d", kind, struck);
        side_finish(&side);
        image_finish(&image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strokes_through_an_address_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
