#include "tests/simulator/dress.h"
#include "tests/simulator/paint.h"

#include <stdio.h>
#include <string.h>

struct place {
    const char *country, *city_format, *street, *name;
};

/* Invented people at invented houses; %d is drawn. */
static const struct place places[] = {
    {"DE", "%05d Bielefeld", "Eichenweg %d", "Frau Katrin Vollmer"},
    {"DE", "%05d Chemnitz", "Am Mühlteich %d", "Jens Albrechtsen"},
    {"DE", "%05d Osnabrück", "Lange Reihe %d", "Vollmer Metallbau GmbH"},
    {"FR", "%05d LILLE", "%d rue des Tilleuls", "Mme Odile Carpentier"},
    {"FR", "%05d NANTES", "%d allée du Parc", "M. Bruno Lachaud"},
    {"BE", "%04d Mechelen", "Veldstraat %d", "Dhr. Joris Peeters"},
    {"BE", "%04d Namur", "Rue Haute %d", "Mme Claire Dumont"},
    {"AT", "%04d Graz", "Lindengasse %d", "Mag. Eva Hofstätter"},
    {"GB", "Norwich NR3 %dXT", "%d Orchard Lane", "Ms Helen Ashdown"},
    {"GB", "Leeds LS6 %dQN", "%d Mill Road", "Mr T. Holloway"},
    {"ES", "%05d Zaragoza", "Calle del Olmo %d", "Sra. Pilar Moncayo"},
    {"IT", "%05d Parma PR", "Via dei Mille %d", "Sig. Paolo Ferranti"},
    {"PL", "30-%03d Kraków", "ul. Lipowa %d", "Pani Anna Zawadzka"},
    {"US", "Dayton, OH %05d", "%d Maple Avenue", "Robert J. Keller"},
    {"CH", "%04d Winterthur", "Bahnhofstrasse %d", "Frau Regula Brunner"},
    {"NL", "%04d KP Zwolle", "Wilgenlaan %d", "Mevr. A. Timmerman"},
    {"NL", "%04d BR Breda", "Parkstraat %d", "Dhr. S. Oudejans"},
    {"SE", "%05d Uppsala", "Björkvägen %d", "Lena Sandström"},
    {"DK", "%04d Odense", "Skovvej %d", "Mette Kjærgaard"},
    {"CZ", "%05d Brno", "Lipová %d", "Ing. Petr Dvořák"},
};
#define N_PLACES ((int)(sizeof places / sizeof *places))

static const struct {
    const char *code, *name;
} country_lines[] = {{"DE", "DUITSLAND / ALLEMAGNE"},
                     {"FR", "FRANKRIJK / FRANCE"},
                     {"BE", "BELGIE / BELGIQUE"},
                     {"AT", "OOSTENRIJK / AUTRICHE"},
                     {"GB", "UNITED KINGDOM"},
                     {"ES", "SPANJE / ESPAGNE"},
                     {"IT", "ITALIE"},
                     {"PL", "POLEN / POLOGNE"},
                     {"US", "USA"},
                     {"CH", "ZWITSERLAND / SUISSE"},
                     {"SE", "ZWEDEN / SUEDE"},
                     {"DK", "DENEMARKEN / DANEMARK"},
                     {"CZ", "TSJECHIE / TCHEQUIE"}};

