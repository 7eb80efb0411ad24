/* The paper by the shadow of its edge, where paper and backing have the same colour.
 *
 * The lamp stands to one side of the sensor, so the thickness of an envelope (0.3 to 1 mm and more)
 * throws a shadow: a line a few levels darker, a fraction of a millimetre wide, along most of a
 * side. The picture is flattened (less its local median) and its contrast raised, so that OpenCV's
 * line segment detector, whose smallest gradient is about 5 levels, sees lines of 1 to 2. Segments
 * along the same line are put together; the outermost line of each side that runs along most of it
 * is the edge. A printed frame around a whole cropped sheet looks the same and is taken for it.
 *
 * Accuracy before refinement is about 0.4 mm: which flank of the shadow is the paper's is open. */
#include "imaging/outline.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLATTEN_MM 6.0      /* window of the local median; a shadow fills less than a tenth of it */
#define GAIN 4              /* from 1.3 levels to LSD's 5 */
#define MIDDLE 128          /* grey of a flat picture */
#define CLIP 60             /* levels of the flattened picture: print is held here */
#define LSD_SCALE 0.8       /* its author's choice */
#define SEGMENT_MIN_MM 6.0  /* shorter ones are letters */
#define TOGETHER_MM 0.5     /* segments within this distance of a line belong to it */
#define BIN_MM 1.0          /* of a line, seen or not */
#define BORDER_MM 0.7       /* a line this close to the border is the end of the scan */
#define IMAGE_PART_MIN 0.35 /* of the image's side: DL on an A4 bed is 0.52 */
#define SIDE_PART_MIN 0.5   /* of the side that the four lines give */
#define OUTSIDE_MAX 0.01    /* of the area, print outside: else it is a label on cropped paper */
#define OUTSIDE_MARGIN_MM 1.5 /* past the shadow itself */
#define SPREAD_MAX 0.015      /* rad between sides: strict, since print may pose as an edge */
#define SAME_EDGE_MM 2.0      /* lines this close are flanks of one shadow */
#define CANDIDATES_MAX 400    /* longest segments a side that are tried as its line */

struct run { /* a segment in scan mm, as a line over t */
    struct outline_line line;
    double t0, t1;
};
struct runs {
    struct run *run;
    int n;
};

/* Grey picture without shading: small differences raised, large ones held. The median, since a mean
 * would put a seam of the opposite sign around every line, and the seam's edge would be the
 * outermost. */
static bool flatten(const struct outline_view *view, struct image *ret, struct err *err)
{
    struct image grey = {0}, local = {0}, flat = {0};
    int window = (int)(FLATTEN_MM / view->mm_x) / 2 * 2 + 1;
    bool ok = cv_grey(view->picture, &grey, err) &&
              cv_median(&grey, window < 3 ? 3 : window, &local, err) &&
              image_create(&flat, grey.width, grey.height, 1, err);
    for (size_t i = 0; ok && i < flat.stride * (size_t)flat.height; i++) {
        int raised = GAIN * (grey.data[i] - local.data[i]);
        flat.data[i] = (uint8_t)(MIDDLE + (raised > CLIP ? CLIP : raised < -CLIP ? -CLIP : raised));
    }
    image_finish(&grey);
    image_finish(&local);
    if (!ok)
        image_finish(&flat);
    else
        *ret = flat;
    return ok;
}

/* The segments that could belong to one of the two sides of a direction. */
static bool gather(const struct outline_view *view, const struct cv_segments *segments,
                   bool upright, struct runs *ret, struct err *err)
{
    ret->n = 0;
    ret->run = calloc((size_t)segments->n + 1, sizeof *ret->run);
    if (!ret->run)
        return err_set(err, "no memory for %d line segments", segments->n);
    for (int i = 0; i < segments->n; i++) {
        const struct cv_segment *segment = &segments->segment[i];
        double x0 = segment->x0 * view->mm_x, y0 = segment->y0 * view->mm_y;
        double x1 = segment->x1 * view->mm_x, y1 = segment->y1 * view->mm_y;
        double t0 = upright ? y0 : x0, t1 = upright ? y1 : x1;
        double s0 = upright ? x0 : y0, s1 = upright ? x1 : y1;
        if (fabs(t1 - t0) < SEGMENT_MIN_MM || fabs(s1 - s0) > OUTLINE_SLOPE_MAX * fabs(t1 - t0))
            continue;
        double slope = (s1 - s0) / (t1 - t0);
        ret->run[ret->n++] = (struct run){.line = {.at0 = s0 - slope * t0, .slope = slope},
                                          .t0 = fmin(t0, t1),
                                          .t1 = fmax(t0, t1)};
    }
    return true;
}

