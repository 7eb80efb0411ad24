/* Marks of a letter's size that stand closer than a line's gap belong together. Lines of text pile
 * up their ink when looked at along their direction: the angle is the one whose projection changes
 * most from bin to bin, good to about half a degree with twenty letters. A single word is found as
 * well, as the direction in which it is narrowest. What then stands on the same lines, a wide gap
 * apart, is one block. */
#include "classifier/text_marks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ANGLE_POINTS 3000 /* that are projected: enough for half a degree */
#define GAP_MM 2.2        /* between marks of one block; line gaps are 0.8 to 2 */
#define GAP_LETTERS 0.9   /* or this share of the letters' height, for large print */
#define LETTERS_MIN 4
#define GROUPS_MAX 96        /* of a side, before those on the same lines are joined */
#define LINE_TURN_DEG 4.0    /* between groups on the same lines, */
#define LINE_GAP_LETTERS 3.0 /* the gap between them in letters' heights, */
#define ROW_GAP_LETTERS 2.0  /* likewise between groups one below the other */
#define LINE_SHARE 0.6       /* and what they share of the lower one's height */
#define BLOCK_MIN_MM 5.0     /* length of a block; shorter ones hold no phrase */
#define BIN_MM 0.25          /* of projections: a third of the smallest letter */
#define COARSE_DEG                                                                                 \
    1.0 /* lines of 60 mm and letters of 2 mm show within 2 degrees of their angle                 \
         */
#define FINE_DEG 0.25

/* Points of a group along and across a direction, thinned to ANGLE_POINTS. */
struct cloud {
    float point[ANGLE_POINTS][2];
    int n;
    double centre[2], radius;
};

static void cloud_of(const struct text_marks *marks, const int *member, int n, struct cloud *ret)
{
    long total = 0, at = 0;
    for (int i = 0; i < n; i++)
        total += marks->mark[member[i]].n_points;
    long stride = total / ANGLE_POINTS + 1;
    double sum[2] = {0};
    ret->n = 0;
    for (int i = 0; i < n; i++) {
        const struct mark *mark = &marks->mark[member[i]];
        for (int k = 0; k < mark->n_points; k++)
            if (at++ % stride == 0 && ret->n < ANGLE_POINTS) {
                memcpy(ret->point[ret->n], marks->point[mark->first_point + k], sizeof *ret->point);
                sum[0] += (double)ret->point[ret->n][0];
                sum[1] += (double)ret->point[ret->n++][1];
            }
    }
    ret->centre[0] = ret->n ? sum[0] / ret->n : 0;
    ret->centre[1] = ret->n ? sum[1] / ret->n : 0;
    ret->radius = 0;
    for (int i = 0; i < ret->n; i++)
        ret->radius = fmax(ret->radius, hypot((double)ret->point[i][0] - ret->centre[0],
                                              (double)ret->point[i][1] - ret->centre[1]));
}

/* How much the ink's projection across `angle` changes from bin to bin. */
static double sharpness(const struct cloud *cloud, double angle_deg)
{
    enum { BINS = 4096 };
    static const double half_bins = BINS / 2.0;
    int histogram[BINS] = {0};
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180), sum = 0;
    for (int i = 0; i < cloud->n; i++) {
        double x = (double)cloud->point[i][0] - cloud->centre[0];
        double y = (double)cloud->point[i][1] - cloud->centre[1];
        double bin = (c * y - s * x) / BIN_MM + half_bins;
        if (bin >= 0 && bin < BINS)
            histogram[(int)bin]++;
    }
    int reach = (int)fmin(half_bins - 2, cloud->radius / BIN_MM + 2);
    for (int i = BINS / 2 - reach; i < BINS / 2 + reach; i++) {
        double step = histogram[i] - histogram[i - 1];
        sum += step * step;
    }
    return sum;
}

static double best_angle(const struct cloud *cloud, double from, double to, double step)
{
    double best = from, most = -1;
    for (double angle = from; angle <= to; angle += step) {
        double value = sharpness(cloud, angle);
        if (value > most) {
            most = value;
            best = angle;
        }
    }
    return best;
}

