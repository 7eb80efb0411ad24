/* A label lies with four straight edges, of which a shadow, a step in whiteness or a printed frame
 * shows pieces. Pieces on one line are joined; two pairs of parallel lines at right angles make a
 * rectangle when pieces cover enough of each side between the corners. Chance makes lines, but
 * hardly four that meet: coverage is asked of every side, so a fold or the seam of a flap is no
 * label. */
#include "classifier/patch_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENT_MIN_MM 2.5 /* shorter ones are letters and paper */
#define EDGE_MARGIN_MM 2.5 /* the sheet's own edge and its shadow */
#define LINES_MAX 48       /* longest lines that are combined: 48^4/64 checks at worst, cut early */
#define LINE_MIN_MM 5.0    /* joined pieces of a side */
#define SAME_ANGLE_DEG 1.5 /* two pieces of 5 mm at 75 dpi are known to this */
#define SAME_OFFSET_MM 0.6
#define SQUARE_DEG 2.5  /* corners of labels cut by machine */
#define SIDE_MIN_MM 9.0 /* smallest label: a barcode strip */
#define SIDE_MAX_MM 180.0
#define COVER_SIDE 0.5      /* of each side; text and tape hide parts */
#define COVER_ALL 0.65      /* of the whole outline */
#define CORNER_SLACK_MM 1.5 /* rounded corners of die-cut labels */
#define PIECES_MAX 24       /* a line */

struct line {
    double angle;  /* degrees, -45..135 */
    double offset; /* mm, across the line */
    int n;
    double piece[PIECES_MAX][2]; /* along the line, mm */
    double length;
};

static double turn_near(double angle, double to)
{
    while (angle - to > 90)
        angle -= 180;
    while (angle - to <= -90)
        angle += 180;
    return angle;
}

static void along_across(double angle_deg, double x, double y, double ret[2])
{
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180);
    ret[0] = c * x + s * y;
    ret[1] = c * y - s * x;
}

static bool near_edge(const double a[2], const double b[2], const double page_mm[2])
{
    for (int axis = 0; axis < 2; axis++) {
        if (a[axis] < EDGE_MARGIN_MM && b[axis] < EDGE_MARGIN_MM)
            return true;
        if (a[axis] > page_mm[axis] - EDGE_MARGIN_MM && b[axis] > page_mm[axis] - EDGE_MARGIN_MM)
            return true;
    }
    return false;
}

struct piece {
    double a[2], b[2], angle, length;
};

static int longer_first(const void *a, const void *b)
{
    const struct piece *p = a, *q = b;
    return (q->length > p->length) - (q->length < p->length);
}

static int pieces_of(const struct cv_segments *segments, double px_mm, const double page_mm[2],
                     struct piece *ret)
{
    int n = 0;
    for (int i = 0; i < segments->n; i++) {
        const struct cv_segment *s = &segments->segment[i];
        struct piece p = {.a = {(double)s->x0 * px_mm, (double)s->y0 * px_mm},
                          .b = {(double)s->x1 * px_mm, (double)s->y1 * px_mm}};
        p.length = hypot(p.b[0] - p.a[0], p.b[1] - p.a[1]);
        if (p.length < SEGMENT_MIN_MM || near_edge(p.a, p.b, page_mm))
            continue;
        p.angle = turn_near(atan2(p.b[1] - p.a[1], p.b[0] - p.a[0]) * 180 / M_PI, 45);
        ret[n++] = p;
    }
    qsort(ret, (size_t)n, sizeof *ret, longer_first);
    return n;
}

/* Adds the piece to a line that it continues; both ends must lie on it. */
static bool joins(struct line *line, const struct piece *piece)
{
    double a[2], b[2], limit = SAME_OFFSET_MM;
    if (fabs(turn_near(piece->angle, line->angle) - line->angle) > SAME_ANGLE_DEG * 2 ||
        line->n == PIECES_MAX)
        return false;
    along_across(line->angle, piece->a[0], piece->a[1], a);
    along_across(line->angle, piece->b[0], piece->b[1], b);
    if (fabs(a[1] - line->offset) > limit || fabs(b[1] - line->offset) > limit)
        return false;
    line->piece[line->n][0] = fmin(a[0], b[0]);
    line->piece[line->n++][1] = fmax(a[0], b[0]);
    line->length += piece->length;
    return true;
}

