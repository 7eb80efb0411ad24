/* The reason is the ticked box, not the printed words. Empty boxes are found by shape: a closed
 * island whose box is square and has ink along all four sides. They stand in a column of equal
 * size, which then tells where the ticked one must be, whose outline a pen may have burst. Ink is
 * measured inside, away from the outline, and judged against the other boxes of the same form: one
 * must be darker than paper noise and at least twice as dark as the next. */
#include "classifier/tick_boxes.h"

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define BOX_MIN_MM 1.9
#define BOX_MAX_MM 6.0
#define ASPECT_MAX 1.3  /* longer over shorter side */
#define OUTLINE_MM 0.45 /* line width and place of the outline */
#define SIDE_COVER 0.8  /* of each side of an intact box that is inked */
#define PLACED_COVER                                                                               \
    0.55                 /* of a box whose place follows from the column: pen strokes hide some    \
                          */
#define WINDOW_MM 8.0    /* for the local paper level */
#define INK_OFFSET 28.0  /* levels below it that are ink */
#define COLUMN_MM 1.2    /* boxes of one column differ by less */
#define SIZE_SPREAD 0.25 /* in size, relative */
#define ROW_SHARE 0.8    /* of a box's size: how far a text line's middle is from its box's */
#define SEARCH_MM 0.9    /* around the place that the column gives */
#define INSET 0.24       /* of the size, left out on each side when ink is measured */
#define TICK_MIN 0.07    /* share of ink: a thin pen's cross has 0.15, paper 0.01 */
#define TICK_RATIO 2.0   /* against the next darkest box */
#define BOXES_MAX 48

struct box {
    double x, y, size; /* centre */
    double ink;
    int line;
};

static double dark_share(const struct image *ink, double x0, double y0, double x1, double y1)
{
    long dark = 0, all = 0;
    for (int y = (int)ceil(y0); y < y1; y++)
        for (int x = (int)ceil(x0); x < x1; x++) {
            if (x < 0 || y < 0 || x >= ink->width || y >= ink->height)
                continue;
            all++;
            dark += image_row(ink, y)[x] != 0;
        }
    return all ? (double)dark / (double)all : 0;
}

/* Share of a side's length along which any pixel of a strip over the outline is dark. */
static double side_cover(const struct image *ink, double cx, double cy, double half, double strip,
                         int side)
{
    int hit = 0, n = 0;
    for (double t = -half; t <= half; t += 1, n++)
        for (double d = -strip; d <= strip; d += 1) {
            double off = side % 2 ? half + d : -half - d;
            int x = (int)(cx + (side < 2 ? off : t)), y = (int)(cy + (side < 2 ? t : off));
            if (x >= 0 && y >= 0 && x < ink->width && y < ink->height && image_row(ink, y)[x]) {
                hit++;
                break;
            }
        }
    return n ? (double)hit / n : 0;
}

static double outline_cover(const struct image *ink, double cx, double cy, double size,
                            double strip, bool weakest)
{
    double sum = 0, least = 1;
    for (int side = 0; side < 4; side++) {
        double cover = side_cover(ink, cx, cy, size / 2 - strip, strip, side);
        sum += cover / 4;
        least = fmin(least, cover);
    }
    return weakest ? least : sum;
}

static int find_squares(const struct image *ink, const struct cv_components *parts, double px_mm,
                        struct box ret[BOXES_MAX])
{
    int n = 0;
    for (int i = 1; i < parts->n && n < BOXES_MAX; i++) {
        const struct cv_component *c = &parts->component[i];
        double longer = fmax(c->w, c->h), shorter = fmin(c->w, c->h);
        if (shorter < BOX_MIN_MM * px_mm || longer > BOX_MAX_MM * px_mm ||
            longer > ASPECT_MAX * shorter)
            continue;
        struct box box = {c->x + c->w / 2.0, c->y + c->h / 2.0, (c->w + c->h) / 2.0, 0, -1};
        if (outline_cover(ink, box.x, box.y, box.size, OUTLINE_MM * px_mm / 2, true) >= SIDE_COVER)
            ret[n++] = box;
    }
    return n;
}

