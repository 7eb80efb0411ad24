#include "tests/simulator/layout.h"

#define LEFT_MM 12.0
#define TOP_MM 10.0
#define GAP_MM 2.0         /* between elements of a tight layout */
#define SENDER_LINES 4     /* of a sender block */
#define ASCENT 0.75        /* of the em, above the baseline */
#define UPRIGHT_LEFT_MM 15 /* the rest of a layout whose sender runs along the left edge */
#define UPRIGHT_X_MM 8

static void place_larger(const struct firm *f, const struct format_facts *size, struct place *p)
{
    double block = (SENDER_LINES - 1) * f->text_mm * LEADING;
    if (f->layout == LAYOUT_TIGHT) {
        p->sender_x = p->logo_x + p->logo_size + GAP_MM;
        p->sender_y = p->logo_y + f->text_mm * ASCENT;
        if (f->logo == LOGO_TEXT) { /* as wide as the name: the sender goes below */
            p->sender_x = p->logo_x;
            p->sender_y += p->logo_size + GAP_MM;
        }
        double low = fmax(p->logo_y + p->logo_size, p->sender_y + block);
        p->slogan_y = low + GAP_MM + f->slogan_mm * ASCENT;
        p->rule_y = p->slogan_y + GAP_MM + 1;
    } else if (f->layout == LAYOUT_FAR) {
        p->sender_y = size->h_mm - 9 - block;
        p->slogan_x =
            size->w_mm - LEFT_MM - art_text_width(f->font_slogan, f->slogan_mm, 0, f->slogan);
        p->slogan_y = size->h_mm - 9;
        p->rule_y = p->sender_y - f->text_mm - GAP_MM;
    } else if (f->layout == LAYOUT_UPRIGHT) {
        p->logo_x = p->slogan_x = p->rule_x = UPRIGHT_LEFT_MM;
        p->sender_line = p->sender_upright = true;
        p->sender_x = UPRIGHT_X_MM;
        p->sender_y = size->h_mm - LEFT_MM;
    }
}

struct place place_of(const struct firm *f, enum format format)
{
    const struct format_facts *size = &format_facts[format];
    double small = size->h_mm < 120 ? 0.85 : 1, bottom = size->h_mm - 11;
    struct box window = format_window(format);
    struct place p = {.logo_x = LEFT_MM,
                      .logo_y = TOP_MM,
                      .logo_size = f->logo_mm * small,
                      .sender_x = LEFT_MM,
                      .slogan_x = LEFT_MM,
                      .slogan_y = bottom,
                      .rule_x = LEFT_MM,
                      .rule_y = bottom - f->slogan_mm - GAP_MM};
    p.sender_y = p.logo_y + p.logo_size + 6;
    switch (f->layout) {
    case LAYOUT_LINE_WINDOW:
        p.sender_line = true;
        p.sender_x = window.w > 0 ? window.x + 2 : LEFT_MM;
        p.sender_y = window.w > 0 ? window.y - 3 : p.sender_y;
        p.slogan_y = size->h_mm - 7;
        break;
    case LAYOUT_BACK_FLAP:
        p.sender_back = p.sender_line = true;
        break;
    case LAYOUT_LOGO_BOTTOM:
        p.sender_y = TOP_MM + 3;
        p.logo_y = size->h_mm - p.logo_size - 10;
        p.slogan_back = true;
        p.rule_y = p.logo_y - GAP_MM;
        break;
    case LAYOUT_LINE_BOTTOM:
        p.sender_line = true;
        p.sender_y = size->h_mm - 8;
        p.slogan_x = LEFT_MM;
        p.slogan_y = TOP_MM + p.logo_size + 8;
        p.rule_y = p.sender_y - f->text_mm - GAP_MM;
        break;
    case LAYOUT_NO_SLOGAN:
        p.sender_y = p.logo_y + p.logo_size + 6;
        break;
    default:
        place_larger(f, size, &p);
        break;
    }
    return p;
}
