/* Each part of an envelope's print is to be one element: what is learnt as one can only be judged
 * as one, and a label over the sender would hide the logo beside it and the slogan below.
 *
 * Type is set in lines of one height, words in them a fraction of that height apart; lines of one
 * paragraph follow each other closely and are set flush left, flush right or centred. A logo beside
 * an address is higher than its lines, a slogan below it is neither aligned with it nor, often, of
 * its size. From the bottom up, nearest first: pieces of ink, lines, blocks (as in Kise's and
 * O'Gorman's docstrum, without their angles: samples are aligned). */
#include "classifier/enrol_layout.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define TOUCH_MM 0.6      /* what stands closer than this was drawn as one */
#define LETTER_GAP_MM 1.2 /* between letters of a word, and words of small type */
#define JOIN_MM 3.6       /* word spaces up to 18 pt, widely spaced capitals, parts of a logo */
#define COMPACT 2.5       /* long side over short side: a shape, a single letter, not a line */
#define SOLID 0.85        /* of its box; widened letters of small type fill three quarters */
#define FLUSH 0.2         /* of the larger part: emblems seldom end where letters do */
#define WORD_SPACE 0.7    /* of the lower piece: a third of an em beside letters of half an em */
#define X_HEIGHT 2.2      /* from ascender to descender, over a word that has neither */
#define LINE_GAP 1.5      /* between lines of one block: of the higher line, */
#define LINE_GAP_MM 3.4   /* and never more */
#define LINE_ALIKE 1.5    /* descenders or none: 0.95 to 0.72 of the type */
#define LINE_HIGH_MM 14.0 /* no line of text is higher */
#define NAME_LINES 3.1    /* heights of a line: two lines, not three */
#define BESIDE_MIN 0.5    /* of the lower piece's height */
#define OVERLAP_MIN 0.6   /* of the narrower line */
#define ALIGNED 0.6       /* of the lower line: overhang, slant, an opening quote */
#define PART_MIN_MM 4.0   /* length; shorter is a speck or part of something dropped */
#define PART_MIN_HIGH_MM 1.2
#define RULE_MIN_MM 20.0 /* a thin line as long as this is drawn on purpose */
#define PART_MIN_INK_MM2 1.5
#define BAND_SHARE 0.5 /* of the page: as long as that, */
#define BAND_SLENDER 5 /* long side over short side: no part of a drawing beside it */
#define SPECK_MM2 0.1  /* a full stop of 8 pt, widened, is three times as large */
#define BLOCKS_MAX 512

/* Ink that belongs together. */
struct block {
    struct cv_component box;
    int line;   /* px; height of its lines, or their width where they run up or down the page */
    bool drawn; /* of compact pieces only, none of them a line of text */
    bool band;  /* runs along much of the page */
};

struct layout {
    double px; /* per mm */
    int n;
    struct block block[BLOCKS_MAX];
};

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Bare paper between two boxes in one direction; negative: what they share of it. */
static int gap_across(const struct cv_component *p, const struct cv_component *q)
{
    return most(p->x, q->x) - least(p->x + p->w, q->x + q->w);
}

static int gap_down(const struct cv_component *p, const struct cv_component *q)
{
    return most(p->y, q->y) - least(p->y + p->h, q->y + q->h);
}

static bool lines_alike(const struct block *a, const struct block *b)
{
    return most(a->line, b->line) <= LINE_ALIKE * least(a->line, b->line);
}

/* Words of one line, or two columns of it. Words without ascenders are lower, but stand within the
 * line and a word space away. */
static bool beside(const struct block *a, const struct block *b, double px)
{
    const struct cv_component *p = &a->box, *q = &b->box;
    int across = gap_across(p, q), low = least(p->h, q->h);
    if (-gap_down(p, q) < BESIDE_MIN * low || across >= JOIN_MM * px)
        return false;
    bool lines = p->h <= LINE_ALIKE * a->line && q->h <= LINE_ALIKE * b->line;
    bool without_ascenders = lines && -gap_down(p, q) >= low && most(p->h, q->h) <= X_HEIGHT * low;
    return lines_alike(a, b) || (without_ascenders && across < WORD_SPACE * low);
}

