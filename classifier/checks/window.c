/* The window of the envelope: the largest distance in mm by which one of its edges lies off the
 * genuine one's place. Windows are cut to 1 mm and seen to 1 mm; another make of envelope has its
 * window 5 mm and more elsewhere, or none: then the whole window is lacking, and the value is its
 * smaller side. That is said of bare paper only: film over white paper shows its edges and shadow
 * at least. A label over the window says nothing. */
#include "classifier/check.h"

#include <math.h>
#include <stdio.h>

#define NEAR_MM 15.0     /* farther away, a rectangle is something else */
#define OVERLAP_MIN 0.3  /* of the window's place: a label that hides it */
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

static bool is_bare(const struct image *strength, const double box_mm[4])
{
    const double px = SIDE_REDUCED_DPI / 25.4;
    struct image view = image_view(
        strength, (int)lround((box_mm[0] - RIM_MM) * px), (int)lround((box_mm[1] - RIM_MM) * px),
        (int)lround((box_mm[2] + 2 * RIM_MM) * px), (int)lround((box_mm[3] + 2 * RIM_MM) * px));
    return view.width > 0 && view.height > 0 &&
           image_percentile(&view, NULL, BARE_SHARE) < BARE_STRENGTH;
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
    double expected[4], nearest = NEAR_MM, hidden = 0;
    laid_box(&view->place->page[side], data->window.box_mm, expected);
    for (int k = 0; k < view->patches[on].n; k++) {
        const double *box = view->patches[on].patch[k].box_mm;
        nearest = fmin(nearest, edges_apart(box, expected));
        hidden = fmax(hidden, overlap(expected, box));
    }
    if (nearest < NEAR_MM) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = nearest;
    } else if (hidden > OVERLAP_MIN || !is_bare(&view->scan->strength[on], expected)) {
        ret->outcome = OUTCOME_OCCLUDED;
    } else {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = fmin(data->window.box_mm[2], data->window.box_mm[3]);
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
                                   .slack = 2.5,
                                   .run = run};
