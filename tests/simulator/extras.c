#include "tests/simulator/extras.h"

#include <stdio.h>

#define BLEED_MM 2.0        /* a band is printed over the edge and cut */
#define EDGE_MM 12.0        /* from the paper's edge */
#define SEAL_FRONT_MM 200.0 /* width from which a seal finds room beside the address */
#define RULE_WIDTH 0.3
#define PAID_W 33.0
#define PAID_H 18.0

static const char bold[] = "Liberation Sans Bold", plain[] = "Liberation Sans";

static void draw_rule(struct element *e, const struct firm *f, const struct place *p)
{
    cairo_t *cr = element_draw(e, f->main, 1);
    cairo_rectangle(cr, p->rule_x, p->rule_y, f->extras.rule_mm, RULE_WIDTH);
    cairo_fill(cr);
    cairo_destroy(cr);
}

/* A mark as associations and inspectors give it out: two rings, a sign, two words. */
static void draw_seal(struct element *e, const struct firm *f, double x, double y)
{
    static const char *const words[SEALS][2] = {
        {"ERKEND", "BEDRIJF"}, {"GROEN", "PAPIER"}, {"LID", "BRANCHE"}};
    double d = f->extras.seal_mm, r = d / 2;
    const char *const *word = words[f->extras.licence % SEALS];
    cairo_t *cr = element_draw(e, f->accent, 1);
    cairo_set_line_width(cr, 0.4);
    cairo_arc(cr, x + r, y + r, r - 0.2, 0, 2 * M_PI);
    cairo_stroke(cr);
    cairo_set_line_width(cr, 0.2);
    cairo_arc(cr, x + r, y + r, r * 0.86, 0, 2 * M_PI);
    cairo_stroke(cr);
    art_text(cr, bold, d * 0.115, x + r, y + d * 0.30, ART_CENTRE, 20, word[0]);
    art_text(cr, bold, d * 0.115, x + r, y + d * 0.80, ART_CENTRE, 20, word[1]);
    cairo_set_line_width(cr, d * 0.055);
    cairo_move_to(cr, x + d * 0.36, y + d * 0.50);
    cairo_line_to(cr, x + d * 0.46, y + d * 0.60);
    cairo_line_to(cr, x + d * 0.66, y + d * 0.38);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

/* wrong: a box of another contract, as copied from somebody else's letter. */
static void draw_paid(struct element *e, const struct firm *f, double x, double y, bool wrong)
{
    char number[32];
    cairo_t *cr = element_draw(e, f->main, 1);
    cairo_set_line_width(cr, wrong ? 0.6 : 0.3);
    if (wrong)
        art_rounded(cr, x, y, PAID_W, PAID_H, 2);
    else
        cairo_rectangle(cr, x, y, PAID_W, PAID_H);
    cairo_stroke(cr);
    unsigned licence = wrong ? f->extras.licence * 7 % 9000 + 1000 : f->extras.licence;
    snprintf(number, sizeof number, "Nr. %u", licence);
    const char *lines[2][3] = {{"PORT BETAALD", f->town + 8, number},
                               {"PORT PAYÉ", "PAYS-BAS", number}};
    for (int i = 0; i < 3; i++)
        art_text(cr, i ? plain : bold, 3.2, x + PAID_W / 2, y + 5.4 + i * 4.8, ART_CENTRE, 0,
                 lines[wrong][i]);
    cairo_destroy(cr);
}

static void draw_band(struct element *e, const struct firm *f, const struct format_facts *size)
{
    const struct extras *x = &f->extras;
    cairo_t *cr = element_draw(e, f->accent, 1);
    if (x->band_left)
        cairo_rectangle(cr, -BLEED_MM, -BLEED_MM, BLEED_MM + x->band_mm, size->h_mm + 2 * BLEED_MM);
    else
        cairo_rectangle(cr, -BLEED_MM, size->h_mm - x->band_mm, size->w_mm + 2 * BLEED_MM,
                        x->band_mm + BLEED_MM);
    cairo_fill(cr);
    cairo_destroy(cr);
}

void extras_draw(struct artwork *artwork, const struct firm *f, const struct place *place,
                 enum format format, const struct deviations *d)
{
    const struct format_facts *size = &format_facts[format];
    if (f->extras.rule)
        draw_rule(artwork_add(artwork, "rule", false, false, d), f, place);
    if (f->extras.seal) {
        bool back = size->w_mm < SEAL_FRONT_MM;
        double drop = f->layout == LAYOUT_FAR ? 2 * f->slogan_mm : 0; /* above the slogan there */
        draw_seal(artwork_add(artwork, "seal", back, false, d), f,
                  size->w_mm - EDGE_MM - f->extras.seal_mm,
                  size->h_mm - 7 - f->extras.seal_mm - drop);
    }
    if (f->extras.paid && !d->mark_missing)
        draw_paid(artwork_add(artwork, "paid", false, false, d), f, size->w_mm - EDGE_MM - PAID_W,
                  EDGE_MM - 4, d->mark_wrong);
    if (f->extras.band)
        draw_band(artwork_add(artwork, "band", false, false, d), f, size);
}

void extra_print_draw(struct artwork *artwork, const struct firm *f, const struct place *p,
                      enum format format, const struct deviations *d)
{
    enum { LINE, ADDRESS, MARK, FRAME, KINDS_OF_EXTRA };
    static const char *const lines[] = {"Persoonlijk en vertrouwelijk", "Spoed - direct openen",
                                        "Indien onbestelbaar: retour afzender"};
    const struct format_facts *size = &format_facts[format];
    unsigned kind = d->variant % KINDS_OF_EXTRA, which = d->variant / KINDS_OF_EXTRA;
    /* an empty place: above the middle, between the firm's elements and the postage */
    double x = size->w_mm * (which % 2 ? 0.42 : 0.5), y = size->h_mm * (which % 2 ? 0.36 : 0.93);
    char text[96];
    struct element *e = artwork_add(artwork, "extra", false, false, d);
    cairo_t *cr = element_draw(e, f->main, 1);
    if (kind == LINE) {
        art_text(cr, plain, 3.4, x, y, ART_LEFT, 0, lines[which % 3]);
    } else if (kind == ADDRESS) {
        snprintf(text, sizeof text, "www.%s-post%u.example", f->initials, which % 90 + 10);
        art_text(cr, f->font_text, f->text_mm + 0.4, x, y, ART_LEFT, 0, text);
    } else if (kind == MARK) {
        cairo_set_line_width(cr, 0.5);
        cairo_arc(cr, x + 6, y - 5, 4.5, 0, 2 * M_PI);
        cairo_stroke(cr);
        art_text(cr, bold, 4.2, x + 6, y - 3.5, ART_CENTRE, 0, "R");
    } else { /* around the sender, or in its place */
        cairo_set_line_width(cr, 0.35);
        cairo_rectangle(cr, p->sender_back || p->sender_upright ? x : p->sender_x - 2,
                        p->sender_back || p->sender_upright ? y - 12 : p->sender_y - f->text_mm - 2,
                        48, 20);
        cairo_stroke(cr);
    }
    cairo_destroy(cr);
}
