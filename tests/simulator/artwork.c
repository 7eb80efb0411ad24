/* Lays a firm's elements out on a format, with or without a forger's deviations. */
#include "tests/simulator/firm.h"

#include <stdio.h>
#include <string.h>

#define LEFT_MM 12.0
#define TOP_MM 10.0
#define LEADING 1.38       /* line distance over type size */
#define FLAP_BASELINE_MM 9 /* sender on the flap: below its fold */

struct place { /* where this layout puts things on this format */
    double logo_x, logo_y, logo_size;
    double sender_x, sender_y;
    double slogan_x, slogan_y;
    bool sender_line, sender_back, slogan_back;
};

static struct place place_of(const struct firm *f, enum format format)
{
    const struct format_facts *size = &format_facts[format];
    double small = size->h_mm < 120 ? 0.85 : 1, bottom = size->h_mm - 11;
    struct box window = format_window(format);
    struct place p = {LEFT_MM, TOP_MM, f->logo_mm * small, LEFT_MM, 0, LEFT_MM, bottom, false,
                      false,   false};
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
        break;
    case LAYOUT_LINE_BOTTOM:
        p.sender_line = true;
        p.sender_y = size->h_mm - 8;
        p.slogan_x = LEFT_MM;
        p.slogan_y = TOP_MM + p.logo_size + 8;
        break;
    case LAYOUT_NO_SLOGAN:
        p.sender_y = p.logo_y + p.logo_size + 6;
        break;
    default:
        break;
    }
    return p;
}

static void draw_logo(struct element *e, const struct firm *f, const struct place *p, bool altered,
                      const char *font_name)
{
    logo_draw(e, f, p->logo_x, p->logo_y, p->logo_size, altered);
    if (!f->wordmark)
        return;
    char first[64];
    snprintf(first, sizeof first, "%s", f->name);
    char *gap = strchr(first, ' ');
    const char *second = gap ? gap + 1 : "";
    if (gap)
        *gap = 0;
    double em = p->logo_size * 0.46, x = p->logo_x + p->logo_size * 1.14;
    cairo_t *cr = element_draw(e, f->main, 1);
    art_text(cr, font_name, em, x, p->logo_y + p->logo_size * 0.46, ART_LEFT, 0, first);
    cairo_destroy(cr);
    cr = element_draw(e, f->accent, 1);
    art_text(cr, font_name, em, x, p->logo_y + p->logo_size * 0.93, ART_LEFT, 0, second);
    cairo_destroy(cr);
}

/* A plausible slip of somebody who typed the address again. */
static void misspell(char *text)
{
    for (char *c = text; *c; c++)
        if (c[0] == 'e' && c[1] == 'e') {
            memmove(c, c + 1, strlen(c));
            return;
        }
    for (char *c = text; *c && c[1]; c++)
        if (c[0] >= 'a' && c[1] >= 'a' && c[0] <= 'z' && c[1] <= 'z' && c[0] != c[1] &&
            c > text + 2) {
            char swap = c[0];
            c[0] = c[1];
            c[1] = swap;
            return;
        }
}

static void draw_sender(struct element *e, const struct firm *f, const struct place *p,
                        const struct deviations *d, const struct format_facts *size)
{
    const char *font = d->font_differs ? "Liberation Serif" : f->font_text;
    char name[96], street[64], town[64], line[320];
    snprintf(name, sizeof name, "%s %s", f->name, f->legal);
    snprintf(street, sizeof street, "%s", f->street);
    snprintf(town, sizeof town, "%s", f->town);
    if (d->sender_text_differs) {
        misspell(street);
        misspell(town);
    }
    cairo_t *cr = element_draw(e, f->main, 1);
    if (p->sender_line) {
        snprintf(line, sizeof line, "%s · %s · %s", name, street, town);
        if (p->sender_back)
            art_text(cr, font, f->text_mm, size->w_mm / 2, FLAP_BASELINE_MM, ART_CENTRE, 10, line);
        else
            art_text(cr, font, f->text_mm, p->sender_x, p->sender_y, ART_LEFT, 0, line);
    } else {
        const char *lines[4] = {name, street, town, f->contact};
        for (int i = 0; i < 4; i++)
            art_text(cr, font, f->text_mm, p->sender_x, p->sender_y + i * f->text_mm * LEADING,
                     ART_LEFT, 0, lines[i]);
    }
    cairo_destroy(cr);
}

static void draw_slogan(struct element *e, const struct firm *f, const struct place *p,
                        const struct deviations *d, const struct format_facts *size)
{
    const char *font = d->font_differs ? "Liberation Serif Italic" : f->font_slogan;
    cairo_t *cr = element_draw(e, f->accent, f->slogan_tint);
    if (p->slogan_back)
        art_text(cr, font, f->slogan_mm, size->w_mm / 2, size->h_mm - 14, ART_CENTRE, 0, f->slogan);
    else
        art_text(cr, font, f->slogan_mm, p->slogan_x, p->slogan_y, ART_LEFT, 0, f->slogan);
    cairo_destroy(cr);
}

static struct element *add(struct artwork *a, const char *name, bool back, bool moved,
                           const struct deviations *d)
{
    struct element *e = &a->element[a->n++];
    double scale = d->scale_differs ? d->scale : 1;
    element_init(e, name, back ? ART_BACK : ART_FRONT);
    e->map = (struct affine){scale, 0, 0, scale, 0, 0};
    if (moved) {
        e->map.tx = d->moved_mm * cos(d->moved_angle);
        e->map.ty = d->moved_mm * sin(d->moved_angle);
    }
    return e;
}

bool artwork_build(const struct firm *firm, enum format format, const struct deviations *d,
                   struct artwork *ret)
{
    const struct format_facts *size = &format_facts[format];
    struct firm f = *firm;
    struct artwork a = {0};
    if (d->colour_differs) { /* another blue, another orange: as picked from a photo of the original
                              */
        struct colour *c[2] = {&f.main, &f.accent};
        for (int i = 0; i < 2; i++)
            *c[i] = (struct colour){fmin(c[i]->r * 0.75 + 0.16, 1), fmin(c[i]->g * 0.8 + 0.04, 1),
                                    fmin(c[i]->b * 0.8 + 0.20, 1)};
    }
    struct place p = place_of(&f, format);
    if (!d->logo_missing)
        draw_logo(add(&a, "logo", false, d->logo_moved, d), &f, &p, d->logo_altered,
                  d->font_differs ? "Liberation Sans Bold" : f.font_name);
    if (!d->sender_missing)
        draw_sender(add(&a, "sender", p.sender_back, d->sender_moved, d), &f, &p, d, size);
    if (!d->slogan_missing && f.layout != LAYOUT_NO_SLOGAN)
        draw_slogan(add(&a, "slogan", p.slogan_back, d->slogan_moved, d), &f, &p, d, size);
    *ret = a;
    return true;
}

void artwork_finish(struct artwork *artwork)
{
    for (int i = 0; i < artwork->n; i++)
        element_finish(&artwork->element[i]);
    artwork->n = 0;
}
