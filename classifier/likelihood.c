/* Calibration: a score from two fitted densities is a likelihood ratio only as far as the densities
 * are right. Logistic regression of what sheets are on the scores that models gave them which had
 * not seen them makes it one (Bruemmer and du Preez, Computer Speech and Language 20, 2006;
 * Morrison, Australian Journal of Forensic Sciences 45, 2013). With few sheets and kinds that do
 * not overlap its slope has no end; it is therefore held to the densities' own scale (shift 0,
 * slope 1) by as much as one sheet weighs (Morrison and Poh, Science & Justice 58, 2018), and may
 * weaken what they say but never strengthen it.
 *
 * Measures: cost of the log-likelihood ratio and its minimum by pool adjacent violators (Bruemmer
 * and du Preez 2006), rates of misleading evidence, equal error rate; the set that Ramos and
 * Gonzalez-Rodriguez (Forensic Science International 230, 2013) and the ENFSI guideline for
 * evaluative reporting (2015) ask for. */
#include "classifier/likelihood.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define PRIOR_VARIANCE 1.0 /* natural log units: what one sheet at even odds tells */
#define NEWTON_STEPS 50
#define NEWTON_ENOUGH 1e-10
#define DRAWS 1000 /* of the bootstrap: its limits are good to a few thousandths */
#define TAIL 0.025
#define NORMAL_95 1.959964

static int count_imitations(const struct trial *trial, int n)
{
    int imitations = 0;
    for (int i = 0; i < n; i++)
        imitations += trial[i].imitation;
    return imitations;
}

/* Gradient and Hessian of the penalised log loss at (shift, slope), natural units; both kinds weigh
 * the same, and all together as many sheets as there are. */
struct logistic {
    double g[2], h[3]; /* h: shift shift, shift slope, slope slope */
};

static struct logistic logistic_at(const struct trial *score, int n, double shift, double slope)
{
    int imitations = count_imitations(score, n);
    struct logistic ret = {.g = {shift / PRIOR_VARIANCE, (slope - 1) / PRIOR_VARIANCE},
                           .h = {1 / PRIOR_VARIANCE, 0, 1 / PRIOR_VARIANCE}};
    for (int i = 0; i < n; i++) {
        int alike = score[i].imitation ? imitations : n - imitations;
        double s = score[i].log10_lr * M_LN10, weight = n / (2.0 * alike);
        double p = 1 / (1 + exp(-(shift + slope * s)));
        double off = weight * (p - score[i].imitation), bend = weight * p * (1 - p);
        ret.g[0] += off;
        ret.g[1] += off * s;
        ret.h[0] += bend;
        ret.h[1] += bend * s;
        ret.h[2] += bend * s * s;
    }
    return ret;
}

static double loss_at(const struct trial *score, int n, double shift, double slope)
{
    int imitations = count_imitations(score, n);
    double loss = (shift * shift + (slope - 1) * (slope - 1)) / (2 * PRIOR_VARIANCE);
    for (int i = 0; i < n; i++) {
        int alike = score[i].imitation ? imitations : n - imitations;
        double off = shift + slope * score[i].log10_lr * M_LN10;
        double against = score[i].imitation ? -off : off;
        loss += n / (2.0 * alike) *
                (against > 0 ? against + log1p(exp(-against)) : log1p(exp(against)));
    }
    return loss;
}

/* Newton's method with halved steps: the loss is convex. slope_free false: the slope stays. */
static void minimise(const struct trial *score, int n, bool slope_free, double *shift,
                     double *slope)
{
    double loss = loss_at(score, n, *shift, *slope);
    for (int k = 0; k < NEWTON_STEPS; k++) {
        struct logistic at = logistic_at(score, n, *shift, *slope);
        double det = at.h[0] * at.h[2] - at.h[1] * at.h[1];
        double step[2] = {at.g[0] / at.h[0], 0};
        if (slope_free) {
            step[0] = (at.g[0] * at.h[2] - at.g[1] * at.h[1]) / det;
            step[1] = (at.g[1] * at.h[0] - at.g[0] * at.h[1]) / det;
        }
        double part = 1, less = loss;
        for (; part > NEWTON_ENOUGH; part /= 2) {
            less = loss_at(score, n, *shift - part * step[0], *slope - part * step[1]);
            if (less < loss)
                break;
        }
        if (!(less < loss))
            return;
        *shift -= part * step[0];
        *slope -= part * step[1];
        bool enough = loss - less < NEWTON_ENOUGH;
        loss = less;
        if (enough)
            return;
    }
}

