/* Whether solid print is built of the screens that genuine envelopes show: see screens.c for the
 * measure, screens_compare.c for what counts as the same. Value: the share that sheet and genuine
 * envelopes have in common; 1 as well where neither has a screen. Other plates of the same printing
 * house keep their screens; another printing house, or a new controller of the same one, may not.
 * As few samples of perhaps one print run cannot exclude that, this is one opinion on solids and
 * decides nothing alone. It cannot see screens finer than 250 lines an inch nor stochastic ones.
 * Detail: lines an inch on the paper, degrees (from across to down, modulo 90, of lines 180),
 * channel (0 red, 1 green, 2 blue) and kind (0 dots, 1 lines, 2 untold) of the strongest screen
 * that is not genuine; without one of the strongest. 0.1: a weak screen more or less. */
#include "classifier/check.h"
#include "classifier/screens_compare.h"

#include <stdio.h>

static void tell(const struct screens_learnt *genuine, const struct print_screen *one, double lines,
                 struct check_value *ret)
{
    static const char *const words[SCREEN_KIND_COUNT] = {"dots", "lines", "a screen"};
    char usual[64] = "genuine ones have none";
    if (genuine->n > 0) {
        const struct print_screen *screen = &genuine->learnt[0].screen;
        snprintf(usual, sizeof usual, "genuine ones have %s at %.0f an inch, %.0f degrees",
                 words[screen->kind], screen->lines, screen_degrees(screen));
    }
    if (one)
        snprintf(ret->note, sizeof ret->note, "%s at %.0f an inch, %.0f degrees; %s",
                 words[one->kind], lines, screen_degrees(one), usual);
    else
        snprintf(ret->note, sizeof ret->note, "no screen; %s", usual);
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct screens *seen = &view->screens[i];
    const struct screens_learnt *genuine = &view->located[i].element->data->screens;
    const struct print_screen *one = NULL;
    (void)err;
    if (!screens_comparable(view, i, ret))
        return true;
    if (genuine->n_looked == 0) {
        ret->outcome = OUTCOME_UNMEASURABLE;
        snprintf(ret->note, sizeof ret->note, "screens were not learnt: enrol anew");
        return true;
    }
    bool told = screens_shared(seen, genuine, view->print[i].dpi, &ret->value, &one);
    ret->outcome = told ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    if (!told) {
        snprintf(ret->note, sizeof ret->note, "print too narrow to show a screen");
        return true;
    }
    one = one || !seen->n ? one : &seen->screen[0];
    if (one) {
        double lines = one->lines / view->located[i].scale;
        const double detail[READING_DETAILS] = {lines, one->degrees, one->channel, one->kind};
        ret->has_detail = true;
        for (int k = 0; k < READING_DETAILS; k++)
            ret->detail[k] = detail[k];
    }
    tell(genuine, one, ret->has_detail ? ret->detail[0] : 0, ret);
    return true;
}

const struct check check_screen_pattern = {.name = "screen_pattern",
                                           .measures = "screens in common with genuine print",
                                           .unit = "share",
                                           .reason = "screen_differs",
                                           .kind = CHECK_PRINT,
                                           .looks_at = LOOKS_AT_SOLIDS,
                                           .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                           .direction = LOW_IS_STRANGE,
                                           .floor_sd = 0.1,
                                           .agreement = 0.1,
                                           .run = run};
