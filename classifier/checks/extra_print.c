/* Type near an element that no genuine envelope has: a line added by somebody who set the firm's
 * print again. Used mail is full of legitimate additions, so only straight lines of type in the
 * close surroundings of an element count (extra_lines.c), and how much they count depends on what
 * ties them to it: in its own colour, or set to its edges, fully; black type that merely stands
 * near (ink-jet codes of the post, an address that begins early) hardly, and not at all as part of
 * a block of three lines or more, in the franking zone, or where the post prints its codes. Value:
 * mm of type, weighted so. Place: the longest line. Detail: mm tied by colour, by setting, by
 * neither; lines. */
#include "classifier/check.h"
#include "classifier/extra_lines.h"

#include <math.h>
#include <stdio.h>

#define ADDRESS_LINES 3
#define NEAR_WEIGHT 0.5       /* of a mm of type that nothing ties to the element */
#define NEAR_MOST_MM 8.0      /* what all of these may count together: a doubt, not a decision */
#define FRANKING_WIDE_MM 74.0 /* from the right, on the front */
#define FRANKING_HIGH_MM 40.0 /* from the top */
#define CODES_HIGH_MM 20.0    /* from the bottom: sorting codes */

/* The post's own zones, on the template's upright page. */
static bool in_post_zone(const struct sheet_view *view, const struct template_element *element,
                         const struct extra_line *line)
{
    const double *size = view->place->model->data.size_mm;
    double x = element->box_mm[0] + line->box_mm[0] + line->box_mm[2] / 2;
    double y = element->box_mm[1] + line->box_mm[1] + line->box_mm[3] / 2;
    if (element->side != SIDE_FRONT)
        return false;
    return (x > size[0] - FRANKING_WIDE_MM && y < FRANKING_HIGH_MM) || y > size[1] - CODES_HIGH_MM;
}

static void tell(const struct extra_line *longest, double value, const double sum[3], int lines,
                 struct check_value *ret)
{
    ret->outcome = OUTCOME_MEASURED;
    ret->value = value;
    ret->has_detail = true;
    for (int k = 0; k < 3; k++)
        ret->detail[k] = sum[k];
    ret->detail[3] = lines;
    if (!longest)
        return;
    ret->has_place = true;
    for (int k = 0; k < 4; k++)
        ret->place_mm[k] = longest->box_mm[k];
    snprintf(ret->note, sizeof ret->note, "%d line%s, the longest %.0f mm, %d letters", lines,
             lines == 1 ? "" : "s", longest->box_mm[2], longest->letters);
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct located *located = &view->located[i];
    const struct extra_line *longest = NULL;
    struct extra_line line[EXTRA_LINES_MAX];
    double sum[3] = {0};
    int n = 0, counted = 0;
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (located->state != ELEMENT_FOUND)
        return true;
    if (!extra_lines_find(&view->scan->side[located->scan_side], &view->patches[located->scan_side],
                          view->located, view->place->model->data.n_elements, i, line, &n, err))
        return false;
    for (int k = 0; k < n; k++) {
        bool tied = line[k].same_ink || line[k].set_with;
        if (!line[k].same_ink && (line[k].block >= ADDRESS_LINES ||
                                  in_post_zone(view, located->element->data, &line[k])))
            continue;
        sum[line[k].same_ink ? 0 : line[k].set_with ? 1 : 2] += line[k].box_mm[2];
        counted++;
        if (!longest || (tied && line[k].box_mm[2] > longest->box_mm[2]))
            longest = &line[k];
    }
    tell(longest, sum[0] + sum[1] + fmin(NEAR_MOST_MM, NEAR_WEIGHT * sum[2]), sum, counted, ret);
    return true;
}

/* 5: the shortest words. 2: how well a line's ends are known. */
const struct check check_extra_print = {.name = "extra_print",
                                        .measures = "type that no genuine envelope has",
                                        .unit = "mm",
                                        .reason = "extra_print",
                                        .kind = CHECK_CONTENT,
                                        .direction = HIGH_IS_STRANGE,
                                        .floor_sd = 2.0,
                                        .slack = 5.0,
                                        .run = run};
