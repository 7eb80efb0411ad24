/* votes: weights gathered under names, and which name has most. */
#ifndef POSTWACHT_VOTES_H
#define POSTWACHT_VOTES_H

#define VOTES_MAX 64

struct vote {
    char name[24];
    double weight;
};
struct votes {
    struct vote vote[VOTES_MAX];
    int n;
};

/* Names beyond VOTES_MAX are lost. */
void votes_add(struct votes *votes, const char *name, double weight);
double votes_of(const struct votes *votes, const char *name); /* 0 when it has none */
/* The heaviest, and the weight of the next; NULL without votes. */
const struct vote *votes_first(const struct votes *votes, double *ret_second);

#endif
