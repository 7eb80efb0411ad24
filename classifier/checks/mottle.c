/* Mottle of solid print: how far its brightness differs between tiles of half a millimetre, % of
 * its contrast (ISO/IEC 24790; see solids.c). Offset ink is 1-2.5 % uneven as paper drinks it,
 * which differs between papers and print runs; fuser rolls, worn drums and the swaths of ink-jet
 * heads make more; a pen, a postmark or wear does as much. So it is shown, not weighed. Needs the
 * resolution of the enrolment and solids of some square millimetres. */
#include "classifier/check.h"

#include <stdio.h>

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    if (!solids_comparable(view, i, ret))
        return true;
    if (view->solids[i].mottle_tiles >= MOTTLE_TILES_MIN) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = texture_at_least(view, view->solids[i].mottle);
    } else {
        snprintf(ret->note, sizeof ret->note, "too little solid print (%d tiles)",
                 view->solids[i].mottle_tiles);
    }
    return true;
}

const struct check check_mottle = {.name = "mottle",
                                   .measures = "mottle of solid print",
                                   .unit = "% of contrast",
                                   .reason = "mottled",
                                   .kind = CHECK_PRINT,
                                   .looks_at = LOOKS_AT_SOLIDS,
                                   .spoilt_by = FAULT_COMPRESSED | FAULT_BLURRED,
                                   .shown_only = true,
                                   .direction = HIGH_IS_STRANGE,
                                   .log_scale = true,
                                   .floor_sd = 0.4,
                                   .agreement = 0.1,
                                   .run = run};
