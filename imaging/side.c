/* Preparing a side: the raw pixels (62 MB for C5 at 600 dpi) are walked once, for a reduction by a
 * whole factor to about 150 dpi; the outline is looked for at half of that, its lines are then
 * refined on a few raw pixels along each side. Everything after is a map from the page to the raw.
 */
#include "imaging/side.h"

#include "imaging/opencv_c/opencv_c.h"
#include "imaging/outline.h"
#include "schemas/base/err.h"

#include <math.h>

#define MM_PER_INCH 25.4
#define DPI_MIN 50.0       /* promised in side.h */
#define SIDE_MIN_MM 20.0   /* promised in side.h */
#define SEARCH_DPI 75.0    /* one pixel is 0.34 mm: an edge is seen, print is mostly grey */
#define PAPER_GRID_MM 1.0  /* between samples of the paper's colour */
#define PAPER_INSET_MM 3.0 /* from the edge: shadow and folds */
#define PAPER_RANGE 12     /* levels around the most frequent brightness */
#define PAPER_SMOOTH 4     /* levels to either side, summed to find it */
#define DEGREES (180.0 / 3.14159265358979323846)
#define BORDER_MM 0.7 /* outlines end this far from the pixels' end at most */

static int whole_factor(double dpi, double wanted)
{
    int factor = (int)(dpi / wanted + 0.25); /* rather finer than wanted than coarser */
    return factor < 1 ? 1 : factor;
}

/* Mean over cells of fx x fy pixels, RGB; an incomplete last row or column of cells is left out. */
static bool reduce(const struct image *in, int fx, int fy, struct image *ret, struct err *err)
{
    int w = in->width / fx, h = in->height / fy;
    struct image whole = image_view(in, 0, 0, w * fx, h * fy), small;
    if (!cv_resize(&whole, w, h, CV_INTERPOLATE_AREA, &small, err))
        return false;
    if (small.channels == 3) {
        *ret = small;
        return true;
    }
    bool ok = cv_rgb(&small, ret, err);
    image_finish(&small);
    return ok;
}

static bool find_outline(const struct image *small, double mm_x, double mm_y, struct outline *ret,
                         struct err *err)
{
    int fx = whole_factor(MM_PER_INCH / mm_x, SEARCH_DPI),
        fy = whole_factor(MM_PER_INCH / mm_y, SEARCH_DPI);
    struct image picture;
    if (!reduce(small, fx, fy, &picture, err))
        return false;
    struct outline_view view = {.picture = &picture, .mm_x = mm_x * fx, .mm_y = mm_y * fy};
    bool ok = outline_find(&view, ret, err);
    image_finish(&picture);
    return ok;
}

static void place_page(const struct outline *outline, const struct image *raw, struct side *side)
{
    double corner[4][2], middle[OUTLINE_SIDES][2], spread;
    double turn = outline_turn(outline, &spread), u[2] = {cos(turn), sin(turn)},
           v[2] = {-sin(turn), cos(turn)};
    double edge[OUTLINE_SIDES];
    outline_corners(outline, corner);
    for (int i = 0; i < OUTLINE_SIDES; i++) {
        const double *axis = outline_is_upright((enum outline_side)i) ? u : v;
        for (int k = 0; k < 2; k++)
            middle[i][k] = (corner[(i + 3) % 4][k] + corner[i][k]) / 2;
        edge[i] = axis[0] * middle[i][0] + axis[1] * middle[i][1];
    }
    side->size_mm[0] = edge[OUTLINE_RIGHT] - edge[OUTLINE_LEFT];
    side->size_mm[1] = edge[OUTLINE_BOTTOM] - edge[OUTLINE_TOP];
    side->skew_deg = turn * DEGREES;
    double x0 = u[0] * edge[OUTLINE_LEFT] + v[0] * edge[OUTLINE_TOP];
    double y0 = u[1] * edge[OUTLINE_LEFT] + v[1] * edge[OUTLINE_TOP];
    double px = raw->dpi_x / MM_PER_INCH, py = raw->dpi_y / MM_PER_INCH;
    side->page_to_raw =
        (struct affine){.m = {px * u[0], px * v[0], px * x0, py * u[1], py * v[1], py * y0}};
}

