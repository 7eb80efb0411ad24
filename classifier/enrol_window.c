/* Window envelopes. A window is seen as what labels are seen as: a large rectangle that differs
 * from the paper or has straight edges (patches). Labels are put on by hand and lie elsewhere on
 * every envelope; a window is cut at the same place in all of them, to about 1 mm. A printed frame
 * as large as a window counts as one too: what stands in it is the recipient's in either case. */
#include "classifier/enrol_parts.h"

#include "classifier/numbers.h"

#include <math.h>
#include <string.h>

#define WINDOW_MIN_W_MM 60.0 /* DIN 680 has 90 x 45 mm, the smallest in use are 80 x 28 mm */
#define WINDOW_MIN_H_MM 20.0
#define SAME_PLACE_MM 2.5 /* cut, print against paper, and how well a patch's edge is known */
#define SHOWN_BY 3        /* of five samples: a sticker may hide it on the others */
#define OF_SAMPLES 5

/* Bounding box of a patch on the template's page. */
static bool on_template(const struct sample *sample, enum side_name side, const struct patch *patch,
                        double ret[4])
{
    struct affine to_template;
    if (!affine_invert(&sample->page[side], &to_template))
        return false;
    laid_corners(&to_template, patch->corner_mm, ret);
    return true;
}

static bool same_place(const double a[4], const double b[4])
{
    return fabs(a[0] - b[0]) <= SAME_PLACE_MM && fabs(a[1] - b[1]) <= SAME_PLACE_MM &&
           fabs(a[0] + a[2] - b[0] - b[2]) <= SAME_PLACE_MM &&
           fabs(a[1] + a[3] - b[1] - b[3]) <= SAME_PLACE_MM;
}

/* The patch of a sample that lies where `box` is; false when there is none. */
static bool find_there(const struct sample *sample, enum side_name side, const double box[4],
                       double ret[4])
{
    if (!sample->used || !sample->has[side])
        return false;
    const struct side_patches *patches = &sample->patches[sample_scan_side(sample, side)];
    for (int k = 0; k < patches->n; k++)
        if (on_template(sample, side, &patches->patch[k], ret) && same_place(ret, box))
            return true;
    return false;
}

static int gather(const struct sample *sample, int n, enum side_name side, const double box[4],
                  double ret_median[4])
{
    double value[4][ENROL_MAX_SAMPLES], there[4];
    int seen = 0;
    for (int i = 0; i < n; i++) {
        if (!find_there(&sample[i], side, box, there))
            continue;
        for (int c = 0; c < 4; c++)
            value[c][seen] = there[c];
        seen++;
    }
    for (int c = 0; c < 4 && seen > 0; c++)
        ret_median[c] = fmax(0, median_of(value[c], seen));
    return seen;
}

bool enrol_find_window(const struct sample *sample, int n, enum side_name side,
                       struct template_window *ret)
{
    struct template_window best = {.side = side};
    int with_side = 0;
    for (int i = 0; i < n; i++) {
        double box[4], median[4];
        if (!sample[i].used || !sample[i].has[side])
            continue;
        with_side++;
        const struct side_patches *patches = &sample[i].patches[sample_scan_side(&sample[i], side)];
        for (int k = 0; k < patches->n; k++) {
            if (!on_template(&sample[i], side, &patches->patch[k], box) ||
                box[2] < WINDOW_MIN_W_MM || box[3] < WINDOW_MIN_H_MM)
                continue;
            int seen = gather(sample, n, side, box, median);
            if (seen > best.n_seen) {
                best.n_seen = seen;
                memcpy(best.box_mm, median, sizeof median);
            }
        }
    }
    if (best.n_seen < ENROL_MIN_SAMPLES - 1 || best.n_seen * OF_SAMPLES < with_side * SHOWN_BY)
        return false;
    *ret = best;
    return true;
}
