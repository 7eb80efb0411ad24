/* The reason is the ticked box, not the printed words. Empty boxes are found by shape: a closed
 * island whose box is square, has ink along all four sides and in its corners (a D or an O has
 * not). They stand in columns, one or more, of equal size, which then tell where a box must be
 * whose outline a pen has burst; a single square is no form. Text stands on one side of all boxes,
 * the nearer one. Ink is measured inside, away from the outline, and judged against the other boxes
 * of the same form: one must be darker than paper noise and at least twice as dark as the next, or
 * else the only one with ink of a pen's colour. */
#include "classifier/tick_boxes.h"

#include "classifier/label_picture.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BOX_MIN_MM 1.9
#define BOX_MAX_MM 6.0
#define ASPECT_MAX 1.3  /* longer over shorter side */
#define OUTLINE_MM 0.45 /* line width and place of the outline */
#define SIDE_COVER 0.8  /* of each side of an intact box that is inked */
#define PLACED_COVER                                                                               \
    0.55                  /* of a box whose place follows from the column: pen strokes hide some   \
                           */
#define CORNER_MM 0.4     /* square at a corner in which there must be ink */
#define CORNERS_MIN 3     /* a pen may have burst one */
#define WINDOW_MM 8.0     /* for the local paper level */
#define INK_OFFSET 28.0   /* levels below it that are ink */
#define COLUMN_MM 1.2     /* boxes of one column differ by less */
#define SIZE_SPREAD 0.15  /* in size, relative: letters of a heading have another */
#define ROW_SHARE 0.8     /* of a box's size: how far a text line's middle is from its box's */
#define SEARCH_MM 0.9     /* around the place that the column gives */
#define BESIDE_MIN 0.6    /* of a box's size: from its middle to the text beside it, */
#define BESIDE_MAX 3.5    /* and at most */
#define INSET 0.24        /* of the size, left out on each side when ink is measured */
#define TICK_MIN 0.07     /* share of ink: a thin pen's cross has 0.15, paper 0.01 */
#define TICK_RATIO 2.0    /* against the next darkest box */
#define WORD_OVERLAP 0.25 /* of a box's size: pen strokes and a word beside it may touch */
#define GLUED 1.5         /* of a box's size: from its middle to the end of a word that holds it */
#define RUN_GAP 2.0       /* of a box's size: words of one text stand closer */
#define ROWS_BEYOND 1.6   /* pitches past the outermost boxes in which others may stand */
#define BOXES_MAX 48
#define PEN_HUE 70    /* levels between channels: a pen's ink, not the fringes of black print */
#define PEN_MIN 0.05  /* share of a box and its outline */
#define PEN_RATIO 4.0 /* against the next: a coloured form has such ink at every box */
#define ROWS_MAX 256
#define BOXES_MIN 2 /* intact ones; fewer are no form */
#define WORD_END                                                                                   \
    1.2 /* of a box's size: a word's first or last letter may be a box that was read as one */

struct box {
    double x, y, size; /* centre */
};

struct form {
    struct box box[BOXES_MAX];
    int n;
    double size;
    bool text_left; /* of the boxes */
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

static int inked_corners(const struct image *ink, const struct box *box, double corner)
{
    int n = 0;
    for (int k = 0; k < 4; k++) {
        double x = box->x + (k & 1 ? 1 : -1) * (box->size - corner) / 2;
        double y = box->y + (k & 2 ? 1 : -1) * (box->size - corner) / 2;
        n += dark_share(ink, x - corner / 2, y - corner / 2, x + corner / 2, y + corner / 2) > 0.25;
    }
    return n;
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
        struct box box = {c->x + c->w / 2.0, c->y + c->h / 2.0, (c->w + c->h) / 2.0};
        if (outline_cover(ink, box.x, box.y, box.size, OUTLINE_MM * px_mm / 2, true) >=
                SIDE_COVER &&
            inked_corners(ink, &box, CORNER_MM * px_mm) >= CORNERS_MIN)
            ret[n++] = box;
    }
    return n;
}

static bool same_size(double a, double b)
{
    return fabs(a / b - 1) < SIZE_SPREAD;
}

