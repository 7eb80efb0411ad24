/* Letters are small dark islands: what a closing with a box wider than any stroke fills in, per
 * colour channel, so that red stamps and black print on yellow show alike. The bars of a bar code
 * are told from letters by their company: a dozen thin strokes side by side. */
#include "classifier/text_marks.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define MM_PX (25.4 / SIDE_REDUCED_DPI)
#define STROKE_PX 15       /* 2.5 mm: wider than the strokes of letters 12 mm high */
#define CONTRAST_MIN 22.0  /* levels between ink and paper: a faded stamp has 30 */
#define NOISE_FACTOR 7.0   /* of the median absolute deviation: 5 standard deviations */
#define HALF_MAXIMUM 0.45  /* of the darkest near by: half, less what noise takes */
#define MARK_MIN_MM 0.7    /* larger side of a letter; 4-point print has 0.8 */
#define MARK_MAX_MM 11.0   /* capitals of large stamps */
#define MARK_ASPECT_MAX 10 /* a bar of a bar code is longer, a capital I is not */
#define MARK_AREA_MIN 3    /* px */
#define MARKS_MAX 4000     /* a C4 sheet of small print has 3000 letters */
#define POINT_STRIDE 2     /* every second dark pixel serves for angles */
#define CHROMA_SHARE                                                                               \
    0.28                /* spread of the channels' darkness over the darkest one: ink with a hue */
#define CHROMA_MIN 30.0 /* levels of that spread */
#define BAR_ELONGATION                                                                             \
    4.0                   /* standard deviation along a mark over that across it: may be a bar;    \
                           */
#define BAR_TURN_DEG 10.0 /* with this many more of its direction */
#define BARS_NEAR 7       /* within this distance it is one: "illl" has three */
#define BAR_NEAR_MM 7.0

/* Levels darker than the surroundings, in the channel that shows most. */
static bool darkness(const struct image *page, struct image *ret, struct err *err)
{
    struct image hat, dark;
    if (!cv_morph(page, CV_MORPH_OP_BLACKHAT, CV_MORPH_BOX, STROKE_PX, STROKE_PX, &hat, err))
        return false;
    bool fine = image_create(&dark, page->width, page->height, 1, err);
    for (int y = 0; fine && y < hat.height; y++) {
        const uint8_t *in = image_row(&hat, y);
        uint8_t *out = image_row(&dark, y);
        for (int x = 0; x < hat.width; x++, in += hat.channels) {
            out[x] = in[0];
            for (int c = 1; c < hat.channels; c++)
                out[x] = in[c] > out[x] ? in[c] : out[x];
        }
    }
    image_finish(&hat);
    if (fine)
        *ret = dark;
    return fine;
}

/* Paper's own level and spread come from the side itself: most of it is bare. */
static double ink_threshold(const struct image *dark)
{
    uint32_t histogram[256], deviation[256] = {0};
    image_histogram(dark, 0, histogram);
    int median = histogram_quantile(histogram, 0.5);
    for (int i = 0; i < 256; i++)
        deviation[abs(i - median)] += histogram[i];
    /* a side of nothing but noise has no ink: nothing is darker than the darkest */
    return fmin(255,
                median + fmax(CONTRAST_MIN, NOISE_FACTOR * histogram_quantile(deviation, 0.5)));
}

/* Ink is what is darker than paper's noise and at least half as dark as the darkest within a
 * stroke's reach: letters that stand close run into each other at their blurred feet, not there. */
static bool cut_ink(const struct image *dark, struct image *ret, struct err *err)
{
    struct image darkest = {0}, ink = {0};
    double least = ink_threshold(dark);
    bool fine =
        cv_morph(dark, CV_MORPH_OP_DILATE, CV_MORPH_BOX, STROKE_PX, STROKE_PX, &darkest, err) &&
        image_create(&ink, dark->width, dark->height, 1, err);
    for (int y = 0; fine && y < dark->height; y++)
        for (int x = 0; x < dark->width; x++) {
            int here = image_row(dark, y)[x];
            bool is_ink = here > least && here >= HALF_MAXIMUM * image_row(&darkest, y)[x];
            image_row(&ink, y)[x] = is_ink ? 255 : 0;
        }
    image_finish(&darkest);
    if (fine)
        *ret = ink;
    return fine;
}