static struct block turned(const struct block *block)
{
    const struct cv_component *c = &block->box;
    return (struct block){.box = {.x = c->y, .y = c->x, .w = c->h, .h = c->w}, .line = c->w};
}

/* Words of a line that runs up or down the page. */
static bool above(const struct block *a, const struct block *b, double px)
{
    if (a->box.h <= a->box.w || b->box.h <= b->box.w)
        return false;
    struct block p = turned(a), q = turned(b);
    return beside(&p, &q, px);
}

static bool aligned(const struct cv_component *p, const struct cv_component *q, double within)
{
    return abs(p->x - q->x) <= within || abs(p->x + p->w - q->x - q->w) <= within ||
           abs(2 * p->x + p->w - 2 * q->x - q->w) <= 2 * within;
}

/* Lines of one paragraph. */
static bool below(const struct block *a, const struct block *b, double px)
{
    const struct cv_component *p = &a->box, *q = &b->box;
    int high = most(a->line, b->line), low = least(a->line, b->line);
    return gap_down(p, q) < fmin(LINE_GAP * high, LINE_GAP_MM * px) &&
           -gap_across(p, q) > OVERLAP_MIN * least(p->w, q->w) && lines_alike(a, b) &&
           high < LINE_HIGH_MM * px && aligned(p, q, ALIGNED * low);
}

static bool touch(const struct block *a, const struct block *b, double px)
{
    return gap_down(&a->box, &b->box) < TOUCH_MM * px &&
           gap_across(&a->box, &b->box) < TOUCH_MM * px;
}

static bool large_enough(const struct cv_component *part, double px)
{
    int length = most(part->w, part->h), high = least(part->w, part->h);
    return length >= PART_MIN_MM * px &&
           (high >= PART_MIN_HIGH_MM * px || length >= RULE_MIN_MM * px) &&
           part->area >= PART_MIN_INK_MM2 * px * px;
}

/* Parts of one drawing. A band along the paper's edge is cut with the paper: it has a place across
 * itself only, and would pull at what is joined to it. */
static bool drawn_together(const struct block *a, const struct block *b, double px)
{
    return a->drawn && b->drawn && !a->band && !b->band &&
           gap_down(&a->box, &b->box) < JOIN_MM * px && gap_across(&a->box, &b->box) < JOIN_MM * px;
}

/* A name set to the height of the emblem beside it, or to the width of the one above it: a logo of
 * two parts. More lines are an address. */
static bool lockup(const struct block *a, const struct block *b, double px)
{
    const struct cv_component *p = &a->box, *q = &b->box;
    const struct block *name = a->drawn ? b : a;
    if (name->box.h > NAME_LINES * name->line)
        return false;
    double high = FLUSH * most(p->h, q->h), wide = FLUSH * most(p->w, q->w);
    bool one_height = abs(p->y - q->y) <= high && abs(p->y + p->h - q->y - q->h) <= high;
    bool one_width = abs(p->x - q->x) <= wide && abs(p->x + p->w - q->x - q->w) <= wide;
    return a->drawn != b->drawn && ((one_height && gap_across(p, q) < JOIN_MM * px) ||
                                    (one_width && gap_down(p, q) < JOIN_MM * px));
}

/* What is too small to be judged by itself goes to what it stands beside. */
static bool leftover(const struct block *a, const struct block *b, double px)
{
    bool small = !large_enough(&a->box, px) || !large_enough(&b->box, px);
    int across = gap_across(&a->box, &b->box), down = gap_down(&a->box, &b->box);
    return small && ((down < 0 && across < JOIN_MM * px) || (across < 0 && down < JOIN_MM * px));
}

typedef bool belong_fn(const struct block *a, const struct block *b, double px);

static void join(struct block *into, const struct block *from)
{
    struct cv_component *p = &into->box;
    const struct cv_component *q = &from->box;
    int right = most(p->x + p->w, q->x + q->w), low = most(p->y + p->h, q->y + q->h);
    /* The line of what is wider: a speck beside a line does not change it. */
    into->line = p->w >= q->w ? into->line : from->line;
    into->drawn &= from->drawn;
    into->band |= from->band;
    p->x = least(p->x, q->x);
    p->y = least(p->y, q->y);
    p->w = right - p->x;
    p->h = low - p->y;
    p->area += q->area;
}