/* Boxes of the size that most share. */
static void keep_size(struct form *form)
{
    int most = 0, lead = 0, kept = 0;
    for (int i = 0; i < form->n; i++) {
        int same = 0;
        for (int k = 0; k < form->n; k++)
            same += same_size(form->box[k].size, form->box[i].size);
        if (same > most) {
            most = same;
            lead = i;
        }
    }
    const double size = form->n ? form->box[lead].size : 0;
    for (int i = 0; i < form->n; i++)
        if (same_size(form->box[i].size, size))
            form->box[kept++] = form->box[i];
    form->n = kept;
    form->size = 0;
    for (int i = 0; i < kept; i++)
        form->size += form->box[i].size / kept;
}

/* A square in the midst of a word is a letter; at its ends it may be a box that was read as one. */
static bool is_letter(const struct box *box, const struct tick_line *line, int n, double end_share)
{
    double end = end_share * box->size;
    for (int k = 0; k < n; k++)
        if (fabs(line[k].y - box->y) < ROW_SHARE * box->size && box->x > line[k].left + end &&
            box->x < line[k].right - end)
            return true;
    return false;
}

static void drop_letters(struct form *form, const struct tick_line *line, int n)
{
    int kept = 0;
    for (int i = 0; i < form->n; i++)
        if (!is_letter(&form->box[i], line, n, WORD_END))
            form->box[kept++] = form->box[i];
    form->n = kept;
}

static bool same_row(const struct box *box, const struct tick_line *line, double size)
{
    return fabs(line->y - box->y) < ROW_SHARE * size;
}

/* A box that stands alone in its column, where others stand in theirs, must stand beside a line
 * that was understood and be clear of all words. */
static void drop_strays(struct form *form, const struct tick_line *line, int n,
                        const struct tick_line *word, int n_words, double px_mm)
{
    struct box kept[BOXES_MAX];
    int n_kept = 0;
    for (int i = 0; i < form->n; i++) {
        int column = 0;
        bool beside = false;
        for (int k = 0; k < form->n; k++)
            column += fabs(form->box[k].x - form->box[i].x) < COLUMN_MM * px_mm;
        for (int k = 0; k < n; k++)
            beside = beside || same_row(&form->box[i], &line[k], form->size);
        if (column > 1 || form->n <= BOXES_MIN ||
            (beside && !is_letter(&form->box[i], word, n_words, 0)))
            kept[n_kept++] = form->box[i];
    }
    memcpy(form->box, kept, (size_t)n_kept * sizeof *kept);
    form->n = n_kept;
}

/* Distance from a box to the nearest end of a line in its row: of text after it, or before it. */
static double gap_to(const struct box *box, const struct tick_line *line, int n, bool before)
{
    double least = HUGE_VAL;
    for (int i = 0; i < n; i++) {
        double gap = before ? box->x - line[i].right : line[i].left - box->x;
        if (same_row(box, &line[i], box->size) && gap > -box->size / 2)
            least = fmin(least, gap);
    }
    return least;
}

static void find_text_side(struct form *form, const struct tick_line *line, int n)
{
    int before = 0, after = 0;
    for (int i = 0; i < form->n; i++) {
        double left = gap_to(&form->box[i], line, n, true),
               right = gap_to(&form->box[i], line, n, false);
        before += left < right;
        after += right < left;
    }
    form->text_left = before > after;
}

/* Whether letters stand where a box was only guessed: strokes of text make half an outline too. */
static bool on_word(const struct box *box, const struct tick_line *word, int n)
{
    double half = box->size * (0.5 - WORD_OVERLAP);
    for (int k = 0; k < n; k++)
        if (same_row(box, &word[k], box->size) && box->x + half > word[k].left &&
            box->x - half < word[k].right)
            return true;
    return false;
}

/* Whether a line that was understood runs into the column: its first word holds the box, read as a
 * letter. */
static bool holds_box(const struct form *form, const struct tick_line *line, double x)
{
    double end = form->text_left ? line->right : line->left, way = form->text_left ? 1 : -1;
    return way * (end - x) > -form->size / 2 && way * (end - x) < GLUED * form->size;
}