static int postcode_number(const char *format, struct rng *rng)
{
    if (strstr(format, "%05d"))
        return 10000 + rng_int(rng, 89000);
    if (strstr(format, "%04d"))
        return 1000 + rng_int(rng, 8900);
    return strstr(format, "%03d") ? rng_int(rng, 1000) : 1 + rng_int(rng, 9);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* formats come from the table above */
static void with_number(char *ret, size_t size, const char *format, int number)
{
    snprintf(ret, size, format, number);
}
#pragma GCC diagnostic pop

struct recipient recipient_draw(const char *country, struct rng *rng)
{
    struct recipient r = {0};
    const struct place *p;
    do
        p = &places[rng_int(rng, N_PLACES)];
    while (country && strcmp(p->country, country) != 0);
    r.country = p->country;
    snprintf(r.line[0], sizeof r.line[0], "%s", p->name);
    with_number(r.line[1], sizeof r.line[1], p->street, 1 + rng_int(rng, 140));
    with_number(r.line[2], sizeof r.line[2], p->city_format, postcode_number(p->city_format, rng));
    r.n = 3;
    for (size_t i = 0; i < sizeof country_lines / sizeof *country_lines; i++)
        if (strcmp(country_lines[i].code, p->country) == 0)
            snprintf(r.line[r.n++], sizeof r.line[0], "%s", country_lines[i].name);
    return r;
}

struct recipient recipient_firm(const struct firm *firm)
{
    struct recipient r = {.country = "NL", .n = 3};
    snprintf(r.line[0], sizeof r.line[0], "%s %s", firm->name, firm->legal);
    snprintf(r.line[1], sizeof r.line[1], "%s", firm->street);
    snprintf(r.line[2], sizeof r.line[2], "%s", firm->town);
    return r;
}

static const char *const printed_faces[] = {"Liberation Sans", "Liberation Serif", "DejaVu Sans",
                                            "Liberation Mono", "Open Sans",        "FreeSans"};
static const char *const hands[] = {"dkgHandwriting", "Femkeklaver", "Dancing Script",
                                    "Comic Neue"};

static const struct colour pens[] = {{0.07, 0.13, 0.48}, {0.09, 0.09, 0.12}, {0.10, 0.20, 0.60}};

static void write_by_hand(struct canvas *canvas, double x, double y, double size,
                          const char *const *line, int n, struct rng *rng)
{
    struct sketch s;
    const char *hand = hands[rng_int(rng, 4)];
    sketch_begin(&s, pens[rng_int(rng, 3)]);
    double lean = rng_range(rng, -0.05, 0.03);
    for (int i = 0; i < n; i++) {
        cairo_save(s.cr);
        cairo_translate(s.cr, x + 0.8 * rng_gauss(rng), y + i * size * 1.45);
        cairo_rotate(s.cr, lean + 0.01 * rng_gauss(rng));
        art_text(s.cr, hand, size * (1 + 0.03 * rng_gauss(rng)), 0, 0, ART_LEFT,
                 10 * rng_gauss(rng), line[i]);
        cairo_restore(s.cr);
    }
    struct field pressure = field_make(128, 5, rng);
    struct paint pen = {PAINT_INK, 0.92, &pressure, 0.15, 0.2};
    struct affine here = affine_identity();
    sketch_paint(&s, canvas, &pen, &here);
    field_finish(&pressure);
}

static void white_label(struct canvas *canvas, struct box b, double angle)
{
    struct affine place = affine_about(b.w / 2, b.h / 2, angle, 1, b.x, b.y);
    struct sketch s;
    sketch_begin(&s, (struct colour){0.1, 0.1, 0.1});
    art_rounded(s.cr, 0.15, 0.2, b.w, b.h, 1.5);
    cairo_fill(s.cr);
    struct paint soft = {PAINT_INK, 0.4, NULL, 0, 0};
    sketch_paint(&s, canvas, &soft, &place);
    sketch_begin(&s, (struct colour){0.965, 0.965, 0.96});
    art_rounded(s.cr, 0, 0, b.w, b.h, 1.5);
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_opaque, &place);
}