static void take_whole_image(const struct image *raw, struct side *side)
{
    double px = raw->dpi_x / MM_PER_INCH, py = raw->dpi_y / MM_PER_INCH;
    side->size_mm[0] = raw->width / px;
    side->size_mm[1] = raw->height / py;
    side->skew_deg = 0;
    side->page_to_raw = (struct affine){.m = {px, 0, 0, 0, py, 0}};
}

static int most_frequent(const uint32_t histogram[256])
{
    uint64_t most = 0;
    int best = 0;
    for (int i = 0; i < 256; i++) {
        uint64_t sum = 0;
        for (int k = i - PAPER_SMOOTH; k <= i + PAPER_SMOOTH; k++)
            sum += k >= 0 && k < 256 ? histogram[k] : 0;
        if (sum > most) {
            most = sum;
            best = i;
        }
    }
    return best;
}

static int brightness(const uint8_t *rgb)
{
    return (rgb[0] + 2 * rgb[1] + rgb[2] + 2) / 4;
}

/* Median colour of what has about the page's most frequent brightness: paper, as long as print
 * covers less than half. Two walks over a grid of the page; the small picture maps from scan mm by
 * mm_x, mm_y. */
static void measure_paper(const struct image *small, const struct affine *page_to_small,
                          struct side *side)
{
    uint32_t grey[256] = {0}, channel[3][256] = {{0}};
    int mode = 0;
    for (int round = 0; round < 2; round++) {
        for (double y = PAPER_INSET_MM; y < side->size_mm[1] - PAPER_INSET_MM; y += PAPER_GRID_MM) {
            for (double x = PAPER_INSET_MM; x < side->size_mm[0] - PAPER_INSET_MM;
                 x += PAPER_GRID_MM) {
                double at[2];
                affine_apply(page_to_small, x, y, at);
                if (!(at[0] >= 0 && at[1] >= 0 && at[0] < small->width && at[1] < small->height))
                    continue;
                const uint8_t *rgb = image_row(small, (int)at[1]) + 3 * (size_t)at[0];
                int value = brightness(rgb);
                if (round == 0) {
                    grey[value]++;
                } else if (value >= mode - PAPER_RANGE && value <= mode + PAPER_RANGE) {
                    for (int c = 0; c < 3; c++)
                        channel[c][rgb[c]]++;
                }
            }
        }
        mode = most_frequent(grey);
    }
    for (int c = 0; c < 3; c++)
        side->paper_rgb[c] = histogram_quantile(channel[c], 0.5);
}

static void paper_colour(const struct side *side, uint8_t ret[3])
{
    for (int c = 0; c < 3; c++)
        ret[c] = (uint8_t)(side->paper_rgb[c] + 0.5);
}

static int pixels_of(double mm, double dpi)
{
    int n = (int)(mm * dpi / MM_PER_INCH + 0.5);
    return n < 1 ? 1 : n;
}

/* The page at SIDE_REDUCED_DPI, out of the small picture. */
static bool make_reduced(const struct image *small, const struct affine *page_to_small,
                         struct side *side, struct err *err)
{
    const double mm = MM_PER_INCH / SIDE_REDUCED_DPI;
    struct affine scale = {.m = {mm, 0, 0, 0, mm, 0}};
    struct affine map = affine_multiply(page_to_small, &scale);
    uint8_t paper[3];
    paper_colour(side, paper);
    if (!cv_warp_affine(small, map.m, pixels_of(side->size_mm[0], SIDE_REDUCED_DPI),
                        pixels_of(side->size_mm[1], SIDE_REDUCED_DPI), CV_INTERPOLATE_AREA,
                        CV_BORDER_REPLICATE, paper, &side->reduced, err))
        return false;
    side->reduced.dpi_x = side->reduced.dpi_y = SIDE_REDUCED_DPI;
    return true;
}

static bool check_raw(const struct image *raw, struct err *err)
{
    if (!raw->data || raw->width < 1 || raw->height < 1)
        return err_set(err, "the image is empty");
    if (!(raw->dpi_x >= DPI_MIN && raw->dpi_y >= DPI_MIN && isfinite(raw->dpi_x) &&
          isfinite(raw->dpi_y)))
        return err_set(err, "the image's resolution is missing or below %g dpi; give --dpi",
                       DPI_MIN);
    double w = raw->width * MM_PER_INCH / raw->dpi_x, h = raw->height * MM_PER_INCH / raw->dpi_y;
    if (w < SIDE_MIN_MM || h < SIDE_MIN_MM)
        return err_set(
            err,
            "the image of %d x %d pixels is %.1f x %.1f mm at %g dpi, too small for an envelope; "
            "check the resolution",
            raw->width, raw->height, w, h, raw->dpi_x);
    return true;
}