static bool is_letter(const struct cv_component *c)
{
    double longer = fmax(c->w, c->h), shorter = fmin(c->w, c->h);
    return longer * MM_PX >= MARK_MIN_MM && longer * MM_PX <= MARK_MAX_MM &&
           longer <= MARK_ASPECT_MAX * shorter && c->area >= MARK_AREA_MIN;
}

/* Whether ink at this pixel has a hue: the channels differ in the share of the paper's light that
 * they take. (Black takes all of kraft's three, which differ by half.) */
static bool is_coloured(const struct side *side, const uint8_t *px)
{
    double low = HUGE_VAL, high = 0;
    for (int c = 0; c < 3; c++) {
        double darker = 255 * fmax(0, 1 - px[c] / fmax(1, side->paper_rgb[c]));
        low = fmin(low, darker);
        high = fmax(high, darker);
    }
    return high - low > fmax(CHROMA_MIN, CHROMA_SHARE * high);
}

/* Parts the ink into black and coloured, pixel by pixel: a stamp across an address is then read for
 * itself. */
static bool split_inks(const struct side *side, const struct image *ink, struct image *ret_black,
                       struct image *ret_coloured, struct err *err)
{
    const struct image *page = &side->reduced;
    if (!image_create(ret_black, ink->width, ink->height, 1, err) ||
        !image_create(ret_coloured, ink->width, ink->height, 1, err))
        return false;
    for (int y = 0; y < ink->height; y++)
        for (int x = 0; x < ink->width; x++) {
            bool dark = image_row(ink, y)[x] != 0;
            bool hue = dark && page->channels == 3 && is_coloured(side, image_row(page, y) + 3 * x);
            image_row(ret_black, y)[x] = dark && !hue ? 255 : 0;
            image_row(ret_coloured, y)[x] = hue ? 255 : 0;
        }
    return true;
}

/* -0.5..0.5, always the same row of numbers. Points are spread over the pixels that they stand for:
 * on the bare grid they would line up with bins at 0 and 90 degrees more sharply than any text. */
static double jitter(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
    return *state / 4294967296.0 - 0.5;
}

/* Appends the pixels of letters, grouped by mark. index[label] is the mark or -1; marks before
 * `first` have theirs already. */
static bool collect_points(const struct cv_components *parts, const int *index, int first,
                           struct text_marks *marks, struct err *err)
{
    int total = marks->n_points;
    for (int i = first; i < marks->n; i++) {
        marks->mark[i].first_point = total;
        total += marks->mark[i].n_points;
        marks->mark[i].n_points = 0;
    }
    float(*point)[2] = realloc(marks->point, ((size_t)total + 1) * sizeof *point);
    if (!point)
        return err_set(err, "out of memory for the text of a side");
    marks->point = point;
    marks->n_points = total;
    uint32_t noise = 1;
    for (int y = 0; y < parts->height; y++) {
        const int32_t *label = parts->label + (size_t)y * (size_t)parts->width;
        for (int x = y % POINT_STRIDE; x < parts->width; x += POINT_STRIDE) {
            int at = index[label[x]];
            if (at < 0)
                continue;
            struct mark *mark = &marks->mark[at];
            float *p = marks->point[mark->first_point + mark->n_points++];
            p[0] = (float)((x + 0.5 + POINT_STRIDE * jitter(&noise)) * MM_PX);
            p[1] = (float)((y + 0.5 + jitter(&noise)) * MM_PX);
        }
    }
    return true;
}

