/* A line is a row of letters of one or two heights whose feet lie within FOOT_MM of a straight
 * baseline that is parallel to the page's axes within LINE_DEG: set type has that, handwriting and
 * stamps set by hand do not. */
#include "classifier/type_lines.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define LINE_LETTERS_MAX 80 /* of one line; it goes on, but has been judged by then */
#define LETTERS_MIN 4
#define GAP 1.6          /* between letters and words of a line, in letter heights */
#define FOOT_MM 0.15     /* two pixels at 300 dpi */
#define FOOT_SHARE 0.65  /* of the letters stand on the line; others have descenders, are commas */
#define HEIGHT_MM 0.2    /* letters of one height */
#define HEIGHT_SHARE 0.6 /* of the letters have one of two heights */
#define LINE_DEG 0.5
#define BLOCK_HEIGHTS 3.5 /* from foot to foot in one block, in letter heights; wide when written  \
                           */

static int by_x(const void *a, const void *b)
{
    double x = ((const struct type_letter *)a)->x, y = ((const struct type_letter *)b)->x;
    return (x > y) - (x < y);
}

/* Each letter joins the line whose last letter stands closest before it, or begins one. */
static int join_lines(struct type_letter *letter, int n)
{
    for (int i = 0; i < n; i++)
        letter[i].line = -1;
    int lines = 0;
    int last[TYPE_LETTERS_MAX];
    for (int i = 0; i < n; i++) {
        double best = 1e9;
        for (int l = 0; l < lines; l++) {
            const struct type_letter *a = &letter[last[l]], *b = &letter[i];
            double high = fmax(a->h, b->h), gap = b->x - a->x - a->w;
            bool beside =
                fabs(a->y + a->h - b->y - b->h) < 0.35 * high || fabs(a->y - b->y) < 0.2 * high;
            if (beside && gap < GAP * high && gap < best) {
                best = gap;
                letter[i].line = l;
            }
        }
        if (letter[i].line < 0)
            letter[i].line = lines++;
        last[letter[i].line] = i;
    }
    return lines;
}

static double share_within(const double *value, int n, double middle, double reach)
{
    int in = 0;
    for (int i = 0; i < n; i++)
        in += fabs(value[i] - middle) <= reach;
    return n ? (double)in / n : 0;
}

/* The baseline from foot to foot of the letters farthest apart that most letters agree with. */
static bool stands_straight(const struct type_letter *const *line, int n)
{
    double best = 0, slope = 0, off[LINE_LETTERS_MAX];
    for (int i = 0; i < n / 2 + 1; i++)
        for (int k = n / 2; k < n; k++) {
            double run = line[k]->x - line[i]->x;
            if (run < TYPE_LENGTH_MIN_MM / 2)
                continue;
            double rise = (line[k]->y + line[k]->h - line[i]->y - line[i]->h) / run;
            for (int j = 0; j < n; j++)
                off[j] = line[j]->y + line[j]->h - rise * (line[j]->x - line[i]->x);
            double share = share_within(off, n, line[i]->y + line[i]->h, FOOT_MM);
            if (share > best || (share == best && fabs(rise) < fabs(slope))) {
                best = share;
                slope = rise;
            }
        }
    return best >= FOOT_SHARE && fabs(slope) <= tan(LINE_DEG * M_PI / 180);
}

static bool has_two_heights(const struct type_letter *const *line, int n)
{
    double height[LINE_LETTERS_MAX], best = 0;
    for (int i = 0; i < n; i++)
        height[i] = line[i]->h;
    for (int i = 0; i < n; i++)
        for (int k = i; k < n; k++) {
            int in = 0;
            for (int j = 0; j < n; j++)
                in += fabs(height[j] - height[i]) <= HEIGHT_MM ||
                      fabs(height[j] - height[k]) <= HEIGHT_MM;
            best = fmax(best, (double)in / n);
        }
    return best >= HEIGHT_SHARE;
}

/* Fills box and letters of one line; false when it is none. */
static bool describe_line(const struct type_letter *letter, int n, int index, struct type_line *ret)
{
    const struct type_letter *line[LINE_LETTERS_MAX];
    int m = 0;
    double top = 1e9, bottom = -1e9, right = -1e9;
    for (int i = 0; i < n; i++)
        if (letter[i].line == index) {
            if (m < LINE_LETTERS_MAX)
                line[m++] = &letter[i];
            top = fmin(top, letter[i].y);
            bottom = fmax(bottom, letter[i].y + letter[i].h);
            right = fmax(right, letter[i].x + letter[i].w);
        }
    if (m < LETTERS_MIN || right - line[0]->x < TYPE_LENGTH_MIN_MM || !stands_straight(line, m) ||
        !has_two_heights(line, m))
        return false;
    *ret = (struct type_line){
        .box_mm = {line[0]->x, top, right - line[0]->x, bottom - top}, .letters = m, .block = 1};
    return true;
}

static bool one_block(const struct type_line *a, const struct type_line *b)
{
    double high = fmax(a->box_mm[3], b->box_mm[3]);
    bool over =
        a->box_mm[0] < b->box_mm[0] + b->box_mm[2] && b->box_mm[0] < a->box_mm[0] + a->box_mm[2];
    return over && fabs(a->box_mm[1] - b->box_mm[1]) < BLOCK_HEIGHTS * high;
}

void type_lines_blocks(struct type_line *line, int n)
{
    int block[TYPE_LINES_MAX], size[TYPE_LINES_MAX] = {0};
    for (int i = 0; i < n; i++)
        block[i] = i;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            if (one_block(&line[i], &line[k]))
                for (int j = 0, from = block[i]; j < n; j++)
                    block[j] = block[j] == from ? block[k] : block[j];
    for (int i = 0; i < n; i++)
        size[block[i]]++;
    for (int i = 0; i < n; i++)
        line[i].block = size[block[i]];
}

int type_lines_find(struct type_letter *letter, int n, struct type_line *ret, int max)
{
    int lines = 0;
    qsort(letter, (size_t)n, sizeof *letter, by_x);
    int groups = join_lines(letter, n);
    for (int g = 0; g < groups && lines < max; g++)
        lines += describe_line(letter, n, g, &ret[lines]);
    return lines;
}