static struct text_block block_of(const struct text_marks *marks, const int *member, int n)
{
    struct text_block block = {.letters = n};
    struct cloud cloud;
    cloud_of(marks, member, n, &cloud);
    double angle = best_angle(&cloud, -90, 90 - COARSE_DEG, COARSE_DEG);
    angle = best_angle(&cloud, angle - COARSE_DEG, angle + COARSE_DEG, FINE_DEG);
    angle = angle < -90 ? angle + 180 : angle >= 90 ? angle - 180 : angle;
    double s = sin(angle * M_PI / 180), c = cos(angle * M_PI / 180);
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    int coloured = 0;
    for (int i = 0; i < n; i++) {
        const struct mark *mark = &marks->mark[member[i]];
        coloured += mark->coloured;
        for (int k = 0; k < mark->n_points; k++) {
            const float *p = marks->point[mark->first_point + k];
            double x = (double)p[0], y = (double)p[1], at[2] = {c * x + s * y, c * y - s * x};
            for (int axis = 0; axis < 2; axis++) {
                low[axis] = fmin(low[axis], at[axis]);
                high[axis] = fmax(high[axis], at[axis]);
            }
        }
    }
    double u = (low[0] + high[0]) / 2, v = (low[1] + high[1]) / 2;
    block.centre_mm[0] = c * u - s * v;
    block.centre_mm[1] = s * u + c * v;
    block.size_mm[0] = high[0] - low[0];
    block.size_mm[1] = high[1] - low[1];
    block.angle_deg = angle;
    block.coloured = 2 * coloured > n;
    return block;
}

static int root_of(int *parent, int i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

static bool stand_together(const struct mark *a, const struct mark *b)
{
    double gap = fmax(GAP_MM, GAP_LETTERS * fmin(fmax(a->box_mm[2], a->box_mm[3]),
                                                 fmax(b->box_mm[2], b->box_mm[3])));
    for (int axis = 0; axis < 2; axis++)
        if (a->box_mm[axis] > b->box_mm[axis] + b->box_mm[2 + axis] + gap ||
            b->box_mm[axis] > a->box_mm[axis] + a->box_mm[2 + axis] + gap)
            return false;
    return a->coloured == b->coloured;
}

static int more_letters_first(const void *a, const void *b)
{
    const struct text_block *p = a, *q = b;
    return (q->letters > p->letters) - (q->letters < p->letters);
}

/* Marks in groups: parent[] as of a disjoint-set forest. */
static int members_of(const struct text_marks *marks, int *parent, int root, int *ret)
{
    int n = 0;
    for (int i = 0; i < marks->n; i++)
        if (root_of(parent, i) == root)
            ret[n++] = i;
    return n;
}

static double letter_size(const struct text_marks *marks, const int *member, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += fmax(marks->mark[member[i]].box_mm[2], marks->mark[member[i]].box_mm[3]);
    return sum / n;
}

/* Whether one goes on where the other ends: on the same lines, in which typewriters and forms leave
 * wide gaps, or on the lines before or after them. Lines run as the longer one's do: of a word or
 * two the angle is known to half a letter over its length. */
static bool goes_on(const struct text_block *a, const struct text_block *b, double letter_mm)
{
    if (a->size_mm[0] < b->size_mm[0]) {
        const struct text_block *longer = b;
        b = a;
        a = longer;
    }
    double turn_deg = LINE_TURN_DEG + atan2(letter_mm / 2, b->size_mm[0]) * 180 / M_PI;
    static const double gap_letters[2] = {LINE_GAP_LETTERS, ROW_GAP_LETTERS};
    double s = sin(a->angle_deg * M_PI / 180), c = cos(a->angle_deg * M_PI / 180);
    double dx = b->centre_mm[0] - a->centre_mm[0], dy = b->centre_mm[1] - a->centre_mm[1];
    const double apart[2] = {fabs(c * dx + s * dy), fabs(c * dy - s * dx)}; /* along, across */
    double gap[2], shared[2];
    for (int axis = 0; axis < 2; axis++) {
        double half_sum = (a->size_mm[axis] + b->size_mm[axis]) / 2;
        gap[axis] = apart[axis] - half_sum;
        shared[axis] = (half_sum - apart[axis]) / fmin(a->size_mm[axis], b->size_mm[axis]);
    }
    if (a->coloured != b->coloured || fabs(remainder(a->angle_deg - b->angle_deg, 180)) > turn_deg)
        return false;
    for (int axis = 0; axis < 2; axis++)
        if (gap[axis] <= gap_letters[axis] * letter_mm && shared[1 - axis] >= LINE_SHARE)
            return true;
    return false;
}

struct group {
    int root;
    double letter_mm;
    struct text_block block;
};

static int groups_of(const struct text_marks *marks, int *parent, int *member, struct group *ret,
                     int max)
{
    int n = 0;
    for (int root = 0; root < marks->n && n < max; root++) {
        if (root_of(parent, root) != root)
            continue;
        int members = members_of(marks, parent, root, member);
        if (members >= LETTERS_MIN)
            ret[n++] = (struct group){root, letter_size(marks, member, members),
                                      block_of(marks, member, members)};
    }
    return n;
}

/* Joins groups that share their lines or follow each other. Returns how many are left. */
static int join_lines(const struct text_marks *marks, int *parent, int *member, struct group *group,
                      int n)
{
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < n; i++)
            for (int k = i + 1; k < n; k++) {
                double letter = fmin(group[i].letter_mm, group[k].letter_mm);
                if (!goes_on(&group[i].block, &group[k].block, letter))
                    continue;
                parent[root_of(parent, group[k].root)] = root_of(parent, group[i].root);
                int members = members_of(marks, parent, root_of(parent, group[i].root), member);
                group[i].block = block_of(marks, member, members);
                group[i].letter_mm = letter_size(marks, member, members);
                group[k--] = group[--n];
                again = true;
            }
    }
    return n;
}

