/* likelihood: likelihood ratios as such. How scores are calibrated, and how good ratios are that
 * were given for sheets of known origin. Pure numbers: log10 of p(seen | imitation) over p(seen |
 * genuine), positive for an imitation. */
#ifndef POSTWACHT_LIKELIHOOD_H
#define POSTWACHT_LIKELIHOOD_H

#include <stdbool.h>

struct err;

struct trial {
    double log10_lr;
    bool imitation; /* what it is */
};

/* log10 LR = shift + slope * score */
struct calibration {
    double shift, slope;
};

/* From scores of sheets that the models behind them had not seen, of both kinds. */
void calibration_learn(const struct trial *score, int n, struct calibration *ret);
double calibration_apply(const struct calibration *calibration, double score);

/* Cost of the log-likelihood ratio: 0 is perfect, 1 is what "one to one" for all sheets costs. */
double cllr(const struct trial *trial, int n);
/* What the best monotone calibration of these same trials would leave: 0 when the kinds do not
 * overlap. The rest of cllr is calibration. */
bool cllr_min(const struct trial *trial, int n, double *ret, struct err *err);
/* The rate at which as many imitations are taken for genuine as the reverse, on the convex hull of
 * the ROC. */
bool equal_error_rate(const struct trial *trial, int n, double *ret, struct err *err);
/* The monotone calibration itself (pool adjacent violators), with even odds beforehand: one log10
 * LR a trial, which may be infinite. */
bool pool_adjacent_violators(const struct trial *trial, int n, double *ret_log10_lr,
                             struct err *err);

/* 95 % interval of cllr when the sheets of both kinds are drawn again; the same one every time. */
bool cllr_interval(const struct trial *trial, int n, double ret[2], struct err *err);
/* 95 % interval of a share of k in n (Wilson 1927). */
void share_interval(int k, int n, double ret[2]);

#endif
