/* The window of the envelope: the largest distance in mm by which one of its edges lies off the
 * genuine one's place. Windows are cut to 1 mm and seen to 1 mm; another make of envelope has its
 * window 5 mm and more elsewhere, or none: then the whole window is lacking, and the value is its
 * smaller side. A label may lie over the window, or look like one: that a window is elsewhere is
 * said only where its genuine place, as far as nothing lies there, is bare paper; film over white
 * paper shows its edges and shadow at least. */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>

#define NEAR_MM 15.0    /* farther away, a rectangle is something else */
#define OVERLAP_MIN 0.3 /* of the window's place: a label that hides it */
#define PLACE_MIN 0.1   /* of the genuine place: less is no look at it */
#define WELL_PLACED_MM 2.5
#define BARE_SHARE 0.995 /* of its place and rim */
#define BARE_STRENGTH 10 /* levels: texture and noise of bare paper at 150 dpi stay below 6 */
#define RIM_MM 2.0

static double edges_apart(const double a[4], const double b[4])
{
    double most = 0;
    for (int c = 0; c < 2; c++) {
        most = fmax(most, fabs(a[c] - b[c]));
        most = fmax(most, fabs(a[c] + a[c + 2] - b[c] - b[c + 2]));
    }
    return most;
}

static double overlap(const double window[4], const double box[4])
{
    double area = 1;
    for (int c = 0; c < 2; c++)
        area *= fmax(0, fmin(window[c] + window[c + 2], box[c] + box[c + 2]) -
                            fmax(window[c], box[c])) /
                window[c + 2];
    return area;
}

static void with_rim(const double box_mm[4], double ret[4])
{
    for (int c = 0; c < 2; c++) {
        ret[c] = box_mm[c] - RIM_MM;
        ret[c + 2] = box_mm[c + 2] + 2 * RIM_MM;
    }
}

/* Whether the place and its rim are bare paper where no patch lies, and that is enough to say so.
 */
static bool is_bare(const struct image *strength, const struct side_patches *patches,
                    const double box_mm[4])
{
    const double px = SIDE_REDUCED_DPI / 25.4;
    double place[4], patch[PATCHES_MAX][4];
    long seen = 0, inked = 0, all = 0;
    with_rim(box_mm, place);
    for (int k = 0; k < patches->n; k++)
        with_rim(patches->patch[k].box_mm, patch[k]);
    for (int v = (int)(place[1] * px); v < (place[1] + place[3]) * px; v++)
        for (int u = (int)(place[0] * px); u < (place[0] + place[2]) * px; u++) {
            bool hidden = u < 0 || v < 0 || u >= strength->width || v >= strength->height;
            for (int k = 0; !hidden && k < patches->n; k++)
                hidden = in_box(patch[k], u / px, v / px);
            all++;
            seen += !hidden;
            inked += !hidden && image_row(strength, v)[u] >= BARE_STRENGTH;
        }
    return seen >= PLACE_MIN * (double)all && inked <= (1 - BARE_SHARE) * (double)seen;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    const struct template_data *data = &view->place->model->data;
    enum side_name side = data->window.side, on = view->place->scan_side[side];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (!data->has_window || !view->place->has[side] || view->place->assumed[side])
        return true;
    const struct side_patches *patches = &view->patches[on];
    double expected[4], nearest = NEAR_MM, hidden = 0;
    laid_box(&view->place->page[side], data->window.box_mm, expected);
    for (int k = 0; k < patches->n; k++) {
        const double *box = patches->patch[k].box_mm;
        nearest = fmin(nearest, edges_apart(box, expected));
        hidden = fmax(hidden, overlap(expected, box));
    }
    bool seen = nearest < NEAR_MM; /* a window, or a label that resembles one */
    if (nearest > WELL_PLACED_MM && ((!seen && hidden > OVERLAP_MIN) ||
                                     !is_bare(&view->scan->strength[on], patches, expected))) {
        ret->outcome = OUTCOME_OCCLUDED;
    } else {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = seen ? nearest : fmin(data->window.box_mm[2], data->window.box_mm[3]);
    }
    return true;
}

const struct check check_window = {.name = "window",
                                   .measures = "place of the window against the genuine one",
                                   .unit = "mm",
                                   .reason = "window_differs",
                                   .kind = CHECK_CONTENT,
                                   .direction = HIGH_IS_STRANGE,
                                   .of_sheet = true,
                                   .floor_sd = 0.7,
                                   .slack = WELL_PLACED_MM,
                                   .run = run};
