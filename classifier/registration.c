/* Each ink's share of the template is looked for in the same ink's share of the scan; the peak of
 * their correlation is its shift. The ink that covers most is the one that the others are held
 * against: its print is compared wherever it lies. At 300 dpi that is good to a few hundredths of a
 * millimetre. */
#include "classifier/registration.h"

#include "classifier/ink.h"
#include "classifier/inks.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define MM_PER_INCH 25.4
#define REACH_PX 8 /* 0.7 mm at FINE_DPI */
#define OFF_LEVELS                                                                                 \
    60.0 /* of a colour from the line of its ink: it is the nearest one's all the same */
#define INK_MIN_MM2 1.0    /* less has no place */
#define SHADES_LEVELS 30.0 /* between two shades of one ink, at most */
#define INK_SHARE 0.5      /* of the element's typical ink: the edge */
#define FOUND_NCC 0.5      /* of an ink in the scan */
#define OFF_MAX_MM 0.08    /* the edges that are compared tolerate as much */
#define BESIDE_MM 0.5      /* of such an ink: how far it was looked for */

/* 255 where the picture shows the ink and no other. */
static bool share_of_ink(const struct image *rgb, const double paper_rgb[3],
                         const struct inks *inks, int ink, double least, struct image *ret,
                         struct err *err)
{
    if (!image_create(ret, rgb->width, rgb->height, 1, err))
        return false;
    for (int y = 0; y < rgb->height; y++)
        for (int x = 0; x < rgb->width; x++) {
            double lack[3];
            double most = ink_lack(image_row(rgb, y) + (size_t)x * 3, paper_rgb, lack);
            bool here = most >= least && ink_of(inks, lack, OFF_LEVELS) == ink;
            image_row(ret, y)[x] = here ? 255 : 0;
        }
    return true;
}

/* One ink's share of the template, and how far from its place it lies on the scan. */
struct plate {
    struct image expected;
    long px;
    bool found;
    double shift_mm[2];
};

static bool find_shift(const struct image *seen, struct plate *plate, struct err *err)
{
    struct plane score = {0};
    struct err flat;
    double at[2], ncc = 0;
    int box[4];
    if (!mask_box(&plate->expected, box))
        return true;
    struct image part = image_view(&plate->expected, box[0], box[1], box[2], box[3]);
    struct image window = image_view(seen, box[0] - REACH_PX, box[1] - REACH_PX,
                                     box[2] + 2 * REACH_PX, box[3] + 2 * REACH_PX);
    if (!cv_match_template(&window, &part, NULL, &score, &flat))
        return true;
    bool ok = plane_peak(&score, at, &ncc, err);
    plate->found = ok && ncc >= FOUND_NCC;
    for (int c = 0; c < 2; c++)
        plate->shift_mm[c] = (at[c] - fmin(REACH_PX, box[c])) * MM_PER_INCH / FINE_DPI;
    plane_finish(&score);
    return ok;
}

static bool plate_find(const struct located *located, const double paper_rgb[3],
                       const struct inks *inks, int ink, struct plate *ret, struct err *err)
{
    const struct element_model *element = located->element;
    const double least = INK_SHARE * element->contrast;
    struct image seen = {0};
    bool ok = share_of_ink(&element->fine_rgb, element->paper_rgb, inks, ink, least, &ret->expected,
                           err) &&
              share_of_ink(&located->seen, paper_rgb, inks, ink, least, &seen, err);
    ret->px = ok ? mask_area(&ret->expected) : 0;
    if (ok && (double)ret->px >= INK_MIN_MM2 * pow(FINE_DPI / MM_PER_INCH, 2))
        ok = find_shift(&seen, ret, err);
    image_finish(&seen);
    return ok;
}

static bool take_off_ink(const struct image *expected, struct image *clear, struct err *err)
{
    struct image grown = {0};
    int size = 2 * (int)lround(BESIDE_MM * FINE_DPI / MM_PER_INCH) + 1;
    bool ok = cv_morph(expected, CV_MORPH_OP_DILATE, CV_MORPH_DISC, size, size, &grown, err);
    if (ok)
        mask_minus(clear, &grown);
    image_finish(&grown);
    return ok;
}

static int most_first(const void *a, const void *b)
{
    const struct ink_direction *p = a, *q = b;
    return (q->px > p->px) - (q->px < p->px);
}

/* Inks that are clearly two: shades of one, as blur makes of thin strokes, share a plate. */
static void plates_of(const struct element_model *element, struct inks *ret)
{
    struct inks all;
    inks_of(element, &all);
    qsort(all.ink, (size_t)all.n, sizeof *all.ink, most_first);
    ret->n = 0;
    for (int k = 0; k < all.n; k++) {
        double full[3];
        for (int c = 0; c < 3; c++)
            full[c] = all.ink[k].v[c] * element->contrast;
        if (ink_of(ret, full, SHADES_LEVELS) == ret->n)
            ret->ink[ret->n++] = all.ink[k];
    }
}

bool registration_take_off(const struct located *located, const double paper_rgb[3],
                           struct image *clear, double ret_shift_mm[2], struct err *err)
{
    struct plate plate[REGISTRATION_INKS] = {{.px = 0}};
    struct inks inks;
    int most = 0;
    bool ok = true;
    ret_shift_mm[0] = ret_shift_mm[1] = 0;
    plates_of(located->element, &inks);
    if (inks.n < 2 || inks.n > REGISTRATION_INKS)
        return true;
    for (int k = 0; ok && k < inks.n; k++) {
        ok = plate_find(located, paper_rgb, &inks, k, &plate[k], err);
        most = plate[k].px > plate[most].px ? k : most;
    }
    for (int k = 0; ok && k < inks.n; k++) {
        double off = hypot(plate[k].shift_mm[0] - plate[most].shift_mm[0],
                           plate[k].shift_mm[1] - plate[most].shift_mm[1]);
        if (plate[k].found && plate[most].found && off > OFF_MAX_MM)
            ok = take_off_ink(&plate[k].expected, clear, err);
    }
    for (int c = 0; c < 2 && plate[most].found; c++)
        ret_shift_mm[c] = plate[most].shift_mm[c];
    for (int k = 0; k < inks.n; k++)
        image_finish(&plate[k].expected);
    return ok;
}
