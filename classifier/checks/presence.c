/* Whether the element is there, as the correlation of its ink with the genuine picture over what
 * can be seen of it. Genuine prints of one plate reach 0.9-0.99 at 300 dpi; a re-drawn logo or
 * another font at the same place 0.4-0.8; other print below 0.4. Correlation ignores contrast and
 * colour, which have checks of their own. "Absent" is said only of bare paper (see locate.c).
 * Detail: share of it that can be seen, bare paper's share of that, the share of it that is
 * seen through film: it shows what is printed, but not how; and mm2 printed of those of its
 * fragments that are the very same, unless the others that can be seen say otherwise. */
#include "classifier/check.h"

#include "classifier/ink.h"

#include <math.h>
#include <stdio.h>

#define SAME_SHARE                                                                                 \
    0.4 /* a street of the same name in the same type makes a quarter of a stranger's sender */

static double through_film(const struct located *located)
{
    if (!located->open.data || !located->clear.data)
        return 0;
    const struct image *print = &located->element->fine_mask;
    return fmax(0, mask_share(print, &located->open) - mask_share(print, &located->clear));
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)err;
    const struct located *located = &view->located[i];
    ret->value = located->ncc;
    switch (located->state) {
    case ELEMENT_FOUND:
    case ELEMENT_ALTERED:
        ret->outcome = OUTCOME_MEASURED;
        break;
    case ELEMENT_ABSENT:
        ret->outcome = OUTCOME_ABSENT;
        break;
    case ELEMENT_OCCLUDED:
        ret->outcome = OUTCOME_OCCLUDED;
        break;
    case ELEMENT_NOT_SCANNED:
        ret->outcome = OUTCOME_UNMEASURABLE;
        snprintf(ret->note, sizeof ret->note, "this side was not scanned");
        return true;
    }
    ret->has_detail = true;
    ret->detail[0] = located->visible;
    ret->detail[1] = located->bare;
    ret->detail[2] = through_film(located);
    ret->detail[3] = located->same >= SAME_SHARE ? located->same_mm2 : 0;
    snprintf(ret->note, sizeof ret->note,
             "%.0f %% of it can be seen, bare paper in %.0f %% of that", 100 * located->visible,
             100 * located->bare);
    return true;
}

/* 0.03: two scans of one sheet differ by up to 0.02. 0.08: creases, wear and dirt of the post. */
const struct check check_presence = {.name = "presence",
                                     .measures = "likeness of the printed element",
                                     .unit = "ncc",
                                     .reason = "altered",
                                     .kind = CHECK_CONTENT,
                                     .direction = LOW_IS_STRANGE,
                                     .floor_sd = 0.03,
                                     .slack = 0.08,
                                     .run = run};
