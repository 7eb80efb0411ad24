/* How much of the screens in solid print only an office printer makes: lines instead of dots, more
 * than 200 an inch, cells that fit a raster of 600 or 1200 points an inch: see screens_compare.c.
 * Value: the share of these, 0 where there is no screen. Judged against what genuine envelopes
 * show, of which an ink may fit such a raster by chance, or all do, where the firm prints its own.
 * Neither handling nor scanning makes lines or cells all over an element, nor does another printing
 * house: half of all screens is an extreme that needs no second opinion on edges. 0.1: a weak
 * screen more or less, and a cell at the border of what fits. Detail as screen_pattern.c, of the
 * strongest such screen. */
#include "classifier/check.h"
#include "classifier/screens_compare.h"

#include <stdio.h>

static void tell(const struct print_screen *one, double scale, struct check_value *ret)
{
    int raster = screen_raster(one, scale);
    const double detail[READING_DETAILS] = {one->lines / scale, one->degrees, one->channel,
                                            one->kind};
    ret->has_detail = true;
    for (int k = 0; k < READING_DETAILS; k++)
        ret->detail[k] = detail[k];
    if (one->kind == SCREEN_LINES)
        snprintf(ret->note, sizeof ret->note, "lines at %.0f an inch, %.0f degrees", detail[0],
                 screen_degrees(one));
    else if (raster)
        snprintf(ret->note, sizeof ret->note,
                 "dots at %.0f an inch, %.0f degrees, that fit a printer's raster of %d dpi",
                 detail[0], screen_degrees(one), raster);
    else
        snprintf(ret->note, sizeof ret->note, "dots at %.0f an inch, finer than a press prints",
                 detail[0]);
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct print_screen *one = NULL;
    double scale = view->located[i].scale;
    (void)err;
    if (!screens_comparable(view, i, ret))
        return true;
    bool told = screens_of_a_printer(&view->screens[i], scale, &ret->value, &one);
    ret->outcome = told ? OUTCOME_MEASURED : OUTCOME_UNMEASURABLE;
    if (!told)
        snprintf(ret->note, sizeof ret->note, "print too narrow to show a screen");
    if (one)
        tell(one, scale, ret);
    return true;
}

const struct check check_screen_printer = {.name = "screen_printer",
                                           .measures = "screens that only office printers make",
                                           .unit = "share",
                                           .reason = "printer_screen",
                                           .kind = CHECK_PRINT,
                                           .looks_at = LOOKS_AT_SOLIDS,
                                           .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                           .alone = true,
                                           .direction = HIGH_IS_STRANGE,
                                           .floor_sd = 0.1,
                                           .agreement = 0.1,
                                           .run = run};