void calibration_learn(const struct trial *score, int n, struct calibration *ret)
{
    int imitations = count_imitations(score, n);
    double shift = 0, slope = 1;
    if (imitations > 0 && imitations < n) {
        minimise(score, n, true, &shift, &slope);
        if (slope > 1 || slope < 0) {
            slope = slope > 1 ? 1 : 0;
            minimise(score, n, false, &shift, &slope);
        }
    }
    ret->shift = shift / M_LN10;
    ret->slope = slope;
}

double calibration_apply(const struct calibration *calibration, double score)
{
    return calibration->shift + calibration->slope * score;
}

/* log2(1 + 10^x) without overflow. */
static double cost(double x)
{
    double natural = x * M_LN10;
    return (natural > 0 ? natural + log1p(exp(-natural)) : log1p(exp(natural))) / M_LN2;
}

double cllr(const struct trial *trial, int n)
{
    int imitations = count_imitations(trial, n);
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += trial[i].imitation ? cost(-trial[i].log10_lr) / imitations
                                  : cost(trial[i].log10_lr) / (n - imitations);
    return sum / 2;
}

/* A run of trials that the monotone calibration gives one value. */
struct pool {
    int first, n, imitations;
};

static int by_lr(const void *a, const void *b)
{
    double x = ((const struct trial *)a)->log10_lr, y = ((const struct trial *)b)->log10_lr;
    return (x > y) - (x < y);
}

/* Whether a holds a larger share of imitations than b, or as large a one. */
static bool violates(const struct pool *a, const struct pool *b)
{
    return (double)a->imitations * b->n >= (double)b->imitations * a->n;
}

/* trial must be in order; equal ratios go together. Returns the number of pools. */
static int pool_sorted(const struct trial *trial, int n, struct pool *ret)
{
    int pools = 0;
    for (int i = 0; i < n; i++) {
        ret[pools++] = (struct pool){i, 1, trial[i].imitation};
        if (i > 0 && trial[i].log10_lr <= trial[i - 1].log10_lr) {
            pools--;
            ret[pools - 1].n++;
            ret[pools - 1].imitations += trial[i].imitation;
        }
        bool more_alike = i + 1 < n && trial[i + 1].log10_lr <= trial[i].log10_lr;
        while (!more_alike && pools > 1 && violates(&ret[pools - 2], &ret[pools - 1])) {
            ret[pools - 2].n += ret[pools - 1].n;
            ret[pools - 2].imitations += ret[pools - 1].imitations;
            pools--;
        }
    }
    return pools;
}

/* Sorted trials and their pools, both to be freed by the caller. */
static bool make_pools(const struct trial *trial, int n, struct trial **ret_sorted,
                       struct pool **ret_pool, int *ret_pools, struct err *err)
{
    struct trial *sorted = malloc((size_t)n * sizeof *sorted);
    struct pool *pool = malloc((size_t)n * sizeof *pool);
    if (!sorted || !pool) {
        free(sorted);
        free(pool);
        return err_set(err, "out of memory for %d sheets", n);
    }
    for (int i = 0; i < n; i++)
        sorted[i] = trial[i];
    qsort(sorted, (size_t)n, sizeof *sorted, by_lr);
    *ret_pools = pool_sorted(sorted, n, pool);
    *ret_sorted = sorted;
    *ret_pool = pool;
    return true;
}

static double pooled_log10_lr(const struct pool *pool, int n, int imitations)
{
    double odds_before = (double)imitations / (n - imitations);
    return log10((double)pool->imitations / (pool->n - pool->imitations) / odds_before);
}

