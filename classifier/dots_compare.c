/* Two codes are one when some way of laying one lattice on the other (eight turns and flips, every
 * shift by a site) brings all dots together. Nothing need be understood for it (van Beusekom,
 * Shafait and Breuel 2013, section 5, compare unread patterns so).
 *
 * Same or not is decided by what differs: every layout known guards what it says with a parity or
 * with one dot in each block, so that no two codes differ in one site alone. One clear difference
 * is therefore a reader's slip (a speck, a worn dot), two are two codes. Sites that were not clear
 * on one of the sheets tell nothing, and when they are many a difference may hide among them.
 *
 * How sure: dots that have nothing to do with each other, as many on as many sites, fall together
 * so with the hypergeometric chance times the number of ways tried. That is a chance against
 * unrelated dots. Two machines of one make share the fixed parts of their layout; what keeps them
 * apart is that their codes differ.
 *
 * It lies when two machines of a make that nobody has described print one code: then the code does
 * not name the machine. */
#include "classifier/dots_compare.h"

#include <math.h>
#include <string.h>

#define PITCH_TOLERANCE 0.03 /* as in reading: feeders stretch by 1 %, fit-to-page by 2 more */
#define MULTIPLES 4          /* of a pitch: a grid may be found at a harmonic of its own */
#define SLIPS_MAX 1          /* sites */
#define CLEAR_MIN 0.9        /* of the sites; two that differ both hide once in a hundred */
#define CHANCE_MAX (-6.0)    /* log10: a million to one */
#define WAYS 8               /* quarters of a turn, mirrored or not */
#define LOG10_E 0.43429448190325182765

const char *const dots_relation_names[] = {"untold", "other_layout", "same_layout", "same_machine"};

static int floor_div(int a, int b)
{
    return a / b - (a % b < 0);
}

/* Index of a site anywhere on the lattice. */
static int site_at(const struct dots_cells *cells, int u, int v)
{
    int row = floor_div(v, cells->h), along = u - row * cells->s;
    return (v - row * cells->h) * cells->w + along - floor_div(along, cells->w) * cells->w;
}

static void turn(int way, int u, int v, int ret[2])
{
    if (way & 4)
        u = -u;
    for (int q = 0; q < (way & 3); q++) {
        int before = u;
        u = v;
        v = -before;
    }
    ret[0] = u;
    ret[1] = v;
}

static bool same_pitch(const struct dots_cells *a, const struct dots_cells *b, int way,
                       bool scale_known)
{
    double ratio[2];
    for (int c = 0; c < 2; c++)
        ratio[c] = a->pitch_mm[c] / b->pitch_mm[(c + way) % 2];
    if (fabs(ratio[0] / ratio[1] - 1) > PITCH_TOLERANCE)
        return false;
    return !scale_known ||
           (fabs(ratio[0] - 1) <= PITCH_TOLERANCE && fabs(ratio[1] - 1) <= PITCH_TOLERANCE);
}

/* Whether b, turned so, repeats on the same lattice as a. */
static bool same_lattice(const struct dots_cells *a, const struct dots_cells *b, int way,
                         bool scale_known)
{
    int first[2], second[2];
    if (a->w * a->h != b->w * b->h || !same_pitch(a, b, way, scale_known))
        return false;
    turn(way, b->w, 0, first);
    turn(way, b->s, b->h, second);
    return site_at(a, first[0], first[1]) == 0 && site_at(a, second[0], second[1]) == 0;
}

/* One way of laying b on a. */
struct laid {
    const struct dots_cells *a, *b;
    int to[DOTS_SITES_MAX][2]; /* where b's sites come to lie on a's lattice, before the shift */
};

/* How many sites carry a dot on both and how many are clearly different, counted until more than
 * `most` differ. */
static int count(const struct laid *laid, int shift, int most, int *ret_both)
{
    int different = 0, both = 0, n = laid->b->w * laid->b->h;
    int du = shift % laid->a->w, dv = shift / laid->a->w;
    for (int i = 0; i < n && different <= most; i++) {
        char here = laid->a->site[site_at(laid->a, laid->to[i][0] + du, laid->to[i][1] + dv)];
        char there = laid->b->site[i];
        both += here == DOTS_SITE_DOT && there == DOTS_SITE_DOT;
        different += here != there && here != DOTS_SITE_UNCLEAR && there != DOTS_SITE_UNCLEAR;
    }
    *ret_both = both;
    return different;
}