/* The box of a column at (x, y), found by its outline; false when there is none. */
static bool find_placed(const struct image *ink, double x, double y, double size, double px_mm,
                        struct box *ret)
{
    double best = 0, reach = SEARCH_MM * px_mm;
    for (double dy = -reach; dy <= reach; dy += 1)
        for (double dx = -reach; dx <= reach; dx += 1) {
            double cover = outline_cover(ink, x + dx, y + dy, size, OUTLINE_MM * px_mm / 2, false);
            if (cover > best) {
                best = cover;
                *ret = (struct box){x + dx, y + dy, size};
            }
        }
    return best >= PLACED_COVER;
}

/* Distance between rows: the least between boxes one below the other; 0 when none are. */
static double pitch_of(const struct form *form, double px_mm)
{
    double ret = HUGE_VAL;
    for (int i = 0; i < form->n; i++)
        for (int k = 0; k < i; k++) {
            double apart = fabs(form->box[i].y - form->box[k].y);
            if (fabs(form->box[i].x - form->box[k].x) < COLUMN_MM * px_mm && apart > form->size)
                ret = fmin(ret, apart);
        }
    return ret < HUGE_VAL ? ret : 0;
}

/* Rows of text in which boxes may stand: lines that were understood, and all others among and next
 * to the boxes, since a pen may have made them unreadable. */
static int rows_of(const struct form *form, const struct tick_line *line, int n,
                   const struct tick_line *word, int n_words, double px_mm,
                   struct tick_line ret[ROWS_MAX])
{
    double low = HUGE_VAL, high = -HUGE_VAL, beyond = ROWS_BEYOND * pitch_of(form, px_mm);
    int rows = 0;
    for (int i = 0; i < form->n; i++) {
        low = fmin(low, form->box[i].y);
        high = fmax(high, form->box[i].y);
    }
    for (int i = 0; i < n + n_words && rows < ROWS_MAX; i++) {
        const struct tick_line *at = i < n ? &line[i] : &word[i - n];
        if (i >= n && (at->y < low - beyond || at->y > high + beyond))
            continue;
        ret[rows++] = *at;
    }
    return rows;
}

/* How far below its line's middle a box's lies, on average. */
static double drop_of(const struct form *form, const struct tick_line *line, int n)
{
    double drop = 0;
    int with_line = 0;
    for (int i = 0; i < form->n; i++)
        for (int k = 0; k < n; k++)
            if (same_row(&form->box[i], &line[k], form->size)) {
                drop += form->box[i].y - line[k].y;
                with_line++;
                break;
            }
    return with_line ? drop / with_line : 0;
}

/* Boxes whose outline was not intact stand where a column crosses a row of text; the first n_lines
 * rows are those that were understood. */
static void add_missing(const struct image *ink, struct form *form, const struct tick_line *row,
                        int n, int n_lines, const struct tick_line *word, int n_words, double px_mm)
{
    const int found = form->n;
    const double drop = drop_of(form, row, n);
    for (int i = 0; i < found; i++) {
        bool first = true; /* of its column */
        for (int k = 0; k < i; k++)
            first = first && fabs(form->box[k].x - form->box[i].x) >= COLUMN_MM * px_mm;
        for (int k = 0; first && k < n && form->n < BOXES_MAX; k++) {
            struct box box;
            double x = form->box[i].x, y = row[k].y + drop;
            bool beside = form->text_left ? row[k].left < x : row[k].right > x;
            for (int b = 0; b < form->n && beside; b++)
                beside = fabs(form->box[b].x - x) > form->size ||
                         fabs(form->box[b].y - y) > ROW_SHARE * form->size;
            bool glued = k < n_lines && holds_box(form, &row[k], x);
            if (beside && find_placed(ink, x, y, form->size, px_mm, &box) &&
                (glued || !on_word(&box, word, n_words)))
                form->box[form->n++] = box;
        }
    }
}

/* Whether the line's text leads to a box: word by word, without a gap as there is before the text
 * of another column; the box itself may be far off where all stand in one column. */