static int by_length(const void *a, const void *b)
{
    const struct run *p = a, *q = b;
    double difference = (q->t1 - q->t0) - (p->t1 - p->t0);
    return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static bool lies_on(const struct run *run, const struct outline_line *line)
{
    double s0 = run->line.at0 + run->line.slope * run->t0,
           s1 = run->line.at0 + run->line.slope * run->t1;
    return fabs(s0 - line->at0 - line->slope * run->t0) <= TOGETHER_MM &&
           fabs(s1 - line->at0 - line->slope * run->t1) <= TOGETHER_MM;
}

/* Millimetres between from and to that segments on the line cover. bins holds the length in BIN_MM.
 */
static double covered(const struct runs *runs, const struct outline_line *line, double from,
                      double to, bool *bins, int n_bins)
{
    int n = 0;
    memset(bins, 0, (size_t)n_bins * sizeof *bins);
    for (int i = 0; i < runs->n; i++) {
        if (!lies_on(&runs->run[i], line))
            continue;
        double t0 = fmax(from, runs->run[i].t0), t1 = fmin(to, runs->run[i].t1);
        for (int bin = (int)(t0 / BIN_MM); t1 > t0 && bin <= (int)(t1 / BIN_MM) && bin < n_bins;
             bin++)
            bins[bin] = true;
    }
    for (int bin = 0; bin < n_bins; bin++)
        n += bins[bin];
    return n * BIN_MM;
}

static double distance_from_border(const struct outline_line *line, bool far_end, double along,
                                   double across)
{
    double middle = line->at0 + line->slope * along / 2;
    return far_end ? across - middle : middle;
}

/* The outermost line of one side, out of the runs of its direction; of the lines next to it the one
 * that runs furthest (short segments have poor slopes). length: one a run, for coverages. */
static bool outermost(const struct runs *runs, bool far_end, double along, double across,
                      bool *bins, int n_bins, double *length, struct outline_line *ret)
{
    int n = runs->n < CANDIDATES_MAX ? runs->n : CANDIDATES_MAX;
    double edge = INFINITY, longest = 0; /* edge: distance from the border */
    for (int i = 0; i < n; i++) {
        double off = distance_from_border(&runs->run[i].line, far_end, along, across);
        length[i] = 0;
        if (off < BORDER_MM || off > across / 2)
            continue;
        length[i] = covered(runs, &runs->run[i].line, 0, along, bins, n_bins);
        if (length[i] >= IMAGE_PART_MIN * along)
            edge = fmin(edge, off);
    }
    for (int i = 0; i < n; i++) {
        double off = distance_from_border(&runs->run[i].line, far_end, along, across);
        if (fabs(off - edge) > SAME_EDGE_MM || length[i] <= longest)
            continue;
        longest = length[i];
        *ret = runs->run[i].line;
    }
    return longest > 0;
}

static bool sides_agree(const struct runs runs[2], struct outline *outline, bool *bins, int n_bins)
{
    double corner[4][2], spread, area;
    if (!outline_is_mail(outline, &area))
        return false;
    outline_corners(outline, corner);
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        bool upright = outline_is_upright((enum outline_side)side);
        const double *a = corner[(side + 3) % 4], *b = corner[side];
        double from = fmin(a[upright], b[upright]), to = fmax(a[upright], b[upright]);
        double seen = covered(&runs[upright], &outline->line[side], from, to, bins, n_bins);
        outline->line[side].support = fmin(1, seen / (to - from));
        if (outline->line[side].support < SIDE_PART_MIN)
            return false;
    }
    outline_turn(outline, &spread);
    return spread <= SPREAD_MAX;
}

/* Whether so much print lies outside that the lines are those of a label, not of the paper. */
static bool print_outside(const struct outline_view *view, const struct image *flat,
                          const struct outline *outline)
{
    double inside = 0, outside = 0;
    for (int y = 0; y < flat->height; y++) {
        const uint8_t *row = image_row(flat, y);
        for (int x = 0; x < flat->width; x++) {
            double px = (x + 0.5) * view->mm_x, py = (y + 0.5) * view->mm_y;
            if (outline_contains(outline, px, py, 0))
                inside++;
            else if (abs(row[x] - MIDDLE) >= CLIP &&
                     !outline_contains(outline, px, py, OUTSIDE_MARGIN_MM))
                outside++;
        }
    }
    return outside > OUTSIDE_MAX * inside;
}

static bool assemble(const struct outline_view *view, const struct cv_segments *segments,
                     struct outline *ret, struct err *err)
{
    double w = view->picture->width * view->mm_x, h = view->picture->height * view->mm_y;
    struct runs runs[2] = {{0}}; /* [0] level, [1] upright */
    int n_bins = (int)(fmax(w, h) / BIN_MM) + 1;
    bool *bins = calloc((size_t)n_bins, sizeof *bins);
    double *length = calloc(CANDIDATES_MAX, sizeof *length);
    bool ok = (bins && length) || err_set(err, "no memory for the outline");
    bool all = true;
    ok = ok && gather(view, segments, false, &runs[0], err) &&
         gather(view, segments, true, &runs[1], err);
    for (int direction = 0; ok && direction < 2; direction++)
        qsort(runs[direction].run, (size_t)runs[direction].n, sizeof *runs[0].run, by_length);
    for (int side = 0; ok && all && side < OUTLINE_SIDES; side++) {
        bool upright = outline_is_upright((enum outline_side)side);
        bool far_end = side == OUTLINE_RIGHT || side == OUTLINE_BOTTOM;
        all = outermost(&runs[upright], far_end, upright ? h : w, upright ? w : h, bins, n_bins,
                        length, &ret->line[side]);
    }
    if (ok)
        ret->found = all && sides_agree(runs, ret, bins, n_bins);
    free(runs[0].run);
    free(runs[1].run);
    free(bins);
    free(length);
    return ok;
}

bool outline_by_shadow(const struct outline_view *view, struct outline *ret, struct err *err)
{
    struct image flat = {0};
    struct cv_segments segments = {0};
    struct outline found = {0};
    bool ok = flatten(view, &flat, err) && cv_line_segments(&flat, LSD_SCALE, &segments, err) &&
              assemble(view, &segments, &found, err);
    if (ok && found.found)
        found.found = !print_outside(view, &flat, &found);
    image_finish(&flat);
    cv_segments_finish(&segments);
    if (ok)
        *ret = found;
    return ok;
}
