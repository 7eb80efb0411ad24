/* Fluorescent orange reflects red as paper does and takes blue away; yellow takes no green, red and
 * brown take much. Bars are narrow islands of that ink that stand upright side by side, in a row
 * along the sheet's edge in whichever direction it was fed. */
#include "imaging/sorting_bars.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define MM_PX (25.4 / SIDE_REDUCED_DPI)
#define BLUE_MIN 45.0   /* levels that the ink takes of the paper's blue, */
#define RED_SHARE 0.35  /* at most this share of them of its red, */
#define GREEN_LOW 0.2   /* and from so much */
#define GREEN_HIGH 0.85 /* to so much of its green */
#define LONG_MIN_MM 2.0
#define LONG_MAX_MM 8.0
#define WIDE_MAX_MM 1.4 /* a bar of 0.5 mm, blurred */
#define ASPECT_MIN 2.5
#define ROW_MM 1.5      /* middles of a row's bars differ by less across it */
#define GAP_MAX_MM 14.0 /* between neighbours: bars are left out where the code says so */
#define BARS_MIN 8

struct bar {
    double along, across, box[4];
};

static bool is_orange(const double paper[3], const uint8_t *px)
{
    double red = paper[0] - px[0], green = paper[1] - px[1], blue = paper[2] - px[2];
    return blue >= BLUE_MIN && red <= RED_SHARE * blue && green >= GREEN_LOW * blue &&
           green <= GREEN_HIGH * blue;
}

static int by_place(const void *a, const void *b)
{
    const struct bar *p = a, *q = b;
    return (p->along > q->along) - (p->along < q->along);
}

/* The longest row of the bars, which are sorted along it. */
static void longest_row(const struct bar *bar, int n, struct sorting_bars *ret)
{
    for (int lead = 0; lead < n; lead++) {
        int count = 1;
        double last = bar[lead].along, low[2] = {bar[lead].box[0], bar[lead].box[1]};
        double high[2] = {low[0] + bar[lead].box[2], low[1] + bar[lead].box[3]};
        for (int i = lead + 1; i < n && bar[i].along - last <= GAP_MAX_MM; i++) {
            if (fabs(bar[i].across - bar[lead].across) > ROW_MM)
                continue;
            count++;
            last = bar[i].along;
            for (int a = 0; a < 2; a++) {
                low[a] = fmin(low[a], bar[i].box[a]);
                high[a] = fmax(high[a], bar[i].box[a] + bar[i].box[2 + a]);
            }
        }
        if (count >= BARS_MIN && count > ret->n)
            *ret =
                (struct sorting_bars){count, {low[0], low[1], high[0] - low[0], high[1] - low[1]}};
    }
}

/* Bars that stand along the page's height (axis 1) or lie along its width (axis 0). */
static bool find_rows(const struct cv_components *parts, int axis, struct sorting_bars *ret,
                      struct err *err)
{
    struct bar *bar = malloc(((size_t)parts->n + 1) * sizeof *bar);
    int n = 0;
    if (!bar)
        return err_set(err, "out of memory for sorting bars");
    for (int i = 1; i < parts->n; i++) {
        const struct cv_component *c = &parts->component[i];
        double size[2] = {c->w * MM_PX, c->h * MM_PX};
        double length = size[axis], width = size[1 - axis];
        if (length < LONG_MIN_MM || length > LONG_MAX_MM || width > WIDE_MAX_MM ||
            length < ASPECT_MIN * width)
            continue;
        double middle[2] = {(c->x + c->w / 2.0) * MM_PX, (c->y + c->h / 2.0) * MM_PX};
        bar[n++] = (struct bar){
            middle[1 - axis], middle[axis], {c->x * MM_PX, c->y * MM_PX, size[0], size[1]}};
    }
    if (n > 1)
        qsort(bar, (size_t)n, sizeof *bar, by_place);
    longest_row(bar, n, ret);
    free(bar);
    return true;
}

bool sorting_bars_find(const struct side *side, struct sorting_bars *ret, struct err *err)
{
    const struct image *page = &side->reduced;
    struct image mask = {0};
    struct cv_components parts = {0};
    *ret = (struct sorting_bars){0};
    if (page->channels != 3)
        return true;
    bool fine = image_create(&mask, page->width, page->height, 1, err);
    for (int y = 0; fine && y < page->height; y++) {
        const uint8_t *px = image_row(page, y);
        for (int x = 0; x < page->width; x++, px += 3)
            image_row(&mask, y)[x] = is_orange(side->paper_rgb, px) ? 255 : 0;
    }
    fine = fine && cv_components_find(&mask, 8, &parts, err) && find_rows(&parts, 1, ret, err) &&
           find_rows(&parts, 0, ret, err);
    cv_components_finish(&parts);
    image_finish(&mask);
    return fine;
}