/* The boxes that stand in one column, left of text: the fullest column wins. */
static int keep_column(struct box *box, int n, const struct tick_line *line, int n_lines,
                       double px_mm)
{
    int best = -1, most = 0;
    double left = HUGE_VAL;
    for (int i = 0; i < n_lines; i++)
        left = fmin(left, line[i].left);
    for (int i = 0; i < n; i++) {
        int same = 0;
        if (box[i].x > left + COLUMN_MM * px_mm)
            continue;
        for (int k = 0; k < n; k++)
            same += fabs(box[k].x - box[i].x) < COLUMN_MM * px_mm &&
                    fabs(box[k].size / box[i].size - 1) < SIZE_SPREAD;
        if (same > most) {
            most = same;
            best = i;
        }
    }
    if (best < 0)
        return 0;
    const struct box lead = box[best];
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (fabs(box[i].x - lead.x) < COLUMN_MM * px_mm &&
            fabs(box[i].size / lead.size - 1) < SIZE_SPREAD)
            box[kept++] = box[i];
    return kept;
}

static int nearest_line(const struct box *box, const struct tick_line *line, int n_lines)
{
    int best = -1;
    double least = ROW_SHARE * box->size;
    for (int i = 0; i < n_lines; i++)
        if (fabs(line[i].y - box->y) < least) {
            least = fabs(line[i].y - box->y);
            best = i;
        }
    return best;
}

/* Boxes whose outline was not intact stand where the column crosses a line of text. */
static int add_missing(const struct image *ink, struct box *box, int n,
                       const struct tick_line *line, int n_lines, double px_mm)
{
    const int found = n;
    double x = 0, size = 0, drop = 0;
    int with_line = 0;
    for (int i = 0; i < found; i++) {
        x += box[i].x / found;
        size += box[i].size / found;
        box[i].line = nearest_line(&box[i], line, n_lines);
        if (box[i].line >= 0) {
            drop += box[i].y - line[box[i].line].y;
            with_line++;
        }
    }
    drop = with_line ? drop / with_line : 0;
    for (int i = 0; i < n_lines && n < BOXES_MAX; i++) {
        bool has = false;
        for (int k = 0; k < n; k++)
            has = has || box[k].line == i || fabs(box[k].y - line[i].y - drop) < size / 2;
        struct box best = {x, line[i].y + drop, size, 0, i};
        double cover = 0, reach = SEARCH_MM * px_mm;
        for (double dy = -reach; !has && dy <= reach; dy += 1)
            for (double dx = -reach; dx <= reach; dx += 1) {
                double here = outline_cover(ink, x + dx, line[i].y + drop + dy, size,
                                            OUTLINE_MM * px_mm / 2, false);
                if (here > cover) {
                    cover = here;
                    best.x = x + dx, best.y = line[i].y + drop + dy;
                }
            }
        if (!has && cover >= PLACED_COVER)
            box[n++] = best;
    }
    return n;
}

static void judge(const struct image *ink, struct box *box, int n, struct tick_result *ret)
{
    *ret = (struct tick_result){.boxes = n, .ticked = -1};
    int best = -1;
    for (int i = 0; i < n; i++) {
        double half = box[i].size * (0.5 - INSET);
        box[i].ink =
            dark_share(ink, box[i].x - half, box[i].y - half, box[i].x + half, box[i].y + half);
        if (best < 0 || box[i].ink > box[best].ink) {
            ret->second = best < 0 ? 0 : box[best].ink;
            best = i;
        } else {
            ret->second = fmax(ret->second, box[i].ink);
        }
    }
    ret->ink = best < 0 ? 0 : box[best].ink;
    if (ret->ink < TICK_MIN || ret->ink < TICK_RATIO * ret->second)
        return;
    ret->ticked = box[best].line;
    ret->elsewhere = box[best].line < 0;
}

bool tick_boxes_read(const struct image *image, const struct tick_line *line, int n_lines,
                     struct tick_result *ret, struct err *err)
{
    struct image grey = {0}, ink = {0};
    struct cv_components parts = {0};
    struct box box[BOXES_MAX];
    double px_mm = image->dpi_x / 25.4;
    int window = 2 * (int)(WINDOW_MM * px_mm / 2) + 1;
    bool fine = image->channels == 3 ? cv_grey(image, &grey, err) : image_copy(image, &grey, err);
    fine = fine && cv_adaptive_threshold(&grey, window, INK_OFFSET, true, &ink, err) &&
           cv_components_find(&ink, 8, &parts, err);
    if (fine) {
        int n = find_squares(&ink, &parts, px_mm, box);
        n = keep_column(box, n, line, n_lines, px_mm);
        if (n > 0)
            n = add_missing(&ink, box, n, line, n_lines, px_mm);
        judge(&ink, box, n, ret);
    }
    cv_components_finish(&parts);
    image_finish(&ink);
    image_finish(&grey);
    return fine;
}