static int more_length_first(const void *a, const void *b)
{
    const struct line *p = a, *q = b;
    return (q->length > p->length) - (q->length < p->length);
}

/* Joins pieces, the longest leading; returns lines, longest first. */
static int lines_of(const struct piece *piece, int n_pieces, struct line *ret, int max)
{
    int n = 0;
    for (int i = 0; i < n_pieces; i++) {
        bool joined = false;
        for (int k = 0; k < n && !joined; k++)
            joined = joins(&ret[k], &piece[i]);
        if (joined || n == max)
            continue;
        double at[2];
        along_across(piece[i].angle, piece[i].a[0], piece[i].a[1], at);
        ret[n] = (struct line){.angle = piece[i].angle, .offset = at[1]};
        joins(&ret[n++], &piece[i]);
    }
    qsort(ret, (size_t)n, sizeof *ret, more_length_first);
    while (n > 0 && ret[n - 1].length < LINE_MIN_MM)
        n--;
    return n < LINES_MAX ? n : LINES_MAX;
}

static bool crossing(const struct line *p, const struct line *q, double ret[2])
{
    double ps = sin(p->angle * M_PI / 180), pc = cos(p->angle * M_PI / 180);
    double qs = sin(q->angle * M_PI / 180), qc = cos(q->angle * M_PI / 180);
    double det = pc * qs - ps * qc; /* of  c y - s x = offset  for both */
    if (fabs(det) < 0.5)
        return false;
    ret[0] = (pc * q->offset - qc * p->offset) / -det;
    ret[1] = (ps * q->offset - qs * p->offset) / -det;
    return true;
}

/* Share of the way between two corners that the line's pieces cover. */
static double coverage(const struct line *line, const double a[2], const double b[2])
{
    double from[2], to[2], sum = 0;
    along_across(line->angle, a[0], a[1], from);
    along_across(line->angle, b[0], b[1], to);
    double low = fmin(from[0], to[0]) + CORNER_SLACK_MM,
           high = fmax(from[0], to[0]) - CORNER_SLACK_MM;
    if (high <= low)
        return 0;
    enum { STEPS = 64 }; /* pieces overlap (two edges of one shadow): sample instead of adding */
    for (int i = 0; i < STEPS; i++) {
        double at = low + (high - low) * (i + 0.5) / STEPS;
        for (int k = 0; k < line->n; k++)
            if (at >= line->piece[k][0] - SAME_OFFSET_MM &&
                at <= line->piece[k][1] + SAME_OFFSET_MM) {
                sum += 1;
                break;
            }
    }
    return sum / STEPS;
}

void patch_set_box(struct patch *patch, const double centre_mm[2], const double size_mm[2],
                   double angle_deg)
{
    static const double sign[4][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180);
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int i = 0; i < 4; i++) {
        double u = sign[i][0] * size_mm[0] / 2, v = sign[i][1] * size_mm[1] / 2;
        double at[2] = {centre_mm[0] + c * u - s * v, centre_mm[1] + s * u + c * v};
        for (int axis = 0; axis < 2; axis++) {
            patch->corner_mm[i][axis] = at[axis];
            low[axis] = fmin(low[axis], at[axis]);
            high[axis] = fmax(high[axis], at[axis]);
        }
    }
    for (int axis = 0; axis < 2; axis++) {
        patch->box_mm[axis] = low[axis];
        patch->box_mm[2 + axis] = high[axis] - low[axis];
    }
    patch->angle_deg = angle_deg;
}