bool side_prepare(const struct image *raw, struct side *ret, struct err *err)
{
    struct side side = {.raw = raw};
    struct image small = {0};
    struct outline outline = {0};
    if (!check_raw(raw, err))
        return false;
    int fx = whole_factor(raw->dpi_x, SIDE_REDUCED_DPI),
        fy = whole_factor(raw->dpi_y, SIDE_REDUCED_DPI);
    double mm_x = MM_PER_INCH * fx / raw->dpi_x, mm_y = MM_PER_INCH * fy / raw->dpi_y;
    bool ok = reduce(raw, fx, fy, &small, err) && find_outline(&small, mm_x, mm_y, &outline, err);
    if (ok) {
        side.dpi = (raw->dpi_x + raw->dpi_y) / 2;
        if (outline.found)
            outline_refine(raw, &outline);
        side.outline_found = outline.found;
        if (outline.found)
            place_page(&outline, raw, &side);
        else
            take_whole_image(raw, &side);
        struct affine to_small = {.m = {1.0 / fx, 0, 0, 0, 1.0 / fy, 0}};
        struct affine page_to_small = affine_multiply(&to_small, &side.page_to_raw);
        measure_paper(&small, &page_to_small, &side);
        ok = make_reduced(&small, &page_to_small, &side, err);
    }
    image_finish(&small);
    if (ok)
        *ret = side;
    return ok || err_context(err, "preparing the side");
}

void side_finish(struct side *side)
{
    image_finish(&side->reduced);
    *side = (struct side){0};
}

bool side_reaches_border(const struct side *side)
{
    double border = BORDER_MM * side->dpi / 25.4;
    for (int k = 0; k < 4; k++) {
        double px[2];
        affine_apply(&side->page_to_raw, k & 1 ? side->size_mm[0] : 0, k & 2 ? side->size_mm[1] : 0,
                     px);
        if (px[0] < border || px[1] < border || px[0] > side->raw->width - border ||
            px[1] > side->raw->height - border)
            return true;
    }
    return false;
}

bool side_crop(const struct side *side, const struct affine *crop_to_page, double w_mm, double h_mm,
               double dpi, struct image *ret, struct err *err)
{
    if (!(w_mm > 0 && h_mm > 0 && dpi > 0 && isfinite(w_mm * h_mm * dpi)) ||
        w_mm * dpi / MM_PER_INCH > IMAGE_MAX_SIDE || h_mm * dpi / MM_PER_INCH > IMAGE_MAX_SIDE)
        return err_set(err, "a crop of %g x %g mm at %g dpi is not possible", w_mm, h_mm, dpi);
    const double mm = MM_PER_INCH / dpi;
    struct affine scale = {.m = {mm, 0, 0, 0, mm, 0}};
    struct affine to_page = affine_multiply(crop_to_page, &scale);
    struct affine map = affine_multiply(&side->page_to_raw, &to_page);
    uint8_t paper[3];
    struct image crop = {0};
    paper_colour(side, paper);
    if (side->raw->channels == 1)
        paper[0] = paper[1];
    if (!cv_warp_affine(side->raw, map.m, pixels_of(w_mm, dpi), pixels_of(h_mm, dpi),
                        CV_INTERPOLATE_AREA, CV_BORDER_COLOUR, paper, &crop, err))
        return err_context(err, "crop");
    if (crop.channels == 1) {
        struct image rgb;
        bool ok = cv_rgb(&crop, &rgb, err);
        image_finish(&crop);
        if (!ok)
            return err_context(err, "crop");
        crop = rgb;
    }
    crop.dpi_x = crop.dpi_y = dpi;
    *ret = crop;
    return true;
}

bool side_crop_box(const struct side *side, const double box_mm[4], double dpi, struct image *ret,
                   struct err *err)
{
    struct affine to_page = {.m = {1, 0, box_mm[0], 0, 1, box_mm[1]}};
    return side_crop(side, &to_page, box_mm[2], box_mm[3], dpi, ret, err);
}
