/* Whether the envelope has another standard format than the template's. The print of one format on
 * another is a contradiction by itself; an envelope that was cut open, or a scan that was cropped,
 * is smaller and of no standard format, of which this check says nothing (format.c does). Value:
 * the larger of the differences of the two sides to the template's, in mm; formats differ by 6 mm
 * and more, a feeder stretches by up to 1.4 mm on C5. Detail: mm wider, mm higher. */
#include "classifier/check.h"

#include <math.h>
#include <string.h>

#define ALIKE_MM 2.5 /* feeder stretch, and how envelopes of one format are cut */

/* mm, short side first (ISO 269, DIN 678, EN 13850 names). */
static const double formats[][2] = {
    {114, 162}, /* C6 */
    {110, 220}, /* DL, EA5/6 */
    {114, 229}, /* C6/C5 */
    {162, 229}, /* C5 */
    {229, 324}, /* C4 */
    {125, 176}, /* B6 */
    {176, 250}, /* B5 */
    {250, 353}, /* B4 */
    {156, 220}, /* EA5 */
};

static bool is_standard(const double size_mm[2])
{
    double low = fmin(size_mm[0], size_mm[1]), high = fmax(size_mm[0], size_mm[1]);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (fabs(low - formats[i][0]) < ALIKE_MM && fabs(high - formats[i][1]) < ALIKE_MM)
            return true;
    return false;
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    (void)i;
    (void)err;
    const double *expected = view->place->model->data.size_mm;
    double off_mm[2];
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (!size_off(view->scan, view->place, off_mm))
        return true;
    ret->value = fmax(fabs(off_mm[0]), fabs(off_mm[1]));
    if (ret->value > ALIKE_MM &&
        !is_standard((const double[]){expected[0] + off_mm[0], expected[1] + off_mm[1]}))
        return true;
    ret->outcome = OUTCOME_MEASURED;
    ret->has_detail = true;
    memcpy(ret->detail, off_mm, sizeof off_mm);
    return true;
}

const struct check check_other_format = {.name = "other_format",
                                         .measures = "whether it is another standard format",
                                         .unit = "mm",
                                         .reason = "format_differs",
                                         .kind = CHECK_CONTENT,
                                         .direction = HIGH_IS_STRANGE,
                                         .of_sheet = true,
                                         .floor_sd = 0.5,
                                         .slack = 3.0,
                                         .run = run};
