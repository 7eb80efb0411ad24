/* What the three technologies share: random fields, process inks, screens.
 *
 * Process colour: area-modulated independent screens multiply on average (Demichel), so the mean
 * factor of a channel is the product of 1 - a_i (1 - T_i). Separation searches dot areas for the
 * wanted colour on that model, with part of the common grey moved to black, as printer drivers do.
 */
#include "tests/simulator/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_SIZE 1024 /* 10.8 mm of plane pixels before it repeats */
#define MOTTLE_SIZE 256
#define MOTTLE_CELL_MM 0.2
#define MOTTLE_LENGTH_MM 0.9 /* ink-paper mottle lies at 0.5-2 mm */
#define GRAIN_SIZE 512
#define GRAIN_LENGTH_PX 1.8 /* of the canvas: 40 um, a few toner grains */
#define SEPARATION_STEPS 40

const char *const tech_names[TECH_COUNT] = {"offset", "laser", "inkjet"};

/* Linear reflectance factors of dense process inks on paper (toner and ISO 12647 inks are close).
 */
const float toner_factor[TONERS][3] = {
    {0.02f, 0.36f, 0.72f}, {0.66f, 0.03f, 0.17f}, {0.86f, 0.72f, 0.03f}, {0.025f, 0.023f, 0.022f}};

static double separation_error(const float want[3], const double area[TONERS])
{
    double error = 0;
    for (int c = 0; c < 3; c++) {
        double factor = 1;
        for (int i = 0; i < TONERS; i++)
            factor *= 1 - area[i] * (1 - (double)toner_factor[i][c]);
        double d = cbrt(factor) - cbrt((double)want[c]); /* close to equal steps for the eye */
        error += d * d;
    }
    return error;
}

void print_separate(struct colour want, double gcr, double ret[TONERS])
{
    float linear[3];
    colour_linear(want, linear);
    double lightest = fmax(want.r, fmax(want.g, want.b));
    double darkest = fmin(want.r, fmin(want.g, want.b));
    double area[TONERS] = {0, 0, 0, gcr * (1 - lightest)};
    if (lightest < 0.25 && lightest - darkest < 0.08) { /* neutral dark: drivers use pure black */
        area[TONER_K] = 1;
        memcpy(ret, area, sizeof area);
        return;
    }
    for (double step = 0.25; step > 0.25 / SEPARATION_STEPS; step *= 0.6)
        for (int round = 0; round < SEPARATION_STEPS; round++)
            for (int i = 0; i < TONER_K; i++)
                for (int sign = -1; sign <= 1; sign += 2) {
                    double old = area[i], before = separation_error(linear, area);
                    area[i] = fmin(fmax(old + sign * step, 0), 1);
                    if (separation_error(linear, area) >= before)
                        area[i] = old;
                }
    for (int i = 0; i < TONERS; i++) /* dots under 3 % do not print, over 97 % close up */
        ret[i] = area[i] < 0.03 ? 0 : area[i] > 0.97 ? 1 : area[i];
}

/* The spot function (cos + cos) / 4 + 1/2 is not uniform; its quantiles, here at every 1/16 of area
 * (counted over one period), make the printed area equal to the tone. */
static float tone_threshold(double tone)
{
    static const double quantile[17] = {0,     0.0934, 0.1777, 0.2531, 0.32,  0.3787,
                                        0.429, 0.4704, 0.5,    0.5296, 0.571, 0.6213,
                                        0.68,  0.7469, 0.8223, 0.9066, 1};
    double at = fmin(fmax(tone, 0), 1) * 16;
    int i = at >= 16 ? 15 : (int)at;
    return (float)(quantile[i] + (at - i) * (quantile[i + 1] - quantile[i]));
}

struct screen screen_make(double lpi, double angle, double tone)
{
    double f = lpi / MM_PER_INCH;
    struct screen screen = {.co = (float)(f * cos(angle * DEGREES)),
                            .si = (float)(f * sin(angle * DEGREES)),
                            .solid = tone >= 1,
                            .threshold = tone_threshold(tone)};
    for (int i = 0; i < SCREEN_STEPS; i++)
        screen.wave[i] = (float)(cos(2 * M_PI * (i + 0.5) / SCREEN_STEPS) / 4);
    return screen;
}

bool screen_on(const struct screen *screen, double x_mm, double y_mm)
{
    if (screen->solid)
        return true;
    float x = (float)x_mm, y = (float)y_mm;
    float u = x * screen->co + y * screen->si, v = y * screen->co - x * screen->si;
    int iu = (int)((u - floorf(u)) * SCREEN_STEPS), iv = (int)((v - floorf(v)) * SCREEN_STEPS);
    return screen->wave[iu & (SCREEN_STEPS - 1)] + screen->wave[iv & (SCREEN_STEPS - 1)] + 0.5f <
           screen->threshold;
}

