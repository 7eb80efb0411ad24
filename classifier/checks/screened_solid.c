/* Whether solids are built of a screen: see screen_spectrum.c for the measure and its physics.
 * Value: the highest geometric mean of a bin and its partner at 90 degrees in 60-250 lines an inch,
 * over the median of the spectrum at that radius, in the channel that shows it most. What noise
 * alone gives is part of every value (in quadrature): how many tiles a label leaves free must not
 * matter. Detail: lines an inch on the paper and direction (degrees from across to down, modulo the
 * right angle) of the peak, good to a fifth of a bin, and its channel (0 red, 1 green, 2 blue). */
#include "classifier/check.h"
#include "classifier/screen_spectrum.h"

#include <math.h>
#include <stdio.h>

#define SCREEN_DPI_MIN 500.0

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct print *print = &view->print[i];
    struct screen_spectrum spectrum;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (view->located[i].state != ELEMENT_FOUND)
        return true;
    if (!print->same_dpi || print->dpi < SCREEN_DPI_MIN) {
        snprintf(ret->note, sizeof ret->note, "needs a scan and an enrolment at 600 dpi");
        return true;
    }
    if (!screen_spectrum_make(print, -1, &spectrum, err))
        return false;
    if (spectrum.tiles >= SCREEN_TILES_MIN) {
        const struct screen_lattice *best = &spectrum.lattice;
        ret->outcome = OUTCOME_MEASURED;
        ret->value = hypot(best->strength, SCREEN_NOISE_PEAK);
        ret->has_detail = true;
        /* the crop was brought to the template's size */
        ret->detail[0] = best->lines / view->located[i].scale;
        ret->detail[1] = best->degrees;
        ret->detail[2] = spectrum.channel;
        snprintf(ret->note, sizeof ret->note, "strongest at %.0f lines an inch, %d tiles",
                 ret->detail[0], spectrum.tiles);
    } else {
        snprintf(ret->note, sizeof ret->note, "no solid area large enough (%d tiles)",
                 spectrum.tiles);
    }
    screen_spectrum_finish(&spectrum);
    return true;
}

const struct check check_screened_solid = {.name = "screened_solid",
                                           .measures = "screen dots inside solid print",
                                           .unit = "peak",
                                           .reason = "screened",
                                           .kind = CHECK_PRINT,
                                           .looks_at = LOOKS_AT_SOLIDS,
                                           .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                           .alone = true,
                                           .direction = HIGH_IS_STRANGE,
                                           .log_scale = true,
                                           .floor_sd = 0.2,
                                           .agreement = 0.1,
                                           .run = run};