static bool has_box(const struct form *form, const struct tick_line *line,
                    const struct tick_line *word, int n_words)
{
    const double way = form->text_left ? 1 : -1, slack = form->size / 2;
    double end = form->text_left ? line->right : line->left;
    for (;;) {
        double box_gap = HUGE_VAL, word_gap = HUGE_VAL, next = end;
        for (int i = 0; i < form->n; i++) {
            double gap = way * (form->box[i].x - end);
            if (same_row(&form->box[i], line, form->size) && gap > -slack)
                box_gap = fmin(box_gap, gap);
        }
        for (int i = 0; i < n_words; i++) {
            double near = form->text_left ? word[i].left : word[i].right;
            double far = form->text_left ? word[i].right : word[i].left;
            double gap = way * (near - end);
            if (fabs(word[i].y - line->y) < ROW_SHARE * form->size && way * (far - end) > slack &&
                gap > -slack && gap < word_gap) {
                word_gap = gap;
                next = far;
            }
        }
        if (box_gap <= word_gap)
            return box_gap < HUGE_VAL;
        if (word_gap > RUN_GAP * form->size)
            return false;
        end = next;
    }
}

/* The best outline before (or behind) a line of text. */
static bool find_beside(const struct image *ink, const struct form *form,
                        const struct tick_line *line, double px_mm, struct box *ret)
{
    double best = 0, reach = SEARCH_MM * px_mm;
    for (double off = BESIDE_MIN * form->size; off <= BESIDE_MAX * form->size; off += 1)
        for (double dy = -reach; dy <= reach; dy += 1) {
            double x = form->text_left ? line->right + off : line->left - off;
            double y = line->y + dy;
            double cover = outline_cover(ink, x, y, form->size, OUTLINE_MM * px_mm / 2, false);
            if (cover > best) {
                best = cover;
                *ret = (struct box){x, y, form->size};
            }
        }
    return best >= PLACED_COVER;
}

/* A column of which the pen has burst every outline: two boxes or more, one below the other, each
 * beside a line that has none yet. */
static void add_column(const struct image *ink, struct form *form, const struct tick_line *line,
                       int n, const struct tick_line *word, int n_words, double px_mm)
{
    struct box found[BOXES_MAX];
    int n_found = 0;
    for (int k = 0; k < n && n_found < BOXES_MAX; k++)
        if (!has_box(form, &line[k], word, n_words) &&
            find_beside(ink, form, &line[k], px_mm, &found[n_found]) &&
            !on_word(&found[n_found], word, n_words))
            n_found++;
    for (int i = 0; i < n_found && form->n < BOXES_MAX; i++) {
        bool column = false, known = false;
        for (int k = 0; k < n_found; k++)
            column = column || (fabs(found[k].x - found[i].x) < COLUMN_MM * px_mm &&
                                fabs(found[k].y - found[i].y) > form->size);
        for (int b = 0; b < form->n; b++)
            known = known || (fabs(form->box[b].x - found[i].x) < form->size &&
                              fabs(form->box[b].y - found[i].y) < form->size);
        if (column && !known)
            form->box[form->n++] = found[i];
    }
}

/* What stands between a box and the next one in its row belongs to it. */
static void reach_of(const struct form *form, int at, struct tick_result *ret)
{
    const struct box *box = &form->box[at];
    ret->from_x = form->text_left ? -HUGE_VAL : box->x;
    ret->to_x = form->text_left ? box->x : HUGE_VAL;
    ret->y = box->y;
    ret->half_row = ROW_SHARE * box->size;
    for (int i = 0; i < form->n; i++) {
        const struct box *other = &form->box[i];
        if (fabs(other->y - box->y) > form->size / 2 || i == at)
            continue;
        if (form->text_left && other->x < box->x)
            ret->from_x = fmax(ret->from_x, other->x);
        if (!form->text_left && other->x > box->x)
            ret->to_x = fmin(ret->to_x, other->x);
    }
}