static struct edge_params edge_of(const struct print *print)
{
    return print->tech == TECH_OFFSET  ? print->offset.edge
           : print->tech == TECH_LASER ? print->laser.edge
                                       : print->inkjet.edge;
}

/* Gain per canvas row: sinusoids along the feeding direction (laser), or swaths (inkjet). */
static void fill_row_gain(struct print *print, const struct canvas *canvas)
{
    for (int y = 0; y < canvas->h; y++) {
        double mm = y * MM_PER_INCH / CANVAS_DPI, gain = 1;
        if (print->tech == TECH_LASER) {
            const struct laser_params *p = &print->laser;
            gain = p->density;
            for (int i = 0; i < 3; i++)
                gain +=
                    p->banding_sd * sqrt(2.0 / 3) *
                    sin(2 * M_PI * (p->banding_cpi[i] * mm / MM_PER_INCH + p->banding_phase[i]));
        } else if (print->tech == TECH_INKJET) {
            struct rng swath = rng_fork_n(&print->rng, "swath", (int)(mm / print->inkjet.swath_mm));
            gain = print->inkjet.density + print->inkjet.swath_sd * rng_gauss(&swath);
        } else {
            gain = print->offset.density;
        }
        print->row_gain[y] = (float)gain;
    }
}

struct affine office_feed(struct rng *sheet, double scale)
{
    double y = 0.9 * rng_gauss(sheet), x = 0.9 * rng_gauss(sheet), skew = 0.35 * rng_gauss(sheet);
    return affine_inverse(affine_about(110, 80, skew, scale, x, y)); /* about a middle of formats */
}

bool print_start(struct print *print, const struct canvas *canvas)
{
    struct edge_params edge = edge_of(print);
    struct rng rng = rng_fork(&print->rng, "fields");
    print->dx = field_make(FIELD_SIZE, edge.corr_um / PLANE_PX_UM, &rng);
    print->dy = field_make(FIELD_SIZE, edge.corr_um / PLANE_PX_UM, &rng);
    print->mottle = field_make(MOTTLE_SIZE, MOTTLE_LENGTH_MM / MOTTLE_CELL_MM, &rng);
    print->grain = field_make(GRAIN_SIZE, GRAIN_LENGTH_PX, &rng);
    print->row_gain = malloc((size_t)canvas->h * sizeof *print->row_gain);
    if (!print->dx.v || !print->dy.v || !print->mottle.v || !print->grain.v || !print->row_gain) {
        print_finish(print);
        return false;
    }
    fill_row_gain(print, canvas);
    return true;
}

void print_finish(struct print *print)
{
    field_finish(&print->dx);
    field_finish(&print->dy);
    field_finish(&print->mottle);
    field_finish(&print->grain);
    free(print->row_gain);
    print->row_gain = NULL;
}

struct lay print_lay(const struct print *print, const float ink[3], double edge_sd_um)
{
    struct lay lay = {.page_to_print = print->page_to_print,
                      .edge_sd_um = edge_sd_um,
                      .dx = &print->dx,
                      .dy = &print->dy,
                      .mottle = &print->mottle,
                      .mottle_cell_mm = MOTTLE_CELL_MM,
                      .grain = &print->grain,
                      .row_gain = print->row_gain};
    lay_ink(&lay, ink);
    if (print->tech == TECH_OFFSET) {
        lay.mottle_sd = print->offset.mottle_sd;
    } else if (print->tech == TECH_LASER) {
        lay.mottle_sd = print->laser.mottle_sd;
        lay.grain_sd = print->laser.grain_sd;
    } else {
        lay.mottle_sd = print->inkjet.mottle_sd;
        lay.grain_sd = print->inkjet.grain_sd;
    }
    return lay;
}

bool print_element(struct canvas *canvas, const struct element *element, const struct print *print)
{
    struct box box;
    if (!element_box(element, &box))
        return true;
    for (int i = 0; i < element->n_layers; i++) {
        const struct art_layer *layer = &element->layer[i];
        bool fine = print->tech == TECH_OFFSET  ? offset_layer(canvas, layer, i, box, print)
                    : print->tech == TECH_LASER ? laser_layer(canvas, layer, box, print)
                                                : inkjet_layer(canvas, layer, box, print);
        if (!fine)
            return false;
    }
    return true;
}
