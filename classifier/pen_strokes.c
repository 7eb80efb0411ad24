/* Print has gaps: between letters, between words, between lines. A stroke has none, however it
 * lies. So along every direction the longest run of ink is looked for, and what runs on for some
 * centimetres is a stroke: across the lines always, along them only where it lies within the height
 * of letters (between ink above it and below), since underlining and frames lie outside. Hands do
 * not draw straight: a pixel to either side of the line counts as well. */
#include "classifier/pen_strokes.h"

#include "classifier/label_picture.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>

#define WORK_DPI 100.0
#define WINDOW_MM 8.0     /* for the local paper level */
#define INK_OFFSET 24.0   /* levels below it that are ink */
#define STEP_DEG 1.5      /* 0.7 mm at the ends of 25 mm */
#define RUN_MM 22.0       /* longer than a word in any type of addresses */
#define RUN_SHARE 0.45    /* and this much of the block's length */
#define GAP_MM 0.3        /* where a pen skips; less than between letters */
#define ALONG_DEG 12.0    /* to the lines: more is across them */
#define CROSSED_SHARE 0.5 /* of a run along the lines: with ink on both sides near it */
#define LESSER_SIDE 0.08  /* of the ink; a frame has all on one side */
#define NEAR_MM 1.3       /* half a letter */

struct stroke {
    double x, y, degrees, length; /* its middle, px */
};

static bool ink_at(const struct image *ink, double x, double y)
{
    return x >= 0 && y >= 0 && x < ink->width && y < ink->height &&
           image_row(ink, (int)y)[(int)x] != 0;
}

/* On the line or a pixel beside it. */
static bool ink_near(const struct image *ink, double x, double y, double nx, double ny)
{
    return ink_at(ink, x, y) || ink_at(ink, x + nx, y + ny) || ink_at(ink, x - nx, y - ny);
}

/* Share of the run's length with ink both above and below, half a letter off. */
static double crossed_share(const struct image *ink, const struct stroke *run, double px_mm)
{
    double c = cos(run->degrees * M_PI / 180), s = sin(run->degrees * M_PI / 180);
    int n = 0, both = 0, reach = (int)(NEAR_MM * px_mm);
    for (double t = -run->length / 2; t <= run->length / 2; t += 1, n++) {
        bool side[2] = {false, false};
        for (int k = 2; k <= reach; k++)
            for (int up = 0; up < 2; up++) {
                double off = up ? -k : k;
                side[up] =
                    side[up] || ink_at(ink, run->x + t * c - off * s, run->y + t * s + off * c);
            }
        both += side[0] && side[1];
    }
    return n ? (double)both / n : 0;
}

/* Of all ink, the part on that side of the line which has less. */
static double lesser_side(const struct image *ink, const struct stroke *run)
{
    double c = cos(run->degrees * M_PI / 180), s = sin(run->degrees * M_PI / 180);
    long part[2] = {0, 0};
    for (int y = 0; y < ink->height; y += 2)
        for (int x = 0; x < ink->width; x += 2)
            if (image_row(ink, y)[x])
                part[(x - run->x) * s < (y - run->y) * c]++;
    return fmin((double)part[0], (double)part[1]) / fmax(1, (double)(part[0] + part[1]));
}

/* The longest run along the line through (x, y) in this direction. */
static struct stroke longest_run(const struct image *ink, double x, double y, double degrees,
                                 double px_mm)
{
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
    double reach = hypot(ink->width, ink->height) / 2, gap = GAP_MM * px_mm;
    double start = 0, last = 0, from = 0, best = 0;
    bool open = false;
    for (double t = -reach; t <= reach; t += 1) {
        if (!ink_near(ink, x + t * c, y + t * s, -s, c))
            continue;
        if (!open || t - last > gap + 1) {
            open = true;
            start = t;
        }
        last = t;
        if (last - start > best) {
            best = last - start;
            from = start;
        }
    }
    double middle = from + best / 2;
    return (struct stroke){x + middle * c, y + middle * s, degrees, best};
}

static bool has_stroke(const struct image *ink, double px_mm)
{
    const double least = fmax(RUN_MM * px_mm, RUN_SHARE * ink->width);
    const double half = hypot(ink->width, ink->height) / 2;
    for (double degrees = -90; degrees < 90; degrees += STEP_DEG) {
        bool along = fabs(degrees) < ALONG_DEG;
        double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
        /* all lines of this direction that cross the picture, by their distance from its middle */
        for (double off = -half; off <= half; off += 2) { /* the pixel beside a line counts */
            const struct stroke run = longest_run(ink, ink->width / 2.0 - off * s,
                                                  ink->height / 2.0 + off * c, degrees, px_mm);
            if (run.length >= least && lesser_side(ink, &run) >= LESSER_SIDE &&
                (!along || crossed_share(ink, &run, px_mm) >= CROSSED_SHARE))
                return true;
        }
    }
    return false;
}

bool pen_strokes_find(const struct side *side, const struct return_region *region, bool *ret_struck,
                      struct err *err)
{
    struct image picture = {0}, grey = {0}, small = {0}, ink = {0};
    const double scale = WORK_DPI / LABEL_DPI, px_mm = WORK_DPI / 25.4;
    int window = 2 * (int)(WINDOW_MM * px_mm / 2) + 1;
    bool fine = label_picture_cut(side, region, region->angle_deg, LABEL_ALL, &picture, err) &&
                cv_grey(&picture, &grey, err) &&
                cv_resize(&grey, (int)fmax(1, grey.width * scale),
                          (int)fmax(1, grey.height * scale), CV_INTERPOLATE_AREA, &small, err) &&
                cv_adaptive_threshold(&small, window, INK_OFFSET, true, &ink, err);
    if (fine)
        *ret_struck = has_stroke(&ink, px_mm);
    image_finish(&ink);
    image_finish(&small);
    image_finish(&grey);
    image_finish(&picture);
    return fine;
}
