/* A label lies with four straight edges, of which a shadow, a step in whiteness or a printed frame
 * shows pieces. Pieces on one line are joined; two pairs of parallel lines at right angles make a
 * rectangle when pieces cover enough of each side between the corners. Chance makes lines, but
 * hardly four that meet: coverage is asked of every side, so a fold or the seam of a flap is no
 * label. A label that goes over the sheet's edge, or ends so near to it that its own edge is lost in
 * the sheet's, shows three sides; two of them then run up to the sheet's edge. */
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
#define SIDE_MIN_MM 6.0 /* of a strip with a sorting code */
#define SIDE_MAX_MM 180.0
#define AREA_MIN_MM2 100.0
#define COVER_SIDE 0.5      /* of each side; text and tape hide parts */
#define COVER_ALL 0.65      /* of the whole outline */
#define CORNER_SLACK_MM 1.5 /* rounded corners of die-cut labels */
#define PIECES_MAX 24       /* a line */
#define COVER_OPEN 0.65     /* of each of three sides */
#define OPEN_MAX_MM 110.0   /* the longer side of return labels, A6; flaps are longer */
#define OPEN_SCORE 0.8      /* four sides are better */
#define BEYOND_MM 13.0      /* folds go on beyond where they cross, a label's sides do not */

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

/* The rectangle of four corners in order. */
static void set_corners(const double corner[4][2], const double size_mm[2], double angle,
                        struct patch *ret)
{
    double size[2] = {size_mm[0], size_mm[1]};
    double centre[2] = {(corner[0][0] + corner[2][0]) / 2, (corner[0][1] + corner[2][1]) / 2};
    if (angle > 45 || angle <= -45) {
        double kept = size[0];
        size[0] = size[1], size[1] = kept;
        angle += angle > 45 ? -90 : 90;
    }
    patch_set_box(ret, centre, size, angle);
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
    if (fmin(size[0], size[1]) < SIDE_MIN_MM || fmax(size[0], size[1]) > SIDE_MAX_MM ||
        size[0] * size[1] < AREA_MIN_MM2)
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
    set_corners(corner, size, turn_near(p->angle, 0), ret);
    return all / length;
}

/* How far it is from a point within the page to the page's edge, in a direction of unit length. */
static double way_to_edge(const double from[2], const double direction[2], const double page_mm[2])
{
    double way = HUGE_VAL;
    for (int axis = 0; axis < 2; axis++)
        if (fabs(direction[axis]) > 1e-6)
            way = fmin(way, ((direction[axis] > 0 ? page_mm[axis] : 0) - from[axis]) /
                                direction[axis]);
    return way;
}

/* Whether the line goes on beyond a corner, away from `other`. */
static bool goes_on(const struct line *line, const double corner[2], const double other[2])
{
    double length = hypot(corner[0] - other[0], corner[1] - other[1]);
    double beyond[2];
    for (int axis = 0; axis < 2; axis++)
        beyond[axis] = corner[axis] + BEYOND_MM * (corner[axis] - other[axis]) / length;
    return coverage(line, corner, beyond) > COVER_SIDE;
}

/* The end of a label, and the two sides that run from it to the page's edge; returns the coverage,
 * 0 when they make none. */
static double open_rectangle(const struct line *end, const struct line *q, const struct line *q2,
                             int sense, const double page_mm[2], struct patch *ret)
{
    double corner[4][2], edge[2][2], way[2];
    if (!crossing(end, q, corner[0]) || !crossing(end, q2, corner[1]))
        return 0;
    double width = hypot(corner[1][0] - corner[0][0], corner[1][1] - corner[0][1]);
    double across = (end->angle + 90) * M_PI / 180;
    const double direction[2] = {sense * cos(across), sense * sin(across)};
    for (int i = 0; i < 2; i++) {
        way[i] = way_to_edge(corner[i], direction, page_mm);
        for (int axis = 0; axis < 2; axis++)
            edge[i][axis] = corner[i][axis] + way[i] * direction[axis];
    }
    double size[2] = {width, fmax(way[0], way[1])};
    if (!(fmin(way[0], way[1]) > EDGE_MARGIN_MM) || fmin(size[0], size[1]) < SIDE_MIN_MM ||
        fmax(size[0], size[1]) > OPEN_MAX_MM || size[0] * size[1] < AREA_MIN_MM2)
        return 0;
    double cover[3] = {coverage(end, corner[0], corner[1]), coverage(q, corner[0], edge[0]),
                       coverage(q2, corner[1], edge[1])};
    if (fmin(cover[0], fmin(cover[1], cover[2])) < COVER_OPEN ||
        goes_on(end, corner[0], corner[1]) || goes_on(end, corner[1], corner[0]) ||
        goes_on(q, corner[0], edge[0]) || goes_on(q2, corner[1], edge[1]))
        return 0;
    for (int axis = 0; axis < 2; axis++) {
        corner[2][axis] = corner[1][axis] + size[1] * direction[axis];
        corner[3][axis] = corner[0][axis] + size[1] * direction[axis];
    }
    set_corners(corner, size, turn_near(end->angle, 0), ret);
    return OPEN_SCORE * (cover[0] * width + cover[1] * way[0] + cover[2] * way[1]) /
           (width + way[0] + way[1]);
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

static bool is_turned(const struct line *line, const struct line *against, double by_deg)
{
    double angle = against->angle + by_deg;
    return fabs(turn_near(line->angle, angle) - angle) <= SQUARE_DEG;
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
        for (int q = 0; q < n; q++)
            for (int q2 = q + 1; q2 < n && is_turned(&line[q], &line[p], 90); q2++) {
                struct scored one;
                if (!is_turned(&line[q2], &line[p], 90))
                    continue;
                for (int p2 = p + 1; p2 < n; p2++) {
                    if (!is_turned(&line[p2], &line[p], 0))
                        continue;
                    one.score = rectangle(&line[p], &line[p2], &line[q], &line[q2], &one.patch);
                    if (one.score > 0)
                        n_found = keep_best(found, n_found, FOUND, &one);
                }
                for (int sense = -1; sense <= 1; sense += 2) {
                    one.score = open_rectangle(&line[p], &line[q], &line[q2], sense, page_mm,
                                               &one.patch);
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