/* Four lines to a rectangle; returns its coverage, 0 when it is none. */
static double rectangle(const struct line *p, const struct line *p2, const struct line *q,
                        const struct line *q2, struct patch *ret)
{
    double corner[4][2], cover[4], all = 0, length = 0;
    const struct line *side[4] = {p, q2, p2, q}; /* corner i to i+1 */
    if (!crossing(p, q, corner[0]) || !crossing(p, q2, corner[1]) || !crossing(p2, q2, corner[2]) ||
        !crossing(p2, q, corner[3]))
        return 0;
    double size[2] = {hypot(corner[1][0] - corner[0][0], corner[1][1] - corner[0][1]),
                      hypot(corner[3][0] - corner[0][0], corner[3][1] - corner[0][1])};
    if (fmin(size[0], size[1]) < SIDE_MIN_MM || fmax(size[0], size[1]) > SIDE_MAX_MM)
        return 0;
    for (int i = 0; i < 4; i++) {
        cover[i] = coverage(side[i], corner[i], corner[(i + 1) % 4]);
        if (cover[i] < COVER_SIDE)
            return 0;
        all += cover[i] * size[i % 2];
        length += size[i % 2];
    }
    if (all < COVER_ALL * length)
        return 0;
    double centre[2] = {(corner[0][0] + corner[2][0]) / 2, (corner[0][1] + corner[2][1]) / 2};
    double angle = turn_near(p->angle, 0);
    if (angle > 45 || angle <= -45) {
        double kept = size[0];
        size[0] = size[1], size[1] = kept;
        angle += angle > 45 ? -90 : 90;
    }
    patch_set_box(ret, centre, size, angle);
    return all / length;
}

struct scored {
    struct patch patch;
    double score;
};

static bool same_place(const struct patch *a, const struct patch *b)
{
    double w = fmin(a->box_mm[0] + a->box_mm[2], b->box_mm[0] + b->box_mm[2]) -
               fmax(a->box_mm[0], b->box_mm[0]);
    double h = fmin(a->box_mm[1] + a->box_mm[3], b->box_mm[1] + b->box_mm[3]) -
               fmax(a->box_mm[1], b->box_mm[1]);
    double smaller = fmin(a->box_mm[2] * a->box_mm[3], b->box_mm[2] * b->box_mm[3]);
    return w > 0 && h > 0 && w * h > smaller / 2;
}

/* Keeps the better of rectangles that lie over one another. */
static int keep_best(struct scored *list, int n, int max, const struct scored *one)
{
    for (int i = 0; i < n; i++)
        if (same_place(&list[i].patch, &one->patch)) {
            if (one->score > list[i].score)
                list[i] = *one;
            return n;
        }
    if (n < max)
        list[n++] = *one;
    return n;
}

int patch_rectangles(const struct cv_segments *segments, double px_mm, const double page_mm[2],
                     struct patch *ret, int max)
{
    enum { RAW_LINES = 4 * LINES_MAX, FOUND = 16 };
    struct piece *piece = malloc(((size_t)segments->n + 1) * sizeof *piece);
    struct line *line = malloc(RAW_LINES * sizeof *line);
    struct scored found[FOUND];
    int n_found = 0;
    int n = piece && line
                ? lines_of(piece, pieces_of(segments, px_mm, page_mm, piece), line, RAW_LINES)
                : 0;
    for (int p = 0; p < n; p++)
        for (int p2 = p + 1; p2 < n; p2++) {
            double other = turn_near(line[p2].angle, line[p].angle);
            if (fabs(other - line[p].angle) > SQUARE_DEG)
                continue;
            for (int q = 0; q < n; q++)
                for (int q2 = q + 1; q2 < n; q2++) {
                    struct scored one;
                    double right = line[p].angle + 90;
                    if (fabs(turn_near(line[q].angle, right) - right) > SQUARE_DEG ||
                        fabs(turn_near(line[q2].angle, right) - right) > SQUARE_DEG)
                        continue;
                    one.score = rectangle(&line[p], &line[p2], &line[q], &line[q2], &one.patch);
                    if (one.score > 0)
                        n_found = keep_best(found, n_found, FOUND, &one);
                }
        }
    free(piece);
    free(line);
    for (int i = 0; i < n_found && i < max; i++)
        ret[i] = found[i].patch;
    return n_found < max ? n_found : max;
}