static int sites_of(const struct dots_cells *cells, char letter)
{
    int n = 0;
    for (const char *site = cells->site; *site; site++)
        n += *site == letter;
    return n;
}

static double log10_choose(int n, int k)
{
    return (lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)) * LOG10_E;
}

/* log10 of the chance that `both` or more of b's dots fall on a's, tried `tries` times. */
static double chance_of(const struct dots_cells *a, const struct dots_cells *b, int both, int tries)
{
    int n = a->w * a->h, na = sites_of(a, DOTS_SITE_DOT), nb = sites_of(b, DOTS_SITE_DOT);
    double sum = 0;
    for (int k = both; k <= na && k <= nb; k++)
        if (nb - k <= n - na)
            sum +=
                pow(10, log10_choose(na, k) + log10_choose(n - na, nb - k) - log10_choose(n, nb));
    return sum > 0 ? fmin(0, log10(sum) + log10(tries)) : 0;
}

/* Lays b on a in every way; false when the lattices do not fit in any. */
static bool lay(const struct dots_cells *a, const struct dots_cells *b, bool scale_known,
                struct dots_compared *ret)
{
    struct laid laid = {.a = a, .b = b};
    int n = a->w * a->h, tries = 0, best = n + 1;
    for (int way = 0; way < WAYS; way++) {
        if (!same_lattice(a, b, way, scale_known))
            continue;
        for (int i = 0; i < n; i++)
            turn(way, i % b->w, i / b->w, laid.to[i]);
        for (int shift = 0; shift < n; shift++, tries++) {
            int both, different = count(&laid, shift, best, &both);
            if (different > best || (different == best && both <= ret->both))
                continue;
            best = ret->different = different;
            ret->both = both;
        }
    }
    if (tries)
        ret->chance = chance_of(a, b, ret->both, tries);
    return tries > 0;
}

static bool is_clear(const struct dots_cells *cells)
{
    return sites_of(cells, DOTS_SITE_UNCLEAR) <= (1 - CLEAR_MIN) * cells->w * cells->h;
}

/* Whether the pitches are whole multiples, so that both may be grids of one lattice. */
static bool related(const struct dots_cells *a, const struct dots_cells *b)
{
    for (int way = 0; way < 2; way++) {
        int told = 0;
        for (int c = 0; c < 2; c++) {
            double ratio = a->pitch_mm[c] / b->pitch_mm[(c + way) % 2];
            bool whole = false;
            for (int i = 1; i <= MULTIPLES; i++)
                for (int k = 1; k <= MULTIPLES; k++)
                    whole = whole || fabs(ratio * i / k - 1) <= PITCH_TOLERANCE;
            told += whole;
        }
        if (told == 2)
            return true;
    }
    return false;
}

static enum dots_relation by_cells(const struct dots_cells *a, const struct dots_cells *b,
                                   bool scale_known, struct dots_compared *ret)
{
    if (!lay(a, b, scale_known, ret))
        return !scale_known || related(a, b) ? DOTS_UNTOLD : DOTS_OTHER_LAYOUT;
    if (ret->different > SLIPS_MAX)
        return DOTS_SAME_LAYOUT;
    return is_clear(a) && is_clear(b) && ret->chance <= CHANCE_MAX ? DOTS_SAME_MACHINE
                                                                   : DOTS_UNTOLD;
}

void dots_compare(const struct dots_mark *a, const struct dots_mark *b, bool scale_known,
                  struct dots_compared *ret)
{
    bool read = a->pattern[0] && b->pattern[0];
    *ret = (struct dots_compared){.relation = DOTS_UNTOLD};
    if (read && strcmp(a->pattern, b->pattern) != 0)
        ret->relation = DOTS_OTHER_LAYOUT;
    else if (read && a->serial[0] && b->serial[0])
        ret->relation = strcmp(a->serial, b->serial) == 0 ? DOTS_SAME_MACHINE : DOTS_SAME_LAYOUT;
    else if (read && a->code[0] && b->code[0])
        ret->relation = strcmp(a->code, b->code) == 0 ? DOTS_SAME_MACHINE : DOTS_SAME_LAYOUT;
    else if (a->cells.site[0] && b->cells.site[0])
        ret->relation = by_cells(&a->cells, &b->cells, scale_known, ret);
}
