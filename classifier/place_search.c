/* In two steps: at 100 dpi over the whole range, then at 300 dpi around what was found. */
#include "classifier/place_search.h"

#include "classifier/ink.h"
#include "classifier/model.h"
#include "classifier/numbers.h"
#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define SEARCH_REDUCTION 3 /* 300 -> 100 dpi for the first step */
#define FINE_SEARCH_PX 4   /* at 300 dpi, around what 100 dpi found */
#define HALF_MIN_MM 12.0   /* narrower elements give no turn of their own */
#define BESIDE_PX 12       /* 1 mm: by what a pen beside it pulls a line away */
#define SCALE_MAX 0.06     /* beyond, the halves have locked onto something else */

double fine_mm(double px)
{
    return px * MM_PER_INCH / FINE_DPI;
}

struct affine affine_moved(const struct affine *base, double x_mm, double y_mm)
{
    struct affine shift = affine_identity();
    shift.m[2] = x_mm;
    shift.m[5] = y_mm;
    return affine_multiply(base, &shift);
}

/* Best place of part in window, sub-pixel; ret_ncc -1 when the part has no contrast or no room. */
static bool best_place(const struct image *window, const struct image *part, double ret_xy[2],
                       double *ret_ncc, struct err *err)
{
    *ret_ncc = -1;
    ret_xy[0] = ret_xy[1] = 0;
    if (part->width > window->width || part->height > window->height || part->width < 4 ||
        part->height < 4 || image_percentile(part, NULL, 0.999) < INK_MIN_STRENGTH)
        return true;
    struct plane score = {0};
    struct err flat;
    if (!cv_match_template(window, part, NULL, &score, &flat))
        return true; /* a part without contrast has no place */
    bool ok = plane_peak(&score, ret_xy, ret_ncc, err);
    plane_finish(&score);
    return ok;
}

bool crop_strength(const struct side *side, const struct affine *to_page, double w_mm, double h_mm,
                   double dpi, struct image *ret_rgb, struct image *ret, struct err *err)
{
    struct image rgb = {0};
    if (!side_crop(side, to_page, w_mm, h_mm, dpi, &rgb, err))
        return false;
    bool ok = ink_strength(&rgb, side->paper_rgb, ret, err);
    if (ok && ret_rgb)
        *ret_rgb = rgb;
    else
        image_finish(&rgb);
    return ok;
}

static bool on_page(const struct side *side, const struct affine *to_page, double x_px, double y_px,
                    double inset_mm)
{
    double at[2];
    affine_apply(to_page, fine_mm(x_px), fine_mm(y_px), at);
    return at[0] >= inset_mm && at[1] >= inset_mm && at[0] <= side->size_mm[0] - inset_mm &&
           at[1] <= side->size_mm[1] - inset_mm;
}

