/* Average linkage (Sokal and Michener 1958) by the nearest-neighbour chain (Murtagh 1983): every
 * group points to its nearest; two that point to each other are joined. Time and memory by the
 * square of n. Average and not single linkage: one chance likeness between two sheets must not
 * chain two forgers' series together; and not complete linkage: one sheet that was half covered
 * must not split a series. Ties go to the lower index, so the outcome depends on the links alone.
 */
#include "classifier/series_book.h"

#include "schemas/base/err.h"

#include <stdlib.h>

struct clustering {
    float *link;
    int n;
    int *size;  /* 0: joined to another, or done */
    int *group; /* lowest index of the group that this one was joined to */
};

static int nearest(const struct clustering *c, int of, int preferred)
{
    const float *row = c->link + (size_t)of * (size_t)c->n;
    int best = preferred;
    for (int i = 0; i < c->n; i++)
        if (c->size[i] && i != of && (best < 0 || row[i] > row[best]))
            best = i;
    return best;
}

/* b joins a. */
static void join(struct clustering *c, int a, int b)
{
    float wa = (float)c->size[a], wb = (float)c->size[b];
    size_t n = (size_t)c->n;
    for (int i = 0; i < c->n; i++) {
        if (!c->size[i] || i == a || i == b)
            continue;
        float mean =
            (wa * c->link[(size_t)a * n + (size_t)i] + wb * c->link[(size_t)b * n + (size_t)i]) /
            (wa + wb);
        c->link[(size_t)a * n + (size_t)i] = c->link[(size_t)i * n + (size_t)a] = mean;
    }
    c->size[a] += c->size[b];
    c->size[b] = 0;
    c->group[b] = a;
}

/* The chain's links grow along it, and joining never brings a third group nearer than the nearer of
 * the two was. So a group at the chain's end whose nearest is too far can be left alone for good.
 */
static void follow_chains(struct clustering *c, double least, int *chain)
{
    int length = 0;
    for (int first = 0;;) {
        while (first < c->n && !c->size[first])
            first++;
        if (!length && first == c->n)
            return;
        if (!length)
            chain[length++] = first;
        int last = chain[length - 1], before = length > 1 ? chain[length - 2] : -1;
        int next = nearest(c, last, before);
        if (next < 0 || (double)c->link[(size_t)last * (size_t)c->n + (size_t)next] < least) {
            c->size[last] = 0;
            length--;
        } else if (next == before) {
            join(c, last < before ? last : before, last < before ? before : last);
            length -= 2;
        } else {
            chain[length++] = next;
        }
    }
}

bool cluster_average(float *link, int n, double least, int *ret_group, struct err *err)
{
    struct clustering c = {.link = link, .n = n, .group = ret_group};
    int *chain = calloc((size_t)n + 1, sizeof *chain);
    c.size = calloc((size_t)n + 1, sizeof *c.size);
    bool ok = (chain && c.size) || err_set(err, "out of memory while looking for series");
    if (ok) {
        for (int i = 0; i < n; i++) {
            c.size[i] = 1;
            c.group[i] = i;
        }
        follow_chains(&c, least, chain);
        for (int i = 0; i < n; i++) /* lower ones are final when a higher one is reached */
            c.group[i] = c.group[c.group[i]];
    }
    free(chain);
    free(c.size);
    return ok;
}
