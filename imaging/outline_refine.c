/* The edge of the paper at the raw resolution.
 *
 * Profiles are taken across each side, from outside to inside, and made one number a place: the
 * colour's component along the difference between backing and paper. The median of all profiles
 * (print and dust fall out of it) tells where the edge lies and whether it goes up or down; each
 * profile then gives its own place, the centroid of its derivative there, and a robust line goes
 * through these. With a hundred and more profiles of 0.03 mm each the line is good to 0.01 mm and
 * 0.01 degrees on straight paper; envelopes themselves are straight and square to about 0.2 mm. */
#include "imaging/outline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROFILES 160     /* a side */
#define END_PART 0.06    /* of a side at each end: corners are round, torn or creased */
#define REACH_MM 1.6     /* of a profile to either side of the line */
#define FREE_MM 1.0      /* how far the edge may lie from the line found before */
#define WANDER_MM 0.5    /* how far a profile's edge may lie from the median profile's */
#define STEP_MM 0.12     /* arms of the derivative: about the width of a scanned edge */
#define BUNDLE 5         /* raw pixels along the side averaged in one profile */
#define CONTRAST_MIN 8.0 /* levels between backing and paper, to weigh the channels by it */
#define STEP_MIN 1.5     /* levels in the median profile: below, nothing is seen there */
#define STEP_PART 0.35   /* of the median's step, that a profile must show */
#define INNER_PART                                                                                 \
    0.6 /* of the strongest step: the innermost such one is the paper, not its shadow */
#define ON_LINE_MM 0.12       /* a profile's edge on the line */
#define SLOPE_CHANGE_MAX 0.02 /* more is no refinement */
#define PROFILES_ON_LINE 0.35 /* of those taken */
#define SAMPLES_MAX 1024      /* places in a profile: REACH_MM at 4800 dpi is 605 */

struct frame { /* one side, as profiles see it */
    const struct image *raw;
    double mm_x, mm_y;
    enum outline_side side;
    const struct outline_line *line;
    double t0, t1, step; /* mm: from the first to the last profile; between samples */
    int n_samples, arm;  /* arm: of the derivative, in samples */
};

static void sample(const struct frame *frame, double x_mm, double y_mm, double ret[3])
{
    const struct image *raw = frame->raw;
    double x = fmin(fmax(x_mm / frame->mm_x - 0.5, 0), raw->width - 1.0);
    double y = fmin(fmax(y_mm / frame->mm_y - 0.5, 0), raw->height - 1.0);
    int x0 = (int)x, y0 = (int)y;
    int x1 = x0 + 1 < raw->width ? x0 + 1 : x0, y1 = y0 + 1 < raw->height ? y0 + 1 : y0;
    double fx = x - x0, fy = y - y0;
    const uint8_t *upper = image_row(raw, y0), *lower = image_row(raw, y1);
    for (int c = 0; c < 3; c++) {
        int channel = raw->channels == 3 ? c : 0;
        int a = x0 * raw->channels + channel, b = x1 * raw->channels + channel;
        ret[c] += (1 - fy) * ((1 - fx) * upper[a] + fx * upper[b]) +
                  fy * ((1 - fx) * lower[a] + fx * lower[b]);
    }
}

/* profile[k] runs from REACH_MM outside of the line to REACH_MM inside. */
static void take_profile(const struct frame *frame, double t, double (*profile)[3])
{
    bool upright = outline_is_upright(frame->side);
    double inwards = frame->side == OUTLINE_LEFT || frame->side == OUTLINE_TOP ? 1 : -1;
    double along = upright ? frame->mm_y : frame->mm_x;
    for (int k = 0; k < frame->n_samples; k++) {
        double off = inwards * (k * frame->step - REACH_MM);
        memset(profile[k], 0, sizeof profile[k]);
        for (int i = 0; i < BUNDLE; i++) {
            double at = t + (i - BUNDLE / 2) * along;
            double s = frame->line->at0 + frame->line->slope * at + off;
            sample(frame, upright ? s : at, upright ? at : s, profile[k]);
        }
        for (int c = 0; c < 3; c++)
            profile[k][c] /= BUNDLE;
    }
}

/* Weights of the channels: along the difference of the outermost and innermost quarter's medians.
 */
static void choose_weights(const struct frame *frame, double (*profiles)[SAMPLES_MAX][3],
                           double ret[3])
{
    double values[PROFILES], length = 0;
    int quarter = frame->n_samples / 4;
    for (int c = 0; c < 3; c++) {
        for (int i = 0; i < PROFILES; i++)
            values[i] = profiles[i][quarter / 2][c];
        double outer = outline_median(values, PROFILES);
        for (int i = 0; i < PROFILES; i++)
            values[i] = profiles[i][frame->n_samples - 1 - quarter / 2][c];
        ret[c] = outline_median(values, PROFILES) - outer;
        length += ret[c] * ret[c];
    }
    length = sqrt(length);
    for (int c = 0; c < 3; c++)
        ret[c] = length >= CONTRAST_MIN ? ret[c] / length : 1 / 3.0;
}

/* Mean of the arm after k less that of the arm before it; 0 where an arm leaves the profile. */
static double derivative(const double *values, int n, int k, int arm)
{
    double sum = 0;
    if (k - arm < 0 || k + arm > n)
        return 0;
    for (int i = 0; i < arm; i++)
        sum += values[k + i] - values[k - 1 - i];
    return sum / arm;
}

/* Where between `from` and `to` the derivative is largest in the direction of sign; innermost: the
 * last place that comes close to the largest. Its value, 0 when none. */
