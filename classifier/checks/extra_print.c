/* Type that no genuine envelope has: a line added by somebody who set the firm's print again. Used
 * mail is full of legitimate additions, so only straight lines of type count (extra_lines.c), and
 * how much depends on what ties them to the firm's print: close to an element and in its own
 * colour, or set to its edges, fully. Type in an element's colour elsewhere, or in any ink close
 * by, is a doubt and no more, since pens, stamp pads and franking machines are blue and red as
 * well, and an address may begin early. A block of three lines or more is an address, and what
 * stands in the franking zone or, in another colour, where the post prints its codes is the post's:
 * neither counts. Value: mm of type, weighted so. Place: the longest line. Detail: mm tied by
 * colour, by setting, in doubt; lines.
 *
 * Judged like print: people and posts add to mail, so an added line alone decides nothing. */
#include "classifier/check.h"
#include "classifier/extra_lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS_LINES 3
#define DOUBT_WEIGHT 0.5      /* of a mm of type that may be somebody else's */
#define DOUBT_MOST_MM 10.0    /* together: one in 150 by slack and repeatability, to be looked at */
#define FRANKING_WIDE_MM 74.0 /* from the right, on the front */
#define FRANKING_HIGH_MM 40.0 /* from the top */
#define CODES_HIGH_MM 20.0    /* from the bottom: sorting codes */

enum tie { TIED_BY_INK, TIED_BY_SETTING, IN_DOUBT, TIE_COUNT };

struct extra {
    double mm[TIE_COUNT];
    int lines;
    double longest;
};

static bool is_of_post(const double size_mm[2], enum side_name side, const struct extra_line *line)
{
    const double *box = line->type.box_mm;
    double x = box[0] + box[2] / 2, y = box[1] + box[3] / 2;
    return side == SIDE_FRONT && ((x > size_mm[0] - FRANKING_WIDE_MM && y < FRANKING_HIGH_MM) ||
                                  (y > size_mm[1] - CODES_HIGH_MM && !line->same_ink));
}

static void add(const struct extra_line *line, enum side_name side, const double size_mm[2],
                struct extra *extra, struct check_value *ret)
{
    bool of_element = line->same_ink && line->near;
    enum tie tie = of_element ? TIED_BY_INK : line->set_with ? TIED_BY_SETTING : IN_DOUBT;
    if (is_of_post(size_mm, side, line) || (!of_element && line->type.block >= ADDRESS_LINES) ||
        (!line->same_ink && !line->near))
        return;
    extra->mm[tie] += line->type.box_mm[2];
    extra->lines++;
    if (line->type.box_mm[2] <= extra->longest)
        return;
    extra->longest = line->type.box_mm[2];
    ret->has_place = true;
    ret->place_side = side;
    memcpy(ret->place_mm, line->type.box_mm, sizeof ret->place_mm);
    snprintf(ret->note, sizeof ret->note, "%.0f mm, %d letters", line->type.box_mm[2],
             line->type.letters);
}

static bool side_seen(const struct sheet_view *view, enum side_name side)
{
    bool found = false;
    for (int i = 0; i < view->place->model->data.n_elements; i++)
        found |=
            view->located[i].state == ELEMENT_FOUND && view->located[i].element->data->side == side;
    return found && view->place->has[side];
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    struct extra extra = {0};
    const double *size_mm = view->place->model->data.size_mm;
    ret->outcome = OUTCOME_UNMEASURABLE;
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct extra_line line[EXTRA_LINES_MAX];
        int n = 0;
        if (!side_seen(view, (enum side_name)s))
            continue;
        if (!extra_lines_find(view->scan, view->place, view->patches, view->located, view->glyphs,
                              (enum side_name)s, line, &n, err))
            return false;
        for (int k = 0; k < n; k++)
            add(&line[k], (enum side_name)s, size_mm, &extra, ret);
        ret->outcome = OUTCOME_MEASURED;
    }
    ret->value = extra.mm[TIED_BY_INK] + extra.mm[TIED_BY_SETTING] +
                 fmin(DOUBT_MOST_MM, DOUBT_WEIGHT * extra.mm[IN_DOUBT]);
    ret->has_detail = true;
    for (int k = 0; k < TIE_COUNT; k++)
        ret->detail[k] = extra.mm[k];
    ret->detail[TIE_COUNT] = extra.lines;
    return true;
}

/* 5: the shortest words. 2: how well a line's ends are known. */
const struct check check_extra_print = {.name = "extra_print",
                                        .measures = "type that no genuine envelope has",
                                        .unit = "mm",
                                        .reason = "extra_print",
                                        .kind = CHECK_PRINT,
                                        .looks_at = LOOKS_AT_THE_REST,
                                        .direction = HIGH_IS_STRANGE,
                                        .of_sheet = true,
                                        .floor_sd = 2.0,
                                        .slack = 5.0,
                                        .run = run};