bool dress_address(struct envelope *envelope, const struct recipient *recipient,
                   enum address_style style, const struct print *office, struct rng rng,
                   struct box *ret)
{
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    double w = envelope->w_mm, h = envelope->h_mm;
    double x = w * rng_range(&rng, 0.46, 0.54), y = h * rng_range(&rng, 0.52, 0.60);
    const char *lines[RECIPIENT_LINES];
    for (int i = 0; i < recipient->n; i++)
        lines[i] = recipient->line[i];
    if (style == ADDRESS_HANDWRITTEN) {
        double size = rng_range(&rng, 5.2, 6.6);
        write_by_hand(canvas, x, y, size, lines, recipient->n, &rng);
        *ret = (struct box){x - 2, y - size, w * 0.36, size * 1.45 * recipient->n + 2};
        return true;
    }
    struct box label = {x - 6, y - 8, 82, 36};
    if (style == ADDRESS_LABEL)
        white_label(canvas, label, 1.2 * rng_gauss(&rng));
    struct element e;
    element_init(&e, "address", ART_FRONT);
    cairo_t *cr = element_draw(&e, (struct colour){0.08, 0.08, 0.09}, 1);
    const char *face = printed_faces[rng_int(&rng, 6)];
    double size = rng_range(&rng, 3.6, 4.3);
    for (int i = 0; i < recipient->n; i++)
        art_text(cr, face, size, x, y + i * size * 1.3, ART_LEFT, 0, lines[i]);
    cairo_destroy(cr);
    bool fine = print_element(canvas, &e, office);
    if (!element_box(&e, ret))
        *ret = label;
    element_finish(&e);
    return fine;
}

