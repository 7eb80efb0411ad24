/* The larger set of designs. Real envelopes carry more kinds of things than a logo, a sender and a
 * slogan, in more sizes and distances than the first set draws: marks that are outlines or text,
 * light grey, 6 mm or 35 mm; rules, seals, bands at the edge, "port betaald" boxes, the imprint of
 * the office's franking machine; elements 2 mm apart or at opposite corners; a single element. */
#include "tests/simulator/firm.h"

#include <string.h>

#define WORDMARK_MOST_MM 20.0    /* beside a larger mark the name would reach the postage */
#define WINDOW_LOGO_MOST_MM 19.0 /* above a window */

static void draw_logo_style(struct firm *f, struct rng *rng)
{
    static const double weight[] = {3, 5, 3, 2}, least[] = {6, 9, 18, 30}, most[] = {7, 17, 26, 35};
    int size = rng_weighted(rng, weight, 4);
    f->logo_mm = rng_range(rng, least[size], most[size]);
    f->logo_grey = rng_chance(rng, 0.2);
    f->wordmark = f->logo_mm < WORDMARK_MOST_MM && f->logo != LOGO_TEXT &&
                  f->layout != LAYOUT_TIGHT && rng_chance(rng, 0.6);
}

static void draw_extras(struct firm *f, struct rng *rng)
{
    struct extras x = {.rule = rng_chance(rng, 0.35),
                       .seal = rng_chance(rng, 0.3),
                       .paid = rng_chance(rng, 0.3),
                       .band = rng_chance(rng, 0.3),
                       .band_left = rng_chance(rng, 0.5),
                       .band_mm = rng_range(rng, 3, 4.5),
                       .rule_mm = rng_range(rng, 35, 90),
                       .seal_mm = rng_range(rng, 12, 15),
                       .licence = 1000 + (unsigned)rng_int(rng, 9000)};
    if (f->layout == LAYOUT_SINGLE) /* one element is one element */
        x = (struct extras){0};
    x.band_left = x.band_left && f->layout != LAYOUT_UPRIGHT;
    x.paid = x.paid && !f->franking.has;
    f->extras = x;
}

void firm_enlarge(struct firm *firm, unsigned long number)
{
    static const enum format pairs[][2] = {{FORMAT_C5, FORMAT_DL},
                                           {FORMAT_DL, FORMAT_C6},
                                           {FORMAT_C6, FORMAT_C5},
                                           {FORMAT_DL, FORMAT_C5}};
    static const enum format windows[][2] = {{FORMAT_C5W, FORMAT_DLW}, {FORMAT_DLW, FORMAT_C5W}};
    struct rng rng = rng_fork(&firm->rng, "larger set");
    firm->larger_set = true;
    firm->layout = (enum layout)(number % LAYOUTS);
    firm->logo = (enum logo_family)((number + number / LAYOUTS) % LOGO_FAMILIES);
    firm->franking = franking_draw(rng_fork(&firm->rng, "franking"));
    firm->franking.has = rng_chance(&rng, 0.5);
    draw_logo_style(firm, &rng);
    draw_extras(firm, &rng);
    bool window = firm->layout == LAYOUT_LINE_WINDOW ||
                  (firm->layout == LAYOUT_LINE_BOTTOM && rng_chance(&rng, 0.4));
    int pair = rng_int(&rng, 4);
    memcpy(firm->formats, window ? windows[pair % 2] : pairs[pair], sizeof firm->formats);
    if (window)
        firm->logo_mm = fmin(firm->logo_mm, WINDOW_LOGO_MOST_MM);
}