bool pool_adjacent_violators(const struct trial *trial, int n, double *ret_log10_lr,
                             struct err *err)
{
    struct trial *sorted;
    struct pool *pool;
    int pools, imitations = count_imitations(trial, n);
    if (!make_pools(trial, n, &sorted, &pool, &pools, err))
        return false;
    for (int i = 0; i < n; i++) {
        int k = 0;
        while (k + 1 < pools && trial[i].log10_lr >= sorted[pool[k + 1].first].log10_lr)
            k++;
        ret_log10_lr[i] = pooled_log10_lr(&pool[k], n, imitations);
    }
    free(sorted);
    free(pool);
    return true;
}

bool cllr_min(const struct trial *trial, int n, double *ret, struct err *err)
{
    struct trial *best = malloc((size_t)n * sizeof *best);
    double *log10_lr = malloc((size_t)n * sizeof *log10_lr);
    bool ok = (best && log10_lr) || err_set(err, "out of memory for %d sheets", n);
    ok = ok && pool_adjacent_violators(trial, n, log10_lr, err);
    for (int i = 0; ok && i < n; i++)
        best[i] = (struct trial){log10_lr[i], trial[i].imitation};
    if (ok)
        *ret = cllr(best, n);
    free(best);
    free(log10_lr);
    return ok;
}

/* The corners of the hull are where one pool ends; the rate is where it meets the diagonal. */
bool equal_error_rate(const struct trial *trial, int n, double *ret, struct err *err)
{
    struct trial *sorted;
    struct pool *pool;
    int pools, imitations = count_imitations(trial, n), genuine = n - imitations;
    if (!make_pools(trial, n, &sorted, &pool, &pools, err))
        return false;
    double missed = 0, alarmed = 1, rate = 0; /* everything is called an imitation */
    for (int k = 0; k < pools; k++) {
        double more_missed = (double)pool[k].imitations / imitations;
        double less_alarmed = (double)(pool[k].n - pool[k].imitations) / genuine;
        if (missed + more_missed >= alarmed - less_alarmed) {
            double part = (alarmed - missed) / (more_missed + less_alarmed);
            rate = missed + part * more_missed;
            break;
        }
        missed += more_missed;
        alarmed -= less_alarmed;
    }
    *ret = rate;
    free(sorted);
    free(pool);
    return true;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* xorshift64* (Vigna 2016): the same draws on every machine. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1Dull;
}

/* Draws as many of each kind as there are, with replacement. */
static void draw_again(const struct trial *trial, int n, uint64_t *state, struct trial *ret)
{
    for (int i = 0; i < n; i++)
        do
            ret[i] = trial[(next_random(state) >> 32) % (unsigned)n];
        while (ret[i].imitation != trial[i].imitation);
}

bool cllr_interval(const struct trial *trial, int n, double ret[2], struct err *err)
{
    struct trial *drawn = malloc((size_t)n * sizeof *drawn);
    double *cost_of = malloc(DRAWS * sizeof *cost_of);
    bool ok = (drawn && cost_of) || err_set(err, "out of memory for %d sheets", n);
    uint64_t state = 0x9E3779B97F4A7C15ull;
    for (int k = 0; ok && k < DRAWS; k++) {
        draw_again(trial, n, &state, drawn);
        cost_of[k] = cllr(drawn, n);
    }
    if (ok) {
        qsort(cost_of, DRAWS, sizeof *cost_of, ascending);
        ret[0] = cost_of[(int)(TAIL * DRAWS)];
        ret[1] = cost_of[(int)((1 - TAIL) * DRAWS) - 1];
    }
    free(drawn);
    free(cost_of);
    return ok;
}

void share_interval(int k, int n, double ret[2])
{
    if (n == 0) {
        ret[0] = 0;
        ret[1] = 1;
        return;
    }
    double share = (double)k / n, z2 = NORMAL_95 * NORMAL_95 / n;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2);
    ret[0] = fmax(0, middle - half);
    ret[1] = fmin(1, middle + half);
}
