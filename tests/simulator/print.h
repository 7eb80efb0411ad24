/* print: puts vector elements on a side of paper with one of three print technologies. Parameters
 * follow published ranges of offset presses, toner printers and inkjets; they overlap on purpose,
 * so that no single number tells the technologies apart. Lengths in um where the name says so. */
#ifndef SIM_PRINT_H
#define SIM_PRINT_H

#include "tests/simulator/plane.h"
#include "tests/simulator/rng.h"

#include <stddef.h>

enum tech { TECH_OFFSET, TECH_LASER, TECH_INKJET, TECH_COUNT };
extern const char *const tech_names[TECH_COUNT];

enum { TONER_C, TONER_M, TONER_Y, TONER_K, TONERS };

struct edge_params { /* shared by all: how the border of the ink wanders */
    double sd_um, corr_um, blur_um;
};

struct offset_params {
    struct edge_params edge;
    double mottle_sd, tint_lpi, tint_angle;
    double density;                           /* 1 nominal; drift between runs and sheets */
    double plate_shift_um[ART_LAYERS_MAX][2]; /* each ink has its own plate */
};

struct laser_params {
    struct edge_params edge;
    int grid_dpi; /* 600 or 1200 */
    bool pwm;     /* pulse width modulation: dots start anywhere along a line */
    double lpi[TONERS], angle[TONERS];
    double misregister_um[TONERS][2];
    double satellites_per_mm, satellite_fall_um;
    double background_mm2;
    double banding_sd, banding_cpi[3], banding_phase[3];
    double mottle_sd, grain_sd, density;
};

struct inkjet_params {
    struct edge_params edge; /* feathering */
    double drop_um, placement_um;
    double swath_mm, swath_sd, swath_shift_um;
    double mottle_sd, grain_sd, density;
};

struct print {
    enum tech tech;
    struct affine page_to_print; /* where the sheet lay: shift, skew, scale */
    union {
        struct offset_params offset;
        struct laser_params laser;
        struct inkjet_params inkjet;
    };
    struct rng rng;      /* of this pass of this sheet */
    struct field dx, dy; /* edge displacement */
    struct field mottle, grain;
    float *row_gain;
};

/* Draws parameters: what belongs to the machine from `machine`, what changes from run to run from
 * `run`, and the rest per sheet. */
void offset_draw(struct rng machine, struct rng run, struct rng sheet, struct print *ret);
void laser_draw(struct rng machine, struct rng run, struct rng sheet, struct print *ret);
void inkjet_draw(struct rng machine, struct rng run, struct rng sheet, struct print *ret);

/* How an office printer lays its print on an envelope, which it feeds badly: about a mm of shift
 * and a third of a degree of skew. As page_to_print. */
struct affine office_feed(struct rng *sheet, double scale);

/* Makes the random fields for the parameters in `print`; false when memory is out. */
bool print_start(struct print *print, const struct canvas *canvas);
void print_finish(struct print *print);

bool print_element(struct canvas *canvas, const struct element *element, const struct print *print);

/* The pieces, one per technology; layer index names the plate. */
bool offset_layer(struct canvas *canvas, const struct art_layer *layer, int index, struct box box,
                  const struct print *print);
bool laser_layer(struct canvas *canvas, const struct art_layer *layer, struct box box,
                 const struct print *print);
bool inkjet_layer(struct canvas *canvas, const struct art_layer *layer, struct box box,
                  const struct print *print);

/* A lay with the print's fields and this ink. */
struct lay print_lay(const struct print *print, const float ink[3], double edge_sd_um);

/* Process inks. separate() finds the dot areas that come nearest to the wanted colour. */
extern const float toner_factor[TONERS][3];
void print_separate(struct colour want, double gcr, double ret[TONERS]);

/* Clustered-dot screen of one tone (0..1). */
#define SCREEN_STEPS 1024
struct screen {
    float co, si, threshold; /* periods a mm along the two axes */
    bool solid;
    float wave[SCREEN_STEPS];
};
struct screen screen_make(double lpi, double angle, double tone);
/* Whether a dot prints at the point of the print frame. */
bool screen_on(const struct screen *screen, double x_mm, double y_mm);

#endif
