#include "classifier/claim.h"

#include "classifier/ink.h"
#include "classifier/measure.h"
#include "classifier/sender_text.h"

#include <math.h>
#include <string.h>

#define PLACE_MARGIN_MM 10.0 /* another typeface makes another block, perhaps moved */
#define INK_RATIO_MIN 0.3    /* of the ink that the genuine sender block has there: */
#define INK_RATIO_MAX 4.0    /* an empty place or a photograph is not worth OCR */

/* Share of inked pixels in the place, over the share in the template's. */
static double ink_ratio(const struct scan *scan, enum side_name on, const struct affine *to_page,
                        const struct element_model *element)
{
    const double px = SIDE_REDUCED_DPI / 25.4;
    double a[2], b[2];
    affine_apply(to_page, 0, 0, a);
    affine_apply(to_page, element->data->box_mm[2], element->data->box_mm[3], b);
    struct image view =
        image_view(&scan->strength[on], (int)(fmin(a[0], b[0]) * px), (int)(fmin(a[1], b[1]) * px),
                   (int)(fabs(a[0] - b[0]) * px), (int)(fabs(a[1] - b[1]) * px));
    double printed = (double)mask_area(&element->fine_mask) /
                     ((double)element->fine_mask.width * element->fine_mask.height);
    long inked = 0;
    for (int y = 0; y < view.height; y++)
        for (int x = 0; x < view.width; x++)
            inked += image_row(&view, y)[x] >= INK_MIN_STRENGTH;
    double pixels = (double)view.width * view.height;
    return pixels > 0 && printed > 0 ? (double)inked / pixels / printed : 0;
}

static bool reads_as_sender(const struct scan *scan, const struct placement *place, int i,
                            struct ocr *ocr, bool *ret, struct err *err)
{
    const struct element_model *element = &place->model->element[i];
    const struct template_element *data = element->data;
    enum side_name on = place->scan_side[data->side];
    struct affine shift = affine_identity();
    shift.m[2] = data->box_mm[0];
    shift.m[5] = data->box_mm[1];
    struct affine to_page = affine_multiply(&place->page[data->side], &shift);
    double ratio = ink_ratio(scan, on, &to_page, element);
    if (ratio < INK_RATIO_MIN || ratio > INK_RATIO_MAX)
        return true;
    char text[1024];
    struct sender_match match;
    if (!read_text_at(&scan->side[on], &to_page, data->box_mm[2], data->box_mm[3], PLACE_MARGIN_MM,
                      ocr, text, sizeof text, err))
        return false;
    *ret = sender_text_match(text, data->text, &match);
    return true;
}

bool claim_by_text(const struct scan *scan, struct model *const *model, int n_models,
                   struct ocr *ocr, struct placement *ret, bool *ret_found, struct err *err)
{
    for (int m = 0; m < n_models; m++)
        for (int swap = 0; swap < SIDE_COUNT; swap++)
            for (int turn = 0; turn < 360; turn += 90) {
                struct placement place;
                if (!match_by_outline(scan, model[m], swap != 0, turn, &place))
                    continue;
                for (int i = 0; i < model[m]->data.n_elements; i++) {
                    const struct template_element *data = &model[m]->data.element[i];
                    bool claims = false;
                    if (strcmp(data->kind, "sender") != 0 || !place.has[data->side] ||
                        !data->text[0])
                        continue;
                    if (!reads_as_sender(scan, &place, i, ocr, &claims, err))
                        return false;
                    if (claims) {
                        *ret = place;
                        *ret_found = true;
                        return true;
                    }
                }
            }
    *ret_found = false;
    return true;
}