static double steepest(const double *values, int n, int arm, int from, int to, double sign,
                       int *ret_k)
{
    double most = 0;
    for (int k = from; k <= to; k++) {
        double step = sign * derivative(values, n, k, arm);
        if (step > most) {
            most = step;
            *ret_k = k;
        }
    }
    return most;
}

/* Sub-pixel place of the step around k, in samples: derivative k stands between samples k-1 and k.
 */
static double centroid(const double *values, int n, int arm, int k, double sign)
{
    double sum = 0, moment = 0;
    for (int i = k - 2 * arm; i <= k + 2 * arm; i++) {
        double step = fmax(0, sign * derivative(values, n, i, arm));
        sum += step;
        moment += step * i;
    }
    return sum > 0 ? moment / sum - 0.5 : k - 0.5;
}

/* The edge in the median profile: place, direction and height. False when nothing is seen. */
static bool find_common_edge(const struct frame *frame, const double *common, int *ret_k,
                             double *ret_sign, double *ret_step)
{
    int middle = frame->n_samples / 2, reach = (int)(FREE_MM / frame->step);
    int k[2] = {0};
    double step[2] = {
        steepest(common, frame->n_samples, frame->arm, middle - reach, middle + reach, 1, &k[0]),
        steepest(common, frame->n_samples, frame->arm, middle - reach, middle + reach, -1, &k[1])};
    double most = fmax(step[0], step[1]);
    if (most < STEP_MIN)
        return false;
    int choice = step[0] >= step[1] ? 0 : 1, other = 1 - choice;
    if (step[other] >= INNER_PART * most && k[other] > k[choice])
        choice = other;
    *ret_k = k[choice];
    *ret_sign = choice == 0 ? 1 : -1;
    *ret_step = step[choice];
    return true;
}

static void refine_side(struct frame *frame, double (*profiles)[SAMPLES_MAX][3],
                        double (*scalar)[SAMPLES_MAX], struct outline_line *line)
{
    double weights[3], common[SAMPLES_MAX], values[PROFILES], sign, height;
    double t[PROFILES], s[PROFILES];
    struct outline_points points = {.t = t, .s = s};
    double inwards = frame->side == OUTLINE_LEFT || frame->side == OUTLINE_TOP ? 1 : -1;
    int common_k;
    for (int i = 0; i < PROFILES; i++)
        take_profile(frame, frame->t0 + (frame->t1 - frame->t0) * i / (PROFILES - 1), profiles[i]);
    choose_weights(frame, profiles, weights);
    for (int k = 0; k < frame->n_samples; k++) {
        for (int i = 0; i < PROFILES; i++) {
            const double *rgb = profiles[i][k];
            scalar[i][k] = weights[0] * rgb[0] + weights[1] * rgb[1] + weights[2] * rgb[2];
            values[i] = scalar[i][k];
        }
        common[k] = outline_median(values, PROFILES);
    }
    if (!find_common_edge(frame, common, &common_k, &sign, &height))
        return;
    int wander = (int)(WANDER_MM / frame->step);
    for (int i = 0; i < PROFILES; i++) {
        int k = common_k;
        if (steepest(scalar[i], frame->n_samples, frame->arm, common_k - wander, common_k + wander,
                     sign, &k) < STEP_PART * height)
            continue;
        double at = frame->t0 + (frame->t1 - frame->t0) * i / (PROFILES - 1);
        double off =
            centroid(scalar[i], frame->n_samples, frame->arm, k, sign) * frame->step - REACH_MM;
        t[points.n] = at;
        s[points.n++] = line->at0 + line->slope * at + inwards * off;
    }
    struct outline_line better;
    int on = outline_fit_line(&points, ON_LINE_MM, OUTLINE_SLOPE_MAX, &better);
    if (on < PROFILES_ON_LINE * PROFILES || fabs(better.slope - line->slope) > SLOPE_CHANGE_MAX)
        return;
    better.support = (double)on / PROFILES;
    *line = better;
}

void outline_refine(const struct image *raw, struct outline *outline)
{
    double(*profiles)[SAMPLES_MAX][3] = calloc(PROFILES, sizeof *profiles);
    double(*scalar)[SAMPLES_MAX] = calloc(PROFILES, sizeof *scalar);
    double corner[4][2], mm_per_inch = 25.4;
    struct outline coarse = *outline;
    outline_corners(&coarse, corner);
    for (int side = 0; profiles && scalar && side < OUTLINE_SIDES; side++) {
        bool upright = outline_is_upright((enum outline_side)side);
        double a = corner[(side + 3) % 4][upright], b = corner[side][upright];
        double from = fmin(a, b), length = fabs(b - a);
        if (coarse.line[side].cut)
            continue;
        struct frame frame = {.raw = raw,
                              .mm_x = mm_per_inch / raw->dpi_x,
                              .mm_y = mm_per_inch / raw->dpi_y,
                              .side = (enum outline_side)side,
                              .line = &coarse.line[side],
                              .t0 = from + END_PART * length,
                              .t1 = from + (1 - END_PART) * length};
        frame.step = upright ? frame.mm_x : frame.mm_y;
        frame.n_samples = 2 * (int)(REACH_MM / frame.step) + 1;
        frame.arm = (int)(STEP_MM / frame.step + 0.5) > 1 ? (int)(STEP_MM / frame.step + 0.5) : 1;
        if (frame.n_samples <= SAMPLES_MAX)
            refine_side(&frame, profiles, scalar, &outline->line[side]);
    }
    free(profiles); /* without memory the lines stay as coarse as they came */
    free(scalar);
}
