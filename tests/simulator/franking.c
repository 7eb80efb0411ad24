#include "tests/simulator/franking.h"

#include <stdio.h>

#define WIDTH_MM 58.0
#define HEIGHT_MM 23.0
#define TOP_MM 9.0
#define RIGHT_MM 10.0
#define SHIFT_MOST_MM 4.0 /* letters are pushed in by hand */
#define TURN_MOST 1.5     /* degrees */
#define FRAMES 3
#define SIGNS 3

static const char bold[] = "Liberation Sans Bold", mono[] = "Liberation Mono";

struct franking franking_draw(struct rng rng)
{
    static const struct colour inks[2] = {{0.76, 0.12, 0.20}, {0.12, 0.25, 0.58}};
    return (struct franking){.has = true,
                             .frame = rng_int(&rng, FRAMES),
                             .sign = rng_int(&rng, SIGNS),
                             .ink = inks[rng_int(&rng, 2)],
                             .machine = 100000 + (unsigned)rng_int(&rng, 900000),
                             .licence = 1000 + (unsigned)rng_int(&rng, 9000)};
}

static void draw_frame(cairo_t *cr, int frame)
{
    cairo_set_line_width(cr, 0.45);
    if (frame == 0) {
        cairo_rectangle(cr, 32, 0.3, 25.5, 22.4);
    } else if (frame == 1) {
        art_rounded(cr, 32, 0.3, 25.5, 22.4, 3);
    } else { /* two rules */
        cairo_move_to(cr, 32, 0.3), cairo_line_to(cr, 57.5, 0.3);
        cairo_move_to(cr, 32, 22.7), cairo_line_to(cr, 57.5, 22.7);
    }
    cairo_stroke(cr);
}

/* The machine maker's sign at the left: a horn, a wing or a wheel, all invented. */
static void draw_sign(cairo_t *cr, int sign)
{
    cairo_set_line_width(cr, 0.7);
    if (sign == 0) {
        cairo_arc(cr, 8, 8, 5, 0.3, 5.2);
        cairo_stroke(cr);
        cairo_move_to(cr, 11, 4), cairo_line_to(cr, 16, 1), cairo_line_to(cr, 15, 7);
        cairo_close_path(cr);
        cairo_fill(cr);
    } else if (sign == 1) {
        for (int i = 0; i < 4; i++) {
            cairo_move_to(cr, 2, 4 + i * 2.6);
            cairo_curve_to(cr, 8, 2 + i * 2.6, 12, 4 + i * 2, 17 - i * 2.5, 1.5 + i * 2);
        }
        cairo_stroke(cr);
    } else {
        cairo_arc(cr, 9, 7.5, 6, 0, 2 * M_PI);
        cairo_stroke(cr);
        for (int i = 0; i < 6; i++) {
            cairo_move_to(cr, 9, 7.5);
            cairo_line_to(cr, 9 + 6 * cos(i * M_PI / 3), 7.5 + 6 * sin(i * M_PI / 3));
        }
        cairo_stroke(cr);
    }
}

static void draw_imprint(cairo_t *cr, const struct franking *f, struct rng *sheet)
{
    char text[48];
    draw_frame(cr, f->frame);
    draw_sign(cr, f->sign);
    art_text(cr, bold, 3, 44.7, 4.6, ART_CENTRE, 0, "NEDERLAND");
    snprintf(text, sizeof text, "FM %06u", f->machine);
    art_text(cr, mono, 2.7, 44.7, 20.6, ART_CENTRE, 0, text);
    snprintf(text, sizeof text, "Lic. %04u", f->licence);
    art_text(cr, mono, 2.4, 2, 21.5, ART_LEFT, 0, text);
    snprintf(text, sizeof text, "%02d.%02d.26", 1 + rng_int(sheet, 28), 1 + rng_int(sheet, 12));
    art_text(cr, mono, 3, 2, 18, ART_LEFT, 0, text);
    snprintf(text, sizeof text, "€ %d,%02d", 1 + rng_int(sheet, 4), rng_int(sheet, 100));
    art_text(cr, "Liberation Mono Bold", 5, 44.7, 13.4, ART_CENTRE, 0, text);
}

bool franking_print(struct envelope *envelope, const struct franking *franking, struct rng machine,
                    struct rng sheet, struct box *ret)
{
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    struct element e;
    struct print print;
    inkjet_draw(machine, machine, rng_fork(&sheet, "print"), &print);
    double x = format_facts[envelope->format].w_mm - RIGHT_MM - WIDTH_MM;
    struct affine place =
        affine_about(WIDTH_MM / 2, HEIGHT_MM / 2, rng_range(&sheet, -TURN_MOST, TURN_MOST), 1,
                     x + rng_range(&sheet, -SHIFT_MOST_MM, SHIFT_MOST_MM),
                     TOP_MM + rng_range(&sheet, -SHIFT_MOST_MM, SHIFT_MOST_MM));
    print.page_to_print = affine_inverse(place);
    element_init(&e, "franking", ART_FRONT);
    cairo_t *cr = element_draw(&e, franking->ink, 1);
    draw_imprint(cr, franking, &sheet);
    cairo_destroy(cr);
    bool fine = print_start(&print, canvas) && print_element(canvas, &e, &print);
    struct box box;
    if (element_box(&e, &box))
        *ret = affine_box(&place, box);
    element_finish(&e);
    print_finish(&print);
    return fine;
}