/* A stamp with teeth: paper, a picture of simple shapes, a value. */
static void adhesive_stamp(struct canvas *canvas, double x, double y, double w, double h,
                           struct rng *rng)
{
    static const struct colour skies[] = {
        {0.55, 0.75, 0.88}, {0.93, 0.72, 0.45}, {0.75, 0.82, 0.60}, {0.85, 0.62, 0.66}};
    struct affine place = affine_about(w / 2, h / 2, 1.6 * rng_gauss(rng), 1, x, y);
    struct sketch s;
    sketch_begin(&s, (struct colour){0.97, 0.97, 0.95});
    const double pitch = 1.45;
    cairo_set_fill_rule(s.cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_rectangle(s.cr, 0, 0, w, h);
    for (double at = pitch / 2; at < w; at += pitch) {
        cairo_new_sub_path(s.cr), cairo_arc(s.cr, at, 0, 0.42, 0, 2 * M_PI);
        cairo_new_sub_path(s.cr), cairo_arc(s.cr, at, h, 0.42, 0, 2 * M_PI);
    }
    for (double at = pitch / 2; at < h; at += pitch) {
        cairo_new_sub_path(s.cr), cairo_arc(s.cr, 0, at, 0.42, 0, 2 * M_PI);
        cairo_new_sub_path(s.cr), cairo_arc(s.cr, w, at, 0.42, 0, 2 * M_PI);
    }
    cairo_fill(s.cr);
    sketch_paint(&s, canvas, &paint_opaque, &place);
    sketch_begin(&s, skies[rng_int(rng, 4)]);
    cairo_rectangle(s.cr, 1.6, 1.6, w - 3.2, h - 3.2);
    cairo_fill(s.cr);
    sketch_ink(&s, (struct colour){0.30, 0.45, 0.35});
    cairo_move_to(s.cr, 1.6, h * 0.7);
    cairo_curve_to(s.cr, w * 0.3, h * rng_range(rng, 0.4, 0.7), w * 0.6,
                   h * rng_range(rng, 0.6, 0.9), w - 1.6, h * 0.6);
    cairo_line_to(s.cr, w - 1.6, h - 1.6);
    cairo_line_to(s.cr, 1.6, h - 1.6);
    cairo_fill(s.cr);
    sketch_ink(&s, (struct colour){0.12, 0.12, 0.2});
    art_text(s.cr, "Liberation Sans Bold", 2.2, 2.6, 4.4, ART_LEFT, 0, "Nederland");
    art_text(s.cr, "Liberation Sans Bold", 4, w - 2.6, h - 3, ART_RIGHT, 0,
             rng_chance(rng, 0.5) ? "1" : "INT");
    sketch_paint(&s, canvas, &paint_ink, &place);
}

static void cancel(struct canvas *canvas, double x, double y, struct rng *rng)
{
    static const char *const towns[] = {"AMSTERDAM", "DEN HAAG", "ZWOLLE", "NIEUWEGEIN"};
    char date[24];
    struct sketch s;
    struct affine place = affine_about(0, 0, 14 * rng_gauss(rng), 1, x, y);
    sketch_begin(&s, (struct colour){0.12, 0.12, 0.14});
    cairo_set_line_width(s.cr, 0.35);
    cairo_arc(s.cr, 0, 0, 12.5, 0, 2 * M_PI);
    cairo_stroke(s.cr);
    cairo_arc(s.cr, 0, 0, 8.2, 0, 2 * M_PI);
    cairo_stroke(s.cr);
    art_text(s.cr, "Liberation Sans Bold", 2.3, 0, -9.2, ART_CENTRE, 0, towns[rng_int(rng, 4)]);
    snprintf(date, sizeof date, "%02d.%02d.26-%02d", 1 + rng_int(rng, 28), 1 + rng_int(rng, 10),
             8 + rng_int(rng, 12));
    art_text(s.cr, "Liberation Sans Bold", 2.6, 0, 0.9, ART_CENTRE, 0, date);
    for (int i = 0; i < 6; i++) { /* waves of a cancelling machine */
        cairo_move_to(s.cr, -16, -8 + i * 3);
        for (int k = 0; k < 4; k++)
            cairo_rel_curve_to(s.cr, -3, -2.4, -6, 2.4, -9, 0);
        cairo_stroke(s.cr);
    }
    struct field uneven = field_make(256, 5, rng);
    struct paint ink = {PAINT_INK, rng_range(rng, 0.5, 0.85), &uneven, rng_range(rng, 0.25, 0.6),
                        0.16};
    sketch_paint(&s, canvas, &ink, &place);
    field_finish(&uneven);
}

static void franking(struct canvas *canvas, double right, double y, struct rng *rng)
{
    char text[48];
    struct sketch s;
    sketch_begin(&s, rng_chance(rng, 0.5) ? (struct colour){0.72, 0.10, 0.16}
                                          : (struct colour){0.10, 0.22, 0.52});
    double x = right - 62;
    cairo_set_line_width(s.cr, 0.5);
    cairo_rectangle(s.cr, right - 26, y, 24, 22);
    cairo_stroke(s.cr);
    art_text(s.cr, "Liberation Sans Bold", 3, right - 14, y + 5, ART_CENTRE, 0, "NEDERLAND");
    snprintf(text, sizeof text, "€ %d.%02d", 1 + rng_int(rng, 4), rng_int(rng, 100));
    art_text(s.cr, "Liberation Mono Bold", 5, right - 14, y + 13, ART_CENTRE, 0, text);
    snprintf(text, sizeof text, "FR %06d", rng_int(rng, 1000000));
    art_text(s.cr, "Liberation Mono", 2.6, right - 14, y + 19.5, ART_CENTRE, 0, text);
    cairo_arc(s.cr, x + 14, y + 11, 11, 0, 2 * M_PI);
    cairo_stroke(s.cr);
    snprintf(text, sizeof text, "%02d.%02d.2026", 1 + rng_int(rng, 28), 1 + rng_int(rng, 10));
    art_text(s.cr, "Liberation Sans Bold", 3, x + 14, y + 12, ART_CENTRE, 0, text);
    struct field uneven = field_make(256, 4, rng);
    struct paint ink = {PAINT_INK, 0.85, &uneven, 0.2, 0.14};
    struct affine place = affine_about(right - 30, y + 11, 0.8 * rng_gauss(rng), 1, 0, 0);
    sketch_paint(&s, canvas, &ink, &place);
    field_finish(&uneven);
}

static void paid_mark(struct canvas *canvas, double right, double y)
{
    struct sketch s;
    struct affine here = affine_identity();
    sketch_begin(&s, (struct colour){0.1, 0.1, 0.12});
    cairo_set_line_width(s.cr, 0.4);
    cairo_rectangle(s.cr, right - 36, y, 33, 18);
    cairo_stroke(s.cr);
    const char *lines[3] = {"PORT BETAALD", "PORT PAYÉ", "PAYS-BAS"};
    for (int i = 0; i < 3; i++)
        art_text(s.cr, "Liberation Sans Bold", 3.1, right - 19.5, y + 5.4 + i * 4.8, ART_CENTRE, 0,
                 lines[i]);
    sketch_paint(&s, canvas, &paint_ink, &here);
}

void dress_postmark(struct envelope *envelope, double x, double y, struct rng rng)
{
    cancel(&envelope->side[ART_FRONT].canvas, x, y, &rng);
}

void dress_stamps(struct envelope *envelope, struct rng rng)
{
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    double right = envelope->w_mm - rng_range(&rng, 5, 10), top = rng_range(&rng, 6, 10);
    adhesive_stamp(canvas, right - 25, top, 24, 29, &rng);
    cancel(canvas, right - 30 + 5 * rng_gauss(&rng), top + 18 + 3 * rng_gauss(&rng), &rng);
}

void dress_postage(struct envelope *envelope, struct rng rng)
{
    struct canvas *canvas = &envelope->side[ART_FRONT].canvas;
    double right = envelope->w_mm - rng_range(&rng, 5, 10), top = rng_range(&rng, 6, 10);
    int kind = rng_int(&rng, 3);
    if (kind == 0) {
        int n = 1 + rng_int(&rng, 2);
        for (int i = 0; i < n; i++)
            adhesive_stamp(canvas, right - 25 - i * 26, top, 24, 29, &rng);
        cancel(canvas, right - 30 + 5 * rng_gauss(&rng), top + 18 + 3 * rng_gauss(&rng), &rng);
    } else if (kind == 1) {
        franking(canvas, right, top, &rng);
    } else {
        paid_mark(canvas, right, top);
    }
}

void dress_strike(struct envelope *envelope, struct box address, struct rng rng)
{
    struct sketch s;
    sketch_begin(&s, pens[rng_int(&rng, 3)]);
    cairo_set_line_width(s.cr, rng_range(&rng, 0.5, 1.1));
    cairo_set_line_cap(s.cr, CAIRO_LINE_CAP_ROUND);
    int n = 1 + rng_int(&rng, 3);
    for (int i = 0; i < n; i++) {
        double y = address.y + address.h * rng_unit(&rng);
        cairo_move_to(s.cr, address.x - 4 * rng_unit(&rng), y);
        cairo_curve_to(s.cr, address.x + address.w * 0.3, y + 2 * rng_gauss(&rng),
                       address.x + address.w * 0.6, y + 2 * rng_gauss(&rng),
                       address.x + address.w + 5 * rng_unit(&rng),
                       address.y + address.h * rng_unit(&rng));
        cairo_stroke(s.cr);
    }
    struct paint pen = {PAINT_INK, 0.9, NULL, 0, 0};
    struct affine here = affine_identity();
    sketch_paint(&s, &envelope->side[ART_FRONT].canvas, &pen, &here);
}

void dress_note(struct envelope *envelope, enum art_side side, double x, double y, struct rng rng)
{
    static const char *const words[] = {"retour",  "onbekend",    "?",       "nv",
                                        "1e keer", "tel. bellen", "inconnu", "n/a"};
    const char *line[1] = {words[rng_int(&rng, 8)]};
    write_by_hand(&envelope->side[side].canvas, x, y, rng_range(&rng, 5, 9), line, 1, &rng);
}

void dress_private_sender(struct envelope *envelope, struct rng rng)
{
    struct recipient from = recipient_draw("NL", &rng);
    const char *lines[4] = {"Afz.:", from.line[0], from.line[1], from.line[2]};
    write_by_hand(&envelope->side[ART_BACK].canvas, envelope->w_mm * 0.3, 14, 4.6, lines, 4, &rng);
}

struct dots dots_draw(struct rng machine, struct rng *sheet)
{
    return (struct dots){26,
                         1 + rng_int(sheet, 10),
                         1 + rng_int(sheet, 28),
                         8 + rng_int(sheet, 12),
                         rng_int(sheet, 60),
                         (unsigned)rng_int(&machine, 100000000)};
}

#define P4_PITCH_MM (0.04 * MM_PER_INCH)
#define P4_COLUMNS 15
#define P4_ROWS 8 /* the top row is parity, then 64, 32 .. 1 */

/* Column 1 holds the parity of each row, row 1 that of each column; both odd. */
static void p4_bits(const struct dots *d, bool bit[P4_COLUMNS][P4_ROWS])
{
    unsigned value[P4_COLUMNS + 1] = {0};
    value[2] = (unsigned)d->minute;
    value[5] = (unsigned)d->hour;
    value[6] = (unsigned)d->day;
    value[7] = (unsigned)d->month;
    value[8] = (unsigned)d->year;
    value[10] = 0x7f;
    for (unsigned i = 0, rest = d->serial; i < 4; i++, rest /= 100)
        value[11 + i] = rest % 100;
    value[15] = 6; /* constant of a model */
    memset(bit, 0, sizeof(bool) * P4_COLUMNS * P4_ROWS);
    for (int c = 2; c <= P4_COLUMNS; c++) {
        int ones = 0;
        for (int r = 1; r < P4_ROWS; r++) {
            bit[c - 1][r] = value[c] >> (7 - r) & 1;
            ones += bit[c - 1][r];
        }
        bit[c - 1][0] = ones % 2 == 0;
    }
    for (int r = 0; r < P4_ROWS; r++) {
        int ones = 0;
        for (int c = 1; c < P4_COLUMNS; c++)
            ones += bit[c][r];
        bit[0][r] = ones % 2 == 0;
    }
}

void dress_dots(struct side *side, const struct dots *dots, struct rng rng)
{
    bool bit[P4_COLUMNS][P4_ROWS];
    p4_bits(dots, bit);
    double turn = 0.3 * rng_gauss(&rng) * DEGREES, co = cos(turn), si = sin(turn);
    double w = side->canvas.w_mm, h = side->canvas.h_mm, ox = rng_range(&rng, 0, 16),
           oy = rng_range(&rng, 0, 16);
    double radius = rng_range(&rng, 34, 52), depth = rng_range(&rng, 0.35, 0.75);
    int cells_x = (int)(w / (16 * P4_PITCH_MM)) + 3, cells_y = (int)(h / (32 * P4_PITCH_MM)) + 3;
    /* the prototype (8 x 16) stands at the corner and in the middle of each 16 x 32 cell */
    for (int cell = 0; cell < cells_x * cells_y * 2; cell++)
        for (int c = 0; c < P4_COLUMNS; c++)
            for (int r = 0; r < P4_ROWS; r++) {
                if (!bit[c][r])
                    continue;
                int half = cell & 1, i = (cell / 2) % cells_x - 1, j = cell / 2 / cells_x - 1;
                double u = (16 * i + 8 * half + r) * P4_PITCH_MM + ox,
                       v = (32 * j + 16 * half + c) * P4_PITCH_MM + oy;
                double x = u * co - v * si + 0.012 * rng_gauss(&rng),
                       y = u * si + v * co + 0.012 * rng_gauss(&rng);
                if (x < 0.5 || y < 0.5 || x > w - 0.5 || y > h - 0.5)
                    continue;
                side_speck(side, (struct speck){(float)x,
                                                (float)y,
                                                (float)(radius * (1 + 0.1 * rng_gauss(&rng))),
                                                {0.03f, 0.06f, (float)depth}});
            }
}
