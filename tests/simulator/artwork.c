/* Lays a firm's elements out on a format, with or without a forger's deviations. */
#include "tests/simulator/extras.h"
#include "tests/simulator/slip.h"

#include <stdio.h>
#include <string.h>

#define FLAP_BASELINE_MM 9 /* sender on the flap: below its fold */

static const struct colour logo_grey = {0.70, 0.71, 0.72}; /* a third of black */

static void draw_logo(struct element *e, const struct firm *f, const struct place *p, bool altered,
                      const char *font_name)
{
    struct firm drawn = *f;
    if (f->logo_grey)
        drawn.main = drawn.accent = logo_grey;
    snprintf(drawn.font_name, sizeof drawn.font_name, "%s", font_name);
    logo_draw(e, f->logo == LOGO_TEXT || f->logo_grey ? &drawn : f, p->logo_x, p->logo_y,
              p->logo_size, altered);
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

/* The same face, bold where it was not and the other way round. */
static const char *other_weight(const char *font, char *ret, size_t size)
{
    static const char *const heavy[] = {" Bold", " Black", " Heavy"};
    for (int i = 0; i < 3; i++) {
        const char *at = strstr(font, heavy[i]);
        if (at) {
            snprintf(ret, size, "%.*s%s", (int)(at - font), font, at + strlen(heavy[i]));
            return ret;
        }
    }
    const char *style = strstr(font, " Italic");
    style = style ? style : strstr(font, " Oblique");
    size_t family = style ? (size_t)(style - font) : strlen(font);
    if (family > 6 && strncmp(font + family - 6, " Light", 6) == 0)
        family -= 6;
    snprintf(ret, size, "%.*s Bold%s", (int)family, font, style ? style : "");
    return ret;
}

/* Spelling goes wrong all over an address; any other slip is one letter, digit or word. */
static void slip_address(char *street, char *town, size_t size, const struct deviations *d)
{
    if (d->slip == SLIP_SPELLING) {
        slip_text(street, size, SLIP_SPELLING, 0);
        slip_text(town, size, SLIP_SPELLING, 0);
    } else {
        slip_text(d->variant % 2 ? street : town, size, d->slip, d->variant / 2);
    }
}

static void draw_sender(struct element *e, const struct firm *f, const struct place *p,
                        const struct deviations *d, const struct format_facts *size)
{
    char name[96], street[64], town[64], line[320], font[64];
    snprintf(font, sizeof font, "%s",
             d->font_differs || d->sender_font_differs ? "Liberation Serif" : f->font_text);
    if (d->weight_differs)
        other_weight(f->font_text, font, sizeof font);
    snprintf(name, sizeof name, "%s %s", f->name, f->legal);
    snprintf(street, sizeof street, "%s", f->street);
    snprintf(town, sizeof town, "%s", f->town);
    if (d->sender_text_differs)
        slip_address(street, town, sizeof street, d);
    cairo_t *cr = element_draw(e, f->main, 1);
    snprintf(line, sizeof line, "%s · %s · %s", name, street, town);
    if (p->sender_upright) {
        cairo_translate(cr, p->sender_x, p->sender_y);
        cairo_rotate(cr, -M_PI / 2);
        art_text(cr, font, f->text_mm, 0, 0, ART_LEFT, 0, line);
    } else if (p->sender_back) {
        art_text(cr, font, f->text_mm, size->w_mm / 2, FLAP_BASELINE_MM, ART_CENTRE, 10, line);
    } else if (p->sender_line) {
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
    char font[64], text[sizeof f->slogan];
    snprintf(font, sizeof font, "%s",
             d->font_differs || d->slogan_font_differs ? "Liberation Serif Italic"
                                                       : f->font_slogan);
    if (d->weight_differs)
        other_weight(f->font_slogan, font, sizeof font);
    snprintf(text, sizeof text, "%s", f->slogan);
    if (d->slogan_text_differs)
        slip_text(text, sizeof text, d->slip, d->variant);
    cairo_t *cr = element_draw(e, f->accent, f->slogan_tint);
    if (p->slogan_back)
        art_text(cr, font, f->slogan_mm, size->w_mm / 2, size->h_mm - 14, ART_CENTRE, 0, text);
    else
        art_text(cr, font, f->slogan_mm, p->slogan_x, p->slogan_y, ART_LEFT, 0, text);
    cairo_destroy(cr);
}

struct element *artwork_add(struct artwork *a, const char *name, bool back, bool moved,
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
        draw_logo(artwork_add(&a, "logo", false, d->logo_moved, d), &f, &p, d->logo_altered,
                  d->font_differs ? "Liberation Sans Bold" : f.font_name);
    unsigned has = firm_has(&f);
    if (has & HAS_SENDER && !d->sender_missing)
        draw_sender(artwork_add(&a, "sender", p.sender_back, d->sender_moved, d), &f, &p, d, size);
    if (has & HAS_SLOGAN && !d->slogan_missing)
        draw_slogan(artwork_add(&a, "slogan", p.slogan_back, d->slogan_moved, d), &f, &p, d, size);
    extras_draw(&a, &f, &p, format, d);
    if (d->extra_print)
        extra_print_draw(&a, &f, &p, format, d);
    *ret = a;
    return true;
}

void artwork_finish(struct artwork *artwork)
{
    for (int i = 0; i < artwork->n; i++)
        element_finish(&artwork->element[i]);
    artwork->n = 0;
}