int text_blocks_group(const struct text_marks *marks, struct text_block *ret, int max)
{
    int n = 0, n_groups = 0, *parent = malloc((size_t)(marks->n + 1) * sizeof *parent);
    int *member = malloc((size_t)(marks->n + 1) * sizeof *member);
    struct group group[GROUPS_MAX];
    for (int i = 0; parent && i < marks->n; i++)
        parent[i] = i;
    for (int i = 0; parent && i < marks->n; i++)
        for (int k = 0; k < i; k++)
            if (stand_together(&marks->mark[i], &marks->mark[k]))
                parent[root_of(parent, i)] = root_of(parent, k);
    if (parent && member) {
        n_groups = groups_of(marks, parent, member, group, GROUPS_MAX);
        n_groups = join_lines(marks, parent, member, group, n_groups);
    }
    for (int i = 0; i < n_groups && n < max; i++)
        if (group[i].block.size_mm[0] >= BLOCK_MIN_MM)
            ret[n++] = group[i].block;
    free(member);
    free(parent);
    if (n > 1)
        qsort(ret, (size_t)n, sizeof *ret, more_letters_first);
    return n;
}

struct text_block text_block_within(const struct text_marks *marks, const double centre_mm[2],
                                    const double size_mm[2], double angle_deg)
{
    struct text_block block = {0};
    double s = sin(angle_deg * M_PI / 180), c = cos(angle_deg * M_PI / 180);
    int n = 0, *member = malloc((size_t)(marks->n + 1) * sizeof *member);
    for (int i = 0; member && i < marks->n; i++) {
        const double *box = marks->mark[i].box_mm;
        double x = box[0] + box[2] / 2 - centre_mm[0], y = box[1] + box[3] / 2 - centre_mm[1];
        if (fabs(c * x + s * y) <= size_mm[0] / 2 && fabs(c * y - s * x) <= size_mm[1] / 2)
            member[n++] = i;
    }
    if (n >= LETTERS_MIN)
        block = block_of(marks, member, n);
    free(member);
    return block;
}
