/* Letters are small dark islands: what a closing with a box wider than any stroke fills in, per
 * colour channel, so that red stamps and black print on yellow show alike. Islands of a letter's
 * size that stand closer than a line's gap belong together. Lines of text pile up their ink when
 * looked at along their direction: the angle is the one whose projection changes most from bin to
 * bin, good to about half a degree with twenty letters. A single word is found as well, as the
 * direction in which it is narrowest. Ornaments and bar codes come out too; reading sorts them out.
 */
#include "classifier/text_blocks.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PX (25.4 / SIDE_REDUCED_DPI)
#define STROKE_PX 15       /* 2.5 mm: wider than the strokes of letters 12 mm high */
#define CONTRAST_MIN 22.0  /* levels between ink and paper: a faded stamp has 30 */
#define NOISE_FACTOR 7.0   /* of the median absolute deviation: 5 standard deviations */
#define MARK_MIN_MM 0.7    /* larger side of a letter; 4-point print has 0.8 */
#define MARK_MAX_MM 11.0   /* capitals of large stamps */
#define MARK_ASPECT_MAX 10 /* a bar of a bar code is longer, a capital I is not */
#define MARK_AREA_MIN 3    /* px */
#define MARKS_MAX 4000     /* a C4 sheet of small print has 3000 letters */
#define POINT_STRIDE 2     /* every second dark pixel serves for angles */
#define ANGLE_POINTS 3000  /* that are projected: enough for half a degree */
#define GAP_MM 2.2         /* between marks of one block; line gaps are 0.8 to 2 */
#define GAP_LETTERS 0.9    /* or this share of the letters' height, for large print */
#define LETTERS_MIN 4
#define BLOCK_MIN_MM 5.0 /* length of a block; shorter ones hold no phrase */
#define BIN_MM 0.25      /* of projections: a third of the smallest letter */
#define COARSE_DEG                                                                                 \
    1.0 /* lines of 60 mm and letters of 2 mm show within 2 degrees of their angle                 \
         */
#define FINE_DEG 0.25
#define CHROMA_SHARE                                                                               \
    0.28                /* spread of the channels' darkness over the darkest one: ink with a hue */
#define CHROMA_MIN 30.0 /* levels of that spread */

struct mark {
    double box_mm[4];
    int first_point, n_points;
    bool coloured;
};

struct text_marks {
    struct mark *mark;
    int n;
    float (*point)[2]; /* mm, grouped by mark */
    int n_points;
};

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

static int quantile(const long *histogram, long total, double share)
{
    long sum = 0;
    for (int i = 0; i < 256; i++)
        if ((double)(sum += histogram[i]) >= share * (double)total)
            return i;
    return 255;
}

/* Paper's own level and spread come from the side itself: most of it is bare. */
static double ink_threshold(const struct image *dark)
{
    long histogram[256] = {0}, deviation[256] = {0};
    long total = (long)dark->width * dark->height;
    for (int y = 0; y < dark->height; y++)
        for (int x = 0; x < dark->width; x++)
            histogram[image_row(dark, y)[x]]++;
    int median = quantile(histogram, total, 0.5);
    for (int i = 0; i < 256; i++)
        deviation[abs(i - median)] += histogram[i];
    /* a side of nothing but noise has no ink: nothing is darker than the darkest */
    return fmin(255, median + fmax(CONTRAST_MIN, NOISE_FACTOR * quantile(deviation, total, 0.5)));
}

static bool is_letter(const struct cv_component *c)
{
    double longer = fmax(c->w, c->h), shorter = fmin(c->w, c->h);
    return longer * MM_PX >= MARK_MIN_MM && longer * MM_PX <= MARK_MAX_MM &&
           longer <= MARK_ASPECT_MAX * shorter && c->area >= MARK_AREA_MIN;
}

/* Whether ink at this pixel has a hue: the channels differ in how much darker than paper they are.
 */
static bool is_coloured(const struct side *side, const uint8_t *px)
{
    double low = HUGE_VAL, high = 0;
    for (int c = 0; c < 3; c++) {
        double darker = fmax(0, side->paper_rgb[c] - px[c]);
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

bool text_marks_find(const struct side *side, struct text_marks **ret, struct err *err)
{
    struct image dark = {0}, ink = {0}, black = {0}, coloured = {0};
    struct text_marks *marks = calloc(1, sizeof *marks);
    if (marks)
        marks->mark = calloc(MARKS_MAX, sizeof *marks->mark);
    bool fine = (marks && marks->mark) || err_set(err, "out of memory for the text of a side");
    fine = fine && darkness(&side->reduced, &dark, err) &&
           cv_threshold(&dark, ink_threshold(&dark), false, &ink, err) &&
           split_inks(side, &ink, &black, &coloured, err) &&
           add_marks(&coloured, true, marks, err) && add_marks(&black, false, marks, err);
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

int text_blocks_group(const struct text_marks *marks, struct text_block *ret, int max)
{
    int n = 0, *parent = malloc((size_t)(marks->n + 1) * sizeof *parent);
    int *member = malloc((size_t)(marks->n + 1) * sizeof *member);
    for (int i = 0; parent && i < marks->n; i++)
        parent[i] = i;
    for (int i = 0; parent && i < marks->n; i++)
        for (int k = 0; k < i; k++)
            if (stand_together(&marks->mark[i], &marks->mark[k]))
                parent[root_of(parent, i)] = root_of(parent, k);
    for (int root = 0; parent && member && root < marks->n && n < max; root++) {
        int members = 0;
        if (root_of(parent, root) != root)
            continue;
        for (int i = 0; i < marks->n; i++)
            if (root_of(parent, i) == root)
                member[members++] = i;
        if (members < LETTERS_MIN)
            continue;
        ret[n] = block_of(marks, member, members);
        n += ret[n].size_mm[0] >= BLOCK_MIN_MM;
    }
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
