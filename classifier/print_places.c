/* Not the strangest place, which a crease or a pen stroke makes: of the places with enough print
 * the upper quartile, which shows more than most without being a chance. */
#include "classifier/print_places.h"

#include <math.h>
#include <stdlib.h>

#define MM_PER_INCH 25.4
#define SHOWN 0.75        /* quantile of the places */
#define EDGES_ENOUGH 0.5  /* of the edges in the fullest place */
#define SOLID_ENOUGH 0.9  /* likewise of solid print: its rim and the paper show nothing of it */
#define CORE_RIM_MM 0.085 /* of a stroke: the inner half of the blur of an edge */

struct place {
    int x, y; /* px of the element */
    double value;
};

struct places {
    int n;
    struct place *at;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct place *)a)->value, y = ((const struct place *)b)->value;
    return (x > y) - (x < y);
}

/* Puts the places in another order. */
static bool choose(struct places *places, int ret[2])
{
    if (!places->n)
        return false;
    qsort(places->at, (size_t)places->n, sizeof *places->at, by_value);
    const struct place *place = &places->at[(int)(SHOWN * (places->n - 1))];
    ret[0] = place->x;
    ret[1] = place->y;
    return true;
}

/* Corners of all places, half a place apart, of which `amount` says how much print is there; only
 * those that hold nearly as much as the fullest are kept. */
static bool places_with(const struct image *mask, double (*amount)(const void *, int, int),
                        const void *ctx, double enough, struct places *ret, struct err *err)
{
    int columns = 2 * mask->width / PRINT_PLACE + 1, rows = 2 * mask->height / PRINT_PLACE + 1;
    struct place *at = calloc((size_t)columns * (size_t)rows, sizeof *at);
    double most = 0;
    int n = 0;
    if (!at)
        return err_set(err, "out of memory for pictures of print");
    for (int k = 0; k < columns * rows; k++) {
        at[k] = (struct place){.x = k % columns * (PRINT_PLACE / 2),
                               .y = k / columns * (PRINT_PLACE / 2)};
        at[k].value = amount(ctx, at[k].x, at[k].y);
        most = fmax(most, at[k].value);
    }
    for (int k = 0; k < columns * rows; k++)
        if (most > 0 && at[k].value >= enough * most)
            at[n++] = at[k];
    *ret = (struct places){n, at};
    return true;
}

struct contour {
    struct edge_point *point;
    int n;
};

static bool in_place(const struct edge_point *point, int x, int y)
{
    return point->x >= x && point->y >= y && point->x < x + PRINT_PLACE &&
           point->y < y + PRINT_PLACE;
}

static double points_in(const void *ctx, int x, int y)
{
    const struct contour *contour = ctx;
    int n = 0;
    for (int i = 0; i < contour->n; i++)
        n += in_place(&contour->point[i], x, y);
    return n;
}

/* What `why` measures, over the edges of one place. `room` holds a value for each point. */
static double edges_value(const struct contour *contour, const struct check *why, int x, int y,
                          double *room)
{
    int n = 0;
    for (int i = 0; i < contour->n; i++)
        if (in_place(&contour->point[i], x, y))
            room[n++] = why == &check_edge_width || why == &check_edge_variation
                            ? contour->point[i].width
                            : contour->point[i].residual;
    return why == &check_edge_width ? median_of(room, n) : mad_sd(room, n);
}

/* Moves the place so that the edges in it lie about its middle. */
static void centre(const struct contour *contour, int place[2])
{
    double sum[2] = {0}, n = points_in(contour, place[0], place[1]);
    for (int i = 0; i < contour->n; i++)
        if (in_place(&contour->point[i], place[0], place[1])) {
            sum[0] += contour->point[i].x;
            sum[1] += contour->point[i].y;
        }
    for (int c = 0; c < 2 && n > 0; c++)
        place[c] = (int)fmax(0, round(sum[c] / n) - PRINT_PLACE / 2);
}

bool print_place_of_edges(const struct print *print, const struct check *why, int ret[2],
                          bool *ret_found, struct err *err)
{
    struct contour contour = {0};
    struct places places = {0};
    *ret_found = false;
    if (!edges_trace(print, NULL, &contour.point, &contour.n, err))
        return false;
    double *room = malloc(sizeof *room * ((size_t)contour.n + 1));
    bool ok = (room || err_set(err, "out of memory for pictures of print")) &&
              places_with(&print->located->element->mask, points_in, &contour, EDGES_ENOUGH,
                          &places, err);
    for (int k = 0; ok && k < places.n; k++)
        places.at[k].value = edges_value(&contour, why, places.at[k].x, places.at[k].y, room);
    *ret_found = ok && choose(&places, ret);
    if (*ret_found)
        centre(&contour, ret);
    free(room);
    free(places.at);
    free(contour.point);
    return ok;
}

struct core {
    struct image mask;
    const struct image *rgb;
};

static double core_in(const void *ctx, int x, int y)
{
    const struct image part =
        image_view(&((const struct core *)ctx)->mask, x, y, PRINT_PLACE, PRINT_PLACE);
    return part.width && part.height ? (double)mask_area(&part) : 0;
}

/* Mean difference of what lies two pixels apart, over all channels: blur makes neighbours alike. */
static double texture_in(const struct core *core, int x0, int y0)
{
    double sum = 0, n = 0;
    for (int y = y0; y < y0 + PRINT_PLACE && y < core->mask.height; y++) {
        const uint8_t *in = image_row(&core->mask, y), *pixel = image_row(core->rgb, y);
        for (int x = x0; x < x0 + PRINT_PLACE - 2 && x + 2 < core->mask.width; x++)
            if (in[x] && in[x + 2]) {
                for (int c = 0; c < 3; c++)
                    sum += abs(pixel[3 * x + c] - pixel[3 * x + 6 + c]);
                n++;
            }
    }
    return n > 0 ? sum / n : 0;
}

bool print_core(const struct print *print, struct image *ret, struct err *err)
{
    int rim = 2 * (int)fmax(1, round(CORE_RIM_MM * print->dpi / MM_PER_INCH)) + 1;
    if (!cv_morph(&print->located->element->mask, CV_MORPH_OP_ERODE, CV_MORPH_BOX, rim, rim, ret,
                  err))
        return false;
    mask_and(ret, &print->clear);
    return true;
}

bool print_place_of_solids(const struct print *print, int ret[2], bool *ret_found, struct err *err)
{
    struct core core = {.rgb = &print->rgb};
    struct places places = {0};
    *ret_found = false;
    bool ok = print_core(print, &core.mask, err) &&
              places_with(&core.mask, core_in, &core, SOLID_ENOUGH, &places, err);
    for (int k = 0; ok && k < places.n; k++)
        places.at[k].value = texture_in(&core, places.at[k].x, places.at[k].y);
    *ret_found = ok && choose(&places, ret);
    free(places.at);
    image_finish(&core.mask);
    return ok;
}
