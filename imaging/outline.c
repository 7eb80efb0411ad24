#include "imaging/outline.h"

#include <math.h>
#include <stdlib.h>

#define FIT_STARTS                                                                                 \
    24 /* points tried as one end of a line; more find nothing new on a straight edge */
#define FIT_POINTS_MIN 8 /* fewer do not make an edge */
#define FIT_SPAN_MIN                                                                               \
    0.25             /* of the points, between the two ends tried: closer ones fix no slope        \
                      */
#define FIT_ROUNDS 3 /* of least squares, each over what lies on the last line */
#define MAIL_LONG_MM                                                                               \
    130.0 /* UPU Convention: at least 140 x 90 mm, here less what a torn edge takes; */
#define MAIL_SHORT_MM 80.0 /* smaller rectangles are labels and stamps */
#define TURN_OUTLIER                                                                               \
    0.009 /* rad, 0.5 degrees: a side that far off the others is torn or folded                    \
           */

static int by_value(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

double outline_median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

bool outline_is_upright(enum outline_side side)
{
    return side == OUTLINE_LEFT || side == OUTLINE_RIGHT;
}

static int count_on(const struct outline_points *points, const struct outline_line *line,
                    double tolerance)
{
    int n = 0;
    for (int i = 0; i < points->n; i++)
        n += fabs(points->s[i] - line->at0 - line->slope * points->t[i]) <= tolerance;
    return n;
}

/* Least squares over the points within tolerance of *line. */
static bool improve(const struct outline_points *points, double tolerance,
                    struct outline_line *line)
{
    double n = 0, sum_t = 0, sum_s = 0, sum_tt = 0, sum_ts = 0;
    for (int i = 0; i < points->n; i++) {
        double t = points->t[i], s = points->s[i];
        if (fabs(s - line->at0 - line->slope * t) > tolerance)
            continue;
        n++;
        sum_t += t;
        sum_s += s;
        sum_tt += t * t;
        sum_ts += t * s;
    }
    double spread = n * sum_tt - sum_t * sum_t;
    if (n < 2 || spread <= 1e-9 * (1 + sum_tt))
        return false;
    line->slope = (n * sum_ts - sum_t * sum_s) / spread;
    line->at0 = (sum_s - line->slope * sum_t) / n;
    return true;
}

int outline_fit_line(const struct outline_points *points, double tolerance, double slope_max,
                     struct outline_line *ret)
{
    int n = points->n, best = 0;
    struct outline_line best_line = {0};
    if (n < FIT_POINTS_MIN)
        return 0;
    int step = n / FIT_STARTS > 0 ? n / FIT_STARTS : 1, apart = (int)(n * FIT_SPAN_MIN);
    for (int i = 0; i < n; i += step) {
        for (int j = i + (apart > 0 ? apart : 1); j < n; j += step) {
            double along = points->t[j] - points->t[i];
            if (fabs(along) < 1e-6)
                continue;
            struct outline_line line = {.slope = (points->s[j] - points->s[i]) / along};
            line.at0 = points->s[i] - line.slope * points->t[i];
            int on = fabs(line.slope) <= slope_max ? count_on(points, &line, tolerance) : 0;
            if (on > best) {
                best = on;
                best_line = line;
            }
        }
    }
    if (best < FIT_POINTS_MIN)
        return 0;
    for (int round = 0; round < FIT_ROUNDS; round++)
        if (!improve(points, tolerance, &best_line))
            return 0;
    if (fabs(best_line.slope) > slope_max)
        return 0;
    *ret = best_line;
    return count_on(points, &best_line, tolerance);
}

/* upright: x = a + b y; level: y = c + d x */
static void cross(const struct outline_line *upright, const struct outline_line *level,
                  double ret[2])
{
    double a = upright->at0, b = upright->slope, c = level->at0, d = level->slope;
    ret[0] = (a + b * c) / (1 - b * d); /* slopes are below 0.4: never 0 */
    ret[1] = c + d * ret[0];
}

void outline_corners(const struct outline *outline, double ret[4][2])
{
    const struct outline_line *line = outline->line;
    cross(&line[OUTLINE_LEFT], &line[OUTLINE_TOP], ret[0]);
    cross(&line[OUTLINE_RIGHT], &line[OUTLINE_TOP], ret[1]);
    cross(&line[OUTLINE_RIGHT], &line[OUTLINE_BOTTOM], ret[2]);
    cross(&line[OUTLINE_LEFT], &line[OUTLINE_BOTTOM], ret[3]);
}

bool outline_is_mail(const struct outline *outline, double *ret_area)
{
    double corner[4][2];
    outline_corners(outline, corner);
    double width = (corner[1][0] + corner[2][0] - corner[0][0] - corner[3][0]) / 2;
    double height = (corner[2][1] + corner[3][1] - corner[0][1] - corner[1][1]) / 2;
    *ret_area = width * height;
    return fmax(width, height) >= MAIL_LONG_MM && fmin(width, height) >= MAIL_SHORT_MM;
}

bool outline_contains(const struct outline *outline, double x, double y, double margin)
{
    const struct outline_line *line = outline->line;
    return x >= line[OUTLINE_LEFT].at0 + line[OUTLINE_LEFT].slope * y - margin &&
           x <= line[OUTLINE_RIGHT].at0 + line[OUTLINE_RIGHT].slope * y + margin &&
           y >= line[OUTLINE_TOP].at0 + line[OUTLINE_TOP].slope * x - margin &&
           y <= line[OUTLINE_BOTTOM].at0 + line[OUTLINE_BOTTOM].slope * x + margin;
}

static double turn_of(const struct outline *outline, int side)
{
    double slope = outline->line[side].slope;
    return outline_is_upright((enum outline_side)side) ? -atan(slope) : atan(slope);
}

/* Mean weighted by length and support, of the sides within `limit` of `around`. */
static double mean_turn(const struct outline *outline, const double length[OUTLINE_SIDES],
                        double around, double limit)
{
    double sum = 0, weights = 0;
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        double turn = turn_of(outline, side);
        if (outline->line[side].cut || fabs(turn - around) > limit)
            continue;
        double weight = length[side] * length[side] * outline->line[side].support;
        sum += weight * turn;
        weights += weight;
    }
    return weights > 0 ? sum / weights : around;
}

double outline_turn(const struct outline *outline, double *ret_spread)
{
    double corner[4][2], length[OUTLINE_SIDES], low = INFINITY, high = -INFINITY;
    outline_corners(outline, corner);
    for (int side = 0; side < OUTLINE_SIDES; side++) {
        /* left joins corners 3 and 0, top 0 and 1, right 1 and 2, bottom 2 and 3 */
        const double *from = corner[(side + 3) % 4], *to = corner[side];
        length[side] = hypot(to[0] - from[0], to[1] - from[1]);
        if (!outline->line[side].cut) {
            low = fmin(low, turn_of(outline, side));
            high = fmax(high, turn_of(outline, side));
        }
    }
    *ret_spread = high > low ? high - low : 0;
    double turn = mean_turn(outline, length, 0, INFINITY);
    return mean_turn(outline, length, turn, TURN_OUTLIER);
}

bool outline_find(const struct outline_view *view, struct outline *ret, struct err *err)
{
    struct outline found = {0};
    if (!outline_by_contrast(view, &found, err))
        return false;
    if (!found.found && !outline_by_shadow(view, &found, err))
        return false;
    *ret = found;
    return true;
}