static bool add_marks(const struct image *mask, bool coloured, struct text_marks *ret,
                      struct err *err)
{
    struct cv_components parts = {0};
    if (!cv_components_find(mask, 8, &parts, err))
        return false;
    int *index = malloc((size_t)parts.n * sizeof *index), first = ret->n;
    bool fine = index != NULL || err_set(err, "out of memory for the text of a side");
    for (int i = 0; fine && i < parts.n; i++) {
        const struct cv_component *c = &parts.component[i];
        index[i] = -1;
        if (i == 0 || ret->n == MARKS_MAX || !is_letter(c))
            continue;
        index[i] = ret->n;
        ret->mark[ret->n++] = (struct mark){
            .box_mm = {c->x * MM_PX, c->y * MM_PX, c->w * MM_PX, c->h * MM_PX},
            .n_points = c->area,
            .coloured = coloured,
        };
    }
    fine = fine && collect_points(&parts, index, first, ret, err);
    free(index);
    cv_components_finish(&parts);
    return fine;
}

/* The direction of an elongated mark, 0..180, or -1. */
static double bar_angle(const struct text_marks *marks, const struct mark *mark)
{
    double mean[2] = {0}, xx = 0, yy = 0, xy = 0;
    const float(*point)[2] = marks->point + mark->first_point;
    for (int i = 0; i < mark->n_points; i++)
        for (int a = 0; a < 2; a++)
            mean[a] += (double)point[i][a] / mark->n_points;
    for (int i = 0; i < mark->n_points; i++) {
        double x = (double)point[i][0] - mean[0], y = (double)point[i][1] - mean[1];
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    double apart = hypot(xx - yy, 2 * xy), most = (xx + yy + apart) / 2,
           least = (xx + yy - apart) / 2;
    if (mark->n_points < 4 || most < BAR_ELONGATION * BAR_ELONGATION * least)
        return -1;
    double angle = 0.5 * atan2(2 * xy, xx - yy) * 180 / M_PI;
    return angle < 0 ? angle + 180 : angle;
}

/* Takes the bars of bar codes out: they have a direction of their own and no letter's meaning. */
static bool drop_bars(struct text_marks *marks, struct err *err)
{
    double *angle = malloc(((size_t)marks->n + 1) * sizeof *angle);
    int *near = calloc((size_t)marks->n + 1, sizeof *near), kept = 0;
    if (!angle || !near) {
        free(angle);
        free(near);
        return err_set(err, "out of memory for the text of a side");
    }
    for (int i = 0; i < marks->n; i++)
        angle[i] = bar_angle(marks, &marks->mark[i]);
    for (int i = 0; i < marks->n; i++)
        for (int k = 0; k < i && angle[i] >= 0; k++) {
            const double *a = marks->mark[i].box_mm, *b = marks->mark[k].box_mm;
            bool beside = angle[k] >= 0 &&
                          fabs(remainder(angle[i] - angle[k], 180)) <= BAR_TURN_DEG &&
                          hypot(a[0] + a[2] / 2 - b[0] - b[2] / 2,
                                a[1] + a[3] / 2 - b[1] - b[3] / 2) <= BAR_NEAR_MM;
            near[i] += beside;
            near[k] += beside;
        }
    for (int i = 0; i < marks->n; i++)
        if (near[i] < BARS_NEAR)
            marks->mark[kept++] = marks->mark[i];
    marks->n = kept;
    free(angle);
    free(near);
    return true;
}

bool text_marks_find(const struct side *side, struct text_marks **ret, struct err *err)
{
    struct image dark = {0}, ink = {0}, black = {0}, coloured = {0};
    struct text_marks *marks = calloc(1, sizeof *marks);
    if (marks)
        marks->mark = calloc(MARKS_MAX, sizeof *marks->mark);
    bool fine = (marks && marks->mark) || err_set(err, "out of memory for the text of a side");
    fine = fine && darkness(&side->reduced, &dark, err) && cut_ink(&dark, &ink, err) &&
           split_inks(side, &ink, &black, &coloured, err) &&
           add_marks(&coloured, true, marks, err) && add_marks(&black, false, marks, err) &&
           drop_bars(marks, err);
    image_finish(&coloured);
    image_finish(&black);
    image_finish(&ink);
    image_finish(&dark);
    if (fine)
        *ret = marks;
    else
        text_marks_destroy(marks);
    return fine;
}

void text_marks_destroy(struct text_marks *marks)
{
    if (!marks)
        return;
    free(marks->mark);
    free(marks->point);
    free(marks);
}
