#include "classifier/votes.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

void votes_add(struct votes *votes, const char *name, double weight)
{
    int i = 0;
    while (i < votes->n && strcmp(votes->vote[i].name, name) != 0)
        i++;
    if (i == VOTES_MAX)
        return;
    if (i == votes->n) {
        votes->n++;
        snprintf(votes->vote[i].name, sizeof votes->vote[i].name, "%s", name);
        votes->vote[i].weight = 0;
    }
    votes->vote[i].weight += weight;
}

double votes_of(const struct votes *votes, const char *name)
{
    for (int i = 0; i < votes->n; i++)
        if (strcmp(votes->vote[i].name, name) == 0)
            return votes->vote[i].weight;
    return 0;
}

const struct vote *votes_first(const struct votes *votes, double *ret_second)
{
    const struct vote *best = NULL;
    *ret_second = 0;
    for (int i = 0; i < votes->n; i++) {
        const struct vote *vote = &votes->vote[i];
        if (best && vote->weight <= best->weight) {
            *ret_second = fmax(*ret_second, vote->weight);
            continue;
        }
        *ret_second = best ? best->weight : 0;
        best = vote;
    }
    return best;
}