/* The most of a measure of all boxes and the next most; which box has it. */
static int leader(const double *value, int n, double ret[2])
{
    int best = -1;
    ret[0] = ret[1] = 0;
    for (int i = 0; i < n; i++)
        if (best < 0 || value[i] > ret[0]) {
            ret[1] = best < 0 ? 0 : ret[0];
            ret[0] = value[i];
            best = i;
        } else {
            ret[1] = fmax(ret[1], value[i]);
        }
    return best;
}

/* Ink within the outlines tells; where it does not, because a hook only cuts the corner or a
 * postmark crosses the boxes, ink of a pen's own colour does. */
static void judge(const struct image *ink, const struct image *pen, struct form *form,
                  struct tick_result *ret)
{
    double inside[BOXES_MAX], coloured[BOXES_MAX], most[2], most_coloured[2];
    *ret = (struct tick_result){.boxes = form->n};
    for (int i = 0; i < form->n; i++) {
        const struct box *box = &form->box[i];
        double half = box->size * (0.5 - INSET), whole = box->size / 2;
        inside[i] = dark_share(ink, box->x - half, box->y - half, box->x + half, box->y + half);
        coloured[i] = pen->data ? dark_share(pen, box->x - whole, box->y - whole, box->x + whole,
                                             box->y + whole)
                                : 0;
    }
    int best = leader(inside, form->n, most), pens = leader(coloured, form->n, most_coloured);
    ret->ink = most[0];
    ret->second = most[1];
    ret->ticked = most[0] >= TICK_MIN && most[0] >= TICK_RATIO * most[1];
    if (!ret->ticked && most_coloured[0] >= PEN_MIN &&
        most_coloured[0] >= PEN_RATIO * most_coloured[1]) {
        ret->ticked = true;
        best = pens;
    }
    if (ret->ticked)
        reach_of(form, best, ret);
}

/* Ink with a hue; nothing for a grey picture. */
static bool pen_of(const struct image *image, struct image *ret, struct err *err)
{
    uint8_t paper[3];
    if (image->channels != 3)
        return true;
    if (!image_create(ret, image->width, image->height, 1, err))
        return false;
    label_paper(image, paper);
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            image_row(ret, y)[x] =
                label_hue(image_row(image, y) + 3 * (size_t)x, paper) >= PEN_HUE ? 255 : 0;
    return true;
}

static bool ink_of(const struct image *image, struct image *ret, struct err *err)
{
    struct image grey = {0};
    int window = 2 * (int)(WINDOW_MM * image->dpi_x / 25.4 / 2) + 1;
    bool fine = image->channels == 3 ? cv_grey(image, &grey, err) : image_copy(image, &grey, err);
    fine = fine && cv_adaptive_threshold(&grey, window, INK_OFFSET, true, ret, err);
    image_finish(&grey);
    return fine;
}

bool tick_boxes_read(const struct image *image, const struct image *outline,
                     const struct tick_line *line, int n_lines, const struct tick_line *word,
                     int n_words, struct tick_result *ret, struct err *err)
{
    struct image ink = {0}, own = {0}, pen = {0};
    struct cv_components parts = {0};
    struct form form = {.n = 0};
    double px_mm = image->dpi_x / 25.4;
    *ret = (struct tick_result){0};
    const struct image *lines = outline == image ? &ink : &own;
    bool fine = ink_of(image, &ink, err) && pen_of(image, &pen, err) &&
                (outline == image || ink_of(outline, &own, err)) &&
                cv_components_find(lines, 8, &parts, err);
    if (fine) {
        form.n = find_squares(lines, &parts, px_mm, form.box);
        drop_letters(&form, word, n_words);
        keep_size(&form);
        drop_strays(&form, line, n_lines, word, n_words, px_mm);
        if (form.n >= BOXES_MIN) {
            struct tick_line row[ROWS_MAX];
            find_text_side(&form, line, n_lines);
            int rows = rows_of(&form, line, n_lines, word, n_words, px_mm, row);
            add_missing(lines, &form, row, rows, n_lines, word, n_words, px_mm);
            add_column(lines, &form, line, n_lines, word, n_words, px_mm);
            judge(&ink, &pen, &form, ret);
        }
    }
    cv_components_finish(&parts);
    image_finish(&pen);
    image_finish(&own);
    image_finish(&ink);
    return fine;
}