/* Joins the two blocks nearest to each other of those that belong together, until none do. */
static void join_all(struct layout *layout, belong_fn *belong)
{
    for (;;) {
        int nearest = INT_MAX, i0 = -1, j0 = -1;
        for (int i = 0; i < layout->n; i++)
            for (int j = i + 1; j < layout->n; j++) {
                const struct block *a = &layout->block[i], *b = &layout->block[j];
                int apart =
                    most(0, gap_across(&a->box, &b->box)) + most(0, gap_down(&a->box, &b->box));
                if (apart >= nearest || !belong(a, b, layout->px))
                    continue;
                nearest = apart;
                i0 = i;
                j0 = j;
            }
        if (i0 < 0)
            return;
        join(&layout->block[i0], &layout->block[j0]);
        layout->block[j0] = layout->block[--layout->n];
    }
}

/* A shape: compact, or a bar. */
static bool is_drawn(const struct cv_component *piece, double px)
{
    int length = most(piece->w, piece->h), high = least(piece->w, piece->h);
    bool solid = piece->area >= SOLID * piece->w * piece->h && high >= PART_MIN_HIGH_MM * px;
    return length <= COMPACT * high || solid;
}

static bool is_band(const struct cv_component *piece, const struct image *page)
{
    int length = most(piece->w, piece->h), high = least(piece->w, piece->h);
    int along = piece->w > piece->h ? page->width : page->height;
    return length >= BAND_SHARE * along && length >= BAND_SLENDER * high;
}

/* Letters that nearly touch: words, short lines, parts of an emblem. */
static bool find_fragments(const struct image *ink, struct layout *ret, struct err *err)
{
    struct image joined = {0};
    struct cv_components fragment = {0};
    bool ok = cv_morph(ink, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, (int)lround(LETTER_GAP_MM * ret->px),
                       1, &joined, err) &&
              cv_components_find(&joined, 8, &fragment, err);
    for (int k = 1; ok && k < fragment.n && ret->n < BLOCKS_MAX; k++) {
        struct cv_component c = fragment.component[k];
        struct image view = image_view(ink, c.x, c.y, c.w, c.h);
        c.area = (int)mask_area(&view); /* ink, not what the closing filled */
        if (c.area >= SPECK_MM2 * ret->px * ret->px)
            ret->block[ret->n++] = (struct block){
                .box = c,
                .line = c.h,
                .drawn = is_drawn(&c, ret->px),
                .band = is_band(&c, ink),
            };
    }
    image_finish(&joined);
    cv_components_finish(&fragment);
    return ok;
}

/* As a page is read. */
static int by_place(const void *a, const void *b)
{
    const struct cv_component *p = a, *q = b;
    return p->y != q->y ? (p->y > q->y) - (p->y < q->y) : (p->x > q->x) - (p->x < q->x);
}

bool layout_blocks(const struct image *ink, double px_per_mm, struct cv_component *ret, int max,
                   int *ret_n, struct err *err)
{
    struct layout layout = {.px = px_per_mm};
    if (!find_fragments(ink, &layout, err))
        return false;
    /* Whole lines first: a word alone may be flush with a line that it has nothing to do with. */
    static belong_fn *const step[] = {beside,         above,  touch,   below,
                                      drawn_together, lockup, leftover};
    for (int before = 0; before != layout.n;) { /* what was joined may belong to more */
        before = layout.n;
        for (size_t i = 0; i < sizeof step / sizeof *step; i++)
            join_all(&layout, step[i]);
    }
    int n = 0;
    for (int k = 0; k < layout.n && n < max; k++)
        if (large_enough(&layout.block[k].box, px_per_mm))
            ret[n++] = layout.block[k].box;
    qsort(ret, (size_t)n, sizeof *ret, by_place);
    *ret_n = n;
    return true;
}