void blank_beyond_page(const struct side *side, const struct affine *to_page, double inset_mm,
                       struct image *image)
{
    bool inside = true;
    for (int k = 0; k < 4; k++)
        inside &= on_page(side, to_page, k % 2 * image->width, k / 2 * image->height, inset_mm);
    for (int y = 0; !inside && y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            if (!on_page(side, to_page, x + 0.5, y + 0.5, inset_mm))
                image_row(image, y)[x] = 0;
}

/* Searches `part` (FINE_DPI) within search_mm of to_page's origin; shift in mm along the element's
 * axes. Two steps: 100 dpi over the whole window, 300 dpi around its peak. */
bool search_part(const struct side *side, const struct affine *to_page, const struct image *part,
                 double search_mm, double ret_shift[2], double *ret_ncc, struct err *err)
{
    double w = fine_mm(part->width), h = fine_mm(part->height);
    struct affine window_to_page = affine_moved(to_page, -search_mm, -search_mm);
    struct image window = {0}, small_window = {0}, small_part = {0};
    double at[2];
    bool ok = crop_strength(side, &window_to_page, w + 2 * search_mm, h + 2 * search_mm, FINE_DPI,
                            NULL, &window, err);
    if (ok)
        blank_beyond_page(side, &window_to_page, -PAGE_EDGE_MM, &window);
    ok = ok &&
         cv_resize(&window, window.width / SEARCH_REDUCTION, window.height / SEARCH_REDUCTION,
                   CV_INTERPOLATE_AREA, &small_window, err) &&
         cv_resize(part, part->width / SEARCH_REDUCTION + 1, part->height / SEARCH_REDUCTION + 1,
                   CV_INTERPOLATE_AREA, &small_part, err) &&
         best_place(&small_window, &small_part, at, ret_ncc, err);
    if (ok && *ret_ncc > -1) {
        int x = (int)lround(at[0] * SEARCH_REDUCTION) - FINE_SEARCH_PX;
        int y = (int)lround(at[1] * SEARCH_REDUCTION) - FINE_SEARCH_PX;
        struct image near = image_view(&window, x, y, part->width + 2 * FINE_SEARCH_PX,
                                       part->height + 2 * FINE_SEARCH_PX);
        ok = best_place(&near, part, at, ret_ncc, err);
        ret_shift[0] = fine_mm(at[0] + (x < 0 ? 0 : x)) - search_mm;
        ret_shift[1] = fine_mm(at[1] + (y < 0 ? 0 : y)) - search_mm;
    }
    image_finish(&window);
    image_finish(&small_window);
    image_finish(&small_part);
    return ok;
}

/* The first or second half of a picture, along its longer side. */
static struct image half_of(const struct image *fine, int k, int ret_start[2])
{
    bool wide = fine->width >= fine->height;
    int length = wide ? fine->width : fine->height, half = length / 2;
    ret_start[0] = wide && k ? length - half : 0;
    ret_start[1] = !wide && k ? length - half : 0;
    return image_view(fine, ret_start[0], ret_start[1], wide ? half : fine->width,
                      wide ? fine->height : half);
}

static bool has_halves(const struct image *fine)
{
    return fine_mm(fine->width >= fine->height ? fine->width : fine->height) >= HALF_MIN_MM;
}

/* Corrects to_page about the picture's middle by what its halves were shifted. */
static void fit_halves(const struct image *fine, double shift[2][2], struct affine *to_page,
                       double *ret_scale)
{
    bool wide = fine->width >= fine->height;
    int length = wide ? fine->width : fine->height, half = length / 2;
    double apart = fine_mm(length - half); /* between the halves' middles */
    int along = wide ? 0 : 1;
    double scale = 1 + (shift[1][along] - shift[0][along]) / apart;
    double turn = (shift[1][1 - along] - shift[0][1 - along]) / apart * (wide ? 1 : -1);
    if (fabs(scale - 1) > SCALE_MAX || fabs(turn) > SCALE_MAX)
        return;
    double cx = fine_mm(fine->width) / 2, cy = fine_mm(fine->height) / 2;
    double dx = (shift[0][0] + shift[1][0]) / 2, dy = (shift[0][1] + shift[1][1]) / 2;
    struct affine fit = {{scale, -turn, cx + dx - scale * cx + turn * cy, turn, scale,
                          cy + dy - turn * cx - scale * cy}};
    *to_page = affine_multiply(to_page, &fit);
    *ret_scale = scale;
}

bool refine_by_halves(const struct side *side, const struct image *fine, struct affine *to_page,
                      double *ret_scale, struct err *err)
{
    double shift[2][2], ncc;
    if (!has_halves(fine))
        return true;
    for (int k = 0; k < 2; k++) {
        int start[2];
        struct image part = half_of(fine, k, start);
        struct affine part_page = affine_moved(to_page, fine_mm(start[0]), fine_mm(start[1]));
        if (!search_part(side, &part_page, &part, fine_mm(2 * FINE_SEARCH_PX), shift[k], &ncc, err))
            return false;
        if (ncc < SEARCH_LIKE)
            return true;
    }
    fit_halves(fine, shift, to_page, ret_scale);
    return true;
}

/* Where the picture lies on what is seen, as far as that is open: the open part of what is seen is
 * looked for in the picture, as it is the one that has holes. */
static bool search_open(const struct image *seen, const struct image *open,
                        const struct image *fine, double ret_shift[2], double *ret_ncc,
                        struct err *err)
{
    struct image wide = {0};
    struct plane score = {0};
    struct err flat;
    double at[2];
    *ret_ncc = -1;
    if (!image_create(&wide, fine->width + 2 * BESIDE_PX, fine->height + 2 * BESIDE_PX, 1, err))
        return false;
    for (int y = 0; y < fine->height; y++)
        memcpy(image_row(&wide, y + BESIDE_PX) + BESIDE_PX, image_row(fine, y),
               (size_t)fine->width);
    bool ok = true;
    if (mask_area(open) > 0 && cv_match_template(&wide, seen, open, &score, &flat))
        ok = plane_peak(&score, at, ret_ncc, err);
    for (int c = 0; ok && *ret_ncc > -1 && c < 2; c++)
        ret_shift[c] = fine_mm(BESIDE_PX - at[c]);
    plane_finish(&score);
    image_finish(&wide);
    return ok;
}

bool refine_open(const struct image *seen, const struct image *open, const struct image *fine,
                 struct affine *to_page, double *ret_scale, struct err *err)
{
    double shift[2][2], all[2] = {0, 0}, ncc, half_ncc[2] = {0, 0};
    if (!search_open(seen, open, fine, all, &ncc, err))
        return false;
    if (ncc < SEARCH_LIKE)
        return true;
    for (int k = 0; k < 2 && has_halves(fine); k++) {
        int start[2];
        struct image part = half_of(fine, k, start), seen_part = half_of(seen, k, start),
                     open_part = half_of(open, k, start);
        if (!search_open(&seen_part, &open_part, &part, shift[k], &half_ncc[k], err))
            return false;
    }
    if (half_ncc[0] >= SEARCH_LIKE && half_ncc[1] >= SEARCH_LIKE)
        fit_halves(fine, shift, to_page, ret_scale);
    else
        *to_page = affine_moved(to_page, all[0], all[1]);
    return true;
}
